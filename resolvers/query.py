"""The root type of queries."""

import asyncio
from datetime import date
from typing import Annotated

import strawberry

from models.reference.records import ANNOUNCED
from queries import clusters, reports
from queries.reports import ReportOrder
from resolvers.accounts import viewer_of
from resolvers.moderation import ModerationQuery
from resolvers.nodes import cost_of_ids, load_node
from resolvers.privacy import PrivacyQuery
from rules.access import Role
from rules.boards import BoardKind, Metric
from rules.geography import check_coordinates
from rules.messages import Message
from rules.periods import Period
from rules.report_numbers import parse_report_number
from rules.scoring.ranking import watchlist
from schema.accounts import PersonConnection, read_people
from schema.boards import Leaderboard, Standing, board_of_day, standings_of
from schema.clusters import ReportCluster, read_clusters
from schema.context import BATCHED, BY_STAFF, BY_VIEWER, DEPENDS, Info
from schema.costs import BOARD, STATEMENT, cost
from schema.errors import RequestCode, RequestError
from schema.filters import criteria_of, named_kelurahan
from schema.nearby import SEARCHES, NearbyReport
from schema.nodes import Node
from schema.paging import (
    LONG_PAGE,
    MOST,
    MOST_PLACES,
    After,
    Before,
    First,
    FirstPlaces,
    Last,
    LastPlaces,
    page_cursor,
    page_in_memory,
    page_info,
    page_request,
)
from schema.people import Viewer
from schema.places import Agency, Category, City, Kelurahan, KelurahanConnection, KelurahanEdge, LocationMatch
from schema.reports import COUNT, BoundingBoxInput, GeoPointInput, Report, ReportConnection, ReportFilter
from schema.statistics import (
    FirstDay,
    GroupBy,
    LastDay,
    Reports,
    ReportStatistics,
    cost_of_statistics,
    question_of,
    read_statistics,
)

argument = strawberry.argument

SEARCH = 200
"""The cost of a search for a kelurahan: up to 2 ms."""


