"""The database: SQLite (embedded, the default) or PostgreSQL, migrated in process."""

import asyncio
import fcntl
import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.exceptions import DBConnectionError, OperationalError
from tortoise.migrations.executor import MigrationExecutor, PlanStep

from models.log import LogHead
from models.migrating import apply_migrations
from models.reading import Reader, numbered_for_sqlite, postgres_reader, reading_with, sqlite_reader

MODULES = [
    "models.accounts",
    "models.act_keys",
    "models.api_keys",
    "models.reports",
    "models.comments",
    "models.flags",
    "models.identities",
    "models.originals",
    "models.imports",
    "models.ledger",
    "models.letters",
    "models.tallies",
    "models.log",
    "models.log_tree",
    "models.notifications",
    "models.outbox",
    "models.places",
    "models.sweeps",
]
APPS = {
    "models": {"models": MODULES, "default_connection": "default", "migrations": "models.migrations"},
}

SQLITE_PRAGMAS: dict[str, Any] = {"busy_timeout": 10_000, "synchronous": "NORMAL"}

POSTGRES_SETTINGS = {
    # A process that freezes while it holds the log's counter would block every writer. Milliseconds.
    "idle_in_transaction_session_timeout": "5000",
    # The default, 4, is for disks that seek. With it a page of a list is sorted out of thousands of rows instead of
    # read in the order of an index.
    "random_page_cost": "1.1",
}
"""Settings of the service's connections. Migrations run without them: between two statements they compute for seconds
on a busy machine."""

_AWAY = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    DBConnectionError,
)

MIGRATION_LOCK = 0x7461_6E67  # "tang": the advisory lock of migrating processes


def is_sqlite(url: str) -> bool:
    """Return whether the database is a file on this machine."""
    return url.startswith("sqlite:")


def sqlite_path(url: str) -> Path:
    """Return the file of an SQLite URL."""
    return Path(url.removeprefix("sqlite://").partition("?")[0])


def configuration(url: str, *, pool: int = 5) -> dict[str, Any]:
    """Return Tortoise's configuration for `url`. A small pool is fastest: all writers wait for one counter."""
    connection = expand_db_url(url)
    credentials = connection["credentials"]
    if is_sqlite(url):
        for pragma, value in SQLITE_PRAGMAS.items():
            credentials.setdefault(pragma, value)
    else:
        credentials.setdefault("minsize", 1)
        credentials.setdefault("maxsize", pool)
    return {"connections": {"default": connection}, "apps": APPS, "use_tz": True, "timezone": "UTC"}


ANSWER_WITHIN = 10.0
"""Seconds that a statement of the service may take on PostgreSQL. A connection that was cut silently never fails by
itself: without a timeout the log tailer would wait for it for ever. Migrations have no limit."""


async def _keep_session(_: object) -> None:
    """Do nothing when a connection comes back: the service changes no session, and asyncpg itself rolls back."""


LIMITS = {"server_settings": POSTGRES_SETTINGS, "command_timeout": ANSWER_WITHIN}
"""Limits of the service's connections to PostgreSQL."""


@asynccontextmanager
async def database(url: str, *, pool: int = 5) -> AsyncIterator[TortoiseContext]:
    """Open the database for all tasks of this process, and close it at the end."""
    if is_sqlite(url):
        _open_sqlite(sqlite_path(url))
    config = configuration(url, pool=pool)
    if not is_sqlite(url):
        config["connections"]["default"]["credentials"] |= LIMITS | {"reset": _keep_session}
    EXECUTOR_CACHE.clear()  # Tortoise keeps statements by table, not by database: a process may open both kinds in turn
    context = await Tortoise.init(config=config, _enable_global_fallback=True)
    try:
        async with reading_with(context, reader_of(url, pool=pool)):
            yield context
    finally:
        await context.close_connections()


