"""Waivers of all entries of many reports in one act: the control room's answer to spam."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from actions.accounts import credentials, grant_role
from actions.overdue import record_overdue
from actions.periods import close_periods
from actions.photos import record_upload
from actions.rebuild import rebuild
from actions.statuses import StatusChange, change_status
from actions.submissions import Submission, route, submit
from actions.transaction import Transactions
from actions.waivers import REPORTS_AT_ONCE, waive_reports
from models.database import database, fetch
from models.ledger import CITIZEN, PointEntry
from models.reference.records import bundled
from models.reports import Report
from queries.score_audit import verify
from rules.access import Person, Role, RoleGrant
from rules.periods import midnight
from rules.refusals import ErrorCode, Refusal
from rules.workflow import ReportStatus, Resolution
from schema.nodes import global_id
from tests.city import City
from tests.wire import GAMBIR, PASSWORD, Caller, beside
from tests.world import GAZETTEER, person

pytestmark = pytest.mark.anyio

START = datetime(2026, 3, 10, 1, tzinfo=UTC)
"""A Tuesday, 8:00 in Jakarta."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CIDENG, KEBON_JERUK = "31.71.01.1002", "31.73.05.1001"
CATEGORY = "PKL"
"""A category of weight 1."""

WAIVE = """mutation($ids: [ID!]!, $reason: String!) {
  waiveReports(ids: $ids, reason: $reason) { waived errors { code field } } }"""
LEDGER = """query($id: ID!) { node(id: $id) { ... on Report { scores points {
  rule points note waived unit { ... on Place { code } } } } } }"""


async def waive(admin: Caller, *ids: str, reason: str = "Spam") -> tuple[int, list[tuple[str, str | None]]]:
    """Return the number of entries waived, and the codes and the paths of the errors."""
    payload = (await admin.ask(WAIVE, ids=ids, reason=reason))["waiveReports"]
    return payload["waived"], [
        (error["code"], error["field"] and ".".join(error["field"])) for error in payload["errors"]
    ]


def at(city: City, moment: datetime) -> None:
    city.transactions.now = lambda: moment


async def sums() -> dict[str, int]:
    """Return the points of each unit, and of all citizens, that are not zero."""
    rows = await fetch("SELECT unit, SUM(points) AS points FROM point_entry GROUP BY unit ORDER BY unit")
    return {row["unit"]: int(row["points"]) for row in rows if row["points"]}


async def faults() -> list[str]:
    """Return what the verification of the scores says, and whatever a rebuilding of the tallies would correct."""
    found: list[str] = []
    await verify(found.append)
    return [*found, *map(str, await rebuild(Transactions()))]


async def dismiss(officer: Caller, report: str) -> None:
    assert (await officer.move(report, "PROCESSED", resolution="INVALID", note="Iklan"))["errors"] == []


async def fix(officer: Caller, report: str) -> None:
    proof = [await officer.photo()]
    assert (await officer.move(report, "PROCESSED", resolution="FIXED", proofPhotoIds=proof))["errors"] == []


async def submit_some(city: City, count: int, moment: datetime = START) -> list[tuple[Caller, str]]:
    """Submit reports of as many citizens at as many places; return each citizen with the id of the report."""
    citizens = [await city.citizen(f"warga{number}") for number in range(count)]
    at(city, moment)
    return [
        (citizen, (await citizen.report(category=CATEGORY, location=beside(number)))["id"])
        for number, citizen in enumerate(citizens)
    ]


