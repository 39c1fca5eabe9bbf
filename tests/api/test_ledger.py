"""The public ledger, compared with its table and with the boards that sum it."""

import base64
import logging
import re
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from models.ledger import CITIZEN, PointEntry
from models.reports import Report
from rules.access import Role
from rules.scoring.points import RULE_VERSION, Rule
from schema.nodes import global_id
from tests.city import City
from tests.wire import GAMBIR, Caller, RequestFailedError

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("ledger")]  # one process populates the city

CIDENG, KEBON_JERUK = "31.71.01.1002", "31.73.05.1001"
UNITS = (GAMBIR, CIDENG, "SDA")

START = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
"""A Tuesday, 10:00 in Jakarta. People sign in before the time is set, because tokens expire by the real clock."""

SLOT = timedelta(days=4)
LIVES = 18
"""Reports from March to May, each in its own time slot."""

ENTRY = """id at points rule ruleVersion reason english: reason(locale: EN)
  unit { __typename ... on Kelurahan { code } ... on Agency { code } }
  report { id } reverses { id points } reversedBy { id points }"""
ARGUMENTS = '$code: String! = "", $first: Int, $after: String, $period: Period, $on: Date'
PAGE = f"""points(first: $first, after: $after, period: $period, on: $on) {{ edges {{ cursor node {{ {ENTRY} }} }}
  pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }}"""
OF_KELURAHAN = f"query({ARGUMENTS}) {{ kelurahan(code: $code) {{ {PAGE} }} }}"
OF_AGENCY = (
    f"query({ARGUMENTS}, $id: ID!) {{ kelurahan(code: $code) {{ code }} "
    f"node(id: $id) {{ ... on Agency {{ {PAGE} }} }} }}"
)
OF_REPORT = f"query($id: ID!) {{ node(id: $id) {{ ... on Report {{ points {{ {ENTRY} }} }} }} }}"
BY_ID = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on PointEntry {{ {ENTRY} }} }} }}"

Row = dict[str, Any]


def set_time(city: City, moment: datetime) -> None:
    city.transactions.now = lambda: moment


async def page(caller: Caller, unit: str, **asked: Any) -> Row:
    """Return a page of the ledger of a unit: 100 entries by default."""
    asked = {"first": 100} | asked
    if unit[0].isdigit():
        found = (await caller.ask(OF_KELURAHAN, code=unit, **asked))["kelurahan"]
    else:
        found = (await caller.ask(OF_AGENCY, id=global_id("Agency", unit), **asked))["node"]
    points: Row = found["points"]
    return points


async def entries(caller: Caller, unit: str, **asked: Any) -> list[Row]:
    found = await page(caller, unit, **asked)
    assert not found["pageInfo"]["hasNextPage"]
    return [edge["node"] for edge in found["edges"]]


async def ids_of(**wanted: Any) -> list[str]:
    """Return the ids of the matching entries of units in the table, oldest first."""
    rows = await PointEntry.filter(**wanted).exclude(unit=CITIZEN).order_by("position")
    return [global_id("PointEntry", row.position) for row in rows]


async def populate(city: City) -> Caller:
    """Answer, fix, dismiss or ignore reports of three units; return an officer of one of them."""
    citizens = [await city.citizen(f"warga{number}") for number in range(LIVES)]
    officers = {unit: await city.official(unit, name=f"petugas{unit}") for unit in UNITS}
    for number, citizen in enumerate(citizens):
        set_time(city, START + number * SLOT)
        unit = UNITS[number % 3]
        fact = city.gazetteer.kelurahan[CIDENG if unit == CIDENG else GAMBIR]
        report = await citizen.report(
            category="BANJIR" if unit == "SDA" else "SAMPAH",
            location={"latitude": fact.latitude, "longitude": fact.longitude},
        )
        officer, life = officers[unit], number // 3 % 5
        if life == 4:
            continue
        if life != 0:
            set_time(city, START + number * SLOT + timedelta(hours=7 * (number % 4)))
            assert (await officer.move(report["id"], "IN_PROGRESS"))["errors"] == []
        set_time(city, START + number * SLOT + timedelta(hours=20 * (number % 4)))
        if life in (0, 1):
            assert (await officer.move(report["id"], "PROCESSED", resolution="INVALID", note="x"))["errors"] == []
        elif life == 2:
            options = {"resolution": "FIXED", "proofPhotoIds": [await officer.photo()]}
            assert (await officer.move(report["id"], "PROCESSED", **options))["errors"] == []
    return officers[GAMBIR]


