"""The connections of this process, and their end: with the session, with the token, or when nobody is there any more."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from models.log import EventRow, Topic
from subscriptions.tailer import LogTailer

logger = logging.getLogger("tanggap.connections")

FORBIDDEN = 4403
"""The close code after which a client signs in anew and comes back."""

TRY_AGAIN_LATER = 1013
"""The close code (RFC 6455) after which a client comes back by itself."""

SERVICE_RESTART = 1012
"""The close code (RFC 6455) after which a client comes back by itself, here or at another server."""

RESTARTING = "The server restarts: come back and resume."

SWEEP_SECONDS = 2.0
"""Seconds between two looks at all connections: one timer for the process, none for a connection."""

PING_AFTER = 20.0
"""Seconds of silence after which a client is asked whether it is there, by a ping of graphql-transport-ws."""

PONG_TIMEOUT = 20.0
"""Seconds of silence after that ping by which it is not."""

CLOSE_TIMEOUT = 5.0
"""Seconds that closing a connection may take; one whose reader is stuck takes for ever."""


class Connection(Protocol):
    """A connection: `subscriptions.transport.protocol.WebSocketHandler`."""

    last_message_at: float
    """When the client last sent anything, by the monotonic clock."""

    @property
    def session_id(self) -> str | None:
        """The session that signed in; None for a visitor."""

    @property
    def account_id(self) -> int | None:
        """Whose session it is."""

    @property
    def token_until(self) -> datetime | None:
        """Until when its token works."""

    def reauthenticate(self) -> None:
        """Look up again who this is, and send nothing of their own until it is known."""

    def ping(self) -> None:
        """Ask the client whether it is there."""

    async def close(self, code: int, reason: str) -> None:
        """Close it."""


class Connections:
    """All connections of the process that have begun; `watch` looks after them.

    `access_position` is the last event of the topic `access` that was told to them.
    """

    def __init__(self, tailer: LogTailer, now: Callable[[], datetime]) -> None:
        self._hub, self._now = tailer, now
        self._pinged: dict[Connection, float] = {}
        self._by_account: defaultdict[int, set[Connection]] = defaultdict(set)
        self._closing: set[asyncio.Task[None]] = set()
        self._draining = False
        self.access_position = 0

    def add(self, connection: Connection) -> None:
        """Watch a connection that has just begun; once the process leaves, send it elsewhere."""
        self._pinged[connection] = 0.0
        if connection.account_id is not None:
            self._by_account[connection.account_id].add(connection)
        if self._draining:
            self._end(connection, SERVICE_RESTART, RESTARTING)

    def discard(self, connection: Connection) -> None:
        """Forget a connection that has ended."""
        self._pinged.pop(connection, None)
        if connection.account_id is not None:
            self._by_account[connection.account_id].discard(connection)
            if not self._by_account[connection.account_id]:
                del self._by_account[connection.account_id]

    async def drain(self, seconds: float) -> None:
        """Close all connections with 1012, evenly over `seconds`, and from now on each new one at once."""
        self._draining = True
        begun, connections = time.monotonic(), list(self._pinged)
        for number, connection in enumerate(connections):
            await asyncio.sleep(max(0.0, begun + seconds * number / len(connections) - time.monotonic()))
            if connection in self._pinged:
                self._end(connection, SERVICE_RESTART, RESTARTING)

    async def watch(self) -> None:
        """Look after all connections: ping the silent, close those that must go. Runs until cancelled."""
        while True:
            with self._hub.listen(("topic", Topic.ACCESS), accept=self._note) as listener:
                while not (listener.overflowed or listener.invalidated):
                    self._sweep()
                    await asyncio.sleep(SWEEP_SECONDS)
            for account_id in list(self._by_account):  # what was missed may concern any of them
                self._reauthenticate(account_id)

    def _note(self, event: EventRow) -> bool:
        """Let an event of access take effect before any later event is handed out: the tail calls this in between."""
        self.access_position = event.position
        if event.account_id is not None:
            self._reauthenticate(event.account_id)
        return False  # nothing is to wait

    def _reauthenticate(self, account_id: int) -> None:
        for connection in tuple(self._by_account.get(account_id, ())):
            connection.reauthenticate()

    def _sweep(self) -> None:
        """Close those whose token has run out or who are gone; ping the silent."""
        now, clock = self._now(), time.monotonic()
        for connection, pinged_at in list(self._pinged.items()):
            if connection.token_until is not None and connection.token_until <= now:
                self._end(connection, FORBIDDEN, "The session has ended.")
            elif pinged_at > connection.last_message_at:
                if clock - pinged_at > PONG_TIMEOUT:
                    self._end(connection, TRY_AGAIN_LATER, "Nothing was heard from you.")
            elif clock - connection.last_message_at > PING_AFTER:
                self._pinged[connection] = clock
                connection.ping()

    def _end(self, connection: Connection, code: int, reason: str) -> None:
        """Close a connection without waiting for it: one that is stuck delays no other."""

        async def within() -> None:
            with suppress(Exception):  # whatever it dies of, the connection's own task ends it
                async with asyncio.timeout(CLOSE_TIMEOUT):
                    await connection.close(code, reason)

        self.discard(connection)
        task = asyncio.create_task(within())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
