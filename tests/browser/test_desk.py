"""The desk in a real Chromium, against a real service: an officer's day, two officers at once, a service that dies."""

import io
import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Route, expect

from actions.accounts import credentials, grant_role
from actions.transaction import Transactions
from models.database import database
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from rules.access import Role
from tests.browser.axe import assert_accessible
from tests.city import SECRET, ServerProcess, apart
from tests.wire import GAMBIR, PASSWORD, png

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser-desk")]

TOKENS = "session { accessToken refreshToken expiresIn }"
PLACES = itertools.count()
CURSOR = '[data-cursor="true"]'
WIDTHS = (390, 820, 1440)


@dataclass
class Desk:
    """A city with officers of one kelurahan, and the browser that they use."""

    server: ServerProcess
    database_url: str
    browser: Browser
    tokens: dict[str, dict[str, Any]]

    def ask(self, document: str, name: str | None = None, **variables: Any) -> Any:
        """Execute a document as a person, and return its data."""
        headers = {"Authorization": f"Bearer {self.tokens[name]['accessToken']}"} if name else {}
        answer = httpx.post(
            f"{self.server.url}/graphql", json={"query": document, "variables": variables}, headers=headers, timeout=60
        ).json()
        assert not answer.get("errors"), answer
        return answer["data"]

    def citizen(self, name: str) -> None:
        email = f"{name}@contoh.id"
        document = f"mutation($e: String!, $p: String!) {{ signUp(email: $e, password: $p) {{ {TOKENS} }} }}"
        self.tokens[name] = self.ask(document, e=email, p=PASSWORD)["signUp"]["session"]

    def officer(self, name: str) -> None:
        email = f"{name}@contoh.id"

        async def grant() -> None:
            async with database(self.database_url):
                new = await credentials(email, PASSWORD)
                await Transactions().run(grant_role, Gazetteer(bundled()), new, Role.OFFICER, GAMBIR, name)

        apart(grant())
        document = f"mutation($e: String!, $p: String!) {{ signIn(email: $e, password: $p) {{ {TOKENS} }} }}"
        self.tokens[name] = self.ask(document, e=email, p=PASSWORD)["signIn"]["session"]

    def submit(self, title: str, photo: bytes | None = None, **given: Any) -> dict[str, Any]:
        """Send a report as the citizen; return it."""
        # 111 metres from the next one: none is a duplicate of another.
        place = {"latitude": -6.1754 + 0.001 * (next(PLACES) % 5), "longitude": 106.8272}
        fields = {"title": title, "description": f"Tolong segera. {title}", "category": "SAMPAH", "location": place}
        if photo:
            fields["photoIds"] = [self.upload(photo)]
        document = """mutation($i: SubmitReportInput!) {
          submitReport(input: $i) { report { id number version } errors { message } }
        }"""
        payload = self.ask(document, "warga", i=fields | given)["submitReport"]
        assert payload["errors"] == []
        report: dict[str, Any] = payload["report"]
        return report

    def upload(self, picture: bytes) -> str:
        headers = {"Authorization": f"Bearer {self.tokens['warga']['accessToken']}"}
        answer = httpx.post(f"{self.server.url}/media", files={"file": ("foto.png", picture)}, headers=headers)
        return str(answer.json()["id"])

    def change(self, name: str, report: dict[str, Any], **given: Any) -> None:
        """Change the status of a report as an officer."""
        document = """mutation($id: ID!, $i: ChangeReportStatusInput!) {
          changeReportStatus(id: $id, input: $i) { errors { message } }
        }"""
        assert self.ask(document, name, id=report["id"], i=given)["changeReportStatus"]["errors"] == []

    def report(self, report: dict[str, Any]) -> dict[str, Any]:
        document = """query($n: String!) { report(number: $n) {
          status resolution respondedAt commentCount proof { id } duplicateOf { number }
          category { code } kelurahan { name } handler { ... on Agency { name } ... on Kelurahan { name } }
        } }"""
        found: dict[str, Any] = self.ask(document, n=report["number"])["report"]
        return found

    def open(self, name: str, **options: Any) -> Page:
        """Open the desk in a browser of its own, in which somebody is signed in."""
        context = self.browser.new_context(
            **({"locale": "id-ID", "viewport": {"width": 1440, "height": 900}} | options)
        )
        context.set_default_timeout(30_000)
        kept = json.dumps({**self.tokens[name], "until": 9e15})
        context.add_init_script(f"localStorage.setItem('tanggap.session', JSON.stringify({kept}))")
        page = context.new_page()
        page.goto(f"{self.server.url}/meja")
        page.locator(CURSOR).wait_for()
        return page


