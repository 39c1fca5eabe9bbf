"""Reports near a point."""

from typing import Self

import strawberry

from queries.nearby import Near, nearest
from queries.reports import OPEN
from rules.criteria import ReportCriteria
from rules.geography import Circle
from rules.messages import Message
from schema.context import Info
from schema.costs import STATEMENT
from schema.errors import RequestCode, RequestError
from schema.filters import circle_of
from schema.reports import GeoPointInput, Report

MOST_NEAR = 50
"""The most reports that are asked for at once."""

SEARCHES = 3 * STATEMENT
"""The cost of a search: three statements at most, for the radii of `queries.nearby.STEPS` and the asked one."""


@strawberry.type(description="A report near a point.")
class NearbyReport:
    report: Report = strawberry.field(description="The report.")
    distance_metres: float = strawberry.field(description="Distance of its location from the point, in metres.")

    @classmethod
    async def read(
        cls, info: Info, at: GeoPointInput, radius_metres: int, category: str | None, is_open: bool, first: int
    ) -> list[Self]:
        """Read the reports nearest to a point. Raises RequestError BAD_INPUT."""
        context, circle = info.context, circle_of(at, radius_metres, "at", "radiusMetres")
        if category is not None and category not in context.places.categories:
            raise RequestError(RequestCode.BAD_INPUT, Message.CATEGORY_UNKNOWN, "category", code=category)
        if not 1 <= first <= MOST_NEAR:
            raise RequestError(RequestCode.BAD_INPUT, Message.PAGE_SIZE, "first", most=MOST_NEAR)
        found = await nearest(Near(circle, category, is_open), first, info.columns)
        if len(found) == first:  # what is further off than the last one does not matter
            circle = Circle(circle.latitude, circle.longitude, min(circle.radius, found[-1].distance + 1))
        context.depends.on_criteria(
            ReportCriteria(
                near=circle,
                category=None if category is None else frozenset({category}),
                status=OPEN if is_open else None,
            )
        )
        return [cls(report=Report.of(context, each.row), distance_metres=each.distance) for each in found]
