"""Live boards by responsiveness, and of officers: a watcher that applies all updates has the board of the tables."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from actions.accounts import credentials, grant_role, revoke_role
from actions.periods import close_periods
from actions.rebuild import rebuild
from actions.transaction import Transactions
from models.database import database, fetch
from queries.leaderboards import Board, read_open_board
from queries.officers import BoardPerson
from rules.access import Role
from rules.boards import BOARDS, BoardKind, Metric
from rules.periods import CALENDAR, Period, jakarta_day, midnight, span
from rules.scoring import responsiveness
from rules.scoring.counters import Counters
from rules.scoring.ranking import UNRANKED, RankedRow
from subscriptions import boards
from subscriptions.boards import BoardUpdate
from tests.city import City, Deployment
from tests.subscribers import updates_of
from tests.wire import DEADLINE, GAMBIR, PASSWORD, Caller, Stream, socket
from tests.world import World

pytestmark = pytest.mark.anyio

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
KINDS = [kind for kind in BoardKind if kind is not BoardKind.CITIZEN]


@dataclass
class Dashboard:
    """A dashboard that applies each update to the previous state. `snapshots` are the boards of its snapshots."""

    kind: BoardKind
    metric: Metric
    period: Period
    rows: dict[str, RankedRow] = field(default_factory=dict)
    people: dict[str, BoardPerson] = field(default_factory=dict)
    snapshots: list[Board] = field(default_factory=list)

    def show(self, update: BoardUpdate) -> None:
        if update.snapshot:
            self.rows = {}
            self.snapshots.append(update.board)
        for shift in update.shifts:
            was = self.rows[shift.code]
            assert (was.rank, was.points) == (shift.from_rank, shift.points - shift.points_delta)
            if was.responsiveness is None or shift.responsiveness is None:
                assert shift.responsiveness_delta is None
            else:
                assert shift.responsiveness_delta == round(shift.responsiveness - was.responsiveness, 2)
        self.rows |= {place.code: place for place in update.rows}
        self.people = dict(update.board.people)

    def is_right(self, board: Board) -> bool:
        """Return whether it shows the rows and names of a board read from the tables."""
        return (self.rows, self.people) == ({place.code: place for place in board.rows}, board.people)


def watch(city: City, dashboard: Dashboard) -> AsyncGenerator[BoardUpdate, None]:
    return updates_of(city.services.boards.board(dashboard.kind, dashboard.period, dashboard.metric), 300)


@asynccontextmanager
async def followed(city: City, *dashboards: Dashboard) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Apply updates to the dashboards. Yield a function that waits until they match the tables."""

    async def follow(dashboard: Dashboard) -> None:
        async with aclosing(watch(city, dashboard)) as watching:
            async for update in watching:
                dashboard.show(update)

    async def settle() -> None:
        async with asyncio.timeout(DEADLINE):
            for dashboard, task in zip(dashboards, following, strict=True):
                while not (dashboard.snapshots and dashboard.is_right(await read(city, dashboard))):
                    await asyncio.wait([task], timeout=0.02)  # a failure of the task is raised below
                    if task.done():
                        task.result()

    following = [asyncio.create_task(follow(dashboard)) for dashboard in dashboards]
    try:
        await settle()
        yield settle
        await settle()
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)


async def read(city: City, dashboard: Dashboard) -> Board:
    return await read_open_board(
        dashboard.kind, dashboard.period, BOARDS[dashboard.kind].units_of(city.services.places), dashboard.metric
    )


async def live_at(city: City, now: datetime) -> None:
    """Set the time to `now` and open its day in the log."""
    city.transactions.now = lambda: now
    await fetch("UPDATE log_head SET open_from = $1 WHERE id = 1", midnight(jakarta_day(now)))


async def fix(officer: Caller, report: str) -> None:
    payload = await officer.move(report, "PROCESSED", resolution="FIXED", proofPhotoIds=[await officer.photo()])
    assert payload["errors"] == []


