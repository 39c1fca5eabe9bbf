"""Many WebSocket clients at the least cost: a process that writes handshakes by hand and only counts frames."""

import asyncio
import gc
import json
import multiprocessing
import os
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Self, cast

import uvloop

from benchmarks.live.hosting import ServerProcess, open_many_files
from benchmarks.live.shifts import DOCUMENT

JOINING_AT_ONCE = 500
"""Clients that connect at the same time: between their first packet and their snapshot."""

JOIN_WITHIN = 60.0
"""Seconds that one client may take to connect."""

SOURCES = 20
"""SharedSubscription addresses of a swarm: the kernel searches long for a free port where few are left."""

PEEK = 64
"""Bytes of a message that contain its type."""


def masked(message: object) -> bytes:
    """Return a client's text frame. Its mask is zero, which leaves the text as it is."""
    text = json.dumps(message).encode()
    head = bytes([0x81, 0x80 | len(text)]) if len(text) < 126 else b"\x81\xfe" + len(text).to_bytes(2)
    return head + bytes(4) + text


INIT = masked({"type": "connection_init"})
SUBSCRIBE = masked({"id": "1", "type": "subscribe", "payload": {"query": DOCUMENT}})
PONG = masked({"type": "pong"})


class Client(asyncio.Protocol):
    """One WebSocket with one subscription. `joined` is done when it has its snapshot."""

    __slots__ = ("_rest", "_shaken", "_swarm", "_transport", "joined")

    def __init__(self, swarm: "Clients", joined: "asyncio.Future[None]") -> None:
        self._swarm, self.joined = swarm, joined
        self._rest = b""
        self._shaken = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the handshake."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._swarm.handshake)

    def connection_lost(self, exc: Exception | None) -> None:
        """Record a failure, unless the connection was dropped on purpose."""
        if self in self._swarm.clients:
            self._swarm.fail(self, f"connection lost: {exc!r}")

    def data_received(self, data: bytes) -> None:
        """Handle the complete frames; keep the rest."""
        data, start = self._rest + data, 0
        if not self._shaken:
            start = data.find(b"\r\n\r\n") + 4
            if start >= 4:
                self._shake(data)
        while self._shaken and len(data) - start >= 2:
            size, head = data[start + 1], 2
            if size >= 126:
                head = 4 if size == 126 else 10
                size = int.from_bytes(data[start + 2 : start + head])
            if len(data) < start + head + size:
                break
            self._take(data[start] & 15, data[start + head : start + head + size])
            start += head + size
        self._rest = data[start:] if self._shaken else data

    def drop(self) -> None:
        """Abort the connection without a close frame."""
        self._transport.abort()

    def _shake(self, answer: bytes) -> None:
        if not answer.startswith(b"HTTP/1.1 101"):
            self._swarm.fail(self, answer[:PEEK].decode())
        self._shaken = True
        self._transport.write(INIT)

    def _take(self, opcode: int, message: bytes) -> None:
        kind = message[:PEEK]
        if b'"next"' in kind:
            if self.joined.done():
                self._swarm.arrive(message)
            else:
                self.joined.set_result(None)
        elif b'"ping"' in kind:
            self._transport.write(PONG)
        elif b'"connection_ack"' in kind:
            self._transport.write(SUBSCRIBE)
        else:
            self._swarm.fail(self, f"opcode {opcode}: {message!r}")


