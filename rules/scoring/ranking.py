"""Ranks on a board, and the changes between two states of it (domain.md, "Boards")."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules.boards import BOARDS, BoardKind, Metric
from rules.scoring.counters import ZERO, Counters
from rules.scoring.responsiveness import DIGITS, UNIT_WEIGHTS, Weights, figures, is_watched, ratios_of


@dataclass(frozen=True, slots=True)
class RankedRow:
    """A row of a board. `rank` is None for unranked subjects. `responsiveness` is only on boards that rank by it."""

    code: str
    rank: int | None
    points: int
    responsiveness: float | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """The change of one row. `responsiveness_delta` is None when either figure is None."""

    code: str
    from_rank: int | None
    to_rank: int | None
    points: int
    points_delta: int
    responsiveness: float | None = None
    responsiveness_delta: float | None = None


def competition_ranks(scores: Mapping[str, float | None]) -> list[tuple[str, int | None]]:
    """Return each code with its rank: highest score first, equal scores share a rank (1, 2, 2, 4), ordered by code.

    Codes with the score None come last, by code, unranked.
    """
    ranked: list[tuple[str, int | None]] = []
    previous: float | None = None
    rank: int | None = None
    for number, code in enumerate(sorted(scores, key=lambda code: _order(code, scores[code])), 1):
        score = scores[code]
        if score is None:
            rank = None
        elif score != previous:
            rank = number
        previous = score
        ranked.append((code, rank))
    return ranked


def _order(code: str, score: float | None) -> tuple[bool, float, str]:
    return score is None, -(score or 0), code


def rank(kind: BoardKind, metric: Metric, subjects: Iterable[str], counters: Mapping[str, Counters]) -> list[RankedRow]:
    """Rank the subjects of a board. `counters` has all subjects of the kind: responsiveness is drawn to their mean."""
    if metric is Metric.POINTS:
        return rank_by_points(subjects, counters)
    return rank_by_responsiveness(subjects, counters, BOARDS[kind].weights)


def rank_by_points(subjects: Iterable[str], counters: Mapping[str, Counters]) -> list[RankedRow]:
    """Rank the subjects by points; those without an entry are unranked."""
    own = {code: counters.get(code, ZERO) for code in subjects}
    points = {code: own[code].points if own[code].entries else None for code in own}
    return [RankedRow(code, rank, points[code] or 0) for code, rank in competition_ranks(points)]


def rank_by_responsiveness(
    subjects: Iterable[str], counters: Mapping[str, Counters], weights: Weights = UNIT_WEIGHTS
) -> list[RankedRow]:
    """Rank the subjects by responsiveness; those with too few decided answers are unranked."""
    scores = figures(subjects, {code: ratios_of(own) for code, own in counters.items()}, weights)
    return [
        RankedRow(code, rank, counters.get(code, ZERO).points, scores[code]) for code, rank in competition_ranks(scores)
    ]


def watchlist(rows: Iterable[RankedRow], counters: Mapping[str, Counters]) -> list[RankedRow]:
    """Choose the rows of a board by responsiveness that `is_watched`; the worst first."""
    watched = [row for row in rows if is_watched(row.responsiveness, ratios_of(counters.get(row.code, ZERO)))]
    return sorted(watched, key=lambda row: (-(row.rank or 0), row.code))


def shifts(before: Iterable[RankedRow], after: Iterable[RankedRow]) -> list[Shift]:
    """Return a shift for every row whose rank, points or responsiveness changed, in the order of the new board."""
    old = {row.code: row for row in before}
    return [_shift(was, row) for row in after if (was := old.get(row.code, RankedRow(row.code, None, 0))) != row]


def _shift(was: RankedRow, now: RankedRow) -> Shift:
    delta = (
        None
        if was.responsiveness is None or now.responsiveness is None
        else round(now.responsiveness - was.responsiveness, DIGITS)
    )
    return Shift(now.code, was.rank, now.rank, now.points, now.points - was.points, now.responsiveness, delta)
