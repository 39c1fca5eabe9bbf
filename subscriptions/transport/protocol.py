"""graphql-transport-ws over strawberry's handler: any frame gets the protocol's own answer, and a failure is told.

The protocol: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

import asyncio
import logging
import time
from contextlib import suppress
from datetime import datetime
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
    SubscribeMessage,
)
from strawberry.types.execution import PreExecutionError

from actions.sessions import person_of
from schema.errors import RequestCode
from subscriptions.transport.outbox import Outbox
from subscriptions.shared import SubscribeRequest, LiveContext, Subscriber, OperationRefused, SharedSubscription, errors_of, retry_while_unavailable
from subscriptions.transport.connections import FORBIDDEN, TRY_AGAIN_LATER

logger = logging.getLogger("tanggap.protocol")

REASON_AT_MOST = 123
"""Bytes of a close frame's reason (RFC 6455, 5.5.1)."""

ID_AT_MOST = 128
"""Characters of an operation's id."""

MAX_VARIABLE_DEPTH = 20
"""How deeply an operation's variables may be nested, themselves the first: a filter has three. What reads them,
and writes them again, does so by recursion."""

MESSAGES_A_SECOND, MESSAGES_AT_ONCE = 100.0, 200.0
"""How many messages of a socket are read in the long run, and how many in a burst; the rest waits in its client."""

INIT_WITHIN = 10.0
"""Seconds that looking up who connects may take."""

TYPES = frozenset({"connection_init", "ping", "pong", "subscribe", "complete"})
"""The messages that a client may send."""


