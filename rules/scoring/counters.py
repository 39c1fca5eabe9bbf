"""Counters of units and officers, and the calendar periods they count in (domain.md, "Boards").

Counts of acts (received to withdrawn) cover all reports, come from report events and are never reduced: a dismissal
that is reopened was a dismissal. They are charged to the unit in charge until the act, also when others act, and to the
officer who acts. The ratios of responsiveness cover only the reports that score and come from point entries
(`rules.scoring.outcomes`): each report counts once for a unit, in the period in which it was decided, as its entries
stood when that period ended. A reversal counts only in the periods that contain both the decision and the reversal, so
a closed period never changes.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import accumulate
from operator import add, neg
from typing import Any, NamedTuple, Self

from rules.criteria import ReportSnapshot
from rules.periods import Period, jakarta_day, span
from rules.workflow import DISMISSALS, Resolution

BEGINNING = date(1970, 1, 1)
"""The first day of ALL_TIME in tallies."""

MINUTE = timedelta(minutes=1)


class Counters(NamedTuple):
    """The counters of a unit, or of an officer acting for a unit.

    `open` and `overdue` count reports in a unit's hands: by how many they rose in the tally of a period, how many there
    are in a row of a board. `stars` is the sum of the stars of all `ratings`. `dismissed` includes `duplicates`.
    `waived_points` is the sum of the points of waivers, positive when the unit got more back than it lost.

    A named tuple, because a board makes and adds up hundreds of them from the columns of rows.
    """

    points: int = 0
    entries: int = 0
    received: int = 0
    responded: int = 0
    processed: int = 0
    reopened: int = 0
    dismissed: int = 0
    duplicates: int = 0
    handed_on: int = 0
    withdrawn: int = 0
    waived_points: int = 0
    open: int = 0
    overdue: int = 0
    responses_decided: int = 0
    responses_on_time: int = 0
    processings_decided: int = 0
    processings_on_time: int = 0
    ratings: int = 0
    stars: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Return the counters of a row whose columns have their names."""
        return cls._make(row[name] for name in COUNTER_NAMES)

    def __add__(self, other: "Counters") -> "Counters":  # type: ignore[override] # they add up, and are never joined
        return Counters._make(map(add, self, other))

    def __neg__(self) -> "Counters":
        return Counters._make(map(neg, self))

    @property
    def flow(self) -> "Counters":
        """The counters without the reports in hand."""
        return self._replace(open=0, overdue=0)

    @property
    def state(self) -> "Counters":
        """Only the reports in hand."""
        return Counters(open=self.open, overdue=self.overdue)


