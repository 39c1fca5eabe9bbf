"""Follow a report from a cursor, across lost connections: follow.py ws://127.0.0.1:8000/graphql ID CURSOR."""

import json
import sys
import time

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

PROTOCOL = Subprotocol("graphql-transport-ws")
SUBSCRIPTION = (
    "subscription($id: ID!, $after: String) { reportChanged(id: $id, after: $after) { cursor kind toStatus actor } }"
)

url, report_id, cursor = sys.argv[1:]
while True:
    try:
        with connect(url, subprotocols=[PROTOCOL]) as socket:
            socket.send('{"type": "connection_init"}')
            socket.recv()  # connection_ack
            payload = {"query": SUBSCRIPTION, "variables": {"id": report_id, "after": cursor}}
            socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
            print("following", report_id, flush=True)
            while (message := json.loads(socket.recv()))["type"] == "next":
                event = message["payload"]["data"]["reportChanged"]
                cursor = event["cursor"]  # resume from here: events missed meanwhile are sent first
                print(event["kind"], event["toStatus"] or "", "by", event["actor"], flush=True)
            sys.exit(f"the server ended the subscription: {message}")
    except (ConnectionClosed, OSError) as lost:
        print("connection lost, resuming:", lost, flush=True)
        time.sleep(1)
