"""A document that takes long does not keep others waiting: new ones are prepared aside, and graphql-core gives way."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from strawberry.dataloader import DataLoader

from app.schema import Schema
from execution import pace
from execution.pace import PacedExecutor
from execution.plans import DocumentPlans
from execution.preparing import prepare
from tests.city import City
from tests.execution.lively import lively_city
from tests.wire import without_request_ids

pytestmark = pytest.mark.anyio

PLACES = "kelurahans(first: 100) { edges { node { code name kecamatan { name } city { name } } } }"
FAILING = "failing: leaderboard(kind: OFFICER) { kind }"
"""A field that fails for a visitor, so that graphql-core executes the document."""


@pytest.fixture
async def city(database_url: str, tmp_path: Path) -> AsyncIterator[City]:
    """A city in which little has happened."""
    async with lively_city(database_url, tmp_path / "media", acts=30) as running:
        yield running


def new_alias() -> str:
    """Return an alias that makes a document a new one."""
    return f"a{token_hex(8)}"


async def answer(city: City, document: str) -> Any:
    """Return the answer to a document."""
    return json.loads(without_request_ids((await city.http.post("/graphql", json={"query": document})).text))


def put_off(execute: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that executes later."""
    return lambda self, *given: pace._Later(self, partial(execute, self, *given))


async def test_graphql_core_gives_way_between_objects(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    slices, go_on = 0, PacedExecutor._go_on

    def count(self: PacedExecutor) -> None:
        nonlocal slices
        slices += 1
        go_on(self)

    monkeypatch.setattr(PacedExecutor, "_go_on", count)
    document = f"{{ {FAILING} {PLACES} }}"
    whole = await answer(city, document)
    assert slices == 0
    monkeypatch.setattr(pace, "SLICE", 1e-6)
    assert await answer(city, document) == whole
    assert len(whole["data"]["kelurahans"]["edges"]) == 100
    assert slices >= 100


async def test_objects_that_were_put_off_are_read_together(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    class Counting(DataLoader[Any, Any]):
        def __init__(self, load: Callable[[list[Any]], Awaitable[list[Any]]]) -> None:
            async def counted(keys: list[Any]) -> list[Any]:
                read.append(len(keys))
                return await load(keys)

            super().__init__(counted)

    monkeypatch.setattr("schema.context.DataLoader", Counting)
    document = f"{{ {FAILING} reports(first: 5) {{ edges {{ node {{ timeline {{ edges {{ cursor }} }} }} }} }} }}"
    whole = await answer(city, document)
    in_one_go, read = read, []
    assert 5 in in_one_go
    monkeypatch.setattr(PacedExecutor, "execute_fields", put_off(PacedExecutor.execute_fields))
    assert await answer(city, document) == whole
    assert read == in_one_go


async def test_new_documents_are_prepared_beside_the_event_loop(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
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
    await answer(city, f"{{ {new_alias()}: {PLACES} }}")
    assert threads == {"validated": "documents_0", "compiled": "documents_0"}


async def test_new_documents_wait_no_longer_than_an_execution(city: City) -> None:
    released = threading.Event()
    city.services.limits = replace(city.services.limits, seconds=0.3)
    blocked = prepare(released.wait, 30)
    try:
        found = await answer(city, f"{{ {new_alias()}: __typename }}")
    finally:
        released.set()
        await asyncio.wrap_future(blocked)
    assert [error["extensions"]["code"] for error in found["errors"]] == ["TIMEOUT"]
