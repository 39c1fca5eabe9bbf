"""A separate server process, run as in production, on one core: Tanggap, or what it is compared with.

The benchmarks run it: python -m benchmarks.live.hosting raw|stock|tanggap, with the settings in the environment.
"""

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

import httpx
import uvicorn

import app.server
from app.settings import Settings, read_settings
from tests.backends import free_port
from tests.city import FREE_ENVIRONMENT, ROOT, SECRET
from tests.wire import DEADLINE

APPS = {
    "raw": "benchmarks.live.raw:create_app",
    "stock": "benchmarks.live.stock:create_app",
    "hand-written": "benchmarks.peers.handwritten:create_app",
}
"""The applications other than Tanggap; `tanggap serve` names its own."""


class Program(NamedTuple):
    """The command of a server, and the folder in which it runs. The server must end when its stdin is closed."""

    command: list[str]
    folder: Path


class ServerProcess:
    """A server process, pinned to `core` unless that is None. It ends with this process.

    `program`: the command of another server. It gets the settings in the environment too.
    """

    def __init__(
        self,
        kind: str,
        environment: dict[str, str],
        core: int | None,
        address: str = "127.0.0.1",
        program: Program | None = None,
    ) -> None:
        self.kind, self.address, self.port = kind, address, free_port()
        given = {"HOST": address, "PORT": str(self.port), "SECRET_KEY": SECRET, "LOG_LEVEL": "WARNING"}
        command, folder = program or Program([sys.executable, "-m", "benchmarks.live.hosting", kind], ROOT)
        with _pinned(core):
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, **FREE_ENVIRONMENT, **given, **environment},
                stdin=subprocess.PIPE,
                start_new_session=True,
            )
        self.http = httpx.AsyncClient(base_url=f"http://{address}:{self.port}", timeout=DEADLINE)

    async def __aenter__(self) -> Self:
        try:
            await self._started()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()
        self._process.send_signal(signal.SIGKILL)
        self._process.communicate()

    async def _started(self) -> None:
        """Wait until the server is ready. Raises RuntimeError, TimeoutError."""
        async with asyncio.timeout(DEADLINE):
            while not await self._is_ready():
                if self._process.poll() is not None:
                    raise RuntimeError(f"The server {self.kind} ended while it started.")
                await asyncio.sleep(0.05)

    async def _is_ready(self) -> bool:
        try:
            return (await self.http.get("/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    async def fire(self, frame: str) -> float:
        """Have a server other than Tanggap send a frame to all; return when it was asked, by `time.perf_counter`."""
        began = time.perf_counter()
        (await self.http.post("/fire", content=frame)).raise_for_status()
        return began

    def cpu(self) -> float:
        """Return the processor time used so far, in seconds."""
        tasks = Path(f"/proc/{self._process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def memory(self) -> int:
        """Return the private memory in bytes."""
        lines = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text().splitlines()
        return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


@contextmanager
def _pinned(core: int | None) -> Iterator[None]:
    """Pin what this thread starts to a core."""
    own = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, own)


def frame_of(payload: object) -> str:
    """Return a `next` message of graphql-transport-ws, encoded as Tanggap does."""
    return json.dumps({"id": "1", "type": "next", "payload": payload}, separators=(",", ":"), ensure_ascii=False)


def open_many_files() -> int:
    """Raise the limit of open files to its maximum, and return it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def end_with_parent() -> None:
    """End this process when its parent has ended for whatever reason: the pipe on stdin closes."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def main() -> None:
    """Serve one of the applications as `tanggap serve` does."""
    (kind,) = sys.argv[1:]
    end_with_parent()
    open_many_files()
    production = app.server.uvicorn_config

    def config(settings: Settings) -> uvicorn.Config:
        made = production(settings)
        made.app = APPS.get(kind, made.app)
        return made

    app.server.uvicorn_config = config
    app.server.serve_forever(read_settings())


if __name__ == "__main__":
    main()
