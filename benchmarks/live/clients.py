"""Clients that subscribe through graphql-transport-ws or event streams, and resume where their records end."""

import asyncio
import itertools
import random
import socket
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, ClassVar, NoReturn

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from benchmarks.live.records import EventRecord, Record
from benchmarks.live.workers import UNANSWERED, Fleet
from tests.wire import SentEvent, sent_events

PAUSE = (0.05, 0.8)
"""Seconds before a client that lost its connection reconnects: (least, most)."""

RESUBSCRIBE_RATE = 0.02
"""Share of the messages after which a client completes the operation and subscribes again."""

MOST_RECORDS = 6

ANSWER_WITHIN = 10.0
"""Seconds allowed for a handshake."""

RECEIVE_BYTES = 32 * 1024
"""Size of the receive buffer: small, for the servers to notice soon that a client stops reading."""

RETRIED_CODES = {"INTERNAL"}
"""Error codes that may end an operation while a server cannot reach its database."""


class OperationError(Exception):
    """An operation ended by the server; the client begins again with a new connection."""


class Client(ABC):
    """One client: connections to some server, and records that outlive them.

    `new_record` begins a record of another subscription. `unexpected_ends` collects the ends of operations that a
    correct server never sends, such as the refusal of a cursor that the server itself gave.
    """

    transport: ClassVar[str]

    def __init__(
        self,
        fleet: Fleet,
        token: str | None,
        records: list[Record],
        new_record: Callable[[], Coroutine[Any, Any, Record]],
        rng: random.Random,
    ) -> None:
        self.records = records
        self.unexpected_ends: list[str] = []
        self.ends: Counter[int] = Counter()
        """Connections ended by close code: 1006 without a code, 0 by the client or before they were open. An event
        stream that the server ended in order counts as 1000."""
        self._fleet, self._token, self._new_record, self._rng = fleet, token, new_record, rng
        self._reading = asyncio.Event()
        self._reading.set()

    @property
    @abstractmethod
    def is_connected(self) -> bool:
        """Whether the client has a connection."""

    @abstractmethod
    async def run(self) -> None:
        """Keep all subscriptions running, through one connection after the other. Runs until cancelled."""

    @abstractmethod
    def cut(self) -> None:
        """Abort the connections."""

    def stop_reading(self) -> None:
        """Leave incoming data in the network's buffers."""
        self._reading.clear()

    def resume_reading(self) -> None:
        """Read again after `stop_reading`."""
        self._reading.set()

    def _fail(self, record: Record, errors: list[dict[str, Any]]) -> NoReturn:
        """Note the end of an operation with these errors, unless it is one of an outage. Raises OperationError."""
        codes = {error.get("extensions", {}).get("code") for error in errors}
        if not codes or codes - RETRIED_CODES:
            self.unexpected_ends.append(f"{record.document[:60]}: {errors}")
        raise OperationError

    async def _another(self) -> Record | None:
        """Begin a further record while below MOST_RECORDS. None if the servers do not answer."""
        if len(self.records) >= MOST_RECORDS:
            return None
        with suppress(*UNANSWERED):
            more = await self._new_record()
            self.records.append(more)
            return more
        return None


class SocketClient(Client):
    """A client of graphql-transport-ws: one socket, which carries all its subscriptions."""

    transport = "socket"

    _connection: ClientConnection | None = None

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._following: dict[str, Record] = {}
        self._ids = itertools.count(1)

    @property
    def is_connected(self) -> bool:
        """Whether the client has a socket."""
        return self._connection is not None

    async def run(self) -> None:
        """Keep all subscriptions running, through one socket after the other. Runs until cancelled."""
        while True:
            try:
                await self._connect()
            except ConnectionClosed as closed:
                self.ends[1006 if closed.rcvd is None else closed.rcvd.code] += 1
            except (OSError, TimeoutError, WebSocketException, OperationError):
                self.ends[0] += 1
            self._connection = None
            await asyncio.sleep(self._rng.uniform(*PAUSE))

    def cut(self) -> None:
        """Abort the connection without a close frame."""
        if self._connection is not None:
            self._connection.transport.abort()

    async def _connect(self) -> None:
        address = self._fleet.any_url(self._rng).replace("http://", "ws://") + "/graphql"
        protocol = Subprotocol("graphql-transport-ws")
        async with connect(
            address,
            subprotocols=[protocol],
            max_size=None,
            open_timeout=ANSWER_WITHIN,
            close_timeout=1,
            ping_interval=None,  # a client that stops reading must not close the connection by itself
            compression=None,
        ) as connection:
            endpoint = connection.transport.get_extra_info("socket")
            endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
            self._connection, self._following = connection, {}
            payload = {"authorization": f"Bearer {self._token}"} if self._token else {}
            await self._send(type="connection_init", payload=payload)
            async with asyncio.timeout(ANSWER_WITHIN):
                await connection.recv()  # connection_ack; a server that refuses the client closes the socket
            for record in self.records:
                await self._follow(record)
            while True:
                await self._reading.wait()
                await self._handle(orjson.loads(await connection.recv()))

    async def _send(self, **message: Any) -> None:
        if self._connection is not None:
            await self._connection.send(orjson.dumps(message).decode())

    async def _follow(self, record: Record) -> None:
        operation = str(next(self._ids))
        self._following[operation] = record
        payload = {"query": record.document, "variables": record.begin(time.time())}
        await self._send(id=operation, type="subscribe", payload=payload)

    async def _handle(self, message: dict[str, Any]) -> None:
        operation = message.get("id", "")
        record = self._following.get(operation)
        if message["type"] == "ping":
            await self._send(type="pong")
        elif record is None:
            return  # the operation was completed meanwhile
        elif message["type"] != "next":
            self._fail(record, message.get("payload") or [])
        elif message["payload"]["data"] is None:
            raise OperationError  # the database was away, and the event came without data: resume before it
        else:
            (item,) = message["payload"]["data"].values()
            record.take(item, time.time())
            if self._rng.random() < RESUBSCRIBE_RATE:
                await self._resubscribe(operation, record)

    async def _resubscribe(self, operation: str, record: Record) -> None:
        """Complete an operation and resume it on the same socket; add a subscription."""
        del self._following[operation]
        await self._send(id=operation, type="complete")
        await self._follow(record)
        more = await self._another()
        if more is not None:
            await self._follow(more)


