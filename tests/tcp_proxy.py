"""A network between clients and a server, which fails in the ways that stopping the server cannot show."""

import asyncio
import socket
import struct
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

TASK = "tcp proxy"
"""The name of all its tasks, by which a test that counts tasks leaves them out."""

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER for no time: closing resets


class TcpProxy:
    """A port that leads to the server of an address; `url` is that address by way of the port.

    It runs in the event loop of the test. At its end all who are connected are reset.
    """

    def __init__(self, url: str) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.setblocking(False)
        parts = urlsplit(url)
        user, at, _ = parts.netloc.rpartition("@")
        self.url = parts._replace(netloc=f"{user}{at}127.0.0.1:{self._listening.getsockname()[1]}").geturl()
        self.lead_to(url)
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._sockets: set[socket.socket] = set()
        self._links: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._accepting = asyncio.create_task(self._accept(), name=TASK)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tasks = [self._accepting, *self._links]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._listening.close()
        self._reset(*self._sockets)

    def lead_to(self, url: str) -> None:
        """Lead to this server from the next connection on."""
        parts = urlsplit(url)
        self._target = (parts.hostname, parts.port)

    def silence(self) -> None:
        """Keep every connection open and carry nothing; new ones are taken, and hear nothing either."""
        self._flowing.clear()

    def heal(self) -> None:
        """Carry again, first what was held back."""
        self._flowing.set()

    def cut(self) -> None:
        """Carry nothing ever again over the present connections and tell nobody, as a firewall that forgot them."""
        for link in self._links:
            link.cancel()

    async def _accept(self) -> None:
        while True:
            client, _ = await asyncio.get_running_loop().sock_accept(self._listening)
            self._sockets.add(client)
            link = asyncio.create_task(self._link(client), name=TASK)
            self._links.add(link)
            link.add_done_callback(self._links.discard)

    async def _link(self, client: socket.socket) -> None:
        """Connect a client to the server until both have ended; when cancelled, leave them hanging."""
        await self._flowing.wait()
        server = socket.socket()
        server.setblocking(False)
        self._sockets.add(server)
        try:
            await asyncio.get_running_loop().sock_connect(server, self._target)
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._carry(client, server), name=TASK)
                ways.create_task(self._carry(server, client), name=TASK)
        except* OSError:
            self._reset(client, server)
        else:
            self._close(client, server)

    async def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while data := await loop.sock_recv(source, 65_536):
            await self._flowing.wait()
            await loop.sock_sendall(sink, data)
        await self._flowing.wait()
        sink.shutdown(socket.SHUT_WR)

    def _reset(self, *sockets: socket.socket) -> None:
        for each in sockets:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._close(*sockets)

    def _close(self, *sockets: socket.socket) -> None:
        for each in sockets:
            each.close()
            self._sockets.discard(each)
