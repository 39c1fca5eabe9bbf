"""Long reads of all rows that match, in batches of one consistent state, for files to download."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import NamedTuple

from models.reading import Values, select_in_batches
from models.reports import Report
from queries.reports import condition
from rules.criteria import ReportCriteria

BATCH = 500
"""Rows read and written at a time: about 5 ms of the process, so that others need not wait."""


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


def reports(criteria: ReportCriteria, now: datetime) -> AsyncGenerator[list[Values], None]:
    """Read the columns of ExportedReport of all reports that match at `now`, the earliest submission first."""
    wanted = condition(criteria, now)
    rest = f"WHERE {wanted} ORDER BY submitted_at, id"
    return select_in_batches(Report, ExportedReport._fields, rest, *wanted.values, size=BATCH)
