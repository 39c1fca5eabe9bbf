"""Subscribers without GraphQL: a shared subscription whose texts are positions, and the updates of a live board."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, cast

from starlette.types import Message

from models.log import EventRow
from subscriptions.boards import BoardUpdate, LiveBoard
from subscriptions.shared import SharedSubscription, Subscriber
from subscriptions.transport.outbox import Outbox
from subscriptions.transport.protocol import SocketSubscriber


class FakeOutbox:
    """The outbox of a client that reads at the pace of `pause`."""

    def __init__(self, pause: Callable[[], Awaitable[None]]) -> None:
        self.received: list[int] = []
        self.drained = pause

    def push(self, message: Message) -> None:
        self.received.append(json.loads(message["text"])["payload"])


class FakeShared(SharedSubscription):
    """A shared subscription that encodes an event as its position.

    It awaits `pause` wherever executing a document would wait, and keeps the events by position.
    """

    def __init__(self, pause: Callable[[], Awaitable[None]]) -> None:
        self.subscribers: set[Subscriber] = set()
        self.events: dict[int, EventRow] = {}
        self.failure: Exception | None = None
        self._pause = pause

    async def encode(self, item: Any) -> str:  # type: ignore[override] # the retry decorator hides the signature
        await self._pause()
        self.events[item.position] = item
        return str(item.position)

    async def push(self, sequence: int, item: Any) -> None:
        text = await self.encode(item)
        for subscriber in tuple(self.subscribers):
            if subscriber in self.subscribers:
                subscriber.push(sequence, text)
            await self._pause()

    def fail(self, error: Exception) -> None:
        self.failure = error


def subscriber(after: int, pause: Callable[[], Awaitable[None]]) -> tuple[Subscriber, list[int]]:
    """Return a subscriber that begins after a position, and the list of the positions it receives."""
    outbox = FakeOutbox(pause)
    return SocketSubscriber("1", cast(Outbox, outbox), after, lambda: None), outbox.received


async def updates_of(board: LiveBoard, first: int) -> AsyncGenerator[BoardUpdate, None]:
    """Yield a snapshot of a board's first rows, then every change among them."""
    watcher = board.watch()
    try:
        async for update in watcher:
            cut = update.top(first)
            if cut.rows or cut.snapshot:
                yield cut
    finally:
        board.unwatch(watcher)
