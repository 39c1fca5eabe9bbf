"""What happens because time passes, and not because somebody does something: targets pass, and periods close."""

import asyncio
import logging
from datetime import datetime

from actions.overdue import record_overdue
from actions.periods import close_periods
from actions.transaction import Transactions
from subscriptions.hub import Hub

logger = logging.getLogger("tanggap.clock")

TICK = 1.0
"""Seconds between two looks: what is due is recorded within a second of its time."""


async def run_clock(transactions: Transactions, hub: Hub, due: datetime) -> None:
    """Record each target that passes, and close each period when it has passed: `due` is when the open day ends.

    Runs until cancelled, in every process: each target and each day is recorded by one of them. A log with a new epoch
    may have another day open, so it is looked at at once.
    """
    epoch, failed = hub.epoch, False
    while True:
        await asyncio.sleep(TICK)
        now_epoch = hub.epoch
        try:
            if transactions.now() < due and now_epoch == epoch:
                await record_overdue(transactions)
            else:
                due, epoch = await close_periods(transactions), now_epoch
            failed = False
        except Exception as error:  # noqa: BLE001 # whatever the database does, the next look tries again
            if not failed:
                logger.warning("the clock stands still error=%r", error)
            failed = True
