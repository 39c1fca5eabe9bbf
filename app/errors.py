"""What a client is told when something fails that is not its doing."""

import logging
import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse

from app.context import locale_of
from rules.languages import Locale
from rules.messages import Message
from schema.errors import RequestCode

logger = logging.getLogger("tanggap.failures")


def internal_error(error: BaseException, locale: Locale, where: object) -> str:
    """Log a failure under a reference, and return what to tell the client: the reference and nothing more."""
    reference = secrets.token_hex(4)
    logger.error("request failed reference=%s where=%s", reference, where, exc_info=error)
    return Message.INTERNAL.text(locale, reference=reference)


def unavailable(request: Request, error: Exception) -> JSONResponse:
    """Answer a request that failed as a whole: 503, in the form of a GraphQL answer."""
    message = internal_error(error, locale_of(request.headers.get("accept-language", "")), request.url.path)
    told = {"message": message, "extensions": {"code": RequestCode.INTERNAL}}
    return JSONResponse({"errors": [told]}, 503)
