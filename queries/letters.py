"""Reads of letters: what is sent, and what a link is for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from models.accounts import Account
from models.letters import AccountLetter
from queries.identities import signs_in_at_provider
from rules.letter_texts import Letter
from rules.letters import PURPOSES, LetterFacts, LetterKind, LetterTokens, letter_id_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkWriter:
    """Writes the links of letters. `address` has `{purpose}` and `{token}`."""

    address: str
    tokens: LetterTokens

    def link(self, letter: AccountLetter) -> str:
        """Return the link of a letter of a kind that has one."""
        token = self.tokens.write(_facts(letter))
        return self.address.replace("{purpose}", PURPOSES[letter.kind]).replace("{token}", token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stationery:
    """Everything of letters that is the same for all."""

    sender: str
    links: LinkWriter

    def message_id(self, letter: AccountLetter) -> str:
        """Return the id of an e-mail: that of a second copy is the same."""
        named = sha256(f"letter {letter.id} {letter.created_at}".encode()).hexdigest()[:32]
        return f"<{named}@{urlsplit(self.links.address).hostname or 'localhost'}>"


async def letter_to_send(stationery: Stationery, letter_id: int, at: datetime) -> Letter | None:
    """Return the e-mail of a letter as it is right now. None if there is nothing to say any more, or nobody to say it.

    Only here it matters whether an account has the address: who asked for it has been answered long since.
    """
    letter = await _living(letter_id, at)
    if letter is None:
        return None
    owner = await Account.get_or_none(email=letter.email)
    has_link = await _has_link(letter, owner)
    if has_link is None:
        return None
    reader = owner if letter.account_id is None else await Account.get_or_none(id=letter.account_id)
    return Letter(
        sender=stationery.sender,
        recipient=letter.email,
        locale=letter.locale if reader is None else reader.locale,
        kind=letter.kind,
        link=stationery.links.link(letter) if has_link else None,
        message_id=stationery.message_id(letter),
        at=at,
    )


async def waiting_letter(letter_id: int, at: datetime) -> AccountLetter | None:
    """Read a letter that has a link which would do something. None for any other."""
    letter = await _living(letter_id, at)
    if letter is None or not await _has_link(letter, await Account.get_or_none(email=letter.email)):
        return None
    return letter


async def letter_of_token(
    tokens: LetterTokens, token: str, kinds: Collection[LetterKind], at: datetime
) -> AccountLetter | None:
    """Read the letter of one of these kinds whose link has a token. None for a token that is not valid now."""
    letter_id = letter_id_of(token)
    letter = None if letter_id is None else await _living(letter_id, at)
    if letter is None or letter.kind not in kinds or not tokens.fits(token, _facts(letter)):
        return None
    return letter


async def _has_link(letter: AccountLetter, owner: Account | None) -> bool | None:
    """Return whether there is something to open for the `owner` of the address. None if there is nothing to say.

    Who signs in at the identity provider chooses no password.
    """
    match letter.kind:
        case LetterKind.SIGN_UP | LetterKind.CHANGE:
            return owner is None
        case LetterKind.CONFIRMATION:
            return True if owner is not None and not owner.email_confirmed else None
        case LetterKind.RESET:
            return None if owner is None else not await signs_in_at_provider(owner.id)
        case LetterKind.INVITATION:
            return None if owner is None else not (owner.password_hash or await signs_in_at_provider(owner.id))
        case LetterKind.WARNING:
            return False


async def _living(letter_id: int, at: datetime) -> AccountLetter | None:
    return await AccountLetter.get_or_none(id=letter_id, expires_at__gt=at)


def _facts(letter: AccountLetter) -> LetterFacts:
    return LetterFacts(letter.id, letter.kind, letter.email, letter.created_at)
