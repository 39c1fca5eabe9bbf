"""All settings, read from the environment."""

import re
import secrets
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import SettingsConfigDict

from app.oidc_settings import OidcSettings
from app.origins import Origins, origin_of, parse_origins
from app.tiles import tiles_origin
from app.trusted import ManifestError, read_manifest
from execution.trusted import Manifest
from models.database import is_sqlite, sqlite_path
from outbox.client import Network, parse_networks
from queries.letters import LinkWriter
from rules.checkpoints import LogSigner, derived_seed, read_seed
from rules.emails import normal_email
from rules.letters import LetterTokens
from rules.limits import Rates, parse_rates
from rules.push import VapidKey
from rules.refusals import Refusal
from rules.retention import Periods, parse_retention
from rules.smtp import SmtpServer
from schema.context import Offers
from schema.costs import DEFAULT_LIMITS, Limits
from subscriptions.notifier import SCHEMES
from web.screens import DOCUMENTS

ACCOUNT_PATH = "/akun/{purpose}/{token}"
"""The path of the page that a link opens, unless an app does."""

WORKERS_FOLDER = "TANGGAP_WORKERS"
"""No setting: the environment variable by which the supervisor of several workers names the folder of their sockets."""

DATABASES = ("sqlite://", "postgres://", "postgresql://")


class SettingsError(ValueError):
    """An invalid setting. The text is one line that names it and says what is right."""


