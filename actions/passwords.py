"""Passwords: hashed and checked off the event loop, with Argon2id."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

LENGTH = (10, 128)
"""Characters: (least, most)."""

_hasher = PasswordHasher()  # Argon2id with the parameters of RFC 9106 for small memory
_nobody: str | None = None


async def hash_password(password: str, *field: str) -> str:
    """Hash a new password; it takes 50 ms and 64 MiB. Raises Refusal INVALID for its length."""
    low, high = LENGTH
    if not low <= len(password) <= high:
        raise Refusal(ErrorCode.INVALID, Message.PASSWORD_LENGTH, *field, low=low, high=high)
    return await asyncio.to_thread(_hasher.hash, _bytes(password))


async def fits(password_hash: str | None, password: str) -> bool:
    """Whether a password is the one hashed; never for None, whom it takes as long to turn away."""
    known = password_hash or await _hash_of_nobody()
    return await asyncio.to_thread(_verify, known, password) and password_hash is not None


def _verify(known: str, password: str) -> bool:
    try:
        return _hasher.verify(known, _bytes(password))
    except VerificationError:
        return False


async def _hash_of_nobody() -> str:
    global _nobody  # noqa: PLW0603 # made once, when first needed: it costs as much as a sign-in
    if _nobody is None:
        _nobody = await hash_password(secrets.token_urlsafe(16))
    return _nobody


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
