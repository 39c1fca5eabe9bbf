"""A start after days without a process: it serves at once, and the backlog is recorded in order and once meanwhile."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from actions import overdue
from actions.periods import close_periods
from actions.transaction import Transaction, Transactions
from models.database import database, fetch
from models.log import PERIOD_CLOSED, LogEvent, Topic
from models.reports import Report
from queries.score_audit import verify
from rules.boards import BoardKind
from rules.periods import Period, jakarta_day, midnight
from tests.city import Deployment, deployed, in_process, stand_still
from tests.subscribers import updates_of
from tests.wire import DEADLINE, GAMBIR, eventually

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)
NOW = datetime.now(UTC).replace(microsecond=0)
"""The time of the start, after three days. Tokens are valid by the real clock."""
OVERDUE = ("RESPONSE_OVERDUE", "PROCESSING_OVERDUE")


async def is_done(now: datetime) -> bool:
    (head,) = await fetch("SELECT count(*) AS days FROM log_head WHERE open_from < $1", midnight(jakarta_day(now)))
    return not head["days"]


async def until_done(now: datetime) -> None:
    async with asyncio.timeout(DEADLINE):
        while not await is_done(now):  # another process may do the work: there is no event to wait for
            await asyncio.sleep(0.02)


async def check(now: datetime) -> None:
    """Check that every deadline was recorded once, dated when it passed, and before its day was closed."""
    expected = Counter[tuple[Any, ...]]()
    for report in await Report.filter(submitted_at__lt=now - 2 * DAY):
        expected[report.id, OVERDUE[0], report.response_due_at] += 1
        expected[report.id, OVERDUE[1], report.processing_due_at] += 1
    found = Counter[tuple[Any, ...]]()
    open_from, days = datetime.min.replace(tzinfo=UTC), []
    for event in await LogEvent.all().order_by("position"):
        if event.kind in OVERDUE:
            assert event.at >= open_from
            found[event.report_id, event.kind, event.at] += 1
        elif event.kind == PERIOD_CLOSED and event.data["period"] == "DAY":
            days.append(date.fromisoformat(event.data["last"]))
            open_from = midnight(days[-1] + DAY)
    assert found == expected
    today = jakarta_day(now)
    assert days == [today - 3 * DAY, today - 2 * DAY, today - DAY]
    differences: list[str] = []
    await verify(differences.append)
    assert differences == []


class Gate:
    """Lets a number of reports of the backlog pass."""

    def __init__(self) -> None:
        self.passed = 0
        self.waiting = asyncio.Event()
        self._may = asyncio.Semaphore(0)

    def open(self, reports: int) -> None:
        for _ in range(reports):
            self._may.release()

    async def enter(self) -> None:
        self.waiting.set()
        await self._may.acquire()
        self.passed += 1


@asynccontextmanager
async def gate_of_the_backlog(patch: pytest.MonkeyPatch) -> AsyncIterator[Gate]:
    """Let a clock wait before each report of the backlog."""
    gate, run = Gate(), Transactions.run

    async def wait(transactions: Transactions, action: Any, *given: Any, **named: Any) -> Any:
        if action is overdue._record_next:
            await gate.enter()
        return await run(transactions, action, *given, **named)

    with patch.context() as context:
        context.setattr(Transactions, "run", wait)
        yield gate


async def test_start_serves_before_the_backlog_is_recorded(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand_still(database_url, 5, NOW)
    async with (
        asyncio.timeout(DEADLINE),
        gate_of_the_backlog(monkeypatch) as gate,
        in_process(database_url, tmp_path / "media", NOW) as city,
    ):
        await gate.waiting.wait()
        assert (await city.http.get("/readyz")).status_code == 200
        listed = await city.http.post("/graphql", json={"query": "{ reports { edges { node { overdue } } } }"})
        assert [edge["node"]["overdue"] for edge in listed.json()["data"]["reports"]["edges"]] == [True] * 5
        assert await LogEvent.filter(kind__in=OVERDUE).count() == 0
        gate.open(100)
        await until_done(NOW)
        await check(NOW)


async def test_changes_during_the_backlog_are_dated_now(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand_still(database_url, 5, NOW)
    async with (
        asyncio.timeout(DEADLINE),
        gate_of_the_backlog(monkeypatch) as gate,
        in_process(database_url, tmp_path / "media", NOW) as city,
    ):
        await gate.waiting.wait()
        officer, citizen = await city.official(GAMBIR), await city.citizen()
        new = await citizen.report()
        late = (await officer.ask("{ reports(last: 1) { edges { node { id } } } }"))["reports"]["edges"][0]["node"]
        moved = await officer.move(late["id"], "IN_PROGRESS")
        assert moved["errors"] == []
        assert {new["submittedAt"], moved["report"]["respondedAt"]} == {NOW.isoformat().replace("+00:00", "Z")}
        events = await LogEvent.filter(topic=Topic.REPORT).order_by("-position").limit(4)
        kinds = [(event.kind, event.at == NOW) for event in reversed(events)]
        assert kinds == [("SUBMITTED", True), (OVERDUE[0], False), (OVERDUE[1], False), ("STATUS_CHANGED", True)]
        gate.open(100)
        await until_done(NOW)
        await check(NOW)


async def test_board_of_the_open_day_follows_the_backlog_to_today(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand_still(database_url, 5, NOW)
    today = jakarta_day(NOW)
    async with (
        asyncio.timeout(DEADLINE),
        gate_of_the_backlog(monkeypatch) as gate,
        in_process(database_url, tmp_path / "media", NOW) as city,
    ):
        await gate.waiting.wait()
        board = city.services.boards.board(BoardKind.KELURAHAN, Period.DAY)
        watching = updates_of(board, 300)
        assert (await anext(watching)).board.span.first == today - 3 * DAY
        gate.open(100)
        async for update in watching:
            if update.board.span.first == today:
                break
        await watching.aclose()
        await check(NOW)


async def test_clock_cancelled_in_the_backlog_loses_and_doubles_nothing(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand_still(database_url, 8, NOW)
    async with asyncio.timeout(DEADLINE):
        for _ in range(3):
            async with (
                gate_of_the_backlog(monkeypatch) as gate,
                in_process(database_url, tmp_path / "media", NOW),
            ):
                gate.open(2)
                while gate.passed < 2:
                    await asyncio.sleep(0)
        async with in_process(database_url, tmp_path / "media", NOW):
            await until_done(NOW)
            await check(NOW)


async def test_progress_of_a_long_backlog_is_logged(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "tanggap")
    monkeypatch.setattr(overdue, "PROGRESS", 2)
    await stand_still(database_url, 5, NOW)
    async with in_process(database_url, tmp_path / "media", NOW):
        await eventually(lambda: f"day closed open_day={jakarta_day(NOW)}" in caplog.messages)
    assert [one for one in caplog.messages if one.startswith(("missed", "day"))] == [
        "missed deadlines recorded reports=2 left=3",
        "missed deadlines recorded reports=4 left=1",
        *(f"day closed open_day={jakarta_day(NOW) - days * DAY}" for days in (2, 1, 0)),
    ]


async def test_day_closes_only_after_a_deadline_that_another_worker_holds(
    postgres_city_url: str,
) -> None:
    """Only on PostgreSQL: SQLite has a single transaction at a time."""
    await stand_still(postgres_city_url, 2, NOW)
    held, release = asyncio.Event(), asyncio.Event()
    async with database(postgres_city_url), asyncio.timeout(DEADLINE):
        first = await Report.all().order_by("next_due_at").first()
        assert first is not None

        async def hold(tx: Transaction) -> None:
            await Report.filter(id=first.id).using_db(tx.connection).select_for_update(no_key=True)
            held.set()
            await release.wait()

        holding = asyncio.create_task(Transactions(now=lambda: NOW).run(hold))
        await held.wait()
        end = await close_periods(Transactions(now=lambda: NOW))
        assert end <= NOW
        assert await LogEvent.filter(kind__in=OVERDUE).exclude(report_id=first.id).count() == 2
        assert await LogEvent.filter(topic=Topic.PERIOD).count() == 1  # of the day on which nothing was due
        release.set()
        await holding
        await close_periods(Transactions(now=lambda: NOW))
        await check(NOW)


LATE = 240
"""Reports with deadlines that have passed: enough that some are left when the last process is killed."""


@pytest.fixture
async def late_deployment(backends: tuple[str, str, int], tmp_path: Path) -> AsyncIterator[Deployment]:
    """Server processes that start at once on a database that stood still for three days."""
    url, broadcast_url, processes = backends
    await stand_still(url, LATE, datetime.now(UTC))
    async with deployed(url, broadcast_url, tmp_path / "media", processes) as running:
        yield running


async def test_killed_workers_leave_a_backlog_that_is_recorded_once(late_deployment: Deployment) -> None:
    now = datetime.now(UTC)
    async with database(late_deployment.database_url), asyncio.timeout(DEADLINE):
        left = LATE
        for server in late_deployment.servers:
            enough = max(left - 20, 0)  # 0 if the one before did much more: the assertion says so
            while (left := await Report.filter(next_due_at__lt=now).count()) > enough:
                await asyncio.sleep(0.005)
            server.kill()
        assert left > 0, "the backlog was done before the kill: it has to be longer"
        with suppress(TimeoutError):
            await asyncio.gather(*(server.start() for server in late_deployment.servers))
        await until_done(now)
        await check(now)
