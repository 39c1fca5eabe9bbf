"""Letters: e-mails about accounts, stored with what they are about, and links that work once."""

from dataclasses import dataclass

from actions.log import LogTransaction
from actions.news_channels import MAIL
from actions.outbox import NewDelivery, store
from models.accounts import Account
from models.letters import AccountLetter
from models.outbox import letter_key
from rules.languages import Locale
from rules.letters import LIFETIMES, MOST_WAITING, LetterKind
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLetter:
    """A letter to write. `is_mailed`: whether the service can send e-mails. Otherwise an operator passes on its link.

    `password_hash` and `pseudonym`: of a sign-up.
    """

    kind: LetterKind
    email: str
    locale: Locale
    is_mailed: bool
    account_id: int | None = None
    password_hash: str | None = None
    pseudonym: str | None = None


async def write_letter(tx: LogTransaction, new: NewLetter) -> int | None:
    """Store a letter, and its delivery if e-mails can be sent. Return its id, None if enough of them wait.

    It costs the same whether or not an account has the address: nothing here asks for one.
    """
    waiting = AccountLetter.filter(kind=new.kind, email=new.email, expires_at__gt=tx.at).using_db(tx.connection)
    if await waiting.count() >= MOST_WAITING:
        return None
    letter = await AccountLetter.create(
        kind=new.kind,
        email=new.email,
        account_id=new.account_id,
        locale=new.locale,
        password_hash=new.password_hash,
        pseudonym=new.pseudonym,
        created_at=tx.at,
        expires_at=tx.at + LIFETIMES[new.kind],
        using_db=tx.connection,
    )
    letter_id: int = letter.id
    if new.is_mailed:
        await store(tx, MAIL, NewDelivery(key=letter_key(letter_id), position=0))
    return letter_id


async def take_letter(tx: LogTransaction, letter_id: int) -> AccountLetter:
    """Return a letter whose link is being used, and end it with all of its kind to its address.

    Raises Refusal INVALID if its link was used or has expired.
    """
    letters = AccountLetter.filter(id=letter_id, expires_at__gt=tx.at).using_db(tx.connection)
    letter = await letters.select_for_update().first()
    if letter is None:
        raise Refusal(ErrorCode.INVALID, Message.LINK_INVALID, "token")
    await AccountLetter.filter(kind=letter.kind, email=letter.email).using_db(tx.connection).delete()
    return letter


async def end_letters(tx: LogTransaction, account: Account) -> None:
    """End all links that could take over an account, because its owner has just chosen a password."""
    own = AccountLetter.filter(kind=LetterKind.RESET, email=account.email).using_db(tx.connection)
    await own.delete()
    kinds = (LetterKind.CHANGE, LetterKind.INVITATION)
    await AccountLetter.filter(kind__in=kinds, account_id=account.id).using_db(tx.connection).delete()
