"""Acts that are sent again: under the same key of the same person an act is done once.

The key is stored as the first statement of the transaction of its act. So of the same act twice at once, the second
waits here until the first has ended, before it locks a report: it then gets what the first returned, or acts if that
was refused, for a refused act stores nothing.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from actions import photos
from actions.log import LogTransaction
from models.reference.gazetteer import Gazetteer
from queries.visibility import unseen
from rules import texts
from rules.access import Person
from rules.messages import Message
from rules.refusals import ErrorCode, Faults, Refusal

P = ParamSpec("P")
T = TypeVar("T")
Tx = TypeVar("Tx", bound=LogTransaction)

KEPT_FOR = timedelta(days=7)
"""Time after an act in which it is not done again under its key."""

PHOTOS = "proof_photo_ids"
"""The field of an act whose photos count by their bytes: a phone that sends an act again may upload them again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKey:
    """The idempotency key of an act as a client sent it; `text` is None without one.

    `path`: its argument. `report_id`: the report of the act; None for an act on many, or if it is not known yet.
    `part`: tells the acts of a bulk apart, which have one key.
    """

    person: Person
    text: str | None
    path: tuple[str, ...] = ("idempotencyKey",)
    report_id: int | None = None
    photo_ids: tuple[str, ...] = ()
    part: str = ""

    def clean(self) -> str:
        """Return the key as it is stored. Raises Refusal INVALID."""
        return texts.clean(self.text or "", texts.REQUEST_KEY, *self.path) + self.part


async def once(
    tx: Tx,
    key: RequestKey,
    action: Callable[Concatenate[Tx, P], Awaitable[T]],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run an action, unless it was run under the key: then return what it kept (`LogTransaction.keep`), or None.

    Raises Refusal DUPLICATE_REQUEST when the key is that of another act, NOT_FOUND when its report is hidden from the
    person since, INVALID for the key with the other faults of the act.
    """
    faults = Faults()
    text = faults.check(key.clean)
    if not faults:
        known = await _claim(tx, key, text, _digest(action, args, kwargs))
        if known is not None:
            if await _is_hidden(known["report_id"], key.person):
                raise Refusal(ErrorCode.NOT_FOUND, Message.REPORT_NOT_FOUND)
            return cast("T", known["result"])
    with faults:  # a key that is not valid: the act finds its own faults, and is rolled back
        return await action(tx, *args, **kwargs)


CLAIM = """
    INSERT INTO act_key (account_id, key, digest, photo_ids, report_id, at, repeats) VALUES ($1, $2, $3, $4, $5, $6, 0)
    ON CONFLICT (account_id, key) DO UPDATE SET repeats = act_key.repeats + 1
    RETURNING id, digest, photo_ids, report_id, result, repeats
"""
"""Waits for another transaction that is storing the same key."""


async def _claim(tx: LogTransaction, key: RequestKey, text: str, digest: str) -> dict[str, Any] | None:
    """Store a key. Return its row if it is that of the same act, done before. Raises Refusal DUPLICATE_REQUEST."""
    photo_ids = ",".join(photos.well_formed(key.photo_ids))
    (row,) = await tx.fetch(CLAIM, key.person.account_id, text, digest, photo_ids, key.report_id, tx.at)
    if row["repeats"] == 0:
        tx.act_id = row["id"]
        return None
    if row["digest"] == digest and await _same_photos(key, photo_ids, row["photo_ids"]):
        return row
    code = ErrorCode.DUPLICATE_REQUEST
    if await _is_hidden(row["report_id"], key.person):
        raise Refusal(code, Message.ACT_KEY_REUSED, *key.path)
    for found in await tx.fetch("SELECT number FROM report WHERE id = $1", row["report_id"]):
        raise Refusal(code, Message.ACT_KEY_REUSED_FOR, *key.path, report_number=found["number"])
    raise Refusal(code, Message.ACT_KEY_REUSED, *key.path)


async def _is_hidden(report_id: int | None, person: Person) -> bool:
    """Return whether the report of an act was hidden from the person since. An act on many has none."""
    return report_id is not None and bool(await unseen([report_id], person))


async def _same_photos(key: RequestKey, now: str, before: str) -> bool:
    if now == before:
        return True
    return await photos.digests_of(key.person, now.split(",")) == await photos.digests_of(key.person, before.split(","))


def _digest(action: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]) -> str:
    """Return the SHA-256 of an act and its arguments: who acts, and by which reference data, is no part of it."""
    given = [each for each in args if not isinstance(each, Person | Gazetteer)]
    request = json.dumps([action.__name__, given, kwargs], default=_fields, sort_keys=True)
    return hashlib.sha256(request.encode()).hexdigest()


def _fields(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass that are stated: one that a later release adds changes no digest."""
    return {name: each for name, each in asdict(value).items() if each is not None and name != PHOTOS}
