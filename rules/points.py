"""Points, rules v1: what a unit earns by an act (domain.md, "Points").

Each function returns the rule that applies; `points` says what it is worth. Every entry names RULE_VERSION, and a
later version never rewrites an earlier entry. Here are the entries that the acts of officers bring.
"""

from datetime import timedelta
from enum import StrEnum

RULE_VERSION = 1


class Rule(StrEnum):
    """Why an entry stands in the ledger."""

    RESPONDED_PROMPTLY = "RESPONDED_PROMPTLY"
    RESPONDED = "RESPONDED"
    RESPONDED_LATE = "RESPONDED_LATE"
    PROCESSED_PROMPTLY = "PROCESSED_PROMPTLY"
    PROCESSED = "PROCESSED"
    PROCESSED_LATE = "PROCESSED_LATE"
    REVERSAL = "REVERSAL"


WORTH: dict[Rule, int] = {
    Rule.RESPONDED_PROMPTLY: 6,
    Rule.RESPONDED: 4,
    Rule.RESPONDED_LATE: 1,
    Rule.PROCESSED_PROMPTLY: 10,
    Rule.PROCESSED: 8,
    Rule.PROCESSED_LATE: 2,
}
"""Points for a category of weight 1."""


def points(rule: Rule, weight: int) -> int:
    """Return what `rule` is worth for a category of `weight` (1 to 3). A REVERSAL is worth minus what it reverses."""
    return WORTH[rule] * weight


def response_rule(elapsed: timedelta, target: timedelta) -> Rule:
    """Judge the first official act, `elapsed` after the submission."""
    if elapsed <= target / 4:
        return Rule.RESPONDED_PROMPTLY
    return Rule.RESPONDED if elapsed <= target else Rule.RESPONDED_LATE


def processing_rule(held: timedelta, target: timedelta) -> Rule:
    """Judge a closing as FIXED; `held` is the unit's own clock: how long it has had the report in all."""
    if held <= target / 2:
        return Rule.PROCESSED_PROMPTLY
    return Rule.PROCESSED if held <= target else Rule.PROCESSED_LATE
