"""Taking out of sight what reporters sent: personal details in their words, and their name, in whatever state.

Each action raises Refusal NOT_FOUND or FORBIDDEN, and has then changed nothing.
"""

import asyncio
from collections.abc import Sequence

from actions import originals
from actions.log import NewEvent
from actions.transaction import Transaction
from models.comments import Comment
from models.ledger import CITIZEN, PointEntry
from models.log import PROFILE_CHANGED, ReportEventKind, Topic
from models.originals import CommentOriginal
from models.reports import Note
from rules import access
from rules.access import Person, Role
from rules.personal_details import mask
from rules.scoring.points import scores_for

OWN_NOTES = """
    SELECT note.position, body FROM note JOIN log_event ON log_event.position = note.position
    WHERE log_event.report_id = $1 AND log_event.account_id = $2 AND log_event.actor = 'CITIZEN'
"""


async def mask_personal_details(tx: Transaction, person: Person, report_id: int) -> None:
    """Mask the personal details in all words of a reporter about their own report: its own, comments and notes.

    Those who may act on it still read the original words of the report and the comments. The reasons of reopenings and
    the words with stars are overwritten. Without anything to mask nothing happens.
    """
    async with tx.edit(report_id, person) as report:
        access.require_reporter(person, report.row)
        columns = await originals.edited(tx, report.row, {}, is_masked=True)
        comments = await _mask_comments(tx, person, report_id)
        notes = await _mask_notes(tx, person, report_id)
        fields = [*columns, *(["comments"] if comments else []), *(["notes"] if notes else [])]
        if fields:
            report.record(ReportEventKind.EDITED, person, Role.CITIZEN, facts={"fields": sorted(fields)}, **columns)


async def make_anonymous(tx: Transaction, person: Person, report_id: int) -> None:
    """Take the name of the reporter from their report, for good. An anonymous report stays as it is.

    Their gains from it leave them: the rows of the ledger name nobody any more, so boards of past days do not either.
    The report no longer says for which units they act. One that does not score for its handler because of that scores
    for nobody: otherwise it would begin to score with another handler, and show that a colleague wrote it. An event of
    the account makes all who keep its name read again.
    """
    async with tx.edit(report_id, person) as report:
        row = report.row
        access.require_reporter(person, row)
        if row.anonymous:
            return
        gains = PointEntry.filter(report_id=report_id, unit=CITIZEN).using_db(tx.connection)
        await gains.update(account_id=None)
        facts = {"fields": ["reporter"], "scored": int(row.scores), "own_units": row.own_units}
        scores = scores_for(row.handler, is_among_first=row.scores, own_units=row.own_units)
        edited = ReportEventKind.EDITED
        report.record(edited, person, Role.CITIZEN, facts=facts, anonymous=True, scores=scores, own_units=None)
    await tx.append(NewEvent(topic=Topic.ACCOUNT, kind=PROFILE_CHANGED, data={}, account_id=person.account_id))


async def _mask_comments(tx: Transaction, person: Person, report_id: int) -> bool:
    """Mask the comments of a person on a report, and keep their words. Return whether there was anything to mask."""
    own = Comment.filter(report_id=report_id, account_id=person.account_id).using_db(tx.connection)
    changed = await _masked(await own.values_list("position", "body"))
    for position, body, masked in changed:
        if not await CommentOriginal.filter(comment_id=position).using_db(tx.connection).exists():
            await CommentOriginal.create(comment_id=position, body=body, using_db=tx.connection)
        await Comment.filter(position=position).using_db(tx.connection).update(body=masked)
    return bool(changed)


async def _mask_notes(tx: Transaction, person: Person, report_id: int) -> bool:
    """Mask what a person said as a citizen with their acts. Return whether there was anything to mask."""
    notes = await tx.fetch(OWN_NOTES, report_id, person.account_id)
    changed = await _masked([(note["position"], note["body"]) for note in notes])
    for position, _, masked in changed:
        await Note.filter(position=position).using_db(tx.connection).update(body=masked)
    return bool(changed)


async def _masked(words: Sequence[tuple[int, str]]) -> list[tuple[int, str, str]]:
    """Return the position, the text and the masked text of each in which there is anything to mask.

    In a thread: somebody may have said much.
    """
    masked = await asyncio.to_thread(lambda: [mask(body) for _, body in words])
    return [(*each, text) for each, text in zip(words, masked, strict=True) if text != each[1]]
