"""A kelurahan is split into three while the city goes on."""

import asyncio
import csv
import itertools
import os
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from actions import reference
from actions.accounts import credentials, grant_role
from actions.periods import open_first_day
from actions.submissions import Submission, route, submit
from actions.transaction import Transactions
from models.accounts import Account
from models.database import database, log_head
from models.reference.gazetteer import Gazetteer
from models.reference.records import DiscRecord, KelurahanRecord, ReferenceData, bundled, bundled_boundaries
from models.reference.tables import TABLES, read_tables
from models.reports import Report
from queries.reference import read_reference_data
from queries.score_audit import verify
from rules.access import Person, Role, RoleGrant
from rules.periods import jakarta_day, midnight
from rules.workflow import ReportStatus
from tests.city import Deployment, deployed
from tests.wire import DEADLINE, PASSWORD, Caller

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

KAPUK = "31.73.01.1005"
NEW = {"31.73.01.1007": "Kapuk", "31.73.01.1008": "Kapuk Selatan", "31.73.01.1009": "Kapuk Timur"}
RATE = int(os.environ.get("SPLIT_RATE", "30"))
"""Requests a second. By hand: SPLIT_RATE=200."""

BEFORE = 16
READ = "{ reports(first: 20) { edges { node { number kelurahan { code name } handler { __typename } } } } }"
BOARD = """query($kind: BoardKind!, $metric: Metric!, $on: Date) {
    leaderboard(kind: $kind, metric: $metric, period: DAY, on: $on) {
        standings(first: 300) { edges { node { rank previousRank points responsiveness subject {
            ... on Kelurahan { code name } ... on Kecamatan { code name } } } } } } }"""


def write_tables(folder: Path, facts: ReferenceData, *names: str) -> None:
    """Write tables as an operator has them."""
    folder.mkdir()
    for name in names:
        table = TABLES[name]
        with (folder / table.file).open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(table.columns)
            for record in getattr(facts, name):
                values = asdict(record)
                rows.writerow(values[table.fields.get(column, column)] for column in table.columns)