async def test_dashboard_matches_the_tables_across_a_year_end(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """The random history has a year end, first acts of officers, missed deadlines, transfers and reopened reports."""
    monkeypatch.setattr(boards, "INTERVAL", 0.01)
    monkeypatch.setattr(responsiveness, "ENOUGH", 0)
    world = World(11, datetime(2025, 12, 27, 3, tzinfo=UTC), city.services.notifier.notify)
    await live_at(city, world.now)
    city.transactions.now = world.transactions.now
    dashboards = [
        Dashboard(kind, metric, period)
        for kind in KINDS
        for metric in Metric
        for period in (Period.WEEK, Period.YEAR, Period.ALL_TIME)
    ]
    async with followed(city, *dashboards):
        await world.act_randomly(130)
    for dashboard in dashboards:
        spans = {board.span for board in dashboard.snapshots}
        assert (len(spans) > 1) is (dashboard.period is not Period.ALL_TIME)
        unranked = dashboard.metric is Metric.RESPONSIVENESS and dashboard.period is Period.WEEK
        assert any(place.rank for place in dashboard.rows.values()) is not unranked


@pytest.mark.parametrize("begins", [date(2026, 3, 10), date(2026, 4, 1), date(2024, 1, 1)], ids=str)
async def test_ratios_restart_at_midnight_and_held_reports_stay_counted(
    city: City, begins: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "INTERVAL", 0.0)
    monkeypatch.setattr(responsiveness, "ENOUGH", 0)
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    turn = midnight(begins)
    await live_at(city, turn - 5 * DAY)
    late = (await citizen.report())["id"]
    city.transactions.now = lambda: turn - SECOND
    await close_periods(city.transactions)
    prompt = (await citizen.report())["id"]
    await officer.move(prompt, "IN_PROGRESS")
    dashboards = [Dashboard(BoardKind.KELURAHAN, Metric.RESPONSIVENESS, period) for period in CALENDAR]
    async with followed(city, *dashboards) as settle:
        assert [dashboard.rows[GAMBIR].rank for dashboard in dashboards] == [None, None, 1, 1, 1]
        assert all(dashboard.rows[GAMBIR].responsiveness for dashboard in dashboards)
        city.transactions.now = lambda: turn + SECOND
        await citizen.report()  # before the closing: not counted in the new period, but held by the unit
        await settle()
        await close_periods(city.transactions)
        await settle()
        await fix(officer, late)
    for dashboard in dashboards:
        if span(dashboard.period, begins - DAY) == span(dashboard.period, begins):
            assert len(dashboard.snapshots) == 1
            continue
        began = dashboard.snapshots[-1]
        assert (len(dashboard.snapshots), began.span) == (2, span(dashboard.period, begins))
        assert began.previous_ranks == ({} if dashboard.period in UNRANKED else {GAMBIR: 1})
        assert (began.counters[GAMBIR].flow, began.counters[GAMBIR].state) == (
            Counters(received=1),
            Counters(open=3, overdue=1),
        )


async def test_rebuilt_tallies_reach_a_watched_board(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rebuild sends no notification, like that of the command line."""
    monkeypatch.setattr(responsiveness, "ENOUGH", 0)
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    await officer.move((await citizen.report())["id"], "IN_PROGRESS")
    dashboard = Dashboard(BoardKind.KELURAHAN, Metric.RESPONSIVENESS, Period.MONTH)
    truth = await read(city, dashboard)
    await fetch("UPDATE tally SET responses_on_time = 0, points = 99")
    async with asyncio.timeout(DEADLINE), aclosing(watch(city, dashboard)) as watching:
        dashboard.show(await anext(watching))
        assert not dashboard.is_right(truth)
        assert dashboard.rows[GAMBIR].points == 99
        assert await rebuild(Transactions()) != {}
        while not dashboard.is_right(truth):
            dashboard.show(await anext(watching))
        assert len(dashboard.snapshots) == 2
        await officer.move((await citizen.report())["id"], "IN_PROGRESS")
        dashboard.show(await anext(watching))
        assert len(dashboard.snapshots) == 2
        assert dashboard.rows[GAMBIR].points == 2 * truth.counters[GAMBIR].points


async def test_officers_join_and_leave_a_watched_board_with_their_role(
    city: City,
) -> None:
    await city.official(GAMBIR)
    dashboards = [Dashboard(BoardKind.OFFICER, metric, Period.MONTH) for metric in Metric]
    async with followed(city, *dashboards) as settle:
        await city.transactions.run(
            grant_role, city.gazetteer, await credentials("baru@contoh.id", PASSWORD), Role.SUPERVISOR, "31.71"
        )
        await settle()
        assert [len(dashboard.rows) for dashboard in dashboards] == [2, 2]
        await city.transactions.run(revoke_role, email="petugas@contoh.id", role=Role.OFFICER, unit=GAMBIR)
    assert [[one.unit for one in dashboard.people.values()] for dashboard in dashboards] == [["31.71"]] * 2


async def snapshot_of(stream: Stream, rows: int) -> None:
    """Wait for a snapshot with this number of rows. A role granted without a notification may cause another first."""
    while (update := await stream.next())["snapshot"] and len(update["standings"]) != rows:
        pass
    assert update["snapshot"]


async def test_officer_board_starts_and_ends_with_an_empty_snapshot(
    server: Deployment,
) -> None:
    """Roles are granted and revoked without a notification, like on the command line."""
    admin = await server.official(None, 0, "admin", Role.ADMIN)
    async with socket(server.servers[0].url, admin.token) as desk:
        board = await desk.subscribe(
            "subscription { leaderboardChanged(kind: OFFICER) { snapshot standings { rank } } }"
        )
        assert await board.next() == {"snapshot": True, "standings": []}
        await server.official(GAMBIR, 0)
        await snapshot_of(board, rows=1)
        async with database(server.database_url):
            await Transactions().run(revoke_role, email="petugas@contoh.id", role=Role.OFFICER, unit=GAMBIR)
        await snapshot_of(board, rows=0)


async def test_unaffiliated_officer_is_listed_under_last_unit_acted_for(
    city: City,
) -> None:
    admin, citizen = await city.official(None, Role.ADMIN), await city.citizen()
    reports = [(await citizen.report(category=category))["id"] for category in ("SAMPAH", "BANJIR", "POHON")]
    dashboard, shown = Dashboard(BoardKind.OFFICER, Metric.POINTS, Period.MONTH), []
    async with followed(city, dashboard) as settle:
        for report in reports:
            await admin.move(report, "IN_PROGRESS")
            await settle()
            shown += [one.unit for one in dashboard.people.values()]
    assert shown == [GAMBIR, "SDA", "SDA"]
