"""Replay and live events join without a gap in any interleaving of the log, the tailer and the subscribers."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tenacity import wait_none

from models.log import EventRow, Topic
from queries import log
from queries.log import EventHistory
from rules.criteria import ReportSnapshot
from rules.workflow import ReportStatus
from subscriptions.notifier import Notifier
from subscriptions.streams import EventStream
from subscriptions.tailer import QUEUE_SIZE, Listener, LogTailer
from tests.subscribers import FakeShared, subscriber
from tests.wire import DEADLINE

EVENTS = 30
EPOCH = "0" * 16
AT = datetime(2026, 11, 23, tzinfo=UTC)
SNAPSHOT_COLUMNS = ReportSnapshot(
    category="SAMPAH",
    kelurahan="31.71.01.1001",
    handler="31.71.01.1001",
    external=False,
    latitude=-6.1754,
    longitude=106.8272,
    reporter_id=1,
    status=ReportStatus.WAITING,
    resolution=None,
    duplicate_of_id=None,
    submitted_at=AT,
    responded_at=None,
    processed_at=None,
    response_due_at=AT,
    processing_due_at=AT,
)


def event(position: int, report_id: int) -> EventRow:
    return EventRow(
        position=position,
        topic=Topic.REPORT,
        kind="EDITED",
        at=AT,
        report_id=report_id,
        version=position,
        account_id=1,
        actor="CITIZEN",
        data={"before": {}, "after": SNAPSHOT_COLUMNS.as_data()},
    )


class FakeLog(EventHistory):
    """A log in memory whose reads take a random number of turns of the event loop.

    It replaces the database so that a failing interleaving can be repeated by its seed. It is also the channel and the
    history of one report.
    """

    def __init__(self, choose: Random, report_id: int | None = None, events: list[EventRow] | None = None) -> None:
        self.events: list[EventRow] = [] if events is None else events
        self._report_id = report_id
        self._choose = choose
        self._failure_rate = choose.choice([0, 0, 0.01, 0.05])

    def append(self, report_id: int) -> None:
        self.events.append(event(len(self.events) + 1, report_id))

    async def tail(self, after: int) -> log.Tail:
        await self.answer()
        found = log.Tail(EPOCH, len(self.events), self.events[after : after + self._choose.randint(1, 4)])
        await self.pause()
        return found

    async def replay(self, after: int, through: int) -> AsyncGenerator[EventRow, None]:
        await self.answer()
        for one in self.events[after:through]:
            if one.report_id == self._report_id:
                yield one
            await self.answer()

    async def exceeds_replay_limit(self, after: int) -> bool:  # noqa: ARG002 # never exceeded here
        await self.answer()
        return False

    async def history(self) -> "FakeLog":
        await self.answer()
        return self

    async def listen(self, tailer: LogTailer) -> Listener:
        await self.answer()
        return tailer.listen(("report", self._report_id or 0))

    def ends_with(self, _: EventRow) -> bool:
        return False

    async def answer(self) -> None:
        """Pause, and be unavailable at random."""
        await self.pause()
        if self._choose.random() < self._failure_rate:
            raise ConnectionRefusedError

    async def pause(self) -> None:
        for _ in range(self._choose.randint(0, 3)):
            await asyncio.sleep(0)


async def interleave(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interleave a writer, the tailer and subscribers. Each must get exactly its report's events after its cursor."""
    choose = Random(seed)
    fake_log = FakeLog(choose)
    monkeypatch.setattr(log, "tail", fake_log.tail)
    monkeypatch.setattr("subscriptions.tailer.POLL_SECONDS", 0.001)
    monkeypatch.setattr("subscriptions.tailer.QUEUE_SIZE", choose.randint(1, 12))  # small enough to overflow
    monkeypatch.setattr("subscriptions.streams.HOLD_WITHIN", choose.randint(0, 8))
    monkeypatch.setattr("subscriptions.shared.MAX_HELD_ITEMS", choose.randint(1, 4))
    for retried in (EventStream.begin, EventStream.join, EventStream._push_all):
        monkeypatch.setattr(retried.retry, "wait", wait_none())
    async with Notifier("memory://") as notifier:
        tailer = LogTailer(notifier)
        monkeypatch.setattr(log, "head", lambda: _at(0))
        async with tailer, asyncio.timeout(DEADLINE):
            writing = asyncio.create_task(_write(fake_log, notifier, choose))
            fakes = [FakeShared(fake_log.pause), FakeShared(fake_log.pause)]
            channels = [FakeLog(choose, report_id, fake_log.events) for report_id in (1, 2)]
            streams = [EventStream(shared, tailer, channel) for shared, channel in zip(fakes, channels, strict=True)]
            for stream in streams:
                await stream.begin()
            chosen = [choose.randint(0, 1) for _ in range(6)]
            await asyncio.gather(*(_subscribe(streams[index], fake_log, 1 + index, choose) for index in chosen))
            await writing
            for stream in streams:
                stream.end()
            assert [shared.failure for shared in fakes] == [None, None]


