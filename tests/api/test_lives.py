"""The worked examples of domain.md, "Points" (weight 1), executed over the API with their exact points."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actions.accounts import credentials, grant_role
from actions.overdue import record_overdue
from actions.periods import close_periods
from actions.transaction import Transactions
from models.ledger import CITIZEN, PointEntry
from models.log import LogEvent, Topic
from models.reports import Report, ReporterDay
from queries.score_audit import verify
from rules.access import Role
from schema.nodes import global_id
from tests.city import ROOT, City
from tests.wire import GAMBIR, MONAS, PASSWORD, Caller

pytestmark = pytest.mark.anyio

START = datetime(2026, 3, 10, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ELSEWHERE = {"latitude": -6.1764, "longitude": 106.8272}
"""In the same kelurahan, 110 metres from where reports usually are."""

WEIGHT_ONE = "PKL"
"""A category of weight 1 with a response target of one day and a processing target of a few."""


@dataclass
class Life:
    """A report of weight 1 in Gambir, and the people who act on it. `other`: an officer of another unit."""

    city: City
    citizen: Caller
    officer: Caller
    other: Caller
    supervisor: Caller
    admin: Caller
    report: dict[str, Any]

    def wait(self, elapsed: timedelta) -> None:
        """Set the time to `elapsed` after the submission."""
        self.city.transactions.now = lambda: START + elapsed

    async def answer(self, by: Caller | None = None) -> None:
        await self.change_status("IN_PROGRESS", by)

    async def fix(self, by: Caller | None = None) -> None:
        proof = [await (by or self.officer).photo()]
        await self.change_status("PROCESSED", by, resolution="FIXED", proofPhotoIds=proof)

    async def dismiss(self, by: Caller | None = None) -> None:
        await self.change_status("PROCESSED", by, resolution="INVALID", note="Tidak ada")

    async def change_status(self, status: str, by: Caller | None = None, **options: Any) -> None:
        payload = await (by or self.officer).move(self.report["id"], status, **options)
        assert payload["errors"] == []

    async def assign(self, by: Caller, unit: str) -> None:
        assert (
            await by.act(
                "assignReport", self.report["id"], handler=global_id("Kelurahan" if "." in unit else "Agency", unit)
            )
        )["errors"] == []

    async def rate(self, stars: int) -> None:
        assert (await self.citizen.act("rateReport", self.report["id"], stars=stars))["errors"] == []

    async def reopen(self) -> None:
        assert (await self.citizen.act("reopenReport", self.report["id"], reason="Belum"))["errors"] == []


async def excellent(life: Life) -> None:
    await life.answer()
    await life.fix()
    await life.rate(5)


async def in_time(life: Life) -> None:
    life.wait(response_target(life) * 0.9)
    await life.answer()
    life.wait(processing_target(life) * 0.9)
    await life.fix()


async def answered_and_never_fixed(life: Life) -> None:
    await life.answer()
    life.wait(100 * DAY)
    await record_overdue(life.city.transactions)


async def never_touched(life: Life) -> None:
    life.wait(100 * DAY)
    await record_overdue(life.city.transactions)


async def late_fake(life: Life) -> None:
    life.wait(100 * DAY)
    await life.answer()
    await life.fix()
    await life.rate(1)
    await life.reopen()


async def prompt_fake(life: Life) -> None:
    await life.answer()
    await life.fix()
    await life.rate(1)
    await life.reopen()


async def spam(life: Life) -> None:
    await life.dismiss()


async def real_but_dismissed(life: Life) -> None:
    await life.dismiss()
    await life.reopen()


async def fixed_twice(life: Life) -> None:
    await life.answer()
    await life.fix()
    await life.reopen()
    await life.fix()


async def fixed_again_when_the_time_had_run_out(life: Life) -> None:
    await life.answer()
    life.wait(processing_target(life) * 1.1)
    await life.fix()
    await life.reopen()
    await life.fix()


async def starred_three_times(life: Life) -> None:
    await life.answer()
    for _ in range(2):
        await life.fix()
        await life.rate(1)
        await life.reopen()
    await life.fix()
    await life.rate(1)


async def dismissed_and_upheld(life: Life) -> None:
    await life.dismiss()
    await life.reopen()
    await life.dismiss(life.supervisor)


LIVES: dict[Callable[[Life], Awaitable[None]], int] = {
    excellent: 18,
    in_time: 12,
    answered_and_never_fixed: -2,
    never_touched: -11,
    late_fake: -16,
    prompt_fake: 0,
    spam: 0,
    real_but_dismissed: -2,
    fixed_twice: 14,
    fixed_again_when_the_time_had_run_out: -2,
    starred_three_times: 8,
    dismissed_and_upheld: 0,
}


async def handed_on_at_once(life: Life) -> None:
    await life.assign(life.officer, "SDA")
    await life.fix(life.other)


async def handed_on_late(life: Life) -> None:
    life.wait(response_target(life) * 1.1)
    await life.assign(life.officer, "SDA")
    await life.fix(life.other)


async def parked_and_fetched_back(life: Life) -> None:
    await life.answer()
    await life.assign(life.officer, "SDA")
    life.wait(12 * DAY)
    await life.assign(life.officer, GAMBIR)
    life.wait(12 * DAY + HOUR)
    await life.fix()


async def parked_and_given_back(life: Life) -> None:
    await life.answer()
    await life.assign(life.officer, "SDA")
    life.wait(12 * DAY)
    await life.assign(life.other, GAMBIR)
    life.wait(12 * DAY + HOUR)
    await life.fix()


SHARED: dict[Callable[[Life], Awaitable[None]], tuple[int, int]] = {
    handed_on_at_once: (0, 10),
    handed_on_late: (-3, 10),
    parked_and_fetched_back: (0, -8),
    parked_and_given_back: (16, -8),
}
"""The points of the office and of another one."""


def response_target(life: Life) -> timedelta:
    return timedelta(minutes=life.city.gazetteer.categories[WEIGHT_ONE].response_target_minutes)


def processing_target(life: Life) -> timedelta:
    return timedelta(minutes=life.city.gazetteer.categories[WEIGHT_ONE].processing_target_minutes)


async def begin(city: City) -> Life:
    assert city.gazetteer.categories[WEIGHT_ONE].weight == 1
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    other = await city.official("SDA", name="lain")
    supervisor = await city.official("31.71.01", Role.SUPERVISOR, "camat")
    admin = await city.official(None, Role.ADMIN, "admin")
    city.transactions.now = lambda: START  # after the sign-ins: tokens expire by the real clock
    return Life(city, citizen, officer, other, supervisor, admin, await citizen.report(category=WEIGHT_ONE))


def documented(first_column: str) -> list[list[str]]:
    """Return the other two columns of a table of lives in the document."""
    table = (ROOT / "docs/scoring.md").read_text().partition(f"| {first_column} |")[2].partition("\n\n")[0]
    return [line.split("|")[2:4] for line in table.splitlines() if line.count("|") == 4][1:]


def test_document_lists_each_worked_life_with_its_sum() -> None:
    rows = documented("life of a report")
    entries = [sum(int(part) for part in re.findall(r"-?\d+", given.replace("- ", "-"))) for given, _ in rows]
    assert entries == [int(total) for _, total in rows] == list(LIVES.values())
    shared = [(int(first), int(second)) for first, second in documented("life between offices")]
    assert shared == list(SHARED.values())


@pytest.mark.parametrize("live", LIVES, ids=lambda live: live.__name__)
async def test_worked_life_earns_the_documented_points(city: City, live: Callable[[Life], Awaitable[None]]) -> None:
    life = await begin(city)
    await live(life)
    entries = await PointEntry.exclude(unit=CITIZEN).order_by("position")
    assert {entry.unit for entry in entries} == {GAMBIR}
    assert sum(entry.points for entry in entries) == LIVES[live]
    board = await city.anyone().ask(
        "{ leaderboard(period: ALL_TIME) { standings(first: 1) { edges { node { points } } } } }"
    )
    assert board["leaderboard"]["standings"]["edges"][0]["node"]["points"] == LIVES[live]


@pytest.mark.parametrize("live", SHARED, ids=lambda live: live.__name__)
async def test_life_between_offices_earns_the_documented_points(
    city: City, live: Callable[[Life], Awaitable[None]]
) -> None:
    await live(await begin(city))
    entries = await PointEntry.exclude(unit=CITIZEN)
    sums = [sum(entry.points for entry in entries if entry.unit == unit) for unit in (GAMBIR, "SDA")]
    assert tuple(sums) == SHARED[live]


async def test_first_three_reports_of_a_citizen_and_day_score_and_no_others(city: City) -> None:
    life = await begin(city)
    reports = [life.report] + [await life.citizen.report(category=WEIGHT_ONE) for _ in range(4)]
    hidden = [await life.citizen.report(category=WEIGHT_ONE, anonymous=True) for _ in range(4)]
    assert (await life.citizen.act("withdrawReport", reports[0]["id"]))["errors"] == []
    reports.append(await life.citizen.report(category=WEIGHT_ONE))  # a withdrawn report keeps its place
    for report in reversed(reports[1:] + hidden):
        life.report = report
        await life.answer()
    assert await scoring(city) == {1: True, 2: True, 3: True, 6: True, 7: True, 8: True}
    assert {entry.report_id for entry in await PointEntry.exclude(unit=CITIZEN)} == {2, 3, 6, 7, 8}
    life.wait(DAY)
    life.report = await life.citizen.report(category=WEIGHT_ONE)
    await life.answer()
    assert 11 in await scoring(city)
    assert 11 in {entry.report_id for entry in await PointEntry.exclude(unit=CITIZEN)}


async def scoring(city: City) -> dict[int, bool]:
    """Return the reports that score, by row id."""
    shown = await city.anyone().ask("{ reports(orderBy: OLDEST, first: 50) { edges { node { number scores } } } }")
    numbers = {report.number: report.id for report in await Report.all()}
    nodes = [edge["node"] for edge in shown["reports"]["edges"]]
    return {numbers[node["number"]]: True for node in nodes if node["scores"]}


async def test_of_reports_sent_at_once_only_three_score(city: City) -> None:
    life = await begin(city)
    await asyncio.gather(*(life.citizen.report(category=WEIGHT_ONE, title=f"Ke-{number}") for number in range(9)))
    first = await Report.all().order_by("number").limit(3)
    assert [report.id for report in first] == sorted(await scoring(city))


@pytest.mark.parametrize("role", [(Role.OFFICER, GAMBIR), (Role.SUPERVISOR, "31.71.01"), (Role.ADMIN, None)])
async def test_named_report_by_own_people_scores_for_other_units_only(
    city: City, role: tuple[Role, str | None]
) -> None:
    colleague = await city.official(role[1], role[0], "rekan")
    life = await begin(city)
    for anonymous, location in ((False, MONAS), (True, ELSEWHERE)):
        life.report = await colleague.report(category=WEIGHT_ONE, anonymous=anonymous, location=location)
        await life.answer()
        await life.assign(life.officer, "SDA")
        await life.fix(life.other)
    entries = await PointEntry.exclude(unit=CITIZEN).order_by("position")
    named = [] if role[0] is Role.ADMIN else ["SDA"]
    assert [entry.unit for entry in entries if entry.report_id == 2] == named
    assert [entry.unit for entry in entries if entry.report_id == 3] == [GAMBIR, "SDA"]


async def test_role_that_is_given_later_changes_no_report(city: City) -> None:
    life = await begin(city)
    await city.transactions.run(
        grant_role, city.gazetteer, await credentials("warga@contoh.id", PASSWORD), Role.OFFICER, GAMBIR
    )
    await life.answer()
    assert await PointEntry.filter(unit=GAMBIR).count() == 1


async def test_places_of_past_days_are_forgotten(city: City) -> None:
    life = await begin(city)
    for day in (1, 2, 3):
        life.wait(day * DAY)
        await close_periods(city.transactions)
        await life.citizen.report(category=WEIGHT_ONE)
    assert sorted(str(row.day) for row in await ReporterDay.all()) == ["2026-03-12", "2026-03-13"]


async def test_citizen_gains_at_most_10_points_a_day_and_loses_reversed_ones(city: City) -> None:
    life = await begin(city)
    reports = [await (life.citizen).report(category=WEIGHT_ONE) for _ in range(4)]
    for report in reports:
        life.report = report
        await life.answer()
        await life.fix()
    gains = [entry.points for entry in await PointEntry.filter(unit=CITIZEN).order_by("position")]
    assert gains == [1, 3, 1, 3, 1, 1]
    await life.reopen()
    taken = await PointEntry.filter(unit=CITIZEN, rule="REVERSAL")
    assert [entry.points for entry in taken] == []  # the fourth one had earned nothing


async def test_external_report_costs_and_earns_a_kelurahan_nothing(city: City) -> None:
    citizen = await city.citizen()
    city.transactions.now = lambda: START
    await citizen.report(category="LISTRIK")
    city.transactions.now = lambda: START + 100 * DAY
    assert await record_overdue(city.transactions) == 0
    assert await PointEntry.exclude(unit=CITIZEN).count() == 0


@pytest.mark.parametrize(
    ("share", "entries"),
    [(0.4, [("PROCESSED_PROMPTLY", 30)]), (0.9, [("PROCESSED", 24)]), (1.1, [("PROCESSED_LATE", 6)])],
)
async def test_unit_that_fetches_a_report_gains_by_the_promise(
    city: City, share: float, entries: list[tuple[str, int]]
) -> None:
    life = await begin(city)
    life.report = await life.citizen.report(category="BANJIR")
    life.wait(share * timedelta(days=1))
    await life.assign(life.officer, GAMBIR)
    life.wait(share * timedelta(days=1) + HOUR / 60)
    await life.fix()
    made = await PointEntry.filter(unit=GAMBIR)
    assert [(entry.rule, entry.points) for entry in made] == entries


async def test_stars_for_another_office_leave_those_for_the_first(city: City) -> None:
    life = await begin(city)
    await life.fix()
    await life.rate(1)
    await life.reopen()
    await life.assign(life.officer, "SDA")
    await life.fix(life.other)
    await life.rate(5)
    entries = await PointEntry.filter(rule__startswith="RATED").order_by("position")
    assert [(entry.unit, entry.points) for entry in entries] == [(GAMBIR, -4), ("SDA", 2)]
    assert await PointEntry.filter(unit=GAMBIR, rule="REVERSAL").count() == 1  # the fix


async def test_reopened_closing_is_late_for_good_unless_a_supervisor_upholds_it(city: City) -> None:
    life = await begin(city)
    shares = '{ kelurahan(code: "31.71.01.1001") { scorecard(period: ALL_TIME) { processedOnTime satisfaction } } }'

    async def on_time() -> float | None:
        card = (await city.anyone().ask(shares))["kelurahan"]["scorecard"]
        return float(card["processedOnTime"]) if card["processedOnTime"] is not None else None

    await life.fix()
    assert await on_time() == 1.0
    await life.reopen()
    await life.fix()
    assert await on_time() == 0.0
    life.report = await life.citizen.report(category=WEIGHT_ONE, title="Kedua", location=ELSEWHERE)
    await life.fix()
    life.report = await life.citizen.report(category=WEIGHT_ONE, title="Ketiga")
    await life.dismiss()
    assert await on_time() == 0.5
    await life.reopen()
    assert await on_time() == pytest.approx(1 / 3)
    await life.dismiss(life.supervisor)
    assert await on_time() == 0.5


async def differences() -> list[str]:
    """Return each difference between the score and the log."""
    lines: list[str] = []
    await verify(lines.append)
    return lines


async def gains_of_fixes() -> set[int]:
    """Return the reports whose fix has a gain that stands."""
    reversals = await PointEntry.filter(rule="REVERSAL").values_list("reverses", flat=True)
    fixes = await PointEntry.filter(rule__startswith="PROCESSED")
    return {entry.report_id for entry in fixes if entry.position not in reversals}


async def test_one_fix_of_a_place_and_day_gains(city: City) -> None:
    neighbours = [await city.citizen(f"orang{number}") for number in range(4)]
    life = await begin(city)
    for neighbour in neighbours:
        life.report, life.citizen = await neighbour.report(category=WEIGHT_ONE), neighbour
        await life.fix()
        await life.rate(5)
    assert await gains_of_fixes() == {2}
    assert await PointEntry.filter(rule="RATED_WELL").count() == 1
    life.report = await life.citizen.report(category=WEIGHT_ONE, location=ELSEWHERE)
    await life.fix()
    life.report = await life.citizen.report(category="SAMPAH")
    await life.fix()
    assert await gains_of_fixes() == {2, 6, 7}
    life.report = await neighbours[0].report(category=WEIGHT_ONE)
    life.wait(DAY)
    await life.fix()
    assert await gains_of_fixes() == {2, 6, 7, 8}
    assert await differences() == []


async def test_place_is_free_again_when_its_fix_is_reopened(city: City) -> None:
    life = await begin(city)
    second = await life.citizen.report(category=WEIGHT_ONE)
    first = life.report
    await life.fix()
    await life.reopen()
    life.report = second
    await life.fix()
    life.report = first
    await life.fix()
    assert await gains_of_fixes() == {2}
    assert await differences() == []


async def test_two_fixes_of_a_place_at_once_have_one_gain(city: City) -> None:
    neighbour = await city.citizen("tetangga")
    life = await begin(city)
    reports = [life.report, await neighbour.report(category=WEIGHT_ONE)]
    photos = [await life.officer.photo() for _ in reports]
    fixes = [
        life.officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=[photo])
        for report, photo in zip(reports, photos, strict=True)
    ]
    assert [payload["errors"] for payload in await asyncio.gather(*fixes)] == [[], []]
    assert len(await gains_of_fixes()) == 1
    assert await differences() == []


async def merge(life: Life, original: str) -> None:
    await life.change_status("PROCESSED", resolution="DUPLICATE", duplicateOf=original)


async def flood(city: City, size: int) -> tuple[Life, dict[str, Any]]:
    """Return a life in a flood that many report, merged late into the original, which was answered at once."""
    neighbours = [await city.citizen(f"orang{number}") for number in range(size)]
    officer = await city.official("SDA", name="air")
    life = await begin(city)
    life.officer, original = officer, await life.citizen.report(category="BANJIR")
    life.report = original
    await life.answer()
    reports = [await neighbour.report(category="BANJIR") for neighbour in neighbours]
    life.wait(3 * HOUR)
    for report in reports:
        life.report = report
        await merge(life, original["id"])
    life.report = original
    return life, original


async def points_of(unit: str) -> dict[int, int]:
    sums: dict[int, int] = {}
    for entry in await PointEntry.filter(unit=unit):
        sums[entry.report_id] = sums.get(entry.report_id, 0) + entry.points
    return sums


async def test_flood_merged_late_into_a_prompt_fix_costs_nothing(city: City) -> None:
    life, _ = await flood(city, 5)
    assert await points_of("SDA") == {2: 18, 3: -9, 4: -9, 5: -9, 6: -9, 7: -9}
    await life.fix()
    assert await points_of("SDA") == {2: 48, 3: 0, 4: 0, 5: 0, 6: 0, 7: 0}
    assert await differences() == []


async def test_merging_into_a_fixed_report_absolves_what_was_merged_before(city: City) -> None:
    second = await city.citizen("kedua")
    life, original = await flood(city, 1)
    better = await second.report(category="BANJIR")
    life.report = better
    await life.fix()
    life.wait(40 * HOUR)
    await record_overdue(city.transactions)
    assert await points_of("SDA") == {2: 18 - 24, 3: -9, 4: 18 + 30}
    life.report = original
    await merge(life, better["id"])
    assert await points_of("SDA") == {2: 0, 3: 0, 4: 18 + 30}
    assert await differences() == []


async def test_reopened_original_leaves_its_duplicates_as_they_are(city: City) -> None:
    life, _ = await flood(city, 1)
    await life.fix()
    await life.reopen()
    assert (await points_of("SDA"))[3] == 0


async def test_merging_late_absolves_no_false_closing(city: City) -> None:
    neighbour = await city.citizen("tetangga")
    life = await begin(city)
    original = await neighbour.report(category=WEIGHT_ONE)
    await life.fix()
    await life.rate(1)
    await life.reopen()
    fake, life.report = life.report, original
    await life.fix()
    life.report = fake
    await merge(life, original["id"])
    assert (await points_of(GAMBIR))[1] == -6  # one star, and the reopening


async def test_report_keeps_no_gain_outside_the_province(city: City) -> None:
    life = await begin(city)
    await life.answer()
    life.wait(100 * DAY)
    await record_overdue(city.transactions)
    await Report.all().update(category="LISTRIK")  # only its category takes it to this agency
    await life.assign(life.officer, "PLN")
    entries = await PointEntry.filter(unit=GAMBIR).order_by("position")
    assert [(entry.rule, entry.points) for entry in entries] == [
        ("RESPONDED_PROMPTLY", 6),
        ("PROCESSING_OVERDUE", -8),
        ("REVERSAL", -6),
    ]


async def test_anonymous_report_earns_its_reporter_nothing(city: City) -> None:
    life = await begin(city)
    life.report = await life.citizen.report(category=WEIGHT_ONE, anonymous=True)
    await life.answer()
    await life.fix()
    assert await PointEntry.filter(unit=CITIZEN).count() == 0


async def test_missed_deadline_is_dated_when_missed_and_recorded_once(city: City) -> None:
    life = await begin(city)
    life.wait(response_target(life))
    assert await record_overdue(city.transactions) == 0  # the deadline itself is still on time
    life.wait(100 * DAY)
    assert await record_overdue(city.transactions) == 1  # report
    assert await record_overdue(city.transactions) == 0
    events = await LogEvent.filter(topic=Topic.REPORT).order_by("position")
    result = [(event.kind, event.at - START) for event in events[1:]]
    assert result == [
        ("RESPONSE_OVERDUE", response_target(life)),
        ("PROCESSING_OVERDUE", processing_target(life)),
    ]
    entries = await PointEntry.exclude(unit=CITIZEN).order_by("position")
    assert [entry.at - START for entry in entries] == [response_target(life), processing_target(life)]


async def test_report_with_a_stale_due_time_blocks_no_other_report(city: City) -> None:
    life = await begin(city)
    await life.fix()
    await Report.filter(id=1).update(next_due_at=START - DAY)
    await life.citizen.report(category=WEIGHT_ONE)
    life.wait(100 * DAY)
    assert await record_overdue(city.transactions) == 2
    assert (await Report.get(id=1)).next_due_at is None
    assert await PointEntry.filter(rule__endswith="_OVERDUE").count() == 2


async def test_two_processes_record_a_missed_deadline_once(city: City) -> None:
    life = await begin(city)
    for number in range(8):
        await life.citizen.report(category=WEIGHT_ONE, title=f"Ke-{number}")
    life.wait(100 * DAY)
    other = Transactions(now=city.transactions.now)
    await asyncio.gather(
        *(record_overdue(transactions) for transactions in (city.transactions, other, city.transactions))
    )
    assert await LogEvent.filter(kind="RESPONSE_OVERDUE").count() == 9
    assert await LogEvent.filter(kind="PROCESSING_OVERDUE").count() == 9


async def test_act_before_the_clock_records_missed_deadlines_first(city: City) -> None:
    life = await begin(city)
    life.wait(response_target(life) + timedelta(seconds=1))
    await life.answer()
    entries = await PointEntry.exclude(unit=CITIZEN).order_by("position")
    assert [entry.rule for entry in entries] == ["RESPONSE_OVERDUE", "RESPONDED_LATE"]


async def test_only_an_admin_waives_an_entry_and_only_once(city: City) -> None:
    life = await begin(city)
    await never_touched(life)
    admin = life.admin
    points = (
        "query($id: ID!) { node(id: $id) { ... on Report { points { "
        "id rule points note waived reversedBy { rule points note } } } } }"
    )
    first = (await admin.ask(points, id=life.report["id"]))["node"]["points"][0]
    waive = 'mutation($id: ID!) { waiveEntry(id: $id, reason: "Banjir besar") { report { id } errors { code } } }'
    for caller, result in (
        (life.officer, "FORBIDDEN"),
        (life.citizen, "FORBIDDEN"),
        (admin, None),
        (admin, "CONFLICT"),
    ):
        errors = (await caller.ask(waive, id=first["id"]))["waiveEntry"]["errors"]
        assert [error["code"] for error in errors] == ([] if result is None else [result])
    seen = (await admin.ask(points, id=life.report["id"]))["node"]["points"]
    assert seen[0]["reversedBy"] == {"rule": "WAIVED", "points": 3, "note": "Banjir besar"}
    assert [(entry["rule"], entry["waived"], entry["note"]) for entry in seen] == [
        ("RESPONSE_OVERDUE", True, None),
        ("PROCESSING_OVERDUE", False, None),
        ("WAIVED", False, "Banjir besar"),
    ]


async def test_no_admin_waives_an_entry_of_their_own_unit(city: City) -> None:
    email, grants = "rangkap@contoh.id", ((Role.ADMIN, None), (Role.SUPERVISOR, "31.71"))
    for role, unit in grants:
        await city.transactions.run(grant_role, city.gazetteer, await credentials(email, PASSWORD), role, unit)
    both = city.anyone()
    await both.sign_in(email)
    life = await begin(city)
    await life.answer()
    points = "query($id: ID!) { node(id: $id) { ... on Report { points { id } } } }"
    (entry,) = (await both.ask(points, id=life.report["id"]))["node"]["points"]
    waive = 'mutation($id: ID!) { waiveEntry(id: $id, reason: "Untuk kami") { errors { code } } }'
    assert (await both.ask(waive, id=entry["id"]))["waiveEntry"]["errors"] == [{"code": "FORBIDDEN"}]
    assert await PointEntry.filter(rule="WAIVED").count() == 0
