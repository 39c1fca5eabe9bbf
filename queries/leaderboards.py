"""Boards and scorecards: the counters of a period and the log position they include, read in one statement.

The board of citizens is computed from their own entries instead, and only up to the last closed day.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from models.database import log_head
from models.log import moment
from models.reading import Values, read
from models.tallies import NO_MINUTES, WHOLE_UNIT
from queries.conditions import Conditions
from queries.officers import BoardPerson, code_of, read_officers
from queries.reporters import Receivers
from rules.boards import BOARDS, BoardKind, Metric, SubjectType, subjects_of
from rules.periods import Period, Span, jakarta_day, previous, span
from rules.scoring.counters import BEGINNING, COUNTER_NAMES, ZERO, Counters
from rules.scoring.ranking import RankedRow, rank, rank_by_points, responsiveness

LAST_DAY = date(9999, 12, 31)

IN_HAND = ("open", "overdue")
MINUTES = ("response_minutes", "processing_minutes")
POINTS = ("points", "entries")
"""The counters by which a board of points ranks."""

PEOPLE = (WHOLE_UNIT + 1, 2**63 - 1)
"""The first and the last value of `officer` for tallies of officers."""

FLOW = (
    "SELECT w.part, flow.officer, flow.unit, {counters} FROM {wanted} w JOIN tally flow "
    "ON flow.period = w.period AND flow.first_day = w.first_day AND flow.officer BETWEEN w.least AND w.most"
)
"""The counters of periods, each with the number of its part."""

FLOW_AND_HELD = (
    "SELECT COALESCE(flow.part, held.part) AS part, COALESCE(flow.officer, {whole_unit}) AS officer, "
    "COALESCE(flow.unit, held.unit) AS unit, {counters} FROM (SELECT w.part, flow.* FROM {wanted} w JOIN tally flow "
    "ON flow.period = w.period AND flow.first_day = w.first_day AND flow.officer BETWEEN w.least AND w.most) flow "
    "FULL JOIN (SELECT h.part, t.unit, SUM(t.open) AS open, SUM(t.overdue) AS overdue FROM {held} h JOIN tally t "
    "ON t.period = h.period AND t.first_day >= h.since AND t.first_day < h.until AND t.officer = {whole_unit} "
    "GROUP BY h.part, t.unit) held ON held.part = flow.part AND held.unit = flow.unit"
)
"""The counters of periods, and the reports in the units' hands at their ends."""

WANTED = {"part": "bigint", "period": "text", "first_day": "date", "least": "bigint", "most": "bigint"}
HELD = {"part": "bigint", "period": "text", "since": "date", "until": "date"}


@dataclass(frozen=True, slots=True)
class BoardKey:
    """The board of the period that contains a Jakarta day, with the ranks of the previous one or without.

    The subjects follow from the kind, so they are not compared. Boards of officers need none. Of units by code those
    stand on the board that exist at the end of the period.
    """

    kind: BoardKind
    period: Period
    day: date
    subjects: Collection[str] = field(compare=False)
    metric: Metric = Metric.POINTS
    with_previous: bool = True

    @property
    def part(self) -> "Part":
        """The tallies of the period."""
        return Part(BOARDS[self.kind].subject_type, self.period, span(self.period, self.day))

    @property
    def part_before(self) -> "Part | None":
        """The tallies of the previous period; None without it."""
        before = previous(self.period, self.part.days) if self.with_previous else None
        return None if before is None else self.part._replace(days=before)


class Part(NamedTuple):
    """The tallies of a period: those of units, or of officers. Boards of several kinds share them."""

    subject_type: SubjectType
    period: Period
    days: Span


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
    """The numbers behind a row of a board. `responsiveness` is None with too few reports.

    `response_minutes` and `processing_minutes`: the durations as each tally stores them (`models.tallies`).
    `receivers`: the units that received reports; None if there are none.
    """

    counters: Counters = ZERO
    response_minutes: Sequence[str] = ()
    processing_minutes: Sequence[str] = ()
    responsiveness: float | None = None
    receivers: Receivers | None = None


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
    """Read the board of a `BoardKey`."""
    (board,) = await read_boards([BoardKey(kind, period, day, subjects, metric, with_previous)])
    return board


