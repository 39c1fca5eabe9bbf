"""Photos: recorded when uploaded, claimed by one report, and accepted as proof only when new."""

import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import NamedTuple

from actions.log import LogTransaction
from models.accounts import Account
from models.reading import select
from models.reports import Photo, PhotoRole
from models.writing import Sql, Statement, update
from rules.access import Person
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

AT_MOST = 5
"""Photos of one kind in a report."""

UNUSED_FOR = timedelta(days=1)
"""Time in which a report has to take an upload. After it no report gets it any more, so that its files can go."""

SWEPT_AT_ONCE = 20
"""Uploads that one transaction sweeps. Their files are deleted while it holds its locks."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")


def new_photo_id() -> str:
    """Return an unguessable id for a photo, which is also the name of its file: 128 random bits and `.jpg`."""
    return f"{secrets.token_urlsafe(16)}.jpg"


class RecordedPhoto(NamedTuple):
    """A photo that is recorded; sizes in pixels."""

    id: str
    width: int
    height: int


async def record_upload(
    tx: LogTransaction, account_id: int, photo_id: str, digest: str, width: int, height: int
) -> RecordedPhoto:
    """Record a picture that is in the media folder under `photo_id`, and return the photo; sizes in pixels.

    The same bytes from the same person are the photo that they uploaded before, as long as it is in no report: phones
    send an upload again when its answer was lost. A report may then take it for `UNUSED_FOR` from now on. Of two
    uploads at once the second waits for the lock of the account.
    """
    await Account.filter(id=account_id).using_db(tx.connection).select_for_update(no_key=True).only("id")
    same = Photo.filter(owner_id=account_id, digest=digest, report_id=None).using_db(tx.connection)
    known = await same.select_for_update(no_key=True).first()  # None if it is swept at this moment
    if known is not None:
        await Photo.filter(id=known.id).using_db(tx.connection).update(uploaded_at=tx.at)
        return RecordedPhoto(known.id, known.width, known.height)
    await Photo.create(
        id=photo_id,
        owner_id=account_id,
        digest=digest,
        width=width,
        height=height,
        uploaded_at=tx.at,
        using_db=tx.connection,
    )
    return RecordedPhoto(photo_id, width, height)


async def sweep_unused(tx: LogTransaction, delete_files: Callable[[Sequence[str]], Awaitable[None]]) -> int:
    """Delete some of the uploads that no report took in time, first their files; return their number, 0 at the end.

    An upload that a transaction is using is left out. If this one fails after the files are gone, no report can get
    the upload any more, and the next sweep deletes its row.
    """
    unused = Photo.filter(report_id=None, uploaded_at__lte=tx.at - UNUSED_FOR).using_db(tx.connection)
    some = unused.order_by("uploaded_at").limit(SWEPT_AT_ONCE).only("id")
    if tx.connection.capabilities.dialect != "sqlite":
        some = some.select_for_update(skip_locked=True)
    ids = [photo.id for photo in await some]
    if ids:
        await delete_files(ids)
        await Photo.filter(id__in=ids).using_db(tx.connection).delete()
    return len(ids)


async def digests_of(person: Person, photo_ids: Sequence[str]) -> tuple[str, ...]:
    """Return the digests of the person's uploads, in order; the id of a photo that is not among them."""
    valid = [photo_id for photo_id in photo_ids[:AT_MOST] if _ID.fullmatch(photo_id)]
    if not valid:
        return tuple(photo_ids)
    listed = ", ".join(f"${number}" for number in range(2, len(valid) + 2))
    condition = f"WHERE owner_id = $1 AND id IN ({listed})"
    rows = await select(Photo, ("id", "digest"), condition, person.account_id, *valid)
    known = {str(photo_id): str(digest) for photo_id, digest in rows}
    return tuple(known.get(photo_id, photo_id) for photo_id in photo_ids)


