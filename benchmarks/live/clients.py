"""Clients that follow things through graphql-transport-ws, and come back from wherever their record ends."""

import asyncio
import itertools
import random
import socket
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from benchmarks.live.records import EventRecord, Record
from benchmarks.live.workers import UNANSWERED, Fleet

PAUSE = (0.05, 0.8)
"""Seconds before a client that lost its socket comes back: (least, most)."""

WHIM = 0.02
"""How often, of the messages that come, a client then changes its mind about an operation."""

MOST_RECORDS = 6

ANSWER_WITHIN = 10.0
"""Seconds that a server has for a handshake."""

RECEIVE_BYTES = 32 * 1024
"""Of the receive buffer: the servers are to notice it soon when a client stops reading."""

AGAIN = {"INTERNAL"}
"""Codes with which an operation may end while a server cannot reach its database."""


class OperationError(Exception):
    """A server ended an operation; the client begins again with a new socket."""


class Client:
    """One client: a socket at some server, and records that outlive it.

    `something` begins a record of something more to follow. `told_off` collects the ends of operations that no client
    should ever hear, such as that a cursor of the server's own is invalid.
    """

    def __init__(
        self,
        fleet: Fleet,
        token: str | None,
        records: list[Record],
        something: Callable[[], Coroutine[Any, Any, Record]],
        rng: random.Random,
    ) -> None:
        self.records = records
        self.told_off: list[str] = []
        self.ends: Counter[int] = Counter()
        """How many sockets ended with each code: 1006 without one, 0 at the client's will or before they were open."""
        self._fleet, self._token, self._something, self._rng = fleet, token, something, rng
        self._connection: ClientConnection | None = None
        self._reading = asyncio.Event()
        self._reading.set()
        self._following: dict[str, Record] = {}
        self._ids = itertools.count(1)

    @property
    def is_connected(self) -> bool:
        """Whether there is a socket."""
        return self._connection is not None

    async def live(self) -> None:
        """Follow all that is to be followed, through one socket after the other. Runs until cancelled."""
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
        """Lose the socket, without a word to either side."""
        if self._connection is not None:
            self._connection.transport.abort()

    def stop_reading(self) -> None:
        """Leave what comes to the network's buffers."""
        self._reading.clear()

    def read_on(self) -> None:
        """Read again."""
        self._reading.set()

    async def _connect(self) -> None:
        address = self._fleet.any_url(self._rng).replace("http://", "ws://") + "/graphql"
        protocol = Subprotocol("graphql-transport-ws")
        async with connect(
            address,
            subprotocols=[protocol],
            max_size=None,
            open_timeout=ANSWER_WITHIN,
            close_timeout=1,
            ping_interval=None,  # one that stops reading would else hang up by itself
            compression=None,
        ) as connection:
            endpoint = connection.transport.get_extra_info("socket")
            endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
            self._connection, self._following = connection, {}
            payload = {"authorization": f"Bearer {self._token}"} if self._token else {}
            await self._send(type="connection_init", payload=payload)
            async with asyncio.timeout(ANSWER_WITHIN):
                await connection.recv()  # connection_ack; whom a server turns away it closes
            for record in self.records:
                await self._follow(record)
            while True:
                await self._reading.wait()
                await self._hear(orjson.loads(await connection.recv()))

    async def _send(self, **message: Any) -> None:
        if self._connection is not None:
            await self._connection.send(orjson.dumps(message).decode())

    async def _follow(self, record: Record) -> None:
        operation = str(next(self._ids))
        self._following[operation] = record
        payload = {"query": record.document, "variables": record.begin(time.time())}
        await self._send(id=operation, type="subscribe", payload=payload)

    async def _hear(self, message: dict[str, Any]) -> None:
        operation = message.get("id", "")
        record = self._following.get(operation)
        if message["type"] == "ping":
            await self._send(type="pong")
        elif record is None:
            return  # of an operation that was given up meanwhile
        elif message["type"] != "next":
            self._end(record, message)
        elif message["payload"]["data"] is None:
            raise OperationError  # told of, but without the data, while the database was away: begin again before it
        else:
            (told,) = message["payload"]["data"].values()
            record.take(told, time.time())
            if self._rng.random() < WHIM:
                await self._change_mind(operation, record)

    def _end(self, record: Record, message: dict[str, Any]) -> None:
        codes = {error.get("extensions", {}).get("code") for error in message.get("payload") or []}
        if not codes or codes - AGAIN:
            self.told_off.append(f"{record.document[:60]}: {message}")
        raise OperationError

    async def _change_mind(self, operation: str, record: Record) -> None:
        """Give an operation up and resume it on the same socket; now and then, follow something more."""
        del self._following[operation]
        await self._send(id=operation, type="complete")
        await self._follow(record)
        if len(self.records) < MOST_RECORDS:
            with suppress(*UNANSWERED):
                more = await self._something()
                self.records.append(more)
                await self._follow(more)


def events_told(clients: list[Client]) -> int:
    """How many events the clients have written down."""
    return sum(len(record.items) for client in clients for record in client.records if isinstance(record, EventRecord))
