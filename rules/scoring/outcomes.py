"""Outcomes of a report: the counts that its point entries and ratings decide (domain.md, "Boards")."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from rules.scoring.counters import CounterDelta, Counters, credited, merge_deltas
from rules.scoring.points import RATINGS, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class PointEvent:
    """A point entry of a unit, as far as it decides an outcome.

    `key` identifies the entry within its history: the log position of a stored entry, or any other unique value for
    an entry that has no position yet. `reverses`: the key of the entry that this one takes back.
    """

    key: Hashable
    unit: str
    officer: int | None
    rule: Rule
    points: int
    day: date
    reverses: Hashable | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingEvent:
    """The stars that a reporter gave for a closing by `officer` for `unit`."""

    unit: str
    officer: int | None
    stars: int
    day: date


class OutcomeKind(StrEnum):
    """A ratio of responsiveness that a report counts in."""

    RESPONSES = "RESPONSES"
    PROCESSINGS = "PROCESSINGS"
    RATINGS = "RATINGS"


class OutcomeKey(NamedTuple):
    """The unit or officer, and the kind, of an outcome. `officer` is None for the unit as a whole."""

    unit: str
    officer: int | None
    kind: OutcomeKind

    @property
    def sort_key(self) -> tuple[str, int, OutcomeKind]:
        """The key in the order of the counts of an event: the unit comes before its officers."""
        return self.unit, -1 if self.officer is None else self.officer, self.kind


class Outcome(NamedTuple):
    """The counters that a report adds from `day` on.

    `is_final`: a missed deadline, or a closing that was reopened, which no later act makes good.
    """

    day: date
    counters: Counters
    is_final: bool = False


Outcomes: TypeAlias = dict[OutcomeKey, Outcome]

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
    Rule.REOPENED: (OutcomeKind.PROCESSINGS, LATE),
}
FINAL = frozenset({Rule.RESPONSE_OVERDUE, Rule.PROCESSING_OVERDUE, Rule.REOPENED})


class ReportHistory:
    """The point entries and ratings of one report, and the outcomes they decide together.

    The past is given in the order of the log.
    """

    def __init__(self, past: Iterable[PointEvent | RatingEvent] = ()) -> None:
        self._events = list(past)
        self._outcomes = decide(self._events)

    def add(self, event: PointEvent | RatingEvent) -> list[CounterDelta]:
        """Append the next event and return its deltas."""
        self._events.append(event)
        before, self._outcomes = self._outcomes, decide(self._events)
        deltas = []
        if isinstance(event, PointEvent):
            waived = event.points if event.rule is Rule.WAIVED else 0
            counters = Counters(points=event.points, entries=1, waived_points=waived)
            deltas = [
                CounterDelta(unit=event.unit, officer=officer, day=event.day, made=event.day, counters=counters)
                for officer in credited(event.officer)
            ]
        for key in sorted(before.keys() | self._outcomes.keys(), key=lambda key: key.sort_key):
            old, new = before.get(key), self._outcomes.get(key)
            if old == new:
                continue
            changes = [(-old.counters, old.day)] if old else []
            changes += [(new.counters, new.day)] if new else []
            deltas += [  # clocks of two hosts may differ: a decision is never taken back before the day it was made
                CounterDelta(unit=key.unit, officer=key.officer, day=day, made=max(event.day, day), counters=change)
                for change, day in changes
            ]
        return merge_deltas(deltas)


def decide(events: Iterable[PointEvent | RatingEvent]) -> Outcomes:
    """Return the outcomes of a report, by unit, officer and kind.

    The last entry that was not reversed wins, except that a missed deadline and a reopened closing are final. Officers
    have no deadlines: a late answer counts as late for the officer, and as a missed deadline for the unit. Of several
    ratings of a unit the last one counts.
    """
    events = list(events)
    reversed_keys = {event.reverses for event in events if isinstance(event, PointEvent)}
    outcomes: Outcomes = {}
    for event in events:
        if isinstance(event, RatingEvent) or event.key in reversed_keys or event.rule not in DECIDING:
            continue
        kind, counters = DECIDING[event.rule]
        for officer in credited(event.officer):
            key = OutcomeKey(event.unit, officer, kind)
            if event.rule in FINAL or key not in outcomes or not outcomes[key].is_final:
                outcomes[key] = Outcome(event.day, counters[kind], event.rule in FINAL)
    scoring = {event.unit for event in events if isinstance(event, PointEvent)}
    last = {rating.unit: rating for rating in _standing_ratings(events, reversed_keys) if rating.unit in scoring}
    for rating in last.values():
        for officer in credited(rating.officer):
            key = OutcomeKey(rating.unit, officer, OutcomeKind.RATINGS)
            outcomes[key] = Outcome(rating.day, Counters(ratings=1, stars=rating.stars))
    return outcomes


def _standing_ratings(
    events: Iterable[PointEvent | RatingEvent], reversed_keys: set[Hashable | None]
) -> list[RatingEvent]:
    """Return the ratings whose entry was not reversed. The entry follows its rating; three stars have no entry."""
    standing: list[RatingEvent] = []
    for event in events:
        if isinstance(event, RatingEvent):
            standing.append(event)
        elif event.rule in RATINGS and event.key in reversed_keys and standing:
            standing.pop()
    return standing
