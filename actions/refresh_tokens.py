"""Refresh tokens: numbered per session and signed, so that each has exactly one successor.

A token is `<session>.<number>.<signature>`. Its successor follows from it and the key alone. So callers that present
one token at the same time get the same successor, from any process and after a restart, although only digests are
stored. The signature also identifies tokens that were used long ago. The reasons are in ADR 22.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass

FIRST = 0
PURPOSE = "tanggap refresh token"
"""Signed with each token: a signature of an access token, by the same key, never fits a refresh token."""


@dataclass(frozen=True, slots=True)
class RefreshTokens:
    """Makes and recognises refresh tokens. All processes have the same key."""

    key: str

    def first(self, session_id: str) -> str:
        """Return the first token of a session."""
        return self._token(session_id, FIRST)

    def successor(self, session_id: str, token: str) -> str:
        """Return the token after one that is known to be of the session. One from before 0.2 has no number."""
        _, _, rest = token.partition(".")
        number = rest.partition(".")[0]
        return self._token(session_id, int(number) + 1 if number else FIRST)

    def session_of(self, token: str) -> str | None:
        """Return the id of the session that a token was made for. None for a token that this key did not sign."""
        session_id, _, rest = token.partition(".")
        number = rest.partition(".")[0]
        if not (number.isascii() and number.isdecimal() and len(number) < len("1000000000")):
            return None
        expected = self._token(session_id, int(number))
        return session_id if hmac.compare_digest(_bytes(expected), _bytes(token)) else None

    def _token(self, session_id: str, number: int) -> str:
        signed = f"{PURPOSE} {session_id}.{number}"
        signature = urlsafe_b64encode(hmac.digest(self.key.encode(), _bytes(signed), "sha256")).decode().rstrip("=")
        return f"{session_id}.{number}.{signature}"


def digest(token: str) -> str:
    """Return the digest of a token, which is all that is stored of it."""
    return hashlib.sha256(_bytes(token)).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
