"""The server side of graphql-transport-ws, on top of strawberry's handler.

Every frame gets the answer that the protocol prescribes, and every failed operation gets an `error` message.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.types import Message as ASGIMessage
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
    SubscribeMessage,
)

from execution.errors import marked
from execution.trusted import document_id
from schema.errors import RequestCode
from subscriptions.shared import LiveSchema, Subscriber
from subscriptions.transport.messages import CLIENT_MESSAGES, CloseCode, MessageType
from subscriptions.transport.operations import LiveConnection, LiveOperation, LiveView
from subscriptions.transport.outbox import TOO_SLOW, Outbox

logger = logging.getLogger("tanggap.protocol")

MAX_REASON_BYTES = 123
"""Bytes in the reason of a close frame (RFC 6455, 5.5.1)."""

MAX_ID_LENGTH = 128
"""Characters in the id of an operation."""

MESSAGES_PER_SECOND, MESSAGE_BURST = 100.0, 200.0
"""Rate limit of a connection: messages per second in the long run, and at once. Further ones wait at the client."""

INIT_TIMEOUT = 10.0
"""Seconds that authentication may take."""

PING_AFTER = 20.0
"""Seconds of silence after which a client gets a ping."""

PING: ASGIMessage = {"type": "websocket.send", "text": f'{{"type":"{MessageType.PING}"}}'}

CLOSE_SLOW: ASGIMessage = {"type": "websocket.close", "code": CloseCode.TRY_AGAIN_LATER, "reason": TOO_SLOW}


class BufferedWebSocket(WebSocket):
    """A websocket that sends every message through its outbox."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.outbox = Outbox(send, CLOSE_SLOW)
        super().__init__(scope, receive, self.outbox.send)


