"""The link by which people download what the service has of them."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Final

from actions.log import LogTransaction
from models.accounts import Account
from rules.access import Person
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

LIFETIME: Final = timedelta(hours=1)
"""The time in which the link has to be opened."""

SECRET_BYTES: Final = 32


async def make_data_link(tx: LogTransaction, person: Person) -> str:
    """Return the token of a new link to the data of a person. It takes the place of the one before."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    account = await Account.get(id=person.account_id, using_db=tx.connection)
    account.data_digest, account.data_until = _digest(secret), tx.at + LIFETIME
    await account.save(using_db=tx.connection, update_fields=["data_digest", "data_until"])
    return f"{account.public_id}.{secret}"


async def use_data_link(tx: LogTransaction, token: str) -> int:
    """End a link and return the account whose data it is for. Raises Refusal INVALID for one that is not valid now."""
    public_id, _, secret = token.partition(".")
    is_readable = public_id.isascii() and public_id.isprintable()  # PostgreSQL takes no NUL
    found = is_readable and await tx.fetch(
        "UPDATE account SET data_digest = NULL, data_until = NULL "
        "WHERE public_id = $1 AND data_digest = $2 AND data_until > $3 RETURNING id",
        public_id,
        _digest(secret),
        tx.at,
    )
    if not found:
        raise Refusal(ErrorCode.INVALID, Message.LINK_INVALID, "token")
    return int(found[0]["id"])


async def give_data_link_back(tx: LogTransaction, token: str) -> None:
    """Let a link that was just used work again, because the data could not be read. Not if there is a newer one."""
    public_id, _, secret = token.partition(".")
    again = "UPDATE account SET data_digest = $1, data_until = $2 WHERE public_id = $3 AND data_digest IS NULL"
    await tx.fetch(again, _digest(secret), tx.at + LIFETIME, public_id)


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
