"""Leaderboards, their rows and the changes of rows."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Annotated, Self

import strawberry

from queries.leaderboards import Board, BoardKey, read_boards, read_citizen_boards
from queries.officers import BoardPerson
from queries.standings import bands_of, rows_of_boards, scorecards
from rules.access import is_staff
from rules.boards import BOARDS, BoardKind, Metric, SubjectType
from rules.cursors import encode
from rules.messages import Message
from rules.periods import Period, jakarta_day, midnight, span
from rules.scoring.bands import Band
from rules.scoring.counters import BEGINNING
from rules.scoring.ranking import RankedRow, Shift
from schema.columns import Load, loaded_field
from schema.context import Context, Info
from schema.costs import BOARD, cost
from schema.errors import RequestCode, RequestError
from schema.nodes import ID_DESCRIPTION, Node, global_id
from schema.paging import (
    LONG_PAGE,
    MOST_PLACES,
    After,
    Before,
    FirstPlaces,
    LastPlaces,
    PageInfo,
    page_cursor,
    page_in_memory,
    page_info,
    page_request,
)
from schema.people import Citizen, Officer
from schema.periods import requested_day
from schema.places import Agency, City, Kecamatan, Kelurahan, ReferenceObjects
from schema.scorecards import Scorecard

field = strawberry.field

Ranked = Annotated[
    Kelurahan | Kecamatan | City | Agency | Officer | Citizen,
    strawberry.union("Ranked", description="Kind of subject that a board ranks."),
]

NOBODY: Mapping[str, BoardPerson] = MappingProxyType({})


def subject_of(
    places: ReferenceObjects, kind: BoardKind, code: str, people: Mapping[str, BoardPerson] = NOBODY
) -> Kelurahan | Kecamatan | City | Agency | Officer | Citizen:
    """Return the subject of a row of a board. Officers and citizens are not reference data: they are in `people`."""
    match BOARDS[kind].subject_type:
        case SubjectType.UNIT:
            unit: Kelurahan | Kecamatan | City | Agency = BOARDS[kind].units_of(places)[code]
            return unit
        case SubjectType.OFFICER:
            officer = people[code]
            return Officer(
                code=code, id=global_id("Officer", code), name=officer.name, unit=places.unit(officer.unit or "")
            )
        case SubjectType.CITIZEN:
            return Citizen(code=code, id=global_id("Citizen", code), pseudonym=people[code].name)


def _standing_id(self: "Standing") -> strawberry.ID:
    return global_id("Standing", f"{self.board_key}:{self.subject.code}")


@strawberry.type(description="A row of a board: a ranked subject with its rank and scores.")
class Standing(Node):
    id: strawberry.ID = field(resolver=_standing_id, description=ID_DESCRIPTION)
    board_key: strawberry.Private[str]
    cards: strawberry.Private[BoardKey | None]
    rank: int | None = field(
        description="Rank, 1 is best. Equal scores share a rank. Null by `POINTS` when there is no point entry in "
        "the period. Null by `RESPONSIVENESS` by `DAY` and by `WEEK`, and with fewer than 5 decided answers or "
        "fewer than 5 decided fixes in the period."
    )
    previous_rank: int | None = field(
        description="Rank at the end of the previous period. Null when it was unranked then, and for `ALL_TIME`."
    )
    subject: Ranked = field(description="The ranked unit or person.")
    points: int = field(description="Points earned in the period. Can be negative.")
    responsiveness: float | None = field(
        description="Responsiveness score, 0 to 100. Null with fewer than 5 decided answers or fewer than 5 decided "
        "fixes in the period, and on boards by `POINTS`; there, read it from `scorecard`."
    )

    band: Band | None = loaded_field(
        "cards",
        "subject",
        load=Load(
            bands_of,
            key=lambda _, cards, subject: cards and (cards, subject.code),
            make=lambda _, band: band,
            depends=lambda depends, _: depends.on_counts(),
        ),
        description="Whether the subject differs from the others of its kind by more than chance explains, as of the "
        "time of the response. It compares two rates, `respondedOnTime` and `processedOnTime` of the scorecard, with "
        "the same rates of all subjects of the kind together. Null with fewer than 5 decided answers or fewer than 5 "
        "decided fixes in the period, and for a citizen.",
        metadata=cost(reads=BOARD),
    )
    scorecard: Scorecard | None = loaded_field(
        "cards",
        "subject",
        load=Load(
            scorecards,
            key=lambda _, cards, subject: cards and (cards, subject.code),
            make=lambda _, card: Scorecard.of(card),
            depends=lambda depends, _: depends.on_counts(),
        ),
        description="Statistics of the subject in the period, as of the time of the response. Null for a citizen.",
        metadata=cost(reads=BOARD),
    )


@strawberry.type(description="A page of a board.")
class StandingConnection:
    edges: list["StandingEdge"] = field(description="The rows of the page, best first.")
    page_info: PageInfo = field(description="Page cursors of the page, and whether there are more pages.")
    total_count: int = field(description="Number of rows on all pages.")


def _edge_cursor(self: "StandingEdge") -> str:
    return page_cursor(self.node.subject.code)


@strawberry.type(description="A row of a page of a board.")
class StandingEdge:
    cursor: str = field(
        resolver=_edge_cursor, description="Page cursor of the row, for `after` and `before` of the same list."
    )
    node: Standing = field(description="The standing.")


def _leaderboard_id(self: "Leaderboard") -> strawberry.ID:
    return global_id("Leaderboard", board_name(self.board))


@strawberry.type(description="A board: a ranking over a period.")
class Leaderboard(Node):
    id: strawberry.ID = field(resolver=_leaderboard_id, description=ID_DESCRIPTION)
    kind: BoardKind = field(description="Kind of subject that is ranked.")
    metric: Metric = field(description="Metric of the ranking.")
    period: Period = field(description="Kind of period that is counted.")
    starts_at: datetime | None = field(description="First moment of the period. Null for `ALL_TIME`.")
    ends_at: datetime | None = field(description="First moment after the period. Null for `ALL_TIME`.")
    board: strawberry.Private[Board]

    @field(description="Log cursor of the last event that is included.")
    def cursor(self, info: Info) -> str:
        info.context.depends.on_anything()
        return encode(self.board.epoch, self.board.position)

    @field(description="The rows, best first. Unranked rows are last, ordered by code.", metadata=cost(page=LONG_PAGE))
    def standings(
        self,
        info: Info,
        first: FirstPlaces = None,
        after: After = None,
        last: LastPlaces = None,
        before: Before = None,
    ) -> StandingConnection:
        rows = self.board.rows
        request = page_request(first, after, last, before, default=LONG_PAGE, most=MOST_PLACES)
        page = page_in_memory(rows, _code, request)
        shown = standings_of(info.context.places, self.board, page.rows)
        info_of_page = page_info(page, lambda row: page_cursor(row.code))
        edges = [StandingEdge(node=standing) for standing in shown]
        return StandingConnection(edges=edges, page_info=info_of_page, total_count=len(rows))

    @classmethod
    def of(cls, board: Board) -> Self:
        """Make the object of a board."""
        return cls(
            kind=board.kind,
            metric=board.metric,
            period=board.period,
            starts_at=board.span.starts_at,
            ends_at=board.span.ends_at,
            board=board,
        )


@strawberry.type(description="Change of one row of a board.")
class RankShift:
    subject: Ranked = field(description="The ranked unit or person.")
    from_rank: int | None = field(description="Rank before the change. Null when unranked.")
    to_rank: int | None = field(description="Rank after the change. Null when unranked.")
    points: int = field(description="Points after the change.")
    points_delta: int = field(description="Points gained, or lost when negative.")
    responsiveness: float | None = field(
        description="Responsiveness score after the change, 0 to 100. Null with too few reports, and on boards by "
        "`POINTS`."
    )
    responsiveness_delta: float | None = field(
        description="Change of the responsiveness score. Null when it was or is null, and on boards by `POINTS`."
    )

    @classmethod
    def of(cls, subject: Kelurahan | Kecamatan | City | Agency | Officer | Citizen, shift: Shift) -> Self:
        """Make the object of a shift."""
        return cls(
            subject=subject,
            from_rank=shift.from_rank,
            to_rank=shift.to_rank,
            points=shift.points,
            points_delta=shift.points_delta,
            responsiveness=shift.responsiveness,
            responsiveness_delta=shift.responsiveness_delta,
        )


@strawberry.type(description="A snapshot of a board, or its changes since the previous update.")
class LeaderboardUpdate:
    cursor: str = field(description="Log cursor of the last event that is included.")
    snapshot: bool = field(
        description="Whether `standings` is a full snapshot. If true, replace all rows that you have."
    )
    starts_at: datetime | None = field(description="First moment of the period. Null for `ALL_TIME`.")
    ends_at: datetime | None = field(description="First moment after the period. Null for `ALL_TIME`.")
    standings: list[Standing] = field(
        description="For a snapshot, the first rows of the board. Otherwise the rows whose rank, points or "
        "responsiveness changed, or that moved up into the first rows. Replace yours by subject, sort "
        "by rank (null last) and code, and keep as many rows as you asked for with `first`."
    )
    shifts: list[RankShift] = field(description="One change for each changed row. Empty for a snapshot.")


def board_name(board: Board) -> str:
    """Return the name of a board in ids: kind, metric, period and first day, which is `-` for all time."""
    return f"{board.kind}:{board.metric}:{board.period}:{board.span.first or '-'}"


def standings_of(places: ReferenceObjects, board: Board, rows: Iterable[RankedRow]) -> list[Standing]:
    """Make the objects of rows of a board. Their ids name the board and the subject."""
    kind, previous_ranks, people, name = board.kind, board.previous_ranks, board.people, board_name(board)
    definition, first = BOARDS[kind], board.span.first or BEGINNING
    units = definition.units_of(places)
    cards = BoardKey(kind, board.period, first, units, Metric.RESPONSIVENESS) if definition.has_tallies else None
    return [
        Standing(
            board_key=name,
            cards=cards,
            rank=rank,
            previous_rank=previous_ranks.get(code),
            subject=units[code] if units else subject_of(places, kind, code, people),
            points=points,
            responsiveness=responsiveness,
        )
        for code, rank, points, responsiveness in rows
    ]


async def current_standing(info: Info, kind: BoardKind, code: str, metric: Metric, period: Period) -> Standing:
    """Load the standing of a unit on the current board of a kind."""
    context, with_previous = info.context, info.selects("previousRank")
    depend_on_board(context, kind)
    key = BoardKey(kind, period, jakarta_day(context.now), _subjects(context, kind), metric, with_previous)
    board, row = await context.load(rows_of_boards, (key, code))
    (standing,) = standings_of(context.places, board, [row])
    return standing


async def load_scorecard(context: Context, kind: BoardKind, code: str, period: Period, on: date | None) -> Scorecard:
    """Load the scorecard behind a standing on the board of the period that contains a day, or today."""
    depend_on_board(context, kind)
    return Scorecard.of(await context.load(scorecards, (board_key(context, kind, period, on), code)))


def board_key(context: Context, kind: BoardKind, period: Period, on: date | None) -> BoardKey:
    """Return the key of the scorecards of the period that contains a day, or today."""
    day = span(period, on or jakarta_day(context.now)).first or BEGINNING
    return BoardKey(kind, period, day, _subjects(context, kind), Metric.RESPONSIVENESS)


def depend_on_board(context: Context, kind: BoardKind) -> None:
    """Depend on what a board shows. The current period ends at midnight."""
    if BOARDS[kind].has_tallies and not BOARDS[kind].staff_only:
        context.depends.on_counts()
    else:
        context.depends.on_anything()
    context.depends.on_time(midnight(jakarta_day(context.now) + timedelta(days=1)))


def check_board(context: Context, kind: BoardKind, metric: Metric) -> None:
    """Check that the board exists and the viewer may see it. Raises RequestError BAD_INPUT, FORBIDDEN."""
    if metric not in BOARDS[kind].metrics:
        raise RequestError(RequestCode.BAD_INPUT, Message.CITIZENS_BY_POINTS, "metric")
    if BOARDS[kind].staff_only and not is_staff(context.person):
        raise RequestError(RequestCode.FORBIDDEN, Message.BOARD_OF_STAFF, "kind")


async def board_of_day(
    context: Context, kind: BoardKind, metric: Metric, period: Period, on: date | None, *, with_previous: bool = True
) -> Board:
    """Read the board of the period that contains a day. Raises RequestError BAD_INPUT, FORBIDDEN."""
    check_board(context, kind, metric)
    depend_on_board(context, kind)
    day = requested_day(context.now, on)
    board: Board = await (
        context.load(read_boards, BoardKey(kind, period, day, _subjects(context, kind), metric, with_previous))
        if BOARDS[kind].has_tallies
        else context.load(read_citizen_boards, (period, day, on))
    )
    return board


def _subjects(context: Context, kind: BoardKind) -> Collection[str]:
    """Return the codes of the units that stand on a board; none for people."""
    return BOARDS[kind].units_of(context.places)


def _code(row: RankedRow) -> str:
    return row.code
