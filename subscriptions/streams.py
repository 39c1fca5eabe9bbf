"""Streams: the items that a shared subscription pushes, and how a subscriber joins them without a gap.

A subscriber that is behind is first sent what it lacks. New items are held for it meanwhile.
"""

import asyncio
from typing import Any

from models.log import EventRow
from queries.log import CursorExpired, CursorInvalid
from rules.cursors import EVENTS_AT_MOST
from rules.messages import Message
from schema.errors import RequestCode, RequestError
from subscriptions.boards import BoardUpdate, LiveBoard
from subscriptions.channels import Channel
from subscriptions.shared import SharedSubscription, Subscriber, retry_while_unavailable
from subscriptions.tailer import Listener, LogTailer

HOLD_WITHIN = 500
"""A subscriber at most this many positions behind joins at once, and new events are held while it catches up."""

BEFORE_FIRST = -1
"""Sequence number before a board's first update. Boards count their updates: a board can change without the log."""

MAX_REPLAYS = 8
"""Encoded replays that are cached until the next event: many clients reconnect at once with the same cursor."""


class EventStream:
    """The events of a channel. `position` is that of the last event pushed; earlier ones are read from the log.

    It holds no task while nothing happens. When the log is replaced it ends with CursorInvalid, so that clients reload.
    """

    is_of_log = True

    def __init__(self, shared: SharedSubscription, tailer: LogTailer, channel: Channel) -> None:
        self._shared, self._tailer, self._channel = shared, tailer, channel
        self.position = 0
        self._listener = tailer.listen()  # to nothing, until `begin`
        self._pusher: asyncio.Task[None] | None = None
        self._replays: dict[tuple[int, int, int], asyncio.Task[list[tuple[int, str]]]] = {}
        self._encoding: set[asyncio.Task[list[tuple[int, str]]]] = set()

    @retry_while_unavailable
    async def begin(self) -> None:
        """Listen from now on."""
        self._listener = await self._listen()
        self.position = self._listener.start

    def end(self) -> None:
        """Stop listening and cancel all work."""
        self._listener.close()
        for task in (self._pusher, *self._encoding):
            if task is not None:
                task.cancel()

    @retry_while_unavailable
    async def join(self, subscriber: Subscriber) -> None:
        """Send a subscriber the events between its position and the stream's, then add it. Raises CursorExpired."""
        while subscriber.after < self.position:
            through = self.position
            if through - subscriber.after <= HOLD_WITHIN:
                if await self._shared.catch_up_and_join(subscriber, self._replay(subscriber.after, through)):
                    return
            else:
                await self._send_history(subscriber, through)
        self._shared.subscribers.add(subscriber)

    async def _send_history(self, subscriber: Subscriber, through: int) -> None:
        """Send a subscriber that is far behind the events up to a position."""
        history = await self._channel.history()
        if through - subscriber.after > EVENTS_AT_MOST and await history.exceeds_replay_limit(subscriber.after):
            raise CursorExpired
        async for event in history.replay(subscriber.after, through):
            await subscriber.send(event.position, await self._shared.encode(event))
        subscriber.after = max(subscriber.after, through)

    async def _replay(self, after: int, through: int) -> list[tuple[int, str]]:
        """Return the encoded events with after < position <= through.

        They are encoded once for all who ask before the next event. A failed replay is not kept.
        """
        key = (after, through, self._tailer.position)
        if key not in self._replays or has_failed(self._replays[key]):
            if len(self._replays) == MAX_REPLAYS:
                self._replays.clear()
            self._replays[key] = task = asyncio.create_task(self._encode(after, through), name="replay")
            self._encoding.add(task)
            task.add_done_callback(self._encoding.discard)
        return await asyncio.shield(self._replays[key])

    async def _encode(self, after: int, through: int) -> list[tuple[int, str]]:
        history = await self._channel.history()
        return [(event.position, await self._shared.encode(event)) async for event in history.replay(after, through)]

    def _wake(self) -> None:
        if self._pusher is None:
            self._pusher = asyncio.create_task(self._push_waiting(), name="event-stream")

    async def _push_waiting(self) -> None:
        try:
            await self._push_all()
        except Exception as error:  # noqa: BLE001 # every failure reaches the subscribers
            self._shared.fail(error)
        finally:
            self._pusher = None

    @retry_while_unavailable
    async def _push_all(self) -> None:
        """Push the queued events, and from the log the dropped ones, until nothing waits."""
        while True:
            if self._listener.invalidated:
                raise CursorInvalid
            await self._catch_up()
            waiting = self._listener.take_waiting()
            if not waiting and not self._listener.overflowed:
                return
            for event in waiting:
                await self._push(event)

    async def _push(self, event: EventRow) -> None:
        if event.position > self.position:
            self.position = event.position
            self._replays.clear()
            await self._shared.push(event.position, event)
            if self._channel.ends_with(event):
                raise RequestError(RequestCode.NOT_FOUND, Message.REPORT_NOT_FOUND, "id")

    async def _catch_up(self) -> None:
        """Push from the log what the queue lacks, because it overflowed or begins after the last event pushed.

        An overflowed queue is replaced once the end of the log is near. The database may become unavailable at any
        await: the last position pushed and the start of the queue say where to continue.
        """
        while self._listener.overflowed or self.position < self._listener.start:
            if self._listener.overflowed:
                self._listener.close()
                if self._tailer.position - self.position <= HOLD_WITHIN:
                    self._listener = await self._listen()
            through = self._tailer.position if self._listener.overflowed else self._listener.start
            history = await self._channel.history()
            if through - self.position > EVENTS_AT_MOST and await history.exceeds_replay_limit(self.position):
                raise CursorExpired
            async for event in history.replay(self.position, through):
                await self._push(event)
            self.position = max(self.position, through)

    async def _listen(self) -> Listener:
        listener = await self._channel.listen(self._tailer)
        listener.on_enqueue = self._wake
        return listener


