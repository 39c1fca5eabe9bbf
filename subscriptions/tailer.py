"""One tail of the log in each process, fanned out to those who listen.

The tail reads every position in order and hands each event to its listeners without an await in between. So a listener
that registers when the tail stands at position p gets exactly the events after p, and the log gives it those before:
replay up to `Listener.start`, then the queue, and there is neither gap nor overlap.

Positions mean something within one epoch only. When the database turns out to be a restored one, every listener ends
with EpochChanged, and the tail goes on at the head of the log that is there now.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterable
from types import TracebackType
from typing import Self

from models.log import EventRow, Topic
from rules.cursors import CursorError, decode
from queries import log
from subscriptions.notifier import Notifier
from queries.log import CursorInvalid

logger = logging.getLogger("tanggap.tailer")

POLL_SECONDS = 1.0
"""Seconds after which the log is read though no bell rang: another process may write without one."""

QUEUE_SIZE = 1_000
"""Events that may wait for a listener; one that lags further reads them from the log."""

Key = tuple[str, int | str]
"""What a listener listens to: ("topic", name), ("report", id), ("reporter", account id), ("account", account id)."""


def keys_of(event: EventRow) -> Iterable[Key]:
    """Name all that an event is to be found under."""
    yield ("topic", event.topic)
    if event.topic is Topic.REPORT and event.report_id is not None:
        yield ("report", event.report_id)
        yield ("reporter", event.data["after"]["reporter_id"])
        for account_id in event.accounts:
            yield ("account", account_id)


class EpochChanged(Exception):
    """The log is not the one that was listened to: positions and cursors of before mean nothing in it."""


class Listener:
    """A bounded queue of the events under some keys that `accept` lets in; iterate to get them, in order.

    `accept` is called by the tail, once for each event, in order, and must neither block nor raise. When the queue is
    full it is dropped and `overflowed` is set: the iteration ends, and what was dropped is in the log. When the log is
    replaced the queue is dropped and `invalidated` is set: waiting and iterating raise EpochChanged. `on_enqueue` is called at
    all of these, for a listener that has no task to wait with; it must neither block nor raise.
    """

    def __init__(self, tailer: "LogTailer", keys: Iterable[Key], accept: Callable[[EventRow], bool]) -> None:
        self._hub = tailer
        self._accept = accept
        self._keys: set[Key] = set()
        self._queue: deque[EventRow] = deque()
        self._filled = asyncio.Event()
        self.overflowed = False
        self.invalidated = False
        self.on_enqueue: Callable[[], None] = lambda: None
        self.start = tailer.position
        for key in keys:
            self.follow(key)

    def follow(self, key: Key) -> None:
        """Listen to one more key, from the event being handed out on."""
        self._keys.add(key)
        self._hub.listeners[key].add(self)

    def unfollow(self, key: Key) -> None:
        """Listen to one key less."""
        self._keys.discard(key)
        self._hub.listeners[key].discard(self)
        if not self._hub.listeners[key]:
            del self._hub.listeners[key]

    def enqueue(self, event: EventRow) -> None:
        """Take an event from the tail; whatever goes wrong here must stay here, for others wait for the event too."""
        if self.overflowed:
            return
        try:
            if not self._accept(event):
                return
            self.overflowed = len(self._queue) >= QUEUE_SIZE
        except Exception:
            logger.exception("listener failed position=%d", event.position)
            self.overflowed = True
        if self.overflowed:
            self._queue.clear()
        else:
            self._queue.append(event)
        self._filled.set()
        self.on_enqueue()

    def close(self) -> None:
        """Listen no more."""
        for key in list(self._keys):
            self.unfollow(key)

    def invalidate(self) -> None:
        """Hear from the tail that the log was replaced."""
        self.invalidated = True
        self._queue.clear()
        self._filled.set()
        self.on_enqueue()

    def take_waiting(self) -> list[EventRow]:
        """Take all that waits, at once."""
        waiting = list(self._queue)
        self._queue.clear()
        self._filled.clear()
        return waiting

    async def wait(self) -> None:
        """Wait until something waits, or the queue has overflowed. Raises EpochChanged."""
        self._check()
        await self._filled.wait()
        self._check()

    async def __aiter__(self) -> AsyncIterator[EventRow]:
        while not self.overflowed:
            await self.wait()
            for event in self.take_waiting():
                yield event
                self._check()

    def _check(self) -> None:
        if self.invalidated:
            raise EpochChanged

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class LogTailer:
    """The tail. `position` is the last event handed out, in `epoch`."""

    def __init__(self, notifier: Notifier) -> None:
        self.listeners: defaultdict[Key, set[Listener]] = defaultdict(set)
        self.position = 0
        self.epoch = ""
        self.is_readable = False
        self._bus = notifier
        self._tail: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.epoch, self.position = await log.head()
        self.is_readable = True
        self._tail = asyncio.create_task(self._run(), name="tailer-tail")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._tail is not None:
            self._tail.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._tail

    def listen(self, *keys: Key, accept: Callable[[EventRow], bool] = lambda _: True) -> Listener:
        """Listen to what comes under any of the keys; use it as a context, which ends it."""
        return Listener(self, keys, accept)

    async def position_of(self, cursor: str) -> int:
        """Return the position in a cursor. Raises CursorInvalid."""
        try:
            epoch, position = decode(cursor)
        except CursorError:
            raise CursorInvalid from None
        if epoch != self.epoch:
            raise CursorInvalid
        # Another process may have handed out what this tail has not read yet: only the log itself knows its head.
        if position > self.position and position > (await log.head())[1]:
            raise CursorInvalid
        return position

    async def _run(self) -> None:
        while True:
            await self._bus.wait(POLL_SECONDS)
            try:
                await self._catch_up()
                if not self.is_readable:
                    logger.info("log readable again position=%d", self.position)
                self.is_readable = True
            except Exception as error:  # noqa: BLE001 # whatever the database does, the tail goes on from its position
                if self.is_readable:
                    logger.warning("log unreadable position=%d error=%r", self.position, error)
                self.is_readable = False

    async def _catch_up(self) -> None:
        """Read the log to its head, and hand out what it has."""
        while True:
            tail = await log.tail(self.position)
            if tail.epoch != self.epoch or tail.head < self.position:
                self._begin_anew(tail.epoch, tail.head)
                return
            for event in tail.events:
                self.dispatch(event)
            if not tail.events or self.position >= tail.head:
                return

    def _begin_anew(self, epoch: str, position: int) -> None:
        """Go on at the head of another log: one with a new epoch, or a restored one that has less than was read."""
        logger.warning(
            "log replaced epoch=%s position=%d before: epoch=%s position=%d", epoch, position, self.epoch, self.position
        )
        self.epoch, self.position = epoch, position
        for listener in set[Listener]().union(*self.listeners.values()):
            listener.invalidate()

    def dispatch(self, event: EventRow) -> None:
        """Give an event to all who listen under one of its keys, at once."""
        reached: set[Listener] = set()
        for key in keys_of(event):
            reached |= self.listeners.get(key, set())
        for listener in reached:
            listener.enqueue(event)
        self.position = event.position
