"""The deltas of all events, computed again from the histories of the reports, for `scores verify` and `rebuild`."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import orjson

from models.database import fetch
from models.ledger import CITIZEN
from models.log import EVENT_COLUMNS, EventRow, ReportEventKind, Topic, moment
from models.tallies import key_of, rating_event_of, read_minutes
from rules.scoring.counters import CounterDelta, Counters, TallyKey, TallyTotals, report_deltas
from rules.scoring.outcomes import PointEvent, ReportHistory
from rules.scoring.points import Rule

REPORTS = 500
"""The number of reports whose histories are in memory at a time."""

HISTORIES = (
    f"SELECT {', '.join(f'e.{name}' for name in EVENT_COLUMNS)}, p.reverses FROM log_event e "
    "LEFT JOIN point_entry p ON p.position = e.position "
    "WHERE e.report_id BETWEEN $1 AND $2 AND e.position <= $3 ORDER BY e.position"
)


class ReportEvent(NamedTuple):
    """An event about a report. `reverses`: the entry that it takes back according to the ledger."""

    event: EventRow
    reverses: int | None


@dataclass(frozen=True, slots=True)
class CountedEvent:
    """An event and its deltas. `stored`: the counts in the event itself, None in events from before counts were."""

    event: EventRow
    deltas: list[CounterDelta]
    stored: list[Any] | None


async def counted_events(through: int) -> AsyncIterator[CountedEvent]:
    """Yield the events of all reports up to a position, some reports after others.

    Raises one of `score_audit.UNREADABLE` for an event that cannot be read.
    """
    async for batch in read_histories(through):
        for one in counted(batch):
            yield one


async def read_histories(through: int) -> AsyncIterator[list[ReportEvent]]:
    """Yield the events of all reports up to a position: the whole histories of REPORTS reports, in order, at a time.

    Raises one of `score_audit.UNREADABLE` for an event that cannot be read.
    """
    (ends,) = await fetch("SELECT MIN(id) AS first, MAX(id) AS last FROM report")
    if ends["first"] is None:
        return
    for first in range(ends["first"], ends["last"] + 1, REPORTS):
        rows = await fetch(HISTORIES, first, first + REPORTS - 1, through)
        yield [ReportEvent(reverses=row.pop("reverses"), event=event_of(row)) for row in rows]


def counted(batch: Iterable[ReportEvent]) -> Iterator[CountedEvent]:
    """Yield the events of the whole histories of some reports, with their deltas."""
    histories: defaultdict[int, ReportHistory] = defaultdict(ReportHistory)
    for event, reverses in batch:
        if event.report_id is not None:
            deltas = _deltas(event, histories[event.report_id], reverses)
            yield CountedEvent(event, deltas, event.data.get("counts"))


def _deltas(event: EventRow, history: ReportHistory, reverses: int | None) -> list[CounterDelta]:
    if event.topic is Topic.REPORT:
        deltas = report_deltas(event.at, event.before, event.after, event.account_id, event.data)
        return deltas + history.add(rating_event_of(event)) if event.kind == ReportEventKind.RATED else deltas
    if event.topic is not Topic.LEDGER or event.data["unit"] == CITIZEN:
        return []
    if "counts" in event.data:  # older events do not say which entry they reverse: only the ledger does
        reverses = event.data.get("reverses")
    return history.add(
        PointEvent(
            key=event.position,
            unit=event.data["unit"],
            officer=event.account_id,
            rule=Rule(event.data["rule"]),
            points=int(event.data["points"]),
            day=date.fromisoformat(event.data["day"]),
            reverses=reverses,
        )
    )


def event_of(row: Mapping[str, Any]) -> EventRow:
    """Return an event from a row. SQLite stores its time and its data as text."""
    data = row["data"] if isinstance(row["data"], dict) else orjson.loads(row["data"])
    at = moment(row["at"])
    if at is None:
        raise ValueError("at is missing")
    return EventRow(**{**row, "topic": Topic(row["topic"]), "at": at, "data": data})


async def read_tallies() -> dict[TallyKey, TallyTotals]:
    """Read all tallies."""
    rows = await fetch("SELECT * FROM tally")
    return {
        key_of(row): TallyTotals(
            Counters.from_row(row),
            _minutes(row["response_minutes"]),
            _minutes(row["processing_minutes"]),
        )
        for row in rows
    }


def _minutes(stored: str) -> Counter[int]:
    """Read stored minutes. Unreadable ones become one occurrence of -1, which differs from any correct value."""
    try:
        return read_minutes(stored)
    except (TypeError, ValueError):
        return Counter({-1: 1})


def describe_key(key: TallyKey) -> str:
    """Return the name of a tally: "MONTH 2026-11-01 31.71.01.1001", "DAY 2026-11-25 SDA officer 7"."""
    officer = "" if key.officer is None else f" officer {key.officer}"
    return f"{key.period} {key.first_day} {key.unit}{officer}"
