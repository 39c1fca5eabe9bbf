"""Clients of the public API: GraphQL over HTTP, and graphql-transport-ws."""

import asyncio
import io
import itertools
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple
from zlib import crc32

import httpx
from PIL import Image
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

DEADLINE = 60.0
"""Seconds after which waiting for the server has failed."""

PASSWORD = "kata sandi yang panjang"

REPORT = """
  id number version cursor title description status resolution supportCount viewerHasSupported viewerIsReporter
  overdue submittedAt respondedAt processedAt kelurahan { code name } category { code }
  handler { __typename ... on Kelurahan { code } ... on Agency { code } }
  reporter { pseudonym } duplicateOf { number } photos { id url } proof { id url }
  permissions { canEdit canWithdraw canChangeStatus }
"""
EVENT = "id cursor kind at reportId version fromStatus toStatus resolution note actor report { version status }"
COMMENT = """
  id body author official internal createdAt unit { __typename ... on Kelurahan { code } ... on Agency { code } }
"""
ERRORS = "errors { code message field }"

ARGUMENTS = {
    "stars": "Int!",
    "comment": "String",
    "reason": "String!",
    "handler": "ID!",
    "kelurahan": "String!",
    "location": "GeoPointInput!",
    "photoId": "ID!",
    "category": "String!",
    "note": "String",
    "ifVersion": "Int",
    "idempotencyKey": "String",
}
"""Types of the arguments of mutations other than `id` and `input`."""

MONAS = {"latitude": -6.1754, "longitude": 106.8272}
GAMBIR = "31.71.01.1001"
WORDS = itertools.count()
PICTURE = (320, 240)


def beside(number: int) -> dict[str, float]:
    """Return a place in Gambir, 111 metres from the next: of several fixes of one place and day only one gains."""
    return {**MONAS, "latitude": MONAS["latitude"] + 0.001 * number}


def without_request_ids(text: str) -> str:
    """Return an answer without the ids of its request in its errors."""
    return re.sub(r',"requestId":"[0-9a-f-]+"', "", text)


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait until `condition` is true. Raises TimeoutError after DEADLINE."""
    async with asyncio.timeout(DEADLINE):
        while not condition():  # there is no event to wait for
            await asyncio.sleep(0.005)


class RequestFailedError(AssertionError):
    """The response has entries in `errors`."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(json.dumps(errors))
        self.errors = errors

    @property
    def code(self) -> str:
        return str(self.errors[0]["extensions"]["code"])


