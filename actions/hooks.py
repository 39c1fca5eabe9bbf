"""Webhooks to the city's own systems."""

from typing import Final, NamedTuple

import orjson
from regex import fullmatch

from actions.transaction import Transaction
from models.outbox import HOOK, Protocol
from rules.cursors import CursorError, decode
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

NAME: Final = r"[a-z0-9][a-z0-9-]{0,31}"
"""The form of the name of a webhook."""


class NewHook(NamedTuple):
    """A webhook. Without `units` it gets the events of all, without `kinds` those of all kinds."""

    name: str
    address: str
    secret: str
    units: tuple[str, ...]
    kinds: tuple[str, ...]


async def add_hook(tx: Transaction, new: NewHook) -> None:
    """Store a webhook that gets every event from now on. Raises Refusal INVALID, CONFLICT: the name is taken."""
    if fullmatch(NAME, new.name) is None:
        raise Refusal(ErrorCode.INVALID, Message.HOOK_NAME, "name")
    added = await tx.fetch(
        "INSERT INTO destination (name, protocol, address, secret, options, position, failures, created_at) "
        "SELECT $1, $2, $3, $4, $5, position, 0, $6 FROM log_head WHERE id = 1 ON CONFLICT DO NOTHING RETURNING name",
        HOOK + new.name,
        Protocol.WEBHOOK,
        new.address,
        new.secret,
        orjson.dumps({"units": new.units, "kinds": new.kinds}).decode(),
        tx.at,
    )
    if not added:
        raise Refusal(ErrorCode.CONFLICT, Message.HOOK_TAKEN, "name", name=new.name)


async def remove_hook(tx: Transaction, name: str) -> None:
    """Remove a webhook and what is to be sent to it. Raises Refusal NOT_FOUND."""
    if not await tx.fetch("DELETE FROM destination WHERE name = $1 RETURNING name", HOOK + name):
        raise Refusal(ErrorCode.NOT_FOUND, Message.HOOK_UNKNOWN, "name", name=name)
    await tx.fetch("DELETE FROM delivery WHERE destination = $1", HOOK + name)


async def replay(tx: Transaction, name: str, cursor: str) -> None:
    """Put the cursor of a webhook back, so that it gets the events after it again, also those that failed.

    Raises Refusal NOT_FOUND, INVALID.
    """
    (head,) = await tx.fetch("SELECT epoch, position FROM log_head WHERE id = 1")
    try:
        epoch, position = decode(cursor)
    except CursorError:
        epoch, position = "", 0
    if epoch != head["epoch"] or position > head["position"]:
        raise Refusal(ErrorCode.INVALID, Message.CURSOR_OTHER, "cursor")
    sql = "UPDATE destination SET position = $1, failures = 0, next_try_at = NULL WHERE name = $2 RETURNING name"
    if not await tx.fetch(sql, position, HOOK + name):
        raise Refusal(ErrorCode.NOT_FOUND, Message.HOOK_UNKNOWN, "name", name=name)
    await tx.fetch("DELETE FROM delivery WHERE destination = $1 AND position > $2", HOOK + name, position)