async def _at(position: int) -> tuple[str, int]:
    return EPOCH, position


async def _write(fake_log: FakeLog, notifier: Notifier, choose: Random) -> None:
    for _ in range(EVENTS):
        for _ in range(choose.choice([1, 1, 1, 15])):  # at times long enough for the tailer to catch up
            await fake_log.pause()
        fake_log.append(choose.randint(1, 2))
        if choose.random() < 0.9:
            notifier.notify(len(fake_log.events))
    fake_log.append(1)
    fake_log.append(2)


async def _subscribe(stream: EventStream, fake_log: FakeLog, report_id: int, choose: Random) -> None:
    for _ in range(choose.choice([0, 5, 20, 60, 150])):  # some subscribe after everything was written and dispatched
        await fake_log.pause()
    after = choose.randint(0, max(0, min(len(fake_log.events), EVENTS) - 1))
    one, received = subscriber(after, fake_log.pause)
    await stream.join(one)
    while (
        len(fake_log.events) < EVENTS + 2 or not received or received[-1] < _last(fake_log, report_id)
    ):  # bounded by the deadline
        await asyncio.sleep(0.0005)
    assert received == [one.position for one in fake_log.events if one.report_id == report_id and one.position > after]


def _last(fake_log: FakeLog, report_id: int) -> int:
    return max(one.position for one in fake_log.events if one.report_id == report_id)


def test_replay_joins_live_events_without_gap_in_any_interleaving() -> None:
    with asyncio.Runner() as runner, pytest.MonkeyPatch.context() as monkeypatch:

        @settings(max_examples=150)
        @given(st.integers(0, 2**32))
        def any_order(seed: int) -> None:
            runner.run(interleave(seed, monkeypatch))

        any_order()


@pytest.mark.anyio
async def test_stalled_listener_holds_bounded_events_and_ends() -> None:
    tailer = LogTailer(Notifier("memory://"))
    with tailer.listen(("topic", Topic.REPORT)) as listener:
        for position in range(1, QUEUE_SIZE + 1):
            listener.enqueue(event(position, 1))
        assert len(listener.take_waiting()) == QUEUE_SIZE
        for position in range(1, QUEUE_SIZE + 2):
            listener.enqueue(event(position, 1))
        assert listener.overflowed
        assert [one async for one in listener] == []


@pytest.mark.anyio
async def test_failing_listener_ends_alone_and_others_get_the_event() -> None:
    def fail(one: EventRow) -> bool:
        raise RuntimeError(one.position)

    tailer = LogTailer(Notifier("memory://"))
    with tailer.listen(("report", 1), accept=fail) as failing, tailer.listen(("report", 1)) as sound:
        tailer.dispatch(event(1, 1))
        assert failing.overflowed
        assert [one.position for one in sound.take_waiting()] == [1]
        assert tailer.position == 1


@pytest.mark.anyio
async def test_closed_listener_is_forgotten() -> None:
    tailer = LogTailer(Notifier("memory://"))
    with tailer.listen(("report", 1), ("topic", Topic.REPORT)):
        assert len(tailer.listeners) == 2
    assert not tailer.listeners
