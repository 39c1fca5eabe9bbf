"""The server around the application: what its connections inherit, and how it stops."""

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

from app.server import END_WITHIN, GRACE, LEAVE, SEND_BUFFER, STUCK_AFTER, Server, Worker, listening_socket
from tests.wire import DEADLINE

pytestmark = pytest.mark.anyio


class Leaving:
    """An application that leaves when it is allowed to."""

    def __init__(self) -> None:
        self.asked, self.allowed = asyncio.Event(), asyncio.Event()

    async def leave(self, seconds: float) -> None:
        assert seconds == LEAVE
        self.asked.set()
        await self.allowed.wait()

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[dict[str, Any]]:
        yield {"leave": self.leave}


async def hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("halo")


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The alarms that are set, without their end."""
    rung: list[int] = []
    monkeypatch.setattr(signal, "alarm", rung.append)
    return rung


async def test_a_server_that_stops_takes_no_connections_closes_those_it_has_after_an_answer_and_then_ends(
    alarms: list[int],
) -> None:
    leaving = Leaving()
    app = Starlette(routes=[Route("/", hello)], lifespan=leaving.lifespan)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None)
    listening = listening_socket(config)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    server = Server(config)
    async with asyncio.timeout(DEADLINE), httpx.AsyncClient() as known, httpx.AsyncClient() as stranger:
        serving = asyncio.create_task(server.serve([listening]))
        while not server.started:  # noqa: ASYNC110 # uvicorn tells by this flag alone
            await asyncio.sleep(0.01)
        assert "connection" not in (await known.get(url)).headers
        (connection,) = server.server_state.connections
        inherited = connection.transport.get_extra_info("socket")
        assert inherited.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == STUCK_AFTER
        assert inherited.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == 2 * SEND_BUFFER  # Linux doubles it

        server.should_exit = True
        await leaving.asked.wait()
        with pytest.raises(httpx.ConnectError):
            await stranger.get(url)
        assert (await known.get(url)).headers["connection"] == "close"
        assert not serving.done()
        leaving.allowed.set()
        await serving
    assert alarms == [END_WITHIN]


def test_a_server_ends_in_under_15_seconds_and_only_then_by_force() -> None:
    assert LEAVE + GRACE < END_WITHIN < 15


def test_the_death_of_a_worker_ends_the_wait_for_its_answer() -> None:
    worker = Worker(uvicorn.Config("app.asgi:create_app", factory=True, log_config=None), [])
    worker.start()
    worker.process.kill()
    begun = time.monotonic()
    assert not worker.ping(timeout=DEADLINE)
    assert time.monotonic() - begun < DEADLINE / 2
    worker.join()
    worker.parent_conn.close()
