"""The cost of a document bounds what it answers, and a document that costs too much is not executed."""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_introspection_query,
    get_named_type,
)

from app.schema import make_schema
from execution.cost import MAX_FIELDS
from schema.costs import COST, UNSTATED, Limits
from schema.errors import RequestError
from schema.nodes import global_id
from tests.execution.documents import Writer
from tests.execution.lively import LivelyCity, lively_city
from tests.wire import Caller, RequestFailedError

pytestmark = pytest.mark.anyio

LISTS_IN_LISTS = (
    "{cities{kecamatan{kelurahan{city{kecamatan{kelurahan{city{kecamatan{kelurahan{code}}}}}}}}}}",
    "{cities{kecamatan{city{kecamatan{city{kecamatan{city{kecamatan{code}}}}}}}}}",
    "{kelurahans(first:300){edges{node{city{kecamatan{kelurahan{code}}}}}}}",
    "{kelurahans(first:300){edges{node{points(first:100){edges{node{rule points}}}}}}}",
    "{kelurahans(first:300){edges{node{reports(first:100){edges{node{id}}}}}}}",
    "{agencies{points(first:100){edges{node{report{timeline(first:100){edges{node{kind}}}}}}}}}",
    "{watchlist{subject{...on Kelurahan{reports(first:100){edges{node{title}}}}}}}",
    "{reports(first:100){edges{node{kelurahan{reports(first:100){edges{node{title}}}}}}}}",
    "{reports(last:100){edges{node{timeline(last:100){edges{node{report{timeline(last:100){edges{node{at}}}}}}}}}}}",
    "{leaderboard{standings(first:300){edges{node{subject{...on Kelurahan{city{kecamatan{kelurahan{code}}}}}}}}}}",
    "{" + " ".join(f'a{number}:leaderboard(on:"2020-01-01"){{kind}}' for number in range(60)) + "}",
    "{" + " ".join(f"a{number}:reports{{totalCount}}" for number in range(60)) + "}",
    "{" + " ".join(f"a{number}:__schema{{types{{name}}}}" for number in range(4)) + "}",
    "{" + " ".join(f'a{number}:kelurahans(search:"a"){{totalCount}}' for number in range(150)) + "}",
)
"""Documents of which each is short, and asks for very much."""

MULTIPLYING = (
    "{cities{...f0}}"
    + "".join(
        f"fragment f{number} on City{{a:kecamatan{{city{{...f{number + 1}}}}}b:kecamatan{{city{{...f{number + 1}}}}}}}"
        for number in range(30)
    )
    + "fragment f30 on City{code}"
)
"""Fragments of which each uses the next twice: a milliard of fields."""


@pytest.fixture
async def city(database_url: str, tmp_path: Path) -> AsyncIterator[LivelyCity]:
    async with lively_city(database_url, tmp_path / "media", 60) as running:
        yield running


async def refusal(caller: Caller, document: str, **variables: Any) -> dict[str, Any]:
    """Return the extensions of the error with which a document is refused."""
    with pytest.raises(RequestFailedError) as failed:
        await caller.ask(document, **variables)
    (error,) = failed.value.errors
    found: dict[str, Any] = error["extensions"]
    return found


def values_in(answer: Any) -> int:
    """Count the values of an answer: its fields, those of lists once for each element. A boundary is one value."""
    if isinstance(answer, dict) and answer.get("type") == "MultiPolygon":
        return 0
    if isinstance(answer, dict):
        return sum((0 if isinstance(value, list) else 1) + values_in(value) for value in answer.values())
    if isinstance(answer, list):
        return sum(1 + values_in(value) for value in answer)
    return 0


def lists_without_a_size() -> Iterator[str]:
    """Yield the fields that are lists and state no size: they are as long as the page that they are in."""
    for name, kind in make_schema()._schema.type_map.items():
        if name.startswith("__") or not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            continue
        for field, declared in kind.fields.items():
            inner = declared.type.of_type if isinstance(declared.type, GraphQLNonNull) else declared.type
            stated = declared.extensions["strawberry-definition"].metadata.get(COST, UNSTATED)
            has_size = (stated.size, stated.page) != (None, None) or callable(stated.reads)
            if isinstance(inner, GraphQLList) and not has_size:
                yield f"{name}.{field}"


def test_every_list_has_a_size_or_is_a_page() -> None:
    pages = {found for found in lists_without_a_size() if found.endswith((".edges", ".errors"))}
    updates = {"LeaderboardUpdate.standings", "LeaderboardUpdate.shifts"}  # as long as `first` of the subscription
    assert set(lists_without_a_size()) - pages - updates == {"UserError.field"}


def test_every_field_with_a_page_states_its_default() -> None:
    for kind in make_schema()._schema.type_map.values():
        if not isinstance(kind, GraphQLObjectType) or kind.name.startswith("__"):
            continue
        for name, declared in kind.fields.items():
            stated = declared.extensions["strawberry-definition"].metadata.get(COST, UNSTATED)
            is_page = "first" in declared.args or get_named_type(declared.type).name.endswith("Connection")
            assert (stated.page is not None) == is_page, f"{kind.name}.{name}"


