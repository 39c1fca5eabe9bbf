"""Cross-origin resource sharing: which headers let pages of other origins read an answer."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Send

from app.origins import EVERY, Origins

EXPOSED = "Content-Disposition, Date, ETag, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-ID"
"""The response headers that pages may read, beside those that they always may."""


class CrossOrigin(CORSMiddleware):
    """Middleware that lets pages of allowed origins read every answer, and send whatever headers they ask for.

    Libraries add headers of their own: Apollo Client, Sentry, tracing. They are no risk: nothing is decided by cookies.
    """

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        every = [EVERY] if origins.allows_every else []
        super().__init__(app, allow_origins=every, allow_methods=["GET", "HEAD", "POST"], allow_headers=["*"])
        self._origins = origins

    def is_allowed_origin(self, origin: str) -> bool:
        """Return whether pages of an origin may use the service."""
        return origin in self._origins

    async def send(self, message: Message, send: Send, request_headers: Headers) -> None:
        """Send a message of an answer; its start says who may read it."""
        if message["type"] == "http.response.start":
            message.setdefault("headers", [])
            headers = MutableHeaders(scope=message)
            headers.update(sharing(self._origins, request_headers.get("origin")))
            headers.add_vary_header("Origin")
        await send(message)


def sharing(origins: Origins, origin: str | None) -> dict[str, str]:
    """Return the headers that let pages of an origin read an answer. None for one that is not allowed."""
    if origin is None or origin not in origins:
        return {}
    allowed = EVERY if origins.allows_every else origin
    return {"access-control-allow-origin": allowed, "access-control-expose-headers": EXPOSED}
