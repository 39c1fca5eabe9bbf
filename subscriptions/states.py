"""Live states: read once, and again after events that concern them, once for all subscribers of a document."""

import asyncio
from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from execution.guard import guarded
from subscriptions.shared import SharedSubscription, Subscriber, retry_while_unavailable
from subscriptions.streams import BEFORE_FIRST, has_failed
from subscriptions.tailer import EpochChanged, Listener

State = TypeVar("State")

INTERVAL = 1.0
"""Seconds between two reads, at least."""


class StateStream(ABC, Generic[State]):
    """A state that is read from the database: each subscriber gets it at once, then whenever it differs.

    `seconds`: those that a read may take.
    """

    is_of_log = False

    def __init__(self, shared: SharedSubscription, seconds: float) -> None:
        self._shared, self._seconds = shared, seconds
        self._serial = BEFORE_FIRST
        self._state: State | None = None
        self._encoded: tuple[int, asyncio.Task[str]] | None = None
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    async def listen(self) -> Listener:
        """Listen for the events after which the state may differ."""

    @abstractmethod
    async def read(self) -> State:
        """Read the state."""

    @abstractmethod
    def differs(self, known: State, state: State) -> bool:
        """Return whether subscribers get a state after the one that they know."""

    def longest_wait(self) -> float | None:
        """Return the seconds after which the state is read again without an event. None: never."""
        return None

    async def begin(self) -> None:
        """Read and push from now on."""
        self._task = asyncio.create_task(self._run(), name="state-stream")

    def end(self) -> None:
        """Stop and cancel all work."""
        for task in (self._task, None if self._encoded is None else self._encoded[1]):
            if task is not None:
                task.cancel()

    async def join(self, subscriber: Subscriber) -> None:
        """Send a subscriber the present state and add it."""
        while True:
            subscriber.after = BEFORE_FIRST
            if self._state is None:  # it is being read for the first time, and will be pushed to all
                self._shared.subscribers.add(subscriber)
                return
            if await self._shared.catch_up_and_join(subscriber, self._encode(self._serial, self._state)):
                return

    async def _encode(self, serial: int, state: State) -> list[tuple[int, str]]:
        """Return the encoded state. It is encoded once for all who join before it changes."""
        if self._encoded is None or self._encoded[0] != serial or has_failed(self._encoded[1]):
            self._encoded = serial, asyncio.create_task(self._shared.encode(state), name="state-snapshot")
        return [(serial, await asyncio.shield(self._encoded[1]))]

    async def _run(self) -> None:
        try:
            while True:
                with await self._listen() as listener:  # before the read, so that no event is missed
                    await self._update()
                    await asyncio.sleep(INTERVAL)
                    await self._wait(listener)
        except Exception as error:  # noqa: BLE001 # every failure reaches the subscribers
            self._shared.fail(error)

    async def _update(self) -> None:
        """Read, and push what differs."""
        state = await self._read()
        known, self._state = self._state, state
        if known is None or self.differs(known, state):
            self._serial += 1
            await self._shared.push(self._serial, state)

    @retry_while_unavailable
    async def _listen(self) -> Listener:
        return await self.listen()

    @retry_while_unavailable
    async def _read(self) -> State:
        """Read the state. Raises Overrun."""
        return await guarded(self.read(), self._seconds)

    async def _wait(self, listener: Listener) -> None:
        """Wait for an event, at most as long as the state may stay unread."""
        try:
            async with asyncio.timeout(self.longest_wait()):
                await listener.wait()
        except (TimeoutError, EpochChanged):
            pass
