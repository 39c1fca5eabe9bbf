"""The limit: an ASGI application that encodes one frame once, sends it to all sockets, and does nothing else."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

SENDS_AT_ONCE = 250
"""Sockets per batch. Between batches the event loop writes, as in Tanggap; else the first waits for the last."""

ACK: Message = {"type": "websocket.send", "text": '{"type":"connection_ack"}'}


class Limit:
    """The minimum of graphql-transport-ws for a subscription; POST /fire sends its body to all sockets."""

    def __init__(self) -> None:
        self._sends: dict[Send, None] = {}
        self._frame: Message = {"type": "websocket.send", "text": '{"id":"1","type":"next","payload":{}}'}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a socket or a request."""
        if scope["type"] == "websocket":
            await self._follow(receive, send)
        elif scope["type"] == "http":
            if scope["path"] == "/fire":
                await self._fire((await receive())["body"].decode())
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
        else:
            raise NotImplementedError("no lifespan")

    async def _fire(self, text: str) -> None:
        frame = self._frame = {"type": "websocket.send", "text": text}
        for count, send in enumerate(tuple(self._sends), 1):
            await send(frame)
            if count % SENDS_AT_ONCE == 0:
                await asyncio.sleep(0)

    async def _follow(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": "graphql-transport-ws"})
        while (message := await receive())["type"] == "websocket.receive":
            if '"connection_init"' in message["text"]:
                await send(ACK)
            elif '"subscribe"' in message["text"]:
                await send(self._frame)
                self._sends[send] = None
        self._sends.pop(send, None)


def create_app() -> ASGIApp:
    """Build the application."""
    return Limit()
