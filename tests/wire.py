"""Clients of the API as the world sees it: GraphQL over HTTP, and graphql-transport-ws."""

import asyncio
import io
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

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
ERRORS = "errors { code message field }"

ARGUMENTS = {
    "stars": "Int!",
    "comment": "String",
    "reason": "String!",
    "handler": "ID!",
    "kelurahan": "String!",
    "category": "String!",
    "note": "String",
    "ifVersion": "Int",
}
"""The arguments of mutations beside `id` and `input`."""

MONAS = {"latitude": -6.1754, "longitude": 106.8272}
GAMBIR = "31.71.01.1001"


async def eventually(true: Callable[[], bool]) -> None:
    """Wait until something has become true; fails after DEADLINE."""
    async with asyncio.timeout(DEADLINE):
        while not true():
            await asyncio.sleep(0.005)


class RequestFailedError(AssertionError):
    """The server answered with errors beside the data."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(json.dumps(errors))
        self.errors = errors

    @property
    def code(self) -> str:
        return str(self.errors[0]["extensions"]["code"])


@dataclass
class Caller:
    """Somebody who talks to one server; `token` is theirs when signed in."""

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
        """The same person, talking to another server."""
        return Caller(http, self.token, self.language, self.email)

    async def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """Execute a document; raises RequestFailedError when there are request errors."""
        response = await self.http.post(
            "/graphql", json={"query": document, "variables": variables}, headers=self.headers
        )
        answer = response.json()
        if answer.get("errors"):
            raise RequestFailedError(answer["errors"])
        data: dict[str, Any] = answer["data"]
        return data

    async def sign_up(self, email: str) -> None:
        """Make an account and be signed in."""
        await self._begin("signUp", email)

    async def sign_in(self, email: str) -> None:
        """Be signed in to an account."""
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
        """Submit a report of garbage in front of Monas, or as given; return the payload."""
        wish = {"title": "Sampah menumpuk", "description": "Di trotoar", "category": "SAMPAH", "location": MONAS}
        answer = await self.ask(
            f"mutation($i: SubmitReportInput!) {{ submitReport(input: $i) {{ report {{ {REPORT} }} {ERRORS} }} }}",
            i=wish | given,
        )
        payload: dict[str, Any] = answer["submitReport"]
        return payload

    async def report(self, **given: Any) -> dict[str, Any]:
        """Submit a report that must be taken; return it."""
        payload = await self.submit(**given)
        assert payload["errors"] == []
        taken: dict[str, Any] = payload["report"]
        return taken

    async def act(self, mutation: str, report_id: str, **wish: Any) -> dict[str, Any]:
        """Do something to a report; the payload. What some take as arguments, others take as `input`."""
        inputs = {"updateReport": "UpdateReportInput", "changeReportStatus": "ChangeReportStatusInput"}
        if mutation in inputs:
            arguments, given = {"input": f"{inputs[mutation]}!"}, {"input": wish}
        else:
            arguments, given = {name: ARGUMENTS[name] for name in wish}, wish
        asked = "".join(f", ${name}: {kind}" for name, kind in arguments.items())
        passed = "".join(f", {name}: ${name}" for name in arguments)
        document = f"mutation($id: ID!{asked}) {{ {mutation}(id: $id{passed}) {{ report {{ {REPORT} }} {ERRORS} }} }}"
        answer = await self.ask(document, id=report_id, **given)
        payload: dict[str, Any] = answer[mutation]
        return payload

    async def move(self, report_id: str, status: str, **wish: Any) -> dict[str, Any]:
        """Transaction a report's status; return the payload."""
        return await self.act("changeReportStatus", report_id, status=status, **wish)

    async def upload(self, picture: bytes | None = None) -> httpx.Response:
        """Upload a picture; one of its own kind when none is given."""
        files = {"file": ("foto.png", picture or png(next(self.numbers), self.email or ""), "image/png")}
        return await self.http.post("/media", files=files, headers=self.headers)

    async def photo(self, picture: bytes | None = None) -> str:
        """Upload a picture that must be taken; return its id."""
        response = await self.upload(picture)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])


def png(number: int = 0, owner: str = "") -> bytes:
    """A small picture, another for each number and owner."""
    seed = hash((number, owner)) & 0xFFFFFF
    image = Image.new("RGB", (16, 12), (seed >> 16, seed >> 8 & 0xFF, seed & 0xFF))
    image.putpixel((0, 0), (number & 0xFF, number >> 8 & 0xFF, len(owner) & 0xFF))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


class Socket:
    """A websocket after `connection_ack`. Each operation is followed through `Stream`."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self._streams: dict[str, asyncio.Queue[dict[str, Any]]] = {}
        self._ids = itertools.count(1)

    async def run(self) -> None:
        """Hand each message to its operation."""
        async for text in self.connection:
            message = json.loads(text)
            if message["type"] == "ping":
                await self.connection.send('{"type":"pong"}')
            elif message.get("id") in self._streams:
                self._streams[message["id"]].put_nowait(message)

    async def subscribe(self, document: str, **variables: Any) -> "Stream":
        """Start an operation."""
        operation = str(next(self._ids))
        self._streams[operation] = asyncio.Queue()
        payload = {"query": document, "variables": variables}
        await self.connection.send(json.dumps({"id": operation, "type": "subscribe", "payload": payload}))
        return Stream(self, operation, self._streams[operation])

    async def wait_until_read(self) -> None:
        """Wait until the server has read all that was sent: operations follow from the moment they are read."""
        await (await self.subscribe("{ __typename }")).message()


class Stream:
    """What one operation sends."""

    def __init__(self, socket: Socket, operation: str, queue: "asyncio.Queue[dict[str, Any]]") -> None:
        self._socket, self._operation, self._queue = socket, operation, queue

    async def message(self, within: float = DEADLINE) -> dict[str, Any]:
        """The next message of the operation."""
        async with asyncio.timeout(within):
            return await self._queue.get()

    async def next(self, within: float = DEADLINE) -> Any:
        """The next item: the value of the one root field. Raises RequestFailedError when the operation fails."""
        message = await self.message(within)
        if message["type"] == "error":
            raise RequestFailedError(message["payload"])
        assert message["type"] == "next", message
        assert not message["payload"].get("errors"), message
        (item,) = message["payload"]["data"].values()
        return item

    async def take(self, count: int) -> list[Any]:
        """The next `count` items."""
        return [await self.next() for _ in range(count)]

    @property
    def waiting(self) -> int:
        """How many messages have come that nobody took."""
        return self._queue.qsize()

    async def complete(self) -> None:
        """End the operation."""
        await self._socket.connection.send(json.dumps({"id": self._operation, "type": "complete"}))


@asynccontextmanager
async def socket(url: str, token: str | None = None, language: str | None = None) -> AsyncIterator[Socket]:
    """Connect a websocket to a server's address (http://…) and begin."""
    payload = {"authorization": f"Bearer {token}"} if token else {}
    if language:
        payload["acceptLanguage"] = language
    address = url.replace("http://", "ws://") + "/graphql"
    async with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")], max_size=None) as connection:
        await connection.send(json.dumps({"type": "connection_init", "payload": payload}))
        async with asyncio.timeout(DEADLINE):
            answer = json.loads(await connection.recv())
        assert answer["type"] == "connection_ack", answer
        begun = Socket(connection)
        running = asyncio.create_task(begun.run())
        try:
            yield begun
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
