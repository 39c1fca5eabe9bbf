"""A client subscribed to the first rows of a board shows exactly the first rows of the whole board."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from queries.leaderboards import Board
from rules.boards import BoardKind, Metric
from rules.periods import Period, Span
from rules.scoring.counters import ZERO, Counters
from rules.scoring.ranking import RankedRow, rank_by_points, shifts
from subscriptions.boards import _difference, _snapshot

CODES = [f"31.71.01.10{number:02}" for number in range(8)]
changes = st.lists(st.dictionaries(st.sampled_from(CODES), st.integers(-3, 3), min_size=1, max_size=3), max_size=12)


def board() -> Board:
    rows = tuple(rank_by_points(CODES, {}))
    return Board(BoardKind.KELURAHAN, Metric.POINTS, Period.ALL_TIME, Span(None, None), "0" * 16, 0, None, {}, rows, {})


def cut(rows: dict[str, RankedRow], count: int) -> dict[str, RankedRow]:
    """Return the first rows of a client, in the order that the schema prescribes."""
    order = sorted(rows.values(), key=lambda row: (row.rank is None, row.rank or 0, row.code))
    return {row.code: row for row in order[:count]}


@given(changes, st.integers(1, len(CODES)))
def test_updates_of_the_top_rows_keep_a_client_equal_to_the_board(steps: list[dict[str, int]], count: int) -> None:
    now = board()
    rows = {row.code: row for row in _snapshot(now, 0).top(count).rows}
    for serial, step in enumerate(steps, 1):
        gained = {code: Counters(points=points, entries=1) for code, points in step.items()}
        counters = {**now.counters, **{code: now.counters.get(code, ZERO) + more for code, more in gained.items()}}
        after = replace(now, counters=counters, rows=tuple(rank_by_points(CODES, counters)))
        update = _difference(now, after, shifts(now.rows, after.rows), serial).top(count)
        rows = cut(rows | {row.code: row for row in update.rows}, count)
        assert rows == {row.code: row for row in after.rows[:count]}
        assert {shift.code for shift in update.shifts} <= {row.code for row in update.rows}
        now = after
