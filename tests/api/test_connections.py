"""Connections: each list is read from either end, and between any two of its rows (the Relay specification)."""

from collections.abc import Callable
from itertools import combinations_with_replacement
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type

from app.schema import make_schema
from rules.access import Role
from schema.nodes import global_id
from tests.city import City
from tests.wire import GAMBIR, Caller, RequestFailedError

pytestmark = pytest.mark.anyio

SCHEMA = make_schema()._schema
PAGE_ARGUMENTS = ("first", "after", "last", "before")
DECLARED = "$first: Int, $after: String, $last: Int, $before: String"
GIVEN = "first: $first, after: $after, last: $last, before: $before"
PAGE = "{ edges { cursor node { __typename } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }"

LISTS = {
    "Query.reports": f"reports({GIVEN}) {PAGE}",
    "Query.kelurahans": f'kelurahans(kecamatan: "31.71.01", {GIVEN}) {PAGE}',
    "Kelurahan.reports": f'kelurahan(code: "{GAMBIR}") {{ reports({GIVEN}) {PAGE} }}',
    "Kelurahan.points": f'kelurahan(code: "{GAMBIR}") {{ points({GIVEN}) {PAGE} }}',
    "Agency.points": f'node(id: "{global_id("Agency", "SDA")}") {{ ... on Agency {{ points({GIVEN}) {PAGE} }} }}',
    "Report.timeline": f"node(id: %s) {{ ... on Report {{ timeline({GIVEN}) {PAGE} }} }}",
    "Report.comments": f"node(id: %s) {{ ... on Report {{ comments({GIVEN}) {PAGE} }} }}",
    "Leaderboard.standings": f"leaderboard(kind: CITY) {{ standings({GIVEN}) {PAGE} }}",
    "Query.people": f"people({GIVEN}) {PAGE}",
    "Query.flaggedReports": f"flaggedReports({GIVEN}) {PAGE}",
}
"""A list of each field that is a connection, with its arguments; `%s` is the id of a report."""

NEWEST_FIRST_ONLY = {"Viewer.news"}
"""A list of news is read from its newest on: the contract gives it `first` and `after` only."""

Row = dict[str, Any]
Ask = Callable[..., Any]


def connections() -> dict[str, set[str]]:
    """Return the arguments of each field that is a connection, by coordinate."""
    return {
        f"{kind.name}.{name}": set(field.args)
        for kind in SCHEMA.type_map.values()
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        for name, field in kind.fields.items()
        if get_named_type(field.type).name.endswith("Connection")
    }


def test_every_connection_is_read_from_either_end() -> None:
    from_either_end = {name: given for name, given in connections().items() if name not in NEWEST_FIRST_ONLY}
    assert [name for name, given in from_either_end.items() if not given.issuperset(PAGE_ARGUMENTS)] == []
    assert from_either_end.keys() == LISTS.keys()


async def populate(city: City) -> tuple[Row, Caller]:
    """Let Gambir and an agency earn and lose points; return a report with several events, and an ADMIN."""
    citizen, gambir, sda = await city.citizen(), await city.official(GAMBIR), await city.official("SDA", name="sda")
    reports = [await citizen.report(title=f"Laporan {number}") for number in range(4)]
    for report in reports[1:]:
        assert (await gambir.move(report["id"], "PROCESSED", resolution="INVALID", note="x"))["errors"] == []
    neighbour = await city.citizen("tetangga")  # the first three of a citizen's day score
    for number in range(2):
        report = await neighbour.report(title=f"Banjir {number}", category="BANJIR")
        assert report["handler"]["code"] == "SDA"
        assert (await sda.move(report["id"], "PROCESSED", resolution="INVALID", note="x"))["errors"] == []
    for title in ("Satu", "Dua", "Tiga"):
        assert (await citizen.act("updateReport", reports[0]["id"], title=title))["errors"] == []
    for number in range(4):
        assert (await citizen.comment(reports[0]["id"], f"Komentar {number}"))["errors"] == []
    admin = await city.official(None, Role.ADMIN, "admin")
    flag = 'mutation($id: ID!) { flagReport(id: $id, reason: "Iklan") { errors { code } } }'
    for flagged in reports:
        assert (await admin.ask(flag, id=flagged["id"]))["flagReport"]["errors"] == []
    assert (await admin.act("hideReport", report["id"], reason="Menyebut nama"))["errors"] == []  # without a flag
    return reports[0], admin


def page_of(caller: Caller, selection: str) -> Ask:
    """Return a function that asks for a page of a list."""

    async def ask(**asked: Any) -> Row:
        found = await caller.ask(f"query({DECLARED}) {{ {selection} }}", **asked)
        while "edges" not in found:
            (found,) = found.values()
        return found

    return ask


