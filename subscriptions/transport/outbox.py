"""Outgoing messages of one connection: in order, one at a time, with a bounded backlog.

A message that can go out at once costs one function call: the server's `send` coroutine is stepped right where the
message is pushed. Only if that step has to wait, because the client reads slowly, does a task finish it and send the
messages that follow.
"""

import asyncio
import types
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from typing import Any

from starlette.types import Message, Send

MAX_BACKLOG_MESSAGES = 256
MAX_BACKLOG_CHARACTERS = 512 * 1024
"""Limits of what may wait for a slow client. With the kernel's send buffer (`app.server`) and 64 KiB in the event loop,
a connection holds about one megabyte at most. Nearly all texts are ASCII."""

SEND_TIMEOUT = 10.0
"""Seconds that one message may take to go out. A client that reads nothing for this long counts as gone."""

GONE_ERRORS = (OSError, RuntimeError)
"""Errors of `send` once nothing can go out: the client is gone, or the server has begun to close the connection because
it refused a frame. The connection's own task learns of it; the code that pushes to many connections must not fail."""

TOO_SLOW = "Client too slow: reconnect and resume from your cursor."


class Outbox:
    """The outgoing messages of one connection, a websocket or the answer to a request, over the server's `send`.

    `too_slow` is the last message to a client that is too slow. `on_too_slow` is called once if it is.
    """

    __slots__ = ("_backlog", "_closed", "_drainer", "_send", "_size", "_slow", "_too_slow", "on_too_slow")

    def __init__(self, send: Send, too_slow: Message) -> None:
        self._send, self._too_slow = send, too_slow
        self._backlog: deque[Message] = deque()
        self._size = 0
        self._drainer: asyncio.Task[None] | None = None
        self._closed = False
        self._slow = False
        self.on_too_slow: Callable[[], None] = lambda: None

    def push(self, message: Message) -> None:
        """Send a message without waiting. A client whose backlog grows too large gets `too_slow` as the last one."""
        if self._closed:
            return
        self._closed = _is_last(message)
        if self._drainer is None:
            self._start(message)
            return
        self._enqueue(message)
        if self._size > MAX_BACKLOG_CHARACTERS or len(self._backlog) > MAX_BACKLOG_MESSAGES:
            self._close_slow_client()

    async def send(self, message: Message) -> None:
        """Send a message and wait until it and all messages before it have gone out."""
        if not self._closed:
            self._closed = _is_last(message)
            (self._start if self._drainer is None else self._enqueue)(message)
        await self.drained()

    async def drained(self) -> None:
        """Wait until the backlog is empty: the backpressure for code that sends many messages."""
        while self._drainer is not None:
            await asyncio.wait([self._drainer])

    def stop(self) -> None:
        """Send nothing more, because the connection has ended."""
        self._closed = True
        if self._drainer is not None:
            self._drainer.cancel()

    def _start(self, message: Message) -> None:
        sending: Coroutine[Any, Any, None] = self._send(message)  # type: ignore[assignment] # ASGI servers' `send` is a coroutine function
        try:
            waits_for = sending.send(None)
        except StopIteration:
            return
        except GONE_ERRORS:
            self._closed = True
            return
        self._drainer = asyncio.create_task(self._drain(sending, waits_for), name="outbox")

    def _enqueue(self, message: Message) -> None:
        self._backlog.append(message)
        self._size += _size_of(message)

    def _close_slow_client(self) -> None:
        self._closed = self._slow = True
        self._backlog.clear()
        self._size = 0
        self._backlog.append(self._too_slow)

    async def _drain(self, begun: Coroutine[Any, Any, None], waits_for: object) -> None:
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                await _resume(begun, waits_for)
            while self._backlog:
                message = self._backlog.popleft()
                self._size -= _size_of(message)
                async with asyncio.timeout(SEND_TIMEOUT):
                    await self._send(message)
        except TimeoutError:
            self._slow = True
        except GONE_ERRORS:
            self._closed = True
        finally:
            self._drainer = None
            self._backlog.clear()
            self._size = 0
        if self._slow:
            self._closed = True
            self.on_too_slow()


def _size_of(message: Message) -> int:
    """Return the characters or bytes of a message."""
    return len(message.get("text") or message.get("body") or "")


def _is_last(message: Message) -> bool:
    """Return whether nothing may follow a message of a websocket or of an answer."""
    return message["type"] == "websocket.close" or message.get("more_body") is False


@types.coroutine
def _resume(begun: Coroutine[Any, Any, None], waits_for: object) -> Generator[object, Any, None]:
    """Continue a coroutine that has been stepped once and now waits."""
    try:
        yield waits_for
    except BaseException:
        begun.close()
        raise
    yield from begun
