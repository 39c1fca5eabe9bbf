"""The settings of the identity provider at which staff sign in. Without an issuer there is none."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings

from rules.oidc import RoleRule, parse_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """An identity provider, and what its claims mean. `secret`: empty for a client without one.

    `return_urls`: addresses of apps, the first of them the default; without any it is the page of the service.
    `skew`: seconds by which clocks may differ. `session_hours`: hours after which somebody signs in there again.
    """

    issuer: str
    client_id: str
    secret: str
    scopes: str
    roles_claim: str
    rules: tuple[RoleRule, ...]
    return_urls: tuple[str, ...]
    skew: int
    session_hours: int


class OidcSettings(BaseSettings):
    """The settings whose names begin with OIDC."""

    oidc_issuer: str = Field("", description="address of the identity provider of staff; without it they use passwords")
    oidc_client_id: str = Field("", description="name of this service at the provider")
    oidc_client_secret: str = Field("", description="secret of this service at the provider, unless it has none")
    oidc_client_secret_file: Path | None = Field(None, description="file with that secret")
    oidc_scopes: str = Field("openid profile email", description="scopes that are asked for, separated by spaces")
    oidc_roles_claim: str = Field("groups", min_length=1, description="claim with the groups or roles of a person")
    oidc_roles: str = Field(
        "", description="comma-separated values of that claim with their roles: /petugas/{unit}=OFFICER:{unit}"
    )
    oidc_return_urls: str = Field(
        "", description="comma-separated addresses of apps to which a sign-in may return, besides PUBLIC_URL/masuk"
    )
    oidc_clock_skew: int = Field(60, ge=0, le=300, description="seconds by which the provider's clock may differ")
    oidc_session_hours: int = Field(12, ge=1, le=1440, description="hours after which staff sign in again")

    @model_validator(mode="after")
    def _validate_oidc(self) -> Self:
        if not self.oidc_issuer:
            given = [name.upper() for name in sorted(self.model_fields_set) if name.startswith("oidc_")]
            if given:
                raise ValueError(f"OIDC_ISSUER must be set if {given[0]} is")
            return self
        checks: tuple[tuple[str, Callable[[], object]], ...] = (
            ("OIDC_ISSUER", lambda: _require_issuer(self.oidc_issuer)),
            ("OIDC_CLIENT_ID", lambda: _require(bool(self.oidc_client_id), "must be the name of this service there")),
            ("OIDC_CLIENT_SECRET_FILE", self._secret),
            ("OIDC_SCOPES", lambda: _require("openid" in self.oidc_scopes.split(), "must have openid among them")),
            ("OIDC_ROLES", lambda: parse_rules(self.oidc_roles)),
            ("OIDC_RETURN_URLS", lambda: _return_urls(self.oidc_return_urls)),
        )
        for name, check in checks:
            try:
                check()
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
        return self

    @property
    def provider(self) -> ProviderSettings | None:
        """The identity provider. None if there is none."""
        if not self.oidc_issuer:
            return None
        return ProviderSettings(
            issuer=self.oidc_issuer,
            client_id=self.oidc_client_id,
            secret=self._secret(),
            scopes=" ".join(self.oidc_scopes.split()),
            roles_claim=self.oidc_roles_claim,
            rules=parse_rules(self.oidc_roles),
            return_urls=_return_urls(self.oidc_return_urls),
            skew=self.oidc_clock_skew,
            session_hours=self.oidc_session_hours,
        )

    def _secret(self) -> str:
        """Return the secret of this service. Raises ValueError for a file that cannot be read."""
        if self.oidc_client_secret_file is None:
            return self.oidc_client_secret
        _require(not self.oidc_client_secret, "must not be set if OIDC_CLIENT_SECRET is")
        try:
            secret = self.oidc_client_secret_file.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"{self.oidc_client_secret_file} cannot be read: {error}") from None
        _require(bool(secret), f"{self.oidc_client_secret_file} is empty")
        return secret


def _require(condition: bool, otherwise: str) -> None:
    if not condition:
        raise ValueError(otherwise)


def _require_issuer(text: str) -> None:
    url = _split(text)
    is_local = url.hostname == "localhost" or _is_loopback(url.hostname or "")
    right = "must be the address of the provider, such as https://masuk.example.id/realms/kota"
    _require(bool(url.hostname) and not url.query and not url.fragment and "@" not in url.netloc, right)
    _require(url.scheme == "https" or (url.scheme == "http" and is_local), f"{right}; http:// for this machine only")
    _require(text.isascii() and text.isprintable() and " " not in text and len(text) <= 255, right)


def _return_urls(text: str) -> tuple[str, ...]:
    urls = tuple(each.strip() for each in text.split(",") if each.strip())
    for each in urls:
        url = _split(each)
        is_whole = bool(url.scheme and (url.netloc or url.path)) and not url.fragment and "#" not in each
        is_safe = url.scheme not in {"javascript", "data", "vbscript", "file", "blob"} and each.isascii()
        is_one = each.isprintable() and " " not in each and len(each) <= 500
        right = f"{each!r} must be a whole address without a fragment, such as https://meja.example.id/masuk"
        _require(is_whole and is_safe and is_one and (url.scheme not in {"http", "https"} or bool(url.hostname)), right)
    return urls


def _split(text: str) -> SplitResult:
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        raise ValueError(f"{text!r} is no address") from None
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
