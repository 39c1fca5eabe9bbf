"""Boards and scorecards in batches, for the fields of one request."""

from queries.leaderboards import Board, BoardKey, ScorecardData, read_boards, read_scorecards
from rules.scoring.ranking import RankedRow

NO_SCORECARD = ScorecardData()
"""The scorecard of a unit or a person without any tally."""


async def rows_of_boards(keys: list[tuple[BoardKey, str]]) -> list[tuple[Board, RankedRow]]:
    """Read rows of boards, by board and code of the unit: each board once. Returns each row with its board."""
    wanted = list(dict.fromkeys(key for key, _ in keys))
    found = {
        key: (board, {row.code: row for row in board.rows})
        for key, board in zip(wanted, await read_boards(wanted), strict=True)
    }
    return [(found[key][0], found[key][1][code]) for key, code in keys]


async def scorecards(keys: list[tuple[BoardKey, str]]) -> list[ScorecardData]:
    """Read the scorecards of subjects by board and code. Without any tally, an empty one."""
    wanted = list(dict.fromkeys(key for key, _ in keys))
    found = dict(zip(wanted, await read_scorecards(wanted), strict=True))
    return [found[key].get(code, NO_SCORECARD) for key, code in keys]
