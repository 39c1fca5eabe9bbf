"""The looks of photos that were uploaded before there were looks, so that a proof that shows one of them is found."""

import asyncio
from collections.abc import Callable
from typing import TypeAlias

from actions.photos import record_look, without_look
from actions.transaction import Transactions
from rules.pictures import Look

ReadLook: TypeAlias = Callable[[str, str], Look | None]
"""Returns the look of a photo, by its id and digest, as `media.storage.PhotoStore.look` does. Called in a thread."""


async def record_looks(transactions: Transactions, read_look: ReadLook, emit: Callable[[str], object]) -> None:
    """Record the look of every photo that has none. `emit` gets a line for each batch.

    May be stopped and run again, also while the service runs: each photo is a transaction of its own. Photos whose
    files are missing or damaged stay without.
    """
    recorded = unreadable = 0
    after = ""
    while batch := await without_look(after):
        for photo_id, digest in batch:
            look = await asyncio.to_thread(read_look, photo_id, digest)
            if look is None:
                unreadable += 1
            else:
                await transactions.run(record_look, photo_id, look)
                recorded += 1
        after = batch[-1][0]
        emit(f"photos fingerprinted={recorded} unreadable={unreadable}")