@dataclass
class Caller:
    """A person who uses one server. `token` is None while they are not signed in."""

    http: httpx.AsyncClient
    token: str | None = None
    language: str | None = None
    email: str | None = None
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def headers(self) -> dict[str, str]:
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        return headers if self.language is None else headers | {"Accept-Language": self.language}

    def on(self, http: httpx.AsyncClient) -> "Caller":
        """Return the same person as a client of another server."""
        return Caller(http, self.token, self.language, self.email)

    async def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """Execute a document and return its data. Raises RequestFailedError on request errors."""
        response = await self.http.post(
            "/graphql", json={"query": document, "variables": variables}, headers=self.headers
        )
        answer = response.json()
        if answer.get("errors"):
            raise RequestFailedError(answer["errors"])
        data: dict[str, Any] = answer["data"]
        return data

    async def sign_up(self, email: str) -> None:
        """Create an account and sign in."""
        await self._begin("signUp", email)

    async def sign_in(self, email: str) -> None:
        """Sign in to an existing account."""
        await self._begin("signIn", email)

    async def _begin(self, mutation: str, email: str) -> None:
        document = (
            f"mutation($e: String!, $p: String!) "
            f"{{ {mutation}(email: $e, password: $p) {{ session {{ accessToken }} {ERRORS} }} }}"
        )
        payload = (await self.ask(document, e=email, p=PASSWORD))[mutation]
        assert payload["errors"] == []
        self.token, self.email = payload["session"]["accessToken"], email

    async def submit(self, **given: Any) -> dict[str, Any]:
        """Submit a report of garbage at Monas, with `given` fields replaced; return the payload."""
        key = given.get("idempotencyKey")
        number = crc32(key.encode()) if key else next(WORDS)  # other words, so that it is not the same report again
        words = {"title": "Sampah menumpuk", "description": f"Di trotoar, {number}"}
        fields = words | {"category": "SAMPAH", "location": MONAS}
        answer = await self.ask(
            f"mutation($i: SubmitReportInput!) {{ submitReport(input: $i) {{ report {{ {REPORT} }} {ERRORS} }} }}",
            i=fields | given,
        )
        payload: dict[str, Any] = answer["submitReport"]
        return payload

    async def report(self, **given: Any) -> dict[str, Any]:
        """Submit a report, assert that it is accepted, and return it."""
        payload = await self.submit(**given)
        assert payload["errors"] == []
        report: dict[str, Any] = payload["report"]
        return report

    async def act(self, mutation: str, report_id: str, **options: Any) -> dict[str, Any]:
        """Execute a mutation on a report and return the payload. `options` become its arguments or its `input`."""
        inputs = {"updateReport": "UpdateReportInput", "changeReportStatus": "ChangeReportStatusInput"}
        if mutation in inputs:
            arguments, given = {"input": f"{inputs[mutation]}!"}, {"input": options}
        else:
            arguments, given = {name: ARGUMENTS[name] for name in options}, options
        asked = "".join(f", ${name}: {kind}" for name, kind in arguments.items())
        passed = "".join(f", {name}: ${name}" for name in arguments)
        document = f"mutation($id: ID!{asked}) {{ {mutation}(id: $id{passed}) {{ report {{ {REPORT} }} {ERRORS} }} }}"
        answer = await self.ask(document, id=report_id, **given)
        payload: dict[str, Any] = answer[mutation]
        return payload

    async def move(self, report_id: str, status: str, **options: Any) -> dict[str, Any]:
        """Change the status of a report; return the payload."""
        return await self.act("changeReportStatus", report_id, status=status, **options)

    async def comment(self, report_id: str, body: str, **options: Any) -> dict[str, Any]:
        """Comment on a report; return the payload. `options`: `internal`, `mask` and `idempotencyKey`."""
        document = f"""mutation(
            $id: ID!, $body: String!, $internal: Boolean! = false, $mask: Boolean! = false, $idempotencyKey: String
        ) {{
            commentOnReport(
                id: $id, body: $body, internal: $internal, maskPersonalDetails: $mask, idempotencyKey: $idempotencyKey
            ) {{ comment {{ {COMMENT} }} {ERRORS} }} }}"""
        payload: dict[str, Any] = (await self.ask(document, id=report_id, body=body, **options))["commentOnReport"]
        return payload

    async def upload(self, picture: bytes | None = None) -> httpx.Response:
        """Upload a photo, by default a unique one; return the response."""
        files = {"file": ("foto.png", picture or png(next(self.numbers), self.email or ""), "image/png")}
        return await self.http.post("/media", files=files, headers=self.headers)

    async def photo(self, picture: bytes | None = None) -> str:
        """Upload a photo, assert that it is accepted, and return its id."""
        response = await self.upload(picture)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])


