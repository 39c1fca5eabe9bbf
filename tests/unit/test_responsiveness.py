from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.scoring.responsiveness import (
    ENOUGH,
    LOW,
    OFFICER_WEIGHTS,
    PRIOR,
    UNIT_WEIGHTS,
    Position,
    Ratio,
    Ratios,
    Weights,
    pool,
    rank,
    responsiveness,
    satisfaction,
    watchlist,
)

ROOT = Path(__file__).parents[2]
PERFECT = Ratio(1, 1)
MEAN = Ratios(responded=Ratio(70, 100), processed=Ratio(70, 100), satisfaction=Ratio(70, 100), overdue=Ratio(30, 100))
"""What all units have together: seven of ten in time, satisfied, and not overdue."""


def of(good: float, n: int) -> Ratios:
    """A unit that has done well by `good` of `n` reports in every respect."""
    share = Ratio(good, n)
    return Ratios(responded=share, processed=share, satisfaction=share, overdue=share.rest)


def figure(shares: Ratios, pooled: Ratios = MEAN, weights: Weights = UNIT_WEIGHTS) -> float:
    found = responsiveness(shares, pooled, weights)
    assert found is not None
    return found


@st.composite
def share(draw: st.DrawFn, most: int = 60) -> Ratio:
    n = draw(st.integers(0, most))
    return Ratio(draw(st.integers(0, 4 * n)) / 4, n)


units = st.builds(Ratios, responded=share(), processed=share(), satisfaction=share(), overdue=share())
boards = st.dictionaries(st.sampled_from("ABCDEFGH"), units, min_size=1)


def by_hand(own: Ratios, pooled: Ratios) -> float | None:
    """The formula as the domain writes it: n x + 10 m over n + 10, term by term."""
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
def test_the_figure_is_what_the_domains_formula_gives(board: dict[str, Ratios]) -> None:
    pooled = pool(board.values())
    for own in board.values():
        found, expected = responsiveness(own, pooled), by_hand(own, pooled)
        assert (found is None) == (expected is None)
        if found is not None:
            assert found == pytest.approx(expected, abs=0.006)


@given(board=boards)
def test_it_lies_between_nought_and_a_hundred(board: dict[str, Ratios]) -> None:
    for own in board.values():
        assert 0 <= (responsiveness(own, pool(board.values())) or 0) <= 100


def test_a_small_quiet_office_stands_below_a_big_busy_one_that_does_nearly_as_well() -> None:
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
def test_of_two_perfect_offices_the_one_with_more_reports_stands_higher_or_level(n: int) -> None:
    assert figure(of(n, n)) <= figure(of(n + 1, n + 1)) <= 100


def test_a_unit_without_reports_is_the_average_unit() -> None:
    assert figure(Ratios()) == 70


def test_ten_average_reports_are_added_to_those_of_each() -> None:
    assert PRIOR == 10
    assert Ratio(10, 10).shrunk(0.5) == 0.75
    assert Ratio(0, 0).shrunk(0.7) == 0.7


def test_a_term_of_which_nobody_has_data_is_left_out_and_the_rest_rescaled() -> None:
    unrated = replace(MEAN, satisfaction=Ratio())
    own = Ratios(responded=Ratio(30, 30), processed=Ratio(0, 30))
    answered, ended = (30 + 7) / 40, 7 / 40
    assert figure(own, unrated) == round(100 * (35 * answered + 35 * ended + 10 * 0.7) / 80, 2)
    assert figure(own, Ratios(responded=Ratio(7, 10))) == 92.5
    assert responsiveness(own, Ratios()) is None


def test_an_officer_is_not_judged_by_what_lies_open() -> None:
    own = of(40, 40)
    assert figure(own, weights=OFFICER_WEIGHTS) == figure(replace(own, overdue=Ratio(40, 40)), weights=OFFICER_WEIGHTS)
    assert figure(own) > figure(replace(own, overdue=Ratio(40, 40)))
    assert figure(Ratios(responded=Ratio(30, 30)), weights=OFFICER_WEIGHTS) == round(
        100 * (35 * 37 / 40 + 35 * 0.7 + 20 * 0.7) / 90, 2
    )
    assert responsiveness(own, Ratios(overdue=Ratio(1, 2)), OFFICER_WEIGHTS) is None


def test_the_weights_are_those_of_the_domain() -> None:
    assert Weights(responded=35, processed=35, satisfaction=20, overdue=10) == UNIT_WEIGHTS
    assert replace(UNIT_WEIGHTS, overdue=0) == OFFICER_WEIGHTS


