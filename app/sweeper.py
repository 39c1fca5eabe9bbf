"""The sweep of what has served: personal data past their time, deleted people, and files that nothing names."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Protocol

from actions.deletion import count_left, erase_reports, finish_deletion, unfinished_deletions
from actions.photos import UNUSED_FOR, sweep_unused
from actions.retention import ROWS, UNUSED_UPLOADS, count, delete_some
from actions.sweeps import begin_sweep, end_sweep, hold_sweep, leave_sweep
from actions.transaction import Transaction, Transactions
from rules.retention import Periods

logger = logging.getLogger("tanggap.sweeper")

TICK = 60.0
"""Seconds between two looks at the time of the last sweep."""

ERASED = "reports of deleted people"
UNFINISHED_FILES = "files of unfinished uploads"


class Files(Protocol):
    """The files of photos, as `media.storage.PhotoStore` has them. Its methods are called in threads."""

    def delete(self, *photos: str) -> None:
        """Delete the files of photos."""

    def old_incoming(self, until: datetime) -> list[str]:
        """Return the incoming files that were written until a moment."""

    def delete_incoming(self, until: datetime) -> int:
        """Delete them, and return their number."""


Tell = Callable[[str, int], object]
"""Gets the name of a kind of things, and how many of it were deleted so far, after each batch."""


async def run_sweeper(transactions: Transactions, photos: Files, periods: Periods) -> None:
    """Sweep whenever it is due, in one process at a time, until cancelled."""
    failed = False
    while True:
        await asyncio.sleep(TICK)
        try:
            await sweep_if_due(transactions, photos, periods)
            failed = False
        except Exception as error:  # noqa: BLE001 # whatever the database or the store raises, the next tick retries
            if not failed:
                logger.warning("not swept error=%r", error)
            failed = True


async def sweep_if_due(transactions: Transactions, photos: Files, periods: Periods) -> bool:
    """Sweep, unless this was done within the last hour or another process is doing it. Return whether it was done."""
    if not await transactions.run(begin_sweep):
        return False
    try:
        swept = await sweep(transactions, photos, periods)
    except BaseException:
        with suppress(Exception):  # the database may be away: then the sweep is free after a minute
            await transactions.run(leave_sweep)
        raise
    await transactions.run(end_sweep)
    if any(swept.values()):
        facts = (f"{name.replace(' ', '_')}={number}" for name, number in swept.items() if number)
        logger.info("swept %s", " ".join(facts))
    return True


async def sweep(
    transactions: Transactions, photos: Files, periods: Periods, tell: Tell = lambda _, __: None
) -> dict[str, int]:
    """Delete all that has served; return how many of each kind. May be stopped, and run beside another one."""

    async def delete_files(photo_ids: Sequence[str]) -> None:
        await asyncio.to_thread(photos.delete, *photo_ids)

    async def unused_uploads(tx: Transaction) -> int:
        return await sweep_unused(tx, delete_files)

    async def all_of(name: str, sweep_some: Callable[[Transaction], Awaitable[int]]) -> int:
        swept = 0
        while some := await transactions.run(sweep_some):
            swept += some
            tell(name, swept)
            await transactions.run(hold_sweep)
        return swept

    swept = {ERASED: await _finish_deletions(transactions, tell)}  # first: it leaves photos that no report has
    swept[UNUSED_UPLOADS.name] = await all_of(UNUSED_UPLOADS.name, unused_uploads)
    for rows in ROWS:
        swept[rows.name] = await all_of(rows.name, partial(delete_some, rows=rows, periods=periods))
    old = transactions.now() - UNUSED_FOR
    swept[UNFINISHED_FILES] = await asyncio.to_thread(photos.delete_incoming, old)
    if swept[UNFINISHED_FILES]:
        tell(UNFINISHED_FILES, swept[UNFINISHED_FILES])
    return swept


async def _finish_deletions(transactions: Transactions, tell: Tell) -> int:
    """Erase what deleted people have left, and return the number of their reports."""
    erased = 0
    for account_id in await unfinished_deletions():
        erased += await erase_reports(transactions, account_id)
        await transactions.run(finish_deletion, account_id)
        await transactions.run(hold_sweep)
    if erased:
        tell(ERASED, erased)
    return erased


async def count_served(transactions: Transactions, photos: Files, periods: Periods) -> dict[str, int]:
    """Return how many of each kind `sweep` would delete now."""
    counts = {ERASED: await transactions.run(count_left)}
    for rows in (UNUSED_UPLOADS, *ROWS):
        counts[rows.name] = await transactions.run(count, rows, periods)
    old = await asyncio.to_thread(photos.old_incoming, transactions.now() - UNUSED_FOR)
    return {**counts, UNFINISHED_FILES: len(old)}