class StreamClient(Client):
    """A client of event streams, one for each subscription: like an `EventSource`, it resumes by `Last-Event-ID`."""

    transport = "event stream"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._answers: set[httpx.Response] = set()

    @property
    def is_connected(self) -> bool:
        """Whether the client has a connection."""
        return bool(self._answers)

    async def run(self) -> None:
        """Keep a stream running for each record. Runs until cancelled."""
        async with asyncio.TaskGroup() as tasks:

            def follow(record: Record) -> None:
                tasks.create_task(self._follow(record, follow))

            for record in self.records:
                follow(record)

    def cut(self) -> None:
        """Abort all connections."""
        for answer in self._answers:
            with suppress(OSError):
                answer.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    async def _follow(self, record: Record, follow: Callable[[Record], None]) -> None:
        """Follow a record through one `EventSource` after the other: each keeps its address, and the last id."""
        while True:
            variables, received = record.begin(time.time()), [""]
            with suppress(OperationError):
                while True:
                    try:
                        await self._connect(record, variables, received, follow)
                        self.ends[1000] += 1
                    except httpx.HTTPError:
                        self.ends[1006 if received[0] else 0] += 1
                    await asyncio.sleep(self._rng.uniform(*PAUSE))
                    record.begin(time.time())

    async def _connect(
        self, record: Record, variables: dict[str, Any], received: list[str], follow: Callable[[Record], None]
    ) -> None:
        """Read one stream to its end. Raises OperationError if the record must begin again, httpx.HTTPError."""
        headers = {"accept": "text/event-stream"}
        headers |= {"authorization": f"Bearer {self._token}"} if self._token else {}
        headers |= {"last-event-id": received[0]} if received[0] else {}
        asked = {"query": record.document, "variables": orjson.dumps(variables).decode()}
        network = httpx.AsyncHTTPTransport(socket_options=[(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)])
        timeout = httpx.Timeout(ANSWER_WITHIN, read=None)
        async with (
            httpx.AsyncClient(base_url=self._fleet.any_url(self._rng), transport=network, timeout=timeout) as http,
            http.stream("GET", "/graphql", params=asked, headers=headers) as answer,
        ):
            if answer.status_code != httpx.codes.OK:  # an `EventSource` would never try again
                self.unexpected_ends.append(f"status {answer.status_code}")
            self._answers.add(answer)
            try:
                async for event in sent_events(answer.aiter_bytes(), received[0]):
                    received[0] = event.id
                    await self._reading.wait()
                    if event.kind != "message":
                        await self._handle(record, event, follow)
            finally:
                self._answers.discard(answer)

    async def _handle(self, record: Record, event: SentEvent, follow: Callable[[Record], None]) -> None:
        if event.kind != "next":
            self._fail(record, [])
        payload = orjson.loads(event.data)
        if payload.get("data") is None:
            self._fail(record, payload["errors"])
        (item,) = payload["data"].values()
        record.take(item, time.time())
        if self._rng.random() < RESUBSCRIBE_RATE:
            more = await self._another()
            if more is not None:
                follow(more)
            raise OperationError  # as a page that is loaded again


def count_events(clients: list[Client]) -> int:
    """Return the number of events that the clients have recorded."""
    return sum(len(record.items) for client in clients for record in client.records if isinstance(record, EventRecord))
