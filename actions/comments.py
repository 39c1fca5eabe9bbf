"""Talking: comments on a report that everybody sees, and internal notes that only staff see."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from actions.comment_rows import CommentText, insertions
from actions.log import NewEvent, position
from actions.report_editor import ReportEditor
from actions.supporters import supports
from actions.transaction import Transaction
from models.log import ReportEventKind, Topic
from rules import access, texts
from rules.access import Person
from rules.messages import Message
from rules.personal_details import mask
from rules.refusals import ErrorCode, Faults, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComment:
    """A comment as a person sends it. `report_id`: None for an id that is that of no report.

    `mask_personal_details`: others read it masked.
    """

    report_id: int | None
    body: str
    internal: bool = False
    mask_personal_details: bool = False


async def comment(tx: Transaction, person: Person, new: NewComment) -> int:
    """Comment on a report, open or closed, and return the position of the comment.

    A comment is no official answer: no deadline is met by it, and no points follow. Raises Refusal INVALID, NOT_FOUND,
    FORBIDDEN.
    """
    faults = Faults()
    body = faults.check(texts.clean, new.body, texts.NOTE, "body")
    async with AsyncExitStack() as stack:
        with faults:
            if new.report_id is None:
                raise Refusal(ErrorCode.NOT_FOUND, Message.REPORT_NOT_FOUND, "id")
            report = await stack.enter_async_context(tx.edit(new.report_id, person))
            actor = await _actor(tx, person, report, new)
        public = mask(body) if new.mask_personal_details else body
        text = CommentText(body=public, internal=new.internal, original=None if public == body else body)
        if new.internal:
            report.record_missed_deadlines()
        else:
            report.record(ReportEventKind.COMMENTED, person, actor, comment=text)
    if new.internal:
        tx.keep(position(1))
        await tx.write(
            [_note(report, person, actor)],
            after=insertions(1, text, report.row.id, tx.at, person.account_id, actor),
        )
    (written,) = await tx.fetch(
        "SELECT MAX(position) AS position FROM comment WHERE report_id = $1 AND account_id = $2",
        new.report_id,
        person.account_id,
    )
    return int(written["position"])


async def _actor(tx: Transaction, person: Person, report: ReportEditor, new: NewComment) -> str:
    """Return the role or the unit in whose name the person speaks. Raises Refusal FORBIDDEN."""
    if new.internal:
        return access.require_note_writer(person, report.row)
    is_supporter = await supports(tx, report.row.id, person.account_id)
    return access.require_commenter(person, report.row, is_supporter=is_supporter)


def _note(report: ReportEditor, person: Person, actor: str) -> NewEvent:
    """Return the event of an internal note, which changes nothing: the version stays, or people would see a gap."""
    return NewEvent(
        topic=Topic.NOTE,
        kind=ReportEventKind.NOTED,
        report_id=report.row.id,
        version=report.row.version,
        account_id=person.account_id,
        actor=actor,
        data={"before": {}, "after": report.row.snapshot.as_data()},
    )
