"""A city at play: its history is one that people could have made, the same with the same seed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.accounts import SIMULATED_DOMAIN, grant_simulated_role, normal_email
from actions.periods import close_periods
from actions.sessions import authenticate
from actions.transaction import Transactions
from media.upload import MediaFolder
from app.settings import Settings
from simulation import present
from simulation.sqlite_speed import run_inline
from simulation.past import PastSimulation, NotFresh
from simulation.present import LiveSimulation
from models.accounts import Membership
from models.database import database, fetch, log_head
from models.log import LogEvent
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from models.reports import Photo, PhotoRole, Report
from queries.score_audit import verify
from rules.access import Role
from rules.periods import jakarta_day, midnight
from rules.refusals import ErrorCode, Refusal
from tests.city import copy_sqlite, forget_statements
from tests.wire import DEADLINE

REFERENCE = bundled()
GAZETTEER = Gazetteer(REFERENCE)
UNTIL = datetime(2026, 1, 14, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DAYS = 6

pytestmark = pytest.mark.anyio


def past(tell: Callable[[str], object] = lambda _: None, stop: asyncio.Event | None = None) -> PastSimulation:
    return PastSimulation(UNTIL, DAYS, 40, stop or asyncio.Event(), tell)


async def told_by_the_log() -> list[Any]:
    """What happened, in order, but for who it was among the citizens."""
    events = await LogEvent.exclude(topic="reference").order_by("position")
    for event in events:
        event.data.pop("accounts", None)
    return [
        (event.position, event.kind, event.at, event.report_id, event.version, event.actor, event.data)
        for event in events
    ]


async def happens(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for it."""
    async with asyncio.timeout(DEADLINE):
        while not await condition():  # noqa: ASYNC110 # it is in the database, which rings for nobody here
            await asyncio.sleep(0.01)


async def proofs(wanted: int) -> bool:
    return await Photo.filter(role=PhotoRole.PROOF).count() >= wanted


async def lines_of_verify() -> list[str]:
    lines: list[str] = []
    await verify(lines.append)
    return lines


async def test_the_same_seed_is_the_same_history_on_either_database_and_another_is_another(
    sqlite_city_url: str, postgres_city_url: str, sqlite_template: Path, tmp_path: Path
) -> None:
    told = []
    for url, seed in (
        (sqlite_city_url, 1),
        (postgres_city_url, 1),
        (copy_sqlite(sqlite_template, tmp_path / "another.db"), 2),
    ):
        forget_statements()
        async with database(url):
            await past().write(GAZETTEER, REFERENCE, seed=seed)
            told.append(await told_by_the_log())
            assert await lines_of_verify() == []
    assert told[0] == told[1]
    assert told[0] != told[2]


async def test_nothing_of_a_history_is_refused_and_all_that_people_do_is_in_it(sqlite_city_url: str) -> None:
    forget_statements()
    with run_inline():
        async with database(sqlite_city_url):
            history = PastSimulation(UNTIL, 25, 50, asyncio.Event(), lambda _: None)
            await history.write(GAZETTEER, REFERENCE, seed=3)
            kinds = {kind for _, kind, *_ in await told_by_the_log()}
            resolutions = {row["resolution"] for row in await fetch("SELECT DISTINCT resolution FROM report")}
            (longest,) = await fetch("SELECT MAX(citizen_reopenings) AS most, MIN(rating) AS least FROM report")
    told = history._stage.told
    assert [what for what in told if what.startswith("refused")] == []
    assert kinds >= {
        *("SUBMITTED", "STATUS_CHANGED", "ASSIGNED", "TRANSFERRED", "RECATEGORISED", "RATED", "REOPENED", "SUPPORTED"),
        *("RESPONSE_OVERDUE", "PROCESSING_OVERDUE", "ENTRY_MADE", "PERIOD_CLOSED", "ROLE_GIVEN"),
    }
    assert resolutions == {None, "FIXED", "DUPLICATE", "INVALID", "OUT_OF_REMIT", "WITHDRAWN"}
    assert told["WAIVE"] > 0
    assert (longest["most"], longest["least"]) == (2, 1)
    assert 0.5 < told["RATE"] / told["FIX"] < 0.7


async def test_a_history_has_every_day_closed_but_the_present_and_nothing_after_it(database_url: str) -> None:
    forget_statements()
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


