"""A document that takes long does not keep others waiting: new ones are prepared aside, and graphql-core gives way."""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest

from app.schema import Schema
from execution import pace
from execution.plans import DocumentPlans
from execution.preparing import prepare
from tests.execution.lively import LivelyCity, lively_city

pytestmark = pytest.mark.anyio

PLACES = "kelurahans(first: 100) { edges { node { code name kecamatan { name } city { name } } } }"
FAILING = "failing: leaderboard(kind: OFFICER) { kind }"
"""A field that fails for a visitor, so that graphql-core executes the document."""


@pytest.fixture
async def city(database_url: str, tmp_path: Path) -> AsyncIterator[LivelyCity]:
    """A city in which little has happened."""
    async with lively_city(database_url, tmp_path / "media", acts=5) as running:
        yield running


def new_alias() -> str:
    """Return an alias that makes a document a new one."""
    return f"a{token_hex(8)}"


async def turns_during(city: LivelyCity, document: str) -> tuple[int, Any]:
    """Return how often another task had its turn while a document was answered, and the answer."""
    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(take_turns())
    response = await city.http.post("/graphql", json={"query": document})
    other.cancel()
    return turns, response.json()


async def test_graphql_core_gives_way_between_objects(city: LivelyCity, monkeypatch: pytest.MonkeyPatch) -> None:
    document = f"{{ {FAILING} {PLACES} }}"
    await turns_during(city, document)  # others have turns while it is prepared
    monkeypatch.setattr(pace, "SLICE", 60)
    in_one_go, whole = await turns_during(city, document)
    monkeypatch.setattr(pace, "SLICE", 0)
    in_slices, sliced = await turns_during(city, document)
    assert sliced == whole
    assert len(whole["data"]["kelurahans"]["edges"]) == 100
    assert in_slices > in_one_go + 100


async def test_new_documents_are_prepared_beside_the_event_loop(
    city: LivelyCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: dict[str, str] = {}
    validate, compile_ = Schema._prepare, DocumentPlans._compile

    async def spy_on_prepare(self: Schema, *given: Any) -> Any:
        threads["validated"] = threading.current_thread().name
        return await validate(self, *given)

    def spy_on_compile(self: DocumentPlans, *given: Any) -> Any:
        threads["compiled"] = threading.current_thread().name
        return compile_(self, *given)

    monkeypatch.setattr(Schema, "_prepare", spy_on_prepare)
    monkeypatch.setattr(DocumentPlans, "_compile", spy_on_compile)
    await turns_during(city, f"{{ {new_alias()}: {PLACES} }}")
    assert threads == {"validated": "documents_0", "compiled": "documents_0"}


async def test_new_documents_wait_no_longer_than_an_execution(city: LivelyCity) -> None:
    released = threading.Event()
    city.services.limits = replace(city.services.limits, seconds=0.3)
    blocked = prepare(released.wait, 30)
    try:
        _, answer = await turns_during(city, f"{{ {new_alias()}: __typename }}")
    finally:
        released.set()
        await asyncio.wrap_future(blocked)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["TIMEOUT"]
