"""The server: options of its connections, and its graceful stop."""

import asyncio
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from app.server import (
    DRAIN_SECONDS,
    GRACE_SECONDS,
    SEND_BUFFER,
    STOP_TIMEOUT,
    TCP_USER_TIMEOUT,
    DrainingServer,
    Worker,
    listening_socket,
)
from tests.wire import DEADLINE

pytestmark = pytest.mark.anyio


class DrainedApplication:
    """An application whose drain lasts until it is allowed to end."""

    def __init__(self) -> None:
        self.draining, self.allowed = asyncio.Event(), asyncio.Event()

    async def drain(self, seconds: float) -> None:
        assert seconds == DRAIN_SECONDS
        self.draining.set()
        await self.allowed.wait()

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[dict[str, Any]]:
        yield {"drain": self.drain}


async def hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("halo")


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The alarms that were set. None goes off."""
    alarms: list[int] = []
    monkeypatch.setattr(signal, "alarm", alarms.append)
    return alarms


async def test_stopping_server_refuses_connections_and_closes_open_ones(
    alarms: list[int],
) -> None:
    drained = DrainedApplication()
    app = Starlette(routes=[Route("/", hello)], lifespan=drained.lifespan)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None)
    listening = listening_socket(config)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    server = DrainingServer(config)
    async with asyncio.timeout(DEADLINE), httpx.AsyncClient() as known, httpx.AsyncClient() as stranger:
        serving = asyncio.create_task(server.serve([listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        assert "connection" not in (await known.get(url)).headers
        (connection,) = server.server_state.connections
        inherited = connection.transport.get_extra_info("socket")
        assert inherited.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == TCP_USER_TIMEOUT
        assert inherited.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == 2 * SEND_BUFFER  # Linux doubles it

        server.should_exit = True
        await drained.draining.wait()
        with pytest.raises(httpx.ConnectError):
            await stranger.get(url)
        assert (await known.get(url)).headers["connection"] == "close"
        assert not serving.done()
        drained.allowed.set()
        await serving
    assert alarms == [STOP_TIMEOUT]


def test_server_stops_within_15_seconds_and_is_killed_only_after_that() -> None:
    assert DRAIN_SECONDS + GRACE_SECONDS < STOP_TIMEOUT < 15


def test_death_of_a_worker_ends_the_wait_for_its_answer() -> None:
    worker = Worker(uvicorn.Config("app.asgi:create_app", factory=True, log_config=None), [])
    worker.start()
    worker.process.kill()
    begun = time.monotonic()
    assert not worker.ping(timeout=DEADLINE)
    assert time.monotonic() - begun < DEADLINE / 2
    worker.join()
    worker.parent_conn.close()
