"""Clusters of reports on a map: how many are in each square of a grid.

The database keeps the counts of small cells by triggers (migrations 0029 and 0032, ADR 31), without hidden reports.
Clusters that are cells, or squares of them, are sums of these counts; the reports of cells that the border of the box
cuts are read one by one. All other clusters are counted among the reports.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from math import floor
from operator import add
from typing import Any

from models.reading import is_sqlite, read
from queries.boxes import add_box
from queries.conditions import Conditions
from queries.reports import condition
from rules.criteria import BoundingBox, ReportCriteria
from rules.workflow import ReportStatus

MOST = 500
"""Clusters of an answer, at most."""

MOST_SQUARES = 4_096
"""Squares of a box that are counted, at most, before those with reports are joined to be at most MOST."""

COARSE, BY_CATEGORY, FINE = 6, 8, 10
"""The levels of the cells that are kept. A square of a level is 1 / 2 ** level degrees high and wide.

Those of the middle level have the reports of each category, the others all reports under the category ''.
"""

ZOOM_OF_A_DEGREE = 6
"""The zoom at which squares are a degree high and wide, 45 pixels of tiles of 256 pixels: level 0."""

_SUMS = "reports, ids, latitudes, longitudes"
_COUNTED = (
    "SUM(reports), "
    + ", ".join(f"SUM(CASE status WHEN '{status}' THEN reports ELSE 0 END)" for status in ReportStatus)
    + ", SUM(ids), SUM(latitudes), SUM(longitudes)"
)


@dataclass(frozen=True, slots=True)
class Cluster:
    """The reports of a square. `report_id`: of the only one; None if there are more."""

    square: BoundingBox
    latitude: float
    longitude: float
    waiting: int
    in_progress: int
    processed: int
    report_id: int | None

    @property
    def count(self) -> int:
        """The number of reports."""
        return self.waiting + self.in_progress + self.processed


async def clusters(
    box: BoundingBox, zoom: int, criteria: ReportCriteria, now: datetime, city: BoundingBox
) -> list[Cluster]:
    """Count the reports in a box that match the criteria, by squares. `city`: where nearly all reports are.

    The number of squares there decides how large they are.
    """
    criteria = within(criteria, box)
    box = criteria.within or box
    if box.south > box.north or box.west > box.east:
        return []
    level = zoom - ZOOM_OF_A_DEGREE
    shown = _common(box, city)
    if shown.south > shown.north or shown.west > shown.east:
        shown = box
    while _squares(shown, level) > MOST_SQUARES:
        level -= 1
    in_cells = replace(criteria, within=None, status=None, category=None) == ReportCriteria()
    if in_cells and criteria.category is None and level <= FINE:
        rows = await _of_cells(box, level, criteria)
    elif in_cells and criteria.category is not None and level <= BY_CATEGORY:
        rows = await _of_cells_by_category(box, level, criteria, criteria.category)
    else:
        rows = await _of_reports(criteria, level, now)
    found = {(int(y), int(x)): tuple(map(int, counted)) for y, x, *counted in rows}
    while len(found) > MOST:
        level -= 1
        joined: defaultdict[tuple[int, int], tuple[int, ...]] = defaultdict(lambda: (0,) * 7)
        for (y, x), counted in found.items():
            joined[y >> 1, x >> 1] = tuple(map(add, joined[y >> 1, x >> 1], counted))
        found = dict(joined)
    return [_cluster(square, level, counted, box) for square, counted in sorted(found.items())]


def within(criteria: ReportCriteria, box: BoundingBox) -> ReportCriteria:
    """Return the criteria of the reports that are in a box too."""
    return replace(criteria, within=box if criteria.within is None else _common(box, criteria.within))


async def _of_cells(box: BoundingBox, level: int, criteria: ReportCriteria) -> list[Any]:
    """Add up the cells inside the box, and the reports in the cells at its border.

    Squares that are coarse cells or larger: the fine cells of the coarse ones at the border, and reports only of these.
    """
    wanted, kept, by_status = Conditions(), COARSE if level <= COARSE else FINE, _by_status(criteria)
    fine, inside, at_border = "map_cell", *_conditions(wanted, box, FINE)
    ring = coarse = ""
    if kept == COARSE:
        inner, outer = _conditions(wanted, box, COARSE)
        ring = f"ring AS (SELECT DISTINCT y AS row, x AS col FROM map_cell WHERE {outer}{by_status}),"
        coarse = f"SELECT y, x, status, {_SUMS} FROM map_cell WHERE {inner}{by_status} UNION ALL"
        fine = "ring JOIN map_cell ON y >> 4 = ring.row AND x >> 4 = ring.col"
    in_box = wanted.beside()
    add_box(in_box, box)
    y, x, report = _report_columns(FINE)
    shift, smaller = kept - level, FINE - kept
    sql = f"""
        WITH {ring} border AS (SELECT DISTINCT y, x FROM {fine} WHERE {at_border}{by_status})
        SELECT y >> {shift}, x >> {shift}, {_COUNTED} FROM (
            {coarse}
            SELECT y >> {smaller} AS y, x >> {smaller} AS x, status, {_SUMS} FROM {fine} WHERE {inside}{by_status}
            UNION ALL
            SELECT y >> {smaller}, x >> {smaller}, status, {report}
            FROM border JOIN report ON {y} = y AND {x} = x WHERE {in_box}{by_status} AND NOT hidden
        ) AS part
        GROUP BY 1, 2 HAVING SUM(reports) > 0
    """
    return await read(sql, *wanted.values)


async def _of_cells_by_category(
    box: BoundingBox, level: int, criteria: ReportCriteria, categories: frozenset[str]
) -> list[Any]:
    """Add up the cells of the categories inside the box, and their reports in the cells at its border.

    The reports at the border are looked for in each fine cell, of which the index has those of a category together.
    """
    wanted, by_status = Conditions(), _by_status(criteria)
    inside, at_border = _conditions(wanted, box, BY_CATEGORY, categories)
    in_box = wanted.beside()
    add_box(in_box, box)
    in_box.add_listed("category", categories)
    y, x, report = _report_columns(FINE)
    shift, smaller = BY_CATEGORY - level, FINE - BY_CATEGORY
    steps = " UNION ALL ".join(f"SELECT {step} AS step" for step in range(2**smaller))
    sql = f"""
        WITH ring AS (SELECT DISTINCT y, x FROM map_cell WHERE {at_border}{by_status}), steps AS ({steps}), border AS (
            SELECT (ring.y << {smaller}) + up.step AS y, (ring.x << {smaller}) + along.step AS x
            FROM ring CROSS JOIN steps AS up CROSS JOIN steps AS along
        )
        SELECT y >> {shift}, x >> {shift}, {_COUNTED} FROM (
            SELECT y, x, status, {_SUMS} FROM map_cell WHERE {inside}{by_status}
            UNION ALL
            SELECT y >> {smaller}, x >> {smaller}, status, {report}
            FROM border JOIN report ON {y} = y AND {x} = x WHERE {in_box}{by_status} AND NOT hidden
        ) AS part
        GROUP BY 1, 2 HAVING SUM(reports) > 0
    """
    return await read(sql, *wanted.values)


def _by_status(criteria: ReportCriteria) -> str:
    listed = ", ".join(f"'{status}'" for status in sorted(criteria.status or ())) or "''"
    return "" if criteria.status is None else f" AND status IN ({listed})"


def _conditions(
    wanted: Conditions, box: BoundingBox, level: int, categories: frozenset[str] = frozenset({""})
) -> tuple[str, str]:
    """Return the conditions of the cells that are inside a box, and of those with reports that its border cuts."""
    listed = wanted.beside()
    listed.add(f"level = {level}")
    listed.add_listed("category", categories)
    south, north = (wanted.value(_number(each + 90, level)) for each in (box.south, box.north))
    west, east = (wanted.value(_number(each + 180, level)) for each in (box.west, box.east))
    inside = f"{listed} AND y > {south} AND y < {north} AND x > {west} AND x < {east}"
    touched = f"{listed} AND y BETWEEN {south} AND {north} AND x BETWEEN {west} AND {east} AND reports > 0"
    return inside, f"{touched} AND (y IN ({south}, {north}) OR x IN ({west}, {east}))"


async def _of_reports(criteria: ReportCriteria, level: int, now: datetime) -> list[Any]:
    """Count reports one by one."""
    wanted = condition(criteria, now)
    y, x, report = _report_columns(level)
    named = ["reports", "ids", "latitudes", "longitudes"]
    columns = ", ".join(f"{column} AS {name}" for column, name in zip(report.split(", "), named, strict=True))
    sql = f"""
        SELECT y, x, {_COUNTED} FROM (
            SELECT {y} AS y, {x} AS x, status, {columns} FROM report WHERE {wanted}
        ) AS part
        GROUP BY 1, 2
    """
    return await read(sql, *wanted.values)


def _report_columns(level: int) -> tuple[str, str, str]:
    """Return the number of the row and of the column of a report's square, and what a cell adds up of it."""
    factor = str(2**level) if level >= 0 else str(2.0**level)
    if is_sqlite():
        y, x = (f"CAST(({each}) * {factor} AS INTEGER)" for each in ("latitude + 90", "longitude + 180"))
        micro = "CAST(round({} * 1000000) AS INTEGER)"
    else:
        y, x = (f"floor(({each}) * {factor})::int" for each in ("latitude + 90", "longitude + 180"))
        micro = "round({} * 1000000)::bigint"
    return y, x, f"1, id, {micro.format('latitude')}, {micro.format('longitude')}"


