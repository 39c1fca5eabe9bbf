"""Traces of a hidden report, looked for over every way in, as everybody: only those who may see it find any.

A new way in (an export, a feed) is one more function in `WAYS`: it returns all that a person gets over it, as text.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from app.schema import make_schema
from models.database import fetch
from queries import log
from rules.access import Role
from rules.cursors import encode
from schema.nodes import global_id
from subscriptions.shared import OperationRefused
from tests.city import City
from tests.live.test_shared import screen
from tests.wire import ERRORS, GAMBIR, MONAS, Caller, eventually

pytestmark = pytest.mark.anyio


@pytest.fixture
def city(stored_city: City) -> City:
    return stored_city


SCHEMA = make_schema()._schema

SECRET = "rahasia-7319"
UNSEEING = ("visitor", "citizen", "supporter", "other unit")
SEEING = ("reporter", "officer", "supervisor", "admin")
ACTING = ("officer", "supervisor", "admin")

REPORT = "id number title description address comments { edges { node { body } } } timeline { edges { node { note } } }"
DIRECT = f"query($number: String!) {{ report(number: $number) {{ {REPORT} photos {{ url }} }} }}"
OF_OTHER = f"""query($number: String!) {{ report(number: $number) {{
    duplicateOf {{ {REPORT} }} timeline {{ edges {{ node {{ report {{ duplicateOf {{ {REPORT} }} }} }} }} }} }} }}"""
NODES = """query($ids: [ID!]!) { nodes(ids: $ids) { __typename id
    ... on Report { number title description address } ... on Comment { body }
    ... on ReportEvent { kind note comment { body } report { number title } }
    ... on PointEntry { points note report { number title } } } }"""
LEDGER = (
    f'{{ kelurahan(code: "Gambir") {{ points(first: 3) {{ edges {{ node {{ note report {{ {REPORT} }} }} }} }} }} }}'
)
AREA = "{south: -6.2, west: 106.8, north: -6.1, east: 106.9}"
LISTS = (
    f"{{ reports {{ totalCount edges {{ node {{ {REPORT} }} }} }} }}",
    f'{{ reports(filter: {{text: "{SECRET}"}}, orderBy: RELEVANCE) {{ totalCount edges {{ node {{ {REPORT} }} }} }} }}',
    f'{{ kelurahan(code: "Gambir") {{ reports {{ totalCount edges {{ node {{ {REPORT} }} }} }} }} }}',
    f"{{ reportClusters(within: {AREA}, zoom: 22) {{ count report {{ number title }} }} }}",
    f'{{ reportClusters(within: {AREA}, zoom: 12, filter: {{category: ["SAMPAH"]}}) {{ count report {{ number }} }} }}',
    f"{{ nearbyReports(at: {{latitude: -6.1754, longitude: 106.8272}}, open: false) {{ report {{ {REPORT} }} }} }}",
    "{ reportStatistics(groupBy: [STATUS]) { rows { received open overdue } } }",
    "{ reportStatistics(filter: {overdue: false}) { rows { received open } } }",
)
"""Documents whose answers are the same for everybody, also for those who see the report."""

EVENT = f"kind matchesFilter note comment {{ body }} report {{ {REPORT} }}"
FEED = f"subscription($after: String) {{ reportFeed(after: $after) {{ {EVENT} }} }}"
BY_REPORT = f"subscription($id: ID!, $after: String) {{ reportChanged(id: $id, after: $after) {{ {EVENT} }} }}"
MINE = f"subscription($after: String) {{ myReportsChanged(after: $after) {{ {EVENT} }} }}"


@dataclass
class Town:
    """A city with a report full of secrets, a duplicate of it, and the cursor of the beginning."""

    city: City
    people: dict[str, Caller]
    report: dict[str, Any]
    duplicate: dict[str, Any]
    photo: str

    @property
    def beginning(self) -> str:
        return encode(self.city.services.tailer.epoch, 0)

    async def settle(self) -> None:
        (_, head) = await log.head()
        await eventually(lambda: self.city.services.tailer.position >= head)


async def town_of(city: City) -> Town:
    people = {"visitor": city.anyone(), "citizen": await city.citizen("lain")}
    people["supporter"], people["reporter"] = await city.citizen("pendukung"), await city.citizen("pelapor")
    people["officer"] = await city.official(GAMBIR)
    people["other unit"] = await city.official("31.74.01.1001", name="jauh")
    people["supervisor"] = await city.official("31.71.01", Role.SUPERVISOR, "camat")
    people["admin"] = await city.official(None, Role.ADMIN, "admin")
    photo = await people["reporter"].photo()
    words = {"title": f"Judul {SECRET}", "description": f"Isi {SECRET}", "address": f"Jalan {SECRET}"}
    report = await people["reporter"].report(**words, photoIds=[photo])
    assert (await people["supporter"].act("supportReport", report["id"]))["errors"] == []
    assert (await people["officer"].move(report["id"], "IN_PROGRESS", note=f"Catatan {SECRET}"))["errors"] == []
    assert (await people["supporter"].comment(report["id"], f"Komentar {SECRET}"))["errors"] == []
    duplicate = await people["citizen"].report()
    merged = {"status": "PROCESSED", "resolution": "DUPLICATE", "duplicateOf": report["id"]}
    assert (await people["officer"].act("changeReportStatus", duplicate["id"], **merged))["errors"] == []
    return Town(city, people, report, duplicate, photo)


async def by_lists(_: Town, caller: Caller) -> str:
    return json.dumps([await caller.ask(each) for each in LISTS])


async def by_nodes(town: Town, caller: Caller) -> str:
    kinds = ("ReportEvent", "Comment", "PointEntry", "Report")
    around = [global_id(kind, number) for kind in kinds for number in range(1, 20)]
    found = await caller.ask(NODES, ids=around)
    return json.dumps([found, await caller.ask(OF_OTHER, number=town.duplicate["number"]), await caller.ask(LEDGER)])


async def by_files(town: Town, caller: Caller) -> str:
    """Download every export, read the reports as other applications do, and see the preview of the page."""
    paths = [f"/export/reports.{ending}" for ending in ("csv", "geojson", "ndjson")] + ["/export/points.csv"]
    number = town.report["number"]
    paths += [f"/open311/v2/requests{part}" for part in (".json", ".xml", f".json?service_request_id={number}")]
    paths.append(f"/laporan/{number}")
    return "".join([(await town.city.http.get(path, headers=caller.headers)).text for path in paths])


async def by_replay(town: Town, caller: Caller) -> str:
    documents = [FEED] if caller.token is None else [FEED, MINE]
    found = []
    for document in documents:
        one = await screen(town.city, document, caller, after=town.beginning)
        found.append(one.payloads)
        one.leave()
    return json.dumps(found)


async def by_news(_: Town, caller: Caller) -> str:
    return json.dumps(await caller.ask("{ viewer { news { edges { node { kind note report { title } } } } } }"))


WAYS: list[Callable[[Town, Caller], Awaitable[str]]] = [by_lists, by_nodes, by_files, by_replay, by_news]


async def hide(town: Town) -> None:
    payload = await town.people["admin"].act("hideReport", town.report["id"], reason=f"Alasan {SECRET}")
    assert payload["errors"] == []
    await town.settle()


async def photo_status(town: Town, caller: Caller) -> list[int]:
    stem = town.photo.removesuffix(".jpg")
    paths = [f"/media/{stem}{size}.jpg" for size in (".thumb", ".medium", "")]
    return [(await town.city.http.get(path, headers=caller.headers)).status_code for path in paths]


def found_by(name: str) -> set[str]:
    """Return the ways over which somebody who sees the report finds it: news are about one's own and supported ones."""
    return {"by_nodes", "by_replay"} | ({"by_news"} if name == "reporter" else set())


