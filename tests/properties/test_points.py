"""Laws of the scoring rules together, for any life of a report."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.scoring.points import (
    CITIZEN_CAP,
    CITIZEN_POINTS,
    CLOSING_GAINS,
    Rule,
    citizen_points,
    points_for,
    processing_rule,
    rating_rule,
    response_rule,
)
from rules.sla import HandlerClock

SUBMITTED = datetime(2026, 11, 23, 1, tzinfo=UTC)
RESPONSE, PROCESSING = timedelta(hours=2), timedelta(days=1)

Life = list[tuple[Rule, int]]

moments = st.timedeltas(timedelta(), timedelta(days=5))
weights = st.integers(1, 3)


def life(weight: int, answered: timedelta | None, fixed: timedelta | None, stars: int | None = None) -> Life:
    """The entries of a report that one unit holds, watched long enough for both targets to pass."""
    rules = []
    if answered is None or answered > RESPONSE:
        rules.append(Rule.RESPONSE_OVERDUE)
    if answered is not None:
        rules.append(response_rule(answered, RESPONSE))
    if fixed is None or fixed > PROCESSING:
        rules.append(Rule.PROCESSING_OVERDUE)
    if fixed is not None:
        rules.append(processing_rule(fixed, PROCESSING))
    rated = None if stars is None else rating_rule(stars)
    return [(rule, points_for(rule, weight)) for rule in [*rules, *([rated] if rated else [])]]


def reopened(entries: Life, weight: int) -> Life:
    back = [(Rule.REVERSAL, -worth) for rule, worth in entries if rule in CLOSING_GAINS]
    return [*entries, *back, (Rule.REOPENED, points_for(Rule.REOPENED, weight))]


def total(entries: Iterable[tuple[Rule, int]]) -> int:
    return sum(worth for _, worth in entries)


@given(weight=weights, sooner=moments, later=moments, then=st.none() | moments)
def test_later_answer_or_fix_never_scores_more(
    weight: int, sooner: timedelta, later: timedelta, then: timedelta | None
) -> None:
    sooner, later = sorted((sooner, later))
    assert total(life(weight, sooner, then)) >= total(life(weight, later, then))
    assert total(life(weight, then, sooner)) >= total(life(weight, then, later))


@given(before=moments, wait=moments)
def test_fix_is_late_exactly_after_the_deadline_of_the_unit(before: timedelta, wait: timedelta) -> None:
    clock = HandlerClock(SUBMITTED, PROCESSING, SUBMITTED, before)
    at = SUBMITTED + wait
    assert (processing_rule(clock.held(at), PROCESSING) is Rule.PROCESSED_LATE) == (at > clock.handler_due_at)


@given(weight=weights, answered=moments, fixed=moments)
def test_acting_late_scores_more_than_not_acting(weight: int, answered: timedelta, fixed: timedelta) -> None:
    nothing = total(life(weight, None, None))
    assert nothing < total(life(weight, answered, None)) < total(life(weight, answered, fixed))


@given(weight=weights, answered=moments, faked=moments, stars=st.sampled_from([None, 1, 2, 3, 4, 5]))
def test_reopened_fake_fix_scores_less_than_no_fix(
    weight: int, answered: timedelta, faked: timedelta, stars: int | None
) -> None:
    honest = [entry for entry in life(weight, answered, faked) if entry[0] not in CLOSING_GAINS]
    assert total(reopened(life(weight, answered, faked, stars), weight)) < total(honest)


@given(
    weight=weights,
    answered=st.none() | moments,
    fixed=st.none() | moments,
    stars=st.sampled_from([None, 1, 2, 3, 4, 5]),
)
def test_reopening_leaves_only_the_penalties_of_a_closing(
    weight: int, answered: timedelta | None, fixed: timedelta | None, stars: int | None
) -> None:
    before, after = life(weight, answered, None), reopened(life(weight, answered, fixed, stars), weight)
    answers = {Rule.RESPONDED_PROMPTLY, Rule.RESPONDED, Rule.RESPONDED_LATE}
    assert sum(worth for rule, worth in after if rule not in answers | {Rule.RESPONSE_OVERDUE}) < 0
    assert sum(worth for rule, worth in after if rule in answers) == sum(
        worth for rule, worth in before if rule in answers
    )


@given(rules=st.lists(st.sampled_from(sorted(CITIZEN_POINTS)), max_size=40))
def test_citizen_gains_points_up_to_the_daily_cap(rules: list[Rule]) -> None:
    gained = 0
    for rule in rules:
        worth = citizen_points(rule, gained)
        assert worth == CITIZEN_POINTS[rule] or 0 <= worth < CITIZEN_POINTS[rule]
        gained += max(worth, 0)
    assert gained == min(CITIZEN_CAP, sum(max(CITIZEN_POINTS[rule], 0) for rule in rules))
