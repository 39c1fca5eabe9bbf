"""One change of the status of many reports."""

from collections.abc import Sequence
from typing import Any

import pytest

from schema.bulk import REPORTS_AT_ONCE
from schema.nodes import global_id
from tests.city import City
from tests.wire import GAMBIR, Caller, RequestFailedError, beside

pytestmark = pytest.mark.anyio

CHANGE = """mutation($ids: [ID!]!, $input: ChangeReportStatusInput!) { changeReportStatuses(ids: $ids, input: $input) {
  results { id report { id status resolution version } errors { code field message } }
  errors { code field message } } }"""
MENTENG = {"latitude": -6.1958, "longitude": 106.8330}


async def change(caller: Caller, ids: Sequence[str], **given: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await caller.ask(CHANGE, ids=ids, input=given))["changeReportStatuses"]
    return payload


def outcomes(payload: dict[str, Any]) -> list[tuple[str, list[str] | None] | int]:
    """Return the version of each changed report, and the first error of each other one."""
    return [
        (each["errors"][0]["code"], each["errors"][0]["field"]) if each["errors"] else each["report"]["version"]
        for each in payload["results"]
    ]


def faults(payload: dict[str, Any]) -> list[tuple[str, list[str] | None]]:
    assert payload["results"] == []
    return [(error["code"], error["field"]) for error in payload["errors"]]


async def test_each_report_has_its_own_result_in_the_order_of_the_ids(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    mine = [(await citizen.report(location=beside(number)))["id"] for number in range(3)]
    theirs, done = (await citizen.report(location=MENTENG))["id"], mine[2]
    assert (await officer.move(done, "IN_PROGRESS"))["errors"] == []
    ids = [theirs, mine[0], "?", done, mine[1], mine[0], global_id("Report", 999_999), global_id("Kelurahan", GAMBIR)]
    payload = await change(officer, ids, status="IN_PROGRESS", note="Kami berangkat", idempotencyKey="k")
    expected = [
        ("FORBIDDEN", None),
        2,
        ("NOT_FOUND", ["ids", "2"]),
        ("TRANSITION_REFUSED", None),
        2,
        2,
        ("NOT_FOUND", ["ids", "6"]),
        ("NOT_FOUND", ["ids", "7"]),
    ]
    assert [each["id"] for each in payload["results"]] == ids
    assert payload["errors"] == []
    assert outcomes(payload) == expected
    assert await change(officer, ids, status="IN_PROGRESS", note="Kami berangkat", idempotencyKey="k") == payload
    reused = await change(officer, ids[:2], status="IN_PROGRESS", idempotencyKey="k")
    assert outcomes(reused) == [("FORBIDDEN", None), ("DUPLICATE_REQUEST", ["input", "idempotencyKey"])]
    merged = await change(officer, mine[:2], status="PROCESSED", resolution="DUPLICATE", duplicateOf=mine[1])
    assert outcomes(merged) == [3, ("INVALID", ["input", "duplicateOf"])]


async def test_request_that_fits_no_report_is_refused_as_a_whole(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    ids = [(await citizen.report(location=beside(number)))["id"] for number in range(2)]
    fixed = {"status": "PROCESSED", "resolution": "FIXED", "proofPhotoIds": [await officer.photo()]}
    assert faults(await change(officer, [], status="IN_PROGRESS")) == [("INVALID", ["ids"])]
    many = [global_id("Report", number) for number in range(REPORTS_AT_ONCE + 1)]
    assert faults(await change(officer, many, status="IN_PROGRESS")) == [("INVALID", ["ids"])]
    wrong = await change(officer, ids * 26, **fixed, ifVersion=1, idempotencyKey="")
    fields = [["ids"], ["input", "idempotencyKey"], ["input", "resolution"], ["input", "ifVersion"]]
    assert faults(wrong) == [("INVALID", field) for field in fields]
    assert faults(await change(city.anyone(), ids, status="IN_PROGRESS")) == [("UNAUTHENTICATED", None)]
    original = {"status": "PROCESSED", "resolution": "DUPLICATE", "duplicateOf": "JK2001010001"}
    assert faults(await change(officer, ids, **original)) == [("NOT_FOUND", ["input", "duplicateOf"])]
    assert outcomes(await change(officer, [ids[0]] * 2, **fixed, ifVersion=1)) == [2, 2]


async def test_as_many_reports_as_allowed_are_changed_within_the_limits(city: City) -> None:
    citizens = [await city.citizen(f"warga-{number}") for number in range(5)]
    officer = await city.official(GAMBIR)
    ids = [(await citizens[number % 5].report(location=beside(number % 5)))["id"] for number in range(REPORTS_AT_ONCE)]
    assert outcomes(await change(officer, ids, status="IN_PROGRESS")) == [2] * REPORTS_AT_ONCE
    aliases = " ".join(
        f"a{number}: changeReportStatuses(ids: $ids, input: $input) {{ errors {{ code }} }}" for number in range(6)
    )
    document = f"mutation($ids: [ID!]!, $input: ChangeReportStatusInput!) {{ {aliases} }}"
    with pytest.raises(RequestFailedError, match="TOO_EXPENSIVE"):
        await officer.ask(document, ids=ids, input={"status": "IN_PROGRESS"})
