"""`tanggap serve` in a process of its own, forked from one that has imported the application already.

Importing takes most of a start, and the tests start some hundred servers. Only what a server needs is imported here.
"""

import os
import sys
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess

import app.asgi  # noqa: F401 - uvicorn imports it by name
from app.cli import main

_FORKSERVER = get_context("forkserver")
_FORKSERVER.set_forkserver_preload([__name__])


def start_server(environment: dict[str, str], port: int) -> ForkServerProcess:
    """Start a server on a port of the loopback address. It leads a process group, for its workers and signals."""
    process = _FORKSERVER.Process(target=_serve, args=(environment, port))
    process.start()
    return process


def _serve(environment: dict[str, str], port: int) -> None:
    os.setsid()
    sys.stdin = None  # uvicorn's supervisor would give its number to the workers, who do not have it
    os.environ.update(environment)
    main(["serve", "--host", "127.0.0.1", "--port", str(port)])
