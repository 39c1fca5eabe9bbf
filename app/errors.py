"""Translation of errors for clients: codes and messages of request errors, and masked internal errors."""

import logging
import secrets
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import JSONResponse

from execution.errors import marked
from queries.log import CursorExpired, CursorInvalid
from rules.languages import Locale, preferred_locale
from rules.messages import Message
from schema.errors import RequestCode, RequestError
from subscriptions.shared import cause_of

logger = logging.getLogger("tanggap.errors")


def translate(error: GraphQLError, locale: Locale) -> None:
    """Set the `extensions.code` of an error and translate its message, in place. Idempotent.

    Unexpected errors are logged and masked.
    """
    cause = cause_of(error)
    extensions = error.extensions or {}
    if "code" in extensions:
        return
    if cause is None or (error.path is None and isinstance(cause, ValueError)):
        code = RequestCode.BAD_INPUT  # a syntax error, an invalid document, a literal or variable of the wrong type
    elif isinstance(cause, CursorExpired):
        code, error.message = RequestCode.CURSOR_EXPIRED, Message.LOG_CURSOR_EXPIRED.text(locale)
    elif isinstance(cause, CursorInvalid):
        code, error.message = RequestCode.CURSOR_INVALID, Message.LOG_CURSOR_INVALID.text(locale)
    elif isinstance(cause, RequestError):
        code, error.message = cause.code, cause.text(locale)
        extensions = {**extensions, **cause.extensions}
        if cause.argument is not None:
            extensions["argument"] = cause.argument
    else:
        code, error.message = RequestCode.INTERNAL, internal_error(cause, locale, error.path)
    error.extensions = {**extensions, "code": code.value}


def shown(code: RequestCode, message: str, **extensions: object) -> dict[str, Any]:
    """Return an error as clients read it."""
    return marked({"message": message, "extensions": {**extensions, "code": code.value}})


def internal_error(error: BaseException, locale: Locale, where: object) -> str:
    """Log an unexpected error under a reference. Return a message for the client that holds only the reference."""
    reference = secrets.token_hex(4)
    logger.error("request failed reference=%s where=%s", reference, where, exc_info=error)
    return Message.INTERNAL.text(locale, reference=reference)


def error_body(error: RequestError, locale: Locale) -> bytes:
    """Return the body of an answer whose execution has ended with an error."""
    translated = GraphQLError("", original_error=error)
    translate(translated, locale)
    return orjson.dumps({"data": None, "errors": [marked(translated.formatted)]})


def unavailable(request: Request, error: Exception) -> JSONResponse:
    """Answer a request that failed as a whole: 503, in the form of a GraphQL response."""
    locale = preferred_locale(request.headers.get("accept-language", ""))
    message = internal_error(error, locale, _path(request))
    return JSONResponse({"errors": [shown(RequestCode.INTERNAL, message)]}, 503)


def _path(request: Request) -> str:
    """Return the path for the log, without the token of a link at its end: anyone who reads the log could open it."""
    path = request.url.path
    return f"{path.rpartition('/')[0]}/{{token}}" if "token" in request.path_params else path
