"""Statistics of reports: how many came, were answered and processed in a period, and are open and overdue now.

The database keeps counts by day, status and resolution for each category, kelurahan and handler by triggers (migrations
0022, 0030 and 0032, ADR 32), without hidden reports. Groups and filters that combine two of these three, and all other
filters, are counted among the reports. Of these the hidden ones are counted out, so that an index may have the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from models.reading import is_sqlite, read
from queries.conditions import Conditions
from queries.reports import LATE, OPEN, matching
from rules.criteria import ReportCriteria
from rules.periods import jakarta_day, midnight


class StatisticsDimension(StrEnum):
    """A property by which reports are counted."""

    STATUS = "STATUS"
    RESOLUTION = "RESOLUTION"
    CATEGORY = "CATEGORY"
    KELURAHAN = "KELURAHAN"
    KECAMATAN = "KECAMATAN"
    CITY = "CITY"
    HANDLER = "HANDLER"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


DAYS = frozenset({StatisticsDimension.DAY, StatisticsDimension.WEEK, StatisticsDimension.MONTH})
"""The dimensions of time. At most one of them is in a grouping."""

PLACES = frozenset({StatisticsDimension.KELURAHAN, StatisticsDimension.KECAMATAN, StatisticsDimension.CITY})

MOST = 10_000
"""Rows of statistics, at most."""

EARLIEST, LATEST = date(1900, 1, 1), date(9000, 1, 1)
"""No report is of a day beyond these, and they have a midnight in UTC."""

EVER = date(9999, 1, 1)
"""The day under which the counts have all open reports as `due`. asyncpg sends the last day of all as infinity."""

KINDS = {"CATEGORY": "category", "KELURAHAN": "kelurahan", "HANDLER": "handler"}
"""The kinds of counts, with the column whose values are their codes."""

MEASURES = {"received": "submitted_at", "responded": "responded_at", "processed": "processed_at"}
"""The numbers of a period, with the column of the moment that decides."""

COUNTED = (*MEASURES, "due")
"""The numbers of a count. `due`: open reports that are overdue from a moment of that day on, or all under EVER."""

_COUNTS = (*MEASURES, "open", "overdue")
_LISTED = ", ".join(f"'{status}'" for status in sorted(OPEN))
_STILL_OPEN = f"status IN ({_LISTED})"
_DUE = """CASE WHEN status = 'PROCESSED' THEN NULL
    WHEN responded_at IS NULL AND response_due_at < processing_due_at THEN response_due_at ELSE processing_due_at END"""
"""The moment at which an open report is overdue: the expression of the index `report_overdue`."""

_FIRST_DAYS = {
    StatisticsDimension.WEEK: ("date({}, 'weekday 0', '-6 days')", "date_trunc('week', {})::date"),
    StatisticsDimension.MONTH: ("date({}, 'start of month')", "date_trunc('month', {})::date"),
}
"""The first day of the week or month of a day, on SQLite and on PostgreSQL."""


class Counted(NamedTuple):
    """The numbers of a group. `group`: a status, resolution, code or day for each dimension, in their order."""

    group: tuple[str | date | None, ...]
    received: int
    responded: int
    processed: int
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Question:
    """The statistics of the reports that match the criteria.

    `dimensions`: at most two. `first` and `last`: the days of the period, both included; None without a limit. Open and
    overdue are the reports that are so now, whatever the period. Grouped by time they count for the day of their
    submission, and only those submitted in the period.
    """

    criteria: ReportCriteria
    dimensions: tuple[StatisticsDimension, ...] = ()
    first: date | None = None
    last: date | None = None

    @property
    def is_by_time(self) -> bool:
        """Whether the groups are days, weeks or months."""
        return not DAYS.isdisjoint(self.dimensions)

    @property
    def kind(self) -> str | None:
        """The kind of counts that answers it; None if only the reports do."""
        counted = replace(self.criteria, status=None, resolution=None, category=None, kelurahan=None, handler=None)
        if counted != ReportCriteria():
            return None
        needed = {kind for kind, column in KINDS.items() if getattr(self.criteria, column) is not None}
        needed |= {"KELURAHAN" if each in PLACES else each.value for each in self.dimensions} & KINDS.keys()
        return min(needed, default="CATEGORY") if len(needed) <= 1 else None


async def statistics(question: Question, now: datetime, *, with_overdue: bool = True) -> list[Counted]:
    """Count, at most MOST + 1 groups. Groups without any report are left out; without dimensions there is one row.

    `with_overdue`: otherwise 0 are overdue. Grouped by time, or without counts, these are read one by one.
    """
    kind = question.kind
    wanted = matching(question.criteria, now) if kind is None or with_overdue else Conditions()
    found = str(wanted)
    parts = _of_reports(question, found, wanted) if kind is None else _of_counts(question, kind, wanted)
    if with_overdue:
        late = wanted.beside()
        if kind is not None and not question.is_by_time:  # those of earlier days are counted, so few are read
            late.add(f"{_DUE} >= {{}} AND {_DUE} < {{}}", midnight(jakarta_day(now)), now)
            parts.append(_overdue_before_today(question, kind, now, wanted))
        else:
            late.add(LATE, now, now)
        parts += _open(question, "0, 0, 0, 0, COUNT(*)", f"{late} AND {found}", wanted)
    keys = [f"key{number}" for number in range(1, len(question.dimensions) + 1)]
    sums = [f"CAST(COALESCE(SUM({name}), 0) AS BIGINT)" for name in _COUNTS]
    sql = f"SELECT {', '.join([*keys, *sums])} FROM ({' UNION ALL '.join(parts)}) AS part"
    if keys:
        some = " OR ".join(f"SUM({name}) > 0" for name in _COUNTS)
        order = ", ".join(f"{key} NULLS FIRST" for key in keys)
        sql = f"{sql} GROUP BY {', '.join(keys)} HAVING {some} ORDER BY {order} LIMIT {MOST + 1}"
    return [_row(question, row) for row in await read(sql, *wanted.values)]


async def next_overdue(question: Question, now: datetime) -> datetime | None:
    """Return when the next of the open reports becomes overdue, if any does: the numbers change then by themselves."""
    wanted = matching(question.criteria, now)  # a hidden one only means that they are read again once more
    wanted.add(f"{_DUE} >= {{}}", now)
    sql = f"SELECT MIN({_DUE}) FROM report WHERE {_STILL_OPEN} AND {wanted}"
    ((found,),) = await read(sql, *wanted.values)
    first: datetime | None = datetime.fromisoformat(found) if isinstance(found, str) else found
    return None if first is None else first + timedelta(microseconds=1)


def _kept(question: Question, kind: str, wanted: Conditions) -> Conditions:
    """Return the condition of the counts of a kind that match the criteria, of all days."""
    criteria, kept = question.criteria, wanted.beside()
    kept.add("kind = {}", kind)
    for column, values in (
        ("status", criteria.status),
        ("resolution", criteria.resolution),
        ("code", getattr(criteria, KINDS[kind])),
    ):
        if values is not None:
            kept.add_listed(column, values)
    return kept


def _of_counts(question: Question, kind: str, wanted: Conditions) -> list[str]:
    """Return the parts of the statement that add up counts."""
    kept = _kept(question, kind, wanted)
    span = kept.beside()
    if question.first is not None:
        span.add("day >= {}", max(question.first, EARLIEST))
    if question.last is not None:
        span.add("day <= {}", min(question.last, LATEST))
    own, again = _grouping([_key(each, "code", "day") for each in question.dimensions])
    still_open, day = ("SUM(received)", span) if question.is_by_time else ("SUM(due)", f"day = {kept.value(EVER)}")
    sums = ", ".join([*(f"SUM({each}) AS {each}" for each in MEASURES), "0 AS open", "0 AS overdue"])
    return [
        f"SELECT {own} {sums} FROM report_count WHERE {kept} AND {span} {again}",
        f"SELECT {own} 0, 0, 0, {still_open}, 0 FROM report_count WHERE {_STILL_OPEN} AND {kept} AND {day} {again}",
    ]


def _overdue_before_today(question: Question, kind: str, now: datetime, wanted: Conditions) -> str:
    """Return the part that counts the open reports with a deadline on an earlier day: all but those of later ones."""
    kept = _kept(question, kind, wanted)
    kept.add("day >= {}", jakarta_day(now))
    overdue = f"SUM(CASE day WHEN {kept.value(EVER)} THEN due ELSE -due END)"
    own, again = _grouping([_key(each, "code", "day") for each in question.dimensions])
    return f"SELECT {own} 0, 0, 0, 0, {overdue} FROM report_count WHERE {_STILL_OPEN} AND {kept} {again}"


def _of_reports(question: Question, found: str, wanted: Conditions) -> list[str]:
    """Return the parts of the statement that count reports one by one. `found`: the condition of the criteria."""
    parts = []
    for measure, column in MEASURES.items():
        span = _span(question, column, wanted)
        counts = ", ".join(f"{'COUNT(*)' if name == measure else '0'} AS {name}" for name in _COUNTS)
        parts += _grouped(question, counts, column, f"{column} IS NOT NULL AND {span} AND {found}")
    return parts + _open(question, "0, 0, 0, COUNT(*), 0", found, wanted)


def _open(question: Question, counts: str, found: str, wanted: Conditions) -> list[str]:
    span = _span(question, "submitted_at", wanted) if question.is_by_time else "1 = 1"
    return _grouped(question, counts, "submitted_at", f"{_STILL_OPEN} AND {span} AND {found}")


def _grouped(question: Question, counts: str, column: str, condition: str) -> list[str]:
    """Return the part that counts reports, and the one that counts out the hidden ones."""
    day = _day_of(column)
    own, again = _grouping([_key(each, KINDS.get(each.value, "kelurahan"), day) for each in question.dimensions])
    parts = [f"SELECT {own} {counts} FROM report WHERE {condition} {again}"]
    if not question.criteria.shows_hidden:
        fewer = counts.replace("COUNT(*)", "-COUNT(*)")
        parts.append(f"SELECT {own} {fewer} FROM report WHERE hidden AND {condition} {again}")
    return parts


def _grouping(keys: Sequence[str]) -> tuple[str, str]:
    """Return the first columns of a part, which are its groups, and its GROUP BY."""
    named = "".join(f"{key} AS key{number}, " for number, key in enumerate(keys, 1))
    return named, f"GROUP BY {', '.join(keys)}" if keys else ""


def _span(question: Question, column: str, wanted: Conditions) -> str:
    """Return the condition that a moment is in the period."""
    span = wanted.beside()
    if question.first is not None:
        span.add(f"{column} >= {{}}", midnight(max(question.first, EARLIEST)))
    if question.last is not None:
        span.add(f"{column} < {{}}", midnight(min(question.last, LATEST) + timedelta(days=1)))
    return str(span)


def _day_of(column: str) -> str:
    """Return the Jakarta day of a moment. SQLite would round a fraction of a second up to the next day."""
    if is_sqlite():
        return f"date(substr({column}, 1, 19), '+7 hours')"
    return f"({column} AT TIME ZONE 'Asia/Jakarta')::date"


def _key(dimension: StatisticsDimension, code: str, day: str) -> str:
    """Return the expression of a group. The codes of a kecamatan and a city begin those of their kelurahan."""
    if dimension in _FIRST_DAYS:
        return _FIRST_DAYS[dimension][0 if is_sqlite() else 1].format(day)
    return {
        StatisticsDimension.STATUS: "status",
        StatisticsDimension.RESOLUTION: "NULLIF(resolution, '')",
        StatisticsDimension.KECAMATAN: f"substr({code}, 1, 8)",
        StatisticsDimension.CITY: f"substr({code}, 1, 5)",
        StatisticsDimension.DAY: day,
    }.get(dimension, code)


def _row(question: Question, row: Sequence[Any]) -> Counted:
    size = len(question.dimensions)
    group = tuple(
        date.fromisoformat(value) if each in DAYS and isinstance(value, str) else value
        for each, value in zip(question.dimensions, row, strict=False)
    )
    return Counted(group, *map(int, row[size:]))


def wrong_counts() -> str:
    """Return the statement for the counts that differ from the reports: kind, status, day, code, resolution, excess."""
    ever = f"'{EVER}'" if is_sqlite() else f"DATE '{EVER}'"
    listed = [(measure, _day_of(moment), f"{moment} IS NOT NULL") for measure, moment in MEASURES.items()]
    listed += [("due", day, _STILL_OPEN) for day in (_day_of(f"({_DUE})"), ever)]
    parts = []
    for kind, code in KINDS.items():
        for measure, day, counts_if in listed:
            counts = ", ".join("-1" if each == measure else "0" for each in COUNTED)
            parts.append(
                f"SELECT '{kind}', status, {day}, {code}, coalesce(resolution, ''), {counts} "
                f"FROM report WHERE {counts_if} AND NOT hidden"
            )
    sums = [f"CAST(SUM({measure}) AS BIGINT) AS {measure}" for measure in COUNTED]
    return f"""
        SELECT kind, status, day, code, resolution, {", ".join(sums)} FROM (
            SELECT kind, status, day, code, resolution, {", ".join(COUNTED)} FROM report_count
            UNION ALL {" UNION ALL ".join(parts)}
        ) AS both_counted
        GROUP BY kind, status, day, code, resolution
        HAVING {" OR ".join(f"SUM({measure}) <> 0" for measure in COUNTED)}
        ORDER BY kind, status, day, code, resolution
    """
