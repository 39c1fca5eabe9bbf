"""Full tables in the place of empty ones: filled and indexed in a schema of their own, then swapped in one transaction.

Indexes are created on full tables, which takes a fraction of the time of filling indexed ones.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

SCHEMA = "filling"

_KEYS = """
    SELECT relname AS of,
        format('ALTER TABLE %I ADD CONSTRAINT %I %s', relname, conname, pg_get_constraintdef(c.oid)) AS add
    FROM pg_constraint c JOIN pg_class t ON t.oid = conrelid
    WHERE contype IN ('p', 'u') AND conrelid = ANY($1::text[]::regclass[])
"""
_INDEXES = """
    SELECT relname AS of, replace(pg_get_indexdef(indexrelid), format(' ON %s.', relnamespace::regnamespace), ' ON ')
        AS add
    FROM pg_index JOIN pg_class t ON t.oid = indrelid
    WHERE indrelid = ANY($1::text[]::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
_REFERENCES = """
    SELECT conrelid = ANY($1::text[]::regclass[]) AS is_inside,
        format('ALTER TABLE %I ADD CONSTRAINT %I %s', relname, conname, pg_get_constraintdef(c.oid)) AS add,
        format('ALTER TABLE %I DROP CONSTRAINT %I', relname, conname) AS drop
    FROM pg_constraint c JOIN pg_class t ON t.oid = conrelid
    WHERE contype = 'f' AND $1::text[]::regclass[] && ARRAY[conrelid, confrelid]::regclass[]
"""
_SEQUENCES = """
    SELECT format('%I.%I', relname, attname) AS of, pg_get_serial_sequence(relname, attname) AS name
    FROM pg_attribute JOIN pg_class t ON t.oid = attrelid
    WHERE attrelid = ANY($1::text[]::regclass[]) AND pg_get_serial_sequence(relname, attname) IS NOT NULL
"""
_COMMENTS = """
    SELECT format('COMMENT ON TABLE %I IS %L', relname, obj_description(oid)) AS add
    FROM pg_class t WHERE oid = ANY($1::text[]::regclass[]) AND obj_description(oid) IS NOT NULL
"""
_TRIGGERS = """
    SELECT pg_get_triggerdef(t.oid) AS add FROM pg_trigger t
    WHERE NOT tgisinternal AND tgrelid = ANY($1::text[]::regclass[])
"""


@dataclass(frozen=True, slots=True)
class Replacement:
    """Tables in SCHEMA that will replace those of the same names in `schema`.

    `guard` is in a transaction that has locked them against other writers. The connections of `pool` look for a table
    in SCHEMA first.
    """

    guard: "asyncpg.Connection[Any]"
    pool: "asyncpg.Pool[Any]"
    schema: str
    tables: Sequence[str]

    async def create(self) -> None:
        """Create the tables, without indexes, with the rows that the present ones have."""
        await self.pool.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
        for table in self.tables:
            present = f"{self.schema}.{table}"
            await self.pool.execute(f"CREATE TABLE {table} (LIKE {present} INCLUDING ALL EXCLUDING INDEXES)")
            await self.pool.execute(f"INSERT INTO {table} SELECT * FROM {present}")  # noqa: S608 # names of our own
        for comment in await self._describe(_COMMENTS):
            await self.pool.execute(comment["add"])

    async def index(self) -> None:
        """Vacuum and analyse the tables, and create their indexes and constraints, several at once."""
        made = [*await self._describe(_KEYS), *await self._describe(_INDEXES)]
        references = await self._describe(_REFERENCES)
        await together(
            *(self._index(table, [one["add"] for one in made if one["of"] == table]) for table in self.tables)
        )
        for reference in references:
            if reference["is_inside"]:  # one after another: each locks two tables
                await self.pool.execute(reference["add"])

    async def swap(self) -> None:
        """Put the tables into the place of the present ones, in the transaction of `guard`."""
        outside = [one for one in await self._describe(_REFERENCES) if not one["is_inside"]]
        sequences = await self._describe(_SEQUENCES)
        triggers = await self._describe(_TRIGGERS)
        for statement in (
            *(one["drop"] for one in outside),
            *(f"ALTER SEQUENCE {one['name']} OWNED BY NONE" for one in sequences),
            f"DROP TABLE {', '.join(self.tables)}",
            *(f"ALTER TABLE {SCHEMA}.{table} SET SCHEMA {self.schema}" for table in self.tables),
            *(f"ALTER SEQUENCE {one['name']} OWNED BY {one['of']}" for one in sequences),
            *(one["add"] for one in outside),
            *(one["add"] for one in triggers),
        ):
            await self.guard.execute(statement)

    async def _index(self, table: str, statements: Sequence[str]) -> None:
        await self.pool.execute(f"VACUUM (ANALYZE) {table}")
        await together(*map(self.pool.execute, statements))

    async def _describe(self, sql: str) -> "list[asyncpg.Record]":
        rows = await self.guard.fetch(sql, self.tables)
        await self.guard.execute("SELECT")  # closes the portal, whose snapshot would hide the new rows from VACUUM
        return rows


async def together(*acts: Coroutine[Any, Any, object]) -> None:
    """Run all at once. The first failure ends the others and is raised."""
    try:
        async with asyncio.TaskGroup() as tasks:
            for act in acts:
                tasks.create_task(act)
    except ExceptionGroup as several:
        raise several.exceptions[0] from None
