"""Places, agencies and categories: plain objects made once from the reference data, shared by all requests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from models.reference.gazetteer import Gazetteer
from models.reference.records import AgencyRecord, CategoryRecord, KelurahanRecord
from rules.periods import Period
from rules.routing import AgencyKind, FirstHandler
from rules.scoring.ranking import BoardKind, Metric
from schema.context import BY_VIEWER, Context, Info
from schema.enums import Locale, ReportOrder
from schema.nodes import Node, global_id
from schema.paging import After, Before, First, Last, PageInfo, Paging, paging
from schema.periods import day_asked

if TYPE_CHECKING:
    from schema.boards import Standing
    from schema.points import PointEntryConnection
    from schema.reports import ReportConnection, ReportFilter
    from schema.scorecards import Scorecard

InPeriod = Annotated[
    Period | None,
    strawberry.argument(description="Only what counts in the period of this kind that has the day `on` in it."),
]
RankedBy = Annotated[Metric, strawberry.argument(description="What is ranked by.")]
CurrentPeriod = Annotated[Period, strawberry.argument(description="The current period of this kind.")]
PeriodAsked = Annotated[Period, strawberry.argument(description="A period of this kind.")]
OnDayOf = Annotated[date | None, strawberry.argument(description="A day in the period; today when left out.")]
OnDay = Annotated[
    date | None, strawberry.argument(description="A day in the period; today when left out. Needs `period`.")
]


@strawberry.type(description="A point, WGS 84.")
class GeoPoint:
    latitude: float = strawberry.field(description="Degrees north; Jakarta lies at about -6.")
    longitude: float = strawberry.field(description="Degrees east; Jakarta lies at about 106.")


@strawberry.interface(description="A place of the city's administration.")
class Place:
    code: str = strawberry.field(description='The Kemendagri code, for example "31.71.01.1001".')
    name: str = strawberry.field(description="The official name.")


@strawberry.type(description="One of the five cities and the regency of Jakarta.")
class City(Node, Place):
    kecamatan: list["Kecamatan"] = strawberry.field(description="Its kecamatan, by code.")


@strawberry.type(description="A kecamatan: a district.")
class Kecamatan(Node, Place):
    city: City = strawberry.field(description="The city it lies in.")
    kelurahan: list["Kelurahan"] = strawberry.field(description="Its kelurahan, by code.")


@strawberry.type(description="A kelurahan: the lowest office, led by a lurah. There are 267.")
class Kelurahan(Node, Place):
    kecamatan: Kecamatan = strawberry.field(description="The kecamatan it lies in.")
    city: City = strawberry.field(description="The city it lies in.")
    centre: GeoPoint = strawberry.field(description="A point inside.")
    area_km2: float = strawberry.field(name="areaKm2", description="Its area in square kilometres.")

    @strawberry.field(description="How it stands on the current board of all kelurahan.")
    async def standing(
        self,
        info: Info,
        metric: RankedBy = Metric.POINTS,
        period: CurrentPeriod = Period.MONTH,
    ) -> Annotated["Standing", strawberry.lazy("schema.boards")]:
        return await info.context.standing(BoardKind.KELURAHAN, self.code, metric, period)

    @strawberry.field(description="The numbers behind how it stands.")
    async def scorecard(
        self, info: Info, period: PeriodAsked = Period.MONTH, on: OnDayOf = None
    ) -> Annotated["Scorecard", strawberry.lazy("schema.scorecards")]:
        return await info.context.scorecard(BoardKind.KELURAHAN, self.code, period, day_asked(info.context.now, on))

    @strawberry.field(description="The reports of problems in it.", metadata=BY_VIEWER)
    async def reports(
        self,
        info: Info,
        filter: Annotated[  # noqa: A002 # the contract's name
            Annotated["ReportFilter", strawberry.lazy("schema.reports")] | None,
            strawberry.argument(description="Only these."),
        ] = None,
        order_by: Annotated[ReportOrder, strawberry.argument(description="In this order.")] = ReportOrder.NEWEST,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Annotated["ReportConnection", strawberry.lazy("schema.reports")]:
        from schema.reports import list_reports  # noqa: PLC0415 # reports know places; places know reports only here

        return await list_reports(info.context, filter, order_by, paging(first, after, last, before), within=self.code)

    @strawberry.field(description="Its points, entry by entry, the newest first.")
    async def points(
        self, info: Info, first: First = 50, after: After = None, period: InPeriod = None, on: OnDay = None
    ) -> Annotated["PointEntryConnection", strawberry.lazy("schema.points")]:
        return await _points(info.context, self.code, period, on, paging(first, after, default=50))


@strawberry.type(description="A page of kelurahan.")
class KelurahanConnection:
    edges: list["KelurahanEdge"] = strawberry.field(description="The rows.")
    page_info: PageInfo = strawberry.field(description="Where the page lies.")
    total_count: int = strawberry.field(description="How many there are on all pages.")


@strawberry.type(description="A row of a page of kelurahan.")
class KelurahanEdge:
    cursor: str = strawberry.field(description="The page cursor of the row.")
    node: Kelurahan = strawberry.field(description="The kelurahan.")


@strawberry.type(description="Where a point lies.")
class LocationMatch:
    kelurahan: Kelurahan = strawberry.field(description="The kelurahan it lies in, or most likely lies in.")
    exact: bool = strawberry.field(description="Whether that is certain; if not, ask the citizen.")
    alternatives: list[Kelurahan] = strawberry.field(
        description="Others that it may lie in, the likeliest first; empty when exact."
    )


@strawberry.type(description="A unit that is not a place: of the city, or outside it.")
class Agency(Node):
    code: str = strawberry.field(description='The code, for example "DINSOS".')
    name: str = strawberry.field(description="The official name.")
    kind: AgencyKind = strawberry.field(description="To whom it belongs.")

    @strawberry.field(description="How it stands on the current board of agencies; null for an external agency.")
    async def standing(
        self,
        info: Info,
        metric: RankedBy = Metric.POINTS,
        period: CurrentPeriod = Period.MONTH,
    ) -> Annotated["Standing", strawberry.lazy("schema.boards")] | None:
        if self.kind is AgencyKind.EXTERNAL:
            return None
        return await info.context.standing(BoardKind.AGENCY, self.code, metric, period)

    @strawberry.field(
        description="The numbers behind how it stands; an external agency's have no points and no shares."
    )
    async def scorecard(
        self, info: Info, period: PeriodAsked = Period.MONTH, on: OnDayOf = None
    ) -> Annotated["Scorecard", strawberry.lazy("schema.scorecards")]:
        return await info.context.scorecard(BoardKind.AGENCY, self.code, period, day_asked(info.context.now, on))

    @strawberry.field(description="Its points, entry by entry, the newest first; none for an external agency.")
    async def points(
        self, info: Info, first: First = 50, after: After = None, period: InPeriod = None, on: OnDay = None
    ) -> Annotated["PointEntryConnection", strawberry.lazy("schema.points")]:
        return await _points(info.context, self.code, period, on, paging(first, after, default=50))


@strawberry.type(description="What a report is about.")
class Category(Node):
    names: strawberry.Private[tuple[str, str]]
    code: str = strawberry.field(description='The code, for example "SAMPAH".')
    weight: int = strawberry.field(description="What its points are multiplied by: 1 to 3.")
    response_target_minutes: int = strawberry.field(description="Within how many minutes the city answers.")
    processing_target_minutes: int = strawberry.field(description="Within how many minutes it has acted.")
    agency: Agency | None = strawberry.field(
        description="The agency that takes it, or that the kelurahan would call; null when there is none."
    )
    external: bool = strawberry.field(
        description="Whether it goes outside the province: kept, counted apart and passed on."
    )

    @strawberry.field(description="The name.")
    def name(self, locale: Annotated[Locale, strawberry.argument(description="The language.")] = Locale.ID) -> str:
        return self.names[1 if locale is Locale.EN else 0]


Handler = Annotated[Kelurahan | Agency, strawberry.union("Handler", description="Who is in charge of a report.")]
Unit = Annotated[
    Kelurahan | Kecamatan | City | Agency,
    strawberry.union("Unit", description="What a role extends to."),
]


@dataclass(frozen=True, slots=True)
class Places:
    """All reference objects by code, and the gazetteer they were made from."""

    gazetteer: Gazetteer
    cities: Mapping[str, City]
    kecamatan: Mapping[str, Kecamatan]
    kelurahan: Mapping[str, Kelurahan]
    agencies: Mapping[str, Agency]
    categories: Mapping[str, Category]

    def unit(self, code: str) -> Kelurahan | Kecamatan | City | Agency:
        """Return the unit with a code that is known to be one. Raises KeyError."""
        for units in (self.kelurahan, self.agencies, self.kecamatan):
            if code in units:
                return units[code]
        return self.cities[code]

    def handler(self, code: str) -> Kelurahan | Agency:
        """Return the handler with a code that is known to be one. Raises KeyError."""
        return self.kelurahan[code] if code in self.kelurahan else self.agencies[code]


def places_of(gazetteer: Gazetteer) -> Places:
    """Make the GraphQL objects of the reference data, once for each process and each loading of the data."""
    cities = {
        fact.code: City(id=global_id("City", fact.code), code=fact.code, name=fact.name, kecamatan=[])
        for fact in gazetteer.cities.values()
    }
    kecamatan: dict[str, Kecamatan] = {}
    for fact in gazetteer.kecamatan.values():
        city = cities[fact.city_code]
        own = Kecamatan(id=global_id("Kecamatan", fact.code), code=fact.code, name=fact.name, city=city, kelurahan=[])
        kecamatan[fact.code] = own
        city.kecamatan.append(own)
    kelurahan = {fact.code: _kelurahan(fact, kecamatan[fact.kecamatan_code]) for fact in gazetteer.kelurahan.values()}
    agencies = {fact.code: _agency(fact) for fact in gazetteer.agencies.values()}
    categories = {fact.code: _category(fact, agencies) for fact in gazetteer.categories.values()}
    return Places(gazetteer, cities, kecamatan, kelurahan, agencies, categories)


async def _points(
    context: Context, unit: str, period: Period | None, on: date | None, asked: Paging
) -> "PointEntryConnection":
    from schema.points import list_entries  # noqa: PLC0415 # entries know places; places know entries only here

    return await list_entries(context, unit, period, on, asked)


def _kelurahan(fact: KelurahanRecord, kecamatan: Kecamatan) -> Kelurahan:
    own = Kelurahan(
        id=global_id("Kelurahan", fact.code),
        code=fact.code,
        name=fact.name,
        kecamatan=kecamatan,
        city=kecamatan.city,
        centre=GeoPoint(latitude=fact.latitude, longitude=fact.longitude),
        area_km2=fact.area_km2,
    )
    kecamatan.kelurahan.append(own)
    return own


def _agency(fact: AgencyRecord) -> Agency:
    return Agency(id=global_id("Agency", fact.code), code=fact.code, name=fact.name, kind=fact.kind)


def _category(fact: CategoryRecord, agencies: Mapping[str, Agency]) -> Category:
    agency = None if fact.agency is None else agencies[fact.agency]
    straight = fact.handler is FirstHandler.AGENCY
    return Category(
        id=global_id("Category", fact.code),
        names=(fact.name_id, fact.name_en),
        code=fact.code,
        weight=fact.weight,
        response_target_minutes=fact.response_target_minutes,
        processing_target_minutes=fact.processing_target_minutes,
        agency=agency,
        external=straight and agency is not None and agency.kind is AgencyKind.EXTERNAL,
    )
