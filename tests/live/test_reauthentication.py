"""Roles and sessions change during a connection: its subscriptions change with them, and no event is lost."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message

from actions.accounts import revoke_role
from actions.transaction import Transactions
from models.database import database
from queries.people import person_of
from rules.access import Person, Role
from subscriptions.transport import operations
from tests.city import City, Deployment, deployed
from tests.wire import DEADLINE, GAMBIR, Caller, RequestFailedError, Stream, eventually, socket

pytestmark = pytest.mark.anyio

FOLLOW = """
subscription($id: ID!, $after: String!) {
  reportChanged(id: $id, after: $after) { version report { permissions { canChangeStatus } } }
}
"""
PUBLIC = "subscription($id: ID!, $after: String!) { reportChanged(id: $id, after: $after) { version } }"

TALK = "subscription($after: String!) { reportFeed(after: $after) { comment { body } } }"


async def dismiss(deployment: Deployment, officer: Caller) -> None:
    """Revoke the officer's role from a process that sends no notification, like the command line."""
    async with database(deployment.database_url):
        await Transactions().run(revoke_role, email=officer.email or "", role=Role.OFFICER, unit=GAMBIR)


OFFICERS = """
subscription($kind: BoardKind!) {
  leaderboardChanged(kind: $kind) { snapshot standings { points subject { ... on Officer { name } } } }
}
"""


async def change_of(stream: Stream) -> list[dict[str, Any]]:
    """Return the rows of the next change. A role granted without a notification may cause a snapshot first."""
    while (update := await stream.next())["snapshot"]:
        pass
    rows: list[dict[str, Any]] = update["standings"]
    return rows


async def test_officer_board_is_for_staff_and_ends_with_the_role(server: Deployment) -> None:
    officer, colleague = [await server.official(GAMBIR, 0, name) for name in ("petugas", "rekan")]
    citizen = Caller(server.clients[0])
    await citizen.sign_up("warga@contoh.id")
    url = server.servers[0].url
    async with (
        socket(url, officer.token) as desk,
        socket(url, colleague.token) as other,
        socket(url, citizen.token) as phone,
        socket(url) as wall,
    ):
        mine, theirs = [await one.subscribe(OFFICERS, kind="OFFICER") for one in (desk, other)]
        for outsider in (phone, wall):
            with pytest.raises(RequestFailedError) as refused:
                await (await outsider.subscribe(OFFICERS, kind="OFFICER")).next()
            assert refused.value.code == "FORBIDDEN"
        for stream in (mine, theirs):
            assert (await stream.next())["snapshot"]
        await officer.move((await citizen.report())["id"], "IN_PROGRESS")
        for stream in (mine, theirs):
            assert (await change_of(stream))[0]["points"] > 0
        await dismiss(server, officer)
        with pytest.raises(RequestFailedError) as ended:
            await mine.next()
        assert ended.value.code == "FORBIDDEN"
        await colleague.move((await citizen.report())["id"], "IN_PROGRESS")
        assert await change_of(theirs)


async def allowed(stream: Stream) -> tuple[int, bool]:
    event = await stream.next()
    return event["version"], event["report"]["permissions"]["canChangeStatus"]


async def test_revoked_role_applies_from_the_next_event_and_none_is_lost(deployment: Deployment) -> None:
    officer, citizen = await deployment.official(GAMBIR, 0), Caller(deployment.clients[0])
    await citizen.sign_up("warga@contoh.id")
    report = await citizen.report()
    async with (
        socket(deployment.servers[-1].url, officer.token) as desk,
        socket(deployment.servers[-1].url, citizen.token) as phone,
    ):
        known = {"id": report["id"], "after": report["cursor"]}
        at_the_desk, on_the_phone = [await one.subscribe(FOLLOW, **known) for one in (desk, phone)]
        public = await desk.subscribe(PUBLIC, **known)
        await citizen.act("updateReport", report["id"], title="Satu")
        assert await allowed(at_the_desk) == (2, True)
        await dismiss(deployment, officer)
        for version in range(3, 13):
            await citizen.act("updateReport", report["id"], title=f"Judul {version}")
        assert [await allowed(at_the_desk) for _ in range(10)] == [(version, False) for version in range(3, 13)]
        assert [await allowed(on_the_phone) for _ in range(11)] == [(version, False) for version in range(2, 13)]
        assert [(await public.next())["version"] for _ in range(11)] == list(range(2, 13))