async def read_boards(keys: list[BoardKey]) -> list[Board]:
    """Read boards: with a fixed number of statements, however many there are.

    A board by points has only the counters `points` and `entries`. Without the previous period nobody has a previous
    rank.
    """
    open_from = await _open_from(keys)
    read: dict[Metric, tuple[Head, Mapping[Part, Tallies]]] = {}
    for metric in dict.fromkeys(key.metric for key in keys):
        own = [key for key in keys if key.metric is metric]
        parts = {part for key in own for part in (key.part, key.part_before) if part is not None}
        read[metric] = await _read(parts, open_from, counters=POINTS if metric is Metric.POINTS else COUNTER_NAMES)
    tallies = [
        (NO_TALLIES if key.part_before is None else read[key.metric][1][key.part_before], read[key.metric][1][key.part])
        for key in keys
    ]
    boards = []
    for key, some, officers in zip(keys, tallies, await _officers(keys, tallies), strict=True):
        boards.append(_board(key, read[key.metric][0], *some, officers))
        await asyncio.sleep(0)  # a board takes up to 5 ms
    return boards


def _board(key: BoardKey, head: Head, earlier: Tallies, tallies: Tallies, officers: Mapping[int, BoardPerson]) -> Board:
    kind, metric = key.kind, key.metric
    people = {officer.code: officer for officer in officers.values()}
    codes = _codes(kind, officers, key.subjects, key.part.days)
    counters = _counters(kind, tallies, officers, codes)
    ranked: Sequence[RankedRow] = ()
    if key.part_before is not None:
        codes_before = _codes(kind, officers, key.subjects, key.part_before.days)
        was = _counters(kind, earlier, officers, codes_before)
        ranked = rank(kind, metric, key.period, codes_before, was)
    previous_ranks = {row.code: row.rank for row in ranked if row.rank is not None}
    rows = tuple(rank(kind, metric, key.period, codes, counters))
    return Board(kind, metric, key.period, key.part.days, *head, counters, rows, previous_ranks, officers, people)


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


async def read_scorecards(keys: list[BoardKey]) -> list[dict[str, ScorecardData]]:
    """Read the scorecards of boards by RESPONSIVENESS, by subject code: with a fixed number of statements.

    External agencies are not among the subjects. They have a scorecard too, without a responsiveness.
    """
    _, read = await _read({key.part for key in keys}, await _open_from(keys), minutes=True)
    tallies = [read[key.part] for key in keys]
    cards = []
    for key, some, officers in zip(keys, tallies, await _officers(keys, [(own,) for own in tallies]), strict=True):
        cards.append(_scorecards(key, some, officers))
        await asyncio.sleep(0)
    return cards


def _scorecards(key: BoardKey, tallies: Tallies, officers: Mapping[int, BoardPerson]) -> dict[str, ScorecardData]:
    kind, days = key.kind, key.part.days
    counters = _counters(kind, tallies, officers)
    responses: defaultdict[str | None, list[str]] = defaultdict(list)
    processings: defaultdict[str | None, list[str]] = defaultdict(list)
    receivers: defaultdict[str | None, list[str]] = defaultdict(list)
    of_tallies = _subjects(kind, tallies, officers)
    for subject, unit, own in zip(of_tallies, tallies.units, tallies.counters, strict=True):
        if own.received:
            receivers[subject].append(unit)
    for subject, (response, processing) in zip(of_tallies, tallies.minutes, strict=True):
        if response != NO_MINUTES:
            responses[subject].append(response)
        if processing != NO_MINUTES:
            processings[subject].append(processing)
    codes = _codes(kind, officers, key.subjects, key.part.days)
    ranked = {code: counters[code] for code in codes if code in counters}
    figures = responsiveness(kind, codes, ranked)
    return {
        code: ScorecardData(
            counters.get(code, ZERO),
            responses[code],
            processings[code],
            figures.get(code),
            Receivers(days, tuple(receivers[code])) if code in receivers else None,
        )
        for code in {*codes, *counters}
    }