class Settings(OidcSettings):
    """The settings. Their environment variables have the same names in upper case."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: str = Field(
        "sqlite://var/tanggap.db", description="sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME"
    )
    database_pool: int = Field(5, ge=1, le=100, description="PostgreSQL connections per worker; small pools are faster")
    broadcast_url: str = Field("memory://", description="memory:// (one worker), redis://HOST or postgres://…")
    host: str = Field("0.0.0.0", description="the address to listen on")  # noqa: S104 # a server in a container listens on all interfaces
    port: int = Field(8000, ge=1, le=65535, description="the port to listen on")
    workers: int = Field(1, ge=1, le=256, description="number of processes")
    secret_key: str | None = Field(None, min_length=32, description="signs access tokens; 32 characters or more")
    log_key: str | None = Field(None, description="seed of the key that signs the published log: base64 of 32 bytes")
    vapid_key: str | None = Field(
        None, description="private key for push services: base64 of the 32 bytes of a key of P-256"
    )
    vapid_subject: str = Field(
        "",
        pattern=r"^(mailto:[^\s@]+@[^\s@]+|https://\S+)?$",
        description="address for push services, mailto: or https:; without it nothing is pushed",
    )
    smtp_url: str = Field("", description="smtp://USER:PASSWORD@HOST:PORT or smtps://…; without it no e-mail is sent")
    report_url: str = Field(
        "",
        pattern=r"^(https?://\S*\{number\}\S*)?$",
        description="address of a report in the app, with {number} for its number: the link of notifications",
    )
    account_url: str = Field(
        "",
        pattern=r"^(https?://\S*(\{purpose\}\S*\{token\}|\{token\}\S*\{purpose\})\S*)?$",
        description="address in the app, with {purpose} and {token}, for the links of e-mails about accounts; without "
        "it they lead to a page below PUBLIC_URL",
    )
    mail_from: str = Field("", description="address of the sender of e-mails")
    log_origin: str = Field("", pattern=r"^[^\s+]*$", description="name of the published log, without a scheme")
    media_dir: Path = Field(Path("var/media"), description="folder of the photos")
    media_url: str = Field("", description="s3://BUCKET or s3://BUCKET/PREFIX, for the photos instead of MEDIA_DIR")
    answers_bytes: int = Field(
        64 * 2**20,
        ge=0,
        description="bytes of answers to the public that a worker keeps while they are right; 0 for none",
    )
    max_cost: int = Field(DEFAULT_LIMITS.cost, ge=1, description="cost of an operation")
    max_event_cost: int = Field(
        DEFAULT_LIMITS.event_cost, ge=1, description="cost of the selection of a subscription, for each event"
    )
    max_answer_bytes: int = Field(DEFAULT_LIMITS.answer_bytes, ge=1_000, description="bytes of an answer")
    max_seconds: float = Field(DEFAULT_LIMITS.seconds, gt=0, description="seconds of the execution of a query")
    rate_limits: str = Field(
        "",
        description="comma-separated limits other than the defaults: submissions-per-account=60/hour; * for all",
    )
    sockets_per_address: int = Field(
        1000, ge=1, description="websockets and event streams that an address may have open at each worker"
    )
    request_seconds: float = Field(
        20.0,
        gt=0,
        description="seconds for a client to send a request; a body has one more for each 1,000 bytes",
    )
    database_queue: int = Field(
        200, ge=1, description="operations of a worker that use the database or wait for it, before others are refused"
    )
    sign_in_attempts: int = Field(
        5, ge=1, description="attempts at a password from one network in an hour, before each makes the next one wait"
    )
    sign_in_longest_wait: int = Field(900, ge=1, le=86_400, description="seconds that an attempt may have to wait")
    tiles_url: str = Field(
        "", description="address of map tiles with {z}, {x} and {y}; without it the map draws the kelurahan alone"
    )
    tiles_attribution: str = Field("", max_length=200, description="text on the map that names its source")
    introspection: bool = Field(True, description="whether clients may ask for the schema: true or false")
    explorer: bool = Field(True, description="whether /api/explorer is served: true or false")
    trusted_documents: str = Field(
        "",
        description="JSON file of trusted documents, or a folder of such files; but for those of the "
        "pages nothing else is executed then",
    )
    retention_days: str = Field(
        "",
        description="comma-separated days for which data are kept that have served, other than the defaults: "
        "ended-sessions=14",
    )
    public_url: str = Field("", pattern="^(https?://.*[^/])?$", description="prefix of /media in the URLs of photos")
    forwarded_allow_ips: str = Field(
        "127.0.0.1",
        description="comma-separated addresses or networks of proxies whose X-Forwarded-Proto and "
        "X-Forwarded-For are believed",
    )
    outgoing_networks: str = Field(
        "",
        description="comma-separated private networks that agencies and webhooks may be in, such as 10.1.0.0/16; "
        "without any, only public addresses are called",
    )
    allowed_origins: str = Field("", description="comma-separated origins of web frontends, or *")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR")

    log_format: str = Field("text", pattern="^(text|json)$", description="text or json: the form of lines in the log")
    metrics_token: str = Field(
        "",
        pattern=r"^([!-~]{32,})?$",
        description="opens /metrics as its bearer token; 32 characters or more, without spaces",
    )

    @model_validator(mode="after")
    def _validate(self) -> Self:
        if not self.database_url.startswith(DATABASES):
            raise ValueError("DATABASE_URL must start with sqlite:// or postgres://")
        if is_sqlite(self.database_url) and not sqlite_path(self.database_url).name:
            raise ValueError("DATABASE_URL must name a file, for example sqlite://var/tanggap.db")
        if is_sqlite(self.database_url) and sqlite_path(self.database_url).is_dir():
            raise ValueError("DATABASE_URL must name a file, and not a folder, for example sqlite://var/tanggap.db")
        if self.log_key is not None:
            try:
                read_seed(self.log_key)
            except ValueError as error:
                raise ValueError(f"LOG_KEY must be the base64 of 32 bytes: {error}") from None
        self._validate_notifications()
        checks: tuple[tuple[str, Callable[[str], object]], ...] = (
            ("media_url", _require_bucket),
            ("allowed_origins", parse_origins),
            ("outgoing_networks", parse_networks),
            ("public_url", origin_of),
            ("tiles_url", tiles_origin),
            ("rate_limits", parse_rates),
            ("retention_days", parse_retention),
        )
        for name, parse in checks:
            try:
                parse(getattr(self, name))
            except ValueError as error:
                raise ValueError(f"{name.upper()}: {error}") from None
        scheme, slashes, _ = self.broadcast_url.partition("://")
        if not slashes or scheme not in SCHEMES:
            raise ValueError(f"BROADCAST_URL must start with one of {', '.join(f'{known}://' for known in SCHEMES)}")
        if scheme == "memory" and self.workers > 1:
            raise ValueError(
                "BROADCAST_URL must be redis:// or postgres:// with WORKERS over 1: memory:// reaches one worker only"
            )
        return self

    def _validate_notifications(self) -> None:
        keys = (("VAPID_KEY", VapidKey.read, self.vapid_key), ("SMTP_URL", SmtpServer.read, self.smtp_url or None))
        for name, read, text in keys:
            try:
                if text is not None:
                    read(text)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
        if bool(self.smtp_url) != bool(self.mail_from):
            raise ValueError("MAIL_FROM must be set if SMTP_URL is, and only then")
        if self.mail_from:
            try:
                normal_email(parseaddr(self.mail_from)[1])
            except Refusal:
                raise ValueError("MAIL_FROM must be an address, or a name with one: Kota <kota@example.org>") from None

    @model_validator(mode="after")
    def _validate_addresses(self) -> Self:
        if self.tiles_attribution and not self.tiles_url:
            raise ValueError("TILES_URL must be set if TILES_ATTRIBUTION is")
        if self.smtp_url and not self.public_url:
            raise ValueError("PUBLIC_URL must be set if SMTP_URL is: e-mails have a link by which people end them")
        if self.oidc_issuer and not self.public_url:
            raise ValueError("PUBLIC_URL must be set if OIDC_ISSUER is: the provider sends people back to it")
        return self

    @property
    def limits(self) -> Limits:
        """The limits of one request."""
        return Limits(self.max_cost, self.max_event_cost, self.max_answer_bytes, self.max_seconds)

    @property
    def rates(self) -> Rates:
        """The rate of each policy."""
        return parse_rates(self.rate_limits)

    @property
    def retention(self) -> Periods:
        """The time for which data are kept that have served."""
        return parse_retention(self.retention_days)

    @property
    def origins(self) -> Origins:
        """Allowed origins of web frontends on other hosts."""
        return parse_origins(self.allowed_origins)

    @property
    def networks(self) -> tuple[Network, ...]:
        """Private networks that may be called."""
        return parse_networks(self.outgoing_networks)

    @property
    def secret_file(self) -> Path:
        """The file of a generated secret key: beside an SQLite file, otherwise in `var` of the working folder."""
        folder = sqlite_path(self.database_url).parent if is_sqlite(self.database_url) else Path("var")
        return folder / "secret_key"

    @property
    def log_name(self) -> str:
        """The name of the published log: LOG_ORIGIN, or the address of the log below PUBLIC_URL, without its scheme."""
        return self.log_origin or re.sub(r"[\s+]", "_", self.public_url.partition("://")[2] or "tanggap") + "/log"

    @property
    def link_address(self) -> str:
        """The address of the links of e-mails about accounts, with {purpose} and {token}."""
        return self.account_url or f"{self.public_url}{ACCOUNT_PATH}"

    def manifest(self) -> Manifest | None:
        """Read the trusted documents, with those of the city's own pages. None: any document is executed.

        Raises SettingsError.
        """
        try:
            return read_manifest(Path(self.trusted_documents), DOCUMENTS) if self.trusted_documents else None
        except ManifestError as error:
            raise SettingsError(f"TRUSTED_DOCUMENTS: {error}") from None

    def link_writer(self) -> LinkWriter:
        """Return what writes the links of e-mails about accounts. Raises SettingsError."""
        return LinkWriter(address=self.link_address, tokens=LetterTokens(self.signing_key()[0]))

    def log_seed(self) -> bytes:
        """Return the seed of the key that signs the published log. Raises SettingsError.

        It is LOG_KEY, or follows from the key that signs access tokens, so that all workers have the same.
        """
        return derived_seed(self.signing_key()[0]) if self.log_key is None else read_seed(self.log_key)

    def log_signer(self) -> LogSigner:
        """Return the name and the key of the published log. Raises SettingsError."""
        return LogSigner(self.log_name, self.log_seed())

    def vapid_key_pair(self) -> VapidKey:
        """Return the key by which push services know this service. Raises SettingsError.

        It is VAPID_KEY, or follows from the key that signs access tokens, so that all workers have the same.
        """
        return VapidKey.derived(self.signing_key()[0]) if self.vapid_key is None else VapidKey.read(self.vapid_key)

    def offers(self) -> Offers:
        """Return the ways in which news can come while the app is closed. Raises SettingsError."""
        return Offers(
            vapid_public_key=self.vapid_key_pair().public if self.vapid_subject else None, email=bool(self.smtp_url)
        )

    def signing_key(self) -> tuple[str, bool]:
        """Return the key that signs access tokens, and whether it was generated by this call. Raises SettingsError."""
        if self.secret_key is not None:
            return self.secret_key, False
        try:
            return self._stored_key(self.secret_file)
        except OSError as error:
            raise SettingsError(
                f"SECRET_KEY: no key can be kept in {self.secret_file}: {error.strerror}. "
                "Set it, or let this user write there"
            ) from None

    def _stored_key(self, file: Path) -> tuple[str, bool]:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        try:
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48))
            file.hardlink_to(draft)  # atomic: another worker may start at the same moment
        except FileExistsError:
            return file.read_text(), False
        finally:
            draft.unlink(missing_ok=True)
        return file.read_text(), True


def _require_bucket(url: str) -> None:
    if url and re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*/?", url) is None:
        raise ValueError("it must be s3://BUCKET or s3://BUCKET/PREFIX; keys are in AWS_ACCESS_KEY_ID and its secret")


def read_settings(**given: Any) -> Settings:
    """Read the settings from the environment. Values in `given`, from the command line, take precedence.

    Raises SettingsError.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        fault = error.errors()[0]
        name = "_".join(map(str, fault["loc"])).upper()
        text = fault["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{name}: {text}" if name else text) from None
