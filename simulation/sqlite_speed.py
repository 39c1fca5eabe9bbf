"""SQLite in haste: for a command that does one thing after another, and whose work can be done again."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import aiosqlite

from models.database import connection, fetch


class _Threadless(aiosqlite.Connection):
    async def _execute(self, fn: Callable[..., Any], *args: Any, **given: Any) -> Any:
        return fn(*args, **given)


@contextmanager
def run_inline() -> Iterator[None]:
    """Let connections to SQLite that are opened meanwhile run their statements in the thread of the event loop.

    aiosqlite has a thread for them, so that a slow one keeps nobody waiting. A history has nobody who waits, and of its
    14 s for 2,100 reports 6 s were spent on waking the one thread and the other.
    """
    usual = aiosqlite.connect

    def connect(database: str, **given: Any) -> aiosqlite.Connection:
        return _Threadless(partial(sqlite3.connect, database, check_same_thread=False, **given), iter_chunk_size=64)

    aiosqlite.connect = connect  # type: ignore[assignment] # the one that Tortoise calls, with these arguments
    try:
        yield
    finally:
        aiosqlite.connect = usual


@asynccontextmanager
async def unsynchronised() -> AsyncIterator[None]:
    """Let the open SQLite file be written to the disk when the system likes, and at the end by all means.

    If the machine stops meanwhile the file may be broken. On a busy disk it takes a third of the time away.
    """
    if connection().capabilities.dialect != "sqlite":
        yield
        return
    (before,) = await fetch("PRAGMA synchronous")
    await fetch("PRAGMA synchronous = OFF")
    try:
        yield
    finally:
        await fetch(f"PRAGMA synchronous = {before['synchronous']}")
        await fetch("PRAGMA wal_checkpoint(TRUNCATE)")
