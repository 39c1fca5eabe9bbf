"""The SQL statements of a query: as many as docs/performance.md states, however many rows there are."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType

from app.schema import make_schema
from execution import pace
from execution.answers import Answers
from execution.plans import DocumentPlans
from rules.access import Role
from rules.boards import BOARDS, BoardKind
from rules.periods import Period, jakarta_day, span
from schema.columns import COLUMNS
from schema.nodes import global_id
from tests.city import City
from tests.wire import DEADLINE, GAMBIR, Caller, beside

pytestmark = pytest.mark.anyio

STATED = re.findall(
    r"^\| `(\w+\.\w+[^`]*)` \| (\d+) \| (\d+) \|",
    (Path(__file__).parents[2] / "docs" / "performance.md").read_text(),
    re.MULTILINE,
)
"""The fields, each with the number of its statements by a plan and without one."""

FEW, MANY = 2, 20

YESTERDAY = jakarta_day(datetime.now(UTC)) - timedelta(days=1)

LOGGERS = ("tanggap.reading", "tortoise.db_client")
"""The loggers that get each statement at DEBUG: of reads on connections of their own, and of Tortoise."""

NOTHING = "__typename"


def reports(field: str) -> str:
    return f"reports(first: $n, orderBy: OLDEST) {{ edges {{ node {{ id {field} }} }} }}"


def timelines(field: str) -> str:
    return reports(f"timeline {{ edges {{ node {{ id {field} }} }} }}")


def entries(field: str) -> str:
    return reports(f"points {{ id {field} }}")


def clusters(field: str) -> str:
    box = "{ south: -7, west: 106, north: -6, east: 107 }"
    return f"reportClusters(within: {box}, zoom: 9, filter: {{ status: [IN_PROGRESS] }}) {{ {field} }}"


def kelurahan(field: str) -> str:
    return f"kelurahans(first: $n) {{ edges {{ node {{ code {field} }} }} }}"


def agencies(field: str) -> str:
    return f"nodes(ids: $agencies) {{ id ... on Agency {{ code {field} }} }}"


def standings(field: str) -> str:
    return f"leaderboard {{ standings(first: $n) {{ edges {{ node {{ id {field} }} }} }} }}"


def pages(field: str) -> str:
    return kelurahan(f"reports {{ edges {{ node {{ id }} }} {field} }}")


def viewer(field: str) -> str:
    return f"viewer {{ pseudonym {field} }}"


def people(field: str) -> str:
    return f"people(first: $n) {{ edges {{ node {{ name memberships {{ role }} }} }} {field} }}"


AT = "{ latitude: -6.1754, longitude: 106.8272 }"
PAGE = "{ edges { node { id } } pageInfo { hasNextPage } }"
ROW = "{ id rank previousRank points responsiveness }"

DOCUMENTS: dict[str, tuple[str, str]] = {
    # the field, with a selection that makes it read all that it reads, and the selection without it
    "Query.node": ("node(id: $id) { id ... on Report { number } }", NOTHING),
    "Query.node(id: of a standing)": (f"node(id: $standing) {{ id ... on Standing {ROW} }}", NOTHING),
    "Query.nodes": ("nodes(ids: $rows) { id ... on Report { number } ... on PointEntry { points } }", NOTHING),
    "Query.nodes(ids: of a board)": (f"nodes(ids: $standings) {{ id ... on Standing {ROW} }}", NOTHING),
    "Query.nodes(ids: of a board of citizens)": (f"nodes(ids: $citizens) {{ id ... on Standing {ROW} }}", NOTHING),
    "Query.viewer": (viewer(""), NOTHING),
    "Query.people": (people(""), NOTHING),
    "Query.report": ("report(number: $number) { title }", NOTHING),
    "Query.reports": (f"reports(first: $n) {PAGE}", NOTHING),
    "Query.reports(orderBy: RELEVANCE)": (
        f'reports(first: $n, filter: {{ text: "lampu" }}, orderBy: RELEVANCE) {PAGE}',
        NOTHING,
    ),
    "Query.flaggedReports": (f"flaggedReports(first: $n) {PAGE}", NOTHING),
    "Query.reportClusters": (clusters("count"), NOTHING),
    "Query.reportStatistics": ("reportStatistics(groupBy: [KELURAHAN]) { rows { received open } }", NOTHING),
    "Query.reportStatistics(groupBy: with the cursor and overdue)": (
        "reportStatistics(groupBy: [HANDLER]) { cursor rows { overdue } }",
        NOTHING,
    ),
    "Query.nearbyReports": (
        f"nearbyReports(at: {AT}, open: false, first: $n) {{ distanceMetres report {{ title }} }}",
        NOTHING,
    ),
    "Query.locate": (f"locate(at: {AT}) {{ exact }}", NOTHING),
    "Query.personalDetails": ('personalDetails(text: "B 1234 XYZ") { text }', NOTHING),
    "Query.kelurahan": ('kelurahan(code: "Gambir") { name }', NOTHING),
    "Query.kelurahans": (kelurahan("name"), NOTHING),
    "Query.cities": ("cities { name kecamatan { kelurahan { name } } }", NOTHING),
    "Query.categories": ("categories { name agency { name } }", NOTHING),
    "Query.agencies": ("agencies { name }", NOTHING),
    "Query.leaderboard": (standings(""), NOTHING),
    "Query.leaderboard(metric: RESPONSIVENESS)": (
        f"leaderboard(metric: RESPONSIVENESS) {{ standings(first: $n) {{ edges {{ node {ROW} }} }} }}",
        NOTHING,
    ),
    "Query.leaderboard(kind: OFFICER)": (
        f"leaderboard(kind: OFFICER) {{ standings(first: $n) {{ edges {{ node {ROW} }} }} }}",
        NOTHING,
    ),
    "Query.leaderboard(kind: CITIZEN)": (
        f"leaderboard(kind: CITIZEN) {{ standings(first: $n) {{ edges {{ node {ROW} }} }} }}",
        NOTHING,
    ),
    "Query.watchlist": (f"watchlist {ROW}", NOTHING),
    "Viewer.hasPassword": (viewer("hasPassword"), viewer("")),
    "Viewer.points": (viewer("points"), viewer("")),
    "Viewer.unreadCount": (viewer("unreadCount"), viewer("")),
    "Viewer.news": (viewer("news(first: 20) { edges { node { kind } } pageInfo { hasNextPage } }"), viewer("")),
    "Viewer.notifications": (viewer("notifications { push email }"), viewer("")),
    "Viewer.sessions": (viewer("sessions { device lastUsedAt }"), viewer("")),
    "PersonConnection.totalCount": (people("totalCount"), people("")),
    "Report.reporter": (reports("reporter { pseudonym }"), reports("")),
    "Report.photos": (reports("photos { url }"), reports("")),
    "Report.proof": (reports("proof { url }"), reports("")),
    "Report.viewerHasSupported": (reports("viewerHasSupported"), reports("")),
    "Report.forwarding": (reports("forwarding { state }"), reports("")),
    "Report.duplicateOf": (reports("duplicateOf { number }"), reports("")),
    "Report.points": (entries(""), reports("")),
    "Report.timeline": (timelines(""), reports("")),
    "Report.comments": (reports("comments { edges { node { id body author } } }"), reports("")),
    "Report.original": (reports("original { title }"), reports("")),
    "Comment.originalBody": (
        reports("comments { edges { node { id originalBody } } }"),
        reports("comments { edges { node { id } } }"),
    ),
    "Report.flags": (reports("flags { reason }"), reports("")),
    "Report.commentCount": (reports("commentCount"), reports("")),
    "ReportPermissions.canComment": (reports("permissions { canComment }"), reports("permissions { canNote }")),
    "ReportConnection.cursor": ("reports(first: $n) { cursor edges { node { id } } }", f"reports {PAGE}"),
    "ReportConnection.totalCount": (pages("totalCount"), pages("")),
    "ReportEvent.report": (timelines("report { number }"), timelines("")),
    "ReportEvent.note": (timelines("note actor"), timelines("")),
    "ReportCluster.report": (clusters("count report { number }"), clusters("count")),
    "ReportEvent.comment": (timelines("comment { body }"), timelines("")),
    "PointEntry.report": (entries("report { number }"), entries("")),
    "PointEntry.reverses": (entries("reverses { id }"), entries("")),
    "PointEntry.reversedBy": (entries("reversedBy { id }"), entries("")),
    "PointEntry.note": (entries("note"), entries("")),
    "PointEntry.waived": (entries("waived"), entries("")),
    "Kelurahan.standing": (kelurahan(f"standing {ROW}"), kelurahan("")),
    "Kelurahan.scorecard": (kelurahan("scorecard { received medianResponseMinutes }"), kelurahan("")),
    "Kelurahan.reports": (pages(""), kelurahan("")),
    "Kelurahan.points": (kelurahan(f"points(first: $n) {PAGE}"), kelurahan("")),
    "Agency.standing": (agencies(f"standing {ROW}"), agencies("")),
    "Agency.scorecard": (agencies("scorecard { received medianResponseMinutes }"), agencies("")),
    "Agency.backlog": (agencies("backlog"), agencies("")),
    "Agency.points": (agencies(f"points(first: $n) {PAGE}"), agencies("")),
    "Standing.previousRank": (standings("previousRank"), standings("")),
    "Standing.band": (standings("band"), standings("")),
    "Scorecard.reporters": (standings("scorecard { received reporters }"), standings("scorecard { received }")),
    "Scorecard.busiestReportersShare": (
        standings("scorecard { received busiestReportersShare }"),
        standings("scorecard { received }"),
    ),
    "Standing.scorecard": (standings("scorecard { received medianResponseMinutes }"), standings("")),
}

VARIABLES = {
    "n": "Int!",
    "number": "String!",
    "id": "ID!",
    "standing": "ID!",
    "rows": "[ID!]!",
    "standings": "[ID!]!",
    "citizens": "[ID!]!",
    "agencies": "[ID!]!",
}


async def populate(city: City) -> Caller:
    """Write MANY reports with events, notes, entries, a photo, a support, a flag and a waived entry.

    Return an officer who belongs to the control room too.
    """
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    admin = await city.official(None, Role.ADMIN, "admin")
    first = await citizen.report(photoIds=[await citizen.photo()])
    others = [await city.citizen(f"warga-{number}") for number in range(MANY)]  # a citizen's fourth earns no points
    join = "mutation { updateProfile(input: { onCitizenBoard: true }) { errors { code } } }"
    for one in (citizen, *others):
        assert (await one.ask(join))["updateProfile"]["errors"] == []
    ids = [first["id"], *[(await other.report())["id"] for other in others]]
    for report in ids:
        assert (await officer.move(report, "IN_PROGRESS", note="Petugas berangkat"))["errors"] == []
        assert (await officer.comment(report, "Mobil B 1234 XYZ", mask=True))["errors"] == []
    for report in ids[1:]:
        moved = await officer.move(report, "PROCESSED", resolution="DUPLICATE", duplicateOf=first["id"])
        assert moved["errors"] == []
    assert (await officer.act("supportReport", first["id"]))["errors"] == []
    found = await admin.ask("query($id: ID!) { node(id: $id) { ... on Report { points { id } } } }", id=first["id"])
    (entry,) = found["node"]["points"]
    waive = 'mutation($id: ID!) { waiveEntry(id: $id, reason: "Keliru") { errors { code } } }'
    assert (await admin.ask(waive, id=entry["id"]))["waiveEntry"]["errors"] == []
    flag = 'mutation($id: ID!) { flagReport(id: $id, reason: "Iklan") { errors { code } } }'
    assert (await admin.ask(flag, id=first["id"]))["flagReport"]["errors"] == []
    return await city.official(None, Role.ADMIN)  # the officer


_counted: ContextVar[list[str] | None] = ContextVar("counted", default=None)


class _Counting(logging.Handler):
    """Keeps the statements of the task that counts, and of the tasks that it starts: the log tailer reads meanwhile."""

    def emit(self, record: logging.LogRecord) -> None:
        counted = _counted.get()
        if counted is not None:
            counted.append(record.getMessage())


@pytest.fixture
def counting() -> Iterator[None]:
    handler = _Counting()
    loggers = [logging.getLogger(name) for name in LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.removeHandler(handler)
        logger.setLevel(level)


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []
    token = _counted.set(statements)
    yield statements
    _counted.reset(token)


async def variables(caller: Caller, number: int) -> dict[str, Any]:
    """Return a page size, and as many ids of each type."""
    found = await caller.ask(
        """query($n: Int!) { agencies { id }
        reports(first: $n, orderBy: OLDEST) {
            edges { node { id number timeline { edges { node { id } } } points { id } } } }
        leaderboard { standings(first: $n) { edges { node { id } } } }
        citizens: leaderboard(kind: CITIZEN) { standings(first: $n) { edges { node { id } } } } }""",
        n=number,
    )
    nodes = [edge["node"] for edge in found["reports"]["edges"]]
    own = [[node["id"], node["timeline"]["edges"][0]["node"]["id"], node["points"][0]["id"]] for node in nodes]
    ranked, citizens = (
        [edge["node"]["id"] for edge in found[board]["standings"]["edges"]] for board in ("leaderboard", "citizens")
    )
    assert [len(each) for each in (nodes, ranked, citizens)] == [number] * 3
    return {
        "n": number,
        "number": nodes[0]["number"],
        "id": nodes[0]["id"],
        "standing": ranked[0],
        "rows": [each for ids in own for each in ids],
        "standings": ranked,
        "citizens": citizens,
        "agencies": [agency["id"] for agency in found["agencies"][:number]],
    }


async def statements_of(selection: str, caller: Caller, given: dict[str, Any]) -> list[str]:
    used = {name: kind for name, kind in VARIABLES.items() if re.search(rf"\${name}\b", selection)}
    declared = ", ".join(f"${name}: {kind}" for name, kind in used.items())
    document = f"query{f'({declared})' if used else ''} {{ {selection} }}"
    with counted() as statements:
        await caller.ask(document, **{name: given[name] for name in used})
    return statements


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize("by_plan", [True, False])
async def test_field_takes_the_stated_statements_for_any_number_of_rows(
    populated: tuple[City, Caller], monkeypatch: pytest.MonkeyPatch, *, by_plan: bool
) -> None:
    city, caller = populated
    city.services.answers = Answers(0)
    monkeypatch.setattr(pace, "SLICE", DEADLINE)  # what is put off may be read apart
    sizes = [await variables(caller, number) for number in (FEW, MANY)]
    execute, planned = DocumentPlans.execute, 0

    async def one_way(self: DocumentPlans, *arguments: Any) -> dict[str, Any] | None:
        nonlocal planned
        data = await execute(self, *arguments) if by_plan else None
        planned += data is not None
        return data

    monkeypatch.setattr(DocumentPlans, "execute", one_way)
    found = {}
    for name, (selection, without) in DOCUMENTS.items():
        each = [[await statements_of(text, caller, given) for text in (selection, without)] for given in sizes]
        found[name] = [len(own) - len(base) for own, base in each]
    stated = {name: int(with_plan if by_plan else without_plan) for name, with_plan, without_plan in STATED}
    assert found == {name: [number] * len(sizes) for name, number in stated.items()}
    assert planned == (len(DOCUMENTS) * len(sizes) * 2 if by_plan else 0)


def names_of_boards(most: int) -> list[str]:
    """Return the names of different boards, as ids of standings have them: each kind early, then older days."""
    days = [YESTERDAY - timedelta(days=days) for days in range(most)]
    periods = [(period, span(period, day).first) for day in days for period in Period]
    named = [
        f"{kind}:{metric}:{period}:{first or '-'}"
        for period, first in periods
        for kind in (BoardKind.KELURAHAN, BoardKind.OFFICER, BoardKind.CITIZEN, BoardKind.CITY)
        for metric in (BOARDS[kind].metrics)
    ]
    return list(dict.fromkeys(named))[:most]


BOARDS_AT_ONCE: dict[str, tuple[int, Callable[[int], str]]] = {
    # what asks for several boards, the most statements that it takes, and its selection
    "ids of boards": (
        8,
        lambda most: " ".join(
            ["nodes(ids: ["]
            + [f'"{global_id("Leaderboard", name)}"' for name in names_of_boards(most)]
            + ["]) { ... on Leaderboard { standings(first: 1) { edges { node { rank previousRank } } } } }"]
        ),
    ),
    "ids of standings": (
        6,
        lambda most: " ".join(
            ["nodes(ids: ["]
            + [f'"{global_id("Standing", f"{name}:{GAMBIR}")}"' for name in names_of_boards(most) if "KELUR" in name]
            + ["]) { ... on Standing { rank scorecard { received } } }"]
        ),
    ),
    "aliases of boards": (
        3,
        lambda most: " ".join(
            f'b{days}: leaderboard(period: DAY, metric: RESPONSIVENESS, on: "{YESTERDAY - timedelta(days=days)}") '
            "{ standings(first: 1) { edges { node { previousRank } } } }"
            for days in range(most)
        ),
    ),
    "aliases of scorecards": (
        3,
        lambda most: " ".join(
            ['kelurahan(code: "Gambir") {']
            + [
                f's{days}: scorecard(period: DAY, on: "{YESTERDAY - timedelta(days=days)}") {{ received }}'
                for days in range(most)
            ]
            + ["}"]
        ),
    ),
}


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize("asked", BOARDS_AT_ONCE)
async def test_many_boards_take_as_many_statements_as_few(populated: tuple[City, Caller], asked: str) -> None:
    city, caller = populated
    city.services.answers = Answers(0)
    most, selection = BOARDS_AT_ONCE[asked]
    few, many = [len(await statements_of(selection(number), caller, {})) for number in (12, 24)]
    assert few == many <= most


@pytest.mark.usefixtures("counting")
async def test_waiver_of_many_reports_takes_as_many_statements_as_of_one(city: City) -> None:
    admin, officer = await city.official(None, Role.ADMIN, "admin"), await city.official(GAMBIR)
    citizens = [await city.citizen(f"warga-{number}") for number in range(MANY + 1)]
    ids = [(await citizen.report())["id"] for citizen in citizens]
    for report in ids:
        assert (await officer.move(report, "IN_PROGRESS"))["errors"] == []
    waive = 'mutation($ids: [ID!]!) { waiveReports(ids: $ids, reason: "Iklan") { waived } }'
    taken = []
    for some in ([ids[0]], ids[1:]):
        with counted() as statements:
            assert await admin.ask(waive, ids=some) == {"waiveReports": {"waived": 2 * len(some)}}
        taken.append(len(statements))
    assert taken[0] == taken[1]


@pytest.mark.usefixtures("counting")
async def test_idempotency_key_takes_one_statement_and_none_without(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    taken = []
    for number, key in enumerate([{}, {}, {"idempotencyKey": "satu"}]):
        report = await citizen.report(location=beside(number))
        with counted() as statements:
            assert (await officer.move(report["id"], "IN_PROGRESS", **key))["errors"] == []
        taken.append(statements)
    _, without, keyed = taken
    assert len(keyed) == len(without) + 1
    assert not any("act_key" in statement for statement in without)


def test_every_root_field_and_every_field_that_reads_has_a_stated_number() -> None:
    schema = make_schema()._schema
    assert schema.query_type is not None
    names = {
        f"{kind.name}.{name}"
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLObjectType) and kind not in (schema.mutation_type, schema.subscription_type)
        for name, field in kind.fields.items()
        if kind is schema.query_type or _reads(field.extensions.get("strawberry-definition"))
    }
    assert names - {label.partition("(")[0] for label, *_ in STATED} == set()


def _reads(definition: Any) -> bool:
    stated = definition and definition.metadata.get(COLUMNS)
    resolver = definition and definition.base_resolver
    return bool((resolver and resolver.is_async) or (stated and stated.load))
