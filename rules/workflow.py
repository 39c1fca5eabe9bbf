"""The statuses and resolutions of a report, and the allowed moves as one table (domain.md, "Status")."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rules.languages import Locale, Text
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal


class ReportStatus(StrEnum):
    """The status of a report. There are exactly three, because every citizen knows them."""

    WAITING = "WAITING"
    IN_PROGRESS = "IN_PROGRESS"
    PROCESSED = "PROCESSED"


class Resolution(StrEnum):
    """The outcome of a PROCESSED report."""

    FIXED = "FIXED"
    DUPLICATE = "DUPLICATE"
    OUT_OF_REMIT = "OUT_OF_REMIT"
    INVALID = "INVALID"
    WITHDRAWN = "WITHDRAWN"


class Actor(StrEnum):
    """The sort of person who may make a move."""

    HANDLER = "HANDLER"
    REPORTER = "REPORTER"
    SUPERVISOR = "SUPERVISOR"


class Requirement(StrEnum):
    """An additional input that a move requires."""

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
    actor: Actor
    requirement: Requirement = Requirement.NOTHING
    unanswered: bool = False


DISMISSALS = frozenset({Resolution.DUPLICATE, Resolution.OUT_OF_REMIT, Resolution.INVALID})
"""The resolutions of a unit that fixed nothing. After a reopening only a supervisor can close the report so again."""

WAITING, IN_PROGRESS, PROCESSED = ReportStatus.WAITING, ReportStatus.IN_PROGRESS, ReportStatus.PROCESSED
OPEN = frozenset({WAITING, IN_PROGRESS})

MOVES: tuple[Move, ...] = (
    Move(frozenset({WAITING}), IN_PROGRESS, None, Actor.HANDLER),
    Move(OPEN, PROCESSED, Resolution.FIXED, Actor.HANDLER, Requirement.PROOF),
    Move(OPEN, PROCESSED, Resolution.DUPLICATE, Actor.HANDLER, Requirement.ORIGINAL),
    Move(OPEN, PROCESSED, Resolution.INVALID, Actor.HANDLER, Requirement.NOTE),
    Move(OPEN, PROCESSED, Resolution.OUT_OF_REMIT, Actor.HANDLER, Requirement.NOTE),
    Move(frozenset({WAITING}), PROCESSED, Resolution.WITHDRAWN, Actor.REPORTER, unanswered=True),
)


@dataclass(frozen=True, slots=True)
class Reopening:
    """A right to move a report from PROCESSED back to IN_PROGRESS.

    `within`: the time limit after the closing. `times`: the limit for each report.
    """

    actor: Actor
    within: timedelta
    times: int


REOPENINGS: tuple[Reopening, ...] = (
    Reopening(Actor.REPORTER, within=timedelta(days=14), times=2),
    Reopening(Actor.SUPERVISOR, within=timedelta(days=60), times=2),
)
"""Reopening is a separate operation, so that no change of status moves a closed report."""

STATUS_LABELS: dict[ReportStatus, Text] = {
    WAITING: Text("menunggu", "waiting"),
    IN_PROGRESS: Text("sedang ditindaklanjuti", "in progress"),
    PROCESSED: Text("sudah diproses", "processed"),
}
"""The name of each status that every citizen of Jakarta knows."""

RESOLUTION_LABELS: dict[Resolution, Text] = {
    Resolution.FIXED: Text("selesai ditangani", "fixed"),
    Resolution.DUPLICATE: Text("duplikat", "duplicate"),
    Resolution.OUT_OF_REMIT: Text("di luar kewenangan", "out of remit"),
    Resolution.INVALID: Text("tidak valid", "invalid"),
    Resolution.WITHDRAWN: Text("ditarik pelapor", "withdrawn"),
}
"""The name of each resolution in messages."""


def label(status: ReportStatus, locale: Locale) -> str:
    """Return the name of a status in `locale`."""
    return STATUS_LABELS[status].in_locale(locale)


def find_move(
    status: ReportStatus,
    target: ReportStatus,
    resolution: Resolution | None,
    *,
    answered: bool,
    has_duplicates: bool = False,
    answer_overdue: bool = False,
) -> Move:
    """Return the move from `status` to `target` with `resolution`.

    A report into which others are merged (`has_duplicates`) is not withdrawn: it stands for their reporters too. Nor is
    one whose answer is overdue: the unit's failure would go with it.
    Raises Refusal TRANSITION_REFUSED when the table has no such move.
    """
    for move in MOVES:
        if status in move.sources and (move.target, move.resolution) == (target, resolution):
            if move.unanswered and answered:
                raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.ANSWERED_ALREADY)
            if has_duplicates and move.resolution is Resolution.WITHDRAWN:
                raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.HAS_DUPLICATES)
            if answer_overdue and move.resolution is Resolution.WITHDRAWN:
                raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.WITHDRAW_OVERDUE)
            return move
    raise Refusal(
        ErrorCode.TRANSITION_REFUSED,
        Message.TRANSITION_REFUSED,
        label=STATUS_LABELS[status],
        target=STATUS_LABELS[target] if resolution is None else RESOLUTION_LABELS[resolution],
    )


def check_reopening(
    actor: Actor, resolution: Resolution | None, processed_at: datetime | None, *, at: datetime, times: int
) -> None:
    """Raise Refusal TRANSITION_REFUSED unless `actor` may reopen at `at` a report closed at `processed_at`.

    `times`: the number of times that such actors have reopened it. `resolution` and `processed_at` are None while the
    report is open.
    """
    reopening = next(row for row in REOPENINGS if row.actor is actor)
    if processed_at is None or resolution is Resolution.WITHDRAWN:
        raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.REOPEN_NOTHING)
    if at > processed_at + reopening.within:
        raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.REOPEN_TOO_LATE, days=reopening.within.days)
    if times >= reopening.times:
        raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.REOPEN_TOO_OFTEN, most=reopening.times)