@pytest.fixture
def desk(browser: Browser, sqlite_city_url: str, tmp_path: Path) -> Iterator[Desk]:
    server = ServerProcess(
        {"DATABASE_URL": sqlite_city_url, "MEDIA_DIR": str(tmp_path), "SECRET_KEY": SECRET, "LOG_LEVEL": "WARNING"}
    )
    apart(server.start())
    desk = Desk(server, sqlite_city_url, browser, {})
    desk.citizen("warga")
    desk.officer("siti")
    yield desk
    for context in browser.contexts:
        context.close()
    server.kill()


def tab(page: Page, name: str) -> Locator:
    return page.locator(f'[data-tab="{name}"]')


def expect_counts(page: Page, **counts: int) -> None:
    """Wait until the tabs show these numbers."""
    for name, count in counts.items():
        expect(tab(page, name).locator(".work-number")).to_have_text(str(count), timeout=30_000)


def rows(page: Page) -> Locator:
    return page.locator(".work-row")


def until(condition: Callable[[], bool], page: Page) -> None:
    """Wait until a condition holds, while the page goes on."""
    for _ in range(300):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it never came true")


def photo(seed: int, size: tuple[int, int] = (1600, 1200)) -> bytes:
    """Return a picture as a phone takes it, larger than it has to be."""
    squares = Random(seed).randbytes(3 * 16 * 12)
    file = io.BytesIO()
    Image.frombytes("RGB", (16, 12), squares).resize(size, Image.Resampling.BICUBIC).save(file, "JPEG")
    return file.getvalue()


def test_one_key_answers_the_report_that_is_due_first(desk: Desk) -> None:
    later = desk.submit("Sampah di taman")
    first = desk.submit("Mobil di trotoar", category="PARKIR_LIAR")
    page = desk.open("siti")
    expect(page.locator(CURSOR)).to_contain_text("Mobil di trotoar")
    keys = ["Enter"]
    for key in keys:
        page.keyboard.press(key)
    expect(page.locator(f"{CURSOR} [data-status]")).to_have_attribute("data-status", "IN_PROGRESS")
    expect_counts(page, waiting=1, inProgress=1)
    until(lambda: desk.report(first)["respondedAt"] is not None, page)
    assert len(keys) <= 2
    # The row stays until it is left, and goes then.
    expect(rows(page)).to_have_count(2)
    page.keyboard.press("j")
    expect(page.locator(CURSOR)).to_contain_text("Sampah di taman")
    expect(rows(page)).to_have_count(1)
    assert desk.report(later)["status"] == "WAITING"


def test_two_officers_see_each_other_and_a_conflict_is_explained(desk: Desk) -> None:
    desk.officer("budi")
    taken = desk.submit("Sampah di pasar", category="PARKIR_LIAR")
    desk.submit("Sampah di halte")
    siti, budi = desk.open("siti"), desk.open("budi")
    for page in (siti, budi):
        expect_counts(page, waiting=2)
    # What one takes on stays where the other reads it, with a mark.
    budi.keyboard.press("Enter")
    expect_counts(siti, waiting=1, inProgress=1)
    expect(siti.locator(CURSOR)).to_contain_text("Diubah rekan Anda")
    # Both finish it: one of them too late.
    siti.keyboard.press("s")
    siti.get_by_role("dialog").get_by_label("Tidak valid").check()
    siti.get_by_label("Pesan untuk pelapor").fill("Sudah kami cek, tidak ada sampah di sana.")
    desk.change("budi", taken, status="PROCESSED", resolution="OUT_OF_REMIT", note="Ini lahan pribadi.")
    siti.keyboard.press("Control+Enter")
    refused = siti.locator("dialog .refused")
    expect(refused).to_contain_text("Gambir menutup laporan: di luar kewenangan")
    expect(refused).to_contain_text("Ini lahan pribadi.")
    expect(refused).to_contain_text("Di luar kewenangan")
    expect(siti.get_by_label("Pesan untuk pelapor")).to_have_value("Sudah kami cek, tidak ada sampah di sana.")
    siti.keyboard.press("Escape")
    expect_counts(siti, waiting=1, inProgress=0, doneToday=1)
    expect(siti.locator(".work-report .status")).to_have_text("Sudah diproses")
    assert desk.report(taken)["resolution"] == "OUT_OF_REMIT"