def split(facts: ReferenceData) -> ReferenceData:
    """Divide Kapuk from west to east: its discs go to three new kelurahan."""
    (kapuk,) = (one for one in facts.kelurahan if one.code == KAPUK)
    own = sorted((disc for disc in facts.discs if disc.code == KAPUK), key=lambda disc: disc.longitude)
    heirs: list[KelurahanRecord] = []
    discs: list[DiscRecord] = []
    for number, (code, name) in enumerate(NEW.items()):
        part = own[number * len(own) // 3 : (number + 1) * len(own) // 3]
        discs += [replace(disc, code=code) for disc in part]
        heirs.append(
            replace(
                kapuk, code=code, bps_code=f"{3174070007 + number}", name=name, area_km2=1.7, latitude=part[0].latitude
            )
        )
    ended = replace(kapuk, successors=" ".join(NEW))
    return replace(
        facts,
        kelurahan=(*(one for one in facts.kelurahan if one.code != KAPUK), ended, *heirs),
        discs=(*(disc for disc in facts.discs if disc.code != KAPUK), *discs),
    )


def places(facts: ReferenceData) -> Iterator[DiscRecord]:
    """Yield places in Kapuk, over and over."""
    own = [disc for disc in facts.discs if disc.code == KAPUK]
    return itertools.cycle(own)


async def write_past(facts: ReferenceData) -> None:
    """Write reports of Kapuk of the last days, which have missed deadlines."""
    began = datetime.now(UTC) - timedelta(days=3)
    account = await Account.create(
        public_id="w", email="w", password_hash="", pseudonym="w", pseudonym_key="w", created_at=began
    )
    person = Person(account.id, (RoleGrant(Role.CITIZEN, None),))
    await open_first_day(Transactions(now=lambda: began))
    gazetteer = Gazetteer(facts)
    for number, place in zip(range(BEFORE), places(facts), strict=False):
        given = Submission(
            title=f"Judul {number}",
            description="Isi",
            category="SAMPAH",
            latitude=place.latitude,
            longitude=place.longitude,
        )
        at = began + timedelta(minutes=number * 30)
        await Transactions(now=partial(_same, at)).run(submit, person, route(gazetteer, given))


def _same(moment: datetime) -> datetime:
    return moment


async def boards(http: httpx.AsyncClient, on: str) -> list[bytes]:
    """Return the boards of a day as they are sent."""
    found = []
    for kind, metric in itertools.product(("KELURAHAN", "KECAMATAN"), ("POINTS", "RESPONSIVENESS")):
        given = {"query": BOARD, "variables": {"kind": kind, "metric": metric, "on": on}}
        answer = await http.post("/graphql", json=given)
        assert b'"errors"' not in answer.content
        found.append(answer.content)
    return found


@asynccontextmanager
async def load(city: Deployment, facts: ReferenceData) -> Any:
    """Submit reports in Kapuk and read lists, at both servers, at RATE. Yields the ids of what was accepted."""
    citizens = [Caller(http) for http in city.clients]
    for number, citizen in enumerate(citizens):
        await citizen.sign_up(f"warga{number}@contoh.id")
    accepted: list[str] = []
    waits: list[float] = []
    spots = places(facts)

    async def request(number: int) -> None:
        began, citizen = asyncio.get_running_loop().time(), citizens[number % 2]
        if number % 4 < 2:
            spot = next(spots)
            accepted.append(
                (await citizen.report(location={"latitude": spot.latitude, "longitude": spot.longitude}))["id"]
            )
        else:
            await citizen.ask(READ)
        waits.append(asyncio.get_running_loop().time() - began)

    async def drive() -> None:
        async with asyncio.TaskGroup() as group:
            for number in itertools.count():
                group.create_task(request(number))
                await asyncio.sleep(1 / RATE)
                if stop.is_set():
                    return

    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(drive())
        yield accepted
        stop.set()
    ordered = sorted(waits)
    figures = f"99 % within {ordered[len(ordered) * 99 // 100]:.3f} s, all within {ordered[-1]:.3f} s"
    print(f"{len(waits)} requests at {RATE} a second, {figures}")  # noqa: T201 # read by hand, with another RATE


async def test_kelurahan_splits_while_people_write_and_read(postgres_city_url: str, tmp_path: Path) -> None:
    facts, yesterday = bundled(), jakarta_day(datetime.now(UTC)) - timedelta(days=1)
    write_tables(tmp_path / "tables", split(facts), "kelurahan", "discs")
    async with database(postgres_city_url):
        await write_past(facts)
        async with deployed(postgres_city_url, postgres_city_url, tmp_path / "media", processes=2) as city:
            owner = await credentials("petugas@contoh.id", PASSWORD)
            await Transactions().run(grant_role, Gazetteer(facts), owner, Role.OFFICER, KAPUK)
            officer = Caller(city.clients[0])
            await officer.sign_in(owner.email)
            async with asyncio.timeout(DEADLINE):
                while ((await log_head()).open_from or midnight(yesterday)) <= midnight(yesterday):
                    await asyncio.sleep(0.1)
            before = await boards(city.clients[0], yesterday.isoformat())
            async with load(city, facts) as accepted:
                given = read_tables(tmp_path / "tables", await read_reference_data())
                changed = await reference.with_own_tables(facts, given)
                changed = replace(changed, boundaries=bundled_boundaries())  # drawing takes seconds
                assert await reference.change(Transactions(), changed, given, print)
            assert [await boards(http, yesterday.isoformat()) for http in city.clients] == [before, before]
            assert b"Kapuk" in before[0]
            await check_reports(BEFORE + len(accepted))
            await check_people(officer, accepted[0])
            today = (await officer.ask(BOARD, kind="KELURAHAN", metric="POINTS"))["leaderboard"]["standings"]["edges"]
            codes = {edge["node"]["subject"]["code"] for edge in today}
            assert codes >= NEW.keys()
            assert KAPUK not in codes
        differences: list[str] = []
        await verify(differences.append)
        assert differences == []
        again = await reference.with_own_tables(bundled(), {})
        assert not await reference.change(Transactions(), again, (), print)


async def check_reports(count: int) -> None:
    """Check that no report is lost, and that each open one is in charge of the live unit that contains it."""
    gazetteer = Gazetteer(await read_reference_data())
    assert not gazetteer.kelurahan[KAPUK].is_live
    assert await Report.all().count() == count
    for report in await Report.all():
        location = gazetteer.locate(report.latitude, report.longitude)
        assert report.status is ReportStatus.WAITING
        assert location is not None
        assert (report.kelurahan, report.handler) == (location.kelurahan, location.kelurahan)
        assert report.kelurahan in NEW


async def check_people(officer: Caller, report_id: str) -> None:
    """Check that the officer of Kapuk acts for its successors, and that Kapuk is known by its code alone."""
    assert (await officer.move(report_id, "IN_PROGRESS"))["errors"] == []
    more = "endedOn standing { rank points } reports(first: 1) { totalCount }"
    document = (
        'query($old: String!) { old: kelurahan(code: $old) { %s } new: kelurahan(code: "Kapuk") { code endedOn } }'
    )
    found = await officer.ask(document % more, old=KAPUK)
    assert found["old"]["endedOn"] is not None
    assert found["old"]["standing"] == {"rank": None, "points": 0}
    assert found["old"]["reports"] == {"totalCount": 0}
    assert found["new"] == {"code": "31.73.01.1007", "endedOn": None}
