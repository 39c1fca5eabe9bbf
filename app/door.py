"""The door to `/graphql`: queries over HTTP, answered from the kept answers or by a compiled plan, and live transports.

It is before all middleware but that of the headers which every answer has, and does the least that an answer needs.
Whatever it does not answer, it passes on: mutations, errors, other content types, and what plans do not know
(`execution`).

A cache between client and server may keep only answers that are the same for everybody, and asks again each time. All
others are marked as private, also those to a request with a token, valid or not (RFC 9111, 3.5).
"""

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from time import perf_counter
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as ASGIMessage

from app.admission import Place
from app.context import AppContext
from app.cross_origin import sharing
from app.errors import error_body, shown
from app.event_streams import EventStreams, TokenRefused, is_asked_for
from app.graphql import CONTEXT, REFUSED, GraphQLEndpoint
from app.hosts import network
from app.media_types import JSON, NOT_ACCEPTABLE, answer_type, is_json
from app.origins import Origins
from app.schema import Schema
from app.services import Services
from app.turning_away import TooManyRequests, TurnedAway
from execution.answers import Answer, Mark
from execution.guard import ClientGone, Overrun, check_size, guarded
from execution.measures import seconds_of
from execution.request_id import begin_request
from execution.tracing import describe
from rules.languages import Locale, preferred_locale
from rules.limits import headers as limit_headers
from rules.messages import Message
from schema.errors import RequestCode
from subscriptions.documents import Plan
from subscriptions.shared import OperationRefused
from subscriptions.transport.messages import CloseCode
from subscriptions.transport.sse import body, retry, start

MAX_BODY = 1024 * 1024
"""Bytes of a GraphQL request. Photos are uploaded to /media instead."""

PUBLIC, PRIVATE, UNSTORED = b"no-cache", b"private, no-cache", b"private, no-store"
"""Values of Cache-Control. The last one is that of an answer to a token that is not valid: a cache that kept its
WWW-Authenticate would give it to the next token too, because a 304 updates the headers of a kept answer."""

INVALID_TOKEN = b'Bearer error="invalid_token"'
"""The WWW-Authenticate (RFC 6750, 3) of an answer, with any status, to a token that is not valid."""

HOLD: Final = (0.5, 1.5)
"""Least and most seconds for which an answer to a network that sends too much is held back."""

MOST_HELD: Final = 2_000
"""Answers that are held back at once. Further ones are sent at once: each takes memory meanwhile."""

READING = ("/open311/", "/export/", "/auth/oidc/session")
"""Beginnings of the other paths whose answers are read from the database."""

PARAMETERS = frozenset(["query", "documentId", "variables", "operationName", "extensions"])
"""The parameters of a request. One with others takes the ordinary way."""

BY_URL = frozenset(["GET", "HEAD"])
"""Methods whose query is in the address. HEAD is answered as GET, without the body."""

METHODS = BY_URL | {"POST"}

Headers = dict[bytes, bytes]


class BodyTooLargeError(Exception):
    """A body has more than MAX_BODY bytes."""


class _Request(NamedTuple):
    """A query. `key`: its language, the address of this service in it, and the bytes that say the whole of it."""

    key: bytes
    query: str
    variables: dict[str, Any]
    operation_name: str | None