async def require_own(person: Person, photo_ids: Sequence[str], *path: str, unused: bool) -> None:
    """Raise Refusal INVALID unless the photos are the person's uploads, if `unused` in no report. Locks nothing."""
    _check_ids(photo_ids, *path)
    if not photo_ids:
        return
    listed = ", ".join(f"${number}" for number in range(2, len(photo_ids) + 2))
    condition = f"WHERE owner_id = $1 AND id IN ({listed})"
    found = await select(Photo, ("id", "report_id"), condition, person.account_id, *photo_ids)
    if len(found) < len(photo_ids):
        raise Refusal(ErrorCode.INVALID, Message.PHOTO_UNKNOWN, *path)
    if unused and any(report_id is not None for _, report_id in found):
        raise Refusal(ErrorCode.INVALID, Message.PHOTO_USED, *path)


async def claim(tx: LogTransaction, person: Person, photo_ids: Sequence[str], *path: str) -> list[Photo]:
    """Lock the person's uploads, which are in no report yet, and return them in the requested order.

    Raises Refusal INVALID for the field at `path`.
    """
    photos = await _own(tx, person, photo_ids, *path)
    if any(photo.report_id is not None for photo in photos):
        raise Refusal(ErrorCode.INVALID, Message.PHOTO_USED, *path)
    return photos


async def claim_proof(tx: LogTransaction, person: Person, photo_ids: Sequence[str], *path: str) -> list[Photo]:
    """Lock proof photos: at least one, and none whose bytes are in a report already, as proof or as a citizen's photo.

    Raises Refusal PROOF_REQUIRED, PROOF_REUSED, INVALID. Two officers who send the same bytes at once meet at a unique
    index: the later transaction runs again, and is refused here.
    """
    photos = await _own(tx, person, photo_ids, *path)
    if not photos:
        raise Refusal(ErrorCode.PROOF_REQUIRED, Message.PROOF_REQUIRED, *path)
    digests = [photo.digest for photo in photos]
    if len(set(digests)) < len(digests):
        raise Refusal(ErrorCode.INVALID, Message.PHOTO_TWICE, *path)
    if await Photo.filter(digest__in=digests, report_id__not_isnull=True).using_db(tx.connection).exists():
        raise Refusal(ErrorCode.PROOF_REUSED, Message.PROOF_REUSED, *path)
    return photos


async def count(tx: LogTransaction, report_id: int, role: PhotoRole) -> int:
    """Return how many photos of one role a report has: the order of the next one."""
    return await Photo.filter(report_id=report_id, role=role).using_db(tx.connection).count()


def attach(report_id: int | Sql, photos: Sequence[Photo], role: PhotoRole, *, start: int = 0) -> list[Statement]:
    """Return the statements that put claimed photos into a report, in order from `start` on."""
    return [
        update(f"photo{place}", Photo, {"report_id": report_id, "role": role, "place": place}, "id", photo.id)
        for place, photo in enumerate(photos, start)
    ]


async def _own(tx: LogTransaction, person: Person, photo_ids: Sequence[str], *path: str) -> list[Photo]:
    _check_ids(photo_ids, *path)
    if not photo_ids:
        return []
    rows = (
        await Photo.filter(id__in=photo_ids, owner_id=person.account_id)
        .using_db(tx.connection)
        .order_by("id")
        .select_for_update(no_key=True)
    )
    found = {photo.id: photo for photo in rows if photo.report_id or photo.uploaded_at > tx.at - UNUSED_FOR}
    if len(found) < len(photo_ids):
        raise Refusal(ErrorCode.INVALID, Message.PHOTO_UNKNOWN, *path)
    return [found[photo_id] for photo_id in photo_ids]


def _check_ids(photo_ids: Sequence[str], *path: str) -> None:
    if len(photo_ids) > AT_MOST:
        raise Refusal(ErrorCode.INVALID, Message.PHOTOS_TOO_MANY, *path, high=AT_MOST)
    if len(set(photo_ids)) < len(photo_ids):
        raise Refusal(ErrorCode.INVALID, Message.PHOTO_TWICE, *path)
    if not all(map(_ID.fullmatch, photo_ids)):
        raise Refusal(ErrorCode.INVALID, Message.PHOTO_UNKNOWN, *path)
