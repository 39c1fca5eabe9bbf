"""Reconciliation of the score with the log: the entries that events require, and their rules and points."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from rules.criteria import ReportSnapshot
from rules.geography import metres_between
from rules.periods import jakarta_day
from rules.scoring.counters import COUNTER_NAMES, ZERO, Counters, TallyKey, TallyTotals
from rules.scoring.points import (
    CITIZEN_POINTS,
    FIXES,
    PLACE_METRES,
    UNIT_POINTS,
    Rule,
    processing_rule,
    rating_rule,
    response_rule,
)
from rules.service_time import Calendar
from rules.sla import SlaTerms
from rules.workflow import Resolution

RESPONDED = frozenset({Rule.RESPONDED_PROMPTLY, Rule.RESPONDED, Rule.RESPONDED_LATE})
REVERSING = frozenset({Rule.REVERSAL, Rule.WAIVED})
WEIGHTS = (1, 2, 3)
"""The possible weights of a category."""

SECOND, INSTANT = timedelta(seconds=1), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """A point entry, read from an event of the log or from a row of the ledger."""

    unit: str
    report_id: int | None
    account_id: int | None
    rule: Rule
    points: int
    at: datetime
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedEntry:
    """An entry of `unit` that a report event requires, by one of `rules`, in the same transaction and at its time.

    `after`: the report after the event.
    """

    position: int
    report_id: int | None
    unit: str
    rules: frozenset[Rule]
    at: datetime
    after: ReportSnapshot | None = None

    def is_met_by(self, line: LedgerLine) -> bool:
        """Return whether the line is that entry."""
        same = (line.report_id, line.unit, line.at) == (self.report_id, self.unit, self.at)
        return same and line.rule in self.rules


def diff_lines(stored: LedgerLine, logged: LedgerLine) -> list[str]:
    """Return each difference of the ledger's row from the log's event: "points is 3, should be 4"."""
    return [
        f"{field.name} is {is_now}, should be {should_be}"
        for field in fields(LedgerLine)
        if (is_now := getattr(stored, field.name)) != (should_be := getattr(logged, field.name))
    ]


Difference = tuple[TallyTotals | None, TallyTotals | None]
"""The stored and the correct totals; None for a tally that does not exist."""


def diff_tallies(
    stored: Mapping[TallyKey, TallyTotals], due: Mapping[TallyKey, TallyTotals]
) -> dict[TallyKey, Difference]:
    """Return the stored and the correct totals wherever the two differ, in the order of the keys.

    A missing tally equals one whose counters are all zero.
    """
    zero = TallyTotals()
    differing = (key for key in stored.keys() | due.keys() if stored.get(key, zero) != due.get(key, zero))
    return {key: (stored.get(key), due.get(key)) for key in sorted(differing, key=lambda key: key.sort_key)}


def diff_counters(shown: Mapping[str, Counters], due: Mapping[str, Counters]) -> dict[str, Difference]:
    """Return the shown and the correct totals of a board wherever the two differ, in the order of the subjects."""
    differing = sorted(code for code in shown.keys() | due.keys() if shown.get(code, ZERO) != due.get(code, ZERO))
    return {code: (TallyTotals(shown.get(code, ZERO)), TallyTotals(due.get(code, ZERO))) for code in differing}


def format_difference(difference: Difference) -> str:
    """Return the difference in words: "points is 3, should be 4"."""
    stored, due = (totals or TallyTotals() for totals in difference)
    words = [
        f"{name} is {is_now}, should be {should_be}"
        for name in COUNTER_NAMES
        if (is_now := getattr(stored.counters, name)) != (should_be := getattr(due.counters, name))
    ]
    for name, is_now, should_be in (
        ("response_minutes", stored.response_minutes, due.response_minutes),
        ("processing_minutes", stored.processing_minutes, due.processing_minutes),
    ):
        if is_now != should_be:
            words.append(f"{name} is {dict(is_now - should_be)}, should be {dict(should_be - is_now)}")
    return ", ".join(words)


def rules_for_answer(
    submitted_at: datetime, at: datetime, terms: SlaTerms | None, calendar: Calendar
) -> frozenset[Rule]:
    """Return the possible rules of an answer given at `at`. `terms`: None in old events, which do not say."""
    if terms is None:
        return RESPONDED
    elapsed = terms.response_clock(calendar).between(submitted_at, at)
    return frozenset({response_rule(elapsed, terms.response_target)})


def rules_for_fix(held: int | None, terms: SlaTerms | None) -> frozenset[Rule]:
    """Return the possible rules of a closing as FIXED: several when the fraction of a second decides.

    `held`: the whole seconds of service time that judge the fix. Old events do not say it, nor `terms`.
    """
    if held is None or terms is None:
        return FIXES
    least = held * SECOND
    return frozenset(processing_rule(each, terms.processing_target) for each in (least, least + SECOND - INSTANT))


def expected_entries(
    kind: str,
    before: ReportSnapshot,
    after: ReportSnapshot,
    stars: int | None,
    answering: frozenset[Rule],
    fixing: frozenset[Rule],
) -> list[frozenset[Rule]]:
    """Return the entries that an event brings the unit in charge before it, each as a set of possible rules.

    `answering`, `fixing`: the possible rules of an answer, and of a closing as FIXED. External handlers earn and lose
    nothing.
    """
    if before.external:
        return []
    rules: list[frozenset[Rule]] = []
    if kind in (Rule.RESPONSE_OVERDUE, Rule.PROCESSING_OVERDUE):
        rules.append(frozenset({Rule(kind)}))
    if before.responded_at is None and after.responded_at is not None and after.handler == before.handler:
        rules.append(answering)
    if before.resolution is None and after.resolution is Resolution.FIXED:
        rules.append(fixing)
    if kind == "REOPENED":
        rules.append(frozenset({Rule.REOPENED}))
    rated = None if stars is None else rating_rule(stars)
    return [*rules, frozenset({rated})] if rated is not None else rules


class StandingFixes:
    """The gains of fixes that stand, by unit, day and category, in a pass over the log."""

    def __init__(self) -> None:
        self._fixes: dict[tuple[str, date, str], dict[int, tuple[float, float]]] = {}
        self._taken_back: set[int] = set()

    def is_taken(self, unit: str, at: datetime, report: ReportSnapshot) -> bool:
        """Return whether a fix of the unit on that day, of the same category and place, has a gain that stands."""
        fixes = self._fixes.get((unit, jakarta_day(at), report.category), {})
        return any(
            position not in self._taken_back
            and metres_between(report.latitude, report.longitude, *place) <= PLACE_METRES
            for position, place in fixes.items()
        )

    def add(self, position: int, unit: str, at: datetime, report: ReportSnapshot) -> None:
        """Add the gain of a fix, which is the entry at `position`."""
        fixes = self._fixes.setdefault((unit, jakarta_day(at), report.category), {})
        fixes[position] = report.latitude, report.longitude

    def take_back(self, position: int | None) -> None:
        """Note that an entry was reversed; None is an unknown one."""
        if position is not None:
            self._taken_back.add(position)

    def forget_before(self, day: date) -> None:
        """Forget the fixes of days before `day`, which are closed."""
        self._fixes = {key: fixes for key, fixes in self._fixes.items() if key[1] >= day}


def citizen_rules(before: ReportSnapshot, after: ReportSnapshot) -> list[Rule]:
    """Return the rules by which an event may bring the reporter an entry."""
    answered = before.responded_at is None and after.responded_at is not None
    closings = {Resolution.FIXED: Rule.CITIZEN_FIXED, Resolution.INVALID: Rule.CITIZEN_INVALID}
    closed = closings.get(after.resolution) if after.resolution and before.resolution is None else None
    return [Rule.CITIZEN_ANSWERED] * answered + ([closed] if closed else [])


def new_moments(before: ReportSnapshot | None, after: ReportSnapshot) -> set[datetime]:
    """Return the times that an event has set in its report. Each must be the event's own time."""
    if before is None:
        return set() if after.imported else {after.submitted_at}
    pairs = ((before.responded_at, after.responded_at), (before.processed_at, after.processed_at))
    return {new for old, new in pairs if old is None and new is not None}


def possible_points(rule: Rule, weight: int | None) -> tuple[int, ...]:
    """Return the possible points of a unit's entry by `rule`. `weight` is None when it is unknown."""
    return tuple(UNIT_POINTS[rule] * each for each in (WEIGHTS if weight is None else (weight,)))


def is_for_unit(rule: Rule) -> bool:
    """Return whether a rule is about an act of a unit: not a reversal, and not a citizen's rule."""
    return rule not in REVERSING and rule not in CITIZEN_POINTS
