"""Invalid frames and messages get the close codes that graphql-transport-ws prescribes."""

import asyncio
import json

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.city import Deployment
from tests.wire import DEADLINE

pytestmark = pytest.mark.anyio

INIT = '{"type":"connection_init"}'
INVALID_FRAMES: list[str | bytes] = [
    "[1]",
    "null",
    '"x"',
    "5",
    "{}",
    "[" * 5000,
    "{" * 5000,
    "no json",
    "\x00",
    "",
    b"\x00\xff",
    '{"type":null}',
    '{"type":{"a":1}}',
    '{"type":"start","id":"1"}',
    '{"type":"ping","payload":5}',
    '{"type":"connection_init","payload":[]}',
    '{"type":"subscribe"}',
    '{"type":"subscribe","id":1,"payload":{"query":"{ __typename }"}}',
    '{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}',
    '{"type":"subscribe","id":"%s","payload":{"query":"{ __typename }"}}' % ("é" * 200),
    '{"type":"subscribe","id":"1","payload":null}',
    '{"type":"subscribe","id":"1","payload":{"query":null}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{ __typename }","variables":[]}}',
    '{"type":"subscribe","id":"1","payload":{"query":"{ __typename }","operationName":{}}}',
    '{"type":"complete","id":null}',
]


def dial(server: Deployment) -> connect:
    address = server.servers[0].url.replace("http://", "ws://") + "/graphql"
    return connect(address, subprotocols=[Subprotocol("graphql-transport-ws")])


async def answer(connection: ClientConnection) -> dict[str, object]:
    async with asyncio.timeout(DEADLINE):
        message: dict[str, object] = json.loads(await connection.recv())
        return message


async def close_code(connection: ClientConnection) -> int:
    """Return the close code. Fails if the server sends a message first."""
    async with asyncio.timeout(DEADLINE):
        with pytest.raises(ConnectionClosed) as closed:
            await connection.recv()
    assert closed.value.rcvd is not None, "the connection was dropped without a close frame"
    return closed.value.rcvd.code


async def test_invalid_message_closes_the_connection_with_4400(server: Deployment) -> None:
    for frame in INVALID_FRAMES:
        async with dial(server) as connection:
            await connection.send(INIT)
            assert (await answer(connection))["type"] == "connection_ack"
            await connection.send(frame)
            assert await close_code(connection) == 4400, frame
    assert (await server.clients[0].get("/readyz")).status_code == 200


async def test_protocol_violations_have_their_own_close_codes(server: Deployment) -> None:
    subscribe = '{"type":"subscribe","id":"1","payload":{"query":"subscription { leaderboardChanged { cursor } }"}}'
    async with dial(server) as connection:
        await connection.send(subscribe)
        assert await close_code(connection) == 4401
    async with dial(server) as connection:
        await connection.send('{"type":"connection_init","payload":null}')
        assert (await answer(connection))["type"] == "connection_ack"
        await connection.send(INIT)
        assert await close_code(connection) == 4429
    async with dial(server) as connection:
        await connection.send(INIT)
        assert (await answer(connection))["type"] == "connection_ack"
        await connection.send(subscribe)
        assert (await answer(connection))["type"] == "next"
        await connection.send(subscribe)
        assert await close_code(connection) == 4409


async def test_ping_gets_pong_and_ids_are_reusable_after_completion(server: Deployment) -> None:
    async with dial(server) as connection:
        await connection.send(INIT)
        assert (await answer(connection))["type"] == "connection_ack"
        await connection.send('{"type":"ping","payload":{"a":1}}')
        assert (await answer(connection))["type"] == "pong"
        for _ in range(3):
            await connection.send('{"type":"subscribe","id":"1","payload":{"query":"{ cities { code } }"}}')
            assert (await answer(connection))["type"] == "next"
            assert (await answer(connection))["type"] == "complete"


async def test_legacy_and_missing_subprotocol_are_refused(server: Deployment) -> None:
    address = server.servers[0].url.replace("http://", "ws://") + "/graphql"
    for protocols in ([Subprotocol("graphql-ws")], None):
        async with connect(address, subprotocols=protocols) as connection:
            assert await close_code(connection) == 4406


async def test_message_over_64_kib_closes_the_connection_with_1009(server: Deployment) -> None:
    async with dial(server) as connection:
        await connection.send("x" * (64 * 1024 + 1))
        assert await close_code(connection) == 1009