def reader_of(url: str, *, pool: int = 5) -> Reader:
    """Return the reader of a database, with connections of its own."""
    if is_sqlite(url):
        return sqlite_reader(str(sqlite_path(url)), SQLITE_PRAGMAS["busy_timeout"])
    return postgres_reader(pool, **postgres_options(url), **LIMITS)


def connection() -> BaseDBAsyncClient:
    """Return the connection of this task: that of its transaction, or else the pool."""
    return get_connection("default")


async def fetch(sql: str, *values: object, using: BaseDBAsyncClient | None = None) -> list[dict[str, Any]]:
    """Run one statement with `$1` placeholders on either database and return its rows."""
    client = using or connection()
    if client.capabilities.dialect == "sqlite":
        sql = numbered_for_sqlite(sql)
    return await client.execute_query_dict(sql, list(values))


async def allow_computing(using: BaseDBAsyncClient) -> None:
    """Let this transaction compute between two statements for as long as it needs (POSTGRES_SETTINGS)."""
    if using.capabilities.dialect != "sqlite":
        await fetch("SET LOCAL idle_in_transaction_session_timeout = 0", using=using)


def is_unavailable(error: BaseException | None) -> bool:
    """Return whether an error means that the database does not answer now but may later."""
    while error is not None:
        mistaken = isinstance(error, ValueError)  # asyncpg's value errors are InterfaceErrors too
        if (isinstance(error, _AWAY) and not mistaken) or (
            isinstance(error, sqlite3.OperationalError) and "locked" in str(error)
        ):
            return True
        wrapped = error.args[0] if isinstance(error, OperationalError) and error.args else None
        error = wrapped if isinstance(wrapped, BaseException) else error.__cause__
    return False


async def migrate(url: str, *, tell: Callable[[str], object] = lambda _: None) -> None:
    """Apply all migrations. Several processes may call it at once. `tell` gets a line for each migration."""

    def progress(event: str, _: str, name: str) -> None:
        if event == "apply_done":
            tell(f"migrated {name}")

    if is_sqlite(url):
        _open_sqlite(sqlite_path(url))
    async with _migration_lock(url):
        try:
            await apply_migrations(configuration(url), progress=progress)
        finally:
            await Tortoise.close_connections()  # a connection left open would keep the process from ending
        async with database(url):
            await fetch(
                "INSERT INTO log_head (id, epoch, position) VALUES (1, $1, 0) ON CONFLICT (id) DO NOTHING",
                secrets.token_hex(8),
            )


async def pending_migrations() -> list[str]:
    """Return the names of the migrations that the open database lacks."""
    await fetch("SELECT 1 AS one")  # otherwise a database that does not answer would look empty
    executor = MigrationExecutor(connection(), APPS)
    plan: list[PlanStep] = await executor.plan()
    return [step.migration.name for step in plan]


def _open_sqlite(path: Path) -> None:
    """Create the file if it is missing. Raises OSError and sqlite3.Error if it cannot be used.

    When Tortoise cannot open a file, it keeps the lock of its connection, and the next statement waits for ever.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=SQLITE_PRAGMAS["busy_timeout"] / 1_000)) as opened:
        opened.execute("PRAGMA journal_mode = WAL")


@asynccontextmanager
async def _migration_lock(url: str) -> AsyncIterator[None]:
    if is_sqlite(url):
        with sqlite_path(url).with_suffix(".migrating").open("w") as file:
            await asyncio.to_thread(fcntl.flock, file, fcntl.LOCK_EX)
            yield
        return
    lock = await asyncpg.connect(**postgres_options(url))
    try:
        await lock.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        yield
    finally:
        await lock.close()


def postgres_options(url: str) -> dict[str, Any]:
    """Return the options of `asyncpg.connect` for a PostgreSQL URL."""
    keys = ("host", "port", "user", "password", "database")
    return {key: value for key, value in expand_db_url(url)["credentials"].items() if key in keys}


async def log_head() -> LogHead:
    """Read the head of the log: its epoch and the last position given."""
    return await LogHead.get(id=1)
