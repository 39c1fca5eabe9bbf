"""Passwords: hashed and verified off the event loop, with Argon2id."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

LENGTH = (10, 128)
"""Characters: (least, most)."""

_hasher = PasswordHasher()  # Argon2id with the parameters of RFC 9106 for small memory
_dummy: str | None = None


async def hash_password(password: str, *field: str) -> str:
    """Hash a new password; takes 50 ms and 64 MiB. Raises Refusal INVALID for its length."""
    low, high = LENGTH
    if not low <= len(password) <= high:
        raise Refusal(ErrorCode.INVALID, Message.PASSWORD_LENGTH, *field, low=low, high=high)
    return await asyncio.to_thread(_hasher.hash, _bytes(password))


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Return whether a password matches a hash.

    Constant time for unknown accounts: `None` is checked against a dummy hash, and is never right.
    """
    known = password_hash or await _dummy_hash()
    return await asyncio.to_thread(_verify, known, password) and password_hash is not None


def _verify(known: str, password: str) -> bool:
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
