"""Reads of the ways in which people get their news while the app is closed."""

from typing import NamedTuple

from models.reading import read


class Chosen(NamedTuple):
    """The ways that a person chose: whether any browser gets notifications, and whether e-mails are wanted.

    E-mails are wanted at a confirmed address only.
    """

    push: bool
    email: bool


async def chosen(account_id: int) -> Chosen:
    """Read the ways that a person chose."""
    ((push, email),) = await read(
        "SELECT EXISTS (SELECT 1 FROM push_subscription WHERE account_id = $1), email_news AND email_confirmed "
        "FROM account WHERE id = $1",
        account_id,
    )
    return Chosen(bool(push), bool(email))
