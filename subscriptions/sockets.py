"""The sockets of this process, and their end: with the session, with the token, or when nobody is there any more."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

from models.accounts import AccessKind
from models.log import EventRow, Topic
from subscriptions.hub import Hub

logger = logging.getLogger("tanggap.sockets")

FORBIDDEN = 4403
"""The close code after which a client signs in anew and comes back."""

TRY_AGAIN_LATER = 1013
"""The close code (RFC 6455) after which a client comes back by itself."""

SWEEP = 1.0
"""Seconds between two looks at all sockets: one timer for the process, none for a socket."""

PING_AFTER = 20.0
"""Seconds of silence after which a client is asked whether it is there, by a ping of graphql-transport-ws."""

ANSWER_WITHIN = 20.0
"""Seconds of silence after that ping by which it is not."""

SEND_WITHIN = 5.0
"""Seconds that a socket may take for a ping or a close; one whose reader is stuck takes for ever."""


class Socket(Protocol):
    """A socket: `subscriptions.protocol.Handler`."""

    heard_at: float
    """When the client last sent anything, by the monotonic clock."""

    @property
    def session_id(self) -> str | None:
        """The session that signed in; None for a visitor."""

    @property
    def token_until(self) -> datetime | None:
        """Until when its token works."""

    async def ping(self) -> None:
        """Ask the client whether it is there."""

    async def close(self, code: int, reason: str) -> None:
        """Close it."""


class Sockets:
    """All sockets of the process that have begun; `watch` pings the silent and closes those that must go."""

    def __init__(self, hub: Hub, now: Callable[[], datetime]) -> None:
        self._hub, self._now = hub, now
        self._pinged: dict[Socket, float] = {}
        self._sending: set[asyncio.Task[None]] = set()

    def add(self, socket: Socket) -> None:
        """Watch a socket that has just begun."""
        self._pinged[socket] = 0.0

    def discard(self, socket: Socket) -> None:
        """Forget a socket that has ended."""
        self._pinged.pop(socket, None)

    async def watch(self) -> None:
        """Look after all sockets. Runs until cancelled."""
        while True:
            with self._hub.listen(("topic", Topic.ACCESS)) as listener:
                while not listener.overflowed:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(SWEEP):
                            await listener.wait()
                    self._sweep(set(_ended(listener.take_waiting())))

    def _sweep(self, ended: set[str]) -> None:
        """Close those whose session is in `ended`, whose token has run out or who are gone; ping the silent."""
        now, clock = self._now(), time.monotonic()
        for socket, pinged_at in list(self._pinged.items()):
            over = socket.token_until is not None and socket.token_until <= now
            if over or socket.session_id in ended:
                self.discard(socket)
                self._send(socket.close(FORBIDDEN, "The session has ended."))
            elif pinged_at > socket.heard_at:
                if clock - pinged_at > ANSWER_WITHIN:
                    self.discard(socket)
                    self._send(socket.close(TRY_AGAIN_LATER, "Nothing was heard from you."))
            elif clock - socket.heard_at > PING_AFTER:
                self._pinged[socket] = clock
                self._send(socket.ping())

    def _send(self, sending: Coroutine[Any, Any, None]) -> None:
        """Send without waiting for it: one that is stuck delays no other."""

        async def within() -> None:
            with suppress(Exception):  # whatever it dies of, the socket's own task ends it
                async with asyncio.timeout(SEND_WITHIN):
                    await sending

        task = asyncio.create_task(within())
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)


def _ended(events: Iterable[EventRow]) -> Iterable[str]:
    return (event.data["session"] for event in events if event.kind == AccessKind.SESSION_ENDED)
