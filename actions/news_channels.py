"""The channels to people: set up by the operator, and up to where each person got their news."""

from datetime import datetime, timedelta
from typing import Final

from actions.outbox import NewDelivery, store
from actions.transaction import Transaction
from models.accounts import Account
from models.log import moment
from models.notifications import PushSubscription
from models.outbox import Destination, DestinationRow, Protocol
from queries import news

PUSH, MAIL = "push", "mail"
"""The names of the destinations."""

BETWEEN: Final = timedelta(hours=1)
"""Time between two e-mails to an account, at least."""

GATHERING: Final = timedelta(minutes=10)
"""Time from the first news to the e-mail with them: more may come, and some are read in the app."""


async def set_channel(tx: Transaction, name: str, protocol: Protocol, *, is_on: bool) -> None:
    """Begin to tell people what happens from now on, or cease to: then what was not sent yet is forgotten."""
    if not is_on:
        await tx.fetch("DELETE FROM delivery WHERE destination = $1", name)
        await tx.fetch("DELETE FROM destination WHERE name = $1", name)
        return
    if await Destination.filter(name=name).using_db(tx.connection).exists():
        return
    (head,) = await tx.fetch("SELECT position FROM log_head WHERE id = 1")
    await Destination.create(
        name=name,
        protocol=protocol,
        address="",
        secret="",
        options={},
        position=head["position"],
        failures=0,
        created_at=tx.at,
        using_db=tx.connection,
    )


async def store_digest(tx: Transaction, destination: DestinationRow, account_id: int, position: int) -> None:
    """Store the next e-mail to an account, unless it is stored: with the news from an event on.

    Its key names the last news that were sent, so that each e-mail is stored once, and the next one only after it.
    """
    mailed_position, mailed_at = await _lock(tx, account_id)
    due = tx.at + GATHERING
    if mailed_at is not None:
        due = max(due, mailed_at + BETWEEN)
    key = f"{account_id}-{mailed_position}"
    await store(tx, destination.name, NewDelivery(key=key, position=position, account_id=account_id, due=due))


async def begin_digest(tx: Transaction, delivery_id: int) -> int:
    """Return the last position whose news an e-mail has: the head of the log at the first try, for all tries."""
    (head,) = await tx.fetch("SELECT position FROM log_head WHERE id = 1")
    (row,) = await tx.fetch(
        "UPDATE delivery SET token = COALESCE(token, $1) WHERE id = $2 RETURNING token",
        str(head["position"]),
        delivery_id,
    )
    return int(row["token"])


async def end_digest(
    tx: Transaction, destination: DestinationRow, account_id: int, through: int, *, is_sent: bool
) -> None:
    """Record that the news of an account up to a position need no e-mail any more. Those that came meanwhile do."""
    await _lock(tx, account_id)
    changes = {"mailed_position": through} | ({"mailed_at": tx.at} if is_sent else {})
    mailed = Account.filter(id=account_id, mailed_position__lt=through).using_db(tx.connection)
    await mailed.update(**changes)
    (head,) = await tx.fetch("SELECT position FROM log_head WHERE id = 1")
    events, _ = await news.between(account_id, through, head["position"], 1)
    if events:
        await store_digest(tx, destination, account_id, events[0].position)


async def _lock(tx: Transaction, account_id: int) -> tuple[int, datetime | None]:
    """Lock an account and return up to where and when it got its last e-mail.

    So of an event and of the end of an e-mail at once, the later one sees the other: no news is without an e-mail.
    """
    (row,) = await tx.fetch(
        "UPDATE account SET mailed_position = mailed_position WHERE id = $1 RETURNING mailed_position, mailed_at",
        account_id,
    )
    return row["mailed_position"], moment(row["mailed_at"])


async def forget_browser(tx: Transaction, subscription_id: int) -> None:
    """Delete a subscription that its push service no longer knows."""
    await PushSubscription.filter(id=subscription_id).using_db(tx.connection).delete()
