"""Deadlines and points in service time, over the API and in the calendar that an operator loads."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from actions.overdue import record_overdue
from actions.reference import load, replace_days_off
from models.ledger import CITIZEN, PointEntry
from models.log import LogEvent
from models.reference.records import DayOffRecord, ReferenceDataError, bundled
from queries.reference import read_reference_data
from queries.score_audit import verify
from rules.access import Role
from rules.periods import JAKARTA
from rules.service_time import DayOffKind
from schema.nodes import global_id
from tests.city import City
from tests.wire import GAMBIR, Caller

pytestmark = pytest.mark.anyio

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NIGHT = datetime(2026, 3, 10, 22, tzinfo=JAKARTA)
EVE = datetime(2026, 3, 17, 22, tzinfo=JAKARTA)
"""The evening before seven days off: Nyepi and Lebaran, with joint leave."""
SHORT, LONG, ALWAYS = "PARKIR_LIAR", "SAMPAH", "POHON"
"""Categories with the targets 6 and 24 hours, 24 and 48 hours, and 6 and 48 hours that never stand still."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


DAYS_OFF = bundled().days_off


def off(*days: date) -> tuple[DayOffRecord, ...]:
    """Return these days off."""
    return tuple(DayOffRecord(day, "Cuti", "Leave", DayOffKind.JOINT_LEAVE) for day in days)


async def deadlines(caller: Caller, report: dict[str, Any]) -> tuple[datetime, datetime, datetime]:
    document = "query($id: ID!) { node(id: $id) { ... on Report { responseDueAt processingDueAt handlerDueAt } } }"
    shown = (await caller.ask(document, id=report["id"]))["node"]
    return at(shown["responseDueAt"]), at(shown["processingDueAt"]), at(shown["handlerDueAt"])


async def entries() -> list[tuple[str, datetime]]:
    rows = await PointEntry.exclude(unit=CITIZEN).order_by("position")
    return [(entry.rule, entry.at) for entry in rows]


async def differences() -> list[str]:
    """Return what `scores verify` prints."""
    lines: list[str] = []
    await verify(lines.append)
    return lines


async def test_categories_show_when_their_clocks_run(city: City) -> None:
    shown = (await city.anyone().ask("{ categories { code hours } }"))["categories"]
    assert {"code": ALWAYS, "hours": "ALWAYS"} in shown
    assert {"code": SHORT, "hours": "DAY"} in shown


@pytest.mark.parametrize(
    ("start", "category", "response", "processing"),
    [
        (NIGHT, SHORT, NIGHT + 15 * HOUR, NIGHT + DAY),
        (NIGHT, LONG, NIGHT + DAY, NIGHT + 2 * DAY),
        (NIGHT, ALWAYS, NIGHT + 6 * HOUR, NIGHT + 2 * DAY),
        (EVE, SHORT, EVE + 7 * DAY + 15 * HOUR, EVE + 8 * DAY),
        (EVE, LONG, EVE + 8 * DAY, EVE + 9 * DAY),
        (EVE, ALWAYS, EVE + 6 * HOUR, EVE + 2 * DAY),
        (EVE + DAY, LONG, EVE + 8 * DAY + 2 * HOUR, EVE + 9 * DAY + 2 * HOUR),
    ],
)
async def test_promises_are_moments_in_service_time(
    city: City, start: datetime, category: str, response: datetime, processing: datetime
) -> None:
    citizen = await city.citizen()
    city.transactions.now = lambda: start.astimezone(UTC)
    report = await citizen.report(category=category)
    assert await deadlines(citizen, report) == (response, processing, processing)


