"""The sweep of unused uploads, of what killed uploads leave behind, of old keys and links, and of deleted people."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Concatenate, ParamSpec

from actions.act_keys import sweep_keys
from actions.deletion import erase_reports, finish_deletion, unfinished_deletions
from actions.identities import sweep_arrivals
from actions.letters import sweep_letters
from actions.photos import UNUSED_FOR, sweep_unused
from actions.transaction import Transaction, Transactions
from media.storage import MediaFolder

logger = logging.getLogger("tanggap.sweeper")

P = ParamSpec("P")

TICK = 60.0
"""Seconds between two looks at the time of the last sweep."""

EVERY = timedelta(hours=1)
"""Time between two sweeps, however many processes share the folder and however often they are restarted."""


async def run_sweeper(transactions: Transactions, folder: MediaFolder) -> None:
    """Sweep whenever it is due, in one process at a time, until cancelled."""
    failed = False
    while True:
        await asyncio.sleep(TICK)
        try:
            await sweep_if_due(transactions, folder)
            failed = False
        except Exception as error:  # noqa: BLE001 # whatever the database or the disk raises, the next tick retries
            if not failed:
                logger.warning("uploads not swept error=%r", error)
            failed = True


async def sweep_if_due(transactions: Transactions, folder: MediaFolder) -> bool:
    """Sweep, unless this was done within the last hour or another process is doing it. Return whether it was done."""
    now = transactions.now()
    lock = await asyncio.to_thread(folder.begin_sweep, now - EVERY)
    if lock is None:
        return False
    with lock:
        await _sweep(transactions, folder)
        await asyncio.to_thread(folder.end_sweep, now)
    return True


async def _sweep(transactions: Transactions, folder: MediaFolder) -> None:
    erased = await _finish_deletions(transactions)  # first: it leaves photos that no report has

    async def delete_files(photo_ids: Sequence[str]) -> None:
        for photo_id in photo_ids:
            await asyncio.to_thread(folder.delete, photo_id)

    unused = await _all(transactions, sweep_unused, delete_files)
    keys = await _all(transactions, sweep_keys)
    letters = await _all(transactions, sweep_letters)
    await _all(transactions, sweep_arrivals)
    unfinished = await asyncio.to_thread(folder.delete_incoming, transactions.now() - UNUSED_FOR)
    if unused or unfinished:
        logger.info("uploads swept unused=%d unfinished_files=%d", unused, unfinished)
    if keys:
        logger.info("idempotency keys swept keys=%d", keys)
    if letters:
        logger.info("expired links swept links=%d", letters)
    if erased:
        logger.info("deleted accounts swept reports=%d", erased)


async def _all(
    transactions: Transactions,
    sweep: Callable[Concatenate[Transaction, P], Awaitable[int]],
    *given: P.args,
    **named: P.kwargs,
) -> int:
    """Run a sweep until nothing is left, and return the number of what it deleted."""
    swept = 0
    while some := await transactions.run(sweep, *given, **named):
        swept += some
    return swept


async def _finish_deletions(transactions: Transactions) -> int:
    """Erase what deleted accounts have left, and return the number of their reports."""
    erased = 0
    for account_id in await unfinished_deletions():
        erased += await erase_reports(transactions, account_id)
        await transactions.run(finish_deletion, account_id)
    return erased