async def walk(ask: Ask, size: int, *, backward: bool) -> list[str]:
    """Return the cursors of all rows in the order of reading, page after page from one end to the other."""
    asked, bound, end, more = (
        ("last", "before", "startCursor", "hasPreviousPage")
        if backward
        else ("first", "after", "endCursor", "hasNextPage")
    )
    walked: list[str] = []
    cursor = None
    while True:
        page = await ask(**{asked: size, bound: cursor})
        cursors = [edge["cursor"] for edge in page["edges"]]
        walked += cursors[::-1] if backward else cursors
        cursor = page["pageInfo"][end]
        if not page["pageInfo"][more]:
            return walked
        assert len(cursors) == size


async def test_list_read_backwards_is_the_list_reversed(city: City) -> None:
    report, admin = await populate(city)
    for name, selection in LISTS.items():
        ask = page_of(admin, selection.replace("%s", f'"{report["id"]}"'))
        whole = [edge["cursor"] for edge in (await ask(first=100))["edges"]]
        assert len(whole) >= 4, name
        for size in (1, 2, 3, len(whole), len(whole) + 1):
            assert await walk(ask, size, backward=False) == whole, (name, size)
            assert await walk(ask, size, backward=True) == whole[::-1], (name, size)


async def test_page_between_two_rows_is_that_part_of_the_list(city: City) -> None:
    report, admin = await populate(city)
    for name, selection in LISTS.items():
        ask = page_of(admin, selection.replace("%s", f'"{report["id"]}"'))
        whole = [edge["cursor"] for edge in (await ask(first=100))["edges"]]
        for start, end in combinations_with_replacement(range(len(whole)), 2):
            bounds, within = {"after": whole[start], "before": whole[end]}, whole[start + 1 : end]
            for size in (1, 2):
                more = len(within) > size
                first, last = await ask(first=size, **bounds), await ask(last=size, **bounds)
                assert [edge["cursor"] for edge in first["edges"]] == within[:size], (name, start, end)
                assert [edge["cursor"] for edge in last["edges"]] == within[-size:], (name, start, end)
                assert sides(first) == {"hasNextPage": more, "hasPreviousPage": True}
                assert sides(last) == {"hasNextPage": True, "hasPreviousPage": more}


def sides(page: Row) -> Row:
    """Return whether there are more rows on either side."""
    return {name: page["pageInfo"][name] for name in ("hasNextPage", "hasPreviousPage")}


async def test_impossible_page_of_any_list_is_bad_input(city: City) -> None:
    report, admin = await populate(city)
    lists = {name: page_of(admin, selection.replace("%s", f'"{report["id"]}"')) for name, selection in LISTS.items()}
    cursors = {name: (await ask(first=1))["pageInfo"]["endCursor"] for name, ask in lists.items()}
    same = [
        {"Query.reports", "Kelurahan.reports"},
        {"Kelurahan.points", "Agency.points"},
        {"Report.timeline", "Report.comments"},
    ]
    for name, ask in lists.items():
        wrong: list[tuple[Row, str]] = [({"first": 1, "last": 1}, "last"), ({"first": 301}, "first")]
        wrong += [({"last": size}, "last") for size in (0, -1, 301, 2**31 - 1)]
        wrong += [({end: cursor}, end) for end in ("after", "before") for cursor in ("", "x", report["cursor"])]
        others = [cursor for other, cursor in cursors.items() if other != name and {name, other} not in same]
        wrong += [({"last": 1, end: cursor}, end) for end in ("after", "before") for cursor in others]
        for asked, argument in wrong:
            with pytest.raises(RequestFailedError) as failure:
                await ask(**asked)
            (error,) = failure.value.errors
            named = error["extensions"]["code"], error["extensions"]["argument"]
            assert named == ("BAD_INPUT", argument), (name, asked)


async def test_last_entries_of_many_agencies_are_those_of_each(city: City) -> None:
    await populate(city)
    anyone = city.anyone()
    cursor = (await page_of(anyone, LISTS["Agency.points"])(first=1))["pageInfo"]["startCursor"]
    for bounds in ({}, {"after": cursor}, {"before": cursor}):
        given = {"last": 2, **bounds}
        together = await anyone.ask(f"query({DECLARED}) {{ agencies {{ id points({GIVEN}) {PAGE} }} }}", **given)
        for agency in together["agencies"]:
            alone = page_of(anyone, f'node(id: "{agency["id"]}") {{ ... on Agency {{ points({GIVEN}) {PAGE} }} }}')
            assert await alone(**given) == agency["points"]
        assert any(agency["points"]["edges"] for agency in together["agencies"]) is (bounds.keys() != {"before"})


async def test_rows_from_the_end_cost_as_much_as_from_the_start(city: City) -> None:
    report, admin = await populate(city)
    for name, selection in LISTS.items():
        query = f"query({DECLARED}) {{ {selection} }}".replace("%s", f'"{report["id"]}"')
        costs = []
        for variables in ({"first": 40}, {"last": 40}, {"last": 41}):
            body = {"query": query, "variables": variables, "extensions": {"cost": True}}
            costs.append(
                (await city.http.post("/graphql", json=body, headers=admin.headers)).json()["extensions"]["cost"][
                    "cost"
                ]
            )
        assert costs[0] == costs[1] < costs[2], name
