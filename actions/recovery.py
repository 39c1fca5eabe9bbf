"""Passwords and addresses: changed by somebody who knows the password, or who opens a link."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from tortoise.queryset import QuerySet

from actions import passwords
from actions.accounts import Credentials, create_account, drawn_unless_free, require_free_pseudonym
from actions.letters import NewLetter, end_letters, take_letter, write_letter
from actions.log import LogTransaction, NewEvent
from actions.refresh_tokens import RefreshTokens
from actions.sessions import Authenticated, StartedSession, end_all, owner_for_update, start
from models.accounts import AccessKind, Account
from models.letters import AccountLetter
from models.log import Topic
from queries.identities import signs_in_at_provider
from queries.letters import letter_of_token
from rules.access import Person
from rules.emails import shown_email
from rules.languages import Locale
from rules.letters import SETTING_PASSWORD, LetterKind, LetterTokens
from rules.messages import Message
from rules.passwords import require_strong
from rules.refusals import ErrorCode, Faults, Refusal


@dataclass(frozen=True, slots=True)
class Post:
    """The way of letters: whether the service can send e-mails, and the language of who asks for one."""

    is_mailed: bool
    locale: Locale


async def require_password(person: Person, password: str, *field: str) -> Authenticated:
    """Check the password of somebody who is signed in; outside any transaction, for hashing takes 50 ms.

    Raises Refusal INVALID for a wrong one, RATE_LIMITED when too many wait for their check.
    """
    account = await Account.get(id=person.account_id)
    verdict = await passwords.verify_password(account.password_hash, password)
    if verdict is passwords.Verdict.WRONG:
        raise Refusal(ErrorCode.INVALID, Message.PASSWORD_WRONG, *field)
    return Authenticated(account.id, account.password_hash, None, account.email)


async def link_letter(tokens: LetterTokens, token: str, kinds: Collection[LetterKind], at: datetime) -> AccountLetter:
    """Return the letter of a link, which `kinds` the request is for. Raises Refusal INVALID."""
    letter = await letter_of_token(tokens, token, kinds, at)
    if letter is None:
        raise _invalid_link()
    return letter


async def checked_reset(tokens: LetterTokens, token: str, new: str, at: datetime) -> tuple[int, str]:
    """Return the id of the letter of a link, and the hash of a new password; outside any transaction.

    Raises Refusal INVALID for the link and for the password, RATE_LIMITED when too many wait for their hash.
    """
    with Faults() as faults:
        letter = await faults.check_async(link_letter(tokens, token, SETTING_PASSWORD, at))
        faults.check(require_strong, new, "" if faults else letter.email, "new")
    return letter.id, await passwords.hash_password(new)


async def change_password(
    tx: LogTransaction, owner: Authenticated, password_hash: str, tokens: RefreshTokens, device: str | None
) -> StartedSession | None:
    """Store a new password, end every session, and start one for the person who has just given the old one.

    Return None when the password was changed meanwhile: check it again. Raises Refusal FORBIDDEN for who is blocked.
    """
    account = await owner_for_update(tx, owner)
    if account is None:
        return None
    await _set_password(tx, account, password_hash)
    return await start(tx, account.id, tokens, device)


async def request_reset(tx: LogTransaction, email: str, post: Post) -> int | None:
    """Write the letter by which the owner of an address chooses a new password, whether or not there is one."""
    return await write_letter(tx, _letter(LetterKind.RESET, email, post))


async def reset_password(tx: LogTransaction, letter_id: int, password_hash: str) -> None:
    """Set the password of the account that a link is for, end all its sessions, and confirm its address.

    Raises Refusal INVALID for a link that is not valid any more, and for who signs in at the identity provider.
    """
    letter = await take_letter(tx, letter_id)
    account = await _locked(tx, Account.filter(email=letter.email))
    is_late = letter.kind is LetterKind.INVITATION and account is not None and account.password_hash != ""
    if account is None or is_late or await signs_in_at_provider(account.id):
        raise _invalid_link()
    account.email_confirmed = True
    await _set_password(tx, account, password_hash)


async def request_sign_up(tx: LogTransaction, new: Credentials, post: Post) -> int | None:
    """Write the letter that confirms a sign-up. The account is created when its link is opened.

    Whether there is one with the address is asked when the letter is sent: the answer to the sign-up says nothing, and
    takes as long. Raises Refusal CONFLICT for a pseudonym that is taken, which is public.
    """
    if new.pseudonym is not None:
        await require_free_pseudonym(tx, new.pseudonym, None, "pseudonym")
    letter = NewLetter(
        kind=LetterKind.SIGN_UP,
        email=new.email,
        locale=post.locale,
        is_mailed=post.is_mailed,
        password_hash=new.password_hash,
        pseudonym=new.pseudonym,
    )
    return await write_letter(tx, letter)


async def request_confirmation(tx: LogTransaction, person: Person, post: Post) -> int | None:
    """Write the letter that confirms the address of a person, unless it is confirmed.

    Raises Refusal INVALID for who has no address, RATE_LIMITED when several are on their way.
    """
    account = await Account.get(id=person.account_id, using_db=tx.connection)
    if account.email_confirmed:
        return None
    if shown_email(account.email) is None:
        raise Refusal(ErrorCode.INVALID, Message.EMAIL_MISSING)
    return _written(await write_letter(tx, _letter(LetterKind.CONFIRMATION, account.email, post, account.id)))


async def change_email(tx: LogTransaction, person: Person, email: str, post: Post) -> int | None:
    """Write the letter that confirms a new address, and one to the present address that warns its owner.

    Raises Refusal INVALID for the present address, RATE_LIMITED when several letters to the new one are on their way.
    """
    account = await Account.get(id=person.account_id, using_db=tx.connection)
    if account.email == email:
        raise Refusal(ErrorCode.INVALID, Message.EMAIL_SAME, "email")
    written = _written(await write_letter(tx, _letter(LetterKind.CHANGE, email, post, account.id)), "email")
    if post.is_mailed:
        await write_letter(tx, _letter(LetterKind.WARNING, account.email, post, account.id))
    return written


async def confirm_email(tx: LogTransaction, letter_id: int) -> None:
    """Confirm an address by its link: of a new account, of a present one, or one that replaces another.

    Raises Refusal INVALID for a link that is not valid any more, CONFLICT for an address that has an account meanwhile.
    """
    letter = await take_letter(tx, letter_id)
    owner = await _locked(tx, Account.filter(email=letter.email))
    if letter.kind is LetterKind.CONFIRMATION:
        if owner is None or owner.id != letter.account_id:
            raise _invalid_link()
        owner.email_confirmed = True
        await owner.save(using_db=tx.connection, update_fields=["email_confirmed"])
        return
    if owner is not None:
        raise Refusal(ErrorCode.CONFLICT, Message.EMAIL_TAKEN, "token")
    if letter.kind is LetterKind.SIGN_UP:
        await _create(tx, letter)
    else:
        await _replace_address(tx, letter)


async def _create(tx: LogTransaction, letter: AccountLetter) -> None:
    name = await drawn_unless_free(tx, letter.pseudonym)
    new = Credentials(letter.email, letter.password_hash or "", name)
    await create_account(tx, new, name, email_confirmed=True, locale=letter.locale)


async def _replace_address(tx: LogTransaction, letter: AccountLetter) -> None:
    account = await _locked(tx, Account.filter(id=letter.account_id))
    if account is None:
        raise _invalid_link()
    await AccountLetter.filter(kind=letter.kind, account_id=account.id).using_db(tx.connection).delete()
    account.email, account.email_confirmed = letter.email, True
    await account.save(using_db=tx.connection, update_fields=["email", "email_confirmed"])
    await tx.append(_event(AccessKind.EMAIL_CHANGED, account.id))


async def _set_password(tx: LogTransaction, account: Account, password_hash: str) -> None:
    """Store a password, and end what others may have: sessions, and links that could take over the account."""
    account.password_hash = password_hash
    await account.save(using_db=tx.connection, update_fields=["password_hash", "email_confirmed"])
    await end_letters(tx, account)
    await end_all(tx, account.id)
    await tx.append(_event(AccessKind.PASSWORD_CHANGED, account.id))


async def _locked(tx: LogTransaction, which: QuerySet[Account]) -> Account | None:
    return await which.using_db(tx.connection).select_for_update().first()


def _letter(kind: LetterKind, email: str, post: Post, account_id: int | None = None) -> NewLetter:
    return NewLetter(kind=kind, email=email, locale=post.locale, is_mailed=post.is_mailed, account_id=account_id)


def _written(letter_id: int | None, *field: str) -> int:
    if letter_id is None:
        raise Refusal(ErrorCode.RATE_LIMITED, Message.LETTERS_ENOUGH, *field)
    return letter_id


def _event(kind: AccessKind, account_id: int) -> NewEvent:
    return NewEvent(topic=Topic.ACCESS, kind=kind, account_id=account_id, data={})


def _invalid_link() -> Refusal:
    return Refusal(ErrorCode.INVALID, Message.LINK_INVALID, "token")
