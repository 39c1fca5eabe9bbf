"""Cursors of the log: where a client's knowledge ends. Opaque to clients; an epoch and a position inside."""

import base64
import binascii
import re

_FORM = re.compile(r"log1:([0-9a-f]{16}):(0|[1-9][0-9]{0,17})")
EVENTS_AT_MOST = 10_000
"""How far a cursor may lie behind, in events of what it follows; beyond, the client loads anew."""


class CursorError(ValueError):
    """This is no cursor of the log."""


def encode(epoch: str, position: int) -> str:
    """Write the cursor of a state that includes every event up to `position`."""
    return base64.urlsafe_b64encode(f"log1:{epoch}:{position}".encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple[str, int]:
    """Read (epoch, position). Raises CursorError for anything that `encode` did not write."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        match = _FORM.fullmatch(base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii"))
    except (binascii.Error, ValueError):
        match = None
    if match is None or encode(match[1], int(match[2])) != cursor:
        raise CursorError
    return match[1], int(match[2])
