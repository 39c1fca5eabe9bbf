"""The server side of graphql-transport-ws, on top of strawberry's handler.

Every frame gets the answer that the protocol prescribes, and every failed operation gets an `error` message.
"""

import asyncio
import logging
import time
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

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

from execution.guard import check_size, guarded
from queries.people import person_of
from schema.errors import RequestCode
from subscriptions.documents import Plan
from subscriptions.shared import (
    LiveContext,
    LiveSchema,
    OperationRefused,
    SharedSubscription,
    SharedSubscriptions,
    Subscriber,
    SubscribeRequest,
    errors_of,
    retry_while_unavailable,
)
from subscriptions.transport.connections import Connections
from subscriptions.transport.messages import CLIENT_MESSAGES, CloseCode, MessageType
from subscriptions.transport.outbox import Outbox

logger = logging.getLogger("tanggap.protocol")

MAX_REASON_BYTES = 123
"""Bytes in the reason of a close frame (RFC 6455, 5.5.1)."""

MAX_ID_LENGTH = 128
"""Characters in the id of an operation."""

MAX_VARIABLE_DEPTH = 20
"""Levels of nesting in the variables of an operation, themselves included. A filter has three. The limit exists because
variables are read and encoded recursively."""

MESSAGES_PER_SECOND, MESSAGE_BURST = 100.0, 200.0
"""Rate limit of a connection: messages per second in the long run, and at once. Further ones wait at the client."""

INIT_TIMEOUT = 10.0
"""Seconds that authentication may take."""

PING = f'{{"type":"{MessageType.PING}"}}'


