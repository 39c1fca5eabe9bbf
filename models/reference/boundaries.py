"""The boundaries of the kelurahan, to colour a map: official areas, or a division of the city among the discs.

The division is a power diagram: a point belongs to the disc for which (distance to the centre)² - radius² is least. So
every point inside a disc belongs to it, and the cells cover the city without gaps or overlaps.
"""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from models.reference.gazetteer import REACH_M
from models.reference.records import BoundaryRecord, DiscRecord, ReferenceData
from rules.geography import metres_per_degree

DIGITS: Final = 5
"""Decimals of a degree: about a metre."""

MOST_BYTES: Final = 360_000
"""Bytes of all boundaries together: with names and ids an answer has at most 400 KB."""

TOLERANCES: Final = (0.0, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0)
"""Metres by which borders may be simplified, the first that is enough for MOST_BYTES."""

EDGE_M: Final = 20.0
"""Metres by which the outline of the city is drawn wider than the reach of the discs, and may be simplified."""

QUARTER: Final = 4
"""Segments of a quarter of the circle around a disc at the edge of the city."""

MIDDLE: Final = -6.2
"""The latitude of the plane in which cells are computed. Over a disc of the islands it is wrong by less than 1 m."""


class _Cells:
    """The cells of a power diagram, in metres. Neighbours have the very same corners."""

    def __init__(self, discs: Sequence[DiscRecord]) -> None:
        north, east = metres_per_degree(MIDDLE)
        self._x = [disc.longitude * east for disc in discs]
        self._y = [disc.latitude * north for disc in discs]
        self._r = [disc.radius_m for disc in discs]
        self._corners: dict[tuple[int, int, int], tuple[float, float]] = {}
        self._xs, self._ys, self._rs = (np.array(each) for each in (self._x, self._y, self._r))
        # A point in reach of a disc k is at most so far from the disc to which it belongs: power(i) <= power(k).
        reach = REACH_M + 3 * EDGE_M
        self._box = np.sqrt(self._rs**2 + 2 * max(self._r) * reach + reach**2).tolist()
        left, low, right, high = (each - sign * self._rs for sign in (1, -1) for each in (self._xs, self._ys))
        self._tree = shapely.STRtree(shapely.box(left, low, right, high))

    def area(self) -> BaseGeometry:
        """Return the points in reach of a disc, and some more: no point is left out of a circle that is a polygon."""
        wider = 1 / math.cos(math.pi / (4 * QUARTER))
        radii = (self._rs + REACH_M + EDGE_M) * wider
        circles = shapely.buffer(shapely.points(self._xs, self._ys), radii, quad_segs=QUARTER)
        return shapely.simplify(shapely.union_all(circles), EDGE_M)

    def cell(self, number: int) -> BaseGeometry:
        """Return the cell of a disc, as far as it can be in the area; an empty one for a disc without any."""
        x, y, size = self._x[number], self._y[number], self._box[number]
        box = [(x - size, y - size), (x + size, y - size), (x + size, y + size), (x - size, y + size)]
        for within in (500.0, 1_000.0, 2_000.0, 3 * size):
            corners, labels = box, [-1, -2, -3, -4]
            for border, other, nx, ny in self._borders(number, within):
                if not corners or border >= _far(corners, x, y):
                    break
                corners, labels = _cut(corners, labels, nx, ny, border + nx * x + ny * y, other)
            if not corners or 2 * _far(corners, x, y) <= within:  # the borders with all others are further away
                break
        exact = [self._corner(number, labels[place - 1], labels[place], each) for place, each in enumerate(corners)]
        distinct = [one for one, before in zip(exact, [*exact[-1:], *exact[:-1]], strict=True) if one != before]
        return shapely.Polygon(distinct) if len(distinct) > 2 else shapely.Polygon()

    def _borders(self, number: int, within: float) -> list[tuple[float, int, float, float]]:
        """Return the borders with the discs whose edge is near, nearest first.

        Each is its distance, the other disc, and the direction to it. The borders with other discs are further away
        than half of `within`.
        """
        x, y, r = self._x[number], self._y[number], self._r[number]
        near = self._tree.query(shapely.box(x - within, y - within, x + within, y + within))
        apart = np.hypot(self._xs[near] - x, self._ys[near] - y)
        others, apart = near[apart > 0], apart[apart > 0]
        borders = (apart + (r * r - self._rs[others] ** 2) / apart) / 2
        first = np.lexsort((others, borders))
        nx, ny = (self._xs[others] - x) / apart, (self._ys[others] - y) / apart
        columns = (borders, others, nx, ny)
        return list(zip(*(each[first].tolist() for each in columns), strict=True))

    def _corner(self, number: int, before: int, after: int, found: tuple[float, float]) -> tuple[float, float]:
        """Return the corner of three cells, the very same for each of them; of a side of the box, that `found`."""
        first, second, third = sorted((number, before, after))
        if first < 0:
            return found
        if (first, second, third) not in self._corners:
            self._corners[first, second, third] = self._equidistant(first, second, third, found)
        return self._corners[first, second, third]

    def _equidistant(self, i: int, j: int, k: int, found: tuple[float, float]) -> tuple[float, float]:
        ax, ay = self._x[j] - self._x[i], self._y[j] - self._y[i]
        bx, by = self._x[k] - self._x[i], self._y[k] - self._y[i]
        a = (ax * ax + ay * ay + self._r[i] ** 2 - self._r[j] ** 2) / 2
        b = (bx * bx + by * by + self._r[i] ** 2 - self._r[k] ** 2) / 2
        determinant = ax * by - ay * bx
        if determinant == 0:
            return found
        return self._x[i] + (a * by - b * ay) / determinant, self._y[i] + (ax * b - bx * a) / determinant


