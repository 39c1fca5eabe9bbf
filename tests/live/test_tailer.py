"""How the past and the present join, in whatever order the log, the tail and a subscriber take turns."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tenacity import wait_none

from models.log import EventRow, Topic
from rules.criteria import ReportSnapshot
from rules.workflow import ReportStatus
from subscriptions import flows, log, sharing
from subscriptions import tailer as hubs
from subscriptions.notifier import Notifier
from subscriptions.streams import EventStream
from subscriptions.tailer import LogTailer, Listener
from tests.subscribers import FakeSubscription, subscriber
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


class Shelf:
    """A log in memory, whose reads take as many turns of the loop as chance will have it.

    It stands in for the database so that an order of turns that fails is found again by its seed. Of one report it
    is a channel and its past.
    """

    def __init__(self, choose: Random, report_id: int | None = None, events: list[EventRow] | None = None) -> None:
        self.events: list[EventRow] = [] if events is None else events
        self._report_id = report_id
        self._choose = choose
        self._away = choose.choice([0, 0, 0.01, 0.05])

    def append(self, report_id: int) -> None:
        self.events.append(event(len(self.events) + 1, report_id))

    async def tail(self, after: int) -> log.Tail:
        await self.answer()
        found = log.Tail(EPOCH, len(self.events), self.events[after : after + self._choose.randint(1, 4)])
        await self.dawdle()
        return found

    async def replay(self, after: int, through: int) -> AsyncGenerator[EventRow, None]:
        await self.answer()
        for one in self.events[after:through]:
            if one.report_id == self._report_id:
                yield one
            await self.answer()

    async def exceeds_replay_limit(self, after: int) -> bool:  # noqa: ARG002 # it never is
        await self.answer()
        return False

    async def past(self) -> "Shelf":
        await self.answer()
        return self

    async def listen(self, tailer: LogTailer) -> Listener:
        await self.answer()
        return tailer.listen(("report", self._report_id or 0))

    async def answer(self) -> None:
        """Dawdle, and be away now and then."""
        await self.dawdle()
        if self._choose.random() < self._away:
            raise ConnectionRefusedError

    async def dawdle(self) -> None:
        for _ in range(self._choose.randint(0, 3)):
            await asyncio.sleep(0)


async def interleave(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a writer, the tail and subscribers take turns; each sees just its report's events after its cursor."""
    choose = Random(seed)
    shelf = Shelf(choose)
    monkeypatch.setattr(log, "tail", shelf.tail)
    monkeypatch.setattr(hubs, "POLL_SECONDS", 0.001)
    monkeypatch.setattr(hubs, "QUEUE_SIZE", choose.randint(1, 12))  # small enough to overflow
    monkeypatch.setattr(flows, "NEAR", choose.randint(0, 8))
    monkeypatch.setattr(sharing, "MAX_HELD_ITEMS", choose.randint(1, 4))
    for trying in (EventStream.begin, EventStream.join, EventStream._push_all):
        monkeypatch.setattr(trying.retry, "wait", wait_none())
    async with Notifier("memory://") as notifier:
        tailer = LogTailer(notifier)
        monkeypatch.setattr(log, "head", lambda: _at(0))
        async with tailer, asyncio.timeout(DEADLINE):
            writing = asyncio.create_task(_write(shelf, notifier, choose))
            both_shared = [FakeSubscription(shelf.dawdle), FakeSubscription(shelf.dawdle)]
            followed = [Shelf(choose, report_id, shelf.events) for report_id in (1, 2)]
            both = [EventStream(shared, tailer, channel) for shared, channel in zip(both_shared, followed, strict=True)]
            for stream in both:
                await stream.begin()
            places = [choose.randint(0, 1) for _ in range(6)]
            await asyncio.gather(*(_subscribe(both[place], shelf, 1 + place, choose) for place in places))
            await writing
            for stream in both:
                stream.end()
            assert [shared.failure for shared in both_shared] == [None, None]


async def _at(position: int) -> tuple[str, int]:
    return EPOCH, position


async def _write(shelf: Shelf, notifier: Notifier, choose: Random) -> None:
    for _ in range(EVENTS):
        for _ in range(choose.choice([1, 1, 1, 15])):  # now and then the tail catches up
            await shelf.dawdle()
        shelf.append(choose.randint(1, 2))
        if choose.random() < 0.9:
            notifier.notify(len(shelf.events))
    shelf.append(1)
    shelf.append(2)


async def _subscribe(stream: EventStream, shelf: Shelf, report_id: int, choose: Random) -> None:
    for _ in range(choose.choice([0, 5, 20, 60, 150])):  # some come when all has been written and handed out
        await shelf.dawdle()
    after = choose.randint(0, max(0, min(len(shelf.events), EVENTS) - 1))
    one, heard = subscriber(after, shelf.dawdle)
    await stream.join(one)
    while len(shelf.events) < EVENTS + 2 or not heard or heard[-1] < _last(shelf, report_id):
        await asyncio.sleep(0.0005)
    assert heard == [one.position for one in shelf.events if one.report_id == report_id and one.position > after]


def _last(shelf: Shelf, report_id: int) -> int:
    return max(one.position for one in shelf.events if one.report_id == report_id)


def test_replay_and_live_meet_without_gap_or_overlap_in_any_order_of_turns() -> None:
    with asyncio.Runner() as runner, pytest.MonkeyPatch.context() as monkeypatch:

        @settings(max_examples=300, deadline=None)
        @given(st.integers(0, 2**32))
        def any_order(seed: int) -> None:
            runner.run(interleave(seed, monkeypatch))

        any_order()


@pytest.mark.anyio
async def test_a_listener_that_does_not_read_holds_a_bounded_number_of_events_and_ends() -> None:
    tailer = LogTailer(Notifier("memory://"))
    with tailer.listen(("topic", Topic.REPORT)) as listener:
        for position in range(1, hubs.QUEUE_SIZE + 1):
            listener.enqueue(event(position, 1))
        assert len(listener.take_waiting()) == hubs.QUEUE_SIZE
        for position in range(1, hubs.QUEUE_SIZE + 2):
            listener.enqueue(event(position, 1))
        assert listener.overflowed
        assert [one async for one in listener] == []


@pytest.mark.anyio
async def test_a_listener_that_fails_ends_alone_and_the_others_get_the_event() -> None:
    def fail(one: EventRow) -> bool:
        raise RuntimeError(one.position)

    tailer = LogTailer(Notifier("memory://"))
    with tailer.listen(("report", 1), accept=fail) as failing, tailer.listen(("report", 1)) as sound:
        tailer.dispatch(event(1, 1))
        assert failing.overflowed
        assert [one.position for one in sound.take_waiting()] == [1]
        assert tailer.position == 1


@pytest.mark.anyio
async def test_a_listener_that_leaves_is_forgotten() -> None:
    tailer = LogTailer(Notifier("memory://"))
    with tailer.listen(("report", 1), ("topic", Topic.REPORT)):
        assert len(tailer.listeners) == 2
    assert not tailer.listeners
