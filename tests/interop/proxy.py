"""The way of a client to a server: it can be cut, and it can go silent, as a phone's does."""

import asyncio
from contextlib import suppress

from tests.city import free_port


class Proxy:
    """A port of its own that leads to a server's."""

    def __init__(self, port: int) -> None:
        self.port = free_port()
        self._target = port
        self._listening: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._sound = asyncio.Event()
        self._sound.set()

    async def mend(self) -> None:
        """Let connections in, from now on."""
        self._listening = await asyncio.start_server(self._carry, "127.0.0.1", self.port)

    def cut(self) -> None:
        """Break all connections without a word, and refuse others."""
        if self._listening is not None:
            self._listening.close()
        for end in self._ends:
            end.transport.abort()
        self.speak()  # to nobody: what has been waiting ends

    def silence(self) -> None:
        """Keep all connections, and carry nothing more."""
        self._sound.clear()

    def speak(self) -> None:
        """Carry on, with what has been waiting first."""
        self._sound.set()

    async def _carry(self, near_reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        far_reader, far = await asyncio.open_connection("127.0.0.1", self._target)
        ends = {near, far}
        self._ends |= ends
        try:
            await asyncio.gather(self._copy(near_reader, far), self._copy(far_reader, near))
        finally:
            self._ends -= ends

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                await self._sound.wait()
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