async def test_no_answer_has_more_values_than_its_cost(city: LivelyCity, documents: int) -> None:
    viewers, compared = await city.viewers(), 0
    for seed in range(documents):
        rng = Random(seed)
        document = Writer(city.service.schema._schema, city.pools, rng).document()
        for body in document.bodies():
            given = {**body, "extensions": {"cost": True}}
            answer = (await city.http.post("/graphql", json=given, headers=rng.choice(viewers).headers)).json()
            if answer.get("data") is not None:
                assert values_in(answer["data"]) <= answer["extensions"]["cost"]["cost"], (seed, body)
                compared += 1
    assert compared > documents / 2


async def test_cost_is_not_that_of_variables_with_which_a_field_fails(city: LivelyCity) -> None:
    caller = city.anyone()
    fields = " ".join(f"a{number}: kelurahan(code: $code) {{ neighbours: city {{ name }} }}" for number in range(50))
    document = f'query($code: String = "Gambir") {{ {fields} }}'
    costs = []
    for variables in ({"code": None}, {}, {"code": None}, {"code": "Cideng"}):
        request = {"query": document, "variables": variables, "extensions": {"cost": True}}
        answer = (await city.http.post("/graphql", json=request, headers=caller.headers)).json()
        costs.append(answer["extensions"]["cost"]["cost"])
    assert costs[1] == costs[3] > 2 * costs[0]


async def test_short_document_that_asks_for_very_much_is_refused(city: LivelyCity) -> None:
    caller = city.anyone()
    for document in LISTS_IN_LISTS:
        found = await refusal(caller, document)
        assert (found["code"], found["limit"]) == ("TOO_EXPENSIVE", Limits().cost), document
        assert found["cost"] > found["limit"], document


async def test_multiplying_fragments_are_refused_at_once(city: LivelyCity) -> None:
    started = time.process_time()
    found = await refusal(city.anyone(), MULTIPLYING)
    assert found.items() >= {"code": "TOO_EXPENSIVE", "fields": MAX_FIELDS, "levels": 20}.items()
    assert time.process_time() - started < 5  # the milliard would take an hour


async def test_wrong_variable_is_named_before_the_cost(city: LivelyCity) -> None:
    caller = city.anyone()
    document = (
        "query($order: ReportOrder) { reports(first: 100, orderBy: $order) { edges { node { timeline(first: 100) "
        "{ edges { node { kind } } } } } } }"
    )
    for _ in range(2):
        assert (await refusal(caller, document, order="OLDEST"))["code"] == "TOO_EXPENSIVE"
        assert (await refusal(caller, document, order=[]))["code"] == "BAD_INPUT"


async def test_variables_decide_the_cost(city: LivelyCity) -> None:
    caller = city.anyone()
    document = (
        "query($n: Int = 100, $all: Boolean = false) { reports(first: $n) { edges { node { timeline(first: $n) "
        "{ edges { node { kind } } } description @include(if: $all) } } } }"
    )
    assert (await refusal(caller, document))["code"] == "TOO_EXPENSIVE"
    assert (await refusal(caller, document, n=100))["code"] == "TOO_EXPENSIVE"
    assert await caller.ask(document, n=20)
    assert await caller.ask(document, n=None)
    assert (await refusal(caller, document, n=95, all=True))["cost"] - (await refusal(caller, document, n=95))[
        "cost"
    ] == 95 * 20


async def test_field_in_two_fragments_costs_once(city: LivelyCity) -> None:
    once = "{ reports { edges { node { id title } } } }"
    twice = (
        "{ ...A ...B reports { edges { node { id } } } } fragment A on Query { reports { edges { node { title } } } } "
        "fragment B on Query { reports { edges { node { id title } } } }"
    )
    costs = []
    for document in (once, twice):
        body = {"query": document, "extensions": {"cost": True}}
        costs.append((await city.http.post("/graphql", json=body)).json()["extensions"]["cost"])
    assert costs[0] == costs[1]
    assert costs[0]["limit"] == Limits().cost


async def test_nodes_cost_a_board_for_each_that_is_read(city: LivelyCity) -> None:
    caller = city.anyone()
    board = await caller.ask("{ leaderboard { standings(first: 100) { edges { node { id } } } } }")
    ids = [edge["node"]["id"] for edge in board["leaderboard"]["standings"]["edges"]]
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert len((await caller.ask(document, ids=ids))["nodes"]) == 100
    days = [f"Standing:KELURAHAN:POINTS:DAY:2026-{month:02}-{day:02}:x" for month in (7, 8) for day in range(1, 29)]
    far = [global_id("Standing", key.removeprefix("Standing:")) for key in days]
    assert (await refusal(caller, document, ids=far))["code"] == "TOO_EXPENSIVE"


async def test_event_of_a_subscription_has_a_limit_of_its_own(city: LivelyCity) -> None:
    below = "kelurahan { reports(first: 100) { edges { node { %s } } } }"
    for selection, is_allowed in (("id " * 3, True), (" ".join(f"a{n}: title" for n in range(120)), False)):
        context = await city.services.context(None, None, "")
        document = f"subscription {{ reportFeed {{ report {{ {below % selection} }} }} }}"
        plan = await city.service.schema.plan(document, None, context)
        if is_allowed:
            assert await plan.compiled.check_cost({}, context) < Limits().event_cost
        else:
            with pytest.raises(RequestError) as refused:
                await plan.compiled.check_cost({}, context)
            assert refused.value.extensions["limit"] == Limits().event_cost


async def test_tools_may_introspect_the_schema(city: LivelyCity) -> None:
    assert await city.anyone().ask(get_introspection_query())
