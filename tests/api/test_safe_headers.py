"""Every answer over HTTP tells browsers what they must not do with it."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.safe_headers import SAFE, STRICT_TRANSPORT
from tests.city import City, in_process

pytestmark = pytest.mark.anyio

PATHS = (
    *(
        "/",
        "/api",
        "/api/explorer",
        "/meja",
        "/laporan/JK2611300001",
        "/static/api.css",
        "/schema.graphql",
        "/healthz",
        "/readyz",
        "/nowhere",
        "/media/x.jpg",
    ),
    *("/graphql?query={__typename}", "/graphql?query={", "/log/checkpoint", "/open311/v2/services.json"),
    *("/export/reports.csv", "/akun/confirm/x", "/unsubscribe"),
)


@pytest.fixture
async def city(sqlite_city_url: str, tmp_path: Path) -> AsyncIterator[City]:
    """A service on SQLite: no answer depends on the database."""
    async with in_process(sqlite_city_url, tmp_path / "media") as running:
        yield running


async def test_every_answer_has_the_safe_headers(city: City) -> None:
    for method, path in itertools.product(("GET", "POST", "OPTIONS"), PATHS):
        headers = (await city.http.request(method, path)).headers
        assert SAFE.keys() <= headers.keys()
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "strict-transport-security" not in headers


async def test_answer_over_tls_asks_for_tls_from_then_on(city: City) -> None:
    for path in ("/graphql?query={__typename}", "/nowhere"):
        answer = await city.http.get(f"https://tanggap{path}")
        assert answer.headers["strict-transport-security"] == STRICT_TRANSPORT


async def test_request_that_fails_as_a_whole_has_the_safe_headers(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(city.service, "services")
    transport = city.http._transport
    assert isinstance(transport, httpx.ASGITransport)
    transport.raise_app_exceptions = False
    answer = await city.http.get("/readyz")
    assert answer.status_code == 503
    assert SAFE.items() <= dict(answer.headers).items()
