"""Points of units and citizens, rules version 1 (domain.md, "Points").

This module chooses rules and computes points; `actions` writes the entries. Every entry names RULE_VERSION, and a later
version never rewrites an earlier entry.
"""

from datetime import timedelta
from enum import StrEnum

from rules.access import Person, Role, covers
from rules.languages import Locale, Text
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

RULE_VERSION = 1


class Rule(StrEnum):
    """The reason of a ledger entry."""

    RESPONDED_PROMPTLY = "RESPONDED_PROMPTLY"
    RESPONDED = "RESPONDED"
    RESPONDED_LATE = "RESPONDED_LATE"
    RESPONSE_OVERDUE = "RESPONSE_OVERDUE"
    PROCESSED_PROMPTLY = "PROCESSED_PROMPTLY"
    PROCESSED = "PROCESSED"
    PROCESSED_LATE = "PROCESSED_LATE"
    PROCESSING_OVERDUE = "PROCESSING_OVERDUE"
    RATED_WELL = "RATED_WELL"
    RATED_POORLY = "RATED_POORLY"
    REOPENED = "REOPENED"
    REVERSAL = "REVERSAL"
    WAIVED = "WAIVED"
    CITIZEN_ANSWERED = "CITIZEN_ANSWERED"
    CITIZEN_FIXED = "CITIZEN_FIXED"
    CITIZEN_INVALID = "CITIZEN_INVALID"


UNIT_POINTS: dict[Rule, int] = {
    Rule.RESPONDED_PROMPTLY: 6,
    Rule.RESPONDED: 4,
    Rule.RESPONDED_LATE: 1,
    Rule.RESPONSE_OVERDUE: -3,
    Rule.PROCESSED_PROMPTLY: 10,
    Rule.PROCESSED: 8,
    Rule.PROCESSED_LATE: 2,
    Rule.PROCESSING_OVERDUE: -8,
    Rule.RATED_WELL: 2,
    Rule.RATED_POORLY: -4,
    Rule.REOPENED: -2,
}
"""Points of a unit in a category of weight 1. REVERSAL and WAIVED are worth minus the entry they take back."""

CITIZEN_POINTS: dict[Rule, int] = {
    Rule.CITIZEN_ANSWERED: 1,
    Rule.CITIZEN_FIXED: 3,
    Rule.CITIZEN_INVALID: -2,
}
"""Points of the reporter, the same in every category."""

CLOSING_GAINS = frozenset(
    {Rule.PROCESSED_PROMPTLY, Rule.PROCESSED, Rule.PROCESSED_LATE, Rule.RATED_WELL, Rule.CITIZEN_FIXED}
)
"""Gains of a closing as FIXED that its reopening takes back. Penalties stay."""

FIXES = frozenset({Rule.PROCESSED_PROMPTLY, Rule.PROCESSED, Rule.PROCESSED_LATE})
"""The rules of a closing as FIXED."""

OVERDUE = frozenset({Rule.RESPONSE_OVERDUE, Rule.PROCESSING_OVERDUE})
"""The rules of missed deadlines. They are reversed for a DUPLICATE whose original is FIXED."""

PLACE_METRES = 50
"""The first fix of a unit and day gains, of several reports of one category that are so near to each other."""

RATINGS = frozenset({Rule.RATED_WELL, Rule.RATED_POORLY})
"""The rules of stars. New stars reverse those for earlier closings of the report by the same unit."""

CITIZEN_CAP = 10
"""The maximum number of points that a citizen gains on one Jakarta day."""

REPORTS_A_DAY = 3
"""The number of reports of one citizen and Jakarta day that score: the first. Anonymous ones count apart."""

STARS = (1, 5)
"""The minimum and the maximum of a rating."""