class BufferedWebSocket(WebSocket):
    """A websocket that sends every message through its outbox."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.outbox = Outbox(send)
        super().__init__(scope, receive, self.outbox.send)


class WebSocketAdapter(ASGIWebSocketAdapter):
    """A websocket that can be closed twice, and with a reason of any length."""

    async def close(self, code: int, reason: str) -> None:
        """Close, with as much of the reason as fits into a close frame: a longer one would drop the connection."""
        with suppress(RuntimeError):  # it was closed already
            await super().close(code, reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore"))


class LiveOperation(Operation[Any, None]):
    """A running operation. A subscription has no task once it has joined its shared subscription."""

    __slots__ = ("is_personal", "shared", "subscriber")

    def __init__(self, handler: "WebSocketHandler", message: SubscribeMessage) -> None:
        payload = message["payload"]
        super().__init__(
            handler, message["id"], payload["query"], payload.get("variables") or {}, payload.get("operationName")
        )
        position: int = handler.context.tailer.position
        self.subscriber = Subscriber(handler.outbox, self.id, position, lambda: handler.forget(self))
        self.shared: SharedSubscription | None = None
        self.is_personal = True  # until its request is known; only a subscription can be

    def stop(self) -> None:
        """Cancel the operation, or leave its shared subscription."""
        if self.task is not None:
            self.task.cancel()
            self.task = None
        if self.shared is not None:
            self.shared.leave(self.subscriber)
            self.shared = None


class LiveView(Protocol):
    """The interface of `app.graphql.GraphQLEndpoint` that the handler uses."""

    shared_subscriptions: SharedSubscriptions

    @property
    def connections(self) -> Connections:
        """The connections of this process."""

    def encode_json(self, data: object) -> str:
        """Return data as JSON."""


class WebSocketHandler(BaseGraphQLTransportWSHandler[Any, None]):
    """One connection."""

    view: LiveView  # type: ignore[assignment] # narrower than strawberry's
    schema: LiveSchema  # type: ignore[assignment] # narrower than strawberry's
    operations: dict[str, LiveOperation]  # type: ignore[assignment] # narrower than strawberry's
    last_message_at = 0.0
    _allowance = MESSAGE_BURST
    _counted_at = 0.0
    _task: asyncio.Task[Any] | None = None
    _is_too_slow = False
    _reauthenticating: asyncio.Task[None] | None = None

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
            await self.send_message({"id": message["id"], "type": "error", "payload": [error.formatted]})
        else:
            operation = self.operations[message["id"]] = LiveOperation(self, message)
            self._begin(operation)

    def _begin(self, operation: LiveOperation) -> None:
        operation.task = asyncio.create_task(self.run_operation(operation), name="operation")
        operation.task.add_done_callback(self._task_done)

    async def run_operation(self, operation: Operation[Any, None]) -> None:
        """Execute a query or mutation, or join a shared subscription. A failure is sent as an `error` message."""
        if not isinstance(operation, LiveOperation):
            raise TypeError("operations are created by handle_subscribe")
        while self._reauthenticating is not None:
            await asyncio.wait([self._reauthenticating])
        try:
            check_variables(operation.variables)
            context: LiveContext = self.context.fresh()
            plan = await self.schema.plan(operation.query, operation.operation_name, context)
            await plan.compiled.check_cost(operation.variables or {}, context)
            request = SubscribeRequest(plan, operation.query, operation.operation_name, operation.variables or {})
            operation.is_personal = plan.is_subscription and plan.is_personal(request.variables)
            if plan.is_subscription:
                await self._subscribe(operation, request, context)
            else:
                await self._execute(operation, plan, context)
        except Exception as error:  # noqa: BLE001 # every failure reaches the client
            self._fail(operation, error)
        operation.task = None

    async def _subscribe(self, operation: LiveOperation, request: SubscribeRequest, context: LiveContext) -> None:
        operation.shared, cursor = self.view.shared_subscriptions.enter(operation.subscriber, request, context)
        await operation.shared.join(operation.subscriber, cursor)

    async def _execute(self, operation: LiveOperation, plan: Plan, context: LiveContext) -> None:
        data = await self._execute_by_plan(operation, plan, context) if plan.is_query else None
        payload = await self._execute_by_core(operation, context) if data is None else {"data": data}
        body = orjson.dumps(payload, option=orjson.OPT_UTC_Z)
        if plan.is_query:
            check_size(len(body), context.limits)
        await operation.subscriber.send(0, body.decode())
        operation.subscriber.complete()

    @staticmethod
    async def _execute_by_plan(operation: LiveOperation, plan: Plan, context: LiveContext) -> dict[str, Any] | None:
        return await guarded(plan.compiled.execute(context, operation.variables or {}), context.limits.seconds)

    async def _execute_by_core(self, operation: LiveOperation, context: LiveContext) -> dict[str, Any]:
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
        return payload

    def _fail(self, operation: LiveOperation, error: Exception) -> None:
        errors = errors_of(error)
        self.schema.translate_errors(errors, self.context.locale)
        operation.subscriber.end(orjson.dumps([one.formatted for one in errors]))

    def forget(self, operation: LiveOperation) -> None:
        """Forget an operation that has ended by itself. Its id is free again at once."""
        if self.operations.get(operation.id) is operation:
            del self.operations[operation.id]
        if operation.shared is not None:
            operation.shared.leave(operation.subscriber)

    async def cleanup_operation(self, operation_id: str) -> None:
        """Stop an operation that its client has completed, or whose connection has ended."""
        operation = self.operations.pop(operation_id, None)
        if operation is not None:
            operation.stop()

    async def shutdown(self) -> None:
        """Stop all operations."""
        self.view.connections.discard(self)
        if self._reauthenticating is not None:
            self._reauthenticating.cancel()
        try:
            await super().shutdown()
        finally:
            self.outbox.stop()

    @property
    def session_id(self) -> str | None:
        """The session. None for a visitor."""
        session_id: str | None = self.context.session_id
        return session_id

    @property
    def account_id(self) -> int | None:
        """The account of the session. None for a visitor."""
        return None if self.context.person is None else int(self.context.person.account_id)

    @property
    def token_until(self) -> datetime | None:
        """The expiry of the access token. None for a visitor."""
        until: datetime | None = self.context.token_until
        return until

    def reauthenticate(self) -> None:
        """Load the person again, and send nothing personal until they are known.

        Personal subscriptions then resume where they stopped, with the person's new roles.
        """
        for operation in self.operations.values():
            if operation.is_personal:
                operation.stop()
        if self._reauthenticating is not None:
            self._reauthenticating.cancel()
        self._reauthenticating = asyncio.create_task(self._reauthenticate(), name="reauthenticate")

    async def _reauthenticate(self) -> None:
        person = await retry_while_unavailable(person_of)(self.context.session_id, self.context.fresh().now)
        self._reauthenticating = None
        if person is None:
            # Requests that came meanwhile, or are still to be read, belong to no session.
            self.connection_acknowledged = False
            for operation_id in list(self.operations):
                await self.cleanup_operation(operation_id)
            await self.close(CloseCode.FORBIDDEN, "Session ended: sign in again.")
            return
        self.context.person = person
        for operation in self.operations.values():
            if operation.is_personal and operation.task is None:
                self._begin(operation)

    def ping(self) -> None:
        """Send a ping."""
        self.outbox.push(PING)

    async def send_message(self, message: Message) -> None:
        """Send a message of the protocol. Does nothing once the connection is closed."""
        await self.outbox.send({"type": "websocket.send", "text": self.view.encode_json(message)})

    async def close(self, code: int, reason: str) -> None:
        """Close the connection."""
        await self.websocket.close(code, reason)


def check_variables(variables: object) -> None:
    """Raise OperationRefused if variables have more than MAX_VARIABLE_DEPTH levels of arrays and objects."""
    level = [variables]
    for _ in range(MAX_VARIABLE_DEPTH):
        inner = [part for one in level for part in (one.values() if isinstance(one, dict) else one)]  # type: ignore[attr-defined] # a list
        level = [part for part in inner if isinstance(part, dict | list)]
        if not level:
            return
    raise OperationRefused([GraphQLError(f"Variables may have at most {MAX_VARIABLE_DEPTH} levels.")])


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
    if not isinstance(payload, dict) or not isinstance(payload.get("query"), str):
        return "`payload` must be an object with the string `query`."
    if not isinstance(payload.get("operationName"), (str, type(None))):
        return "`operationName` must be a string or null."
    for name in ("variables", "extensions"):
        if not isinstance(payload.get(name), (dict, type(None))):
            return f"`{name}` must be an object or null."
    return None
