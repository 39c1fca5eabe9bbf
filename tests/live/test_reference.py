"""Reference data loaded at run time reaches every process, even from a process that sends no notification."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from actions.reference import load, replace_days_off
from actions.transaction import Transactions
from models.database import database
from models.reference.records import DayOffRecord, bundled
from models.reports import Report
from rules.periods import jakarta_day
from rules.service_time import DayOffKind
from tests.city import City, in_process
from tests.wire import DEADLINE

pytestmark = pytest.mark.anyio


async def test_running_process_reloads_reference_data_from_the_command_line(city: City) -> None:
    facts = bundled()
    renamed = replace(facts.agencies[0], name="Dinas Bina Marga dan Jembatan")
    assert await Transactions().run(load, replace(facts, agencies=(renamed, *facts.agencies[1:])))
    names: list[str] = []
    async with asyncio.timeout(DEADLINE):
        while renamed.name not in names:
            await asyncio.sleep(0.05)
            agencies = (await city.anyone().ask("{ agencies { name } }"))["agencies"]
            names = [agency["name"] for agency in agencies]
    assert len(names) == len(facts.agencies)
    assert not await Transactions().run(load, replace(facts, agencies=(renamed, *facts.agencies[1:])))


async def test_running_process_takes_new_days_off(city: City) -> None:
    citizen, tomorrow = await city.citizen(), jakarta_day(city.transactions.now()) + timedelta(days=1)
    added = DayOffRecord(tomorrow, "Cuti bersama", "Joint leave", DayOffKind.JOINT_LEAVE)
    assert await Transactions().run(replace_days_off, (added,))
    async with asyncio.timeout(DEADLINE):
        while True:
            await citizen.report()  # with a response target of a day
            newest = await Report.all().order_by("-id").first()
            if newest is not None and newest.response_due_at - newest.submitted_at >= timedelta(days=2):
                return


async def test_start_reads_the_reference_data_that_are_stored(database_url: str, tmp_path: Path) -> None:
    facts = bundled()
    renamed = replace(facts.agencies[0], name="Dinas Bina Marga dan Jembatan")
    async with in_process(database_url, tmp_path / "media") as city:
        assert {"name": renamed.name} not in (await city.anyone().ask("{ agencies { name } }"))["agencies"]
    async with database(database_url):
        assert await Transactions().run(load, replace(facts, agencies=(renamed, *facts.agencies[1:])))
    async with in_process(database_url, tmp_path / "media") as city:
        agencies = (await city.anyone().ask("{ agencies { name } }"))["agencies"]
    assert {"name": renamed.name} in agencies
