"""An app of JavaScript in a process of its own, with the clients of docs/clients.md."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from tests.wire import DEADLINE

FOLDER = Path(__file__).parent
LINE_AT_MOST = 1024 * 1024
"""Bytes of a line that an app says; a board is one."""


class App:
    """`app.mjs`: it is told what to do, and what it says is taken by name."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._said: defaultdict[str, asyncio.Queue[dict[str, Any]]] = defaultdict(asyncio.Queue)

    @classmethod
    @asynccontextmanager
    async def running(cls, node: str) -> AsyncIterator["App"]:
        """Run one."""
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
        """Sort what it says by name, to its end."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line)
            self._said[said.pop("name")].put_nowait(said)

    async def do(self, verb: str, **given: Any) -> None:
        """Tell it what to do."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps({'verb': verb, **given})}\n".encode())
        await self._process.stdin.drain()

    async def next(self, name: str) -> Any:
        """The next thing that `name` has seen; an error fails."""
        said = await self._hear(name)
        assert "error" not in said, said
        return said["next"]

    async def take(self, name: str, count: int) -> list[Any]:
        """The next `count` things."""
        return [await self.next(name) for _ in range(count)]

    async def until(self, name: str, wanted: object) -> list[Any]:
        """What `name` sees up to `wanted`, with it."""
        seen = [await self.next(name)]
        while seen[-1] != wanted:
            seen.append(await self.next(name))
        return seen

    async def error(self, name: str) -> str:
        """The code of the error that `name` gets next."""
        said = await self._hear(name)
        assert "next" not in said, said
        return str(said["error"][0]["extensions"]["code"])

    async def _hear(self, name: str) -> dict[str, Any]:
        async with asyncio.timeout(DEADLINE):
            return await self._said[name].get()