class BufferedWebSocket(WebSocket):
    """A websocket whose every message goes out through its outbox."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.outbox = Outbox(send)
        super().__init__(scope, receive, self.outbox.send)


class WebSocketAdapter(ASGIWebSocketAdapter):
    """A socket that can always be closed: once more, and for a reason that is too long, which would make it drop."""

    async def close(self, code: int, reason: str) -> None:
        """Close, with as much of the reason as a close frame takes."""
        with suppress(RuntimeError):  # it was closed already
            await super().close(code, reason.encode()[:REASON_AT_MOST].decode(errors="ignore"))


class LiveOperation(Operation[Any, None]):
    """An operation under way. One that is followed has a shared, and no task once it has joined."""

    __slots__ = ("is_personal", "subscriber", "shared")

    def __init__(self, handler: "WebSocketHandler", message: SubscribeMessage) -> None:
        payload = message["payload"]
        super().__init__(
            handler, message["id"], payload["query"], payload.get("variables") or {}, payload.get("operationName")
        )
        begins_after: int = handler.context.tailer.position
        self.subscriber = Subscriber(handler.outbox, self.id, begins_after, lambda: handler.forget(self))
        self.shared: SharedSubscription | None = None
        self.is_personal = True  # until it is known what it asks for; only what is followed is

    def leave(self) -> None:
        """Get nothing more."""
        if self.task is not None:
            self.task.cancel()
            self.task = None
        if self.shared is not None:
            self.shared.leave(self.subscriber)
            self.shared = None


class WebSocketHandler(BaseGraphQLTransportWSHandler[Any, None]):
    """One socket."""

    operations: dict[str, LiveOperation]  # type: ignore[assignment] # strawberry's own are never made here
    last_message_at = 0.0
    _allowance = MESSAGES_AT_ONCE
    _counted_at = 0.0
    _task: asyncio.Task[Any] | None = None
    _is_cut = False
    _reauthenticating: asyncio.Task[None] | None = None

    @property
    def outbox(self) -> Outbox:
        """The way out."""
        outbox: Outbox = self.websocket.ws.outbox  # type: ignore[attr-defined] # our adapter's, over our BufferedWebSocket
        return outbox

    async def handle(self) -> None:
        """Serve the socket until it ends; one whose reader is too slow is cut off, and that is an end like any."""
        self._task = asyncio.current_task()
        self.outbox.on_timeout = self._cut
        try:
            await super().handle()
        except asyncio.CancelledError:
            if not self._is_cut:
                raise

    def _cut(self) -> None:
        self._is_cut = True
        if self._task is not None:
            self._task.cancel()

    async def handle_message(self, message: Message) -> None:
        """Answer a message; what is none closes the socket with 4400 and the reason."""
        await self._pace()
        fault = find_fault(message)
        if fault is not None:
            await self.handle_invalid_message(fault)
        elif message["type"] == "connection_init" and message.get("payload") is None:
            await super().handle_message({"type": "connection_init", "payload": {}})
        else:
            await super().handle_message(message)

    async def _pace(self) -> None:
        """Read no faster than a socket may send; what it sends meanwhile waits on its side."""
        now = time.monotonic()
        self._allowance = min(MESSAGES_AT_ONCE, self._allowance + (now - self._counted_at) * MESSAGES_A_SECOND) - 1
        self.last_message_at = self._counted_at = now
        if self._allowance < 0:
            await asyncio.sleep(-self._allowance / MESSAGES_A_SECOND)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Begin, and be watched from now on."""
        connections = self.view.connections  # type: ignore[attr-defined] # our view's
        seen, by_header = connections.access_position, self.session_id is not None
        try:
            async with asyncio.timeout(INIT_WITHIN):
                await super().handle_connection_init(message)
        except Exception as error:  # noqa: BLE001 # who it is cannot be looked up: 1011 would keep clients away for good
            logger.warning("connection refused error=%r", error)
            await self.close(TRY_AGAIN_LATER, "Try again later.")
        self.connection_init_timeout_task = None
        if self.connection_acknowledged:
            connections.add(self)
            if self.session_id is not None and (by_header or connections.access_position != seen):
                self.reauthenticate()  # whoever was looked up, now or at the handshake, may be somebody else since

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Begin an operation, in a task of its own."""
        if not self.connection_acknowledged:
            await self.close(4401, "Unauthorized")
        elif message["id"] in self.operations:
            await self.close(4409, f"Subscriber for {message['id']} already exists")
        elif len(self.operations) >= (self.max_subscriptions_per_connection or 0):
            error = GraphQLError("Too many operations on one socket: complete some, or open another.")
            error.extensions = {"code": RequestCode.RATE_LIMITED}
            await self.send_message({"id": message["id"], "type": "error", "payload": [error.formatted]})
        else:
            operation = self.operations[message["id"]] = LiveOperation(self, message)
            self._begin(operation)

    def _begin(self, operation: LiveOperation) -> None:
        operation.task = asyncio.create_task(self.run_operation(operation), name="operation")
        operation.task.add_done_callback(self._task_done)

    async def run_operation(self, operation: Operation[Any, None]) -> None:
        """Answer a query or a mutation, or join what is followed; a failure is told by an `error`."""
        if not isinstance(operation, LiveOperation):
            raise TypeError("operations are begun by handle_subscribe")
        while self._reauthenticating is not None:
            await asyncio.wait([self._reauthenticating])
        try:
            if is_nested_deeper(operation.variables, MAX_VARIABLE_DEPTH):
                raise OperationRefused([GraphQLError(f"Variables are nested in at most {MAX_VARIABLE_DEPTH} levels.")])  # noqa: TRY301 # told below
            context: LiveContext = self.context.fresh()
            plan = await self.schema.plan(operation.query, operation.operation_name, context)  # type: ignore[attr-defined] # our schema's
            asked = SubscribeRequest(plan, operation.query, operation.operation_name, operation.variables or {})
            operation.is_personal = plan.is_subscription and plan.is_personal(asked.variables)
            if plan.is_subscription:
                await self._follow(operation, asked, context)
            else:
                await self._answer(operation, context)
        except Exception as error:  # noqa: BLE001 # whatever it is, its client is told
            self._fail(operation, error)
        operation.task = None

    async def _follow(self, operation: LiveOperation, asked: SubscribeRequest, context: LiveContext) -> None:
        operation.shared, cursor = self.view.shared_subscriptions.enter(operation.subscriber, asked, context)  # type: ignore[attr-defined] # our view's
        await operation.shared.join(operation.subscriber, cursor)

    async def _answer(self, operation: LiveOperation, context: LiveContext) -> None:
        result = await self.schema.execute(
            operation.query,
            variable_values=operation.variables,
            context_value=context,
            operation_name=operation.operation_name,
        )
        if isinstance(result, PreExecutionError):
            raise OperationRefused(result.errors or [])
        payload: dict[str, Any] = {"data": result.data}
        if result.errors:
            payload["errors"] = [error.formatted for error in result.errors]
        await operation.subscriber.send(0, orjson.dumps(payload).decode())
        operation.subscriber.complete()

    def _fail(self, operation: LiveOperation, error: Exception) -> None:
        errors = errors_of(error)
        self.schema.translate_errors(errors, self.context.locale)  # type: ignore[attr-defined] # our schema's
        operation.subscriber.end(orjson.dumps([one.formatted for one in errors]))

    def forget(self, operation: LiveOperation) -> None:
        """Forget an operation that ends by itself; its id is free at once."""
        if self.operations.get(operation.id) is operation:
            del self.operations[operation.id]
        if operation.shared is not None:
            operation.shared.leave(operation.subscriber)

    async def cleanup_operation(self, operation_id: str) -> None:
        """End an operation that its client has completed, or whose socket has ended."""
        operation = self.operations.pop(operation_id, None)
        if operation is not None:
            operation.leave()

    async def shutdown(self) -> None:
        """End all operations."""
        self.view.connections.discard(self)  # type: ignore[attr-defined] # our view's
        if self._reauthenticating is not None:
            self._reauthenticating.cancel()
        try:
            await super().shutdown()
        finally:
            self.outbox.stop()

    @property
    def session_id(self) -> str | None:
        """The session that signed in."""
        session_id: str | None = self.context.session_id
        return session_id

    @property
    def account_id(self) -> int | None:
        """Whose session it is."""
        return None if self.context.person is None else int(self.context.person.account_id)

    @property
    def token_until(self) -> datetime | None:
        """Until when the token works that signed in."""
        until: datetime | None = self.context.token_until
        return until

    def reauthenticate(self) -> None:
        """Look up again who this is, and send nothing of their own to them until it is known.

        What they follow goes on from where it stopped, as the person they are by then.
        """
        for operation in self.operations.values():
            if operation.is_personal:
                operation.leave()
        if self._reauthenticating is not None:
            self._reauthenticating.cancel()
        self._reauthenticating = asyncio.create_task(self._reauthenticate(), name="reauthenticate")

    async def _reauthenticate(self) -> None:
        person = await retry_while_unavailable(person_of)(self.context.session_id, self.context.fresh().now)
        self._reauthenticating = None
        if person is None:
            self.connection_acknowledged = False  # what it asked for meanwhile, or is still to be read, is nobody's
            for operation_id in list(self.operations):
                await self.cleanup_operation(operation_id)
            await self.close(FORBIDDEN, "The session has ended.")
            return
        self.context.person = person
        for operation in self.operations.values():
            if operation.is_personal and operation.task is None:
                self._begin(operation)

    def ping(self) -> None:
        """Ask the client whether it is there."""
        self.outbox.push('{"type":"ping"}')

    async def send_message(self, message: Message) -> None:
        """Send a message of the protocol's own; to a socket that is closed, nothing."""
        await self.outbox.send({"type": "websocket.send", "text": self.view.encode_json(message)})

    async def close(self, code: int, reason: str) -> None:
        """Close the socket."""
        await self.websocket.close(code, reason)


