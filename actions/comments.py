"""Talking: comments on a report that everybody sees, and internal notes that only staff see."""

import hashlib
import json
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, replace

from actions.comment_rows import CommentText, insertion
from actions.log import NewEvent
from actions.report_editor import ReportEditor
from actions.supporters import supports
from actions.transaction import Transaction
from models.log import ReportEventKind, Topic
from models.reading import read
from rules import access, texts
from rules.access import Person
from rules.messages import Message
from rules.refusals import ErrorCode, Faults, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComment:
    """A comment as a person sends it. `report_id`: None for an id that is that of no report."""

    report_id: int | None
    body: str
    internal: bool = False
    request_key: str | None = None

    def digest(self) -> str:
        """SHA-256 of everything but the key: tells two comments under one key apart."""
        values = {**asdict(self), "request_key": None}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


async def comment(tx: Transaction, person: Person, new: NewComment) -> int:
    """Comment on a report, open or closed, and return the position of the comment.

    The same `request_key` of the same person returns the comment that it made before. A comment is no official answer:
    no deadline is met by it, and no points follow. Raises Refusal INVALID, NOT_FOUND, FORBIDDEN, DUPLICATE_REQUEST.
    """
    faults = Faults()
    text = faults.check(_clean, new)
    known = None if faults else await faults.check_async(_same_request(person, text))
    async with AsyncExitStack() as stack:
        with faults:
            if new.report_id is None:
                raise Refusal(ErrorCode.NOT_FOUND, Message.REPORT_NOT_FOUND, "id")
            report = await stack.enter_async_context(tx.edit(new.report_id))
            actor = await _actor(tx, person, report, new, is_known=known is not None)
        if known is not None:
            return known
        if new.internal:
            report.record_missed_deadlines()
        else:
            report.record(ReportEventKind.COMMENTED, person, actor, comment=text)
    if new.internal:
        await tx.write(
            [_note(report, person, actor)],
            after=[insertion(1, text, report.row.id, tx.at, person.account_id, actor)],
        )
    (written,) = await tx.fetch(
        "SELECT MAX(position) AS position FROM comment WHERE report_id = $1 AND account_id = $2",
        new.report_id,
        person.account_id,
    )
    return int(written["position"])


def _clean(new: NewComment) -> CommentText:
    with Faults() as faults:
        body = faults.check(texts.clean, new.body, texts.NOTE, "body")
        key = new.request_key
        if key is not None:
            key = faults.check(texts.clean, key, texts.REQUEST_KEY, "idempotencyKey")
    digest = None if key is None else replace(new, body=body).digest()
    return CommentText(body=body, internal=new.internal, request_key=key, request_digest=digest)


async def _actor(tx: Transaction, person: Person, report: ReportEditor, new: NewComment, *, is_known: bool) -> str:
    """Return the role or the unit in whose name the person speaks. Raises Refusal FORBIDDEN.

    What a person said before is known to them for ever, unless it is internal.
    """
    if new.internal:
        return access.require_desk(person, report.row)
    is_supporter = is_known or await supports(tx, report.row.id, person.account_id)
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


async def _same_request(person: Person, text: CommentText) -> int | None:
    """Return the comment that the same request made before. Raises Refusal DUPLICATE_REQUEST for a reused key.

    Of two such requests at once one meets the unique index, runs again, and finds the comment of the other.
    """
    if text.request_key is None:
        return None
    made = await read(
        "SELECT position, request_digest, (SELECT number FROM report WHERE report.id = report_id) FROM comment "
        "WHERE account_id = $1 AND request_key = $2",
        person.account_id,
        text.request_key,
    )
    if not made:
        return None
    ((known, digest, number),) = made
    if digest != text.request_digest:
        raise Refusal(ErrorCode.DUPLICATE_REQUEST, Message.COMMENT_KEY_REUSED, "idempotencyKey", report_number=number)
    return int(known)
