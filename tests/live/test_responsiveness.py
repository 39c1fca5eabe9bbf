"""Live boards by responsiveness and of officers: what a watcher folds is what the tables say, whatever happens."""

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
from resolvers.loaders import subjects
from rules.access import Role
from rules.periods import CALENDAR, Period, jakarta_day, midnight, span
from rules.scoring import responsiveness
from rules.scoring.counters import Counters
from rules.scoring.ranking import BoardKind, Metric, RankedRow
from subscriptions import boards
from subscriptions.boards import BoardUpdate
from tests.subscribers import updates_of
from tests.city import City, Deployment, forget_statements
from tests.wire import DEADLINE, GAMBIR, PASSWORD, Caller, Stream, socket
from tests.world import World

pytestmark = pytest.mark.anyio

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
KINDS = [kind for kind in BoardKind if kind is not BoardKind.CITIZEN]


@dataclass
class Wall:
    """A screen that applies each update to the one before; `snapshots` are the boards of which it got all."""

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
        self.rows |= {place.code: place for place in update.places}
        self.people = dict(update.board.people)

    def is_right(self, board: Board) -> bool:
        """Whether it shows a board as the tables have it; the names of all on it too."""
        return (self.rows, self.people) == ({place.code: place for place in board.places}, board.people)


def watch(city: City, wall: Wall) -> AsyncGenerator[BoardUpdate, None]:
    return updates_of(city.services.boards.board(wall.kind, wall.period, wall.metric), 300)


@asynccontextmanager
async def followed(city: City, *walls: Wall) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Let the walls show what comes, from a snapshot on; yield what waits until they are as the tables are."""

    async def follow(wall: Wall) -> None:
        async with aclosing(watch(city, wall)) as watching:
            async for update in watching:
                wall.show(update)

    async def settle() -> None:
        async with asyncio.timeout(DEADLINE):
            for wall, task in zip(walls, following, strict=True):
                while not (wall.snapshots and wall.is_right(await read(city, wall))):
                    await asyncio.wait([task], timeout=0.02)  # what fails in it fails here
                    if task.done():
                        task.result()

    following = [asyncio.create_task(follow(wall)) for wall in walls]
    try:
        await settle()
        yield settle
        await settle()
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)


async def read(city: City, wall: Wall) -> Board:
    return await read_open_board(wall.kind, wall.period, subjects(city.services.places, wall.kind), wall.metric)


async def live_at(city: City, now: datetime) -> None:
    """Let it be `now`, on the day that the log has open."""
    city.transactions.now = lambda: now
    await fetch("UPDATE log_head SET open_from = $1 WHERE id = 1", midnight(jakarta_day(now)))


async def fix(officer: Caller, report: str) -> None:
    payload = await officer.move(report, "PROCESSED", resolution="FIXED", proofPhotoIds=[await officer.photo()])
    assert payload["errors"] == []


async def test_a_wall_shows_the_board_of_the_tables_whatever_people_do_and_whichever_period_ends(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A year ends meanwhile; officers act for the first time, time runs out, reports go to and fro and open again."""
    monkeypatch.setattr(boards, "INTERVAL", 0.01)
    monkeypatch.setattr(responsiveness, "ENOUGH", 1)
    world = World(11, datetime(2025, 12, 27, 3, tzinfo=UTC), city.services.notifier.notify)
    await live_at(city, world.now)
    city.transactions.now = world.transactions.now
    walls = [
        Wall(kind, metric, period)
        for kind in KINDS
        for metric in Metric
        for period in (Period.WEEK, Period.YEAR, Period.ALL_TIME)
    ]
    async with followed(city, *walls):
        await world.live(130)
    for wall in walls:
        spans = {board.span for board in wall.snapshots}
        assert (len(spans) > 1) is (wall.period is not Period.ALL_TIME)
        assert any(place.rank for place in wall.rows.values())


