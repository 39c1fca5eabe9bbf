"""Changes caused by time alone: missed deadlines and the end of periods."""

import asyncio
import logging
from datetime import datetime

from actions.overdue import record_overdue
from actions.periods import close_periods
from actions.transaction import Transactions
from subscriptions.tailer import LogTailer

logger = logging.getLogger("tanggap.clock")

TICK = 1.0
"""Seconds between two checks. Anything due is recorded within a second."""


async def run_clock(transactions: Transactions, tailer: LogTailer, due: datetime) -> None:
    """Record missed deadlines and close ended periods, until cancelled. `due` is the end of the open day.

    Runs in every process, and exactly one of them records each deadline and each day. It begins at once with what
    passed while no process ran, and the process serves meanwhile. A log with a new epoch may have another open day, so
    its periods are checked at once.
    """
    epoch, failed = tailer.epoch, False
    while True:
        now_epoch = tailer.epoch
        try:
            if transactions.now() < due and now_epoch == epoch:
                await record_overdue(transactions)
            else:
                due, epoch = await close_periods(transactions), now_epoch
            failed = False
        except Exception as error:  # noqa: BLE001 # whatever the database raises, the next tick retries
            if not failed:
                logger.warning("the clock stands still error=%r", error)
            failed = True
        await asyncio.sleep(TICK)
