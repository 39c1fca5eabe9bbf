"""Boxes and circles on the map as conditions on reports.

PostgreSQL finds the reports of a box by cells of the map. Its planner cannot tell a box with many reports from one with
few: an index of cells is slow for the one, and walking along the order of the list for the other.
"""

from math import floor

from queries.conditions import Conditions
from rules.criteria import BoundingBox
from rules.geography import Circle

CELL = "(floor(latitude * 100)::int * 40000 + floor(longitude * 100)::int)"
"""The cell of a report on PostgreSQL: a hundredth of a degree high and wide. The index `report_cell` has it."""

FEW_CELLS = 25
"""The most cells that are read without walking first."""

MANY_CELLS = 1_600
"""The most cells that are read, 0.4 degrees in square: more than Jakarta."""

WALKED = 5_000
"""Reports to walk along the order of a list before its cells are read. They fill a page unless the box has few."""


def add_box(wanted: Conditions, box: BoundingBox) -> None:
    """Add the condition that a report is in a box, borders included."""
    wanted.add("latitude BETWEEN {} AND {}", box.south, box.north)
    wanted.add("longitude BETWEEN {} AND {}", box.west, box.east)


def add_circle(wanted: Conditions, circle: Circle) -> None:
    """Add the condition that a report is in a circle, border included: equivalent to `Circle.contains`."""
    add_box(wanted, BoundingBox(*circle.bounds))
    wanted.add(f"{squared_distance(wanted, circle)} <= {{}}", circle.radius * circle.radius)


def squared_distance(wanted: Conditions, circle: Circle) -> str:
    """Return the SQL of `Circle.squared_distance` for a report: the same operations in the same order."""
    north, north_slope, east, east_slope = map(wanted.value, circle.scales)
    up = f"(latitude - {wanted.value(circle.latitude)})"
    along = f"(longitude - {wanted.value(circle.longitude)})"
    y, x = f"({up} * ({north} + {north_slope} * {up}))", f"({along} * ({east} + {east_slope} * {up}))"
    return f"({y} * {y} + {x} * {x})"


def cells_of(box: BoundingBox) -> list[int]:
    """Return the cells that a box touches, by the numbers of CELL. Empty if there are too many.

    Rounding keeps the order of numbers, so no location in the box is in another cell.
    """
    rows = range(floor(box.south * 100), floor(box.north * 100) + 1)
    columns = range(floor(box.west * 100), floor(box.east * 100) + 1)
    if len(rows) * len(columns) > MANY_CELLS:
        return []
    return [row * 40_000 + column for row in rows for column in columns]
