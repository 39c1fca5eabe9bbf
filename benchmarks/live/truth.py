"""The true events and rankings, read from PostgreSQL alone: the log, and the boards computed from its point entries.

It uses nothing of the code under test: matches are decided a second time, from the stored JSON.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import orjson

JAKARTA = ZoneInfo("Asia/Jakarta")

Row = tuple[str, int | None, int]
"""Row of a board: code, rank, points."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event as stored in the log."""

    position: int
    topic: str
    kind: str
    report_id: int | None
    version: int | None
    data: Mapping[str, Any]

    @property
    def after(self) -> Mapping[str, Any]:
        """The report after the event."""
        snapshot: Mapping[str, Any] = self.data["after"]
        return snapshot

    @property
    def before(self) -> Mapping[str, Any] | None:
        """The report before the event. None if the event created it."""
        changed = self.data["before"]
        return None if changed is None else {**self.after, **changed}


async def read_log(url: str) -> list[Event]:
    """Read the whole log, in order. Raises AssertionError if its positions have a gap."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read"):
            head = await connection.fetchval("SELECT position FROM log_head")
            rows = await connection.fetch(
                "SELECT position, topic, kind, report_id, version, data FROM log_event ORDER BY position"
            )
    finally:
        await connection.close()
    if [row["position"] for row in rows] != list(range(1, head + 1)):
        raise AssertionError(f"The positions of the log must be 1 to {head} without gaps.")
    return [Event(**{**row, "data": orjson.loads(row["data"])}) for row in rows]


def ranking(log: Iterable[Event], kind: str, period: str, codes: Iterable[str], now: datetime) -> list[Row]:
    """Rank the codes by their point entries in the period of `now`; codes without an entry come last."""
    depth = {"KELURAHAN": 4, "KECAMATAN": 3, "CITY": 2}[kind]
    points: defaultdict[str, int] = defaultdict(int)
    for event in log:
        if event.topic == "ledger":
            parts = event.data["unit"].split(".")
            if len(parts) == 4 and _in_period(date.fromisoformat(event.data["day"]), period, now):  # a kelurahan
                points[".".join(parts[:depth])] += event.data["points"]
    best_first = sorted(points, key=lambda code: (-points[code], code))
    ranked = [(code, 1 + sum(other > points[code] for other in points.values()), points[code]) for code in best_first]
    return [*ranked, *((code, None, 0) for code in sorted(set(codes) - points.keys()))]


def _in_period(day: date, period: str, now: datetime) -> bool:
    today = now.astimezone(JAKARTA).date()
    monday = today - timedelta(days=today.weekday())
    return {
        "DAY": day == today,
        "WEEK": monday <= day < monday + timedelta(days=7),
        "MONTH": (day.year, day.month) == (today.year, today.month),
        "QUARTER": (day.year, (day.month - 1) // 3) == (today.year, (today.month - 1) // 3),
        "YEAR": day.year == today.year,
        "ALL_TIME": True,
    }[period]
