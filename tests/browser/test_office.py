"""The desk's pages of offices and of the control room, in a real Chromium against a real service."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from actions.accounts import credentials, grant_role, sign_up
from actions.periods import open_first_day
from actions.submissions import Submission, route, submit
from actions.transaction import Transactions
from models.accounts import Account
from models.database import database
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from rules.access import Person, Role, RoleGrant
from tests.browser.axe import assert_accessible
from tests.city import SECRET, ServerProcess, apart, copy_sqlite
from tests.wire import GAMBIR, MONAS, PASSWORD, png

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser-office")]

PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

PEOPLE = {
    "siti": (Role.OFFICER, GAMBIR),
    "camat": (Role.SUPERVISOR, "31.71.01"),
    "kendali": (Role.ADMIN, None),
}
TOKENS = "session { accessToken refreshToken expiresIn }"
PAGES = {
    "/meja/nilai": "siti",
    "/meja/unit": "camat",
    "/meja/moderasi": "kendali",
    "/meja/orang": "kendali",
    "/meja/keringanan": "kendali",
}


def last_month() -> datetime:
    """Return 8:00 in Jakarta on the fourth of last month: what is due in days is due in that month, over holidays."""
    first = (datetime.now(UTC) + timedelta(hours=7)).replace(day=1, hour=1, minute=0, second=0, microsecond=0)
    return (first - timedelta(days=1)).replace(day=4)


async def leave_reports(url: str) -> None:
    """Make the people, and leave three reports of last month in Gambir that nobody answers."""
    began, gazetteer = last_month(), Gazetteer(bundled())
    async with database(url):
        await open_first_day(Transactions(now=lambda: began))
        await Transactions().run(sign_up, await credentials("warga@contoh.id", PASSWORD))
        for name, (role, unit) in PEOPLE.items():
            new = await credentials(f"{name}@contoh.id", PASSWORD)
            await Transactions().run(grant_role, gazetteer, new, role, unit, f"Staf {name}")
        account = await Account.get(email="warga@contoh.id")
        person = Person(account.id, (RoleGrant(Role.CITIZEN, None),))
        for number in range(3):
            words = Submission(
                title=f"Sampah {number}", description="Isi", category="SAMPAH", latitude=-6.1754, longitude=106.8272
            )
            at = began + timedelta(hours=number)
            await Transactions(now=partial(_same, at)).run(submit, person, route(gazetteer, words))


def _same(moment: datetime) -> datetime:
    return moment


@dataclass
class Office:
    """A city whose office in Gambir has lost points, and the browser of its people."""

    server: ServerProcess
    browser: Browser
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)

    def ask(self, document: str, name: str | None = None, **variables: Any) -> Any:
        """Execute a document as a person, and return its data."""
        headers = {"Authorization": f"Bearer {self.token(name)['accessToken']}"} if name else {}
        answer = httpx.post(
            f"{self.server.url}/graphql", json={"query": document, "variables": variables}, headers=headers, timeout=60
        ).json()
        assert not answer.get("errors"), answer
        return answer["data"]

    def token(self, name: str) -> dict[str, Any]:
        if name not in self.tokens:
            document = f"mutation($e: String!, $p: String!) {{ signIn(email: $e, password: $p) {{ {TOKENS} }} }}"
            self.tokens[name] = self.ask(document, e=f"{name}@contoh.id", p=PASSWORD)["signIn"]["session"]
        return self.tokens[name]

    def flagged(self, title: str, reason: str, number: int) -> str:
        """Let a citizen send a report with a photo, and the supervisor flag it; return its number."""
        headers = {"Authorization": f"Bearer {self.token('warga')['accessToken']}"}
        files = {"file": ("foto.png", png(number))}
        photo = httpx.post(f"{self.server.url}/media", files=files, headers=headers, timeout=60).json()["id"]
        given = {"title": title, "description": f"Isi {title}", "category": "SAMPAH", "location": MONAS}
        sent = self.ask(
            "mutation($i: SubmitReportInput!) { submitReport(input: $i) { report { id number } errors { message } } }",
            "warga",
            i=given | {"photoIds": [photo]},
        )["submitReport"]
        assert sent["errors"] == []
        flag = "mutation($i: ID!, $r: String!) { flagReport(id: $i, reason: $r) { errors { message } } }"
        assert self.ask(flag, "camat", i=sent["report"]["id"], r=reason)["flagReport"]["errors"] == []
        return str(sent["report"]["number"])

    def report(self, number: str) -> dict[str, Any] | None:
        """Return what the public sees of a report."""
        found: dict[str, Any] | None = self.ask("query($n: String!) { report(number: $n) { title } }", n=number)[
            "report"
        ]
        return found

    def open(self, name: str, path: str, **options: Any) -> Page:
        """Open a page in a browser of its own, in which somebody is signed in."""
        context = self.browser.new_context(
            **({"locale": "id-ID", "viewport": {"width": 1440, "height": 900}} | options)
        )
        context.set_default_timeout(PATIENCE)
        kept = json.dumps({**self.token(name), "until": 9e15})
        context.add_init_script(f"localStorage.setItem('tanggap.session', JSON.stringify({kept}))")
        page = context.new_page()
        page.goto(f"{self.server.url}{path}")
        return page


@pytest.fixture(scope="module")
def office(browser: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    url = copy_sqlite(sqlite_template, folder / "tanggap.db")
    apart(leave_reports(url))
    server = ServerProcess(
        {"DATABASE_URL": url, "MEDIA_DIR": str(folder), "SECRET_KEY": SECRET, "LOG_LEVEL": "WARNING"}
    )
    apart(server.start())
    yield Office(server, browser)
    for context in browser.contexts:
        context.close()
    server.kill()


def test_officer_finds_why_points_were_lost(office: Office) -> None:
    page = office.open("siti", "/meja/nilai")
    expect(page.get_by_role("heading", name="Gambir")).to_be_visible()
    expect(page.get_by_text("Belum ada poin pada periode ini.")).to_be_visible()
    page.get_by_role("button", name="Periode sebelumnya").click()
    # Three reports of weight 2, neither answered nor fixed: 3 x (-6 - 16).
    expect(page.locator(".tile").filter(has_text="Poin")).to_contain_text("-66")
    expect(page.get_by_text("-66 hilang")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Dijawab tepat waktu"))).to_contain_text(re.compile("0%.*3 laporan"))
    entries = page.locator(".entries tbody tr")
    expect(entries).to_have_count(6)
    page.get_by_role("button", name=re.compile("Lewat batas waktu jawaban")).click()
    expect(entries).to_have_count(3)
    expect(entries.first).to_contain_text("-6")
    expect(entries.first.get_by_role("link")).to_have_attribute("href", re.compile(r"^/laporan/JK\d+$"))
    page.get_by_role("button", name="Bertambah").click()
    expect(page.get_by_text("Tidak ada catatan seperti itu")).to_be_visible()
    page.goto(f"{office.server.url}/meja/moderasi")
    expect(page.get_by_text("Halaman ini untuk ruang kendali.")).to_be_visible()


def test_supervisor_sees_the_units_of_their_kecamatan_live(office: Office) -> None:
    page = office.open("camat", "/meja/unit")
    units = page.locator(".units tbody tr")
    expect(units).to_have_count(6)
    expect(units.first).to_contain_text("Gambir")
    totals = page.get_by_text(re.compile(r"\d+ terbuka, 3 lewat batas"))
    before = int(totals.inner_text().split()[0])
    office.flagged("Sampah baru", "Alasan", 100)
    expect(page.get_by_text(f"{before + 1} terbuka, 3 lewat batas")).to_be_visible()
    units.first.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Gambir")).to_be_visible()


def test_control_room_hides_and_the_report_is_gone_until_undone(office: Office) -> None:
    number, fine = office.flagged("Tetangga saya", "Menyebut nama orang", 1), office.flagged("Got mampet", "Iseng", 2)
    page = office.open("kendali", "/meja/moderasi")
    judged = page.get_by_role("article", name="Tetangga saya")
    expect(judged).to_contain_text("Menyebut nama orang")
    judged.get_by_role("button", name="Sembunyikan").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Sembunyikan").click()
    expect(dialog.get_by_role("alert")).to_be_visible()  # a reason is needed, and that stands beside its field
    dialog.get_by_role("button", name="Memuat data pribadi orang lain.").click()
    dialog.get_by_role("button", name="Sembunyikan").click()
    expect(judged).to_have_count(0)
    assert office.report(number) is None
    page.get_by_role("button", name="Urungkan").click()
    expect(judged).to_be_visible()
    assert office.report(number) is not None
    colleague = office.open("kendali", "/meja/moderasi").get_by_role("article", name="Tetangga saya")
    expect(colleague).to_be_visible()
    judged.get_by_role("button", name="Sembunyikan").click()
    dialog.get_by_label("Alasan", exact=True).fill("Memuat nama")
    dialog.get_by_role("button", name="Sembunyikan").click()
    expect(colleague).to_have_count(0)  # the other screen follows by itself
    page.get_by_role("article", name="Got mampet").get_by_role("button", name="Tidak ada masalah").click()
    expect(page.get_by_role("article", name="Got mampet")).to_have_count(0)
    assert office.report(fine) is not None


def test_control_room_removes_a_photo_for_good(office: Office) -> None:
    office.flagged("Foto wajah", "Ada wajah anak", 3)
    page = office.open("kendali", "/meja/moderasi")
    judged = page.get_by_role("article", name="Foto wajah")
    judged.get_by_role("button", name="Hapus foto").click()
    page.get_by_role("dialog").get_by_role("button", name="Hapus foto").click()
    expect(judged.get_by_role("img")).to_have_count(0)


def test_control_room_invites_gives_takes_and_blocks(office: Office) -> None:
    page = office.open("kendali", "/meja/orang")
    page.get_by_role("button", name="Undang orang").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Kirim undangan").click()
    expect(dialog.get_by_text("Pilih unitnya dari daftar.")).to_be_visible()
    dialog.get_by_label("Unit", exact=True).fill("Cideng (kelurahan, Kec. Gambir)")
    dialog.get_by_role("button", name="Kirim undangan").click()
    expect(dialog.get_by_role("alert")).to_have_count(2)  # the address and the name
    dialog.get_by_label("Alamat e-mail").fill("rina@contoh.id")
    dialog.get_by_label("Nama di antara petugas").fill("Rina")
    dialog.get_by_role("button", name="Kirim undangan").click()
    expect(dialog).to_have_count(0)
    page.get_by_label("Cari nama").fill("rina@")
    row = page.get_by_role("row", name=re.compile("Rina"))
    expect(page.locator(".people tbody tr")).to_have_count(1)
    expect(row).to_contain_text("Petugas, Cideng")
    page.get_by_role("button", name="Beri peran kepada Rina").click()
    dialog.get_by_label("Peran").select_option("SUPERVISOR")
    dialog.get_by_label("Unit", exact=True).fill("DINSOS")
    dialog.get_by_role("button", name="Beri peran").click()
    expect(row).to_contain_text("Pengawas, Dinas Sosial")
    row.get_by_role("button", name=re.compile("Cabut peran Petugas")).click()
    dialog.get_by_role("button", name="Cabut peran").click()
    expect(row).not_to_contain_text("Petugas, Cideng")
    row.get_by_role("button", name="Blokir Rina").click()
    dialog.get_by_role("button", name="Blokir").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("Alasan").fill("Kata sandinya bocor")
    dialog.get_by_role("button", name="Blokir").click()
    expect(row).to_contain_text("Diblokir")
    row.get_by_role("button", name="Buka blokir").click()
    expect(row).not_to_contain_text("Diblokir")


def test_control_room_waives_penalties_and_the_ledger_says_why(office: Office) -> None:
    page = office.open("kendali", "/meja/keringanan")
    page.get_by_label("Wilayah atau dinas").fill("Entah di mana")
    page.get_by_role("button", name="Cari").click()
    expect(page.get_by_text("Pilih salah satu dari daftar.")).to_be_visible()
    page.get_by_label("Wilayah atau dinas").fill("Gambir (kelurahan, Kec. Gambir)")
    day = last_month().strftime("%Y-%m-%d")
    page.get_by_label("Masuk sejak").fill(f"{day}T00:00")
    page.get_by_label("Masuk sebelum").fill(f"{day}T23:59")
    page.get_by_role("button", name="Cari").click()
    expect(page.get_by_text("3 laporan, 6 catatan poin")).to_be_visible()
    expect(page.get_by_text("66 poin dikembalikan")).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("Pilih JK")).first.uncheck()
    page.get_by_role("button", name="Batalkan 4 catatan").click()
    expect(page.locator(".effect").get_by_role("alert")).to_be_visible()
    reason = "Banjir besar, jalan tidak dapat dilalui"
    page.get_by_label("Alasan", exact=True).fill(reason)
    page.get_by_role("button", name="Batalkan 4 catatan").click()
    expect(page.get_by_role("heading", name="4 catatan dibatalkan")).to_be_focused()
    expect(page.get_by_text("1 dari 3 laporan")).to_be_visible()
    gambir = office.ask(
        "query($c: String!) { kelurahan(code: $c) { points(first: 100) { edges { node { points note waived } } } } }",
        c=GAMBIR,
    )
    entries = [edge["node"] for edge in gambir["kelurahan"]["points"]["edges"]]
    assert sum(entry["points"] for entry in entries) == -22
    assert [entry["note"] for entry in entries if entry["note"]] == [reason] * 4


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fit_every_screen(office: Office, scheme: str) -> None:
    for path, name in PAGES.items():
        page = office.open(name, path, color_scheme=scheme)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for width in (390, 820, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            # The bar over the page is the desk's.
            wide = page.evaluate("document.querySelector('main').scrollWidth > innerWidth")
            assert not wide, (path, width)
        expect(page.locator(".skeleton")).to_have_count(0)
        assert_accessible(page)
        page.context.close()
