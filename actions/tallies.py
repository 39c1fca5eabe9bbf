"""Adding to the tallies in the transaction of what they count, and loading what a report has decided so far."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from actions.log import LogTransaction
from models.ledger import CITIZEN, PointEntry
from models.log import EVENT_COLUMNS, EventRow, LogEvent, ReportEventKind
from models.tallies import (
    MINUTES_COLUMNS,
    POINT_EVENT_COLUMNS,
    TALLY_COLUMNS,
    Tally,
    history_of,
    key_of,
    tally_values,
    with_minutes,
)
from models.writing import Statement, insert
from rules.scoring.counters import COUNTER_NAMES, CounterDelta, TallyKey, TallyTotals, add_deltas
from rules.scoring.outcomes import ReportHistory
from rules.scoring.points import RATINGS

ADDING = "ON CONFLICT (period, first_day, officer, unit) DO UPDATE SET " + ", ".join(
    f"{name} = tally.{name} + excluded.{name}" for name in COUNTER_NAMES
)

ROWS_AT_ONCE = 500
"""Tallies of a statement: PostgreSQL allows 32,767 values in all statements of a batch together."""


async def load_histories(
    tx: LogTransaction, ids: Collection[int], *, rated: Collection[int]
) -> dict[int, ReportHistory]:
    """Load what has been decided for reports. Ratings are read of those `rated`, and where an entry comes from one."""
    rows = PointEntry.filter(report_id__in=list(ids)).exclude(unit=CITIZEN).using_db(tx.connection)
    entries: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in await rows.values("report_id", *POINT_EVENT_COLUMNS):
        entries[row["report_id"]].append(row)
    starred = {*rated, *(key for key, own in entries.items() if any(one["rule"] in RATINGS for one in own))}
    ratings: defaultdict[int, list[EventRow]] = defaultdict(list)
    if starred:
        events = LogEvent.filter(report_id__in=list(starred), kind=ReportEventKind.RATED).using_db(tx.connection)
        for row in await events.values(*EVENT_COLUMNS):
            ratings[row["report_id"]].append(EventRow(**row))
    return {key: history_of(entries[key], ratings[key]) for key in ids}


async def add(tx: LogTransaction, deltas: Iterable[CounterDelta]) -> list[Statement]:
    """Return the statements that add deltas to their tallies, for the batch of `tx.write`.

    The tallies are locked in the order of period, first day, officer and unit. Those with minutes of answers or fixes
    are locked and counted here, because their minutes are read and written back; so are very many.
    """
    totals: dict[TallyKey, TallyTotals] = {}
    add_deltas(totals, deltas)
    rows = [tally_values(key, totals[key].counters) for key in sorted(totals, key=lambda key: key.sort_key)]
    if not rows:
        return []
    timed = [column for column in MINUTES_COLUMNS if any(getattr(total, column) for total in totals.values())]
    returned = ("id", *TallyKey._fields, *timed) if timed else ("1",)
    adding = f"{ADDING} RETURNING {', '.join(returned)}"
    *earlier, last = (
        insert("counted", Tally, TALLY_COLUMNS, rows[start : start + ROWS_AT_ONCE], adding)
        for start in range(0, len(rows), ROWS_AT_ONCE)
    )
    stored = [row for each in earlier for row in await tx.fetch(each.sql, *each.values)]
    if not timed:
        return [last]
    stored += await tx.fetch(last.sql, *last.values)
    return [_minutes(stored, totals, timed)]


def _minutes(
    stored: Iterable[Mapping[str, Any]], totals: Mapping[TallyKey, TallyTotals], columns: Sequence[str]
) -> Statement:
    """Return the statement that adds minutes to rows that are locked already."""
    values: list[Any] = []
    rows: list[str] = []
    for row in stored:
        more = [getattr(totals[key_of(row)], column) for column in columns]
        if any(more):
            texts = [f"CAST(${len(values) + number} AS TEXT)" for number in range(2, len(columns) + 2)]
            rows.append(f"(CAST(${len(values) + 1} AS BIGINT), {', '.join(texts)})")
            values += [row["id"], *map(with_minutes, (row[column] for column in columns), more)]
    changes = ", ".join(f"{column} = changed.{column}" for column in columns)
    sql = (
        f"WITH changed (id, {', '.join(columns)}) AS (VALUES {', '.join(rows)}) "
        f"UPDATE tally SET {changes} FROM changed WHERE tally.id = changed.id RETURNING 1"
    )
    return Statement("timed", sql, values)
