"""The job that lets the tree of the published log grow after the log."""

import asyncio
import logging
from typing import Final

from actions.log_tree import grow
from actions.transaction import Transactions
from rules.checkpoints import LogSigner
from subscriptions.tailer import LogTailer

logger = logging.getLogger("tanggap.log_tree")

TICK: Final = 2.0
"""Seconds between two looks at the log."""


async def run_log_tree(transactions: Transactions, tailer: LogTailer, signer: LogSigner) -> None:
    """Add new events to the tree and sign it, in one process at a time, until cancelled.

    A quiet log costs no statement: the tailer knows how far it goes.
    """
    included: tuple[str, int] | None = None
    failed = False
    while True:
        await asyncio.sleep(TICK)
        head = (tailer.epoch, tailer.position)
        try:
            if head != included and await grow(transactions, signer):
                included = head
            failed = False
        except Exception as error:  # noqa: BLE001 # whatever the database raises, the next tick retries
            if not failed:
                logger.warning("the log is not signed error=%r", error)
            failed = True
