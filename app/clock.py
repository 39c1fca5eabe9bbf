"""What happens because time passes, and not because somebody does something: periods close."""

import asyncio
import logging
from datetime import datetime

from actions.change import Writer
from actions.periods import close_periods
from subscriptions.hub import Hub

logger = logging.getLogger("tanggap.clock")

TICK = 1.0
"""Seconds between two looks at the time; a look asks nobody."""


async def keep_time(writer: Writer, hub: Hub, due: datetime) -> None:
    """Close each period when it has passed: look at `due`, when the open day ends, and then at the end of each day.

    Runs until cancelled, in every process: only one of them closes a day. A log with a new epoch may have another day
    open, so it is looked at at once.
    """
    epoch, failed = hub.epoch, False
    while True:
        await asyncio.sleep(TICK)
        now_epoch = hub.epoch
        if writer.now() < due and now_epoch == epoch:
            continue
        try:
            due, epoch, failed = await close_periods(writer), now_epoch, False
        except Exception as error:  # noqa: BLE001 # whatever the database does, the next look tries again
            if not failed:
                logger.warning("periods not closed error=%r", error)
            failed = True
