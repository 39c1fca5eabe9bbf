"""Headers that every answer has: what a browser must not do with it, and the id of the request."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from execution.measures import count_answer
from execution.request_id import begin_request, request_id

YEAR: Final = 31_536_000

SAFE: Final = {
    # For what is no page: should a browser show it as one, nothing in it runs, loads or is framed.
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""The headers of OWASP's Secure Headers project that apply to an API and its pages. Pages have a policy of their own.

Photos and answers are there for pages of other origins, so no Cross-Origin-Resource-Policy keeps these out.
"""

STRICT_TRANSPORT: Final = f"max-age={YEAR}"
"""Browsers use HTTPS for a year, once they did. Other hosts of the domain are not ours to decide about."""


REQUEST_ID: Final = b"x-request-id"

_SAFE: Final = [(name.encode(), value.encode()) for name, value in SAFE.items()]
_STRICT_TRANSPORT: Final = (b"strict-transport-security", STRICT_TRANSPORT.encode())


def complete(headers: list[tuple[bytes, bytes]], scope: Scope, status: int) -> None:
    """Add the headers that an answer does not have yet, and count the answer. `scope`: of the request."""
    names = {name for name, _ in headers}
    headers += [pair for pair in _SAFE if pair[0] not in names]
    if scope["scheme"] == "https" and _STRICT_TRANSPORT[0] not in names:  # as a trusted proxy says, if there is one
        headers.append(_STRICT_TRANSPORT)
    headers.append((REQUEST_ID, request_id().encode()))
    count_answer(scope["path"], status)


class SafeHeaders:
    """Middleware that begins each request over HTTP, and adds these headers to its answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin_request()

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = headers = [*message.get("headers", ())]
                complete(headers, scope, message["status"])
            await send(message)

        await self._app(scope, receive, send_safely)
