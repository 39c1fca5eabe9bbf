"""Event streams at `/graphql`: GraphQL over Server-Sent Events, for requests that accept nothing else."""

import logging
from collections.abc import Callable, Iterable

from cross_web import HTTPException
from starlette.requests import Request
from starlette.types import Receive, Scope, Send
from strawberry.http import GraphQLRequestData

from app.context import AppContext
from app.graphql import GraphQLEndpoint, PersistedQuery
from app.hosts import network
from app.schema import Schema
from app.services import Services
from schema.errors import RequestError
from subscriptions.shared import OperationRefused
from subscriptions.transport.operations import LiveOperation
from subscriptions.transport.sse import MEDIA_TYPE, OPERATION, SseHandler, body, retry, start

logger = logging.getLogger("tanggap.event_streams")

OTHER_TYPES = frozenset({"application/json", "application/graphql-response+json"})
"""Types that are preferred. urql lists all of them for a query, and only event streams for a subscription."""


class TokenRefused(Exception):
    """The token is not valid. As over a socket, and unlike a query, a stream does not begin as that of a visitor."""


class EventStreams:
    """The event streams of this process."""

    def __init__(self, endpoint: GraphQLEndpoint, schema: Schema, services: Callable[[], Services]) -> None:
        self._endpoint, self._schema, self._services = endpoint, schema, services

    async def serve(
        self, scope: Scope, receive: Receive, send: Send, headers: Iterable[tuple[bytes, bytes]] = ()
    ) -> bool:
        """Serve one operation until it has ended or its client has gone. `headers` are added to the answer.

        Return False, with nothing sent, for what has to be refused before: a malformed request, and a mutation with
        GET. All other errors are sent over the stream: an `EventSource` shows no others. Raises TokenRefused.
        """
        request = Request(scope, receive)
        data = await self._read(request)
        if data is None or not data.query:
            return False
        access_position = self._services().connections.access_position
        try:
            context = await self._context(request)
        except Exception as failure:  # noqa: BLE001 # most likely the database is unavailable: the client tries again
            logger.warning("event stream refused error=%r", failure)
            await send(start(headers))
            await send(body(retry(), last=True))
            return True
        if context.token_refused:
            raise TokenRefused
        if request.method == "GET" and await self._is_mutation(data, context):
            return False
        received = request.headers.get("last-event-id") or None
        operation = LiveOperation(OPERATION, data.query or "", data.variables, data.operation_name, received)
        handler = SseHandler(self._endpoint, self._schema, context, send)
        is_known = context.person is None or access_position == self._services().connections.access_position
        await handler.handle(operation, receive, headers, is_known=is_known)
        return True

    async def _read(self, request: Request) -> GraphQLRequestData | None:
        try:
            return await self._endpoint.parse_http_body(self._endpoint.request_adapter_class(request))
        except (HTTPException, PersistedQuery):
            return None

    async def _context(self, request: Request) -> AppContext:
        headers, services = request.headers, self._services()
        context = await services.context(
            headers.get("authorization"),
            headers.get("accept-language"),
            services.base_url(request.scope),
            network(request.scope),
        )
        context.user_agent = headers.get("user-agent")
        return context

    async def _is_mutation(self, data: GraphQLRequestData, context: AppContext) -> bool:
        try:
            plan = await self._schema.plan(data.query or "", data.operation_name, context)
        except (OperationRefused, RequestError):  # the stream reports it
            return False
        return not plan.is_query and not plan.is_subscription


def is_asked_for(method: str, accept: str) -> bool:
    """Return whether a request asks for an event stream, by its method and its header `Accept`."""
    if MEDIA_TYPE not in accept.lower():  # nearly all requests
        return False
    types = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    return method in {"GET", "POST"} and MEDIA_TYPE in types and types.isdisjoint(OTHER_TYPES)
