"""Running an action: one transaction, retried on conflicts, shielded from cancellation, announced after its commit.

Locks are taken in one order: the key of the act, reports by id, the reporter of a report that scores, the fixes of a
unit, tallies by period and unit, the day's number, the reporter's number of the day, the words sent, the log's counter
(`actions.log`).
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, Concatenate, ParamSpec, TypeVar

import asyncpg
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential
from tortoise.exceptions import IntegrityError, OperationalError

from actions.act_keys import RequestKey, once
from actions.log import LogTransaction, PeriodClosed
from actions.report_editor import DuplicatesChanged, ReportEditor, ReportsEditor
from models.database import connection
from models.reading import Waits
from models.writing import transaction
from queries.reference import read_calendar
from rules.access import Person
from rules.service_time import Calendar

logger = logging.getLogger("tanggap.transaction")

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 10


class Transaction(LogTransaction):
    """The transaction that an action works in."""

    def edit(
        self,
        report_id: int,
        person: Person | None = None,
        original_id: int | None = None,
        *,
        with_duplicates: bool = False,
    ) -> ReportEditor:
        """Edit a report: the only way to change one. Use it with `async with`.

        `person`: who acts; None for the service itself, the operator and an agency outside. `original_id` is a second
        report to lock with it, of which this one turns out to be a duplicate. `with_duplicates`: lock those that are
        merged into it too, as far as they are blamed. Entering raises Refusal NOT_FOUND for a report that does not
        exist, or that is hidden from the person.
        """
        return ReportEditor(self, report_id, person, original_id, with_duplicates=with_duplicates)

    def edit_all(self, report_ids: Collection[int]) -> ReportsEditor:
        """Lock several reports, to add to their entries in one act. Use it with `async with`."""
        return ReportsEditor(self, report_ids)


@dataclass(slots=True)
class Transactions:
    """Runs actions: `await transactions.run(change_status, person, report_id, change)`.

    `notify` gets the last position of each committed change; it must neither block nor raise. `now` is the clock. The
    calendar is read once, and again by `reload_calendar`.
    """

    notify: Callable[[int], object] = lambda _: None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    waits: Waits = field(default_factory=Waits, init=False)
    _calendar: Calendar | None = field(default=None, init=False)
    _running: set[asyncio.Task[Any]] = field(default_factory=set, init=False)

    @property
    def running(self) -> int:
        """The number of actions that run."""
        return len(self._running)

    async def run(
        self, action: Callable[Concatenate[Transaction, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `action` in a transaction, commit, notify, and return its result.

        The action runs again from its start after a deadlock, a serialization failure, a unique value taken by another
        transaction (whose row it then sees), a merge into the report or the closing of its day (it is then dated into
        the next day). It runs in
        a task of its own, which a cancelled request does not cancel: a transaction that is cancelled while it begins
        would leak its connection.
        """
        task = asyncio.create_task(self._run(action, *args, **kwargs))
        self._running.add(task)
        task.add_done_callback(self._finished)
        return await asyncio.shield(task)

    async def run_once(
        self,
        key: RequestKey,
        action: Callable[Concatenate[Transaction, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `action` as `run` does, unless it was run under the key before: then return what it kept.

        Raises Refusal DUPLICATE_REQUEST when the key is that of another act.
        """
        if key.text is None:
            return await self.run(action, *args, **kwargs)
        return await self.run(once, key, action, *args, **kwargs)

    async def reload_calendar(self) -> Calendar:
        """Read the days off as they are stored now: transactions that begin later use them."""
        self._calendar = await read_calendar()
        return self._calendar

    async def drain(self) -> None:
        """Wait for the running transactions, before the database is closed."""
        if self._running:
            await asyncio.wait(self._running)

    async def _run(
        self, action: Callable[Concatenate[Transaction, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        open_from = datetime.min.replace(tzinfo=UTC)
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(_is_retryable),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.01, max=0.5),
            reraise=True,
        ):
            with attempt:
                try:
                    calendar = self._calendar or await self.reload_calendar()
                    began = perf_counter()
                    async with transaction(connection()) as client:
                        self.waits.number += 1
                        self.waits.seconds += perf_counter() - began
                        if client.capabilities.dialect == "sqlite":
                            # SQLite begins deferred: two processes that read first and write later would fail.
                            await client.execute_query("UPDATE log_head SET position = position WHERE id = 1")
                        number = attempt.retry_state.attempt_number
                        tx = Transaction(client, max(self.now(), open_from), calendar, number)
                        result = await action(tx, *args, **kwargs)
                except PeriodClosed as closed:
                    open_from = closed.open_from
                    raise
                if tx.last_position is not None:
                    self.notify(tx.last_position)
                return result
        raise AssertionError("tenacity raises the last error")  # pragma: no cover

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # retrieve it: asyncio would complain at exit when the caller has gone


def _is_retryable(error: BaseException) -> bool:
    cause = error.__cause__ or (error.args[0] if error.args else None)
    if isinstance(
        error,
        (PeriodClosed, DuplicatesChanged, IntegrityError, asyncpg.DeadlockDetectedError, asyncpg.SerializationError),
    ):
        return True
    return (
        isinstance(error, OperationalError) and isinstance(cause, sqlite3.OperationalError) and "locked" in str(cause)
    )
