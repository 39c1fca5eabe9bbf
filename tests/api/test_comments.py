"""Comments on reports: who may speak, under which name, and what a comment leaves unchanged."""

import asyncio
from typing import Any

import pytest

from models.comments import Comment
from models.ledger import PointEntry
from models.log import LogEvent
from rules.access import Role
from tests.city import City
from tests.wire import COMMENT, GAMBIR, Caller, RequestFailedError

pytestmark = pytest.mark.anyio

COMMENTS = f"""query($number: String!, $first: Int, $after: String, $last: Int, $before: String) {{
  report(number: $number) {{
    version commentCount respondedAt status
    comments(first: $first, after: $after, last: $last, before: $before) {{
      edges {{ cursor node {{ {COMMENT} }} }} pageInfo {{ hasNextPage hasPreviousPage endCursor }} }}
    timeline {{ edges {{ node {{ kind version actor actorRole note comment {{ id body }}
      actorUnit {{ __typename ... on Kelurahan {{ code }} ... on Kecamatan {{ code }} }} }} }} }}
  }}
}}"""
ALLOWED = """query($number: String!) {
  report(number: $number) { permissions { canComment canNote canSupport } }
}"""


def codes(payload: dict[str, Any]) -> list[tuple[str, list[str] | None]]:
    return [(error["code"], error["field"]) for error in payload["errors"]]


async def supporter_of(city: City, report: dict[str, Any]) -> Caller:
    supporter = await city.citizen("pendukung")
    assert (await supporter.act("supportReport", report["id"]))["errors"] == []
    return supporter


async def shown(caller: Caller, report: dict[str, Any], **page: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await caller.ask(COMMENTS, number=report["number"], **page))["report"]
    return found


async def pseudonym_of(caller: Caller) -> str:
    return str((await caller.ask("{ viewer { pseudonym } }"))["viewer"]["pseudonym"])


