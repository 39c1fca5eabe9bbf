"""Points, and the boards that sum them."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from actions.periods import close_periods
from models.accounts import Account
from models.database import fetch
from models.ledger import CITIZEN, PointEntry
from models.tallies import Tally
from rules.access import Role
from rules.boards import BOARDS
from rules.periods import Period, midnight
from rules.routing import AgencyKind
from tests.city import City
from tests.wire import GAMBIR, Caller, RequestFailedError, beside

pytestmark = pytest.mark.anyio

CIDENG, KEBON_JERUK, PASAR_BARU = "31.71.01.1002", "31.73.05.1001", "31.71.02.1001"
PUSAT, BARAT = "31.71", "31.73"

START = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
"""A Tuesday, 10:00 in Jakarta. People sign in before the time is set, because tokens expire by the real clock."""

ROW = """id rank previousRank points
  subject { __typename ... on Place { code } ... on Agency { code } ... on Citizen { id pseudonym } }"""
BOARD = f"""
query($kind: BoardKind! = KELURAHAN, $period: Period! = MONTH, $on: Date, $first: Int = 300, $after: String) {{
  leaderboard(kind: $kind, period: $period, on: $on) {{ kind metric period startsAt endsAt cursor
    standings(first: $first, after: $after) {{ totalCount edges {{ cursor node {{ {ROW} }} }}
      pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }}"""
AGENCIES = f"query($period: Period! = MONTH) {{ agencies {{ code kind standing(period: $period) {{ {ROW} }} }} }}"
STANDING = f"""query($code: String!, $period: Period! = MONTH) {{
  kelurahan(code: $code) {{ standing(period: $period) {{ {ROW} }} }} }}"""


def set_time(city: City, moment: datetime) -> None:
    city.transactions.now = lambda: moment


async def board(city: City, **asked: Any) -> dict[str, Any]:
    found = (await city.anyone().ask(BOARD, **asked))["leaderboard"]
    assert isinstance(found, dict)
    return found


async def rows(city: City, **asked: Any) -> list[dict[str, Any]]:
    return [edge["node"] for edge in (await board(city, **asked))["standings"]["edges"]]


async def ranked(city: City, **asked: Any) -> dict[str, tuple[int, int]]:
    """Return (rank, points) of each ranked subject, in the order of the board."""
    listed = await rows(city, **asked)
    return {row["subject"]["code"]: (row["rank"], row["points"]) for row in listed if row["rank"] is not None}


async def rules() -> list[tuple[str, str, int]]:
    entries = await PointEntry.exclude(unit=CITIZEN).order_by("position")
    return [(entry.unit, entry.rule.value, entry.points) for entry in entries]


async def place(city: City, caller: Caller, kelurahan: str, **given: Any) -> dict[str, Any]:
    """Report garbage in the centre of a kelurahan."""
    fact = city.gazetteer.kelurahan[kelurahan]
    return await caller.report(location={"latitude": fact.latitude, "longitude": fact.longitude}, **given)


async def stranger(city: City) -> Caller:
    """Return a citizen whose reports of the day all score."""
    return await city.citizen(f"orang{await Account.all().count()}")


async def fix(officer: Caller, report: dict[str, Any]) -> None:
    payload = await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=[await officer.photo()])
    assert payload["errors"] == []


async def begin(officer: Caller, report: dict[str, Any]) -> None:
    assert (await officer.move(report["id"], "IN_PROGRESS"))["errors"] == []


async def dismiss(officer: Caller, report: dict[str, Any], resolution: str = "INVALID") -> None:
    assert (await officer.move(report["id"], "PROCESSED", resolution=resolution, note="x"))["errors"] == []


async def assert_reconciled() -> None:
    """Assert that the tallies are exactly the sums of the entries."""
    points, count = Counter[tuple[str, object]](), Counter[tuple[str, object]]()
    for entry in await PointEntry.exclude(unit=CITIZEN):
        points[entry.unit, entry.day] += entry.points
        count[entry.unit, entry.day] += 1
    days = await Tally.filter(period="DAY", officer=0, entries__gt=0)
    tallies = {(tally.unit, tally.first_day): (tally.points, tally.entries) for tally in days}
    assert tallies == {key: (points[key], count[key]) for key in count}


async def test_answer_earns_more_the_sooner_it_comes(city: City) -> None:
    """Garbage has weight 2 and a response target of one day."""
    officer = await city.official(GAMBIR)
    moment, late = timedelta(microseconds=1), timedelta(days=30)
    after = [
        timedelta(0),
        timedelta(hours=6),
        timedelta(hours=6) + moment,
        timedelta(days=1),
        timedelta(days=1) + moment,
    ]
    citizens = [await city.citizen(f"warga{number}") for number in range(6)]
    for citizen, elapsed in zip(citizens, (*after, late), strict=True):
        set_time(city, START)
        report = await citizen.report()
        set_time(city, START + elapsed)
        await begin(officer, report)
    assert [(rule, points) for _, rule, points in await rules()] == [
        ("RESPONDED_PROMPTLY", 12),
        ("RESPONDED_PROMPTLY", 12),
        ("RESPONDED", 8),
        ("RESPONDED", 8),
        ("RESPONSE_OVERDUE", -6),
        ("RESPONDED_LATE", 2),
        ("RESPONSE_OVERDUE", -6),
        ("PROCESSING_OVERDUE", -16),
        ("RESPONDED_LATE", 2),
    ]
    await assert_reconciled()


async def test_fix_earns_more_the_sooner_it_comes(city: City) -> None:
    """Garbage has weight 2 and a processing target of two days."""
    officer = await city.official(GAMBIR)
    moment = timedelta(microseconds=1)
    after = [timedelta(0), timedelta(days=1), timedelta(days=1) + moment, timedelta(days=2), timedelta(days=2) + moment]
    citizens = [await city.citizen(f"warga{number}") for number in range(5)]
    for number, (citizen, elapsed) in enumerate(zip(citizens, after, strict=True)):
        set_time(city, START)
        report = await citizen.report(location=beside(number))
        await begin(officer, report)
        set_time(city, START + elapsed)
        await fix(officer, report)
    fixes = [(rule, points) for _, rule, points in await rules() if rule.startswith("PROCESSED")]
    assert fixes == [
        ("PROCESSED_PROMPTLY", 20),
        ("PROCESSED_PROMPTLY", 20),
        ("PROCESSED", 16),
        ("PROCESSED", 16),
        ("PROCESSED_LATE", 4),
    ]
    await assert_reconciled()


async def test_weight_multiplies_points_and_an_immediate_fix_earns_both_entries(city: City) -> None:
    citizen = await city.citizen()
    for category, unit, weight in (("PKL", GAMBIR, 1), ("SALURAN", GAMBIR, 2), ("BANJIR", "SDA", 3)):
        officer = await city.official(unit, name=category.lower())
        await fix(officer, await citizen.report(category=category))
        assert (await rules())[-2:] == [
            (unit, "RESPONDED_PROMPTLY", 6 * weight),
            (unit, "PROCESSED_PROMPTLY", 10 * weight),
        ]


async def test_agency_points_appear_on_no_board_of_places(city: City) -> None:
    officer = await city.official("SDA")
    await fix(officer, await (await city.citizen()).report(category="BANJIR"))
    assert await PointEntry.exclude(unit=CITIZEN).count() == 2
    for kind in ("KELURAHAN", "KECAMATAN", "CITY"):
        assert await ranked(city, kind=kind) == {}


async def test_external_agency_earns_nothing(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official("PLN")
    for resolution in ("FIXED", "INVALID", "OUT_OF_REMIT"):
        report = await citizen.report(category="LISTRIK")
        await begin(officer, report)
        if resolution == "FIXED":
            await fix(officer, report)
        else:
            await dismiss(officer, report, resolution)
    assert await PointEntry.exclude(unit=CITIZEN).count() == await Tally.filter(entries__gt=0).count() == 0


async def test_spam_closed_at_once_nets_zero_with_two_entries(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    for resolution in ("INVALID", "OUT_OF_REMIT"):
        await dismiss(officer, await citizen.report(), resolution)
    assert await rules() == [(GAMBIR, "RESPONDED_PROMPTLY", 12), (GAMBIR, "REVERSAL", -12)] * 2
    first, second, *_ = await PointEntry.exclude(unit=CITIZEN).order_by("position")
    assert second.reverses == first.position
    assert await ranked(city) == {GAMBIR: (1, 0)}  # it has an entry, so it has a rank
    await assert_reconciled()


async def test_gain_is_reversed_when_the_report_is_dismissed(city: City) -> None:
    officer = await city.official(GAMBIR)
    original, *reports = [await (await stranger(city)).report() for _ in range(4)]
    for report in reports:
        await begin(officer, report)
    await dismiss(officer, reports[0])
    await dismiss(officer, reports[1], "OUT_OF_REMIT")
    await officer.move(reports[2]["id"], "PROCESSED", resolution="DUPLICATE", duplicateOf=original["id"])
    assert Counter(await rules()) == {(GAMBIR, "RESPONDED_PROMPTLY", 12): 3, (GAMBIR, "REVERSAL", -12): 3}


async def test_withdrawn_report_earns_nothing(city: City) -> None:
    citizen = await city.citizen()
    await citizen.act("withdrawReport", (await citizen.report())["id"])
    assert await PointEntry.exclude(unit=CITIZEN).count() == 0


async def test_reversal_counts_when_made_and_leaves_the_previous_month(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    set_time(city, START)
    report = await citizen.report()
    await begin(officer, report)
    set_time(city, START + timedelta(days=31))
    await dismiss(officer, report)
    assert await ranked(city) == {GAMBIR: (1, -12)}
    assert await ranked(city, on="2026-03-31") == {GAMBIR: (1, 12 - 16)}  # answered, but not fixed on time
    assert await ranked(city, period="YEAR") == await ranked(city, period="ALL_TIME") == {GAMBIR: (1, -16)}


async def test_kecamatan_and_cities_are_the_sums_of_their_kelurahan(city: City) -> None:
    pusat = await city.official(PUSAT, Role.SUPERVISOR, name="pusat")
    barat = await city.official(BARAT, Role.SUPERVISOR, name="barat")
    for kelurahan, officer in ((GAMBIR, pusat), (CIDENG, pusat), (PASAR_BARU, pusat), (KEBON_JERUK, barat)):
        await begin(officer, await place(city, await stranger(city), kelurahan))
    await fix(pusat, await place(city, await stranger(city), CIDENG))
    assert await ranked(city) == {CIDENG: (1, 44), GAMBIR: (2, 12), PASAR_BARU: (2, 12), KEBON_JERUK: (2, 12)}
    assert await ranked(city, kind="KECAMATAN") == {"31.71.01": (1, 56), "31.71.02": (2, 12), "31.73.05": (2, 12)}
    assert await ranked(city, kind="CITY") == {PUSAT: (1, 68), BARAT: (2, 12)}
    for kind, name, count in (("KELURAHAN", "Kelurahan", 267), ("KECAMATAN", "Kecamatan", 44), ("CITY", "City", 6)):
        listed = await rows(city, kind=kind)
        assert len(listed) == count
        assert {row["subject"]["__typename"] for row in listed} == {name}


async def test_agency_board_ranks_city_agencies_by_their_own_points(city: City) -> None:
    citizen, admin = await city.citizen(), await city.official(None, Role.ADMIN)
    set_time(city, START)
    await begin(admin, await citizen.report(category="BANJIR"))
    set_time(city, START + timedelta(days=31))
    await begin(admin, await citizen.report(category="BANJIR"))
    await fix(admin, await citizen.report(category="POHON"))
    for category in ("SAMPAH", "LISTRIK"):  # handled by a kelurahan, by an external agency
        await begin(admin, await citizen.report(category=category))
    assert await ranked(city, kind="AGENCY") == {"PERTAMANAN": (1, 32), "SDA": (2, 18)}
    assert await ranked(city, kind="AGENCY", on="2026-03-10") == {"SDA": (1, 18)}
    assert await ranked(city, kind="AGENCY", period="ALL_TIME") == {"SDA": (1, 36), "PERTAMANAN": (2, 32)}
    listed = await rows(city, kind="AGENCY")
    assert {row["subject"]["__typename"] for row in listed} == {"Agency"}
    codes = [row["subject"]["code"] for row in listed]
    fellows = sorted(fact.code for fact in city.gazetteer.agencies.values() if fact.kind is AgencyKind.CITY)
    assert sorted(codes) == fellows
    assert codes[2:] == sorted(codes[2:])
    assert {row["subject"]["code"]: row["previousRank"] for row in listed[:2]} == {"PERTAMANAN": None, "SDA": 1}


async def test_agency_standing_is_its_board_row_and_null_for_external(city: City) -> None:
    officer = await city.official("SDA")
    await fix(officer, await (await city.citizen()).report(category="BANJIR"))
    for period in ("DAY", "MONTH", "ALL_TIME"):
        listed = {row["subject"]["code"]: row for row in await rows(city, kind="AGENCY", period=period)}
        result = (await city.anyone().ask(AGENCIES, period=period))["agencies"]
        assert {one["code"]: one["standing"] for one in result if one["kind"] == "CITY"} == listed
        assert {one["standing"] for one in result if one["kind"] == "EXTERNAL"} == {None}


async def test_equal_scores_share_a_rank_and_skip_the_next(city: City) -> None:
    pusat = await city.official(PUSAT, Role.SUPERVISOR, name="pusat")
    barat = await city.official(BARAT, Role.SUPERVISOR, name="barat")
    await fix(barat, await place(city, await stranger(city), KEBON_JERUK))
    for kelurahan in (CIDENG, GAMBIR):
        await begin(pusat, await place(city, await stranger(city), kelurahan))
    await dismiss(pusat, await place(city, await stranger(city), PASAR_BARU))
    assert list((await ranked(city)).items()) == [
        (KEBON_JERUK, (1, 32)),
        (GAMBIR, (2, 12)),
        (CIDENG, (2, 12)),
        (PASAR_BARU, (4, 0)),
    ]
    unranked = [row for row in await rows(city) if row["rank"] is None]
    assert len(unranked) == 263
    assert {row["points"] for row in unranked} == {0}
    codes = [row["subject"]["code"] for row in unranked]
    assert codes == sorted(codes)


async def test_period_is_a_calendar_period_in_jakarta(city: City) -> None:
    set_time(city, START)
    spans = {
        "DAY": ("2026-03-09T17:00:00Z", "2026-03-10T17:00:00Z"),
        "WEEK": ("2026-03-08T17:00:00Z", "2026-03-15T17:00:00Z"),
        "MONTH": ("2026-02-28T17:00:00Z", "2026-03-31T17:00:00Z"),
        "QUARTER": ("2025-12-31T17:00:00Z", "2026-03-31T17:00:00Z"),
        "YEAR": ("2025-12-31T17:00:00Z", "2026-12-31T17:00:00Z"),
        "ALL_TIME": (None, None),
    }
    for period, span in spans.items():
        found = await board(city, period=period)
        assert (found["startsAt"], found["endsAt"]) == span
        assert (found["kind"], found["metric"], found["period"]) == ("KELURAHAN", "POINTS", period)


async def test_points_count_on_the_jakarta_day_they_are_made(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    midnight = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)  # the start of April in Jakarta
    set_time(city, midnight - timedelta(hours=1))
    reports = [await citizen.report() for _ in range(3)]
    for report, moment in zip(reports, (midnight - timedelta(microseconds=1), midnight, midnight), strict=True):
        set_time(city, moment)
        await begin(officer, report)
    for period in ("DAY", "MONTH"):
        assert await ranked(city, period=period) == {GAMBIR: (1, 24)}
        assert await ranked(city, period=period, on="2026-03-31") == {GAMBIR: (1, 12)}
    assert await ranked(city, period="WEEK") == {GAMBIR: (1, 36)}
    for day, points in (("2026-03-31", 12), ("2026-01-01", 12), ("2026-04-01", 24)):
        assert await ranked(city, period="QUARTER", on=day) == {GAMBIR: (1, points)}
    assert await ranked(city, period="YEAR", on="2026-01-01") == {GAMBIR: (1, 36)}
    assert await ranked(city, period="YEAR", on="2025-12-31") == {}


async def test_previous_rank_is_the_rank_at_the_end_of_the_previous_period(city: City) -> None:
    citizen = await city.citizen()
    pusat = await city.official(PUSAT, Role.SUPERVISOR)
    set_time(city, START)
    for kelurahan in (GAMBIR, GAMBIR, CIDENG):
        await begin(pusat, await place(city, citizen, kelurahan))
    set_time(city, START + timedelta(days=31))
    for kelurahan in (CIDENG, PASAR_BARU):
        await fix(pusat, await place(city, citizen, kelurahan))

    async def shifts(**asked: Any) -> dict[str, tuple[int | None, int | None]]:
        listed = {row["subject"]["code"]: (row["previousRank"], row["rank"]) for row in await rows(city, **asked)}
        return {kelurahan: listed[kelurahan] for kelurahan in (GAMBIR, CIDENG, PASAR_BARU, KEBON_JERUK)}

    now = {GAMBIR: (1, None), CIDENG: (2, 1), PASAR_BARU: (None, 1), KEBON_JERUK: (None, None)}
    before = {GAMBIR: (None, 1), CIDENG: (None, 2), PASAR_BARU: (None, None), KEBON_JERUK: (None, None)}
    assert await shifts() == now
    assert await shifts(on="2026-04-01") == now
    assert await shifts(on="2026-03-01") == before
    ever = await shifts(period="ALL_TIME")
    assert {was for was, _ in ever.values()} == {None}
    set_time(city, START + timedelta(days=62))
    assert await shifts() == {GAMBIR: (None, None), CIDENG: (1, None), PASAR_BARU: (1, None), KEBON_JERUK: (None, None)}
    assert await shifts(period="QUARTER") == now


async def test_future_day_and_too_early_day_are_bad_input(city: City) -> None:
    set_time(city, START)
    for day in ("2026-03-11", "9999-12-31", "1999-12-31", "0001-01-01"):
        with pytest.raises(RequestFailedError) as failure:
            await board(city, on=day)
        assert failure.value.code == "BAD_INPUT"
    assert (await board(city, on="2026-03-10"))["endsAt"] == "2026-03-31T17:00:00Z"
    assert await ranked(city, on="2000-01-01") == {}
    set_time(city, datetime(2026, 3, 10, 17, 0, tzinfo=UTC))  # midnight in Jakarta
    assert await ranked(city, on="2026-03-11") == {}


async def test_kelurahan_standing_is_its_board_row(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    set_time(city, START)
    await begin(officer, await citizen.report())
    set_time(city, START + timedelta(days=1))
    await fix(officer, await citizen.report())
    for period in ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "ALL_TIME"):
        listed = {row["subject"]["code"]: row for row in await rows(city, period=period)}
        for code in (GAMBIR, CIDENG):
            result = await city.anyone().ask(STANDING, code=code, period=period)
            assert result["kelurahan"]["standing"] == listed[code]
    day = await city.anyone().ask(STANDING, code=GAMBIR, period="DAY")
    assert (day["kelurahan"]["standing"]["points"], day["kelurahan"]["standing"]["previousRank"]) == (32, 1)


async def test_standing_is_found_by_id_after_its_period_has_passed(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    set_time(city, START)
    await begin(officer, await citizen.report())
    kept = [
        row
        for kind in ("KELURAHAN", "KECAMATAN", "CITY", "AGENCY")
        for period in ("DAY", "MONTH", "QUARTER", "YEAR")
        for row in (await rows(city, kind=kind, period=period))[:2]
    ]
    assert len({row["id"] for row in kept}) == len(kept)
    set_time(city, START + timedelta(days=400))
    node = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Standing {{ {ROW} }} }} }}"
    assert (await city.anyone().ask(node, ids=[row["id"] for row in kept]))["nodes"] == kept


async def test_board_is_read_whole_or_in_pages(city: City) -> None:
    citizen = await city.citizen()
    pusat = await city.official(PUSAT, Role.SUPERVISOR)
    for kelurahan in (CIDENG, PASAR_BARU):
        await begin(pusat, await place(city, citizen, kelurahan))
    whole = await rows(city)
    for size in (1, 50, 89, 266, 267, 300):
        walked: list[dict[str, Any]] = []
        after = None
        for _ in range(267 if size > 1 else 5):
            page = (await board(city, first=size, after=after))["standings"]
            walked += [edge["node"] for edge in page["edges"]]
            info, after = page["pageInfo"], page["pageInfo"]["endCursor"]
            assert page["totalCount"] == 267
            assert info["hasPreviousPage"] is (len(walked) > size)
            assert info["hasNextPage"] is (len(walked) < 267)
            assert info["startCursor"] == page["edges"][0]["cursor"]
            if not info["hasNextPage"]:
                break
        assert walked == whole[: len(walked)]
        assert len(walked) == (267 if size > 1 else 5)
    assert (await board(city, after=after))["standings"]["edges"] == []


async def test_every_board_is_found_by_its_id_in_a_later_month(city: City) -> None:
    fields = f"""id kind metric period startsAt endsAt
      standings(first: 5) {{ totalCount edges {{ cursor node {{ {ROW} }} }} }}"""
    document = f"""query($kind: BoardKind!, $metric: Metric!, $period: Period!) {{
      leaderboard(kind: $kind, metric: $metric, period: $period) {{ {fields} }} }}"""
    by_id = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Leaderboard {{ {fields} }} }} }}"
    citizen, staff = await board_citizen(city, "Ani"), await city.official(PUSAT, Role.SUPERVISOR)
    await open_day(START.date())
    set_time(city, START)
    await begin(staff, await place(city, citizen, CIDENG))
    await live_at(city, START + timedelta(days=1))
    boards = [
        (await staff.ask(document, kind=kind, metric=metric, period=period))["leaderboard"]
        for kind, definition in BOARDS.items()
        for metric, period in product(sorted(definition.metrics), Period)
    ]
    assert len({board["id"] for board in boards}) == len(boards) == 66
    set_time(city, START + timedelta(days=40))
    for some in (boards[:30], boards[30:]):  # each costs 500
        ids = [board["id"] for board in some]
        assert (await staff.ask(by_id, ids=ids))["nodes"] == some
        public = [None if board["kind"] == "OFFICER" else board for board in some]
        assert (await city.anyone().ask(by_id, ids=ids))["nodes"] == public


async def test_impossible_page_of_a_board_is_bad_input(city: City) -> None:
    page = (await board(city, kind="CITY", first=1))["standings"]
    wrong: list[dict[str, Any]] = [{"first": 0}, {"first": -1}, {"first": 301}, {"after": ""}, {"after": "x"}]
    for asked in (*wrong, {"kind": "KECAMATAN", "after": page["pageInfo"]["endCursor"]}):
        with pytest.raises(RequestFailedError) as failure:
            await board(city, **asked)
        assert failure.value.code == "BAD_INPUT"


async def live_at(city: City, moment: datetime) -> None:
    """Set the time to `moment` and close every day before it."""
    set_time(city, moment)
    await close_periods(city.transactions)


async def open_day(day: date) -> None:
    await fetch("UPDATE log_head SET open_from = $1 WHERE id = 1", midnight(day))


async def board_citizen(city: City, pseudonym: str, *, ranked: bool = True) -> Caller:
    """Return a citizen with a pseudonym who takes part in the citizen board, or does not."""
    caller = await city.citizen(pseudonym.lower())
    await change_profile(caller, pseudonym=pseudonym, onCitizenBoard=ranked)
    return caller


async def change_profile(caller: Caller, **options: Any) -> None:
    document = "mutation($i: UpdateProfileInput!) { updateProfile(input: $i) { errors { message } } }"
    assert (await caller.ask(document, i=options))["updateProfile"]["errors"] == []


async def citizens(city: City, **asked: Any) -> list[tuple[str, int | None, int | None, int]]:
    """Return (pseudonym, previous rank, rank, points) of each row of the citizen board, in its order."""
    listed = await rows(city, kind="CITIZEN", **asked)
    return [(row["subject"]["pseudonym"], row["previousRank"], row["rank"], row["points"]) for row in listed]


async def test_citizen_board_ranks_opted_in_citizens_by_their_own_points(city: City) -> None:
    ani, budi, cici = [await board_citizen(city, name) for name in ("Ani", "Budi", "Cici")]
    shy, hidden = await board_citizen(city, "Dedi", ranked=False), await board_citizen(city, "Eka")
    officer = await city.official(GAMBIR)
    await change_profile(
        officer, pseudonym="Petugas", onCitizenBoard=True
    )  # official acts earn points for the unit only
    await open_day(START.date())
    set_time(city, START)
    for caller in (ani, ani, budi, shy):
        await fix(officer, await caller.report())
    await fix(officer, await hidden.report(anonymous=True))
    await dismiss(officer, await cici.report())  # +1 for the answer, reversed, and -2
    await live_at(city, START + timedelta(days=1))
    for period in ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "ALL_TIME"):
        result = await citizens(city, period=period)
        assert result[:3] == [("Ani", None, 1, 8), ("Budi", None, 2, 4), ("Cici", None, 3, -2)], period
        assert sorted(result[3:]) == [("Eka", None, None, 0), ("Petugas", None, None, 0)], period


async def test_citizen_board_changes_only_when_a_day_closes(city: City) -> None:
    ani, officer = await board_citizen(city, "Ani"), await city.official(GAMBIR)
    await open_day(START.date())
    set_time(city, START)
    report = await ani.report()
    await begin(officer, report)
    assert await citizens(city, period="ALL_TIME") == [("Ani", None, None, 0)]
    set_time(city, START + timedelta(days=1))  # the day has passed but is not closed yet
    for period in ("DAY", "MONTH", "ALL_TIME"):
        assert await citizens(city, period=period, on="2026-03-10") == [("Ani", None, None, 0)]
    await live_at(city, START + timedelta(days=1))
    closed = [("Ani", None, 1, 1)]
    assert await citizens(city) == closed
    await fix(officer, report)
    assert await citizens(city) == await citizens(city, period="ALL_TIME") == closed
    await live_at(city, START + timedelta(days=2))
    assert await citizens(city) == [("Ani", None, 1, 4)]
    assert await citizens(city, period="DAY", on="2026-03-10") == closed


async def test_citizen_board_defaults_to_the_last_closed_day(city: City) -> None:
    ani, budi = await board_citizen(city, "Ani"), await board_citizen(city, "Budi")
    officer = await city.official(GAMBIR)
    end = datetime(2026, 3, 31, 3, 0, tzinfo=UTC)
    await open_day(end.date())
    set_time(city, end)
    assert (await board(city, kind="CITIZEN", period="DAY"))["endsAt"] == "2026-03-30T17:00:00Z"
    await fix(officer, await ani.report())
    await live_at(city, end + timedelta(days=1))
    assert (await board(city, kind="CITIZEN"))["endsAt"] == "2026-03-31T17:00:00Z"
    assert await citizens(city) == [("Ani", None, 1, 4), ("Budi", None, None, 0)]
    assert sorted(await citizens(city, on="2026-04-01")) == [("Ani", 1, None, 0), ("Budi", None, None, 0)]
    await begin(officer, await budi.report())
    await live_at(city, end + timedelta(days=2))
    assert await citizens(city) == [("Budi", None, 1, 1), ("Ani", 1, None, 0)]


async def test_opting_out_removes_a_citizen_from_every_board_at_once(city: City) -> None:
    ani, budi, officer = (
        await board_citizen(city, "Ani"),
        await board_citizen(city, "Budi"),
        await city.official(GAMBIR),
    )
    await open_day(START.date())
    set_time(city, START)
    await fix(officer, await ani.report())
    await begin(officer, await budi.report())
    await live_at(city, START + timedelta(days=60))
    old = (await rows(city, kind="CITIZEN", on="2026-03-10"))[0]
    assert old["subject"]["pseudonym"] == "Ani"
    await change_profile(ani, onCitizenBoard=False)
    assert await citizens(city, on="2026-03-10") == [("Budi", None, 1, 1)]
    assert await citizens(city, on="2026-04-10") == [("Budi", 1, None, 0)]
    assert await city.anyone().ask("query($id: ID!) { node(id: $id) { id } }", id=old["id"]) == {"node": None}


async def test_citizen_id_on_boards_reveals_no_account(city: City) -> None:
    ani = await board_citizen(city, "Ani")
    await board_citizen(city, "Budi")
    (mine,) = [row for row in await rows(city, kind="CITIZEN") if row["subject"]["pseudonym"] == "Ani"]
    await change_profile(ani, pseudonym="Anita")
    for period in ("DAY", "MONTH", "ALL_TIME"):
        listed = await rows(city, kind="CITIZEN", period=period)
        (again,) = [row for row in listed if row["subject"]["pseudonym"] == "Anita"]
        assert again["subject"]["id"] == mine["subject"]["id"]
        assert len({row["subject"]["id"] for row in listed}) == 2
    viewer = (await ani.ask("{ viewer { id } }"))["viewer"]
    assert viewer["id"] != mine["subject"]["id"]
    node = "query($id: ID!) { node(id: $id) { __typename } }"
    assert await city.anyone().ask(node, id=mine["subject"]["id"]) == {"node": None}


async def test_citizen_standing_is_found_by_id_and_the_board_is_paged(city: City) -> None:
    callers = [await board_citizen(city, f"Warga{number}") for number in range(5)]
    officer = await city.official(GAMBIR)
    await open_day(START.date())
    set_time(city, START)
    for caller in callers[:3]:
        await begin(officer, await caller.report())
    await live_at(city, START + timedelta(days=1))
    whole, walked, after = await rows(city, kind="CITIZEN"), [], None
    assert [row["rank"] for row in whole] == [1, 1, 1, None, None]
    for _ in range(3):
        page = (await board(city, kind="CITIZEN", first=2, after=after))["standings"]
        walked += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert walked == whole
    set_time(city, START + timedelta(days=400))
    node = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Standing {{ {ROW} }} }} }}"
    assert (await city.anyone().ask(node, ids=[row["id"] for row in whole]))["nodes"] == whole


async def test_field_that_fails_takes_no_other_field_with_it(city: City) -> None:
    query = """{
      a: kelurahan(code: "Gambir") { standing(period: DAY) { points } scorecard(on: "2999-01-01") { received } }
      b: kelurahan(code: "Gambir") { standing(period: DAY) { points } }
    }"""
    answer = (await city.http.post("/graphql", json={"query": query})).json()
    assert answer["data"] == {"a": None, "b": {"standing": {"points": 0}}}
    assert [error["path"] for error in answer["errors"]] == [["a", "scorecard"]]
