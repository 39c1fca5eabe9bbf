"""Scorecards, and the boards by responsiveness and of officers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from actions.accounts import revoke_role
from actions.overdue import record_overdue
from actions.periods import close_periods
from models.accounts import Account
from models.database import fetch
from models.reading import Values, read
from models.tallies import TALLY_COLUMNS, tally_values
from rules.access import Role
from rules.periods import Period, midnight
from rules.scoring.counters import Counters, TallyKey
from schema.nodes import global_id
from tests.city import City
from tests.wire import GAMBIR, Caller, RequestFailedError, beside

pytestmark = pytest.mark.anyio

CIDENG, KEBON_JERUK = "31.71.01.1002", "31.73.05.1001"
START = datetime(2026, 3, 10, 1, tzinfo=UTC)
"""A Tuesday, 8:00 in Jakarta."""

NO_ACTS = {"dismissed": 0, "duplicates": 0, "handedOn": 0, "withdrawn": 0, "waivedPoints": 0}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

CARD = """scorecard { received responded processed overdue reopened dismissed duplicates
  handedOn withdrawn waivedPoints medianResponseMinutes medianProcessingMinutes
  respondedOnTime processedOnTime satisfaction responsiveness }"""
CARDS = f"""query($period: Period! = MONTH, $on: Date) {{
  kelurahan(code: "{GAMBIR}") {{ {CARD.replace("scorecard", "scorecard(period: $period, on: $on)")} }} }}"""
AGENCIES = f"{{ agencies {{ code {CARD} }} }}"
BOARD = f"""query($kind: BoardKind! = KELURAHAN, $period: Period! = MONTH) {{
  leaderboard(kind: $kind, metric: RESPONSIVENESS, period: $period) {{ standings(first: 300) {{ edges {{ node {{
    id rank previousRank points responsiveness band {CARD}
    subject {{ __typename ... on Place {{ code }} ... on Agency {{ code }}
      ... on Officer {{ id name unit {{ ... on Place {{ code }} }} }} }} }} }} }} }} }}"""
WATCHED = """query($kind: BoardKind! = KELURAHAN) { watchlist(kind: $kind) { rank responsiveness band
  subject { ... on Place { code } } } }"""


async def card(city: City, **asked: Any) -> dict[str, Any]:
    found = (await city.anyone().ask(CARDS, **asked))["kelurahan"]["scorecard"]
    assert isinstance(found, dict)
    return found


async def card_of(caller: Caller, code: str, kind: str = "KELURAHAN") -> dict[str, Any]:
    """Return the scorecard of a row of the board of the current month."""
    listed = await rows(caller, kind=kind)
    (found,) = [row["scorecard"] for row in listed if code in (row["subject"].get("code"), row["subject"].get("name"))]
    assert isinstance(found, dict)
    return found


async def agency_card(city: City, code: str) -> dict[str, Any]:
    (found,) = [one for one in (await city.anyone().ask(AGENCIES))["agencies"] if one["code"] == code]
    assert isinstance(found["scorecard"], dict)
    return found["scorecard"]


async def assign(caller: Caller, report: dict[str, Any], unit: str) -> None:
    handler = global_id("Kelurahan" if unit[0].isdigit() else "Agency", unit)
    assert (await caller.act("assignReport", report["id"], handler=handler))["errors"] == []


async def rows(caller: Caller, **asked: Any) -> list[dict[str, Any]]:
    edges = (await caller.ask(BOARD, **asked))["leaderboard"]["standings"]["edges"]
    return [edge["node"] for edge in edges]


def at(city: City, moment: datetime) -> None:
    city.transactions.now = lambda: moment


async def answer(officer: Caller, report: dict[str, Any]) -> None:
    assert (await officer.move(report["id"], "IN_PROGRESS"))["errors"] == []


async def fix(officer: Caller, report: dict[str, Any]) -> None:
    payload = await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=[await officer.photo()])
    assert payload["errors"] == []


async def write_tallies(city: City, tallies: dict[str, Counters]) -> None:
    """Write the counters of units for the current month directly to the tallies."""
    placeholders = ", ".join(f"${number}" for number in range(1, len(TALLY_COLUMNS) + 1))
    first_day = city.transactions.now().astimezone(UTC).date().replace(day=1)
    for unit, counters in tallies.items():
        await fetch(
            f"INSERT INTO tally ({', '.join(TALLY_COLUMNS)}) VALUES ({placeholders})",
            *tally_values(TallyKey(Period.MONTH, first_day, None, unit), counters),
        )


def both(n: int, on_time: int) -> Counters:
    """Counters of a unit with `n` decided answers and as many decided fixes, `on_time` of either on time."""
    return Counters(responses_decided=n, responses_on_time=on_time, processings_decided=n, processings_on_time=on_time)


async def test_scorecard_counts_what_a_unit_did_with_its_reports(city: City) -> None:
    """Garbage has a response target of one day, so answers after 90 minutes and 3 hours 5 minutes are on time."""
    officer = await city.official(GAMBIR)
    citizens = [await city.citizen(f"warga{number}") for number in range(3)]
    at(city, START)
    quick, slow, lying = [await citizen.report() for citizen in citizens]
    at(city, START + 1.5 * HOUR)
    await answer(officer, quick)
    at(city, START + timedelta(hours=3, minutes=5))
    await answer(officer, slow)
    await fix(officer, quick)
    assert (await citizens[0].act("rateReport", quick["id"], stars=4))["errors"] == []
    at(city, START + 30 * DAY)
    await record_overdue(city.transactions)
    march = await card(city, on="2026-03-31")
    rests = 'query { kelurahan(code: "%s") { scorecard(on: "2026-03-31") { decidedAnswers decidedFixes ratings } } }'
    decided = (await city.anyone().ask(rests % GAMBIR))["kelurahan"]["scorecard"]
    assert decided == {"decidedAnswers": 3, "decidedFixes": 3, "ratings": 1}
    assert march == {
        "received": 3,
        "responded": 2,
        "processed": 1,
        "overdue": 2,
        "reopened": 0,
        **NO_ACTS,
        "medianResponseMinutes": (90 + 190) / 2,
        "medianProcessingMinutes": 190,
        "respondedOnTime": 2 / 3,
        "processedOnTime": 1 / 3,
        "satisfaction": 0.75,
        "responsiveness": None,
    }
    totals = await city.anyone().ask(
        "query($own: ReportFilter, $fixed: ReportFilter) { "
        "all: reports(filter: $own) { totalCount } done: reports(filter: $fixed) { totalCount } }",
        own={"kelurahan": [GAMBIR]},
        fixed={"kelurahan": [GAMBIR], "resolution": ["FIXED"]},
    )
    assert (totals["all"]["totalCount"], totals["done"]["totalCount"]) == (march["received"], march["processed"])
    assert lying["status"] == "WAITING"


async def test_rates_without_data_are_null_instead_of_zero(city: City) -> None:
    found = await card(city)
    assert [name for name, value in found.items() if value is None] == [
        "medianResponseMinutes",
        "medianProcessingMinutes",
        "respondedOnTime",
        "processedOnTime",
        "satisfaction",
        "responsiveness",
    ]
    assert {found[name] for name in ("received", "responded", "processed", "overdue", "reopened")} == {0}


async def test_reopened_fix_counts_as_late_except_in_closed_periods(city: City) -> None:
    officer, citizen = await city.official(GAMBIR), await city.citizen()
    at(city, START)
    await close_periods(city.transactions)
    report = await citizen.report()
    await fix(officer, report)
    assert (await card(city))["processedOnTime"] == 1.0
    at(city, START + DAY)
    await close_periods(city.transactions)
    assert (await citizen.act("reopenReport", report["id"], reason="Belum"))["errors"] == []
    month, day = await card(city), await card(city, period="DAY", on="2026-03-10")
    assert (month["processedOnTime"], month["processed"], month["reopened"]) == (0.0, 1, 1)
    assert (day["processedOnTime"], day["processed"], day["reopened"]) == (1.0, 1, 0)


async def test_spam_counts_in_no_rate_but_its_blame_stays(city: City) -> None:
    officer = await city.official(GAMBIR)
    citizens = [await city.citizen(f"warga{number}") for number in range(2)]
    at(city, START)
    prompt, late = [await citizen.report() for citizen in citizens]
    closing = {"resolution": "INVALID", "note": "Iklan"}
    await officer.move(prompt["id"], "PROCESSED", **closing)
    assert (await card(city))["respondedOnTime"] is None
    at(city, START + 2 * DAY)
    await officer.move(late["id"], "PROCESSED", **closing)
    found = await card(city)
    assert (found["respondedOnTime"], found["responded"], found["overdue"]) == (0.0, 2, 0)


async def test_rates_cover_three_reports_per_citizen_and_day_but_counts_all(city: City) -> None:
    officer, citizen = await city.official(GAMBIR), await city.citizen()
    at(city, START)
    reports = [await citizen.report() for _ in range(5)]
    for report in reports:
        await answer(officer, report)
    (shares,) = await fetch(
        "SELECT responses_decided, responded, received FROM tally WHERE period = 'MONTH' AND officer = 0"
    )
    assert (shares["responses_decided"], shares["responded"], shares["received"]) == (3, 5, 5)


async def test_many_good_reports_rank_above_few_perfect_ones(city: City) -> None:
    """41 reports all on time against 3,346 at 95 %, with an overall mean of 70 %."""
    units = sorted(code for code in city.gazetteer.kelurahan if code.startswith("31.7"))
    at(city, START)

    def gathered(good: int, n: int) -> Counters:
        return Counters(
            responses_decided=n,
            responses_on_time=good,
            processings_decided=n,
            processings_on_time=good,
            ratings=n,
            stars=n + 4 * good,
        )

    others = {unit: gathered(6_977, 10_000) for unit in units[3:40]}
    special = {units[0]: gathered(41, 41), units[1]: gathered(3_179, 3_346), units[2]: gathered(5, 5)}
    await write_tallies(city, others | special)
    board = {row["subject"]["code"]: row for row in await rows(city.anyone())}
    assert [board[unit]["rank"] for unit in (units[1], units[0], units[2])] == [1, 2, 3]
    assert [round(board[unit]["responsiveness"], 1) for unit in units[:3]] == [94.1, 94.9, 80.0]
    assert sum(row["rank"] is None for row in board.values()) == 267 - 40


async def test_unit_with_few_answers_is_unranked_and_a_bad_one_is_watched(city: City) -> None:
    at(city, START)
    bad, few, good = GAMBIR, CIDENG, "31.71.01.1003"
    await write_tallies(
        city,
        {
            bad: both(30, 3),
            few: both(4, 0),
            good: both(30, 30),
        },
    )
    board = await rows(city.anyone())
    assert [(row["subject"]["code"], row["rank"]) for row in board[:2]] == [(good, 1), (bad, 2)]
    assert all(row["rank"] is None and row["responsiveness"] is None for row in board[2:])
    watched = (await city.anyone().ask(WATCHED))["watchlist"]
    assert [row["subject"]["code"] for row in watched] == [bad]


async def test_nobody_is_ranked_by_day_or_week_but_scores_are_shown(city: City) -> None:
    """Five reports of five citizens are answered and fixed on one day."""
    officer = await city.official(GAMBIR)
    citizens = [await city.citizen(f"warga{number}") for number in range(5)]
    at(city, START)
    reports = [await citizen.report(location=beside(number)) for number, citizen in enumerate(citizens)]
    for report in reports:
        await fix(officer, report)
    for period, rank in {"DAY": None, "WEEK": None, "MONTH": 1, "QUARTER": 1, "YEAR": 1, "ALL_TIME": 1}.items():
        board = await rows(city.anyone(), period=period)
        (own,) = [row for row in board if row["subject"]["code"] == GAMBIR]
        assert (own["rank"], own["responsiveness"], own["band"]) == (rank, 100.0, "AVERAGE"), period
        assert [row["subject"]["code"] for row in board] == sorted(
            (row["subject"]["code"] for row in board), key=lambda code: (rank is not None and code != GAMBIR, code)
        )


async def test_previous_rank_is_the_rank_at_the_end_of_the_previous_period(city: City) -> None:
    at(city, START)
    await write_tallies(city, {GAMBIR: both(9, 0), CIDENG: both(9, 9)})
    at(city, midnight(date(2026, 4, 2)))
    await write_tallies(city, {GAMBIR: both(9, 9)})
    first = (await rows(city.anyone()))[0]
    assert (first["subject"]["code"], first["rank"], first["previousRank"]) == (GAMBIR, 1, 2)
    assert first["responsiveness"] == 100.0


async def test_officer_board_is_for_staff_and_reveals_no_account(city: City) -> None:
    officer = await city.official(GAMBIR, name="petugas")
    colleague = await city.official("31.71.01", Role.SUPERVISOR, name="camat")
    citizens = [await city.citizen(f"warga{number}") for number in range(6)]
    for citizen in citizens:
        await answer(officer, await citizen.report())
    for outsider in (city.anyone(), citizens[0]):
        for ask in (BOARD, "query($kind: BoardKind!) { watchlist(kind: $kind) { rank } }"):
            with pytest.raises(RequestFailedError) as refused:
                await outsider.ask(ask, kind="OFFICER")
            assert refused.value.code == "FORBIDDEN"
    first, second = sorted(await rows(colleague, kind="OFFICER"), key=lambda row: row["points"], reverse=True)
    account = await Account.get(email__startswith="petugas")
    assert (first["rank"], first["responsiveness"], first["scorecard"]["responded"]) == (None, None, 6)
    assert first["subject"] == {
        "__typename": "Officer",
        "id": first["subject"]["id"],
        "name": account.staff_name,
        "unit": {"code": GAMBIR},
    }
    assert (second["rank"], second["subject"]["unit"]["code"]) == (None, "31.71.01")
    assert account.public_id not in first["subject"]["id"] + first["id"]
    node = "query($id: ID!) { node(id: $id) { ... on Standing { points } } }"
    assert (await colleague.ask(node, id=first["id"]))["node"] == {"points": first["points"]}
    assert (await city.anyone().ask(node, id=first["id"]))["node"] is None
    await city.transactions.run(revoke_role, email=account.email, role=Role.OFFICER, unit=GAMBIR)
    assert first in await rows(colleague, kind="OFFICER")


async def test_citizens_are_ranked_by_points_only(city: City) -> None:
    with pytest.raises(RequestFailedError) as refused:
        await city.anyone().ask(BOARD, kind="CITIZEN")
    assert refused.value.code == "BAD_INPUT"


async def test_board_with_all_scorecards_is_read_in_one_batch(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    statements: list[str] = []

    async def counted(sql: str, *values: object) -> list[Values]:
        statements.append(sql)
        return await read(sql, *values)

    monkeypatch.setattr("queries.leaderboards.read", counted)
    assert len(await rows(city.anyone())) == 267
    assert len(statements) == 6  # two for the board with the previous period, two for the bands, two for the cards


async def test_returned_report_is_received_again_and_late_for_its_holder(city: City) -> None:
    """Garbage has a processing target of two days on the unit's clock; Gambir has already held it for 50 hours."""
    gambir, cideng = await city.official(GAMBIR), await city.official(CIDENG, name="tetangga")
    citizen = await city.citizen()
    at(city, START)
    report = await citizen.report()
    at(city, START + HOUR)
    await answer(gambir, report)
    at(city, START + 50 * HOUR)
    await record_overdue(city.transactions)
    assert (await card_of(gambir, GAMBIR))["overdue"] == 1
    await assign(gambir, report, CIDENG)
    assert [(await card_of(gambir, unit))["overdue"] for unit in (GAMBIR, CIDENG)] == [0, 0]
    at(city, START + 53 * HOUR)
    await assign(cideng, report, GAMBIR)
    assert (await card_of(gambir, GAMBIR))["overdue"] == 1
    at(city, START + 54 * HOUR)
    await fix(gambir, report)
    own, other = await card_of(gambir, GAMBIR), await card_of(gambir, CIDENG)
    assert (own["received"], own["responded"], own["processed"], own["overdue"]) == (2, 1, 1, 0)
    assert (own["medianResponseMinutes"], own["medianProcessingMinutes"]) == (60, 3_100)  # 51 hours are 3,060 minutes
    assert (own["respondedOnTime"], own["processedOnTime"]) == (1.0, 0.0)
    assert (other["received"], other["responded"], other["processed"], other["overdue"]) == (1, 0, 0, 0)
    assert other["respondedOnTime"] is other["processedOnTime"] is other["medianProcessingMinutes"] is None


