from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.scoring.ranking import RankedRow, competition_ranks
from rules.scoring.responsiveness import (
    ENOUGH,
    ENOUGH_TO_WATCH,
    OFFICER_WEIGHTS,
    PRIOR,
    UNIT_WEIGHTS,
    Ratio,
    Ratios,
    Weights,
    figures,
    is_low,
    pool,
    responsiveness,
    satisfaction,
)

ROOT = Path(__file__).parents[2]
PERFECT = Ratio(1, 1)
MEAN = Ratios(responded=Ratio(70, 100), processed=Ratio(70, 100), satisfaction=Ratio(70, 100), overdue=Ratio(30, 100))
"""The ratios of all units together: seven of ten on time, satisfied, and not overdue."""


def of(good: float, n: int) -> Ratios:
    """A unit that has done well by `good` of `n` reports in every respect."""
    share = Ratio(good, n)
    return Ratios(responded=share, processed=share, satisfaction=share, overdue=share.complement)


def figure(shares: Ratios, pooled: Ratios = MEAN, weights: Weights = UNIT_WEIGHTS) -> float:
    found = responsiveness(shares, pooled, weights)
    assert found is not None
    return found


def rank(subjects: Iterable[str], ratios: Mapping[str, Ratios]) -> list[RankedRow]:
    """The rows of a board by responsiveness."""
    scores = figures(subjects, ratios)
    return [RankedRow(code, rank, 0, scores[code]) for code, rank in competition_ranks(scores)]


@st.composite
def share(draw: st.DrawFn, most: int = 60) -> Ratio:
    n = draw(st.integers(0, most))
    return Ratio(draw(st.integers(0, 4 * n)) / 4, n)


units = st.builds(Ratios, responded=share(), processed=share(), satisfaction=share(), overdue=share())
boards = st.dictionaries(st.sampled_from("ABCDEFGH"), units, min_size=1)


def by_hand(own: Ratios, pooled: Ratios) -> float | None:
    """Return the figure by the formula of the domain, term by term: (n x + 10 m) / (n + 10)."""
    gathered, weights = 0.0, 0.0
    for name, weight in (("responded", 0.35), ("processed", 0.35), ("satisfaction", 0.20), ("overdue", 0.10)):
        mine, everybodys = getattr(own, name), getattr(pooled, name)
        if everybodys.n == 0:
            continue
        mean = everybodys.numerator / everybodys.n
        x = mine.numerator / mine.n if mine.n else 0
        shrunk = (mine.n * x + 10 * mean) / (mine.n + 10)
        gathered += weight * (1 - shrunk if name == "overdue" else shrunk)
        weights += weight
    return 100 * gathered / weights if weights else None


@given(board=boards)
def test_figure_equals_the_formula_of_the_domain(board: dict[str, Ratios]) -> None:
    pooled = pool(board.values())
    for own in board.values():
        found, expected = responsiveness(own, pooled), by_hand(own, pooled)
        assert (found is None) == (expected is None)
        if found is not None:
            assert found == pytest.approx(expected, abs=0.006)


@given(board=boards)
def test_figure_is_between_0_and_100(board: dict[str, Ratios]) -> None:
    for own in board.values():
        assert 0 <= (responsiveness(own, pool(board.values())) or 0) <= 100


def test_small_perfect_office_ranks_below_a_big_nearly_perfect_one() -> None:
    """The two offices of 2017, where the mean is 70 %: 94.1 against 94.9."""
    small, big = of(41, 41), of(0.95 * 3346, 3346)
    assert (round(figure(small), 1), round(figure(big), 1)) == (94.1, 94.9)
    assert small.responded.value == 1


def test_five_perfect_reports_do_not_top_the_board() -> None:
    offices = {
        "NEWCOMER": of(5, 5),
        "BUSY": of(285, 300),
        "GOOD": of(45, 50),
        "AVERAGE": of(650, 1000),
        "POOR": of(20, 60),
    }
    board = rank(offices, offices)
    assert [place.code for place in board] == ["BUSY", "GOOD", "NEWCOMER", "AVERAGE", "POOR"]
    assert offices["NEWCOMER"].responded.value == 1


@given(n=st.integers(1, 5000))
def test_perfect_office_with_more_reports_ranks_no_lower(n: int) -> None:
    assert figure(of(n, n)) <= figure(of(n + 1, n + 1)) <= 100


def test_unit_without_reports_has_the_average_figure() -> None:
    assert figure(Ratios()) == 70


def test_prior_is_ten_average_reports() -> None:
    assert PRIOR == 10
    assert figure(of(10, 10), of(50, 100)) == 75


def test_term_without_any_data_is_left_out_and_the_rest_rescaled() -> None:
    unrated = MEAN._replace(satisfaction=Ratio())
    own = Ratios(responded=Ratio(30, 30), processed=Ratio(0, 30))
    answered, ended = (30 + 7) / 40, 7 / 40
    assert figure(own, unrated) == round(100 * (35 * answered + 35 * ended + 10 * 0.7) / 80, 2)
    assert figure(own, Ratios(responded=Ratio(7, 10))) == 92.5
    assert responsiveness(own, Ratios()) is None


