"""A board as the tallies have it: the sums of a period and the log position they include, read in one snapshot.

The board of citizens is added up from their own entries instead, and only as far as days are closed.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from models.database import fetch, log_head
from models.log import moment
from rules.periods import Period, Span, jakarta_day, previous, span
from rules.ranking import BoardKind, Place, Sum, gather, rank

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Board:
    """A ranking: `sums` by subject, `places` best first, and the rank of each at the close of the period before.

    `open_from` is the first moment that is in no period closed up to `position`; None before the first day is opened.
    `pseudonyms` of citizens are by their codes.
    """

    kind: BoardKind
    period: Period
    span: Span
    epoch: str
    position: int
    open_from: datetime | None
    sums: Mapping[str, Sum]
    places: tuple[Place, ...]
    previous_ranks: Mapping[str, int]
    pseudonyms: Mapping[str, str] = field(default_factory=dict)


class Head(NamedTuple):
    """The log's head at the moment of a reading."""

    epoch: str
    position: int
    open_from: datetime | None


async def read_board(kind: BoardKind, period: Period, day: date, subjects: Collection[str]) -> Board:
    """Read the board of the period that contains `day`, in Jakarta."""
    current = span(period, day)
    before = previous(period, current)
    previous_ranks: dict[str, int] = {}
    if before is not None:
        _, earlier = await _read_sums(before)
        ranked = rank(subjects, gather(kind, earlier))
        previous_ranks = {place.code: place.rank for place in ranked if place.rank is not None}
    head, units = await _read_sums(current)
    sums = gather(kind, units)
    places = tuple(rank(subjects, sums))
    return Board(kind, period, current, head.epoch, head.position, head.open_from, sums, places, previous_ranks)


async def read_open_board(kind: BoardKind, period: Period, subjects: Collection[str]) -> Board:
    """Read the board of the period that the log has open, which need not be the one that the wall's clock is in."""
    open_from = (await log_head()).open_from
    while open_from is not None:
        day = jakarta_day(open_from)
        board = await read_board(kind, period, day, subjects)
        if board.open_from is not None and board.span.contains(jakarta_day(board.open_from)):
            return board
        open_from = board.open_from
    raise LookupError("the log has no open day yet")


async def read_citizen_board(period: Period, today: date, asked: date | None) -> Board:
    """Read the board of the citizens who wish to be ranked: what they gathered up to the last closed day.

    It is of the period that contains the day asked for, or else that last closed day, or else `today`. Entries of
    closed days never change, so it is the same until the next day closes, but for those who come, go or are renamed.
    """
    head = await log_head()
    closed = None if head.open_from is None else jakarta_day(head.open_from) - timedelta(days=1)
    current = span(period, asked or closed or today)
    before = previous(period, current)
    previous_ranks: dict[str, int] = {}
    if before is not None:
        earlier, _ = await _read_citizens(before, closed)
        previous_ranks = {place.code: place.rank for place in rank(earlier, earlier) if place.rank is not None}
    sums, pseudonyms = await _read_citizens(current, closed)
    places = tuple(rank(sums, sums))
    return Board(
        BoardKind.CITIZEN,
        period,
        current,
        head.epoch,
        head.position,
        head.open_from,
        sums,
        places,
        previous_ranks,
        pseudonyms,
    )


def citizen_code(public_id: str) -> str:
    """Return the code of a citizen on boards: always the same, and nothing that tells the account to others."""
    return hashlib.sha256(f"citizen board:{public_id}".encode()).hexdigest()[:22]


async def _read_citizens(days: Span, closed: date | None) -> tuple[dict[str, Sum], dict[str, str]]:
    """Read the sums and the pseudonyms, by code, of all who wish to be ranked: of these days, up to the one closed."""
    last = FIRST_DAY - timedelta(days=1) if closed is None else min(closed, days.last or LAST_DAY)
    rows = await fetch(
        "SELECT a.public_id, a.pseudonym, COALESCE(SUM(e.points), 0) AS points, COUNT(e.position) AS entries "
        "FROM account a LEFT JOIN point_entry e "
        "ON e.account_id = a.id AND e.unit = 'CITIZEN' AND e.day BETWEEN $1 AND $2 "
        "WHERE a.on_citizen_board GROUP BY a.id, a.public_id, a.pseudonym",
        days.first or FIRST_DAY,
        last,
    )
    codes = [citizen_code(row["public_id"]) for row in rows]
    sums = {code: Sum(row["points"], row["entries"]) for code, row in zip(codes, rows, strict=True)}
    return sums, {code: row["pseudonym"] for code, row in zip(codes, rows, strict=True)}


async def _read_sums(days: Span) -> tuple[Head, dict[str, Sum]]:
    """Read the head and the sums by unit in one statement: the sums include just the events up to its position."""
    rows = await fetch(
        "SELECT h.epoch, h.position, h.open_from, t.unit, t.points, t.entries FROM log_head h LEFT JOIN "
        "(SELECT unit, SUM(points) AS points, SUM(entries) AS entries FROM tally "
        "WHERE day BETWEEN $1 AND $2 GROUP BY unit) t ON 1 = 1 WHERE h.id = 1",
        days.first or FIRST_DAY,
        days.last or LAST_DAY,
    )
    sums = {row["unit"]: Sum(row["points"], row["entries"]) for row in rows if row["unit"] is not None}
    head = rows[0]
    return Head(head["epoch"], head["position"], moment(head["open_from"])), sums
