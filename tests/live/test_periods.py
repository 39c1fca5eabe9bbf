"""Each period is closed once, by an event of the log. Boards restart at it, and closed periods never change."""

import asyncio
import random
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.ledger import NewEntry
from actions.periods import close_periods
from actions.transaction import Transaction, Transactions
from app import clock
from models.database import database, fetch, log_head
from models.ledger import CITIZEN, PointEntry
from models.log import LogEvent, LogHead, Topic, moment
from models.reports import Report
from models.tallies import Tally
from queries import leaderboards as tables
from queries.leaderboards import read_board, read_open_board
from rules.boards import BoardKind
from rules.periods import CALENDAR, Period, Span, jakarta_day, midnight, span
from rules.scoring.points import Rule
from rules.scoring.ranking import RankedRow
from subscriptions import boards
from subscriptions.boards import BoardUpdate
from tests.city import ROOT, City, in_process
from tests.subscribers import updates_of
from tests.wire import DEADLINE, GAMBIR

pytestmark = pytest.mark.anyio

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
NIGHTS = {
    "a day": (date(2026, 3, 10), {Period.DAY}),
    "a Monday": (date(2026, 3, 9), {Period.DAY, Period.WEEK}),
    "a first of the month": (date(2026, 5, 1), {Period.DAY, Period.MONTH}),
    "a first of the quarter": (date(2026, 4, 1), {Period.DAY, Period.MONTH, Period.QUARTER}),
    "a new year": (date(2026, 1, 1), {Period.DAY, Period.MONTH, Period.QUARTER, Period.YEAR}),
    "a new year on a Monday": (date(2024, 1, 1), set(CALENDAR)),
}
"""The day that begins, and the periods that close at its midnight."""


async def live_at(city: City, now: datetime) -> None:
    """Set the time to `now` and open its day in the log."""
    city.transactions.now = lambda: now
    await open_day(jakarta_day(now))


async def open_day(day: date) -> None:
    await fetch("UPDATE log_head SET open_from = $1 WHERE id = 1", midnight(day))


async def closings() -> list[tuple[int, str, str, str, datetime]]:
    """Return (position, period, first day, last day, time) of each closing, in log order."""
    events = await LogEvent.filter(topic=Topic.PERIOD).order_by("position")
    return [(one.position, one.data["period"], one.data["first"], one.data["last"], one.at) for one in events]


def watch(city: City, period: Period) -> AsyncGenerator[BoardUpdate, None]:
    return updates_of(city.services.boards.board(BoardKind.KELURAHAN, period), 300)


def points(update: BoardUpdate) -> dict[str, int]:
    return {place.code: place.points for place in update.rows if place.rank is not None}


@pytest.mark.parametrize(("begins", "closed"), NIGHTS.values(), ids=NIGHTS)
async def test_boards_of_closing_periods_restart_at_midnight_others_go_on(
    city: City, begins: date, closed: set[Period], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "INTERVAL", 0.0)
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    turn = midnight(begins)
    await live_at(city, turn - SECOND)
    old, new = [(await citizen.report())["id"] for _ in range(2)]
    await officer.move(old, "IN_PROGRESS")
    watchings = {period: watch(city, period) for period in Period}
    async with asyncio.timeout(DEADLINE):
        for watching in watchings.values():
            assert points(await anext(watching)) == {GAMBIR: 12}
        city.transactions.now = lambda: turn + SECOND
        await officer.move(new, "IN_PROGRESS")  # before the closing, but already on the new day
        for period in set(Period) - closed:
            update = await anext(watchings[period])
            assert (points(update), update.snapshot) == ({GAMBIR: 24}, False), period
        await close_periods(city.transactions)
        for period in closed:
            update = await anext(watchings[period])
            assert (points(update), update.snapshot) == ({GAMBIR: 12}, True), period
            assert update.board.span == span(period, begins)
            assert update.board.span.starts_at == turn
            assert update.board.previous_ranks == {GAMBIR: 1}
        for watching in watchings.values():
            await watching.aclose()
    days = {period: span(period, begins - DAY) for period in CALENDAR if period in closed}
    assert [closing[1:] for closing in await closings()] == [
        (period, str(days[period].first), str(days[period].last), turn) for period in days
    ]


async def test_service_clock_closes_the_passed_day(city: City) -> None:
    today = jakarta_day(city.transactions.now())
    watching = watch(city, Period.DAY)
    async with asyncio.timeout(DEADLINE), aclosing(watching):
        assert (await anext(watching)).board.span == span(Period.DAY, today)
        city.transactions.now = lambda: midnight(today + DAY)
        assert (await anext(watching)).board.span == span(Period.DAY, today + DAY)
    assert (await closings())[0][1:] == ("DAY", str(today), str(today), midnight(today + DAY))


