"""Systems outside for the tests, each a real HTTP server: an agency's Open311 server, and a receiver of webhooks."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import uvicorn
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.backends import free_port

Mood = Literal["well", "down", "hangs", "drops", "refuses", "token", "busy"]
"""The way a server answers: `drops` takes what it gets and closes the connection without an answer."""


REFUSALS: dict[Mood, int] = {"down": 503, "busy": 429, "refuses": 400}

HANGS = 3.0
"""Seconds for which a server hangs before it takes what it got: longer than the patience of the tests."""


class _Drop(Response):
    """Leave without an answer: uvicorn then closes the connection."""

    async def __call__(self, *_: object) -> None:
        """Send nothing."""


@dataclass
class Outside:
    """A server outside. `moods` are for the next requests that change something, one each; then it is well."""

    address: str = ""
    moods: list[Mood] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    """The messages that it has accepted."""
    tried: int = 0
    asked: int = 0

    async def respond(self, accept: Callable[[], Response]) -> Response:
        """Answer a request in the next mood."""
        self.tried += 1
        mood = self.moods.pop(0) if self.moods else "well"
        if mood in REFUSALS:
            return Response(status_code=REFUSALS[mood], headers={"Retry-After": "0"})
        if mood == "hangs":
            await asyncio.sleep(HANGS)
        answer = accept()
        if mood == "token":
            self.taken[-1]["token"] = f"t{len(self.taken)}"
            return JSONResponse([{"token": self.taken[-1]["token"]}], 201)
        return _Drop() if mood == "drops" else answer


class Agency(Outside):
    """An Open311 GeoReport v2 server without idempotency keys: whatever it accepts is a request of its own."""

    def routes(self) -> list[Route]:
        """Return the routes of the protocol."""
        return [
            Route("/v2/requests.json", self._post, methods=["POST"]),
            Route("/v2/requests.json", self._requests),
            Route("/v2/tokens/{token}.json", self._token),
        ]

    def close(self, number: str, notes: str) -> None:
        """Let the agency end its work on a request."""
        for each in self.taken:
            if each["service_request_id"] == number:
                each |= {"status": "closed", "status_notes": notes}

    async def _post(self, request: Request) -> Response:
        async with request.form() as form:
            given = {name: str(value) for name, value in form.items()}

        def accept() -> Response:
            number = f"PLN-{len(self.taken) + 1}"
            self.taken.append(given | {"service_request_id": number, "status": "open"})
            return JSONResponse([{"service_request_id": number, "service_notice": "", "account_id": None}], 201)

        return await self.respond(accept)

    async def _requests(self, request: Request) -> Response:
        self.asked += 1
        wanted = request.query_params.get("service_request_id")
        listed = [each for each in self.taken if wanted is None or each["service_request_id"] in wanted.split(",")]
        return JSONResponse(listed)

    async def _token(self, request: Request) -> Response:
        token = request.path_params["token"]
        found = [each for each in self.taken if each.get("token") == token]
        return JSONResponse([{"token": token, "service_request_id": each["service_request_id"]} for each in found])


@dataclass
class Hook(Outside):
    """A receiver of webhooks that verifies their signatures and takes each id once, as Standard Webhooks asks."""

    secret: str = ""

    def routes(self) -> list[Route]:
        """Return the route of the webhook."""
        return [Route("/hook", self._post, methods=["POST"])]

    async def _post(self, request: Request) -> Response:
        body = await request.body()
        message = Webhook(self.secret).verify(body, dict(request.headers))
        key = request.headers["webhook-id"]

        def accept() -> Response:
            if all(each["key"] != key for each in self.taken):
                self.taken.append(message | {"key": key})
            return Response(status_code=204)

        return await self.respond(accept)


@asynccontextmanager
async def serving(server: Agency | Hook) -> AsyncIterator[None]:
    """Run a server outside, at an address of this machine."""
    port = free_port()
    server.address = f"http://127.0.0.1:{port}"
    config = uvicorn.Config(
        Starlette(routes=server.routes()), port=port, log_config=None, lifespan="off", timeout_graceful_shutdown=1
    )
    running = uvicorn.Server(config)
    task = asyncio.create_task(running.serve())
    try:
        while not running.started:
            await asyncio.sleep(0.005)
        yield
    finally:
        running.should_exit = True
        with suppress(asyncio.CancelledError):
            await task
