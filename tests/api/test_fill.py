"""A filled city: its rows are those that the actions would have written, and it is filled whole or not at all."""

import asyncio
import secrets
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from media.storage import MediaFolder
from models.accounts import Account
from models.database import database, fetch, log_head
from models.log import PERIOD_CLOSED, LogEvent, Topic
from models.reports import Photo, Report, ReportRow, Support
from queries.reference import read_calendar
from queries.score_audit import verify
from rules.criteria import ReportSnapshot
from rules.periods import jakarta_day, midnight
from rules.pseudonyms import skeleton
from rules.service_time import ServiceHours
from simulation import fill as filling
from simulation.fill import fill
from simulation.past import NotFresh
from simulation.replacement import SCHEMA
from tests.backends import PostgresServer
from tests.city import in_process

REPORTS = 300
UNTIL = datetime(2026, 1, 14, 5, 0, tzinfo=UTC)
ROWS = {
    "account": "SELECT id, email, on_citizen_board FROM account ORDER BY id",
    "report": "SELECT * FROM report ORDER BY id",
    "support": "SELECT report_id, account_id, from_position FROM support ORDER BY 1, 2",
    "photo": "SELECT * FROM photo ORDER BY id",
    "log_event": "SELECT * FROM log_event WHERE topic <> 'reference' ORDER BY position",
    "point_entry": "SELECT * FROM point_entry ORDER BY position",
}
LIST = """{
  reports(first: 20) { totalCount edges { node { number photos { url } } } }
  leaderboard(period: YEAR) { standings(first: 300) { edges { node { points } } } }
}"""
ONE = "query($number: String!) { report(number: $number) { timeline(first: 1) { edges { node { kind } } } } }"

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def rows_of(url: str) -> dict[str, list[dict[str, object]]]:
    """Return the rows of a city, without what is random by intention."""
    async with database(url):
        return {table: await fetch(sql) for table, sql in ROWS.items()}


async def differences(url: str) -> list[str]:
    """Return what `scores verify` prints."""
    lines: list[str] = []
    async with database(url):
        await verify(lines.append)
    return lines


async def test_filled_city_is_consistent_and_ends_now(postgres_city_url: str) -> None:
    before = datetime.now(UTC)
    await fill(postgres_city_url, REPORTS)
    assert await differences(postgres_city_url) == []
    async with database(postgres_city_url):
        assert await Report.all().count() == REPORTS
        assert (await log_head()).open_from == midnight(jakarta_day(before))
        assert not await Report.filter(next_due_at__lt=before).exists()
        assert await Report.filter(next_due_at__gt=before).exists()
        newest = await Report.all().order_by("-submitted_at").first()
        assert newest is not None
        assert before - timedelta(minutes=1) <= newest.submitted_at < datetime.now(UTC)
        numbers = [report.number for report in await Report.all().order_by("id")]
        assert numbers == sorted(numbers)
        for account in await Account.all():
            assert account.pseudonym_skeleton == skeleton(account.pseudonym)


async def test_log_of_a_filled_city_is_gapless_and_in_order_of_time(postgres_city_url: str) -> None:
    await fill(postgres_city_url, REPORTS, until=UNTIL)
    async with database(postgres_city_url):
        events = await LogEvent.all().order_by("position")
        assert [event.position for event in events] == list(range(1, (await log_head()).position + 1))
        times = [event.at for event in events if event.topic is not Topic.REFERENCE]
        assert times == sorted(times)
        assert times[-1] < UNTIL
        closed = [event.data["last"] for event in events if event.kind == PERIOD_CLOSED]
        today = jakarta_day(UNTIL)
        assert list(dict.fromkeys(closed)) == [str(today - timedelta(days=number)) for number in range(365, 0, -1)]


async def test_events_of_a_filled_report_lead_to_its_row(postgres_city_url: str) -> None:
    await fill(postgres_city_url, REPORTS, until=UNTIL)
    histories: defaultdict[int, list[LogEvent]] = defaultdict(list)
    async with database(postgres_city_url):
        for event in await LogEvent.filter(topic=Topic.REPORT).order_by("position"):
            assert event.report_id is not None
            histories[event.report_id].append(event)
        reports = {report.id: report for report in await Report.all()}
        supports = {(row.report_id, row.account_id): row.from_position for row in await Support.all()}
    assert histories.keys() == reports.keys()
    supported: dict[tuple[int, int], int] = {}
    for report_id, (first, *later) in histories.items():
        assert (first.kind, first.version, first.data["before"]) == ("SUBMITTED", 1, None)
        state, version = first.data["after"], 1
        for event in later:
            assert {**event.data["after"], **event.data["before"]} == state
            state, version = event.data["after"], version + 1
            assert event.version == version
            supported |= {(report_id, account): event.position for account in event.data.get("accounts", ())}
        row = ReportRow.of(reports[report_id])
        assert ReportSnapshot.from_data(state) == row.snapshot
        assert (version, [first, *later][-1].position) == (row.version, row.position)
        assert row.support_count == sum(event.kind == "SUPPORTED" for event in later)
        assert row.reporter_id not in {account for of, account in supported if of == report_id}
    assert supported == supports


