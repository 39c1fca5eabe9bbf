"""A year of reports, written at once: to try a city's size, and for benchmarks. PostgreSQL only.

The rows are computed in the database, by fill.sql, in tables of a schema of their own. At the end these take the place
of the empty tables, in one transaction. Whatever ends the filling before that, the city is still empty.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Protocol, TypeAlias

import asyncpg

from actions.transaction import Transactions
from models.database import database, postgres_options
from models.reference.gazetteer import Gazetteer
from models.reports import PhotoRole
from queries.reference import read_reference_data
from rules.scoring.points import CITIZEN_POINTS, UNIT_POINTS
from simulation.fill_inputs import FillInputs, first_moment
from simulation.past import NotFresh, require_fresh
from simulation.people import register_staff
from simulation.pictures import draw_street
from simulation.replacement import SCHEMA, Replacement, together

TABLES = (
    "account",
    "report",
    "report_text",
    "map_cell",
    "report_count",
    "support",
    "photo",
    "log_event",
    "point_entry",
    "tally",
)
"""The tables that are filled. `log_head`, `report_day` and `reporter_day` change at the end."""

PICTURED = 10_000
"""The newest reports, whose photos have files."""

PICTURES = 100
"""Drawn pictures of each role. The files of other photos are links to these."""

AT_ONCE = 4
"""Connections. Each fills or indexes one table at a time."""

PARTS = 2
"""Statements that fill a large table together."""

SETTINGS = {
    "timezone": "UTC",
    "datestyle": "ISO",
    "jit": "off",
    "work_mem": "256MB",
    "maintenance_work_mem": "512MB",
    "synchronous_commit": "on",  # VACUUM takes no row as visible to all before its commit is on disk
    "client_connection_check_interval": "2s",  # when this process is killed, its statements end too
}
"""Settings of the connections that fill."""

FILL_LOCK = 0x6669_6C6C  # "fill": the advisory lock of a filling

SECTIONS = dict(
    re.findall(
        r"^-- == ([^=]+) ==\n(.*?)(?=^-- == |\Z)",
        Path(__file__).with_suffix(".sql").read_text(),
        re.DOTALL | re.MULTILINE,
    )
)
"""The sections of fill.sql by name. One that runs in parts has `:first` and `:last`."""

Tell: TypeAlias = Callable[[str], object]


class Pictures(Protocol):
    """A store of photos, as `media.storage.MediaFolder`."""

    def add(self, name: str, raw: bytes) -> object:
        """Store an image as the photo `name`."""

    def link(self, name: str, original: str) -> None:
        """Let the photo `name` have the file of a stored one."""


async def fill(
    url: str,
    reports: int,
    *,
    seed: int = 1,
    until: datetime | None = None,
    pictures: Pictures | None = None,
    tell: Tell = lambda _: None,
) -> None:
    """Write the reports of a year until now, or `until`, into a fresh PostgreSQL database with reference data.

    `pictures` gets the files of the newest photos. `tell` receives a line for each table. Raises NotFresh when the log
    has a history or another filling runs. When it fails or is cancelled, the database is still fresh.
    """
    began = time.monotonic()
    end = until or datetime.now(UTC)
    async with _guarded(url, tell) as (guard, schema):
        inputs = await _read_inputs(url, reports, seed, end)
        settings = SETTINGS | {"search_path": f"{SCHEMA}, {schema}"}
        pool = asyncpg.create_pool(**postgres_options(url), min_size=1, max_size=AT_ONCE, server_settings=settings)
        async with pool, guard.transaction():
            await guard.execute(f"LOCK TABLE {', '.join(TABLES)}, log_head, report_day IN SHARE ROW EXCLUSIVE MODE")
            if await guard.fetchval("SELECT EXISTS (SELECT FROM report)"):
                raise NotFresh("another process has written reports meanwhile")
            replacement = Replacement(guard, pool, schema, TABLES)
            filling = Filling(pool, inputs, began, tell)
            await replacement.create()
            await filling.compute()
            await filling.write()
            await together(replacement.index(), *([] if pictures is None else [filling.draw(pictures)]))
            filling.say("indexes made")
            await replacement.swap()
            await guard.execute(SECTIONS["end"])
    tell(f"{reports:,} reports in {time.monotonic() - began:,.0f} s")


@asynccontextmanager
async def _guarded(url: str, tell: Tell) -> "AsyncIterator[tuple[asyncpg.Connection[Any], str]]":
    """Keep other fillings away, with a connection; give its schema too. Leave nothing of SCHEMA at the end."""
    guard = await asyncpg.connect(**postgres_options(url), server_settings={"idle_in_transaction_session_timeout": "0"})
    try:
        if not await guard.fetchval("SELECT pg_try_advisory_lock($1)", FILL_LOCK):
            raise NotFresh("another process fills this database")
        try:
            yield guard, await guard.fetchval("SELECT quote_ident(current_schema())")
        except asyncio.CancelledError:
            tell("stopped: no report is written")
            raise
        finally:
            await guard.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    finally:
        await guard.close()


async def _read_inputs(url: str, reports: int, seed: int, until: datetime) -> FillInputs:
    """Read the reference data and register the staff. Raises NotFresh."""
    async with database(url):
        await require_fresh()
        facts = await read_reference_data()
        gazetteer = Gazetteer(facts)
        transactions = Transactions(now=lambda: first_moment(until))
        staff = await register_staff(transactions, gazetteer, seed)
        await transactions.drain()
    return FillInputs(reports=reports, seed=seed, until=until, gazetteer=gazetteer, facts=facts, staff=staff)


@dataclass(frozen=True, slots=True)
class Filling:
    """The run of the sections of fill.sql. `began` is on the monotonic clock."""

    pool: "asyncpg.Pool[Any]"
    inputs: FillInputs
    began: float
    tell: Tell

    def say(self, line: str) -> None:
        """Tell a line of progress, with the seconds since the start."""
        self.tell(f"{time.monotonic() - self.began:,.0f} s: {line}")

    async def compute(self) -> None:
        """Compute the history of each report, and the order of all changes in the log."""
        for function in self.inputs.calendar():
            await self.pool.execute(function)
        await self.pool.execute(SECTIONS["functions"])
        worth = " ".join(f"WHEN '{rule}' THEN {points}" for rule, points in (UNIT_POINTS | CITIZEN_POINTS).items())
        await self.pool.execute(
            f"CREATE FUNCTION worth(rule text) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT CASE rule {worth} END $$"
        )
        await self.pool.execute(SECTIONS["tables"])
        head = await self.pool.fetchval("SELECT position FROM log_head")
        accounts = await self.pool.fetchval("SELECT max(id) FROM account")
        for table, rows in self.inputs.tables(head, accounts).items():
            await self.pool.copy_records_to_table(table, records=rows, schema_name=SCHEMA)
        await together(self._run("account"), *self._parts("history, by report", 1, self.inputs.reports))
        await self._run("act")
        await self._run("entry")

    async def write(self) -> None:
        """Write the rows of the tables, those first that take longest."""
        first = await self.pool.fetchval("SELECT min(first) FROM act")
        last = await self.pool.fetchval("SELECT max(first) FROM act")
        await together(
            *self._parts("log_event of reports, by position", first, last),
            *map(self._run, ("tally", "log_event of entries", "point_entry", "photo", "map_cell", "report_count")),
            self._run("support"),
            *self._parts("report, by report", 1, self.inputs.reports),
            self._run("log_event of closings"),
        )
        await together(*self._parts("report_text, by report", 1, self.inputs.reports))

    async def draw(self, pictures: Pictures) -> None:
        """Store files for the photos of the newest reports."""
        oldest = self.inputs.reports - PICTURED
        for role in PhotoRole:
            rows = await self.pool.fetch(
                "SELECT id FROM photo WHERE report_id > $1 AND role = $2 ORDER BY report_id", oldest, role.value
            )
            names = [row["id"] for row in rows]
            await asyncio.to_thread(self._draw_some, pictures, names[:PICTURES], role)
            for start in range(PICTURES, len(names), 1_000):  # a thread cannot be cancelled: each is short
                await asyncio.to_thread(_link, pictures, names[start : start + 1_000], names[:PICTURES])
        self.say("pictures drawn")

    def _draw_some(self, pictures: Pictures, names: Sequence[str], role: PhotoRole) -> None:
        rng = Random(f"{self.inputs.seed} {role}")
        for name in names:
            pictures.add(name, draw_street(rng, repaired=role is PhotoRole.PROOF))

    def _parts(self, section: str, first: int, last: int) -> "list[Any]":
        """Return the runs of a section for PARTS parts of a range."""
        size = -(-(last - first + 1) // PARTS)
        return [self._run(section, start, start + size - 1) for start in range(first, last + 1, size)]

    async def _run(self, section: str, first: int = 0, last: int = 0) -> None:
        """Run a section, and tell how many rows it made."""
        sql = SECTIONS[section].replace(":first", str(first)).replace(":last", str(last))
        status = await self.pool.execute(sql)
        self.say(f"{int(status.split()[-1]):,} rows of {section.partition(',')[0]}")


def _link(pictures: Pictures, names: Sequence[str], originals: Sequence[str]) -> None:
    for number, name in enumerate(names):
        pictures.link(name, originals[number % len(originals)])
