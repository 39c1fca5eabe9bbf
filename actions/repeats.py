"""Submissions that are sent again: the same words by the same citizen, about the same place, within minutes.

A phone sends a report again when the answer was lost, and people press a button twice. Of such submissions the first
makes a report, and the others return it (docs/adr/0030). The statements here are part of the one that writes a
submission. They make it fail if there is a report already, or if another one of the same words was committed after it
began. Then the action runs again, and looks first.
"""

import hashlib
import json
from datetime import timedelta

from actions.originals import Words
from models.reading import select
from models.reports import Report, ReportRow
from models.writing import Statement
from queries.boxes import add_circle
from queries.conditions import Conditions
from rules.geography import Circle
from rules.workflow import Resolution

SAME_METRES = 50.0
SAME_WITHIN = timedelta(minutes=10)

MASKED_SAME = (
    "EXISTS (SELECT 1 FROM report_original WHERE report_original.report_id = report.id "
    "AND report_original.title = {} AND report_original.description = {})"
)
"""The condition that a report had these words before they were masked."""


async def find(report: ReportRow, original: Words | None) -> int | None:
    """Return the row id of the report that a new one repeats. None if it repeats none.

    `original`: the words of the new one if something in them is masked.
    """
    same = _same(report, original)
    rows = await select(Report, ("id",), f"WHERE {same} ORDER BY id LIMIT 1", *same.values)
    return int(rows[0][0]) if rows else None


def statements(report: ReportRow, original: Words | None) -> list[Statement]:
    """Return the statements that refuse a report that repeats another one; they follow the statement `placed`.

    `seen` reads on the state before the submission, `sent` the row that is there when it has its lock. A number of
    `times` that has risen since belongs to a submission that `seen` does not know: the column refuses null.
    """
    same, words = _same(report, original), _words(report, original)
    seen = (
        f"SELECT EXISTS (SELECT 1 FROM report WHERE {same}) AS repeated, "
        f"COALESCE((SELECT times FROM sent_words WHERE words = {same.value(words)}), 0) AS times"
    )
    sent = (
        "INSERT INTO sent_words (words, times, sent_at) "
        "SELECT $1, CASE WHEN {seen.repeated} THEN NULL ELSE 1 END, $2 WHERE {placed} "
        "ON CONFLICT (words) DO UPDATE SET sent_at = excluded.sent_at, times = CASE "
        "WHEN {seen.repeated} OR sent_words.times <> {seen.times} THEN NULL ELSE sent_words.times + 1 END "
        "RETURNING times"
    )
    return [Statement("seen", seen, same.values), Statement("sent", sent, (words, report.submitted_at))]


def _same(report: ReportRow, original: Words | None) -> Conditions:
    """Return the conditions of the reports that a new one repeats. One that was withdrawn may be sent once more."""
    same = Conditions(f"(resolution IS NULL OR resolution <> '{Resolution.WITHDRAWN}')")
    same.add("submitted_at >= {}", report.submitted_at - SAME_WITHIN)
    for column in ("reporter_id", "anonymous", "category", "title", "description"):
        same.add(f"{column} = {{}}", getattr(report, column))
    if original is not None:  # two plates look the same when they are masked
        same.add(MASKED_SAME, original.title, original.description)
    add_circle(same, Circle(report.latitude, report.longitude, SAME_METRES))
    return same


def _words(report: ReportRow, original: Words | None) -> str:
    """Return the hash of what is the same in two submissions but for their places."""
    title, description, *_ = original or (report.title, report.description)
    values = [report.reporter_id, report.anonymous, report.category, title, description]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()
