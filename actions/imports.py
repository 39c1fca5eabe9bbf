"""Importing the reports of another system: many in a transaction, each once.

They score for nobody and are in no tally. What was closed there runs on no clock. What is open gets the promise of its
category from the import on: the other system's is not ours to keep, but without any the report would be forgotten.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from actions.accounts import account_of_source
from actions.log import position
from actions.report_editor import ReportChange
from actions.submissions import RoutedSubmission, new_report
from actions.transaction import Transaction
from models.log import ReportEventKind
from models.reports import REPORT_COLUMNS, Report, ReportRow
from models.tallies import as_day
from models.writing import insert
from rules.access import Person, Role
from rules.periods import jakarta_day
from rules.sla import next_deadline
from rules.workflow import ReportStatus, Resolution

AT_ONCE: Final = 300
"""Reports of a transaction: PostgreSQL allows 32,767 values in it, and each has 60."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldReport:
    """A report of another system: its id there, and its state. `processed_at` is None while it is open."""

    old_id: str
    routed: RoutedSubmission
    status: ReportStatus
    resolution: Resolution | None
    submitted_at: datetime
    responded_at: datetime | None
    processed_at: datetime | None


async def add_reports(tx: Transaction, source: str, given: Sequence[OldReport]) -> int:
    """Store the reports of a source that are not there yet; return how many. At most AT_ONCE."""
    account_id = await account_of_source(tx, source)
    person = Person(account_id, ())
    wanted = {one.old_id: one for one in reversed(given)}
    marks = ", ".join(f"${number}" for number in range(2, 2 + len(wanted)))
    known = await tx.fetch(
        f"SELECT request_key FROM report WHERE reporter_id = $1 AND request_key IN ({marks})", account_id, *wanted
    )
    for row in known:
        del wanted[row["request_key"]]
    new = [one for one in given if wanted.get(one.old_id) is one]
    if not new:
        return 0
    numbers = await _numbers(tx, new)
    rows = [
        replace(_state(tx, person, source, one), id=row_id, number=number)
        for one, row_id, number in zip(new, await _ids(tx, len(new)), numbers, strict=True)
    ]
    events = [
        ReportChange(
            kind=ReportEventKind.SUBMITTED, before=None, after=row, account_id=account_id, actor=Role.CITIZEN
        ).event([])
        for row in rows
    ]
    columns = (*REPORT_COLUMNS, "request_key")
    values = [
        [position(number) if name == "position" else getattr(row, name) for name in REPORT_COLUMNS] + [one.old_id]
        for number, (row, one) in enumerate(zip(rows, new, strict=True), 1)
    ]
    await tx.write(events, (), [insert("imported", Report, columns, values)])
    return len(new)


def _state(tx: Transaction, person: Person, source: str, old: OldReport) -> ReportRow:
    """Return the report as it is stored: its id, number and position are given on insertion."""
    report = replace(
        new_report(tx, person, old.routed),
        status=old.status,
        resolution=old.resolution,
        submitted_at=old.submitted_at,
        responded_at=old.responded_at,
        processed_at=old.processed_at,
        scores=False,
        imported_from=source,
        next_due_at=None,
    )
    if old.processed_at is not None:
        terms = report.terms
        return replace(
            report,
            response_due_at=terms.response_due_at(tx.calendar, old.submitted_at),
            processing_due_at=terms.processing_due_at(tx.calendar, old.submitted_at),
        )
    report = replace(report, reopened_at=tx.at)  # its clocks run from the import on
    due = next_deadline(report, tx.at)
    return report if due is None else replace(report, next_due_at=due.at)


async def _numbers(tx: Transaction, new: Sequence[OldReport]) -> list[str]:
    """Take the next numbers of the days on which the reports were submitted."""
    days = [jakarta_day(one.submitted_at) for one in new]
    counts = sorted(Counter(days).items())
    rows = ", ".join(f"(${2 * number + 1}, ${2 * number + 2})" for number in range(len(counts)))
    taken = await tx.fetch(
        f"INSERT INTO report_day (day, given) VALUES {rows} "
        "ON CONFLICT (day) DO UPDATE SET given = report_day.given + excluded.given RETURNING day, given",
        *(value for pair in counts for value in pair),
    )
    last = {as_day(row["day"]): row["given"] for row in taken}
    following = {day: last[day] - count for day, count in counts}
    numbers = []
    for day in days:
        following[day] += 1
        numbers.append(f"JK{day:%y%m%d}{following[day]:04}")
    return numbers


async def _ids(tx: Transaction, count: int) -> list[int]:
    """Take ids for new reports. SQLite has one writer, and no report is ever deleted."""
    if tx.connection.capabilities.dialect == "sqlite":
        (row,) = await tx.fetch("SELECT COALESCE(MAX(id), 0) AS last FROM report")
        return [row["last"] + number for number in range(1, count + 1)]
    sql = "SELECT nextval(pg_get_serial_sequence('report', 'id')) AS id FROM generate_series(1, $1::int)"
    return [row["id"] for row in await tx.fetch(sql, count)]