async def test_one_act_takes_back_every_entry_of_reports(city: City) -> None:
    officer, admin = await city.official(GAMBIR), await city.official(None, Role.ADMIN, "admin")
    (_, late), (rater, fixed), (_, untouched), (_, kept) = await submit_some(city, 4)
    await fix(officer, fixed)
    assert (await rater.act("rateReport", fixed, stars=5))["errors"] == []
    await fix(officer, kept)
    at(city, START + 2 * DAY)
    await dismiss(officer, late)
    at(city, START + 30 * DAY)
    await record_overdue(city.transactions)
    assert await sums() == {GAMBIR: 18 - 3 - 11 + 16, CITIZEN: 4 - 2 + 4}
    standing = 2 + 5 + 2  # late: the blame, and what the citizen lost; fixed: all; untouched: both deadlines
    assert await waive(admin, late, fixed, late, untouched, reason="Iklan judi") == (standing, [])
    assert await sums() == {GAMBIR: 16, CITIZEN: 4}
    entries = (await city.anyone().ask(LEDGER, id=fixed))["node"]["points"]
    assert [(one["rule"], one["points"], one["waived"], one["note"]) for one in entries] == [
        ("RESPONDED_PROMPTLY", 6, True, None),
        ("PROCESSED_PROMPTLY", 10, True, None),
        ("RATED_WELL", 2, True, None),
        *(("WAIVED", -points, False, "Iklan judi") for points in (6, 10, 2)),
    ]
    assert await waive(admin, late, fixed, untouched) == (0, [])
    assert await faults() == []


async def test_refused_waiver_names_each_faulty_id_and_changes_nothing(city: City) -> None:
    email, unit = "rangkap@contoh.id", "31.71.01"
    for role, scope in ((Role.ADMIN, None), (Role.SUPERVISOR, unit)):
        await city.transactions.run(grant_role, city.gazetteer, await credentials(email, PASSWORD), role, scope)
    both, gambir = city.anyone(), await city.official(GAMBIR)
    await both.sign_in(email)
    jeruk = await city.official(KEBON_JERUK, name="jeruk")
    admin = await city.official(None, Role.ADMIN, "admin")
    (_, elsewhere), (_, foreign), (_, untouched) = await submit_some(city, 3)
    own = (await both.report(category=CATEGORY, location=beside(5)))["id"]
    handler = global_id("Kelurahan", KEBON_JERUK)
    assert (await gambir.act("assignReport", elsewhere, handler=handler))["errors"] == []
    await fix(jeruk, elsewhere)
    await fix(gambir, foreign)
    before = await PointEntry.all().count()
    kelurahan = handler
    many = [global_id("Report", number) for number in range(1_000, 1_001 + REPORTS_AT_ONCE)]
    unknown = many[0]
    forbidden, missing = ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND
    for caller, ids, reason, errors in (
        (gambir, [elsewhere, unknown], "Spam", [("FORBIDDEN", None)]),
        (
            both,
            [own, elsewhere, foreign, unknown, foreign, untouched, "x", unknown, kelurahan],
            " ",
            [
                ("INVALID", "reason"),
                (forbidden, "ids.0"),
                (forbidden, "ids.2"),
                (missing, "ids.3"),
                (missing, "ids.6"),
                (missing, "ids.8"),
            ],
        ),
        (admin, [unknown], "Spam", [(missing, "ids.0")]),
        (admin, [], "x" * 2_001, [("INVALID", "reason"), ("INVALID", "ids")]),
        (admin, many, "Spam", [("INVALID", "ids")]),
        (
            admin,
            [*many[1:], many[1]],
            "",
            [("INVALID", "reason"), *((missing, f"ids.{place}") for place in range(REPORTS_AT_ONCE))],
        ),
    ):
        assert await waive(caller, *ids, reason=reason) == (0, errors), ids
    assert await PointEntry.all().count() == before
    assert await waive(both, elsewhere, untouched) == (3, [])
    assert await faults() == []


