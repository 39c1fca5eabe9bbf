"""A secret word of an internal note, looked for over every way in, as everybody: only staff find it.

A new way in (an export, a feed) is one more function in `WAYS`: it returns all that a person gets over it, as text.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.types import Message

from actions.accounts import revoke_role
from models.database import fetch
from models.leaves import leaf
from models.log import LogEvent
from rules.access import Role
from rules.cursors import encode
from schema.nodes import global_id
from subscriptions.transport.operations import LiveOperation
from subscriptions.transport.sse import OPERATION, SseHandler
from tests.city import City
from tests.live.test_shared import Screen, schema_of, screen
from tests.published import published_events
from tests.wire import GAMBIR, Caller, eventually

pytestmark = pytest.mark.anyio

SECRET = "rahasia-7319"
CITIZENS = ("visitor", "reporter", "supporter", "citizen", "staff reporter")
STAFF = ("officer", "other unit", "supervisor", "admin")

COMMENTS = "comments { edges { cursor node { body author } } pageInfo { endCursor } }"
EVENTS = "edges { node { id kind actor note comment { body author internal } } }"
WITHIN = "comments { edges { node { body } } } timeline { edges { node { id kind } } }"
DEEPER = f"timeline(last: 2) {{ edges {{ node {{ report {{ {WITHIN} }} }} }} }}"
OF_REPORT = f"""
  cursor version commentCount {COMMENTS} last: comments(last: 1) {{ edges {{ node {{ body }} }} }}
  timeline {{ {EVENTS} pageInfo {{ endCursor }} }} end: timeline(last: 1) {{ {EVENTS} }}
