"""The boundaries on a map: they divide the city, and agree with what is known about each point."""

from dataclasses import replace
from typing import Any

import numpy as np
import orjson
import pytest
import shapely

from models.reference.boundaries import MOST_BYTES, draw_boundaries
from models.reference.gazetteer import Gazetteer
from models.reference.records import (
    AreaRecord,
    BoundaryRecord,
    DiscRecord,
    ReferenceData,
    bundled,
    bundled_boundaries,
)
from rules.geography import metres_per_degree

PROBES = 1_000
METRE = 1 / metres_per_degree(-6.2)[0]
GAMBIR, CIDENG = "31.71.01.1001", "31.71.01.1002"


@pytest.fixture(scope="module")
def facts() -> ReferenceData:
    return bundled()


def shapes(records: tuple[BoundaryRecord, ...]) -> dict[str, Any]:
    geojson = {one.code: f'{{"type":"MultiPolygon","coordinates":{one.coordinates}}}' for one in records}
    return {code: shapely.from_geojson(text) for code, text in geojson.items()}


def test_bundled_boundaries_divide_the_city_without_gaps_or_overlaps(facts: ReferenceData) -> None:
    drawn = shapes(bundled_boundaries())
    assert set(drawn) == {one.code for one in facts.kelurahan}
    every = list(drawn.values())
    assert shapely.is_valid(every).all()
    assert shapely.coverage_is_valid(every)  # neighbours have the same corners, and none overlap
    assert all(shapely.is_ccw(part.exterior) for shape in every for part in shape.geoms)
    assert all(len(f"{x:.15g}".partition(".")[2]) <= 5 for shape in every for x in shapely.get_coordinates(shape).flat)
    assert sum(len(one.coordinates) for one in bundled_boundaries()) <= MOST_BYTES


def test_each_point_of_the_area_is_in_one_cell_that_agrees_where_certain(facts: ReferenceData) -> None:
    drawn, gazetteer = shapes(bundled_boundaries()), Gazetteer(facts)
    codes, tree = list(drawn), shapely.STRtree(list(drawn.values()))
    discs = np.array([(one.latitude, one.longitude, one.radius_m) for one in facts.discs])
    generator = np.random.default_rng(5)
    chosen = generator.choice(len(facts.discs), PROBES)
    found = certain = 0
    for number, (east, north) in zip(chosen, generator.normal(0, 1, (PROBES, 2)), strict=True):
        disc = facts.discs[number]
        spread = (disc.radius_m + 150) * METRE
        latitude, longitude = disc.latitude + spread * north, disc.longitude + spread * east
        location = gazetteer.locate(latitude, longitude)
        if location is None:
            continue
        found += 1
        cells = [codes[one] for one in tree.query(shapely.Point(longitude, latitude), predicate="within")]
        assert len(cells) == 1
        if location.exact and _is_well_inside(discs, latitude, longitude):
            certain += 1
            assert cells == [location.kelurahan]
    assert found > certain > PROBES / 3


def _is_well_inside(discs: Any, latitude: float, longitude: float) -> bool:
    """Return whether a point is more than 2 m inside a disc: corners are rounded to a metre."""
    north, east = metres_per_degree(latitude)
    distances = np.hypot((discs[:, 0] - latitude) * north, (discs[:, 1] - longitude) * east)
    return bool((distances < discs[:, 2] - 2).any())


def test_bundled_boundaries_are_those_that_are_drawn_from_the_discs(facts: ReferenceData) -> None:
    assert draw_boundaries(facts) == bundled_boundaries()


def test_official_area_is_exact_and_the_discs_divide_the_rest(facts: ReferenceData) -> None:
    here = [one for one in facts.kelurahan if one.code in {GAMBIR, CIDENG}]
    middle = next(one for one in here if one.code == GAMBIR)
    circle = shapely.Point(middle.longitude, middle.latitude).buffer(0.004, quad_segs=2_000)
    some = replace(
        facts,
        kelurahan=tuple(here),
        discs=tuple(disc for disc in facts.discs if disc.code in {GAMBIR, CIDENG}),
        areas=(AreaRecord(GAMBIR, shapely.to_wkb(circle)),),
    )
    exact, divided = draw_boundaries(some)
    assert (exact.code, exact.exact, divided.code, divided.exact) == (GAMBIR, True, CIDENG, False)
    drawn = shapes((exact, divided))
    assert shapely.symmetric_difference(drawn[GAMBIR], circle).area < circle.area / 500
    assert shapely.intersection(*drawn.values()).area < circle.area / 10_000
    nothing = draw_boundaries(replace(some, discs=(), areas=()))
    assert nothing[0] == BoundaryRecord(GAMBIR, exact=False, coordinates="[]")


def test_borders_are_simplified_alike_until_all_fit(facts: ReferenceData) -> None:
    wave = np.linspace(0, 400, 40_000)
    border = np.column_stack([106.8 + wave / 4_000, -6.2 + 0.0003 * np.sin(wave)])
    south = shapely.Polygon([(106.8, -6.25), (106.9, -6.25), *border[::-1]])
    north = shapely.Polygon([*border, (106.9, -6.15), (106.8, -6.15)])
    areas = tuple(AreaRecord(code, shapely.to_wkb(one)) for code, one in ((GAMBIR, south), (CIDENG, north)))
    drawn = draw_boundaries(replace(facts, discs=(), areas=areas))
    assert 0 < sum(len(one.coordinates) for one in drawn) <= MOST_BYTES + len(drawn) * 2
    shown = [shape for shape in shapes(drawn).values() if not shape.is_empty]
    assert shapely.coverage_is_valid(shown)
    assert len(shown) == 2


def test_disc_without_a_cell_of_its_own_is_left_out(facts: ReferenceData) -> None:
    code = facts.kelurahan[0].code
    discs = (DiscRecord(code, -6.2, 106.8, 500), DiscRecord(code, -6.2, 106.8001, 1))
    some = replace(facts, kelurahan=facts.kelurahan[:1], discs=discs)
    (drawn,) = draw_boundaries(some)
    assert len(orjson.loads(drawn.coordinates)) == 1
