"""The open connections of this process.

A connection is closed when its session ends, its token expires, its client is silent, or the process stops.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from models.log import EventRow, Topic
from subscriptions.tailer import LogTailer
from subscriptions.transport.messages import CloseCode

RESTARTING = "Server restarting: reconnect and resume from your cursor."

SWEEP_SECONDS = 2.0
"""Seconds between two checks of all connections. One timer serves them all."""

PONG_TIMEOUT = 20.0
"""Seconds of silence after a ping until the client counts as gone."""

CLOSE_TIMEOUT = 5.0
"""Seconds that closing a connection may take. Without a limit a stuck client would block it for ever."""


class Connection(Protocol):
    """The interface of a socket or an event stream that `Connections` uses."""

    last_message_at: float
    """The monotonic time of the client's last message."""

    ping_after: float
    """Seconds of silence after which the client gets a ping."""

    @property
    def session_id(self) -> str | None:
        """The session. None for a visitor."""

    @property
    def account_id(self) -> int | None:
        """The account of the session. None for a visitor."""

    @property
    def token_until(self) -> datetime | None:
        """The expiry of the access token. None for a visitor."""

    def reauthenticate(self) -> None:
        """Load the person again, and send nothing personal until they are known."""

    def ping(self) -> None:
        """Send a ping."""

    async def close(self, code: int, reason: str) -> None:
        """Close the connection."""


class Connections:
    """All acknowledged connections of the process.

    `access_position` is the position of the last event of the topic `access` that was applied to them.
    """

    def __init__(self, tailer: LogTailer, now: Callable[[], datetime]) -> None:
        self._tailer, self._now = tailer, now
        self._pinged: dict[Connection, float] = {}
        self._by_account: defaultdict[int, set[Connection]] = defaultdict(set)
        self._closing: set[asyncio.Task[None]] = set()
        self._draining = False
        self.access_position = 0

    def __len__(self) -> int:
        return len(self._pinged)

    def add(self, connection: Connection) -> None:
        """Add an acknowledged connection. While the process drains, close it with 1012."""
        self._pinged[connection] = 0.0
        if connection.account_id is not None:
            self._by_account[connection.account_id].add(connection)
        if self._draining:
            self._close(connection, CloseCode.SERVICE_RESTART, RESTARTING)

    def discard(self, connection: Connection) -> None:
        """Remove a connection that has ended."""
        self._pinged.pop(connection, None)
        if connection.account_id is not None:
            self._by_account[connection.account_id].discard(connection)
            if not self._by_account[connection.account_id]:
                del self._by_account[connection.account_id]

    async def drain(self, seconds: float) -> None:
        """Close all connections with 1012, spread evenly over `seconds`, and every later one at once."""
        self._draining = True
        begun, connections = time.monotonic(), list(self._pinged)
        for number, connection in enumerate(connections):
            await asyncio.sleep(max(0.0, begun + seconds * number / len(connections) - time.monotonic()))
            if connection in self._pinged:
                self._close(connection, CloseCode.SERVICE_RESTART, RESTARTING)

    async def watch(self) -> None:
        """Ping silent connections and close those that must end. Runs until cancelled."""
        while True:
            with self._tailer.listen(("topic", Topic.ACCESS), accept=self._apply) as listener:
                while not (listener.overflowed or listener.invalidated):
                    self._sweep()
                    await asyncio.sleep(SWEEP_SECONDS)
            for account_id in list(self._by_account):  # the events that were missed may concern any account
                self._reauthenticate(account_id)

    def _apply(self, event: EventRow) -> bool:
        """Apply an access event. The tailer calls this before it dispatches any later event."""
        self.access_position = event.position
        if event.account_id is not None:
            self._reauthenticate(event.account_id)
        return False  # keep nothing in the queue

    def _reauthenticate(self, account_id: int) -> None:
        for connection in tuple(self._by_account.get(account_id, ())):
            connection.reauthenticate()

    def _sweep(self) -> None:
        """Close connections whose token has expired or whose client is gone. Ping the silent ones."""
        now, clock = self._now(), time.monotonic()
        for connection, pinged_at in list(self._pinged.items()):
            if connection.token_until is not None and connection.token_until <= now:
                self._close(connection, CloseCode.FORBIDDEN, "Session ended: sign in again.")
            elif pinged_at > connection.last_message_at:
                if clock - pinged_at > PONG_TIMEOUT:
                    self._close(connection, CloseCode.TRY_AGAIN_LATER, "No answer to ping: reconnect.")
            elif clock - connection.last_message_at > connection.ping_after:
                self._pinged[connection] = clock
                connection.ping()

    def _close(self, connection: Connection, code: CloseCode, reason: str) -> None:
        """Close a connection in a task of its own, so that a stuck one delays no other."""

        async def close() -> None:
            with suppress(Exception):  # the connection's own task ends it after any error
                async with asyncio.timeout(CLOSE_TIMEOUT):
                    await connection.close(code, reason)

        self.discard(connection)
        task = asyncio.create_task(close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
