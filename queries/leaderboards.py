"""Boards and scorecards: the counters of a period and the log position they include, read in one statement.

The board of citizens is computed from their own entries instead, and only up to the last closed day.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from models.database import log_head
from models.log import moment
from models.reading import Values, read
from models.tallies import NO_MINUTES, WHOLE_UNIT
from queries.officers import BoardPerson, code_of, read_officers
from rules.boards import BOARDS, BoardKind, Metric, SubjectType
from rules.periods import Period, Span, jakarta_day, previous, span
from rules.scoring.counters import BEGINNING, COUNTER_NAMES, ZERO, Counters
from rules.scoring.ranking import RankedRow, competition_ranks, rank, rank_by_points, scores

LAST_DAY = date(9999, 12, 31)

IN_HAND = ("open", "overdue")
MINUTES = ("response_minutes", "processing_minutes")
POINTS = ("points", "entries")
"""The counters by which a board of points ranks."""

UNITS = (
    "SELECT {whole_unit} AS officer, COALESCE(flow.unit, held.unit) AS unit, {counters} "
    "FROM (SELECT * FROM tally WHERE period = $1 AND first_day = $2 AND officer = {whole_unit}) flow "
    "FULL JOIN (SELECT unit, SUM(open) AS open, SUM(overdue) AS overdue FROM tally "
    "WHERE officer = {whole_unit} AND ({until}) GROUP BY unit) held ON held.unit = flow.unit"
)
"""The counters of a period, and the reports in the units' hands at its end."""

OFFICERS = (
    "SELECT officer, unit, {counters} FROM tally flow WHERE period = $1 AND first_day = $2 AND officer > {whole_unit}"
)

UNIT_POINTS = (
    "SELECT officer, unit, {counters} FROM tally flow WHERE period = $1 AND first_day = $2 AND officer = {whole_unit}"
)

NOW = "period = 'ALL_TIME'"
DAY_CLOSED = (
    "period = 'YEAR' AND first_day < $3 OR period = 'MONTH' AND first_day >= $3 AND first_day < $4 "
    "OR period = 'DAY' AND first_day >= $4 AND first_day < $5"
)
"""The whole years, months and days before a day. These are few rows, however many days they cover."""


