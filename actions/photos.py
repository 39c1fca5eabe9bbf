"""Photos: recorded when uploaded, claimed by a report once, and proof only when new."""

import re
from collections.abc import Sequence

from actions.change import Change, Writer
from models.reports import Photo, PhotoRole
from rules.access import Person
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

AT_MOST = 5
"""Photos of one kind in a report."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")


async def record_upload(writer: Writer, account_id: int, photo_id: str, digest: str, width: int, height: int) -> None:
    """Record a picture that now lies in the media folder under `photo_id`; sizes in pixels."""

    async def work(change: Change) -> None:
        await Photo.create(
            id=photo_id,
            owner_id=account_id,
            digest=digest,
            width=width,
            height=height,
            uploaded_at=change.at,
            using_db=change.using,
        )

    await writer.change(work)


async def claim(change: Change, person: Person, photo_ids: Sequence[str], *path: str) -> list[Photo]:
    """Lock the person's own uploads, in no report yet, and return them in the order asked for.

    Raises Refusal INVALID for the field at `path`.
    """
    photos = await _own(change, person, photo_ids, *path)
    if any(photo.report_id is not None for photo in photos):
        raise Refusal(ErrorCode.INVALID, Message.PHOTO_USED, *path)
    return photos


async def claim_proof(change: Change, person: Person, photo_ids: Sequence[str], *path: str) -> list[Photo]:
    """Lock proof photos: at least one, and none whose bytes are in a report yet, as proof or as a citizen's picture.

    Raises Refusal PROOF_REQUIRED, PROOF_REUSED, INVALID. Two officers who prove with the same bytes at once meet at a
    unique index: the later one is retried, and refused here.
    """
    photos = await _own(change, person, photo_ids, *path)
    if not photos:
        raise Refusal(ErrorCode.PROOF_REQUIRED, Message.PROOF_REQUIRED, *path)
    digests = [photo.digest for photo in photos]
    if len(set(digests)) < len(digests):
        raise Refusal(ErrorCode.INVALID, Message.PHOTO_TWICE, *path)
    if await Photo.filter(digest__in=digests, report_id__not_isnull=True).using_db(change.using).exists():
        raise Refusal(ErrorCode.PROOF_REUSED, Message.PROOF_REUSED, *path)
    return photos


async def count(change: Change, report_id: int, role: PhotoRole) -> int:
    """Return how many photos of one kind a report has: the next one's place."""
    return await Photo.filter(report_id=report_id, role=role).using_db(change.using).count()


async def attach(change: Change, report_id: int, photos: Sequence[Photo], role: PhotoRole, *, start: int = 0) -> None:
    """Put claimed photos into a report, from the place `start` on."""
    for place, photo in enumerate(photos, start):
        photo.report_id, photo.role, photo.place = report_id, role, place
        await photo.save(using_db=change.using, update_fields=["report_id", "role", "place"])


async def _own(change: Change, person: Person, photo_ids: Sequence[str], *path: str) -> list[Photo]:
    if len(photo_ids) > AT_MOST:
        raise Refusal(ErrorCode.INVALID, Message.PHOTOS_TOO_MANY, *path, high=AT_MOST)
    if len(set(photo_ids)) < len(photo_ids):
        raise Refusal(ErrorCode.INVALID, Message.PHOTO_TWICE, *path)
    if not photo_ids:
        return []
    if not all(map(_ID.fullmatch, photo_ids)):
        raise Refusal(ErrorCode.INVALID, Message.PHOTO_UNKNOWN, *path)
    rows = (
        await Photo.filter(id__in=photo_ids, owner_id=person.account_id)
        .using_db(change.using)
        .order_by("id")
        .select_for_update(no_key=True)
    )
    found = {photo.id: photo for photo in rows}
    if len(found) < len(photo_ids):
        raise Refusal(ErrorCode.INVALID, Message.PHOTO_UNKNOWN, *path)
    return [found[photo_id] for photo_id in photo_ids]