async def test_kecamatan_and_city_scorecards_merge_their_kelurahan(city: City) -> None:
    """Medians are computed over all reports; those of the kelurahan cannot be combined."""
    officers = {code: await city.official(code, name=f"petugas{code}") for code in (GAMBIR, CIDENG, KEBON_JERUK)}
    citizens = [await city.citizen(f"warga{number}") for number in range(5)]
    at(city, START)
    places = (GAMBIR, GAMBIR, GAMBIR, CIDENG, KEBON_JERUK)
    reports = []
    for citizen, code in zip(citizens, places, strict=True):
        fact = city.gazetteer.kelurahan[code]
        reports.append(await citizen.report(location={"latitude": fact.latitude, "longitude": fact.longitude}))
    for minutes, code, report in zip((10, 20, 90, 60, 7), places, reports, strict=True):
        at(city, START + timedelta(minutes=minutes))
        await answer(officers[code], report)
    await fix(officers[CIDENG], reports[3])
    assert (await citizens[3].act("rateReport", reports[3]["id"], stars=2))["errors"] == []
    result = {
        (kind, code): await card_of(city.anyone(), code, kind)
        for kind, code in (
            ("KELURAHAN", GAMBIR),
            ("KELURAHAN", CIDENG),
            ("KECAMATAN", "31.71.01"),
            ("CITY", "31.71"),
            ("CITY", "31.73"),
        )
    }
    names = ("received", "responded", "processed", "medianResponseMinutes", "satisfaction")
    assert {of: tuple(found[name] for name in names) for of, found in result.items()} == {
        ("KELURAHAN", GAMBIR): (3, 3, 0, 20, None),
        ("KELURAHAN", CIDENG): (1, 1, 1, 60, 0.25),
        ("KECAMATAN", "31.71.01"): (4, 4, 1, (20 + 60) / 2, 0.25),
        ("CITY", "31.71"): (4, 4, 1, 40, 0.25),
        ("CITY", "31.73"): (1, 1, 0, 7, None),
    }


