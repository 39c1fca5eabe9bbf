"""Reads of the keys of applications."""

from datetime import datetime
from typing import NamedTuple

from models.api_keys import ApiKey
from models.reading import read
from rules.access import Person, Role, RoleGrant
from rules.api_keys import digest_of


class KeyRow(NamedTuple):
    """A key as the operator sees it. `name`: that of its application."""

    number: int
    name: str
    created_at: datetime
    revoked_at: datetime | None


async def person_of_key(key: str) -> Person | None:
    """Return the application of a key as a citizen, whatever roles its account has. None unless the key is in use."""
    rows = await read("SELECT account_id FROM api_key WHERE digest = $1 AND revoked_at IS NULL", digest_of(key))
    return Person(rows[0][0], (RoleGrant(Role.CITIZEN),)) if rows else None


async def all_keys() -> list[KeyRow]:
    """Read all keys, those that were revoked too, in the order of their creation."""
    keys = await ApiKey.all().order_by("id").select_related("account")
    return [KeyRow(key.id, key.account.pseudonym, key.created_at, key.revoked_at) for key in keys]
