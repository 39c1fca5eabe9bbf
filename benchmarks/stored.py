"""Databases with the reports of a year, filled as by `tanggap simulate --fill`."""

import time
from dataclasses import dataclass
from datetime import datetime

from models.database import database, fetch
from rules.periods import JAKARTA
from simulation.fill import fill
from tests.city import prepare

NOON = datetime(2026, 11, 25, 12, tzinfo=JAKARTA)
"""The end of the year. Its day is the open day."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A filled database: its number of reports, size in bytes, and the seconds that filling took."""

    reports: int
    url: str
    size: int
    seconds: float


async def store(url: str, reports: int) -> Stored:
    """Migrate an empty PostgreSQL database, and fill it with reports of the year before NOON."""
    await prepare(url)
    began = time.perf_counter()
    await fill(url, reports, until=NOON)
    seconds = time.perf_counter() - began
    async with database(url):
        (row,) = await fetch("SELECT pg_database_size(current_database()) AS size")
    return Stored(reports, url, row["size"], seconds)