def test_a_fix_is_proved_with_before_and_after_side_by_side(desk: Desk, tmp_path: Path) -> None:
    report = desk.submit("Selokan mampet", png(1, "before"), category="SALURAN")
    page = desk.open("siti", viewport={"width": 390, "height": 844}, has_touch=True)
    page.locator(".work-row").click()
    expect(page.locator(".work-photos img")).to_be_visible()
    page.get_by_role("button", name="Selesaikan").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Tutup laporan").click()
    expect(dialog.locator("#work-missing")).to_have_text("Tambahkan foto bukti dulu.")
    after = tmp_path / "sesudah.jpg"
    after.write_bytes(photo(7, (4000, 3000)))
    dialog.locator("input[type=file]").set_input_files(after)
    expect(dialog.locator(".work-compare figure")).to_have_count(2)
    expect(dialog.locator(".work-compare figure img")).to_have_count(2)
    expect(dialog.locator("#work-missing")).to_be_empty()
    dialog.get_by_label("Pesan untuk pelapor").fill("Selokan sudah dibersihkan.")
    dialog.get_by_role("button", name="Tutup laporan").click()
    expect(dialog).to_have_count(0)
    expect(page.locator(".work-report .status")).to_have_text("Sudah diproses")
    expect(page.locator(".work-compare img")).to_have_count(2)
    page.get_by_role("button", name="Kembali ke daftar").click()
    expect_counts(page, waiting=0, doneToday=1)
    assert [desk.report(report)["resolution"], len(desk.report(report)["proof"])] == ["FIXED", 1]


def test_several_are_taken_on_at_once_and_each_refusal_is_shown(desk: Desk) -> None:
    reports = [desk.submit(f"Sampah {number}") for number in range(4)]
    page = desk.open("siti")
    expect_counts(page, waiting=4)
    page.keyboard.press("Shift+J")
    page.keyboard.press("Shift+J")
    expect(page.locator(".work-bulk")).to_contain_text("3 laporan dipilih")
    page.keyboard.press("Control+a")
    expect(page.locator(".work-bulk")).to_contain_text("4 laporan dipilih")
    # One of them is closed before the page can know it.
    page.route("**/graphql", lambda route: _after(route, lambda: close_once(desk, reports[1])))
    page.keyboard.press("Enter")
    expect(page.locator(".work-bulk")).to_contain_text("3 laporan diubah, 1 ditolak")
    expect(page.locator(".work-refused-list")).to_contain_text(reports[1]["number"])
    expect_counts(page, waiting=0, inProgress=3)
    statuses = [desk.report(each)["status"] for each in reports]
    assert sorted(statuses) == ["IN_PROGRESS"] * 3 + ["PROCESSED"]


CLOSED: set[str] = set()


def close_once(desk: Desk, report: dict[str, Any]) -> None:
    if report["id"] not in CLOSED:
        CLOSED.add(report["id"])
        desk.change("siti", report, status="PROCESSED", resolution="INVALID", note="Bukan masalah ruang publik.")


def _after(route: Route, act: Callable[[], None]) -> None:
    """Do something before a request for many reports goes on."""
    if "changeReportStatuses" in (route.request.post_data or ""):
        act()
    route.continue_()


