"""graphql-transport-ws over strawberry's handler: any frame gets the protocol's own answer, and a failure is told.

The protocol: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

import logging
import time
from datetime import datetime
from typing import Any

from graphql import GraphQLError
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.schema.schema import StreamResult
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
)
from strawberry.types.execution import ExecutionResult

from subscriptions.sockets import TRY_AGAIN_LATER

logger = logging.getLogger("tanggap.protocol")

REASON_AT_MOST = 123
"""Bytes of a close frame's reason (RFC 6455, 5.5.1)."""

ID_AT_MOST = 128
"""Characters of an operation's id."""

TYPES = frozenset({"connection_init", "ping", "pong", "subscribe", "complete"})
"""The messages that a client may send."""


class Adapter(ASGIWebSocketAdapter):
    """A socket that can always be closed: a reason that is too long would make it drop without one."""

    async def close(self, code: int, reason: str) -> None:
        """Close, with as much of the reason as a close frame takes."""
        await super().close(code, reason.encode()[:REASON_AT_MOST].decode(errors="ignore"))


class Handler(BaseGraphQLTransportWSHandler[Any, None]):
    """One socket."""

    heard_at = 0.0

    async def handle_message(self, message: Message) -> None:
        """Answer a message; what is none closes the socket with 4400 and the reason."""
        self.heard_at = time.monotonic()
        fault = fault_of(message)
        if fault is not None:
            await self.handle_invalid_message(fault)
        elif message["type"] == "connection_init" and message.get("payload") is None:
            await super().handle_message({"type": "connection_init", "payload": {}})
        else:
            await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Begin, and be watched from now on."""
        try:
            await super().handle_connection_init(message)
        except Exception:  # whoever it is cannot be looked up now: 1011 would keep clients away for good
            logger.exception("connection refused")
            await self.close(TRY_AGAIN_LATER, "Try again later.")
        if self.connection_acknowledged:
            self.view.sockets.add(self)  # type: ignore[attr-defined] # our view's

    async def shutdown(self) -> None:
        """End all operations."""
        self.view.sockets.discard(self)  # type: ignore[attr-defined] # likewise
        await super().shutdown()

    @property
    def session_id(self) -> str | None:
        """The session that signed in."""
        session_id: str | None = self.context.session_id
        return session_id

    @property
    def token_until(self) -> datetime | None:
        """Until when the token works that signed in."""
        until: datetime | None = self.context.token_until
        return until

    async def ping(self) -> None:
        """Ask the client whether it is there."""
        await self.send_message({"type": "ping"})

    async def close(self, code: int, reason: str) -> None:
        """Close the socket."""
        await self.websocket.close(code, reason)

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:  # noqa: ARG004 # strawberry's form
        """Close for no document: a syntax error ends its operation, and the others go on."""
        return None

    async def _send_result_stream(self, operation: Operation[Any, None], result_source: StreamResult) -> None:
        """Send the results; stock strawberry tells of a source that failed by `next` and `complete`."""

        async def until_failure() -> StreamResult:
            async for result in result_source:
                if isinstance(result, ExecutionResult) and result.data is None and _of_the_source(result.errors):
                    await operation.send_initial_errors(result.errors or [])
                    return
                yield result

        await super()._send_result_stream(operation, until_failure())


def fault_of(message: object) -> str | None:
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


def _of_the_source(errors: list[GraphQLError] | None) -> bool:
    """Whether the errors are of the stream itself: those of a field have a path."""
    return bool(errors) and all(error.path is None for error in errors or ())
