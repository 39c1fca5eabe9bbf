"""The doorbell: after a commit one process rings, and every process's log reader wakes.

A bell carries no news. All truth is in the log, which readers also poll, so a bell that is lost costs a
second and nothing else. broadcaster carries the bells; it neither notices nor mends a lost connection, so it
is used in sessions: each opens a new `Broadcast`, rings for itself every second, and ends when it no longer
hears that.
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
OWN_BELLS_MISSED = 3  # heartbeats without an own bell: the notifier is disconnected
OPEN_SECONDS = 2.0  # to connect, and to subscribe
CLOSE_SECONDS = 0.6  # for each step of taking leave; at most three of them have to wait
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 2.0  # between sessions

# What a PostgreSQL address may tell the notifier. Other items are for the pool of the tables, and are refused.
_POSTGRES_ITEMS = ("host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey")


class NotifierState(StrEnum):
    """Whether this process hears bells, its own included."""

    CONNECTING = "CONNECTING"
    CONNECTED = "CONNECTED"
    DISCONNECTED = "DISCONNECTED"


class Notifier:
    """One process's end of the doorbell. For one event loop, and from its thread only.

    `url` is memory://, redis://, rediss://, postgres:// or postgresql:// (ValueError if not); memory:// rings
    within this object only. Every `heartbeat` seconds the notifier tests its connected.
    """

    def __init__(self, url: str, channel: str = "tanggap", *, heartbeat: float = 1.0) -> None:
        self._url = _address(url)
        self._backend = urlsplit(url).scheme
        self._channel = channel
        self._heartbeat = heartbeat
        self._id = secrets.token_hex(8)  # tells our own bells from others'
        self._position: int | None = None  # the mailbox: one slot, the newest wins
        self._posted = asyncio.Event()
        self._heard = asyncio.Event()
        self._state = NotifierState.DISCONNECTED
        self._since = time.monotonic()
        self._supervisor: asyncio.Task[None] | None = None

    @property
    def state(self) -> NotifierState:
        """CONNECTING at the start, CONNECTED once an own bell came back, DISCONNECTED after a failure or the stop."""
        return self._state

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Begin to connect and return at once: a server that is down delays nobody."""
        if self._supervisor is None:
            self._enter(NotifierState.CONNECTING)
            self._supervisor = asyncio.create_task(self._supervise(), name="notifier")

    async def stop(self) -> None:
        """Take leave within 2 s, whatever the server does; leaves no task and no connection."""
        if self._supervisor is not None:
            supervisor, self._supervisor = self._supervisor, None
            supervisor.cancel()
            await asyncio.wait([supervisor])
            self._enter(NotifierState.DISCONNECTED, " stopped")

    def notify(self, position: int) -> None:
        """Tell every process that the log has grown to `position`. Call it after the commit.

        Best effort: it never waits and never fails. Rings that come while a bell is on its way become one.
        The reader of this process needs no server to be woken.
        """
        self._position = position
        self._posted.set()
        self._heard.set()

    async def wait(self, timeout: float) -> None:  # noqa: ASYNC109 - that it passes is no error
        """Return when a bell was heard since the last return, or after `timeout` seconds. For one waiter.

        Read the log after it returned: a bell from then on ends the next wait at once, so none is lost.
        """
        await _happens(self._heard, timeout)
        self._heard.clear()

    async def _supervise(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                await self._session()
            except Exception as error:  # noqa: BLE001 - drivers raise what they like; each is told and outlived
                if self._state is NotifierState.CONNECTED:
                    pause = FIRST_PAUSE_SECONDS
                self._enter(NotifierState.DISCONNECTED, f" error={_told(error)}", logging.WARNING)
            await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311 - spreads load, guards nothing
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _session(self) -> None:
        """Connect, notify and hear until something fails."""
        async with (
            _connected(self._url) as broadcast,
            _subscribed(broadcast, self._channel) as subscriber,
            asyncio.TaskGroup() as tasks,
        ):
            tasks.create_task(self._send(broadcast), name="notifier sender")
            tasks.create_task(self._hear(subscriber), name="notifier hearer")
            tasks.create_task(_watch(broadcast), name="notifier watcher")

    async def _send(self, broadcast: Broadcast) -> None:
        """Publish the mailbox whenever it fills, and a heartbeat when it does not.

        Nobody else publishes: on PostgreSQL broadcaster has one connection, on which two at once fail.
        """
        ringing = self._position is not None  # the last notify may have been lost with the last session
        while True:
            self._posted.clear()
            await broadcast.publish(self._channel, f"{self._id}:{self._position}" if ringing else self._id)
            ringing = await _happens(self._posted, self._heartbeat)

    async def _hear(self, subscriber: "_Subscriber") -> None:
        """Wake the reader at every bell; TimeoutError when OWN_BELLS_MISSED heartbeats bring no own one."""
        patience = OWN_BELLS_MISSED * self._heartbeat
        deadline = time.monotonic() + patience
        while True:
            try:
                async with asyncio.timeout(deadline - time.monotonic()):
                    bell = await subscriber.get()
            except TimeoutError:
                raise TimeoutError(f"no own bell for {patience:g}s") from None
            ringer, _, position = bell.message.partition(":")
            if ringer == self._id:
                deadline = time.monotonic() + patience
                if self._state is not NotifierState.CONNECTED:
                    self._enter(NotifierState.CONNECTED, f" after={time.monotonic() - self._since:.2f}s")
                    self._heard.set()  # others may have rung while we were disconnected
            elif position:
                self._heard.set()

    def _enter(self, state: NotifierState, detail: str = "", level: int = logging.INFO) -> None:
        if state is not self._state:
            logger.log(level, "notifier %s backend=%s%s", state.lower(), self._backend, detail)
            self._state, self._since = state, time.monotonic()


class _Subscriber(Protocol):
    """The one thing used of broadcaster's subscriber, a class it does not export."""

    async def get(self) -> Event: ...


@contextlib.asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Broadcast]:
    broadcast = Broadcast(url)
    backend: Any = broadcast._backend  # noqa: SLF001 - broadcaster's own disconnect() fails when its listener has failed
    connecting = asyncio.create_task(broadcast.connect(), name="notifier connecting")
    # The stack takes each of its steps, the last first, even when the notifier is stopped while it takes another.
    async with contextlib.AsyncExitStack() as leaving:
        leaving.push_async_callback(_try, backend.disconnect)
        leaving.push_async_callback(_try, lambda: _end(_listeners(broadcast)))
        # asyncpg complains later when it is cancelled while it connects: it first gets a moment to finish.
        leaving.push_async_callback(_try, lambda: connecting)
        async with asyncio.timeout(OPEN_SECONDS):
            await asyncio.shield(connecting)
        yield broadcast