@pytest.mark.parametrize(
    ("waits", "rule"),
    [(10 * HOUR, "RESPONDED_PROMPTLY"), (11 * HOUR, "RESPONDED"), (15 * HOUR, "RESPONDED")],
)
async def test_answer_to_a_report_of_the_night_is_judged_from_the_morning(
    city: City, waits: timedelta, rule: str
) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    city.transactions.now = lambda: NIGHT.astimezone(UTC)
    report = await citizen.report(category=SHORT)
    city.transactions.now = lambda: (NIGHT + waits).astimezone(UTC)
    assert await record_overdue(city.transactions) == 0
    await officer.move(report["id"], "IN_PROGRESS")
    assert await entries() == [(rule, NIGHT + waits)]
    event = await LogEvent.filter(kind="STATUS_CHANGED").get()
    minutes = event.data["counts"][0]["answered"]
    assert minutes == [round(waits / timedelta(minutes=1), -1)]  # people waited as long as the clock on the wall says
    assert await differences() == []


async def test_missed_deadline_is_dated_when_service_time_ran_out(city: City) -> None:
    citizen = await city.citizen()
    city.transactions.now = lambda: EVE.astimezone(UTC)
    await citizen.report(category=SHORT)
    city.transactions.now = lambda: (EVE + 30 * DAY).astimezone(UTC)
    assert await record_overdue(city.transactions) == 1
    assert await entries() == [
        ("RESPONSE_OVERDUE", EVE + 7 * DAY + 15 * HOUR),
        ("PROCESSING_OVERDUE", EVE + 8 * DAY),
    ]
    assert await differences() == []


async def test_unit_is_judged_by_the_service_time_of_all_its_holds(city: City) -> None:
    """Gambir holds the report 10 hours before the days off, and 15 hours after another unit had it over them."""
    citizen, officer, other = await city.citizen(), await city.official(GAMBIR), await city.official("DLH", name="dlh")
    proof = [await officer.photo() for _ in range(2)]
    start = EVE - 10 * HOUR
    city.transactions.now = lambda: start.astimezone(UTC)
    report = await citizen.report(category=LONG)
    city.transactions.now = lambda: EVE.astimezone(UTC)
    await officer.act("assignReport", report["id"], handler=global_id("Agency", "DLH"))
    promised, (_, processing_due, handler_due) = start + 9 * DAY, await deadlines(citizen, report)
    assert (processing_due, handler_due) == (promised, EVE + 9 * DAY)
    back = EVE + 4 * DAY  # on a day off
    city.transactions.now = lambda: back.astimezone(UTC)
    await other.act("assignReport", report["id"], handler=global_id("Kelurahan", GAMBIR))
    runs_again = EVE + 7 * DAY + 2 * HOUR
    assert (await deadlines(citizen, report))[2] == runs_again + 38 * HOUR
    city.transactions.now = lambda: (runs_again + 15 * HOUR).astimezone(UTC)
    payload = await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=proof[:1])
    assert payload["errors"] == []
    fixed = await LogEvent.filter(kind="STATUS_CHANGED").get()
    assert fixed.data["held"] == 25 * HOUR / timedelta(seconds=1)
    assert ("PROCESSED", runs_again + 15 * HOUR) in await entries()  # 24 of 48 hours would have been prompt
    assert await differences() == []


async def test_reopening_promises_service_time(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    proof = await officer.photo()
    city.transactions.now = lambda: NIGHT.astimezone(UTC)
    report = await citizen.report(category=LONG)
    await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=[proof])
    city.transactions.now = lambda: EVE.astimezone(UTC)
    assert (await citizen.act("reopenReport", report["id"], reason="Belum"))["errors"] == []
    assert (await deadlines(citizen, report))[1:] == (EVE + 9 * DAY, EVE + 9 * DAY)
    assert await differences() == []


async def test_recategorising_follows_the_hours_but_gives_a_unit_no_time(city: City) -> None:
    citizen, agency = await city.citizen(), await city.official("PERTAMANAN", name="taman")
    admin = await city.official(None, Role.ADMIN, "admin")
    city.transactions.now = lambda: EVE.astimezone(UTC)
    report = await citizen.report(category=ALWAYS)
    promised = await deadlines(citizen, report)
    assert (await agency.act("recategoriseReport", report["id"], category="TAMAN"))["errors"] == []
    assert await deadlines(citizen, report) == promised
    assert (await admin.act("recategoriseReport", report["id"], category=SHORT))["errors"] == []
    assert await deadlines(citizen, report) == (EVE + 7 * DAY + 15 * HOUR, EVE + 8 * DAY, EVE + 8 * DAY)
    assert await differences() == []


