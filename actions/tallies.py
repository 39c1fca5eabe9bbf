"""Tallies as they are added to, in the transaction of what they count, and what the past of a report has decided."""

from collections.abc import Iterable, Mapping
from typing import Any

from actions.change import Change
from models.ledger import CITIZEN, PointEntry
from models.log import EVENT_COLUMNS, EventRow, LogEvent, ReportEventKind
from models.tallies import ENTERED, TALLIED, entered_of, key_of, rated_of, read_minutes, write_minutes
from rules.tallies import NUMBERS, RATING, Delta, Docket, Gathered, Key, take

ADD = (
    f"INSERT INTO tally (period, first_day, officer, unit, {TALLIED}, response_minutes, processing_minutes) VALUES %s "  # noqa: S608 # our own names
    "ON CONFLICT (period, first_day, officer, unit) DO UPDATE SET "
    + ", ".join(f"{name} = tally.{name} + excluded.{name}" for name in NUMBERS)
    + " RETURNING id, period, first_day, officer, unit, response_minutes, processing_minutes"
)


async def docket(change: Change, report_id: int, *, rated: bool) -> Docket:
    """Read what has been entered for a report; its ratings only if `rated`, or if an entry says that it has some."""
    rows = PointEntry.filter(report_id=report_id).exclude(unit=CITIZEN).using_db(change.using)
    entered = [entered_of(row) for row in await rows.values(*ENTERED)]
    if not rated and not any(entry.rule in RATING for entry in entered):
        return Docket(entered)
    events = LogEvent.filter(report_id=report_id, kind=ReportEventKind.RATED).using_db(change.using)
    return Docket([*entered, *(rated_of(EventRow(**row)) for row in await events.values(*EVENT_COLUMNS))])


async def add(change: Change, deltas: Iterable[Delta]) -> None:
    """Add to the tallies what a change counts for; locks them in the order of period, first day, officer and unit."""
    gathered: dict[Key, Gathered] = {}
    take(gathered, deltas)
    rows = [(*key, *gathered[key].sum.numbers, "{}", "{}") for key in sorted(gathered)]
    if not rows:
        return
    width = len(rows[0])
    places = (", ".join(f"${row * width + column}" for column in range(1, width + 1)) for row in range(len(rows)))
    sql = ADD % ", ".join(f"({place})" for place in places)
    kept = await change.fetch(sql, *(value for row in rows for value in row))
    await _add_minutes(change, kept, gathered)


async def _add_minutes(change: Change, kept: Iterable[Mapping[str, Any]], gathered: Mapping[Key, Gathered]) -> None:
    """Write how long answers and fixes took; the tallies are locked by now, so nobody else does meanwhile."""
    for row in kept:
        part = gathered[key_of(row)]
        if part.answered or part.fixed:
            await change.fetch(
                "UPDATE tally SET response_minutes = $1, processing_minutes = $2 WHERE id = $3",
                write_minutes(read_minutes(row["response_minutes"]) + part.answered),
                write_minutes(read_minutes(row["processing_minutes"]) + part.fixed),
                row["id"],
            )
