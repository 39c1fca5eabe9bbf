"""Places, agencies and categories: objects made once from the reference data and shared by all requests."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated

import orjson
import strawberry

from models.reference.gazetteer import Gazetteer, KecamatanRecord
from models.reference.records import ANNOUNCED, AgencyRecord, BoundaryRecord, CategoryRecord, KelurahanRecord
from queries.outbox import backlogs
from queries.reports import ReportOrder
from rules.boards import BoardKind, Metric
from rules.criteria import ReportCriteria
from rules.languages import Text
from rules.periods import Period
from rules.routing import AgencyKind, FirstHandler
from rules.service_time import ServiceHours
from schema.context import BATCHED, BY_LOCALE, DEPENDS, Context, Info, InLocale
from schema.costs import BOARD, BOUNDARY, STATEMENT, cost
from schema.nodes import Node, global_id
from schema.paging import LONG_PAGE, After, Before, First, FirstEntries, Last, PageInfo, page_request
from schema.periods import requested_day
from schema.scalars import JSON

if TYPE_CHECKING:
    from schema.boards import Standing
    from schema.points import PointEntryConnection
    from schema.reports import ReportConnection, ReportFilter
    from schema.scorecards import Scorecard

InPeriod = Annotated[
    Period | None,
    strawberry.argument(
        description="Kind of period. Only entries that count in the period that contains the day `on`. All "
        "entries when null."
    ),
]
RankedBy = Annotated[Metric, strawberry.argument(description="Metric of the board.")]
CurrentPeriod = Annotated[Period, strawberry.argument(description="Kind of period. The current one is used.")]
RequestedPeriod = Annotated[Period, strawberry.argument(description="Kind of period.")]
OnDayOf = Annotated[date | None, strawberry.argument(description="Any day in the period. Today in Jakarta when null.")]
OnDay = Annotated[
    date | None,
    strawberry.argument(description="Any day in the period. Today in Jakarta when null. Requires `period`."),
]

ENTRIES = DEPENDS | BATCHED | cost(page=LONG_PAGE, reads=STATEMENT)
"""Metadata of the fields `points` of a kelurahan and of an agency."""


async def _points(
    self: "Kelurahan | Agency",
    info: Info,
    first: FirstEntries = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
    period: InPeriod = None,
    on: OnDay = None,
) -> Annotated["PointEntryConnection", strawberry.lazy("schema.points")]:
    from schema.points import PointEntryConnection  # noqa: PLC0415

    request = page_request(first, after, last, before, default=LONG_PAGE)
    return await PointEntryConnection.read(info, self.code, period, on, request)


@strawberry.type(description="A point in WGS 84 coordinates.")
class GeoPoint:
    latitude: float = strawberry.field(description="Latitude in degrees. Jakarta is at about -6.")
    longitude: float = strawberry.field(description="Longitude in degrees. Jakarta is at about 106.")


@strawberry.interface(description="An administrative place.")
class Place:
    since: strawberry.Private[date | None]
    until: strawberry.Private[date | None]
    code: str = strawberry.field(
        description='Code of the Ministry of Home Affairs (Kemendagri), for example "31.71.01.1001".'
    )
    name: str = strawberry.field(description="Official name.")


@strawberry.type(description="One of the five cities of Jakarta, or its regency.")
class City(Node, Place):
    kecamatan: list["Kecamatan"] = strawberry.field(
        description="Kecamatan of the city, ordered by code.",
        metadata=cost(size=lambda places: max(len(city.kecamatan) for city in places.cities.values())),
    )


@strawberry.type(description="A kecamatan (district).")
class Kecamatan(Node, Place):
    city: City = strawberry.field(description="City that contains it.")
    kelurahan: list["Kelurahan"] = strawberry.field(
        description="Kelurahan of the kecamatan, ordered by code.",
        metadata=cost(size=lambda places: max(len(one.kelurahan) for one in places.kecamatan.values())),
    )


@strawberry.type(description="A kelurahan (urban village), led by a lurah: one of 267.")
class Kelurahan(Node, Place):
    kecamatan: Kecamatan = strawberry.field(description="Kecamatan that contains it.")
    city: City = strawberry.field(description="City that contains it.")
    centre: GeoPoint = strawberry.field(description="A point inside the kelurahan.")
    area_km2: float = strawberry.field(name="areaKm2", description="Area in square kilometres.")
    boundary: JSON = strawberry.field(
        description="Boundary as a GeoJSON MultiPolygon (RFC 7946): WGS 84, longitude first, 5 decimals. Neighbours "
        "share their corners. For a map, not for locating: that is `locate`. All 267 are under 400 KB: load them once.",
        metadata=cost(value=BOUNDARY),
    )
    boundary_exact: bool = strawberry.field(
        description="Whether the boundary is that of an official area. Otherwise it is approximate."
    )
    ended_on: date | None = strawberry.field(
        description="Day on which the kelurahan ended: others have its area since then. It gets no reports, is in no "
        "list of kelurahan and has no boundary; it keeps its reports and points. Null while it exists."
    )

    @strawberry.field(
        description="Standing on the current board of all kelurahan.", metadata=DEPENDS | BATCHED | cost(reads=BOARD)
    )
    async def standing(
        self,
        info: Info,
        metric: RankedBy = Metric.POINTS,
        period: CurrentPeriod = Period.MONTH,
    ) -> Annotated["Standing", strawberry.lazy("schema.boards")]:
        return await _standing(info, BoardKind.KELURAHAN, self.code, metric, period)

    @strawberry.field(
        description="Statistics of the kelurahan in a period.", metadata=DEPENDS | BATCHED | cost(reads=BOARD)
    )
    async def scorecard(
        self, info: Info, period: RequestedPeriod = Period.MONTH, on: OnDayOf = None
    ) -> Annotated["Scorecard", strawberry.lazy("schema.scorecards")]:
        return await _scorecard(info.context, BoardKind.KELURAHAN, self.code, period, on)

    @strawberry.field(
        description="Reports of problems in the kelurahan.", metadata=DEPENDS | cost(page=20, reads=STATEMENT)
    )
    async def reports(
        self,
        info: Info,
        filter: Annotated[
            Annotated["ReportFilter", strawberry.lazy("schema.reports")] | None,
            strawberry.argument(description="Conditions on the reports."),
        ] = None,
        order_by: Annotated[ReportOrder, strawberry.argument(description="Order of the list.")] = ReportOrder.NEWEST,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Annotated["ReportConnection", strawberry.lazy("schema.reports")]:
        from schema.filters import criteria_of  # noqa: PLC0415
        from schema.reports import ReportConnection  # noqa: PLC0415

        request = page_request(first, after, last, before)
        return await ReportConnection.read(info, criteria_of(filter, info.context), order_by, request, self.code)

    points = strawberry.field(
        resolver=_points, description="Point entries of the unit, newest first.", metadata=ENTRIES
    )


@strawberry.type(description="A page of kelurahan.")
class KelurahanConnection:
    edges: list["KelurahanEdge"] = strawberry.field(description="The rows of the page.")
    page_info: PageInfo = strawberry.field(description="Page cursors of the page, and whether there are more pages.")
    total_count: int = strawberry.field(description="Number of kelurahan on all pages.")


@strawberry.type(description="A row of a page of kelurahan.")
class KelurahanEdge:
    cursor: str = strawberry.field(description="Page cursor of the row, for `after` and `before` of the same list.")
    node: Kelurahan = strawberry.field(description="The kelurahan.")


@strawberry.type(description="The kelurahan of a point.")
class LocationMatch:
    kelurahan: Kelurahan = strawberry.field(description="Kelurahan that contains the point, or most likely does.")
    exact: bool = strawberry.field(description="Whether the kelurahan is certain. Otherwise ask the citizen to choose.")
    alternatives: list[Kelurahan] = strawberry.field(
        description="Other possible kelurahan, likeliest first. Empty when `exact` is true.", metadata=cost(size=5)
    )


@strawberry.type(description="An agency that handles reports: of the province, or external.")
class Agency(Node):
    code: str = strawberry.field(description='Code, for example "DINSOS".')
    name: str = strawberry.field(description="Official name.")
    kind: AgencyKind = strawberry.field(description="Whether the agency is of the province or external.")
    since: strawberry.Private[date | None]
    until: strawberry.Private[date | None] = None  # an agency does not end
    connected: bool = strawberry.field(
        description="Whether reports are sent to the system of the agency. False for an agency of the province, whose "
        "people work here."
    )

    @strawberry.field(
        description="Number of open reports of an external agency that it has not got yet. 0 for others.",
        metadata=DEPENDS | BATCHED | cost(reads=STATEMENT),
    )
    async def backlog(self, info: Info) -> int:
        info.context.depends.on_criteria(ReportCriteria(handler=frozenset({self.code})))
        number: int = await info.context.load(backlogs, self.code)
        return number

    @strawberry.field(
        description="Standing on the current board of agencies. Null for an external agency.",
        metadata=DEPENDS | BATCHED | cost(reads=BOARD),
    )
    async def standing(
        self,
        info: Info,
        metric: RankedBy = Metric.POINTS,
        period: CurrentPeriod = Period.MONTH,
    ) -> Annotated["Standing", strawberry.lazy("schema.boards")] | None:
        if self.kind is AgencyKind.EXTERNAL:
            return None
        return await _standing(info, BoardKind.AGENCY, self.code, metric, period)

    @strawberry.field(
        description="Statistics of the agency in a period. For an external agency, the rates and scores are null.",
        metadata=DEPENDS | BATCHED | cost(reads=BOARD),
    )
    async def scorecard(
        self, info: Info, period: RequestedPeriod = Period.MONTH, on: OnDayOf = None
    ) -> Annotated["Scorecard", strawberry.lazy("schema.scorecards")]:
        return await _scorecard(info.context, BoardKind.AGENCY, self.code, period, on)

    points = strawberry.field(
        resolver=_points,
        description="Point entries of the agency, newest first. Empty for an external agency.",
        metadata=ENTRIES,
    )


@strawberry.type(description="Category of a problem.")
class Category(Node):
    names: strawberry.Private[Text]
    hints: strawberry.Private[Text]
    since: strawberry.Private[date | None]
    code: str = strawberry.field(description='Code, for example "SAMPAH".')
    group: str = strawberry.field(
        description='Stable code of its group, for example "LINGKUNGAN", to show categories in groups. The names of '
        "the groups are in docs/clients.md."
    )
    icon: str = strawberry.field(
        description='Name of its icon in Material Symbols, for example "delete": fonts.google.com/icons.'
    )
    colour: str = strawberry.field(
        description='Colour of its group, as "#rrggbb": with a contrast of at least 3:1 to white.'
    )
    weight: int = strawberry.field(description="Factor of the points of its reports: 1 to 3.")
    response_target_minutes: int = strawberry.field(
        description="Time from submission to the first answer that the city promises, in minutes of service time."
    )
    processing_target_minutes: int = strawberry.field(
        description="Time from submission to processing that the city promises, in minutes of service time."
    )
    hours: ServiceHours = strawberry.field(description="Hours in which the clocks of its targets run.")
    agency: Agency | None = strawberry.field(
        description="Agency that handles such reports, or that the kelurahan calls in. Null when there is none."
    )
    external: bool = strawberry.field(description="Whether an external agency handles such reports.")

    @strawberry.field(description="Name of the category.", metadata=BY_LOCALE)
    def name(self, info: Info, locale: InLocale = None) -> str:
        return self.names.in_locale(locale or info.context.locale)

    @strawberry.field(
        description="A short sentence for the citizen: what to photograph, or to say. Empty when there is none.",
        metadata=BY_LOCALE,
    )
    def hint(self, info: Info, locale: InLocale = None) -> str:
        return self.hints.in_locale(locale or info.context.locale)


Handler = Annotated[Kelurahan | Agency, strawberry.union("Handler", description="The unit in charge of a report.")]
Unit = Annotated[
    Kelurahan | Kecamatan | City | Agency,
    strawberry.union("Unit", description="The unit that a role extends to."),
]

REFERENCE_TYPES = (City, Kecamatan, Kelurahan, Agency, Category)
"""The types whose objects are made once from the reference data."""


@dataclass(frozen=True, slots=True)
class ReferenceObjects:
    """All reference objects by code, and the gazetteer from which they were made."""

    gazetteer: Gazetteer
    cities: Mapping[str, City]
    kecamatan: Mapping[str, Kecamatan]
    kelurahan: Mapping[str, Kelurahan]
    agencies: Mapping[str, Agency]
    categories: Mapping[str, Category]

    def unit(self, code: str) -> Kelurahan | Kecamatan | City | Agency:
        """Return the unit with a code. Raises KeyError."""
        for units in (self.kelurahan, self.agencies, self.kecamatan):
            if code in units:
                return units[code]
        return self.cities[code]

    def handler(self, code: str) -> Kelurahan | Agency:
        """Return the handler with a code. Raises KeyError."""
        return self.kelurahan[code] if code in self.kelurahan else self.agencies[code]


def reference_objects(gazetteer: Gazetteer, connected: Collection[str] = ()) -> ReferenceObjects:
    """Make the GraphQL objects of the reference data: once for a process, and again when the data are loaded.

    `connected`: the codes of the agencies that reports are sent to.
    """
    cities = {
        record.code: City(
            id=global_id("City", record.code),
            code=record.code,
            name=record.name,
            kecamatan=[],
            **_existence(gazetteer, record.kelurahan),
        )
        for record in gazetteer.cities.values()
    }
    kecamatan = {
        record.code: _kecamatan(record, cities[record.city_code], _existence(gazetteer, record.kelurahan))
        for record in gazetteer.kecamatan.values()
    }
    kelurahan = {
        record.code: _kelurahan(record, kecamatan[record.kecamatan_code], gazetteer.boundaries.get(record.code))
        for record in gazetteer.kelurahan.values()
    }
    agencies = {record.code: _agency(record, connected) for record in gazetteer.agencies.values()}
    categories = {record.code: _category(record, agencies) for record in gazetteer.categories.values()}
    return ReferenceObjects(gazetteer, cities, kecamatan, kelurahan, agencies, categories)


def category_of(context: Context, code: str) -> Category:
    """Return the category with a code."""
    return context.places.categories[code]


def kelurahan_of(context: Context, code: str) -> Kelurahan:
    """Return the kelurahan with a code."""
    return context.places.kelurahan[code]


def handler_of(context: Context, code: str) -> Kelurahan | Agency:
    """Return the kelurahan or agency with a code."""
    return context.places.handler(code)


# The types form a ring: boards, reports and the ledger import this module. So these fields import them when called.


async def _standing(info: Info, kind: BoardKind, code: str, metric: Metric, period: Period) -> "Standing":
    from schema.boards import current_standing  # noqa: PLC0415

    return await current_standing(info, kind, code, metric, period)


async def _scorecard(context: Context, kind: BoardKind, code: str, period: Period, on: date | None) -> "Scorecard":
    from schema.boards import load_scorecard  # noqa: PLC0415

    return await load_scorecard(context, kind, code, period, requested_day(context.now, on))


def _existence(gazetteer: Gazetteer, kelurahan: Iterable[str]) -> dict[str, date | None]:
    """Return from when until when a place exists that consists of kelurahan: as long as any of them."""
    inside = [gazetteer.kelurahan[code] for code in kelurahan]
    began, ended = [one.since for one in inside], [one.until for one in inside]
    return {
        "since": None if None in began else min(filter(None, began)),
        "until": None if None in ended else max(filter(None, ended)),
    }


def _kecamatan(record: KecamatanRecord, city: City, existence: dict[str, date | None]) -> Kecamatan:
    own = Kecamatan(
        id=global_id("Kecamatan", record.code),
        code=record.code,
        name=record.name,
        city=city,
        kelurahan=[],
        **existence,
    )
    if own.since != ANNOUNCED:
        city.kecamatan.append(own)
    return own


def _kelurahan(record: KelurahanRecord, kecamatan: Kecamatan, drawn: BoundaryRecord | None) -> Kelurahan:
    own = Kelurahan(
        id=global_id("Kelurahan", record.code),
        code=record.code,
        name=record.name,
        kecamatan=kecamatan,
        city=kecamatan.city,
        centre=GeoPoint(latitude=record.latitude, longitude=record.longitude),
        area_km2=record.area_km2,
        boundary=JSON({"type": "MultiPolygon", "coordinates": orjson.loads(drawn.coordinates) if drawn else []}),
        boundary_exact=drawn is not None and drawn.exact,
        ended_on=record.until,
        since=record.since,
        until=record.until,
    )
    if record.is_live:
        kecamatan.kelurahan.append(own)
    return own


def _agency(record: AgencyRecord, connected: Collection[str]) -> Agency:
    return Agency(
        id=global_id("Agency", record.code),
        code=record.code,
        name=record.name,
        kind=record.kind,
        connected=record.code in connected,
        since=record.since,
    )


def _category(record: CategoryRecord, agencies: Mapping[str, Agency]) -> Category:
    agency = None if record.agency is None else agencies[record.agency]
    straight = record.handler is FirstHandler.AGENCY
    return Category(
        id=global_id("Category", record.code),
        names=Text(record.name_id, record.name_en),
        hints=Text(record.hint_id, record.hint_en),
        since=record.since,
        code=record.code,
        weight=record.weight,
        response_target_minutes=record.response_target_minutes,
        processing_target_minutes=record.processing_target_minutes,
        hours=record.hours,
        group=record.group_code,
        icon=record.icon,
        colour=record.colour,
        agency=agency,
        external=straight and agency is not None and agency.kind is AgencyKind.EXTERNAL,
    )
