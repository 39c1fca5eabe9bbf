"""The published log of a test: what of the events may enter it, and the job that publishes them."""

from actions.log_tree import grow
from actions.transaction import Transactions
from models.database import fetch
from models.leaves import (
    LEAF_TOPICS,
    PRIVATE,
    PRIVATE_OF_DELTA,
    PRIVATE_OF_SNAPSHOT,
    PUBLIC,
    PUBLIC_OF_DELTA,
    PUBLIC_OF_SNAPSHOT,
)
from models.log import EVENT_COLUMNS, EventRow, LogEvent
from rules.checkpoints import LogSigner


async def published_events() -> list[EventRow]:
    """Return the events that are entries, having asserted that each of their keys is listed as public or private."""
    rows = await LogEvent.filter(topic__in=LEAF_TOPICS).order_by("position").values(*EVENT_COLUMNS)
    events = [EventRow(**row) for row in rows]
    for event in events:
        assert event.data.keys() <= PUBLIC[event.topic].keys() | PRIVATE[event.topic]
        for snapshot in (event.data.get("before"), event.data.get("after")):
            assert (snapshot or {}).keys() <= PUBLIC_OF_SNAPSHOT | PRIVATE_OF_SNAPSHOT
        for delta in event.data.get("counts", ()):
            assert delta.keys() <= PUBLIC_OF_DELTA | PRIVATE_OF_DELTA
    return events


async def publish(transactions: Transactions, signer: LogSigner) -> None:
    """Let the tree grow up to now, also right after a checkpoint of the job."""
    while True:
        await fetch("UPDATE log_tree SET signed_at = NULL WHERE id = 1")
        if await grow(transactions, signer):
            return
