"""Access tokens: short-lived, signed, with the id of a session. Each request looks up the session itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import jwt

from actions.refresh_tokens import RefreshTokens
from queries.people import person_of
from rules.access import Person
from rules.letters import LetterTokens

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
    """Issues and verifies access tokens (RFC 7519), signed with the service's key, which signs refresh tokens too.

    `letters`: those of the links of e-mails.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self.refreshing = RefreshTokens(key)
        self.letters = LetterTokens(key)
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


def sends_token(header: str | None) -> bool:
    """Return whether a header `Authorization` is meant for this service: not empty, nor Basic, which is a proxy's."""
    return header is not None and header != "" and not header.lower().startswith("basic ")


class AuthorizationInvalid(Exception):
    """The payload of `connection_init` has an authorization that cannot be one."""


def payload_authorization(payload: Mapping[str, object]) -> str | None:
    """Return the authorization in the payload of `connection_init`; None if there is none, or it is empty or null.

    Clients send it as `authorization`, spelled in any way (graphql-ws, Apollo Kotlin), or within `headers` (Flutter,
    clients made for Hasura), or as `authToken` without a scheme (the guide of Apollo Client). Raises
    AuthorizationInvalid if it is not a string, or if two are given that differ.
    """
    given: set[str] = set()
    for name, value in _entries(payload):
        if name not in {"authorization", "authtoken"} or value is None or value == "":
            continue
        if not isinstance(value, str):
            raise AuthorizationInvalid
        bare = name == "authtoken" and not value.lower().startswith("bearer ")
        given.add(f"Bearer {value}" if bare else value)
    if len(given) > 1:
        raise AuthorizationInvalid
    return next(iter(given), None)


def payload_language(payload: Mapping[str, object]) -> str | None:
    """Return the language in the payload of `connection_init`, as `acceptLanguage` or a header. None for none."""
    names = {"acceptlanguage", "accept-language"}
    return next((value for name, value in _entries(payload) if name in names and isinstance(value, str)), None)


def _entries(payload: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield the names, in lower case, and values of a payload and of the headers in it."""
    for name, value in payload.items():
        if name.lower() == "headers" and isinstance(value, Mapping):
            yield from ((header.lower(), content) for header, content in value.items())
        else:
            yield name.lower(), value


def read_header(tokens: Tokens, header: str | None) -> tuple[str, datetime] | None:
    """Return the session id and the expiry of the token in the header `Bearer <token>`. None for an invalid one."""
    scheme, _, token = (header or "").partition(" ")
    return tokens.read(token.strip()) if scheme.lower() == "bearer" else None


async def identify(tokens: Tokens, header: str | None, now: datetime) -> Identity:
    """Return the identity of the header `Bearer <token>`. ANONYMOUS without a header and for an invalid one."""
    claims = read_header(tokens, header)
    if claims is None:
        return ANONYMOUS
    session_id, until = claims
    person = await person_of(session_id, now)
    return ANONYMOUS if person is None else Identity(person, session_id, until)
