"""`/graphql`: GraphQL over HTTP, and the entry to graphql-transport-ws."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from json import JSONDecodeError
from typing import Any

import orjson
from cross_web import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData, process_result
from strawberry.http.types import QueryParams
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.unset import UnsetType

from app.auth import AuthorizationInvalid, identify, payload_authorization, payload_language
from app.context import AppContext
from app.errors import error_body, shown, unavailable
from app.hosts import network
from app.media_types import GRAPHQL_RESPONSE, JSON, UNSUPPORTED, answer_type, is_json
from app.origins import Origins
from app.schema import Schema
from app.services import Services
from execution.errors import marked
from execution.guard import ClientGone, Overrun, check_size
from models.database import is_unavailable
from rules.languages import preferred_locale
from rules.limits import headers
from schema.errors import RequestCode
from subscriptions.shared import SharedSubscriptions
from subscriptions.transport.connections import Connections
from subscriptions.transport.messages import CloseCode
from subscriptions.transport.protocol import BufferedWebSocket, WebSocketAdapter, WebSocketHandler

logger = logging.getLogger("tanggap.graphql")

INIT_TIMEOUT = timedelta(seconds=10)
MAX_OPERATIONS_PER_SOCKET = 100
CONTEXT = "tanggap.context"
"""The key of the context of a request in its ASGI scope. The door has made it for a mutation."""

REFUSED = "tanggap.token_refused"
"""The key of an ASGI scope that says whether the request sent a token that is not valid."""

NO_PERSISTED_QUERIES = {
    "errors": [
        {"message": "PersistedQueryNotSupported", "extensions": {"code": "PERSISTED_QUERY_NOT_SUPPORTED"}},
        {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}},
    ]
}
"""The answer to the hash of a query instead of a query (automatic persisted queries, of Apollo). With the first error
Apollo Client and urql send whole queries from then on. Apollo Kotlin gives up with that alone, and sends the whole
query with the second. All of them read it with status 200."""


class PersistedQuery(Exception):  # not an error: the client sends the whole query next
    """The request has the hash of a query, and no query."""


class GraphQLEndpoint(GraphQL[AppContext, None]):
    """The GraphQL view, extended to follow the GraphQL-over-HTTP specification.

    A request that cannot be executed is answered with 400 and without `data` if the client accepts
    application/graphql-response+json. A legacy client, which accepts only application/json, gets 200.
    """

    graphql_transport_ws_handler_class = WebSocketHandler
    websocket_adapter_class = WebSocketAdapter

    def __init__(self, schema: Schema, services: Callable[[], Services], origins: Origins) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=INIT_TIMEOUT,
            max_subscriptions_per_connection=MAX_OPERATIONS_PER_SOCKET,
        )
        self._schema, self._services, self._origins = schema, services, origins
        self.shared_subscriptions = SharedSubscriptions(schema)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a websocket. While the database is unavailable, it is closed with 1013 and its client retries later."""
        socket = BufferedWebSocket(scope, receive, send)
        try:
            await self.run(socket)
        except Exception as failure:
            if not is_unavailable(failure):
                raise
            logger.warning("websocket refused error=%r", failure)
            await socket.close(CloseCode.TRY_AGAIN_LATER)

    def is_websocket_origin_allowed(self, request: object, origin: str) -> bool:  # noqa: ARG002 # strawberry's signature
        """Return whether pages of an origin may open a websocket: the same ones as may send requests."""
        return origin in self._origins

    @property
    def connections(self) -> Connections:
        """The websockets and event streams of this process."""
        return self._services().connections

    async def answer(self, request: Request) -> Response:
        """Answer over HTTP. A malformed request gets its status, and an error in the usual form."""
        try:
            response: Response = await self.run(request)
        except (HTTPException, PersistedQuery) as fault:
            return _refused(request, fault)
        except ClientGone:
            return Response()
        except Overrun as error:
            return self._overrun(request, error)
        except Exception as failure:  # noqa: BLE001 # nothing was executed yet: most likely the database is unavailable
            return unavailable(request, failure)
        context: AppContext | None = request.scope.get(CONTEXT)
        try:
            if context is None or not context.has_written:
                check_size(len(response.body), self._services().limits)
        except Overrun as error:
            return self._overrun(request, error)
        if context is not None and context.turned_away is not None:
            response.status_code = context.turned_away.status
            response.headers.update(headers(context.turned_away.quotas, context.turned_away.retry_after))
        elif context is not None and (context.quotas or context.retry_after):
            response.headers.update(headers(context.quotas, context.retry_after))
        return response

    @staticmethod
    def _overrun(request: Request, error: Overrun) -> Response:
        locale = preferred_locale(request.headers.get("accept-language", ""))
        return Response(error_body(error, locale), media_type=_media_type(request))

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> AppContext:  # noqa: ARG002 # strawberry's signature
        """Return the context of a request or websocket: the one that the door has made for a mutation, or a new one."""
        known: AppContext | None = request.scope.get(CONTEXT)
        if known is not None:
            return known
        headers, services = request.headers, self._services()
        context = await services.context(
            headers.get("authorization"),
            headers.get("accept-language"),
            services.base_url(request.scope),
            network(request.scope),
        )
        context.receive = request.receive if isinstance(request, Request) else None
        context.user_agent = headers.get("user-agent")
        request.scope[REFUSED], request.scope[CONTEXT] = context.token_refused, context
        return context

    async def on_ws_connect(self, context: AppContext) -> UnsetType:
        """Authenticate a websocket by the payload of `connection_init`, and set its language.

        Raises ConnectionRejectionError for an invalid token, also for one in a header of the handshake.
        """
        payload = context.connection_params or {}
        language = payload_language(payload)
        if language is not None:
            context.locale = preferred_locale(language)
        try:
            given = payload_authorization(payload)
        except AuthorizationInvalid:
            raise ConnectionRejectionError from None
        if given is not None:
            identity = await identify(self._services().tokens, given, context.transactions.now())
            context.person, context.session_id = identity.person, identity.session_id
            context.token_until, context.token_refused = identity.until, identity.person is None
        if context.token_refused:
            raise ConnectionRejectionError
        return UnsetType()

    def should_render_graphql_ide(self, request: object) -> bool:  # noqa: ARG002 # strawberry's signature
        """Return False: the explorer is a page of its own, and a request without a query is one with a fault."""
        return False

    async def parse_http_body(self, request: Any) -> GraphQLRequestData:
        """Read one operation. Raises HTTPException for an invalid body, or PersistedQuery for a hash alone."""
        if request.method == "POST" and not is_json(request.content_type or ""):
            raise HTTPException(415, UNSUPPORTED)
        try:
            data = await super().parse_http_body(request)
        except (JSONDecodeError, UnicodeDecodeError, RecursionError):
            raise HTTPException(400, "The body must be JSON in UTF-8.") from None
        except (AttributeError, TypeError):
            raise HTTPException(400, "The body must be a JSON object with a `query`.") from None
        if isinstance(data, list):
            raise HTTPException(400, "Send one operation per request.")
        if not isinstance(data.operation_name, (str, type(None))):
            raise HTTPException(400, "`operationName` must be a string or null.")
        if not data.query:
            data.query = await self._named(request, data)
        return data

    async def _named(self, request: Any, data: GraphQLRequestData) -> str | None:
        """Return the text of the document that a request names. Raises PersistedQuery, HTTPException."""
        by_url = request.method == "GET"
        given = self.parse_query_params(request.query_params) if by_url else self.parse_json(await request.get_body())
        if not isinstance(given.get("documentId"), (str, type(None))):
            raise HTTPException(400, "`documentId` must be a string.")
        if self._schema.trusted is None and given.get("documentId"):
            raise HTTPException(400, "This service knows no documents by their id: send the `query`.")
        if self._schema.trusted is None and "persistedQuery" in (data.extensions or {}):
            raise PersistedQuery
        text: str | None = self._schema.text_of(given)
        return text

    def parse_query_params(self, params: QueryParams) -> dict[str, Any]:
        """Read the parameters of an address. An optional one that is empty is as if it were not there."""
        return super().parse_query_params({name: value for name, value in dict(params).items() if value})

    def decode_json(self, data: str | bytes) -> object:
        """Parse JSON of bounded depth."""
        return orjson.loads(data)

    def encode_json(self, data: object) -> str:
        """Serialize JSON as text: bytes would make the frames of a websocket binary."""
        return orjson.dumps(data, option=orjson.OPT_UTC_Z).decode()

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """Return the response to fill, in the media type that the client accepts."""
        response = await super().get_sub_response(request)
        response.media_type = _media_type(request)
        return response

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:  # noqa: ARG002 # strawberry's signature
        """Return the answer. It has no `data` when the request was not executed."""
        answer: dict[str, Any] = {**process_result(result)}
        if result.data is None and result.errors and all(error.path is None for error in result.errors):
            del answer["data"]
        if result.errors:
            answer["errors"] = [marked(error.formatted) for error in result.errors]
        return answer  # type: ignore[return-value] # strawberry's type requires `data`

    def create_response(
        self, response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse], sub_response: Response
    ) -> Response:
        """Return the response with the status of the specification."""
        executed = isinstance(response_data, Mapping) and "data" in response_data
        legacy = sub_response.media_type != GRAPHQL_RESPONSE
        return Response(
            self.encode_json(response_data),
            status_code=200 if executed or legacy else 400,
            media_type=sub_response.media_type,
        )


def _refused(request: Request, fault: HTTPException | PersistedQuery) -> Response:
    """Return the answer to a request that has no operation, or one that may not be sent by its method."""
    if isinstance(fault, PersistedQuery):
        return JSONResponse(NO_PERSISTED_QUERIES, media_type=_media_type(request))
    error = shown(RequestCode.BAD_INPUT, fault.reason)
    by_get = isinstance(fault.__cause__, InvalidOperationTypeError) and request.method == "GET"
    status, headers = (405, {"Allow": "POST"}) if by_get else (fault.status_code, None)
    return JSONResponse({"errors": [error]}, status, headers, _media_type(request))


def _media_type(request: HTTPConnection) -> str:
    return answer_type(request.headers.get("accept", "")) or JSON
