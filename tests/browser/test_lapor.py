"""A citizen's way to a sent report in a real Chromium, with and without a network."""

import io
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from PIL import Image
from pillow_heif import register_heif_opener
from playwright.sync_api import Browser, BrowserContext, Geolocation, Locator, Page, Route, expect

from tests.backends import free_port
from tests.browser.axe import assert_accessible
from tests.browser.people import OFFICER, City, peopled_city
from tests.city import THIS_MACHINE, apart
from tests.receivers import mail_server
from tests.wire import DEADLINE, PASSWORD, eventually

pytestmark = [pytest.mark.xdist_group("browser-lapor"), pytest.mark.slow]

register_heif_opener()  # for its encoder

ME = "warga@contoh.id"
TAPS = 6
"""From the first view to a sent report, without typing words."""

LONGEST = 5000
"""Characters of a description."""
TOO_LARGE = 11 * 1024 * 1024
"""Bytes of a photo that no browser makes smaller: more than the service takes."""
AT_MONAS = Geolocation(latitude=-6.1754, longitude=106.8272)
BANDUNG = Geolocation(latitude=-6.9147, longitude=107.6098)

REPORTS = """{ reports(first: 100) { edges { node {
  number title description supportCount kelurahan { name } photos { id } } } } }"""
KEPT_CHUNKS = """async () => {
  const files = await caches.open("files-1");
  return (await files.keys()).filter(({ url }) => /(Lapor|CityMap|outbox)-.*js$/.test(url)).length;
}"""