async def test_hidden_report_is_found_over_no_way_in(city: City) -> None:
    town = await town_of(city)
    people, number = town.people, town.report["number"]
    for way in WAYS[:4]:
        assert SECRET in await way(town, people["visitor"]), way.__name__
    assert SECRET in await by_news(town, people["supporter"])
    await hide(town)
    lists: list[Any] = []
    for name in (*UNSEEING, *SEEING, "visitor"):  # also from kept answers, after those who see it have asked
        caller, sees = people[name], name in SEEING
        found = (await caller.ask(DIRECT, number=number))["report"]
        assert (found is not None and SECRET in json.dumps(found)) is sees, name
        traces = {way: await way(town, caller) for way in WAYS}
        finding = {way.__name__ for way, text in traces.items() if SECRET in text or number in text}
        assert finding == (found_by(name) if sees else set()), name
        assert await photo_status(town, caller) == [200 if sees else 404] * 3, name
        lists.append(json.loads(traces[by_lists]))
    assert all(each == lists[0] for each in lists)
    assert lists[0][0]["reports"]["totalCount"] == lists[0][2]["kelurahan"]["reports"]["totalCount"] == 1
    assert sum(each["received"] for each in lists[0][6]["reportStatistics"]["rows"]) == 1
    assert (await city.http.get(f"/open311/v2/requests/{number}.json")).status_code == 404


