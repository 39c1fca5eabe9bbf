"""Databases with the reports of a year, filled in SQL (stored.sql): through the actions it would take a day."""

import asyncio
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from rules.periods import JAKARTA
from rules.scoring.points import RULE_VERSION
from tests.city import prepare

NOON = datetime(2026, 11, 25, 12, tzinfo=JAKARTA)
"""Time of the last stored change. Its day is the open day."""

SCRIPT = Path(__file__).with_suffix(".sql").read_text()
SECTIONS = re.findall(r"^-- == \w+ ==\n(.*?)(?=^-- == |\Z)", SCRIPT, re.DOTALL | re.MULTILINE)
"""The sections of stored.sql, in their order, without headings."""

SETTINGS = {"timezone": "UTC", "jit": "off", "work_mem": "256MB", "maintenance_work_mem": "512MB"}
AT_ONCE = 4
"""Connections to the database. A core fills at most one table at a time."""

LARGE = "('report'::regclass, 'log_event'::regclass, 'photo'::regclass, 'point_entry'::regclass, 'tally'::regclass)"
"""Tables whose indexes and constraints are dropped, and created again once the tables are full."""

CONSTRAINTS = f"""
    SELECT contype AS kind, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop_sql,
        format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS add_sql
    FROM pg_constraint
    WHERE contype IN ('p', 'u', 'f') AND (conrelid IN {LARGE} OR confrelid IN {LARGE})
"""
INDEXES = f"""
    SELECT 'i' AS kind, format('DROP INDEX %s', indexrelid::regclass) AS drop_sql,
        pg_get_indexdef(indexrelid) AS add_sql
    FROM pg_index WHERE indrelid IN {LARGE} AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """A filled database: its number of reports, size in bytes, and the seconds that filling took."""

    reports: int
    url: str
    size: int
    seconds: float


async def store(url: str, reports: int) -> Stored:
    """Migrate an empty PostgreSQL database, and fill it with reports of the year before NOON."""
    began = time.perf_counter()
    await prepare(url)
    dsn = urlsplit(url)._replace(scheme="postgresql").geturl()
    async with asyncpg.create_pool(dsn, min_size=1, max_size=AT_ONCE, server_settings=SETTINGS) as pool:
        await pool.execute("CREATE SCHEMA made CREATE TABLE parameter (reports bigint, noon timestamptz, rules int)")
        await pool.execute("INSERT INTO made.parameter VALUES ($1, $2, $3)", reports, NOON, RULE_VERSION)
        parts = await pool.fetch(f"{CONSTRAINTS} UNION ALL {INDEXES}")
        for kind in ("f", "i", "u", "p"):
            await _in_turn(pool, (part["drop_sql"] for part in parts if part["kind"] == kind.encode()))
        histories, *others = SECTIONS
        await pool.execute(histories)
        await asyncio.gather(*map(pool.execute, others))
        await pool.execute("DROP SCHEMA made CASCADE")
        await asyncio.gather(*(pool.execute(part["add_sql"]) for part in parts if part["kind"] != b"f"))
        await _in_turn(pool, (part["add_sql"] for part in parts if part["kind"] == b"f"))
        await pool.execute("VACUUM ANALYZE")
        size = await pool.fetchval("SELECT pg_database_size(current_database())")
    return Stored(reports, url, size, time.perf_counter() - began)


async def _in_turn(pool: asyncpg.Pool, statements: Iterable[str]) -> None:
    """Run statements one after the other: concurrently they would block each other or deadlock."""
    for statement in statements:
        await pool.execute(statement)
