"""What the log has to say twice: which acts bring an entry of points, by which rule, and what it is worth."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from rules.criteria import ReportSnapshot
from rules.scoring.counters import COUNTER_NAMES, ZERO, Counters, TallyKey, TallyTotals
from rules.scoring.points import CITIZEN_POINTS, UNIT_POINTS, Rule, processing_rule, rating_rule, response_rule
from rules.workflow import Resolution

PROCESSED = frozenset({Rule.PROCESSED_PROMPTLY, Rule.PROCESSED, Rule.PROCESSED_LATE})
REVERSING = frozenset({Rule.REVERSAL, Rule.WAIVED})
WEIGHTS = (1, 2, 3)
"""What a category's weight can be."""

SECOND, INSTANT = timedelta(seconds=1), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One entry of points, as an event of the log tells it or as a row of the ledger keeps it."""

    unit: str
    report_id: int | None
    account_id: int | None
    rule: Rule
    points: int
    at: datetime
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedEntry:
    """What an event of a report asks for: an entry of `unit` in the same change, by one of `rules`, dated like it."""

    position: int
    report_id: int | None
    unit: str
    rules: frozenset[Rule]
    at: datetime

    def is_met_by(self, line: LedgerLine) -> bool:
        """Whether the line is that entry."""
        same = (line.report_id, line.unit, line.at) == (self.report_id, self.unit, self.at)
        return same and line.rule in self.rules


def diff_lines(kept: LedgerLine, told: LedgerLine) -> list[str]:
    """Say of each part in which the ledger's row differs from the log's event what it is and what it should be."""
    return [
        f"{field.name} is {is_now}, should be {due}"
        for field in fields(LedgerLine)
        if (is_now := getattr(kept, field.name)) != (due := getattr(told, field.name))
    ]


Difference = tuple[TallyTotals | None, TallyTotals | None]
"""What is, and what should be; None: there is none."""


def diff_tallies(kept: Mapping[TallyKey, TallyTotals], due: Mapping[TallyKey, TallyTotals]) -> dict[TallyKey, Difference]:
    """Return, in order, what is and what should be where the two differ. A tally of nothing is as good as none."""
    keys = sorted(
        key for key in kept.keys() | due.keys() if kept.get(key, TallyTotals()) != due.get(key, TallyTotals())
    )
    return {key: (kept.get(key), due.get(key)) for key in keys}


def diff_counters(kept: Mapping[str, Counters], due: Mapping[str, Counters]) -> dict[str, Difference]:
    """Return likewise where the sums of two boards differ."""
    keys = sorted(code for code in kept.keys() | due.keys() if kept.get(code, ZERO) != due.get(code, ZERO))
    return {code: (TallyTotals(kept.get(code, ZERO)), TallyTotals(due.get(code, ZERO))) for code in keys}


def format_difference(difference: Difference) -> str:
    """Say what differs: "points is 3, should be 4"."""
    found, due = (one or TallyTotals() for one in difference)
    told = [
        f"{name} is {was}, should be {wanted}"
        for name, was, wanted in zip(COUNTER_NAMES, found.counters.as_tuple, due.counters.as_tuple, strict=True)
        if was != wanted
    ]
    for name, were, should in (("answered", found.answered, due.answered), ("fixed", found.fixed, due.fixed)):
        if were != should:
            told.append(f"{name} in so many minutes is {dict(were - should)}, should be {dict(should - were)}")
    return ", ".join(told)


def rules_for_fix(held: int | None, target: timedelta) -> frozenset[Rule]:
    """Return the rules that a closing as FIXED may be judged by: several where the second cut off decides.

    `held`: whole seconds for which the unit had had the report; None: from before events told it.
    """
    if held is None:
        return PROCESSED
    least = held * SECOND
    return frozenset(processing_rule(each, target) for each in (least, least + SECOND - INSTANT))


def expected_entries(
    kind: str, at: datetime, before: ReportSnapshot, after: ReportSnapshot, stars: int | None, fixing: frozenset[Rule]
) -> list[frozenset[Rule]]:
    """Return for each entry that an event brings the unit in charge before it, the rules it may be by.

    `fixing`: those of a closing as FIXED. External handlers earn and lose nothing.
    """
    if before.external:
        return []
    rules: list[frozenset[Rule]] = []
    if kind in (Rule.RESPONSE_OVERDUE, Rule.PROCESSING_OVERDUE):
        rules.append(frozenset({Rule(kind)}))
    if before.responded_at is None and after.responded_at is not None:
        target = before.response_due_at - before.submitted_at
        rules.append(frozenset({response_rule(at - before.submitted_at, target)}))
    if before.resolution is None and after.resolution is Resolution.FIXED:
        rules.append(fixing)
    if kind == "REOPENED":
        rules.append(frozenset({Rule.REOPENED}))
    rated = None if stars is None else rating_rule(stars)
    return [*rules, frozenset({rated})] if rated is not None else rules


def citizen_rules(before: ReportSnapshot, after: ReportSnapshot) -> list[Rule]:
    """Return the rules by which an event may bring its reporter an entry."""
    answered = before.responded_at is None and after.responded_at is not None
    closings = {Resolution.FIXED: Rule.CITIZEN_FIXED, Resolution.INVALID: Rule.CITIZEN_INVALID}
    closed = closings.get(after.resolution) if after.resolution and before.resolution is None else None
    return [Rule.CITIZEN_ANSWERED] * answered + ([closed] if closed else [])


def new_moments(before: ReportSnapshot | None, after: ReportSnapshot) -> set[datetime]:
    """Return the moments that an event has put into its report: each is its own."""
    if before is None:
        return {after.submitted_at}
    pairs = ((before.responded_at, after.responded_at), (before.processed_at, after.processed_at))
    return {new for old, new in pairs if old is None and new is not None}


def possible_points(rule: Rule, weight: int | None) -> tuple[int, ...]:
    """Return what an entry of a unit may be worth by `rule`; `weight` None: it is not known."""
    return tuple(UNIT_POINTS[rule] * each for each in (WEIGHTS if weight is None else (weight,)))


def is_for_unit(rule: Rule) -> bool:
    """Whether a rule judges an act, for a unit: neither a reversal nor a citizen's."""
    return rule not in REVERSING and rule not in CITIZEN_POINTS