async def test_external_agency_has_counts_but_no_rates(city: City) -> None:
    citizen = await city.citizen()
    sda, pln = await city.official("SDA", name="air"), await city.official("PLN", name="listrik")
    at(city, START)
    flood, dark = await citizen.report(category="BANJIR"), await citizen.report(category="LISTRIK")
    at(city, START + HOUR)
    for officer, report in ((sda, flood), (pln, dark)):
        await answer(officer, report)
        await fix(officer, report)
    assert (await citizen.act("rateReport", dark["id"], stars=1))["errors"] == []
    facts = {
        "received": 1,
        "responded": 1,
        "processed": 1,
        "overdue": 0,
        "reopened": 0,
        **NO_ACTS,
        "medianResponseMinutes": 60,
        "medianProcessingMinutes": 60,
        "satisfaction": None,
        "responsiveness": None,
    }
    assert await agency_card(city, "SDA") == facts | {"respondedOnTime": 1.0, "processedOnTime": 1.0}
    assert await agency_card(city, "PLN") == facts | {"respondedOnTime": None, "processedOnTime": None}
    board = [row["subject"]["code"] for row in await rows(city.anyone(), kind="AGENCY")]
    assert "SDA" in board
    assert "PLN" not in board
    at(city, START + 30 * DAY)
    await citizen.report(category="LISTRIK")
    at(city, START + 60 * DAY)
    await record_overdue(city.transactions)
    assert (await agency_card(city, "PLN"))["overdue"] == 0  # an external agency has no targets


