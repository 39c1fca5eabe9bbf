"""Single reading statements, on connections of our own beside those of Tortoise.

A list of 50 reports takes Tortoise 2.1 ms of queries and rows, and asyncpg's pool 0.2 ms of checks and resets. Here a
statement is prepared once for each connection, and rows stay as the driver gives them. Transactions stay with Tortoise.
"""

import asyncio
import logging
import re
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache, partial
from time import perf_counter
from typing import Any, NamedTuple, Protocol, TypeAlias
from weakref import WeakKeyDictionary

import aiosqlite
import asyncpg
import orjson
from tortoise import fields
from tortoise.context import TortoiseContext, require_context
from tortoise.models import Model

logger = logging.getLogger("tanggap.reading")

Values: TypeAlias = Sequence[Any]
"""The values of a row, in the order of the selected columns, as PostgreSQL's driver gives them: texts for enums."""

Selected: TypeAlias = tuple[str, ...] | None
"""The columns that a reader of rows wants as `Values`; None for whole rows, as objects of the table's row class."""


class Derived(NamedTuple):
    """A column that is no column of its table, but read out of others, or elsewhere, in the same statement.

    It is in `derived` of the table's class. `postgres` and `sqlite` are its SQL; `is_json`: its value is a JSON array.
    """

    postgres: str
    sqlite: str
    is_json: bool = False


CLOSE_TIMEOUT = 5
"""Seconds for PostgreSQL to end a statement that is not wanted any more, and the connection."""

BATCH_TIMEOUT = 60
"""Seconds for PostgreSQL to begin a long read, and for each batch of its rows."""

IDLE_TIMEOUT = 120
"""Seconds after which PostgreSQL ends a long read that asks for no more rows: that of a process that is frozen."""

MAX_STATEMENTS = 512
"""Statements that a connection keeps prepared. Beyond that it forgets all of them."""


@dataclass(slots=True)
class Waits:
    """The number of times that a connection was taken, and the seconds of waiting for it in all."""

    number: int = 0
    seconds: float = 0.0


class _Link(Protocol):
    """An open connection."""

    async def fetch(self, sql: str, values: Values, decoders: "Decoders") -> list[Values]:
        """Return the rows of a statement."""

    def batches(self, sql: str, values: Values, decoders: "Decoders", size: int) -> AsyncGenerator[list[Values], None]:
        """Yield the rows of a statement, `size` at a time, all of one state. The link is of no other use then."""

    @property
    def is_closed(self) -> bool:
        """Whether the connection is lost."""

    async def close(self) -> None:
        """Close it."""


Decoders: TypeAlias = tuple[tuple[int, Callable[[Any], Any]], ...]
"""For SQLite, which stores moments, days, booleans and JSON as text and numbers: functions by index of the column."""


class _PostgresLink:
    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self._connection = connection
        self._statements: dict[str, Any] = {}

    async def fetch(self, sql: str, values: Values, decoders: Decoders) -> list[Values]:  # noqa: ARG002 # the driver decodes
        statement = self._statements.get(sql)
        if statement is None:
            if len(self._statements) == MAX_STATEMENTS:
                self._statements.clear()  # the server forgets a statement when its object is collected
            statement = self._statements[sql] = await self._connection.prepare(sql)
        rows: list[Values] = await statement.fetch(*values)
        return rows

    async def batches(
        self,
        sql: str,
        values: Values,
        decoders: Decoders,  # noqa: ARG002 # the driver decodes
        size: int,
    ) -> AsyncGenerator[list[Values], None]:
        settings = f"SET LOCAL idle_in_transaction_session_timeout = '{IDLE_TIMEOUT}s'"
        await self._connection.execute(f"BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; {settings}")
        # Declared, not the driver's cursor: only then the planner knows that the first rows are wanted soon.
        await self._connection.execute(f"DECLARE batches NO SCROLL CURSOR FOR {sql}", *values, timeout=BATCH_TIMEOUT)
        fetching = await self._connection.prepare(f"FETCH {size} FROM batches")
        while rows := await fetching.fetch(timeout=BATCH_TIMEOUT):
            yield rows

    @property
    def is_closed(self) -> bool:
        return self._connection.is_closed()

    async def close(self) -> None:
        await self._connection.close(timeout=CLOSE_TIMEOUT)


def numbered_for_sqlite(sql: str) -> str:
    """Return a statement with `?1` for each placeholder `$1`. The `$.key` of a JSON path stays."""
    return _NUMBERED.sub("?", sql)


_NUMBERED = re.compile(r"\$(?=\d)")


