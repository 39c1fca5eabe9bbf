"""Stories of an account on the pages, in a real browser, with a real mail server and an identity provider."""

import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from tests.backends import free_port
from tests.browser.axe import assert_accessible
from tests.city import SECRET, THIS_MACHINE, ServerProcess, apart, copy_sqlite
from tests.providers import Forger, forger, oidc_settings
from tests.receivers import MailServer, mail_server
from tests.wire import DEADLINE, PASSWORD, eventually

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser-account")]

OTHER = "empat kata acak lain"
PHONE = ViewportSize(width=390, height=844)
SECTIONS = ("profil", "email", "sandi", "kabar", "perangkat", "data", "hapus")
DESK = re.compile(r"/meja$")


@dataclass
class Town:
    """A city that sends e-mails, and whose staff sign in at a provider."""

    url: str
    mails: MailServer
    provider: Forger
    browser: Browser
    portal: BlockingPortal

    def visitor(self) -> BrowserContext:
        """A phone of somebody."""
        context = self.browser.new_context(base_url=self.url, locale="id-ID", viewport=PHONE)
        context.set_default_timeout(DEADLINE * 1000)
        return context

    def link(self, purpose: str, email: str) -> str:
        """Return the link of the newest e-mail of a kind to somebody, once it has come."""
        pattern = rf"{re.escape(self.url)}/akun/{purpose}/[\w-]{{43}}"

        def found() -> list[str]:
            letters = [mail.get_content() for mail in self.mails.accepted if mail["To"] == email]
            return [link for letter in letters for link in re.findall(pattern, letter)]

        self.portal.call(eventually, lambda: bool(found()))
        return found()[-1]


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    """A thread with a loop, for the servers that run in this process."""
    with start_blocking_portal() as running:
        yield running


