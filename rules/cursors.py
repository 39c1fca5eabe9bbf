"""Log cursors: the position up to which a client knows the log, with the epoch of the log. Opaque to clients."""

import re

from rules import opaque

_FORM = re.compile(rb"log1:([0-9a-f]{16}):(0|[1-9][0-9]{0,17})")
EVENTS_AT_MOST = 10_000
"""The largest replay, in events of the subscription. A client whose cursor is further behind has to load again."""


class CursorError(ValueError):
    """The text is not a log cursor."""


def encode(epoch: str, position: int) -> str:
    """Write the cursor of a state that includes every event up to `position`."""
    return opaque.encode(b"log1:%s:%d" % (epoch.encode(), position))


def decode(cursor: str) -> tuple[str, int]:
    """Read (epoch, position). Raises CursorError for anything that `encode` did not write."""
    match = _FORM.fullmatch(opaque.decode(cursor) or b"")
    if match is None:
        raise CursorError
    return match[1].decode(), int(match[2])