async def test_those_who_may_act_and_the_reporter_still_work_with_it(city: City) -> None:
    town = await town_of(city)
    await hide(town)
    people, number = town.people, town.report["number"]
    listed = "query($filter: ReportFilter) { reports(filter: $filter) { totalCount edges { node { number } } } }"
    for names, chosen in ((ACTING, {"actionable": True}), (("reporter",), {"mine": True})):
        for name in names:
            found = (await people[name].ask(listed, filter=chosen))["reports"]
            assert (found["totalCount"], found["edges"]) == (1, [{"node": {"number": number}}]), name
    timeline = "query($n: String!) { report(number: $n) { timeline(last: 1) { edges { node { kind note } } } } }"
    for name in SEEING:
        ((last,),) = (await people[name].ask(timeline, n=number))["report"]["timeline"].values()
        assert last["node"] == {"kind": "HIDDEN", "note": f"Alasan {SECRET}"}, name
    assert f"Alasan {SECRET}" in await by_news(town, people["reporter"])
    assert SECRET not in str(await fetch("SELECT data FROM log_event"))
    entries = await fetch("SELECT COUNT(*) AS number FROM point_entry")
    assert (await people["admin"].act("showReport", town.report["id"]))["errors"] == []
    assert await fetch("SELECT COUNT(*) AS number FROM point_entry") == entries
    for way in (by_lists, by_nodes, by_files):
        found = await way(town, people["visitor"])
        assert (SECRET in found, f"Alasan {SECRET}" in found) == (True, False), way.__name__
    assert await photo_status(town, people["visitor"]) == [200] * 3


FLAG = f'mutation($id: ID!) {{ flagReport(id: $id, reason: "Iklan") {{ {ERRORS} }} }}'
ACTS: list[tuple[str, dict[str, Any]]] = [
    ("supportReport", {}),
    ("withdrawSupport", {}),
    ("withdrawReport", {}),
    ("updateReport", {"title": "Judul"}),
    ("changeReportStatus", {"status": "IN_PROGRESS"}),
    ("reopenReport", {"reason": "Belum"}),
    ("rateReport", {"stars": 4}),
    ("assignReport", {"handler": global_id("Agency", "SDA")}),
    ("transferReport", {"kelurahan": "Gambir"}),
    ("moveReport", {"location": MONAS}),
    ("recategoriseReport", {"category": "BANJIR"}),
    ("retryForwarding", {}),
    ("dismissFlags", {}),
    ("hideReport", {"reason": "Alasan"}),
    ("showReport", {}),
    ("eraseReport", {}),
    ("removePhoto", {"photoId": "x"}),
    ("maskPersonalDetails", {}),
    ("makeReportAnonymous", {}),
]
"""The acts on a report that return it."""


async def test_acts_on_a_hidden_report_are_refused_like_those_on_none(city: City) -> None:
    town = await town_of(city)
    await hide(town)
    unknown = global_id("Report", 999_999)
    for name in ("citizen", "supporter", "other unit"):
        caller = town.people[name]
        for mutation, given in ACTS:
            refused = [await caller.act(mutation, report, **given) for report in (town.report["id"], unknown)]
            assert refused[0] == refused[1], (mutation, name)
            assert refused[0]["errors"][0]["code"] == "NOT_FOUND", (mutation, name)
        spoken = [await caller.comment(report, "Halo") for report in (town.report["id"], unknown)]
        assert spoken[0] == spoken[1]
        assert spoken[0]["errors"][0]["code"] == "NOT_FOUND"
        flagged = [await caller.ask(FLAG, id=report) for report in (town.report["id"], unknown)]
        assert flagged[0] == flagged[1]
        assert flagged[0]["flagReport"]["errors"][0]["code"] == "NOT_FOUND"


def test_every_act_on_a_report_is_tried_on_a_hidden_one() -> None:
    assert SCHEMA.mutation_type is not None
    of_reports = {
        name
        for name, field in SCHEMA.mutation_type.fields.items()
        if "id" in field.args and field.args["id"].description == "Id of the report."
    }
    assert of_reports == {name for name, _ in ACTS} | {"commentOnReport", "flagReport"}


async def test_hidden_report_leaves_every_running_subscription(city: City) -> None:
    town = await town_of(city)
    people = town.people
    feeds = [await screen(city, FEED, people[name]) for name in ("visitor", "admin")]
    mine = [await screen(city, MINE, people[name]) for name in ("supporter", "reporter")]
    of_report = {
        name: await screen(city, BY_REPORT, people[name], id=town.report["id"]) for name in ("visitor", "officer")
    }
    await hide(town)
    assert (await people["officer"].comment(town.report["id"], f"Lagi {SECRET}"))["errors"] == []
    other = await people["citizen"].report()
    for one in feeds:
        hidden, new = [payload["data"]["reportFeed"] for payload in await one.until(2)]
        assert (hidden["kind"], hidden["matchesFilter"]) == ("HIDDEN", False)
        assert new["report"]["number"] == other["number"]
    assert (feeds[0].payloads[0]["data"]["reportFeed"]["report"], SECRET in json.dumps(feeds[0].payloads)) == (
        None,
        False,
    )
    assert SECRET not in json.dumps(await mine[0].until(1))
    assert SECRET in json.dumps(await mine[1].until(2))
    assert SECRET in json.dumps(await of_report["officer"].until(2))
    await eventually(lambda: of_report["visitor"].messages[-1]["type"] == "error")
    assert SECRET not in json.dumps(of_report["visitor"].messages)
    with pytest.raises(OperationRefused):
        await screen(city, BY_REPORT, people["visitor"], id=town.report["id"], after=town.beginning)
