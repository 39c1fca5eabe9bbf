from math import floor, nextafter

from hypothesis import example, given
from hypothesis import strategies as st

from queries.boxes import MANY_CELLS, cells_of
from rules.criteria import BoundingBox

latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)
sizes = st.floats(0, 0.4)


def number(latitude: float, longitude: float) -> int:
    """Return the cell of a location, as CELL says."""
    return floor(latitude * 100) * 40_000 + floor(longitude * 100)


@given(south=latitudes, west=longitudes, height=sizes, width=sizes, up=st.floats(0, 1), along=st.floats(0, 1))
@example(south=-6.29, west=106.57, height=0.0, width=0.0, up=0.0, along=0.0)
@example(south=nextafter(0.0, -1), west=-180.0, height=0.4, width=0.4, up=1.0, along=1.0)
def test_location_in_a_box_is_in_one_of_its_cells(
    south: float, west: float, height: float, width: float, up: float, along: float
) -> None:
    box = BoundingBox(south, west, south + height, west + width)
    latitude, longitude = min(south + up * height, box.north), min(west + along * width, box.east)
    cells = cells_of(box)
    assert len(cells) <= MANY_CELLS
    for place in ((latitude, longitude), (box.south, box.west), (box.north, box.east)):
        assert not cells or number(*place) in cells


@given(one=st.tuples(latitudes, longitudes), other=st.tuples(latitudes, longitudes))
def test_cells_have_different_numbers(one: tuple[float, float], other: tuple[float, float]) -> None:
    same = [floor(each * 100) for each in one] == [floor(each * 100) for each in other]
    assert (number(*one) == number(*other)) is same


def test_box_of_many_cells_has_none() -> None:
    assert cells_of(BoundingBox(-90, -180, 90, 180)) == []
    assert len(cells_of(BoundingBox(-6.4, 106.6, -6.01, 106.99))) > 1_000