class GraphQLDoor:
    """Middleware that answers queries, and passes all else on.

    Websockets and event streams go past all other middleware: each layer costs memory for as long as they last, and
    time for every message.
    """

    def __init__(
        self,
        app: ASGIApp,
        endpoint: GraphQLEndpoint,
        schema: Schema,
        services: Callable[[], Services],
        origins: Origins,
    ) -> None:
        self._app, self._endpoint = app, endpoint
        self._schema, self._services, self._origins = schema, services, origins
        self._held = 0
        self._event_streams = EventStreams(endpoint, schema, services)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a query, or pass the request on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["path"] != "/graphql":
            await self._pass(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._open(scope, receive, send)
        else:
            await self._serve(scope, receive, send)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is not GraphQL. What reads the database for it is limited in the same way."""
        if not scope["path"].startswith(READING):
            await self._app(scope, receive, send)
            return
        services = self._services()
        try:
            services.limiter.begin_operation(network(scope))
            with services.admission.place(network(scope)) as place:
                place.take()
                await self._app(scope, receive, _leaving(send, place))
        except TurnedAway as error:
            await self._turn_away(error, scope, dict(scope["headers"]), send)

    async def _open(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a websocket, unless its network has too many. Browsers see a handshake that failed, and try again."""
        begin_request()
        try:
            with self._services().limiter.connection(network(scope)):
                await self._endpoint(scope, receive, send)
        except TooManyRequests:
            await receive()
            await send({"type": "websocket.close", "code": CloseCode.TRY_AGAIN_LATER})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: Headers = dict(scope["headers"])
        is_stream = is_asked_for(scope["method"], headers.get(b"accept", b"").decode("latin-1"))
        try:
            client = network(scope)
            self._services().limiter.begin_operation(client)
            await self._serve_counted(scope, headers, receive, send, client, is_stream=is_stream)
        except TurnedAway as error:
            if is_stream:  # an `EventSource` would not try again after any other answer
                await send(start(self._sharing(headers.get(b"origin"))))
                await send(body(retry(), last=True))
            else:
                await self._turn_away(error, scope, headers, send)

    async def _serve_counted(
        self, scope: Scope, headers: Headers, receive: Receive, send: Send, client: str, *, is_stream: bool
    ) -> None:
        """Answer a request of a network, or pass it on. Raises TurnedAway before anything is sent."""
        messages: list[ASGIMessage] = []
        authorization, accept = headers.get(b"authorization"), headers.get(b"accept", b"")
        if authorization is not None:
            scope[REFUSED] = self._services().refuses(authorization.decode("latin-1"))
        try:
            key = await _key(scope, headers, receive, messages)
        except ClientGone:
            return
        except BodyTooLargeError:
            message = Message.BODY_TOO_LARGE.text(_locale(headers), limit=MAX_BODY)
            await self._refuse(413, shown(RequestCode.BAD_INPUT, message), scope, headers, receive, send)
            return
        if is_stream and await self._stream(scope, headers, _replay(messages, receive), send):
            return
        if not is_stream and scope["method"] in METHODS and answer_type(accept.decode("latin-1")) is None:
            await self._refuse(406, shown(RequestCode.BAD_INPUT, NOT_ACCEPTABLE), scope, headers, receive, send)
            return
        with self._services().admission.place(client) as place:
            answer = None
            if key is not None and not is_stream:
                try:
                    answer = await self._answer_or_error(key, scope, headers, receive, place)
                except ClientGone:
                    return
            if answer is None:
                place.take()
                is_head = scope["method"] == "HEAD"
                passed = {**scope, "method": "GET"} if is_head else scope
                marked = _private(send, passed, place, is_head=is_head)
                await self._app(passed, _replay(messages, receive), marked)
                return
        await _send(answer, scope, headers, self._more(client, headers), send)

    async def _answer_or_error(
        self, key: bytes, scope: Scope, headers: Headers, receive: Receive, place: Place
    ) -> Answer | bytes | None:
        """Return an answer, or the body of one that says which limit it exceeds; None to pass the request on.

        Raises ClientGone, TurnedAway.
        """
        try:
            return await self._answer(key, scope, headers, receive, place)
        except Overrun as error:
            return error_body(error, _locale(headers))
        except (ClientGone, TurnedAway):
            raise
        except Exception:  # noqa: BLE001 # the ordinary way meets the same error, and answers it
            return None

    async def _turn_away(self, error: TurnedAway, scope: Scope, headers: Headers, send: Send) -> None:
        """Answer that a network sends too much, or that the queue before the database is full.

        A network that sends too much waits for this answer. The next request of a connection is read after it, so a
        flood costs next to nothing.
        """
        if isinstance(error, TooManyRequests):
            await self._hold()
        turned = shown(error.code, error.text(_locale(headers)), **error.extensions)
        text = orjson.dumps({"errors": [turned]})
        sent = [
            (b"content-length", b"%d" % len(text)),
            (b"content-type", b"application/json"),
            (b"cache-control", UNSTORED),
            (b"vary", b"accept-language, authorization, origin"),
            *_encoded(limit_headers(error.quotas, error.retry_after)),
            *self._sharing(headers.get(b"origin")),
        ]
        await send({"type": "http.response.start", "status": error.status, "headers": sent})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else text})

    async def _hold(self) -> None:
        if self._held < MOST_HELD:
            self._held += 1
            try:
                await asyncio.sleep(random.uniform(*HOLD))  # noqa: S311 # no secret: not all at once
            finally:
                self._held -= 1

    def _more(self, client: str, headers: Headers) -> Iterable[tuple[bytes, bytes]]:
        """Return the headers for pages of other origins, and for a network that has used half of what it may."""
        sent = self._sharing(headers.get(b"origin"))
        quotas = self._services().limiter.quotas(client)
        return [*sent, *_encoded(limit_headers(quotas))] if quotas else sent

    async def _stream(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> bool:
        """Serve an event stream. Return False for a request that the ordinary way refuses."""
        try:
            with self._services().limiter.connection(network(scope)):
                return await self._event_streams.serve(scope, receive, send, self._sharing(headers.get(b"origin")))
        except TokenRefused:
            scope[REFUSED] = True
            message = Message.TOKEN_INVALID.text(_locale(headers))
            await self._refuse(401, shown(RequestCode.UNAUTHENTICATED, message), scope, headers, receive, send)
            return True

    async def _refuse(
        self,
        status: int,
        error: Mapping[str, object],
        scope: Scope,
        headers: Headers,
        receive: Receive,
        send: Send,
    ) -> None:
        origin = headers.get(b"origin")
        sent = sharing(self._origins, None if origin is None else origin.decode("latin-1"))
        answer = JSONResponse({"errors": [error]}, status, {**sent, "vary": "origin"})
        await answer(scope, receive, _private(send, scope, None, is_head=scope["method"] == "HEAD"))

    def _sharing(self, origin: bytes | None) -> Iterable[tuple[bytes, bytes]]:
        """Return the headers that let pages of an origin read the answer, as the other answers have them."""
        if origin is None:
            return ()
        shared = sharing(self._origins, origin.decode("latin-1"))
        return _encoded(shared)

    async def _answer(
        self, key: bytes, scope: Scope, headers: Headers, receive: Receive, place: Place
    ) -> Answer | bytes | None:
        """Return a kept answer, a new one that is kept or could be, or the body of one that is for the viewer only."""
        services = self._services()
        mark, authorization = None, headers.get(b"authorization")
        languages = headers.get(b"accept-language", b"").decode("latin-1")
        base_url = services.base_url(scope)
        kept_as = b"%s\n%s\n%s" % (preferred_locale(languages).encode(), base_url.encode(), key)
        began = perf_counter()
        constant = services.answers.get_constant(kept_as, services.places)
        if constant is not None:
            seconds_of(constant.operation, "kept").add(perf_counter() - began)
            return constant
        if kept_as in services.answers:
            mark = await services.answers.catch_up()
            kept = services.answers.get(kept_as, services.transactions.now(), services.places)
            if kept is not None and (authorization is None or not kept.by_staff):
                seconds_of(kept.operation, "kept").add(perf_counter() - began)
                return kept
        request = _parse(key, kept_as, scope, self._schema)
        if request is None:
            return None
        if authorization is not None:  # the session is looked up
            place.take()
        context = await services.context(
            None if authorization is None else authorization.decode("latin-1"),
            languages,
            base_url,
            network(scope),
        )
        context.receive = receive
        context.user_agent = headers.get(b"user-agent", b"").decode("latin-1")
        scope[REFUSED] = context.token_refused
        return await self._execute(request, context, mark, scope, place)

    async def _execute(
        self, request: _Request, context: AppContext, mark: Mark | None, scope: Scope, place: Place
    ) -> Answer | bytes | None:
        answers = self._services().answers
        try:
            plan = await self._schema.plan(request.query, request.operation_name, context)
        except OperationRefused:
            return None
        if not plan.is_query:
            scope[CONTEXT] = context  # so that a mutation looks up its session once
            return None
        context.charge(plan.name, await plan.compiled.check_cost(request.variables, context))
        if not answers.is_kept or plan.is_personal(request.variables, context.person):
            return await self._body(request, plan, context, place)
        return await self._make(request, plan, context, mark or await answers.catch_up(), place)

    @staticmethod
    async def _body(request: _Request, plan: Plan, context: AppContext, place: Place) -> bytes | None:
        """Execute a query, and return the body of its answer. Raises Overrun, ClientGone, TurnedAway."""
        place.take()
        limits, began = context.limits, perf_counter()
        data = await guarded(plan.compiled.execute(context, request.variables), limits.seconds, context.receive)
        if data is None:
            return None
        body = orjson.dumps({"data": data}, option=orjson.OPT_UTC_Z)
        seconds_of(plan.name, "planned").add(perf_counter() - began)
        describe(plan.name, "planned")
        check_size(len(body), limits)
        return body

    async def _make(
        self, request: _Request, plan: Plan, context: AppContext, mark: Mark, place: Place
    ) -> Answer | bytes | None:
        """Make an answer that is the same for everybody, or take that of another request which is making it."""
        services = self._services()
        answers, began = services.answers, perf_counter()
        place.leave()  # who waits for the answer of another needs no place
        await answers.wait_for(request.key)
        kept = answers.get(request.key, services.transactions.now(), services.places)
        if kept is not None:
            seconds_of(plan.name, "kept").add(perf_counter() - began)
            return kept
        with answers.making(request.key):
            return await self._make_first(request, plan, context, mark, place)

    async def _make_first(
        self, request: _Request, plan: Plan, context: AppContext, mark: Mark, place: Place
    ) -> Answer | bytes | None:
        context.known_head = mark
        body = await self._body(request, plan, context, place)
        if body is None or context.depends.unknown:
            return body
        answer = Answer(body, _etag(body), context.depends, context.places, plan.name, plan.by_staff)
        if mark.epoch == context.epoch:  # else the tailer is behind, and the answer has cursors of the old epoch
            self._services().answers.put(request.key, answer, mark)
        return answer


async def _key(scope: Scope, headers: Headers, receive: Receive, messages: list[ASGIMessage]) -> bytes | None:
    """Return the bytes that say the whole of a request: its body, or its query string. None if it is not a query.

    Raises BodyTooLargeError, ClientGone.
    """
    if scope["method"] in BY_URL:
        query: bytes = scope["query_string"]
        return b"?" + query
    if scope["method"] != "POST":
        return None
    body = await _read_body(headers, receive, messages)
    if not is_json(headers.get(b"content-type", b"").decode("latin-1")):
        return None
    return None if body.startswith(b"?") else body  # no JSON, and the key of a query string


def _parse(key: bytes, kept_as: bytes, scope: Scope, schema: Schema) -> _Request | None:
    """Return the request. None unless it is in the usual form."""
    try:
        given = _from_query_string(scope["query_string"]) if scope["method"] in BY_URL else orjson.loads(key)
    except (orjson.JSONDecodeError, UnicodeDecodeError, ValueError):
        return None
    if not isinstance(given, dict) or not given.keys() <= PARAMETERS:
        return None
    query, variables, name = schema.text_of(given), given.get("variables"), given.get("operationName")
    extensions = given.get("extensions")
    if not isinstance(extensions, dict | None) or (extensions and "cost" in extensions):
        return None
    if isinstance(query, str) and isinstance(variables, dict | None) and isinstance(name, str | None):
        return _Request(kept_as, query, variables or {}, name)
    return None


def _from_query_string(text: bytes) -> dict[str, Any]:
    """Return the parameters. Raises ValueError for one that is there twice, or is not in UTF-8."""
    pairs = parse_qsl(text.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict")
    given: dict[str, Any] = dict(pairs)
    if len(given) != len(pairs):
        raise ValueError(text)
    given = {name: value for name, value in given.items() if value}
    for name in given.keys() & {"variables", "extensions"}:
        given[name] = orjson.loads(given[name])
    return given


async def _read_body(headers: Headers, receive: Receive, messages: list[ASGIMessage]) -> bytes:
    """Read the body, and keep its messages. Raises BodyTooLargeError over MAX_BODY, ClientGone."""
    stated = headers.get(b"content-length", b"")
    if stated.isdigit() and int(stated[:20]) > MAX_BODY:
        raise BodyTooLargeError
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        if message["type"] != "http.request":
            raise ClientGone
        size += len(message.get("body", b""))
        if size > MAX_BODY:
            raise BodyTooLargeError
        if not message.get("more_body", False):
            return b"".join(one.get("body", b"") for one in messages)


def _replay(messages: list[ASGIMessage], receive: Receive) -> Receive:
    """Return a `receive` that gives these messages first."""
    kept = iter(messages)

    async def replay() -> ASGIMessage:
        message = next(kept, None)
        return await receive() if message is None else message

    return replay


async def _send(
    answer: Answer | bytes, scope: Scope, headers: Headers, shared: Iterable[tuple[bytes, bytes]], send: Send
) -> None:
    """Send an answer: 304 without a body if the client has it already, unless its token is not valid."""
    method, is_refused = scope["method"], scope.get(REFUSED, False)
    body, etag = (answer, None) if isinstance(answer, bytes) else (answer.body, answer.etag)
    is_private = etag is None or b"authorization" in headers
    media_type = (answer_type(headers.get(b"accept", b"").decode("latin-1")) or JSON).encode()
    sent = [
        (
            b"vary",
            b"accept, accept-language, authorization, origin" if is_private else b"accept, accept-language, origin",
        ),
        (b"cache-control", UNSTORED if is_refused else PRIVATE if is_private else PUBLIC),
    ]
    if is_refused:
        sent.append((b"www-authenticate", INVALID_TOKEN))
    sent += shared
    status = 200
    if method in BY_URL and not is_refused:
        etag = etag or _etag(body)
        sent.append((b"etag", etag))
        if _has(headers.get(b"if-none-match", b""), etag):
            status, body = 304, b""
    if status != 304:
        sent += [(b"content-length", b"%d" % len(body)), (b"content-type", media_type)]
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


def _leaving(send: Send, place: Place) -> Send:
    """Return a `send` that leaves the place when an answer begins: a client that reads slowly must not keep it."""

    async def send_leaving(message: ASGIMessage) -> None:
        if message["type"] == "http.response.start":
            place.leave()
        await send(message)

    return send_leaving


def _private(send: Send, scope: Scope, place: Place | None, *, is_head: bool) -> Send:
    """Return a `send` that marks an answer as private. An error depends on the language too. No body if `is_head`.

    It leaves the `place` in the queue: a client that reads slowly must not keep one.
    """

    async def send_marked(message: ASGIMessage) -> None:
        if message["type"] == "http.response.start":
            if place is not None:
                place.leave()
            headers = MutableHeaders(scope=message)
            is_refused = scope.get(REFUSED, False)
            headers["cache-control"] = (UNSTORED if is_refused else PRIVATE).decode()
            if is_refused:
                headers["www-authenticate"] = INVALID_TOKEN.decode()
            headers.add_vary_header("accept, accept-language, authorization")
        elif is_head:
            message = {**message, "body": b""}
        await send(message)

    return send_marked


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]


def _locale(headers: Headers) -> Locale:
    return preferred_locale(headers.get(b"accept-language", b"").decode("latin-1"))


def _etag(body: bytes) -> bytes:
    return b'"%s"' % blake2b(body, digest_size=12).hexdigest().encode()


def _has(listed: bytes, etag: bytes) -> bool:
    """Return whether an `If-None-Match` names an ETag (RFC 9110, 13.1.2). A proxy may have made it weak."""
    return listed.strip() == b"*" or etag in [one.strip().removeprefix(b"W/") for one in listed.split(b",")]
