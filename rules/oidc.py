"""Sign-in of staff at the city's identity provider (OpenID Connect): flows, and roles by claims."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rules import opaque
from rules.access import SCOPES, Role, RoleGrant

FLOW_LIFETIME: Final = timedelta(minutes=10)
"""The time that somebody has for signing in at the provider."""

CODE_LIFETIME: Final = timedelta(minutes=1)
"""The time in which an app exchanges a code for a session."""

LONGEST_SUBJECT: Final = 255
"""Characters of a subject (OpenID Connect Core, 2)."""

UNIT: Final = "{unit}"
"""The part of a value of a claim that is the code of a unit."""

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_SECRET_BYTES, _SIGNATURE = 32, 24
_FORM: Final = "OFFICER:31.71.01.1001, OFFICER:{unit}, SUPERVISOR:…, or ADMIN"


def is_challenge(text: str) -> bool:
    """Return whether a text can be the S256 challenge of a code verifier (RFC 7636)."""
    return _CHALLENGE.fullmatch(text) is not None


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a code verifier."""
    return opaque.encode(hashlib.sha256(verifier.encode("utf-8", "surrogatepass")).digest())


@dataclass(frozen=True, slots=True)
class Flow:
    """A sign-in that has begun. `next`: the address of the app; `challenge`: that of the app.

    `state`, `nonce` and `verifier` are what the provider gets, or gets the hash of.
    """

    state: str
    nonce: str
    verifier: str
    next: str
    challenge: str

    @property
    def challenge_for_provider(self) -> str:
        """The S256 challenge of `verifier`."""
        return challenge_of(self.verifier)


class FlowTokens:
    """Flows that are stored nowhere: the state says all of them, signed, and is bound to a secret of the browser.

    Nonce and verifier follow from the state and that secret by a key of the service: who reads addresses in a log has
    neither.
    """

    def __init__(self, secret: str) -> None:
        self._key = HKDF(SHA256(), 32, salt=None, info=b"tanggap oidc flow").derive(secret.encode())

    def begin(self, browser: str, next_: str, challenge: str, random: bytes, now: datetime) -> Flow:
        """Return a new flow of a browser, by its secret. `random`: 16 bytes of its own."""
        facts = f"{opaque.encode(random)} {int(now.timestamp())} {challenge} {next_}"
        signature = self._derive("state", browser, facts)[:_SIGNATURE]
        return self._flow(opaque.encode(signature + facts.encode()), browser, next_, challenge)

    def read(self, state: str, browser: str, now: datetime) -> Flow | None:
        """Return the flow of a state. None for another browser, after FLOW_LIFETIME, and for what is no state."""
        raw = opaque.decode(state) or b""
        try:
            facts = raw[_SIGNATURE:].decode()
        except ValueError:
            return None
        if not hmac.compare_digest(self._derive("state", browser, facts)[:_SIGNATURE], raw[:_SIGNATURE]):
            return None
        _, begun, challenge, next_ = facts.split(" ", 3)
        if now > datetime.fromtimestamp(int(begun), UTC) + FLOW_LIFETIME:
            return None
        return self._flow(state, browser, next_, challenge)

    def _flow(self, state: str, browser: str, next_: str, challenge: str) -> Flow:
        nonce, verifier = (opaque.encode(self._derive(name, browser, state)) for name in ("nonce", "verifier"))
        return Flow(state, nonce, verifier, next_, challenge)

    def _derive(self, name: str, browser: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{name}\0{browser}\0{text}".encode("utf-8", "surrogatepass"), hashlib.sha256)


class Arrival(NamedTuple):
    """Somebody who has signed in at the provider. `email`: verified by it. Both it and `name` as they are stored."""

    issuer: str
    subject: str
    email: str | None
    name: str | None
    roles: tuple[RoleGrant, ...]


@dataclass(frozen=True, slots=True)
class RoleRule:
    """A value of a claim, perhaps with the code of a unit in it, and the role that it stands for."""

    pattern: re.Pattern[str]
    role: Role
    unit: str | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a rule such as `/petugas/{unit}=OFFICER:{unit}`. Raises ValueError, with a text of one line."""
        value, _, given = map(str.strip, text.rpartition("="))
        name, _, unit = map(str.strip, given.partition(":"))
        if not value or name not in Role.__members__ or name == Role.CITIZEN:
            raise ValueError(f"{text.strip()!r} must be a value of the claim, an equals sign, and a role: {_FORM}")
        role = Role(name)
        if (role in SCOPES) != bool(unit):
            raise ValueError(
                f"{text.strip()!r} must name a unit for {name}" if role in SCOPES else f"{name} has no unit"
            )
        if value.count(UNIT) != (unit == UNIT):
            raise ValueError(f"{text.strip()!r} must have {UNIT} on both sides, once, or on neither")
        before, mark, after = value.partition(UNIT)
        middle = r"(?P<unit>[A-Za-z0-9._-]{1,32})" if mark else ""
        return cls(re.compile(re.escape(before) + middle + re.escape(after)), role, unit or None)

    def grant(self, value: str) -> RoleGrant | None:
        """Return the role that a value of the claim stands for. None for any other value."""
        match = self.pattern.fullmatch(value)
        if match is None:
            return None
        return RoleGrant(self.role, match["unit"] if self.unit == UNIT else self.unit)


def parse_rules(text: str) -> tuple[RoleRule, ...]:
    """Return the rules of a comma-separated list. Raises ValueError, with a text of one line."""
    return tuple(RoleRule.parse(each) for each in text.split(",") if each.strip())


def granted(rules: Sequence[RoleRule], values: Iterable[str]) -> tuple[RoleGrant, ...]:
    """Return the roles for which the values of a claim stand, each once."""
    found = (rule.grant(value) for value in values for rule in rules)
    return tuple(dict.fromkeys(grant for grant in found if grant is not None))


def claim_values(claims: Mapping[str, Any], name: str) -> list[str]:
    """Return the texts of a claim: of that name, or else along its dots, as in `realm_access.roles`. Ignores the rest.

    A text alone stands for a list of one.
    """
    value: Any = claims
    for part in (name,) if name in claims else name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, str)]
