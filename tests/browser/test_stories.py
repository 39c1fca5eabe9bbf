"""One story over all pages at once: a citizen, an officer and the wall, in browsers of their own, on a real service."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import OFFICER, City, peopled_city
from tests.wire import GAMBIR, MONAS, PASSWORD, png

pytestmark = [pytest.mark.xdist_group("browser-stories"), pytest.mark.slow]

BAD = 400
CITIZEN = "warga@contoh.id"
TABS = 4


@pytest.fixture
def city(browser: Browser, sqlite_city_url: str, tmp_path: Path) -> Iterator[City]:
    with peopled_city(browser, sqlite_city_url, tmp_path / "media") as city:
        city.new_citizen(CITIZEN)
        yield city


def expect_status(page: Page, status: str) -> None:
    expect(page.locator(".standing")).to_have_attribute("data-status", status)


def expect_live(page: Page) -> None:
    expect(page.locator(".live").first).to_have_attribute("data-connection", "live")


def test_report_goes_from_a_phone_to_the_desk_to_the_wall_and_back(city: City) -> None:
    phone = city.visit(CITIZEN, geolocation=MONAS, permissions=["geolocation"], has_touch=True)
    desk = city.visit(OFFICER)
    desk.set_viewport_size({"width": 1440, "height": 900})
    wall = city.visit()
    wall.set_viewport_size({"width": 1920, "height": 1080})
    wall.goto("/ruang-kendali")
    expect(wall.locator(".wall")).to_have_attribute("data-live", "true")
    desk.goto("/meja")
    expect_live(desk)

    # The citizen reports, and watches the page of the report.
    phone.goto("/")
    phone.get_by_role("link", name="Lapor", exact=True).first.tap()
    phone.get_by_role("button", name="Lewati").tap()
    phone.get_by_role("button", name="Ya, di sini").tap()
    phone.get_by_role("button", name="Sampah").first.tap()
    phone.get_by_role("button", name="Kirim laporan").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Terkirim. Terima kasih!")
    (report,) = city.reports()
    phone.goto(f"/laporan/{report['number']}")
    expect_status(phone, "WAITING")
    phone.evaluate("window.firstDocument = true")

    # It is on the desk and on the wall by itself. The officer takes it on with one key.
    expect(desk.locator('[data-cursor="true"]')).to_contain_text("Sampah di Gambir")
    expect(wall.locator("[data-figure=received]")).to_have_text("1")
    desk.keyboard.press("Enter")
    expect_status(phone, "IN_PROGRESS")
    expect(wall.locator("[data-figure=responded]")).to_have_text("1")

    # The service dies while the officer finishes it. The phone is offline meanwhile.
    phone.context.set_offline(True)
    desk.locator('[data-tab="inProgress"]').click()
    expect(desk.locator('[data-cursor="true"]')).to_contain_text("Sampah di Gambir")
    city.restart()
    desk.keyboard.press("s")
    dialog = desk.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files({"name": "bukti.png", "mimeType": "image/png", "buffer": png(7)})
    expect(dialog.locator("#work-missing")).to_be_empty()
    dialog.get_by_role("button", name="Tutup laporan").click()
    expect(dialog).to_have_count(0)
    phone.context.set_offline(False)

    # Everybody sees it once, without a reload.
    expect_status(phone, "PROCESSED")
    expect(phone.locator(".timeline > li")).to_have_count(3)
    assert phone.evaluate("window.firstDocument") is True
    expect(wall.locator("[data-figure=processed]")).to_have_text("1")
    expect(wall.locator(".wall")).to_have_attribute("data-events", "3")
    expect(wall.locator(".wall")).to_have_attribute("data-live", "true")
    assert [found["status"] for found in city.reports()] == ["PROCESSED"]
    expect(wall.locator(f'[data-code="{GAMBIR}"]').first).to_be_visible()


def test_tabs_share_a_session_in_and_out(city: City) -> None:
    first = city.visit(geolocation=MONAS)
    tabs = [first, *(first.context.new_page() for _ in range(TABS - 1))]
    for tab in tabs[1:]:
        tab.goto("/laporan")
        expect(tab.get_by_role("link", name="Masuk").first).to_be_visible()
    first.goto("/masuk")
    first.get_by_label("E-mail").fill(CITIZEN)
    first.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    first.get_by_label("Kata sandi", exact=True).press("Enter")
    for tab in tabs:
        expect(tab.get_by_role("link", name="Akun").first).to_be_visible()
    report = city.report("Lampu jalan mati", CITIZEN)
    for tab in tabs[1:]:
        expect(tab.locator(".mine")).to_contain_text("Lampu jalan mati")
    city.do(lambda officer: officer.move(report["id"], "IN_PROGRESS"), OFFICER)
    for tab in tabs[1:]:
        expect(tab.locator(".mine")).to_contain_text("Sedang ditindaklanjuti")
    first.goto("/akun")
    first.get_by_role("button", name="Keluar", exact=True).first.click()
    for tab in tabs:
        expect(tab.get_by_role("link", name="Masuk").first).to_be_visible()


def test_pages_go_on_after_the_city_was_restored_from_a_backup(city: City) -> None:
    report = city.report("Lampu jalan mati", CITIZEN)
    page, home = city.visit(CITIZEN), city.visit()
    page.goto(f"/laporan/{report['number']}")
    home.goto("/")
    expect_status(page, "WAITING")
    for each in (page, home):
        expect_live(each)
    city.begin_epoch()
    city.do(lambda officer: officer.move(report["id"], "IN_PROGRESS"), OFFICER)
    expect_status(page, "IN_PROGRESS")
    expect(home.locator(".report-line").first).to_contain_text("Ditindaklanjuti")
    city.do(lambda officer: officer.comment(report["id"], "Kabelnya sedang diganti."), OFFICER)
    expect(page.locator(".timeline")).to_contain_text("Kabelnya sedang diganti.")


def test_pages_work_in_a_city_that_executes_trusted_documents_only(
    browser: Browser, sqlite_city_url: str, tmp_path: Path
) -> None:
    (tmp_path / "documents").mkdir()
    trusting = {"TRUSTED_DOCUMENTS": str(tmp_path / "documents")}
    with peopled_city(browser, sqlite_city_url, tmp_path / "media", **trusting) as city:
        page = city.visit()
        refused: list[str] = []
        page.on("response", lambda answer: refused.append(answer.url) if answer.status >= BAD else None)
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: refused.extend(_errors(frame))))
        page.goto("/daftar")
        page.get_by_label("Alamat e-mail").fill(CITIZEN)
        page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Daftar", exact=True).click()
        expect(page.get_by_role("link", name="Akun").first).to_be_visible()
        for path in ("/", "/laporan", f"/kelurahan/{GAMBIR}", "/peringkat", "/akun/perangkat"):
            page.goto(path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            expect(page.locator("main .skeleton")).to_have_count(0)
        page.goto("/ruang-kendali")
        expect(page.locator(".wall")).to_have_attribute("data-live", "true")
        assert refused == []


def _errors(frame: str | bytes) -> list[str]:
    message = json.loads(frame)
    return [str(message["payload"])] if message["type"] == "error" else []
