"""What is counted in a period is what was decided in it, as it stood when the period ended."""

import statistics
from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.periods import Period, span
from rules.points import Rule
from rules.tallies import (
    BEGINNING,
    DECIDING,
    NOTHING,
    UNIT,
    Delta,
    Docket,
    Entered,
    Gathered,
    Key,
    Rated,
    Sum,
    decide,
    median,
    merged,
    minutes,
    take,
)

FIRST = date(2026, 12, 27)
"""A Sunday: weeks, a month and a year end within the days after it."""

UNITS, OFFICERS = ("31.71.01.1001", "SDA"), (None, 7, 8)
GAINS = [rule for rule in DECIDING if not rule.endswith("OVERDUE")]
Item = Entered | Rated

days = st.dates(FIRST, FIRST + timedelta(days=9))
sums = st.builds(Sum, *(st.integers(-3, 3) for _ in range(14)))


@st.composite
def histories(draw: st.DrawFn) -> list[Item]:
    """Entries, ratings and reversals of one report, in the order of the log and of their days."""
    items: list[Item] = []
    for position, day in enumerate(sorted(draw(st.lists(days, max_size=14))), 1):
        unit = draw(st.sampled_from(UNITS))
        standing = [
            one
            for one in items
            if isinstance(one, Entered)
            and one.reverses is None
            and one.position not in {other.reverses for other in items if isinstance(other, Entered)}
        ]
        what = draw(st.sampled_from(("gain", "overdue", "rate", "reverse")))
        if what == "reverse" and standing:
            gone = draw(st.sampled_from(standing))
            items.append(entry(position, day, gone.unit, gone.officer, Rule.REVERSAL, -gone.points, gone.position))
        elif what == "rate":
            stars, officer = draw(st.integers(1, 5)), draw(st.sampled_from(OFFICERS))
            items.append(Rated(position=position, unit=unit, officer=officer, stars=stars, day=day))
        elif what == "overdue":
            rule = draw(st.sampled_from((Rule.RESPONSE_OVERDUE, Rule.PROCESSING_OVERDUE)))
            items.append(entry(position, day, unit, None, rule, -3))
        else:
            items.append(entry(position, day, unit, draw(st.sampled_from(OFFICERS)), draw(st.sampled_from(GAINS)), 4))
    return items


def entry(
    position: int, day: date, unit: str, officer: int | None, rule: Rule, points: int, reverses: int | None = None
) -> Entered:
    return Entered(position=position, unit=unit, officer=officer, rule=rule, points=points, day=day, reverses=reverses)


def decided_in(items: list[Item], period: Period, day: date) -> dict[tuple[str, int], Sum]:
    """What is decided in the period that has a day in it, as it stood at its end, by unit and officer."""
    asked = span(period, day)
    by_then = [item for item in items if asked.last is None or item.day <= asked.last]
    found: dict[tuple[str, int], Sum] = {}
    for (unit, officer, _), decision in decide(by_then).items():
        if asked.contains(decision.day):
            found[unit, officer] = found.get((unit, officer), NOTHING) + decision.sum
    return found


@given(histories())
def test_a_period_counts_what_was_decided_in_it_as_it_stood_at_its_end(items: list[Item]) -> None:
    docket, tallies = Docket(), dict[Key, Gathered]()
    for item in items:
        take(tallies, docket.add(item))
    for number in range(11):
        day = FIRST + timedelta(days=number)
        for period in Period:
            first = span(period, day).first or BEGINNING
            counted = {
                (unit, officer): own.sum
                for (each, first_day, officer, unit), own in tallies.items()
                if (each, first_day) == (period, first)
            }
            due = decided_in(items, period, day)
            for key in counted.keys() | due.keys():
                own, wanted = counted.get(key, NOTHING), due.get(key, NOTHING)
                assert own.numbers[8:] == wanted.numbers[8:], (period, day, key)


@given(histories(), st.integers(0, 14))
def test_what_comes_after_a_period_changes_nothing_in_it(items: list[Item], cut: int) -> None:
    docket = Docket(items[:cut])
    for item in items[cut:]:
        for delta in docket.add(item):
            assert delta.made == item.day
            assert all((span(period, item.day).first or BEGINNING) == first for period, first in delta.periods)


@given(histories(), st.integers(0, 14))
def test_what_was_read_again_goes_on_like_what_was_never_forgotten(items: list[Item], cut: int) -> None:
    known = Docket()
    for item in items[:cut]:
        known.add(item)
    read = Docket(items[:cut])
    assert [known.add(item) for item in items[cut:]] == [read.add(item) for item in items[cut:]]


@given(histories())
def test_no_share_is_more_than_whole_and_a_report_counts_once_in_each(items: list[Item]) -> None:
    for decision in decide(items).values():
        part = decision.sum
        assert 0 <= part.responses_on_time <= part.responses_decided <= 1
        assert 0 <= part.processings_on_time <= part.processings_decided <= 1
        assert part.ratings <= part.stars <= 5 * part.ratings <= 5


@given(histories(), st.sampled_from(UNITS))
def test_time_that_ran_out_decides_for_good(items: list[Item], unit: str) -> None:
    blame = entry(99, FIRST + timedelta(days=9), unit, None, Rule.RESPONSE_OVERDUE, -3)
    answer = entry(100, FIRST + timedelta(days=9), unit, 7, Rule.RESPONDED, 4)
    for decided in (decide([*items, blame]), decide([*items, blame, answer])):
        mine = next(one for (of, officer, _), one in decided.items() if (of, officer) == (unit, UNIT) and one.by_clock)
        assert mine.sum.responses_on_time == mine.sum.processings_on_time == 0


@given(st.integers(0, 10**7))
def test_minutes_keep_two_digits_and_are_at_most_a_twentieth_off(whole: int) -> None:
    kept = minutes(timedelta(minutes=whole, seconds=59))
    assert abs(kept - whole) * 20 <= whole
    assert minutes(timedelta(minutes=kept)) == kept
    assert len(str(kept).rstrip("0")) <= 2
    assert kept == whole or whole > 99


@given(st.lists(st.integers(0, 30), min_size=1))
def test_the_median_of_counts_is_that_of_the_values(values: list[int]) -> None:
    assert median(Counter(values)) == statistics.median(values)


def test_nothing_has_no_median() -> None:
    assert median({}) is None


@given(st.sampled_from(UNITS), st.sampled_from((UNIT, 7)), days, days, sums, st.lists(st.integers(0, 99)))
def test_an_event_tells_what_it_counts_for_and_nothing_is_lost(
    unit: str, officer: int, day: date, made: date, part: Sum, took: list[int]
) -> None:
    delta = Delta(unit=unit, officer=officer, day=day, made=made, sum=part, answered=tuple(took), fixed=(3,))
    assert Delta.from_data(delta.as_data()) == delta


@given(days, days)
def test_what_is_taken_back_counts_in_the_periods_that_have_both_days(day: date, made: date) -> None:
    delta = Delta(unit="SDA", day=day, made=made, sum=Sum(points=1))
    kinds = {period for period, _ in delta.periods}
    assert kinds == {period for period in Period if span(period, day) == span(period, made)}
    assert Period.ALL_TIME in kinds


@given(st.lists(sums))
def test_what_comes_to_nothing_is_left_out(parts: list[Sum]) -> None:
    deltas = [Delta(unit="SDA", day=FIRST, made=FIRST, sum=part) for part in parts]
    assert sum((delta.sum for delta in merged(deltas)), NOTHING) == sum(parts, NOTHING)
    assert merged([*deltas, *(Delta(unit="SDA", day=FIRST, made=FIRST, sum=-part) for part in parts)]) == []
