"""What the log counts for, decided once more from the histories of the reports: for `scores verify` and `rebuild`."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from models.database import fetch
from models.ledger import CITIZEN
from models.log import EVENT_COLUMNS, EventRow, ReportEventKind, Topic, moment
from models.tallies import key_of, rating_event_of, read_minutes
from rules.scoring.counters import (
    COUNTER_NAMES,
    CounterDelta,
    Counters,
    TallyKey,
    PointEvent,
    ReportHistory,
    TallyTotals,
    report_deltas,
)
from rules.scoring.points import Rule

REPORTS = 500
"""So many reports' histories are in memory at a time."""

HISTORIES = (
    f"SELECT {', '.join(f'e.{name}' for name in EVENT_COLUMNS)}, p.reverses FROM log_event e "
    "LEFT JOIN point_entry p ON p.position = e.position "
    "WHERE e.report_id BETWEEN $1 AND $2 AND e.position <= $3 ORDER BY e.position"
)


@dataclass(frozen=True, slots=True)
class CountedEvent:
    """An event, and what it counts for; `told` is what it says itself, None when it is from before events did."""

    event: EventRow
    deltas: list[CounterDelta]
    told: list[Any] | None


async def counted_events(through: int) -> AsyncIterator[CountedEvent]:
    """Go through the histories of all reports, up to a position, some at a time. Raises one of `log.UNREADABLE`."""
    (ends,) = await fetch("SELECT MIN(id) AS first, MAX(id) AS last FROM report")
    if ends["first"] is None:
        return
    for first in range(ends["first"], ends["last"] + 1, REPORTS):
        histories: defaultdict[int, ReportHistory] = defaultdict(ReportHistory)
        for row in await fetch(HISTORIES, first, first + REPORTS - 1, through):
            reverses = row.pop("reverses")
            event = event_of(row)
            if event.report_id is not None:
                deltas = _deltas(event, histories[event.report_id], reverses)
                yield CountedEvent(event, deltas, event.data.get("counts"))


def _deltas(event: EventRow, history: ReportHistory, reverses: int | None) -> list[CounterDelta]:
    if event.topic is Topic.REPORT:
        deltas = report_deltas(event.at, event.before, event.after, event.account_id, event.data)
        return deltas + history.add(rating_event_of(event)) if event.kind == ReportEventKind.RATED else deltas
    if event.topic is not Topic.LEDGER or event.data["unit"] == CITIZEN:
        return []
    # An event from before events told what they count for does not tell either what it takes back.
    taken_back = event.data.get("reverses") if "counts" in event.data else reverses
    return history.add(
        PointEvent(
            position=event.position,
            unit=event.data["unit"],
            officer=event.account_id,
            rule=Rule(event.data["rule"]),
            points=int(event.data["points"]),
            day=date.fromisoformat(event.data["day"]),
            reverses=taken_back,
        )
    )


def event_of(row: Mapping[str, Any]) -> EventRow:
    """Read an event as a driver gives it: SQLite has text."""
    data = row["data"] if isinstance(row["data"], dict) else orjson.loads(row["data"])
    at = moment(row["at"])
    if at is None:
        raise ValueError("at is missing")
    return EventRow(**{**row, "topic": Topic(row["topic"]), "at": at, "data": data})


async def read_tallies() -> dict[TallyKey, TallyTotals]:
    """Read every tally."""
    rows = await fetch("SELECT * FROM tally")
    return {
        key_of(row): TallyTotals(
            Counters(*(row[name] for name in COUNTER_NAMES)),
            _minutes(row["response_minutes"]),
            _minutes(row["processing_minutes"]),
        )
        for row in rows
    }


def _minutes(stored: str) -> Counter[int]:
    """Read minutes; those that somebody has made unreadable are one of -1, which nothing takes."""
    try:
        return read_minutes(stored)
    except (TypeError, ValueError):
        return Counter({-1: 1})


def describe_key(key: TallyKey) -> str:
    """Name a tally: "MONTH 2026-11-01 31.71.01.1001", "DAY 2026-11-25 SDA officer 7"."""
    period, first_day, officer, unit = key
    return f"{period} {first_day} {unit}{f' officer {officer}' if officer else ''}"
