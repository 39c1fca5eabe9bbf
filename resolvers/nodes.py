"""Loading of objects by their global ids."""

from collections.abc import Mapping, Sequence
from datetime import date

from queries import ledger
from queries.leaderboards import Board
from rules.boards import BOARDS, BoardKind, Metric
from rules.periods import Period
from schema.accounts import load_person
from schema.boards import Leaderboard, Standing, board_name, board_of_day, standings_of
from schema.comments import load_comment
from schema.context import Context
from schema.costs import BOARD, STATEMENT
from schema.errors import RequestError
from schema.nodes import Node, parse_id, row_id
from schema.points import PointEntry
from schema.reports import load_event, load_report


def cost_of_ids(ids: Sequence[str]) -> int:
    """Return the cost of what `load_node` reads for these ids: each board once, else a statement for each type."""
    types: set[str] = set()
    boards: set[str] = set()
    for text in ids:
        type_name, key = parse_id(text) or ("", "")
        if type_name == "Leaderboard":
            boards.add(key)
        elif type_name == "Standing":
            boards.add(key.rpartition(":")[0])
        else:
            types.add(type_name)
    return len(boards) * BOARD + len(types) * STATEMENT


async def load_node(context: Context, text: str) -> Node | None:
    """Load the object of a global id. Return None for a malformed id, and for an object that the viewer may not see."""
    type_name, key = parse_id(text) or ("", "")
    places: dict[str, Mapping[str, Node]] = {
        "City": context.places.cities,
        "Kecamatan": context.places.kecamatan,
        "Kelurahan": context.places.kelurahan,
        "Agency": context.places.agencies,
        "Category": context.places.categories,
    }
    if type_name in places:
        return places[type_name].get(key)
    if type_name == "Leaderboard":
        board = await _load_board(context, key)
        return None if board is None else Leaderboard.of(board)
    if type_name == "Standing":
        return await _load_standing(context, key)
    if type_name == "Person":
        return await load_person(context, key)
    row = row_id(text, type_name)
    return None if row is None else await _load_row(context, type_name, row)


async def _load_row(context: Context, type_name: str, row: int) -> Node | None:
    found: Node | None
    match type_name:
        case "Report":
            context.depends.on_reports([row])
            found = await load_report(context, row)
        case "ReportEvent":
            context.depends.on_words()
            found = await load_event(context, row)
        case "Comment":
            context.depends.on_words()
            found = await load_comment(context, row)
        case "PointEntry":
            found = await PointEntry.load(context, ledger.by_position, row)
        case _:
            return None
    if found is None:
        context.depends.on_viewer()  # as if it were hidden: whether an answer may be kept must not tell
    return found


async def _load_board(context: Context, key: str) -> Board | None:
    """Load a board by its key, as `board_name` writes it. Return None for one that the viewer may not see."""
    try:
        kind_name, metric, period, first = key.split(":")
        kind, on = BoardKind(kind_name), None if first == "-" else date.fromisoformat(first)
        if BOARDS[kind].staff_only:
            context.depends.unknown = True  # the answer is for the viewer only
        board = await board_of_day(context, kind, Metric(metric), Period(period), on)
    except (ValueError, RequestError):
        return None
    return board if board_name(board) == key else None


async def _load_standing(context: Context, key: str) -> Standing | None:
    """Load a row of a board by its key: that of the board, and the code of the subject."""
    name, _, code = key.rpartition(":")
    board = await _load_board(context, name)
    if board is None:
        return None
    found = standings_of(context.places, board, [row for row in board.rows if row.code == code])
    return found[0] if found else None
