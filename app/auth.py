"""Access tokens: short-lived, signed, naming a session. The session itself is looked up for each request."""

from datetime import datetime, timedelta

import jwt

from actions.sessions import person_of
from rules.access import Person

WORKS_FOR = timedelta(minutes=30)
ALGORITHM = "HS256"


class Tokens:
    """Signs and checks access tokens (RFC 7519) with the service's key."""

    def __init__(self, key: str) -> None:
        self._key = key

    def issue(self, session_id: str, now: datetime) -> tuple[str, datetime]:
        """Return a token for a session, and until when it works."""
        expires_at = (now + WORKS_FOR).replace(microsecond=0)
        claims = {"sid": session_id, "exp": expires_at}
        return jwt.encode(claims, self._key, algorithm=ALGORITHM), expires_at

    def session_of(self, token: str) -> str | None:
        """Return the session that a token names; None when it is forged, malformed or has run out."""
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM], options={"require": ["exp", "sid"]})
        except jwt.PyJWTError:
            return None
        session_id = claims["sid"]
        return session_id if isinstance(session_id, str) else None


async def identify(tokens: Tokens, header: str | None, now: datetime) -> tuple[Person | None, str | None]:
    """Return who sends `Bearer <token>`, and their session; (None, None) for no header or one that is not valid."""
    scheme, _, token = (header or "").partition(" ")
    session_id = tokens.session_of(token.strip()) if scheme.lower() == "bearer" else None
    person = None if session_id is None else await person_of(session_id, now)
    return (None, None) if person is None else (person, session_id)