async def test_everybody_sees_who_speaks_and_for_whom(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    supervisor = await city.official("31.71.01", Role.SUPERVISOR, "camat")
    admin = await city.official(None, Role.ADMIN, "admin")
    report = await citizen.report()
    supporter = await supporter_of(city, report)
    for caller in (citizen, supporter, officer, supervisor, admin):
        assert (await caller.comment(report["id"], "  Sudah\r\ndicek ")) | {"comment": None} == {
            "comment": None,
            "errors": [],
        }
    found = await shown(city.anyone(), report)
    nodes = [edge["node"] for edge in found["comments"]["edges"]]
    assert {node["body"] for node in nodes} == {"Sudah\ndicek"}
    assert [(node["author"], node["official"], node["unit"]) for node in nodes] == [
        (await pseudonym_of(citizen), False, None),
        (await pseudonym_of(supporter), False, None),
        ("Gambir", True, {"__typename": "Kelurahan", "code": GAMBIR}),
        ("Gambir", True, None),
        ("admin ruang kendali", True, None),
    ]
    events = [edge["node"] for edge in found["timeline"]["edges"]][-5:]
    assert [event["comment"]["id"] for event in events] == [node["id"] for node in nodes]
    assert [(event["kind"], event["actorRole"], event["actorUnit"]) for event in events] == [
        ("COMMENTED", "CITIZEN", None),
        ("COMMENTED", "CITIZEN", None),
        ("COMMENTED", None, {"__typename": "Kelurahan", "code": GAMBIR}),
        ("COMMENTED", None, {"__typename": "Kecamatan", "code": "31.71.01"}),
        ("COMMENTED", "ADMIN", None),
    ]
    assert (found["commentCount"], found["version"]) == (5, 7)
    assert "Sudah" not in str([event.data for event in await LogEvent.all()])


async def test_reporter_of_an_anonymous_report_has_no_name(city: City) -> None:
    citizen = await city.citizen()
    report = await citizen.report(anonymous=True)
    supporter = await supporter_of(city, report)
    for caller in (citizen, supporter):
        await caller.comment(report["id"], "Masih begitu")
    for language, word in ((None, "Pelapor"), ("en", "Reporter")):
        edges = (await shown(city.anyone(language), report))["comments"]["edges"]
        assert [edge["node"]["author"] for edge in edges] == [word, await pseudonym_of(supporter)]
    assert await pseudonym_of(citizen) not in str(await shown(city.anyone(), report))


async def test_staff_on_their_own_report_or_as_mere_supporters_speak_as_citizens(city: City) -> None:
    officer, other = await city.official(GAMBIR), await city.official("31.74.01.1001", name="lain")
    own = await officer.report()
    assert (await other.act("supportReport", own["id"]))["errors"] == []
    for caller in (officer, other):
        assert (await caller.comment(own["id"], "Tolong"))["comment"]["official"] is False
        assert codes(await caller.comment(own["id"], "Rahasia", internal=True)) == [("FORBIDDEN", None)]


async def test_comment_is_no_answer_and_changes_neither_status_nor_points(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    before = await shown(citizen, report)
    await officer.comment(report["id"], "Kami jadwalkan besok")
    after = await shown(citizen, report)
    assert (after["status"], after["respondedAt"]) == ("WAITING", None)
    assert after["version"] == before["version"] + 1
    assert await PointEntry.all().count() == 0
    (event,) = await LogEvent.filter(kind="COMMENTED")
    assert event.data["counts"] == []
    assert (await officer.move(report["id"], "IN_PROGRESS"))["errors"] == []
    assert [entry.rule for entry in await PointEntry.filter(unit=GAMBIR)] == ["RESPONDED_PROMPTLY"]


async def test_refusals_say_every_fault_at_once(city: City) -> None:
    citizen, stranger = await city.citizen(), await city.citizen("lain")
    report = await citizen.report()
    long = {"body": "x" * 2_001, "idempotencyKey": "k" * 101}
    texts = [("INVALID", ["idempotencyKey"]), ("INVALID", ["body"])]
    assert codes(await stranger.comment(report["id"], **long)) == [*texts, ("FORBIDDEN", None)]
    assert codes(await stranger.comment("x", **long)) == [*texts, ("NOT_FOUND", ["id"])]
    assert codes(await citizen.comment(report["id"], "\u200b", internal=True)) == [
        ("INVALID", ["body"]),
        ("FORBIDDEN", None),
    ]
    assert codes(await citizen.comment(report["id"], "x" * 2_000)) == []
    assert codes(await city.anyone().comment(report["id"], "Halo")) == [("UNAUTHENTICATED", None)]
    assert await Comment.all().count() == 1


async def test_same_key_gives_the_same_comment_and_another_body_is_refused(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report, other = await citizen.report(), await citizen.report()
    at_once = await asyncio.gather(*(citizen.comment(report["id"], "Sama", idempotencyKey="k") for _ in range(5)))
    assert all(payload == at_once[0] and payload["errors"] == [] for payload in at_once)
    for refused in (
        await citizen.comment(report["id"], "Lain", idempotencyKey="k"),
        await citizen.comment(other["id"], "Sama", idempotencyKey="k"),
    ):
        assert codes(refused) == [("DUPLICATE_REQUEST", ["idempotencyKey"])]
    assert (await officer.comment(report["id"], "Lain", idempotencyKey="k"))["errors"] == []
    noted = [await officer.comment(report["id"], "Catatan", internal=True, idempotencyKey="n") for _ in range(2)]
    assert noted[0] == noted[1]
    assert await Comment.all().count() == 3


async def test_permissions_say_who_may_speak_also_about_a_closed_report(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    stranger = await city.citizen("lain")
    report = await citizen.report()
    supporter = await supporter_of(city, report)
    people = {"visitor": city.anyone(), "reporter": citizen, "stranger": stranger, "supporter": supporter}
    people["officer"] = officer
    expected = {
        "visitor": (False, False, False),
        "reporter": (True, False, False),
        "stranger": (False, False, True),
        "supporter": (True, False, True),
        "officer": (True, True, True),
    }
    for is_open in (True, False):
        found = {}
        for name, caller in people.items():
            allowed = (await caller.ask(ALLOWED, number=report["number"]))["report"]["permissions"]
            found[name] = (allowed["canComment"], allowed["canNote"], allowed["canSupport"])
        assert found == {name: (*rest, may and is_open) for name, (*rest, may) in expected.items()}
        await officer.move(report["id"], "PROCESSED", resolution="INVALID", note="Bukan masalah")
    for name, caller in people.items():
        assert (codes(await caller.comment(report["id"], "Halo")) == []) is expected[name][0]


async def test_pages_of_comments_are_bounded_by_their_cursors(city: City) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    for number in range(5):
        await citizen.comment(report["id"], f"{number}")
    pages: list[list[str]] = []
    cursor, more = None, True
    while more:
        page = (await shown(citizen, report, first=2, after=cursor))["comments"]
        pages.append([edge["node"]["body"] for edge in page["edges"]])
        cursor, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert pages == [["0", "1"], ["2", "3"], ["4"]]
    last = (await shown(citizen, report, last=2))["comments"]
    assert [edge["node"]["body"] for edge in last["edges"]] == ["3", "4"]
    assert last["pageInfo"]["hasPreviousPage"] is True
    with pytest.raises(RequestFailedError, match="BAD_INPUT"):
        await shown(citizen, report, after=report["cursor"])


async def test_erased_comment_is_gone_and_its_event_stays(city: City) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    written = (await citizen.comment(report["id"], "Alamat saya"))["comment"]
    await Comment.all().delete()
    await citizen.act("updateReport", report["id"], title="Baru")
    found = await shown(city.anyone(), report)
    assert (found["commentCount"], found["comments"]["edges"]) == (0, [])
    assert [edge["node"]["comment"] for edge in found["timeline"]["edges"]] == [None] * 3
    assert await citizen.ask("query($id: ID!) { node(id: $id) { id } }", id=written["id"]) == {"node": None}
