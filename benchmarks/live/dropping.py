"""The command `tanggap`, with a fault of the kind that the verifier must find.

The tail of each process hands one and the same event to nobody: the first of a report at the position DROP_FROM or
after it. A process that is not running when that position passes begins after it, and drops nothing.
"""

import os
from collections.abc import Callable

from app.cli import main
from models.log import EventRow, Topic
from subscriptions.hub import Hub


def dropping(hand_out: Callable[[Hub, EventRow], None], from_position: int) -> Callable[[Hub, EventRow], None]:
    """Wrap `Hub.hand_out`: positions have no holes, so `from_position` passes once, and arms what then drops once."""
    armed = False

    def wrapped(hub: Hub, event: EventRow) -> None:
        nonlocal armed
        armed = armed or event.position == from_position
        if armed and event.topic is Topic.REPORT:
            armed = False
            hub.position = event.position
        else:
            hand_out(hub, event)

    return wrapped


if __name__ == "__main__":
    setattr(Hub, "hand_out", dropping(Hub.hand_out, int(os.environ["DROP_FROM"])))  # noqa: B010 # a type checker rightly objects
    main()