async def test_officer_scorecard_counts_only_their_own_acts(city: City) -> None:
    """One officer answers late, the other fixes; no deadline is theirs, and a supervisor reopens the report."""
    first, second = [await city.official(GAMBIR, name=name) for name in ("satu", "dua")]
    chief = await city.official("31.71.01", Role.SUPERVISOR, name="camat")
    names = {}
    for name in ("satu", "dua", "camat"):
        names[name] = (await Account.get(email=f"{name}@contoh.id")).staff_name or ""
    citizen = await city.citizen()
    at(city, START)
    report = await citizen.report()
    at(city, START + 30 * HOUR)
    await answer(first, report)
    at(city, START + 40 * HOUR)
    await fix(second, report)
    assert (await citizen.act("rateReport", report["id"], stars=3))["errors"] == []
    cards = {name: await card_of(chief, names[name], "OFFICER") for name in names}
    counts = ("received", "responded", "processed", "reopened", "respondedOnTime", "processedOnTime", "satisfaction")
    assert {name: [found[each] for each in counts] for name, found in cards.items()} == {
        "satu": [0, 1, 0, 0, 0.0, None, None],
        "dua": [0, 0, 1, 0, None, 1.0, 0.5],
        "camat": [0, 0, 0, 0, None, None, None],
    }
    assert cards["satu"]["medianResponseMinutes"] == cards["dua"]["medianProcessingMinutes"] - 600 == 1_800
    assert (await chief.act("reopenReport", report["id"], reason="Belum"))["errors"] == []
    cards = {name: await card_of(chief, names[name], "OFFICER") for name in names}
    assert [cards[name]["reopened"] for name in ("satu", "dua", "camat")] == [0, 1, 0]
    assert (cards["dua"]["processedOnTime"], cards["dua"]["processed"], cards["dua"]["satisfaction"]) == (0.0, 1, 0.5)
    points = {row["subject"]["name"]: row["points"] for row in await rows(chief, kind="OFFICER")}
    assert points == {names["satu"]: 2, names["dua"]: -4, names["camat"]: 0}  # weight 2: late answer; reopened


