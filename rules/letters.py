"""E-mails about accounts: their kinds, and links that nobody can write without the key of the service."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rules import opaque


class LetterKind(StrEnum):
    """The occasion of an e-mail about an account."""

    SIGN_UP = "SIGN_UP"
    CONFIRMATION = "CONFIRMATION"
    CHANGE = "CHANGE"
    WARNING = "WARNING"
    RESET = "RESET"
    INVITATION = "INVITATION"


LIFETIMES: Final = {
    LetterKind.SIGN_UP: timedelta(days=2),
    LetterKind.CONFIRMATION: timedelta(days=2),
    LetterKind.CHANGE: timedelta(days=2),
    LetterKind.WARNING: timedelta(days=2),
    LetterKind.RESET: timedelta(hours=1),
    LetterKind.INVITATION: timedelta(days=7),
}
"""The time for which a link works, and for which an e-mail is still worth sending."""

PURPOSES: Final = {
    LetterKind.SIGN_UP: "confirm",
    LetterKind.CONFIRMATION: "confirm",
    LetterKind.CHANGE: "confirm",
    LetterKind.RESET: "reset",
    LetterKind.INVITATION: "invite",
}
"""The word in the address of a link that tells an app what to ask: a confirmation, or a new password. A kind that is
not here has no link."""

CONFIRMING: Final = frozenset({LetterKind.SIGN_UP, LetterKind.CONFIRMATION, LetterKind.CHANGE})
"""The kinds whose link confirms an address."""

SETTING_PASSWORD: Final = frozenset({LetterKind.RESET, LetterKind.INVITATION})
"""The kinds whose link sets a password."""

MOST_WAITING: Final = 5
"""E-mails of a kind to one address whose links still work. Strangers can cause no more, nor end those that are there:
an older link works until it expires, or until one of its kind is used."""

_NUMBER, _SIGNATURE = 8, 24
"""Bytes of the parts of a token: the id of the letter, and its signature."""


class LetterFacts(NamedTuple):
    """The part of a letter that its token is signed for. A restored database gives the same id to another letter."""

    id: int
    kind: LetterKind
    email: str
    created_at: datetime


class LetterTokens:
    """Tokens of letters. Nothing of them is stored: the sender of an e-mail writes them from its row."""

    def __init__(self, secret: str) -> None:
        self._key = HKDF(SHA256(), 32, salt=None, info=b"tanggap account letter").derive(secret.encode())

    def write(self, letter: LetterFacts) -> str:
        """Return the token of a letter."""
        signed = f"{letter.id} {letter.kind} {letter.email} {letter.created_at.astimezone(UTC).isoformat()}"
        signature = hmac.digest(self._key, signed.encode(), hashlib.sha256)[:_SIGNATURE]
        return opaque.encode(letter.id.to_bytes(_NUMBER) + signature)

    def fits(self, token: str, letter: LetterFacts) -> bool:
        """Return whether a token is that of a letter; the time does not depend on where they differ."""
        return hmac.compare_digest(self.write(letter).encode(), token.encode("utf-8", "surrogatepass"))


def letter_id_of(token: str) -> int | None:
    """Return the id of the letter that a token names. None for what cannot be a token."""
    raw = opaque.decode(token) or b""
    number = int.from_bytes(raw[:_NUMBER])
    return number if len(raw) == _NUMBER + _SIGNATURE and number < 2**63 else None