@dataclass(frozen=True, slots=True)
class Board:
    """A board: the counters of each subject, the ranked rows, and the ranks at the close of the previous period.

    `open_from` is the first moment that is in no period closed up to `position`; None before the first day is opened.
    `officers` are by account id, on boards of officers. `people` are by code, on boards of officers and of citizens.
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

    def subject_of(self, unit: str, officer: int | None) -> str | None:
        """Return the code of the subject that a tally counts for here; None for no subject or an unknown officer."""
        board = BOARDS[self.kind]
        if board.subject_type is SubjectType.OFFICER:
            known = None if officer is None else self.officers.get(officer)
            return None if known is None else known.code
        return board.subject_of_unit(unit) if officer is None else None

    def is_news(self, unit: str, officer: int | None) -> bool:
        """Return whether a tally changes who stands on the board, or the unit that an officer is listed under."""
        if BOARDS[self.kind].subject_type is not SubjectType.OFFICER or officer is None:
            return False
        known = self.officers.get(officer)
        return known is None or (known.acted and unit > (known.unit or ""))


class ScorecardData(NamedTuple):
    """The numbers behind a row of a board. `responsiveness` is None for unranked subjects.

    `response_minutes` and `processing_minutes`: the durations as each tally stores them (`models.tallies`).
    """

    counters: Counters = ZERO
    response_minutes: Sequence[str] = ()
    processing_minutes: Sequence[str] = ()
    responsiveness: float | None = None


class Tallies(NamedTuple):
    """Tallies as boards read them, by column. `minutes`: those of responses and of processings, for scorecards."""

    officers: list[int]
    units: list[str]
    counters: list[Counters]
    minutes: list[Sequence[str]]


NO_TALLIES = Tallies([], [], [], [])


class Head(NamedTuple):
    """The head of the log at the moment of a read."""

    epoch: str
    position: int
    open_from: datetime | None


async def read_board(
    kind: BoardKind,
    period: Period,
    day: date,
    subjects: Collection[str],
    metric: Metric = Metric.POINTS,
    *,
    with_previous: bool = True,
) -> Board:
    """Read the board of the period that contains the Jakarta day `day`. Boards of officers need no `subjects`.

    A board by points has only the counters `points` and `entries`. Without the previous period, which is another
    statement, nobody has a previous rank.
    """
    current = span(period, day)
    before = previous(period, current) if with_previous else None
    open_from = await _open_from() if _has_held(kind, metric) and current.last is not None else None
    wanted = POINTS if metric is Metric.POINTS else COUNTER_NAMES
    earlier = NO_TALLIES
    if before is not None:
        _, earlier = await _read(kind, period, before, open_from, counters=wanted)
    head, tallies = await _read(kind, period, current, open_from, counters=wanted)
    officers = await _officers(kind, earlier, tallies)
    people = {officer.code: officer for officer in officers.values()}
    codes = _codes(kind, officers, subjects)
    was, counters = (_counters(kind, each, officers, codes) for each in (earlier, tallies))
    ranked = competition_ranks(scores(kind, metric, codes, was)) if before is not None else ()
    previous_ranks = {code: rank for code, rank in ranked if rank is not None}
    rows = tuple(rank(kind, metric, codes, counters))
    return Board(kind, metric, period, current, *head, counters, rows, previous_ranks, officers, people)


async def read_open_board(
    kind: BoardKind, period: Period, subjects: Collection[str], metric: Metric = Metric.POINTS
) -> Board:
    """Read the board of the period that the log has open.

    The log may not have closed yet the period that the clock has left. Raises LookupError before the first day is
    opened.
    """
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
    """Read the scorecards of the period that contains `day`, by subject code, in one statement.

    External agencies are not among the subjects. They have a scorecard too, without a responsiveness.
    """
    days = span(period, day)
    open_from = await _open_from() if _has_held(kind, Metric.RESPONSIVENESS) and days.last is not None else None
    _, tallies = await _read(kind, period, days, open_from, minutes=True)
    officers = await _officers(kind, tallies)
    counters = _counters(kind, tallies, officers)
    responses: defaultdict[str | None, list[str]] = defaultdict(list)
    processings: defaultdict[str | None, list[str]] = defaultdict(list)
    for subject, (response, processing) in zip(_subjects(kind, tallies, officers), tallies.minutes, strict=True):
        if response != NO_MINUTES:
            responses[subject].append(response)
        if processing != NO_MINUTES:
            processings[subject].append(processing)
    codes = _codes(kind, officers, subjects)
    ranked = {code: counters[code] for code in codes if code in counters}
    figures = scores(kind, Metric.RESPONSIVENESS, codes, ranked)
    return {
        code: ScorecardData(counters.get(code, ZERO), responses[code], processings[code], figures.get(code))
        for code in {*codes, *counters}
    }


async def read_citizen_board(period: Period, today: date, asked: date | None) -> Board:
    """Read the board of the citizens who chose to be ranked, with their points up to the last closed day.

    The period is the one that contains `asked`, else the last closed day, else `today`. Entries of closed days never
    change, so the board stays the same until the next day closes, unless a citizen joins, leaves or is renamed.
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
    """Read the counters and the people, by code, of all ranked citizens: for `days`, up to the last closed day."""
    last = BEGINNING - timedelta(days=1) if closed is None else min(closed, days.last or LAST_DAY)
    rows = await read(
        "SELECT a.public_id, a.pseudonym, COALESCE(SUM(e.points), 0) AS points, COUNT(e.position) AS entries "
        "FROM account a LEFT JOIN point_entry e "
        "ON e.account_id = a.id AND e.unit = 'CITIZEN' AND e.day BETWEEN $1 AND $2 "
        "WHERE a.on_citizen_board GROUP BY a.id, a.public_id, a.pseudonym",
        days.first or BEGINNING,
        last,
    )
    counters, people = {}, {}
    for public_id, name, points, entries in rows:
        code = code_of("citizen", public_id)
        counters[code], people[code] = Counters(points, entries), BoardPerson(code, name)
    return counters, people


def _has_held(kind: BoardKind, metric: Metric) -> bool:
    """Return whether the figures of a board depend on the reports in hand at the end of its period."""
    return BOARDS[kind].subject_type is SubjectType.UNIT and metric is Metric.RESPONSIVENESS