def picture(kind: str = "PNG") -> bytes:
    """Return a picture of 1800 x 900 pixels."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize((1800, 900)).convert("RGB").save(file, kind)
    return file.getvalue()


def file(name: str, media_type: str, content: bytes) -> Any:
    return {"name": name, "mimeType": media_type, "buffer": content}


PHOTO = file("foto.png", "image/png", picture())


@dataclass
class Phone:
    """A phone at Monas, and the city it reports to."""

    context: BrowserContext
    city: City
    taps: int = 0
    began: float = 0

    @property
    def page(self) -> Page:
        return self.context.pages[-1]

    def reports(self) -> list[Any]:
        answer = httpx.post(f"{self.city.server.url}/graphql", json={"query": REPORTS})
        return [edge["node"] for edge in answer.json()["data"]["reports"]["edges"]]

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name).first

    def tap(self, what: Locator | str) -> None:
        """Tap something, and count it."""
        self.taps += 1
        (self.button(what) if isinstance(what, str) else what).tap()

    def begin_at_home(self) -> None:
        """Open the first view, and tap the button on it."""
        self.began = time.monotonic()
        self.page.goto("/")
        self.tap(self.page.get_by_role("link", name="Lapor", exact=True).locator("visible=true"))

    def fill_in_by_taps(self) -> None:
        """Fill in a report with a photo and without words, and send it."""
        with self.page.expect_file_chooser() as camera:
            self.tap(self.page.get_by_text("Ambil foto"))
        camera.value.set_files(PHOTO)
        expect(self.page.locator(".where")).to_contain_text("Gambir")
        self.tap("Ya, di sini")
        self.tap("Sampah")
        self.tap("Kirim laporan")

    def tell(self, who: str) -> None:
        """Say what it took: the goal is in taps and seconds."""
        print(f"{who}: {self.taps} taps, {time.monotonic() - self.began:.1f} seconds")  # noqa: T201 # as said

    def take_photo(self) -> None:
        self.page.locator("input[type=file]").first.set_input_files(PHOTO)

    def confirm_place(self) -> None:
        expect(self.page.locator(".where")).to_contain_text("Gambir")
        self.button("Ya, di sini").click()

    def fill_in(self) -> None:
        """Fill in a report without words, up to the button that sends it."""
        self.page.goto("/lapor")
        self.button("Lewati").click()
        self.confirm_place()
        self.button("Sampah").click()
        expect(self.button("Kirim")).to_be_visible()

    def type_account(self, email: str, password: str = PASSWORD) -> None:
        self.page.get_by_label("Alamat e-mail").fill(email)
        self.page.get_by_label("Kata sandi", exact=True).fill(password)

    def expect_heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def use_worker(self) -> None:
        """Wait until the pages are kept on the phone."""
        self.page.goto("/")
        deadline = time.monotonic() + DEADLINE
        while self.page.evaluate(KEPT_CHUNKS) < 3:  # the form, the map and the outbox
            assert time.monotonic() < deadline, "the worker has not kept the form"
            self.page.wait_for_timeout(100)


@pytest.fixture
def city(browser: Browser, sqlite_city_url: str, tmp_path: Path) -> Iterator[City]:
    with peopled_city(browser, sqlite_city_url, tmp_path, VAPID_SUBJECT="mailto:kota@contoh.id") as made:
        yield made


def phone_in(city: City, email: str | None = None) -> Phone:
    """Return a phone, on which somebody may be signed in who has an account from now on."""
    if email:
        city.new_citizen(email)
    allowed = ["geolocation", "notifications"]
    page = city.visit(email, geolocation=AT_MONAS, permissions=allowed, has_touch=True)
    return Phone(page.context, city)


@pytest.fixture
def phone(city: City) -> Phone:
    """The phone of a visitor."""
    return phone_in(city)


@pytest.fixture
def mine(city: City) -> Phone:
    """The phone of a citizen who is signed in."""
    return phone_in(city, ME)


def assert_accessible_by_day_and_night(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert_accessible(page)


def test_report_with_a_photo_takes_six_taps_and_no_words(mine: Phone) -> None:
    mine.begin_at_home()
    mine.fill_in_by_taps()
    mine.expect_heading("Terkirim. Terima kasih!")
    mine.tell("a citizen")
    assert mine.taps <= TAPS
    (report,) = mine.reports()
    assert report["title"] == "Sampah di Gambir"
    assert len(report["photos"]) == 1
    expect(mine.page.locator(".arrived")).to_contain_text(report["number"])
    assert_accessible_by_day_and_night(mine.page)
    mine.page.goto("/laporan")
    expect(mine.page.locator(".mine .line")).to_contain_text("Sampah di Gambir")
    assert_accessible_by_day_and_night(mine.page)


def test_visitor_signs_up_confirms_the_address_and_the_report_is_sent(
    browser: Browser, sqlite_city_url: str, tmp_path: Path
) -> None:
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(mail_server()) as mails,
        peopled_city(
            browser,
            sqlite_city_url,
            tmp_path,
            SMTP_URL=mails.url,
            MAIL_FROM="Kota Tanggap <kabar@contoh.id>",
            OUTGOING_NETWORKS=THIS_MACHINE,
            PUBLIC_URL=f"http://127.0.0.1:{free_port()}",
        ) as city,
    ):
        phone = phone_in(city)
        phone.begin_at_home()
        phone.fill_in_by_taps()
        phone.expect_heading("Tinggal satu langkah")
        phone.taps += 2  # the two fields
        phone.type_account("baru@contoh.id")
        phone.tap("Daftar dan kirim")
        expect(phone.page.get_by_text("Kami mengirim tautan ke baru@contoh.id")).to_be_visible()
        phone.tap("Sudah saya buka, masuk")
        expect(phone.page.get_by_role("alert")).to_contain_text("Buka dulu tautan")
        phone.taps -= 1  # that was too early
        assert_accessible_by_day_and_night(phone.page)
        portal.call(eventually, lambda: bool(mails.accepted))
        (link,) = re.findall(rf"{city.server.url}/akun/confirm/\S{{43}}", mails.accepted[0].get_content())
        form, mail = phone.page, phone.context.new_page()
        mail.goto(link)
        phone.taps += 1
        phone.tap("Ya, ini alamat saya")
        expect(mail.get_by_text("Alamat e-mail Anda sudah dikonfirmasi.")).to_be_visible()
        mail.close()
        assert phone.page is form
        phone.tap("Sudah saya buka, masuk")
        phone.expect_heading("Terkirim. Terima kasih!")
        phone.tell("a visitor who signs up and confirms")
        assert len(phone.reports()) == 1


def test_draft_outlives_its_tab_and_is_sent_after_a_sign_up_in_the_form(phone: Phone) -> None:
    page = phone.page
    page.goto("/lapor")
    phone.take_photo()
    expect(page.locator(".where")).to_contain_text("Gambir")
    assert_accessible_by_day_and_night(page)
    phone.confirm_place()
    expect(phone.button("Sampah")).to_be_visible()
    assert_accessible_by_day_and_night(page)
    phone.context.new_page()
    page.close()
    phone.page.goto("/laporan")
    expect(phone.page.locator(".unsent")).to_contain_text("Draf")
    phone.page.get_by_role("link", name="Lanjutkan").click()
    phone.button("Sampah").click()
    expect(phone.page.locator(".thumbnails img")).to_have_count(1)
    phone.page.get_by_label("Ceritakan").fill("Hubungi saya di 0812 3456 7890")
    expect(phone.page.locator(".details")).to_contain_text("0812 3456 7890")
    assert_accessible_by_day_and_night(phone.page)
    phone.button("Kirim laporan").click()
    phone.expect_heading("Tinggal satu langkah")
    phone.type_account("baru@contoh.id", "pendek")
    phone.button("Daftar dan kirim").click()
    expect(phone.page.get_by_role("alert")).to_contain_text("10 sampai 128")
    assert phone.reports() == []
    phone.type_account("baru@contoh.id")
    phone.button("Daftar dan kirim").click()
    phone.expect_heading("Terkirim. Terima kasih!")
    (report,) = phone.reports()
    assert len(report["photos"]) == 1


def test_report_sent_offline_from_two_tabs_arrives_once(mine: Phone) -> None:
    mine.use_worker()
    first = mine.page
    mine.context.set_offline(True)
    first.goto("/lapor")
    mine.button("Lewati").click()
    mine.button("Ya, di sini").click()
    mine.button("Sampah").click()
    mine.button("Kirim saat ada jaringan").click()
    mine.expect_heading("Tersimpan, menunggu jaringan")
    second = mine.context.new_page()
    second.goto("/laporan")
    expect(second.locator(".unsent")).to_contain_text("Menunggu jaringan")
    assert mine.reports() == []
    mine.context.set_offline(False)
    expect(first.get_by_role("heading", level=1)).to_have_text("Terkirim. Terima kasih!")
    expect(second.locator(".unsent")).to_have_count(0)
    expect(second.locator(".mine .line")).to_contain_text("Sampah di Gambir")
    assert len(mine.reports()) == 1


def test_report_is_sent_once_when_its_answer_is_lost_with_the_server(mine: Phone) -> None:
    mine.fill_in()
    killed: list[int] = []

    def kill_after(route: Route) -> None:
        if "submitReport" not in (route.request.post_data or "") or killed:
            return route.continue_()
        killed.append(route.fetch().status)
        mine.city.server.kill()
        return route.abort()

    mine.page.route("**/graphql", kill_after)
    mine.button("Kirim laporan").click()
    mine.expect_heading("Mengirim laporan Anda…")
    deadline = time.monotonic() + DEADLINE
    while not killed:
        assert time.monotonic() < deadline
        mine.page.wait_for_timeout(50)
    apart(mine.city.server.start())
    mine.expect_heading("Terkirim. Terima kasih!")
    assert killed == [200]
    assert len(mine.reports()) == 1


def test_supporting_what_is_nearby_ends_the_flow_without_a_second_report(mine: Phone) -> None:
    mine.city.report("Tumpukan sampah")
    mine.page.goto("/lapor")
    mine.button("Lewati").click()
    mine.confirm_place()
    mine.button("Sampah").click()
    mine.expect_heading("Apakah salah satu ini?")
    assert_accessible_by_day_and_night(mine.page)
    mine.button("Ya, ini. Dukung").click()
    mine.expect_heading("Anda mengikuti laporan ini")
    (report,) = mine.reports()
    assert report["supportCount"] == 1


def test_news_come_at_once_are_counted_and_read_in_all_tabs(mine: Phone) -> None:
    report = mine.city.report("Lampu jalan mati", ME)
    home, page = mine.page, mine.context.new_page()
    badge = home.locator(".phone-nav .badge")
    home.goto("/")
    page.goto("/laporan")
    expect(page.get_by_text("Belum ada kabar")).to_be_visible()
    expect(page.locator('[data-connection="live"]')).to_be_visible()
    expect(home.locator('[data-connection="live"]')).to_be_visible()
    page.evaluate("() => Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.evaluate("dispatchEvent(new Event('visibilitychange'))")  # somebody looks at the other tab
    mine.city.do(lambda officer: officer.move(report["id"], "IN_PROGRESS"), OFFICER)
    expect(badge).to_contain_text("1")
    mine.city.do(lambda officer: officer.comment(report["id"], "Tim sedang di jalan."), OFFICER)
    expect(badge).to_contain_text("2")
    news = page.locator(".news li")
    expect(news).to_have_count(2)
    expect(news.first).to_contain_text("Tim sedang di jalan.")
    expect(news.last).to_contain_text("Gambir: Sedang ditindaklanjuti")
    expect(page.get_by_text("2 belum dibaca")).to_be_visible()
    assert_accessible_by_day_and_night(page)
    page.evaluate("() => delete document.hidden")
    page.evaluate("dispatchEvent(new Event('visibilitychange'))")
    for tab in (home, page):
        expect(tab.locator(".phone-nav .badge")).to_have_count(0)
    expect(news.first).to_contain_text("Baru")


def test_faults_are_said_in_words_and_nothing_is_lost(mine: Phone, tmp_path: Path) -> None:
    page = mine.page
    page.context.set_geolocation(BANDUNG)
    page.goto("/lapor")
    gallery = page.locator("input[type=file]").last
    gallery.set_input_files(file("surat.pdf", "application/pdf", b"%PDF-"))
    expect(page.get_by_text("surat.pdf bukan foto.")).to_be_visible()
    page.go_back()
    large = tmp_path / "besar.heic"
    large.write_bytes(bytes(TOO_LARGE))
    gallery.set_input_files(large)
    expect(page.get_by_text("Foto ini lebih dari 10 MB")).to_be_visible()
    page.go_back()
    gallery.set_input_files([file("a.heic", "image/heic", picture("HEIF")), file("b.jpg", "image/jpeg", bytes(999))])

    expect(page.get_by_text("Lokasi Anda di luar Jakarta.")).to_be_visible()
    expect(mine.button("Ya, di sini")).to_be_disabled()
    page.get_by_label("Cari kelurahan").fill("menteng")
    page.get_by_role("button", name="Menteng").first.click()
    expect(page.locator(".where")).to_contain_text("Kelurahan Menteng")
    mine.button("Ya, di sini").click()
    mine.button("Sampah").click()
    words = f"Hubungi 0812 3456 7890. {'Sampah ' * LONGEST}"[: LONGEST + 1]
    page.get_by_label("Ceritakan").fill(words)
    expect(page.get_by_text("0812 3456 7890", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("^Foto 2: "))).to_be_visible()
    mine.button("Kirim laporan").click()
    expect(page.get_by_text(re.compile("^Foto 2: "))).to_be_visible()
    expect(page.get_by_label("Ceritakan")).to_have_value(words[:LONGEST])
    assert mine.reports() == []
    assert_accessible_by_day_and_night(page)
    mine.button("Hapus foto 2").click()
    expect(page.locator(".error")).to_have_count(0)
    mine.button("Kirim laporan").click()
    mine.expect_heading("Terkirim. Terima kasih!")
    (report,) = mine.reports()
    assert len(report["photos"]) == 1
    assert report["kelurahan"]["name"] == "Menteng"
    assert "0812" not in report["description"]
    assert len(report["description"]) <= LONGEST


def test_worker_shows_a_push_message_and_opens_its_report(phone: Phone) -> None:
    phone.use_worker()
    session = phone.context.new_cdp_session(phone.page)
    registrations: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(each["registrationId"] for each in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    phone.page.wait_for_function("navigator.serviceWorker.controller !== null")
    news = {"title": "Sampah", "body": "Gambir: selesai", "lang": "id", "report": "JK2611300001", "url": None}
    push = {"origin": phone.city.server.url, "registrationId": registrations[0], "data": json.dumps(news)}
    session.send("ServiceWorker.deliverPushMessage", push)
    shown = """async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map(({ title, body, tag, data }) => [title, body, tag, data.url]);
    }"""
    deadline = time.monotonic() + DEADLINE
    while not (found := phone.page.evaluate(shown)):
        assert time.monotonic() < deadline, "no notification"
        phone.page.wait_for_timeout(50)
    assert found == [["Sampah", "Gambir: selesai", "JK2611300001", "/laporan/JK2611300001"]]
