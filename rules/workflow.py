"""The three statuses, how a report ends, and who moves it: domain.md, "Status", as one table."""

from dataclasses import dataclass
from enum import StrEnum

from rules.messages import Message
from rules.refusals import ErrorCode, Refusal


class ReportStatus(StrEnum):
    """Where a report stands. Three and only three, because every citizen knows them."""

    WAITING = "WAITING"
    IN_PROGRESS = "IN_PROGRESS"
    PROCESSED = "PROCESSED"


class Resolution(StrEnum):
    """How a PROCESSED report ended."""

    FIXED = "FIXED"
    DUPLICATE = "DUPLICATE"
    OUT_OF_REMIT = "OUT_OF_REMIT"
    INVALID = "INVALID"
    WITHDRAWN = "WITHDRAWN"


class Party(StrEnum):
    """Who may make a move."""

    HANDLER = "HANDLER"
    REPORTER = "REPORTER"


class Need(StrEnum):
    """What a move asks for beside itself."""

    NOTHING = "NOTHING"
    PROOF = "PROOF"
    NOTE = "NOTE"
    ORIGINAL = "ORIGINAL"


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed change of status. `unanswered`: only before the first official act."""

    sources: frozenset[ReportStatus]
    target: ReportStatus
    resolution: Resolution | None
    party: Party
    need: Need = Need.NOTHING
    unanswered: bool = False


WAITING, IN_PROGRESS, PROCESSED = ReportStatus.WAITING, ReportStatus.IN_PROGRESS, ReportStatus.PROCESSED
OPEN = frozenset({WAITING, IN_PROGRESS})

MOVES: tuple[Move, ...] = (
    Move(frozenset({WAITING}), IN_PROGRESS, None, Party.HANDLER),
    Move(OPEN, PROCESSED, Resolution.FIXED, Party.HANDLER, Need.PROOF),
    Move(OPEN, PROCESSED, Resolution.DUPLICATE, Party.HANDLER, Need.ORIGINAL),
    Move(OPEN, PROCESSED, Resolution.INVALID, Party.HANDLER, Need.NOTE),
    Move(OPEN, PROCESSED, Resolution.OUT_OF_REMIT, Party.HANDLER, Need.NOTE),
    Move(frozenset({WAITING}), PROCESSED, Resolution.WITHDRAWN, Party.REPORTER, unanswered=True),
)

LABELS: dict[ReportStatus, tuple[str, str]] = {
    WAITING: ("menunggu", "waiting"),
    IN_PROGRESS: ("sedang ditindaklanjuti", "in progress"),
    PROCESSED: ("sudah diproses", "processed"),
}
"""Each status as every citizen of Jakarta knows it: (Indonesian, English)."""


def label(status: ReportStatus, locale: str) -> str:
    """Name a status in `locale` ("ID" or "EN")."""
    return LABELS[status][1 if locale == "EN" else 0]


def find_move(status: ReportStatus, target: ReportStatus, resolution: Resolution | None, *, answered: bool) -> Move:
    """Look up the move from `status` to `target` with `resolution`.

    Raises Refusal TRANSITION_REFUSED when the table has none.
    """
    for move in MOVES:
        if status in move.sources and (move.target, move.resolution) == (target, resolution):
            if move.unanswered and answered:
                raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.ANSWERED_ALREADY)
            return move
    raise Refusal(
        ErrorCode.TRANSITION_REFUSED,
        Message.TRANSITION_REFUSED,
        label=LABELS[status],
        target=resolution or target,
    )
