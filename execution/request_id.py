"""The id of the request that is being served: its answer, its errors and its lines in the log have it.

It is always made here. An id that a client chose could be that of another request, or a text that nobody wants in a
log.
"""

from contextvars import ContextVar
from random import getrandbits

_id: ContextVar[str] = ContextVar("request_id", default="")


def begin_request() -> str:
    """Give the request or the connection of this task an id, and return it: 16 hexadecimal digits.

    Tasks that it creates have the same.
    """
    made = f"{getrandbits(64):016x}"  # no secret: it lets nobody do anything
    _id.set(made)
    return made


def continue_request(known: str) -> None:
    """Work in this task for a request that has begun."""
    _id.set(known)


def request_id() -> str:
    """Return the id of the request. Empty where none is served."""
    return _id.get()
