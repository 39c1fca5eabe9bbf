"""Access tokens: short-lived, signed, with the id of a session. Each request looks up the session itself."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import jwt

from actions.refresh_tokens import RefreshTokens
from queries.people import person_of
from rules.access import Person

LIFETIME = timedelta(minutes=30)
ALGORITHM = "HS256"

KNOWN_TOKENS = 4096
"""Tokens that are kept verified: a client sends the same one for half an hour, and a signature takes 0.1 ms."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The person and session of a request, and the expiry of the token. All None when not signed in."""

    person: Person | None = None
    session_id: str | None = None
    until: datetime | None = None


ANONYMOUS = Identity()


class Tokens:
    """Issues and verifies access tokens (RFC 7519), signed with the service's key, which signs refresh tokens too."""

    def __init__(self, key: str) -> None:
        self._key = key
        self.refreshing = RefreshTokens(key)
        self._verified = lru_cache(maxsize=KNOWN_TOKENS)(self._verify)

    def issue(self, session_id: str, now: datetime) -> tuple[str, datetime]:
        """Return a token for a session, and its expiry."""
        expires_at = (now + LIFETIME).replace(microsecond=0)
        claims = {"sid": session_id, "exp": expires_at}
        return jwt.encode(claims, self._key, algorithm=ALGORITHM), expires_at

    def read(self, token: str) -> tuple[str, datetime] | None:
        """Return the session id and the expiry of a token. None for a forged, malformed or expired token."""
        claims = self._verified(token)
        return None if claims is None or claims[1] <= datetime.now(UTC) else claims

    def _verify(self, token: str) -> tuple[str, datetime] | None:
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM], options={"require": ["exp", "sid"]})
        except jwt.PyJWTError:
            return None
        session_id = claims["sid"]
        return (session_id, datetime.fromtimestamp(claims["exp"], UTC)) if isinstance(session_id, str) else None


async def identify(tokens: Tokens, header: str | None, now: datetime) -> Identity:
    """Return the identity of the header `Bearer <token>`. ANONYMOUS without a header and for an invalid one."""
    scheme, _, token = (header or "").partition(" ")
    claims = tokens.read(token.strip()) if scheme.lower() == "bearer" else None
    if claims is None:
        return ANONYMOUS
    session_id, until = claims
    person = await person_of(session_id, now)
    return ANONYMOUS if person is None else Identity(person, session_id, until)
