"""Clusters of reports on a map."""

import strawberry

from queries import clusters, reports
from rules.criteria import BoundingBox
from rules.messages import Message
from schema.columns import Load, loaded_field, viewpoint
from schema.context import Context
from schema.errors import RequestCode, RequestError
from schema.filters import box_of, criteria_of
from schema.freshness import Dependencies
from schema.places import GeoPoint
from schema.reports import BoundingBoxInput, Report, ReportFilter

field = strawberry.field

MOST_ZOOM = 22
MARGIN = 0.1
"""Degrees around the centres of the kelurahan within which nearly all reports are."""


@strawberry.type(description="An area of the map between two latitudes and two longitudes.")
class Box:
    south: float = field(description="Lowest latitude in degrees.")
    west: float = field(description="Lowest longitude in degrees.")
    north: float = field(description="Highest latitude in degrees.")
    east: float = field(description="Highest longitude in degrees.")


@strawberry.type(description="Reports that are close together on the map.")
class ReportCluster:
    report_id: strawberry.Private[int | None]
    centre: GeoPoint = field(description="The mean of their locations.")
    box: Box = field(description="The square of the map in which they are, as far as it is in the area asked for.")
    count: int = field(description="Number of reports that match the filter.")
    waiting: int = field(description="Those of them that are `WAITING`.")
    in_progress: int = field(description="Those of them that are `IN_PROGRESS`.")
    processed: int = field(description="Those of them that are `PROCESSED`.")
    report: Report | None = loaded_field(
        "report_id",
        load=Load(
            reports.by_id,
            shared=viewpoint,
            make=lambda context, row: row and Report.of(context, row),
            rows=True,
            depends=Dependencies.on_reports,
        ),
        description="The report, if `count` is 1. Null for more.",
    )


async def read_clusters(
    context: Context, within: BoundingBoxInput, zoom: int, given: ReportFilter | None
) -> list[ReportCluster]:
    """Return the clusters of an area at a zoom. Raises RequestError BAD_INPUT."""
    if not 0 <= zoom <= MOST_ZOOM:
        raise RequestError(RequestCode.BAD_INPUT, Message.ZOOM_INVALID, "zoom", most=MOST_ZOOM)
    box, criteria = box_of(within, "within"), criteria_of(given, context)
    found = await clusters.clusters(box, zoom, criteria, context.now, _city(context))
    context.depends.on_criteria(clusters.within(criteria, box))
    return [
        ReportCluster(
            report_id=one.report_id,
            centre=GeoPoint(latitude=one.latitude, longitude=one.longitude),
            box=Box(south=one.square.south, west=one.square.west, north=one.square.north, east=one.square.east),
            count=one.count,
            waiting=one.waiting,
            in_progress=one.in_progress,
            processed=one.processed,
        )
        for one in found
    ]


def _city(context: Context) -> BoundingBox:
    places = context.places.gazetteer.live.values()
    latitudes, longitudes = [place.latitude for place in places], [place.longitude for place in places]
    return BoundingBox(
        min(latitudes) - MARGIN, min(longitudes) - MARGIN, max(latitudes) + MARGIN, max(longitudes) + MARGIN
    )
