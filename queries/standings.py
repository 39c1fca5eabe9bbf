"""Boards and scorecards in batches, for the fields of one request."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from queries.leaderboards import Board, ScorecardData, read_board, read_citizen_board, read_scorecards
from rules.boards import BoardKind, Metric
from rules.periods import Period

NO_SCORECARD = ScorecardData()
"""The scorecard of a unit or a person without any tally."""


@dataclass(frozen=True, slots=True)
class BoardKey:
    """The board of the period that contains a day. The subjects follow from the kind, so they are not compared."""

    kind: BoardKind
    period: Period
    day: date
    subjects: Collection[str] = field(compare=False)
    metric: Metric = Metric.POINTS


async def boards(keys: list[BoardKey]) -> list[Board]:
    """Read boards, one after another: a request takes one connection."""
    return [await read_board(key.kind, key.period, key.day, key.subjects, key.metric) for key in keys]


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
