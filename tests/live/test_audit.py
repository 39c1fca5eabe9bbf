"""An auditor who has nothing of ours reads a city over its API, and agrees with every number of its boards."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from models.database import database
from models.ledger import CITIZEN, PointEntry
from models.tallies import Tally
from rules.periods import Period
from tests.city import ROOT, deployed, forget_statements
from tests.wire import GAMBIR

pytestmark = pytest.mark.anyio

HISTORY = ("--past", "40", "--reports-per-day", "12", "--seed", "3")


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


async def tamper(database_url: str) -> None:
    """Falsify a sum, a count of minutes and an entry, each by one."""
    forget_statements()
    async with database(database_url):
        tally = await Tally.filter(period=Period.WEEK, officer=0, points__gt=0).order_by("id").first()
        answered = await Tally.filter(period=Period.MONTH, officer=0).exclude(response_minutes="{}").first()
        entry = await PointEntry.exclude(unit=CITIZEN).filter(reverses__isnull=True).order_by("position").first()
        assert tally is not None
        assert answered is not None
        assert entry is not None
        await Tally.filter(id=tally.id).update(points=tally.points + 1)
        await Tally.filter(id=answered.id).update(response_minutes='{"1": 1}')
        await PointEntry.filter(position=entry.position).update(points=entry.points + 1)


async def test_an_audit_from_outside_agrees_with_every_number_of_a_city_and_finds_what_is_falsified(
    database_url: str, tmp_path: Path
) -> None:
    code, told = await run("-m", "app.cli", "simulate", *HISTORY, DATABASE_URL=database_url)
    assert code == 0, told
    async with deployed(database_url, "memory://", tmp_path / "media", 1) as running:
        auditor = await running.official(GAMBIR, 0, "pemeriksa")
        audit = ("tests/audit/audit.py", running.servers[0].url, "--token", auditor.token or "")
        code, told = await run(*audit)
        assert told[-1].endswith(" 0 differences"), told
        assert (code, [line for line in told if line.startswith("DIFFERENT")]) == (0, [])
        await tamper(database_url)
        code, told = await run(*audit)
    assert code == 1
    for what in ("DIFFERENT standing, KELURAHAN POINTS WEEK", "DIFFERENT scorecard", "DIFFERENT entry"):
        assert any(line.startswith(what) for line in told), (what, told[-1])
