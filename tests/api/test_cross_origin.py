"""Pages of other origins: one reading of ALLOWED_ORIGINS for HTTP and websockets, and answers that pages can read."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Message

from app.cross_origin import EXPOSED
from tests.city import City, in_process
from tests.wire import DEADLINE

pytestmark = pytest.mark.anyio

SHARED = "access-control-allow-origin"
CASES: dict[str, tuple[list[str], list[str]]] = {
    "https://lapor.example.id": (
        ["https://lapor.example.id", "https://lapor.example.id:443", "HTTPS://Lapor.Example.ID"],
        ["http://lapor.example.id", "https://lapor.example.id:8443", "https://x.lapor.example.id", "null", "", "x"],
    ),
    "HTTPS://Lapor.Example.ID:443/": (["https://lapor.example.id"], ["https://lapor.example.id:80"]),
    "http://localhost:3000/,http://[::1]:80": (
        ["http://localhost:3000", "http://[::1]", "http://[0:0::1]"],
        ["http://localhost", "https://[::1]"],
    ),
    "https://*.example.id": (
        ["https://a.example.id", "https://a.b.example.id"],
        ["https://example.id", "https://aexample.id", "https://a.example.id.evil.id", "http://a.example.id"],
    ),
    "http://*.localhost:5173": (["http://kota.localhost:5173"], ["http://localhost:5173", "http://kota.localhost"]),
    "https://b\u00fccher.example": (["https://xn--bcher-kva.example"], ["https://bucher.example"]),
    "capacitor://localhost, ionic://localhost": (
        ["capacitor://localhost", "ionic://localhost"],
        ["https://localhost", "capacitor://other", "null"],
    ),
    "null": (["null"], ["https://lapor.example.id", "NULL"]),
    "*": (["https://lapor.example.id", "capacitor://localhost", "null"], []),
    "": ([], ["https://lapor.example.id", "null", "x" * 10_000, "\u00e9", "https://" + "a." * 140 + "id"]),
}


async def opens(city: City, origin: str) -> bool:
    """Return whether a page of an origin can open a websocket."""
    sent: list[Message] = []
    coming: list[Message] = [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1000}]

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"tanggap"), (b"origin", origin.encode())]
    scope = {
        "type": "websocket", "path": "/graphql", "headers": headers, "query_string": b"",
        "subprotocols": ["graphql-transport-ws"],
    }  # fmt: skip
    await city.service._endpoint(scope, receive, send)
    return bool(sent[0]["type"] == "websocket.accept")


async def shared_with(city: City, origin: str) -> list[bool]:
    """Return whether pages of an origin can read an answer: of the door, of the ordinary way, and of a preflight."""
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    headers = {b"origin": origin.encode()}
    answers = [
        await city.http.post("/graphql", json={"query": "{ cities { name } }"}, headers=headers),
        await city.http.post("/graphql", json={"query": "mutation { signOut { __typename } }"}, headers=headers),
    ]
    asking = {name.encode(): value.encode() for name, value in asked.items()}
    preflight = await city.http.options("/graphql", headers=headers | asking)
    assert all(answer.status_code == 200 for answer in answers)
    assert all(answer.headers.get(SHARED) in {None, "*", origin} for answer in answers)
    read = [SHARED in answer.headers for answer in answers]
    return [*read, preflight.status_code == 200 and SHARED in preflight.headers]


@pytest.mark.parametrize("setting", CASES)
async def test_origins_mean_the_same_over_http_and_websockets(
    sqlite_city_url: str, tmp_path: Path, setting: str
) -> None:
    allowed, others = CASES[setting]
    async with in_process(sqlite_city_url, tmp_path / "media", allowed_origins=setting) as city:
        for origin in allowed:
            assert await shared_with(city, origin) == [True] * 3, origin
            assert await opens(city, origin), origin
        for origin in others:
            assert await shared_with(city, origin) == [False] * 3, origin
            assert not await opens(city, origin), origin


PAGE = "https://lapor.example.id"


@pytest.fixture
async def city(sqlite_city_url: str, tmp_path: Path) -> AsyncIterator[City]:
    """A service for the pages of one other origin."""
    async with in_process(sqlite_city_url, tmp_path / "media", allowed_origins=f"{PAGE}/") as running:
        yield running


async def test_page_may_send_the_headers_that_its_libraries_add(city: City) -> None:
    wanted = "authorization,content-type,apollographql-client-name,baggage,sentry-trace,traceparent,x-request-id"
    asked = {"origin": PAGE, "access-control-request-method": "POST", "access-control-request-headers": wanted}
    for path in ("/graphql", "/media"):
        preflight = await city.http.options(path, headers=asked)
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-headers"] == wanted
        other = await city.http.options(path, headers=asked | {"origin": "https://lain.example"})
        assert other.status_code == 400
        assert SHARED not in other.headers


async def test_every_failure_can_be_read_by_the_page(city: City) -> None:
    failing: Any = None
    requests = [
        ("POST", "/graphql", b"{", 400),
        ("POST", "/graphql", b" " * 2_000_000, 413),
        ("PUT", "/graphql", b"", 405),
        ("GET", "/nothing", b"", 404),
        ("GET", "/media/nothing", b"", 404),
        ("POST", "/media", b"", 401),
    ]
    headers = {"origin": PAGE, "content-type": "application/json"}
    for method, path, body, status in requests:
        answer = await city.http.request(method, path, content=body, headers=headers)
        assert (answer.status_code, answer.headers.get(SHARED)) == (status, PAGE), path
        assert answer.headers["access-control-expose-headers"] == EXPOSED
        assert "origin" in answer.headers["vary"].lower()
    city.service.services = failing
    transport = city.http._transport
    assert isinstance(transport, httpx.ASGITransport)
    transport.raise_app_exceptions = False
    for method, path in (("GET", "/readyz"), ("POST", "/graphql")):
        body = b'{"query":"{ cities { name } }"}'
        answer = await city.http.request(method, path, content=body, headers=headers, timeout=DEADLINE)
        assert (answer.status_code, answer.headers.get(SHARED)) == (503, PAGE), path
        assert answer.headers["access-control-expose-headers"] == EXPOSED
