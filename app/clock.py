"""Changes caused by time alone: missed deadlines and the end of periods."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from actions.overdue import record_overdue
from actions.periods import close_periods
from actions.successions import succeed
from actions.transaction import Transactions
from models.reference.gazetteer import Gazetteer
from subscriptions.tailer import LogTailer

logger = logging.getLogger("tanggap.clock")

TICK = 1.0
"""Seconds between two checks. Anything due is recorded within a second."""


SUCCESSION = 10
"""Ticks between two looks for open reports of kelurahan that have ended: reopened ones, and those of a late process."""


async def run_clock(
    transactions: Transactions, tailer: LogTailer, due: datetime, gazetteer: Callable[[], Gazetteer]
) -> None:
    """Record missed deadlines and close ended periods, until cancelled. `due` is the end of the open day.

    Runs in every process, and exactly one of them records each deadline and each day. It begins at once with what
    passed while no process ran, and the process serves meanwhile. A log with a new epoch may have another open day, so
    its periods are checked at once.
    """
    epoch, failed, ticks = tailer.epoch, False, 0
    while True:
        now_epoch = tailer.epoch
        try:
            if transactions.now() < due and now_epoch == epoch:
                await record_overdue(transactions)
            else:
                due, epoch = await close_periods(transactions), now_epoch
            if ticks % SUCCESSION == 0:
                await succeed(transactions, gazetteer())
            failed, ticks = False, ticks + 1
        except Exception as error:  # noqa: BLE001 # whatever the database raises, the next tick retries
            if not failed:
                logger.warning("the clock stands still error=%r", error)
            failed = True
        await asyncio.sleep(TICK)
