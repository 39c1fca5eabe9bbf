"""The preview of a link on other sites: it tells what anybody may know of a report or kelurahan, and no more."""

import json
import logging
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from models.database import fetch
from rules.access import Role
from tests.city import City, in_process
from tests.wire import GAMBIR

pytestmark = pytest.mark.anyio

TITLE = 'Lampu "mati" <b>& gelap'


@pytest.fixture
async def city(sqlite_city_url: str, tmp_path: Path) -> AsyncIterator[City]:
    """A service on SQLite: previews read by statements that other tests try on both databases."""
    async with in_process(sqlite_city_url, tmp_path / "media", database_queue=1) as running:
        yield running


async def head(city: City, path: str, status: int = 200) -> dict[str, str]:
    """Return the title and the properties of a page."""
    answer = await city.http.get(path)
    assert answer.status_code == status
    (title,) = re.findall("<title>([^<]*)</title>", answer.text)
    found = re.findall(r'<meta (?:name="description"|property="og:(\w+)") content="([^"]*)">', answer.text)
    return {"<title>": unescape(title)} | {name or "description": unescape(text) for name, text in found}


PLAIN = {"<title>": "Tanggap"}


async def test_link_to_a_report_shows_its_title_place_status_and_photo(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    photo = await citizen.photo()
    report = await citizen.report(title=TITLE, photoIds=[photo])
    path = f"/laporan/{report['number']}"
    shown = await head(city, path)
    assert shown == {
        "<title>": f"{TITLE} · Tanggap",
        "description": "Sampah di Gambir, Jakarta Pusat. Status: menunggu.",
        "site_name": "Tanggap",
        "type": "article",
        "title": TITLE,
        "url": f"http://tanggap{path}",
        "image": f"http://tanggap/media/{photo.removesuffix('.jpg')}.medium.jpg",
    }
    assert (await city.http.get(shown["image"])).status_code == 200
    assert await head(city, f"/laporan/{report['number'].lower()[:8]}-{report['number'][8:]}") == shown
    closed = await officer.move(report["id"], "PROCESSED", resolution="INVALID", note="Bukan lampu jalan")
    assert closed["errors"] == []
    english = await head(city, f"{path}?lang=en")
    assert english["description"].endswith("in Gambir, Jakarta Pusat. Status: processed (invalid).")


async def test_link_to_a_kelurahan_names_it(city: City) -> None:
    shown = await head(city, f"/kelurahan/{GAMBIR}?lang=en")
    assert (shown["title"], shown["url"]) == ("Kelurahan Gambir", f"http://tanggap/kelurahan/{GAMBIR}")
    assert "kecamatan Gambir, Jakarta Pusat" in shown["description"]
    for unknown in ("31.71.01.9999", "Gambir", "%00"):
        assert await head(city, f"/kelurahan/{unknown}", 404) == PLAIN


async def test_hidden_erased_and_unknown_reports_are_alike(city: City) -> None:
    citizen, admin = await city.citizen(), await city.official(None, Role.ADMIN, "admin")
    hidden, erased = [await citizen.report(title=TITLE, category=each) for each in ("SAMPAH", "PKL")]
    assert (await admin.act("hideReport", hidden["id"], reason="Alasan"))["errors"] == []
    assert (await citizen.act("eraseReport", erased["id"]))["errors"] == []
    plain = (await city.http.get("/laporan")).text
    for number in (hidden["number"], erased["number"], "JK2611309999", "tidak-ada", "JK%00", "9" * 3000):
        answer = await city.http.get(f"/laporan/{number}", headers=admin.headers)
        assert (answer.status_code, answer.text) == (404, plain), number


async def test_preview_takes_one_statement_and_the_other_pages_none(
    city: City, caplog: pytest.LogCaptureFixture
) -> None:
    report = await (await city.citizen()).report()
    expected = {f"/laporan/{report['number']}": 1, "/laporan/tidak-ada": 0, f"/kelurahan/{GAMBIR}": 0, "/": 0}
    with caplog.at_level(logging.DEBUG, "tanggap.reading"), caplog.at_level(logging.DEBUG, "tortoise.db_client"):
        for path, number in expected.items():
            caplog.clear()
            await city.http.get(path)
            statements = [each for each in caplog.messages if "FROM report" in each]
            assert len(statements) == number, path


async def test_city_that_cannot_read_shows_the_screen_all_the_same(city: City) -> None:
    report = await (await city.citizen()).report()
    path = f"/laporan/{report['number']}"
    with city.services.admission.place("another network") as place:
        place.take()
        assert await head(city, path) == PLAIN
    await fetch("ALTER TABLE report RENAME TO elsewhere")
    assert await head(city, path) == PLAIN


async def test_scripts_are_given_the_settings_of_the_city(sqlite_city_url: str, tmp_path: Path) -> None:
    tiles = {"url": "https://Peta.example.id:443/{z}/{x}/{y}.png", "attribution": '© "Kota" <b>'}
    given: dict[str, Any] = {"tiles_url": tiles["url"], "tiles_attribution": tiles["attribution"]}
    given |= {"public_url": "https://lapor.example.id/kota"}
    expected: tuple[tuple[dict[str, Any], dict[str, Any], str], ...] = (
        ({}, {"tiles": None, "email": False, "staffSignIn": None}, "'self' data: blob:"),
        (
            given,
            {"tiles": tiles, "email": False, "staffSignIn": None},
            "'self' data: blob: https://lapor.example.id https://peta.example.id",
        ),
    )
    for settings, shown, sources in expected:
        async with in_process(sqlite_city_url, tmp_path / "media", **settings) as city:
            answer = await city.http.get("/")
            (content,) = re.findall(r'<meta name="tanggap" content="([^"]*)">', answer.text)
            assert json.loads(unescape(content)) == shown
            assert f"img-src {sources};" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Permissions-Policy"].startswith("camera=(self), geolocation=(self)")