async def test_deadline_that_passed_unrecorded_is_recorded_then_waived(city: City) -> None:
    """Deadlines are missed on Sunday night. On Monday, before the clock runs, the reports are waived."""
    admin = await city.official(None, Role.ADMIN, "admin")
    monday = midnight(date(2026, 3, 16))
    reports = [report for _, report in await submit_some(city, 3, monday - 3 * DAY - HOUR)]
    await close_periods(city.transactions)
    at(city, monday + HOUR)
    assert await PointEntry.all().count() == 0
    assert await waive(admin, *reports) == (6, [])
    assert await PointEntry.filter(rule="WAIVED").count() == 6
    assert (await sums(), {report.processing_overdue for report in await Report.all()}) == ({}, {True})
    await close_periods(city.transactions)
    at(city, monday + 2 * DAY)
    await record_overdue(city.transactions)
    await close_periods(city.transactions)
    decided = "SELECT period, responses_decided + processings_decided AS decided FROM tally WHERE officer = 0"
    periods = {row["period"]: row["decided"] for row in await fetch(decided) if row["period"] != "DAY"}
    assert periods == {"WEEK": 0, "MONTH": 0, "QUARTER": 0, "YEAR": 0, "ALL_TIME": 0}
    assert await faults() == []


async def test_closed_period_keeps_what_a_later_act_takes_back(city: City) -> None:
    officer, admin = await city.official(GAMBIR), await city.official(None, Role.ADMIN, "admin")
    reports = [report for _, report in await submit_some(city, 2)]
    await close_periods(city.transactions)
    for report in reports:
        await fix(officer, report)
    at(city, START + DAY)
    await close_periods(city.transactions)
    tenth = "SELECT * FROM tally WHERE period = 'DAY' AND first_day = $1 ORDER BY officer"
    before = await fetch(tenth, date(2026, 3, 10))
    assert await waive(admin, *reports) == (8, [])
    assert await fetch(tenth, date(2026, 3, 10)) == before != []
    (month,) = await fetch("SELECT * FROM tally WHERE period = 'MONTH' AND officer = 0")
    assert (month["points"], month["entries"], month["waived_points"]) == (0, 8, -32)
    assert (month["responses_decided"], month["processings_decided"]) == (0, 0)
    assert await faults() == []


async def test_report_goes_on_after_its_entries_were_waived(city: City) -> None:
    """Later acts count as always, and a second waiver takes back what they brought."""
    officer, admin = await city.official(GAMBIR), await city.official(None, Role.ADMIN, "admin")
    (_, opened), (citizen, closed) = await submit_some(city, 2)
    await dismiss(officer, closed)
    assert await waive(admin, opened, closed) == (1, [])
    assert (await citizen.act("reopenReport", closed, reason="Bukan iklan"))["errors"] == []
    at(city, START + 30 * DAY)
    await record_overdue(city.transactions)
    assert await sums() == {GAMBIR: -11 - 2 - 8}
    await fix(officer, closed)
    assert await sums() == {GAMBIR: -11 - 2 - 8 + 2, CITIZEN: 3}
    assert await waive(admin, opened, closed) == (2 + 4, [])
    assert await sums() == {}
    assert (await city.anyone().ask(LEDGER, id=closed))["node"]["scores"] is True
    assert await faults() == []


async def test_blame_of_merged_and_handed_on_reports_is_waived_once(city: City) -> None:
    officer, admin = await city.official(GAMBIR), await city.official(None, Role.ADMIN, "admin")
    citizens = [await city.citizen(f"warga{number}") for number in range(3)]
    at(city, START)
    original, same, external = [(await one.report(category=CATEGORY))["id"] for one in citizens]
    at(city, START + 2 * DAY)
    merged = await officer.move(same, "PROCESSED", resolution="DUPLICATE", duplicateOf=original)
    assert merged["errors"] == []
    assert (await admin.act("recategoriseReport", external, category="LISTRIK"))["errors"] == []
    await record_overdue(city.transactions)
    blame = -3 * 3
    assert await sums() == {GAMBIR: blame}
    assert await waive(admin, same, external) == (1 + 1, [])
    assert await sums() == {GAMBIR: -3}
    await fix(officer, original)
    assert await PointEntry.filter(rule="REVERSAL", points__gt=0).count() == 0
    assert await faults() == []


