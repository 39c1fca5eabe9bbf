"""Live boards: a watcher that applies all updates has the board of the tables."""

import asyncio
import random
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import pytest

from queries.leaderboards import read_board
from rules.access import Role
from rules.boards import BOARDS, BoardKind, Metric
from rules.periods import Period, jakarta_day
from rules.scoring import responsiveness
from rules.scoring.ranking import RankedRow
from subscriptions import boards
from subscriptions.boards import BoardUpdate
from tests.city import City, Deployment
from tests.subscribers import updates_of
from tests.wire import DEADLINE, GAMBIR, Caller, RequestFailedError, eventually, socket

pytestmark = pytest.mark.anyio


def shown(updates: list[BoardUpdate]) -> dict[str, RankedRow]:
    """Return the rows of a dashboard that applies each update to the previous state."""
    rows: dict[str, RankedRow] = {}
    for update in updates:
        if update.snapshot:
            rows = {}
        for shift in update.shifts:
            assert rows[shift.code].rank == shift.from_rank
            assert rows[shift.code].points + shift.points_delta == shift.points
        rows |= {place.code: place for place in update.rows}
    return rows


async def follow(city: City, kind: BoardKind, metric: Metric, updates: list[BoardUpdate]) -> None:
    async with aclosing(updates_of(city.services.boards.board(kind, Period.MONTH, metric), 300)) as watching:
        async for update in watching:
            updates.append(update)  # noqa: PERF401 # one by one: the task is cancelled at the end


async def answer_all(officer: Caller, reports: list[str], choose: random.Random) -> None:
    for report in reports:
        await asyncio.sleep(choose.random() * 0.05)
        closing = {"resolution": "INVALID", "note": "Tidak ada"} if choose.random() < 0.3 else {}
        await officer.move(report, "PROCESSED" if closing else "IN_PROGRESS", **closing)


@pytest.mark.parametrize("metric", Metric)
@pytest.mark.parametrize("kind", [kind for kind in BoardKind if kind is not BoardKind.CITIZEN])
async def test_snapshot_and_updates_add_up_to_the_board_of_the_tables(
    city: City, kind: BoardKind, metric: Metric, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(responsiveness, "ENOUGH", 0)
    choose = random.Random(kind)
    officer = await city.official(None, Role.ADMIN)
    citizens = [await city.citizen(f"warga{number}") for number in range(6)]  # three reports of each score
    places = choose.sample([fact for code, fact in city.gazetteer.kelurahan.items() if code.startswith("31.71")], 6)
    spots = [{"latitude": fact.latitude, "longitude": fact.longitude} for fact in places]
    given: list[dict[str, Any]] = [{"location": spot} for spot in spots * 2]
    given += [{"category": category} for category in ("BANJIR", "POHON", "REKLAME") * 2]
    reports = [(await citizens[number % 6].report(**each))["id"] for number, each in enumerate(given)]
    choose.shuffle(reports)
    updates: list[BoardUpdate] = []
    following = asyncio.create_task(follow(city, kind, metric, updates))
    await answer_all(officer, reports, choose)
    waive = 'mutation($ids: [ID!]!) { waiveReports(ids: $ids, reason: "Spam") { waived errors { code } } }'
    waived = (await officer.ask(waive, ids=reports[:4]))["waiveReports"]
    assert (waived["waived"] > 0, waived["errors"]) == (True, [])
    codes = BOARDS[kind].units_of(city.services.places)
    board = await read_board(kind, Period.MONTH, jakarta_day(datetime.now(UTC)), codes, metric)
    truth = {place.code: place for place in board.rows}
    assert any(place.rank for place in board.rows)
    await eventually(lambda: shown(updates) == truth)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def test_snapshot_is_continued_by_updates_with_higher_serials(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "INTERVAL", 0.0)
    officer = await city.official(GAMBIR)
    reports = [(await (await city.citizen(f"warga{number}")).report())["id"] for number in range(4)]
    board = city.services.boards.board(BoardKind.KELURAHAN, Period.MONTH)
    assert board.snapshot() is None
    watcher = board.watch()
    updates: list[BoardUpdate] = []
    snapshots: list[BoardUpdate] = []
    async with asyncio.timeout(DEADLINE):
        async for update in watcher:
            updates.append(update)
            current = board.snapshot()
            assert current is not None
            snapshots.append(current)
            if not reports:
                break
            await officer.move(reports.pop(), "IN_PROGRESS")
    board.unwatch(watcher)
    serials = [update.serial for update in updates]
    assert serials == sorted(set(serials))
    truth = shown(updates)
    for snapshot in snapshots:
        later = [update for update in updates if update.serial > snapshot.serial]
        assert shown([snapshot, *later]) == truth


async def test_lagging_watcher_gets_a_snapshot_instead_of_missed_updates(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "QUEUE_SIZE", 2)
    monkeypatch.setattr(boards, "INTERVAL", 0.0)
    officer = await city.official(GAMBIR)
    reports = [(await (await city.citizen(f"warga{number}")).report())["id"] for number in range(6)]
    lagging = updates_of(city.services.boards.board(BoardKind.KELURAHAN, Period.MONTH), 300)
    updates = [await anext(lagging)]
    for report in reports:
        await officer.move(report, "IN_PROGRESS")
    async with asyncio.timeout(DEADLINE):
        while sum(place.points for place in shown(updates).values()) < 72:
            updates.append(await anext(lagging))
    await lagging.aclose()
    assert updates[1].snapshot or len(updates) < len(reports)


@pytest.mark.parametrize(("language", "words"), [("id", "diperbarui sekali sehari"), ("en", "updated once a day")])
async def test_board_of_citizens_has_no_subscription(server: Deployment, language: str, words: str) -> None:
    async with socket(server.servers[0].url, language=language) as phone:
        following = await phone.subscribe("subscription { leaderboardChanged(kind: CITIZEN) { cursor } }")
        with pytest.raises(RequestFailedError) as failed:
            await following.next()
        assert failed.value.code == "BAD_INPUT"
        assert words in failed.value.errors[0]["message"]