class BoardStream:
    """The first rows of a live board: each subscriber gets a snapshot, then every change among them."""

    is_of_log = False

    def __init__(self, shared: SharedSubscription, board: LiveBoard, first: int) -> None:
        self._shared, self._board, self._first = shared, board, first
        self._watcher = board.watch()
        self._pusher: asyncio.Task[None] | None = None
        self._snapshot: tuple[int, asyncio.Task[str]] | None = None

    async def begin(self) -> None:
        """Push updates from now on."""
        self._pusher = asyncio.create_task(self._push(), name="board-stream")

    def end(self) -> None:
        """Stop watching the board and cancel all work."""
        self._board.unwatch(self._watcher)
        if self._pusher is not None:
            self._pusher.cancel()
        if self._snapshot is not None:
            self._snapshot[1].cancel()

    async def join(self, subscriber: Subscriber) -> None:
        """Send a subscriber the current snapshot and add it."""
        while True:
            subscriber.after = BEFORE_FIRST
            snapshot = self._board.snapshot()
            if snapshot is None:  # the board is being read for the first time, and will be published to all
                self._shared.subscribers.add(subscriber)
                return
            if await self._shared.catch_up_and_join(subscriber, self._encode(snapshot)):
                return

    async def _encode(self, snapshot: BoardUpdate) -> list[tuple[int, str]]:
        """Return the encoded snapshot. It is encoded once for all who join at the same state of the board."""
        if self._snapshot is None or self._snapshot[0] != snapshot.serial or has_failed(self._snapshot[1]):
            encoding = asyncio.create_task(self._shared.encode(snapshot.top(self._first)), name="board-snapshot")
            self._snapshot = (snapshot.serial, encoding)
        return [(snapshot.serial, await asyncio.shield(self._snapshot[1]))]

    async def _push(self) -> None:
        try:
            async for update in self._watcher:
                cut = update.top(self._first)
                if cut.rows or cut.snapshot:
                    await self._shared.push(update.serial, cut)
        except Exception as error:  # noqa: BLE001 # every failure reaches the subscribers
            self._shared.fail(error)


def has_failed(task: asyncio.Task[Any]) -> bool:
    """Return whether a task ended without a result."""
    return task.done() and (task.cancelled() or task.exception() is not None)
