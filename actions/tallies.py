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
from rules.scoring.counters import COUNTER_NAMES, RATING, CounterDelta, Key, ReportHistory, TallyTotals, add_deltas

ADD = (
    f"INSERT INTO tally (period, first_day, officer, unit, {TALLIED}, response_minutes, processing_minutes) VALUES %s "  # noqa: S608 # our own names
    "ON CONFLICT (period, first_day, officer, unit) DO UPDATE SET "
    + ", ".join(f"{name} = tally.{name} + excluded.{name}" for name in COUNTER_NAMES)
)
MINUTES = {"answered": "response_minutes", "fixed": "processing_minutes"}
"""What of a tally is kept as minutes, and its column."""


async def load_history(tx: LogTransaction, report_id: int, *, rated: bool) -> ReportHistory:
    """Read what has been entered for a report; its ratings only if `rated`, or if an entry says that it has some."""
    rows = PointEntry.filter(report_id=report_id).exclude(unit=CITIZEN).using_db(tx.connection)
    entered = [point_event_of(row) for row in await rows.values(*POINT_EVENT_COLUMNS)]
    if not rated and not any(entry.rule in RATING for entry in entered):
        return ReportHistory(entered)
    events = LogEvent.filter(report_id=report_id, kind=ReportEventKind.RATED).using_db(tx.connection)
    return ReportHistory([*entered, *(rating_event_of(EventRow(**row)) for row in await events.values(*EVENT_COLUMNS))])


async def add(tx: LogTransaction, deltas: Iterable[CounterDelta]) -> None:
    """Add to the tallies what a change counts for; locks them in the order of period, first day, officer and unit."""
    gathered: dict[Key, TallyTotals] = {}
    add_deltas(gathered, deltas)
    rows = [(*key, *gathered[key].counters.as_tuple, NO_MINUTES, NO_MINUTES) for key in sorted(gathered)]
    if not rows:
        return
    width = len(rows[0])
    places = (", ".join(f"${row * width + column}" for column in range(1, width + 1)) for row in range(len(rows)))
    sql = ADD % ", ".join(f"({place})" for place in places)
    timed = [name for name in MINUTES if any(getattr(part, name) for part in gathered.values())]
    if timed:
        sql += f" RETURNING id, period, first_day, officer, unit, {', '.join(MINUTES[name] for name in timed)}"
    kept = await tx.fetch(sql, *(value for row in rows for value in row))
    for name in timed:
        await _add_minutes(tx, kept, gathered, name)


async def _add_minutes(
    tx: LogTransaction, kept: Iterable[Mapping[str, Any]], gathered: Mapping[Key, TallyTotals], name: str
) -> None:
    """Write how long answers or fixes took; the tallies are locked by now, so nobody else does meanwhile."""
    column = MINUTES[name]
    longer: list[Any] = []
    for row in kept:
        if more := getattr(gathered[key_of(row)], name):
            longer += [row["id"], with_minutes(row[column], more)]
    places = (f"(CAST(${at} AS BIGINT), CAST(${at + 1} AS TEXT))" for at in range(1, len(longer), 2))
    await tx.fetch(
        f"WITH longer (id, minutes) AS (VALUES {', '.join(places)}) "  # noqa: S608 # our own names
        f"UPDATE tally SET {column} = longer.minutes FROM longer WHERE tally.id = longer.id",
        *longer,
    )
