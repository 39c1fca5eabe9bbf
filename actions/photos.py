"""Photos: recorded when uploaded, claimed by one report, and accepted as proof only when new."""

import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from tortoise.expressions import F

from actions.log import LogTransaction
from models.accounts import Account
from models.reading import select
from models.reports import Fingerprint, Photo, PhotoRole, ReportRow
from models.writing import Sql, Statement, insert, update
from rules.access import Person
from rules.messages import Message
from rules.pictures import BANDS, LIKE_OWN, LIKE_PROOF, PROOF_SIDES, Look, ProofConcern, are_alike, is_large_enough
from rules.refusals import ErrorCode, Faults, Refusal

AT_MOST = 5
"""Photos of one kind in a report."""

UNUSED_FOR = timedelta(days=1)
"""Time in which a report has to take an upload. After it no report gets it any more, so that its files can go."""

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of upload of photos that were taken out of a report."""

SWEPT_AT_ONCE = 20
"""Uploads that one transaction sweeps. Their files are deleted while it holds its locks."""

LOOKS_AT_ONCE = 100
"""Photos without a look that are read at once."""

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
    tx: LogTransaction,
    account_id: int,
    photo_id: str,
    digest: str,
    width: int,
    height: int,
    look: Look | None = None,
) -> RecordedPhoto:
    """Record a picture that is in the media folder under `photo_id`, and return the photo; sizes in pixels.

    `look`: None for a picture that does not exist, as those of a simulated history.

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
        **({} if look is None else look._asdict()),
    )
    return RecordedPhoto(photo_id, width, height)


async def without_look(after: str) -> list[tuple[str, str]]:
    """Return the ids and digests of the first photos after an id that have no look: they are older than looks."""
    photos = Photo.filter(fingerprints__isnull=True, id__gt=after).order_by("id").limit(LOOKS_AT_ONCE)
    return [(photo.id, photo.digest) for photo in await photos.only("id", "digest")]


async def record_look(tx: LogTransaction, photo_id: str, look: Look) -> None:
    """Record the look of a photo that has none. If a report has it, no proof may show the same picture from now on."""
    photo = await Photo.filter(id=photo_id).using_db(tx.connection).select_for_update(no_key=True).first()
    if photo is None or photo.fingerprints is not None:  # swept, or recorded by another process
        return
    await Photo.filter(id=photo_id).using_db(tx.connection).update(**look._asdict())
    if photo.report_id is not None:
        known = [Fingerprint(value=value) for value in look.fingerprints]  # sorted: all take these locks in one order
        await Fingerprint.bulk_create(known, ignore_conflicts=True, using_db=tx.connection)


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


def well_formed(photo_ids: Sequence[str]) -> list[str]:
    """Return those of some ids that have the form of one, as many as a report may have: no more can be its photos."""
    return [photo_id for photo_id in photo_ids[:AT_MOST] if _ID.fullmatch(photo_id)]


async def digests_of(person: Person, photo_ids: Sequence[str]) -> tuple[str, ...]:
    """Return the digests of the person's uploads, in order; the id of a photo that is not among them."""
    valid = well_formed(photo_ids)
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


async def claim_proof(
    tx: LogTransaction, person: Person, photo_ids: Sequence[str], report: ReportRow, *path: str
) -> list[Photo]:
    """Lock proof photos of a report: at least one, and none of a picture that is in a report already.

    Notes in each what it is like, for the unit in charge. Raises Refusal PROOF_REQUIRED, PROOF_REUSED, INVALID: all
    faults at once. Two officers who send the same picture at once meet at a unique index: the later transaction runs
    again, and is refused here.
    """
    photos = await _own(tx, person, photo_ids, *path)
    with Faults() as faults:
        if not photos:
            faults.add(Refusal(ErrorCode.PROOF_REQUIRED, Message.PROOF_REQUIRED, *path))
        if not all(is_large_enough(photo.width, photo.height) for photo in photos):
            longer, shorter = PROOF_SIDES
            faults.add(Refusal(ErrorCode.INVALID, Message.PROOF_TOO_SMALL, *path, longer=longer, shorter=shorter))
        if any(photo.one_colour for photo in photos):
            faults.add(Refusal(ErrorCode.INVALID, Message.PROOF_OF_ONE_COLOUR, *path))
        if _same_twice(photos):
            faults.add(Refusal(ErrorCode.INVALID, Message.PHOTO_TWICE, *path))
        if photos:
            known = await _known(tx, photos, report)
            if known.reused:
                faults.add(Refusal(ErrorCode.PROOF_REUSED, Message.PROOF_REUSED, *path))
    for photo in photos:
        photo.unit, photo.concern = report.handler, known.concern(photo.dhash)
    return photos


