"""A proxy between a client and a server that can be cut, go silent or delay answers, like a phone connection."""

import asyncio
from contextlib import suppress

from tests.backends import free_port
from tests.wire import DEADLINE


class Proxy:
    """A TCP proxy on its own port."""

    def __init__(self, port: int) -> None:
        self.port = free_port()
        self._target = port
        self._listening: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._is_forwarding, self._is_answering, self._has_held = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.speak()

    async def restore(self) -> None:
        """Accept connections from now on."""
        self._listening = await asyncio.start_server(self._proxy, "127.0.0.1", self.port)

    def cut(self) -> None:
        """Abort all connections, and refuse new ones."""
        if self._listening is not None:
            self._listening.close()
        for end in self._ends:
            end.transport.abort()
        self.speak()  # ends the waiting copies

    def silence(self) -> None:
        """Keep all connections open, and forward nothing more."""
        self._is_forwarding.clear()

    def delay(self) -> None:
        """Forward what clients send, and hold what the server answers."""
        self._has_held.clear()
        self._is_answering.clear()

    async def answered(self) -> None:
        """Wait until the server has answered something that is held."""
        async with asyncio.timeout(DEADLINE):
            await self._has_held.wait()

    def speak(self) -> None:
        """Forward again, held data first."""
        self._is_forwarding.set()
        self._is_answering.set()

    async def _proxy(self, near_reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        far_reader, far = await asyncio.open_connection("127.0.0.1", self._target)
        ends = {near, far}
        self._ends |= ends
        try:
            await asyncio.gather(self._copy(near_reader, far), self._copy(far_reader, near, self._is_answering))
        finally:
            self._ends -= ends

    async def _copy(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gate: asyncio.Event | None = None
    ) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                await self._is_forwarding.wait()
                if gate is not None and not gate.is_set():
                    self._has_held.set()
                    await gate.wait()
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
