"""Officers change the status of a report."""

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from actions import photos
from actions.holdings import SECOND, held_in_all
from actions.report_editor import ReportEditor
from actions.supporters import supporters
from actions.transaction import Transaction
from models.log import ReportEventKind
from models.reports import PhotoRole, ReportRow
from rules import access, texts
from rules.access import Person
from rules.geography import metres_between
from rules.messages import Message
from rules.refusals import ErrorCode, Faults, Refusal
from rules.workflow import DISMISSALS, RESOLUTION_LABELS, Actor, ReportStatus, Requirement, Resolution, find_move

DUPLICATE_METRES = 200
"""The distance within which two reports of one category may be of the same problem."""

DUPLICATE_WITHIN = timedelta(days=7)
"""The time from an original that is closed to the submission of its duplicate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """The new status and what the move to it requires. `duplicate_of`: the row id of the original report."""

    status: ReportStatus
    resolution: Resolution | None = None
    note: str | None = None
    proof_photo_ids: tuple[str, ...] = ()
    duplicate_of: int | None = None
    if_version: int | None = None


async def change_status(tx: Transaction, person: Person, report_id: int, change: StatusChange) -> None:
    """Change a report's status, as an officer or a supervisor of the unit that handles it.

    Raises Refusal NOT_FOUND, FORBIDDEN, CONFLICT, TRANSITION_REFUSED, INVALID, TOO_FAR_APART, PROOF_REQUIRED,
    PROOF_REUSED.
    """
    faults = Faults()
    _check_consistency(report_id, change, faults)
    is_contradictory = bool(faults)  # what it wants cannot be judged then
    note = faults.check(texts.clean_optional, change.note, texts.NOTE, "input", "note")
    original_id = None if change.duplicate_of == report_id else change.duplicate_of
    has_effect = change.resolution in {Resolution.FIXED, Resolution.DUPLICATE}  # on what is merged into the report
    async with tx.edit(report_id, person, original_id, with_duplicates=has_effect) as report:
        with faults:
            unit = access.require_handler(person, report.row)
            faults.check(report.require_version, change.if_version, "input", "ifVersion")
            if not is_contradictory:
                _check_move(person, report.row, change)
            if report.original is not None:
                _check_original(report.row, report.original, faults)
            if change.resolution is Resolution.FIXED and not is_contradictory:
                await faults.check_async(_attach_proof(tx, report, person, change.proof_photo_ids))
        facts = await _score(tx, report, person, change.resolution)
        leaving = None if report.original is None else sorted(await supporters(tx, report_id))
        report.record(
            ReportEventKind.STATUS_CHANGED,
            person,
            unit,
            note=note,
            accounts=leaving,
            facts=facts,
            status=change.status,
            resolution=change.resolution,
            responded_at=report.row.responded_at or tx.at,
            processed_at=tx.at if change.status is ReportStatus.PROCESSED else None,
            duplicate_of_id=change.duplicate_of,
            support_count=report.row.support_count if leaving is None else 0,
        )
        if report.original is not None and leaving:
            already = await supporters(tx, report.original.id) | {report.original.reporter_id}
            report.record_support_of_original(person, unit, sorted(set(leaving) - already))


async def _score(
    tx: Transaction, report: ReportEditor, person: Person, resolution: Resolution | None
) -> dict[str, Any]:
    """Judge the change; return the facts that its event keeps.

    These are the terms of an answer or a fix; of a fix also the seconds of service time for which the unit held the
    report, and those that judge it, if they are more.
    """
    scorer, terms = report.scorer(person.account_id), {"terms": report.row.terms.as_data()}
    await scorer.judge_response()
    if resolution is Resolution.FIXED:
        held, judged = await held_in_all(tx, report.row)
        await scorer.judge_fix(judged)
        await scorer.absolve(report.blamed_duplicates, itself=False)
        return {"held": held // SECOND, **terms} | ({"judged": judged // SECOND} if judged != held else {})
    if resolution is not None:
        await scorer.judge_dismissal(resolution)
        if report.original is not None and report.original.resolution is Resolution.FIXED:
            await scorer.absolve(report.blamed_duplicates, itself=True)
    return terms if report.row.responded_at is None else {}


async def _attach_proof(tx: Transaction, report: ReportEditor, person: Person, photo_ids: tuple[str, ...]) -> None:
    proof = await photos.claim_proof(tx, person, photo_ids, report.row, "input", "proofPhotoIds")
    report.attach(proof, PhotoRole.PROOF, start=await photos.count(tx, report.row.id, PhotoRole.PROOF))


def _check_consistency(report_id: int, change: StatusChange, faults: Faults) -> None:
    """Add a Refusal INVALID for each way in which the change contradicts itself, whatever the report."""
    is_processed = change.status is ReportStatus.PROCESSED
    if is_processed and change.resolution is None:
        faults.add(Refusal(ErrorCode.INVALID, Message.RESOLUTION_REQUIRED, "input", "resolution"))
    if not is_processed and change.resolution is not None:
        faults.add(Refusal(ErrorCode.INVALID, Message.RESOLUTION_UNWANTED, "input", "resolution"))
    if change.proof_photo_ids and change.resolution is not Resolution.FIXED:
        faults.add(Refusal(ErrorCode.INVALID, Message.PROOF_UNWANTED, "input", "proofPhotoIds"))
    if change.duplicate_of is not None and change.resolution is not Resolution.DUPLICATE:
        faults.add(Refusal(ErrorCode.INVALID, Message.ORIGINAL_UNWANTED, "input", "duplicateOf"))
    if change.duplicate_of == report_id:
        faults.add(Refusal(ErrorCode.INVALID, Message.ORIGINAL_ITSELF, "input", "duplicateOf"))


def _check_move(person: Person, report: ReportRow, change: StatusChange) -> None:
    is_answered = report.responded_at is not None
    move = find_move(report.status, change.status, change.resolution, answered=is_answered)
    if move.actor is not Actor.HANDLER:
        raise Refusal(ErrorCode.FORBIDDEN, Message.WITHDRAW_BY_REPORTER, "input", "resolution")
    if move.resolution in DISMISSALS and report.dismissal_reopened:
        access.require_supervisor(person, report)
    if move.requirement is Requirement.NOTE and not texts.plain(change.note or ""):
        raise Refusal(ErrorCode.INVALID, Message.NOTE_REQUIRED, "input", "note")
    if move.requirement is Requirement.ORIGINAL and change.duplicate_of is None:
        raise Refusal(ErrorCode.INVALID, Message.ORIGINAL_REQUIRED, "input", "duplicateOf")


def _check_original(report: ReportRow, original: ReportRow, faults: Faults) -> None:
    """Add a Refusal for each reason why a report cannot be a duplicate of another (domain.md, "Status").

    INVALID: the other is closed, and not as FIXED. TOO_FAR_APART: it has another category, is too far away, or is
    closed and too old.
    """
    path = ("input", "duplicateOf")
    if original.resolution not in {None, Resolution.FIXED}:
        label = RESOLUTION_LABELS[original.resolution]
        faults.add(Refusal(ErrorCode.INVALID, Message.ORIGINAL_UNFIT, *path, resolution=label))
    if original.category != report.category:
        faults.add(Refusal(ErrorCode.TOO_FAR_APART, Message.ORIGINAL_OF_OTHER_CATEGORY, *path))
    metres = metres_between(*report.own_place, *original.own_place)
    if metres > DUPLICATE_METRES:
        away = math.ceil(metres)
        faults.add(
            Refusal(ErrorCode.TOO_FAR_APART, Message.ORIGINAL_TOO_FAR, *path, metres=away, most=DUPLICATE_METRES)
        )
    is_old = report.submitted_at - original.submitted_at > DUPLICATE_WITHIN
    if is_old and original.processed_at is not None:
        faults.add(Refusal(ErrorCode.TOO_FAR_APART, Message.ORIGINAL_TOO_OLD, *path, days=DUPLICATE_WITHIN.days))
