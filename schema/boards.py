"""Leaderboards: who stands where, and what shifts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Annotated, Self

import strawberry

from queries.leaderboards import Board
from queries.officers import BoardPerson
from rules.access import is_staff
from rules.messages import Message
from rules.periods import Period
from rules.scoring.ranking import BoardKind, Metric, RankedRow, Shift
from schema.context import Context, Info
from schema.errors import RequestCode, RequestError
from schema.nodes import Node, global_id
from schema.paging import MOST_PLACES, After, FirstPlaces, PageInfo, page_cursor, page_in_memory, paging
from schema.people import Citizen, Officer
from schema.places import Agency, City, Kecamatan, Kelurahan, Places
from schema.scorecards import Scorecard

field = strawberry.field

Ranked = Annotated[
    Kelurahan | Kecamatan | City | Agency | Officer | Citizen,
    strawberry.union("Ranked", description="Who stands on a board."),
]

NOBODY: Mapping[str, BoardPerson] = MappingProxyType({})


def subject_of(
    places: Places, kind: BoardKind, code: str, people: Mapping[str, BoardPerson] = NOBODY
) -> Kelurahan | Kecamatan | City | Agency | Officer | Citizen:
    """Return the GraphQL object of a board's row; officers and citizens are in no reference data but among `people`."""
    match kind:
        case BoardKind.KELURAHAN:
            return places.kelurahan[code]
        case BoardKind.KECAMATAN:
            return places.kecamatan[code]
        case BoardKind.CITY:
            return places.cities[code]
        case BoardKind.AGENCY:
            return places.agencies[code]
        case BoardKind.OFFICER:
            officer = people[code]
            unit = places.unit(officer.unit or "")
            return Officer(code=code, id=global_id("Officer", code), name=officer.name, unit=unit)
        case BoardKind.CITIZEN:
            return Citizen(code=code, id=global_id("Citizen", code), pseudonym=people[code].name)


@dataclass(frozen=True, slots=True)
class BoardName:
    """Which board: of the period that has the day `first` in it, or of all time."""

    kind: BoardKind
    metric: Metric
    period: Period
    first: date | None

    @property
    def key(self) -> str:
        """The board, as the ids of its rows name it."""
        return f"{self.kind}:{self.metric}:{self.period}:{self.first or '-'}"

    @classmethod
    def of(cls, board: Board) -> Self:
        """Name a board."""
        return cls(board.kind, board.metric, board.period, board.span.first)


@strawberry.type(description="How one of those ranked stands on a board.")
class Standing(Node):
    board: strawberry.Private[BoardName]
    rank: int | None = field(
        description="1 is best; equals share a rank. Null by POINTS without an entry in the period, by RESPONSIVENESS "
        "with fewer than 5 reports whose answer was decided in it."
    )
    previous_rank: int | None = field(description="The rank at the close of the period before; null for ALL_TIME.")
    subject: Ranked = field(description="Who stands there.")
    points: int = field(description="The points gathered in the period; can be negative.")
    responsiveness: float | None = field(
        description="On a board by RESPONSIVENESS, 0 to 100; null when unranked. By POINTS the `scorecard` has it."
    )

    @field(description="The numbers behind it, as of the moment of the answer; null for a citizen.")
    async def scorecard(self, info: Info) -> Scorecard | None:
        board = self.board
        if board.kind is BoardKind.CITIZEN:
            return None
        return await info.context.scorecard(board.kind, self.subject.code, board.period, board.first)


@strawberry.type(description="A page of a board.")
class StandingConnection:
    edges: list["StandingEdge"] = field(description="The rows, the best first.")
    page_info: PageInfo = field(description="Where the page lies.")
    total_count: int = field(description="How many stand on the board.")


@strawberry.type(description="A row of a page of a board.")
class StandingEdge:
    cursor: str = field(description="The page cursor of the row.")
    node: Standing = field(description="The standing.")


@strawberry.type(description="A ranking over a period.")
class Leaderboard:
    kind: BoardKind = field(description="Who stands on it.")
    metric: Metric = field(description="What it ranks by.")
    period: Period = field(description="How long it accumulates.")
    starts_at: datetime | None = field(description="The period's first moment; null for ALL_TIME.")
    ends_at: datetime | None = field(description="The first moment after the period; null for ALL_TIME.")
    cursor: str = field(description="The last event of the log that it includes.")
    rows: strawberry.Private[list[Standing]]

    @field(description="The standings, the best first; those without a rank last, by code.")
    def standings(self, first: FirstPlaces = 50, after: After = None) -> StandingConnection:
        asked = paging(first, after, default=50, most=MOST_PLACES)
        page = page_in_memory(self.rows, _key, asked)
        edges = [StandingEdge(cursor=page_cursor(_key(row)), node=row) for row in page.rows]
        return StandingConnection(
            edges=edges, page_info=page.info(lambda row: page_cursor(_key(row))), total_count=len(self.rows)
        )


@strawberry.type(description="How one row changed.")
class RankShift:
    subject: Ranked = field(description="Who stands there.")
    from_rank: int | None = field(description="The rank before; null when unranked.")
    to_rank: int | None = field(description="The rank now; null when unranked.")
    points: int = field(description="The points now.")
    points_delta: int = field(description="How many points came (or, negative, went).")
    responsiveness: float | None = field(
        description="On a board by RESPONSIVENESS, the figure now; null when unranked."
    )
    responsiveness_delta: float | None = field(
        description="By how much it rose (or, negative, fell); null when unranked now or before."
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


@strawberry.type(description="A board as it stands, or what changed on it since the update before.")
class LeaderboardUpdate:
    cursor: str = field(description="The last event of the log that it includes.")
    snapshot: bool = field(description="True: `standings` is the whole board; replace yours.")
    starts_at: datetime | None = field(description="The period's first moment; null for ALL_TIME.")
    ends_at: datetime | None = field(description="The first moment after the period; null for ALL_TIME.")
    standings: list[Standing] = field(
        description="Of a snapshot the board; of another update the rows whose rank, points or responsiveness changed, "
        "or that came up among the first. Put them over yours, order by rank (null last) and code, and keep the first."
    )
    shifts: list[RankShift] = field(description="One for each changed row; empty on a snapshot.")


def standing_of(
    places: Places,
    board: BoardName,
    place: RankedRow,
    previous_ranks: Mapping[str, int],
    people: Mapping[str, BoardPerson] = NOBODY,
) -> Standing:
    """Make the object of a board's row; its id names the board and the subject."""
    return Standing(
        id=global_id("Standing", f"{board.key}:{place.code}"),
        board=board,
        rank=place.rank,
        previous_rank=previous_ranks.get(place.code),
        subject=subject_of(places, board.kind, place.code, people),
        points=place.points,
        responsiveness=place.responsiveness,
    )


def check_board(context: Context, kind: BoardKind, metric: Metric) -> None:
    """Check that there is such a board, for who asks. Raises RequestError BAD_INPUT, FORBIDDEN."""
    if kind is BoardKind.CITIZEN and metric is Metric.RESPONSIVENESS:
        raise RequestError(RequestCode.BAD_INPUT, Message.CITIZENS_BY_POINTS)
    if kind is BoardKind.OFFICER and not is_staff(context.person):
        raise RequestError(RequestCode.FORBIDDEN, Message.BOARD_OF_STAFF)


def _key(row: Standing) -> str:
    return row.subject.code
