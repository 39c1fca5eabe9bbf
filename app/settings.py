"""All settings, from the environment, in one place."""

import secrets
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.database import is_sqlite, sqlite_path
from subscriptions.bus import SCHEMES

DATABASES = ("sqlite://", "postgres://", "postgresql://")


class SettingsError(ValueError):
    """A setting is wrong; the text is one line that says which and what is right."""


class Settings(BaseSettings):
    """The environment of the service. Names are in upper case there."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: str = Field(
        "sqlite://var/tanggap.db", description="sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME"
    )
    database_pool: int = Field(5, ge=1, le=100, description="connections to PostgreSQL a worker; small pools win")
    broadcast_url: str = Field("memory://", description="memory:// (one worker), redis://HOST or postgres://…")
    host: str = Field("0.0.0.0", description="the address to listen on")  # noqa: S104 # a server in a container serves all
    port: int = Field(8000, ge=1, le=65535, description="the port to listen on")
    workers: int = Field(1, ge=1, le=256, description="processes")
    secret_key: str | None = Field(None, min_length=32, description="signs access tokens; 32 characters or more")
    media_dir: Path = Field(Path("var/media"), description="where photos are kept")
    public_url: str = Field(
        "", pattern="^(https?://.*[^/])?$", description="what comes before /media in addresses of photos"
    )
    allowed_origins: str = Field("", description="origins of web frontends, separated by commas, or *")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR")

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if not self.database_url.startswith(DATABASES):
            raise ValueError("DATABASE_URL: it begins with sqlite:// or postgres://")
        if is_sqlite(self.database_url) and not sqlite_path(self.database_url).name:
            raise ValueError("DATABASE_URL: name a file, for example sqlite://var/tanggap.db")
        scheme, slashes, _ = self.broadcast_url.partition("://")
        if not slashes or scheme not in SCHEMES:
            raise ValueError(f"BROADCAST_URL: it begins with one of {', '.join(f'{known}://' for known in SCHEMES)}")
        if scheme == "memory" and self.workers > 1:
            raise ValueError(
                "BROADCAST_URL: memory:// reaches one worker only; with WORKERS over 1 give redis:// or postgres://"
            )
        return self

    @property
    def origins(self) -> list[str]:
        """The origins of web frontends on other hosts."""
        return [origin.strip() for origin in self.allowed_origins.split(",") if origin.strip()]

    @property
    def secret_file(self) -> Path:
        """Where a secret key that was not given is kept: beside the database, or in the working folder."""
        folder = sqlite_path(self.database_url).parent if is_sqlite(self.database_url) else Path("var")
        return folder / "secret_key"

    def signing_key(self) -> tuple[str, bool]:
        """Return the key that signs access tokens, and whether it was made just now because none was set."""
        if self.secret_key is not None:
            return self.secret_key, False
        file = self.secret_file
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        try:
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48))
            file.hardlink_to(draft)  # whole or not at all: another worker may start at the same moment
        except FileExistsError:
            return file.read_text(), False
        finally:
            draft.unlink(missing_ok=True)
        return file.read_text(), True


def read_settings(**given: Any) -> Settings:
    """Read the settings from the environment; `given` ones (of the command line) go before. Raises SettingsError."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        fault = error.errors()[0]
        name = "_".join(map(str, fault["loc"])).upper()
        text = fault["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{name}: {text}" if name else text) from None
