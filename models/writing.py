"""Writing: transactions that begin with their first statement, and several statements in one round trip.

On PostgreSQL a batch is one statement with data-modifying CTEs. SQLite has none, and no round trips either: there the
statements run one after another.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    BaseDBAsyncClient,
    ConnectionWrapper,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.models import Model

MAX_SHAPES = 512
"""Batches whose SQL is kept. They differ by the numbers of their rows."""

_PLACEHOLDER = re.compile(r"\$(\d+)")
_MARKS = re.compile(r"\$(\d+)|\{(\w+)(?:\.(\w+))?\}")

_POSTGRES_WORDS = {"json": "JSONB", "each": "jsonb_array_elements_text"}
_SQLITE_WORDS = {"json": "TEXT", "each": "json_each"}


@dataclass(frozen=True, slots=True)
class Sql:
    """A value that the database computes, from placeholders and marks as those of `Statement.sql`."""

    text: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a batch, written for both databases.

    `sql` has `$1` placeholders and these marks: `{name.column}` is what an earlier statement returned in its only row;
    `{name}` is a condition, always true, that holds this statement back until an earlier one, which has a RETURNING, is
    done; `{json}` is the type of JSON, and `{each}` the function that gives the elements of a list of JSON.

    PostgreSQL runs all statements on the state before the batch, so no two of them may change the same row, and a
    statement that must take its locks after another one needs a mark of it.
    """

    name: str
    sql: str
    values: Sequence[Any]


def insert(
    name: str, table: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], rest: str = ""
) -> Statement:
    """Return the statement that inserts rows. `rest` follows, with marks but without placeholders."""
    values: list[Any] = []
    texts = [", ".join([_text(value, values) for value in row]) for row in rows]
    listed = ", ".join(_stored_names(table, columns))
    sql = f"INSERT INTO {_name(table)} ({listed}) VALUES ({'), ('.join(texts)}) {rest}"
    return Statement(name, sql, values)


def update(name: str, table: type[Model], changes: Mapping[str, Any], key: str, value: Any) -> Statement:
    """Return the statement that changes columns of the row whose column `key` has this value."""
    values: list[Any] = []
    names = _stored_names(table, changes)
    texts = [f"{one} = {_text(new, values)}" for one, new in zip(names, changes.values(), strict=True)]
    sql = f"UPDATE {_name(table)} SET {', '.join(texts)} WHERE {key} = {_text(value, values)}"
    return Statement(name, sql, values)


async def write(using: BaseDBAsyncClient, batch: Sequence[Statement], *wanted: str) -> tuple[Any, ...]:
    """Run a batch, in one round trip on PostgreSQL, and return what is `wanted` of it, each as `name.column`."""
    if using.capabilities.dialect == "sqlite":
        return await _one_by_one(using, batch, wanted)
    sql = _joined(tuple((each.name, each.sql, len(each.values)) for each in batch), wanted)
    (row,) = await using.execute_query_dict(sql, [value for each in batch for value in each.values])
    return tuple(row.values())


def transaction(client: BaseDBAsyncClient) -> TransactionContext:
    """Return the context of a transaction. On PostgreSQL it begins with its first statement."""
    if isinstance(client, AsyncpgDBClient):
        return TransactionContextPooled(_LateTransaction(client), client._pool_init_lock)  # noqa: SLF001 # as Tortoise
    return client._in_transaction()  # noqa: SLF001 # as `tortoise.transactions.in_transaction`


@contextmanager
def whole(client: BaseDBAsyncClient) -> Iterator[None]:
    """Let the only statement of a transaction begin and commit it: on PostgreSQL each statement does so by itself."""
    if not isinstance(client, _LateTransaction) or client.transaction is not None:
        yield
        return
    client.is_single = True
    yield
    client.is_done = True


