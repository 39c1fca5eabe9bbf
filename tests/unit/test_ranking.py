from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reference.records import bundled
from rules.access import Role
from rules.scoring.counters import ZERO, Counters
from rules.scoring.ranking import BoardKind, RankedRow, Shift, rank_by_points, shifts, subject_of

REFERENCE = bundled()
KELURAHAN = [record.code for record in REFERENCE.kelurahan]
AGENCIES = [record.code for record in REFERENCE.agencies]
PLACES = (BoardKind.KELURAHAN, BoardKind.KECAMATAN, BoardKind.CITY)

sums = st.one_of(st.just(ZERO), st.builds(Counters, st.integers(-20, 20), st.integers(1, 9)))
subjects = st.sets(st.sampled_from(KELURAHAN[:12]), min_size=1)
tables = st.dictionaries(st.sampled_from(KELURAHAN[:12]), sums)
units = st.dictionaries(st.sampled_from([*KELURAHAN, *AGENCIES, Role.CITIZEN]), sums, max_size=30)


def test_equals_share_a_rank_and_the_next_one_counts_them_all() -> None:
    board = rank_by_points("dcba", {"a": Counters(9, 1), "b": Counters(5, 1), "c": Counters(5, 3), "d": Counters(1, 1)})
    assert board == [RankedRow("a", 1, 9), RankedRow("b", 2, 5), RankedRow("c", 2, 5), RankedRow("d", 4, 1)]


def test_whoever_has_no_entry_stands_last_by_code_without_a_rank_even_behind_negative_points() -> None:
    board = rank_by_points("dcba", {"d": Counters(-8, 2), "c": Counters(0, 2)})
    assert board == [RankedRow("c", 1, 0), RankedRow("d", 2, -8), RankedRow("a", None, 0), RankedRow("b", None, 0)]


@given(who=subjects, table=tables)
def test_a_rank_is_one_more_than_the_number_of_those_with_more_points(
    who: set[str], table: dict[str, Counters]
) -> None:
    counted = [table[code].points for code in who if code in table and table[code].entries]
    for place in rank_by_points(who, table):
        found = table.get(place.code, ZERO)
        better = sum(points > found.points for points in counted)
        assert place == RankedRow(place.code, better + 1 if found.entries else None, found.points)


@given(who=subjects, table=tables)
def test_a_board_has_every_subject_once_the_ranked_first_and_equals_by_code(
    who: set[str], table: dict[str, Counters]
) -> None:
    board = rank_by_points(who, table)
    assert Counter(place.code for place in board) == Counter(who)
    assert board == sorted(board, key=lambda place: (place.rank is None, place.rank or 0, place.code))


@given(who=st.permutations(KELURAHAN[:8]), table=tables)
def test_the_order_in_which_subjects_are_named_changes_nothing(who: list[str], table: dict[str, Counters]) -> None:
    assert rank_by_points(who, table) == rank_by_points(KELURAHAN[:8], table)


def apply(board: list[RankedRow], moved: list[Shift]) -> dict[str, tuple[int | None, int]]:
    rows = {place.code: (place.rank, place.points) for place in board}
    for shift in moved:
        assert rows[shift.code] == (shift.from_rank, shift.points - shift.points_delta)
        rows[shift.code] = (shift.to_rank, shift.points)
    return rows


@given(who=subjects, before=tables, after=tables)
def test_the_old_board_and_its_shifts_make_the_new_board(
    who: set[str], before: dict[str, Counters], after: dict[str, Counters]
) -> None:
    old, new = rank_by_points(who, before), rank_by_points(who, after)
    assert apply(old, shifts(old, new)) == {place.code: (place.rank, place.points) for place in new}


@given(who=subjects, before=tables, after=tables)
def test_only_rows_that_changed_are_told_in_the_order_of_the_new_board(
    who: set[str], before: dict[str, Counters], after: dict[str, Counters]
) -> None:
    old, new = rank_by_points(who, before), rank_by_points(who, after)
    unchanged = {place.code for place in old} - {place.code for place in set(new) - set(old)}
    assert [shift.code for shift in shifts(old, new)] == [place.code for place in new if place.code not in unchanged]
    assert shifts(new, new) == []


def test_a_row_that_was_not_there_comes_from_no_rank_and_no_points() -> None:
    assert shifts([], [RankedRow("a", 1, 6)]) == [Shift("a", None, 1, 6, 6)]


def gather(kind: BoardKind, units: dict[str, Counters]) -> dict[str, Counters]:
    """Add up the units that count for the same subject of a board."""
    gathered: dict[str, Counters] = {}
    for unit, part in units.items():
        subject = subject_of(kind, unit)
        if subject is not None:
            gathered[subject] = gathered.get(subject, ZERO) + part
    return gathered


@pytest.mark.parametrize("kind", PLACES)
@given(units=units)
def test_a_board_adds_up_exactly_the_kelurahan_that_lie_in_each_of_its_places(
    kind: BoardKind, units: dict[str, Counters]
) -> None:
    belongs = {
        record.code: {
            BoardKind.KELURAHAN: record.code,
            BoardKind.KECAMATAN: record.kecamatan_code,
            BoardKind.CITY: record.city_code,
        }[kind]
        for record in REFERENCE.kelurahan
    }
    expected: dict[str, Counters] = {}
    for unit, part in units.items():
        if unit in belongs:
            so_far = expected.get(belongs[unit], ZERO)
            expected[belongs[unit]] = Counters(so_far.points + part.points, so_far.entries + part.entries)
    assert gather(kind, units) == expected


@given(units=units)
def test_no_board_of_places_gains_or_loses_a_point_of_the_kelurahan(units: dict[str, Counters]) -> None:
    totals = {kind: sum(gather(kind, units).values(), ZERO) for kind in PLACES}
    assert len(set(totals.values())) == 1
    assert totals[BoardKind.CITY] == sum((units[code] for code in units if code in KELURAHAN), ZERO)


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize("agency", AGENCIES)
def test_an_agency_counts_for_no_place(kind: BoardKind, agency: str) -> None:
    assert subject_of(kind, agency) is None


@given(units=units)
def test_a_board_of_agencies_has_just_their_own_sums(units: dict[str, Counters]) -> None:
    assert gather(BoardKind.AGENCY, units) == {code: part for code, part in units.items() if code in AGENCIES}


@given(units=units)
def test_no_unit_counts_for_a_citizen(units: dict[str, Counters]) -> None:
    assert gather(BoardKind.CITIZEN, units) == {}


@pytest.mark.parametrize("kind", BoardKind)
def test_citizens_own_entries_count_for_no_unit(kind: BoardKind) -> None:
    assert subject_of(kind, Role.CITIZEN) is None


@given(points=st.integers(-50, 50), entries=st.integers(0, 50))
def test_adding_nothing_changes_no_sum(points: int, entries: int) -> None:
    assert Counters(points, entries) + ZERO == ZERO + Counters(points, entries) == Counters(points, entries)