@strawberry.type(description="Read operations.")
class Query(ModerationQuery, PrivacyQuery):
    @strawberry.field(
        description="The object with this id. Null when it does not exist or the viewer may not see it.",
        metadata=DEPENDS | BATCHED | BY_STAFF | cost(reads=lambda given: (cost_of_ids([given["id"]]), 1)),
    )
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, argument(description="Global id of the object.")],  # the name in the contract
    ) -> Node | None:
        return await load_node(info.context, id)

    @strawberry.field(
        description="The objects with these ids, in the same order. An element is null when the object does not "
        "exist or the viewer may not see it.",
        metadata=DEPENDS
        | BATCHED
        | BY_STAFF
        | cost(reads=lambda given: (cost_of_ids(given["ids"]), len(given["ids"]))),
    )
    async def nodes(
        self, info: Info, ids: Annotated[list[strawberry.ID], argument(description="Global ids: at most 100.")]
    ) -> list[Node | None]:
        if len(ids) > MOST:
            raise RequestError(RequestCode.BAD_INPUT, Message.IDS_TOO_MANY, "ids", most=MOST)
        return await asyncio.gather(*(load_node(info.context, each) for each in ids))  # a statement for each type

    @strawberry.field(description="The signed-in account. Null without a session.", metadata=BY_VIEWER)
    async def viewer(self, info: Info) -> Viewer | None:
        person = info.context.person
        return None if person is None else await viewer_of(info.context, person, info.context.session_id)

    @strawberry.field(
        description="People with an account, ordered by e-mail address. For an `ADMIN` only.",
        metadata=BY_VIEWER | cost(page=20, reads=COUNT),
    )
    async def people(
        self,
        info: Info,
        search: Annotated[
            str | None,
            argument(description="Part of a name among staff, a pseudonym or an address: 1 to 100 characters."),
        ] = None,
        role: Annotated[Role | None, argument(description="Only people who have this role.")] = None,
        unit: Annotated[
            strawberry.ID | None,
            argument(description="Id of a unit: only people who have a role in it, the `role` if one is given."),
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> PersonConnection:
        return await read_people(info.context, search, role, unit, page_request(first, after, last, before))

    @strawberry.field(
        description="A report by its number. Null when it does not exist or the viewer may not see it.",
        metadata=DEPENDS,
    )
    async def report(
        self,
        info: Info,
        number: Annotated[
            str,
            argument(
                description='Number of the report, for example "JK2611230001". Case, spaces and punctuation do not '
                "matter."
            ),
        ],
    ) -> Report | None:
        parsed = parse_report_number(number)
        found = None if parsed is None else await reports.by_number(parsed, info.context.viewpoint, info.columns)
        if found is None:
            info.context.depends.on_viewer()  # as if it were hidden: whether an answer may be kept must not tell
            return None
        row, report_id = found
        info.context.depends.on_reports([report_id])
        return Report.of(info.context, row)

    @strawberry.field(description="A page of reports.", metadata=DEPENDS | cost(page=20, reads=STATEMENT))
    async def reports(
        self,
        info: Info,
        filter: Annotated[
            ReportFilter | None, argument(description="Conditions on the reports.")
        ] = None,  # the name in the contract
        order_by: Annotated[ReportOrder, argument(description="Order of the list.")] = ReportOrder.NEWEST,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ReportConnection:
        request = page_request(first, after, last, before)
        return await ReportConnection.read(info, criteria_of(filter, info.context), order_by, request)

    @strawberry.field(
        description="The reports of an area of the map, joined to at most 500 clusters. Their counts add up to the "
        "reports in the area that match the filter.",
        metadata=DEPENDS | cost(size=clusters.MOST, reads=COUNT),
    )
    async def report_clusters(
        self,
        info: Info,
        within: Annotated[BoundingBoxInput, argument(description="The area of the map, borders included.")],
        zoom: Annotated[
            int,
            argument(
                description="Zoom of the map, 0 to 22: at 0 the world is a tile of 256 pixels. Clusters are squares of "
                "about 45 pixels, or larger ones if there would be too many."
            ),
        ],
        filter: Annotated[
            ReportFilter | None,
            argument(
                description="Conditions on the reports. Without any but `status` and `within` an answer is fastest."
            ),
        ] = None,
    ) -> list[ReportCluster]:
        return await read_clusters(info.context, within, zoom, filter)

    @strawberry.field(
        description="Numbers of reports: submitted, answered and processed in a period, open and overdue now. Exact: "
        "a count over the reports as they are.",
        metadata=DEPENDS | cost(reads=cost_of_statistics),
    )
    async def report_statistics(
        self,
        info: Info,
        filter: Reports = None,
        group_by: GroupBy = [],  # noqa: B006 # the default of the contract; it is not changed
        first: FirstDay = None,
        last: LastDay = None,
    ) -> ReportStatistics:
        return await read_statistics(info, question_of(filter, group_by, first, last, info.context))

    @strawberry.field(
        description="The reports around a point, the nearest first, and the earlier one first of those that are "
        "equally near: to offer support for one of them before a citizen reports the same again.",
        metadata=DEPENDS | cost(page=10, reads=SEARCHES),
    )
    async def nearby_reports(
        self,
        info: Info,
        at: Annotated[GeoPointInput, argument(description="The point.")],
        radius_metres: Annotated[
            int, argument(description="Largest distance from the point in metres: 1 to 5,000.")
        ] = 250,
        category: Annotated[str | None, argument(description="Code of the category. All when null.")] = None,
        open: Annotated[bool, argument(description="True: only open reports. False: closed ones too.")] = True,
        first: Annotated[int, argument(description="Number of reports at most: 1 to 50.")] = 10,
    ) -> list[NearbyReport]:
        return await NearbyReport.read(info, at, radius_metres, category, open, first)

    @strawberry.field(description="The kelurahan of a point. Null outside Jakarta.", metadata=cost(reads=STATEMENT))
    def locate(
        self, info: Info, at: Annotated[GeoPointInput, argument(description="The point to locate.")]
    ) -> LocationMatch | None:
        fault = check_coordinates(at.latitude, at.longitude)
        if fault is not None:
            raise RequestError(RequestCode.BAD_INPUT, Message[f"COORDINATE_{fault}"], "at")
        places = info.context.places
        location = places.gazetteer.locate(at.latitude, at.longitude)
        if location is None:
            return None
        return LocationMatch(
            kelurahan=places.kelurahan[location.kelurahan],
            exact=location.exact,
            alternatives=[places.kelurahan[code] for code in location.alternatives],
        )

    @strawberry.field(description="A kelurahan by code or name. Null when there is none.")
    def kelurahan(
        self,
        info: Info,
        code: Annotated[str, argument(description='Code or name, for example "31.71.01.1001" or "Gambir".')],
    ) -> Kelurahan | None:
        found = named_kelurahan(info.context.places.gazetteer, code, "code")
        return None if found is None else info.context.places.kelurahan[found.code]

    @strawberry.field(
        description="Kelurahan, ordered by code. With `search`, best match first.",
        metadata=cost(page=LONG_PAGE, reads=SEARCH),
    )
    def kelurahans(
        self,
        info: Info,
        search: Annotated[str | None, argument(description="Part of a name. Spelling variants match.")] = None,
        city: Annotated[str | None, argument(description="Code of the city that must contain the kelurahan.")] = None,
        kecamatan: Annotated[
            str | None, argument(description="Code of the kecamatan that must contain the kelurahan.")
        ] = None,
        first: FirstPlaces = None,
        after: After = None,
        last: LastPlaces = None,
        before: Before = None,
    ) -> KelurahanConnection:
        places = info.context.places
        found = (
            [places.kelurahan[code] for code in places.gazetteer.live]
            if search is None
            else [places.kelurahan[fact.code] for fact in places.gazetteer.search(search)]
        )
        wanted = [
            one
            for one in found
            if (city is None or one.city.code == city) and (kecamatan is None or one.kecamatan.code == kecamatan)
        ]
        request = page_request(first, after, last, before, default=LONG_PAGE, most=MOST_PLACES)
        page = page_in_memory(wanted, _code, request)
        return KelurahanConnection(
            edges=[KelurahanEdge(cursor=page_cursor(one.code), node=one) for one in page.rows],
            page_info=page_info(page, lambda one: page_cursor(one.code)),
            total_count=len(wanted),
        )

    @strawberry.field(
        description="The five cities and the regency, ordered by code.",
        metadata=cost(size=lambda places: len(places.cities)),
    )
    def cities(self, info: Info) -> list[City]:
        return [one for one in info.context.places.cities.values() if one.since != ANNOUNCED]

    @strawberry.field(
        description="All categories of reports.", metadata=cost(size=lambda places: len(places.categories))
    )
    def categories(self, info: Info) -> list[Category]:
        return [one for one in info.context.places.categories.values() if one.since != ANNOUNCED]

    @strawberry.field(
        description="All agencies that handle reports.", metadata=cost(size=lambda places: len(places.agencies))
    )
    def agencies(self, info: Info) -> list[Agency]:
        return [one for one in info.context.places.agencies.values() if one.since != ANNOUNCED]

    @strawberry.field(
        description="A leaderboard. Null, with an error, when the viewer may not see it.",
        metadata=DEPENDS | BATCHED | cost(reads=BOARD),
    )
    async def leaderboard(
        self,
        info: Info,
        kind: Annotated[BoardKind, argument(description="Kind of subject that is ranked.")] = BoardKind.KELURAHAN,
        metric: Annotated[Metric, argument(description="Metric of the board.")] = Metric.POINTS,
        period: Annotated[Period, argument(description="Kind of period.")] = Period.MONTH,
        on: Annotated[
            date | None,
            argument(
                description="Any day in the period. When null, today in Jakarta; on the citizen board, the last closed "
                "day."
            ),
        ] = None,
    ) -> Leaderboard | None:
        with_previous = info.selects("standings.edges.node.previousRank")
        return Leaderboard.of(await board_of_day(info.context, kind, metric, period, on, with_previous=with_previous))

    @strawberry.field(
        description="Subjects that need attention, worst responsiveness score first, those without a score last: in "
        "the band `BELOW`, with under a third of their answers or of their fixes on time, of 10 decided or more, or "
        "with fixes that are reopened far more often than those of others. "
        "They need no rank.",
        metadata=DEPENDS | BATCHED | cost(size=lambda places: len(places.kelurahan), reads=BOARD),
    )
    async def watchlist(
        self,
        info: Info,
        kind: Annotated[BoardKind, argument(description="Kind of subject. Not `CITIZEN`.")] = BoardKind.KELURAHAN,
        period: Annotated[Period, argument(description="Kind of period.")] = Period.MONTH,
        on: Annotated[date | None, argument(description="Any day in the period. Today in Jakarta when null.")] = None,
    ) -> list[Standing]:
        context, with_previous = info.context, info.selects("previousRank")
        board = await board_of_day(context, kind, Metric.RESPONSIVENESS, period, on, with_previous=with_previous)
        return standings_of(context.places, board, watchlist(board.rows, board.counters))


def _code(kelurahan: Kelurahan) -> str:
    return kelurahan.code