REASONS: dict[Rule, Text] = {
    Rule.RESPONDED_PROMPTLY: Text(
        "Dijawab dalam seperempat dari waktu yang dijanjikan.", "Answered within a quarter of the promised time."
    ),
    Rule.RESPONDED: Text("Dijawab dalam waktu yang dijanjikan.", "Answered within the promised time."),
    Rule.RESPONDED_LATE: Text("Dijawab setelah lewat waktu yang dijanjikan.", "Answered after the promised time."),
    Rule.RESPONSE_OVERDUE: Text(
        "Belum dijawab sampai waktu yang dijanjikan habis.", "Not answered within the promised time."
    ),
    Rule.PROCESSED_PROMPTLY: Text(
        "Selesai ditangani dalam separuh waktu yang tersedia bagi unit ini.",
        "Fixed within half of the time that this unit had.",
    ),
    Rule.PROCESSED: Text(
        "Selesai ditangani dalam waktu yang tersedia bagi unit ini.", "Fixed within the time that this unit had."
    ),
    Rule.PROCESSED_LATE: Text(
        "Selesai ditangani setelah lewat waktu yang tersedia bagi unit ini.", "Fixed after the time that this unit had."
    ),
    Rule.PROCESSING_OVERDUE: Text(
        "Belum selesai ditangani sampai waktu yang tersedia bagi unit ini habis.",
        "Not fixed within the time that this unit had.",
    ),
    Rule.RATED_WELL: Text("Pelapor memberi 4 atau 5 bintang.", "The reporter gave 4 or 5 stars."),
    Rule.RATED_POORLY: Text("Pelapor memberi 1 atau 2 bintang.", "The reporter gave 1 or 2 stars."),
    Rule.REOPENED: Text(
        "Laporan yang ditutup unit ini dibuka kembali.", "A report that this unit had closed was reopened."
    ),
    Rule.REVERSAL: Text(
        "Poin yang pernah dicatat dibatalkan karena dasarnya tidak berlaku lagi.",
        "Earlier points are reversed because the reason for them no longer applies.",
    ),
    Rule.WAIVED: Text(
        "Ruang kendali membatalkan satu catatan poin, dengan alasan.",
        "The control room reversed a point entry and gave the reason.",
    ),
    Rule.CITIZEN_ANSWERED: Text("Laporan ini mendapat jawaban pertama.", "The report received its first answer."),
    Rule.CITIZEN_FIXED: Text("Masalah yang dilaporkan selesai ditangani.", "The reported problem was fixed."),
    Rule.CITIZEN_INVALID: Text(
        "Laporan ini ditutup karena tidak valid.", "The report was closed because it was invalid."
    ),
}
"""The reason that people read for an entry of each rule."""


def points_for(rule: Rule, weight: int) -> int:
    """Return the points of a unit for `rule` in a category of `weight` (1 to 3)."""
    return UNIT_POINTS[rule] * weight


def citizen_points(rule: Rule, gained: int) -> int:
    """Return the points of a reporter for `rule`; for 0 no entry is made.

    `gained`: the sum of the reporter's gains on that Jakarta day. It includes gains taken back since, so that nobody
    opens and closes reports for points.
    """
    worth = CITIZEN_POINTS[rule]
    return min(worth, max(CITIZEN_CAP - gained, 0))


def units_of_reporter(person: Person, *, anonymous: bool) -> str | None:
    """Return the units for which a reporter acts, by comma: their named reports do not score for these.

    None for an anonymous report, which must not show that a colleague wrote it.
    """
    units = {grant.unit or grant.role.value for grant in person.grants if grant.role is not Role.CITIZEN}
    return ",".join(sorted(units)) if units and not anonymous else None


def scores_for(unit: str, *, is_among_first: bool, own_units: str | None) -> bool:
    """Return whether a report may earn or cost `unit` points.

    `is_among_first`: it is one of the first REPORTS_A_DAY of its reporter and day. `own_units`: those of the reporter.
    """
    own = own_units.split(",") if own_units else ()
    return is_among_first and Role.ADMIN not in own and not any(covers(each, unit) for each in own)


def reason(rule: Rule, locale: Locale) -> str:
    """Return the reason for an entry of `rule` in `locale`."""
    return REASONS[rule].in_locale(locale)


def response_rule(elapsed: timedelta, target: timedelta) -> Rule:
    """Return the rule of the first official act, `elapsed` after the submission."""
    if elapsed <= target / 4:
        return Rule.RESPONDED_PROMPTLY
    return Rule.RESPONDED if elapsed <= target else Rule.RESPONDED_LATE


def processing_rule(held: timedelta, target: timedelta) -> Rule:
    """Return the rule of a closing as FIXED. `held`: the time for which the unit had the report, in all its openings.

    A closing that is reopened buys no time: the time before the reopening counts too, although the unit's deadline
    starts again with each opening (docs/adr/0014-what-a-fix-is-judged-by.md).
    """
    if held <= target / 2:
        return Rule.PROCESSED_PROMPTLY
    return Rule.PROCESSED if held <= target else Rule.PROCESSED_LATE


def rating_rule(stars: int) -> Rule | None:
    """Return the rule of a rating; three stars have none. Raises Refusal INVALID outside 1 to 5 stars."""
    low, high = STARS
    if not low <= stars <= high:
        raise Refusal(ErrorCode.INVALID, Message.STARS_INVALID, "stars", low=low, high=high)
    if stars == 3:
        return None
    return Rule.RATED_WELL if stars > 3 else Rule.RATED_POORLY
