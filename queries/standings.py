"""Boards and scorecards in batches, for the fields of one request."""

from dataclasses import replace

from queries.leaderboards import Board, BoardKey, ScorecardData, read_boards, read_scorecards
from rules.boards import Metric
from rules.scoring.bands import Band
from rules.scoring.ranking import RankedRow, bands

NO_SCORECARD = ScorecardData()
"""The scorecard of a unit or a person without any tally."""


async def rows_of_boards(keys: list[tuple[BoardKey, str]]) -> list[tuple[Board, RankedRow]]:
    """Read rows of boards, by board and code of the unit: each board once. Returns each row with its board.

    The row of a unit that has ended, or not begun, has no rank and no points.
    """
    wanted = list(dict.fromkeys(key for key, _ in keys))
    found = {
        key: (board, {row.code: row for row in board.rows})
        for key, board in zip(wanted, await read_boards(wanted), strict=True)
    }
    return [(found[key][0], found[key][1].get(code) or RankedRow(code, None, 0)) for key, code in keys]


async def bands_of(keys: list[tuple[BoardKey, str]]) -> list[Band | None]:
    """Read the bands of subjects by board and code. None for a person without any tally."""
    wanted = list(dict.fromkeys(key for key, _ in keys))
    boards = await read_boards([replace(key, metric=Metric.RESPONSIVENESS, with_previous=False) for key in wanted])
    found = {
        key: bands((code for other, code in keys if other == key), board.counters)
        for key, board in zip(wanted, boards, strict=True)
    }
    return [found[key].get(code) for key, code in keys]


async def scorecards(keys: list[tuple[BoardKey, str]]) -> list[ScorecardData]:
    """Read the scorecards of subjects by board and code. Without any tally, an empty one."""
    wanted = list(dict.fromkeys(key for key, _ in keys))
    found = dict(zip(wanted, await read_scorecards(wanted), strict=True))
    return [found[key].get(code, NO_SCORECARD) for key, code in keys]