async def count(tx: LogTransaction, report_id: int, role: PhotoRole) -> int:
    """Return how many photos of one role a report has: the order of the next one."""
    return await Photo.filter(report_id=report_id, role=role).using_db(tx.connection).count()


def attach(report_id: int | Sql, photos: Sequence[Photo], role: PhotoRole, *, start: int = 0) -> list[Statement]:
    """Return the statements that put claimed photos into a report, in order from `start` on.

    A citizen may show a picture that is in another report, a proof must not.
    """
    fingerprints = sorted({value for photo in photos for value in photo.fingerprints or ()})
    unless_known = "ON CONFLICT DO NOTHING" if role is PhotoRole.CITIZEN else ""
    return [
        *(
            update(
                f"photo{place}",
                Photo,
                {"report_id": report_id, "role": role, "place": place, "unit": photo.unit, "concern": photo.concern},
                "id",
                photo.id,
            )
            for place, photo in enumerate(photos, start)
        ),
        *(
            [insert("fingerprints", Fingerprint, ("value",), [(value,) for value in fingerprints], unless_known)]
            if fingerprints
            else []
        ),
    ]


async def release(tx: LogTransaction, report_id: int, photo: Photo | None = None) -> None:
    """Take a photo out of a report, by default all of its reporter. No report gets it again: the next sweep deletes it.

    The photos behind it move up, so that each has a place of its own.
    """
    gone = {"report_id": None, "role": None, "place": None, "uploaded_at": LONG_AGO}
    if photo is None:
        taken = Photo.filter(report_id=report_id, role=PhotoRole.CITIZEN)
    else:
        taken = Photo.filter(id=photo.id)
        behind = Photo.filter(report_id=report_id, role=photo.role, place__gt=photo.place)
        await behind.using_db(tx.connection).update(place=F("place") - 1)
    await taken.using_db(tx.connection).update(**gone)


class _Known(NamedTuple):
    """The knowledge about claimed proofs: one is in a report, and hashes of pictures that they may be like."""

    reused: bool
    own: tuple[int, ...]
    proofs: tuple[int, ...]

    def concern(self, dhash: int | None) -> ProofConcern | None:
        """Return what a picture with this hash is like."""
        if dhash is None:
            return None
        if any(are_alike(dhash, one, LIKE_OWN) for one in self.own):
            return ProofConcern.LIKE_OWN_PICTURE
        if any(are_alike(dhash, one, LIKE_PROOF) for one in self.proofs):
            return ProofConcern.LIKE_OTHER_PROOF
        return None


async def _known(tx: LogTransaction, photos: Sequence[Photo], report: ReportRow) -> _Known:
    """Read what is known about proofs of a report, in one statement."""
    values: list[object] = []

    def listed(some: Iterable[object]) -> str:
        start = len(values) + 1
        values.extend(some)
        return ", ".join(f"${number}" for number in range(start, len(values) + 1)) or "NULL"

    hashes = [photo.dhash for photo in photos if photo.dhash is not None]
    fingerprints = {value for photo in photos for value in photo.fingerprints or ()}
    digests = listed(photo.digest for photo in photos)
    in_unit = f"SELECT 'proof', dhash FROM photo WHERE role = 'PROOF' AND unit = {listed([report.handler])}"
    parts = [
        f"SELECT 'reused' AS is_what, 0 AS dhash FROM photo WHERE digest IN ({digests}) AND report_id IS NOT NULL",
        f"SELECT 'reused', 0 FROM fingerprint WHERE value IN ({listed(fingerprints)})",
        f"SELECT 'own', dhash FROM photo WHERE report_id = {listed([report.id])} AND dhash IS NOT NULL",
        *(
            f"{in_unit} AND ((dhash >> {shift}) & {mask}) IN ({listed({one >> shift & mask for one in hashes})})"
            for shift, mask in BANDS
        ),
    ]
    rows = await tx.fetch(" UNION ALL ".join(parts), *values)
    found: dict[str, list[int]] = {"reused": [], "own": [], "proof": []}
    for row in rows:
        found[row["is_what"]].append(row["dhash"])
    return _Known(bool(found["reused"]), tuple(found["own"]), tuple(found["proof"]))


def _same_twice(photos: Sequence[Photo]) -> bool:
    """Return whether two of the photos are the same picture."""
    seen: set[object] = set()
    for photo in photos:
        identity = {photo.digest, *(photo.fingerprints or ())}
        if seen & identity:
            return True
        seen |= identity
    return False


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
