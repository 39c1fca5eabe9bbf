"""A request ends at its deadline or with its client, down to the database, and no answer or body is too large."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from execution.guard import PATIENCE
from models.database import fetch
from models.reading import is_sqlite, read
from schema.costs import Limits
from tests.city import City
from tests.wire import DEADLINE, RequestFailedError

pytestmark = pytest.mark.anyio

ENDLESS = (
    "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 2000000000) "
    "SELECT MAX(n) FROM counted"
)
"""A statement of many minutes, on both databases."""

BY_PLAN = '{ report(number: "JK2611230001") { id } }'
BY_CORE = '{ report(number: "JK2611230001") { id } __type(name: "Query") { name } }'


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Make the report by number an endless read. The event is set when it begins."""
    event = asyncio.Event()

    async def by_number(*_: object) -> None:
        event.set()
        await read(ENDLESS)

    monkeypatch.setattr("queries.reports.by_number", by_number)
    return event


async def no_statement_runs() -> None:
    """Wait until the endless statement has ended: SQLite reads again, PostgreSQL has no such activity."""
    async with asyncio.timeout(DEADLINE):
        await read("SELECT 1")
        if not is_sqlite():
            running = f"SELECT 1 FROM pg_stat_activity WHERE query = '{ENDLESS}' AND state = 'active'"
            while await fetch(running):  # no event of this process
                await asyncio.sleep(0.05)


@pytest.mark.parametrize("document", [BY_PLAN, BY_CORE])
async def test_execution_ends_at_its_deadline(city: City, begun: asyncio.Event, document: str) -> None:
    city.services.limits = Limits(seconds=PATIENCE + 0.1)
    with pytest.raises(RequestFailedError) as failed:
        await city.anyone("en").ask(document)
    assert failed.value.code == "TIMEOUT"
    assert "0.3 seconds" in failed.value.errors[0]["message"]
    assert begun.is_set()
    await no_statement_runs()


@pytest.mark.parametrize("document", [BY_PLAN, BY_CORE])
async def test_execution_ends_when_its_client_has_gone(city: City, begun: asyncio.Event, document: str) -> None:
    body = json.dumps({"query": document}).encode()
    messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    messages.put_nowait({"type": "http.request", "body": body, "more_body": False})
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }
    request = asyncio.create_task(application(city)(scope, messages.get, send))
    async with asyncio.timeout(DEADLINE):
        await begun.wait()
        messages.put_nowait({"type": "http.disconnect"})
        await request
    await no_statement_runs()


def application(city: City) -> Any:
    """Return the application behind the client of a city."""
    return city.http._transport.app  # type: ignore[attr-defined] # httpx has no public way


async def test_answer_over_the_limit_is_refused_not_sent(city: City) -> None:
    city.services.limits = Limits(answer_bytes=2_000)
    caller = city.anyone()
    for document in (
        "{ kelurahans(first: 300) { edges { node { name } } } }",
        "{ __schema { types { name description } } }",
    ):
        with pytest.raises(RequestFailedError) as failed:
            await caller.ask(document)
        extensions = failed.value.errors[0]["extensions"]
        assert (extensions["code"], extensions["limit"]) == ("TOO_EXPENSIVE", 2_000)
        assert extensions["bytes"] > 2_000
    assert await caller.ask("{ kelurahans(first: 5) { edges { node { name } } } }")


async def test_mutation_is_answered_whatever_the_size(city: City) -> None:
    citizen = await city.citizen()
    city.services.limits = Limits(answer_bytes=1_000)
    assert (await citizen.submit(description="Genangan. " * 150))["report"]["status"] == "WAITING"


async def chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1_000):
        yield b" " * 1_000


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "multipart/form-data; boundary=x"])
async def test_body_over_the_limit_is_413_in_the_usual_form(city: City, media_type: str) -> None:
    headers = {"content-type": media_type}
    for content in (b" " * 1_200_000, chunks(1_200_000)):
        response = await city.http.post("/graphql", content=content, headers=headers)
        assert response.status_code == 413
        assert response.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"


async def test_number_of_thousands_of_digits_is_bad_input(city: City, caplog: pytest.LogCaptureFixture) -> None:
    digits = "9" * 5_000
    for document in (
        f"{{ reports(first: {digits}) {{ totalCount }} }}",
        f"{{ reports(filter: {{ within: {{ south: {digits}, west: 1, north: 1, east: 1 }} }}) {{ totalCount }} }}",
        f"query($n: Int = {digits}) {{ reports(first: $n) {{ totalCount }} }}",
    ):
        response = await city.http.post("/graphql", json={"query": document})
        assert response.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT", document
    raw = f'{{"query":"query($n: Int) {{ reports(first: $n) {{ totalCount }} }}","variables":{{"n":{digits}}}}}'
    response = await city.http.post("/graphql", content=raw, headers={"content-type": "application/json"})
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    assert "Traceback" not in caplog.text


async def test_undefined_fragment_is_bad_input(city: City, caplog: pytest.LogCaptureFixture) -> None:
    for document in ("{...zz}", "{ reports { ...zz } }", "{ ...A } fragment A on Query { ...zz }"):
        with pytest.raises(RequestFailedError) as failed:
            await city.anyone().ask(document)
        assert failed.value.code == "BAD_INPUT"
    assert "Traceback" not in caplog.text


async def test_long_chains_of_fragments_are_answered(city: City, caplog: pytest.LogCaptureFixture) -> None:
    for count in (10, 100, 450):
        chain = "{...f0}" + "".join(f"fragment f{n} on Query{{...f{n + 1}}}" for n in range(count))
        response = await city.http.post("/graphql", json={"query": chain + f"fragment f{count} on Query{{__typename}}"})
        assert response.status_code == 200
    assert "Traceback" not in caplog.text
