"""Adding to the tallies in the transaction of what they count, and loading what a report has decided so far."""

from collections.abc import Iterable, Mapping
from typing import Any

from actions.log import LogTransaction
from models.ledger import CITIZEN, PointEntry
from models.log import EVENT_COLUMNS, EventRow, LogEvent, ReportEventKind
from models.tallies import (
    NO_MINUTES,
    POINT_EVENT_COLUMNS,
    TALLIED,
    key_of,
    point_event_of,
    rating_event_of,
    with_minutes,
)
from rules.scoring.counters import COUNTER_NAMES, RATING, CounterDelta, TallyKey, ReportHistory, TallyTotals, add_deltas

ADD = (
    f"INSERT INTO tally (period, first_day, officer, unit, {TALLIED}, response_minutes, processing_minutes) VALUES %s "
    "ON CONFLICT (period, first_day, officer, unit) DO UPDATE SET "
    + ", ".join(f"{name} = tally.{name} + excluded.{name}" for name in COUNTER_NAMES)
)
MINUTES = {"answered": "response_minutes", "fixed": "processing_minutes"}
"""The parts of a tally that are histograms of minutes, and their columns."""


async def load_history(tx: LogTransaction, report_id: int, *, rated: bool) -> ReportHistory:
    """Load what has been decided for a report. Its ratings are read only if `rated`, or if an entry comes from one."""
    rows = PointEntry.filter(report_id=report_id).exclude(unit=CITIZEN).using_db(tx.connection)
    entries = [point_event_of(row) for row in await rows.values(*POINT_EVENT_COLUMNS)]
    if not rated and not any(entry.rule in RATING for entry in entries):
        return ReportHistory(entries)
    events = LogEvent.filter(report_id=report_id, kind=ReportEventKind.RATED).using_db(tx.connection)
    return ReportHistory([*entries, *(rating_event_of(EventRow(**row)) for row in await events.values(*EVENT_COLUMNS))])


async def add(tx: LogTransaction, deltas: Iterable[CounterDelta]) -> None:
    """Add deltas to their tallies. Locks the tallies in the order of period, first day, officer and unit."""
    totals: dict[TallyKey, TallyTotals] = {}
    add_deltas(totals, deltas)
    rows = [(*key, *totals[key].counters.as_tuple, NO_MINUTES, NO_MINUTES) for key in sorted(totals)]
    if not rows:
        return
    width = len(rows[0])
    numbered = (", ".join(f"${row * width + column}" for column in range(1, width + 1)) for row in range(len(rows)))
    sql = ADD % ", ".join(f"({placeholders})" for placeholders in numbered)
    timed = [name for name in MINUTES if any(getattr(total, name) for total in totals.values())]
    if timed:
        sql += f" RETURNING id, period, first_day, officer, unit, {', '.join(MINUTES[name] for name in timed)}"
    stored = await tx.fetch(sql, *(value for row in rows for value in row))
    for name in timed:
        await _add_minutes(tx, stored, totals, name)


async def _add_minutes(
    tx: LogTransaction, stored: Iterable[Mapping[str, Any]], totals: Mapping[TallyKey, TallyTotals], name: str
) -> None:
    """Add the minutes of answers or fixes; the tallies are locked already, so this read-modify-write is safe."""
    column = MINUTES[name]
    changed: list[Any] = []
    for row in stored:
        if minutes := getattr(totals[key_of(row)], name):
            changed += [row["id"], with_minutes(row[column], minutes)]
    pairs = (f"(CAST(${number} AS BIGINT), CAST(${number + 1} AS TEXT))" for number in range(1, len(changed), 2))
    await tx.fetch(
        f"WITH changed (id, minutes) AS (VALUES {', '.join(pairs)}) "  # our own names
        f"UPDATE tally SET {column} = changed.minutes FROM changed WHERE tally.id = changed.id",
        *changed,
    )
