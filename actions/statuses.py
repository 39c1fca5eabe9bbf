"""An officer moves a report on.

Refused, it raises `rules.refusals.Refusal` and has changed nothing.
"""

from dataclasses import dataclass

from actions import photos, supports
from actions.change import Change, Writer
from actions.holdings import SECOND, held_in_all
from actions.ledger import Entry
from actions.overdue import settled
from actions.score import Score
from actions.steps import Step, locked, record, require_version, step
from models.log import ReportEventKind
from models.reports import PhotoRole, ReportRow
from rules import access, texts
from rules.access import Person
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.workflow import Actor, ReportStatus, Requirement, Resolution, find_move


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """Where an officer moves a report, and what the move needs. `duplicate_of`: the row id of the other report."""

    status: ReportStatus
    resolution: Resolution | None = None
    note: str | None = None
    proof_photo_ids: tuple[str, ...] = ()
    duplicate_of: int | None = None
    if_version: int | None = None


async def change_status(writer: Writer, person: Person, report_id: int, wish: StatusChange) -> None:
    """Move a report on, as an officer or a supervisor of the unit that handles it.

    Raises Refusal NOT_FOUND, FORBIDDEN, CONFLICT, TRANSITION_REFUSED, INVALID, PROOF_REQUIRED, PROOF_REUSED.
    """
    _check_shape(report_id, wish)
    note = texts.clean_optional(wish.note, texts.NOTE, "input", "note")

    async def work(change: Change) -> None:
        others = [] if wish.duplicate_of is None else [wish.duplicate_of]
        report, *originals = await locked(change, report_id, *others)
        unit = access.require_handler(person, report)
        require_version(report, wish.if_version, "input", "ifVersion")
        report, passed, score = await settled(change, report)
        _check_move(report, wish, note)
        for original in originals:
            _check_original(original)
        fixed = wish.resolution is Resolution.FIXED
        path = ("input", "proofPhotoIds")
        proof = await photos.claim_proof(change, person, wish.proof_photo_ids, *path) if fixed else []
        taken = step(
            ReportEventKind.STATUS_CHANGED,
            report,
            person,
            unit,
            status=wish.status,
            resolution=wish.resolution,
            responded_at=report.responded_at or change.at,
            processed_at=change.at if wish.status is ReportStatus.PROCESSED else None,
            duplicate_of_id=wish.duplicate_of,
        )
        taken.note = note
        entries = [*score.entries, *await _earned(change, report, person, taken)]
        if originals:
            await _close_as_duplicate(change, [*passed, taken], originals[0], person, entries)
        else:
            await record(change, [*passed, taken], entries)
            earlier = await photos.count(change, report_id, PhotoRole.PROOF) if proof else 0
            await photos.attach(change, report_id, proof, PhotoRole.PROOF, start=earlier)

    await writer.change(work)


async def _earned(change: Change, report: ReportRow, person: Person, taken: Step) -> list[Entry]:
    """Say what the move brings; a closing as FIXED gets the fact for how long the unit has had the report."""
    earned = Score(change, report, person.account_id)
    await earned.answered()
    resolution = taken.after.resolution
    if resolution is Resolution.FIXED:
        held = await held_in_all(change, report)
        taken.facts["held"] = held // SECOND
        await earned.fixed(held)
    elif resolution is not None:
        await earned.void(resolution)
    return earned.entries


async def _close_as_duplicate(
    change: Change, steps: list[Step], original: ReportRow, person: Person, entries: list[Entry]
) -> None:
    closing = steps[-1]
    taking_on = await supports.moved(change, closing, original, person)
    first = await record(change, [*steps, *([taking_on] if taking_on else [])], entries)
    position = first + len(steps) - 1
    await supports.end_all(change, closing.after.id, position)
    if taking_on is not None:
        await supports.begin(change, original.id, taking_on.facts["accounts"], position + 1)


def _check_shape(report_id: int, wish: StatusChange) -> None:
    """Refuse what contradicts itself, whatever the report."""
    processed = wish.status is ReportStatus.PROCESSED
    if processed and wish.resolution is None:
        raise Refusal(ErrorCode.INVALID, Message.RESOLUTION_REQUIRED, "input", "resolution")
    if not processed and wish.resolution is not None:
        raise Refusal(ErrorCode.INVALID, Message.RESOLUTION_UNWANTED, "input", "resolution")
    if wish.proof_photo_ids and wish.resolution is not Resolution.FIXED:
        raise Refusal(ErrorCode.INVALID, Message.PROOF_UNWANTED, "input", "proofPhotoIds")
    if wish.duplicate_of is not None and wish.resolution is not Resolution.DUPLICATE:
        raise Refusal(ErrorCode.INVALID, Message.ORIGINAL_UNWANTED, "input", "duplicateOf")
    if wish.duplicate_of == report_id:
        raise Refusal(ErrorCode.INVALID, Message.ORIGINAL_ITSELF, "input", "duplicateOf")


def _check_move(report: ReportRow, wish: StatusChange, note: str | None) -> None:
    answered = report.responded_at is not None
    move = find_move(report.status, wish.status, wish.resolution, answered=answered)
    if move.actor is not Actor.HANDLER:
        raise Refusal(ErrorCode.FORBIDDEN, Message.WITHDRAW_BY_REPORTER, "input", "resolution")
    if move.requirement is Requirement.NOTE and note is None:
        raise Refusal(ErrorCode.INVALID, Message.NOTE_REQUIRED, "input", "note")
    if move.requirement is Requirement.ORIGINAL and wish.duplicate_of is None:
        raise Refusal(ErrorCode.INVALID, Message.ORIGINAL_REQUIRED, "input", "duplicateOf")


def _check_original(original: ReportRow) -> None:
    if original.resolution in {Resolution.DUPLICATE, Resolution.WITHDRAWN}:
        raise Refusal(
            ErrorCode.INVALID,
            Message.ORIGINAL_UNFIT,
            "input",
            "duplicateOf",
            resolution=original.resolution,
        )