"""
DOCUMENTS = (
    f"query($number: String!) {{ report(number: $number) {{ {OF_REPORT} }} }}",
    f"query($number: String!) {{ report(number: $number) {{ points {{ report {{ {WITHIN} }} }} }} }}",
    f"query($number: String!) {{ report(number: $number) {{ {DEEPER} }} }}",
    f"query {{ reports(first: 5) {{ edges {{ node {{ {WITHIN} duplicateOf {{ {WITHIN} }} }} }} }} }}",
    f'query {{ kelurahan(code: "Gambir") {{ reports(first: 5) {{ edges {{ node {{ {WITHIN} }} }} }} }} }}',
    f'query {{ kelurahan(code: "Gambir") {{ points(first: 5) {{ edges {{ node {{ report {{ {WITHIN} }} }} }} }} }} }}',
)
NODES = f"""query($ids: [ID!]!) {{
  nodes(ids: $ids) {{ __typename id ... on Comment {{ body }} ... on ReportEvent {{ kind comment {{ body }} }}
    ... on Report {{ {WITHIN} }} }}
}}"""
NODE = "query($id: ID!) { node(id: $id) { id ... on Comment { body } ... on ReportEvent { comment { body } } } }"
EVENT = "cursor kind version comment { body internal } report { commentCount " + COMMENTS + " }"
BY_REPORT = f"subscription($id: ID!, $after: String) {{ reportChanged(id: $id, after: $after) {{ {EVENT} }} }}"
FEED = f"subscription($after: String) {{ reportFeed(after: $after) {{ {EVENT} }} }}"
PLAIN_FEED = "subscription($after: String) { reportFeed(after: $after) { kind comment { body } } }"
MINE = f"subscription($after: String) {{ myReportsChanged(after: $after) {{ {EVENT} }} }}"


@dataclass
class Town:
    """A city with a report that has a public comment, an internal note and another public comment."""

    city: City
    people: dict[str, Caller]
    report: dict[str, Any]
    note: int

    @property
    def beginning(self) -> str:
        return encode(self.city.services.tailer.epoch, 0)

    @property
    def ids(self) -> list[str]:
        kinds = ("ReportEvent", "Comment", "PointEntry", "Report")
        around = [global_id(kind, self.note + step) for kind in kinds for step in (-1, 0, 1)]
        return [self.report["id"], *around]


async def town_of(city: City) -> Town:
    people = {"visitor": city.anyone(), "citizen": await city.citizen("lain")}
    people["supporter"] = await city.citizen("pendukung")
    people["officer"] = await city.official(GAMBIR)
    people["other unit"] = await city.official("31.74.01.1001", name="jauh")
    people["supervisor"] = await city.official("31.71.01", Role.SUPERVISOR, "camat")
    people["admin"] = await city.official(None, Role.ADMIN, "admin")
    people["staff reporter"] = people["reporter"] = await city.official(GAMBIR, name="pelapor")
    report = await people["reporter"].report(anonymous=True)
    for name in ("supporter", "other unit"):
        assert (await people[name].act("supportReport", report["id"]))["errors"] == []
    assert (await people["officer"].comment(report["id"], "Kami cek"))["errors"] == []
    noted = await people["officer"].comment(report["id"], f"Catatan {SECRET}", internal=True)
    assert noted["errors"] == []
    assert SECRET in noted["comment"]["body"]
    assert (await people["reporter"].comment(report["id"], "Terima kasih"))["errors"] == []
    note = (await LogEvent.get(kind="NOTED")).position
    await eventually(lambda: city.services.tailer.position > note)
    return Town(city, people, report, note)


async def by_queries(town: Town, caller: Caller) -> str:
    """Ask for all that says what happened to reports, from every type that leads to one."""
    given = {"number": town.report["number"]}
    return json.dumps([await caller.ask(each, **(given if "$number" in each else {})) for each in DOCUMENTS])


async def by_nodes(town: Town, caller: Caller) -> str:
    each = [await caller.ask(NODE, id=one) for one in town.ids]
    return json.dumps([await caller.ask(NODES, ids=town.ids), each])


async def by_url(town: Town, caller: Caller) -> str:
    given = {"query": DOCUMENTS[0], "variables": json.dumps({"number": town.report["number"]})}
    return (await town.city.http.get("/graphql", params=given, headers=caller.headers)).text


async def by_pages(town: Town, caller: Caller) -> str:
    """Page through the timeline and the comments one by one, in both directions."""
    found, document = [], "query($id: ID!) {{ node(id: $id) {{ ... on Report {{ {} }} }} }}"
    for field, row in (("timeline", "kind comment { body }"), ("comments", "body")):
        for size, bound, more, cursor in (
            ("first", "after", "hasNextPage", "endCursor"),
            ("last", "before", "hasPreviousPage", "startCursor"),
        ):
            passed = ""
            while True:
                asked = f"{field}({size}: 1{passed}) {{ edges {{ node {{ {row} }} }} pageInfo {{ {more} {cursor} }} }}"
                page = (await caller.ask(document.format(asked), id=town.report["id"]))["node"][field]
                found.append(page)
                if not page["pageInfo"][more]:
                    break
                passed = f', {bound}: "{page["pageInfo"][cursor]}"'
    return json.dumps(found)


async def by_replay(town: Town, caller: Caller) -> str:
    """Replay each subscription, up to a last public event that everybody gets."""
    documents = [(BY_REPORT, {"id": town.report["id"]}), (FEED, {}), (PLAIN_FEED, {})]
    if caller.token is not None and caller is not town.people["citizen"]:
        documents.append((MINE, {}))
    found = []
    for document, given in documents:
        one = await screen(town.city, document, caller, after=town.beginning, **given)
        found.append(one.payloads)
        one.leave()
    return json.dumps(found)


async def by_event_stream(town: Town, caller: Caller) -> str:
    """Replay the events of the report over an event stream, up to the last public one."""
    sent: list[str] = []

    async def send(message: Message) -> None:
        sent.append(message.get("body", b"").decode())

    async def receive() -> Message:
        await eventually(lambda: "".join(sent).count('"kind":"COMMENTED"') == 2)
        return {"type": "http.disconnect"}

    context = await town.city.services.context(caller.headers.get("Authorization"), None, "")
    handler = SseHandler(town.city.service._endpoint, schema_of(town.city), context, send)
    given = {"id": town.report["id"], "after": town.beginning}
    await handler.handle(LiveOperation(OPERATION, BY_REPORT, given, None), receive, (), is_known=True)
    return "".join(sent)


async def by_export(town: Town, caller: Caller) -> str:
    """Download every export that the person may have."""
    files = [f"reports.{ending}" for ending in ("csv", "geojson", "ndjson")] + ["points.csv", "standings.csv"]
    answers = [await town.city.http.get(f"/export/{file}", headers=caller.headers) for file in files]
    assert {answer.status_code for answer in answers} == {200}
    assert all(town.report["number"] in answer.text for answer in answers[:3])
    return "".join(answer.text for answer in answers)


async def by_open311(town: Town, caller: Caller) -> str:
    """Read the report as other applications do."""
    paths = [f"requests{part}.{ending}" for part in ("", f"/{town.report['number']}") for ending in ("json", "xml")]
    answers = [await town.city.http.get(f"/open311/v2/{path}", headers=caller.headers) for path in paths]
    assert all(town.report["number"] in answer.text for answer in answers)
    return "".join(answer.text for answer in answers)


async def published() -> str:
    """Read all entries of the tree that `/log/` publishes, which are the same for everybody."""
    return "".join([leaf(event).decode() for event in await published_events()])


WAYS: list[Callable[[Town, Caller], Awaitable[str]]] = [
    by_queries,
    by_nodes,
    by_url,
    by_pages,
    by_replay,
    by_event_stream,
]

PUBLIC_WAYS = [by_export, by_open311]
"""Ways in that have nothing but what is public, also for staff."""


async def test_only_staff_find_the_secret_word_over_any_way_in(city: City) -> None:
    town = await town_of(city)
    hidden = (SECRET, "NOTED", global_id("ReportEvent", town.note), global_id("Comment", town.note))
    for way in WAYS:
        for names, is_staff in ((CITIZENS, False), (STAFF, True), (CITIZENS, False)):  # also after staff has asked
            for name in names:
                found = await way(town, town.people[name])
                assert (SECRET in found) is is_staff, (way.__name__, name)
                if not is_staff:
                    assert not [one for one in hidden if one in found], (way.__name__, name)
    for way in PUBLIC_WAYS:
        for name in (*CITIZENS, *STAFF):
            found = await way(town, town.people[name])
            assert not [one for one in hidden if one in found], (way.__name__, name)
    entries = await published()
    assert not [one for one in hidden if one in entries]
    assert "COMMENTED" in entries


async def test_note_leaves_no_trace_that_the_public_sees(city: City) -> None:
    town = await town_of(city)
    before = [await by_queries(town, town.people[name]) for name in CITIZENS]
    files = [await way(town, town.people["visitor"]) for way in PUBLIC_WAYS]
    tags = [await city.http.get("/graphql", params={"query": "{ reports { edges { node { version } } } }"})]
    assert (await town.people["admin"].comment(town.report["id"], f"Lagi {SECRET}", internal=True))["errors"] == []
    assert [await by_queries(town, town.people[name]) for name in CITIZENS] == before
    assert [await way(town, town.people["visitor"]) for way in PUBLIC_WAYS] == files
    tags.append(await city.http.get("/graphql", params={"query": "{ reports { edges { node { version } } } }"}))
    assert tags[0].headers["etag"] == tags[1].headers["etag"]
    found = json.loads(await by_queries(town, town.people["officer"]))[0]["report"]
    assert (found["commentCount"], len(found["comments"]["edges"])) == (2, 4)


async def test_kept_answer_of_the_public_is_not_that_of_staff(city: City) -> None:
    town = await town_of(city)
    answers, officer = city.services.answers, town.people["officer"]
    for first in ("visitor", "officer"):
        document = DOCUMENTS[0] + " " * len(first)
        for name in (first, "visitor", "officer", "citizen", "staff reporter", "visitor"):
            found = await town.people[name].ask(document, number=town.report["number"])
            assert (SECRET in json.dumps(found)) is (name == "officer"), name
    hits = answers.use.hits
    await town.people["visitor"].ask(document, number=town.report["number"])
    await town.people["citizen"].ask(document, number=town.report["number"])
    assert answers.use.hits >= hits + 2
    hits = answers.use.hits
    await officer.comment(town.report["id"], "Lagi", internal=True)
    await town.people["visitor"].ask(document, number=town.report["number"])
    assert answers.use.hits == hits + 1


async def test_public_shares_one_execution_and_staff_get_notes_live(city: City) -> None:
    town = await town_of(city)
    people = town.people
    shared: dict[str, list[Screen]] = {}
    for document, given in ((BY_REPORT, {"id": town.report["id"]}), (FEED, {})):
        for name in (*CITIZENS, *STAFF):
            shared.setdefault(name, []).append(await screen(city, document, people[name], **given))
    for name in ("supporter", "other unit", "staff reporter"):
        shared[name].append(await screen(city, MINE, people[name]))
    public = ("visitor", "supporter", "citizen")
    for number in range(2):
        assert len({shared[name][number].shared for name in public}) == 1
        assert len({shared[name][number].shared for name in (*STAFF, "reporter", "visitor")}) == len(STAFF) + 2
    noted = await people["officer"].comment(town.report["id"], f"Baru {SECRET}", internal=True)
    await people["reporter"].comment(town.report["id"], "Apa kabar?")
    for name, screens in shared.items():
        for one in screens:
            payloads = await one.until(2 if name in STAFF else 1)
            assert (SECRET in json.dumps(payloads)) is (name in STAFF), name
            (*notes, comment) = [next(iter(payload["data"].values())) for payload in payloads]
            assert [each["kind"] for each in (*notes, comment)] == ["NOTED"] * len(notes) + ["COMMENTED"]
            assert [each["version"] for each in notes] == [comment["version"] - 1] * len(notes)
            assert [each["comment"]["body"] for each in notes] == [noted["comment"]["body"]] * len(notes)


async def test_revoked_role_hides_the_notes_of_any_later_event(city: City) -> None:
    town = await town_of(city)
    officer = town.people["other unit"]
    await city.transactions.run(revoke_role, email=officer.email or "", role=Role.OFFICER, unit="31.74.01.1001")
    for way in WAYS:
        assert SECRET not in await way(town, officer), way.__name__
    assert SECRET not in str(await fetch("SELECT data FROM log_event"))
