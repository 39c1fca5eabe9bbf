"""HTTP load on one server: a number of connections, each sending its next request as soon as one is answered."""

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

PATIENCE = 60.0
"""Seconds in which the last answers must come."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request as bytes."""

    content: bytes

    @classmethod
    def get(cls, path: str) -> Self:
        """Return a GET request."""
        return cls(f"GET {path} HTTP/1.1\r\nHost: tanggap\r\n\r\n".encode())

    @classmethod
    def post(cls, path: str, body: bytes, token: str | None = None) -> Self:
        """Return a POST request with JSON. `token`: the access token of a person who is signed in."""
        signed = f"Authorization: Bearer {token}\r\n" if token else ""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: tanggap\r\nContent-Type: application/json\r\n{signed}"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return cls(head.encode() + body)


class UnexpectedAnswerError(RuntimeError):
    """The server closed a connection, or answered with another status than 200."""


NUMBER = b"{number}"
"""A part of a request that becomes another number of as many digits whenever it is sent."""

_NUMBERS = itertools.count()


class _Client(asyncio.Protocol):
    """A connection. `ended` is done when the last answer has come after `stop`."""

    def __init__(self, call: Call) -> None:
        self.count = 0
        self.body = b""
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._content = call.content
        self._is_running = True
        self._received = bytearray()
        self._body_at = self._needed = 0

    def connection_made(self, transport: Any) -> None:
        self._transport: asyncio.Transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._needed and not self._read_head():
            return
        if len(self._received) < self._needed:
            return
        self.count += 1
        if self._is_running:
            self._received.clear()
            self._needed = 0
            self._send()
        else:
            self.body = bytes(self._received[self._body_at : self._needed])
            self._transport.close()
            self.ended.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_exception(exc or UnexpectedAnswerError("The server closed a connection."))

    def stop(self) -> None:
        """Send no more requests."""
        self._is_running = False

    def _send(self) -> None:
        self._transport.write(self._content.replace(NUMBER, b"%08d" % next(_NUMBERS)))

    def _read_head(self) -> bool:
        """Read the length of the answer. Return whether the head is complete and its status is 200."""
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self._received[:end]).lower()
        if not head.startswith(b"http/1.1 200 ") or b"\r\ncontent-length:" not in head:
            self.ended.set_exception(UnexpectedAnswerError(bytes(self._received[:1_000]).decode(errors="replace")))
            self._transport.abort()
            return False
        self._body_at = end + 4
        self._needed = self._body_at + int(head.split(b"\r\ncontent-length:")[1].split(b"\r\n")[0])
        return True


@dataclass(frozen=True, slots=True)
class Answered:
    """The number of requests that were answered, in how many seconds, and the body of one of the last answers."""

    count: int
    seconds: float
    body: bytes

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.count / self.seconds


async def load(port: int, calls: Sequence[Call], connections: int, seconds: float) -> Answered:
    """Send requests for some seconds, and wait for their answers. The connections take the calls in turn.

    Raises UnexpectedAnswerError, OSError, TimeoutError.
    """
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    clients = []
    for number in range(connections):
        call = calls[number % len(calls)]
        _, client = await loop.create_connection(lambda call=call: _Client(call), "127.0.0.1", port)  # type: ignore[misc] # bound at once
        clients.append(client)
    await asyncio.sleep(seconds)
    for client in clients:
        client.stop()
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(client.ended for client in clients))
    return Answered(sum(client.count for client in clients), time.perf_counter() - began, clients[0].body)
