"""Origins (RFC 6454): the pages of other hosts that may use the service, over HTTP and by websockets alike."""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from typing import NamedTuple
from urllib.parse import urlsplit

import idna

EVERY = "*"
OPAQUE = "null"
"""The origin of a page that has none, such as a file or a sandboxed frame, as browsers send it."""

DEFAULT_PORTS = {"http": 80, "https": 443}
NOT_OF_PAGES = {"ws", "wss", "file", "ftp"}
"""Schemes that no browser sends as an origin."""

KNOWN_ORIGINS, LONGEST = 1024, 300
"""Origins whose decision is kept, and the characters of the longest one."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


class _Origin(NamedTuple):
    """An origin in normal form. `port` is None for the scheme's own."""

    scheme: str
    host: str
    port: int | None


@dataclass(frozen=True)
class Origins:
    """The allowed origins. `*.example.id` as the host of one stands for every subdomain, at any depth."""

    allowed: frozenset[_Origin]
    allows_every: bool = False
    allows_opaque: bool = False

    def __contains__(self, origin: str) -> bool:
        """Return whether pages of an origin, as in the header `Origin`, may use the service."""
        return len(origin) <= LONGEST and _is_allowed(self, origin)

    def __bool__(self) -> bool:
        """Return whether any origin is allowed."""
        return bool(self.allowed) or self.allows_every or self.allows_opaque


def parse_origins(text: str) -> Origins:
    """Return the origins of a setting, separated by commas.

    Raises ValueError, with a text of one line that names the wrong one.
    """
    entries = [entry for entry in map(str.strip, text.split(",")) if entry]
    allowed = frozenset(_parsed(entry) for entry in entries if entry not in {EVERY, OPAQUE})
    return Origins(allowed, EVERY in entries, OPAQUE in entries)


def normal_origin(text: str) -> str:
    """Return an origin in lower case, without the scheme's own port. Raises ValueError for what is not an origin."""
    origin = _parsed(text)
    return f"{origin.scheme}://{origin.host}" + ("" if origin.port is None else f":{origin.port}")


def origin_of(address: str) -> str:
    """Return the origin of an address over HTTP, in normal form; of an empty one an empty one. Raises ValueError."""
    return normal_origin("/".join(address.split("/")[:3])) if address else ""


@lru_cache(KNOWN_ORIGINS)
def _is_allowed(origins: Origins, text: str) -> bool:
    if origins.allows_every:
        return True
    if text == OPAQUE:
        return origins.allows_opaque
    try:
        origin = _parsed(text)
    except ValueError:
        return False
    labels = origin.host.split(".")
    wider = {origin._replace(host=".".join(["*", *labels[number:]])) for number in range(1, len(labels))}
    return origin in origins.allowed or not wider.isdisjoint(origins.allowed)


def _parsed(text: str) -> _Origin:
    """Return an origin in normal form: lower case, IDNA, without the scheme's own port."""
    if not text.isprintable() or " " in text or ";" in text:
        raise ValueError(f"{text!r} is more than an origin: separate origins by commas")
    scheme, separator, _ = text.partition("://")
    scheme = scheme.lower()
    if not separator or not _SCHEME.fullmatch(scheme):
        raise ValueError(f"{text!r} needs a scheme, such as https://{text.strip(':/') or 'lapor.example.id'}")
    if scheme in NOT_OF_PAGES:
        raise ValueError(f"{text!r} is not the origin of a page: write https:// or the scheme of an app")
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise ValueError(f"{text!r} has a wrong host or port") from None
    if parts.path not in {"", "/"} or not {"@", "?", "#"}.isdisjoint(text):
        raise ValueError(f"{text!r} must end after the host and port")
    if port == 0 or parts.netloc.endswith(":"):
        raise ValueError(f"{text!r} has a wrong host or port")
    return _Origin(scheme, _normal_host(host, text), None if port == DEFAULT_PORTS.get(scheme) else port)


def _normal_host(host: str, text: str) -> str:
    wildcard, name = ("*.", host[2:]) if host.startswith("*.") else ("", host)
    try:
        if ":" in name:
            return f"[{IPv6Address(name).compressed}]"
        if not name.isascii():
            name = idna.encode(name, uts46=True).decode()
    except (idna.IDNAError, AddressValueError):
        raise ValueError(f"{text!r} has a wrong host or port") from None
    if not _HOST.fullmatch(name):
        raise ValueError(f"{text!r} has a wrong host or port")
    if wildcard and "." not in name and name != "localhost":
        raise ValueError(f"{text!r} allows a whole top-level domain: name the domain, such as https://*.example.id")
    return wildcard + name