async def read_citizen_boards(keys: list[tuple[Period, date, date | None]]) -> list[Board]:
    """Read boards of the citizens who chose to be ranked, with their points up to the last closed day.

    A key has the period, today, and the day asked for. The period is the one that contains the latter, else the last
    closed day, else today. Entries of closed days never change, so a board stays the same until the next day closes,
    unless a citizen joins, leaves or is renamed.
    """
    head = await log_head()
    closed = None if head.open_from is None else jakarta_day(head.open_from) - timedelta(days=1)
    spans = [span(period, asked or closed or today) for period, today, asked in keys]
    earlier = [previous(key[0], current) for key, current in zip(keys, spans, strict=True)]
    wanted = list(dict.fromkeys(days for days in (*spans, *earlier) if days is not None))
    people, counters = await _read_citizens(wanted, closed)
    boards = []
    for (period, *_), current, before in zip(keys, spans, earlier, strict=True):
        ranked = () if before is None else rank_by_points(people, counters[before])
        boards.append(
            Board(
                BoardKind.CITIZEN,
                Metric.POINTS,
                period,
                current,
                head.epoch,
                head.position,
                head.open_from,
                counters[current],
                tuple(rank_by_points(people, counters[current])),
                {row.code: row.rank for row in ranked if row.rank is not None},
                people=people,
            )
        )
        await asyncio.sleep(0)
    return boards


async def _read_citizens(
    wanted: Sequence[Span], closed: date | None
) -> tuple[dict[str, BoardPerson], dict[Span, dict[str, Counters]]]:
    """Read all ranked citizens by code, and the counters of each for some days, up to the last closed day."""
    last = BEGINNING - timedelta(days=1) if closed is None else closed
    given = Conditions()
    days = given.rows(
        {"part": "bigint", "since": "date", "last": "date"},
        [(part, days.first or BEGINNING, min(last, days.last or LAST_DAY)) for part, days in enumerate(wanted)],
    )
    rows = await read(
        "SELECT a.public_id, a.pseudonym, own.part, own.points, own.entries FROM account a LEFT JOIN "
        f"(SELECT w.part, e.account_id, SUM(e.points) AS points, COUNT(*) AS entries FROM {days} w JOIN point_entry e "
        "ON e.unit = 'CITIZEN' AND e.day BETWEEN w.since AND w.last GROUP BY w.part, e.account_id) own "
        "ON own.account_id = a.id WHERE a.on_citizen_board",
        *given.values,
    )
    people = {code_of("citizen", public_id): name for public_id, name, *_ in rows}
    counters: dict[Span, dict[str, Counters]] = {days: dict.fromkeys(people, Counters()) for days in wanted}
    for public_id, _, part, points, entries in rows:
        if part is not None:
            counters[wanted[part]][code_of("citizen", public_id)] = Counters(points, entries)
    return {code: BoardPerson(code, name) for code, name in people.items()}, counters


def _has_held(kind: BoardKind, metric: Metric) -> bool:
    """Return whether the figures of a board depend on the reports in hand at the end of its period."""
    return BOARDS[kind].subject_type is SubjectType.UNIT and metric is Metric.RESPONSIVENESS