def is_nested_deeper(value: object, levels: int) -> bool:
    """Whether a JSON value is nested in more levels of arrays and objects."""
    level = [value]
    for _ in range(levels):
        inner = [part for one in level for part in (one.values() if isinstance(one, dict) else one)]  # type: ignore[attr-defined] # a list
        level = [part for part in inner if isinstance(part, dict | list)]
        if not level:
            return False
    return True


def find_fault(message: object) -> str | None:
    """Say what keeps a decoded frame from being a client's message; None when it is one."""
    if not isinstance(message, dict):
        return "A message is a JSON object."
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        return f"A message has one of the types {', '.join(sorted(TYPES))}."
    if kind in {"subscribe", "complete"}:
        operation = message.get("id")
        if not isinstance(operation, str) or not 0 < len(operation) <= ID_AT_MOST:
            return f"`id` is a string of 1 to {ID_AT_MOST} characters."
    if kind == "subscribe":
        return _payload_fault(message.get("payload"))
    if not isinstance(message.get("payload"), (dict, type(None))):
        return "`payload` is an object or null."
    return None


def _payload_fault(payload: object) -> str | None:
    if not isinstance(payload, dict) or not isinstance(payload.get("query"), str):
        return "`payload` is an object with the string `query`."
    if not isinstance(payload.get("operationName"), (str, type(None))):
        return "`operationName` is a string or null."
    for name in ("variables", "extensions"):
        if not isinstance(payload.get(name), (dict, type(None))):
            return f"`{name}` is an object or null."
    return None