class _LateTransaction(TransactionWrapper):
    """A transaction that begins with its first statement, or has only one and needs no BEGIN and COMMIT."""

    is_single = False
    is_done = False

    async def begin(self) -> None:
        """Wait for the first statement."""

    async def begin_now(self) -> None:
        """Begin, unless the transaction has begun, or the next statement is the whole of it."""
        if self.is_done:
            raise RuntimeError("The transaction is committed already.")
        if self.transaction is None and not self.is_single:
            new = self._connection.transaction()
            await new.start()
            self.transaction = new

    def acquire_connection(self) -> "ConnectionWrapper[asyncpg.Connection[Any]]":
        return _LateConnection(self._lock, self)

    async def commit(self) -> None:
        if self.transaction is not None:
            await super().commit()

    async def rollback(self) -> None:
        if self.transaction is not None:
            await super().rollback()


class _LateConnection(ConnectionWrapper["asyncpg.Connection[Any]"]):
    client: _LateTransaction

    async def __aenter__(self) -> "asyncpg.Connection[Any]":
        connection = await super().__aenter__()
        try:
            await self.client.begin_now()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return connection


_Shape: TypeAlias = tuple[tuple[str, str, int], ...]
"""The name, the SQL and the number of values of each statement of a batch."""


@lru_cache(MAX_SHAPES)
def _joined(shape: _Shape, wanted: tuple[str, ...]) -> str:
    """Return the one statement of a batch. It returns what is wanted, or 1."""
    parts, before = [], 0
    for name, sql, count in shape:
        parts.append(f"{name} AS ({_for_postgres(sql, before)})")
        before += count
    selected = ", ".join(_for_postgres(f"{{{each}}}", 0) + f" AS w{number}" for number, each in enumerate(wanted))
    return f"WITH {', '.join(parts)} SELECT {selected or '1'}"


def _for_postgres(sql: str, before: int) -> str:
    def mark(found: re.Match[str]) -> str:
        number, name, column = found.groups()
        if number is not None:
            return f"${before + int(number)}"
        if column is not None:
            return f"(SELECT {column} FROM {name})"
        return _POSTGRES_WORDS.get(name) or f"(SELECT count(*) FROM {name}) >= 0"

    return _MARKS.sub(mark, sql)


async def _one_by_one(using: BaseDBAsyncClient, batch: Sequence[Statement], wanted: tuple[str, ...]) -> tuple[Any, ...]:
    returned: dict[str, Any] = {}
    for each in batch:
        sql, marks = _for_sqlite(each.sql, len(each.values))
        rows = await using.execute_query_dict(sql, [*each.values, *(returned[mark] for mark in marks)])
        if rows:
            returned |= {f"{each.name}.{column}": value for column, value in rows[0].items()}
    return tuple(returned[name] for name in wanted)


@lru_cache(MAX_SHAPES)
def _for_sqlite(sql: str, count: int) -> tuple[str, tuple[str, ...]]:
    """Return the SQL with a placeholder for each returned value, and the names of these values in order."""
    marks: list[str] = []

    def mark(found: re.Match[str]) -> str:
        number, name, column = found.groups()
        if number is not None:
            return f"?{number}"
        if column is not None:
            marks.append(f"{name}.{column}")
            return f"?{count + len(marks)}"
        return _SQLITE_WORDS.get(name) or "TRUE"

    return _MARKS.sub(mark, sql), tuple(marks)


def _text(value: Any, values: list[Any]) -> str:
    """Return the SQL of a value, whose placeholders follow those of `values`, and add what it needs to them."""
    if not isinstance(value, Sql):
        values.append(value)
        return f"${len(values)}"
    before = len(values)
    values += value.values
    return _PLACEHOLDER.sub(lambda found: f"${before + int(found[1])}", value.text)


def _name(table: type[Model]) -> str:
    return str(table._meta.db_table)  # noqa: SLF001 # Tortoise has no public way


def _stored_names(table: type[Model], columns: Sequence[str] | Mapping[str, Any]) -> list[str]:
    stored = table._meta.fields_db_projection  # noqa: SLF001 # Tortoise has no public way
    return [stored[name] for name in columns]
