"""From sums to ranks: who stands where on a board, and what has shifted (domain.md, "Boards")."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from rules.access import Role
from rules.scoring import responsiveness
from rules.scoring.counters import ZERO, Counters
from rules.scoring.responsiveness import Position, Ratio, Ratios, Weights


class BoardKind(StrEnum):
    """Who stands on a board."""

    KELURAHAN = "KELURAHAN"
    KECAMATAN = "KECAMATAN"
    CITY = "CITY"
    AGENCY = "AGENCY"
    OFFICER = "OFFICER"
    CITIZEN = "CITIZEN"


class Metric(StrEnum):
    """What a board ranks by."""

    POINTS = "POINTS"
    RESPONSIVENESS = "RESPONSIVENESS"


@dataclass(frozen=True, slots=True)
class RankedRow:
    """A row of a board: `rank` is None for who is unranked. `responsiveness` is only on boards that rank by it."""

    code: str
    rank: int | None
    points: int
    responsiveness: float | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """How one row differs from what it was; the difference of two figures is None when either is."""

    code: str
    from_rank: int | None
    to_rank: int | None
    points: int
    points_delta: int
    responsiveness: float | None = None
    responsiveness_delta: float | None = None


_DEPTH: dict[BoardKind, int] = {BoardKind.KELURAHAN: 4, BoardKind.KECAMATAN: 3, BoardKind.CITY: 2}
"""A place's code begins with the codes of those it lies in: kelurahan 31.71.01.1001, kecamatan 31.71.01, city 31.71."""


def subject_of(kind: BoardKind, unit: str) -> str | None:
    """Return the code of who a unit counts for on a board: a place that it lies in, an agency itself, or None.

    A kelurahan counts for no agency, an agency for no place, no unit for a citizen, and citizens' own entries for none.
    """
    parts = unit.split(".")
    is_kelurahan = len(parts) == _DEPTH[BoardKind.KELURAHAN]
    if kind is BoardKind.AGENCY:
        return None if is_kelurahan or unit == Role.CITIZEN else unit
    return ".".join(parts[: _DEPTH[kind]]) if is_kelurahan and kind in _DEPTH else None


def ratios_of(gathered: Counters) -> Ratios:
    """Return the shares that a responsiveness is made of."""
    return Ratios(
        responded=Ratio(gathered.responses_on_time, gathered.responses_decided),
        processed=Ratio(gathered.processings_on_time, gathered.processings_decided),
        satisfaction=responsiveness.satisfaction(gathered.stars, gathered.ratings),
        overdue=Ratio(gathered.overdue, gathered.open),
    )


def weights_of(kind: BoardKind) -> Weights:
    """Return how much each share counts on the boards of a kind."""
    return responsiveness.OFFICER_WEIGHTS if kind is BoardKind.OFFICER else responsiveness.UNIT_WEIGHTS


def rank(kind: BoardKind, metric: Metric, subjects: Iterable[str], sums: Mapping[str, Counters]) -> list[RankedRow]:
    """Rank the subjects: best first, equals share a rank (1, 2, 2, 4) and stand by code; the unranked last, by code.

    `sums` has all of the kind: the mean that responsiveness is drawn to is theirs.
    """
    if metric is Metric.POINTS:
        return rank_by_points(subjects, sums)
    return [_place(position, sums) for position in _positions(kind, subjects, sums)]


def watchlist(kind: BoardKind, subjects: Iterable[str], sums: Mapping[str, Counters]) -> list[RankedRow]:
    """Choose those who answer badly (`rules.scoring.responsiveness.watchlist`); the worst first."""
    return [_place(position, sums) for position in responsiveness.watchlist(_positions(kind, subjects, sums))]


def _positions(kind: BoardKind, subjects: Iterable[str], sums: Mapping[str, Counters]) -> list[Position]:
    shares = {code: ratios_of(gathered) for code, gathered in sums.items()}
    return responsiveness.rank(subjects, shares, weights_of(kind))


def _place(position: Position, sums: Mapping[str, Counters]) -> RankedRow:
    points = sums.get(position.code, ZERO).points
    return RankedRow(position.code, position.rank, points, position.responsiveness)


def rank_by_points(subjects: Iterable[str], sums: Mapping[str, Counters]) -> list[RankedRow]:
    """Rank the subjects by points; those with no entry come last, unranked."""
    ordered = sorted(
        ((code, sums.get(code, ZERO)) for code in subjects),
        key=lambda row: (row[1].entries == 0, -row[1].points, row[0]),
    )
    places: list[RankedRow] = []
    for index, (code, gathered) in enumerate(ordered):
        if gathered.entries == 0:
            places.append(RankedRow(code, None, 0))
        elif places and places[-1].points == gathered.points:
            places.append(RankedRow(code, places[-1].rank, gathered.points))
        else:
            places.append(RankedRow(code, index + 1, gathered.points))
    return places


def shifts(before: Iterable[RankedRow], after: Iterable[RankedRow]) -> list[Shift]:
    """Name every row whose rank, points or responsiveness changed, in the order of the new board."""
    old = {place.code: place for place in before}
    return [
        _shift(was, place) for place in after if (was := old.get(place.code, RankedRow(place.code, None, 0))) != place
    ]


def _shift(was: RankedRow, now: RankedRow) -> Shift:
    delta = (
        None
        if was.responsiveness is None or now.responsiveness is None
        else round(now.responsiveness - was.responsiveness, responsiveness.DIGITS)
    )
    return Shift(now.code, was.rank, now.rank, now.points, now.points - was.points, now.responsiveness, delta)