COUNTER_NAMES: tuple[str, ...] = Counters._fields
ZERO = Counters()


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterDelta:
    """The amounts that an event adds to the tallies of a unit, or of an officer acting for that unit.

    `officer`: an account id, None for the unit as a whole. `day`: the Jakarta day that the delta counts for. `made`:
    the Jakarta day on which it was made. It counts in the periods that contain both days. `response_minutes` and
    `processing_minutes`: durations, each rounded by `rounded_minutes`.
    """

    unit: str
    officer: int | None = None
    day: date
    made: date
    counters: Counters
    response_minutes: tuple[int, ...] = ()
    processing_minutes: tuple[int, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Return the delta as JSON values without zeros and empty parts; `from_data` is the inverse."""
        data: dict[str, Any] = {"unit": self.unit, "day": self.day.isoformat()}
        if self.officer is not None:
            data["officer"] = self.officer
        if self.made != self.day:
            data["made"] = self.made.isoformat()
        data |= {name: number for name, number in self.counters._asdict().items() if number}
        if self.response_minutes:
            data["answered"] = list(self.response_minutes)
        if self.processing_minutes:
            data["fixed"] = list(self.processing_minutes)
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read the JSON values that `as_data` wrote."""
        day = date.fromisoformat(data["day"])
        return cls(
            unit=data["unit"],
            officer=data.get("officer"),
            day=day,
            made=date.fromisoformat(data["made"]) if "made" in data else day,
            counters=Counters(**{name: data[name] for name in COUNTER_NAMES if name in data}),
            response_minutes=tuple(data.get("answered", ())),
            processing_minutes=tuple(data.get("fixed", ())),
        )

    @property
    def periods(self) -> list[tuple[Period, date]]:
        """The periods in which the delta counts, each with its first day."""
        spans = ((period, span(period, self.day)) for period in Period)
        return [(period, found.first or BEGINNING) for period, found in spans if found.contains(self.made)]


class TallyKey(NamedTuple):
    """The key of a tally. `officer` is None for the unit as a whole."""

    period: Period
    first_day: date
    officer: int | None
    unit: str

    @property
    def sort_key(self) -> tuple[Period, date, int, str]:
        """The key in the order in which tallies are locked: the unit comes before its officers."""
        return self.period, self.first_day, -1 if self.officer is None else self.officer, self.unit


@dataclass(slots=True)
class TallyTotals:
    """The totals of one tally. The minutes map each rounded duration to the number of times it occurred."""

    counters: Counters = ZERO
    response_minutes: Counter[int] = field(default_factory=Counter)
    processing_minutes: Counter[int] = field(default_factory=Counter)

    def add(self, delta: CounterDelta) -> None:
        """Add a delta."""
        self.counters += delta.counters
        self.response_minutes.update(delta.response_minutes)
        self.processing_minutes.update(delta.processing_minutes)

    def copy(self) -> "TallyTotals":
        """Return independent totals with the same values."""
        return TallyTotals(self.counters, self.response_minutes.copy(), self.processing_minutes.copy())


def add_deltas(tallies: dict[TallyKey, TallyTotals], deltas: Iterable[CounterDelta]) -> None:
    """Add each delta to the tallies of all periods in which it counts."""
    for delta in deltas:
        for period, first_day in delta.periods:
            key = TallyKey(period, first_day, delta.officer, delta.unit)
            tallies.setdefault(key, TallyTotals()).add(delta)


def merge_deltas(deltas: Iterable[CounterDelta]) -> list[CounterDelta]:
    """Merge deltas of the same unit, officer and days, and drop those whose counters are zero."""
    merged: dict[tuple[str, int | None, date, date], CounterDelta] = {}
    for delta in deltas:
        key = (delta.unit, delta.officer, delta.day, delta.made)
        known = merged.get(key)
        merged[key] = (
            delta
            if known is None
            else replace(
                known,
                counters=known.counters + delta.counters,
                response_minutes=known.response_minutes + delta.response_minutes,
                processing_minutes=known.processing_minutes + delta.processing_minutes,
            )
        )
    return [delta for delta in merged.values() if delta.counters != ZERO]


def credited(officer: int | None) -> tuple[int | None, ...]:
    """Return whose tallies an act counts in: the unit's (None), then those of the officer who acted, if any."""
    return (None,) if officer is None else (None, officer)


def report_deltas(
    at: datetime, before: ReportSnapshot | None, after: ReportSnapshot, officer: int | None, data: Mapping[str, Any]
) -> list[CounterDelta]:
    """Return the deltas of a report event, from the report's state before and after it.

    Of the event's `data`, `held` is the number of seconds for which the unit that fixes the report has had it, and
    `closed_by` the account whose closing is undone by a reopening.
    """
    if after.imported:
        return []
    day = jakarta_day(at)
    deltas = [CounterDelta(unit=after.handler, day=day, made=day, counters=_in_hand(after))]
    if before is None or before.handler != after.handler:
        deltas.append(CounterDelta(unit=after.handler, day=day, made=day, counters=Counters(received=1)))
    if before is None:
        return merge_deltas(deltas)
    deltas.append(CounterDelta(unit=before.handler, day=day, made=day, counters=-_in_hand(before)))
    reopened = before.processed_at is not None and after.processed_at is None
    closing = after.resolution if before.resolution is None else None
    if closing is Resolution.WITHDRAWN:  # no act of an officer
        deltas.append(CounterDelta(unit=before.handler, day=day, made=day, counters=Counters(withdrawn=1)))
    response, processing = _response_minutes(before, after), _processing_minutes(at, before, after, data)
    done = CounterDelta(
        unit=before.handler,
        day=day,
        made=day,
        counters=Counters(
            responded=len(response),
            processed=len(processing),
            reopened=int(reopened),
            dismissed=int(closing in DISMISSALS),
            duplicates=int(closing is Resolution.DUPLICATE),
            # A reporter who corrects the place of an unanswered report hands nothing on.
            handed_on=int(before.handler != after.handler and after.responded_at is not None),
        ),
        response_minutes=response,
        processing_minutes=processing,
    )
    doer = data.get("closed_by") if reopened else officer
    return merge_deltas([*deltas, *(replace(done, officer=each) for each in credited(doer))])


def _response_minutes(before: ReportSnapshot, after: ReportSnapshot) -> tuple[int, ...]:
    """Return the time to the unit's answer. Handing a report on is no answer."""
    if before.responded_at is not None or after.responded_at is None or after.handler != before.handler:
        return ()
    return (rounded_minutes(after.responded_at - before.submitted_at),)


def _processing_minutes(
    at: datetime, before: ReportSnapshot, after: ReportSnapshot, data: Mapping[str, Any]
) -> tuple[int, ...]:
    """Return the time for which the unit had a report that it fixed.

    Events from before units had deadlines of their own have no `held`: the first unit had the report since its
    submission.
    """
    if before.resolution is not None or after.resolution is not Resolution.FIXED:
        return ()
    return (rounded_minutes(timedelta(seconds=data["held"]) if "held" in data else at - before.submitted_at),)


def _in_hand(snapshot: ReportSnapshot) -> Counters:
    return Counters(open=int(snapshot.is_open), overdue=int(snapshot.is_late))


def rounded_minutes(duration: timedelta) -> int:
    """Return a duration in whole minutes, rounded to two digits: 99 is 99, 101 is 100, 1,250 is 1,300."""
    whole = max(duration // MINUTE, 0)
    scale = int(10 ** max(len(str(whole)) - 2, 0))
    return (whole + scale // 2) // scale * scale


def median(values: Sequence[int], counts: Iterable[int]) -> float | None:
    """Return the median of ascending `values`, each occurring as often as `counts` says; None without any.

    It is the mean of the two values in the middle when their number is even.
    """
    cumulative = list(accumulate(counts))
    if not cumulative:
        return None
    total = cumulative[-1]
    low, high = values[bisect_right(cumulative, (total - 1) // 2)], values[bisect_right(cumulative, total // 2)]
    return (low + high) / 2
