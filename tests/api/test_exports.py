"""Exports over HTTP: files that are the lists of the schema, of one state, and released with their clients."""

import csv
import io
import json
from typing import Any

import httpx
import pytest

from tests.city import City
from tests.wire import beside

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
    """Return the rows of a file of comma-separated values, without the apostrophes before formulas."""
    assert response.status_code == 200, response.text
    rows = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), strict=True)
    return list(rows)


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
