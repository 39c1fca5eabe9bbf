"""Passwords: their normal form, and those that are refused because they are guessed first."""

import unicodedata
from functools import cache
from importlib import resources

from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

LENGTH = (10, 128)
"""Characters of the normal form: (least, most)."""

TYPED = 8 * LENGTH[1]
"""Characters that are looked at before the normal form is made: it is shorter where letters are composed."""

LEAST_VARIETY = 6
"""Characters of the shortest block whose repetition may be a password."""

ROWS = ("0123456789012", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
"""The alphabet, and the rows of a keyboard."""

LIST = "common_passwords.txt"


def normal(password: str) -> str:
    """Return the normal form, in which keyboards cannot differ: é is one character or two, spaces are of many kinds.

    These are the mappings of the profile OpaqueString (RFC 8265, 4.2.2). What the profile prohibits is accepted:
    it depends on the version of Unicode, and a password that was accepted must remain one.
    """
    spaced = "".join(" " if unicodedata.category(char) == "Zs" else char for char in password)
    return unicodedata.normalize("NFC", spaced)


def require_strong(password: str, email: str, *field: str) -> None:
    """Raise Refusal INVALID for a new password that is too short or long, or that is guessed first.

    Capitals make no difference, nor do a few digits or signs at either end of a word.
    """
    low, high = LENGTH
    if len(password) > TYPED or not low <= len(normal(password)) <= high:
        raise Refusal(ErrorCode.INVALID, Message.PASSWORD_LENGTH, *field, low=low, high=high)
    text, address = normal(password).casefold(), email.casefold()
    block, local = _block(text), address.partition("@")[0]
    if len(block) < LEAST_VARIETY or _is_sequence(block):
        raise Refusal(ErrorCode.INVALID, Message.PASSWORD_SIMPLE, *field)
    if {text, _word(text)} & ({address, local, _word(address), _word(local)} - {""}):
        raise Refusal(ErrorCode.INVALID, Message.PASSWORD_EMAIL, *field)
    if {text, block, _word(text), _word(block)} & _common():
        raise Refusal(ErrorCode.INVALID, Message.PASSWORD_COMMON, *field)


def _word(text: str) -> str:
    """Return a text without the digits and signs at its ends, and without signs inside. Empty if it has no letter."""
    letters = [place for place, char in enumerate(text) if char.isalpha()]
    inner = text[letters[0] : letters[-1] + 1] if letters else ""
    return "".join(char for char in inner if char.isalnum())


def _block(text: str) -> str:
    """Return the shortest block that a text repeats: "ab" of "ababab". The last one may be cut."""
    return next(text[:length] for length in range(1, len(text) + 1) if (text[:length] * len(text)).startswith(text))


def _is_sequence(text: str) -> bool:
    """Return whether a text is made of at most two runs of a row, in either direction: "12345qwert", "fedcba"."""
    rows = (*ROWS, *(row[::-1] for row in ROWS))

    def after_run(rest: str) -> str:
        longest = max(length for length in range(len(rest) + 1) if any(rest[:length] in row for row in rows))
        return rest[longest:]

    return not after_run(after_run(text))


@cache
def _common() -> frozenset[str]:
    """Read the list of common passwords: 20,000 of them, read when the first account is created."""
    lines = resources.files(__package__).joinpath(LIST).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
