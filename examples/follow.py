"""Follow one report: print how it stands, then each event as it happens; a lost connection loses none of them.

Usage: python examples/follow.py http://127.0.0.1:8000 JK2611230001
"""
# ruff: noqa: INP001, T201 # a script, and it prints

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

PROTOCOL = Subprotocol("graphql-transport-ws")
STATE = "query($number: String!) { report(number: $number) { id cursor number title status } }"
NEWS = "subscription($id: ID!, $after: String!) { reportChanged(id: $id, after: $after) { cursor kind toStatus actor } }"


async def answers(socket: ClientConnection, document: str, **variables: str) -> AsyncIterator[Any]:
    """Run one operation and yield the value of its one field, as often as the server sends it."""
    payload = {"query": document, "variables": variables}
    await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
    while (message := json.loads(await socket.recv()))["type"] == "next":
        yield next(iter(message["payload"]["data"].values()))
    if message["type"] == "error":
        sys.exit(message["payload"][0]["message"])


async def follow(url: str, number: str) -> None:
    """Load the report once, then resume after the last cursor on as many connections as it takes."""
    report: Any = None
    async for socket in connect(url.replace("http", "ws", 1) + "/graphql", subprotocols=[PROTOCOL]):
        try:
            await socket.send('{"type": "connection_init"}')
            await socket.recv()
            if report is None:
                async for report in answers(socket, STATE, number=number):
                    print(f"{report['number']} {report['title']}: {report['status']}" if report else ...)
        except ConnectionClosed:
            print("connection lost, resuming")


asyncio.run(follow(*sys.argv[1:3]))
