"""Acts that are sent again under the same idempotency key."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import pytest

from actions.act_keys import KEPT_FOR
from actions.retention import IDEMPOTENCY_KEYS, delete_some
from actions.transaction import Transactions
from models.act_keys import ActKey
from models.database import log_head
from rules.access import Role
from schema.nodes import global_id
from tests.city import City
from tests.wire import GAMBIR, Caller, beside, png

pytestmark = pytest.mark.anyio

CIDENG = "31.71.01.1002"
WAIVE_ENTRY = """mutation($id: ID!, $key: String) { waiveEntry(id: $id, reason: "Keliru", idempotencyKey: $key) {
  report { id version } errors { code field } } }"""
WAIVE_REPORTS = """mutation($id: ID!, $key: String) { waiveReports(ids: [$id], reason: "Iklan", idempotencyKey: $key) {
  waived errors { code field } } }"""
ENTRIES = "query($id: ID!) { node(id: $id) { ... on Report { points { id rule waived } } } }"


async def position() -> int:
    return int((await log_head()).position)


def codes(payload: dict[str, Any]) -> list[tuple[str, list[str] | None]]:
    return [(error["code"], error["field"]) for error in payload["errors"]]


class Act(NamedTuple):
    """An act on a report; `options` are its arguments, `other` those of another request."""

    caller: Caller
    name: str
    options: dict[str, Any]
    other: dict[str, Any]


async def life(city: City) -> list[Act]:
    """Return every act on a report of one citizen, in an order in which none is refused."""
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    of_cideng, of_agency = await city.official(CIDENG, name="cideng"), await city.official("DLH", name="dlh")
    camat = await city.official("31.71.01", Role.SUPERVISOR, "camat")
    agency, kelurahan = global_id("Agency", "DLH"), global_id("Kelurahan", GAMBIR)
    started, fixed = {"status": "IN_PROGRESS"}, {"status": "PROCESSED", "resolution": "FIXED"}
    proof = {"proofPhotoIds": [await officer.photo()]}
    return [
        Act(officer, "transferReport", {"kelurahan": CIDENG}, {"kelurahan": "31.71.01.1003"}),
        Act(of_cideng, "transferReport", {"kelurahan": GAMBIR}, {"kelurahan": CIDENG}),
        Act(officer, "recategoriseReport", {"category": "PKL"}, {"category": "PKL", "note": "Lain"}),
        Act(officer, "assignReport", {"handler": agency}, {"handler": kelurahan}),
        Act(of_agency, "changeReportStatus", started, fixed),
        Act(camat, "assignReport", {"handler": kelurahan}, {"handler": agency}),
        Act(officer, "changeReportStatus", fixed | proof, started),
        Act(citizen, "rateReport", {"stars": 2}, {"stars": 3}),
        Act(citizen, "reopenReport", {"reason": "Masih ada"}, {"reason": "Masih ada."}),
    ]


async def test_act_sent_again_under_its_key_returns_the_payload_and_does_nothing(city: City) -> None:
    acts = await life(city)
    report = await acts[-1].caller.report()
    for number, (caller, name, options, other) in enumerate(acts):
        key = {"idempotencyKey": f" kunci-{number} "}
        payload = await caller.act(name, report["id"], **options, **key)
        assert payload["errors"] == []
        done = await position()
        assert await caller.act(name, report["id"], **options, **key) == payload
        path = ["input", "idempotencyKey"] if name == "changeReportStatus" else ["idempotencyKey"]
        refused = await caller.act(name, report["id"], **other, **key)
        assert codes(refused) == [("DUPLICATE_REQUEST", path)]
        refused = await caller.act("withdrawReport", report["id"], **key)
        assert codes(refused) == [("DUPLICATE_REQUEST", ["idempotencyKey"])]
        assert await position() == done
    assert await ActKey.all().count() == len(acts)


async def test_withdrawal_and_waivers_are_done_once_under_their_key(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    admin = await city.official(None, Role.ADMIN, "admin")
    withdrawn, waived = await citizen.report(), await citizen.report(location=beside(1))
    for _ in range(2):
        assert (await citizen.act("withdrawReport", withdrawn["id"], idempotencyKey="k"))["errors"] == []
    for status in ({"status": "IN_PROGRESS"}, {"status": "PROCESSED", "resolution": "FIXED"}):
        proof = {"proofPhotoIds": [await officer.photo()]} if "resolution" in status else {}
        assert (await officer.act("changeReportStatus", waived["id"], **status, **proof))["errors"] == []
    entry = (await citizen.ask(ENTRIES, id=waived["id"]))["node"]["points"][0]["id"]
    before = await position()
    payloads = [await admin.ask(WAIVE_ENTRY, id=entry, key="satu") for _ in range(2)]
    assert payloads[0] == payloads[1]
    assert payloads[0]["waiveEntry"]["errors"] == []
    refused = (await admin.ask(WAIVE_ENTRY, id=entry, key="dua"))["waiveEntry"]
    assert codes(refused) == [("CONFLICT", ["id"])]
    assert await position() == before + 1
    payloads = [await admin.ask(WAIVE_REPORTS, id=waived["id"], key="dua") for _ in range(2)]
    assert payloads[0] == payloads[1]
    assert payloads[0]["waiveReports"]["waived"] > 1
    reused = (await admin.ask(WAIVE_REPORTS, id=withdrawn["id"], key="dua"))["waiveReports"]
    assert codes(reused) == [("DUPLICATE_REQUEST", ["idempotencyKey"])]
    assert reused["waived"] == 0
    for _ in range(2):
        nothing = await admin.ask(WAIVE_REPORTS, id=withdrawn["id"], key="tiga")
        assert nothing == {"waiveReports": {"waived": 0, "errors": []}}


async def test_refused_act_leaves_its_key_free_and_a_bad_key_joins_the_faults(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    key, invalid = {"idempotencyKey": "k"}, {"status": "PROCESSED", "resolution": "INVALID"}
    assert codes(await officer.act("changeReportStatus", report["id"], **invalid, **key)) == [
        ("INVALID", ["input", "note"])
    ]
    bad = await officer.act("changeReportStatus", report["id"], **invalid, idempotencyKey="k" * 101)
    assert codes(bad) == [("INVALID", ["input", "idempotencyKey"]), ("INVALID", ["input", "note"])]
    before = await position()
    for empty in (" ", "a\0b", "k" * 101):
        refused = await officer.act("changeReportStatus", report["id"], status="IN_PROGRESS", idempotencyKey=empty)
        assert codes(refused) == [("INVALID", ["input", "idempotencyKey"])]
    assert await position() == before
    assert await ActKey.all().count() == 0
    assert (await officer.move(report["id"], "IN_PROGRESS", **key))["errors"] == []
    other = await city.official(GAMBIR, name="lain")  # keys are each person's own
    assert codes(await other.move(report["id"], "IN_PROGRESS", **key)) == [("TRANSITION_REFUSED", None)]


async def test_fix_whose_proof_was_uploaded_again_is_the_same_act(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report, pictures = await citizen.report(), [png(1), png(2)]
    fixed = {"status": "PROCESSED", "resolution": "FIXED", "idempotencyKey": "k"}
    for _ in range(2):
        proof = [await officer.photo(picture) for picture in pictures]
        assert (await officer.act("changeReportStatus", report["id"], **fixed, proofPhotoIds=proof))["errors"] == []
    for other in ([await officer.photo()], [], ["tidak ada", "\0"], proof[::-1]):
        refused = await officer.act("changeReportStatus", report["id"], **fixed, proofPhotoIds=other)
        assert codes(refused) == [("DUPLICATE_REQUEST", ["input", "idempotencyKey"])]


async def test_keys_are_deleted_after_a_week(city: City) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    assert (await citizen.act("withdrawReport", report["id"], idempotencyKey="k"))["errors"] == []
    for age, left in ((KEPT_FOR - timedelta(minutes=1), 1), (KEPT_FOR + timedelta(minutes=1), 0)):
        now = city.transactions.now() + age
        later = Transactions(now=partial(datetime.fromtimestamp, now.timestamp(), UTC))
        await later.run(delete_some, IDEMPOTENCY_KEYS, {})
        assert await ActKey.all().count() == left
    again = await citizen.act("withdrawReport", report["id"], idempotencyKey="k")
    assert codes(again) == [("TRANSITION_REFUSED", None)]
