"""Reads of the published log: its entries, the tiles of its tree and its checkpoints."""

from datetime import date
from typing import NamedTuple

from models.leaves import LEAF_TOPICS
from models.log import EVENT_COLUMNS, EventRow, LogEvent, event_row
from models.reading import read
from rules.merkle import HASH_BYTES, TileKey

_COLUMNS = ", ".join(EVENT_COLUMNS)
_TOPICS = ", ".join(f"'{topic}'" for topic in LEAF_TOPICS)


class TreeHead(NamedTuple):
    """The number of leaves, the position of the last of them, and the last checkpoint, which is a signed note."""

    size: int
    position: int
    checkpoint: str | None


async def events_after(position: int, most: int) -> list[EventRow]:
    """Return the next events that are entries, up to the number `most`."""
    rows = await read(
        f"SELECT {_COLUMNS} FROM log_event WHERE position > $1 AND topic IN ({_TOPICS}) ORDER BY position LIMIT {most}",
        position,
        first=(LogEvent, EVENT_COLUMNS),
    )
    return list(map(event_row, rows))


async def tree_head() -> TreeHead:
    """Return how far the tree has grown."""
    ((size, position, checkpoint),) = await read("SELECT size, position, checkpoint FROM log_tree WHERE id = 1")
    return TreeHead(size, position, checkpoint)


async def tile(key: TileKey) -> bytes | None:
    """Return the hashes of a tile, as many as there are; None without any."""
    rows = await read("SELECT hashes FROM log_tile WHERE level = $1 AND number = $2", key.level, key.number)
    return bytes(rows[0][0]) if rows else None


async def entries(number: int, width: int) -> list[EventRow] | None:
    """Return the first `width` events of a tile of level 0; None if it has less leaves.

    They are read from the log now: an event that was changed, removed or inserted since shows.
    """
    rows = await read("SELECT position, hashes FROM log_tile WHERE level = 0 AND number = $1", number)
    if not rows or len(rows[0][1]) < width * HASH_BYTES:
        return None
    return await events_after(rows[0][0] - 1, width)


async def missing_positions(after: int, through: int) -> list[int]:
    """Return the positions with after < position <= through that have no event, though they were given."""
    rows = await read("SELECT position FROM log_event WHERE position > $1 AND position <= $2", after, through)
    return sorted(set(range(after + 1, through + 1)) - {position for (position,) in rows})


async def checkpoint_of(day: date) -> str | None:
    """Return the signed checkpoint of a closed day."""
    rows = await read("SELECT checkpoint FROM log_checkpoint WHERE day = $1", day)
    return rows[0][0] if rows else None


async def checkpoints() -> list[tuple[date, str]]:
    """Return the signed checkpoints of all closed days, in order."""
    rows = await read("SELECT day, checkpoint FROM log_checkpoint ORDER BY day")
    return [(date.fromisoformat(day) if isinstance(day, str) else day, checkpoint) for day, checkpoint in rows]
