from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.points import RULE_VERSION, WORTH, Rule, points, processing_rule, response_rule

INSTANT = timedelta(microseconds=1)
WEIGHTS = (1, 2, 3)

DOMAIN = {
    Rule.RESPONDED_PROMPTLY: 6,
    Rule.RESPONDED: 4,
    Rule.RESPONDED_LATE: 1,
    Rule.PROCESSED_PROMPTLY: 10,
    Rule.PROCESSED: 8,
    Rule.PROCESSED_LATE: 2,
}
"""The table of the domain, "Points": what the acts of officers are worth for a category of weight 1."""

targets = st.integers(1, 60 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
times = st.timedeltas(timedelta(), timedelta(days=120))


def worth(responded: timedelta, processed: timedelta, weight: int = 1) -> int:
    """What a report brings its unit when it is answered and fixed at these shares of an hour's and a day's target."""
    answer = response_rule(responded, timedelta(hours=1))
    end = processing_rule(processed, timedelta(days=1))
    return points(answer, weight) + points(end, weight)


def test_each_rule_is_worth_what_the_domain_says() -> None:
    assert WORTH == DOMAIN
    assert RULE_VERSION == 1


@pytest.mark.parametrize("rule", DOMAIN)
@pytest.mark.parametrize("weight", WEIGHTS)
def test_a_category_multiplies_what_a_rule_is_worth_by_its_weight(rule: Rule, weight: int) -> None:
    assert points(rule, weight) == DOMAIN[rule] * weight


def test_only_a_reversal_is_worth_nothing_of_its_own() -> None:
    assert set(Rule) - WORTH.keys() == {Rule.REVERSAL}


def test_the_domains_worked_reports_come_out_as_it_says() -> None:
    in_full, late = timedelta(days=1), timedelta(days=2)
    assert worth(timedelta(), timedelta()) == 18 - 2  # prompt and fixed; the five stars of the 18 come later
    assert worth(timedelta(hours=1), in_full) == 12  # in time throughout
    assert worth(late, late) == 3
    assert points(response_rule(timedelta(), timedelta(hours=1)), 1) == 6  # a prompt fake, before the fake


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
def test_an_answer_is_prompt_up_to_a_quarter_of_its_target_and_in_time_up_to_the_whole(
    elapsed: timedelta, rule: Rule
) -> None:
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
def test_a_fix_is_prompt_up_to_half_its_target_and_in_time_up_to_the_whole(held: timedelta, rule: Rule) -> None:
    assert processing_rule(held, timedelta(hours=24)) is rule


@given(target=targets, sooner=times, later=times, weight=st.sampled_from(WEIGHTS))
def test_being_later_never_earns_more(target: timedelta, sooner: timedelta, later: timedelta, weight: int) -> None:
    sooner, later = sorted((sooner, later))
    for judge in (response_rule, processing_rule):
        assert points(judge(sooner, target), weight) >= points(judge(later, target), weight)


@given(target=targets, elapsed=times, weight=st.sampled_from(WEIGHTS))
def test_an_act_always_earns_something_however_late(target: timedelta, elapsed: timedelta, weight: int) -> None:
    assert points(response_rule(elapsed, target), weight) > 0
    assert points(processing_rule(elapsed, target), weight) > 0
