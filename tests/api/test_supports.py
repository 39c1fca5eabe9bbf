import asyncio
from typing import Any

import pytest

from models.database import log_head
from tests.city import City
from tests.wire import GAMBIR, Caller

pytestmark = pytest.mark.anyio

SEEN = "supportCount viewerHasSupported version timeline { edges { node { kind version actor } } }"


async def read_report(caller: Caller, report_id: str) -> dict[str, Any]:
    answer = await caller.ask(f"query($id: ID!) {{ node(id: $id) {{ ... on Report {{ {SEEN} }} }} }}", id=report_id)
    report = answer["node"]
    assert isinstance(report, dict)
    return report


async def supports(caller: Caller, report_id: str) -> tuple[int, bool]:
    report = await read_report(caller, report_id)
    return report["supportCount"], report["viewerHasSupported"]


async def close_as_duplicate(officer: Caller, report: dict[str, Any], original: dict[str, Any]) -> None:
    payload = await officer.move(report["id"], "PROCESSED", resolution="DUPLICATE", duplicateOf=original["id"])
    assert payload["errors"] == []


async def test_support_counts_once_and_can_be_withdrawn(city: City) -> None:
    report = await (await city.citizen()).report()
    neighbour, other = await city.citizen("tetangga"), await city.citizen("lain")
    taken = await neighbour.act("supportReport", report["id"])
    assert (taken["report"]["supportCount"], taken["report"]["viewerHasSupported"]) == (1, True)
    head = (await log_head()).position
    again = await neighbour.act("supportReport", report["id"])
    assert again == taken
    assert (await log_head()).position == head  # a repeated support is no event
    assert await supports(other, report["id"]) == (1, False)
    assert await supports(city.anyone(), report["id"]) == (1, False)
    assert (await other.act("supportReport", report["id"]))["report"]["supportCount"] == 2
    back = await neighbour.act("withdrawSupport", report["id"])
    assert (back["report"]["supportCount"], back["report"]["viewerHasSupported"]) == (1, False)
    assert (await neighbour.act("withdrawSupport", report["id"]))["report"] == back["report"]
    assert (await neighbour.act("supportReport", report["id"]))["report"]["supportCount"] == 2


async def test_support_event_names_no_citizen(city: City) -> None:
    report = await (await city.citizen()).report()
    neighbour = await city.citizen("tetangga")
    await neighbour.act("supportReport", report["id"])
    await neighbour.act("withdrawSupport", report["id"])
    now = await read_report(city.anyone(), report["id"])
    assert now["version"] == 3
    assert [edge["node"] for edge in now["timeline"]["edges"]] == [
        {"kind": "SUBMITTED", "version": 1, "actor": "CITIZEN"},
        {"kind": "SUPPORTED", "version": 2, "actor": "CITIZEN"},
        {"kind": "SUPPORT_WITHDRAWN", "version": 3, "actor": "CITIZEN"},
    ]


async def test_support_requires_a_session_and_another_reporter(city: City) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    assert (await citizen.act("supportReport", report["id"]))["errors"][0]["code"] == "FORBIDDEN"
    for mutation in ("supportReport", "withdrawSupport"):
        payload = await city.anyone().act(mutation, report["id"])
        assert payload["errors"][0]["code"] == "UNAUTHENTICATED"
    assert await supports(citizen, report["id"]) == (0, False)


async def test_concurrent_identical_supports_count_once(city: City) -> None:
    report = await (await city.citizen()).report()
    neighbour = await city.citizen("tetangga")
    payloads = await asyncio.gather(*(neighbour.act("supportReport", report["id"]) for _ in range(10)))
    assert all(payload["errors"] == [] for payload in payloads)
    assert await supports(neighbour, report["id"]) == (1, True)
    await asyncio.gather(*(neighbour.act("withdrawSupport", report["id"]) for _ in range(10)))
    assert await supports(neighbour, report["id"]) == (0, False)
    assert (await read_report(neighbour, report["id"]))["version"] == 3


async def test_processed_report_accepts_no_support_but_allows_withdrawal(city: City) -> None:
    report = await (await city.citizen()).report()
    officer = await city.official(GAMBIR)
    early, late = await city.citizen("awal"), await city.citizen("telat")
    await early.act("supportReport", report["id"])
    await officer.move(report["id"], "PROCESSED", resolution="INVALID", note="x")
    assert (await late.act("supportReport", report["id"]))["errors"][0]["code"] == "TRANSITION_REFUSED"
    assert (await early.act("supportReport", report["id"]))["errors"] == []  # already a supporter
    assert (await early.act("withdrawSupport", report["id"]))["errors"] == []
    assert await supports(early, report["id"]) == (0, False)


async def test_supporters_of_a_duplicate_move_to_the_original_once_each(city: City) -> None:
    author, first = await city.citizen("penulis"), await city.citizen("pertama")
    officer = await city.official(GAMBIR)
    original, repeated = await first.report(), await author.report()
    both, only = await city.citizen("keduanya"), await city.citizen("satu")
    await both.act("supportReport", original["id"])
    for caller in (both, only, first):  # `first` reported the original
        await caller.act("supportReport", repeated["id"])
    await close_as_duplicate(officer, repeated, original)
    for caller, supported in ((both, True), (only, True), (first, False), (author, False), (officer, False)):
        assert await supports(caller, original["id"]) == (2, supported)
        assert await supports(caller, repeated["id"]) == (0, False)
    moved = (await read_report(officer, original["id"]))["timeline"]["edges"][-1]["node"]
    assert (moved["kind"], moved["actor"]) == ("SUPPORTED", "Gambir")


async def test_moved_support_is_withdrawn_from_the_original(city: City) -> None:
    citizen, neighbour = await city.citizen(), await city.citizen("tetangga")
    officer = await city.official(GAMBIR)
    original, repeated = await citizen.report(), await citizen.report()
    await neighbour.act("supportReport", repeated["id"])
    await close_as_duplicate(officer, repeated, original)
    await neighbour.act("withdrawSupport", repeated["id"])
    assert await supports(neighbour, original["id"]) == (1, True)
    await neighbour.act("withdrawSupport", original["id"])
    assert await supports(neighbour, original["id"]) == (0, False)


async def test_duplicate_without_supporters_leaves_the_original_unchanged(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    original, repeated = await citizen.report(), await citizen.report()
    await close_as_duplicate(officer, repeated, original)
    assert (await read_report(citizen, original["id"]))["version"] == 1
    assert (await read_report(citizen, repeated["id"]))["version"] == 2


async def test_support_moves_through_a_chain_of_duplicates_to_its_end(city: City) -> None:
    citizen, neighbour = await city.citizen(), await city.citizen("tetangga")
    officer = await city.official(GAMBIR)
    chain = [await citizen.report() for _ in range(3)]
    await neighbour.act("supportReport", chain[0]["id"])
    await close_as_duplicate(officer, chain[0], chain[1])
    await close_as_duplicate(officer, chain[1], chain[2])
    assert [await supports(neighbour, report["id"]) for report in chain] == [(0, False), (0, False), (1, True)]


async def test_concurrent_duplicates_count_a_common_supporter_once(city: City) -> None:
    citizen, neighbour = await city.citizen(), await city.citizen("tetangga")
    officer = await city.official(GAMBIR)
    for _ in range(3):
        original, one, two = [await citizen.report() for _ in range(3)]
        for report in (one, two):
            await neighbour.act("supportReport", report["id"])
        await asyncio.gather(close_as_duplicate(officer, one, original), close_as_duplicate(officer, two, original))
        assert await supports(neighbour, original["id"]) == (1, True)