async def test_two_acts_at_once_waive_each_entry_once(city: City) -> None:
    officer = await city.official(GAMBIR)
    admins = [await city.official(None, Role.ADMIN, f"admin{number}") for number in range(3)]
    reports = [report for _, report in await submit_some(city, 6)]
    for report in reports[:3]:
        await fix(officer, report)
    some, others = reports[:4], reports[::-1]
    dismissing = asyncio.gather(*(dismiss(officer, report) for report in reports[3:5]))
    waiving = (waive(admin, *ids) for admin, ids in zip(admins, (some, others, reports), strict=True))
    assert [errors for _, errors in await asyncio.gather(*waiving)] == [[]] * 3
    await dismissing
    await waive(admins[0], *reports)
    assert await sums() == {}
    assert await PointEntry.filter(rule="WAIVED").count() >= 12
    assert await faults() == []


async def test_waived_fixes_free_their_place_for_the_day(city: City) -> None:
    officer, admin = await city.official(GAMBIR), await city.official(None, Role.ADMIN, "admin")
    citizens = [await city.citizen(f"warga{number}") for number in range(3)]
    at(city, START)
    first, second, third = [(await one.report(category=CATEGORY))["id"] for one in citizens]
    await fix(officer, first)
    await fix(officer, second)
    assert await PointEntry.filter(rule="PROCESSED_PROMPTLY").count() == 1
    await waive(admin, first, second)
    await fix(officer, third)
    assert await sums() == {GAMBIR: 16, CITIZEN: 4}
    assert await faults() == []


async def test_as_many_reports_as_allowed_of_as_many_units_are_waived(database_url: str) -> None:
    """Each of a unit and an officer of its own: more tallies than a statement of PostgreSQL can add to."""
    now = START
    async with database(database_url):
        await fetch("UPDATE log_head SET open_from = NULL")
        transactions = Transactions(now=lambda: now)
        reports = []
        discs = list({disc.code: disc for disc in bundled().discs}.values())[:REPORTS_AT_ONCE]
        for number, disc in enumerate(discs):
            latitude, longitude = disc.latitude, disc.longitude
            options = Submission(
                title="Judul", description="Isi", category=CATEGORY, latitude=latitude, longitude=longitude
            )
            routed = route(GAZETTEER, options)
            reports.append(await transactions.run(submit, await person(), routed))
            officer = await person(RoleGrant(Role.OFFICER, routed.kelurahan))
            photo = (
                await transactions.run(record_upload, officer.account_id, f"f{number}", f"{number:064d}", 800, 600)
            ).id
            fixed = StatusChange(status=ReportStatus.PROCESSED, resolution=Resolution.FIXED, proof_photo_ids=(photo,))
            await transactions.run(change_status, officer, reports[-1], fixed)
        assert len({entry.unit for entry in await PointEntry.all()}) == REPORTS_AT_ONCE + 1
        now += DAY
        admin = await person(RoleGrant(Role.ADMIN))
        listed = dict(enumerate(reports))
        assert await transactions.run(waive_reports, admin, listed, "Spam") == 4 * REPORTS_AT_ONCE
        assert (await sums(), await faults()) == ({}, [])


async def test_admin_waives_no_report_of_their_own(city: City) -> None:
    admin = Person((await person()).account_id, (RoleGrant(Role.ADMIN),))
    options = Submission(title="Judul", description="Isi", category=CATEGORY, latitude=-6.1754, longitude=106.8272)
    report = await city.transactions.run(submit, admin, route(GAZETTEER, options))
    with pytest.raises(Refusal) as refused:
        await city.transactions.run(waive_reports, admin, {3: report}, "Spam")
    assert (refused.value.code, refused.value.field) == (ErrorCode.FORBIDDEN, ("ids", "3"))
