import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.geography import Circle, CoordinateFault, check_coordinates, metres_between, metres_per_degree

latitudes = st.floats(-6.4, -5.2)
longitudes = st.floats(106.3, 107.0)


@given(latitude=st.floats(-90, 90), longitude=st.floats(-180, 180))
def test_coordinates_on_earth_outside_the_swapped_region_are_valid(latitude: float, longitude: float) -> None:
    assert check_coordinates(latitude, longitude) is None


@given(latitude=latitudes, longitude=longitudes)
def test_coordinates_of_jakarta_are_valid_and_their_swap_is_detected(latitude: float, longitude: float) -> None:
    assert check_coordinates(latitude, longitude) is None
    assert check_coordinates(longitude, latitude) is CoordinateFault.SWAPPED


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_not_a_number_is_reported_before_any_other_fault(bad: float) -> None:
    assert check_coordinates(bad, 106.8) is CoordinateFault.NOT_A_NUMBER
    assert check_coordinates(-6.2, bad) is CoordinateFault.NOT_A_NUMBER
    assert check_coordinates(106.8, bad) is CoordinateFault.NOT_A_NUMBER
    assert check_coordinates(bad, 1000.0) is CoordinateFault.NOT_A_NUMBER


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (90.001, 0.0),
        (-90.001, 0.0),
        (0.0, 180.001),
        (0.0, -180.001),
        (106.8, 6.2),  # a lost minus sign and a swap: swapping does not repair it
        (9_317_000.0, 702_000.0),  # metres of a projection (UTM 48 south)
    ],
)
def test_coordinates_beyond_the_poles_or_the_date_line_are_out_of_range(latitude: float, longitude: float) -> None:
    assert check_coordinates(latitude, longitude) is CoordinateFault.OUT_OF_RANGE


@pytest.mark.parametrize(("latitude", "longitude"), [(90.0, 180.0), (-90.0, -180.0), (0.0, 0.0)])
def test_poles_and_date_line_are_valid_coordinates(latitude: float, longitude: float) -> None:
    assert check_coordinates(latitude, longitude) is None


@pytest.mark.parametrize(
    ("here", "there", "geodesic"),
    [  # lengths by GeographicLib 2, WGS 84
        ((-6.1754, 106.8272), (-6.3025, 106.8952), 15_943.336),
        ((-5.50178, 106.54955), (-6.37, 106.97), 106_704.476),
        ((-6.0, 106.0), (-6.0, 107.0), 110_713.705),
        ((-6.0, 106.0), (-7.0, 106.0), 110_588.534),
    ],
)
def test_distance_differs_from_the_geodesic_by_at_most_1e_minus_5(
    here: tuple[float, float], there: tuple[float, float], geodesic: float
) -> None:
    assert metres_between(*here, *there) == pytest.approx(geodesic, rel=1e-5)


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_is_symmetric(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> None:
    there = metres_between(latitude, longitude, other_latitude, other_longitude)
    back = metres_between(other_latitude, other_longitude, latitude, longitude)
    assert there == back >= 0
    assert metres_between(latitude, longitude, latitude, longitude) == 0


def test_metres_per_degree_at_the_equator_and_at_the_pole() -> None:
    north_at_equator, east_at_equator = metres_per_degree(0)
    north_at_pole, east_at_pole = metres_per_degree(90)
    assert east_at_equator == pytest.approx(111_319.49, abs=0.01)
    assert north_at_equator == pytest.approx(110_574.28, abs=0.01)
    assert north_at_pole == pytest.approx(111_693.98, abs=0.1)
    assert east_at_pole == pytest.approx(0, abs=1e-6)


@given(latitudes, longitudes, st.floats(0, 2 * math.pi), st.floats(0, 5_000))
def test_distance_from_the_centre_of_a_circle_is_that_of_the_plane(
    latitude: float, longitude: float, direction: float, away: float
) -> None:
    north, east = metres_per_degree(latitude)
    there = latitude + away * math.sin(direction) / north, longitude + away * math.cos(direction) / east
    circle = Circle(latitude, longitude, away)
    distance = math.sqrt(circle.squared_distance(*there))
    assert distance == pytest.approx(metres_between(latitude, longitude, *there), abs=0.001)
    assert Circle(latitude, longitude, distance * (1 + 1e-9)).contains(*there)
    assert away < 1 or not Circle(latitude, longitude, distance * (1 - 1e-9)).contains(*there)
