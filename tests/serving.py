"""`tanggap serve` in a process of its own, forked from one that has imported the application already.

Importing takes most of a start, and the tests start some hundred servers. Only what a server needs is imported here.
"""

import os
import sys
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import DupFd
from typing import Any

import app.asgi  # noqa: F401 - uvicorn imports it by name
from app.cli import main

STDERR = 2

_FORKSERVER = get_context("forkserver")
_FORKSERVER.set_forkserver_preload([__name__])


@dataclass(frozen=True, slots=True)
class _Descriptor:
    """An open file of this process; unpickled in a process that is being started, it is that process's copy."""

    number: int

    def __reduce__(self) -> tuple[object, ...]:
        return _received, (DupFd(self.number),)


def _received(copy: Any) -> _Descriptor:
    return _Descriptor(copy.detach())


def start_server(environment: dict[str, str], port: int) -> ForkServerProcess:
    """Start a server on a port of the loopback address. It leads a process group, for its workers and signals.

    `environment` is added to that of this process.
    """
    whole = {**os.environ, **environment}
    process = _FORKSERVER.Process(target=_serve, args=(whole, port, _Descriptor(STDERR)))
    process.start()
    return process


def _serve(environment: dict[str, str], port: int, stderr: _Descriptor) -> None:
    os.setsid()
    os.dup2(stderr.number, STDERR)  # that of the test, which may be captured, and not that of the first test
    sys.stdin = None  # uvicorn's supervisor would give its number to the workers, who do not have it
    os.environ.clear()  # that of the first test
    os.environ.update(environment)
    main(["serve", "--host", "127.0.0.1", "--port", str(port)])
