"""Moderation: flags, hiding and showing reports."""

from typing import Any

import pytest

from rules.access import Role
from tests.city import City
from tests.wire import ERRORS, GAMBIR, Caller, RequestFailedError

pytestmark = pytest.mark.anyio

REASON = "Menyebut nama orang"
FLAGGED = (
    "{ flaggedReports { totalCount edges { cursor node { number flags { reason at } } } pageInfo { endCursor } } }"
)


async def hide(admin: Caller, report: dict[str, Any], reason: str = REASON) -> None:
    assert (await admin.act("hideReport", report["id"], reason=reason))["errors"] == []


async def flag(caller: Caller, report: dict[str, Any], reason: str) -> list[dict[str, Any]]:
    document = f"mutation($id: ID!, $reason: String!) {{ flagReport(id: $id, reason: $reason) {{ {ERRORS} }} }}"
    errors: list[dict[str, Any]] = (await caller.ask(document, id=report["id"], reason=reason))["flagReport"]["errors"]
    return errors


async def test_flag_is_replaced_and_read_by_the_control_room_without_a_name(city: City) -> None:
    reporter, other, third = [await city.citizen(name) for name in ("pelapor", "lain", "ketiga")]
    admin = await city.official(None, Role.ADMIN, "admin")
    first, second, third_report = [await reporter.report() for _ in range(3)]
    assert [each["code"] for each in await flag(reporter, first, "Alasan saya")] == ["FORBIDDEN"]
    assert [each["code"] for each in await flag(other, first, "a")] == ["INVALID"]
    assert [each["code"] for each in await flag(city.anyone(), first, "Tanpa akun")] == ["UNAUTHENTICATED"]
    assert await flag(other, second, "Memuat nomor telepon") == []
    assert await flag(third, first, "Bukan laporan") == []
    assert await flag(other, second, "Memuat nomor KTP") == []
    await hide(admin, third_report)
    found = (await admin.ask(FLAGGED))["flaggedReports"]
    assert found["totalCount"] == 3
    flags = [(edge["node"]["number"], [one["reason"] for one in edge["node"]["flags"]]) for edge in found["edges"]]
    assert flags == [
        (second["number"], ["Memuat nomor KTP"]),
        (first["number"], ["Bukan laporan"]),
        (third_report["number"], []),
    ]
    paged = "query($after: String) { flaggedReports(first: 1, after: $after) { edges { cursor node { number } } } }"
    after, numbers = None, []
    for _ in range(3):
        ((edge,),) = (await admin.ask(paged, after=after))["flaggedReports"].values()
        numbers.append(edge["node"]["number"])
        after = edge["cursor"]
    assert numbers == [number for number, _ in flags]
    for caller, code in ((other, "FORBIDDEN"), (city.anyone(), "UNAUTHENTICATED")):
        with pytest.raises(RequestFailedError) as refused:
            await caller.ask(FLAGGED)
        assert refused.value.code == code
    mine = "query($n: String!) { report(number: $n) { flags { reason } permissions { canFlag canModerate canErase } } }"
    for caller, allowed in (
        (other, (True, False, False)),
        (reporter, (False, False, True)),
        (admin, (True, True, False)),
    ):
        asked = (await caller.ask(mine, n=first["number"]))["report"]
        assert tuple(asked["permissions"].values()) == allowed
        assert (asked["flags"] == []) is (caller is not admin)


async def test_dismissed_flags_leave_the_list_until_somebody_flags_again(city: City) -> None:
    reporter, other = [await city.citizen(name) for name in ("pelapor", "lain")]
    admin = await city.official(None, Role.ADMIN, "admin")
    report, hidden = await reporter.report(), await reporter.report()
    listed = "{ flaggedReports { edges { node { number hidden flags { reason } } } } }"

    async def numbers() -> list[tuple[str, bool, int]]:
        edges = (await admin.ask(listed))["flaggedReports"]["edges"]
        return [(node["number"], node["hidden"], len(node["flags"])) for node in (edge["node"] for edge in edges)]

    for each in (hidden, report):
        assert await flag(other, each, "Bukan laporan") == []
    await hide(admin, hidden)
    assert await numbers() == [(report["number"], False, 1), (hidden["number"], True, 1)]
    for each in (report, hidden, report):  # the third time there is none
        assert (await admin.act("dismissFlags", each["id"]))["errors"] == []
    assert await numbers() == [(hidden["number"], True, 0)]
    assert await flag(other, report, "Sungguh bukan laporan") == []
    assert await numbers() == [(report["number"], False, 1), (hidden["number"], True, 0)]


async def test_only_the_control_room_hides_and_shows_and_once(city: City) -> None:
    reporter, officer = await city.citizen(), await city.official(GAMBIR)
    admin = await city.official(None, Role.ADMIN, "admin")
    report = await reporter.report()
    for caller in (reporter, officer, await city.citizen("lain")):
        assert (await caller.act("hideReport", report["id"], reason=REASON))["errors"][0]["code"] == "FORBIDDEN"
    assert (await admin.act("hideReport", report["id"], reason="x"))["errors"][0]["code"] == "INVALID"
    assert (await admin.act("showReport", report["id"]))["errors"][0]["code"] == "TRANSITION_REFUSED"
    await hide(admin, report)
    assert (await admin.act("hideReport", report["id"], reason=REASON))["errors"][0]["code"] == "TRANSITION_REFUSED"
    for caller, code in ((officer, "FORBIDDEN"), (await city.citizen("jauh"), "NOT_FOUND")):
        assert (await caller.act("showReport", report["id"]))["errors"][0]["code"] == code
    assert (await officer.move(report["id"], "IN_PROGRESS"))["errors"] == []  # its unit still has to fix it
    assert (await admin.act("showReport", report["id"]))["errors"] == []
    own = await admin.report()
    assert (await admin.act("hideReport", own["id"], reason=REASON))["errors"][0]["code"] == "FORBIDDEN"
