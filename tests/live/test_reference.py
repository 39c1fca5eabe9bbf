"""Reference data loaded at run time reaches every process, even from a process that sends no notification."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from actions.reference import announce, change, load, replace_days_off, with_own_tables
from actions.transaction import Transactions
from models.database import database
from models.reference.records import DayOffRecord, bundled
from models.reports import Report
from rules.periods import jakarta_day
from rules.routing import FirstHandler
from rules.service_time import DayOffKind
from tests.city import City, in_process
from tests.wire import DEADLINE, eventually

pytestmark = pytest.mark.anyio

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""The split of a kelurahan does the same on PostgreSQL."""


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


@ON_SQLITE
async def test_changed_category_leaves_reports_their_promise_and_handler(city: City) -> None:
    citizen, facts = await city.citizen(), bundled()
    asked = "responseDueAt processingDueAt handler { __typename } category { name(locale: EN) }"
    document = f"query($n: String!) {{ report(number: $n) {{ {asked} }} }}"
    before = (await citizen.report())["number"]
    promised = (await citizen.ask(document, n=before))["report"]
    (garbage,) = (one for one in facts.categories if one.code == "SAMPAH")
    other = replace(
        garbage, name_en="Waste", handler=FirstHandler.AGENCY, agency="DLH", response_target_minutes=60, weight=3
    )
    new = replace(garbage, code="SAMPAH_SUNGAI", name_en="River waste")
    categories = (*(one for one in facts.categories if one.code != "SAMPAH"), other, new)
    assert await change(city.transactions, replace(facts, categories=categories), {"categories"}, list[str]().append)
    async with asyncio.timeout(DEADLINE):
        while (now := (await citizen.ask(document, n=before))["report"])["category"]["name"] != "Waste":
            await asyncio.sleep(0.05)
    assert now == promised | {"category": {"name": "Waste"}}
    after = (await citizen.ask(document, n=(await citizen.report())["number"]))["report"]
    assert after["handler"] == {"__typename": "Agency"}
    assert after["responseDueAt"] < promised["responseDueAt"]
    assert (await citizen.report(category=new.code))["category"] == {"code": new.code}
    again = await with_own_tables(bundled(), {})
    assert other in again.categories
    assert not await change(city.transactions, again, (), list[str]().append)


@ON_SQLITE
async def test_what_is_announced_is_known_to_all_and_used_by_nobody(city: City) -> None:
    citizen, facts = await city.citizen(), bundled()
    new = replace(facts.categories[0], code="BARU")
    assert await city.transactions.run(announce, replace(facts, categories=(*facts.categories, new)))
    await eventually(lambda: "BARU" in city.services.places.categories)
    assert {"code": "BARU"} not in (await citizen.ask("{ categories { code } }"))["categories"]
    assert (await citizen.submit(category="BARU"))["errors"][0]["field"] == ["input", "category"]


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
