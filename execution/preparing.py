"""The thread in which documents are prepared: parsed, validated and compiled.

A document of 1,000 fields that was never seen takes half a second of processor time. Meanwhile the event loop serves
others. There is one thread, so the loop gets at least half of the time of its core, however many documents wait.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_thread = ThreadPoolExecutor(1, thread_name_prefix="documents")


def prepare(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> Future[T]:
    """Call `work` in the thread, after all that was given to it before."""
    return _thread.submit(work, *args, **named)


async def prepared(future: "Future[T]") -> T:
    """Await what the thread returns or raises. Others may await it too: it goes on when this is cancelled."""
    return future.result() if future.done() else await asyncio.shield(asyncio.wrap_future(future))
