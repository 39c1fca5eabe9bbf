"""Lists of reports: filters, orders and pages, compared with a plain filter over all reports."""

import base64
import itertools
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

import queries.reports
from rules.access import Role
from tests.city import City
from tests.wire import Caller, RequestFailedError

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("lists")]  # one process populates the city

START = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
"""People sign in before the time is set, because tokens expire by the real clock."""

NOW = START + timedelta(days=3)
REPORTS = 40
KELURAHAN = ("31.71.01.1001", "31.71.01.1002", "31.71.02.1001", "31.73.05.1001", "31.74.01.1001")
CITIES = ("31.71", "31.73", "31.74")
CATEGORIES = ("SAMPAH", "PKL", "BANJIR", "LISTRIK", "LAINNYA")
ORDERS = ("NEWEST", "OLDEST", "MOST_SUPPORTED")

ROW = """id number status resolution overdue submittedAt respondedAt processedAt responseDueAt processingDueAt
  supportCount viewerIsReporter timeline(last: 1) { edges { node { at } } }
  location { latitude longitude } category { code }
  kelurahan { code kecamatan { code } city { code } }
  handler { ... on Kelurahan { id code } ... on Agency { id code kind } }"""
ARGUMENTS = "$f: ReportFilter, $o: ReportOrder! = NEWEST, $first: Int, $after: String, $last: Int, $before: String"
GIVEN = "filter: $f, orderBy: $o, first: $first, after: $after, last: $last, before: $before"
PAGE = f"""query({ARGUMENTS}) {{ reports({GIVEN}) {{ cursor totalCount edges {{ cursor node {{ {ROW} }} }}
  pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"""
IDS = f"query({ARGUMENTS}) {{ reports({GIVEN}) {{ totalCount edges {{ node {{ id }} }} }} }}"

Row = dict[str, Any]
Test = Callable[[Row], bool]


def set_time(city: City, moment: datetime) -> None:
    city.transactions.now = lambda: moment


async def page(caller: Caller, **asked: Any) -> dict[str, Any]:
    found = (await caller.ask(PAGE, **asked))["reports"]
    assert isinstance(found, dict)
    return found


