"""Passwords: hashed and verified off the event loop, with Argon2id, two at once."""

import secrets
from enum import Enum, auto

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from actions.workers import Workers
from rules.passwords import TYPED, normal

AT_ONCE = 2
"""Hashes computed at the same time: 128 MiB. Each uses four threads of its own, so more would not be faster."""

WAITING = 64
"""Hashes that may wait: less than two seconds of work on an idle machine."""

_hasher = PasswordHasher()  # Argon2id with the parameters of RFC 9106 for small memory
_workers = Workers("password-worker", threads=AT_ONCE, waiting=WAITING)
_dummy: str | None = None


class Verdict(Enum):
    """Whether a password matches a hash. OUTDATED: it does as it was typed, but not in its normal form."""

    WRONG = auto()
    RIGHT = auto()
    OUTDATED = auto()


async def hash_password(password: str) -> str:
    """Hash a password in its normal form; takes 50 ms and 64 MiB. Raises Refusal RATE_LIMITED when too many wait."""
    return await _workers.run(_hasher.hash, _bytes(normal(password)))


async def verify_password(password_hash: str | None, password: str) -> Verdict:
    """Return whether a password matches a hash.

    Constant time for unknown accounts: `None` is checked against a dummy hash, and is never right. Raises Refusal
    RATE_LIMITED when too many wait.
    """
    known = password_hash or await _dummy_hash()
    if len(password) > TYPED:
        password = ""  # never right, and refused no faster than any other
    verdict = await _workers.run(_verify, known, password)
    return verdict if password_hash is not None else Verdict.WRONG


def _verify(known: str, password: str) -> Verdict:
    if _matches(known, normal(password)):
        return Verdict.RIGHT
    # Hashes of before 0.2 are of the password as it was typed.
    return Verdict.OUTDATED if normal(password) != password and _matches(known, password) else Verdict.WRONG


def _matches(known: str, password: str) -> bool:
    try:
        return _hasher.verify(known, _bytes(password))
    except VerificationError:
        return False


async def _dummy_hash() -> str:
    global _dummy  # noqa: PLW0603 # made at its first use: it costs as much as a sign-in
    if _dummy is None:
        _dummy = await hash_password(secrets.token_urlsafe(16))
    return _dummy


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
