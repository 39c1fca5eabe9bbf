"""The mail server through which e-mails are sent, as its address names it."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

_PORTS: Final = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """A mail server.

    `uses_tls`: from the first byte (smtps). Otherwise with STARTTLS if the server offers it, and in any case before a
    password is sent: `needs_starttls`.
    """

    host: str
    port: int
    uses_tls: bool
    user: str | None = None
    password: str | None = None

    @property
    def needs_starttls(self) -> bool:
        """Whether nothing may be sent without STARTTLS."""
        return self.user is not None and not self.uses_tls

    @classmethod
    def read(cls, url: str) -> "SmtpServer":
        """Read smtp://USER:PASSWORD@HOST:PORT or smtps://…; the user and the port may be left out.

        Raises ValueError.
        """
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("it is not smtp://USER:PASSWORD@HOST:PORT or smtps://…")
        if (parts.username is None) != (parts.password is None):
            raise ValueError("a user needs a password, and a password a user")
        return cls(
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            uses_tls=parts.scheme == "smtps",
            user=None if parts.username is None else unquote(parts.username),
            password=None if parts.password is None else unquote(parts.password),
        )
