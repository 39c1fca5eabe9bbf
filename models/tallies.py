"""Tallies: what units, and their officers, have gathered by period. They are the sums of what the log counts."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson
from tortoise import fields
from tortoise.models import Model

from models.log import EventRow
from rules.periods import Period, jakarta_day
from rules.scoring.counters import COUNTER_NAMES, Counters, TallyKey, PointEvent, RatingEvent, median
from rules.scoring.points import Rule

POINT_EVENT_COLUMNS = ("position", "unit", "account_id", "rule", "points", "day", "reverses")
TALLIED = ", ".join(COUNTER_NAMES)
"""The columns of a tally that are the numbers of a Counters, in their order."""

NO_MINUTES = "[[],[]]"
"""What is stored where nothing was answered, or fixed."""


class Tally(Model):
    """What a leaf unit, or an officer for it, gathered in a period, up to now or to its end."""

    id = fields.BigIntField(primary_key=True)
    period = fields.CharEnumField(Period, max_length=8)
    first_day = fields.DateField(description="the first day of the period, 1970-01-01 for ALL_TIME")
    officer = fields.BigIntField(description="the account that acted for the unit, 0 for the unit as a whole")
    unit = fields.CharField(32)
    points = fields.IntField()
    entries = fields.IntField()
    received = fields.IntField()
    responded = fields.IntField()
    processed = fields.IntField()
    reopened = fields.IntField()
    open = fields.IntField(description="by how many the open reports in its hands rose")
    overdue = fields.IntField(description="by how many those of them rose whose time has passed")
    responses_decided = fields.IntField()
    responses_on_time = fields.IntField()
    processings_decided = fields.IntField()
    processings_on_time = fields.IntField()
    ratings = fields.IntField()
    stars = fields.IntField()
    response_minutes = fields.TextField(description="JSON: [minutes, ascending], [how many answers took so many]")
    processing_minutes = fields.TextField(description="JSON: [minutes, ascending], [how many fixes took so many]")

    class Meta:
        table = "tally"
        unique_together = (("period", "first_day", "officer", "unit"),)

    @property
    def counters(self) -> Counters:
        """Its numbers."""
        return Counters(*(getattr(self, name) for name in COUNTER_NAMES))


def as_day(stored: date | str) -> date:
    """Read a day as a driver gives it: SQLite has text."""
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


def key_of(row: Mapping[str, Any]) -> TallyKey:
    """Read which tally a row is."""
    return Period(row["period"]), as_day(row["first_day"]), row["officer"], row["unit"]


def read_minutes(stored: str) -> Counter[int]:
    """Read how often each number of minutes occurred."""
    return Counter(dict(zip(*orjson.loads(stored), strict=True)))


def write_minutes(counts: Mapping[int, int]) -> str:
    """Write what `read_minutes` reads: two lists, so that a median is found as they lie there."""
    minutes = sorted(counts)
    return orjson.dumps([minutes, [counts[each] for each in minutes]]).decode()


def with_minutes(stored: str, more: Mapping[int, int]) -> str:
    """Write what is stored with so many more of some minutes."""
    minutes, counts = orjson.loads(stored)
    for each, count in more.items():
        place = bisect_left(minutes, each)
        if minutes[place : place + 1] == [each]:
            counts[place] += count
        else:
            minutes.insert(place, each)
            counts.insert(place, count)
    return orjson.dumps([minutes, counts]).decode()


def median_minutes(stored: Sequence[str]) -> float | None:
    """Return the median of what several tallies have stored together."""
    if len(stored) != 1:  # of one it is found as it lies there: a board of places has one for each
        together: Counter[int] = Counter()
        for one in stored:
            together.update(read_minutes(one))
        stored = [write_minutes(together)]
    return median(*orjson.loads(stored[0]))


def point_event_of(row: Mapping[str, Any]) -> PointEvent:
    """Take from a row of the ledger, with the columns POINT_EVENT_COLUMNS, what decides."""
    return PointEvent(
        position=row["position"],
        unit=row["unit"],
        officer=row["account_id"],
        rule=Rule(row["rule"]),
        points=row["points"],
        day=as_day(row["day"]),
        reverses=row["reverses"],
    )


def rating_event_of(event: EventRow) -> RatingEvent:
    """Take the stars from an event of the kind RATED."""
    return RatingEvent(
        position=event.position,
        unit=event.after.handler,
        officer=event.data.get("closed_by"),
        stars=event.data["stars"],
        day=jakarta_day(event.at),
    )
