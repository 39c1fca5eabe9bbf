"""A client that stops reading is closed and resumes later. It costs little memory and delays no other client."""

import asyncio
import json
import socket as sockets
from contextlib import suppress
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from models.database import database, fetch
from models.log import LogEvent, Topic
from tests.city import Deployment
from tests.wire import DEADLINE, Caller, socket

pytestmark = pytest.mark.anyio

PADDING = " ".join(f"c{number}: cursor" for number in range(50))
FEED = f"subscription($after: String) {{ reportFeed(after: $after) {{ version cursor {PADDING} }} }}"
EVENTS = 2_000
"""Events of 3 KB each: more than the kernel and the server buffer for one connection."""


async def append(server: Deployment, count: int) -> None:
    """Append events of the only report, like a process that sends no notification."""
    async with database(server.database_url):
        (known,) = await LogEvent.filter(topic=Topic.REPORT).order_by("-position").limit(1).values()
        head = known["position"]
        rows = [LogEvent(**{**known, "position": head + extra, "version": 1 + extra}) for extra in range(1, count + 1)]
        await LogEvent.bulk_create(rows, batch_size=1000)
        await fetch("UPDATE log_head SET position = $1", head + count)


async def everything(stuck: ClientConnection) -> list[dict[str, Any]]:
    """Read until the server closes the connection, and return the events."""
    events: list[dict[str, Any]] = []
    with suppress(ConnectionClosed):
        async with asyncio.timeout(DEADLINE):
            async for text in stuck:
                message = json.loads(text)
                if message["type"] == "next":
                    events.append(message["payload"]["data"]["reportFeed"])
    return events


async def test_slow_client_is_closed_alone_and_resumes_from_its_cursor(server: Deployment) -> None:
    citizen = Caller(server.clients[0])
    await citizen.sign_up("warga@contoh.id")
    await citizen.report()
    address = ("127.0.0.1", server.servers[0].port)
    small = sockets.socket()
    small.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    small.setblocking(False)  # as the event loop requires
    await asyncio.get_running_loop().sock_connect(small, address)
    protocol = [Subprotocol("graphql-transport-ws")]
    async with (
        socket(server.servers[0].url) as wall,
        connect(f"ws://127.0.0.1:{address[1]}/graphql", sock=small, subprotocols=protocol, max_queue=1) as stuck,
    ):
        watching = await wall.subscribe(FEED)
        await stuck.send('{"type":"connection_init"}')
        await stuck.recv()
        query = {"id": "1", "type": "subscribe", "payload": {"query": FEED}}
        await stuck.send(json.dumps(query))
        await wall.wait_until_read()
        await append(server, EVENTS)
        seen = await watching.take(EVENTS)
        assert [event["version"] for event in seen] == list(range(2, EVENTS + 2))
        received = await everything(stuck)
    assert stuck.close_code == 1013
    versions = [event["version"] for event in received]
    assert versions == list(range(2, len(versions) + 2))
    assert len(versions) < EVENTS
    async with socket(server.servers[0].url) as back:
        resumed = await back.subscribe(FEED, after=received[-1]["cursor"])
        rest = await resumed.take(EVENTS - len(versions))
    assert versions + [event["version"] for event in rest] == list(range(2, EVENTS + 2))