def test_the_whole_day_goes_without_a_mouse(desk: Desk) -> None:
    first, _, _ = (desk.submit(title) for title in ("Sampah satu", "Sampah dua", "Sampah tiga"))
    page = desk.open("siti")
    expect_counts(page, waiting=3)
    press = page.keyboard.press
    # Words to the reporter and to colleagues. What was typed waits while another report is looked at.
    press("r")
    page.keyboard.type("Kami segera ke sana.")
    press("Escape")
    press("j")
    press("k")
    press("r")
    expect(page.get_by_label("Tanggapan untuk semua orang")).to_have_value("Kami segera ke sana.")
    press("Control+Enter")
    expect(page.locator(".timeline")).to_contain_text("Kami segera ke sana.")
    press("n")
    page.keyboard.type("Bawa truk kecil.")
    press("Control+Enter")
    expect(page.locator(".timeline")).to_contain_text("Bawa truk kecil.")
    # Another category and back, another unit.
    press("c")
    page.keyboard.type("taman")
    press("Enter")
    until(lambda: desk.report(first)["category"]["code"] == "TAMAN", page)
    page.get_by_role("button", name="Urungkan").press("Enter")
    until(lambda: desk.report(first)["category"]["code"] == "SAMPAH", page)
    press("a")
    page.keyboard.type("lingkungan")
    press("Enter")
    until(lambda: desk.report(first)["handler"]["name"] != "Gambir", page)
    assert desk.report(first)["commentCount"] == 1


def test_reports_are_found_and_handed_on_without_a_mouse(desk: Desk) -> None:
    _, second, third = (desk.submit(title) for title in ("Sampah satu", "Sampah dua", "Sampah tiga"))
    page = desk.open("siti")
    press = page.keyboard.press
    # A search, and a kelurahan by its name.
    press("/")
    page.keyboard.type("dua")
    expect(rows(page)).to_have_count(1)
    press("Enter")
    press("t")
    page.keyboard.type("cideng")
    press("Enter")
    until(lambda: desk.report(second)["kelurahan"]["name"] == "Cideng", page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    press("/")
    press("Escape")
    expect(page.get_by_role("searchbox")).to_have_value("")
    # A duplicate, with the candidate beside it.
    place = {"latitude": -6.1754 + 0.001 * ((next(PLACES) - 1) % 5), "longitude": 106.8272}
    copy = desk.submit("Sampah yang sama", location=place)
    press("/")
    page.keyboard.type("sama")
    expect(rows(page).filter(has_text="Sampah yang sama")).to_have_count(1)
    press("Enter")
    press("d")
    expect(page.get_by_role("dialog").locator(".work-candidate")).to_contain_text(["Sampah tiga"])
    expect(page.get_by_role("dialog").locator(".work-candidate input").first).to_be_checked()
    press("Control+Enter")
    until(lambda: (desk.report(copy)["duplicateOf"] or {}).get("number") == third["number"], page)
    # All keys are listed, and letters can be switched off.
    expect(page.get_by_role("dialog")).to_have_count(0)
    press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Tandai duplikat")
    page.get_by_label("Pakai huruf sebagai pintasan").press("Space")
    press("Escape")
    press("a")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_nothing_is_missed_or_doubled_when_the_service_dies(desk: Desk) -> None:
    known = [desk.submit(f"Sebelum {number}") for number in range(3)]
    page = desk.open("siti")
    expect_counts(page, waiting=3)
    desk.server.kill()
    page.keyboard.press("Enter")  # it is sent again until there is an answer
    expect(page.locator(f"{CURSOR} [data-status]")).to_have_attribute("data-status", "IN_PROGRESS")
    apart(desk.server.start())
    desk.submit("Sesudah satu")
    desk.change("siti", known[1], status="IN_PROGRESS")
    desk.submit("Sesudah dua")
    expect_counts(page, waiting=3, inProgress=2)
    page.keyboard.press("j")
    expect(rows(page)).to_have_count(3)
    titles = [re.sub(r"\s+", " ", title) for title in page.locator(".work-title .clip").all_text_contents()]
    assert sorted(titles) == ["Sebelum 2", "Sesudah dua", "Sesudah satu"]
    until(lambda: desk.report(known[0])["status"] == "IN_PROGRESS", page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_desk_is_accessible_and_never_wider_than_its_screen(desk: Desk, scheme: str) -> None:
    for number in range(3):
        desk.submit(f"Sampah menumpuk di depan pasar, nomor {number}", png(number, scheme))
    page = desk.open("siti", color_scheme=scheme)
    expect(page.locator(".work-photos img")).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert_accessible(page)
    for key in ("s", "a", "?"):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_be_visible()
        assert_accessible(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("x")
    assert_accessible(page)
