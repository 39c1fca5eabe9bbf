"""The tailer: one reader of the event log per process, with fan-out to listeners.

The tailer reads every position in order and dispatches each event to its listeners without an `await` in between. A
listener that registers while the tailer is at position p therefore gets exactly the events after p. The log has those
before: a replay up to `Listener.start`, followed by the queue, has neither a gap nor an overlap.

Positions are comparable within one epoch only. When the database was restored from a backup, every listener ends with
EpochChanged, and the tailer continues at the head of the new log.
"""

import asyncio
import contextlib
import logging
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterable
from types import TracebackType
from typing import Self

from models.log import EventRow, Topic
from queries import log
from queries.log import CursorInvalid
from rules.cursors import CursorError, decode
from subscriptions.notifier import Notifier

logger = logging.getLogger("tanggap.tailer")

POLL_SECONDS = 1.0
"""Seconds between two reads without a notification: another process may write without notifying."""

QUEUE_SIZE = 1_000
"""Events that may wait for a listener. A listener that lags further reads them from the log."""

Key = tuple[str, int | str]
"""A subject to listen to: ("topic", name), ("report", id), ("reporter", account id), ("account", account id), or
("news", account id). The internal notes on a report are under ("note", report id) only, so that nobody gets them who
does not ask for them."""


def keys_of(event: EventRow) -> Iterable[Key]:
    """Yield the keys under which an event is dispatched."""
    yield ("topic", event.topic)
    if event.topic is Topic.REPORT and event.report_id is not None:
        yield ("report", event.report_id)
        yield ("reporter", event.data["after"]["reporter_id"])
        for account_id in event.accounts:
            yield ("account", account_id)
    if event.topic is Topic.NOTE and event.report_id is not None:
        yield ("note", event.report_id)
    if event.topic is Topic.NEWS and event.account_id is not None:
        yield ("news", event.account_id)


class EpochChanged(Exception):  # not a failure: the listener has to reload
    """The log was replaced: positions and cursors of the previous epoch are invalid."""


class Listener:
    """A bounded queue of the events under some keys that `accept` lets through. Iterate to get them in order.

    The tailer calls `accept` once per event, in order. It must neither block nor raise.

    A full queue is dropped and `overflowed` is set: iteration ends, and the dropped events are in the log. When the log
    is replaced the queue is dropped and `invalidated` is set: waiting and iterating raise EpochChanged.

    `on_enqueue` is called after each of these changes, for listeners without a task. It must neither block nor raise.
    """

    def __init__(self, tailer: "LogTailer", keys: Iterable[Key], accept: Callable[[EventRow], bool]) -> None:
        self._tailer = tailer
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
        """Listen to one more key, from the event being dispatched on."""
        self._keys.add(key)
        self._tailer.listeners[key].add(self)

    def unfollow(self, key: Key) -> None:
        """Stop listening to a key."""
        self._keys.discard(key)
        self._tailer.listeners[key].discard(self)
        if not self._tailer.listeners[key]:
            del self._tailer.listeners[key]

    def enqueue(self, event: EventRow) -> None:
        """Add an event. A failure stays within this listener, because others wait for the same event."""
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
        """Stop listening."""
        for key in list(self._keys):
            self.unfollow(key)

    def invalidate(self) -> None:
        """End the listener because the log was replaced."""
        self.invalidated = True
        self._queue.clear()
        self._filled.set()
        self.on_enqueue()

    def take_waiting(self) -> list[EventRow]:
        """Remove and return all waiting events."""
        waiting = list(self._queue)
        self._queue.clear()
        self._filled.clear()
        return waiting

    async def wait(self) -> None:
        """Wait until events wait or the queue has overflowed. Raises EpochChanged."""
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
    """The reader of the log. `position` is that of the last event dispatched, in `epoch`.

    `is_readable` is whether the last read of the log succeeded.
    """

    def __init__(self, notifier: Notifier) -> None:
        self.listeners: defaultdict[Key, set[Listener]] = defaultdict(set)
        self.position = 0
        self.epoch = ""
        self.is_readable = False
        self._read_at = time.monotonic()
        self._notifier = notifier
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.epoch, self.position = await log.head()
        self.is_readable, self._read_at = True, time.monotonic()
        self._task = asyncio.create_task(self._run(), name="log-tailer")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    @property
    def age(self) -> float:
        """The seconds since the log was read to its end. The poll keeps them at about one."""
        return time.monotonic() - self._read_at

    def listen(self, *keys: Key, accept: Callable[[EventRow], bool] = lambda _: True) -> Listener:
        """Listen for events under any of the keys. Use it as a context manager, which closes it."""
        return Listener(self, keys, accept)

    async def position_of(self, cursor: str) -> int:
        """Return the position of a cursor. Raises CursorInvalid."""
        try:
            epoch, position = decode(cursor)
        except CursorError:
            raise CursorInvalid from None
        if epoch != self.epoch:
            raise CursorInvalid
        # The client may have the cursor from a process whose tailer is ahead of this one: ask the log for its head.
        if position > self.position and position > (await log.head())[1]:
            raise CursorInvalid
        return position

    async def _run(self) -> None:
        while True:
            await self._notifier.wait(POLL_SECONDS)
            try:
                await self._catch_up()
                if not self.is_readable:
                    logger.info("log readable again position=%d", self.position)
                self.is_readable, self._read_at = True, time.monotonic()
            except Exception as error:  # noqa: BLE001 # after any failure the next read continues from the same position
                if self.is_readable:
                    logger.warning("log unreadable position=%d error=%r", self.position, error)
                self.is_readable = False

    async def _catch_up(self) -> None:
        """Dispatch the events up to the head of the log."""
        while True:
            tail = await log.tail(self.position)
            if tail.epoch != self.epoch or tail.head < self.position:
                self._switch_log(tail.epoch, tail.head)
                return
            for event in tail.events:
                self.dispatch(event)
            if not tail.events or self.position >= tail.head:
                return

    def _switch_log(self, epoch: str, position: int) -> None:
        """Continue at the head of another log: one with a new epoch, or a restored one with a lower head."""
        logger.warning(
            "log replaced epoch=%s position=%d previous_epoch=%s previous_position=%d",
            epoch,
            position,
            self.epoch,
            self.position,
        )
        self.epoch, self.position = epoch, position
        for listener in set[Listener]().union(*self.listeners.values()):
            listener.invalidate()

    def dispatch(self, event: EventRow) -> None:
        """Enqueue an event for every listener to one of its keys. Never awaits."""
        reached: set[Listener] = set()
        for key in keys_of(event):
            reached |= self.listeners.get(key, set())
        for listener in reached:
            listener.enqueue(event)
        self.position = event.position
