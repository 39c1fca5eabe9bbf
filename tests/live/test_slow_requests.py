"""A client that sends half a request is cut off, and one that sends a large one slowly, but steadily, is not."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
import uvicorn

from app import server as servers
from app.asgi import Application
from app.server import PipelinedHttp
from app.settings import Settings
from tests.backends import free_port
from tests.city import SECRET
from tests.wire import DEADLINE, eventually, socket

pytestmark = pytest.mark.anyio

SECONDS = 0.4
HEAD = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
BODY = b'{"query": "{ __typename }"}'
WHOLE = HEAD % len(BODY) + BODY


@pytest.fixture
async def port(sqlite_city_url: str, tmp_path: Path) -> AsyncIterator[int]:
    """A city behind the real HTTP server, in this process, with little patience."""
    application = Application(
        Settings(database_url=sqlite_city_url, secret_key=SECRET, media_dir=tmp_path)  # type: ignore[call-arg] # the others have defaults
    )
    config = uvicorn.Config(
        application.build(),
        port=free_port(),
        http=partial(PipelinedHttp, request_seconds=SECONDS),  # type: ignore[arg-type] # it makes one
        ws="websockets-sansio",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    yield config.port
    server.should_exit = True
    await serving


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(DEADLINE):
            yield reader, writer
    finally:
        writer.close()


async def drip(writer: asyncio.StreamWriter, text: bytes) -> None:
    """Send byte by byte, until the server has gone."""
    for byte in text:
        if writer.transport.is_closing():
            return
        writer.write(bytes([byte]))
        await asyncio.sleep(SECONDS / 8)


HALVES = {
    "nothing": (b"", b"", ()),
    "half a head": (b"GET /healthz HT", b"", (408,)),
    "drops of a head": (b"", b"GET /healthz HTTP/1.1\r\nHost: " + b"x" * 1_000, (408,)),
    "half a body": (HEAD % 500 + b"{", b"", (408,)),
    "drops of a body": (HEAD % 500, b" " * 500, (408,)),
    "half of a second request": (WHOLE + b"GET /", b"", (200, 408)),
    "more than is read": (HEAD % 2**30, b" " * 500, (413,)),
}
"""Parts of requests: what is sent at once, what is sent byte by byte, and the status of each answer."""


async def test_half_a_request_ends_its_connection(port: int) -> None:
    async def outcome(sent: bytes, dripped: bytes) -> tuple[tuple[int, ...], float]:
        began, received = asyncio.get_running_loop().time(), b""
        async with connected(port) as (reader, writer):
            writer.write(sent)
            dripping = asyncio.create_task(drip(writer, dripped))
            with suppress(ConnectionResetError):  # the drops that came after the end
                while part := await reader.read(65536):
                    received += part
            await dripping
        statuses = tuple(int(status) for status in re.findall(rb"HTTP/1.1 (\d+)", received))
        return statuses, asyncio.get_running_loop().time() - began

    found = await asyncio.gather(*(outcome(sent, dripped) for sent, dripped, _ in HALVES.values()))
    for (name, half), (statuses, seconds) in zip(HALVES.items(), found, strict=True):
        assert statuses == half[2], name
        assert seconds >= SECONDS * 0.9, name


async def test_slow_but_steady_body_is_read_to_its_end(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "SLOWEST_BODY", 100)
    body = BODY + b" " * 400
    async with connected(port) as (reader, writer):
        writer.write(HEAD % len(body))
        for start in range(0, len(body), 40):  # in 1.1 s
            writer.write(body[start : start + 40])
            await asyncio.sleep(SECONDS / 4)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")


async def test_connections_between_requests_and_sockets_stay(port: int) -> None:
    async with connected(port) as (reader, writer), socket(f"http://127.0.0.1:{port}") as client:
        for _ in range(2):
            writer.write(WHOLE)
            assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
            await reader.readuntil(b'"Query"}}')
            await asyncio.sleep(SECONDS * 1.5)
        await client.wait_until_read()
