"""Headers that every answer has: what a browser must not do with it."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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


def add_safe_headers(headers: MutableHeaders, scope: Scope) -> None:
    """Add the headers that an answer does not have yet. `scope`: of the request."""
    for name, value in SAFE.items():
        headers.setdefault(name, value)
    if scope["scheme"] == "https":  # as a trusted proxy says, if there is one
        headers.setdefault("strict-transport-security", STRICT_TRANSPORT)


class SafeHeaders:
    """Middleware that adds these headers to every answer over HTTP."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                add_safe_headers(MutableHeaders(scope=message), scope)
            await send(message)

        await self._app(scope, receive, send_safely)
