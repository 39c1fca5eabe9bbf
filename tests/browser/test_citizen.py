"""The citizens' pages in a real Chromium: they follow what officers do, and what the whole city reports."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.people import OFFICER, City, peopled_city
from tests.wire import GAMBIR, Caller

pytestmark = [pytest.mark.xdist_group("browser-home"), pytest.mark.slow]

WIDTHS = (1440, 820, 390)
LARGEST_SHIFT = 0.1
"""Limit of the layout shift of a page: "good" in the Core Web Vitals."""

IS_WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def city(browser: Browser, sqlite_city_url: str, tmp_path: Path) -> Iterator[City]:
    with peopled_city(browser, sqlite_city_url, tmp_path / "media") as city:
        yield city


def standing(page: Page) -> Locator:
    return page.locator(".standing")


def has_status(*pages: Page, status: str, words: str) -> None:
    """Expect the status of the report on each of the pages, which were not loaded again."""
    for page in pages:
        expect(standing(page)).to_have_attribute("data-status", status)
        expect(standing(page)).to_contain_text(words)
        assert page.evaluate("window.firstDocument") is True


def open_report(page: Page, number: str) -> None:
    page.goto(f"/laporan/{number}")
    expect(standing(page)).to_be_visible()
    expect(page.locator(".live")).to_have_attribute("data-connection", "live")
    page.evaluate("window.firstDocument = true")


def test_report_follows_its_officer_through_a_lost_server(city: City) -> None:
    city.new_citizen("pelapor@contoh.id")
    report = city.report("Lampu jalan mati", "pelapor@contoh.id")
    reporter, visitor = city.visit("pelapor@contoh.id"), city.visit()
    for page in (reporter, visitor):
        open_report(page, report["number"])
    has_status(reporter, visitor, status="WAITING", words="Menunggu")

    city.do(lambda officer: officer.move(report["id"], "IN_PROGRESS", note="Tim berangkat."), OFFICER)
    has_status(reporter, visitor, status="IN_PROGRESS", words="Sedang ditindaklanjuti")

    reporter.get_by_label("Tulis tanggapan").fill("Terima kasih, tiangnya di dekat halte.")
    reporter.get_by_role("button", name="Kirim").click()
    expect(visitor.locator(".timeline")).to_contain_text("tiangnya di dekat halte")

    city.restart()

    async def finish(officer: Caller) -> None:
        assert (await officer.comment(report["id"], "Kabelnya sedang diganti."))["errors"] == []
        proof = await officer.photo()
        closed = await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=[proof])
        assert closed["errors"] == []

    city.do(finish, OFFICER)
    has_status(reporter, visitor, status="PROCESSED", words="Selesai ditangani")
    for page in (reporter, visitor):
        # Sent, taken on, two comments, fixed: each once.
        expect(page.locator(".timeline > li")).to_have_count(5)
        expect(page.get_by_role("heading", name="Sebelum dan sesudah")).to_be_visible()

    reporter.get_by_text("4 dari 5 bintang").locator("..").click()
    reporter.get_by_role("button", name="Kirim penilaian").click()
    expect(visitor.get_by_role("img", name="4 dari 5 bintang")).to_be_visible()

    reporter.get_by_role("button", name="Buka kembali").click()
    reporter.get_by_label("Apa yang belum beres?").fill("Malam ini mati lagi.")
    reporter.get_by_role("button", name="Buka kembali").click()
    has_status(reporter, visitor, status="IN_PROGRESS", words="Sedang ditindaklanjuti")
    expect(visitor.locator(".timeline")).to_contain_text("Malam ini mati lagi.")


def test_support_counts_once_and_a_visitor_signs_in_first(city: City) -> None:
    city.new_citizen("tetangga@contoh.id")
    report = city.report("Sampah menumpuk")
    visitor, neighbour = city.visit(), city.visit("tetangga@contoh.id")
    for page in (visitor, neighbour):
        open_report(page, report["number"])
    neighbour.get_by_role("button", name="Dukung").dblclick()
    expect(neighbour.get_by_role("button", name="Anda mendukung")).to_be_enabled()
    expect(visitor.locator(".support")).to_contain_text("1 warga mendukung")
    neighbour.get_by_role("button", name="Anda mendukung").click()
    expect(visitor.locator(".support")).to_contain_text("Belum ada pendukung")
    visitor.locator(".support").get_by_role("link", name="Dukung").click()
    expect(visitor).to_have_url(f"{city.server.url}/masuk?next=%2Flaporan%2F{report['number']}")


def test_first_view_moves_with_the_city_and_not_while_somebody_reads(city: City) -> None:
    first = city.report("Jalan berlubang")
    page = city.visit()
    page.goto("/")
    titles = page.locator(".report-line strong")
    figures = page.locator(".today dd")
    expect(titles).to_have_text(["Jalan berlubang"])
    expect(figures).to_have_text(["1", "0", "0"])
    expect(page.locator(".live")).to_have_attribute("data-connection", "live")

    city.restart()
    city.report("Pohon tumbang", place=1)
    city.do(lambda officer: officer.move(first["id"], "IN_PROGRESS"), OFFICER)
    expect(figures).to_have_text(["2", "1", "0"])
    expect(titles).to_have_text(["Jalan berlubang", "Pohon tumbang"])  # what happened last comes first
    expect(page.locator(".report-line").first).to_contain_text("Dijawab dalam 1 mnt")

    titles.last.hover()
    city.report("Saluran tersumbat", place=2)
    expect(page.get_by_role("button", name="1 laporan baru")).to_be_visible()
    expect(titles).to_have_text(["Jalan berlubang", "Pohon tumbang"])
    page.get_by_role("button", name="1 laporan baru").click()
    expect(titles).to_have_text(["Saluran tersumbat", "Jalan berlubang", "Pohon tumbang"])
    assert page.evaluate("window.shift") < LARGEST_SHIFT

    page.get_by_role("searchbox").fill("tersumb")
    expect(titles).to_have_text(["Saluran tersumbat"])
    page.get_by_role("searchbox").fill(first["number"].lower())
    expect(titles).to_have_text(["Jalan berlubang"])
    titles.first.click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page).to_have_title("Jalan berlubang · Tanggap")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_fit_every_width_and_stay_where_they_are(city: City, scheme: str) -> None:
    report = city.report("Lampu jalan mati")
    page = city.visit(color_scheme=scheme)
    known = ("/", f"/laporan/{report['number']}", "/kelurahan", f"/kelurahan/{GAMBIR}", "/peringkat", "/bantuan")
    for path in (*known, "/laporan/JK0"):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("main .skeleton")).to_have_count(0)
        assert_accessible(page)
        assert page.evaluate("window.shift") < LARGEST_SHIFT, path
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 844})
            assert not page.evaluate(IS_WIDER), (path, width)
