"""What a change counts for: the sums of units and of officers, and the periods they count in (domain.md, "Boards").

Facts (received, responded, processed, reopened) are of all reports, and are told by the acts. The shares of
responsiveness are of the reports that score, and are told by the entries of points: each report counts once for a unit,
in the period in which it was decided, as its entries stood when that period ended. What takes a decision back counts
only in the periods that have both that and the decision in them, so that a closed period never changes.
"""

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from operator import add, attrgetter
from typing import Any, NamedTuple, Self

from rules.criteria import ReportSnapshot
from rules.periods import Period, jakarta_day, span
from rules.scoring.points import Rule
from rules.workflow import Resolution

BEGINNING = date(1970, 1, 1)
"""The first day of ALL_TIME, as tallies name it."""

UNIT = 0
"""In place of an officer: what the unit as a whole has gathered."""

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Counters:
    """What a unit, or an officer for a unit, has gathered.

    `open` and `overdue` are reports in its hands: of a period's tally by how many they rose, of a board's row how many
    there are. `stars` are all stars of its `ratings`.
    """

    points: int = 0
    entries: int = 0
    received: int = 0
    responded: int = 0
    processed: int = 0
    reopened: int = 0
    open: int = 0
    overdue: int = 0
    responses_decided: int = 0
    responses_on_time: int = 0
    processings_decided: int = 0
    processings_on_time: int = 0
    ratings: int = 0
    stars: int = 0

    def __add__(self, other: "Counters") -> "Counters":
        return Counters(*map(add, _numbers(self), _numbers(other)))

    def __neg__(self) -> "Counters":
        return Counters(*(-number for number in _numbers(self)))

    @property
    def as_tuple(self) -> tuple[int, ...]:
        """The numbers in the order of COUNTER_NAMES."""
        return _numbers(self)

    @property
    def flow(self) -> "Counters":
        """All but what is in its hands."""
        return replace(self, open=0, overdue=0)

    @property
    def state(self) -> "Counters":
        """Only what is in its hands."""
        return Counters(open=self.open, overdue=self.overdue)


