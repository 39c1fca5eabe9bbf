"""An event stream lives and ends as a socket does: with its session, its client and its server, and shares its work."""

import asyncio
import json
import signal
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import uvicorn
from starlette.types import Message

from actions.accounts import revoke_role
from actions.transaction import Transactions
from app.asgi import Application
from app.event_streams import EventStreams
from app.server import PipelinedHttp
from app.settings import Settings
from execution.plans import DocumentPlans
from models.database import database
from rules.access import Role
from subscriptions.transport import connections, operations, outbox, sse
from tests.backends import free_port
from tests.city import SECRET, City, Deployment, deployed, in_process
from tests.live.test_slow_clients import EVENTS, append
from tests.live.test_slow_clients import FEED as PADDED
from tests.wire import DEADLINE, GAMBIR, Caller, SentEvent, event_source, eventually, sent_events, socket

pytestmark = pytest.mark.anyio

FEED = "subscription($after: String) { reportFeed(after: $after) { cursor version } }"
ALLOWED = """
subscription($after: String) { reportFeed(after: $after) { version report { permissions { canChangeStatus } } } }
"""
PAGE = "https://lapor.example.id"


class Reader:
    """A client without a network. `events` are those that it has received; it reads while `reading` is set."""

    def __init__(self, city: City, document: str, *, headers: dict[str, str] | None = None, **variables: Any) -> None:
        self.events: list[SentEvent] = []
        self.text = ""
        self.has_ended = False
        self.reading = asyncio.Event()
        self.reading.set()
        self._gone = asyncio.Event()
        query = urlencode({"query": document, "variables": json.dumps(variables)}).encode()
        sent = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
        self._scope = {"type": "http", "method": "GET", "path": "/graphql", "headers": sent, "query_string": query}
        self._streams = EventStreams(city.service._endpoint, city.service.schema, lambda: city.services)
        self.task = asyncio.create_task(self._streams.serve(self._scope, self._receive, self._send))

    async def _receive(self) -> Message:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if self.has_ended:
            raise RuntimeError("sent after the end")
        await self.reading.wait()
        if message["type"] == "http.response.body":
            self.text += message["body"].decode()
            self.has_ended = not message["more_body"]
        if self.has_ended:
            self._gone.set()

    async def leave(self) -> None:
        """Close the connection, and wait until the server has noticed."""
        self._gone.set()
        await self.task

    async def seen(self) -> list[SentEvent]:
        """Return the events so far."""

        async def whole() -> Any:
            yield self.text.encode()

        return [event async for event in sent_events(whole()) if event.kind != "message"]

    async def until(self, count: int) -> list[dict[str, Any]]:
        """Wait for `count` items and return their payloads."""
        await eventually(lambda: self.text.count("event: next") >= count)
        return [json.loads(event.data) for event in await self.seen() if event.kind == "next"]


