"""Ranks on a board, and the changes between two states of it (domain.md, "Boards")."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from rules.boards import BOARDS, BoardKind, Metric
from rules.periods import Period
from rules.scoring.bands import Band, band, is_reopened_often
from rules.scoring.counters import ZERO, Counters
from rules.scoring.responsiveness import DIGITS, Ratio, figures, is_low, pool, ratios_of

UNRANKED = frozenset({Period.DAY, Period.WEEK})
"""The periods in which nobody has a rank by responsiveness: the ranks of so few reports are chance."""


class RankedRow(NamedTuple):
    """A row of a board.

    `rank` is None for unranked subjects. `responsiveness` is only on boards that rank by it, and None with too few
    reports. A named tuple, because a board makes hundreds of them.
    """

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
    by_code = sorted(scores)
    scored = [code for code in by_code if scores[code] is not None]
    scored.sort(key=scores.__getitem__, reverse=True)  # type: ignore[arg-type] # no None is left; equal ones stay by code
    for number, code in enumerate(scored, 1):
        score = scores[code]
        if score != previous:
            rank, previous = number, score
        ranked.append((code, rank))
    return ranked + [(code, None) for code in by_code if scores[code] is None]


def rank(
    kind: BoardKind, metric: Metric, period: Period, subjects: Iterable[str], counters: Mapping[str, Counters]
) -> list[RankedRow]:
    """Rank the subjects of a board. `counters` has all subjects of the kind: responsiveness is drawn to their mean.

    In a period that is UNRANKED all rows are in the order of their codes.
    """
    if metric is Metric.POINTS:
        return rank_by_points(subjects, counters)
    found = responsiveness(kind, subjects, counters)
    ranks = [(code, None) for code in sorted(found)] if period in UNRANKED else competition_ranks(found)
    return [RankedRow(code, rank, counters.get(code, ZERO).points, found[code]) for code, rank in ranks]


def rank_by_points(subjects: Iterable[str], counters: Mapping[str, Counters]) -> list[RankedRow]:
    """Rank the subjects by points; those without an entry are unranked."""
    points = {code: own.points if (own := counters.get(code, ZERO)).entries else None for code in subjects}
    new = tuple.__new__  # without the checks of `RankedRow._make`: a board has hundreds of rows
    return [new(RankedRow, (code, rank, points[code] or 0, None)) for code, rank in competition_ranks(points)]


def responsiveness(
    kind: BoardKind, subjects: Iterable[str], counters: Mapping[str, Counters]
) -> dict[str, float | None]:
    """Return the responsiveness of each subject; None with too few reports."""
    return figures(subjects, {code: ratios_of(own) for code, own in counters.items()}, BOARDS[kind].weights)


def bands(subjects: Iterable[str], counters: Mapping[str, Counters]) -> dict[str, Band | None]:
    """Return the band of each subject. `counters` has all subjects of the kind."""
    ratios = {code: ratios_of(own) for code, own in counters.items()}
    pooled = pool(ratios.values())
    return {code: band(ratios[code], pooled) if code in ratios else None for code in subjects}


def watchlist(rows: Sequence[RankedRow], counters: Mapping[str, Counters]) -> list[RankedRow]:
    """Choose the rows of a board by responsiveness that need attention; the worst first.

    They are BELOW, have a low on-time ratio, or have their fixes reopened far more often than others. They need no
    rank. Those without a responsiveness come last, by code.
    """
    found = bands((row.code for row in rows), counters)
    kept = {code: kept_fixes(own) for code, own in counters.items()}
    of_all = sum(kept.values(), Ratio())
    watched = [
        row
        for row in rows
        if found[row.code] is Band.BELOW
        or is_low(ratios_of(counters.get(row.code, ZERO)))
        or is_reopened_often(kept.get(row.code, Ratio()), of_all)
    ]
    return sorted(watched, key=lambda row: (inf if row.responsiveness is None else row.responsiveness, row.code))


def kept_fixes(own: Counters) -> Ratio:
    """Return the fixes of a period less the reopenings in it, also of earlier closings."""
    return Ratio(max(own.processed - own.reopened, 0), own.processed)


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