async def test_entries_of_a_period_add_up_to_the_points_on_the_board(populated: tuple[City, Caller]) -> None:
    city, _ = populated
    board = """query($period: Period!, $on: Date!) { leaderboard(period: $period, on: $on) { standings(first: 300) {
      edges { node { rank points subject { ... on Kelurahan { code } } } } } } }"""
    anyone, seen = city.anyone(), set()
    days = sorted({entry.day.isoformat() for entry in await PointEntry.all()})[::3]
    assert len({day[:7] for day in days}) >= 3  # months
    for period in ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "ALL_TIME"):
        for on in (*days, "2026-02-28", "2025-12-31"):
            standings = (await anyone.ask(board, period=period, on=on))["leaderboard"]["standings"]["edges"]
            rows = {edge["node"]["subject"]["code"]: edge["node"] for edge in standings}
            for code in (GAMBIR, CIDENG, KEBON_JERUK):
                listed = await entries(anyone, code, period=period, on=on)
                assert sum(entry["points"] for entry in listed) == rows[code]["points"]
                assert (listed == []) is (rows[code]["rank"] is None)
                seen.add((code, period, rows[code]["points"]))
    assert len(seen) > 20


async def test_entries_of_the_current_period_add_up_to_the_standing(populated: tuple[City, Caller]) -> None:
    city, _ = populated
    standing = (
        "query($code: String!, $period: Period!) { kelurahan(code: $code) { standing(period: $period) { points } } }"
    )
    for moment in (START + timedelta(hours=1), START + 3 * SLOT, START + LIVES * SLOT):
        set_time(city, moment)
        for code in (GAMBIR, CIDENG):
            for period in ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "ALL_TIME"):
                result = (await city.anyone().ask(standing, code=code, period=period))["kelurahan"]["standing"]
                listed = await entries(city.anyone(), code, period=period)
                assert sum(entry["points"] for entry in listed) == result["points"]


async def test_ledger_lists_every_entry_of_a_unit_newest_first(populated: tuple[City, Caller]) -> None:
    city, officer = populated
    for unit in UNITS:
        listed = await entries(city.anyone(), unit)
        assert [entry["id"] for entry in listed] == (await ids_of(unit=unit))[::-1]
        for caller in (officer, await city.citizen(f"lain{unit}")):
            assert await entries(caller, unit) == listed
    rows = {global_id("PointEntry", row.position): row for row in await PointEntry.all()}
    for entry in listed:
        row = rows[entry["id"]]
        assert (datetime.fromisoformat(entry["at"]), entry["points"], entry["rule"]) == (row.at, row.points, row.rule)
        assert (entry["ruleVersion"], entry["unit"]) == (RULE_VERSION, {"__typename": "Agency", "code": "SDA"})
        assert entry["report"] == {"id": global_id("Report", row.report_id)}
    assert {entry["rule"]: (entry["reason"], entry["english"]) for entry in listed}["RESPONDED_PROMPTLY"] == (
        "Dijawab dalam seperempat dari waktu yang dijanjikan.",
        "Answered within a quarter of the promised time.",
    )
    assert await entries(city.anyone(), "PLN") == await entries(city.anyone(), KEBON_JERUK) == []


async def test_default_page_size_is_50(city: City) -> None:
    await dismiss_reports(city, 26)
    document = "query($code: String!) { kelurahan(code: $code) { points { edges { cursor } } } }"
    found = await city.anyone().ask(document, code=GAMBIR)
    assert len(found["kelurahan"]["points"]["edges"]) == 50
    assert len((await page(city.anyone(), GAMBIR, first=None))["edges"]) == 50


async def test_paging_forward_returns_every_entry_once(populated: tuple[City, Caller]) -> None:
    city, _ = populated
    anyone = city.anyone()
    for unit in UNITS:
        for period in (None, "MONTH", "YEAR"):
            whole = await entries(anyone, unit, period=period)
            assert whole
            for size in (1, 2, len(whole), len(whole) + 1):
                assert await walk(anyone, unit, size, period=period) == whole


async def walk(caller: Caller, unit: str, size: int, **asked: Any) -> list[Row]:
    """Read all pages to the end."""
    walked: list[Row] = []
    cursor = None
    while True:
        found = await page(caller, unit, first=size, after=cursor, **asked)
        edges, info = found["edges"], found["pageInfo"]
        assert 0 < len(edges) <= size
        assert (info["startCursor"], info["endCursor"]) == (edges[0]["cursor"], edges[-1]["cursor"])
        assert info["hasPreviousPage"] is bool(walked)
        walked += [edge["node"] for edge in edges]
        assert len({entry["id"] for entry in walked}) == len(walked)
        cursor = info["endCursor"]
        if not info["hasNextPage"]:
            return walked