@given(own=units, field=st.sampled_from(["responded", "processed", "satisfaction"]))
def test_one_more_report_done_well_never_lowers_the_figure_and_one_done_badly_never_raises_it(
    own: Ratios, field: str
) -> None:
    before = figure(own)
    assert figure(replace(own, **{field: getattr(own, field) + PERFECT})) >= before
    assert figure(replace(own, **{field: getattr(own, field) + Ratio(0, 1)})) <= before


@pytest.mark.parametrize(
    ("stars", "ratings", "value"), [(1, 1, 0), (5, 1, 1), (3, 1, 0.5), (9, 2, 0.875), (30, 10, 0.5), (0, 0, None)]
)
def test_satisfaction_is_the_mean_of_the_stars_from_one_which_is_nought_to_five_which_is_all(
    stars: int, ratings: int, value: float | None
) -> None:
    assert satisfaction(stars, ratings).value == value


@given(board=boards, other=units)
def test_a_kecamatan_has_the_reports_of_its_kelurahan_and_so_the_figure_of_them_together(
    board: dict[str, Ratios], other: Ratios
) -> None:
    together = pool(board.values())
    for name in Ratios.__dataclass_fields__:
        parts = [getattr(own, name) for own in board.values()]
        assert getattr(together, name) == Ratio(sum(one.numerator for one in parts), sum(one.n for one in parts))
    assert pool([together, other]) == pool([*board.values(), other])


def test_equals_share_a_rank_and_the_next_one_is_counted_on() -> None:
    offices = {"D": of(50, 50), "C": of(40, 50), "B": of(40, 50), "A": of(30, 50)}
    assert [(place.code, place.rank) for place in rank(offices, offices)] == [("D", 1), ("B", 2), ("C", 2), ("A", 4)]


def test_a_rank_takes_five_decided_answers_and_the_others_come_last_by_code() -> None:
    assert ENOUGH == 5
    offices = {"Z": of(0, 5), "Y": of(4, 4), "B": of(5, 5)}
    board = rank(["Z", "Y", "X", "B"], offices)
    assert [(place.code, place.rank) for place in board] == [("B", 1), ("Z", 2), ("X", None), ("Y", None)]
    assert [place.responsiveness is None for place in board] == [False, False, True, True]


def test_whoever_has_too_few_reports_for_a_rank_counts_for_the_mean_all_the_same() -> None:
    ranked = {"A": of(10, 10)}
    with_others = rank(["A"], {**ranked, "B": of(0, 4), "C": of(0, 4)})
    assert (with_others[0].responsiveness or 0) < (rank(["A"], ranked)[0].responsiveness or 0)


def test_it_is_the_answers_that_are_counted_for_a_rank() -> None:
    offices = {"A": Ratios(responded=Ratio(4, 4), processed=Ratio(50, 50)), "B": Ratios(responded=Ratio(0, 5))}
    assert [(place.code, place.rank) for place in rank(offices, offices)] == [("B", 1), ("A", None)]


@given(board=boards)
def test_a_board_falls_from_place_to_place_and_is_the_same_in_whatever_order_it_is_asked_for(
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


def standing(figure: float | None, shares: Ratios = MEAN, rank: int | None = 1, code: str = "A") -> Position:
    return Position(code, rank, figure, shares)


@pytest.mark.parametrize(
    ("row", "watched"),
    [
        (standing(49.99), True),
        (standing(50), False),
        (standing(None, of(0, 4), None), False),
        (standing(60, replace(MEAN, responded=Ratio(33, 100))), True),
        (standing(60, replace(MEAN, responded=Ratio(1, 3))), False),
        (standing(60, replace(MEAN, processed=Ratio(33, 100))), True),
        (standing(60, replace(MEAN, processed=Ratio())), False),
        (standing(60, replace(MEAN, satisfaction=Ratio(0, 100))), False),
        (standing(60, replace(MEAN, overdue=Ratio(100, 100))), False),
    ],
)
def test_a_ranked_unit_is_watched_under_fifty_or_with_an_on_time_share_under_a_third(
    row: Position, *, watched: bool
) -> None:
    assert LOW == 50
    assert watchlist([row]) == ([row] if watched else [])


def test_the_figures_of_the_scoring_page_are_those_of_the_rules() -> None:
    page = (ROOT / "docs/scoring.md").read_text().partition("| office | reports | of them good | responsiveness |")[2]
    rows = [line.strip("| ").split(" | ") for line in page.partition("\n\n")[0].splitlines()[2:]]
    assert len(rows) == 4
    for _, reports, good, documented in rows:
        assert round(figure(of(float(good), int(reports))), 1) == float(documented)


def test_the_watchlist_begins_with_the_worst() -> None:
    rows = [standing(40, rank=7, code="C"), standing(40, rank=7, code="B"), standing(20, rank=9, code="A")]
    assert [row.code for row in watchlist(rows)] == ["A", "B", "C"]
