"""The parts that all commands share: settings, the database, and failures in one line that says what to do."""

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import asyncpg
import click
from tortoise.exceptions import ConfigurationError, DBConnectionError, OperationalError

from app.settings import Settings, read_settings
from models.database import database, is_unavailable, pending_migrations
from models.reference.records import ReferenceDataError
from rules.languages import Locale
from rules.refusals import Refusal
from web.screens import BUILT, PagesError, read_built

OF_DATABASE = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    sqlite3.Error,
    DBConnectionError,
    ConfigurationError,
)
"""Failures of the database while it is in use, where those of files and of the output are named already."""

P = ParamSpec("P")


class CommandError(click.ClickException):
    """A failure that is reported as one line on standard error."""


@contextmanager
def naming_database() -> Iterator[None]:
    """Report a failure of the database in one line, with what to do."""
    try:
        yield
    except (*OF_DATABASE, OperationalError) as error:
        cause = error
        if isinstance(error, OperationalError):
            # Tortoise wraps what the driver raised. Its own failures, such as a missing row, are faults of the code.
            wrapped = error.args[0] if error.args else None
            if type(error) is not OperationalError or not isinstance(wrapped, OF_DATABASE):
                raise
            cause = wrapped
        reason = " ".join(str(cause).split()) or type(cause).__name__
        raise CommandError(f"DATABASE_URL: {_advice(cause, reason)}") from None


def require_pages() -> None:
    """Raise CommandError, which says what to do, unless the built pages are there."""
    try:
        read_built(BUILT)
    except PagesError as error:
        raise CommandError(str(error)) from None


def _advice(error: BaseException, reason: str) -> str:
    """Return what has failed in the database, and what to do about it."""
    if isinstance(error, asyncpg.DiskFullError) or (isinstance(error, sqlite3.Error) and "full" in reason):
        return f"the disk of the database is full: {reason}. Free some space, and run the command again"
    if isinstance(error, sqlite3.Error) or getattr(error, "filename", None) is not None:
        return f"the database file cannot be used: {reason}. Check its folder, its owner and the free space"
    if is_unavailable(error) or isinstance(error, ConfigurationError | asyncpg.InvalidAuthorizationSpecificationError):
        return f"the database does not answer: {reason}. Check that it runs, and its address, user and password"
    return f"the database failed: {reason}. Its own log says more"


def say(line: str) -> None:
    """Print a line. Raises CommandError if nobody can read it: the reader has gone, or its disk is full."""
    try:
        click.echo(line)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # otherwise the interpreter fails at its end, with the same line
        raise CommandError(f"standard output cannot be written: {error.strerror}") from None


def with_database(command: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Run an asynchronous command on the migrated database. Report refusals and invalid files in one line."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def connect_and_run() -> None:
            async with database(current_settings().database_url):
                await require_migrated()
                await command(*args, **kwargs)

        try:
            with naming_database():
                asyncio.run(connect_and_run())
        except Refusal as refusal:
            raise CommandError(f"{'.'.join(refusal.field)}: {refusal.text(Locale.EN)}") from None
        except ReferenceDataError as error:
            raise CommandError(str(error)) from None

    return run


def current_settings(**given: Any) -> Settings:
    """Read the settings. Values in `given`, from the command line, take precedence. Raises SettingsError."""
    settings = read_settings(**given)
    # Workers are separate processes and read the environment again.
    os.environ.update({name.upper(): str(value) for name, value in given.items() if value is not None})
    return settings


@contextmanager
def readable(option: str, path: Path) -> Iterator[None]:
    """Raise CommandError for a file that cannot be read."""
    try:
        yield
    except OSError as error:
        raise CommandError(f"{option}: {path} cannot be read: {error.strerror}") from None


async def require_migrated() -> None:
    """Raise CommandError unless the tables of the open database are up to date."""
    missing = await pending_migrations()
    if missing:
        raise CommandError(f"the database lacks {', '.join(missing)}: run `tanggap migrate`")
