"""Access tokens: short-lived, signed, naming a session. The session itself is looked up for each request."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

from actions.sessions import person_of
from rules.access import Person

WORKS_FOR = timedelta(minutes=30)
ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks, by which session, and until when their token says so."""

    person: Person | None = None
    session_id: str | None = None
    until: datetime | None = None


NOBODY = Identity()


class Tokens:
    """Signs and checks access tokens (RFC 7519) with the service's key."""

    def __init__(self, key: str) -> None:
        self._key = key

    def issue(self, session_id: str, now: datetime) -> tuple[str, datetime]:
        """Return a token for a session, and until when it works."""
        expires_at = (now + WORKS_FOR).replace(microsecond=0)
        claims = {"sid": session_id, "exp": expires_at}
        return jwt.encode(claims, self._key, algorithm=ALGORITHM), expires_at

    def read(self, token: str) -> tuple[str, datetime] | None:
        """Return the session that a token names, and until when; None when it is forged, malformed or has run out."""
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM], options={"require": ["exp", "sid"]})
        except jwt.PyJWTError:
            return None
        session_id = claims["sid"]
        return (session_id, datetime.fromtimestamp(claims["exp"], UTC)) if isinstance(session_id, str) else None


async def identify(tokens: Tokens, header: str | None, now: datetime) -> Identity:
    """Say who sends `Bearer <token>`: NOBODY for no header, and for one that is not valid."""
    scheme, _, token = (header or "").partition(" ")
    named = tokens.read(token.strip()) if scheme.lower() == "bearer" else None
    if named is None:
        return NOBODY
    session_id, until = named
    person = await person_of(session_id, now)
    return NOBODY if person is None else Identity(person, session_id, until)
