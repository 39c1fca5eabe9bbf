"""The outside audit, which shares no code with the server, recomputes every number of a city from its API."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from actions.transaction import Transactions
from actions.waivers import waive_reports
from models.database import database
from models.ledger import CITIZEN, PointEntry
from models.reports import Report
from models.tallies import NO_MINUTES, Tally
from rules.access import Role, RoleGrant
from rules.periods import Period
from tests.city import ROOT, Deployment, deployed
from tests.serving import run_command
from tests.wire import GAMBIR, PASSWORD
from tests.world import person

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("load")]

HISTORIES = {"sqlite_city_url": 32, "postgres_city_url": 8}
"""Days of history by database: long enough for the end of a month, or of a week."""


async def run(*arguments: str, **environment: str) -> tuple[int | None, list[str]]:
    """Run a Python program and return its exit code and output lines."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode().splitlines()


async def tamper(database_url: str) -> list[str]:
    """Falsify a counter, a histogram of minutes and a point entry of past days. Return how the audit reports each.

    The entry belongs to an agency, so that it is not part of the counters of a place.
    """
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
    """Write a simulated history into a database."""
    history = ("--past", str(days), "--reports-per-day", str(reports_per_day), "--seed", "3")
    code, printed = await run_command({"DATABASE_URL": database_url}, "simulate", *history)
    assert code == 0, printed


async def waive_some(database_url: str) -> None:
    """Waive every entry of the last forty reports in one act: of offices, officers and citizens, on several days."""
    async with database(database_url):
        last = [report.id for report in await Report.all().order_by("-id").limit(40)]
        admin = await person(RoleGrant(Role.ADMIN))
        assert await Transactions().run(waive_reports, admin, dict(enumerate(last)), "Spam") > len(last)


async def audit(running: Deployment, *options: str) -> tuple[int | None, list[str]]:
    """Audit a running server. Return the exit code, the differences and the last line of the summary."""
    code, lines = await run("tools/audit.py", running.servers[0].url, *options, PASSWORD=PASSWORD)
    return code, [line for line in lines if line.startswith("DIFFERENT")] + lines[-1:]


@pytest.mark.parametrize("kind", HISTORIES)
async def test_outside_audit_agrees_with_every_number_of_a_city(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    database_url = request.getfixturevalue(kind)
    await simulate(database_url, HISTORIES[kind], 3)
    await waive_some(database_url)
    async with deployed(database_url, "memory://", tmp_path / "media", 1) as running:
        auditor = await running.official(GAMBIR, 0, "pemeriksa")
        code, lines = await audit(running, "--email", auditor.email or "")
    assert (code, len(lines)) == (0, 1), lines
    assert lines[0].endswith(" 0 differences")


async def test_outside_audit_finds_falsified_numbers(sqlite_city_url: str, tmp_path: Path) -> None:
    await simulate(sqlite_city_url, 2, 20)
    falsified = await tamper(sqlite_city_url)
    async with deployed(sqlite_city_url, "memory://", tmp_path / "media", 1) as running:
        code, lines = await audit(running, "--closed")
    assert code == 1
    for expected in falsified:
        assert any(expected in line for line in lines), (expected, lines)
