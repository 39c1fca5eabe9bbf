"""Erasing: reporters take their words and photos back, and the control room takes out a photo.

Each action raises Refusal NOT_FOUND, FORBIDDEN or TRANSITION_REFUSED, and has then changed nothing.
"""

from actions import originals, photos
from actions.transaction import Transaction
from models.comments import Comment
from models.log import ReportEventKind
from models.reports import Photo, PhotoRole
from rules import access
from rules.access import Person, Role
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.texts import ERASED_TITLE

NOTES = """
    DELETE FROM note WHERE position IN (SELECT position FROM log_event WHERE report_id = $1 AND account_id = $2)
"""


async def erase(tx: Transaction, person: Person, report_id: int) -> None:
    """Erase the words, the address and the photos of one's own report, and what one said about it.

    The report stays with its place, status, events and points, and so do the words of others and the proof of the fix.
    """
    async with tx.edit(report_id, person) as report:
        access.require_eraser(person, report.row)
        await photos.release(tx, report_id)
        await originals.keep(tx, report_id, None)
        await Comment.filter(report_id=report_id, account_id=person.account_id).using_db(tx.connection).delete()
        await tx.fetch(NOTES, report_id, person.account_id)
        report.record(
            ReportEventKind.ERASED,
            person,
            Role.CITIZEN,
            title=ERASED_TITLE,
            description="",
            address=None,
            photo_count=0,
            erased=True,
        )


async def remove_photo(tx: Transaction, person: Person, report_id: int, photo_id: str) -> None:
    """Remove a photo: the reporter their own while the report waits for an answer, the control room any."""
    async with tx.edit(report_id, person) as report:
        actor = access.require_photo_remover(person, report.row)
        photo = await Photo.get_or_none(id=photo_id, report_id=report_id, using_db=tx.connection)
        if photo is None or (actor == Role.CITIZEN and photo.role is not PhotoRole.CITIZEN):
            raise Refusal(ErrorCode.NOT_FOUND, Message.PHOTO_NOT_HERE, "photoId")
        count = report.row.photo_count - (photo.role is PhotoRole.CITIZEN)
        await photos.release(tx, report_id, photo)
        facts = {"fields": ["photos"]}
        report.record(ReportEventKind.EDITED, person, actor, facts=facts, photo_count=count)