async def _read(
    kind: BoardKind,
    period: Period,
    days: Span,
    open_from: datetime | None,
    *,
    counters: tuple[str, ...] = COUNTER_NAMES,
    minutes: bool = False,
) -> tuple[Head, Tallies]:
    """Read the head and the tallies in one statement, so that they include exactly the events up to its position.

    The reports in hand are those at the end of the period, or those of now while it is open.
    """
    values: list[object] = [period, days.first or BEGINNING]
    sql, until = UNIT_POINTS if counters == POINTS else UNITS, NOW
    if BOARDS[kind].subject_type is not SubjectType.UNIT:
        sql = OFFICERS
    elif sql is UNITS and days.last is not None and _is_closed(days, open_from):
        after, until = days.last + timedelta(days=1), DAY_CLOSED
        values += [after.replace(month=1, day=1), after.replace(day=1), after]
    columns = _columns(counters, minutes=minutes, with_held=sql is UNITS)
    tallies = sql.format(whole_unit=WHOLE_UNIT, counters=", ".join(columns), until=until)
    nulls = ", NULL" * (2 + len(columns))
    rows = await read(
        f"SELECT epoch, position, open_from{nulls} FROM log_head WHERE id = 1 "
        f"UNION ALL SELECT NULL, NULL, NULL, t.* FROM ({tallies}) t",
        *values,
    )
    (head,) = (row for row in rows if row[0] is not None)  # a row of its own, so that no other has to repeat it
    rows = [row for row in rows if row[0] is None]
    return Head(head[0], head[1], moment(head[2])), Tallies(
        [row[3] for row in rows],
        [row[4] for row in rows],
        _all_counters(rows, counters),
        [row[-2:] for row in rows] if minutes else [],
    )


def _columns(counters: tuple[str, ...], *, minutes: bool, with_held: bool) -> list[str]:
    """Return the columns of a tally. The reports in hand come from `held`; an officer has none."""
    held = "COALESCE(held.{0}, 0)" if with_held else "0"
    columns = [held.format(name) if name in IN_HAND else f"COALESCE(flow.{name}, 0)" for name in counters]
    if minutes:
        columns += [f"COALESCE(flow.{name}, '{NO_MINUTES}')" for name in MINUTES]
    return [f"{column} AS c{number}" for number, column in enumerate(columns)]


def _all_counters(rows: Iterable[Values], names: tuple[str, ...]) -> list[Counters]:
    """Make the counters of rows in which they follow five other columns: all counters, or POINTS."""
    first, end, others = 5, 5 + len(names), ZERO[len(names) :]
    new = tuple.__new__  # without the checks of `Counters._make`, which take half of the time of a board
    return [new(Counters, row[first:end] + others) for row in rows]  # type: ignore[operator] # a slice is a tuple


def _counters(
    kind: BoardKind,
    tallies: Tallies,
    officers: Mapping[int, BoardPerson],
    subjects: Collection[str] | None = None,
) -> dict[str, Counters]:
    """Return the counters of each subject: of these, or of all that have tallies."""
    counters: dict[str, Counters] = {}
    for subject, own in zip(_subjects(kind, tallies, officers), tallies.counters, strict=True):
        if subject is not None and (subjects is None or subject in subjects):
            counters[subject] = counters[subject] + own if subject in counters else own
    return counters


def _subjects(kind: BoardKind, tallies: Tallies, officers: Mapping[int, BoardPerson]) -> list[str | None]:
    """Return the code of the subject that each tally counts for; None for no subject or an unknown officer."""
    if BOARDS[kind].subject_type is not SubjectType.OFFICER:
        return list(map(BOARDS[kind].subject_of_unit, tallies.units))
    codes = {account_id: officer.code for account_id, officer in officers.items()}
    return list(map(codes.get, tallies.officers))


def _codes(kind: BoardKind, officers: Mapping[int, BoardPerson], subjects: Collection[str]) -> Collection[str]:
    """Return the codes of all subjects of a board: its officers, or the units given."""
    if BOARDS[kind].subject_type is SubjectType.OFFICER:
        return {officer.code for officer in officers.values()}
    return subjects


async def _open_from() -> datetime | None:
    ((stored,),) = await read("SELECT open_from FROM log_head WHERE id = 1")
    return moment(stored)


def _is_closed(days: Span, open_from: datetime | None) -> bool:
    return open_from is not None and days.ends_at is not None and days.ends_at <= open_from


async def _officers(kind: BoardKind, *tallies: Tallies) -> dict[int, BoardPerson]:
    """Read the officers of a board, by account id; none for boards of units.

    They are all officers now, and everybody who acted in the period: the latter for the last unit by code.
    """
    if BOARDS[kind].subject_type is not SubjectType.OFFICER:
        return {}
    acted: dict[int, str] = {}
    for some in tallies:
        for officer, unit in zip(some.officers, some.units, strict=True):
            if unit > acted.get(officer, ""):
                acted[officer] = unit
    return await read_officers(acted)
