"""ServerProcess processes that may be ended at any moment, and come back under the same address."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import httpx

from tests.city import ROOT, free_port
from tests.wire import DEADLINE, RequestFailedError

UNANSWERED = (httpx.HTTPError, RequestFailedError, ValueError)
"""How it shows that a server, or its database, is away: no answer, an error beside the data, or no JSON."""


class Worker:
    """One server process of a module that understands `serve`; its words go to the file `log`."""

    def __init__(self, module: str, environment: dict[str, str], log: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [sys.executable, "-m", module, "serve", "--host", "127.0.0.1", "--port", str(self.port)]
        self._environment = environment
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it and wait until it is ready; RuntimeError when it ends meanwhile, TimeoutError after DEADLINE."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env={**os.environ, **self._environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        async with asyncio.timeout(DEADLINE), httpx.AsyncClient(base_url=self.url) as http:
            while True:
                with suppress(httpx.TransportError):
                    if (await http.get("/readyz")).status_code == 200:
                        return
                if self._process.poll() is not None:
                    raise RuntimeError(f"The server stopped while it started; it said:\n{self._log.read_text()}")
                await asyncio.sleep(0.05)

    def freeze(self) -> None:
        """Let it neither answer nor hang up, as a machine that swaps; `thaw` lets it go on."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen one go on."""
        self._signal(signal.SIGCONT)

    async def end(self, number: signal.Signals) -> None:
        """End it with a signal and wait for its end, beside the other tasks; nothing when it does not run."""
        if self._process is not None:
            self._signal(number)
            await asyncio.to_thread(self._process.wait, DEADLINE)
            self._process = None

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)


class Fleet:
    """The server processes of one city."""

    def __init__(self, workers: list[Worker]) -> None:
        self.workers = workers
        self._clients = {
            worker.url: httpx.AsyncClient(base_url=worker.url, timeout=DEADLINE / 2) for worker in self.workers
        }

    async def start(self) -> None:
        """Start them all."""
        await asyncio.gather(*(worker.start() for worker in self.workers))

    async def close(self) -> None:
        """End them all, frozen or not."""
        await asyncio.gather(*(worker.end(signal.SIGKILL) for worker in self.workers))
        await asyncio.gather(*(client.aclose() for client in self._clients.values()))

    def any_url(self, rng: random.Random) -> str:
        """Choose a server, which may be down at the moment."""
        return rng.choice(self.workers).url

    def any_http(self, rng: random.Random) -> httpx.AsyncClient:
        """Choose a server to send requests to, likewise."""
        return self._clients[self.any_url(rng)]
