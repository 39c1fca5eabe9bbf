"""One change of the city's state: a transaction that ends by taking its positions in the log.

The counter `log_head` is updated last: its row lock orders commits, so positions are gapless and in commit order, and a
rollback gives them back. Locks are taken in one order: reports by id, the reporter of the one that scores, tallies by
unit, the day's number, the counter.

The counter also knows from when on the days are open. A change that would be dated before that runs again, dated so
that it is not: a closed period never changes.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import asyncpg
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError, OperationalError
from tortoise.transactions import in_transaction

from models.database import fetch
from models.log import LogEvent, Topic, moment

log = logging.getLogger("tanggap.change")

T = TypeVar("T")

ATTEMPTS = 10


class PeriodClosed(Exception):  # noqa: N818 # it is no error: the change runs again
    """The change is dated into a day that was closed meanwhile; `open_from` is the first moment it may have."""

    def __init__(self, open_from: datetime) -> None:
        super().__init__(open_from)
        self.open_from = open_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event about to be appended: everything but its position. `at`: when it happened, if before the change."""

    topic: Topic
    kind: str
    data: dict[str, Any]
    report_id: int | None = None
    version: int | None = None
    account_id: int | None = None
    actor: str | None = None
    at: datetime | None = None


@dataclass(slots=True)
class Change:
    """A transaction under way. `at` is its one moment: everything in it is dated so."""

    using: BaseDBAsyncClient
    at: datetime
    last_position: int | None = field(default=None, init=False)

    async def fetch(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """Run one statement in the transaction, written with `$1` placeholders."""
        return await fetch(sql, *values, using=self.using)

    async def take_positions(self, count: int) -> int:
        """Take `count` positions and return the first.

        From here to the commit every other writer waits: only writes that need a position may follow. Raises
        PeriodClosed, after which nothing of the change may stay.
        """
        (head,) = await self.fetch(
            "UPDATE log_head SET position = position + $1 WHERE id = 1 RETURNING position, open_from", count
        )
        open_from = moment(head["open_from"])
        if open_from is not None and self.at < open_from:
            raise PeriodClosed(open_from)
        self.last_position = int(head["position"])
        return self.last_position - count + 1

    async def append(self, first: int, drafts: Sequence[Draft]) -> None:
        """Append the events at the positions from `first` on, taken before."""
        await LogEvent.bulk_create(
            [
                LogEvent(
                    position=first + offset,
                    topic=draft.topic,
                    kind=draft.kind,
                    at=draft.at or self.at,
                    report_id=draft.report_id,
                    version=draft.version,
                    account_id=draft.account_id,
                    actor=draft.actor,
                    data=draft.data,
                )
                for offset, draft in enumerate(drafts)
            ],
            using_db=self.using,
        )


@dataclass(slots=True)
class Writer:
    """What every action needs: the doorbell to ring after a commit, and the time.

    `ring` gets the last position of each committed change; it must neither block nor raise.
    """

    ring: Callable[[int], object] = lambda _: None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _running: set[asyncio.Task[Any]] = field(default_factory=set, init=False)

    async def change(self, work: Callable[[Change], Awaitable[T]]) -> T:
        """Run `work` in a transaction, ring the bell after it commits, and return what it returns.

        `work` runs again, from the start, after a deadlock, a serialization failure, a unique value taken meanwhile
        (it then sees the other's row) or the closing of its day (it is then dated into the next). It runs in a task of
        its own, which a cancelled request does not cancel: a transaction cancelled while it begins would leak its
        connection.
        """
        task = asyncio.create_task(self._attempts(work))
        self._running.add(task)
        task.add_done_callback(self._finished)
        return await asyncio.shield(task)

    async def drain(self) -> None:
        """Wait for the changes under way, before the database is closed."""
        if self._running:
            await asyncio.wait(self._running)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # asked for, so that a change whose caller went away does not complain at exit

    async def _attempts(self, work: Callable[[Change], Awaitable[T]]) -> T:
        open_from: datetime | None = None
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(_may_succeed_again),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.01, max=0.5),
            reraise=True,
        ):
            with attempt:
                try:
                    return await self._attempt(work, open_from)
                except PeriodClosed as late:
                    open_from = late.open_from
                    raise
        raise AssertionError("tenacity reraises the last error")  # pragma: no cover

    async def _attempt(self, work: Callable[[Change], Awaitable[T]], open_from: datetime | None) -> T:
        async with in_transaction() as using:
            if using.capabilities.dialect == "sqlite":
                # SQLite begins deferred: two processes that read first and write later would refuse each other.
                await using.execute_query("UPDATE log_head SET position = position WHERE id = 1")
            now = self.now()
            change = Change(using, now if open_from is None else max(now, open_from))
            result = await work(change)
        if change.last_position is not None:
            self.ring(change.last_position)
        return result


def _may_succeed_again(error: BaseException) -> bool:
    cause = error.__cause__ or (error.args[0] if error.args else None)
    if isinstance(error, (PeriodClosed, IntegrityError, asyncpg.DeadlockDetectedError, asyncpg.SerializationError)):
        return True
    return (
        isinstance(error, OperationalError) and isinstance(cause, sqlite3.OperationalError) and "locked" in str(cause)
    )
