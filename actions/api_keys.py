"""Keys of applications: they are created and revoked by the operator."""

from actions.accounts import add_application
from actions.log import LogTransaction
from models.accounts import Account
from models.api_keys import ApiKey
from rules import pseudonyms
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal


async def create(tx: LogTransaction, name: str, digest: str) -> int:
    """Store the digest of a new key for the application of a name, and return the number of the key.

    The name is the pseudonym of the account in whose name it files reports. An application that has one already gets
    another key, so that keys can be changed without a pause. Raises Refusal INVALID, or CONFLICT for the name of
    somebody else.
    """
    pseudonym = pseudonyms.checked(name, "name")
    known = await Account.filter(pseudonym=pseudonym, api_keys__id__not_isnull=True).using_db(tx.connection).first()
    account_id = await add_application(tx, pseudonym) if known is None else known.id
    key = await ApiKey.create(account_id=account_id, digest=digest, created_at=tx.at, using_db=tx.connection)
    number: int = key.id
    return number


async def revoke(tx: LogTransaction, number: int) -> None:
    """Revoke a key: no request with it is answered any more. Raises Refusal NOT_FOUND when it is not in use."""
    valid = ApiKey.filter(id=number, revoked_at__isnull=True).using_db(tx.connection)
    if not await valid.update(revoked_at=tx.at):
        raise Refusal(ErrorCode.NOT_FOUND, Message.KEY_UNKNOWN, "number", number=number)
