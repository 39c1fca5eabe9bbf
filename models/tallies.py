"""Tallies: the counters of units and officers by period, the sums of the deltas in the log."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

import orjson
from tortoise import fields
from tortoise.models import Model

from models.log import EventRow
from rules.periods import Period, jakarta_day
from rules.scoring.counters import COUNTER_NAMES, Counters, TallyKey, median
from rules.scoring.outcomes import PointEvent, RatingEvent, ReportHistory
from rules.scoring.points import Rule

POINT_EVENT_COLUMNS = ("position", "unit", "account_id", "rule", "points", "day", "reverses")
MINUTES_COLUMNS = ("response_minutes", "processing_minutes")
TALLY_COLUMNS = (*TallyKey._fields, *COUNTER_NAMES, *MINUTES_COLUMNS)
"""The columns of a tally, in the order of `tally_values`. Counters have the names of their fields."""

WHOLE_UNIT = 0
"""Stored in `officer` for the unit as a whole. The column is part of a unique index, in which nulls never conflict."""

NO_MINUTES = "[[],[]]"
"""Stored where no answer, or no fix, was counted."""


class Tally(Model):
    """The counters of a leaf unit, or of an officer acting for it, in a period, up to now or to its end."""

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
    dismissed = fields.IntField()
    duplicates = fields.IntField()
    handed_on = fields.IntField()
    withdrawn = fields.IntField()
    waived_points = fields.IntField()
    open = fields.IntField(description="increase of the open reports in its hands")
    overdue = fields.IntField(description="increase of those that have missed a deadline")
    responses_decided = fields.IntField()
    responses_on_time = fields.IntField()
    processings_decided = fields.IntField()
    processings_on_time = fields.IntField()
    ratings = fields.IntField()
    stars = fields.IntField()
    response_minutes = fields.TextField(description="JSON: [minutes, ascending], [number of answers for each]")
    processing_minutes = fields.TextField(description="JSON: [minutes, ascending], [number of fixes for each]")

    class Meta:
        table = "tally"
        unique_together = (("period", "first_day", "officer", "unit"),)

    @property
    def counters(self) -> Counters:
        """The counters."""
        return Counters(**{name: getattr(self, name) for name in COUNTER_NAMES})


def as_day(stored: date | str) -> date:
    """Return a day as a date. SQLite stores text."""
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


def key_of(row: Mapping[str, Any]) -> TallyKey:
    """Return the key of a row."""
    return TallyKey(Period(row["period"]), as_day(row["first_day"]), officer_of(row["officer"]), row["unit"])


def officer_of(stored: int) -> int | None:
    """Return the officer that the column `officer` stands for; None for the unit as a whole."""
    return None if stored == WHOLE_UNIT else stored


def key_values(key: TallyKey) -> tuple[Any, ...]:
    """Return a key as its columns store it, in their order."""
    return tuple(key._replace(officer=WHOLE_UNIT if key.officer is None else key.officer))


def tally_values(
    key: TallyKey, counters: Counters, response_minutes: str = NO_MINUTES, processing_minutes: str = NO_MINUTES
) -> tuple[Any, ...]:
    """Return a tally as its columns store it, in the order of TALLY_COLUMNS."""
    return (*key_values(key), *counters, response_minutes, processing_minutes)


def read_minutes(stored: str) -> Counter[int]:
    """Return how often each number of minutes occurred."""
    return Counter(dict(zip(*orjson.loads(stored), strict=True)))


def write_minutes(counts: Mapping[int, int]) -> str:
    """Return the JSON that `read_minutes` reads: two lists, from which a median is found without sorting."""
    minutes = sorted(counts)
    return orjson.dumps([minutes, [counts[each] for each in minutes]]).decode()


def with_minutes(stored: str, more: Mapping[int, int]) -> str:
    """Return the stored minutes with `more` added."""
    minutes, counts = orjson.loads(stored)
    for each, count in more.items():
        index = bisect_left(minutes, each)
        if minutes[index : index + 1] == [each]:
            counts[index] += count
        else:
            minutes.insert(index, each)
            counts.insert(index, count)
    return orjson.dumps([minutes, counts]).decode()


def median_minutes(stored: Sequence[str]) -> float | None:
    """Return the median of the minutes of several tallies together; None without any."""
    if len(stored) == 1:  # the common case, a kelurahan: stored minutes are sorted already
        return median(*orjson.loads(stored[0]))
    together: Counter[int] = Counter()
    for one in stored:
        together.update(read_minutes(one))
    values = sorted(together)
    return median(values, [together[value] for value in values])


def point_event_of(row: Mapping[str, Any]) -> PointEvent:
    """Return the event of a ledger row that has the columns POINT_EVENT_COLUMNS."""
    return PointEvent(
        key=row["position"],
        unit=row["unit"],
        officer=row["account_id"],
        rule=Rule(row["rule"]),
        points=row["points"],
        day=as_day(row["day"]),
        reverses=row["reverses"],
    )


def rating_event_of(event: EventRow) -> RatingEvent:
    """Return the stars of an event of the kind RATED."""
    return RatingEvent(
        unit=event.after.handler,
        officer=event.data.get("closed_by"),
        stars=event.data["stars"],
        day=jakarta_day(event.at),
    )


def history_of(entries: Iterable[Mapping[str, Any]], ratings: Iterable[EventRow]) -> ReportHistory:
    """Return the history of a report from its ledger rows and RATED events, put in the order of the log."""
    past: list[tuple[int, PointEvent | RatingEvent]] = [
        *((row["position"], point_event_of(row)) for row in entries),
        *((event.position, rating_event_of(event)) for event in ratings),
    ]
    return ReportHistory(event for _, event in sorted(past, key=itemgetter(0)))
