"""A JavaScript app in its own process, with the clients of docs/clients.md."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from tests.city import Deployment
from tests.wire import DEADLINE, ERRORS, PASSWORD, Caller

FOLDER = Path(__file__).parent
LINE_AT_MOST = 1024 * 1024
"""Longest output line of an app, in bytes: a whole board is one line."""


class App:
    """A running `app.mjs`: it takes commands, and its output is read by name."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._output: defaultdict[str, asyncio.Queue[dict[str, Any]]] = defaultdict(asyncio.Queue)

    @classmethod
    @asynccontextmanager
    async def running(cls, node: str) -> AsyncIterator["App"]:
        """Run an app, and end it on exit."""
        process = await asyncio.create_subprocess_exec(
            node, "app.mjs", cwd=FOLDER, stdin=PIPE, stdout=PIPE, limit=LINE_AT_MOST
        )
        app = cls(process)
        listening = asyncio.create_task(app.listen())
        try:
            yield app
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            await asyncio.gather(listening, return_exceptions=True)

    async def listen(self) -> None:
        """Sort the output by name until the app ends."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            message = json.loads(line)
            self._output[message.pop("name")].put_nowait(message)

    async def do(self, verb: str, **given: Any) -> None:
        """Send a command."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps({'verb': verb, **given})}\n".encode())
        await self._process.stdin.drain()

    async def next(self, name: str) -> Any:
        """Return the next value that `name` received; fail on an error."""
        message = await self._receive(name)
        assert "error" not in message, message
        return message["next"]

    async def take(self, name: str, count: int) -> list[Any]:
        """Return the next `count` values."""
        return [await self.next(name) for _ in range(count)]

    async def until(self, name: str, wanted: object) -> list[Any]:
        """Return the values of `name` up to and including `wanted`."""
        seen = [await self.next(name)]
        while seen[-1] != wanted:
            seen.append(await self.next(name))
        return seen

    async def error(self, name: str) -> str:
        """Return the code of the error that `name` receives next."""
        message = await self._receive(name)
        assert "next" not in message, message
        return str(message["error"][0]["extensions"]["code"])

    async def _receive(self, name: str) -> dict[str, Any]:
        async with asyncio.timeout(DEADLINE):
            return await self._output[name].get()


async def open_app(
    app: App, deployment: Deployment, *, ports: list[int], http: int | None = None, **given: Any
) -> None:
    """Connect the app: sockets at the ports in turn, HTTP at a port, by default of the server that keeps running."""
    urls = [f"ws://127.0.0.1:{port}/graphql" for port in ports]
    api = f"http://127.0.0.1:{http or deployment.servers[1].port}/graphql"
    await app.do("open", urls=urls, api=api, **given)


async def signed_in(deployment: Deployment, email: str) -> dict[str, Any]:
    """Return the session of a sign-in."""
    answer = await Caller(deployment.clients[1]).ask(
        f"mutation($e: String!, $p: String!) {{ signIn(email: $e, password: $p) "
        f"{{ session {{ accessToken refreshToken expiresIn }} {ERRORS} }} }}",
        e=email,
        p=PASSWORD,
    )
    session: dict[str, Any] = answer["signIn"]["session"]
    return session