def _cluster(square: tuple[int, int], level: int, counted: tuple[int, ...], box: BoundingBox) -> Cluster:
    y, x = square
    count, waiting, in_progress, processed, ids, latitudes, longitudes = counted
    side = 2.0**-level
    bounds = _common(BoundingBox(y * side - 90, x * side - 180, (y + 1) * side - 90, (x + 1) * side - 180), box)
    return Cluster(
        bounds,
        latitude=min(max(latitudes / count / 1_000_000, bounds.south), bounds.north),
        longitude=min(max(longitudes / count / 1_000_000, bounds.west), bounds.east),
        waiting=waiting,
        in_progress=in_progress,
        processed=processed,
        report_id=ids if count == 1 else None,
    )


def _common(one: BoundingBox, other: BoundingBox) -> BoundingBox:
    """Return what two boxes have in common. If that is nothing, its lowest values are above its highest."""
    return BoundingBox(
        max(one.south, other.south), max(one.west, other.west), min(one.north, other.north), min(one.east, other.east)
    )


def _squares(box: BoundingBox, level: int) -> int:
    rows = _number(box.north + 90, level) - _number(box.south + 90, level) + 1
    return rows * (_number(box.east + 180, level) - _number(box.west + 180, level) + 1)


def _number(degrees: float, level: int) -> int:
    """Return the number of a square. Multiplying by a power of two is exact, so the database computes the same."""
    return floor(degrees * 2.0**level)


def wrong_cells() -> str:
    """Return the statement for the cells that differ from the reports: their key, and each count too much."""
    y, x, report = _report_columns(FINE)
    fewer = ", ".join(f"-{each}" for each in report.split(", "))
    sums = ", ".join(f"CAST(SUM({name}) AS BIGINT) AS {name}" for name in _SUMS.split(", "))
    levels = " UNION ALL ".join(f"SELECT {level} AS level" for level in (COARSE, BY_CATEGORY, FINE))
    category = f"CASE level WHEN {BY_CATEGORY} THEN category ELSE '' END"
    return f"""
        SELECT level, category, y, x, status, {sums} FROM (
            SELECT level, category, y, x, status, {_SUMS} FROM map_cell
            UNION ALL
            SELECT level, {category}, {y} >> ({FINE} - level), {x} >> ({FINE} - level), status, {fewer} FROM report
            CROSS JOIN ({levels}) AS kept WHERE NOT hidden
        ) AS both_counted
        GROUP BY level, category, y, x, status
        HAVING {" OR ".join(f"SUM({name}) <> 0" for name in _SUMS.split(", "))}
        ORDER BY level, category, y, x, status
    """
