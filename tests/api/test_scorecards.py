"""Scorecards, boards by responsiveness and by officer: what stands there is what was done."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from actions.accounts import take_role
from actions.overdue import record_overdue
from actions.periods import close_periods
from models.accounts import Account
from models.database import fetch
from models.tallies import TALLIED
from rules.access import Role
from rules.periods import midnight
from rules.tallies import NUMBERS, Sum
from tests.city import City
from tests.wire import GAMBIR, Caller, RequestFailedError

pytestmark = pytest.mark.anyio

CIDENG = "31.71.01.1002"
START = datetime(2026, 3, 10, 1, tzinfo=UTC)
"""A Tuesday, 8.00 in Jakarta."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

CARD = """scorecard { received responded processed overdue reopened medianResponseMinutes medianProcessingMinutes
  respondedOnTime processedOnTime satisfaction responsiveness }"""
CARDS = f"""query($period: Period! = MONTH, $on: Date) {{
  kelurahan(code: "{GAMBIR}") {{ {CARD.replace("scorecard", "scorecard(period: $period, on: $on)")} }} }}"""
BOARD = f"""query($kind: BoardKind! = KELURAHAN) {{
  leaderboard(kind: $kind, metric: RESPONSIVENESS) {{ standings(first: 300) {{ edges {{ node {{
    id rank previousRank points responsiveness {CARD}
    subject {{ __typename ... on Place {{ code }} ... on Agency {{ code }}
      ... on Officer {{ id name unit {{ ... on Place {{ code }} }} }} }} }} }} }} }} }}"""
WATCHED = """query($kind: BoardKind! = KELURAHAN) { watchlist(kind: $kind) { rank responsiveness
  subject { ... on Place { code } } } }"""


async def card(city: City, **asked: Any) -> dict[str, Any]:
    found = (await city.anyone().ask(CARDS, **asked))["kelurahan"]["scorecard"]
    assert isinstance(found, dict)
    return found


async def rows(caller: Caller, **asked: Any) -> list[dict[str, Any]]:
    edges = (await caller.ask(BOARD, **asked))["leaderboard"]["standings"]["edges"]
    return [edge["node"] for edge in edges]


def at(city: City, moment: datetime) -> None:
    city.writer.now = lambda: moment


async def answer(officer: Caller, report: dict[str, Any]) -> None:
    assert (await officer.move(report["id"], "IN_PROGRESS"))["errors"] == []


async def fix(officer: Caller, report: dict[str, Any]) -> None:
    payload = await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=[await officer.photo()])
    assert payload["errors"] == []


async def write_tallies(city: City, tallies: dict[str, Sum]) -> None:
    """Write what units have gathered this month, as if it had been counted."""
    numbers = ", ".join(f"${place}" for place in range(3, 3 + len(NUMBERS)))
    for unit, gathered in tallies.items():
        await fetch(
            f"INSERT INTO tally (period, first_day, officer, unit, {TALLIED}, response_minutes, processing_minutes) "  # noqa: S608 # our own names
            f"VALUES ('MONTH', $1, 0, $2, {numbers}, '{{}}', '{{}}')",
            city.writer.now().astimezone(UTC).date().replace(day=1),
            unit,
            *gathered.numbers,
        )


