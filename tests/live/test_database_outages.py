"""A database outage: clients get an error, no process ends, and everything resumes afterwards."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest
from starlette.types import Message
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from models.database import POSTGRES_SETTINGS, database, migrate, pending_migrations
from tests.backends import PostgresServer
from tests.city import City, Deployment, deployed
from tests.wire import DEADLINE, EVENT, Caller, RequestFailedError, socket

pytestmark = pytest.mark.anyio

FOLLOW = f"subscription($id: ID!) {{ reportChanged(id: $id) {{ {EVENT} }} }}"


async def ready(http: httpx.AsyncClient, status: int) -> None:
    """Wait until /readyz answers with a status."""
    async with asyncio.timeout(DEADLINE):
        while (await http.get("/readyz")).status_code != status:
            await asyncio.sleep(0.1)


async def refused_with(server: Deployment, token: str | None) -> int:
    """Return the close code of a connection that signs in."""
    address = server.servers[0].url.replace("http://", "ws://") + "/graphql"
    async with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")]) as connection:
        await connection.send(json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}))
        with pytest.raises(ConnectionClosed) as closed:
            await connection.recv()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


async def test_migration_may_compute_for_long_between_statements(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(POSTGRES_SETTINGS, "idle_in_transaction_session_timeout", "1")
    await migrate(postgres_url)
    async with database(postgres_url):
        assert await pending_migrations() == []


async def test_subscriber_survives_a_database_outage_without_loss(
    postgres_server: PostgresServer, postgres_city_url: str, tmp_path: Path
) -> None:
    async with deployed(postgres_city_url, postgres_city_url, tmp_path / "media", 1) as server:
        citizen = Caller(server.clients[0], language="en")
        await citizen.sign_up("warga@contoh.id")
        report = await citizen.report()
        async with socket(server.servers[0].url, citizen.token) as phone:
            following = await phone.subscribe(FOLLOW, id=report["id"])
            await citizen.act("updateReport", report["id"], title="Pertama")
            assert (await following.next())["version"] == 2

            postgres_server.stop()
            with pytest.raises(RequestFailedError) as failed:
                await citizen.act("updateReport", report["id"], title="Kedua")
            assert failed.value.code == "INTERNAL"
            assert "reference" in failed.value.errors[0]["message"]
            assert await refused_with(server, citizen.token) == 1013
            await ready(server.clients[0], 503)
            assert (await server.clients[0].get("/healthz")).status_code == 200

            postgres_server.start()
            await ready(server.clients[0], 200)
            payload = await citizen.act("updateReport", report["id"], title="Ketiga")
            assert payload["errors"] == []
            assert (await following.next())["version"] == 3


async def test_connection_is_closed_with_1013_when_auth_is_unavailable(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen = await city.citizen()
    sent: list[Message] = []
    came = iter([{"type": "websocket.connect"}])

    async def receive() -> Message:
        return next(came)

    async def send(message: Message) -> None:
        sent.append(message)

    async def away(*_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("app.auth.person_of", away)
    headers = [(b"authorization", f"Bearer {citizen.token}".encode())]
    scope = {
        "type": "websocket", "path": "/graphql", "headers": headers, "subprotocols": ["graphql-transport-ws"],
    }  # fmt: skip
    await city.service._endpoint(scope, receive, send)
    assert [(message["type"], message.get("code")) for message in sent] == [
        ("websocket.accept", None),
        ("websocket.close", 1013),
    ]
