"""Links by which people end e-mails without signing in: they name an account, and are signed."""

import hashlib
import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rules import opaque

_SIGNATURE = 16
"""Bytes of a signature."""


class UnsubscribeTokens:
    """Tokens for accounts, by the id that their owners know. They have no end: an e-mail may be read late."""

    def __init__(self, secret: str) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=b"tanggap unsubscribe")
        self._key = derived.derive(secret.encode())

    def write(self, public_id: str) -> str:
        """Return the token of an account."""
        return opaque.encode(self._sign(public_id) + public_id.encode())

    def read(self, token: str) -> str | None:
        """Return the account of a token. None for a token that `write` did not make with this secret."""
        raw = opaque.decode(token) or b""
        try:
            public_id = raw[_SIGNATURE:].decode()
        except ValueError:
            return None
        return public_id if hmac.compare_digest(self._sign(public_id), raw[:_SIGNATURE]) else None

    def _sign(self, public_id: str) -> bytes:
        return hmac.digest(self._key, public_id.encode(), hashlib.sha256)[:_SIGNATURE]
