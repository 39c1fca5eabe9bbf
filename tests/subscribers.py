"""Followers without GraphQL: an audience in which an item's text is its position, and who watches a board."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, cast

from models.log import EventRow
from subscriptions.boards import BoardUpdate, LiveBoard
from subscriptions.transport.outbox import Outbox
from subscriptions.shared import Subscriber


class RecordingOutbox:
    """The outbox of a reader who hears at the pace of `listen`."""

    def __init__(self, listen: Callable[[], Awaitable[None]]) -> None:
        self.heard: list[int] = []
        self.drained = listen

    def push(self, text: str) -> None:
        self.heard.append(json.loads(text)["payload"])


class FakeSubscription:
    """An audience; `pause` is awaited wherever executing a document would wait. It keeps the events by position."""

    def __init__(self, pause: Callable[[], Awaitable[None]]) -> None:
        self.subscribers: set[Subscriber] = set()
        self.events: dict[int, EventRow] = {}
        self.failure: Exception | None = None
        self._pause = pause

    async def text(self, item: Any) -> str:
        await self._pause()
        self.events[item.position] = item
        return str(item.position)

    async def push(self, order: int, item: Any) -> None:
        text = await self.text(item)
        for subscriber in tuple(self.subscribers):
            if subscriber in self.subscribers:
                subscriber.push(order, text)
            await self._pause()

    def fail(self, error: Exception) -> None:
        self.failure = error


def subscriber(after: int, listen: Callable[[], Awaitable[None]]) -> tuple[Subscriber, list[int]]:
    """Return a subscriber that begins after a position, and the list of what it hears."""
    ear = RecordingOutbox(listen)
    return Subscriber(cast(Outbox, ear), "1", after, lambda: None), ear.heard


async def updates_of(board: LiveBoard, first: int) -> AsyncGenerator[BoardUpdate, None]:
    """Yield a snapshot of the first places of a board, then every change among them."""
    watcher = board.watch()
    try:
        async for update in watcher:
            cut = update.top(first)
            if cut.places or cut.snapshot:
                yield cut
    finally:
        board.unwatch(watcher)
