"""Answers that are kept until they may be different: never stale, on any number of workers.

Each change has a gapless position in the log. An answer that was read after position p stays right as long as no event
after p concerns it. So before it answers, a request learns the head of the log as of its own arrival, and all events up
to there. One statement serves all requests that were waiting when it was sent (Raft calls this a read index).
"""

import asyncio
from collections import OrderedDict, defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from models.log import EventRow, Topic
from queries import log
from rules.criteria import ReportCriteria
from schema.freshness import Dependencies

OVERHEAD, WATCH = 1_200, 400
"""Bytes that an answer takes beside its body and key, and for each report and each filter that it watches, about."""

KNOWN = 10_000
"""Requests that are remembered because their answers were kept."""

RECENT = 1_000
"""Events that are remembered for answers that were being made when they came."""


class Mark(NamedTuple):
    """A position of the log of an epoch."""

    epoch: str
    position: int


class AnswersUse(NamedTuple):
    """The answers that are kept, and the bytes they take, about, of those they may (`limit`).

    Since the start, `hits` requests got a kept answer. For `misses` an answer was made that is the same for everybody.
    """

    kept: int
    bytes: int
    limit: int
    hits: int
    misses: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is the same for everybody. `made_with`: the reference data, which change as a whole.

    `operation`: its name, for measures. `by_staff`: it is the same for everybody but staff, who may see internal notes.
    """

    body: bytes
    etag: bytes
    depends: Dependencies
    made_with: object
    operation: str
    by_staff: bool = False

    @property
    def is_constant(self) -> bool:
        """Whether it depends on nothing but the reference data."""
        return self.depends.is_empty and not self.by_staff


class Answers:
    """The answers of a process, the least recently used first. At most `limit` bytes of them are kept."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._size = self._hits = self._misses = 0
        self._any_event: set[Hashable] = set()
        self._counts: set[Hashable] = set()
        self._words: set[Hashable] = set()
        self._by_topic: defaultdict[Topic, set[Hashable]] = defaultdict(set)
        self._by_report: defaultdict[int, set[Hashable]] = defaultdict(set)
        self._by_criteria: defaultdict[ReportCriteria, set[Hashable]] = defaultdict(set)
        self._recent: deque[EventRow] = deque(maxlen=RECENT)
        self._kept_before: set[int] = set()
        self._making: dict[Hashable, asyncio.Future[None]] = {}
        self._mark = Mark("", 0)
        self._reading: asyncio.Task[Mark] | None = None
        self._next: asyncio.Task[Mark] | None = None

    @property
    def size(self) -> int:
        """The bytes that all answers take, about."""
        return self._size

    @property
    def is_kept(self) -> bool:
        """Whether any answer is kept."""
        return self._limit > 0

    @property
    def use(self) -> AnswersUse:
        """The numbers that an operator needs to choose the limit."""
        return AnswersUse(len(self), self._size, self._limit, self._hits, self._misses)

    def __len__(self) -> int:
        return len(self._answers)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._answers

    async def catch_up(self) -> Mark:
        """Apply every event that was committed before this call; return the last. Raises what the database raises."""
        if self._next is None:
            self._next = asyncio.create_task(self._read(), name="read-index")
        return await asyncio.shield(self._next)

    def get_constant(self, key: Hashable, made_with: object) -> Answer | None:
        """Return an answer that depends on nothing but the reference data: it is right without `catch_up`."""
        answer = self._answers.get(key)
        if answer is None or not answer.is_constant or answer.made_with is not made_with:
            return None
        self._hits += 1
        return answer

    def get(self, key: Hashable, now: datetime, made_with: object) -> Answer | None:
        """Return an answer that is right as of the last `catch_up`."""
        answer = self._answers.get(key)
        if answer is None:
            return None
        until = answer.depends.until
        if answer.made_with is not made_with or (until is not None and until <= now):
            self._drop(key)
            return None
        self._answers.move_to_end(key)
        self._hits += 1
        return answer

    def put(self, key: Hashable, answer: Answer, mark: Mark) -> None:
        """Keep an answer whose making began at a mark. An answer that may be different by now is not kept."""
        self._misses += 1
        size = _size(key, answer)
        if answer.depends.unknown or size > self._limit or self._has_changed_since(mark, answer.depends):
            return
        self._drop(key)
        while self._size + size > self._limit:
            self._drop(next(iter(self._answers)))
        self._answers[key] = answer
        self._size += size
        if len(self._kept_before) == KNOWN:
            self._kept_before.clear()
        self._kept_before.add(hash(key))
        for keys in self._watches(answer.depends):
            keys.add(key)

    async def wait_for(self, key: Hashable) -> None:
        """Wait while another request makes an answer. It may then be kept."""
        making = self._making.get(key)
        if making is not None:
            await asyncio.wait([making])

    @contextmanager
    def making(self, key: Hashable) -> Iterator[None]:
        """Let others who want the same answer wait for it, if it was kept before, and so will be again."""
        if key in self._making or hash(key) not in self._kept_before:
            yield
            return
        self._making[key] = asyncio.get_running_loop().create_future()
        try:
            yield
        finally:
            self._making.pop(key).set_result(None)

    async def _read(self) -> Mark:
        """Read the head and the events up to it: after the reading that is under way, for all who wait by then."""
        if self._reading is not None:
            await asyncio.wait([self._reading])
        self._reading, self._next = self._next, None
        found = await log.tail(self._mark.position)
        mark = Mark(found.epoch, found.head)
        is_another = mark.epoch != self._mark.epoch or mark.position < self._mark.position  # as for `LogTailer`
        if is_another or len(found.events) == log.BATCH:
            self._clear()  # that are too many events to look at each
        else:
            for event in found.events:
                self._apply(event)
        self._mark = mark
        return mark

    def _apply(self, event: EventRow) -> None:
        self._recent.append(event)
        if event.changes_everything:
            self._clear()
            return
        keys = set(self._any_event) | self._by_topic.get(event.topic, set())
        if event.is_counted:
            keys |= self._counts
        if event.changes_words:
            keys |= self._words
        if event.report_id is not None and event.topic is not Topic.NOTE:  # no kept answer has internal notes
            keys |= self._by_report.get(event.report_id, set())
        if event.topic is Topic.REPORT:
            for criteria, watching in self._by_criteria.items():
                if _concerns(event, criteria):
                    keys |= watching
        for key in keys:
            self._drop(key)

    def _has_changed_since(self, mark: Mark, depends: Dependencies) -> bool:
        """Return whether an event after a mark concerns an answer, or may."""
        missed = self._mark.position - mark.position
        if mark.epoch != self._mark.epoch or not 0 <= missed <= len(self._recent):
            return True
        return any(_may_change(depends, event) for event in self._recent if event.position > mark.position)

    def _watches(self, depends: Dependencies) -> Iterable[set[Hashable]]:
        if depends.any_event:
            yield self._any_event
        if depends.counts:
            yield self._counts
        if depends.words:
            yield self._words
        for topic in depends.topics:
            yield self._by_topic[topic]
        for report in depends.reports:
            yield self._by_report[report]
        for criteria in depends.criteria:
            yield self._by_criteria[criteria]

    def _drop(self, key: Hashable) -> None:
        answer = self._answers.pop(key, None)
        if answer is None:
            return
        self._size -= _size(key, answer)
        for keys in self._watches(answer.depends):
            keys.discard(key)
        for index, values in (
            (self._by_topic, answer.depends.topics),
            (self._by_report, answer.depends.reports),
            (self._by_criteria, answer.depends.criteria),
        ):
            for value in values:
                if not index[value]:  # type: ignore[index] # each with its own kind of value
                    del index[value]  # type: ignore[arg-type] # as above

    def _clear(self) -> None:
        for key in list(self._answers):
            self._drop(key)
        self._recent.clear()


def _size(key: Hashable, answer: Answer) -> int:
    watches = len(answer.depends.reports) + len(answer.depends.criteria)
    return len(answer.body) + (len(key) if isinstance(key, bytes) else 0) + OVERHEAD + WATCH * watches


def _concerns(event: EventRow, criteria: ReportCriteria) -> bool:
    before = event.before
    return criteria.matches(event.after, event.at) or (before is not None and criteria.matches(before, event.at))


def _may_change(depends: Dependencies, event: EventRow) -> bool:
    return (
        depends.any_event
        or event.changes_everything
        or (depends.counts and event.is_counted)
        or (depends.words and event.changes_words)
        or event.topic in depends.topics
        or (event.report_id in depends.reports and event.topic is not Topic.NOTE)
        or (event.topic is Topic.REPORT and any(_concerns(event, criteria) for criteria in depends.criteria))
    )
