"""Exports over HTTP: files that are the lists of the schema, of one state, and released with their clients."""

import asyncio
import csv
import io
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message

from app import exports as over_http
from app.export_rows import ENTRY_COLUMNS, REPORT_COLUMNS, STANDING_COLUMNS
from models.database import fetch
from models.reading import is_sqlite
from queries import exports
from tests.city import ROOT, City
from tests.wire import DEADLINE, Caller, beside

pytestmark = pytest.mark.anyio

HOSTILE = [
    '=HYPERLINK("http://jahat.example","klik")',
    "+62 812 lampu mati",
    "-2+3 lampu",
    "@SUM(A1:A9)",
    "'=sudah berapostrof",
    'Kata "kutip", koma; titik koma',
    "Banjir 🌊 di gang 👨‍👩‍👧",
]


def cells(response: httpx.Response) -> list[dict[str, str]]:
    """Return the rows of a file of comma-separated values."""
    assert response.status_code == 200, response.text
    return parsed(response.content)


def parsed(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def unguarded(text: str) -> str:
    """Return a text without the apostrophe that an export put before it."""
    return text[1:] if text.startswith("'") and text.lstrip("'")[:1] in "=+-@\t\r" else text


async def test_every_format_has_the_reports_of_the_list_with_their_texts(city: City) -> None:
    citizen = await city.citizen()
    for number, title in enumerate(HOSTILE):
        await citizen.report(title=title, description=f'{title}\nbaris "kedua"', location=beside(number))
    get = city.http.get
    rows = cells(await get("/export/reports.csv?kelurahan=Gambir"))
    lines = (await get("/export/reports.ndjson?kelurahan=Gambir")).text.splitlines()
    shown = await city.anyone().ask(
        """{ reports(filter: {kelurahan: ["Gambir"]}, orderBy: OLDEST) { edges { node {
        number title description submittedAt location { latitude longitude } reporter { pseudonym } } } } }"""
    )
    nodes: list[dict[str, Any]] = [edge["node"] for edge in shown["reports"]["edges"]]
    assert [node["title"] for node in nodes] == HOSTILE
    columns = ("number", "title", "description", "submittedAt")
    expected = [tuple(node[name] for name in columns) for node in nodes]
    assert [tuple(unguarded(row[name]) for name in columns) for row in rows] == expected
    assert [tuple(json.loads(line)[name] for name in columns) for line in lines] == expected
    assert not any(row["title"][0] in "=+-@" for row in rows)
    assert [float(row["latitude"]) for row in rows] == [node["location"]["latitude"] for node in nodes]
    features = (await get("/export/reports.geojson")).json()["features"]
    assert [feature["properties"]["description"] for feature in features] == [node["description"] for node in nodes]
    assert [feature["geometry"]["coordinates"] for feature in features] == [
        [node["location"]["longitude"], node["location"]["latitude"]] for node in nodes
    ]


async def test_filters_of_an_address_are_those_of_the_schema(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official("31.71.01.1001")
    reports = [await citizen.report(title=f"Lampu {number}", location=beside(number)) for number in range(4)]
    await officer.move(reports[1]["id"], "IN_PROGRESS")
    everywhere = "{south: -6.3, west: 106.7, north: -6.1, east: 106.9}"
    for address, given, person in [
        ("status=WAITING,PROCESSED&category=SAMPAH", 'status: [WAITING, PROCESSED], category: ["SAMPAH"]', None),
        ("status=WAITING&status=IN_PROGRESS&text=lampu", 'status: [WAITING, IN_PROGRESS], text: "lampu"', None),
        ("within=-6.3,106.7,-6.1,106.9&overdue=false", f"within: {everywhere}, overdue: false", None),
        ("near=-6.1754,106.8272,150", "near: {at: {latitude: -6.1754, longitude: 106.8272}, radiusMetres: 150}", None),
        ("mine=true&supportersAtLeast=0", "mine: true, supportersAtLeast: 0", citizen),
        ("actionable=true", "actionable: true", officer),
        ("submittedFrom=2100-01-01T00:00:00+07:00", 'submittedFrom: "2100-01-01T00:00:00+07:00"', None),
    ]:
        viewer = person or city.anyone()
        shown = await viewer.ask(
            f"{{ reports(filter: {{{given}}}, orderBy: OLDEST) {{ edges {{ node {{ number }} }} }} }}"
        )
        rows = cells(await city.http.get(f"/export/reports.csv?{address}", headers=viewer.headers))
        assert [row["number"] for row in rows] == [edge["node"]["number"] for edge in shown["reports"]["edges"]], (
            address
        )
        assert len(rows) in (0, 2, 3, 4)


async def test_points_and_standings_are_those_of_the_schema(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official("31.71.01.1001")
    report = await citizen.report()
    await officer.move(report["id"], "IN_PROGRESS")
    shown = await officer.ask(
        """{ kelurahan(code: "Gambir") { points { edges { node { id at points rule reason } } }
        scorecard { received responded responsiveness } }
        leaderboard { standings(first: 300) { edges { node { rank points subject {
        ... on Kelurahan { code } } } } } } }"""
    )
    rows = cells(await city.http.get("/export/points.csv?unit=Gambir&from=2000-01-01"))
    entries = [edge["node"] for edge in shown["kelurahan"]["points"]["edges"]]
    names = ("id", "at", "rule", "reason")
    found = [{name: row[name] for name in names} | {"points": int(row["points"])} for row in rows]
    assert found == entries[::-1]
    assert {row["reportNumber"] for row in rows} == {report["number"]}
    assert cells(await city.http.get("/export/points.csv?to=2000-01-01")) == []
    assert {row["unitCode"] for row in cells(await city.http.get("/export/points.csv"))} == {"31.71.01.1001"}
    board = cells(await city.http.get("/export/standings.csv"))
    assert [(row["rank"], int(row["points"]), row["code"]) for row in board] == [
        (str(node["rank"] or ""), node["points"], node["subject"]["code"])
        for node in (edge["node"] for edge in shown["leaderboard"]["standings"]["edges"])
    ]
    assert len(board) == 267
    assert (board[0]["name"], board[0]["received"], board[0]["responded"]) == ("Gambir", "1", "1")
    officers = "/export/standings.csv?kind=OFFICER"
    assert (await city.http.get(officers)).status_code == 403
    (row,) = cells(await city.http.get(officers, headers=officer.headers))
    assert (row["code"], row["unit"], row["responded"]) == ("", "Gambir", "1")


async def test_no_export_holds_an_anonymous_name_or_the_id_of_an_account(city: City) -> None:
    citizen = await city.citizen()
    await citizen.report(anonymous=True)
    row = (await city.http.get("/export/reports.ndjson")).json()
    assert row["pseudonym"] is None
    assert row.keys() == set(REPORT_COLUMNS)
    assert not {name for name in row if "account" in name.lower() or "reporter" in name.lower()}


async def test_all_faults_of_an_address_are_refused_at_once(city: City) -> None:
    address = (
        "/export/reports.csv?status=LAMA&kelurahan=Atlantis&within=1,2,3&overdue=ya&starsAtMost=x&warna=biru"
        "&text=a&text=b&submittedFrom=kemarin&near=-6.1,106.8,9999&mine=true"
    )
    response = await city.http.get(address, headers={"Accept-Language": "en"})
    errors = {error["field"][0]: error for error in response.json()["errors"]}
    assert response.status_code == 400
    assert errors.keys() == {
        *("status", "kelurahan", "within", "overdue", "starsAtMost", "warna", "text", "submittedFrom", "near", "mine")
    }
    assert errors["status"]["message"] == (
        "The value LAMA does not fit status. Right: WAITING, IN_PROGRESS, PROCESSED."
    )
    assert "starsAtMost" in errors["warna"]["message"]
    for path in ("reports.csv?mine=true", "reports.csv?actionable=true", "points.csv"):
        headers = {"Authorization": "Bearer x"} if path == "points.csv" else {}
        refused = await city.http.get(f"/export/{path}", headers=headers)
        assert (refused.status_code, refused.headers["www-authenticate"][:6]) == (401, "Bearer")
    for path in ("points.csv?unit=Atlantis&from=x", "standings.csv?kind=CITIZEN&metric=RESPONSIVENESS&on=2999-01-01"):
        assert len((await city.http.get(f"/export/{path}")).json()["errors"]) == 2


async def test_head_has_the_headers_of_a_file_and_no_body(city: City) -> None:
    citizen = await city.citizen()
    for method in (city.http.get, city.http.head):
        response = await method("/export/reports.geojson?language=en", headers={"Origin": "https://lapor.example"})
        assert response.headers["content-type"] == "application/geo+json"
        assert response.headers["content-language"] == "en"
        assert response.headers["cache-control"] == "no-store"
        assert 'filename="reports-20' in response.headers["content-disposition"]
        assert "content-length" not in response.headers
    assert response.content == b""
    empty = await city.http.get("/export/reports.geojson", headers=citizen.headers)
    assert empty.json() == {"type": "FeatureCollection", "features": []}
    assert empty.headers["cache-control"] == "private, no-store"


async def test_document_has_the_columns_and_commands_that_work(city: City) -> None:
    document = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    columns = [re.findall(r"`(\w+)`", line) for line in re.findall(r"^\| `\w+\.csv` \|(.*)$", document, re.MULTILINE)]
    assert columns == [list(names) for names in (REPORT_COLUMNS, ENTRY_COLUMNS, STANDING_COLUMNS)]
    officer = await city.official("31.71.01.1001")
    commands = re.findall(r"^curl .*$", document, re.MULTILINE)
    assert len(commands) >= 6
    for command in commands:
        found = re.search(r"'http://127\.0\.0\.1:8000([^']+)'", command)
        assert found is not None, command
        headers = officer.headers if "$token" in command else {}
        assert (await city.http.get(found[1], headers=headers)).status_code == 200, command


async def exported(app: ASGIApp, path: str, after_first: Callable[[], Awaitable[None]], left: asyncio.Event) -> bytes:
    """Return the body that a client gets which does `after_first` before it takes more, and goes when `left` is set."""
    body: list[bytes] = []

    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            body.append(b"%d\n" % message["status"])
        else:
            body.append(message["body"])
            if len(body) == 2:
                await after_first()

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "root_path": ""}
    async with asyncio.timeout(DEADLINE):
        await app(scope, receive, send)
    return b"".join(body)


@pytest.fixture
async def lone(city: City, monkeypatch: pytest.MonkeyPatch) -> tuple[ASGIApp, Caller, list[dict[str, Any]]]:
    """The exports of a city alone, two rows at a time; a citizen; and their five reports."""
    monkeypatch.setattr(exports, "BATCH", 2)
    citizen = await city.citizen()
    reports = [await citizen.report(title=f"Judul {number}", location=beside(number)) for number in range(5)]
    return Starlette(routes=over_http.export_routes(lambda: city.services)), citizen, reports


async def test_export_shows_one_state_while_reports_change(
    lone: tuple[ASGIApp, Caller, list[dict[str, Any]]],
) -> None:
    app, citizen, reports = lone

    async def change() -> None:
        await citizen.act("updateReport", reports[-1]["id"], title="Judul lain")
        await citizen.report(title="Judul baru", location=beside(9))

    status, _, body = (await exported(app, "/export/reports.csv", change, asyncio.Event())).partition(b"\n")
    assert status == b"200"
    assert [row["title"] for row in parsed(body)] == [report["title"] for report in reports]
    again = await exported(app, "/export/reports.ndjson", nothing, asyncio.Event())
    assert again.count(b"Judul") == 6


async def nothing() -> None:
    """Take what comes."""


async def test_exports_beyond_the_bound_are_refused_until_one_is_left(
    lone: tuple[ASGIApp, Caller, list[dict[str, Any]]],
) -> None:
    app, *_ = lone
    left, begun, never = asyncio.Event(), asyncio.Semaphore(0), asyncio.Event()

    async def stall() -> None:
        begun.release()
        await never.wait()

    async with asyncio.timeout(DEADLINE), asyncio.TaskGroup() as group:
        for _ in range(over_http.AT_ONCE):
            group.create_task(exported(app, "/export/reports.csv", stall, left))
        for _ in range(over_http.AT_ONCE):
            await begun.acquire()
        refused = await exported(app, "/export/points.csv", nothing, never)
        assert refused.startswith(b"503")
        left.set()
    assert (await exported(app, "/export/reports.csv", nothing, never)).startswith(b"200")
    await all_released()


async def test_client_that_reads_nothing_is_left(
    lone: tuple[ASGIApp, Caller, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, *_ = lone
    monkeypatch.setattr(over_http, "PATIENCE", 0.01)
    never = asyncio.Event()

    async def stall() -> None:
        await never.wait()

    for _ in range(over_http.AT_ONCE + 1):
        body = await exported(app, "/export/reports.csv", stall, never)
        assert body.count(b"Judul") == 2
    await all_released()


async def all_released() -> None:
    """Wait until no transaction of an export is open."""
    if is_sqlite():
        return
    sql = (
        "SELECT pid FROM pg_stat_activity "
        "WHERE datname = current_database() AND query LIKE '%batches%' AND pid <> pg_backend_pid()"
    )
    async with asyncio.timeout(DEADLINE):
        while await fetch(sql):
            await asyncio.sleep(0.01)
