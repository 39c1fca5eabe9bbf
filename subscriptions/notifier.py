"""The notifier: after a commit one process notifies, and the log tailer of every process wakes.

A notification has no content beyond a position. The truth is in the log, which the tailers also poll, so a lost
notification costs at most a second. The notifications are carried by broadcaster, which neither notices nor repairs a
lost connection. It is therefore used in sessions: each session opens a new `Broadcast`, publishes a heartbeat every
second, and ends when its own heartbeats no longer arrive.
"""

import asyncio
import contextlib
import logging
import random
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from enum import StrEnum
from types import TracebackType
from typing import Any, Protocol, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from broadcaster import Broadcast, Event

logger = logging.getLogger("tanggap.notifier")

SCHEMES = ("memory", "redis", "rediss", "postgres", "postgresql")
HEARTBEATS_MISSED = 3  # own heartbeats in a row that did not arrive: the notifier is disconnected
OPEN_SECONDS = 2.0  # to connect, and to subscribe
CLOSE_SECONDS = 0.6  # for each step of closing; at most three of them have to wait
MIN_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.1, 2.0  # between sessions

# Query parameters of a PostgreSQL URL that the driver accepts here. The others configure the pool of the database.
_POSTGRES_PARAMETERS = ("host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey")


class NotifierState(StrEnum):
    """Whether notifications arrive at this process, its own heartbeats included."""

    CONNECTING = "CONNECTING"
    CONNECTED = "CONNECTED"
    DISCONNECTED = "DISCONNECTED"


class Notifier:
    """The notifications of one process. For one event loop, and from its thread only.

    `url` starts with memory://, redis://, rediss://, postgres:// or postgresql://. Raises ValueError for others.
    With memory:// notifications stay within this object. `heartbeat` is the number of seconds between two heartbeats.
    """

    def __init__(self, url: str, channel: str = "tanggap", *, heartbeat: float = 1.0) -> None:
        self._url = _broadcast_url(url)
        self._backend = urlsplit(url).scheme
        self._channel = channel
        self._heartbeat = heartbeat
        self._id = secrets.token_hex(8)  # marks our own notifications
        self._position: int | None = None  # one slot for the next notification: the newest position wins
        self._pending = asyncio.Event()
        self._notified = asyncio.Event()
        self._state = NotifierState.DISCONNECTED
        self._since = time.monotonic()
        self._supervisor: asyncio.Task[None] | None = None

    @property
    def state(self) -> NotifierState:
        """CONNECTING at first, CONNECTED once an own heartbeat arrived, DISCONNECTED after a failure or `stop`."""
        return self._state

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Begin to connect and return at once: a server that is down delays nothing."""
        if self._supervisor is None:
            self._enter(NotifierState.CONNECTING)
            self._supervisor = asyncio.create_task(self._supervise(), name="notifier")

    async def stop(self) -> None:
        """Stop within 2 seconds, whatever the server does, with no task and no connection left behind."""
        if self._supervisor is not None:
            supervisor, self._supervisor = self._supervisor, None
            supervisor.cancel()
            await asyncio.wait([supervisor])
            self._enter(NotifierState.DISCONNECTED, " reason=stopped")

    def notify(self, position: int) -> None:
        """Notify every process that the log has grown to `position`. Call it after the commit.

        Best effort: it never waits and never fails. Calls made while a notification is being sent are merged into one.
        The tailer of this process is woken without the server.
        """
        self._position = position
        self._pending.set()
        self._notified.set()

    async def wait(self, timeout: float) -> None:  # noqa: ASYNC109 # reaching the timeout is not an error
        """Wait until a notification arrives, or for `timeout` seconds. For one waiter.

        A notification that arrived since the previous call ends the wait at once. Read the log after the wait: a
        notification during the read then ends the next wait, so none is lost.
        """
        await _is_set_within(self._notified, timeout)
        self._notified.clear()

    async def _supervise(self) -> None:
        pause = MIN_PAUSE_SECONDS
        while True:
            try:
                await self._session()
            except Exception as error:  # noqa: BLE001 # drivers raise many types; each is logged and retried
                if self._state is NotifierState.CONNECTED:
                    pause = MIN_PAUSE_SECONDS
                self._enter(NotifierState.DISCONNECTED, f" error={_describe(error)}", logging.WARNING)
            await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311 # jitter, not a secret
            pause = min(2 * pause, MAX_PAUSE_SECONDS)

    async def _session(self) -> None:
        """Connect, send and receive until something fails."""
        async with (
            _connected(self._url) as broadcast,
            _subscribed(broadcast, self._channel) as subscriber,
            asyncio.TaskGroup() as tasks,
        ):
            tasks.create_task(self._send(broadcast), name="notifier sender")
            tasks.create_task(self._receive(subscriber), name="notifier receiver")
            tasks.create_task(_watch(broadcast), name="notifier watcher")

    async def _send(self, broadcast: Broadcast) -> None:
        """Publish each pending position, and a heartbeat when there is none.

        This task alone publishes: on PostgreSQL broadcaster has one connection, and concurrent use of it fails.
        """
        has_position = self._position is not None  # the last one may have been lost with the last session
        while True:
            self._pending.clear()
            await broadcast.publish(self._channel, f"{self._id}:{self._position}" if has_position else self._id)
            has_position = await _is_set_within(self._pending, self._heartbeat)

    async def _receive(self, subscriber: "_BroadcastSubscriber") -> None:
        """Wake the tailer at every notification. Raises TimeoutError after HEARTBEATS_MISSED missed own heartbeats."""
        patience = HEARTBEATS_MISSED * self._heartbeat
        deadline = time.monotonic() + patience
        while True:
            try:
                async with asyncio.timeout(deadline - time.monotonic()):
                    event = await subscriber.get()
            except TimeoutError:
                raise TimeoutError(f"no own heartbeat for {patience:g}s") from None
            sender, _, position = event.message.partition(":")
            if sender == self._id:
                deadline = time.monotonic() + patience
                if self._state is not NotifierState.CONNECTED:
                    self._enter(NotifierState.CONNECTED, f" after={time.monotonic() - self._since:.2f}s")
                    self._notified.set()  # others may have notified while this process was disconnected
            elif position:
                self._notified.set()

    def _enter(self, state: NotifierState, detail: str = "", level: int = logging.INFO) -> None:
        if state is not self._state:
            logger.log(level, "notifier %s backend=%s%s", state.lower(), self._backend, detail)
            self._state, self._since = state, time.monotonic()


class _BroadcastSubscriber(Protocol):
    """The interface of broadcaster's subscriber, a class that it does not export."""

    async def get(self) -> Event: ...


