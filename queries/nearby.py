"""The reports nearest to a point."""

from collections.abc import Callable
from math import sqrt
from typing import Any, NamedTuple

from models.reading import Selected, Values, is_sqlite, select
from models.reports import SHOWN_COLUMNS, Report, shown_report_row
from queries.boxes import CELL, add_circle, cells_of, squared_distance
from queries.conditions import Conditions
from queries.paging import with_key
from rules.criteria import BoundingBox
from rules.geography import Circle

STEPS = (250.0, 1_000.0)
"""Radii in metres that are searched before a larger one: where there are many reports, the nearest are very near."""


class Near(NamedTuple):
    """The reports that are looked for: those in a circle, in a category and open if so wanted."""

    circle: Circle
    category: str | None
    is_open: bool


class Neighbour(NamedTuple):
    """A report, as a whole row or as the selected columns, and its distance in metres."""

    row: Any
    distance: float


async def nearest(near: Near, first: int, columns: Selected = None) -> list[Neighbour]:
    """Read the first reports of a circle, the nearest first, and by id those that are equally near.

    On PostgreSQL an index has the open reports by cell of the map, with all that decides: reading it alone finds which
    they are, and only these are read. So the work is that of the open reports in the cells of the circle. A large
    circle is searched from its middle.
    """
    circle = near.circle
    steps = () if is_sqlite() else [step for step in STEPS if step < circle.radius]
    for radius in (*steps, circle.radius):
        searched = Circle(circle.latitude, circle.longitude, radius)
        found = await _within(near._replace(circle=searched), first, columns)
        if len(found) == first:
            break
    return found


async def _within(near: Near, first: int, columns: Selected) -> list[Neighbour]:
    wanted = Conditions()
    cells = [] if is_sqlite() else cells_of(BoundingBox(*near.circle.bounds))
    if cells:
        wanted.add_listed(CELL, cells)
    if near.is_open:
        wanted.add("status <> 'PROCESSED'")
    if near.category is not None:
        wanted.add("category = {}", near.category)
    wanted.add("id NOT IN (SELECT id FROM report WHERE hidden)")  # not the column, which the index does not have
    add_circle(wanted, near.circle)
    distance = squared_distance(wanted, near.circle)
    chosen = (
        f"SELECT id AS near_id, {distance} AS squared FROM report WHERE {wanted} ORDER BY squared, id LIMIT {first}"
    )
    extended, place_of = with_key(SHOWN_COLUMNS if columns is None else columns, "latitude", "longitude")
    source = f"({chosen}) AS chosen JOIN report ON report.id = chosen.near_id"
    rows = await select(Report, extended, "ORDER BY squared, near_id", *wanted.values, source=source)
    made: Callable[[Values], Any] = shown_report_row if columns is None else tuple
    return [Neighbour(made(row), sqrt(near.circle.squared_distance(*place_of(row)))) for row in rows]