async def test_streams_and_sockets_share_one_execution(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    citizen, execute = await city.citizen(), DocumentPlans.execute
    executions: list[None] = []

    async def count(*arguments: Any) -> Any:
        executions.append(None)
        return await execute(*arguments)

    readers = [Reader(city, FEED) for _ in range(20)]
    await eventually(lambda: all("id: " in one.text for one in readers))
    assert len(city.service._endpoint.shared_subscriptions._by_key) == 1
    monkeypatch.setattr(DocumentPlans, "execute", count)
    await citizen.report()
    items = [await one.until(1) for one in readers]
    assert all(item == items[0] for item in items)
    assert len(executions) == 1
    for one in readers:
        await one.leave()
    assert city.service._endpoint.shared_subscriptions._by_key == {}


async def test_client_that_goes_away_at_any_moment_leaves_nothing_behind(city: City) -> None:
    registry = city.services.connections
    documents = (
        FEED,
        "{ cities { code } }",
        "subscription { leaderboardChanged { cursor } }",
        "{",
        "subscription { x }",
    )
    for document in documents:
        for turns in range(12):
            reader = Reader(city, document)
            for _ in range(turns):
                await asyncio.sleep(0)
            await reader.leave()
    assert city.service._endpoint.shared_subscriptions._by_key == {}
    assert len(registry._pinged) == 0


async def test_silent_stream_gets_comments(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SWEEP_SECONDS", 0.02)
    monkeypatch.setattr(sse.SseHandler, "ping_after", 0.1)
    monkeypatch.setattr(connections, "PONG_TIMEOUT", 0.1)
    reader = Reader(city, FEED)
    await eventually(lambda: reader.text.count("\n:\n") >= 5)
    assert not reader.has_ended
    await reader.leave()


async def test_stream_ends_when_its_token_expires(city: City) -> None:
    citizen = await city.citizen()
    reader = Reader(city, FEED, headers=citizen.headers)
    await eventually(lambda: "id: " in reader.text)
    now = city.transactions.now()
    city.transactions.now = lambda: now + timedelta(hours=1)
    async with asyncio.timeout(DEADLINE):
        await reader.task
    assert reader.has_ended
    assert await reader.seen() == []  # no `complete`: the client resumes with a new token


async def test_change_of_the_session_while_the_stream_begins_is_noticed(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen = await city.citizen()
    context_of = type(city.services).context

    async def slowly(*given: Any) -> Any:
        context = await context_of(*given)
        monkeypatch.undo()
        before = city.services.connections.access_position
        await citizen.ask("mutation { signOut { errors { code } } }")
        await eventually(lambda: city.services.connections.access_position > before)
        return context

    monkeypatch.setattr(type(city.services), "context", slowly)
    reader = Reader(city, FEED, headers=citizen.headers)
    async with asyncio.timeout(DEADLINE):
        await reader.task
    assert reader.has_ended
    assert await reader.seen() == []


@pytest.mark.parametrize("padding", ["", " ".join(f"c{number}: cursor" for number in range(200))])
async def test_reader_that_stops_costs_a_bounded_backlog_and_is_ended(
    city: City, monkeypatch: pytest.MonkeyPatch, padding: str
) -> None:
    monkeypatch.setattr(outbox, "SEND_TIMEOUT", DEADLINE)  # the backlog ends it, however slow the machine is
    citizen = await city.citizen()
    document = f"subscription {{ reportFeed {{ cursor version {padding} }} }}"
    reader, other = Reader(city, document), Reader(city, FEED)
    await eventually(lambda: "id: " in reader.text and "id: " in other.text)
    report = await citizen.report()
    await reader.until(1)
    reader.reading.clear()
    edits = outbox.MAX_BACKLOG_MESSAGES + 10
    for number in range(edits):
        await citizen.act("updateReport", report["id"], title=str(number))
    assert len(await other.until(edits + 1)) == edits + 1
    handlers = [one for one in city.services.connections._pinged if isinstance(one, sse.SseHandler)]
    assert sorted(len(one.outbox._backlog) for one in handlers) == [0, 1]  # only the last message waits
    reader.reading.set()
    async with asyncio.timeout(DEADLINE):
        await reader.task
    assert reader.has_ended
    versions = [item["data"]["reportFeed"]["version"] for item in await reader.until(1)]
    assert versions == list(range(1, len(versions) + 1))
    assert len(versions) < edits
    await other.leave()


async def test_reader_that_takes_nothing_is_given_up_then_ended(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "SEND_TIMEOUT", 0.05)
    citizen = await city.citizen()
    reader = Reader(city, FEED)
    await eventually(lambda: "id: " in reader.text)
    reader.reading.clear()
    await citizen.report()
    await eventually(lambda: len(city.services.connections._pinged) == 0)
    assert city.service._endpoint.shared_subscriptions._by_key == {}
    reader.reading.set()
    async with asyncio.timeout(DEADLINE):
        await reader.task
    assert (reader.has_ended, await reader.seen()) == (True, [])


async def test_stream_during_an_outage_ends_and_is_tried_again(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    citizen = await city.citizen()

    async def away(*_: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("app.auth.person_of", away)
    reader = Reader(city, FEED, headers=citizen.headers)
    async with asyncio.timeout(DEADLINE):
        await reader.task
    assert reader.has_ended
    assert reader.text.startswith("retry: ")
    assert await reader.seen() == []


async def test_revoked_role_applies_from_the_next_event_and_none_is_lost(deployment: Deployment) -> None:
    officer, citizen = await deployment.official(GAMBIR, 0), Caller(deployment.clients[0])
    await citizen.sign_up("warga@contoh.id")
    report = await citizen.report()
    async with event_source(
        deployment.clients[-1], ALLOWED, {"after": report["cursor"]}, headers=officer.headers
    ) as stream:

        async def allowed() -> tuple[int, bool]:
            event = await stream.next()
            return event["version"], event["report"]["permissions"]["canChangeStatus"]

        await citizen.act("updateReport", report["id"], title="Satu")
        assert await allowed() == (2, True)
        async with database(deployment.database_url):
            await Transactions().run(revoke_role, email=officer.email or "", role=Role.OFFICER, unit=GAMBIR)
        for version in range(3, 8):
            await citizen.act("updateReport", report["id"], title=f"Judul {version}")
        assert [await allowed() for _ in range(5)] == [(version, False) for version in range(3, 8)]


async def test_stopped_server_ends_its_streams_and_they_resume_at_another(
    postgres_city_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with deployed(postgres_city_url, redis_url, tmp_path / "media", 2) as deployment:
        citizen = Caller(deployment.clients[1])
        await citizen.sign_up("warga@contoh.id")
        report = await citizen.report()
        seen = []
        async with event_source(deployment.clients[0], FEED, {"after": report["cursor"]}) as stream:
            await citizen.act("updateReport", report["id"], title="Satu")
            seen.append((await stream.next())["version"])
            stopping = asyncio.create_task(asyncio.to_thread(deployment.servers[0].kill, signal.SIGTERM))
            assert await stream.event() is None  # ended in order, and not cut
            await stopping
        await citizen.act("updateReport", report["id"], title="Dua")
        async with event_source(deployment.clients[1], FEED, received=stream.received) as stream:
            seen.append((await stream.next())["version"])
        assert seen == [2, 3]


async def test_killed_server_is_resumed_from_at_another(postgres_city_url: str, redis_url: str, tmp_path: Path) -> None:
    async with deployed(postgres_city_url, redis_url, tmp_path / "media", 2) as deployment:
        citizen = Caller(deployment.clients[1])
        await citizen.sign_up("warga@contoh.id")
        report = await citizen.report()
        async with event_source(deployment.clients[0], FEED, {"after": report["cursor"]}) as stream:
            await citizen.act("updateReport", report["id"], title="Satu")
            await stream.next()
            deployment.servers[0].kill()
            with pytest.raises(httpx.RemoteProtocolError):
                await stream.event()
        await citizen.act("updateReport", report["id"], title="Dua")
        async with event_source(deployment.clients[1], FEED, received=stream.received) as stream:
            assert (await stream.next())["version"] == 3


async def test_slow_client_is_ended_alone_and_resumes_from_its_last_id(server: Deployment) -> None:
    citizen = Caller(server.clients[0])
    await citizen.sign_up("warga@contoh.id")
    await citizen.report()
    small = httpx.AsyncHTTPTransport(socket_options=[(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)])
    async with (
        socket(server.servers[0].url) as wall,
        httpx.AsyncClient(transport=small, base_url=server.servers[0].url, timeout=DEADLINE) as http,
        event_source(http, PADDED) as stuck,
    ):
        watching = await wall.subscribe(PADDED)
        await wall.wait_until_read()
        await stuck.begun()
        await append(server, EVENTS)
        assert len(await watching.take(EVENTS)) == EVENTS
        versions = []
        with suppress(httpx.RemoteProtocolError):
            while (event := await stuck.event()) is not None:
                assert event.kind == "next"
                versions.append(json.loads(event.data)["data"]["reportFeed"]["version"])
    assert len(versions) < EVENTS
    async with event_source(server.clients[0], PADDED, received=stuck.received) as back:
        versions += [event["version"] for event in await back.take(EVENTS - len(versions))]
    assert versions == list(range(2, EVENTS + 2))


async def test_pages_of_allowed_origins_may_read_streams_and_refusals(sqlite_city_url: str, tmp_path: Path) -> None:
    async with in_process(sqlite_city_url, tmp_path, allowed_origins=PAGE) as city:
        for origin, shared in ((PAGE, PAGE), ("https://evil.example", None)):
            headers = {"accept": "text/event-stream", "origin": origin}
            query = {"query": FEED}
            for more, status in (({}, 200), ({"authorization": "Bearer x"}, 401)):
                answer = await city.http.get("/graphql", params=query, headers={**headers, **more})
                assert answer.status_code == status
                assert answer.headers.get("access-control-allow-origin") == shared
                assert "origin" in answer.headers["vary"].lower()
        preflight = {
            "origin": PAGE,
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type,last-event-id",
        }
        allowed = await city.http.options("/graphql", headers=preflight)
        assert allowed.status_code == 200
        assert "last-event-id" in allowed.headers["access-control-allow-headers"]


async def test_reauthentication_that_finds_no_session_ends_the_stream(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen = await city.citizen()
    reader = Reader(city, "subscription { myReportsChanged { version } }", headers=citizen.headers)
    await eventually(lambda: "id: " in reader.text)

    async def nobody(*_: Any) -> None:
        return None

    monkeypatch.setattr(operations, "person_of", nobody)
    for connection in list(city.services.connections._pinged):
        connection.reauthenticate()
    async with asyncio.timeout(DEADLINE):
        await reader.task
    assert reader.has_ended
    assert await reader.seen() == []


@pytest.fixture
async def served(sqlite_city_url: str, tmp_path: Path) -> AsyncIterator[tuple[Application, int]]:
    """A city behind the real HTTP server, in this process, and its port."""
    application = Application(
        Settings(database_url=sqlite_city_url, secret_key=SECRET, media_dir=tmp_path)  # type: ignore[call-arg] # the others have defaults
    )
    config = uvicorn.Config(
        application.build(), port=free_port(), http=PipelinedHttp, log_config=None, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    yield application, config.port
    server.should_exit = True
    await serving


STREAM = f"GET /graphql?{urlencode({'query': FEED})} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n".encode()
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
HALF = b"POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Length: 100\r\n\r\n{"


@pytest.mark.parametrize("further", [b"", STREAM, STREAM * 3, HEALTH, HALF, b"GET"], ids=lambda sent: repr(sent[:12]))
async def test_client_that_leaves_with_more_requests_behind_leaves_no_stream(
    served: tuple[Application, int], further: bytes
) -> None:
    application, port = served
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(STREAM + further)
    async with asyncio.timeout(DEADLINE):
        await reader.readuntil(b"id: ")
    assert len(application.services.connections._pinged) == 1
    writer.transport.abort()
    await eventually(lambda: not application.services.connections._pinged)


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
async def test_client_that_leaves_within_its_body_is_no_error(
    city: City, accept: str, caplog: pytest.LogCaptureFixture
) -> None:
    coming: list[Message] = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Message) -> None:
        raise AssertionError(message)

    headers = [(b"accept", accept.encode()), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": headers, "query_string": b""}
    await city.service.build()(scope, receive, send)
    assert caplog.records == []