async def _read(
    parts: Collection[Part],
    open_from: datetime | None,
    *,
    counters: tuple[str, ...] = COUNTER_NAMES,
    minutes: bool = False,
) -> tuple[Head, dict[Part, Tallies]]:
    """Read the head and the tallies in one statement, so that they include exactly the events up to its position.

    The reports in hand are those at the end of a period, or those of now while it is open.
    """
    ordered = list(parts)
    held = [] if counters == POINTS else [row for n, part in enumerate(ordered) for row in _held(n, part, open_from)]
    given = Conditions()
    columns = _columns(counters, minutes=minutes, with_held=bool(held))
    tallies = (FLOW_AND_HELD if held else FLOW).format(
        whole_unit=WHOLE_UNIT,
        counters=", ".join(columns),
        wanted=given.rows(WANTED, [_wanted(number, part) for number, part in enumerate(ordered)]),
        held=given.rows(HELD, held) if held else "",
    )
    nulls = ", NULL" * (2 + len(columns))
    figures = "".join(f", t.c{number}" for number in range(len(columns)))
    rows = await read(
        f"SELECT epoch, position, open_from{nulls} FROM log_head WHERE id = 1 "
        f"UNION ALL SELECT NULL, t.part, NULL, t.officer, t.unit{figures} FROM ({tallies}) t",
        *given.values,
    )
    apart: list[list[Values]] = [[] for _ in ordered]
    head = None
    for row in rows:
        if row[0] is None:
            apart[row[1]].append(row)
        else:  # a row of its own, so that no other has to repeat it
            head = Head(row[0], row[1], moment(row[2]))
    if head is None:
        raise LookupError("the log has no head")
    found = {}
    for part, own in zip(ordered, apart, strict=True):
        found[part] = Tallies(
            [row[3] for row in own],
            [row[4] for row in own],
            _all_counters(own, counters),
            [row[-2:] for row in own] if minutes else [],
        )
        await asyncio.sleep(0)  # a year of boards is thousands of rows
    return head, found


def _wanted(number: int, part: Part) -> tuple[object, ...]:
    """Return the row of WANTED for a part."""
    officers = PEOPLE if part.subject_type is SubjectType.OFFICER else (WHOLE_UNIT, WHOLE_UNIT)
    return number, part.period, part.days.first or BEGINNING, *officers


def _held(number: int, part: Part, open_from: datetime | None) -> list[tuple[object, ...]]:
    """Return the rows of HELD for a part: the tallies that sum up to the reports in hand. Officers hold none.

    At the end of a closed period they are the whole years, months and days before: few, however many days they cover.
    """
    days = part.days
    if part.subject_type is not SubjectType.UNIT:
        return []
    if days.last is None or not _is_closed(days, open_from):
        return [(number, Period.ALL_TIME, BEGINNING, LAST_DAY)]
    after = days.last + timedelta(days=1)
    year, month = after.replace(month=1, day=1), after.replace(day=1)
    return [
        (number, Period.YEAR, BEGINNING, year),
        (number, Period.MONTH, year, month),
        (number, Period.DAY, month, after),
    ]


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


def _codes(
    kind: BoardKind, officers: Mapping[int, BoardPerson], subjects: Collection[str], days: Span
) -> Collection[str]:
    """Return the codes of all subjects of a board: its officers, or those of the units given that stand on it."""
    if BOARDS[kind].subject_type is SubjectType.OFFICER:
        return {officer.code for officer in officers.values()}
    return frozenset(subjects_of(subjects, days))


async def _open_from(keys: Iterable[BoardKey]) -> datetime | None:
    """Read up to when periods are closed. None if no board depends on it, or before the first day is opened."""
    if not any(_has_held(key.kind, key.metric) and key.part.days.last is not None for key in keys):
        return None
    ((stored,),) = await read("SELECT open_from FROM log_head WHERE id = 1")
    return moment(stored)


def _is_closed(days: Span, open_from: datetime | None) -> bool:
    return open_from is not None and days.ends_at is not None and days.ends_at <= open_from


async def _officers(keys: list[BoardKey], tallies: Sequence[Iterable[Tallies]]) -> list[dict[int, BoardPerson]]:
    """Read the officers of each board from its tallies, by account id; none for boards of units.

    They are all officers now, and everybody who acted in the period: the latter for the last unit by code.
    """
    acted: dict[int, dict[int, str]] = {}
    for number, key in enumerate(keys):
        if BOARDS[key.kind].subject_type is SubjectType.OFFICER:
            own = acted[number] = {}
            for some in tallies[number]:
                for officer, unit in zip(some.officers, some.units, strict=True):
                    if unit > own.get(officer, ""):
                        own[officer] = unit
    found = dict(zip(acted, await read_officers(list(acted.values())), strict=True)) if acted else {}
    return [found.get(number, {}) for number in range(len(keys))]