@contextlib.asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Broadcast]:
    broadcast = Broadcast(url)
    backend: Any = broadcast._backend  # noqa: SLF001 # broadcaster's own disconnect() fails when its listener has failed
    connecting = asyncio.create_task(broadcast.connect(), name="notifier connecting")
    # The stack runs all its callbacks, the last first, even if the notifier is stopped during one of them.
    async with contextlib.AsyncExitStack() as closing:
        closing.push_async_callback(_try, backend.disconnect)
        closing.push_async_callback(_try, lambda: _cancel(_listeners(broadcast)))
        # asyncpg logs an error later if it is cancelled while connecting: give it a moment to finish.
        closing.push_async_callback(_try, lambda: connecting)
        async with asyncio.timeout(OPEN_SECONDS):
            await asyncio.shield(connecting)
        yield broadcast


@contextlib.asynccontextmanager
async def _subscribed(broadcast: Broadcast, channel: str) -> AsyncIterator[_BroadcastSubscriber]:
    subscription = broadcast.subscribe(channel)
    try:
        async with asyncio.timeout(OPEN_SECONDS):
            try:
                subscriber = await subscription.__aenter__()
            except KeyError as error:  # broadcaster masks the real error with it, even a cancellation
                raise error.__context__ or error from None
        yield subscriber
    finally:
        await _try(lambda: subscription.__aexit__(None, None, None))


async def _watch(broadcast: Broadcast) -> None:
    """Raise the error that ended broadcaster's listener: nothing else reports it."""
    ended, _ = await asyncio.wait(_listeners(broadcast), return_when=asyncio.FIRST_COMPLETED)
    await ended.pop()


def _listeners(broadcast: Broadcast) -> list[asyncio.Task[None]]:
    """Return broadcaster's tasks, which it leaves behind. If connecting failed some do not exist."""
    found = (getattr(broadcast, "_listener_task", None), getattr(broadcast._backend, "_listener", None))  # noqa: SLF001 # broadcaster has no public way to its tasks
    return [task for task in found if isinstance(task, asyncio.Task)]


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _try(step: Callable[[], Awaitable[Any]]) -> None:
    with contextlib.suppress(Exception):  # errors while closing do not matter
        async with asyncio.timeout(CLOSE_SECONDS):
            await step()


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()  # also if it was set just as the time ran out


def _broadcast_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        allowed = ", ".join(f"{scheme}://" for scheme in SCHEMES)
        raise ValueError(f"The broadcast URL must start with one of {allowed}.")
    if not parts.scheme.startswith("postgres"):
        return url
    items = [(name, value) for name, value in parse_qsl(parts.query) if name in _POSTGRES_PARAMETERS]
    return url.partition("?")[0] + (f"?{urlencode(items)}" if items else "")


def _describe(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    # A ValueError is about the URL and may quote it, password included.
    return type(error).__name__ if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