class _SqliteLink:
    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def fetch(self, sql: str, values: Values, decoders: Decoders) -> list[Values]:
        found = await self._connection.execute_fetchall(numbered_for_sqlite(sql), values)
        rows: list[Values] = [tuple(row) for row in found]
        return [_decoded(row, decoders) for row in rows] if decoders else rows

    async def batches(
        self, sql: str, values: Values, decoders: Decoders, size: int
    ) -> AsyncGenerator[list[Values], None]:
        cursor = await self._connection.execute(numbered_for_sqlite(sql), values)  # a statement sees one state
        while rows := await cursor.fetchmany(size):
            yield [_decoded(tuple(row), decoders) for row in rows]

    @property
    def is_closed(self) -> bool:
        return False

    async def close(self) -> None:
        await self._connection.interrupt()  # a statement that nobody waits for any more
        await self._connection.close()


class Reader:
    """A few connections for reading, opened when they are first needed, the last used first."""

    def __init__(self, connect: Callable[[], Coroutine[Any, Any, _Link]], most: int, *, is_sqlite: bool) -> None:
        self._connect = connect
        self._free: asyncio.LifoQueue[_Link | None] = asyncio.LifoQueue()
        self._closing: set[asyncio.Task[None]] = set()
        self._most = most
        self.waits = Waits()
        self.is_sqlite = is_sqlite
        for _ in range(most):
            self._free.put_nowait(None)

    async def fetch(self, sql: str, values: Values, decoders: Decoders = ()) -> list[Values]:
        """Return the rows of a statement with `$1` placeholders. A connection that fails or is cut off is dropped."""
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("%s", sql)
        link = await self._take()
        kept: _Link | None = None
        try:
            if link is None or link.is_closed:
                link = await self._open()
            rows = await link.fetch(sql, values, decoders)
            kept = link
        except (asyncpg.PostgresError, sqlite3.Error):
            kept = link  # the statement failed, not the connection
            raise
        finally:
            self._free.put_nowait(kept)  # without waiting: a reader that is cancelled twice must not keep it
            if kept is None and link is not None:
                self._drop(link)
        return rows

    async def _take(self) -> _Link | None:
        self.waits.number += 1
        if not self._free.empty():
            return self._free.get_nowait()
        began = perf_counter()
        link = await self._free.get()
        self.waits.seconds += perf_counter() - began
        return link

    async def batches(
        self, sql: str, values: Values, decoders: Decoders, size: int
    ) -> AsyncGenerator[list[Values], None]:
        """Yield the rows of a statement, `size` at a time, all of one state, on a connection beside the others."""
        logger.debug("%s", sql)
        link = await self._open()
        try:
            async with aclosing(link.batches(sql, values, decoders, size)) as batches:
                async for rows in batches:
                    yield rows
        finally:
            self._drop(link)

    async def _open(self) -> _Link:
        """Connect. What is opened for a reader that is cancelled meanwhile is closed again."""
        opening = asyncio.create_task(self._connect(), name="open-reading-connection")
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            self._drop(opening)
            raise

    def _drop(self, link: _Link | asyncio.Task[_Link]) -> None:
        """Close a connection without waiting for it."""
        closing = asyncio.create_task(_close(link), name="close-reading-connection")
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Close all connections once they are free."""
        for _ in range(self._most):
            link = await self._free.get()
            if link is not None:
                self._drop(link)
        await asyncio.gather(*self._closing)


async def _close(link: _Link | asyncio.Task[_Link]) -> None:
    with suppress(Exception):  # it could not be opened, or is lost
        await (await link if isinstance(link, asyncio.Task) else link).close()


_readers: "WeakKeyDictionary[TortoiseContext, Reader]" = WeakKeyDictionary()
"""The reader of each open database."""


def sqlite_reader(file: str, busy_timeout: int) -> Reader:
    """Return the reader of an SQLite file: one connection, which sees what was committed before its statement."""
    return Reader(partial(_connect_sqlite, file, busy_timeout), 1, is_sqlite=True)


def postgres_reader(connections: int, **options: Any) -> Reader:
    """Return the reader of a PostgreSQL database. `options` are those of `asyncpg.connect`."""
    return Reader(partial(_connect_postgres, **options), connections, is_sqlite=False)


@asynccontextmanager
async def reading_with(context: TortoiseContext, reader: Reader) -> AsyncIterator[None]:
    """Read with `reader` wherever the database of `context` is in use."""
    _readers[context] = reader
    try:
        yield
    finally:
        del _readers[context]
        await reader.close()


def reading_waits() -> Waits:
    """Return the waits for connections of the database in use."""
    return _reader().waits


def is_sqlite() -> bool:
    """Return whether the database in use is SQLite."""
    return _reader().is_sqlite


def _reader() -> Reader:
    return _readers[require_context()]


async def read(sql: str, *values: Any, first: tuple[type[Model], tuple[str, ...]] | None = None) -> list[Values]:
    """Return the rows of one statement with `$1` placeholders.

    `first`: the table and the names of the first columns, if SQLite stores some of them as text.
    """
    reader = _reader()
    decoders = () if first is None else _selected(*first, is_sqlite=reader.is_sqlite)[1]
    return await reader.fetch(sql, values, decoders)


async def select(
    table: type[Model], columns: tuple[str, ...], rest: str, *values: Any, source: str | None = None
) -> list[Values]:
    """Read columns of a table, or of a `source` that has its columns.

    `rest` is the statement from WHERE on, with `$1` placeholders.
    """
    reader = _reader()
    listed, decoders = _selected(table, columns, is_sqlite=reader.is_sqlite)
    sql = f"SELECT {listed} FROM {source or table._meta.db_table} {rest}"  # noqa: SLF001 # Tortoise has no public way
    return await reader.fetch(sql, values, decoders)


def select_in_batches(
    table: type[Model], columns: tuple[str, ...], rest: str, *values: Any, size: int
) -> AsyncGenerator[list[Values], None]:
    """Read columns of a table as `select` does, `size` rows at a time, all of one state of the database.

    Close the generator when it is not wanted any more: it has a connection and a transaction of its own.
    """
    reader = _reader()
    listed, decoders = _selected(table, columns, is_sqlite=reader.is_sqlite)
    sql = f"SELECT {listed} FROM {table._meta.db_table} {rest}"  # noqa: SLF001 # Tortoise has no public way
    return reader.batches(sql, values, decoders, size)


@cache
def _selected(table: type[Model], columns: tuple[str, ...], *, is_sqlite: bool) -> tuple[str, Decoders]:
    """Return the list of columns, and their decoders for SQLite. A table may have `derived` columns."""
    listed, decoders = [], []
    for index, name in enumerate(columns):
        derived = _derived(table).get(name)
        if derived is not None:
            listed.append(derived.sqlite if is_sqlite else derived.postgres)
            kind: type[Any] | None = fields.JSONField if derived.is_json else None
        else:
            declared = table._meta.fields_map[name]  # noqa: SLF001 # Tortoise has no public way
            listed.append(declared.source_field or name)
            kind = type(declared)
        if is_sqlite and kind in _SQLITE_DECODERS:
            decoders.append((index, _SQLITE_DECODERS[kind]))
    return ", ".join(listed) or "1", tuple(decoders)


def _derived(table: type[Model]) -> Mapping[str, Derived]:
    derived: Mapping[str, Derived] = getattr(table, "derived", {})
    return derived


@cache
def enum_of(table: type[Model], column: str) -> type[StrEnum] | None:
    """Return the enum whose values a column holds as texts; None for other columns."""
    declared = table._meta.fields_map.get(column)  # noqa: SLF001 # as above
    found: type[StrEnum] | None = getattr(declared, "enum_type", None)
    return found


@cache
def holds_codes(table: type[Model], column: str) -> bool:
    """Return whether a column holds short texts of which the same are in many rows."""
    if column in _derived(table):
        return not _derived(table)[column].is_json
    declared = table._meta.fields_map[column]  # noqa: SLF001 # as above
    return isinstance(declared, fields.CharField) and not declared.unique


@cache
def may_be_null(table: type[Model], column: str) -> bool:
    """Return whether a column may hold null."""
    declared = table._meta.fields_map.get(column)  # noqa: SLF001 # as above
    return declared is None or bool(declared.null)


def _decoded(row: Values, decoders: Decoders) -> Values:
    values = list(row)
    for index, decode in decoders:
        if values[index] is not None:
            values[index] = decode(values[index])
    return tuple(values)


_SQLITE_DECODERS: dict[type[Any], Callable[[Any], Any]] = {
    fields.DatetimeField: datetime.fromisoformat,
    fields.DateField: date.fromisoformat,
    fields.BooleanField: bool,
    fields.JSONField: orjson.loads,
}


async def _connect_postgres(**options: Any) -> _Link:
    connection = await asyncpg.connect(**options, statement_cache_size=0)
    await connection.set_type_codec("jsonb", encoder=orjson.dumps, decoder=orjson.loads, schema="pg_catalog")
    return _PostgresLink(connection)


async def _connect_sqlite(file: str, busy_timeout: int) -> _Link:
    connection = await aiosqlite.connect(file, isolation_level=None)
    await connection.execute(f"PRAGMA busy_timeout = {busy_timeout}")
    await connection.execute("PRAGMA query_only = ON")
    return _SqliteLink(connection)
