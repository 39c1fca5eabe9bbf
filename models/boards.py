"""A board as the tallies have it: the sums of a period and the log position they include, read in one snapshot."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from models.database import fetch
from rules.periods import Period, Span, previous, span
from rules.ranking import BoardKind, Place, Sum, gather, rank

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Board:
    """A ranking: `sums` by subject, `places` best first, and the rank of each at the close of the period before."""

    kind: BoardKind
    period: Period
    span: Span
    epoch: str
    position: int
    sums: Mapping[str, Sum]
    places: tuple[Place, ...]
    previous_ranks: Mapping[str, int]


async def read_board(kind: BoardKind, period: Period, day: date, subjects: Collection[str]) -> Board:
    """Read the board of the period that contains `day`, in Jakarta."""
    current = span(period, day)
    before = previous(period, current)
    previous_ranks: dict[str, int] = {}
    if before is not None:
        _, _, earlier = await _read_sums(before)
        ranked = rank(subjects, gather(kind, earlier))
        previous_ranks = {place.code: place.rank for place in ranked if place.rank is not None}
    epoch, position, units = await _read_sums(current)
    sums = gather(kind, units)
    return Board(kind, period, current, epoch, position, sums, tuple(rank(subjects, sums)), previous_ranks)


async def _read_sums(days: Span) -> tuple[str, int, dict[str, Sum]]:
    """Read (epoch, position, sums by unit) in one statement: the sums include just the events up to the position."""
    rows = await fetch(
        "SELECT h.epoch, h.position, t.unit, t.points, t.entries FROM log_head h LEFT JOIN "
        "(SELECT unit, SUM(points) AS points, SUM(entries) AS entries FROM tally "
        "WHERE day BETWEEN $1 AND $2 GROUP BY unit) t ON 1 = 1 WHERE h.id = 1",
        days.first or FIRST_DAY,
        days.last or LAST_DAY,
    )
    sums = {row["unit"]: Sum(row["points"], row["entries"]) for row in rows if row["unit"] is not None}
    return rows[0]["epoch"], rows[0]["position"], sums
