"""Deleting an account: the person goes, and what the city needs stays without them.

The account no longer says whose it was, after one transaction. Then the words and photos of own reports are erased, one
report in each transaction. What is left then, because there are many reports or because an act of the person was under
way, goes with the hourly sweep.
"""

import secrets
from datetime import timedelta
from typing import Final

from actions import erasing
from actions.log import LogTransaction, NewEvent
from actions.photos import LONG_AGO
from actions.sessions import Authenticated, end_all, owner_for_update
from actions.transaction import Transaction, Transactions
from models.accounts import Account, Membership
from models.log import ACCOUNT_DELETED, Topic
from models.reports import Photo
from rules.access import Person
from rules.emails import DELETED_DOMAIN
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.texts import ERASED_COMMENT

ERASED_AT_ONCE: Final = 50
"""Reports that are erased before the answer. The sweep erases the others."""

UNDER_WAY: Final = timedelta(minutes=10)
"""Time after the deletion in which an act of the person may still end: much longer than the deadline of any."""

DELETED_PSEUDONYM: Final = "Akun dihapus"
"""The name that people see instead. It is that of all deleted accounts."""

_OWN: Final = (
    "DELETE FROM account_letter WHERE account_id = $1",
    "DELETE FROM push_subscription WHERE account_id = $1",
    "DELETE FROM delivery WHERE account_id = $1",
    "DELETE FROM act_key WHERE account_id = $1",
    "DELETE FROM reporter_day WHERE reporter_id = $1",
    "DELETE FROM flag WHERE account_id = $1",
    """DELETE FROM comment_original WHERE comment_id IN
    (SELECT position FROM comment WHERE account_id = $1 AND actor = 'CITIZEN' AND NOT internal)""",
    "DELETE FROM provider_identity WHERE account_id = $1",
    "UPDATE report SET request_key = NULL, request_digest = NULL WHERE reporter_id = $1 AND request_key IS NOT NULL",
)
"""Delete the rows of a person that nobody else needs, and the keys that their apps chose."""

_COMMENTS: Final = """
    UPDATE comment SET body = $2 WHERE account_id = $1 AND actor = 'CITIZEN' AND NOT internal AND body <> $2
    RETURNING position
"""

_NEXT: Final = "SELECT id FROM report WHERE reporter_id = $1 AND NOT erased ORDER BY id LIMIT 1"


async def delete_account(tx: LogTransaction, owner: Authenticated) -> bool:
    """Delete the account of somebody who has just been authenticated: they are nobody from now on.

    Return False when the password was changed meanwhile: check it again. Raises Refusal CONFLICT for who has a role,
    which the control room takes first, FORBIDDEN for who is blocked.
    """
    account = await owner_for_update(tx, owner)
    if account is None:
        return False
    if await Membership.filter(account_id=account.id).using_db(tx.connection).exists():
        raise Refusal(ErrorCode.CONFLICT, Message.ROLES_FIRST)
    await tx.fetch("DELETE FROM account_letter WHERE email = $1", account.email)
    await end_all(tx, account.id)
    await tx.fetch("DELETE FROM sign_in WHERE account_id = $1", account.id)
    await _make_nobody(tx, account)
    await _delete_rows(tx, account.id)
    await tx.append(_deleted(account.id))
    return True


async def erase_next(tx: Transaction, account_id: int) -> bool:
    """Erase a report of a deleted account. Return whether there was one."""
    for row in await tx.fetch(_NEXT, account_id):
        await erasing.erase(tx, Person(account_id), row["id"])
        return True
    return False


async def finish_deletion(tx: LogTransaction, account_id: int) -> None:
    """Delete the rows that acts under way have left. After `UNDER_WAY` the account needs no further look."""
    if await _delete_rows(tx, account_id):
        await tx.append(_deleted(account_id))
    ended = tx.at - UNDER_WAY
    done = Account.filter(id=account_id, erasing_since__lte=ended).using_db(tx.connection)
    await done.update(erasing_since=None)


async def unfinished_deletions() -> list[int]:
    """Return the accounts that were deleted and may have left something."""
    return [account.id for account in await Account.filter(erasing_since__isnull=False).order_by("erasing_since")]


async def count_left(tx: LogTransaction) -> int:
    """Return the number of reports of deleted accounts that are not erased yet."""
    accounts = "SELECT id FROM account WHERE erasing_since IS NOT NULL"
    (found,) = await tx.fetch(f"SELECT COUNT(*) AS number FROM report WHERE reporter_id IN ({accounts}) AND NOT erased")
    return int(found["number"])


async def erase_reports(transactions: Transactions, account_id: int, at_most: int | None = None) -> int:
    """Erase the reports of a deleted account, or `at_most` that many, and return their number."""
    erased = 0
    while (at_most is None or erased < at_most) and await transactions.run(erase_next, account_id):
        erased += 1
    return erased


async def _make_nobody(tx: LogTransaction, account: Account) -> None:
    """Replace all that tells the account from others. Its row id stays: points, supports and events refer to it."""
    mark = secrets.token_hex(8)
    await (
        Account.filter(id=account.id)
        .using_db(tx.connection)
        .update(
            public_id=secrets.token_urlsafe(16),
            email=f"{mark}@{DELETED_DOMAIN}",
            email_confirmed=False,
            password_hash="",
            pseudonym=DELETED_PSEUDONYM,
            pseudonym_key=mark,
            pseudonym_skeleton=None,
            staff_name=None,
            on_citizen_board=False,
            email_news=False,
            news_read_position=0,
            mailed_position=0,
            mailed_at=None,
            data_digest=None,
            data_until=None,
            erasing_since=tx.at,
        )
    )


async def _delete_rows(tx: LogTransaction, account_id: int) -> bool:
    """Delete the rows of a deleted account. Return whether comments of theirs have lost their words."""
    for statement in _OWN:
        await tx.fetch(statement, account_id)
    unused = Photo.filter(owner_id=account_id, report_id=None).using_db(tx.connection)
    await unused.update(uploaded_at=LONG_AGO)  # the next sweep deletes them, with their files
    return bool(await tx.fetch(_COMMENTS, account_id, ERASED_COMMENT))


def _deleted(account_id: int) -> NewEvent:
    return NewEvent(topic=Topic.ACCOUNT, kind=ACCOUNT_DELETED, data={}, account_id=account_id)
