"""A plan and graphql-core give the same bytes, for random documents over the whole schema."""

import gc
import json
import re
from collections import Counter
from random import Random
from typing import Any

import httpx
import pytest

from execution.answers import Answers
from execution.plans import DocumentPlans
from tests.city import City, fewer_on_postgres
from tests.execution.documents import Document, Writer
from tests.wire import GAMBIR, Caller
from tests.world import World

pytestmark = [
    pytest.mark.anyio,
    # graphql-core forgets the other resolvers of an object when one fails before it awaits
    pytest.mark.filterwarnings("ignore:coroutine 'GraphQLCoreConverter:RuntimeWarning"),
    pytest.mark.filterwarnings(
        "ignore:.*coroutine object GraphQLCoreConverter:pytest.PytestUnraisableExceptionWarning"
    ),
]

DOCUMENTS = 300
ACTS = 120

POOLS: dict[str, list[Any]] = {
    "String": ["Gambir", "31.71.01.1001", "31.71", "31.71.01", "SAMPAH"],
    "Int": [1, 2, 3, 5, 20] * 4 + [0, -1, 101, 2**31],
    "Float": [-6.17, 106.82, 0, -6.3, 107],
    "Boolean": [True, False],
    "DateTime": ["2026-03-10T00:00:00Z", "2026-03-12T08:00:00+07:00"] * 4 + ["kemarin"],
    "Date": ["2026-03-10", "2026-03-12", "2025-01-01"],
    "category": ["SAMPAH", "BANJIR"],
    "kelurahan": ["Gambir", "31.71.01.1001"],
    "city": ["31.71", "31.74"],
    "kecamatan": ["31.71.01"],
}
FOUND = """{
  reports(first: 30) { edges { cursor node {
    id number timeline { edges { cursor node { id } } } points { id } category { id }
    handler { ... on Kelurahan { id } ... on Agency { id } } } } }
  leaderboard(on: "2026-03-12") { standings(first: 3) { edges { cursor node { id } } } }
  kelurahan(code: "Gambir") { id points { edges { cursor } } }
}"""


async def pools(caller: Caller) -> dict[str, list[Any]]:
    """Return values for arguments: ids, numbers and page cursors of what is stored."""
    found = await caller.ask(FOUND)
    ids, cursors = (
        re.findall(r'"id": "([^"]+)"', json.dumps(found)),
        re.findall(r'"cursor": "([^"]+)"', json.dumps(found)),
    )
    numbers = [edge["node"]["number"] for edge in found["reports"]["edges"]]
    return POOLS | {"ID": [*ids, "x"], "after": cursors, "before": cursors, "number": [*numbers, "JK1"]}


async def answer(http: httpx.AsyncClient, document: Document, caller: Caller) -> str:
    """Return the answer, without the references of errors and which of several rows failed first."""
    body = {"query": document.query, "variables": document.variables}
    response = await http.post("/graphql", json=body, headers=caller.headers)
    text = re.sub(r"rujukan [0-9a-f]+", "rujukan", response.text)
    return re.sub(r'"(path|locations)":\[[^]]*\]', "", text)


@pytest.fixture
async def lively(city: City) -> City:
    """A city in which much has happened."""
    world = World(7)
    await world.act_randomly(ACTS)
    city.transactions.now = lambda: world.now
    return city


@pytest.mark.parametrize("signed_in", [False, True])
async def test_plan_answers_every_document_as_graphql_core_does(
    lively: City,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    *,
    signed_in: bool,
) -> None:
    caller = await lively.official(GAMBIR) if signed_in else lively.anyone()
    given, schema = await pools(caller), lively.service.schema
    execute = DocumentPlans.execute
    outcomes: Counter[bool] = Counter()

    async def planned(self: DocumentPlans, *arguments: Any) -> dict[str, Any] | None:
        data = await execute(self, *arguments)
        outcomes[data is not None] += 1
        return data

    async def not_planned(*_: object) -> None:
        return None

    for seed in range(fewer_on_postgres(database_url, DOCUMENTS)):
        document = Writer(schema._schema, given, Random(seed)).document()
        lively.services.answers = Answers(2**20)
        monkeypatch.setattr(DocumentPlans, "execute", planned)
        fast = await answer(lively.http, document, caller)
        lively.services.answers = Answers(0)
        monkeypatch.setattr(DocumentPlans, "execute", not_planned)
        assert fast == await answer(lively.http, document, caller), (seed, document)
    gc.collect()  # here, where the warnings of forgotten coroutines are ignored
    assert outcomes[True] > outcomes.total() / 3
    assert "planning failed" not in caplog.text
