"""Threads for work that takes much memory or time: a few at once, a few waiting, and a refusal for all others."""

import threading
from asyncio import wrap_future
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

P = ParamSpec("P")
T = TypeVar("T")

RETRY_AFTER: Final = 5
"""Seconds after which a refused client should try again."""


class Workers:
    """A pool of `threads`, with a queue of at most `waiting` calls."""

    def __init__(self, name: str, *, threads: int, waiting: int) -> None:
        # A pool and not a semaphore of the event loop: a cancelled request would release its permit while its thread
        # goes on and holds the memory.
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places = threading.BoundedSemaphore(threads + waiting)

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call `work` in a thread as soon as one is free. Raises Refusal RATE_LIMITED when the queue is full."""
        if not self._places.acquire(blocking=False):
            raise Refusal(ErrorCode.RATE_LIMITED, Message.BUSY, seconds=RETRY_AFTER)
        future = self._pool.submit(work, *args, **kwargs)
        future.add_done_callback(lambda _: self._places.release())
        return future

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `work` as `submit` does, and return its result. A call that still waits is cancelled with its caller."""
        return await wrap_future(self.submit(work, *args, **kwargs))
