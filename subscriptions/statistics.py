"""Live statistics: counted once, and again after events that concern them or a deadline that passes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from models.log import REBUILT, EventRow, Topic
from queries import log, statistics
from queries.statistics import Counted, Question
from rules.criteria import ReportCriteria
from subscriptions.channels import FeedChannel
from subscriptions.shared import SharedSubscription
from subscriptions.states import StateStream
from subscriptions.tailer import Listener, LogTailer

LONGEST = 60.0
"""Seconds between two reads, at most: a deadline may pass on a clock that is set."""


@dataclass(frozen=True, slots=True)
class StatisticsState:
    """Statistics at a moment. `head`: of the log, read before them. `due`: when they change by themselves, if known."""

    head: tuple[str, int]
    rows: list[Counted]
    due: datetime | None


class StatisticsStream(StateStream[StatisticsState]):
    """The statistics of a question, with all rows: each subscriber gets them at once, then whenever they differ."""

    def __init__(
        self,
        shared: SharedSubscription,
        tailer: LogTailer,
        question: Question,
        count: Callable[[Question, datetime], Awaitable[list[Counted]]],
        clock: Callable[[], datetime],
        seconds: float,
    ) -> None:
        super().__init__(shared, seconds)
        self._tailer, self._question, self._count, self._clock = tailer, question, count, clock
        self._feed = FeedChannel(_watched(question.criteria))

    async def listen(self) -> Listener:
        """Listen for the events after which the numbers may differ."""
        return self._tailer.listen(("topic", Topic.REPORT), ("topic", Topic.LEDGER), accept=self._concerns)

    async def read(self) -> StatisticsState:
        """Read the head of the log and then the statistics."""
        head, now = await log.head(), self._clock()
        rows = await self._count(self._question, now)
        return StatisticsState(head, rows, await statistics.next_overdue(self._question, now))

    def differs(self, known: StatisticsState, state: StatisticsState) -> bool:
        """Return whether a number differs, or the log is another one."""
        return known.rows != state.rows or known.head[0] != state.head[0]

    def longest_wait(self) -> float:
        """Return the seconds until the next deadline, at most LONGEST."""
        due = None if self._state is None else self._state.due
        return LONGEST if due is None else min(max((due - self._clock()).total_seconds(), 0), LONGEST)

    def _concerns(self, event: EventRow) -> bool:
        return self._feed.matches(event) if event.topic is Topic.REPORT else event.kind == REBUILT


def _watched(criteria: ReportCriteria) -> ReportCriteria:
    """Return the criteria of the events that may change what is counted: time alone changes the others."""
    return replace(criteria, overdue=None, changed_from=None)
