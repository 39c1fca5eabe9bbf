"""What goes out by one socket: in order, one message at a time, and never more waiting than a bound.

A message that can go at once costs a function call: the coroutine of the server's `send` is stepped where the message
comes up. Only when that would wait, for a reader that is slow, does a task carry on with it and with what comes after.
"""

import asyncio
import types
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from typing import Any

from starlette.types import Message, Send

MAX_BACKLOG_MESSAGES = 256
MAX_BACKLOG_CHARACTERS = 512 * 1024
"""What may wait for a reader that is slow. With the kernel's send buffer (`app.server`) and 64 KiB of the event
loop's, a socket holds about a megabyte at most, whatever its reader does: texts are ASCII but for words of people."""

SEND_TIMEOUT = 10.0
"""Seconds that one message may take to go out; a reader that takes nothing for so long is not there."""

GONE_ERRORS = (OSError, RuntimeError)
"""What the server raises once nothing can go out: the reader has gone, or the server itself has begun to close, for a
frame it refused. The socket's own task hears of it; whoever pushes to many must not."""

TOO_SLOW: Message = {"type": "websocket.close", "code": 1013, "reason": "You read too slowly: come back and resume."}


class Outbox:
    """The way out of one socket over the server's `send`. `on_timeout` is called once when the reader is too slow."""

    __slots__ = ("_backlog", "_closed", "_drainer", "_send", "_size", "_slow", "on_timeout")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._backlog: deque[Message] = deque()
        self._size = 0
        self._drainer: asyncio.Task[None] | None = None
        self._closed = False
        self._slow = False
        self.on_timeout: Callable[[], None] = lambda: None

    def push(self, text: str) -> None:
        """Send a text, at once if the reader keeps up; one that does not is sent off with 1013."""
        message = {"type": "websocket.send", "text": text}
        if self._closed:
            return
        if self._drainer is None:
            self._start(message)
            return
        self._wait_in_line(message)
        if self._size > MAX_BACKLOG_CHARACTERS or len(self._backlog) > MAX_BACKLOG_MESSAGES:
            self._send_off()

    async def send(self, message: Message) -> None:
        """Send a message and wait until it, and all before it, has gone."""
        if not self._closed:
            self._closed = message["type"] == "websocket.close"
            (self._start if self._drainer is None else self._wait_in_line)(message)
        await self.drained()

    async def drained(self) -> None:
        """Wait until nothing waits any more: whoever sends much at once asks after each."""
        while self._drainer is not None:
            await asyncio.wait([self._drainer])

    def stop(self) -> None:
        """Send nothing more: the socket has ended."""
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

    def _wait_in_line(self, message: Message) -> None:
        self._backlog.append(message)
        self._size += len(message.get("text", ""))

    def _send_off(self) -> None:
        self._closed = self._slow = True
        self._backlog.clear()
        self._size = 0
        self._backlog.append(TOO_SLOW)

    async def _drain(self, begun: Coroutine[Any, Any, None], waits_for: object) -> None:
        try:
            async with asyncio.timeout(SEND_TIMEOUT):
                await _rest(begun, waits_for)
            while self._backlog:
                message = self._backlog.popleft()
                self._size -= len(message.get("text", ""))
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
            self.on_timeout()


@types.coroutine
def _rest(begun: Coroutine[Any, Any, None], waits_for: object) -> Generator[object, Any, None]:
    """Carry on with a coroutine that has been stepped once and now waits."""
    try:
        yield waits_for
    except BaseException:
        begun.close()
        raise
    yield from begun