@pytest.mark.parametrize("day", [date(2026, 3, 9), date(2026, 3, 10)], ids=["past", "today"])
async def test_day_that_has_begun_never_becomes_a_day_off(city: City, day: date) -> None:
    citizen, run = await city.citizen(), city.transactions.run
    city.transactions.now = lambda: NIGHT.astimezone(UTC)
    await citizen.report(category=ALWAYS)
    assert await run(replace_days_off, (*DAYS_OFF, *off(day)))  # no clock has run by the days off yet
    await citizen.report(category=LONG)
    with pytest.raises(ReferenceDataError, match=f"{day} is no day off in these data, but was one"):
        await run(replace_days_off, DAYS_OFF)
    with pytest.raises(ReferenceDataError, match=f"{day - DAY} was no day off"):
        await run(replace_days_off, (*DAYS_OFF, *off(day, day - DAY)))
    corrected = tuple(replace(each, name_en="Day off") for each in (*DAYS_OFF, *off(day)))
    assert await run(replace_days_off, corrected)
    assert not await run(load, bundled())


async def test_day_that_is_about_to_begin_stays_as_the_processes_know_it(city: City) -> None:
    citizen, days = await city.citizen(), (*DAYS_OFF, *off(date(2026, 3, 11)))
    midnight = datetime(2026, 3, 11, tzinfo=JAKARTA)
    city.transactions.now = lambda: NIGHT.astimezone(UTC)
    await citizen.report(category=LONG)
    city.transactions.now = lambda: (midnight - timedelta(minutes=5)).astimezone(UTC)
    with pytest.raises(ReferenceDataError, match="2026-03-11 was no day off"):
        await city.transactions.run(replace_days_off, days)
    city.transactions.now = lambda: (midnight - timedelta(minutes=15)).astimezone(UTC)
    assert await city.transactions.run(replace_days_off, days)


async def test_load_adds_the_days_of_later_years_that_have_not_begun(city: City) -> None:
    citizen, facts = await city.citizen(), bundled()
    stored = off(date(2025, 12, 26))
    later = off(date(2025, 12, 31), date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 12))
    city.transactions.now = lambda: NIGHT.astimezone(UTC)
    assert await city.transactions.run(replace_days_off, stored)
    await citizen.report(category=LONG)
    assert await city.transactions.run(load, replace(facts, days_off=later))
    assert (await read_reference_data()).days_off == (*stored, later[-1])
    assert not await city.transactions.run(load, replace(facts, days_off=off(date(2026, 3, 14))))


async def test_new_day_off_keeps_promises_and_entries_and_counts_for_later_ones(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    city.transactions.now = lambda: NIGHT.astimezone(UTC)
    answered, waiting = await citizen.report(category=LONG), await citizen.report(category=LONG)
    city.transactions.now = lambda: (NIGHT + HOUR).astimezone(UTC)
    await officer.move(answered["id"], "IN_PROGRESS")
    assert await city.transactions.run(replace_days_off, (*DAYS_OFF, *off(date(2026, 3, 12))))
    await city.transactions.reload_calendar()
    promised = NIGHT + DAY, NIGHT + 2 * DAY, NIGHT + 2 * DAY
    assert await deadlines(citizen, answered) == await deadlines(citizen, waiting) == promised
    later = await citizen.report(category=LONG)
    assert (await deadlines(citizen, later))[1] == NIGHT + HOUR + 3 * DAY
    city.transactions.now = lambda: (NIGHT + 30 * DAY).astimezone(UTC)
    await record_overdue(city.transactions)
    assert await differences() == []