COUNTER_NAMES: tuple[str, ...] = tuple(number.name for number in fields(Counters))
_numbers = attrgetter(*COUNTER_NAMES)
ZERO = Counters()


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterDelta:
    """What a change adds to the tallies of a unit (`officer` UNIT), or of an officer for that unit.

    `day`: the day in Jakarta for which it counts. `made`: the day on which it was made. It counts in the periods that
    have both in them. `answered` and `fixed`: how long that took, in minutes of two digits.
    """

    unit: str
    officer: int = UNIT
    day: date
    made: date
    counters: Counters
    answered: tuple[int, ...] = ()
    fixed: tuple[int, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON values, without what is nothing; `from_data` is the inverse."""
        data: dict[str, Any] = {"unit": self.unit, "day": self.day.isoformat()}
        if self.officer != UNIT:
            data["officer"] = self.officer
        if self.made != self.day:
            data["made"] = self.made.isoformat()
        data |= {name: number for name, number in zip(COUNTER_NAMES, self.counters.as_tuple, strict=True) if number}
        data |= {name: list(took) for name in ("answered", "fixed") if (took := getattr(self, name))}
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `as_data` wrote."""
        day = date.fromisoformat(data["day"])
        return cls(
            unit=data["unit"],
            officer=data.get("officer", UNIT),
            day=day,
            made=date.fromisoformat(data["made"]) if "made" in data else day,
            counters=Counters(*(data.get(name, 0) for name in COUNTER_NAMES)),
            answered=tuple(data.get("answered", ())),
            fixed=tuple(data.get("fixed", ())),
        )

    @property
    def periods(self) -> list[tuple[Period, date]]:
        """The periods in which it counts, each with its first day."""
        spans = ((period, span(period, self.day)) for period in Period)
        return [(period, found.first or BEGINNING) for period, found in spans if found.contains(self.made)]


Key = tuple[Period, date, int, str]
"""Which tally: the period and its first day, the officer or UNIT, and the unit."""


@dataclass(slots=True)
class TallyTotals:
    """What has come together in one tally. `answered` and `fixed`: how often that took so many minutes."""

    counters: Counters = ZERO
    answered: Counter[int] = field(default_factory=Counter)
    fixed: Counter[int] = field(default_factory=Counter)

    def add(self, delta: CounterDelta) -> None:
        """Add what a change counts for."""
        self.counters += delta.counters
        self.answered.update(delta.answered)
        self.fixed.update(delta.fixed)


def add_deltas(tallies: dict[Key, TallyTotals], deltas: Iterable[CounterDelta]) -> None:
    """Add to each tally what counts for it."""
    for delta in deltas:
        for period, first_day in delta.periods:
            tallies.setdefault((period, first_day, delta.officer, delta.unit), TallyTotals()).add(delta)


def minutes(duration: timedelta) -> int:
    """Return a duration in whole minutes, of which two digits are kept: 99 is 99, 101 is 100, 1,250 is 1,300."""
    whole = max(duration // MINUTE, 0)
    scale = int(10 ** max(len(str(whole)) - 2, 0))
    return (whole + scale // 2) // scale * scale


def median(values: Sequence[int], counts: Iterable[int]) -> float | None:
    """Return the median of ascending values that occur so often: the mean of the two in the middle; None of none."""
    passed = list(accumulate(counts))
    if not passed:
        return None
    low, high = (values[bisect_right(passed, place)] for place in ((passed[-1] - 1) // 2, passed[-1] // 2))
    return (low + high) / 2


def report_deltas(
    at: datetime, before: ReportSnapshot | None, after: ReportSnapshot, officer: int | None, facts: Mapping[str, Any]
) -> list[CounterDelta]:
    """Return what an event of a report counts for, by its state before and after.

    `facts`: `held`, the seconds for which the unit that fixes it has had it; `closed_by`, the account whose closing is
    opened again.
    """
    day = jakarta_day(at)
    found = [CounterDelta(unit=after.handler, day=day, made=day, counters=_state(after))]
    if before is None or before.handler != after.handler:
        found.append(CounterDelta(unit=after.handler, day=day, made=day, counters=Counters(received=1)))
    if before is None:
        return merge_deltas(found)
    found.append(CounterDelta(unit=before.handler, day=day, made=day, counters=-_state(before)))
    reopened = before.processed_at is not None and after.processed_at is None
    answered, fixed = _answered(before, after), _fixed(at, before, after, facts)
    worth = Counters(responded=len(answered), processed=len(fixed), reopened=int(reopened))
    done = CounterDelta(unit=before.handler, day=day, made=day, counters=worth, answered=answered, fixed=fixed)
    doer = facts.get("closed_by") if reopened else officer
    return merge_deltas([*found, *(replace(done, officer=each) for each in {UNIT, doer or UNIT})])


def _answered(before: ReportSnapshot, after: ReportSnapshot) -> tuple[int, ...]:
    if before.responded_at is not None or after.responded_at is None:
        return ()
    return (minutes(after.responded_at - before.submitted_at),)


def _fixed(at: datetime, before: ReportSnapshot, after: ReportSnapshot, facts: Mapping[str, Any]) -> tuple[int, ...]:
    """Return for how long the unit had it; before units had clocks, the first had a report from its submission on."""
    if before.resolution is not None or after.resolution is not Resolution.FIXED:
        return ()
    return (minutes(timedelta(seconds=facts["held"]) if "held" in facts else at - before.submitted_at),)


def _state(snapshot: ReportSnapshot) -> Counters:
    return Counters(open=int(snapshot.is_open), overdue=int(snapshot.is_late))


def merge_deltas(deltas: Iterable[CounterDelta]) -> list[CounterDelta]:
    """Add up what counts for the same; what comes to nothing is left out."""
    found: dict[tuple[str, int, date, date], CounterDelta] = {}
    for delta in deltas:
        key = (delta.unit, delta.officer, delta.day, delta.made)
        known = found.get(key)
        found[key] = (
            delta
            if known is None
            else replace(
                known,
                counters=known.counters + delta.counters,
                answered=known.answered + delta.answered,
                fixed=known.fixed + delta.fixed,
            )
        )
    return [delta for delta in found.values() if delta.counters != ZERO]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointEvent:
    """An entry of a unit's points, as far as it decides something. `reverses`: the position of what it takes back."""

    position: int
    unit: str
    officer: int | None
    rule: Rule
    points: int
    day: date
    reverses: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingEvent:
    """The stars for a closing by `officer` for `unit`."""

    position: int
    unit: str
    officer: int | None
    stars: int
    day: date


class OutcomeKind(StrEnum):
    """A share of responsiveness that reports are counted in."""

    RESPONSES = "RESPONSES"
    PROCESSINGS = "PROCESSINGS"
    RATINGS = "RATINGS"


class Outcome(NamedTuple):
    """What a report counts for, from that day on. `by_clock`: a target passed, which no later act makes good."""

    day: date
    counters: Counters
    by_clock: bool = False


ON_TIME = {
    OutcomeKind.RESPONSES: Counters(responses_decided=1, responses_on_time=1),
    OutcomeKind.PROCESSINGS: Counters(processings_decided=1, processings_on_time=1),
}
LATE = {OutcomeKind.RESPONSES: Counters(responses_decided=1), OutcomeKind.PROCESSINGS: Counters(processings_decided=1)}
DECIDING = {
    Rule.RESPONDED_PROMPTLY: (OutcomeKind.RESPONSES, ON_TIME),
    Rule.RESPONDED: (OutcomeKind.RESPONSES, ON_TIME),
    Rule.RESPONDED_LATE: (OutcomeKind.RESPONSES, LATE),
    Rule.RESPONSE_OVERDUE: (OutcomeKind.RESPONSES, LATE),
    Rule.PROCESSED_PROMPTLY: (OutcomeKind.PROCESSINGS, ON_TIME),
    Rule.PROCESSED: (OutcomeKind.PROCESSINGS, ON_TIME),
    Rule.PROCESSED_LATE: (OutcomeKind.PROCESSINGS, LATE),
    Rule.PROCESSING_OVERDUE: (OutcomeKind.PROCESSINGS, LATE),
}
BY_CLOCK = frozenset({Rule.RESPONSE_OVERDUE, Rule.PROCESSING_OVERDUE})
RATING = frozenset({Rule.RATED_WELL, Rule.RATED_POORLY})

Outcomes = dict[tuple[str, int, OutcomeKind], Outcome]


class ReportHistory:
    """The entries of one report and its ratings, in the order of the log, and what they decide together."""

    def __init__(self, past: Iterable[PointEvent | RatingEvent] = ()) -> None:
        self._items: list[PointEvent | RatingEvent] = []
        for item in past:
            insort(self._items, item, key=attrgetter("position"))
        self._decided = decide(self._items)

    def add(self, item: PointEvent | RatingEvent) -> list[CounterDelta]:
        """Take in what comes next, and return what it counts for."""
        self._items.append(item)
        before, self._decided = self._decided, decide(self._items)
        found = []
        if isinstance(item, PointEvent):
            for officer in {UNIT, item.officer or UNIT}:
                worth = Counters(item.points, 1)
                found.append(CounterDelta(unit=item.unit, officer=officer, day=item.day, made=item.day, counters=worth))
        for key in sorted(before.keys() | self._decided.keys()):
            old, new = before.get(key), self._decided.get(key)
            if old != new:
                unit, officer, _ = key
                changes = [(-old.counters, old.day)] if old else []
                changes += [(new.counters, new.day)] if new else []
                found += [  # of two hosts the later may have a slow clock: what is taken back was there before
                    CounterDelta(unit=unit, officer=officer, day=day, made=max(item.day, day), counters=change)
                    for change, day in changes
                ]
        return merge_deltas(found)


def decide(items: Iterable[PointEvent | RatingEvent]) -> Outcomes:
    """Return what a report counts for, by unit, officer and share: of what stands, the last; a passed target for good.

    No clock runs for an officer, so an officer's late answer counts as late, and for the unit the target that passed.
    """
    items = list(items)
    taken_back = {item.reverses for item in items if isinstance(item, PointEvent)}
    decided: Outcomes = {}
    for item in items:
        if isinstance(item, RatingEvent) or item.position in taken_back or item.rule not in DECIDING:
            continue
        share, worth = DECIDING[item.rule]
        for officer in {UNIT, item.officer or UNIT}:
            key = (item.unit, officer, share)
            if item.rule in BY_CLOCK or key not in decided or not decided[key].by_clock:
                decided[key] = Outcome(item.day, worth[share], item.rule in BY_CLOCK)
    scoring = {item.unit for item in items if isinstance(item, PointEvent)}
    for rated in _standing(items, taken_back):
        for officer in {UNIT, rated.officer or UNIT} if rated.unit in scoring else ():
            stars = Counters(ratings=1, stars=rated.stars)
            decided[rated.unit, officer, OutcomeKind.RATINGS] = Outcome(rated.day, stars)
    return decided


def _standing(items: Iterable[PointEvent | RatingEvent], taken_back: set[int | None]) -> list[RatingEvent]:
    """Return the ratings whose entry, which follows them, has not been taken back; three stars have none."""
    standing: list[RatingEvent] = []
    for item in items:
        if isinstance(item, RatingEvent):
            standing.append(item)
        elif item.rule in RATING and item.position in taken_back and standing:
            standing.pop()
    return standing
