"""Statements of a city at work find their rows by an index: none reads a table that grows with every report."""

import asyncio
import logging
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from models.database import database
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from simulation.past import PastSimulation
from simulation.sqlite_speed import run_inline

pytestmark = pytest.mark.anyio

UNTIL = datetime(2026, 1, 20, 5, tzinfo=UTC)

GROWING = {"report", "log_event", "point_entry", "photo", "note", "support", "holding", "fingerprint"}

WHOLE = re.IGNORECASE | re.DOTALL

NAMED = re.compile(
    r'\b(?:FROM|JOIN|UPDATE)\s+"?(\w+)"?(?:\s+(?:AS\s+)?(?!(?:CROSS|JOIN|LEFT|ON|WHERE|ORDER|GROUP|SET)\b)"?(\w+)"?)?',
    re.IGNORECASE,
)
"""A table with its alias."""


def scanned(stored: sqlite3.Connection, sql: str) -> set[str]:
    """Return the tables that SQLite reads from end to end for a statement."""
    numbered = [int(number) for number in re.findall(r"\?(\d+)", sql)]
    values = (None,) * (max(numbered) if numbered else sql.count("?"))
    steps = [row[3] for row in stored.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    aliases = {alias: table for table, alias in NAMED.findall(sql)}
    read = {step.split()[1] for step in steps if step.startswith("SCAN ")}
    return {aliases.get(name, name) for name in read} & GROWING


async def test_no_act_reads_a_growing_table_from_end_to_end(
    sqlite_city_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "tortoise.db_client"), run_inline():
        async with database(sqlite_city_url):
            simulation = PastSimulation(UNTIL, 12, 25, asyncio.Event(), lambda _: None)
            await simulation.write(Gazetteer(bundled()), bundled(), seed=2)
    statements = {str(record.args[0]) for record in caplog.records if isinstance(record.args, tuple) and record.args}
    acts = {sql for sql in statements if re.match(r"\s*(SELECT|WITH|UPDATE|DELETE)\b.*\bWHERE\b", sql, WHOLE)}
    assert len(acts) > 50
    with closing(sqlite3.connect(sqlite_city_url.removeprefix("sqlite://"))) as stored:
        assert {sql: tables for sql in acts if (tables := scanned(stored, sql))} == {}