def _far(corners: list[tuple[float, float]], x: float, y: float) -> float:
    return max(math.hypot(px - x, py - y) for px, py in corners)


def _cut(
    corners: list[tuple[float, float]], labels: list[int], nx: float, ny: float, limit: float, label: int
) -> tuple[list[tuple[float, float]], list[int]]:
    """Return the part of a convex polygon where n·p <= limit. `labels`: of the edges that begin at each corner."""
    sides = [nx * x + ny * y - limit for x, y in corners]
    if max(sides) <= 0:
        return corners, labels
    kept: list[tuple[float, float]] = []
    of_kept: list[int] = []
    count = len(corners)
    for place in range(count):
        after = (place + 1) % count
        here, there = sides[place], sides[after]
        if here <= 0:
            kept.append(corners[place])
            of_kept.append(labels[place])
        if (here <= 0) != (there <= 0):
            part = here / (here - there)
            (x, y), (tx, ty) = corners[place], corners[after]
            kept.append((x + part * (tx - x), y + part * (ty - y)))
            of_kept.append(label if here <= 0 else labels[place])
    return (kept, of_kept) if len(kept) > 2 else ([], [])


def draw_boundaries(reference: ReferenceData) -> tuple[BoundaryRecord, ...]:
    """Return the boundary of every kelurahan: that of its official area, or its part of the division of the rest.

    It takes seconds. A kelurahan with neither an area nor discs has no polygons.
    """
    drawn = {area.code: shapely.from_wkb(area.wkb) for area in reference.areas}
    divided = _divided([disc for disc in reference.discs if disc.code not in drawn])
    if drawn and divided:
        official = shapely.union_all(list(drawn.values()))
        divided = {code: shapely.difference(part, official) for code, part in divided.items()}
    parts = divided | drawn
    codes = sorted(record.code for record in reference.kelurahan)
    shapes = [parts.get(code, shapely.MultiPolygon()) for code in codes]
    for tolerance in TOLERANCES:
        texts = [_coordinates(shape) for shape in _simplified(shapes, tolerance)]
        if sum(map(len, texts)) <= MOST_BYTES:
            break
    return tuple(BoundaryRecord(code, code in drawn, text) for code, text in zip(codes, texts, strict=True))


def _divided(discs: Sequence[DiscRecord]) -> dict[str, BaseGeometry]:
    """Return the part of each kelurahan, in degrees: the cells of its discs, as far as they are in the area."""
    if not discs:
        return {}
    cells = _Cells(discs)
    area = cells.area()
    shapely.prepare(area)
    each = np.array([cells.cell(number) for number in range(len(discs))])
    is_cut = ~shapely.contains_properly(area, each)
    each[is_cut] = shapely.intersection(each[is_cut], area)
    north, east = metres_per_degree(MIDDLE)
    rounded = _rounded(each, (east, north))
    of_code: dict[str, list[BaseGeometry]] = {}
    for disc, cell in zip(discs, rounded, strict=True):
        of_code.setdefault(disc.code, []).append(cell)
    return {code: shapely.union_all(some) for code, some in of_code.items()}


def _simplified(shapes: Sequence[BaseGeometry], tolerance: float) -> Any:
    """Return shapes whose borders are simplified by up to `tolerance` metres, alike on both sides, and rounded."""
    north, _ = metres_per_degree(MIDDLE)
    simplified = shapely.coverage_simplify(shapes, tolerance / north) if tolerance else np.array(shapes)
    return _rounded(simplified, (1.0, 1.0))


def _rounded(shapes: Any, scale: tuple[float, float]) -> Any:
    """Return shapes in degrees with rounded corners, without what has no area then."""
    rounded = shapely.transform(shapes, lambda corners: np.round(corners / np.array(scale), DIGITS))
    return shapely.make_valid(rounded, method="structure", keep_collapsed=False)


def _coordinates(shape: BaseGeometry) -> str:
    """Return the coordinates of a shape as a MultiPolygon. Outer rings go counterclockwise (RFC 7946)."""
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    right = shapely.orient_polygons(shapely.MultiPolygon(polygons))
    rings = [[list(ring.coords) for ring in (part.exterior, *part.interiors)] for part in right.geoms]
    return orjson.dumps(rings).decode()
