"""The sockets of this process that have signed in, and their end: with the session, or when its token runs out."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from models.accounts import AccessKind
from models.log import EventRow, Topic
from subscriptions.hub import Hub

logger = logging.getLogger("tanggap.sockets")

FORBIDDEN = 4403
"""The close code after which a client signs in anew and comes back."""

SWEEP = 1.0
"""Seconds between two looks for tokens that have run out."""

CLOSE_WITHIN = 5.0
"""Seconds that a socket may take to be closed; one whose reader is stuck takes for ever."""


class SignedIn(Protocol):
    """A socket: `subscriptions.protocol.Handler`."""

    @property
    def session_id(self) -> str | None:
        """The session that signed in."""

    @property
    def token_until(self) -> datetime | None:
        """Until when its token works."""

    async def close(self, code: int, reason: str) -> None:
        """Close it."""


class Sockets:
    """All sockets of the process that have signed in; `watch` closes those that must go."""

    def __init__(self, hub: Hub, now: Callable[[], datetime]) -> None:
        self._hub, self._now = hub, now
        self._open: set[SignedIn] = set()

    def add(self, socket: SignedIn) -> None:
        """Watch a socket that has just signed in."""
        self._open.add(socket)

    def discard(self, socket: SignedIn) -> None:
        """Forget a socket that has ended."""
        self._open.discard(socket)

    async def watch(self) -> None:
        """Close sockets whose session ends, as the log tells, or whose token has run out. Runs until cancelled."""
        while True:
            with self._hub.listen(("topic", Topic.ACCESS)) as listener:
                while not listener.overflowed:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(SWEEP):
                            await listener.wait()
                    ended = set(_ended(listener.take_waiting()))
                    now = self._now()
                    await self._close([one for one in self._open if _is_over(one, ended, now)])

    async def _close(self, sockets: Iterable[SignedIn]) -> None:
        async def one(socket: SignedIn) -> None:
            self.discard(socket)
            with suppress(Exception):  # whatever it dies of, it is gone
                async with asyncio.timeout(CLOSE_WITHIN):
                    await socket.close(FORBIDDEN, "The session has ended.")

        await asyncio.gather(*map(one, sockets))


def _ended(events: Iterable[EventRow]) -> Iterable[str]:
    return (event.data["session"] for event in events if event.kind == AccessKind.SESSION_ENDED)


def _is_over(socket: SignedIn, ended: set[str], now: datetime) -> bool:
    return socket.session_id in ended or (socket.token_until is not None and socket.token_until <= now)
