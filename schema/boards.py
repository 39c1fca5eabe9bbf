"""Leaderboards: who stands where, and what shifts."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Self

import strawberry

from rules.periods import Period, Span
from rules.ranking import BoardKind, Metric, Place, Shift
from schema.nodes import Node, global_id
from schema.paging import MOST_PLACES, After, FirstPlaces, PageInfo, page_cursor, page_in_memory, paging
from schema.people import Citizen
from schema.places import Agency, City, Kecamatan, Kelurahan, Places

field = strawberry.field

Ranked = Annotated[
    Kelurahan | Kecamatan | City | Agency | Citizen, strawberry.union("Ranked", description="Who stands on a board.")
]


NO_PSEUDONYMS: Mapping[str, str] = MappingProxyType({})


def subject_of(
    places: Places, kind: BoardKind, code: str, pseudonyms: Mapping[str, str] = NO_PSEUDONYMS
) -> Kelurahan | Kecamatan | City | Agency | Citizen:
    """Return the GraphQL object of a board's row; citizens are in no reference data but among the pseudonyms."""
    match kind:
        case BoardKind.KELURAHAN:
            return places.kelurahan[code]
        case BoardKind.KECAMATAN:
            return places.kecamatan[code]
        case BoardKind.CITY:
            return places.cities[code]
        case BoardKind.AGENCY:
            return places.agencies[code]
        case BoardKind.CITIZEN:
            return Citizen(code=code, id=global_id("Citizen", code), pseudonym=pseudonyms[code])


@strawberry.type(description="How one of those ranked stands on a board.")
class Standing(Node):
    rank: int | None = field(description="1 is best; equals share a rank; null without an entry in the period.")
    previous_rank: int | None = field(description="The rank at the close of the period before; null for ALL_TIME.")
    subject: Ranked = field(description="Who stands there.")
    points: int = field(description="The points gathered in the period; can be negative.")


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

    @classmethod
    def of(cls, places: Places, kind: BoardKind, shift: Shift) -> Self:
        """Make the object of a shift."""
        return cls(
            subject=subject_of(places, kind, shift.code),
            from_rank=shift.from_rank,
            to_rank=shift.to_rank,
            points=shift.points,
            points_delta=shift.points_delta,
        )


@strawberry.type(description="A board as it stands, or what changed on it since the update before.")
class LeaderboardUpdate:
    cursor: str = field(description="The last event of the log that it includes.")
    snapshot: bool = field(description="True: `standings` is the whole board; replace yours.")
    starts_at: datetime | None = field(description="The period's first moment; null for ALL_TIME.")
    ends_at: datetime | None = field(description="The first moment after the period; null for ALL_TIME.")
    standings: list[Standing] = field(
        description="Of a snapshot the board; of another update the rows whose rank or points changed, or that came up "
        "among the first. Put them over yours, order by rank (null last) and code, and keep the first."
    )
    shifts: list[RankShift] = field(description="One for each changed row; empty on a snapshot.")


def standing_of(
    places: Places,
    board: tuple[BoardKind, Period, Span],
    place: Place,
    previous_ranks: Mapping[str, int],
    pseudonyms: Mapping[str, str] = NO_PSEUDONYMS,
) -> Standing:
    """Make the object of a board's row; its id names the board, with its first day, and the subject."""
    kind, period, span = board
    key = f"{kind}:{Metric.POINTS}:{period}:{span.first or '-'}:{place.code}"
    return Standing(
        id=global_id("Standing", key),
        rank=place.rank,
        previous_rank=previous_ranks.get(place.code),
        subject=subject_of(places, kind, place.code, pseudonyms),
        points=place.points,
    )


def _key(row: Standing) -> str:
    return row.subject.code