async def test_deadlines_of_a_filled_city_are_in_service_time(postgres_city_url: str) -> None:
    await fill(postgres_city_url, REPORTS, until=UNTIL)
    async with database(postgres_city_url):
        calendar = await read_calendar()
        rows = [ReportRow.of(report) for report in await Report.all()]
        events = await LogEvent.filter(topic=Topic.REPORT)
        held = {event.report_id: event.data["held"] for event in events if "held" in event.data}
    assert {(row.hours, row.terms.response_target < timedelta(days=1)) for row in rows} >= {
        (ServiceHours.DAY, True),
        (ServiceHours.DAY, False),
        (ServiceHours.ALWAYS, True),
    }
    for row in rows:
        assert row.response_due_at == row.terms.response_due_at(calendar, row.submitted_at)
        assert row.processing_due_at == row.terms.processing_due_at(calendar, row.submitted_at)
        assert row.handler_due_at == row.processing_due_at
        if row.processed_at is not None:
            elapsed = row.terms.processing_clock(calendar).between(row.submitted_at, row.processed_at)
            assert held[row.id] == elapsed // timedelta(seconds=1)


async def test_same_seed_fills_the_same_city(postgres_server: PostgresServer, postgres_template: str) -> None:
    cities = []
    for seed in (1, 1, 2):
        name = f"seeded_{secrets.token_hex(6)}"
        postgres_server.create_database(name, template=postgres_template)
        await fill(postgres_server.url(name), REPORTS, seed=seed, until=UNTIL)
        cities.append(await rows_of(postgres_server.url(name)))
        postgres_server.drop_database(name)
    assert cities[0] == cities[1]
    assert all(cities[0][table] != cities[2][table] for table in ROWS)


async def test_city_with_reports_is_not_filled_again(postgres_city_url: str) -> None:
    await fill(postgres_city_url, 50, until=UNTIL)
    written = await rows_of(postgres_city_url)
    with pytest.raises(NotFresh, match="only be written into a fresh database"):
        await fill(postgres_city_url, 50, seed=2, until=UNTIL)
    assert await rows_of(postgres_city_url) == written


@pytest.mark.parametrize("last_words", ["of history", "of tally", "indexes made"])
async def test_stopped_filling_leaves_an_empty_city_that_can_be_filled(postgres_city_url: str, last_words: str) -> None:
    lines: list[str] = []

    def stop(line: str) -> None:
        lines.append(line)
        if line.endswith(last_words) and not running.cancelling():
            running.cancel()

    running = asyncio.create_task(fill(postgres_city_url, 50, until=UNTIL, tell=stop))
    with pytest.raises(asyncio.CancelledError):
        await running
    assert lines[-1] == "stopped: no report is written"
    left = await rows_of(postgres_city_url)
    assert {table for table, rows in left.items() if rows} == {"account", "log_event"}  # the staff
    async with database(postgres_city_url):
        assert await fetch("SELECT 1 FROM pg_namespace WHERE nspname = $1", SCHEMA) == []
    await fill(postgres_city_url, 50, until=UNTIL)
    assert await differences(postgres_city_url) == []


async def test_two_fillings_at_once_write_one_city(postgres_city_url: str) -> None:
    both = await asyncio.gather(
        fill(postgres_city_url, 50, until=UNTIL), fill(postgres_city_url, 50, until=UNTIL), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in both) == ["NoneType", "NotFresh"]
    assert await differences(postgres_city_url) == []


async def test_photos_of_the_newest_filled_reports_open(
    postgres_city_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "PICTURES", 3)
    monkeypatch.setattr(filling, "PICTURED", 40)
    folder = MediaFolder(tmp_path / "media")
    await fill(postgres_city_url, 50, pictures=folder)
    async with database(postgres_city_url):
        photos = await Photo.all()
    stored = {photo.report_id for photo in photos if folder.path(photo.id).is_file()}
    assert stored == {photo.report_id for photo in photos if (photo.report_id or 0) > 10}


async def test_filled_city_is_served(postgres_city_url: str, tmp_path: Path) -> None:
    await fill(postgres_city_url, REPORTS)
    async with in_process(postgres_city_url, tmp_path / "media") as city:
        answer = await city.anyone().ask(LIST)
        listed = [edge["node"] for edge in answer["reports"]["edges"]]
        found = await city.anyone().ask(ONE, number=listed[0]["number"])
    assert answer["reports"]["totalCount"] == REPORTS
    assert any(edge["node"]["points"] for edge in answer["leaderboard"]["standings"]["edges"])
    assert any(report["photos"] for report in listed)
    assert found["report"]["timeline"]["edges"][0]["node"]["kind"] == "SUBMITTED"