@pytest.fixture(scope="module")
def town(
    browser: Browser, portal: BlockingPortal, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    folder, port = tmp_path_factory.mktemp("town"), free_port()
    url = f"http://127.0.0.1:{port}"
    with (
        portal.wrap_async_context_manager(mail_server()) as mails,
        portal.wrap_async_context_manager(forger()) as provider,
    ):
        staff = oidc_settings(provider.issuer, public_url=url, oidc_return_urls="")
        server = ServerProcess(
            {
                "DATABASE_URL": copy_sqlite(sqlite_template, folder / "tanggap.db"),
                "MEDIA_DIR": str(folder / "media"),
                "SECRET_KEY": SECRET,
                "LOG_LEVEL": "WARNING",
                "OUTGOING_NETWORKS": THIS_MACHINE,
                "SMTP_URL": mails.url,
                "MAIL_FROM": "Kota Tanggap <kabar@contoh.id>",
                "SIGN_IN_ATTEMPTS": "2",
                **{name.upper(): value for name, value in staff.items()},
            }
        )
        server.port, server.url = port, url
        apart(server.start())
        yield Town(url, mails, provider, browser, portal)
        server.kill()


def field(page: Page, label: str) -> Locator:
    return page.get_by_label(label, exact=True)


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def says(page: Page | Locator, text: str) -> None:
    expect(page.get_by_text(text).first).to_be_visible()


def sign_up(town: Town, page: Page, email: str) -> None:
    """Sign up and confirm the address."""
    page.goto("/daftar")
    field(page, "Alamat e-mail").fill(email)
    field(page, "Kata sandi").fill(PASSWORD)
    field(page, "Kata sandi").press("Enter")
    says(page, "Periksa e-mail Anda")
    page.goto(town.link("confirm", email))
    press(page, "Ya, ini alamat saya")
    says(page, "Alamat e-mail Anda sudah dikonfirmasi.")


def sign_in(page: Page, email: str, password: str = PASSWORD, to: str = "/akun") -> None:
    page.goto(f"/masuk?next={to}")
    fill_sign_in(page, email, password)
    page.wait_for_url(f"**{to}")


def fill_sign_in(page: Page, email: str, password: str) -> None:
    field(page, "Alamat e-mail").fill(email)
    field(page, "Kata sandi").fill(password)
    press(page, "Masuk")


def sign_out(page: Page) -> None:
    page.goto("/akun")
    press(page, "Keluar")
    page.wait_for_url("**/masuk?next=%2Fakun")


def test_sign_up_shows_all_faults_and_ends_with_an_opened_link(town: Town) -> None:
    with town.visitor() as phone:
        page, email = phone.new_page(), "siti@contoh.id"
        page.goto("/daftar?next=/akun/perangkat")
        press(page, "Daftar")
        assert page.get_by_text("Bagian ini perlu diisi.").count() == 2
        expect(field(page, "Alamat e-mail")).to_be_focused()
        field(page, "Alamat e-mail").fill("siti")
        field(page, "Kata sandi").fill("pendek")
        press(page, "Daftar")
        says(page, "Alamat e-mail tidak valid")
        says(page, "Kata sandi harus 10 sampai 128 karakter.")
        expect(field(page, "Kata sandi")).to_have_value("pendek")
        field(page, "Kata sandi").fill(PASSWORD)
        page.get_by_role("button", name="Tampilkan kata sandi").click()
        expect(field(page, "Kata sandi")).to_have_attribute("type", "text")
        field(page, "Alamat e-mail").fill(email)
        field(page, "Alamat e-mail").press("Enter")
        says(page, f"Kami mengirim tautan ke {email}")

        mail_program = phone.new_page()
        referers: list[str] = []
        mail_program.on("request", lambda request: referers.append(request.headers.get("referer", "")))
        link = town.link("confirm", email)
        mail_program.goto(link)
        assert mail_program.url == f"{town.url}/akun/confirm"
        mail_program.reload()  # a phone may have dropped the page meanwhile
        press(mail_program, "Ya, ini alamat saya")
        says(mail_program, "Alamat e-mail Anda sudah dikonfirmasi.")
        assert set(referers) == {""}
        mail_program.goto(link)
        press(mail_program, "Ya, ini alamat saya")
        says(mail_program, "Tautan ini sudah dipakai")

        press(page, "Sudah saya buka, masuk")  # with what was typed before
        page.wait_for_url("**/akun/perangkat")


def choose(page: Page) -> None:
    """Choose a name, and how news come."""
    page.goto("/akun/profil")
    field(page, "Nama samaran").fill("x")
    press(page, "Simpan")
    says(page, "Nama samaran harus 3 sampai 40 karakter")
    field(page, "Nama samaran").fill("Warga Budiman")
    page.get_by_label("Tampilkan saya di papan warga").check()
    press(page, "Simpan")
    says(page, "Tersimpan.")
    page.reload()
    expect(field(page, "Nama samaran")).to_have_value("Warga Budiman")
    expect(page.get_by_label("Tampilkan saya di papan warga")).to_be_checked()

    page.goto("/akun/kabar")
    page.get_by_label("Kabar lewat e-mail").check()
    page.reload()
    expect(page.get_by_label("Kabar lewat e-mail")).to_be_checked()


def test_account_is_changed_seen_in_other_tabs_exported_and_deleted(town: Town) -> None:
    with town.visitor() as phone, town.visitor() as laptop:
        email = "budi@contoh.id"
        far, tab, page = laptop.new_page(), phone.new_page(), phone.new_page()
        sign_up(town, page, email)
        tab.goto("/masuk?next=/akun")
        sign_in(page, email)
        tab.wait_for_url("**/akun")  # it follows without a reload
        sign_in(far, email, to="/akun/perangkat")

        choose(page)
        far.goto("/")
        far.wait_for_selector('[data-connection="live"]')
        page.goto("/akun/perangkat")
        expect(page.get_by_role("listitem").filter(has_text="Chrom")).to_have_count(2)
        page.get_by_role("button", name=re.compile("^Keluarkan Chrom")).click()
        expect(page.get_by_role("listitem").filter(has_text="Chrom")).to_have_count(1)
        far.get_by_role("dialog", name="Sesi Anda sudah berakhir").wait_for()  # its socket was closed
        sign_in(far, email)

        page.goto("/akun/sandi")
        field(page, "Kata sandi saat ini").fill("salah salah salah")
        field(page, "Kata sandi baru").fill("pendek")
        press(page, "Simpan kata sandi")
        says(page, "Kata sandi Anda saat ini salah.")
        says(page, "Kata sandi harus 10 sampai 128 karakter.")
        field(page, "Kata sandi saat ini").fill(PASSWORD)
        field(page, "Kata sandi baru").fill(OTHER)
        press(page, "Simpan kata sandi")
        says(page, "Kata sandi sudah diganti.")
        far.goto("/akun/profil")
        says(far, "Sesi Anda sudah berakhir")  # another device has to know the new password
        tab.bring_to_front()  # a tab that is not shown draws once a second
        tab.goto("/akun/data")
        with tab.expect_download() as download:
            press(tab, "Unduh data saya")
        assert zipfile.is_zipfile(download.value.path())
        with zipfile.ZipFile(download.value.path()) as archive:
            assert email in json.dumps({name: archive.read(name).decode() for name in archive.namelist()})

        page.bring_to_front()
        page.goto("/akun/hapus")
        says(page, "Laporan yang masih terbuka tetap terbuka")
        field(page, "Kata sandi saat ini").fill(OTHER)
        press(page, "Hapus akun saya")
        page.get_by_role("button", name="Batal").click()
        press(page, "Hapus akun saya")
        page.get_by_role("button", name="Ya, hapus selamanya").click()
        says(page, "Akun Anda sudah dihapus.")
        page.goto("/masuk")
        fill_sign_in(page, email, OTHER)
        says(page, "Alamat e-mail atau kata sandi salah.")
        tab.wait_for_url("**/masuk?next=%2Fakun%2Fdata")


def test_forgotten_password_is_replaced_once(town: Town) -> None:
    with town.visitor() as phone:
        page, email = phone.new_page(), "lupa@contoh.id"
        sign_up(town, page, email)
        page.goto("/masuk")
        page.get_by_role("link", name="Lupa kata sandi?").click()
        field(page, "Alamat e-mail").fill(email)
        press(page, "Kirim tautan")
        says(page, f"Jika ada akun dengan alamat {email}")
        link = town.link("reset", email)
        page.goto(link)
        field(page, "Kata sandi baru").fill(email)
        press(page, "Simpan kata sandi")
        says(page, "Kata sandi tidak boleh sama dengan alamat e-mail Anda.")
        field(page, "Kata sandi baru").fill(OTHER)
        press(page, "Simpan kata sandi")
        says(page, "Kata sandi baru Anda sudah tersimpan.")
        sign_in(page, email, OTHER)
        page.goto(link)
        field(page, "Kata sandi baru").fill(PASSWORD)
        press(page, "Simpan kata sandi")
        says(page, "Tautan ini sudah dipakai")


def test_wrong_passwords_are_counted_down_and_nobody_is_sent_elsewhere(town: Town) -> None:
    with town.visitor() as phone:
        page, email = phone.new_page(), "hitung@contoh.id"
        sign_up(town, page, email)
        page.goto("/masuk?next=//jahat.contoh.id/")
        waiting = page.get_by_role("button", name=re.compile(r"^Coba lagi dalam \d:\d\d$"))
        for _ in range(10):  # the first ones are free, and then each makes the next one wait longer
            fill_sign_in(page, email, "salah salah salah")
            expect(page.get_by_role("alert")).to_be_visible()
            if waiting.count():
                break
        says(page, "Terlalu banyak percobaan masuk.")
        expect(field(page, "Alamat e-mail")).to_have_value(email)
        shown = [waiting.text_content()]
        with suppress(AssertionError):
            expect(waiting).not_to_have_text(shown[0] or "", timeout=2_000)
        expect(page.get_by_role("button", name="Masuk", exact=True)).to_be_visible()
        fill_sign_in(page, email, PASSWORD)
        page.wait_for_url(f"{town.url}/")


def test_staff_sign_in_at_the_provider_and_connect_their_account(town: Town) -> None:
    with town.visitor() as phone:
        page, email = phone.new_page(), "petugas@contoh.id"
        town.provider.person = {"sub": "1", "email": "lain@contoh.id", "email_verified": True, "groups": ["dlh"]}
        page.goto("/masuk")
        press(page, "Masuk dengan akun pegawai")
        page.wait_for_url(DESK)
        page.goto("/akun/hapus")
        says(page, "Akun petugas tidak bisa dihapus sendiri.")
        sign_out(page)

        sign_up(town, page, email)
        town.provider.person = {"sub": "2", "email": email, "email_verified": True, "groups": ["dlh"]}
        page.goto("/masuk?next=/akun/sandi")
        press(page, "Masuk dengan akun pegawai")
        says(page, "Alamat e-mail Anda sudah memiliki akun.")
        assert "#" not in page.url
        fill_sign_in(page, email, PASSWORD)
        page.wait_for_url("**/akun/sandi")
        says(page, "Anda masuk dengan akun pegawai.")

        town.provider.person = {"sub": "3", "email": "bukan@contoh.id", "email_verified": True, "groups": []}
        sign_out(page)
        page.goto("/masuk")
        press(page, "Masuk dengan akun pegawai")
        says(page, "Anda belum memiliki peran petugas di sini.")


def test_pages_suit_a_phone_and_everybody(town: Town) -> None:
    with town.visitor() as phone:
        page, email = phone.new_page(), f"{'panjang' * 8}@contoh.id"
        sign_up(town, page, email)
        for path in ("/masuk", "/daftar", "/sandi", "/akun/confirm", f"/akun/reset/{'x' * 43}"):
            inspect(page, path)
        sign_in(page, email)
        page.set_viewport_size({"width": 1440, "height": 900})
        page.get_by_role("banner").get_by_role("button", name=re.compile("Warga")).click()
        inspect(page, None)
        page.set_viewport_size(PHONE)
        for path in ("/akun", *(f"/akun/{section}" for section in SECTIONS)):
            inspect(page, path)
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Delete the account")
        inspect(page, None)


def inspect(page: Page, path: str | None) -> None:
    """See that a page, or what is shown, fits on a phone, and that nothing serious is wrong with it in any light."""
    if path is not None:
        page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".skeleton")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert_accessible(page)
