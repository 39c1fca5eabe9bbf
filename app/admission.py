"""The bounded queue before the database: when it is full, the newest operation is refused, and none in progress."""

import logging
from collections import Counter
from time import monotonic
from typing import Final, NamedTuple, Self

from app.turning_away import Overloaded, TooManyRequests

logger = logging.getLogger("tanggap.admission")

SHARE: Final = 8
"""Part of the places, an eighth, that one network may take: a flood must not fill the queue."""

REPORTED_EVERY: Final = 10.0
"""Seconds between two lines in the log."""


class Use(NamedTuple):
    """Operations that use the database or wait for it, of `most`, and those that were refused since the start."""

    running: int
    most: int
    refused: int


class Admission:
    """Counts the operations that use the database or wait for it. Kept answers need no place."""

    def __init__(self, most: int) -> None:
        self._most, self._running, self._refused = most, 0, 0
        self._share, self._by_network = max(1, most // SHARE), Counter[str]()
        self._reported_at = -REPORTED_EVERY

    @property
    def use(self) -> Use:
        """The use of the queue."""
        return Use(self._running, self._most, self._refused)

    def place(self, network: str) -> "Place":
        """Return a place that a network can take. It is a context manager, which leaves it at the end."""
        return Place(self, network)

    def enter(self, network: str) -> None:
        """Take one of the places. Raises Overloaded, TooManyRequests when the network has its share of them."""
        if self._running >= self._most:
            self._refused += 1
            if monotonic() - self._reported_at >= REPORTED_EVERY:
                self._reported_at = monotonic()
                logger.warning("overloaded, refusing operations running=%d refused=%d", self._running, self._refused)
            raise Overloaded
        if self._by_network[network] >= self._share:
            raise TooManyRequests(1)
        self._running += 1
        self._by_network[network] += 1

    def leave(self, network: str) -> None:
        """Leave a place."""
        self._running -= 1
        self._by_network[network] -= 1
        if not self._by_network[network]:
            del self._by_network[network]


class Place:
    """The place of an operation. It may be taken and left several times."""

    __slots__ = ("_admission", "_is_taken", "_network")

    def __init__(self, admission: Admission, network: str) -> None:
        self._admission, self._network, self._is_taken = admission, network, False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def take(self) -> None:
        """Take the place, unless it is taken. Raises TurnedAway."""
        if not self._is_taken:
            self._admission.enter(self._network)
            self._is_taken = True

    def leave(self) -> None:
        """Leave the place, if it is taken."""
        if self._is_taken:
            self._is_taken = False
            self._admission.leave(self._network)
