import random
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.boards import BoardKind, Metric
from rules.periods import Period
from rules.scoring.bands import Band, band, is_below
from rules.scoring.counters import Counters
from rules.scoring.ranking import kept_fixes, rank, watchlist
from rules.scoring.responsiveness import Ratio, Ratios, pool
from tools.audit import lower_tail

SEVEN_OF_TEN = Ratio(700, 1_000)


def unit(responded: Ratio, processed: Ratio) -> Ratios:
    return Ratios(responded=responded, processed=processed)


@st.composite
def ratio(draw: st.DrawFn, least: int, most: int) -> Ratio:
    n = draw(st.integers(least, most))
    return Ratio(draw(st.integers(0, n)), n)


def exact_tail(own: Ratio, pooled: Ratio) -> Fraction:
    """P(X <= x), term by term, in fractions."""
    x, n, p = int(own.numerator), own.n, Fraction(int(pooled.numerator), pooled.n)
    return sum((comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(x + 1)), Fraction(0))


@given(own=ratio(0, 120), pooled=ratio(1, 400))
def test_ratio_is_below_when_its_binomial_tail_is_under_a_thousandth(own: Ratio, pooled: Ratio) -> None:
    assert is_below(own, pooled) is (exact_tail(own, pooled) < Fraction(1, 1_000))


@given(n=st.integers(5, 120), p=ratio(1, 40))
def test_limits_are_exact_at_the_last_report(n: int, p: Ratio) -> None:
    outside = [x for x in range(n + 1) if is_below(Ratio(x, n), p)]
    assert outside == [x for x in range(n + 1) if exact_tail(Ratio(x, n), p) < Fraction(1, 1_000)]


@pytest.mark.parametrize("n", [1_000, 100_000])
@pytest.mark.parametrize("good", [1, 30, 500, 861, 999])
def test_limits_are_exact_for_many_reports(n: int, good: int) -> None:
    """Against a sum of all terms with 50 digits, one report on either side of both limits."""
    for each in (good, 1_000 - good):  # the limit below, then that above by its complement
        low, high = 0, n * each // 1_000 + 1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if is_below(Ratio(middle, n), Ratio(each, 1_000)) else (low, middle)
        if is_below(Ratio(low, n), Ratio(each, 1_000)):
            assert float(lower_tail(low, n, each, 1_000)) < 0.001
        assert float(lower_tail(high, n, each, 1_000)) >= 0.001


@given(own=ratio(5, 100))
def test_nobody_differs_where_everybody_is_alike(own: Ratio) -> None:
    for good in (0, own.n):
        alike = unit(Ratio(good, own.n), Ratio(good, own.n))
        assert band(alike, pool([alike] * 10)) is Band.AVERAGE
    assert band(unit(own, own), unit(own, own)) is Band.AVERAGE


@pytest.mark.parametrize(
    ("responded", "processed", "expected"),
    [
        ((70, 100), (70, 100), Band.AVERAGE),
        ((50, 100), (70, 100), Band.BELOW),
        ((70, 100), (50, 100), Band.BELOW),
        ((90, 100), (70, 100), Band.ABOVE),
        ((70, 100), (90, 100), Band.ABOVE),
        ((90, 100), (50, 100), Band.BELOW),
        ((50, 100), (90, 100), Band.BELOW),
        ((0, 5), (3, 5), Band.AVERAGE),
        ((0, 6), (3, 5), Band.BELOW),
        ((0, 4), (50, 100), None),
        ((50, 100), (0, 4), None),
        ((0, 0), (0, 0), None),
    ],
)
def test_one_ratio_below_decides_before_one_above(
    responded: tuple[int, int], processed: tuple[int, int], expected: Band | None
) -> None:
    """0 of 5 has the probability 0.3 ** 5 = 0.0024, and 0 of 6 has 0.0007."""
    assert band(unit(Ratio(*responded), Ratio(*processed)), unit(SEVEN_OF_TEN, SEVEN_OF_TEN)) is expected


def test_few_of_many_equal_offices_are_outside() -> None:
    """Four tails of at most a thousandth each: 267 offices without any difference have about one outside."""
    choose = random.Random(14)

    def drawn(p: float) -> Ratio:
        n = choose.choice((6, 20, 60, 150, 400))
        return Ratio(sum(choose.random() < p for _ in range(n)), n)

    outside = 0
    for _ in range(30):
        offices = [unit(drawn(0.8), drawn(0.65)) for _ in range(267)]
        pooled = pool(offices)
        outside += sum(band(own, pooled) is not Band.AVERAGE for own in offices)
    assert 0 < outside <= 0.004 * 30 * 267


def test_half_as_good_an_office_is_found_with_forty_reports() -> None:
    others = [unit(Ratio(80, 100), Ratio(70, 100)) for _ in range(266)]
    bad = unit(Ratio(16, 40), Ratio(14, 40))
    assert band(bad, pool([*others, bad])) is Band.BELOW


def office(fixed: int, reopened: int) -> Counters:
    return Counters(
        responses_decided=20,
        responses_on_time=20,
        processings_decided=20,
        processings_on_time=15,
        processed=fixed,
        reopened=reopened,
    )


@pytest.mark.parametrize(
    ("fixed", "reopened", "is_watched"),
    [(20, 7, True), (20, 6, False), (10, 5, True), (10, 4, False), (5, 4, True), (5, 3, False), (4, 4, False)],
)
def test_office_is_watched_when_its_fixes_do_not_hold(fixed: int, reopened: int, is_watched: bool) -> None:
    """Among offices of which 8 % of the fixes are reopened."""
    counters = {**{f"other {number}": office(100, 8) for number in range(50)}, "own": office(fixed, reopened)}
    rows = rank(BoardKind.KELURAHAN, Metric.RESPONSIVENESS, Period.MONTH, counters, counters)
    assert [row.code for row in watchlist(rows, counters)] == (["own"] if is_watched else [])


def test_more_reopenings_than_fixes_count_as_none_kept() -> None:
    assert kept_fixes(office(5, 9)) == Ratio(0, 5)