async def test_past_period_is_unchanged_by_later_waivers_and_reopenings(city: City) -> None:
    """March ends with a late answer, a fix with five stars and an ignored report; all of it is undone in April."""
    officer, admin = await city.official(GAMBIR), await city.official(None, Role.ADMIN, "admin")
    citizens = [await city.citizen(f"warga{number}") for number in range(3)]
    end = midnight(date(2026, 4, 1))
    at(city, end - 3 * DAY)
    await close_periods(city.transactions)
    late, fixed, _ = [await citizen.report() for citizen in citizens]
    await fix(officer, fixed)
    assert (await citizens[1].act("rateReport", fixed["id"], stars=5))["errors"] == []
    at(city, end - DAY)
    await answer(officer, late)
    at(city, end + HOUR)
    await close_periods(city.transactions)
    boards = "query($on: Date) { leaderboard(on: $on) { standings(first: 2) { edges { node { id points rank } } } } }"
    past: dict[str, Any] = {"period": "MONTH", "on": "2026-03-30"}
    kept = await card(city, **past)
    assert (kept["respondedOnTime"], kept["processedOnTime"], kept["satisfaction"], kept["overdue"]) == (
        1 / 3,
        1 / 3,
        1,
        2,
    )
    week, board = await card(city, period="WEEK", on="2026-03-30"), await city.anyone().ask(boards, on="2026-03-30")
    blames = await fetch("SELECT position FROM point_entry WHERE rule IN ('RESPONSE_OVERDUE', 'PROCESSING_OVERDUE')")
    waive = 'mutation($id: ID!) { waiveEntry(id: $id, reason: "Banjir besar") { errors { code } } }'
    for row in blames:
        assert (await admin.ask(waive, id=global_id("PointEntry", row["position"])))["waiveEntry"]["errors"] == []
    assert (await citizens[1].act("reopenReport", fixed["id"], reason="Belum"))["errors"] == []
    assert (await officer.move(late["id"], "PROCESSED", resolution="INVALID", note="Iklan"))["errors"] == []
    assert await card(city, **past) == kept
    assert await city.anyone().ask(boards, on="2026-03-30") == board
    now, ever = await card(city), await card(city, period="ALL_TIME")
    assert (now["respondedOnTime"], now["processedOnTime"], now["satisfaction"]) == (None, 0.0, None)
    assert (ever["respondedOnTime"], ever["processedOnTime"], ever["satisfaction"]) == (1.0, 0.0, None)
    assert (now["reopened"], now["overdue"], ever["processed"]) == (1, 1, 1)
    assert await card(city, period="WEEK") != week  # the week is still open


