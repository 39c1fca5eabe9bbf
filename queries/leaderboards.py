"""A board as the tallies have it: the counters of a period and the log position they include, read in one statement.

The board of citizens is added up from their own entries instead, and only as far as days are closed.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple, Self

from models.database import fetch, log_head
from models.log import moment
from models.tallies import NO_MINUTES
from queries.officers import BoardPerson, code_of, read_officers
from rules.periods import Period, Span, jakarta_day, previous, span
from rules.scoring.counters import BEGINNING, COUNTER_NAMES, UNIT, ZERO, Counters
from rules.scoring.ranking import BoardKind, Metric, RankedRow, rank, rank_by_points, subject_of

LAST_DAY = date(9999, 12, 31)

_numbers = itemgetter(*COUNTER_NAMES)

IN_HANDS = ("open", "overdue")
FLOWS = ", ".join(f"0 AS {name}" if name in IN_HANDS else name for name in COUNTER_NAMES)
HELD = ", ".join(f"SUM({name})" if name in IN_HANDS else "0" for name in COUNTER_NAMES)
MINUTES = ", response_minutes, processing_minutes"

UNITS = (
    "SELECT officer, unit, {flows}{minutes} FROM tally WHERE period = $1 AND first_day = $2 AND officer = 0 "
    "UNION ALL SELECT 0, unit, {held}{no_minutes} FROM tally WHERE officer = 0 AND ({until}) GROUP BY unit"
)
"""The counters of a period, and what is in the units' hands at its end."""

OFFICERS = "SELECT officer, unit, {flows}{minutes} FROM tally WHERE period = $1 AND first_day = $2 AND officer > 0"

NOW = "period = 'ALL_TIME'"
DAY_CLOSED = (
    "period = 'YEAR' AND first_day < $3 OR period = 'MONTH' AND first_day >= $3 AND first_day < $4 "
    "OR period = 'DAY' AND first_day >= $4 AND first_day < $5"
)
"""The whole years, months and days before a day: few tallies, however many days."""


@dataclass(frozen=True, slots=True)
class Board:
    """A ranking: `counters` by subject, `rows` best first, and the rank of each at the close of the period before.

    `open_from` is the first moment that is in no period closed up to `position`; None before the first day is opened.
    `officers` are by account, on a board of officers; `people` by code, on that and on the board of citizens.
    """

    kind: BoardKind
    metric: Metric
    period: Period
    span: Span
    epoch: str
    position: int
    open_from: datetime | None
    counters: Mapping[str, Counters]
    rows: tuple[RankedRow, ...]
    previous_ranks: Mapping[str, int]
    officers: Mapping[int, BoardPerson] = field(default_factory=dict)
    people: Mapping[str, BoardPerson] = field(default_factory=dict)

    def subject_of(self, unit: str, officer: int) -> str | None:
        """Return the code of who a tally counts for here; None for nobody, or for an officer not known yet."""
        return _subject_of(self.kind, unit, officer, self.officers)

    def is_news(self, unit: str, officer: int) -> bool:
        """Whether a tally has somebody who is not known yet, or shows at a unit for which they had not acted yet."""
        if self.kind is not BoardKind.OFFICER or officer == UNIT:
            return False
        known = self.officers.get(officer)
        return known is None or (known.acted and unit > (known.unit or ""))


@dataclass(frozen=True, slots=True)
class ScorecardData:
    """What is behind a row of a board: what has come together, and the responsiveness of who is ranked.

    `answered` and `fixed`: how long that took, as each tally that counts has it stored (`models.tallies`).
    """

    counters: Counters = ZERO
    answered: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    responsiveness: float | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Take what a row of the tallies has."""
        answered, fixed = row["response_minutes"], row["processing_minutes"]
        return cls(_sum(row), () if answered == NO_MINUTES else (answered,), () if fixed == NO_MINUTES else (fixed,))

    def with_more(self, other: Self) -> "ScorecardData":
        """Return what two have together."""
        return ScorecardData(self.counters + other.counters, self.answered + other.answered, self.fixed + other.fixed)


class Head(NamedTuple):
    """The log's head at the moment of a reading."""

    epoch: str
    position: int
    open_from: datetime | None


async def read_board(
    kind: BoardKind, period: Period, day: date, subjects: Collection[str], metric: Metric = Metric.POINTS
) -> Board:
    """Read the board of the period that contains `day`, in Jakarta. The subjects of a board of officers are they."""
    current = span(period, day)
    before = previous(period, current)
    earlier = [] if before is None else (await _read(kind, period, before))[1]
    head, tallies = await _read(kind, period, current)
    officers = await _officers(kind, [*earlier, *tallies])
    people = {officer.code: officer for officer in officers.values()}
    codes = set(people) if kind is BoardKind.OFFICER else set(subjects)
    was, counters = (_counters(kind, each, officers, codes) for each in (earlier, tallies))
    previous_ranks = {row.code: row.rank for row in rank(kind, metric, codes, was) if row.rank is not None}
    rows = tuple(rank(kind, metric, codes, counters))
    return Board(kind, metric, period, current, *head, counters, rows, previous_ranks, officers, people)


async def read_open_board(
    kind: BoardKind, period: Period, subjects: Collection[str], metric: Metric = Metric.POINTS
) -> Board:
    """Read the board of the period that the log has open, which need not be the one that the wall's clock is in."""
    open_from = (await log_head()).open_from
    while open_from is not None:
        day = jakarta_day(open_from)
        board = await read_board(kind, period, day, subjects, metric)
        if board.open_from is not None and board.span.contains(jakarta_day(board.open_from)):
            return board
        open_from = board.open_from
    raise LookupError("the log has no open day yet")