async def test_clock_closes_days_that_passed_during_an_outage(
    city: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    today = jakarta_day(city.transactions.now())
    failures = asyncio.Queue[object]()

    async def fail(_: Transactions, action: object) -> None:
        failures.put_nowait(action)
        raise OSError("away")

    async with asyncio.timeout(DEADLINE), aclosing(watch(city, Period.DAY)) as watching:
        await anext(watching)
        with monkeypatch.context() as away:
            away.setattr(Transactions, "run", fail)
            city.transactions.now = lambda: midnight(today + DAY)
            for _ in range(2):
                await failures.get()
        assert (await anext(watching)).board.span == span(Period.DAY, today + DAY)
    assert [record.name for record in caplog.records if "the clock stands still" in record.message] == ["tanggap.clock"]


async def test_clock_runs_no_query_until_the_day_has_passed(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    closed, looks = asyncio.Queue[object](), asyncio.Queue[datetime]()
    run = Transactions.run

    async def count(transactions: Transactions, action: Any) -> Any:
        closed.put_nowait(action)
        return await run(transactions, action)

    monkeypatch.setattr(Transactions, "run", count)
    monkeypatch.setattr(clock, "TICK", 0.001)
    tomorrow = midnight(jakarta_day(city.transactions.now()) + DAY)

    def look() -> datetime:
        looks.put_nowait(tomorrow)
        return tomorrow

    city.transactions.now = look
    async with asyncio.timeout(DEADLINE):
        for _ in range(2):  # the passed day is closed, then the next one is found open
            await closed.get()
        for _ in range(50):
            await looks.get()
    assert closed.empty()


async def test_board_read_while_its_day_closes_is_of_the_new_day(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    await live_at(city, midnight(date(2026, 3, 10)))
    city.transactions.now = lambda: midnight(date(2026, 3, 11))

    async def late_head() -> LogHead:
        head = await log_head()
        await close_periods(city.transactions)
        return head

    monkeypatch.setattr(tables, "log_head", late_head)
    board = await read_open_board(BoardKind.KELURAHAN, Period.DAY, [GAMBIR])
    assert board.span == span(Period.DAY, date(2026, 3, 11))


@pytest.mark.usefixtures("city")
async def test_new_city_closes_no_past_period() -> None:
    assert await closings() == []
    (head,) = await fetch("SELECT open_from FROM log_head")
    assert moment(head["open_from"]) == midnight(jakarta_day(datetime.now(UTC)))


async def test_missed_days_are_closed_in_order_each_at_its_midnight(city: City) -> None:
    await live_at(city, midnight(date(2026, 2, 28)))
    city.transactions.now = lambda: midnight(date(2026, 3, 3)) + 5 * SECOND
    due = await close_periods(city.transactions)
    assert due == midnight(date(2026, 3, 4))
    made = await closings()
    assert [position for position, *_ in made] == list(range(made[0][0], made[0][0] + len(made)))
    assert [one[1:] for one in made] == [
        ("DAY", "2026-02-28", "2026-02-28", midnight(date(2026, 3, 1))),
        ("MONTH", "2026-02-01", "2026-02-28", midnight(date(2026, 3, 1))),
        ("DAY", "2026-03-01", "2026-03-01", midnight(date(2026, 3, 2))),
        ("WEEK", "2026-02-23", "2026-03-01", midnight(date(2026, 3, 2))),
        ("DAY", "2026-03-02", "2026-03-02", midnight(date(2026, 3, 3))),
    ]
    assert await close_periods(city.transactions) == due
    assert await closings() == made


async def tallies() -> list[Tally]:
    """Return the tallies of the days on which points were earned."""
    return await Tally.filter(period="DAY", officer=0, entries__gt=0)


def earned(report_id: int) -> NewEntry:
    return NewEntry(unit=GAMBIR, account_id=None, report_id=report_id, rule=Rule.RESPONDED, points=4)


async def earn(tx: Transaction, report_id: int) -> None:
    """Record an entry of four points for Gambir."""
    async with tx.edit(report_id) as report:
        report.add_entry(earned(report_id))


async def follow(watching: AsyncGenerator[BoardUpdate, None], shown: dict[str, RankedRow], spans: list[Span]) -> None:
    """Apply each update to `shown`, as a dashboard does, and add the span of each snapshot to `spans`."""
    async with aclosing(watching):
        async for update in watching:
            if update.snapshot:
                shown.clear()
                spans.append(update.board.span)
            assert all(shown[shift.code].points + shift.points_delta == shift.points for shift in update.shifts)
            shown.update({place.code: place for place in update.rows})


async def test_watcher_matches_the_tables_when_closings_and_entries_mix(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "INTERVAL", 0.001)
    choose, now = random.Random(20260226), midnight(date(2026, 2, 26))
    await (await city.citizen()).report()
    report_id = (await Report.get()).id
    await live_at(city, now)
    shown: dict[Period, dict[str, RankedRow]] = {period: {} for period in Period}
    spans: dict[Period, list[Span]] = {period: [] for period in Period}
    following = [asyncio.create_task(follow(watch(city, one), shown[one], spans[one])) for one in Period]
    for _ in range(40):
        now += timedelta(hours=choose.randint(0, 9))
        clocks = [now + timedelta(seconds=choose.choice([-3600, 0, 0])) for _ in range(4)]
        notify = city.services.notifier.notify
        writers = [Transactions(notify, lambda clock=clock: clock) for clock in clocks]  # type: ignore[misc] # mypy cannot infer it
        work = [transactions.run(earn, report_id) for transactions in writers[1:]]
        await asyncio.gather(close_periods(writers[0]), *work)
    codes = city.services.places.kelurahan
    async with asyncio.timeout(DEADLINE):
        for period in Period:
            board = await read_open_board(BoardKind.KELURAHAN, period, codes)
            while shown[period] != {place.code: place for place in board.rows} or spans[period][-1] != board.span:
                await asyncio.wait(following, timeout=0.01)
    assert not any(task.done() for task in following)
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    for period in CALENDAR:
        assert spans[period] == sorted(set(spans[period]), key=str), period
    assert len(spans[Period.DAY]) > 1
    assert len(set(spans[Period.ALL_TIME])) == 1


CLOSE = """
import asyncio, datetime, sys
from actions.transaction import Transactions
from actions.periods import close_periods
from models.database import database
async def main():
    async with database(sys.argv[1]):
        print("ready", flush=True)
        sys.stdin.readline()
        now = datetime.datetime.fromisoformat(sys.argv[2])
        await asyncio.gather(*(close_periods(Transactions(now=lambda: now)) for _ in range(3)))
asyncio.run(main())
"""


async def test_concurrent_processes_close_each_day_once(database_url: str) -> None:
    async with database(database_url), asyncio.timeout(2 * DEADLINE):
        await open_day(date(2026, 1, 1))
        pipe = asyncio.subprocess.PIPE
        end = midnight(date(2026, 3, 2)).isoformat()
        command = [sys.executable, "-c", CLOSE, database_url, end]
        processes = [
            await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe) for _ in range(2)
        ]
        for process in processes:
            assert process.stdout is not None
            assert await process.stdout.readline() == b"ready\n"
        await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
        assert [process.returncode for process in processes] == [0, 0]
        made = await closings()
    days = [first for _, period, first, *_ in made if period == "DAY"]
    assert days == [str(date(2026, 1, 1) + number * DAY) for number in range(60)]
    assert [first for _, period, first, *_ in made if period == "MONTH"] == ["2026-01-01", "2026-02-01"]
    assert len({(period, first) for _, period, first, *_ in made}) == len(made)


async def test_act_on_a_host_with_a_slow_clock_counts_in_the_open_day(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    turn = midnight(date(2026, 4, 1))
    await live_at(city, turn - timedelta(hours=1))
    report = await citizen.report()
    await close_periods(Transactions(now=lambda: turn))
    march = await read_board(BoardKind.KELURAHAN, Period.MONTH, date(2026, 3, 31), [GAMBIR])
    answered = await officer.move(report["id"], "IN_PROGRESS")
    assert datetime.fromisoformat(answered["report"]["respondedAt"]) == turn
    assert {(one.unit, one.first_day, one.points) for one in await tallies()} == {(GAMBIR, date(2026, 4, 1), 12)}
    after = await read_board(BoardKind.KELURAHAN, Period.MONTH, date(2026, 3, 31), [GAMBIR])
    assert after.counters == march.counters
    assert march.counters[GAMBIR].entries == 0


async def test_change_that_commits_after_the_closing_counts_in_the_new_day(
    postgres_city_url: str, tmp_path: Path
) -> None:
    """Only on PostgreSQL: SQLite has a single transactions at a time."""
    turn = midnight(date(2026, 4, 1))
    computed, closed = asyncio.Event(), asyncio.Event()
    dated: list[datetime] = []
    async with in_process(postgres_city_url, tmp_path / "media") as city, asyncio.timeout(DEADLINE):
        citizen = await city.citizen()
        await live_at(city, turn - SECOND)
        await citizen.report()
        report = await Report.get()

        async def earn_late(tx: Transaction) -> None:
            dated.append(tx.at)
            computed.set()
            await closed.wait()
            await earn(tx, report.id)

        late = asyncio.create_task(city.transactions.run(earn_late))
        await computed.wait()
        await close_periods(Transactions(now=lambda: turn))
        closed.set()
        await late
        assert dated == [turn - SECOND, turn]
        assert [(one.first_day, one.points, one.entries) for one in await tallies()] == [(date(2026, 4, 1), 4, 1)]
        made = await PointEntry.exclude(unit=CITIZEN).get()
        assert (made.day, made.at) == (date(2026, 4, 1), turn)
        assert made.position == (await closings())[-1][0] + 1
