"""The desk: assigning, transferring and recategorising a report, with the effect on its deadlines."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actions.overdue import record_overdue
from models.ledger import CITIZEN, PointEntry
from models.reports import Photo, Report
from rules.access import Role
from schema.nodes import global_id
from tests.city import City
from tests.wire import GAMBIR, Caller

pytestmark = pytest.mark.anyio

CIDENG = "31.71.01.1002"
START = datetime(2026, 3, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SEEN = """
query($id: ID!) { node(id: $id) { ... on Report {
  version status respondedAt handlerDueAt processingDueAt responseDueAt rating
  category { code } kelurahan { code } handler { ... on Kelurahan { code } ... on Agency { code } }
  permissions { canAssign canRate canReopen canChangeStatus }
  timeline(last: 1) { edges { node {
    kind note actor stars fromCategory { code } toCategory { code } fromKelurahan { code } toKelurahan { code }
    fromHandler { ... on Kelurahan { code } ... on Agency { code } }
    toHandler { ... on Kelurahan { code } ... on Agency { code } }
  } } }
} } }
"""


async def read_report(caller: Caller, report: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await caller.ask(SEEN, id=report["id"]))["node"]
    return found


async def last_event(caller: Caller, report: dict[str, Any]) -> dict[str, Any]:
    event: dict[str, Any] = (await read_report(caller, report))["timeline"]["edges"][0]["node"]
    return event


def refused(payload: dict[str, Any]) -> str | None:
    return payload["errors"][0]["code"] if payload["errors"] else None


def unit(code: str) -> str:
    return global_id("Kelurahan" if "." in code else "Agency", code)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


async def test_assigning_changes_the_handler_and_answers_but_keeps_the_status(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    payload = await officer.act("assignReport", report["id"], handler=unit("SDA"), note="Bukan urusan kami")
    assert refused(payload) is None
    now = await read_report(officer, report)
    assert (now["handler"]["code"], now["status"], now["version"]) == ("SDA", "WAITING", 2)
    assert now["respondedAt"] is not None
    event = await last_event(officer, report)
    assert (event["kind"], event["note"], event["actor"]) == ("ASSIGNED", "Bukan urusan kami", "Gambir")
    assert (event["fromHandler"]["code"], event["toHandler"]["code"]) == (GAMBIR, "SDA")
    assert await PointEntry.exclude(unit=CITIZEN).count() == 0
    assert [entry.rule for entry in await PointEntry.filter(unit=CITIZEN)] == ["CITIZEN_ANSWERED"]


async def test_transfer_moves_the_handler_only_if_it_was_the_old_kelurahan(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    own, given = await citizen.report(), await citizen.report(category="BANJIR")
    for report, handler in ((own, CIDENG), (given, "SDA")):
        assert refused(await officer.act("transferReport", report["id"], kelurahan="Cideng")) is None
        now = await read_report(officer, report)
        assert (now["kelurahan"]["code"], now["handler"]["code"]) == (CIDENG, handler)
        event = await last_event(officer, report)
        assert (event["fromKelurahan"]["code"], event["toKelurahan"]["code"]) == (GAMBIR, CIDENG)


async def test_recategorising_ones_own_report_adds_no_time_and_keeps_the_weight(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    weight = (await Report.get(id=1)).weight
    for category in city.gazetteer.categories.values():
        if category.agency is None and category.code != (await read_report(officer, report))["category"]["code"]:
            before = await read_report(officer, report)
            assert refused(await officer.act("recategoriseReport", report["id"], category=category.code)) is None
            after = await read_report(officer, report)
            assert at(after["processingDueAt"]) <= at(before["processingDueAt"])
            assert at(after["responseDueAt"]) <= at(before["responseDueAt"])
            assert (await Report.get(id=1)).weight == weight
            assert after["category"]["code"] == category.code


async def test_control_room_may_choose_a_category_with_longer_targets(city: City) -> None:
    citizen, admin = await city.citizen(), await city.official(None, Role.ADMIN, "admin")
    longest = max(
        city.gazetteer.categories.values(), key=lambda fact: (fact.agency is None, fact.processing_target_minutes)
    )
    report = await citizen.report()
    before = await read_report(admin, report)
    assert refused(await admin.act("recategoriseReport", report["id"], category=longest.code)) is None
    after = await read_report(admin, report)
    assert at(after["processingDueAt"]) > at(before["processingDueAt"])
    assert at(after["handlerDueAt"]) == at(after["processingDueAt"])


async def test_recategorising_as_external_hands_over_and_reverses_gains(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    await officer.move(report["id"], "IN_PROGRESS")
    assert refused(await officer.act("recategoriseReport", report["id"], category="LISTRIK")) is None
    assert (await read_report(officer, report))["handler"]["code"] == "PLN"
    entries = await PointEntry.filter(unit=GAMBIR)
    assert sum(entry.points for entry in entries) == 0
    assert len(entries) == 2
    city.transactions.now = lambda: datetime.now(UTC) + 100 * DAY
    assert await record_overdue(city.transactions) == 0


async def test_handler_clock_stops_on_hand_over_and_resumes_on_return(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    other = await city.official("SDA", name="lain")
    city.transactions.now = lambda: START
    report = await citizen.report()  # processing target: two days
    city.transactions.now = lambda: START + DAY
    await officer.act("assignReport", report["id"], handler=unit("SDA"))
    promised = at((await read_report(officer, report))["processingDueAt"])
    assert promised == START + 2 * DAY
    assert at((await read_report(officer, report))["handlerDueAt"]) == START + 3 * DAY
    city.transactions.now = lambda: START + 2 * DAY
    await other.act("assignReport", report["id"], handler=unit(GAMBIR))
    assert at((await read_report(officer, report))["handlerDueAt"]) == START + 3 * DAY
    assert at((await read_report(officer, report))["processingDueAt"]) == promised
    city.transactions.now = lambda: START + 3 * DAY + timedelta(seconds=1)
    assert await record_overdue(city.transactions) == 1
    overdue = await PointEntry.filter(rule="PROCESSING_OVERDUE")
    assert [(entry.unit, entry.at) for entry in overdue] == [(GAMBIR, START + 3 * DAY)]
    await officer.act("assignReport", report["id"], handler=unit("SDA"))
    await officer.act("assignReport", report["id"], handler=unit(GAMBIR))
    city.transactions.now = lambda: START + 30 * DAY
    await record_overdue(city.transactions)
    assert await PointEntry.filter(rule="PROCESSING_OVERDUE", unit=GAMBIR).count() == 1


async def test_each_reopening_starts_a_new_promise_and_has_limits(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    camat = await city.official("31.71.01", Role.SUPERVISOR, "camat")
    photos = [await officer.photo() for _ in range(6)]
    city.transactions.now = lambda: START
    report = await citizen.report()

    async def fix() -> None:
        options = {"resolution": "FIXED", "proofPhotoIds": [photos.pop()]}
        assert refused(await officer.move(report["id"], "PROCESSED", **options)) is None

    await fix()
    assert refused(await officer.act("reopenReport", report["id"], reason="Salah")) == "FORBIDDEN"
    for day in (1, 2):
        city.transactions.now = lambda day=day: START + day * DAY  # type: ignore[misc] # a moment
        assert refused(await citizen.act("reopenReport", report["id"], reason="Masih ada")) is None
        now = await read_report(citizen, report)
        assert (now["status"], at(now["processingDueAt"])) == ("IN_PROGRESS", START + (day + 2) * DAY)
        await fix()
    assert refused(await citizen.act("reopenReport", report["id"], reason="Lagi")) == "TRANSITION_REFUSED"
    for day in (60, 61):
        city.transactions.now = lambda day=day: START + day * DAY  # type: ignore[misc] # a moment
        assert refused(await camat.act("reopenReport", report["id"], reason="Belum beres")) is None
        assert (await last_event(camat, report))["note"] == "Belum beres"
        await fix()
    assert refused(await camat.act("reopenReport", report["id"], reason="Lagi")) == "TRANSITION_REFUSED"


async def test_dismissal_that_was_reopened_is_repeated_by_a_supervisor_only(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    camat = await city.official("31.71.01", Role.SUPERVISOR, "camat")
    report, original = await citizen.report(), await citizen.report()
    await officer.move(report["id"], "PROCESSED", resolution="INVALID", note="Tidak ada apa-apa")
    await citizen.act("reopenReport", report["id"], reason="Ada, lihat fotonya")
    for resolution, more in (("INVALID", {}), ("OUT_OF_REMIT", {}), ("DUPLICATE", {"duplicateOf": original["id"]})):
        options = {"resolution": resolution, "note": "Lagi", **more}
        assert refused(await officer.move(report["id"], "PROCESSED", **options)) == "FORBIDDEN"
    assert refused(await camat.move(report["id"], "PROCESSED", resolution="INVALID", note="Benar tidak ada")) is None
    await citizen.act("reopenReport", report["id"], reason="Masih ada")
    assert refused(await officer.move(report["id"], "PROCESSED", resolution="INVALID", note="Lagi")) == "FORBIDDEN"
    proof = [await officer.photo()]
    assert refused(await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=proof)) is None


async def test_fix_that_was_reopened_may_be_dismissed_by_the_unit(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    proof = [await officer.photo()]
    await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=proof)
    await citizen.act("reopenReport", report["id"], reason="Masih ada")
    assert refused(await officer.move(report["id"], "PROCESSED", resolution="INVALID", note="Sudah bersih")) is None


async def test_external_agency_gets_reports_of_its_categories_only(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report(category="SAMPAH")
    payload = await officer.act("assignReport", report["id"], handler=unit("PLN"))
    assert (refused(payload), payload["errors"][0]["field"]) == ("INVALID", ["handler"])
    assert "Ubah kategori" in payload["errors"][0]["message"]
    assert refused(await officer.act("recategoriseReport", report["id"], category="LISTRIK")) is None
    admin = await city.official(None, Role.ADMIN, "balaikota")
    assert refused(await admin.act("assignReport", report["id"], handler=unit("SDA"))) is None
    assert refused(await admin.act("assignReport", report["id"], handler=unit("TELKOM"))) == "INVALID"
    assert refused(await admin.act("assignReport", report["id"], handler=unit("PLN"))) is None


async def test_rating_is_for_thirty_days(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    reports, proofs = [await citizen.report() for _ in range(2)], [await officer.photo() for _ in range(2)]
    city.transactions.now = lambda: START
    for report, proof in zip(reports, proofs, strict=True):
        await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=[proof])
    city.transactions.now = lambda: START + 30 * DAY
    assert refused(await citizen.act("rateReport", reports[0]["id"], stars=1)) is None
    city.transactions.now = lambda: START + 30 * DAY + timedelta(seconds=1)
    assert refused(await citizen.act("rateReport", reports[1]["id"], stars=1)) == "TRANSITION_REFUSED"


async def test_report_whose_answer_is_overdue_is_not_withdrawn(city: City) -> None:
    citizen = await city.citizen()
    city.transactions.now = lambda: START
    reports = [await citizen.report() for _ in range(2)]  # response target: one day
    city.transactions.now = lambda: START + DAY
    assert refused(await citizen.act("withdrawReport", reports[0]["id"])) is None
    city.transactions.now = lambda: START + DAY + timedelta(seconds=1)
    assert refused(await citizen.act("withdrawReport", reports[1]["id"])) == "TRANSITION_REFUSED"


async def test_reporter_rates_each_closing_once(city: City) -> None:
    citizen, officer, other = await city.citizen(), await city.official(GAMBIR), await city.citizen("tetangga")
    report = await citizen.report()
    assert refused(await citizen.act("rateReport", report["id"], stars=5)) == "TRANSITION_REFUSED"
    for stars in (5, 1):
        proof = [await officer.photo()]
        assert refused(await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=proof)) is None
        assert refused(await other.act("rateReport", report["id"], stars=5)) == "FORBIDDEN"
        assert refused(await citizen.act("rateReport", report["id"], stars=6)) == "INVALID"
        assert refused(await citizen.act("rateReport", report["id"], stars=stars, comment="Begitu")) is None
        assert refused(await citizen.act("rateReport", report["id"], stars=stars)) == "TRANSITION_REFUSED"
        assert ((await read_report(citizen, report))["rating"], (await last_event(citizen, report))["stars"]) == (
            stars,
            stars,
        )
        await citizen.act("reopenReport", report["id"], reason="Masih ada")
        assert (await read_report(citizen, report))["rating"] is None
    rules = [
        entry.rule for entry in await PointEntry.filter(unit=GAMBIR, rule__startswith="RATED").order_by("position")
    ]
    assert rules == ["RATED_WELL", "RATED_POORLY"]


async def test_proof_of_a_second_fix_follows_that_of_the_first(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    proof = [await officer.photo() for _ in range(4)]
    for pair in (proof[2:], proof[:2]):
        assert refused(await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=pair)) is None
        shown = (await citizen.act("reopenReport", report["id"], reason="Belum"))["report"]["proof"]
    assert [photo["id"] for photo in shown] == [*proof[2:], *proof[:2]]
    assert [photo.place for photo in await Photo.filter(role="PROOF").order_by("place")] == [0, 1, 2, 3]


async def test_permissions_predict_who_may_act(city: City) -> None:
    citizen = await city.citizen()
    report = await citizen.report(category="BANJIR")  # located in Gambir, handled by an agency
    people = {
        "citizen": citizen,
        "stranger": await city.citizen("orang"),
        "agency": await city.official("SDA", name="sda"),
        "kelurahan": await city.official(GAMBIR, name="gambir"),
        "neighbour": await city.official(CIDENG, name="cideng"),
        "camat": await city.official("31.71.01", Role.SUPERVISOR, "camat"),
        "admin": await city.official(None, Role.ADMIN, "admin"),
    }
    allowed = {name for name, one in people.items() if (await read_report(one, report))["permissions"]["canAssign"]}
    assert allowed == {"agency", "kelurahan", "camat", "admin"}
    for name, one in people.items():
        payload = await one.act("assignReport", report["id"], handler=unit("SDA"), ifVersion=999)
        assert refused(payload) == ("CONFLICT" if name in allowed else "FORBIDDEN")


async def test_concurrent_assignments_have_one_winner(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    payloads = await asyncio.gather(
        *(officer.act("assignReport", report["id"], handler=unit(code), ifVersion=1) for code in ("SDA", CIDENG))
    )
    assert sorted(str(refused(payload)) for payload in payloads) == ["CONFLICT", "None"]


async def test_change_to_the_same_or_an_unknown_value_is_refused(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    for act, options in (
        ("assignReport", {"handler": unit(GAMBIR)}),
        ("assignReport", {"handler": unit("TIDAKADA")}),
        ("assignReport", {"handler": global_id("City", "31.71")}),
        ("transferReport", {"kelurahan": "Gambir"}),
        ("transferReport", {"kelurahan": "Bandung"}),
        ("transferReport", {"kelurahan": "Tj. Duren"}),
        ("recategoriseReport", {"category": "SAMPAH"}),
        ("recategoriseReport", {"category": "TIDAKADA"}),
    ):
        assert refused(await officer.act(act, report["id"], **options)) == "INVALID", (act, options)
    await officer.move(report["id"], "PROCESSED", resolution="INVALID", note="Tidak ada")
    assert refused(await officer.act("assignReport", report["id"], handler=unit("SDA"))) == "TRANSITION_REFUSED"
    assert (await read_report(officer, report))["version"] == 2
