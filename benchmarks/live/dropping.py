"""The command `tanggap` with a fault that the verifier must find: one event is never dispatched.

The log tailer of each process drops the same event: the first event of a report at or after the position DROP_FROM. A
process that is down when that position passes starts after it, and drops nothing.
"""

import os
from collections.abc import Callable

from app.cli import main
from models.log import EventRow, Topic
from subscriptions.tailer import LogTailer


def dropping(
    dispatch: Callable[[LogTailer, EventRow], None], from_position: int
) -> Callable[[LogTailer, EventRow], None]:
    """Wrap `LogTailer.dispatch`: positions have no gaps, so `from_position` passes once, then one is dropped."""
    armed = False

    def wrapped(tailer: LogTailer, event: EventRow) -> None:
        nonlocal armed
        armed = armed or event.position == from_position
        if armed and event.topic is Topic.REPORT:
            armed = False
            tailer.position = event.position
        else:
            dispatch(tailer, event)

    return wrapped


if __name__ == "__main__":
    setattr(LogTailer, "dispatch", dropping(LogTailer.dispatch, int(os.environ["DROP_FROM"])))  # noqa: B010 # mypy forbids to assign to a method
    main()
