"""The server side of GraphQL over Server-Sent Events, in its mode of distinct connections: one operation per request.

Protocol: https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md. Beyond it, each item of the log has its
cursor as the id of its event. An `EventSource` that lost its connection sends the last one as `Last-Event-ID`, and
resumes there. A stream that ends without `complete` has been lost, and is to be resumed.
"""

import asyncio
import random
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from starlette.types import Message, Receive, Send

from rules.cursors import encode
from subscriptions.shared import LiveContext, LiveSchema, Subscriber
from subscriptions.transport.operations import LiveConnection, LiveOperation, LiveView
from subscriptions.transport.outbox import GONE_ERRORS, TOO_SLOW, Outbox

MEDIA_TYPE = "text/event-stream"

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"private, no-cache, no-transform"),  # no proxy may compress it, which would hold events back
    (b"vary", b"accept, accept-language, authorization, origin"),
    (b"x-accel-buffering", b"no"),  # nginx passes each event on at once
]

RETRY = (1_000, 5_000)
"""Milliseconds after which a client reconnects: (least, most). Each gets its own, for they lose a server together."""

PING_AFTER = 12.0
"""Seconds of silence after which a comment keeps the connection alive, as in the reference implementation."""

OPERATION = ""
"""The id of the one operation."""


def body(text: str, *, last: bool = False) -> Message:
    """Return a part of an answer."""
    return {"type": "http.response.body", "body": text.encode(), "more_body": not last}


def start(headers: Iterable[tuple[bytes, bytes]]) -> Message:
    """Return the start of an event stream, with further headers."""
    return {"type": "http.response.start", "status": 200, "headers": [*HEADERS, *headers]}


def retry() -> str:
    """Return the field that says when to reconnect."""
    return f"retry: {random.randint(*RETRY)}\n\n"  # noqa: S311 # no secret


class SseSubscriber(Subscriber):
    """The operation of an event stream. It numbers the items of the log by their cursors."""

    __slots__ = ("_epoch",)

    def __init__(self, outbox: Outbox, after: int, forget: Callable[[], None]) -> None:
        super().__init__(outbox, after, forget)
        self._epoch: str | None = None

    def begin(self, epoch: str | None) -> None:
        """Begin. The client learns where: it would lose what comes before its first event if it had to reconnect."""
        super().begin(epoch)
        self._epoch = epoch
        if epoch is not None:
            self.outbox.push(body(f"{self._id(self.after)}\n"))

    def _id(self, sequence: int) -> str:
        return "" if self._epoch is None else f"id: {encode(self._epoch, sequence)}\n"

    def item(self, sequence: int, text: str) -> Message:
        """Return `next`."""
        return body(f"{self._id(sequence)}event: next\ndata: {text}\n\n")

    def completion(self) -> Message:
        """Return `complete`, with the empty data without which an `EventSource` would not dispatch it."""
        return body("event: complete\ndata:\n\n", last=True)

    def failure(self, errors: bytes) -> Message:
        """Return the errors as `next`, and `complete`."""
        return body(f'event: next\ndata: {{"errors":{errors.decode()}}}\n\nevent: complete\ndata:\n\n', last=True)


class SseHandler(LiveConnection):
    """One event stream. `last_message_at` is the time of the last comment: its client never says anything."""

    ping_after = PING_AFTER

    def __init__(self, view: LiveView, schema: LiveSchema, context: LiveContext, send: Send) -> None:
        self.view, self.schema, self.context = view, schema, context
        self.operations = {}
        self.last_message_at = time.monotonic()
        self._send = send
        self._outbox = Outbox(send, body(f": {TOO_SLOW}\n\n", last=True))
        self._task: asyncio.Task[None] | None = None
        self._is_too_slow = False

    @property
    def outbox(self) -> Outbox:
        """The outgoing messages of the connection."""
        return self._outbox

    async def handle(
        self, operation: LiveOperation, receive: Receive, headers: Iterable[tuple[bytes, bytes]], *, is_known: bool
    ) -> None:
        """Serve an operation until it has ended, or its client has gone.

        `is_known`: whether the person cannot have changed since they were loaded.
        """
        self._task = asyncio.current_task()
        self._outbox.on_too_slow = self._end_slow_client
        try:
            await self._outbox.send(start(headers))
            self._outbox.push(body(retry()))
            self.view.connections.add(self)
            if not is_known:
                self.reauthenticate()
            self.begin(operation, SseSubscriber)
            while (await receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:
            if not self._is_too_slow:
                raise
            self._leave()
            with suppress(*GONE_ERRORS):  # the outbox may have ended the answer already
                await self._send(body("", last=True))  # once the client reads again, or the kernel gives it up
        finally:
            self._leave()

    def _leave(self) -> None:
        self.view.connections.discard(self)
        self.stop_all()
        self._outbox.stop()

    def _end_slow_client(self) -> None:
        self._is_too_slow = True
        if self._task is not None:
            self._task.cancel()

    def ping(self) -> None:
        """Send a comment. Nothing answers it: a client that has gone is found by the sending."""
        self.last_message_at = time.monotonic()
        self._outbox.push(body(":\n\n"))

    async def close(self, code: int, reason: str) -> None:  # noqa: ARG002 # an answer has no code at its end
        """End the stream without `complete`, so that its client resumes it."""
        self.stop_all()
        await self._outbox.send(body(f": {reason}\n\n", last=True))