async def populate(city: City) -> Caller:
    """Create reports of all kinds, many with equal times and support; return one of their authors."""
    chance = random.Random(20260310)
    authors = [await city.citizen(f"warga{number}") for number in range(3)]
    supporters = [await city.citizen(f"tetangga{number}") for number in range(3)]
    officials = [await city.official(code, Role.SUPERVISOR, name=f"wali{code}") for code in CITIES]
    officials += [await city.official(code, name=code.lower()) for code in ("SDA", "PLN")]
    set_time(city, START)
    for number in range(REPORTS):
        moment = START + timedelta(hours=12 * (number // 8))
        set_time(city, moment)
        fact = city.gazetteer.kelurahan[chance.choice(KELURAHAN)]
        author = chance.choice(authors)
        report = await author.report(
            title=f"Laporan {number}",
            category=chance.choice(CATEGORIES),
            location={"latitude": fact.latitude, "longitude": fact.longitude},
        )
        for supporter in supporters[: chance.randrange(4)]:
            assert (await supporter.act("supportReport", report["id"]))["errors"] == []
        await move_on(chance, author, officials, report)
    set_time(city, NOW)
    return authors[0]


async def move_on(chance: random.Random, author: Caller, officials: Sequence[Caller], report: Row) -> None:
    """Answer, close, withdraw or ignore a report at random."""
    handler = report["handler"]["code"]
    units = (*CITIES, "SDA", "PLN")
    official = next(each for unit, each in zip(units, officials, strict=True) if handler.startswith(unit))
    ends: list[dict[str, Any]] = [
        {"status": "PROCESSED", "resolution": "INVALID", "note": "x"},
        {"status": "PROCESSED", "resolution": "OUT_OF_REMIT", "note": "x"},
        {"status": "PROCESSED", "resolution": "FIXED"},
        {"status": "IN_PROGRESS"},
        {"status": "IN_PROGRESS"},
    ]
    match chance.randrange(10):
        case 0:
            assert (await author.act("withdrawReport", report["id"]))["errors"] == []
        case lot if lot <= len(ends):
            options = dict(ends[lot - 1])
            if options.get("resolution") == "FIXED":
                options["proofPhotoIds"] = [await official.photo()]
            assert (await official.act("changeReportStatus", report["id"], **options))["errors"] == []


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def is_late(row: Row) -> bool:
    """Return whether a promised deadline was missed (domain.md, "Targets")."""
    if row["status"] == "PROCESSED":
        return False
    unanswered = row["respondedAt"] is None and moment(row["responseDueAt"]) < NOW
    return unanswered or moment(row["processingDueAt"]) < NOW


def box(south: float, west: float, north: float, east: float) -> tuple[dict[str, Any], Test]:
    def inside(row: Row) -> bool:
        at = row["location"]
        return bool(south <= at["latitude"] <= north and west <= at["longitude"] <= east)

    return {"within": {"south": south, "west": west, "north": north, "east": east}}, inside


def filters(rows: Sequence[Row]) -> list[tuple[dict[str, Any], Test]]:
    """Return every filter with the equivalent plain Python predicate."""
    fourth = sorted(rows, key=lambda row: moment(row["submittedAt"]))[len(rows) // 2]["submittedAt"]
    at = rows[0]["location"]
    handlers = {row["handler"]["code"]: row["handler"]["id"] for row in rows}
    some = {*sorted(handlers)[:2], "PLN"}
    return [
        ({}, lambda _: True),
        ({"status": ["WAITING"]}, lambda row: row["status"] == "WAITING"),
        ({"status": ["IN_PROGRESS", "PROCESSED"]}, lambda row: row["status"] != "WAITING"),
        ({"status": []}, lambda _: False),
        ({"resolution": ["FIXED", "WITHDRAWN"]}, lambda row: row["resolution"] in {"FIXED", "WITHDRAWN"}),
        ({"resolution": ["DUPLICATE"]}, lambda row: row["resolution"] == "DUPLICATE"),
        ({"category": ["SAMPAH", "BANJIR"]}, lambda row: row["category"]["code"] in {"SAMPAH", "BANJIR"}),
        ({"kelurahan": ["Gambir", KELURAHAN[3]]}, lambda row: row["kelurahan"]["code"] in KELURAHAN[0::3]),
        ({"kecamatan": ["31.71.01"]}, lambda row: row["kelurahan"]["kecamatan"]["code"] == "31.71.01"),
        ({"city": ["31.71", "31.74"]}, lambda row: row["kelurahan"]["city"]["code"] != "31.73"),
        ({"handler": [handlers[code] for code in some]}, lambda row: row["handler"]["code"] in some),
        box(at["latitude"], at["longitude"], at["latitude"], at["longitude"]),
        box(-6.2, 106.7, -6.1, 106.82),
        box(-7, 106, -5, at["longitude"]),
        ({"submittedFrom": fourth}, lambda row: moment(row["submittedAt"]) >= moment(fourth)),
        ({"submittedTo": fourth}, lambda row: moment(row["submittedAt"]) < moment(fourth)),
        ({"overdue": True}, is_late),
        ({"overdue": False}, lambda row: not is_late(row)),
        ({"external": True}, lambda row: row["handler"].get("kind") == "EXTERNAL"),
        ({"external": False}, lambda row: row["handler"].get("kind") != "EXTERNAL"),
        ({"mine": True}, lambda row: row["viewerIsReporter"]),
        ({"mine": False}, lambda _: True),
        ({"actionable": True}, lambda _: False),
        ({"actionable": False}, lambda _: True),
        ({"supportersAtLeast": 2}, lambda row: row["supportCount"] >= 2),
        ({"processedFrom": fourth}, lambda row: (row["processedAt"] or "") >= fourth),
        ({"processedTo": fourth}, lambda row: "" < (row["processedAt"] or "") < fourth),
        ({"changedFrom": fourth}, lambda row: row["timeline"]["edges"][0]["node"]["at"] >= fourth),
        ({"withoutPhoto": True}, lambda _: True),
        ({"reopened": True}, lambda _: False),
    ]


async def test_filters_and_pairs_of_filters_match_a_plain_filter(populated: tuple[City, Caller]) -> None:
    _, author = populated
    rows = [edge["node"] for edge in (await page(author, first=100))["edges"]]
    assert len(rows) == REPORTS
    every = filters(rows)
    for (one, means), (other, means_too) in itertools.combinations_with_replacement(every, 2):
        if set(one) & set(other) and one != other:
            continue
        wanted = [row["id"] for row in rows if means(row) and means_too(row)]
        found = (await author.ask(IDS, f=one | other, first=100))["reports"]
        assert [edge["node"]["id"] for edge in found["edges"]] == wanted, (one, other)
        assert found["totalCount"] == len(wanted)
    selective = [means for _, means in every if 0 < sum(map(means, rows)) < len(rows)]
    assert len(selective) >= 15  # the filters selected different reports
    assert all(row["overdue"] is is_late(row) for row in rows)


async def test_each_filter_keeps_each_order_on_all_pages(
    populated: tuple[City, Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries.reports, "WALKED", 12)  # so that some pages are filled by walking, and some are not
    _, author = populated
    for order in (*ORDERS, "DUE_SOONEST", "RECENTLY_CHANGED"):
        whole = [edge["node"] for edge in (await page(author, o=order, first=100))["edges"]]
        for given, means in filters(whole):
            wanted = [row["id"] for row in whole if means(row)]
            if wanted:
                assert await walk(author, "first", "after", 5, f=given, o=order) == wanted, (order, given)
                assert await walk(author, "last", "before", 5, f=given, o=order) == wanted, (order, given)


async def test_filter_narrows_the_reports_of_a_kelurahan(populated: tuple[City, Caller]) -> None:
    _, author = populated
    rows = [edge["node"] for edge in (await page(author, first=100))["edges"]]
    document = f"""query($code: String!, {ARGUMENTS}) {{ kelurahan(code: $code) {{ reports({GIVEN}) {{
      totalCount edges {{ node {{ id }} }} }} }} }}"""
    for code in (*KELURAHAN, "31.75.01.1001"):
        for given, means in filters(rows):
            found = (await author.ask(document, code=code, f=given, first=100))["kelurahan"]["reports"]
            wanted = [row["id"] for row in rows if row["kelurahan"]["code"] == code and means(row)]
            assert [edge["node"]["id"] for edge in found["edges"]] == wanted, (code, given)
            assert found["totalCount"] == len(wanted)


def row_number(row: Row) -> int:
    """Return a sort key for the order of submission, also among equal moments."""
    return int(row["number"].removeprefix("JK"))


KEYS: dict[str, Callable[[Row], Any]] = {
    "NEWEST": lambda row: (moment(row["submittedAt"]), row_number(row)),
    "OLDEST": lambda row: (moment(row["submittedAt"]), row_number(row)),
    "MOST_SUPPORTED": lambda row: (row["supportCount"], row_number(row)),
}


async def test_order_is_by_key_then_by_submission(populated: tuple[City, Caller]) -> None:
    _, author = populated
    for order in ORDERS:
        rows = [edge["node"] for edge in (await page(author, o=order, first=100))["edges"]]
        assert rows == sorted(rows, key=KEYS[order], reverse=order != "OLDEST")
        keys = {KEYS[order](row)[0] for row in rows}
        assert 2 < len(keys) < 10  # so some keys were equal


async def test_paging_in_both_directions_returns_every_report_once(populated: tuple[City, Caller]) -> None:
    _, author = populated
    waiting = {"status": ["WAITING"]}
    for order, given in itertools.product(ORDERS, ({}, waiting)):
        whole = [edge["node"]["id"] for edge in (await page(author, f=given, o=order, first=100))["edges"]]
        for size in (1, 3) if given is waiting else (7, len(whole), len(whole) + 1):
            assert await walk(author, "first", "after", size, f=given, o=order) == whole
            assert await walk(author, "last", "before", size, f=given, o=order) == whole


async def walk(caller: Caller, count: str, side: str, size: int, **asked: Any) -> list[str]:
    """Read all pages to the end; `count` and `side` are first and after, or last and before."""
    forward = count == "first"
    beyond, behind = ("hasNextPage", "hasPreviousPage")[:: 1 if forward else -1]
    walked: list[str] = []
    cursor = None
    while True:
        found = await page(caller, **{count: size, side: cursor}, **asked)
        ids = [edge["node"]["id"] for edge in found["edges"]]
        assert 0 < len(ids) <= size
        info = found["pageInfo"]
        assert (info["startCursor"], info["endCursor"]) == (found["edges"][0]["cursor"], found["edges"][-1]["cursor"])
        assert info[behind] is bool(walked)
        walked = walked + ids if forward else ids + walked
        assert info[beyond] is (len(walked) < found["totalCount"])
        if not info[beyond]:
            return walked
        cursor = info["endCursor" if forward else "startCursor"]


async def test_page_between_two_cursors_holds_the_rows_between_them(populated: tuple[City, Caller]) -> None:
    _, author = populated
    for order in ORDERS:
        edges = (await page(author, o=order, first=100))["edges"]
        between = {"after": edges[2]["cursor"], "before": edges[9]["cursor"], "o": order}
        for given, wanted in (({"first": 3}, edges[3:6]), ({"last": 3}, edges[6:9]), ({}, edges[3:9])):
            assert (await page(author, **between, **given))["edges"] == wanted


async def test_new_report_shifts_no_page(populated: tuple[City, Caller]) -> None:
    _, author = populated
    first = await page(author, first=4)
    await author.report()
    second = await page(author, first=4, after=first["pageInfo"]["endCursor"])
    whole = (await page(author, first=100))["edges"]
    assert first["edges"] + second["edges"] == whole[1:9]


async def test_empty_list_has_an_empty_page(city: City) -> None:
    found = await page(city.anyone())
    assert found.pop("cursor")
    assert found == {
        "totalCount": 0,
        "edges": [],
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
    }


async def test_default_page_size_is_20(populated: tuple[City, Caller]) -> None:
    _, author = populated
    found = await page(author)
    assert (len(found["edges"]), found["totalCount"], found["pageInfo"]["hasNextPage"]) == (20, REPORTS, True)


async def assert_bad_input(caller: Caller, **asked: Any) -> None:
    with pytest.raises(RequestFailedError) as failure:
        await page(caller, **asked)
    assert failure.value.code == "BAD_INPUT", asked


def forged(*keys: object) -> str:
    return base64.urlsafe_b64encode(b"page1:" + orjson.dumps(keys)).decode().rstrip("=")


async def test_cursor_of_another_order_or_list_is_bad_input(populated: tuple[City, Caller]) -> None:
    _, author = populated
    cursors = {order: (await page(author, o=order))["pageInfo"]["endCursor"] for order in ORDERS}
    for order, other in itertools.permutations(ORDERS, 2):
        for side in ("after", "before"):
            await assert_bad_input(author, o=order, **{side: cursors[other]})
    other_lists = await author.ask(
        """{ kelurahans(first: 1) { pageInfo { endCursor } } viewer { cursor }
        reports(first: 1) { cursor edges { node { timeline { pageInfo { endCursor } } } } } }"""
    )
    timeline = other_lists["reports"]["edges"][0]["node"]["timeline"]
    log = other_lists["reports"]["cursor"]
    for cursor in (timeline["pageInfo"]["endCursor"], other_lists["kelurahans"]["pageInfo"]["endCursor"], log):
        for order in ORDERS:
            await assert_bad_input(author, o=order, after=cursor)


async def test_forged_cursor_is_bad_input_or_a_page_but_never_a_fault(populated: tuple[City, Caller]) -> None:
    _, author = populated
    deep = base64.urlsafe_b64encode(b"page1:" + b"[" * 300 + b"]" * 300).decode().rstrip("=")
    for text in ("", "x", "=", "\0", "é", "x" * 5_000, deep, forged(), forged(None), forged({"a": 1})):
        for order in ORDERS:
            await assert_bad_input(author, o=order, after=text)
    now = START.isoformat()
    moments = [("2026-01-01T00:00:00", 1), ("0001-01-01T00:00:00+14:00", 1), (now, 2**63), (now, "1"), (1, 1), (now,)]
    counts = [(2**31, 1), (-(2**31), 1), (1, 2**63), (2**64 - 1, 1), (1.5, 1), (now, 1), (1,), ("1", 1)]
    for order, wrong in (("NEWEST", moments), ("OLDEST", moments), ("MOST_SUPPORTED", counts)):
        for keys in wrong:
            await assert_bad_input(author, o=order, after=forged(order, *keys))
    for plausible in (("0001-01-01T00:00:00+00:00", 1), ("9999-12-31T23:59:59+00:00", -5), (now, 2**63 - 1)):
        assert (await page(author, before=forged("NEWEST", *plausible)))["totalCount"] == REPORTS


async def test_filter_with_an_unknown_value_is_bad_input(city: City) -> None:
    wrong: list[dict[str, Any]] = [
        {"category": ["TIDAK_ADA"]},
        {"category": ["SAMPAH", "a\0b"]},
        {"category": ["x" * 5_000]},
        {"kelurahan": ["Bandung"]},
        {"kelurahan": ["Tj. Duren"]},
        {"kelurahan": ["a\0b"]},
        {"kecamatan": ["31.71"]},
        {"city": ["31.71.01"]},
        {"handler": ["x"]},
        {"handler": [forged("Kelurahan")]},
        {"handler": [base64.urlsafe_b64encode(b"Kelurahan:a\0b").decode().rstrip("=")]},
        {"handler": [base64.urlsafe_b64encode(b"Agency:BUKAN").decode().rstrip("=")]},
        {"within": {"south": -6, "west": 106, "north": -7, "east": 107}},
        {"within": {"south": -91, "west": 106, "north": -6, "east": 107}},
        {"status": ["BUKAN"]},
        {"submittedFrom": "2026-03-10"},
        {"submittedFrom": "2026-03-10T10:00:00"},
        {"submittedTo": "kemarin"},
        {"tidakAda": 1},
    ]
    for given in wrong:
        await assert_bad_input(city.anyone(), f=given)


async def test_page_size_is_1_to_100_from_one_end(city: City) -> None:
    for asked in ({"first": 0}, {"first": 101}, {"last": 0}, {"last": 101}, {"first": -1}, {"first": 1, "last": 1}):
        await assert_bad_input(city.anyone(), **asked)


async def test_actionable_lists_the_reports_that_the_viewer_may_act_on(populated: tuple[City, Caller]) -> None:
    city, _ = populated
    asked = """{ reports(first: 100) { edges { node { id permissions { canChangeStatus canAssign } } } }
      actionable: reports(first: 100, filter: { actionable: true }) { totalCount edges { node { id } } } }"""
    set_time(city, datetime.now(UTC))
    staff = [
        await city.official("SDA", name="sda2"),
        await city.official("31.71", Role.SUPERVISOR, name="wali2"),
        await city.official(None, Role.ADMIN, name="admin2"),
        await city.citizen("warga8"),
        city.anyone(),
    ]
    set_time(city, NOW)
    counts = []
    for caller in staff:
        found = await caller.ask(asked)
        rows = [edge["node"] for edge in found["reports"]["edges"]]
        wanted = [row["id"] for row in rows if any(row["permissions"].values())]
        assert [edge["node"]["id"] for edge in found["actionable"]["edges"]] == wanted
        assert found["actionable"]["totalCount"] == len(wanted)
        counts.append(len(wanted))
    assert counts[2] > counts[1] > 0 < counts[0]
    assert counts[3:] == [0, 0]


async def test_filter_mine_requires_a_session(city: City) -> None:
    for caller in (city.anyone(), Caller(city.http, token="forged")):
        with pytest.raises(RequestFailedError) as failure:
            await page(caller, f={"mine": True})
        assert failure.value.code == "UNAUTHENTICATED"


async def test_filter_moments_may_have_any_offset(city: City) -> None:
    citizen = await city.citizen()
    set_time(city, START)
    await citizen.report()
    for bound in ("2026-03-10T03:00:00Z", "2026-03-10T10:00:00+07:00", "2026-03-09T20:00:00.000-07:00"):
        assert (await page(citizen, f={"submittedFrom": bound}))["totalCount"] == 1
        assert (await page(citizen, f={"submittedTo": bound}))["totalCount"] == 0
    for bound, count in (("0001-01-01T00:00:00Z", 1), ("9999-12-31T23:59:59Z", 0)):
        assert (await page(citizen, f={"submittedFrom": bound}))["totalCount"] == count


async def test_report_is_overdue_only_after_the_deadline(city: City) -> None:
    """Garbage has a response target of one day and a processing target of two."""
    citizen, officer = await city.citizen(), await city.official(KELURAHAN[0])
    set_time(city, START)
    waiting, begun = await citizen.report(), await citizen.report()
    await officer.move(begun["id"], "IN_PROGRESS")
    tick = timedelta(microseconds=1)
    for elapsed, late in (
        (timedelta(days=1), set[str]()),
        (timedelta(days=1) + tick, {waiting["id"]}),
        (timedelta(days=2), {waiting["id"]}),
        (timedelta(days=2) + tick, {waiting["id"], begun["id"]}),
    ):
        set_time(city, START + elapsed)
        edges = (await page(citizen, f={"overdue": True}))["edges"]
        assert {edge["node"]["id"] for edge in edges} == late
        assert all(edge["node"]["overdue"] for edge in edges)
        assert (await page(citizen, f={"overdue": False}))["totalCount"] == 2 - len(late)


async def test_timeline_is_paged_from_both_ends(city: City) -> None:
    citizen, neighbour = await city.citizen(), await city.citizen("tetangga")
    report = await citizen.report()
    for mutation in ("supportReport", "withdrawSupport") * 3:
        await neighbour.act(mutation, report["id"])
    document = """query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { node(id: $id) {
      ... on Report { timeline(first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { version } } pageInfo { hasNextPage hasPreviousPage } } } } }"""

    async def versions(**asked: Any) -> tuple[list[int], list[str], tuple[bool, bool]]:
        found = (await citizen.ask(document, id=report["id"], **asked))["node"]["timeline"]
        info = found["pageInfo"]
        edges = found["edges"]
        numbers, cursors = [edge["node"]["version"] for edge in edges], [edge["cursor"] for edge in edges]
        return numbers, cursors, (info["hasPreviousPage"], info["hasNextPage"])

    whole, cursors, _ = await versions()
    assert whole == [1, 2, 3, 4, 5, 6, 7]
    assert (await versions(first=3))[0::2] == ([1, 2, 3], (False, True))
    assert (await versions(first=3, after=cursors[2]))[0::2] == ([4, 5, 6], (True, True))
    assert (await versions(last=3))[0::2] == ([5, 6, 7], (True, False))
    assert (await versions(last=3, before=cursors[2]))[0::2] == ([1, 2], (False, True))
    for cursor in ("x", forged(2**63), forged("1"), forged("NEWEST", START.isoformat(), 1), report["cursor"]):
        with pytest.raises(RequestFailedError) as failure:
            await versions(after=cursor)
        assert failure.value.code == "BAD_INPUT"
