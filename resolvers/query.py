"""What can be asked."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated

import strawberry

from models.log import EVENT_COLUMNS, EventRow, LogEvent, Topic
from models.reports import Report as ReportTable
from queries.leaderboards import Board, read_board, read_citizen_board
from resolvers.accounts import viewer_of
from resolvers.loaders import RequestContext
from rules.boards import BOARDS, BoardKind, Metric, SubjectType
from rules.cursors import encode
from rules.geography import check_coordinates
from rules.messages import Message
from rules.periods import Period
from rules.scoring.ranking import RankedRow, watchlist
from schema.boards import BoardName, Leaderboard, Standing, check_board, standing_of
from schema.enums import ReportOrder
from schema.errors import RequestCode, RequestError
from schema.nodes import Node, parse_id, row_id
from schema.paging import (
    MOST,
    MOST_PLACES,
    After,
    Before,
    First,
    FirstPlaces,
    Last,
    page_cursor,
    page_in_memory,
    paging,
)
from schema.people import Viewer
from schema.periods import requested_day
from schema.places import Agency, Category, City, Kelurahan, KelurahanConnection, KelurahanEdge, LocationMatch
from schema.reports import GeoPointInput, Report, ReportConnection, ReportEvent, ReportFilter, list_reports

Info = strawberry.Info[RequestContext, None]
argument = strawberry.argument

NUMBER = re.compile(r"JK[0-9]{10,22}")
"""A report's number: the day, and at least four digits."""


