"""Pages of other origins can read the errors of the proxy itself, and event streams pass through it."""

import asyncio
import shutil
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from tests.city import Deployment
from tests.nginx import proxied
from tests.wire import DEADLINE, Caller, event_source

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx"),
]

PAGE = {"origin": "https://lapor.example.id"}


async def test_page_can_read_the_errors_of_the_proxy(server: Deployment, tmp_path: Path) -> None:
    async with (
        proxied(server.servers * 2, tmp_path) as url,
        httpx.AsyncClient(base_url=url, timeout=DEADLINE, headers=PAGE) as http,
    ):
        too_large = await http.post("/media", files={"file": ("foto.jpg", b"x" * 12_000_000, "image/jpeg")})
        assert (too_large.status_code, too_large.json()["errors"][0]["code"]) == (413, "INVALID")
        server.servers[0].kill()
        stopped = await http.post("/graphql", json={"query": "{ cities { name } }"})
        assert (stopped.status_code, stopped.json()["errors"][0]["extensions"]["code"]) == (503, "INTERNAL")
        assert stopped.headers["retry-after"] == "2"
        for answer in (too_large, stopped):
            assert answer.headers["access-control-allow-origin"] == "*"
            assert answer.headers["content-type"] == "application/json"


async def test_network_with_too_many_connections_is_refused_alone(server: Deployment, tmp_path: Path) -> None:
    feed, allowed = "subscription { reportFeed { cursor } }", 3

    def of(address: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=url, timeout=DEADLINE, headers=PAGE | {"x-forwarded-for": address})

    async with proxied(server.servers * 2, tmp_path, connections=allowed) as url, AsyncExitStack() as stack:
        crowd, same, neighbour = [
            await stack.enter_async_context(of(f"2001:db8:1:{host}")) for host in ("2::9", "2:3:4:5:6", "3::9")
        ]
        streams = [await stack.enter_async_context(event_source(crowd, feed)) for _ in range(allowed)]
        await asyncio.gather(*(stream.begun() for stream in streams))
        for http in (crowd, same):
            refused = await http.post("/graphql", json={"query": "{ __typename }"})
            assert (refused.status_code, refused.headers.get("retry-after")) == (429, "10")
            assert refused.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 10}
            assert refused.headers["access-control-allow-origin"] == "*"
        async with event_source(crowd, feed) as nothing:
            assert await nothing.event() is None, "an `EventSource` tries again"
        assert (await neighbour.get("/healthz")).status_code == 200
        assert (await neighbour.get("/metrics")).status_code == 404


async def test_stream_passes_the_proxy_at_once_and_survives_a_standstill(server: Deployment, tmp_path: Path) -> None:
    feed = "subscription { reportFeed { cursor version } }"
    citizen = Caller(server.clients[0])
    await citizen.sign_up("warga@contoh.id")
    async with (
        proxied(server.servers * 2, tmp_path) as url,
        httpx.AsyncClient(base_url=url, timeout=DEADLINE, headers=PAGE | {"accept-encoding": "gzip"}) as http,
    ):
        async with event_source(http, feed) as stream:
            await stream.begun()
            report = await citizen.report()
            for version in range(1, 4):
                assert (await stream.next())["version"] == version
                await citizen.act("updateReport", report["id"], title=str(version))
            assert "content-encoding" not in stream.answer.headers
        server.servers[0].kill()
        async with event_source(http, feed, received=stream.received) as nothing:
            assert await nothing.event() is None  # an `EventSource` tries again after this, but not after an error
            assert nothing.answer.status_code == 200
            assert nothing.answer.headers["content-type"] == "text/event-stream"
            assert nothing.answer.headers["access-control-allow-origin"] == "*"
        await server.servers[0].start()
        event = None
        async with asyncio.timeout(DEADLINE):
            while event is None:  # the proxy avoids a server for a second after it refused
                async with event_source(http, feed, received=stream.received) as back:
                    event = await back.event()
        assert '"version":4' in event.data
