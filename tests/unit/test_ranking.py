from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reference.records import bundled
from rules.access import Role
from rules.boards import BOARDS, BoardKind
from rules.scoring.counters import ZERO, Counters
from rules.scoring.ranking import RankedRow, Shift, rank_by_points, shifts

REFERENCE = bundled()
KELURAHAN = [record.code for record in REFERENCE.kelurahan]
AGENCIES = [record.code for record in REFERENCE.agencies]
PLACES = (BoardKind.KELURAHAN, BoardKind.KECAMATAN, BoardKind.CITY)

sums = st.one_of(st.just(ZERO), st.builds(Counters, points=st.integers(-20, 20), entries=st.integers(1, 9)))
subjects = st.sets(st.sampled_from(KELURAHAN[:12]), min_size=1)
tables = st.dictionaries(st.sampled_from(KELURAHAN[:12]), sums)
units = st.dictionaries(st.sampled_from([*KELURAHAN, *AGENCIES, Role.CITIZEN]), sums, max_size=30)


def test_equal_points_share_a_rank_and_the_next_rank_skips() -> None:
    points = {"a": (9, 1), "b": (5, 1), "c": (5, 3), "d": (1, 1)}
    board = rank_by_points(
        "dcba", {code: Counters(points=each, entries=entries) for code, (each, entries) in points.items()}
    )
    assert board == [RankedRow("a", 1, 9), RankedRow("b", 2, 5), RankedRow("c", 2, 5), RankedRow("d", 4, 1)]


def test_subjects_without_entries_come_last_unranked_by_code() -> None:
    board = rank_by_points("dcba", {"d": Counters(points=-8, entries=2), "c": Counters(points=0, entries=2)})
    assert board == [RankedRow("c", 1, 0), RankedRow("d", 2, -8), RankedRow("a", None, 0), RankedRow("b", None, 0)]


@given(who=subjects, table=tables)
def test_rank_is_one_plus_the_number_of_subjects_with_more_points(who: set[str], table: dict[str, Counters]) -> None:
    counted = [table[code].points for code in who if code in table and table[code].entries]
    for place in rank_by_points(who, table):
        found = table.get(place.code, ZERO)
        better = sum(points > found.points for points in counted)
        assert place == RankedRow(place.code, better + 1 if found.entries else None, found.points)


@given(who=subjects, table=tables)
def test_board_has_every_subject_once_ordered_by_rank_and_code(who: set[str], table: dict[str, Counters]) -> None:
    board = rank_by_points(who, table)
    assert Counter(place.code for place in board) == Counter(who)
    assert board == sorted(board, key=lambda place: (place.rank is None, place.rank or 0, place.code))


@given(who=st.permutations(KELURAHAN[:8]), table=tables)
def test_order_of_the_subjects_does_not_matter(who: list[str], table: dict[str, Counters]) -> None:
    assert rank_by_points(who, table) == rank_by_points(KELURAHAN[:8], table)


def apply(board: list[RankedRow], moved: list[Shift]) -> dict[str, tuple[int | None, int]]:
    rows = {place.code: (place.rank, place.points) for place in board}
    for shift in moved:
        assert rows[shift.code] == (shift.from_rank, shift.points - shift.points_delta)
        rows[shift.code] = (shift.to_rank, shift.points)
    return rows


@given(who=subjects, before=tables, after=tables)
def test_old_board_plus_shifts_is_the_new_board(
    who: set[str], before: dict[str, Counters], after: dict[str, Counters]
) -> None:
    old, new = rank_by_points(who, before), rank_by_points(who, after)
    assert apply(old, shifts(old, new)) == {place.code: (place.rank, place.points) for place in new}


@given(who=subjects, before=tables, after=tables)
def test_shifts_are_the_changed_rows_in_the_order_of_the_new_board(
    who: set[str], before: dict[str, Counters], after: dict[str, Counters]
) -> None:
    old, new = rank_by_points(who, before), rank_by_points(who, after)
    unchanged = {place.code for place in old} - {place.code for place in set(new) - set(old)}
    assert [shift.code for shift in shifts(old, new)] == [place.code for place in new if place.code not in unchanged]
    assert shifts(new, new) == []


def test_new_row_shifts_from_no_rank_and_zero_points() -> None:
    assert shifts([], [RankedRow("a", 1, 6)]) == [Shift("a", None, 1, 6, 6)]


def gather(kind: BoardKind, units: dict[str, Counters]) -> dict[str, Counters]:
    """Add up the units that count for the same subject of a board."""
    gathered: dict[str, Counters] = {}
    for unit, part in units.items():
        subject = BOARDS[kind].subject_of_unit(unit)
        if subject is not None:
            gathered[subject] = gathered.get(subject, ZERO) + part
    return gathered


@pytest.mark.parametrize("kind", PLACES)
@given(units=units)
def test_board_adds_up_exactly_the_kelurahan_inside_each_place(kind: BoardKind, units: dict[str, Counters]) -> None:
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
            expected[belongs[unit]] = Counters(*(one + more for one, more in zip(so_far, part, strict=True)))
    assert gather(kind, units) == expected


@given(units=units)
def test_boards_of_places_have_the_same_total_as_the_kelurahan(units: dict[str, Counters]) -> None:
    totals = {kind: sum(gather(kind, units).values(), ZERO) for kind in PLACES}
    assert len(set(totals.values())) == 1
    assert totals[BoardKind.CITY] == sum((units[code] for code in units if code in KELURAHAN), ZERO)


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize("agency", AGENCIES)
def test_agency_counts_for_no_place(kind: BoardKind, agency: str) -> None:
    assert BOARDS[kind].subject_of_unit(agency) is None


@given(units=units)
def test_board_of_agencies_has_exactly_their_own_counters(units: dict[str, Counters]) -> None:
    assert gather(BoardKind.AGENCY, units) == {code: part for code, part in units.items() if code in AGENCIES}


@given(units=units)
def test_no_unit_counts_for_a_citizen(units: dict[str, Counters]) -> None:
    assert gather(BoardKind.CITIZEN, units) == {}


@pytest.mark.parametrize("kind", BoardKind)
def test_citizens_own_entries_count_for_no_unit(kind: BoardKind) -> None:
    assert BOARDS[kind].subject_of_unit(Role.CITIZEN) is None


@given(points=st.integers(-50, 50), entries=st.integers(0, 50))
def test_adding_zero_changes_no_counters(points: int, entries: int) -> None:
    counters = Counters(points=points, entries=entries)
    assert counters + ZERO == ZERO + counters == counters
