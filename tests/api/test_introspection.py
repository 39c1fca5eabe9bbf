"""The schema is public, unless a setting says otherwise: then neither introspection nor an error tells of it."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.city import in_process
from tests.wire import event_source

pytestmark = pytest.mark.anyio

PATHS = ("/api", "/api/explorer", "/schema.graphql")
ASKING = (
    "{ __schema { queryType { name } } }",
    '{ a: __type(name: "Report") { name } }',
    "query Q { ...F } fragment F on Query { cities { name } ... { __schema { description } } }",
)
MISSPELT: tuple[dict[str, Any], ...] = (
    {"query": "{ citis { name } }"},
    {"query": "{ cities { nam } }"},
    {"query": "{ cities }"},
    {"query": "{ reports(frst: 1) { pageInfo { hasNextPage } } }"},
    {"query": "{ reports(orderBy: NEWESTT) { pageInfo { hasNextPage } } }"},
    {"query": "{ reports(filter: {statuss: WAITING}) { pageInfo { hasNextPage } } }"},
    {"query": "query($f: ReportFiltr) { reports(filter: $f) { pageInfo { hasNextPage } } }"},
    {
        "query": "query($o: ReportOrder!) { reports(orderBy: $o) { pageInfo { hasNextPage } } }",
        "variables": {"o": "NEWESTT"},
    },
    {
        "query": "query($f: ReportFilter) { reports(filter: $f) { pageInfo { hasNextPage } } }",
        "variables": {"f": {"statuss": "WAITING"}},
    },
)
"""Requests whose errors suggest names of the schema, where it is public."""


async def messages(http: httpx.AsyncClient, request: dict[str, Any]) -> list[str]:
    """Return the errors of a request over HTTP, which are the same over an event stream."""
    answer = (await http.post("/graphql", json=request)).json()
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_INPUT"}, answer
    async with event_source(http, request["query"], request.get("variables"), by_post=True) as stream:
        event = await stream.event()
    assert event is not None
    given = [error["message"] for error in answer["errors"]]
    assert [error["message"] for error in json.loads(event.data)["errors"]] == given
    return given


async def test_no_answer_names_the_schema_where_it_is_not_public(sqlite_city_url: str, tmp_path: Path) -> None:
    async with in_process(sqlite_city_url, tmp_path / "media") as city:
        public = [await messages(city.http, request) for request in MISSPELT]
        assert [(await city.http.get(path)).status_code for path in PATHS] == [200, 200, 200]
    async with in_process(sqlite_city_url, tmp_path / "media", introspection=False, explorer=False) as city:
        for document in ASKING:
            given = await messages(city.http, {"query": document})
            assert set(given) == {"This service does not publish its schema: introspection is off."}
        for request, open_messages in zip(MISSPELT, public, strict=True):
            assert "Did you mean" in "".join(open_messages), request
            assert await messages(city.http, request) == [one.partition(" Did you mean")[0] for one in open_messages]
        plain = await city.anyone().ask("{ __typename cities { __typename } }")
        assert (plain["__typename"], len(plain["cities"])) == ("Query", 6)
        assert [(await city.http.get(path)).status_code for path in PATHS] == [200, 404, 404]