async def read_scorecards(
    kind: BoardKind, period: Period, day: date, subjects: Collection[str]
) -> dict[str, ScorecardData]:
    """Read what is behind the tallies of the board of the period that contains `day`, by subject, in one statement.

    Agencies outside the city, who are no subjects, have a card too, without a responsiveness.
    """
    _, tallies = await _read(kind, period, span(period, day), minutes=MINUTES)
    officers = await _officers(kind, tallies)
    found: dict[str, ScorecardData] = {}
    for row in tallies:
        subject = _subject_of(kind, row["unit"], row["officer"], officers)
        if subject is not None:
            own = found.get(subject)
            found[subject] = ScorecardData.of(row) if own is None else own.with_more(ScorecardData.of(row))
    codes = {officer.code for officer in officers.values()} if kind is BoardKind.OFFICER else set(subjects)
    counters = {code: own.counters for code, own in found.items() if code in codes}
    rows = rank(kind, Metric.RESPONSIVENESS, codes, counters)
    figures = {row.code: row.responsiveness for row in rows}
    return {
        code: replace(found.get(code, ScorecardData()), responsiveness=figures.get(code))
        for code in [*figures, *(found.keys() - codes)]
    }


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
        ranked = rank_by_points(earlier, earlier)
        previous_ranks = {row.code: row.rank for row in ranked if row.rank is not None}
    counters, people = await _read_citizens(current, closed)
    return Board(
        BoardKind.CITIZEN,
        Metric.POINTS,
        period,
        current,
        head.epoch,
        head.position,
        head.open_from,
        counters,
        tuple(rank_by_points(counters, counters)),
        previous_ranks,
        people=people,
    )


async def _read_citizens(days: Span, closed: date | None) -> tuple[dict[str, Counters], dict[str, BoardPerson]]:
    """Read the counters and the people, by code, of all who wish to be ranked: of these days, up to the one closed."""
    last = BEGINNING - timedelta(days=1) if closed is None else min(closed, days.last or LAST_DAY)
    tallies = await fetch(
        "SELECT a.public_id, a.pseudonym, COALESCE(SUM(e.points), 0) AS points, COUNT(e.position) AS entries "
        "FROM account a LEFT JOIN point_entry e "
        "ON e.account_id = a.id AND e.unit = 'CITIZEN' AND e.day BETWEEN $1 AND $2 "
        "WHERE a.on_citizen_board GROUP BY a.id, a.public_id, a.pseudonym",
        days.first or BEGINNING,
        last,
    )
    people = [BoardPerson(code_of("citizen", row["public_id"]), row["pseudonym"]) for row in tallies]
    counters = {one.code: Counters(row["points"], row["entries"]) for one, row in zip(people, tallies, strict=True)}
    return counters, {one.code: one for one in people}


async def _read(kind: BoardKind, period: Period, days: Span, *, minutes: str = "") -> tuple[Head, list[dict[str, Any]]]:
    """Read the head and the tallies in one statement: they include just the events up to its position.

    What units have in their hands is as of the end of the period, or as of now while it is open.
    """
    sql, values = OFFICERS, [period, days.first or BEGINNING]
    if kind is not BoardKind.OFFICER:
        sql = UNITS
        if await _is_closed(days) and days.last is not None:
            after = days.last + timedelta(days=1)
            values += [after.replace(month=1, day=1), after.replace(day=1), after]
    tallies = sql.format(
        flows=FLOWS,
        held=HELD,
        minutes=minutes,
        no_minutes=f", '{NO_MINUTES}', '{NO_MINUTES}'" if minutes else "",
        until=DAY_CLOSED if len(values) > 2 else NOW,
    )
    tallies = await fetch(
        f"SELECT h.epoch, h.position, h.open_from, t.* FROM log_head h LEFT JOIN ({tallies}) t ON 1 = 1 WHERE h.id = 1",
        *values,
    )
    head = Head(tallies[0]["epoch"], tallies[0]["position"], moment(tallies[0]["open_from"]))
    return head, [row for row in tallies if row["unit"] is not None]


def _counters(
    kind: BoardKind, tallies: Iterable[Mapping[str, Any]], officers: Mapping[int, BoardPerson], subjects: Collection[str]
) -> dict[str, Counters]:
    """Add the tallies up to the subjects of a board; those that count for none of them are left out."""
    counters: dict[str, Counters] = {}
    for row in tallies:
        subject = _subject_of(kind, row["unit"], row["officer"], officers)
        if subject is not None and subject in subjects:
            own = _sum(row)
            counters[subject] = counters[subject] + own if subject in counters else own
    return counters


def _subject_of(kind: BoardKind, unit: str, officer: int, officers: Mapping[int, BoardPerson]) -> str | None:
    if kind is BoardKind.OFFICER:
        return officers[officer].code if officer in officers else None
    return subject_of(kind, unit) if officer == UNIT else None


def _sum(row: Mapping[str, Any]) -> Counters:
    return Counters(*_numbers(row))


async def _is_closed(days: Span) -> bool:
    open_from = (await log_head()).open_from
    return open_from is not None and days.ends_at is not None and days.ends_at <= open_from


async def _officers(kind: BoardKind, tallies: Iterable[Mapping[str, Any]]) -> dict[int, BoardPerson]:
    """Read who is of a unit, and who acted, for the last by code of those for which they did; nobody for rows."""
    if kind is not BoardKind.OFFICER:
        return {}
    acted: dict[int, str] = {}
    for row in tallies:
        acted[row["officer"]] = max(row["unit"], acted.get(row["officer"], ""))
    return await read_officers(acted)
