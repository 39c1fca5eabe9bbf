"""Boards and scorecards in batches, for the fields of one request."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from queries.leaderboards import Board, ScorecardData, read_board, read_citizen_board, read_scorecards
from rules.boards import BoardKind, Metric
from rules.periods import Period
from rules.scoring.ranking import RankedRow

NO_SCORECARD = ScorecardData()
"""The scorecard of a unit or a person without any tally."""


@dataclass(frozen=True, slots=True)
class BoardKey:
    """The board of the period that contains a day, with the ranks of the previous one or without.

    The subjects follow from the kind, so they are not compared.
    """

    kind: BoardKind
    period: Period
    day: date
    subjects: Collection[str] = field(compare=False)
    metric: Metric = Metric.POINTS
    with_previous: bool = True


async def boards(keys: list[BoardKey]) -> list[Board]:
    """Read boards, one after another: a request takes one connection."""
    return [
        await read_board(key.kind, key.period, key.day, key.subjects, key.metric, with_previous=key.with_previous)
        for key in keys
    ]


async def rows_of_boards(keys: list[tuple[BoardKey, str]]) -> list[tuple[Board, RankedRow]]:
    """Read rows of boards, by board and code of the unit: each board once. Returns each row with its board."""
    wanted = list(dict.fromkeys(key for key, _ in keys))
    found = {
        key: (board, {row.code: row for row in board.rows})
        for key, board in zip(wanted, await boards(wanted), strict=True)
    }
    return [(found[key][0], found[key][1][code]) for key, code in keys]


async def citizen_boards(keys: list[tuple[Period, date, date | None]]) -> list[Board]:
    """Read boards of citizens by the arguments of `read_citizen_board`, one after another."""
    return [await read_citizen_board(*key) for key in keys]


async def scorecards(keys: list[tuple[BoardKey, str]]) -> list[ScorecardData]:
    """Read the scorecards of subjects by board and code: one board after another. Without any tally, an empty one."""
    read = {
        key: await read_scorecards(key.kind, key.period, key.day, key.subjects)
        for key in dict.fromkeys(k for k, _ in keys)
    }
    return [read[key].get(code, NO_SCORECARD) for key, code in keys]