async def test_notes_end_with_the_role_and_comments_go_on(server: Deployment) -> None:
    officer, colleague = [await server.official(GAMBIR, 0, name) for name in ("petugas", "rekan")]
    citizen = Caller(server.clients[0])
    await citizen.sign_up("warga@contoh.id")
    report = await citizen.report()

    async def talk(note: str, comment: str) -> None:
        assert (await colleague.comment(report["id"], note, internal=True))["errors"] == []
        assert (await colleague.comment(report["id"], comment))["errors"] == []

    async with socket(server.servers[0].url, officer.token) as desk:
        stream = await desk.subscribe(TALK, after=report["cursor"])

        async def heard(count: int) -> list[str]:
            return [event["comment"]["body"] for event in await stream.take(count)]

        await talk("Catatan 1", "Komentar 1")
        assert await heard(2) == ["Catatan 1", "Komentar 1"]
        await dismiss(server, officer)
        for number in range(5):
            await talk("Rahasia", f"Komentar {number}")
        assert await heard(5) == [f"Komentar {number}" for number in range(5)]


async def test_ended_session_closes_its_connections_on_every_process(
    postgres_city_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with deployed(postgres_city_url, redis_url, tmp_path / "media", 2) as deployment:
        citizen = Caller(deployment.clients[0])
        await citizen.sign_up("warga@contoh.id")
        async with socket(deployment.servers[1].url, citizen.token) as phone:
            await citizen.ask("mutation { signOut { errors { code } } }")
            async with asyncio.timeout(DEADLINE):
                await phone.connection.wait_closed()
            assert phone.connection.close_code == 4403


class Client:
    """A client without a network. `talk` opens a connection, sends messages and runs steps in between."""

    def __init__(self, city: City, caller: Caller) -> None:
        self._city = city
        self._token = caller.headers["Authorization"]
        self.acknowledged = False
        self.texts: list[str] = []
        self.closed: int | None = None

    @property
    def init(self) -> dict[str, Any]:
        return {"type": "connection_init", "payload": {"authorization": self._token}}

    async def talk(
        self, *steps: dict[str, Any] | Callable[[], Awaitable[object]], by_header: bool = False, header: str = ""
    ) -> None:
        coming = iter(steps)
        first: list[Message] = [{"type": "websocket.connect"}]

        async def receive() -> Message:
            if first:
                return first.pop()
            for step in coming:
                if isinstance(step, dict):
                    return {"type": "websocket.receive", "text": json.dumps(step)}
                await step()
            return {"type": "websocket.disconnect", "code": 1000}

        async def send(message: Message) -> None:
            self.acknowledged = self.acknowledged or "connection_ack" in message.get("text", "")
            if '"next"' in message.get("text", ""):
                self.texts.append(message["text"])
            if message["type"] == "websocket.close":
                self.closed = message["code"]

        header = self._token if by_header else header
        headers = [(b"authorization", header.encode())] if header else []
        scope = {
            "type": "websocket", "path": "/graphql", "headers": headers, "query_string": b"",
            "subprotocols": ["graphql-transport-ws"],
        }  # fmt: skip
        async with asyncio.timeout(DEADLINE):
            await self._city.service._endpoint(scope, receive, send)

    async def until_closed(self) -> None:
        await eventually(lambda: self.closed is not None)


def subscribe(operation: str, query: str, **variables: Any) -> dict[str, Any]:
    return {"id": operation, "type": "subscribe", "payload": {"query": query, "variables": variables}}


RENAME = """
mutation($id: ID!, $title: String!) { updateReport(id: $id, input: {title: $title}) { errors { code } } }
"""


async def test_requests_during_and_after_the_end_of_a_session_are_dropped(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    client, requested, answer = Client(city, citizen), asyncio.Event(), asyncio.Event()

    async def slowly(*given: Any) -> Person | None:
        requested.set()
        await answer.wait()
        return await person_of(*given)

    async def sign_out() -> None:
        monkeypatch.setattr(operations, "person_of", slowly)
        await citizen.ask("mutation { signOut { errors { code } } }")
        await requested.wait()

    async def let_answer() -> None:
        await asyncio.sleep(0)  # the operation waits for the reauthentication
        answer.set()
        await client.until_closed()

    await client.talk(
        client.init,
        sign_out,
        subscribe("1", RENAME, id=report["id"], title="Bersamaan"),
        let_answer,
        subscribe("2", RENAME, id=report["id"], title="Sesudahnya"),
    )
    await city.transactions.drain()
    found = await city.anyone().ask("query($id: ID!) { node(id: $id) { ... on Report { title } } }", id=report["id"])
    assert client.acknowledged
    assert client.closed == 4403
    assert found["node"]["title"] == report["title"]


async def test_session_ended_between_handshake_and_init_closes_with_4403(city: City) -> None:
    citizen = await city.citizen()
    client = Client(city, citizen)

    async def sign_out() -> None:
        before = city.services.connections.access_position
        await citizen.ask("mutation { signOut { errors { code } } }")
        await eventually(lambda: city.services.connections.access_position > before)

    await client.talk(sign_out, {"type": "connection_init"}, client.until_closed, by_header=True)
    assert client.closed == 4403


async def test_message_read_after_the_server_closed_does_no_harm(city: City) -> None:
    citizen = await city.citizen()
    client = Client(city, citizen)
    await client.talk(client.init, lambda: city.services.connections.drain(0), client.until_closed, {"type": "none"})
    assert client.closed == 1012


VIEWER = "{ viewer { email } }"


async def greeted(city: City, caller: Caller, payload: object, header: str = "") -> str | int | None:
    """Return who a socket with this payload of `connection_init` is: an address or None; or its close code."""
    client = Client(city, caller)

    async def until_answered() -> None:
        await eventually(lambda: bool(client.texts) or client.closed is not None)

    init = {"type": "connection_init", "payload": payload}
    await client.talk(init, subscribe("1", VIEWER), until_answered, header=header)
    if client.closed is not None:
        return client.closed
    viewer = json.loads(client.texts[0])["payload"]["data"]["viewer"]
    return viewer and str(viewer["email"])


async def test_token_is_read_however_clients_spell_its_key(city: City) -> None:
    citizen = await city.citizen()
    token = citizen.token or ""
    whole = f"Bearer {token}"
    for payload in (
        {"authorization": whole},
        {"Authorization": whole},
        {"AUTHORIZATION": f"bearer {token}"},
        {"headers": {"Authorization": whole}},
        {"Headers": {"authorization": whole}},
        {"authToken": token},
        {"authToken": whole},
        {"authorization": whole, "headers": {"Authorization": whole}, "authToken": token},
        {"authorization": None, "headers": {"Authorization": whole}},
        {"Authorization": whole, "headers": "x", "other": [1]},
    ):
        assert await greeted(city, citizen, payload) == citizen.email, payload
        assert await greeted(city, citizen, payload, header="Bearer x") == citizen.email, payload


async def test_socket_without_a_token_is_a_visitor(city: City) -> None:
    visitor = await city.citizen()
    empty: tuple[object, ...] = (
        None,
        {},
        {"authorization": None},
        {"Authorization": ""},
        {"headers": {}},
        {"headers": None},
        {"headers": 1},
    )
    for payload in empty:
        assert await greeted(city, visitor, payload) is None, payload
        assert await greeted(city, visitor, payload, header="Basic eDp5") is None, payload


async def test_nonsense_instead_of_a_token_closes_with_4403(city: City) -> None:
    citizen = await city.citizen()
    token = citizen.token or ""
    wrong: list[object] = [
        "Bearer", "Bearer ", "Bearer x", "Bearer null", f"Basic {token}", token, " ", "x" * 10_000, "\0", "Bearer é",
        1, 0, True, False, [], [f"Bearer {token}"], {}, {"token": token},
    ]  # fmt: skip
    for nonsense in wrong:
        for name in ("authorization", "Authorization"):
            assert await greeted(city, citizen, {name: nonsense}) == 4403, nonsense
            assert await greeted(city, citizen, {"headers": {name: nonsense}}) == 4403, nonsense
    other = await city.citizen("lain")
    both = {"authorization": f"Bearer {token}", "Authorization": f"Bearer {other.token}"}
    assert await greeted(city, citizen, both) == 4403
    for payload in (None, {}, {"authorization": ""}):
        assert await greeted(city, citizen, payload, header="Bearer x") == 4403
