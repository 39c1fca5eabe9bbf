"""ServerProcess processes that may be ended at any moment, and restarted at the same address."""

import asyncio
import os
import random
import signal
from contextlib import suppress
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx

from tests.backends import free_port
from tests.serving import start_server
from tests.wire import DEADLINE, RequestFailedError

UNANSWERED = (httpx.HTTPError, RequestFailedError, ValueError)
"""Signs of an unavailable server or database: no answer, an error beside the data, or no JSON."""


class Worker:
    """One server process: the command `serve` of a module. Its output goes to the file `log`."""

    def __init__(self, module: str, environment: dict[str, str], log: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._module = module
        self._environment = environment
        self._log = log
        self._process: ForkServerProcess | None = None

    async def start(self) -> None:
        """Start the process and wait until it is ready.

        Raises RuntimeError when it ends meanwhile, TimeoutError after DEADLINE.
        """
        with self._log.open("ab") as log:
            self._process = start_server(self._environment, self.port, module=self._module, output=log.fileno())
        async with asyncio.timeout(DEADLINE), httpx.AsyncClient(base_url=self.url) as http:
            while True:
                with suppress(httpx.TransportError):
                    if (await http.get("/readyz")).status_code == 200:
                        return
                if not self._process.is_alive():
                    raise RuntimeError(f"The server stopped while it started. Its output:\n{self._log.read_text()}")
                await asyncio.sleep(0.05)

    def freeze(self) -> None:
        """Suspend the process: it neither answers nor closes connections, like a machine that swaps."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Resume a frozen process."""
        self._signal(signal.SIGCONT)

    async def end(self, number: signal.Signals) -> None:
        """Send a signal and wait for the process to end, without blocking other tasks; no-op when it is not running."""
        if self._process is not None:
            self._signal(number)
            await asyncio.to_thread(self._process.join, DEADLINE)
            self._process = None

    def memory(self) -> int:
        """Return its memory in bytes (RSS); 0 when it is not running."""
        if self._process is None or self._process.pid is None:
            return 0
        with suppress(OSError):
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
            return pages * os.sysconf("SC_PAGE_SIZE")
        return 0

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.pid is not None:
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
        """Start all workers."""
        await asyncio.gather(*(worker.start() for worker in self.workers))

    def memory(self) -> int:
        """Return the memory of all workers in MB (RSS)."""
        return sum(worker.memory() for worker in self.workers) >> 20

    async def close(self) -> None:
        """Kill all workers, frozen or not, and close the HTTP clients."""
        await asyncio.gather(*(worker.end(signal.SIGKILL) for worker in self.workers))
        await asyncio.gather(*(client.aclose() for client in self._clients.values()))

    def any_url(self, rng: random.Random) -> str:
        """Return the address of a random server, which may be down at the moment."""
        return rng.choice(self.workers).url

    def any_http(self, rng: random.Random) -> httpx.AsyncClient:
        """Return the HTTP client of a random server, which may be down at the moment."""
        return self._clients[self.any_url(rng)]
