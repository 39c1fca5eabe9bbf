"""Adding to the tallies in the transaction of what they count, and loading what a report has decided so far."""

from collections.abc import Iterable, Mapping
from typing import Any

from actions.log import LogTransaction
from models.ledger import CITIZEN, PointEntry
from models.log import EVENT_COLUMNS, EventRow, LogEvent, ReportEventKind
from models.tallies import (
    MINUTES_COLUMNS,
    POINT_EVENT_COLUMNS,
    TALLY_COLUMNS,
    history_of,
    key_of,
    tally_values,
    with_minutes,
)
from rules.scoring.counters import COUNTER_NAMES, CounterDelta, TallyKey, TallyTotals, add_deltas
from rules.scoring.outcomes import RATING, ReportHistory

ADD = (
    f"INSERT INTO tally ({', '.join(TALLY_COLUMNS)}) VALUES %s "
    "ON CONFLICT (period, first_day, officer, unit) DO UPDATE SET "
    + ", ".join(f"{name} = tally.{name} + excluded.{name}" for name in COUNTER_NAMES)
)


async def load_history(tx: LogTransaction, report_id: int, *, rated: bool) -> ReportHistory:
    """Load what has been decided for a report. Its ratings are read only if `rated`, or if an entry comes from one."""
    rows = PointEntry.filter(report_id=report_id).exclude(unit=CITIZEN).using_db(tx.connection)
    entries = await rows.values(*POINT_EVENT_COLUMNS)
    if not rated and not any(entry["rule"] in RATING for entry in entries):
        return history_of(entries, [])
    events = LogEvent.filter(report_id=report_id, kind=ReportEventKind.RATED).using_db(tx.connection)
    return history_of(entries, [EventRow(**row) for row in await events.values(*EVENT_COLUMNS)])


async def add(tx: LogTransaction, deltas: Iterable[CounterDelta]) -> None:
    """Add deltas to their tallies. Locks the tallies in the order of period, first day, officer and unit."""
    totals: dict[TallyKey, TallyTotals] = {}
    add_deltas(totals, deltas)
    rows = [tally_values(key, totals[key].counters) for key in sorted(totals, key=lambda key: key.sort_key)]
    if not rows:
        return
    width = len(rows[0])
    numbered = (", ".join(f"${row * width + column}" for column in range(1, width + 1)) for row in range(len(rows)))
    sql = ADD % ", ".join(f"({placeholders})" for placeholders in numbered)
    timed = [column for column in MINUTES_COLUMNS if any(getattr(total, column) for total in totals.values())]
    if timed:
        sql += f" RETURNING id, {', '.join((*TallyKey._fields, *timed))}"
    stored = await tx.fetch(sql, *(value for row in rows for value in row))
    for column in timed:
        await _add_minutes(tx, stored, totals, column)


async def _add_minutes(
    tx: LogTransaction, stored: Iterable[Mapping[str, Any]], totals: Mapping[TallyKey, TallyTotals], column: str
) -> None:
    """Add the minutes of answers or fixes; the tallies are locked already, so this read-modify-write is safe."""
    changed: list[Any] = []
    for row in stored:
        if minutes := getattr(totals[key_of(row)], column):
            changed += [row["id"], with_minutes(row[column], minutes)]
    pairs = (f"(CAST(${number} AS BIGINT), CAST(${number + 1} AS TEXT))" for number in range(1, len(changed), 2))
    await tx.fetch(
        f"WITH changed (id, minutes) AS (VALUES {', '.join(pairs)}) "
        f"UPDATE tally SET {column} = changed.minutes FROM changed WHERE tally.id = changed.id",
        *changed,
    )
