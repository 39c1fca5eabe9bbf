"""Memory of photos: how much all of them may take at once, and how it goes back to the system."""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_M_MMAP_THRESHOLD: Final = -3
_LARGE: Final = 1 << 20


class MemoryBudget:
    """Bytes that are taken while they are needed. Threads wait for their turn, in order."""

    def __init__(self, limit: int) -> None:
        self._limit = self._free = limit
        self._turn = threading.Lock()
        self._given_back = threading.Condition()

    @contextmanager
    def taken(self, size: int) -> Iterator[None]:
        """Take `size` bytes for the block. A size over the limit takes all, so it is alone."""
        size = min(size, self._limit)
        with self._turn, self._given_back:  # who waits for much is not overtaken by those who need little
            self._given_back.wait_for(lambda: self._free >= size)
            self._free -= size
        try:
            yield
        finally:
            with self._given_back:
                self._free += size
                self._given_back.notify()


def return_large_blocks() -> None:
    """Let this process give memory blocks of 1 MiB and more back to the system as soon as they are freed.

    glibc raises its threshold to the largest block ever freed, up to 32 MiB, and then keeps such blocks: after a few
    large photos a process would keep a gigabyte (mallopt(3), M_MMAP_THRESHOLD). Does nothing where there is no glibc.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