def png(number: int = 0, owner: str = "") -> bytes:
    """Return an image of 320 x 240 pixels, as a proof needs them, different for each number and owner."""
    squares = Random(f"{number} {owner}").randbytes(3 * 16 * 12)
    file = io.BytesIO()
    Image.frombytes("RGB", (16, 12), squares).resize(PICTURE, Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()


class Socket:
    """A WebSocket after `connection_ack`. Each operation is read through its `Stream`."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self._streams: dict[str, asyncio.Queue[dict[str, Any]]] = {}
        self._ids = itertools.count(1)

    async def run(self) -> None:
        """Dispatch each message to its operation."""
        async for text in self.connection:
            message = json.loads(text)
            if message["type"] == "ping":
                await self.connection.send('{"type":"pong"}')
            elif message.get("id") in self._streams:
                self._streams[message["id"]].put_nowait(message)

    async def subscribe(self, document: str, **variables: Any) -> "Stream":
        """Start an operation."""
        return await self.request({"query": document, "variables": variables})

    async def request(self, payload: dict[str, Any]) -> "Stream":
        """Start an operation by the whole payload of its message."""
        operation = str(next(self._ids))
        self._streams[operation] = asyncio.Queue()
        await self.connection.send(json.dumps({"id": operation, "type": "subscribe", "payload": payload}))
        return Stream(self, operation, self._streams[operation])

    async def wait_until_read(self) -> None:
        """Wait until the server has read everything sent. Operations receive events from that moment."""
        await (await self.subscribe("{ __typename }")).message()


class Stream:
    """The messages of one operation."""

    def __init__(self, socket: Socket, operation: str, queue: "asyncio.Queue[dict[str, Any]]") -> None:
        self._socket, self._operation, self._queue = socket, operation, queue

    async def message(self, within: float = DEADLINE) -> dict[str, Any]:
        """Return the next message of the operation."""
        async with asyncio.timeout(within):
            return await self._queue.get()

    async def next(self, within: float = DEADLINE) -> Any:
        """Return the next item: the value of the root field. Raises RequestFailedError when the operation fails."""
        message = await self.message(within)
        if message["type"] == "error":
            raise RequestFailedError(message["payload"])
        assert message["type"] == "next", message
        assert not message["payload"].get("errors"), message
        (item,) = message["payload"]["data"].values()
        return item

    async def take(self, count: int) -> list[Any]:
        """Return the next `count` items."""
        return [await self.next() for _ in range(count)]

    @property
    def waiting(self) -> int:
        """The number of messages received but not read."""
        return self._queue.qsize()

    async def complete(self) -> None:
        """End the operation."""
        await self._socket.connection.send(json.dumps({"id": self._operation, "type": "complete"}))


@asynccontextmanager
async def socket(url: str, token: str | None = None, language: str | None = None) -> AsyncIterator[Socket]:
    """Connect a WebSocket to the address of a server (http://…) and initialise it."""
    payload = {"authorization": f"Bearer {token}"} if token else {}
    if language:
        payload["acceptLanguage"] = language
    address = url.replace("http://", "ws://") + "/graphql"
    async with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")], max_size=None) as connection:
        await connection.send(json.dumps({"type": "connection_init", "payload": payload}))
        async with asyncio.timeout(DEADLINE):
            answer = json.loads(await connection.recv())
        assert answer["type"] == "connection_ack", answer
        initialised = Socket(connection)
        running = asyncio.create_task(initialised.run())
        try:
            yield initialised
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


class SentEvent(NamedTuple):
    """An event of an event stream (WHATWG HTML, 9.2). `id` is that of the last event with one."""

    kind: str
    data: str
    id: str


async def sent_events(chunks: AsyncIterator[bytes], received: str = "") -> AsyncIterator[SentEvent]:
    """Parse an event stream as an `EventSource` does; one without data is yielded too, for its id."""
    buffer, kind, data = b"", "message", ""
    async for chunk in chunks:
        *lines, buffer = (buffer + chunk).split(b"\n")
        for name, _, text in (line.decode().partition(":") for line in lines):
            value = text.removeprefix(" ")
            if name == "id":
                received = value
            elif name == "event":
                kind = value
            elif name == "data":
                data += value
            elif name == "":  # a comment, or the empty line that ends an event
                if value == "" and (data or kind != "message" or received):
                    yield SentEvent(kind, data, received)
                kind, data = "message", ""


class EventSource:
    """One event stream, as long as its connection lasts. `received` is the id of the last event."""

    def __init__(self, answer: httpx.Response, received: str) -> None:
        self.answer, self.received = answer, received
        self._events = sent_events(answer.aiter_bytes(), received)

    async def event(self) -> SentEvent | None:
        """Return the next event with data. None at the end of the stream."""
        async with asyncio.timeout(DEADLINE):
            async for event in self._events:
                self.received = event.id
                if event.kind != "message":
                    return event
        return None

    async def begun(self) -> None:
        """Wait until the server has said where the stream begins."""
        async with asyncio.timeout(DEADLINE):
            self.received = (await anext(self._events)).id

    async def next(self) -> Any:
        """Return the next item. Raises RequestFailedError when the operation fails."""
        event = await self.event()
        assert event is not None, "the stream has ended"
        assert event.kind == "next", event
        payload = json.loads(event.data)
        if payload.get("errors"):
            raise RequestFailedError(payload["errors"])
        (item,) = payload["data"].values()
        return item

    async def take(self, count: int) -> list[Any]:
        """Return the next `count` items."""
        return [await self.next() for _ in range(count)]


@asynccontextmanager
async def event_source(
    http: httpx.AsyncClient,
    document: str,
    variables: dict[str, Any] | None = None,
    *,
    received: str = "",
    by_post: bool = False,
    headers: dict[str, str] | None = None,
) -> AsyncIterator[EventSource]:
    """Open an event stream. `received` is the id of the last event of a stream that was lost."""
    sent = {"accept": "text/event-stream", **({"last-event-id": received} if received else {}), **(headers or {})}
    asked: dict[str, Any] = {"query": document, "variables": variables or {}}
    if by_post:
        opening = http.stream("POST", "/graphql", json=asked, headers=sent)
    else:
        asked["variables"] = json.dumps(asked["variables"])
        opening = http.stream("GET", "/graphql", params=asked, headers=sent)
    async with opening as answer:
        yield EventSource(answer, received)
