"""Receivers of what leaves the city, over real sockets: a mail server, and a push service with one browser."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

import http_ece
import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rules import opaque
from rules.push import PushTarget, VapidKey


@dataclass
class MailServer:
    """A mail server. `replies`: what it does with the next messages, before it accepts all others.

    A reply is a line of SMTP, HANG, or DROP: accept the message, and lose the connection before saying so.
    """

    HANG = "hang"
    DROP = "drop"

    replies: deque[str] = field(default_factory=deque)
    accepted: list[EmailMessage] = field(default_factory=list)
    refused: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:  # noqa: N802 # aiosmtpd's name
        reply = self.replies.popleft() if self.replies else "250 OK"
        if reply == self.HANG:
            await asyncio.Event().wait()
        if reply.startswith("250") or reply == self.DROP:
            message = message_from_bytes(envelope.content or b"", policy=default)  # type: ignore[arg-type] # bytes, without decode_data
            assert isinstance(message, EmailMessage)
            self.accepted.append(message)
        else:
            self.refused += 1
        if reply == self.DROP:
            cast(asyncio.Transport, server.transport).abort()
        return reply


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    """Run a mail server."""
    receiver, sessions = MailServer(), list[SMTP]()

    def session() -> SMTP:
        sessions.append(SMTP(receiver, enable_SMTPUTF8=True))
        return sessions[-1]

    listening = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    receiver.port = listening.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        listening.close()
        for each in sessions:
            if isinstance(each.transport, asyncio.Transport):
                each.transport.abort()


@dataclass
class Browser:
    """A browser at a push service. `answers`: the statuses of the next requests, before 201 for all others.

    HANG does not answer; DROP takes the message, and loses the connection.
    """

    HANG = -1
    DROP = -2

    url: str = ""
    answers: deque[int] = field(default_factory=deque)
    shown: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    requests: int = 0
    secret: bytes = b"0123456789abcdef"
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def target(self) -> PushTarget:
        number = self.private.private_numbers().private_value.to_bytes(32)
        return PushTarget(endpoint=f"{self.url}/push", p256dh=VapidKey(number).public, auth=opaque.encode(self.secret))

    async def take(self, request: Request) -> Response:
        self.requests += 1
        content = await request.body()
        answer = self.answers.popleft() if self.answers else 201
        if answer == self.HANG:
            await asyncio.Event().wait()
        if answer in (201, self.DROP):
            self.headers.append(dict(request.headers))
            self.shown.append(json.loads(http_ece.decrypt(content, private_key=self.private, auth_secret=self.secret)))
        if answer == self.DROP:
            raise ConnectionResetError
        return Response(status_code=answer, headers={"Retry-After": "1"} if answer == 429 else None)


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Run a push service with one browser."""
    receiver = Browser()
    app = Starlette(routes=[Route("/push", receiver.take, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    try:
        await _until(lambda: server.started)
        receiver.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        yield receiver
    finally:
        server.should_exit = server.force_exit = True
        await serving


async def _until(condition: Callable[[], bool]) -> None:
    while not condition():  # uvicorn has no event for it
        await asyncio.sleep(0.005)
