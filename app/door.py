"""The door for queries: `POST /graphql` with a JSON body, answered by a compiled plan.

It does the least that an answer needs. Whatever it does not answer, it passes on untouched: mutations, errors, other
content types, and what plans do not know (`execution`).
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.schema import Schema
from app.services import Services

MAX_BODY = 1024 * 1024
"""Bytes of a GraphQL request. Photos are uploaded to /media instead."""

GRAPHQL_RESPONSE = "application/graphql-response+json"


class _Request(NamedTuple):
    query: str
    variables: dict[str, Any]
    operation_name: str | None


class QueryDoor:
    """Middleware that answers queries, and passes all else on."""

    def __init__(self, app: ASGIApp, schema: Schema, services: Callable[[], Services]) -> None:
        self._app, self._schema, self._services = app, schema, services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a query, or pass the request on."""
        if scope["type"] != "http" or scope["path"] != "/graphql" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        messages: list[Message] = []
        answer = None
        if headers.get(b"content-type", b"").partition(b";")[0].strip().lower() == b"application/json":
            body = await _read_body(receive, messages)
            request = None if body is None else _parse(body)
            answer = None if request is None else await self._answer(request, headers)
        if answer is None:
            await self._app(scope, _replay(messages, receive), send)
            return
        response_headers = [
            (b"content-length", b"%d" % len(answer)),
            (b"content-type", _media_type(headers)),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": response_headers})
        await send({"type": "http.response.body", "body": answer})

    async def _answer(self, request: _Request, headers: dict[bytes, bytes]) -> bytes | None:
        authorization, languages = headers.get(b"authorization"), headers.get(b"accept-language")
        try:
            context = await self._services().context(
                None if authorization is None else authorization.decode("latin-1"),
                None if languages is None else languages.decode("latin-1"),
            )
        except Exception:  # noqa: BLE001 # the ordinary way meets the same error, and answers it
            return None
        data = await self._schema.read(request.query, request.variables, request.operation_name, context)
        return None if data is None else orjson.dumps({"data": data}, option=orjson.OPT_UTC_Z)


def _parse(body: bytes) -> _Request | None:
    """Return the request in a body. None unless it is in the usual form."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(given, dict) or not given.keys() <= {"query", "variables", "operationName"}:
        return None
    query, variables, name = given.get("query"), given.get("variables") or {}, given.get("operationName")
    if isinstance(query, str) and isinstance(variables, dict) and isinstance(name, str | None):
        return _Request(query, variables, name)
    return None


async def _read_body(receive: Receive, messages: list[Message]) -> bytes | None:
    """Read the body, and keep its messages. None if it is larger than MAX_BODY, or if the client is gone."""
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        if message["type"] != "http.request":
            return None
        size += len(message.get("body", b""))
        if size > MAX_BODY:
            return None
        if not message.get("more_body", False):
            return b"".join(one.get("body", b"") for one in messages)


def _replay(messages: list[Message], receive: Receive) -> Receive:
    """Return a `receive` that gives these messages first."""
    kept = iter(messages)

    async def replay() -> Message:
        message = next(kept, None)
        return await receive() if message is None else message

    return replay


def _media_type(headers: dict[bytes, bytes]) -> bytes:
    wanted = GRAPHQL_RESPONSE.encode()
    return wanted if wanted in headers.get(b"accept", b"") else b"application/json"
