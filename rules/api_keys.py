"""Keys of applications: random, shown once, and kept as a digest."""

import hashlib
import secrets
from typing import Final

_PREFIX: Final = "tanggap_"
"""Tells scanners for secrets, and people, what a key is for."""


def new_key() -> str:
    """Return a new key of 256 random bits."""
    return _PREFIX + secrets.token_urlsafe(32)


def digest_of(key: str) -> str:
    """Return the digest under which a key is kept: SHA-256.

    A slow hash, as of passwords, makes guesses expensive. Nobody guesses 256 random bits, and a key is looked up by its
    digest at each report.
    """
    return hashlib.sha256(key.encode()).hexdigest()