async def test_a_history_that_is_stopped_ends_where_it_is_and_what_is_written_agrees(database_url: str) -> None:
    forget_statements()
    stop, told = asyncio.Event(), list[str]()
    async with database(database_url):
        history = past(told.append, stop)
        writing = asyncio.create_task(history.write(GAZETTEER, REFERENCE, seed=1))
        await happens(lambda: proofs(5))
        reports = await Report.all().count()
        stop.set()
        async with asyncio.timeout(DEADLINE):
            await writing
        assert await Report.all().count() <= reports + 3  # not only at the end of its day
        assert history.now < UNTIL - DAY
        assert told[-2] == f"stopped on {jakarta_day(history.now)}: what is written stays"
        assert await lines_of_verify() == []


async def test_a_history_ends_when_somebody_else_closes_its_days(sqlite_city_url: str) -> None:
    forget_statements()
    async with database(sqlite_city_url):
        writing = asyncio.create_task(past().write(GAZETTEER, REFERENCE, seed=1))
        await happens(Report.exists)
        await close_periods(Transactions())
        async with asyncio.timeout(DEADLINE):
            with pytest.raises(NotFresh, match="nobody may serve it"):
                await writing


async def test_nobody_signs_in_to_an_account_that_is_only_played_and_its_role_is_as_any_other(
    sqlite_city_url: str,
) -> None:
    forget_statements()
    async with database(sqlite_city_url):
        transactions = Transactions()
        ids = {
            await transactions.run(grant_simulated_role, GAZETTEER, "petugas", Role.OFFICER, "31.71.01.1001")
            for _ in range(2)
        }
        assert len(ids) == 1
        assert [(row.account_id, row.role, row.unit) for row in await Membership.all()] == [
            (*ids, Role.OFFICER, "31.71.01.1001")
        ]
        with pytest.raises(Refusal) as refused:
            await authenticate(f"petugas@{SIMULATED_DOMAIN}", "")
        assert refused.value.code is ErrorCode.UNAUTHENTICATED
        with pytest.raises(Refusal, match="e-mail address is not valid"):
            normal_email(f"petugas@{SIMULATED_DOMAIN}")  # nor is it anybody's to sign up with
        with pytest.raises(Refusal, match="cannot be given"):
            await transactions.run(grant_simulated_role, GAZETTEER, "camat", Role.OFFICER, "31.71.01")


async def test_the_present_is_played_live_with_pictures_that_are_there(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(present, "FASTER", 2_000_000)
    forget_statements()
    settings = Settings(database_url=database_url, media_dir=tmp_path)  # type: ignore[call-arg] # the others have defaults
    stop = asyncio.Event()
    async with database(database_url):
        playing = asyncio.create_task(
            LiveSimulation(1_200, stop, lambda _: None).play(GAZETTEER, REFERENCE, settings, seed=1, seconds=None)
        )
        await happens(lambda: proofs(5))
        stop.set()
        async with asyncio.timeout(DEADLINE):
            await playing
        assert await lines_of_verify() == []
        folder = MediaFolder(tmp_path)
        photos = await Photo.all()
        paths = [folder.path(photo.id) for photo in photos]
        assert all(path is not None and path.is_file() for path in paths)
        assert {photo.role for photo in photos} >= {PhotoRole.CITIZEN, PhotoRole.PROOF}
        assert len({photo.digest for photo in photos}) == len(photos)


async def test_the_present_goes_on_with_what_a_past_has_left_open_and_ends_after_its_time(
    sqlite_city_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(present, "FASTER", 2_000_000)
    forget_statements()
    settings = Settings(database_url=sqlite_city_url, media_dir=tmp_path)  # type: ignore[call-arg] # the others have defaults
    async with database(sqlite_city_url):
        await past().write(GAZETTEER, REFERENCE, seed=1)
        left = await Report.all().order_by("-id").first()
        assert left is not None
        open_ones = await Report.exclude(status="PROCESSED").count()
        async with asyncio.timeout(DEADLINE):
            await LiveSimulation(600, asyncio.Event(), lambda _: None).play(GAZETTEER, REFERENCE, settings, seed=1, seconds=3)
        assert await Report.filter(id__lte=left.id).exclude(status="PROCESSED").count() < open_ones
        assert await lines_of_verify() == []
