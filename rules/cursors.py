"""Log cursors: the last event that a client knows. Opaque to clients; they contain an epoch and a position."""

import base64
import binascii
import re

_FORM = re.compile(r"log1:([0-9a-f]{16}):(0|[1-9][0-9]{0,17})")
EVENTS_AT_MOST = 10_000
"""The number of events that a cursor may be behind. A client that is further behind must reload."""


class CursorError(ValueError):
    """The text is not a log cursor."""


def encode(epoch: str, position: int) -> str:
    """Return the cursor of a state that includes every event up to `position`."""
    return base64.urlsafe_b64encode(f"log1:{epoch}:{position}".encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple[str, int]:
    """Return (epoch, position). Raises CursorError for anything that `encode` did not write."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        match = _FORM.fullmatch(base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii"))
    except (binascii.Error, ValueError):
        match = None
    if match is None or encode(match[1], int(match[2])) != cursor:
        raise CursorError
    return match[1], int(match[2])