@contextlib.asynccontextmanager
async def _subscribed(broadcast: Broadcast, channel: str) -> AsyncIterator[_Subscriber]:
    subscription = broadcast.subscribe(channel)
    try:
        async with asyncio.timeout(OPEN_SECONDS):
            try:
                subscriber = await subscription.__aenter__()
            except KeyError as error:  # broadcaster hides behind it what went wrong, even a cancellation
                raise error.__context__ or error from None
        yield subscriber
    finally:
        await _try(lambda: subscription.__aexit__(None, None, None))


async def _watch(broadcast: Broadcast) -> None:
    """Raise what ends broadcaster's own listening, which nothing else would tell."""
    ended, _ = await asyncio.wait(_listeners(broadcast), return_when=asyncio.FIRST_COMPLETED)
    await ended.pop()


def _listeners(broadcast: Broadcast) -> list[asyncio.Task[None]]:
    """Find broadcaster's tasks: it leaves them behind when connecting fails, so some may be missing."""
    found = (getattr(broadcast, "_listener_task", None), getattr(broadcast._backend, "_listener", None))  # noqa: SLF001 - as above
    return [task for task in found if isinstance(task, asyncio.Task)]


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _try(step: Callable[[], Awaitable[Any]]) -> None:
    with contextlib.suppress(Exception):  # what is left for good cannot disappoint
        async with asyncio.timeout(CLOSE_SECONDS):
            await step()


async def _happens(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()  # also when it happened just as the time ran out


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise ValueError(f"The notifier cannot use {parts.scheme!r}; its address must be one of {', '.join(SCHEMES)}.")
    if not parts.scheme.startswith("postgres"):
        return url
    items = [(name, value) for name, value in parse_qsl(parts.query) if name in _POSTGRES_ITEMS]
    return url.partition("?")[0] + (f"?{urlencode(items)}" if items else "")


def _told(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    # A ValueError is about the address, and may quote it with its password.
    return type(error).__name__ if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