async def test_scorecard_agrees_with_the_lists_of_the_unit(city: City) -> None:
    """Regression case: a ranking showed 636 open reports while the screen of the unit showed 10."""
    officer = await city.official(GAMBIR)
    citizens = [await city.citizen(f"warga{number}") for number in range(4)]
    at(city, START)
    reports = [await citizen.report() for citizen in citizens * 3]
    for number, report in enumerate(reports):
        at(city, START + (number + 1) * 5 * HOUR)
        if number % 4 == 0:
            await answer(officer, report)
        elif number % 4 == 1:
            await fix(officer, report)
        elif number % 4 == 2:
            await assign(officer, report, CIDENG)
    await citizens[0].report()
    await record_overdue(city.transactions)
    lists = """query($unit: [ID!], $code: String!) {
      open: reports(filter: {handler: $unit, status: [WAITING, IN_PROGRESS]}) { totalCount }
      late: reports(filter: {handler: $unit, overdue: true}) { totalCount }
      fixed: reports(filter: {handler: $unit, resolution: [FIXED]}) { totalCount }
      kelurahan(code: $code) { standing { points } points(first: 100, period: MONTH) {
        edges { node { rule points reversedBy { id } } } } } }"""
    unit = [global_id("Kelurahan", GAMBIR)]
    seen = await officer.ask(lists, unit=unit, code=GAMBIR)
    own, entries = await card(city), [edge["node"] for edge in seen["kelurahan"]["points"]["edges"]]
    standing = [entry["rule"] for entry in entries if entry["reversedBy"] is None]
    (held,) = await fetch(
        "SELECT SUM(open) AS open FROM tally WHERE unit = $1 AND officer = 0 AND period = 'DAY'", GAMBIR
    )
    assert (seen["open"]["totalCount"], seen["late"]["totalCount"]) == (held["open"], own["overdue"]) == (7, 6)
    assert (seen["fixed"]["totalCount"], own["received"], own["responded"]) == (own["processed"], 13, 6)
    assert seen["kelurahan"]["standing"]["points"] == sum(entry["points"] for entry in entries)
    prompt = sum(rule in ("RESPONDED_PROMPTLY", "RESPONDED") for rule in standing)
    assert own["respondedOnTime"] == prompt / (prompt + standing.count("RESPONSE_OVERDUE"))
    done = sum(rule in ("PROCESSED_PROMPTLY", "PROCESSED") for rule in standing)
    assert own["processedOnTime"] == done / (done + standing.count("PROCESSING_OVERDUE"))


async def test_watchlist_starts_with_the_worst_in_any_period(city: City) -> None:
    at(city, START)
    worst, bad, good = GAMBIR, CIDENG, "31.71.01.1003"
    await write_tallies(
        city,
        {
            bad: both(40, 8),
            worst: both(40, 0),
            good: both(40, 40),
        },
    )
    at(city, START + 60 * DAY)
    watched = """query($on: Date) { watchlist(on: $on) { rank subject { ... on Kelurahan { code } } } }"""
    found = (await city.anyone().ask(watched, on="2026-03-15"))["watchlist"]
    assert [(row["rank"], row["subject"]["code"]) for row in found] == [(3, worst), (2, bad)]
    assert (await city.anyone().ask(watched))["watchlist"] == []


async def test_bands_compare_units_with_the_pooled_shares(city: City) -> None:
    """Everybody has 80 % on time but four; the same bands stand on the board by points and on a past one."""
    units = sorted(code for code in city.gazetteer.kelurahan if code.startswith("31.71"))
    at(city, START)
    special = {
        units[0]: both(40, 16),
        units[1]: both(400, 390),
        units[2]: both(40, 40)._replace(processings_on_time=15),
        units[3]: both(4, 0),
        units[4]: both(50, 0)._replace(processings_decided=4),
    }
    await write_tallies(city, {unit: both(100, 80) for unit in units[5:]} | special)
    due = ["BELOW", "ABOVE", "BELOW", None, None, "AVERAGE"]
    bands = """query($metric: Metric!, $on: Date) { leaderboard(metric: $metric, on: $on) { standings(first: 300) {
      edges { node { band subject { ... on Place { code } } } } } } }"""
    one = f"""query($on: Date) {{ watchlist(on: $on) {{ band rank subject {{ ... on Place {{ code }} }} }}
      kelurahan(code: "{units[0]}") {{ standing {{ band }} }} }}"""
    for month in range(2):
        at(city, START + month * 30 * DAY)
        for metric in ("POINTS", "RESPONSIVENESS"):
            board = (await city.anyone().ask(bands, metric=metric, on="2026-03-10"))["leaderboard"]["standings"]
            found = {edge["node"]["subject"]["code"]: edge["node"]["band"] for edge in board["edges"]}
            assert [found[unit] for unit in units[:6]] == due
            assert sum(band is None for band in found.values()) == 267 - len(units) + 2
        seen = await city.anyone().ask(one, on="2026-03-10")
        assert [(row["subject"]["code"], row["band"]) for row in seen["watchlist"]] == [
            (units[0], "BELOW"),
            (units[2], "BELOW"),
            (units[4], None),
        ]
        assert seen["watchlist"][2]["rank"] is None
        assert seen["kelurahan"]["standing"]["band"] == (None if month else "BELOW")


