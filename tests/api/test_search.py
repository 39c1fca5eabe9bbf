"""Text search in reports: its words, its order and its limits."""

from typing import Any

import pytest

import queries.search
from rules.search import LONGEST
from tests.city import City
from tests.wire import GAMBIR, Caller, RequestFailedError

pytestmark = pytest.mark.anyio

FOUND = """query($f: ReportFilter, $o: ReportOrder! = NEWEST,
  $first: Int, $after: String, $last: Int, $before: String) {
  reports(filter: $f, orderBy: $o, first: $first, after: $after, last: $last, before: $before) {
    totalCount edges { cursor node { title } } pageInfo { hasNextPage hasPreviousPage } } }"""


async def found(caller: Caller, text: str, order: str = "NEWEST", **filters: Any) -> list[str]:
    reports = (await caller.ask(FOUND, f={"text": text, **filters}, o=order))["reports"]
    titles = [edge["node"]["title"] for edge in reports["edges"]]
    assert reports["totalCount"] == len(titles)
    return titles


async def write(city: City, *texts: tuple[str, str]) -> list[dict[str, Any]]:
    citizen = await city.citizen()
    return [await citizen.report(title=title, description=description) for title, description in texts]


async def test_search_finds_reports_with_all_words_as_their_reporters_left_them(city: City) -> None:
    texts = [
        ("Lampu jalan mati", "Di RT.05/RW.03, sejak kemarin"),
        ("Jalan rusak", "“Lubang” besar (dalam), dekat lampu merah"),
        ("Sampah 😀", "Menumpuk; jalan tertutup"),
    ]
    first, *_ = await write(city, *texts)
    lamp, hole, waste = (title for title, _ in texts)
    anyone = city.anyone()
    for text, expected in {
        "jalan": [waste, hole, lamp],
        "LAMPU, jalan!": [hole, lamp],
        "lampu rusak": [hole],
        "lubang": [hole],
        "rw 03": [lamp],
        "tertu": [waste],
        "jal": [waste, hole, lamp],
        "ja": [],
        "sampah lampu": [],
        "tidakada": [],
    }.items():
        assert await found(anyone, text) == expected, text
    assert await found(anyone, "jalan", status=["PROCESSED"]) == []
    assert await found(anyone, "jalan", kelurahan=[GAMBIR], category=["SAMPAH"]) == [waste, hole, lamp]
    citizen = Caller(city.http)
    await citizen.sign_in("warga@contoh.id")
    assert (await citizen.act("updateReport", first["id"], title="Tiang listrik"))["errors"] == []
    assert await found(anyone, "lampu") == [hole]
    assert await found(anyone, "listrik tiang") == ["Tiang listrik"]


async def test_relevance_is_titles_first_and_pages_meet(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["Lampu", "Tiang", "Tiang"] * 3
    texts = [(f"{name} {number}", "lampu " * (number % 4) + "ini") for number, name in enumerate(names)]
    await write(city, *texts)
    anyone = city.anyone()
    expected = await found(anyone, "lampu", "RELEVANCE")
    assert sorted(expected) == sorted(title for title, text in texts if "ampu" in title + text)
    in_title = [title.startswith("Lampu") for title in expected]
    assert in_title == sorted(in_title, reverse=True)
    for count, side in (("first", "after"), ("last", "before")):
        walked: list[str] = []
        cursor, has_more = None, True
        while has_more:
            given = {"f": {"text": "lampu"}, "o": "RELEVANCE", count: 2, side: cursor}
            page = (await anyone.ask(FOUND, **given))["reports"]
            titles = [edge["node"]["title"] for edge in page["edges"]]
            walked = walked + titles if count == "first" else titles + walked
            cursor = page["edges"][-1 if count == "first" else 0]["cursor"]
            has_more = page["pageInfo"]["hasNextPage" if count == "first" else "hasPreviousPage"]
        assert walked == expected
    own = """query($f: ReportFilter) { kelurahan(code: "Gambir") { reports(filter: $f, orderBy: RELEVANCE) {
      edges { node { title } } } } }"""
    edges = (await anyone.ask(own, f={"text": "lampu"}))["kelurahan"]["reports"]["edges"]
    assert [edge["node"]["title"] for edge in edges] == expected
    monkeypatch.setattr(queries.search, "RANKED", 3)
    page = (await anyone.ask(FOUND, f={"text": "LAMPU"}, o="RELEVANCE"))["reports"]
    newest = (await found(anyone, "lampu"))[:3]
    assert [edge["node"]["title"] for edge in page["edges"]] == [title for title in expected if title in newest]


async def test_words_of_one_stem_are_the_same_word_on_postgres(city: City) -> None:
    await write(city, ("Perbaikan jalan", "Kerusakan parah"))
    is_postgres = "postgres" in city.service.settings.database_url
    assert await found(city.anyone(), "memperbaiki rusak") == (["Perbaikan jalan"] if is_postgres else [])
    assert await found(city.anyone(), "perbaikan kerusakan") == ["Perbaikan jalan"]


REFUSED = ["", " \t", "\u200b😀 “”", "'\"&|!():*<->\\", "x" * (LONGEST + 1), "x" * 10_000]
FINDING_NOTHING = [
    "x" * LONGEST,
    "a b " * 50,
    "yang di dan",
    "lampu' OR 1=1; --",
    'NEAR("lampu" AND NOT *',
    "title: lampu ^jalan",
    "lampu\0jalan",
    "lampu é\u0301\u0301 \u202e",
]


async def refusal(caller: Caller, document: str, **variables: Any) -> tuple[str, str]:
    with pytest.raises(RequestFailedError) as failure:
        await caller.ask(document, **variables)
    extensions = failure.value.errors[0]["extensions"]
    return extensions["code"], extensions["argument"]


async def test_hostile_searches_are_refused_or_find_nothing(city: City) -> None:
    await write(city, ("Jalan", "Isi"))
    for order in ("NEWEST", "RELEVANCE"):
        for text in FINDING_NOTHING:
            assert await found(city.anyone(), text, order) == []
        for text in REFUSED:
            assert await refusal(city.anyone(), FOUND, f={"text": text}, o=order) == ("BAD_INPUT", "filter.text")


async def test_relevance_needs_a_text(city: City) -> None:
    for document in (
        "{ reports(orderBy: RELEVANCE) { edges { cursor } } }",
        '{ kelurahan(code: "Gambir") { reports(orderBy: RELEVANCE) { edges { cursor } } } }',
    ):
        assert await refusal(city.anyone(), document) == ("BAD_INPUT", "orderBy")