class WebSocketAdapter(ASGIWebSocketAdapter):
    """A websocket that can be closed twice, and with a reason of any length."""

    async def close(self, code: int, reason: str) -> None:
        """Close, with as much of the reason as fits into a close frame: a longer one would drop the connection."""
        with suppress(RuntimeError):  # it was closed already
            await super().close(code, reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore"))


class SocketSubscriber(Subscriber):
    """An operation of a socket, with its id in front of the shared text."""

    __slots__ = ("_head", "_next")

    def __init__(self, operation_id: str, outbox: Outbox, after: int, forget: Callable[[], None]) -> None:
        super().__init__(outbox, after, forget)
        self._head = f'{{"id":{orjson.dumps(operation_id).decode()},"type":'
        self._next = f'{self._head}"{MessageType.NEXT}","payload":'

    def item(self, sequence: int, text: str) -> ASGIMessage:  # noqa: ARG002 # a client of a socket reads the cursor
        """Return `next`."""
        return {"type": "websocket.send", "text": f"{self._next}{text}}}"}

    def completion(self) -> ASGIMessage:
        """Return `complete`."""
        return {"type": "websocket.send", "text": f'{self._head}"{MessageType.COMPLETE}"}}'}

    def failure(self, errors: bytes) -> ASGIMessage:
        """Return `error`."""
        text = f'{self._head}"{MessageType.ERROR}","payload":{errors.decode()}}}'
        return {"type": "websocket.send", "text": text}


class WebSocketHandler(LiveConnection, BaseGraphQLTransportWSHandler[Any, None]):
    """One socket."""

    view: LiveView  # type: ignore[assignment] # narrower than strawberry's
    schema: LiveSchema  # type: ignore[assignment] # narrower than strawberry's
    operations: dict[str, LiveOperation]  # type: ignore[assignment] # narrower than strawberry's
    last_message_at = 0.0
    ping_after = PING_AFTER
    _allowance = MESSAGE_BURST
    _counted_at = 0.0
    _task: asyncio.Task[Any] | None = None
    _is_too_slow = False

    @property
    def outbox(self) -> Outbox:
        """The outgoing messages of the connection."""
        outbox: Outbox = self.websocket.ws.outbox  # type: ignore[attr-defined] # our adapter wraps a BufferedWebSocket
        return outbox

    async def handle(self) -> None:
        """Serve the connection until it ends. A client that is too slow ends it like any other reason."""
        self._task = asyncio.current_task()
        self.outbox.on_too_slow = self._end_slow_client
        try:
            await super().handle()
        except asyncio.CancelledError:
            if not self._is_too_slow:
                raise

    def _end_slow_client(self) -> None:
        self._is_too_slow = True
        if self._task is not None:
            self._task.cancel()

    async def handle_message(self, message: Message) -> None:
        """Answer a message. An invalid one closes the connection with 4400 and the reason."""
        await self._throttle()
        fault = find_fault(message)
        if fault is not None:
            await self.close(CloseCode.BAD_REQUEST, fault)
        elif message["type"] == "connection_init" and message.get("payload") is None:
            await super().handle_message({"type": "connection_init", "payload": {}})
        else:
            await super().handle_message(message)

    async def _throttle(self) -> None:
        """Enforce the rate limit. Messages that come meanwhile wait at the client."""
        now = time.monotonic()
        self._allowance = min(MESSAGE_BURST, self._allowance + (now - self._counted_at) * MESSAGES_PER_SECOND) - 1
        self.last_message_at = self._counted_at = now
        if self._allowance < 0:
            await asyncio.sleep(-self._allowance / MESSAGES_PER_SECOND)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Authenticate the client, and add the connection to those that are watched."""
        connections = self.view.connections
        seen, by_header = connections.access_position, self.session_id is not None
        try:
            async with asyncio.timeout(INIT_TIMEOUT):
                await super().handle_connection_init(message)
        except Exception as error:  # noqa: BLE001 # the person cannot be loaded; the default, 1011, would stop clients from reconnecting
            logger.warning("connection refused error=%r", error)
            await self.close(CloseCode.TRY_AGAIN_LATER, "Try again later.")
        self.connection_init_timeout_task = None
        if self.connection_acknowledged:
            connections.add(self)
            if self.session_id is not None and (by_header or connections.access_position != seen):
                self.reauthenticate()  # the person may have changed since they were loaded, now or at the handshake

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Begin an operation in its own task."""
        if not self.connection_acknowledged:
            await self.close(CloseCode.UNAUTHORIZED, "Unauthorized")
        elif message["id"] in self.operations:
            await self.close(CloseCode.SUBSCRIBER_ALREADY_EXISTS, f"Subscriber for {message['id']} already exists")
        elif len(self.operations) >= (self.max_subscriptions_per_connection or 0):
            error = GraphQLError("Too many operations on one connection: complete some, or open another.")
            error.extensions = {"code": RequestCode.RATE_LIMITED}
            payload: Any = [marked(error.formatted)]
            await self.send_message({"id": message["id"], "type": "error", "payload": payload})
        else:
            payload = message["payload"]
            operation = LiveOperation(
                message["id"],
                self.schema.text_of(payload) or "",
                payload.get("variables"),
                payload.get("operationName"),
            )
            self.begin(operation, partial(SocketSubscriber, operation.id))

    async def cleanup_operation(self, operation_id: str) -> None:
        """Stop an operation."""
        self.stop(operation_id)

    async def shutdown(self) -> None:
        """Stop all operations."""
        self.view.connections.discard(self)
        if self._reauthenticating is not None:
            self._reauthenticating.cancel()
        try:
            await super().shutdown()
        finally:
            self.outbox.stop()

    async def end_session(self) -> None:
        """Close the socket. Requests that came meanwhile, or are still to be read, belong to no session."""
        self.connection_acknowledged = False
        await super().end_session()

    def ping(self) -> None:
        """Send a ping."""
        self.outbox.push(PING)

    async def send_message(self, message: Message) -> None:
        """Send a message of the protocol. Does nothing once the connection is closed."""
        await self.outbox.send({"type": "websocket.send", "text": self.view.encode_json(message)})

    async def close(self, code: int, reason: str) -> None:
        """Close the connection."""
        await self.websocket.close(code, reason)


def find_fault(message: object) -> str | None:
    """Return why a decoded frame is not a valid client message; None if it is valid."""
    if not isinstance(message, dict):
        return "A message must be a JSON object."
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in CLIENT_MESSAGES:
        return f"`type` must be one of {', '.join(sorted(CLIENT_MESSAGES))}."
    if kind in {MessageType.SUBSCRIBE, MessageType.COMPLETE}:
        operation = message.get("id")
        if not isinstance(operation, str) or not 0 < len(operation) <= MAX_ID_LENGTH:
            return f"`id` must be a string of 1 to {MAX_ID_LENGTH} characters."
    if kind == MessageType.SUBSCRIBE:
        return _payload_fault(message.get("payload"))
    if not isinstance(message.get("payload"), (dict, type(None))):
        return "`payload` must be an object or null."
    return None


def _payload_fault(payload: object) -> str | None:
    if not isinstance(payload, dict):
        return "`payload` must be an object with the string `query`."
    query = payload.get("query")
    if not isinstance(query, str) and (query is not None or document_id(payload) is None):
        return "`payload` must be an object with the string `query`."
    if not isinstance(payload.get("operationName"), (str, type(None))):
        return "`operationName` must be a string or null."
    for name in ("variables", "extensions"):
        if not isinstance(payload.get(name), (dict, type(None))):
            return f"`{name}` must be an object or null."
    return None
