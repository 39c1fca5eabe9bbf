"""Long reads of all rows that match, in batches of one consistent state, for files to download."""

from collections.abc import AsyncGenerator, Collection
from datetime import date, datetime
from typing import NamedTuple

from models.ledger import CITIZEN, PointEntry
from models.reading import Values, select_in_batches
from models.reports import Report
from queries.conditions import Conditions
from queries.reports import condition
from rules.criteria import ReportCriteria
from rules.periods import Span

BATCH = 200
"""Rows read and written at a time: 10 ms of the process at most, so that others need not wait."""


class ExportedReport(NamedTuple):
    """The columns of a report that everyone may read. `pseudonym`: None for an anonymous report."""

    number: str
    status: str
    resolution: str | None
    category: str
    title: str
    description: str
    address: str | None
    kelurahan: str
    handler: str
    latitude: float
    longitude: float
    submitted_at: datetime
    responded_at: datetime | None
    processed_at: datetime | None
    response_due_at: datetime
    processing_due_at: datetime
    handler_due_at: datetime
    support_count: int
    rating: int | None
    external: bool
    pseudonym: str | None


class ExportedEntry(NamedTuple):
    """The columns of a point entry of a unit. `note`: the public reason of a waiver.

    Of a hidden report there are neither number nor note.
    """

    position: int
    at: datetime
    day: date
    unit: str
    points: int
    rule: str
    rule_version: int
    report_number: str | None
    note: str | None
    reverses: int | None
    reversed_by: int | None


def reports(criteria: ReportCriteria, now: datetime) -> AsyncGenerator[list[Values], None]:
    """Read the columns of ExportedReport of all reports that match at `now`, the earliest submission first."""
    wanted = condition(criteria, now)
    rest = f"WHERE {wanted} ORDER BY submitted_at, id"
    return select_in_batches(Report, ExportedReport._fields, rest, *wanted.values, size=BATCH)


def entries(units: Collection[str] | None, days: Span) -> AsyncGenerator[list[Values], None]:
    """Read the columns of ExportedEntry of all entries of units that count on these days, in the order of the log.

    Entries of citizens are their own. `units`: None for all.
    """
    wanted = Conditions(f"unit <> '{CITIZEN}'")
    if units is not None:
        wanted.add_listed("unit", set(units))
    if days.first is not None:
        wanted.add("day >= {}", days.first)
    if days.last is not None:
        wanted.add("day <= {}", days.last)
    rest = f"WHERE {wanted} ORDER BY point_entry.position"
    return select_in_batches(PointEntry, ExportedEntry._fields, rest, *wanted.values, size=BATCH)
