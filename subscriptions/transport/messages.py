"""Message types and close codes of graphql-transport-ws.

Protocol: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from enum import IntEnum, StrEnum


class MessageType(StrEnum):
    """The `type` of a message."""

    CONNECTION_INIT = "connection_init"
    CONNECTION_ACK = "connection_ack"
    PING = "ping"
    PONG = "pong"
    SUBSCRIBE = "subscribe"
    NEXT = "next"
    ERROR = "error"
    COMPLETE = "complete"


CLIENT_MESSAGES = frozenset(
    {
        MessageType.CONNECTION_INIT,
        MessageType.PING,
        MessageType.PONG,
        MessageType.SUBSCRIBE,
        MessageType.COMPLETE,
    }
)
"""The types that a client may send."""


class CloseCode(IntEnum):
    """The codes with which the server closes a connection."""

    SERVICE_RESTART = 1012  # RFC 6455: the client reconnects by itself, here or to another server
    TRY_AGAIN_LATER = 1013  # RFC 6455: the client reconnects by itself
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403  # the client signs in again and reconnects
    SUBSCRIBER_ALREADY_EXISTS = 4409
