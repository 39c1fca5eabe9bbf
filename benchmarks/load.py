"""HTTP load on one server: a number of connections, each sending the same request again as soon as it is answered."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """A request as bytes."""

    content: bytes

    @classmethod
    def get(cls, path: str) -> "Call":
        """Return a GET request."""
        return cls(f"GET {path} HTTP/1.1\r\nHost: tanggap\r\n\r\n".encode())

    @classmethod
    def post(cls, path: str, body: bytes, token: str | None = None) -> "Call":
        """Return a POST request with JSON."""
        signed = f"Authorization: Bearer {token}\r\n" if token else ""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: tanggap\r\nContent-Type: application/json\r\n{signed}"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return cls(head.encode() + body)


class _Client(asyncio.Protocol):
    def __init__(self, load: "Load") -> None:
        self._load = load
        self._received = bytearray()
        self._needed = 0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(self._load.call.content)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._needed:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._received[:end]).lower()
            if not head.startswith(b"http/1.1 200"):
                raise RuntimeError(bytes(self._received[:500]))
            self._needed = end + 4 + int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        if len(self._received) >= self._needed:
            self._load.last = bytes(self._received)
            self._received.clear()
            self._needed = 0
            self._load.count += 1
            if self._load.is_running:
                self._transport.write(self._load.call.content)
            else:
                self._transport.close()


class Load:
    """The load of one request."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.count = 0
        self.is_running = True
        self.last = b""

    async def rate(self, port: int, connections: int, seconds: float) -> float:
        """Return the requests a second."""
        loop = asyncio.get_running_loop()
        clients = [await loop.create_connection(lambda: _Client(self), "127.0.0.1", port) for _ in range(connections)]
        began, before = time.perf_counter(), self.count
        await asyncio.sleep(seconds)
        done, took = self.count - before, time.perf_counter() - began
        self.is_running = False
        for transport, _ in clients:
            transport.close()
        return done / took
