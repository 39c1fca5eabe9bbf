"""`tanggap` in a process of its own, forked from one that has imported the application already.

Importing takes most of a start, and the tests start some hundred servers. Only what a server needs is imported here.
"""

import asyncio
import os
import runpy
import sys
import tempfile
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import DupFd
from typing import Any

from argon2 import PasswordHasher

import app.asgi
import app.cli
from actions import passwords

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Hashes the passwords of tests: they guard nobody, and thousands at 0.3 s of processor time would take minutes."""

STDOUT, STDERR = 1, 2
COMMAND = app.cli.__name__

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


def start_server(
    environment: dict[str, str], port: int, *, module: str = COMMAND, output: int = STDERR
) -> ForkServerProcess:
    """Start a server on a port of the loopback address. It leads a process group, for its workers and signals.

    `environment` is added to that of this process. `module` is the command, `output` the open file of what it logs.
    """
    arguments = ("serve", "--host", "127.0.0.1", "--port", str(port))
    return start_command(environment, *arguments, module=module, output=output)


def start_command(
    environment: dict[str, str],
    *arguments: str,
    module: str = COMMAND,
    printed: int = STDOUT,
    output: int = STDERR,
) -> ForkServerProcess:
    """Start `tanggap` with these arguments, as `start_server` does. `printed` is the file of its standard output."""
    whole = {**os.environ, **environment}
    files = _Descriptor(printed), _Descriptor(output)
    process = _FORKSERVER.Process(target=_run, args=(whole, arguments, module, *files))
    process.start()
    return process


async def run_command(environment: dict[str, str], *arguments: str) -> tuple[int | None, str]:
    """Run `tanggap` to its end; return its exit code and all that it printed."""
    with tempfile.TemporaryFile("w+") as file:
        process = start_command(environment, *arguments, printed=file.fileno(), output=file.fileno())
        await asyncio.to_thread(process.join)
        file.seek(0)
        return process.exitcode, file.read()


def _run(
    environment: dict[str, str], arguments: tuple[str, ...], module: str, printed: _Descriptor, output: _Descriptor
) -> None:
    os.setsid()
    os.dup2(printed.number, STDOUT)  # those of the test, which may be captured, and not those of the first test
    os.dup2(output.number, STDERR)
    sys.stdin = None  # uvicorn's supervisor would give its number to the workers, who do not have it
    os.environ.clear()  # that of the first test
    os.environ.update(environment)
    passwords._hasher = CHEAP
    if module == COMMAND:
        app.cli.main(arguments)
    sys.argv[1:] = arguments
    runpy.run_module(module, run_name="__main__")
