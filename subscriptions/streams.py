"""How items come to an audience, and how a subscriber joins: told of the history first, then of what comes, without a gap."""

import asyncio
from typing import Any

from models.log import EventRow
from rules.cursors import EVENTS_AT_MOST
from subscriptions.boards import BoardUpdate, LiveBoard
from subscriptions.tailer import LogTailer, Listener
from queries.log import CursorExpired, CursorInvalid
from subscriptions.shared import Audience, Subscriber, catch_up_and_join, retry_while_unavailable
from subscriptions.channels import Channel

NEAR = 500
"""Events behind what has been pushed from which on what comes is held for a subscriber while it is told of the history."""

NOTHING_YET = -1
"""The order before the first item of a board: its items carry serial numbers, for it may change without the log."""

REPLAYS = 8
"""Stretches of the history that are kept while nothing happens: many come back at once, from the same cursor."""


class EventStream:
    """The events of a channel. `done` is the last position that was pushed: the history up to it is the log's.

    It holds no task while nothing happens. When the log is replaced it ends with CursorInvalid: clients load anew.
    """

    def __init__(self, audience: Audience, tailer: LogTailer, channel: Channel) -> None:
        self._audience, self._hub, self._channel = audience, tailer, channel
        self.done = 0
        self._listener = tailer.listen()  # to nothing, until it begins
        self._pump: asyncio.Task[None] | None = None
        self._replays: dict[tuple[int, int, int], asyncio.Task[list[tuple[int, str]]]] = {}
        self._encoding: set[asyncio.Task[list[tuple[int, str]]]] = set()

    @retry_while_unavailable
    async def begin(self) -> None:
        """Listen from now on."""
        self._listener = await self._listen()
        self.done = self._listener.start

    def end(self) -> None:
        """Stop."""
        self._listener.close()
        for task in (self._pump, *self._encoding):
            if task is not None:
                task.cancel()

    @retry_while_unavailable
    async def join(self, subscriber: Subscriber) -> None:
        """Tell a subscriber what has been pushed since its position, then let it in. Raises CursorExpired."""
        while subscriber.after < self.done:
            through = self.done
            if through - subscriber.after <= NEAR:
                if await catch_up_and_join(self._audience, subscriber, self._replayed(subscriber.after, through)):
                    return
            else:
                await self._tell(subscriber, through)
        self._audience.subscribers.add(subscriber)

    async def _tell(self, subscriber: Subscriber, through: int) -> None:
        """Tell a subscriber that is far behind of what came up to a position."""
        history = await self._channel.history()
        if through - subscriber.after > EVENTS_AT_MOST and await history.exceeds_replay_limit(subscriber.after):
            raise CursorExpired
        async for event in history.replay(subscriber.after, through):
            await subscriber.send(event.position, await self._audience.text(event))
        subscriber.after = max(subscriber.after, through)

    async def _replayed(self, after: int, through: int) -> list[tuple[int, str]]:
        """Return the encoded events with after < position <= through, once for all who ask while nothing happens.

        What failed is not kept: whoever asks again, or next, has it read anew.
        """
        key = (after, through, self._hub.position)
        if key not in self._replays or _has_failed(self._replays[key]):
            if len(self._replays) == REPLAYS:
                self._replays.clear()
            self._replays[key] = task = asyncio.create_task(self._encode(after, through), name="replay")
            self._encoding.add(task)
            task.add_done_callback(self._encoding.discard)
        return await asyncio.shield(self._replays[key])

    async def _encode(self, after: int, through: int) -> list[tuple[int, str]]:
        history = await self._channel.history()
        return [(event.position, await self._audience.text(event)) async for event in history.replay(after, through)]

    def _wake(self) -> None:
        if self._pump is None:
            self._pump = asyncio.create_task(self._push_waiting(), name="event-stream")

    async def _push_waiting(self) -> None:
        try:
            await self._push_all()
        except Exception as error:  # noqa: BLE001 # whatever ends it, its subscribers are told
            self._audience.fail(error)
        finally:
            self._pump = None

    @retry_while_unavailable
    async def _push_all(self) -> None:
        """Push what waits, and from the log what was dropped, until nothing waits."""
        while True:
            if self._listener.lost:
                raise CursorInvalid
            await self._catch_up()
            waiting = self._listener.take_waiting()
            if not waiting and not self._listener.overflowed:
                return
            for event in waiting:
                await self._push(event)

    async def _push(self, event: EventRow) -> None:
        if event.position > self.done:
            self.done = event.position
            self._replays.clear()
            await self._audience.push(event.position, event)

    async def _catch_up(self) -> None:
        """Read from the log what the queue does not have: it overflowed, or began after what has been pushed.

        A queue that overflowed is replaced once the log's end is near. The database may go away at any await: what
        has been pushed and where the queue begins say where to go on.
        """
        while self._listener.overflowed or self.done < self._listener.start:
            if self._listener.overflowed:
                self._listener.close()
                if self._hub.position - self.done <= NEAR:
                    self._listener = await self._listen()
            through = self._hub.position if self._listener.overflowed else self._listener.start
            history = await self._channel.history()
            if through - self.done > EVENTS_AT_MOST and await history.exceeds_replay_limit(self.done):
                raise CursorExpired
            async for event in history.replay(self.done, through):
                await self._push(event)
            self.done = max(self.done, through)

    async def _listen(self) -> Listener:
        listener = await self._channel.listen(self._hub)
        listener.on_enqueue = self._wake
        return listener


def _has_failed(encoding: asyncio.Task[Any]) -> bool:
    return encoding.done() and (encoding.cancelled() or encoding.exception() is not None)


class BoardStream:
    """A ranking's first places: each subscriber gets the board as it stands, then every change among them."""

    def __init__(self, audience: Audience, board: LiveBoard, first: int) -> None:
        self._audience, self._board, self._first = audience, board, first
        self._watcher = board.watch()
        self._pump: asyncio.Task[None] | None = None
        self._snapshot: tuple[int, asyncio.Task[str]] | None = None

    async def begin(self) -> None:
        """Watch from now on."""
        self._pump = asyncio.create_task(self._push(), name="board-stream")

    def end(self) -> None:
        """Stop."""
        self._board.leave(self._watcher)
        if self._pump is not None:
            self._pump.cancel()
        if self._snapshot is not None:
            self._snapshot[1].cancel()

    async def join(self, subscriber: Subscriber) -> None:
        """Give a subscriber the board as it stands, and let it in."""
        while True:
            subscriber.after = NOTHING_YET
            snapshot = self._board.snapshot()
            if snapshot is None:  # it is read for the first time now, and published to all
                self._audience.subscribers.add(subscriber)
                return
            if await catch_up_and_join(self._audience, subscriber, self._encoded(snapshot)):
                return

    async def _encoded(self, snapshot: BoardUpdate) -> list[tuple[int, str]]:
        """Return the encoded snapshot, once for all who join at the same state of the board."""
        if self._snapshot is None or self._snapshot[0] != snapshot.serial or _has_failed(self._snapshot[1]):
            encoding = asyncio.create_task(self._audience.text(snapshot.top(self._first)), name="board-snapshot")
            self._snapshot = (snapshot.serial, encoding)
        return [(snapshot.serial, await asyncio.shield(self._snapshot[1]))]

    async def _push(self) -> None:
        try:
            async for update in self._watcher:
                cut = update.top(self._first)
                if cut.places or cut.snapshot:
                    await self._audience.push(update.serial, cut)
        except Exception as error:  # noqa: BLE001 # whatever ends it, its subscribers are told
            self._audience.fail(error)
