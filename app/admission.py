"""The bounded queue before the database: when it is full, the newest operation is refused, and none in progress."""

import logging
from time import monotonic
from typing import Final, NamedTuple, Self

from rules.messages import Message
from schema.errors import RequestCode, RequestError

logger = logging.getLogger("tanggap.admission")

RETRY_AFTER: Final = 2
"""Seconds after which an operation that was refused should be tried again."""

REPORTED_EVERY: Final = 10.0
"""Seconds between two lines in the log."""


class Overloaded(RequestError):
    """The queue is full. Nothing was executed."""

    retry_after = RETRY_AFTER
    quotas = ()

    def __init__(self) -> None:
        super().__init__(RequestCode.RATE_LIMITED, Message.BUSY, seconds=RETRY_AFTER)
        self.extensions = {"retryAfter": RETRY_AFTER}


class Use(NamedTuple):
    """Operations that use the database or wait for it, of `most`, and those that were refused since the start."""

    running: int
    most: int
    refused: int


class Admission:
    """Counts the operations that use the database or wait for it. Kept answers need no place."""

    def __init__(self, most: int) -> None:
        self._most, self._running, self._refused = most, 0, 0
        self._reported_at = -REPORTED_EVERY

    @property
    def use(self) -> Use:
        """The use of the queue."""
        return Use(self._running, self._most, self._refused)

    def place(self) -> "Place":
        """Return a place that can be taken. It is a context manager, which leaves it at the end."""
        return Place(self)

    def enter(self) -> None:
        """Take one of the places. Raises Overloaded."""
        if self._running >= self._most:
            self._refused += 1
            if monotonic() - self._reported_at >= REPORTED_EVERY:
                self._reported_at = monotonic()
                logger.warning("overloaded, refusing operations running=%d refused=%d", self._running, self._refused)
            raise Overloaded
        self._running += 1

    def leave(self) -> None:
        """Leave a place."""
        self._running -= 1


class Place:
    """The place of an operation. It may be taken and left several times."""

    __slots__ = ("_admission", "_is_taken")

    def __init__(self, admission: Admission) -> None:
        self._admission, self._is_taken = admission, False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def take(self) -> None:
        """Take the place, unless it is taken. Raises Overloaded."""
        if not self._is_taken:
            self._admission.enter()
            self._is_taken = True

    def leave(self) -> None:
        """Leave the place, if it is taken."""
        if self._is_taken:
            self._is_taken = False
            self._admission.leave()