async def test_officer_board_is_visible_to_every_role_of_staff(city: City) -> None:
    for number, (unit, role) in enumerate(((GAMBIR, Role.OFFICER), ("31.71", Role.SUPERVISOR), (None, Role.ADMIN))):
        official = await city.official(unit, role, f"petugas{number}")
        for metric in ("POINTS", "RESPONSIVENESS"):
            board = f"{{ leaderboard(kind: OFFICER, metric: {metric}) {{ standings {{ totalCount }} }} }}"
            assert (await official.ask(board))["leaderboard"]["standings"]["totalCount"] == min(number + 1, 2)
            with pytest.raises(RequestFailedError) as refused:
                await city.anyone().ask(board)
            assert refused.value.code == "FORBIDDEN"


async def test_unaffiliated_officer_is_listed_under_last_unit_acted_for(city: City) -> None:
    admin = await city.official(None, Role.ADMIN)
    for number, category in enumerate(("BANJIR", "POHON", "SAMPAH", "POHON")):
        citizen = await city.citizen(f"warga{number}")
        await answer(admin, await citizen.report(category=category))
    boards = """query($period: Period!) { leaderboard(kind: OFFICER, period: $period) { standings { edges { node {
      points subject { ... on Officer { unit { ... on Place { code } ... on Agency { code } } } } } } } } }"""
    result = []
    for period in ("DAY", "MONTH", "ALL_TIME"):
        (edge,) = (await admin.ask(boards, period=period))["leaderboard"]["standings"]["edges"]
        result.append((edge["node"]["points"], edge["node"]["subject"]["unit"]["code"]))
    assert result == [(18 + 12 + 12 + 12, "SDA")] * 3


async def test_missed_deadline_is_recorded_before_a_waiver(city: City) -> None:
    """A deadline is missed on Sunday night. On Monday, before the clock runs, an earlier entry is waived."""
    officer, admin = await city.official(GAMBIR), await city.official(None, Role.ADMIN, "admin")
    citizen = await city.citizen()
    monday = midnight(date(2026, 3, 16))
    at(city, monday - 6 * DAY)
    report = await citizen.report()
    at(city, monday - 2 * DAY - HOUR)
    await fix(officer, report)
    assert (await citizen.act("reopenReport", report["id"], reason="Belum"))["errors"] == []
    at(city, monday + HOUR)
    (blame,) = await fetch("SELECT position FROM point_entry WHERE rule = 'PROCESSING_OVERDUE'")
    waive = 'mutation($id: ID!) { waiveEntry(id: $id, reason: "Banjir besar") { errors { code } } }'
    assert (await admin.ask(waive, id=global_id("PointEntry", blame["position"])))["waiveEntry"]["errors"] == []
    await record_overdue(city.transactions)
    (week,) = await fetch(
        "SELECT processings_decided FROM tally WHERE period = 'WEEK' AND first_day = $1 AND officer = 0",
        date(2026, 3, 9),
    )
    assert week["processings_decided"] == 1


