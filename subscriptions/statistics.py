"""Live statistics: read once, and again after events that concern them, once for all subscribers of a document."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from execution.guard import guarded
from models.log import REBUILT, EventRow, Topic
from queries import log, statistics
from queries.statistics import Counted, Question
from rules.criteria import ReportCriteria
from subscriptions.channels import FeedChannel
from subscriptions.shared import SharedSubscription, Subscriber, retry_while_unavailable
from subscriptions.streams import BEFORE_FIRST, has_failed
from subscriptions.tailer import EpochChanged, Listener, LogTailer

INTERVAL = 1.0
"""Seconds between two reads, at least."""

LONGEST = 60.0
"""Seconds between two reads, at most: a deadline may pass on a clock that is set."""


@dataclass(frozen=True, slots=True)
class StatisticsState:
    """Statistics at a moment. `head`: of the log, read before them. `due`: when they change by themselves, if known."""

    head: tuple[str, int]
    rows: list[Counted]
    due: datetime | None


class StatisticsStream:
    """The statistics of a question, with all rows: each subscriber gets them at once, then whenever they differ."""

    is_of_log = False

    def __init__(
        self,
        shared: SharedSubscription,
        tailer: LogTailer,
        question: Question,
        count: Callable[[Question, datetime], Awaitable[list[Counted]]],
        clock: Callable[[], datetime],
        seconds: float,
    ) -> None:
        self._shared, self._tailer, self._question, self._count = shared, tailer, question, count
        self._clock, self._seconds = clock, seconds
        self._feed = FeedChannel(_watched(question.criteria))
        self._serial = BEFORE_FIRST
        self._state: StatisticsState | None = None
        self._encoded: tuple[int, asyncio.Task[str]] | None = None
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Read and push from now on."""
        self._task = asyncio.create_task(self._run(), name="statistics-stream")

    def end(self) -> None:
        """Stop and cancel all work."""
        for task in (self._task, None if self._encoded is None else self._encoded[1]):
            if task is not None:
                task.cancel()

    async def join(self, subscriber: Subscriber) -> None:
        """Send a subscriber the present statistics and add it."""
        while True:
            subscriber.after = BEFORE_FIRST
            if self._state is None:  # they are being read for the first time, and will be pushed to all
                self._shared.subscribers.add(subscriber)
                return
            if await self._shared.catch_up_and_join(subscriber, self._encode(self._serial, self._state)):
                return

    async def _encode(self, serial: int, state: StatisticsState) -> list[tuple[int, str]]:
        """Return the encoded statistics. They are encoded once for all who join before they change."""
        if self._encoded is None or self._encoded[0] != serial or has_failed(self._encoded[1]):
            self._encoded = serial, asyncio.create_task(self._shared.encode(state), name="statistics-snapshot")
        return [(serial, await asyncio.shield(self._encoded[1]))]

    async def _run(self) -> None:
        try:
            while True:
                with self._tailer.listen(
                    ("topic", Topic.REPORT), ("topic", Topic.LEDGER), accept=self._concerns
                ) as listener:  # before the read, so that no event is missed
                    await self._update()
                    await asyncio.sleep(INTERVAL)
                    await self._wait(listener)
        except Exception as error:  # noqa: BLE001 # every failure reaches the subscribers
            self._shared.fail(error)

    async def _update(self) -> None:
        """Read, and push what differs."""
        state = await self._read()
        known, self._state = self._state, state
        if known is None or known.rows != state.rows or known.head[0] != state.head[0]:
            self._serial += 1
            await self._shared.push(self._serial, state)

    @retry_while_unavailable
    async def _read(self) -> StatisticsState:
        """Read the head of the log and then the statistics. Raises Overrun."""
        return await guarded(self._read_all(), self._seconds)

    async def _read_all(self) -> StatisticsState:
        head, now = await log.head(), self._clock()
        rows = await self._count(self._question, now)
        return StatisticsState(head, rows, await statistics.next_overdue(self._question, now))

    async def _wait(self, listener: Listener) -> None:
        """Wait for an event, the next deadline, or LONGEST."""
        due = None if self._state is None else self._state.due
        seconds = LONGEST if due is None else min(max((due - self._clock()).total_seconds(), 0), LONGEST)
        try:
            async with asyncio.timeout(seconds):
                await listener.wait()
        except (TimeoutError, EpochChanged):
            pass

    def _concerns(self, event: EventRow) -> bool:
        return self._feed.matches(event) if event.topic is Topic.REPORT else event.kind == REBUILT


def _watched(criteria: ReportCriteria) -> ReportCriteria:
    """Return the criteria of the events that may change what is counted: time alone changes the others."""
    return replace(criteria, overdue=None, changed_from=None)