@strawberry.type(description="Read operations.")
class Query:
    @strawberry.field(description="The object with this id. Null when it does not exist or the viewer may not see it.")
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, argument(description="Global id of the object.")],
    ) -> Node | None:
        return await load_node(info.context, id)

    @strawberry.field(
        description="The objects with these ids, in the same order. An element is null when the object does not "
        "exist or the viewer may not see it."
    )
    async def nodes(
        self, info: Info, ids: Annotated[list[strawberry.ID], argument(description="Global ids: at most 100.")]
    ) -> list[Node | None]:
        if len(ids) > MOST:
            raise RequestError(RequestCode.BAD_INPUT, Message.IDS_TOO_MANY, "ids", most=MOST)
        return [await load_node(info.context, each) for each in ids]

    @strawberry.field(description="The signed-in account. Null without a session.")
    async def viewer(self, info: Info) -> Viewer | None:
        person = info.context.person
        return None if person is None else await viewer_of(info.context, person)

    @strawberry.field(description="A report by its number. Null when it does not exist or the viewer may not see it.")
    async def report(
        self,
        info: Info,
        number: Annotated[str, argument(description='Number of the report, for example "JK2611230001".')],
    ) -> Report | None:
        known = await ReportTable.get_or_none(number=number).only("id") if NUMBER.fullmatch(number) else None
        return None if known is None else await info.context.report(known.id)

    @strawberry.field(description="A page of reports.")
    async def reports(
        self,
        info: Info,
        filter: Annotated[ReportFilter | None, argument(description="Conditions on the reports.")] = None,
        order_by: Annotated[ReportOrder, argument(description="Order of the list.")] = ReportOrder.NEWEST,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ReportConnection:
        return await list_reports(info.context, filter, order_by, paging(first, after, last, before))

    @strawberry.field(description="The kelurahan of a point. Null outside Jakarta.")
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
        found = info.context.places.gazetteer.find_kelurahan(code)
        return None if found is None else info.context.places.kelurahan[found.code]

    @strawberry.field(description="Kelurahan, ordered by code. With `search`, best match first.")
    def kelurahans(
        self,
        info: Info,
        search: Annotated[str | None, argument(description="Part of a name. Spelling variants match.")] = None,
        city: Annotated[str | None, argument(description="Code of the city that must contain the kelurahan.")] = None,
        kecamatan: Annotated[
            str | None, argument(description="Code of the kecamatan that must contain the kelurahan.")
        ] = None,
        first: FirstPlaces = 50,
        after: After = None,
    ) -> KelurahanConnection:
        places = info.context.places
        found = (
            list(places.kelurahan.values())
            if search is None
            else [places.kelurahan[fact.code] for fact in places.gazetteer.search(search)]
        )
        wanted = [
            one
            for one in found
            if (city is None or one.city.code == city) and (kecamatan is None or one.kecamatan.code == kecamatan)
        ]
        page = page_in_memory(wanted, _code, paging(first, after, default=50, most=MOST_PLACES))
        return KelurahanConnection(
            edges=[KelurahanEdge(cursor=page_cursor(one.code), node=one) for one in page.rows],
            page_info=page.info(lambda one: page_cursor(one.code)),
            total_count=len(wanted),
        )

    @strawberry.field(description="The five cities and the regency, ordered by code.")
    def cities(self, info: Info) -> list[City]:
        return list(info.context.places.cities.values())

    @strawberry.field(description="All categories of reports.")
    def categories(self, info: Info) -> list[Category]:
        return list(info.context.places.categories.values())

    @strawberry.field(description="All agencies that handle reports.")
    def agencies(self, info: Info) -> list[Agency]:
        return list(info.context.places.agencies.values())

    @strawberry.field(description="A leaderboard. Null, with an error, when the viewer may not see it.")
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
        context = info.context
        board = await _board(context, kind, metric, period, on)
        return Leaderboard(
            kind=kind,
            metric=metric,
            period=period,
            starts_at=board.span.starts_at,
            ends_at=board.span.ends_at,
            cursor=encode(board.epoch, board.position),
            rows=[_standing_on(context, board, place) for place in board.rows],
        )

    @strawberry.field(
        description="The least responsive subjects, worst first: with a responsiveness score under 50, or with "
        "under a third of their reports answered or fixed on time."
    )
    async def watchlist(
        self,
        info: Info,
        kind: Annotated[BoardKind, argument(description="Kind of subject. Not `CITIZEN`.")] = BoardKind.KELURAHAN,
        period: Annotated[Period, argument(description="Kind of period.")] = Period.MONTH,
        on: Annotated[date | None, argument(description="Any day in the period. Today in Jakarta when null.")] = None,
    ) -> list[Standing]:
        context = info.context
        board = await _board(context, kind, Metric.RESPONSIVENESS, period, on)
        return [_standing_on(context, board, row) for row in watchlist(board.rows, board.counters)]


async def load_node(context: RequestContext, text: str) -> Node | None:
    """Load whatever a global id names; None for what is no id, does not exist, or is not visible."""
    type_name, key = parse_id(text) or ("", "")
    places: dict[str, Mapping[str, Node]] = {
        "City": context.places.cities,
        "Kecamatan": context.places.kecamatan,
        "Kelurahan": context.places.kelurahan,
        "Agency": context.places.agencies,
        "Category": context.places.categories,
    }
    if type_name in places:
        return places[type_name].get(key)
    if type_name == "Standing":
        return await _standing(context, key)
    row = row_id(text, type_name)
    if row is None:
        return None
    if type_name == "ReportEvent":
        return await _event(context, row)
    if type_name == "PointEntry":
        return await context.entry(row)
    return await context.report(row) if type_name == "Report" else None


async def _event(context: RequestContext, position: int) -> ReportEvent | None:
    rows = await LogEvent.filter(position=position, topic=Topic.REPORT).values(*EVENT_COLUMNS)
    return ReportEvent.of(context, EventRow(**rows[0])) if rows else None


async def _board(context: RequestContext, kind: BoardKind, metric: Metric, period: Period, on: date | None) -> Board:
    """Read a board of the period that has a day in it. Raises RequestError BAD_INPUT, FORBIDDEN."""
    check_board(context, kind, metric)
    day = requested_day(context.now, on)
    if BOARDS[kind].subject_type is SubjectType.CITIZEN:
        return await read_citizen_board(period, day, on)
    return await read_board(kind, period, day, BOARDS[kind].units_of(context.places), metric)


async def _standing(context: RequestContext, key: str) -> Node | None:
    """Read a row of a board: kind, metric, period, the period's first day (- for all time) and the subject's code."""
    try:
        kind, metric, period, first, code = key.split(":")
        on = None if first == "-" else date.fromisoformat(first)
        board = await _board(context, BoardKind(kind), Metric(metric), Period(period), on)
    except (ValueError, RequestError):
        return None
    place = next((place for place in board.rows if place.code == code), None)
    if place is None or str(board.span.first or "-") != first:
        return None
    return _standing_on(context, board, place)


def _standing_on(context: RequestContext, board: Board, place: RankedRow) -> Standing:
    return standing_of(context.places, BoardName.of(board), place, board.previous_ranks, board.people)


def _code(kelurahan: Kelurahan) -> str:
    return kelurahan.code