async def test_acts_that_bring_no_points_have_lines_of_their_own(city: City) -> None:
    """Each is charged to the unit in charge, and counts although a dismissal is reopened or a report comes back."""
    gambir, admin = await city.official(GAMBIR, name="petugas"), await city.official(None, Role.ADMIN, "admin")
    citizens = [await city.citizen(f"warga{number}") for number in range(5)]
    at(city, START)
    invalid, original, same, moved, gone = [await citizen.report() for citizen in citizens]
    assert (await gambir.move(invalid["id"], "PROCESSED", resolution="INVALID", note="Iklan"))["errors"] == []
    assert (await citizens[0].act("reopenReport", invalid["id"], reason="Bukan iklan"))["errors"] == []
    merged = await gambir.move(same["id"], "PROCESSED", resolution="DUPLICATE", duplicateOf=original["id"])
    assert merged["errors"] == []
    await assign(gambir, moved, CIDENG)
    await assign(admin, moved, GAMBIR)
    await assign(admin, moved, CIDENG)
    assert (await citizens[4].act("withdrawReport", gone["id"]))["errors"] == []
    at(city, START + 9 * DAY)
    await record_overdue(city.transactions)
    blames = await fetch(
        "SELECT position, points FROM point_entry WHERE unit = $1 AND rule = 'PROCESSING_OVERDUE'", GAMBIR
    )
    waive = 'mutation($id: ID!) { waiveEntry(id: $id, reason: "Banjir besar") { errors { code } } }'
    for row in blames[:2]:
        assert (await admin.ask(waive, id=global_id("PointEntry", row["position"])))["waiveEntry"]["errors"] == []
    names = ("received", "dismissed", "duplicates", "handedOn", "withdrawn", "waivedPoints")
    own, other = await card(city), await card_of(gambir, CIDENG)
    waived = -sum(row["points"] for row in blames[:2])
    assert waived > 0
    assert [own[name] for name in names] == [6, 2, 1, 2, 1, waived]
    assert [other[name] for name in names] == [2, 0, 0, 1, 0, 0]
    assert [(await card_of(gambir, "31.71.01", "KECAMATAN"))[name] for name in names] == [8, 2, 1, 3, 1, waived]
    officers = {row["subject"]["name"]: row["scorecard"] for row in await rows(gambir, kind="OFFICER")}
    acted = [officers[(await Account.get(email=f"{one}@contoh.id")).staff_name] for one in ("petugas", "admin")]
    assert [[one[name] for name in names[:-1]] for one in acted] == [[0, 2, 1, 1, 0], [0, 0, 0, 2, 0]]
    assert len(officers) == 2


REPORTERS = f"""query($on: Date, $period: Period! = MONTH) {{
  kelurahan(code: "{GAMBIR}") {{ scorecard(period: $period, on: $on) {{ received reporters busiestReportersShare }} }}
  KECAMATAN: leaderboard(kind: KECAMATAN, period: $period, on: $on) {{ standings(first: 50) {{ edges {{ node {{
    subject {{ ... on Place {{ code }} }} scorecard {{ received reporters busiestReportersShare }} }} }} }} }} }}"""


async def reporters(city: City, **asked: Any) -> list[tuple[int, int, float | None]]:
    """Return received, reporters and the busiest share: of Gambir, and of its kecamatan."""
    found = await city.anyone().ask(REPORTERS, **asked)
    (kecamatan,) = [
        edge["node"]["scorecard"]
        for edge in found["KECAMATAN"]["standings"]["edges"]
        if edge["node"]["subject"]["code"] == "31.71.01"
    ]
    names = ("received", "reporters", "busiestReportersShare")
    return [tuple(one[name] for name in names) for one in (found["kelurahan"]["scorecard"], kecamatan)]


async def test_reporters_of_received_reports_are_counted_once(city: City) -> None:
    """Six people, one of them in two kelurahan; hand-overs in March and in April."""
    gambir, sda = await city.official(GAMBIR), await city.official("SDA", name="air")
    citizens = [await city.citizen(f"warga{number}") for number in range(6)]
    fact = city.gazetteer.kelurahan[CIDENG]
    cideng = {"latitude": fact.latitude, "longitude": fact.longitude}
    at(city, START)
    assert await reporters(city) == [(0, 0, None)] * 2
    sent = [
        await citizen.report() for citizen, times in zip(citizens, (4, 2, 1, 1, 1), strict=False) for _ in range(times)
    ]
    await citizens[0].report(location=cideng)
    await citizens[5].report(location=cideng)
    assert await reporters(city) == [(9, 5, 7 / 9), (11, 6, 8 / 11)]
    await assign(gambir, sent[-1], CIDENG)  # received by both
    assert await reporters(city) == [(9, 5, 7 / 9), (12, 6, 9 / 12)]
    await assign(gambir, sent[-1], "SDA")
    await assign(sda, sent[-1], GAMBIR)
    march = [(10, 5, 8 / 10), (13, 6, 10 / 13)]
    assert await reporters(city) == march
    at(city, midnight(date(2026, 4, 2)))
    await assign(gambir, sent[0], CIDENG)
    assert await reporters(city, on="2026-03-31") == march
    assert await reporters(city) == [(0, 0, None), (1, 1, 1.0)]
    assert await reporters(city, period="QUARTER", on="2026-03-31") == march
    assert await reporters(city, period="ALL_TIME") == [(10, 5, 8 / 10), (14, 6, 11 / 14)]


async def test_reporters_do_not_reveal_who_wrote_an_anonymous_report(city: City) -> None:
    """The numbers are the same, no matter which of two people wrote it: anonymous reports are one reporter together."""
    citizens = [await city.citizen(f"warga{number}") for number in range(3)]
    at(city, START)
    await citizens[0].report(anonymous=True)
    assert (await reporters(city))[0] == (1, 1, 1.0)
    await citizens[0].report()
    assert (await reporters(city))[0] == (2, 2, 1.0)
    await citizens[1].report(anonymous=True)
    assert (await reporters(city))[0] == (3, 2, 1.0)
    await citizens[2].report()
    await citizens[1].report()
    assert (await reporters(city))[0] == (5, 4, 4 / 5)
