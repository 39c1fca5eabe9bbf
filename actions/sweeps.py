"""Turns to sweep: one process at a time has one, once an hour."""

from datetime import timedelta
from typing import Final

from actions.log import LogTransaction

EVERY: Final = timedelta(hours=1)
"""Time between two sweeps, however many processes there are and however often they are restarted."""

HELD_FOR: Final = timedelta(minutes=1)
"""Time after which another process takes over from one that was killed, longer than any step of a sweep."""


async def begin_sweep(tx: LogTransaction) -> bool:
    """Begin a sweep. Returns False if one has ended within EVERY, or if another process has it."""
    begun = await tx.fetch(
        "UPDATE sweep SET held_until = $1 WHERE (ended_at IS NULL OR ended_at <= $2) "
        "AND (held_until IS NULL OR held_until <= $3) RETURNING id",
        tx.at + HELD_FOR,
        tx.at - EVERY,
        tx.at,
    )
    return bool(begun)


async def hold_sweep(tx: LogTransaction) -> None:
    """Keep a sweep that goes on."""
    await tx.fetch("UPDATE sweep SET held_until = $1", tx.at + HELD_FOR)


async def leave_sweep(tx: LogTransaction) -> None:
    """Leave a sweep that failed to the next process that looks."""
    await tx.fetch("UPDATE sweep SET held_until = NULL")


async def end_sweep(tx: LogTransaction) -> None:
    """Remember that a sweep has ended."""
    await tx.fetch("UPDATE sweep SET ended_at = $1, held_until = NULL", tx.at)
