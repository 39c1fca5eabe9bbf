"""The simulation: its history is valid, complete, and the same for the same seed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from actions import transaction
from actions.accounts import SimulatedRole, grant_simulated_roles
from actions.overdue import record_overdue
from actions.periods import close_periods
from actions.sessions import authenticate
from actions.transaction import Transactions
from media.storage import MediaFolder
from models.accounts import Membership
from models.database import database, fetch, log_head
from models.leaves import LEAF_TOPICS
from models.log import LogEvent, Topic
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from models.reports import Photo, PhotoRole, Report
from queries.score_audit import verify
from rules.access import Role
from rules.emails import SIMULATED_DOMAIN, normal_email
from rules.periods import jakarta_day, midnight
from rules.refusals import ErrorCode, Refusal
from simulation import city, present
from simulation.past import NotFresh, PastSimulation
from simulation.present import LiveSimulation
from simulation.sqlite_speed import run_inline
from tests.city import copy_sqlite
from tests.published import published_events
from tests.wire import DEADLINE

REFERENCE = bundled()
GAZETTEER = Gazetteer(REFERENCE)
UNTIL = datetime(2026, 1, 14, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DAYS = 4

pytestmark = pytest.mark.anyio


def past(tell: Callable[[str], object] = lambda _: None, stop: asyncio.Event | None = None) -> PastSimulation:
    return PastSimulation(UNTIL, DAYS, 15, stop or asyncio.Event(), tell)


async def live(
    per_minute: float, media: Path, *, stop: asyncio.Event | None = None, seconds: float | None = None
) -> None:
    simulation = LiveSimulation(per_minute, stop or asyncio.Event(), lambda _: None)
    store = MediaFolder(media).add
    await simulation.run(GAZETTEER, REFERENCE, broadcast_url="memory://", store_photo=store, seed=1, seconds=seconds)


async def events_of_the_log() -> list[Any]:
    """Return the events in order, without the account ids."""
    events = await LogEvent.exclude(topic="reference").order_by("position")
    for event in events:
        event.data.pop("accounts", None)
    return [
        (event.position, event.kind, event.at, event.report_id, event.version, event.actor, event.data)
        for event in events
    ]


async def happens(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(DEADLINE):
        while not await condition():
            await asyncio.sleep(0.01)


async def proofs(wanted: int) -> bool:
    return await Photo.filter(role=PhotoRole.PROOF).count() >= wanted


async def verification_lines() -> list[str]:
    lines: list[str] = []
    await verify(lines.append)
    return lines


async def test_same_seed_gives_the_same_history_on_both_databases(
    sqlite_city_url: str, postgres_city_url: str, sqlite_template: Path, tmp_path: Path
) -> None:
    histories = []
    for url, seed in (
        (sqlite_city_url, 1),
        (postgres_city_url, 1),
        (copy_sqlite(sqlite_template, tmp_path / "another.db"), 2),
    ):
        with run_inline():
            async with database(url):
                await past().write(GAZETTEER, REFERENCE, seed=seed)
                histories.append(await events_of_the_log())
                assert await verification_lines() == []
    assert histories[0] == histories[1]
    assert histories[0] != histories[2]


async def test_no_act_of_a_history_is_refused_and_all_kinds_occur(sqlite_city_url: str) -> None:
    with run_inline():
        async with database(sqlite_city_url):
            history = PastSimulation(UNTIL, 10, 25, asyncio.Event(), lambda _: None)
            await history.write(GAZETTEER, REFERENCE, seed=7)
            kinds = {kind for _, kind, *_ in await events_of_the_log()}
            resolutions = {row["resolution"] for row in await fetch("SELECT DISTINCT resolution FROM report")}
            (longest,) = await fetch("SELECT MAX(citizen_reopenings) AS most, MIN(rating) AS least FROM report")
            assert {event.topic for event in await published_events()} == set(LEAF_TOPICS)
    counts = history._city.counts
    assert [name for name in counts if name.startswith("refused")] == []
    assert kinds >= {
        *("SUBMITTED", "STATUS_CHANGED", "ASSIGNED", "TRANSFERRED", "RECATEGORISED", "RATED", "REOPENED", "SUPPORTED"),
        *("RESPONSE_OVERDUE", "PROCESSING_OVERDUE", "ENTRY_MADE", "PERIOD_CLOSED", "ROLE_GIVEN"),
    }
    assert resolutions == {None, "FIXED", "DUPLICATE", "INVALID", "OUT_OF_REMIT", "WITHDRAWN"}
    assert counts["WAIVE"] > 0
    assert counts["sent again"] > 0
    assert counts["sent again, stored twice"] == 0
    assert (longest["most"], longest["least"]) == (2, 1)
    assert 0.5 < counts["RATE"] / counts["FIX"] < 0.7


async def test_history_has_every_day_closed_but_the_last_and_ends_now(database_url: str) -> None:
    async with database(database_url):
        await past().write(GAZETTEER, REFERENCE, seed=1)
        first, today = jakarta_day(UNTIL) - DAYS * DAY, jakarta_day(UNTIL)
        assert {jakarta_day(report.submitted_at) for report in await Report.all()} == {
            first + number * DAY for number in range(DAYS + 1)
        }
        assert (await log_head()).open_from == midnight(today)
        closed = [event.data["last"] for event in await LogEvent.filter(kind="PERIOD_CLOSED").order_by("position")]
        assert list(dict.fromkeys(closed)) == [str(first + number * DAY) for number in range(DAYS)]
        assert not await Report.filter(next_due_at__lt=UNTIL).exists()
        latest = await LogEvent.exclude(topic="reference").order_by("-at").first()
        assert latest is not None
        assert UNTIL - DAY / 2 < latest.at <= UNTIL


async def test_stopped_history_ends_at_once_and_is_consistent(database_url: str) -> None:
    stop, lines = asyncio.Event(), list[str]()
    async with database(database_url):
        history = past(lines.append, stop)
        writing = asyncio.create_task(history.write(GAZETTEER, REFERENCE, seed=1))
        await happens(lambda: proofs(3))
        reports = await Report.all().count()
        stop.set()
        async with asyncio.timeout(DEADLINE):
            await writing
        assert await Report.all().count() <= reports + 3  # not only at the end of the day
        assert history.now < UNTIL - DAY
        assert lines[-2] == f"stopped on {jakarta_day(history.now)}: everything written so far is kept"
        assert await verification_lines() == []


@pytest.mark.parametrize("attempts", [1, transaction.ATTEMPTS])
@pytest.mark.parametrize("before_the_end", [DAYS * DAY, timedelta(hours=3)])
async def test_a_past_ends_when_another_process_closes_its_days(
    sqlite_city_url: str, monkeypatch: pytest.MonkeyPatch, before_the_end: timedelta, attempts: int
) -> None:
    """A write fails at once, or it is dated into an open day, and the end of the simulated day finds it closed."""
    monkeypatch.setattr(transaction, "ATTEMPTS", attempts)
    if attempts == 1:  # a report that is sent again takes a second attempt
        monkeypatch.setattr(city, "SENT_AGAIN", 0)
    closings: list[datetime] = []

    async def record_or_close(transactions: Transactions) -> int:
        if not closings and transactions.now() >= UNTIL - before_the_end and await Report.exists():
            closings.append(await close_periods(Transactions(now=lambda: UNTIL + DAY)))
        return await record_overdue(transactions)

    monkeypatch.setattr("simulation.past.record_overdue", record_or_close)
    async with database(sqlite_city_url), asyncio.timeout(DEADLINE):
        with pytest.raises(NotFresh, match="do not serve it"):
            await past().write(GAZETTEER, REFERENCE, seed=1)
    assert closings


async def test_simulated_account_has_a_role_and_cannot_sign_in(
    sqlite_city_url: str,
) -> None:
    async with database(sqlite_city_url):
        transactions = Transactions()
        officer = SimulatedRole("petugas", Role.OFFICER, "31.71.01.1001")
        camat = SimulatedRole("camat", Role.SUPERVISOR, "31.71.01")
        (petugas_id,) = (await transactions.run(grant_simulated_roles, GAZETTEER, [officer, officer])).values()
        ids = await transactions.run(grant_simulated_roles, GAZETTEER, [camat, officer])
        assert ids == {"camat": petugas_id + 1, "petugas": petugas_id}
        assert {(row.account_id, row.role, row.unit) for row in await Membership.all()} == {
            (ids[each.name], each.role, each.unit) for each in (officer, camat)
        }
        assert await LogEvent.filter(topic=Topic.ACCESS).count() == 2
        with pytest.raises(Refusal) as refused:
            await authenticate(f"petugas@{SIMULATED_DOMAIN}", "")
        assert refused.value.code is ErrorCode.UNAUTHENTICATED
        with pytest.raises(Refusal, match="e-mail address is not valid"):
            normal_email(f"petugas@{SIMULATED_DOMAIN}")  # nobody can sign up with it either
        with pytest.raises(Refusal, match="cannot be given"):
            await transactions.run(grant_simulated_roles, GAZETTEER, [SimulatedRole("camat", Role.OFFICER, "31.71.01")])


async def test_live_simulation_stores_its_photos(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(present, "SPEEDUP", 2_000_000)
    stop = asyncio.Event()
    async with database(database_url):
        playing = asyncio.create_task(live(1_200, tmp_path, stop=stop))
        await happens(lambda: proofs(5))
        stop.set()
        async with asyncio.timeout(DEADLINE):
            await playing
        assert await verification_lines() == []
        folder = MediaFolder(tmp_path)
        photos = await Photo.all()
        assert all(folder.path(photo.id).is_file() for photo in photos)
        assert {photo.role for photo in photos} >= {PhotoRole.CITIZEN, PhotoRole.PROOF}
        assert len({photo.digest for photo in photos}) == len(photos)


async def test_live_simulation_resumes_open_reports_and_ends_on_time(
    sqlite_city_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(present, "SPEEDUP", 2_000_000)
    with run_inline():
        async with database(sqlite_city_url):
            await past().write(GAZETTEER, REFERENCE, seed=1)
    async with database(sqlite_city_url):
        left = await Report.all().order_by("-id").first()
        assert left is not None
        open_ones = await Report.exclude(status="PROCESSED").count()
        async with asyncio.timeout(DEADLINE):
            await live(600, tmp_path, seconds=3)
        assert await Report.filter(id__lte=left.id).exclude(status="PROCESSED").count() < open_ones
        assert await verification_lines() == []