def test_officers_are_not_judged_by_open_reports() -> None:
    own = of(40, 40)
    assert figure(own, weights=OFFICER_WEIGHTS) == figure(own._replace(overdue=Ratio(40, 40)), weights=OFFICER_WEIGHTS)
    assert figure(own) > figure(own._replace(overdue=Ratio(40, 40)))
    assert figure(Ratios(responded=Ratio(30, 30)), weights=OFFICER_WEIGHTS) == round(
        100 * (35 * 37 / 40 + 35 * 0.7 + 20 * 0.7) / 90, 2
    )
    assert responsiveness(own, Ratios(overdue=Ratio(1, 2)), OFFICER_WEIGHTS) is None


def test_the_weights_are_those_of_the_domain() -> None:
    assert Weights(responded=35, processed=35, satisfaction=20, overdue=10) == UNIT_WEIGHTS
    assert replace(UNIT_WEIGHTS, overdue=0) == OFFICER_WEIGHTS


@given(own=units, field=st.sampled_from(["responded", "processed", "satisfaction"]))
def test_good_report_never_lowers_and_bad_report_never_raises_the_figure(own: Ratios, field: str) -> None:
    before = figure(own)
    assert figure(own._replace(**{field: getattr(own, field) + PERFECT})) >= before
    assert figure(own._replace(**{field: getattr(own, field) + Ratio(0, 1)})) <= before


@pytest.mark.parametrize(
    ("stars", "ratings", "value"), [(1, 1, 0), (5, 1, 1), (3, 1, 0.5), (9, 2, 0.875), (30, 10, 0.5), (0, 0, None)]
)
def test_satisfaction_is_the_mean_rating_scaled_to_0_to_1(stars: int, ratings: int, value: float | None) -> None:
    assert satisfaction(stars, ratings).value == value


@given(board=boards, other=units)
def test_pooled_ratios_are_those_of_all_reports_together(board: dict[str, Ratios], other: Ratios) -> None:
    together = pool(board.values())
    for name in Ratios._fields:
        parts = [getattr(own, name) for own in board.values()]
        assert getattr(together, name) == Ratio(sum(one.numerator for one in parts), sum(one.n for one in parts))
    assert pool([together, other]) == pool([*board.values(), other])


def test_equal_figures_share_a_rank_and_the_next_rank_skips() -> None:
    offices = {"D": of(50, 50), "C": of(40, 50), "B": of(40, 50), "A": of(30, 50)}
    assert [(place.code, place.rank) for place in rank(offices, offices)] == [("D", 1), ("B", 2), ("C", 2), ("A", 4)]


def test_fewer_than_five_decided_answers_or_fixes_give_no_rank() -> None:
    assert ENOUGH == 5
    offices = {"Z": of(0, 5), "Y": of(4, 4), "B": of(5, 5)}
    board = rank(["Z", "Y", "X", "B"], offices)
    assert [(place.code, place.rank) for place in board] == [("B", 1), ("Z", 2), ("X", None), ("Y", None)]
    assert [place.responsiveness is None for place in board] == [False, False, True, True]


def test_unranked_units_count_for_the_mean() -> None:
    ranked = {"A": of(10, 10)}
    with_others = rank(["A"], {**ranked, "B": of(0, 4), "C": of(0, 4)})
    assert (with_others[0].responsiveness or 0) < (rank(["A"], ranked)[0].responsiveness or 0)


def test_rank_needs_decided_answers_and_decided_fixes() -> None:
    offices = {
        "A": Ratios(responded=Ratio(4, 4), processed=Ratio(50, 50)),
        "B": Ratios(responded=Ratio(50, 50), processed=Ratio(4, 4)),
        "C": Ratios(responded=Ratio(0, 5), processed=Ratio(0, 5)),
    }
    assert [(place.code, place.rank) for place in rank(offices, offices)] == [("C", 1), ("A", None), ("B", None)]


@given(board=boards)
def test_board_is_ordered_by_figure_for_any_order_of_the_subjects(
    board: dict[str, Ratios],
) -> None:
    places = rank(board, board)
    assert places == rank(sorted(board, reverse=True), board)
    assert {place.code for place in places} == board.keys()
    figures = [place.responsiveness for place in places if place.responsiveness is not None]
    assert figures == sorted(figures, reverse=True)
    for place in places:
        if place.responsiveness is not None:
            assert place.rank == 1 + sum(other > place.responsiveness for other in figures)


@pytest.mark.parametrize(
    ("ratios", "low"),
    [
        (MEAN._replace(responded=Ratio(33, 100)), True),
        (MEAN._replace(processed=Ratio(33, 100)), True),
        (MEAN._replace(responded=Ratio(3, 10)), True),
        (MEAN._replace(responded=Ratio(0, 9)), False),
        (MEAN._replace(responded=Ratio(4, 12)), False),
        (MEAN._replace(processed=Ratio()), False),
        (MEAN._replace(satisfaction=Ratio(0, 100)), False),
        (MEAN._replace(overdue=Ratio(100, 100)), False),
    ],
)
def test_on_time_ratio_is_low_under_a_third_of_ten_or_more(ratios: Ratios, *, low: bool) -> None:
    assert ENOUGH_TO_WATCH == 10
    assert is_low(ratios) is low


def test_figures_on_the_scoring_page_match_the_rules() -> None:
    page = (ROOT / "docs/scoring.md").read_text().partition("| office | reports | of them good | responsiveness |")[2]
    rows = [line.strip("| ").split(" | ") for line in page.partition("\n\n")[0].splitlines()[2:]]
    assert len(rows) == 4
    for _, reports, good, documented in rows:
        assert round(figure(of(float(good), int(reports))), 1) == float(documented)