async def test_entries_are_ordered_by_counted_day_then_position(city: City) -> None:
    """A deadline missed before midnight may be recorded after it."""
    citizens = [await city.citizen(f"warga{number}") for number in range(4)]
    officer = await city.official(GAMBIR)
    set_time(city, START)
    reports = [await citizen.report() for citizen in citizens]
    made = []
    for report, hours in zip(reports, (15, 0, 15, 0), strict=True):
        set_time(city, START + timedelta(hours=hours))
        assert (await officer.move(report["id"], "IN_PROGRESS"))["errors"] == []
        made += [each for each in await ids_of(unit=GAMBIR) if each not in made]
    set_time(city, START + timedelta(days=1))
    wanted = [made[place] for place in (2, 0, 3, 1)]
    for size in (1, 2, 3, 4):
        assert [entry["id"] for entry in await walk(city.anyone(), GAMBIR, size)] == wanted
        assert [entry["id"] for entry in await walk(city.anyone(), GAMBIR, size, period="MONTH")] == wanted
        earlier = await walk(city.anyone(), GAMBIR, size, period="DAY", on="2026-03-10")
        assert [entry["id"] for entry in earlier] == wanted[2:]


async def test_cursor_continues_after_its_entry_in_any_period(populated: tuple[City, Caller]) -> None:
    city, _ = populated
    anyone = city.anyone()
    edges = (await page(anyone, GAMBIR))["edges"]
    days = {entry.position: entry.day for entry in await PointEntry.all()}
    for edge in edges:
        older = edges[edges.index(edge) + 1 :]
        for on in sorted(set(days.values()))[::3]:
            month = await entries(anyone, GAMBIR, period="MONTH", on=on.isoformat())
            found = await page(anyone, GAMBIR, period="MONTH", on=on.isoformat(), after=edge["cursor"])
            assert [each["node"] for each in found["edges"]] == [
                each["node"] for each in older if each["node"] in month
            ]


async def test_new_entry_shifts_no_page(populated: tuple[City, Caller]) -> None:
    city, officer = populated
    anyone = city.anyone()
    first = await page(anyone, GAMBIR, first=3)
    (waiting,) = await Report.filter(kelurahan=GAMBIR, handler=GAMBIR, status="WAITING")
    assert (await officer.move(global_id("Report", waiting.id), "IN_PROGRESS"))["errors"] == []
    rest = await page(anyone, GAMBIR, after=first["pageInfo"]["endCursor"])
    whole = (await page(anyone, GAMBIR))["edges"]
    assert first["edges"] + rest["edges"] == whole[1:]


async def test_entry_and_its_reversal_reference_each_other(populated: tuple[City, Caller]) -> None:
    city, _ = populated
    listed = [entry for unit in UNITS for entry in await entries(city.anyone(), unit)]
    found = {entry["id"]: entry for entry in listed}
    reversals = [entry for entry in listed if entry["rule"] == Rule.REVERSAL]
    assert len(reversals) >= 6
    for entry in reversals:
        gain = found[entry["reverses"]["id"]]
        assert gain["reversedBy"] == {"id": entry["id"], "points": entry["points"]}
        assert entry["reverses"] == {"id": gain["id"], "points": -entry["points"]}
        assert gain["report"] == entry["report"]
    for entry in listed:
        assert (entry["reverses"] is not None) is (entry in reversals)
        assert (entry["reversedBy"] is not None) is (entry["id"] in {each["reverses"]["id"] for each in reversals})
    assert any(entry["reversedBy"] is None and entry["points"] > 0 for entry in listed)


async def test_report_points_match_the_ledger_in_its_order(populated: tuple[City, Caller]) -> None:
    city, officer = populated
    ledger = {entry["id"]: entry for unit in UNITS for entry in await entries(city.anyone(), unit)}
    lengths = set()
    for report in await Report.all():
        for caller in (city.anyone(), officer):
            result = (await caller.ask(OF_REPORT, id=global_id("Report", report.id)))["node"]["points"]
            assert result == [ledger[each] for each in await ids_of(report_id=report.id)]
        lengths.add(len(result))
    assert len(lengths) > 2


async def test_anyone_finds_an_entry_by_its_id(populated: tuple[City, Caller]) -> None:
    city, officer = populated
    listed = [entry for unit in UNITS for entry in await entries(city.anyone(), unit)]
    admin = await city.official(None, Role.ADMIN, name="admin")
    for caller in (city.anyone(), officer, admin):
        assert (await caller.ask(BY_ID, ids=[entry["id"] for entry in listed]))["nodes"] == listed


async def test_unknown_entry_id_finds_nothing(populated: tuple[City, Caller]) -> None:
    city, _ = populated
    entry, *_ = await PointEntry.all()
    wrong = [f"PointEntry:{each}" for each in ("", "0", "-1", f"0{entry.position}", 10**18 - 1, 2**63, "x", "1:1")]
    ids = [base64.urlsafe_b64encode(each.encode()).decode().rstrip("=") for each in wrong]
    ids.append(global_id("PointEntry", entry.position - 1))  # an event that is not an entry
    assert (await city.anyone().ask(BY_ID, ids=ids))["nodes"] == [None] * len(ids)


