"""Correcting the place of a report: by its reporter before the answer, or by the unit in charge within 500 metres."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.ledger import CITIZEN, PointEntry
from models.reports import Holding, Report
from models.tallies import Tally
from rules.access import Role
from schema.nodes import global_id
from tests.city import City
from tests.wire import GAMBIR, MONAS, Caller

pytestmark = pytest.mark.anyio

CIDENG = "31.71.01.1002"
START = datetime(2026, 3, 10, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
PETOJO_UTARA = "31.71.01.1003"
HERE, THERE = {"latitude": -6.1714, "longitude": 106.82156}, {"latitude": -6.16928, "longitude": 106.81937}
"""Places in Gambir and in Petojo Utara, 338 metres apart; each is certain."""

METRE = 1 / 110_577
"""A metre northward, in degrees."""

MOVE = """mutation($id: ID!, $to: GeoPointInput!, $v: Int) { moveReport(id: $id, location: $to, ifVersion: $v) {
  report { version status respondedAt responseDueAt handlerDueAt location { latitude longitude }
    kelurahan { code } handler { ... on Kelurahan { code } ... on Agency { code } } permissions { canMove }
    timeline(last: 1) { edges { node { kind actor fromKelurahan { code } toKelurahan { code }
      fromHandler { ... on Kelurahan { code } } toHandler { ... on Kelurahan { code } } } } } }
  errors { code message field } } }"""


async def move(caller: Caller, report: dict[str, Any], to: dict[str, float], version: int | None = None) -> Any:
    return (await caller.ask(MOVE, id=report["id"], to=to, v=version))["moveReport"]


async def moved(caller: Caller, report: dict[str, Any], to: dict[str, float]) -> dict[str, Any]:
    payload = await move(caller, report, to)
    assert payload["errors"] == []
    found: dict[str, Any] = payload["report"]
    return found


async def refused(caller: Caller, report: dict[str, Any], to: dict[str, float]) -> tuple[str, list[str] | None]:
    payload = await move(caller, report, to)
    assert payload["report"] is None
    return payload["errors"][0]["code"], payload["errors"][0]["field"]


def north(metres: float, of: dict[str, float] = MONAS) -> dict[str, float]:
    return {**of, "latitude": of["latitude"] + metres * METRE}


def centre(city: City, code: str) -> dict[str, float]:
    place = city.gazetteer.kelurahan[code]
    return {"latitude": place.latitude, "longitude": place.longitude}


async def test_reporter_moves_an_unanswered_report_with_its_unit(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    city.transactions.now = lambda: START
    own, agency = await citizen.report(), await citizen.report(category="BANJIR")
    city.transactions.now = lambda: START + HOUR
    found = await moved(citizen, own, centre(city, CIDENG))
    assert (found["kelurahan"]["code"], found["handler"]["code"]) == (CIDENG, CIDENG)
    assert (found["status"], found["respondedAt"], found["version"]) == ("WAITING", None, 2)
    assert datetime.fromisoformat(found["responseDueAt"]) == START + 24 * HOUR
    assert datetime.fromisoformat(found["handlerDueAt"]) == START + 49 * HOUR
    assert found["location"] == centre(city, CIDENG)
    event = found["timeline"]["edges"][0]["node"]
    assert (event["kind"], event["actor"]) == ("MOVED", "CITIZEN")
    assert [event[name]["code"] for name in ("fromKelurahan", "toKelurahan", "fromHandler", "toHandler")] == [
        *(GAMBIR, CIDENG),
        *(GAMBIR, CIDENG),
    ]
    assert (await moved(citizen, agency, centre(city, CIDENG)))["handler"]["code"] == "SDA"
    assert await PointEntry.all().count() == 0
    tallies = {tally.unit: tally for tally in await Tally.filter(period="ALL_TIME", officer=0)}
    assert (tallies[GAMBIR].handed_on, tallies[GAMBIR].open, tallies[CIDENG].open) == (0, 0, 1)
    assert (tallies[GAMBIR].received, tallies[CIDENG].received) == (1, 1)
    assert await Tally.filter(officer__gt=0).count() == 0
    assert [(row.unit, row.seconds) for row in await Holding.all()] == [(GAMBIR, 3600)]
    assert await refused(officer, own, north(10, centre(city, CIDENG))) == ("FORBIDDEN", None)


async def test_reporter_moves_to_another_unit_in_the_first_half_only(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    city.transactions.now = lambda: START
    report, answered = await citizen.report(), await citizen.report()
    await officer.move(answered["id"], "IN_PROGRESS")
    assert await refused(citizen, answered, north(10)) == ("TRANSITION_REFUSED", None)
    city.transactions.now = lambda: START + 12 * HOUR + timedelta(seconds=1)
    assert await refused(citizen, report, centre(city, CIDENG)) == ("TRANSITION_REFUSED", ["location"])
    assert (await moved(citizen, report, north(10)))["permissions"]["canMove"] is True
    city.transactions.now = lambda: START + 24 * HOUR + timedelta(seconds=1)
    assert await refused(citizen, report, north(20)) == ("TRANSITION_REFUSED", None)


async def test_moves_of_a_unit_do_not_add_up(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report(category="SAMPAH")
    await moved(citizen, report, north(100))
    found = await moved(officer, report, north(590))
    assert (found["respondedAt"] is not None, found["permissions"]["canMove"]) == (True, True)
    assert await refused(officer, report, north(601)) == ("INVALID", ["location"])
    assert await refused(officer, report, north(590)) == ("INVALID", ["location"])
    await moved(officer, report, north(-390))
    assert await refused(officer, report, north(-401)) == ("INVALID", ["location"])
    assert await refused(citizen, report, north(0)) == ("TRANSITION_REFUSED", None)
    assert [entry.rule for entry in await PointEntry.exclude(unit=CITIZEN)] == ["RESPONDED_PROMPTLY"]
    await officer.move(report["id"], "PROCESSED", resolution="INVALID", note="Tidak ada")
    assert await refused(officer, report, north(0)) == ("TRANSITION_REFUSED", None)


async def test_unit_that_moves_a_report_over_its_border_hands_it_on(city: City) -> None:
    citizen, officer, other = (
        await city.citizen(),
        await city.official(GAMBIR),
        await city.official(PETOJO_UTARA, name="lain"),
    )
    report = await citizen.report(location=HERE)
    found = await moved(officer, report, THERE)
    assert (found["kelurahan"]["code"], found["handler"]["code"], found["permissions"]["canMove"]) == (
        *(PETOJO_UTARA, PETOJO_UTARA),
        False,
    )
    assert await PointEntry.exclude(unit=CITIZEN).count() == 0
    tallies = {tally.unit: tally for tally in await Tally.filter(period="ALL_TIME", officer=0)}
    assert (tallies[GAMBIR].handed_on, tallies[GAMBIR].responded, tallies[PETOJO_UTARA].received) == (1, 0, 1)
    assert (await moved(other, report, HERE))["handler"]["code"] == GAMBIR


async def test_fix_is_judged_by_the_place_of_the_reporter(city: City) -> None:
    """Two reports of one place gain once, wherever the unit has moved the second one."""
    officer = await city.official(GAMBIR)
    reports = [await (await city.citizen(f"warga-{number}")).report() for number in range(2)]
    await moved(officer, reports[1], north(200))
    for report in reports:
        proof = [await officer.photo()]
        assert (await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=proof))["errors"] == []
    assert await PointEntry.filter(rule="PROCESSED_PROMPTLY").count() == 1


async def test_every_fault_of_a_move_is_refused_with_its_field(city: City) -> None:
    citizen, other = await city.citizen(), await city.citizen("tetangga")
    admin = await city.official(None, Role.ADMIN, "admin")
    report = await citizen.report()
    bandung, swapped = {"latitude": -6.9, "longitude": 107.6}, {"latitude": 106.8, "longitude": -6.2}
    assert await refused(citizen, report, bandung) == ("OUT_OF_AREA", ["location"])
    assert await refused(citizen, report, swapped) == ("INVALID", ["location"])
    assert await refused(other, report, north(10)) == ("FORBIDDEN", None)
    assert await refused(admin, report, north(501)) == ("INVALID", ["location"])
    assert await refused(admin, {"id": global_id("Report", 99)}, north(10)) == ("NOT_FOUND", None)
    both = await move(citizen, report, bandung, version=7)
    assert [(each["code"], each["field"]) for each in both["errors"]] == [
        ("OUT_OF_AREA", ["location"]),
        ("CONFLICT", ["ifVersion"]),
    ]
    assert (await Report.get(id=1)).version == 1
    payloads = await asyncio.gather(*(move(citizen, report, north(each), version=1) for each in (10, 20)))
    assert sorted(each["errors"][0]["code"] if each["errors"] else "" for each in payloads) == ["", "CONFLICT"]


async def test_report_merged_into_is_not_moved_by_its_reporter(city: City) -> None:
    citizen, other, officer = await city.citizen(), await city.citizen("tetangga"), await city.official(GAMBIR)
    original, copy = await citizen.report(), await other.report()
    await officer.move(copy["id"], "PROCESSED", resolution="DUPLICATE", duplicateOf=original["id"])
    assert await refused(citizen, original, north(10)) == ("TRANSITION_REFUSED", None)
    assert (await moved(officer, original, north(10)))["location"] == north(10)
