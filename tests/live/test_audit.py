"""An auditor who has nothing of ours reads a city over its API, and agrees with every number of its boards."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from models.database import database
from models.ledger import CITIZEN, PointEntry
from models.tallies import NO_MINUTES, Tally
from rules.periods import Period
from tests.city import ROOT, Deployment, deployed, forget_statements
from tests.wire import GAMBIR, PASSWORD

pytestmark = pytest.mark.anyio

HISTORIES = {"sqlite_city_url": 32, "postgres_city_url": 8}
"""Days of history by database: so long that a month ends in it, and a week."""


async def run(*words: str, **environment: str) -> tuple[int | None, list[str]]:
    """Run a Python program to its end; return its exit code and its lines."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    return process.returncode, told.decode().splitlines()


async def tamper(database_url: str) -> list[str]:
    """Falsify a sum, a count of minutes and an entry of days that are over; return how an auditor tells of each.

    The entry is an agency's, so that it is in no sum of the places.
    """
    forget_statements()
    async with database(database_url):
        tallies = Tally.filter(period=Period.DAY, officer=0, unit__startswith="31.").order_by("id")
        tally = await tallies.first()
        answered = await tallies.exclude(response_minutes=NO_MINUTES).first()
        entries = PointEntry.exclude(unit=CITIZEN).exclude(unit__startswith="31.").order_by("position")
        entry = await entries.filter(reverses__isnull=True).first()
        assert tally is not None
        assert answered is not None
        assert entry is not None
        await Tally.filter(id=tally.id).update(points=tally.points + 1)
        await Tally.filter(id=answered.id).update(response_minutes="[[1],[1]]")
        await PointEntry.filter(position=entry.position).update(points=entry.points + 1)
    return [
        f"{tally.unit} points: computed {tally.points}, served {tally.points + 1}",
        f"{answered.unit} medianResponseMinutes: computed ",
        f"{entry.unit}', '{entry.rule}', {entry.points}, None), served Entry(",
    ]


async def simulate(database_url: str, days: int, reports_per_day: int) -> None:
    """Write a history into a database."""
    history = ("--past", str(days), "--reports-per-day", str(reports_per_day), "--seed", "3")
    code, told = await run("-m", "app.cli", "simulate", *history, DATABASE_URL=database_url)
    assert code == 0, told


async def audit(running: Deployment, *options: str) -> tuple[int | None, list[str]]:
    """Audit what is served; return the exit code, the differences and the last line of the summary."""
    code, told = await run("tools/audit.py", running.servers[0].url, *options, PASSWORD=PASSWORD)
    return code, [line for line in told if line.startswith("DIFFERENT")] + told[-1:]


@pytest.mark.parametrize("kind", HISTORIES)
async def test_an_audit_from_outside_agrees_with_every_number_of_a_city(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    database_url = request.getfixturevalue(kind)
    await simulate(database_url, HISTORIES[kind], 10)
    async with deployed(database_url, "memory://", tmp_path / "media", 1) as running:
        auditor = await running.official(GAMBIR, 0, "pemeriksa")
        code, told = await audit(running, "--email", auditor.email or "")
    assert (code, len(told)) == (0, 1), told
    assert told[0].endswith(" 0 differences")


async def test_an_audit_from_outside_finds_what_is_falsified(sqlite_city_url: str, tmp_path: Path) -> None:
    await simulate(sqlite_city_url, 3, 30)
    falsified = await tamper(sqlite_city_url)
    async with deployed(sqlite_city_url, "memory://", tmp_path / "media", 1) as running:
        code, told = await audit(running, "--closed")
    assert code == 1
    for what in falsified:
        assert any(what in line for line in told), (what, told)
