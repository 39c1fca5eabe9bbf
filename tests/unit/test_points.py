import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.access import Person, Role, RoleGrant
from rules.languages import Locale
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.scoring.points import (
    CITIZEN_CAP,
    CITIZEN_POINTS,
    CLOSING_GAINS,
    REASONS,
    RULE_VERSION,
    UNIT_POINTS,
    Rule,
    citizen_points,
    points_for,
    processing_rule,
    rating_rule,
    reason,
    response_rule,
    scores_for,
    units_of_reporter,
)

INSTANT = timedelta(microseconds=1)
WEIGHTS = (1, 2, 3)

SCORING = Path(__file__).parents[2] / "docs" / "scoring.md"
"""The rules as citizens read them, with a table of what each rule is worth."""

ANSWERED_LATE = (Rule.RESPONSE_OVERDUE, Rule.RESPONDED_LATE)
FIXED_LATE = (Rule.PROCESSING_OVERDUE, Rule.PROCESSED_LATE)

targets = st.integers(1, 60 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
times = st.timedeltas(timedelta(), timedelta(days=120))


def ledger(*rules: Rule) -> list[tuple[Rule, int]]:
    """The entries of these rules, for a category of weight 1."""
    return [(rule, points_for(rule, 1)) for rule in rules]


def reopened(*rules: Rule) -> list[tuple[Rule, int]]:
    """Return a life that was closed and reopened: the gains of the closing go, and the closing unit loses points."""
    entries = ledger(*rules)
    return [
        *entries,
        *[(Rule.REVERSAL, -worth) for rule, worth in entries if rule in CLOSING_GAINS],
        *ledger(Rule.REOPENED),
    ]


def void(*rules: Rule) -> list[tuple[Rule, int]]:
    """Return a life that ends as duplicate, invalid, out of remit or withdrawn: gains go, penalties stay."""
    entries = ledger(*rules)
    return [*entries, *[(Rule.REVERSAL, -worth) for _, worth in entries if worth > 0]]


def total(entries: list[tuple[Rule, int]]) -> int:
    return sum(worth for _, worth in entries)


@pytest.mark.parametrize(
    ("life", "score"),
    [
        pytest.param(
            ledger(Rule.RESPONDED_PROMPTLY, Rule.PROCESSED_PROMPTLY, Rule.RATED_WELL),
            18,
            id="prompt, fixed, five stars",
        ),
        pytest.param(ledger(Rule.RESPONDED, Rule.PROCESSED), 12, id="in time throughout"),
        pytest.param(ledger(Rule.RESPONDED_PROMPTLY, Rule.PROCESSING_OVERDUE), -2, id="answered, never fixed"),
        pytest.param(ledger(Rule.RESPONSE_OVERDUE, Rule.PROCESSING_OVERDUE), -11, id="never touched"),
        pytest.param(reopened(*ANSWERED_LATE, *FIXED_LATE, Rule.RATED_POORLY), -16, id="late fake, one star, reopened"),
        pytest.param(ledger(Rule.RESPONDED_PROMPTLY), 6, id="prompt, before the fake"),
        pytest.param(
            reopened(Rule.RESPONDED_PROMPTLY, Rule.PROCESSED_PROMPTLY, Rule.RATED_POORLY),
            0,
            id="prompt fake, one star, reopened",
        ),
        pytest.param(void(Rule.RESPONDED_PROMPTLY), 0, id="spam closed at once"),
        pytest.param([*void(Rule.RESPONDED_PROMPTLY), *ledger(Rule.REOPENED)], -2, id="real one as INVALID, reopened"),
        pytest.param(ledger(*ANSWERED_LATE, *FIXED_LATE), -8, id="late throughout"),
    ],
)
def test_worked_lives_of_the_domain_score_as_documented(life: list[tuple[Rule, int]], score: int) -> None:
    assert total(life) == score


def test_inaction_scores_below_late_work_and_faking_below_both() -> None:
    late = total(ledger(*ANSWERED_LATE, *FIXED_LATE))
    nothing = total(ledger(Rule.RESPONSE_OVERDUE, Rule.PROCESSING_OVERDUE))
    assert total(reopened(*ANSWERED_LATE, *FIXED_LATE, Rule.RATED_POORLY)) < nothing < late


def test_void_report_keeps_its_penalties() -> None:
    assert total(void(*ANSWERED_LATE)) == -3


def test_points_of_each_rule_are_those_of_the_published_table() -> None:
    rows = re.findall(r"^\| ([A-Z_]+) \|.*\| ([+-]\d+) w \|$", SCORING.read_text(encoding="utf-8"), re.MULTILINE)
    assert {rule: int(worth) for rule, worth in rows} == UNIT_POINTS
    assert RULE_VERSION == 1


@pytest.mark.parametrize("rule", UNIT_POINTS)
@pytest.mark.parametrize("weight", WEIGHTS)
def test_weight_of_the_category_multiplies_the_points_of_a_rule(rule: Rule, weight: int) -> None:
    assert points_for(rule, weight) == points_for(rule, 1) * weight == UNIT_POINTS[rule] * weight


def test_only_reversing_rules_have_no_points_of_their_own() -> None:
    assert set(Rule) - UNIT_POINTS.keys() - CITIZEN_POINTS.keys() == {Rule.REVERSAL, Rule.WAIVED}
    assert not UNIT_POINTS.keys() & CITIZEN_POINTS.keys()


def test_reopening_takes_back_exactly_the_gains_of_the_closing() -> None:
    closing = {rule for rule in Rule if rule.startswith("PROCESSED")} | {Rule.RATED_WELL, Rule.CITIZEN_FIXED}
    assert closing == CLOSING_GAINS
    assert all((UNIT_POINTS | CITIZEN_POINTS)[rule] > 0 for rule in CLOSING_GAINS)


@pytest.mark.parametrize(
    ("stars", "rule"),
    [(1, Rule.RATED_POORLY), (2, Rule.RATED_POORLY), (3, None), (4, Rule.RATED_WELL), (5, Rule.RATED_WELL)],
)
def test_four_stars_or_more_are_praise_two_or_fewer_are_blame(stars: int, rule: Rule | None) -> None:
    assert rating_rule(stars) is rule


@pytest.mark.parametrize("stars", [-1, 0, 6, 2**31])
def test_a_rating_has_one_to_five_stars(stars: int) -> None:
    with pytest.raises(Refusal) as caught:
        rating_rule(stars)
    assert (caught.value.code, caught.value.message) == (ErrorCode.INVALID, Message.STARS_INVALID)
    assert caught.value.field == ("stars",)
    assert caught.value.text(Locale.EN) == "A rating must have 1 to 5 stars."


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_has_a_one_sentence_reason_in_both_languages(rule: Rule) -> None:
    indonesian, english = reason(rule, Locale.ID), reason(rule, Locale.EN)
    assert indonesian != english
    for text in (indonesian, english):
        assert text == " ".join(text.split())
        assert text.endswith(".")
        assert text.count(".") == 1
        assert text[0].isupper()


def test_no_two_rules_have_the_same_reason() -> None:
    assert len({text for pair in REASONS.values() for text in pair}) == 2 * len(Rule)


@pytest.mark.parametrize(
    ("rule", "gained", "worth"),
    [
        (Rule.CITIZEN_ANSWERED, 0, 1),
        (Rule.CITIZEN_ANSWERED, 9, 1),
        (Rule.CITIZEN_ANSWERED, 10, 0),
        (Rule.CITIZEN_FIXED, 7, 3),
        (Rule.CITIZEN_FIXED, 8, 2),
        (Rule.CITIZEN_FIXED, 9, 1),
        (Rule.CITIZEN_FIXED, 10, 0),
        (Rule.CITIZEN_FIXED, 11, 0),
        (Rule.CITIZEN_INVALID, 0, -2),
        (Rule.CITIZEN_INVALID, 10, -2),
    ],
)
def test_daily_cap_cuts_the_gains_of_a_citizen_but_not_the_losses(rule: Rule, gained: int, worth: int) -> None:
    assert citizen_points(rule, gained) == worth
    assert CITIZEN_CAP == 10


@pytest.mark.parametrize(
    ("role", "unit", "scoring"),
    [
        (Role.CITIZEN, None, {"31.71.01.1001", "31.71.01.1002", "SDA"}),
        (Role.OFFICER, "31.71.01.1001", {"31.71.01.1002", "SDA"}),
        (Role.SUPERVISOR, "31.71.01", {"SDA"}),
        (Role.OFFICER, "SDA", {"31.71.01.1001", "31.71.01.1002"}),
        (Role.ADMIN, None, set()),
    ],
)
def test_named_report_scores_for_no_unit_of_its_reporter(role: Role, unit: str | None, scoring: set[str]) -> None:
    reporter = Person(1, (RoleGrant(Role.CITIZEN), RoleGrant(role, unit)))
    units = ("31.71.01.1001", "31.71.01.1002", "SDA")
    own = units_of_reporter(reporter, anonymous=False)
    assert {each for each in units if scores_for(each, is_among_first=True, own_units=own)} == scoring
    assert not any(scores_for(each, is_among_first=False, own_units=own) for each in units)
    hidden = units_of_reporter(reporter, anonymous=True)
    assert hidden is None
    assert all(scores_for(each, is_among_first=True, own_units=hidden) for each in units)


@pytest.mark.parametrize(
    ("elapsed", "rule"),
    [
        (timedelta(), Rule.RESPONDED_PROMPTLY),
        (timedelta(minutes=30), Rule.RESPONDED_PROMPTLY),
        (timedelta(minutes=30) + INSTANT, Rule.RESPONDED),
        (timedelta(minutes=120), Rule.RESPONDED),
        (timedelta(minutes=120) + INSTANT, Rule.RESPONDED_LATE),
    ],
)
def test_answer_is_prompt_within_a_quarter_of_its_target(elapsed: timedelta, rule: Rule) -> None:
    assert response_rule(elapsed, timedelta(minutes=120)) is rule


@pytest.mark.parametrize(
    ("held", "rule"),
    [
        (timedelta(), Rule.PROCESSED_PROMPTLY),
        (timedelta(hours=12), Rule.PROCESSED_PROMPTLY),
        (timedelta(hours=12) + INSTANT, Rule.PROCESSED),
        (timedelta(hours=24), Rule.PROCESSED),
        (timedelta(hours=24) + INSTANT, Rule.PROCESSED_LATE),
    ],
)
def test_fix_is_prompt_within_half_of_its_target(held: timedelta, rule: Rule) -> None:
    assert processing_rule(held, timedelta(hours=24)) is rule


@given(target=targets, sooner=times, later=times, weight=st.sampled_from(WEIGHTS))
def test_later_acts_never_earn_more(target: timedelta, sooner: timedelta, later: timedelta, weight: int) -> None:
    sooner, later = sorted((sooner, later))
    for judge in (response_rule, processing_rule):
        assert points_for(judge(sooner, target), weight) >= points_for(judge(later, target), weight)


@given(target=targets, elapsed=times, weight=st.sampled_from(WEIGHTS))
def test_late_acts_still_earn_points(target: timedelta, elapsed: timedelta, weight: int) -> None:
    assert points_for(response_rule(elapsed, target), weight) > 0
    assert points_for(processing_rule(elapsed, target), weight) > 0