class Clients:
    """The clients of this process; its coroutine methods are the commands."""

    def __init__(self) -> None:
        self.clients: set[Client] = set()
        self.handshake = b""
        self._arrivals = array("d")
        self._last = b""
        self._wanted = 0
        self._complete = asyncio.Event()
        self._faults: list[str] = []

    def arrive(self, message: bytes) -> None:
        """Record the arrival of an update."""
        self._arrivals.append(time.perf_counter())
        self._last = message
        if len(self._arrivals) == self._wanted:
            self._complete.set()

    def fail(self, client: Client, fault: str) -> None:
        """Record the failure of a client."""
        self._faults.append(fault)
        self._complete.set()
        if not client.joined.done():
            client.joined.set_exception(ConnectionError(fault))

    async def connect(self, address: str, port: int, count: int, source: str) -> tuple[float, float]:
        """Connect `count` more clients from a network like 127.1.1; return the begin, and when all had snapshots."""
        self.handshake = (
            f"GET /graphql HTTP/1.1\r\nHost: {address}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
        ).encode()
        loop, left = asyncio.get_running_loop(), iter(range(count))

        async def join() -> None:
            for number in left:
                joined: asyncio.Future[None] = loop.create_future()
                async with asyncio.timeout(JOIN_WITHIN):
                    _, client = await loop.create_connection(
                        lambda joined=joined: Client(self, joined),  # type: ignore[misc] # the variable of the loop is bound
                        address,
                        port,
                        local_addr=(f"{source}.{number % SOURCES + 1}", 0),
                    )
                    self.clients.add(client)
                    await joined

        began = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for _ in range(JOINING_AT_ONCE):
                tasks.create_task(join())
        return began, time.perf_counter()

    async def take(self, within: float) -> tuple[bytes, bytes]:
        """Wait until an update has reached all clients; return the times as doubles, and the last message."""
        self._wanted = len(self.clients)
        if len(self._arrivals) < self._wanted:
            self._complete.clear()
            async with asyncio.timeout(within):
                await self._complete.wait()
        arrivals, self._arrivals = self._arrivals, array("d")
        if self._faults or len(arrivals) != self._wanted:
            raise RuntimeError(f"{len(arrivals)} of {self._wanted} updates, {self._faults[:3]}")
        return arrivals.tobytes(), self._last

    async def drop(self) -> None:
        """Drop all clients at once."""
        going, self.clients = self.clients, set()
        for client in going:
            client.drop()


def serve_commands(commands: Connection, core: int | None) -> None:
    """Run the commands from a pipe until it closes: the main function of the process."""
    open_many_files()
    if core is not None:
        os.sched_setaffinity(0, {core})
    gc.disable()

    async def run() -> None:
        clients, loop = Clients(), asyncio.get_running_loop()
        while True:
            try:
                name, given = await loop.run_in_executor(None, commands.recv)
            except EOFError:
                return
            command: Callable[..., Any] = getattr(clients, name)
            try:
                commands.send((await command(*given), None))
            except Exception as error:  # noqa: BLE001 # the benchmark raises it
                commands.send((None, _first_of(error)))

    uvloop.run(run())


def _first_of(error: Exception) -> str:
    """Return the first error of a group, as text."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return repr(error)


@dataclass
class Swarm:
    """The clients of one server, in a process pinned to `core` (None: anywhere)."""

    server: ServerProcess
    number: int
    core: int | None

    def __enter__(self) -> Self:
        context = multiprocessing.get_context("spawn")
        self._commands, theirs = context.Pipe()
        self._process = context.Process(target=serve_commands, args=(theirs, self.core), daemon=True)
        self._process.start()
        theirs.close()
        self._wave = 0
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()

    async def connect(self, count: int, within: float) -> tuple[float, float]:
        """Connect and subscribe `count` clients; return the begin, and when all had their snapshots."""
        self._wave += 1  # each wave from another network: the ports of the last are not free yet
        source = f"127.{100 + self.number}.{self._wave}"
        times: tuple[float, float] = await self._ask(
            within, "connect", self.server.address, self.server.port, count, source
        )
        return times

    async def take(self, within: float) -> tuple["array[float]", bytes]:
        """Return when an update reached each client, in order, and the update."""
        times, update = await self._ask(within + 5, "take", within)
        arrivals = array("d")
        arrivals.frombytes(times)
        return arrivals, update

    async def drop(self, within: float) -> None:
        """Drop all clients at once."""
        await self._ask(within, "drop")

    async def _ask(self, within: float, name: str, *given: object) -> Any:
        self._commands.send((name, given))
        if not await asyncio.to_thread(self._commands.poll, within):
            raise TimeoutError(f"the swarm of {self.server.kind} must finish {name} within {within:g} s")
        result, fault = self._commands.recv()
        if fault is not None:
            raise RuntimeError(f"the swarm of {self.server.kind} failed at {name}: {fault}")
        return result