async def test_a_card_has_what_was_done_with_the_reports_of_an_office(city: City) -> None:
    """Garbage is to be answered within a day; 90 minutes and 3 hours 5 minutes after the submission are in time."""
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
    await record_overdue(city.writer)
    march = await card(city, on="2026-03-31")
    assert march == {
        "received": 3,
        "responded": 2,
        "processed": 1,
        "overdue": 2,
        "reopened": 0,
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


async def test_what_an_office_has_done_nothing_of_is_null_and_not_nought(city: City) -> None:
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


async def test_a_reopening_takes_a_fix_back_in_open_periods_and_leaves_the_closed_day(city: City) -> None:
    officer, citizen = await city.official(GAMBIR), await city.citizen()
    at(city, START)
    await close_periods(city.writer)
    report = await citizen.report()
    await fix(officer, report)
    assert (await card(city))["processedOnTime"] == 1.0
    at(city, START + DAY)
    await close_periods(city.writer)
    assert (await citizen.act("reopenReport", report["id"], reason="Belum"))["errors"] == []
    month, day = await card(city), await card(city, period="DAY", on="2026-03-10")
    assert (month["processedOnTime"], month["processed"], month["reopened"]) == (None, 1, 1)
    assert (day["processedOnTime"], day["processed"], day["reopened"]) == (1.0, 1, 0)


async def test_spam_counts_in_no_share_but_the_blame_for_leaving_it_stays(city: City) -> None:
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


async def test_only_three_reports_of_a_citizen_a_day_count_in_the_shares_but_all_are_counted(city: City) -> None:
    officer, citizen = await city.official(GAMBIR), await city.citizen()
    at(city, START)
    reports = [await citizen.report() for _ in range(5)]
    for report in reports:
        await answer(officer, report)
    (shares,) = await fetch(
        "SELECT responses_decided, responded, received FROM tally WHERE period = 'MONTH' AND officer = 0"
    )
    assert (shares["responses_decided"], shares["responded"], shares["received"]) == (3, 5, 5)


async def test_many_good_reports_stand_above_few_perfect_ones_and_five_do_not_top_the_board(city: City) -> None:
    """41 on time against 3,346 at 95 %, where the mean of all is 70 %."""
    units = sorted(code for code in city.atlas.kelurahan if code.startswith("31.7"))
    at(city, START)

    def gathered(good: int, n: int) -> Sum:
        return Sum(
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


async def test_who_has_few_decided_answers_is_unranked_and_who_answers_badly_is_watched(city: City) -> None:
    at(city, START)
    bad, few, good = GAMBIR, CIDENG, "31.71.01.1003"
    await write_tallies(
        city,
        {
            bad: Sum(responses_decided=30, responses_on_time=3),
            few: Sum(responses_decided=4),
            good: Sum(responses_decided=30, responses_on_time=30),
        },
    )
    board = await rows(city.anyone())
    assert [(row["subject"]["code"], row["rank"]) for row in board[:2]] == [(good, 1), (bad, 2)]
    assert all(row["rank"] is None and row["responsiveness"] is None for row in board[2:])
    watched = (await city.anyone().ask(WATCHED))["watchlist"]
    assert [row["subject"]["code"] for row in watched] == [bad]


async def test_the_rank_before_is_that_at_the_close_of_the_period_before(city: City) -> None:
    at(city, START)
    await write_tallies(city, {GAMBIR: Sum(responses_decided=9), CIDENG: Sum(responses_decided=9, responses_on_time=9)})
    at(city, midnight(date(2026, 4, 2)))
    await write_tallies(city, {GAMBIR: Sum(responses_decided=9, responses_on_time=9)})
    first = (await rows(city.anyone()))[0]
    assert (first["subject"]["code"], first["rank"], first["previousRank"]) == (GAMBIR, 1, 2)
    assert first["responsiveness"] == 100.0


async def test_the_board_of_officers_is_for_staff_and_shows_no_account(city: City) -> None:
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
    first, second = await rows(colleague, kind="OFFICER")
    account = await Account.get(email__startswith="petugas")
    assert (first["rank"], first["responsiveness"], first["scorecard"]["responded"]) == (1, 100.0, 6)
    assert first["subject"] == {
        "__typename": "Officer",
        "id": first["subject"]["id"],
        "name": account.pseudonym,
        "unit": {"code": GAMBIR},
    }
    assert (second["rank"], second["subject"]["unit"]["code"]) == (None, "31.71.01")
    assert account.public_id not in first["subject"]["id"] + first["id"]
    node = "query($id: ID!) { node(id: $id) { ... on Standing { points } } }"
    assert (await colleague.ask(node, id=first["id"]))["node"] == {"points": first["points"]}
    assert (await city.anyone().ask(node, id=first["id"]))["node"] is None
    await take_role(city.writer, email=account.email, role=Role.OFFICER, unit=GAMBIR)
    assert (await rows(colleague, kind="OFFICER"))[0] == first


async def test_citizens_are_ranked_by_points_only(city: City) -> None:
    with pytest.raises(RequestFailedError) as refused:
        await city.anyone().ask(BOARD, kind="CITIZEN")
    assert refused.value.code == "BAD_INPUT"


async def test_a_board_with_all_its_scorecards_is_read_in_one_batch(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []

    async def counted(sql: str, *values: object) -> list[dict[str, Any]]:
        statements.append(sql)
        return await fetch(sql, *values)

    monkeypatch.setattr("models.boards.fetch", counted)
    assert len(await rows(city.anyone())) == 267
    assert len(statements) == 3  # this period, the one before, and the cards