@pytest.mark.parametrize("begins", [date(2026, 3, 10), date(2026, 4, 1), date(2024, 1, 1)], ids=str)
async def test_at_midnight_the_shares_begin_anew_and_what_is_in_an_offices_hands_stays_there(
    city: City, begins: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "INTERVAL", 0.0)
    monkeypatch.setattr(responsiveness, "ENOUGH", 1)
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    turn = midnight(begins)
    await live_at(city, turn - 5 * DAY)
    late = (await citizen.report())["id"]
    city.transactions.now = lambda: turn - SECOND
    await close_periods(city.transactions)
    prompt = (await citizen.report())["id"]
    await officer.move(prompt, "IN_PROGRESS")
    walls = [Wall(BoardKind.KELURAHAN, Metric.RESPONSIVENESS, period) for period in CALENDAR]
    async with followed(city, *walls) as settle:
        assert [wall.rows[GAMBIR].rank for wall in walls] == [1] * 4
        city.transactions.now = lambda: turn + SECOND
        await citizen.report()  # before the closing: not yet of the period, and already in the office's hands
        await settle()
        await close_periods(city.transactions)
        await settle()
        await fix(officer, late)
    for wall in walls:
        if span(wall.period, begins - DAY) == span(wall.period, begins):
            assert len(wall.snapshots) == 1
            continue
        began = wall.snapshots[-1]
        assert (len(wall.snapshots), began.span) == (2, span(wall.period, begins))
        assert began.previous_ranks == {GAMBIR: 1}
        assert (began.sums[GAMBIR].flow, began.sums[GAMBIR].state) == (
            Counters(received=1),
            Counters(open=3, overdue=1),
        )


async def test_tallies_made_anew_reach_a_board_that_is_watched(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made anew by a process without a bell, as the command line does."""
    monkeypatch.setattr(responsiveness, "ENOUGH", 1)
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    await officer.move((await citizen.report())["id"], "IN_PROGRESS")
    wall = Wall(BoardKind.KELURAHAN, Metric.RESPONSIVENESS, Period.MONTH)
    truth = await read(city, wall)
    await fetch("UPDATE tally SET responses_on_time = 0, points = 99")
    async with asyncio.timeout(DEADLINE), aclosing(watch(city, wall)) as watching:
        wall.show(await anext(watching))
        assert not wall.is_right(truth)
        assert wall.rows[GAMBIR].points == 99
        assert await rebuild(Transactions()) != {}
        while not wall.is_right(truth):
            wall.show(await anext(watching))
        assert len(wall.snapshots) == 2
        await officer.move((await citizen.report())["id"], "IN_PROGRESS")
        wall.show(await anext(watching))
        assert len(wall.snapshots) == 2
        assert wall.rows[GAMBIR].points == 2 * truth.sums[GAMBIR].points


async def test_who_becomes_an_officer_comes_on_a_watched_board_and_who_has_done_nothing_goes_with_the_role(
    city: City,
) -> None:
    await city.official(GAMBIR)
    walls = [Wall(BoardKind.OFFICER, metric, Period.MONTH) for metric in Metric]
    async with followed(city, *walls) as settle:
        await city.transactions.run(
            grant_role, city.gazetteer, await credentials("baru@contoh.id", PASSWORD), Role.SUPERVISOR, "31.71"
        )
        await settle()
        assert [len(wall.rows) for wall in walls] == [2, 2]
        await city.transactions.run(revoke_role, email="petugas@contoh.id", role=Role.OFFICER, unit=GAMBIR)
    assert [[one.unit for one in wall.people.values()] for wall in walls] == [["31.71"]] * 2


async def snapshot_of(stream: Stream, rows: int) -> None:
    """Wait for a snapshot of so many rows; a role given by a process without a bell may bring one more before it."""
    while (update := await stream.next())["snapshot"] and len(update["standings"]) != rows:
        pass
    assert update["snapshot"]


async def test_a_board_on_which_nobody_stands_begins_with_an_empty_snapshot_and_ends_with_one(
    server: Deployment,
) -> None:
    """Roles are given and taken by a process without a bell, as the command line does."""
    admin = await server.official(None, 0, "admin", Role.ADMIN)
    async with socket(server.servers[0].url, admin.token) as desk:
        board = await desk.subscribe(
            "subscription { leaderboardChanged(kind: OFFICER) { snapshot standings { rank } } }"
        )
        assert await board.next() == {"snapshot": True, "standings": []}
        await server.official(GAMBIR, 0)
        await snapshot_of(board, rows=1)
        forget_statements()
        async with database(server.database_url):
            await Transactions().run(revoke_role, email="petugas@contoh.id", role=Role.OFFICER, unit=GAMBIR)
        await snapshot_of(board, rows=0)


async def test_who_is_of_no_unit_stands_on_a_watched_board_for_the_last_by_code_of_those_for_which_they_acted(
    city: City,
) -> None:
    admin, citizen = await city.official(None, Role.ADMIN), await city.citizen()
    reports = [(await citizen.report(category=category))["id"] for category in ("SAMPAH", "BANJIR", "POHON")]
    wall, shown = Wall(BoardKind.OFFICER, Metric.POINTS, Period.MONTH), []
    async with followed(city, wall) as settle:
        for report in reports:
            await admin.move(report, "IN_PROGRESS")
            await settle()
            shown += [one.unit for one in wall.people.values()]
    assert shown == [GAMBIR, "SDA", "SDA"]