async def test_citizen_entries_are_private(populated: tuple[City, Caller]) -> None:
    city, _ = populated
    row = await PointEntry.filter(reverses=None).first()
    assert row is not None
    before = (await city.anyone().ask(OF_REPORT, id=global_id("Report", row.report_id)))["node"]
    await PointEntry.create(
        position=10**9,
        unit=CITIZEN,
        report_id=row.report_id,
        rule=row.rule,
        rule_version=RULE_VERSION,
        points=1,
        at=row.at,
        day=row.day,
    )
    assert (await city.anyone().ask(OF_REPORT, id=global_id("Report", row.report_id)))["node"] == before
    assert (await city.anyone().ask(BY_ID, ids=[global_id("PointEntry", 10**9)]))["nodes"] == [None]


def forged(*keys: object) -> str:
    return base64.urlsafe_b64encode(b"page1:" + orjson.dumps(keys)).decode().rstrip("=")


async def test_impossible_page_of_the_ledger_is_bad_input(city: City) -> None:
    citizen = await city.citizen()
    set_time(city, START)
    await citizen.report()
    other = await city.anyone().ask(
        """{ kelurahans(first: 1) { pageInfo { endCursor } }
        reports(first: 1) { cursor pageInfo { endCursor } edges { node { timeline { pageInfo { endCursor } } } } } }"""
    )
    cursors = [
        other["kelurahans"]["pageInfo"]["endCursor"],
        other["reports"]["pageInfo"]["endCursor"],
        other["reports"]["edges"][0]["node"]["timeline"]["pageInfo"]["endCursor"],
        other["reports"]["cursor"],
        *("", "x", "=", "\0", forged(), forged(5), forged("2026-03-10"), forged("2026-03-10", "5"), forged(5, 5)),
        *(forged("2026-02-30", 5), forged("2026-03-10", 2**63), forged("2026-03-10", 5, 5), forged("a\0b", 5)),
    ]
    wrong: list[Row] = [{"after": cursor} for cursor in cursors]
    wrong += [{"first": 0}, {"first": -1}, {"first": 101}, {"on": "2026-03-10"}]
    wrong += [{"period": "ALL_TIME", "on": on} for on in ("2026-03-11", "1999-12-31", "9999-12-31", "0001-01-01")]
    for asked in wrong:
        for unit in (GAMBIR, "SDA"):
            with pytest.raises(RequestFailedError) as failure:
                await page(city.anyone(), unit, **asked)
            assert failure.value.code == "BAD_INPUT", asked
    for keys in (("2026-03-10", 5), ("0001-01-01", -1), ("9999-12-31", 2**63 - 1), ("20260310", True)):
        assert (await page(city.anyone(), GAMBIR, after=forged(*keys)))["edges"] == []


async def dismiss_reports(city: City, count: int) -> None:
    """Let Gambir dismiss `count` reports, each with one entry and its reversal."""
    citizens = [await city.citizen(f"warga{number}") for number in range(-(-count // 3))]
    officer = await city.official(GAMBIR)
    for number in range(count):
        report = await citizens[number // 3].report()
        assert (await officer.move(report["id"], "PROCESSED", resolution="INVALID", note="x"))["errors"] == []


async def statements(caplog: pytest.LogCaptureFixture, reading: Awaitable[Row]) -> tuple[Row, list[str]]:
    """Return the result of a read and its statements on reports or points. The log tailer reads neither."""
    caplog.clear()
    with caplog.at_level(logging.DEBUG, logger="tanggap.reading"):
        found = await reading
    result = [record.getMessage() for record in caplog.records if record.name == "tanggap.reading"]
    return found, [each for each in result if re.search(r"FROM (point_entry|report)\b", each)]


async def test_statement_count_is_independent_of_page_size(city: City, caplog: pytest.LogCaptureFixture) -> None:
    await dismiss_reports(city, 25)
    anyone = city.anyone()
    for size in (2, 50):
        found, asked = await statements(caplog, page(anyone, GAMBIR, first=size))
        assert len(found["edges"]) == size
        assert len(asked) == 4  # the page, its reports, the reversed entries, the reversals
    listed = "query($n: Int) { reports(first: $n) { edges { node { points { rule reversedBy { id } } } } } }"
    for size in (2, 25):
        found, asked = await statements(caplog, anyone.ask(listed, n=size))
        assert [len(edge["node"]["points"]) for edge in found["reports"]["edges"]] == [2] * size
        assert len(asked) == 3
