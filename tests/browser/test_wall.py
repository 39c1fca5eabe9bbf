"""The wall in a real Chromium: what happens shows at once, and days, crashes and new versions pass without a hand."""

import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from actions.accounts import credentials, grant_role
from actions.epoch import begin_epoch
from actions.submissions import Submission, route, submit
from actions.transaction import Transactions
from models.accounts import Account
from models.database import database
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from rules.access import Person, Role, RoleGrant
from tests.browser.axe import assert_accessible
from tests.city import SECRET, ServerProcess, apart
from tests.wire import DEADLINE, GAMBIR, MONAS, Caller

T = TypeVar("T")

pytestmark = [pytest.mark.xdist_group("browser-wall"), pytest.mark.slow]

MENTENG, IN_MENTENG = "31.71.06.1001", {"latitude": -6.2009, "longitude": 106.83389}
JAKARTA = timedelta(hours=7)
SIZES = [(390, 844), (820, 1180), (1440, 900), (1920, 1080), (3840, 2160)]
FITTING = 1440
"""Width from which on nothing scrolls."""

DOTS = """(token) => {
  const canvas = document.querySelectorAll(".wall-map canvas")[1];
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(token);
  context.fillRect(0, 0, 1, 1);
  const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  for (let at = 0; at < data.length; at += 4)
    if (data[at] === r && data[at + 1] === g && data[at + 2] === b && data[at + 3] === 255) return true;
  return false;
}"""
"""Whether a dot of the map has the colour of a token."""


@dataclass
class Town:
    """A city with people, and the service that a test may kill."""

    server: ServerProcess
    database_url: str

    def do(self, work: Callable[[httpx.AsyncClient], Awaitable[T]]) -> T:
        """Let somebody act over the API."""
        results: list[T] = []

        async def act() -> None:
            async with httpx.AsyncClient(base_url=self.server.url) as http:
                results.append(await work(http))

        apart(act())
        return results[0]

    def sign_up(self) -> Caller:
        """Return a new citizen."""
        return self._person(lambda caller: caller.sign_up("warga@contoh.id"))

    def officer(self, unit: str) -> Caller:
        """Return somebody who acts for a kelurahan."""

        async def appoint() -> None:
            async with database(self.database_url):
                new = await credentials(f"{unit}@contoh.id", "kata sandi yang panjang")
                await Transactions().run(grant_role, Gazetteer(bundled()), new, Role.OFFICER, unit, "Staf")

        apart(appoint())
        return self._person(lambda caller: caller.sign_in(f"{unit}@contoh.id"))

    def _person(self, begin: Callable[[Caller], Awaitable[None]]) -> Caller:
        async def enter(http: httpx.AsyncClient) -> Caller:
            caller = Caller(http)
            await begin(caller)
            return caller

        return self.do(enter)

    def report(self, citizen: Caller, at: dict[str, float] = MONAS) -> str:
        """Submit a report, and return its id."""
        return str(self.do(lambda http: citizen.on(http).report(location=at))["id"])

    def move(self, officer: Caller, report: str, **change: Any) -> None:
        """Change the status of a report."""
        payload = self.do(lambda http: officer.on(http).move(report, **change))
        assert payload["errors"] == []

    def report_beside(self, email: str) -> None:
        """Submit a report while the service does not run."""

        async def write() -> None:
            async with database(self.database_url):
                account = await Account.get(email=email)
                person = Person(account.id, (RoleGrant(Role.CITIZEN, None),))
                latitude, longitude = MONAS.values()
                words = Submission(
                    title="Sampah",
                    description="Sejak kemarin",
                    category="SAMPAH",
                    latitude=latitude,
                    longitude=longitude,
                )
                await Transactions().run(submit, person, route(Gazetteer(bundled()), words))

        apart(write())

    def begin_epoch(self) -> None:
        """Let the log begin again, as after a restored backup."""

        async def begin() -> None:
            async with database(self.database_url):
                await begin_epoch()

        apart(begin())


@pytest.fixture
def town(sqlite_city_url: str, tmp_path: Path) -> Iterator[Town]:
    server = ServerProcess(
        {
            "DATABASE_URL": sqlite_city_url,
            "MEDIA_DIR": str(tmp_path / "media"),
            "SECRET_KEY": SECRET,
            "LOG_LEVEL": "WARNING",
        }
    )
    apart(server.start())
    yield Town(server, sqlite_city_url)
    server.kill()


@pytest.fixture
def wall(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="id-ID", viewport={"width": 1920, "height": 1080}, color_scheme="dark")
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def open_wall(page: Page, town: Town) -> None:
    page.goto(f"{town.server.url}/ruang-kendali")
    expect_live(page)


def expect_live(page: Page, *, is_live: bool = True) -> None:
    expect(page.locator(".wall")).to_have_attribute("data-live", str(is_live).lower(), timeout=60_000)


def expect_events(page: Page, count: int) -> None:
    expect(page.locator(".wall")).to_have_attribute("data-events", str(count), timeout=60_000)


def expect_figures(page: Page, **figures: str) -> None:
    for name, figure in figures.items():
        expect(page.locator(f"[data-figure={name}]")).to_have_text(figure, timeout=60_000)


def test_report_turns_yellow_and_green_and_rows_move_without_a_reload(town: Town, wall: Page) -> None:
    citizen, gambir, menteng = town.sign_up(), town.officer(GAMBIR), town.officer(MENTENG)
    open_wall(wall, town)
    expect_figures(wall, received="0", open="0")
    report = town.report(citizen)
    expect_events(wall, 1)
    wall.wait_for_function(DOTS, arg="--waiting")
    town.move(gambir, report, status="IN_PROGRESS")
    wall.wait_for_function(DOTS, arg="--in-progress")
    assert not wall.evaluate(DOTS, "--waiting")
    expect_figures(wall, received="1", responded="1", processed="0", open="1")
    rows = wall.locator(".ranking li .name")
    expect(rows).to_have_text(["Gambir"])
    for _ in range(2):
        town.move(menteng, town.report(citizen, IN_MENTENG), status="IN_PROGRESS")
    expect(rows).to_have_text(["Menteng", "Gambir"])
    expect(wall.locator(".ranking li", has_text="Gambir").locator(".shift")).to_contain_text("1 → 2")
    proof = town.do(lambda http: gambir.on(http).photo())
    town.move(gambir, report, status="PROCESSED", resolution="FIXED", proofPhotoIds=[proof])
    wall.wait_for_function(DOTS, arg="--processed")
    expect(wall.locator(".latest li").first).to_contain_text("Sampah di Gambir")
    expect(wall.locator(".latest li").first).to_contain_text("selesai ditangani")
    expect_figures(wall, received="3", processed="1", open="2")
    expect(rows).to_have_text(["Gambir", "Menteng"])
    expect(wall.locator(".ranking .shift")).to_have_text(["1 → 2turun dari 1 ke 2"])  # Gambir is back where it was
    expect_events(wall, 7)


def test_nothing_is_missed_or_doubled_when_the_service_crashes(town: Town, wall: Page) -> None:
    citizen = town.sign_up()
    open_wall(wall, town)
    wall.evaluate("window.isSamePage = true")
    town.report(citizen)
    expect_events(wall, 1)
    expect_figures(wall, received="1")
    town.server.kill()
    expect_live(wall, is_live=False)
    expect(wall.get_by_role("status").first).to_contain_text("Tidak langsung sejak")
    expect_figures(wall, received="1")
    town.report_beside("warga@contoh.id")
    apart(town.server.start())
    expect_live(wall)
    expect_events(wall, 2)
    expect_figures(wall, received="2")
    town.server.kill()
    town.begin_epoch()
    apart(town.server.start())
    expect_live(wall)
    deadline = time.monotonic() + DEADLINE
    while wall.locator(".wall").get_attribute("data-events") == "2":  # its cursor is refused: it loads, and goes on
        assert time.monotonic() < deadline
        town.report(citizen)
        wall.wait_for_timeout(500)
    assert wall.evaluate("window.isSamePage")


def test_midnight_in_jakarta_begins_a_new_day(town: Town, wall: Page) -> None:
    town.report(town.sign_up())

    def without_the_time(route: Route) -> None:  # the page believes the service's clock, which goes on
        answer = route.fetch()
        route.fulfill(response=answer, headers={k: v for k, v in answer.headers.items() if k != "date"})

    wall.route("**/graphql**", without_the_time)
    today = (datetime.now(UTC) + JAKARTA).date()
    tomorrow = today + timedelta(days=1)
    sent: list[str] = []
    wall.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    wall.clock.install(time=datetime.combine(tomorrow, datetime.min.time(), UTC) - JAKARTA - timedelta(seconds=12))
    open_wall(wall, town)
    expect(wall.locator(".clock time")).to_have_text("23.59")
    expect_figures(wall, received="1")
    wall.wait_for_function(DOTS, arg="--waiting")
    wall.clock.fast_forward(13_000)
    expect(wall.locator(".clock time")).to_have_text("00.00")
    expect(wall.locator(".clock")).to_contain_text(str(tomorrow.day))
    expect_figures(wall, received="0", open="1")
    expect(wall.locator(".moves h2")).to_contain_text("00.00")
    expect_live(wall)
    assert not wall.evaluate(DOTS, "--waiting")
    froms = [day for frame in sent for day in (today, tomorrow) if f'"from":"{day}"' in frame]
    assert froms == [today, tomorrow]


def test_new_version_of_the_page_is_opened_after_an_interruption(town: Town, wall: Page) -> None:
    open_wall(wall, town)
    wall.evaluate("window.isSamePage = true")
    wall.context.set_offline(True)
    expect_live(wall, is_live=False)
    wall.context.set_offline(False)
    expect_live(wall)
    wall.wait_for_load_state("networkidle")
    assert wall.evaluate("window.isSamePage")

    def as_newer(route: Route) -> None:
        if route.request.resource_type == "document":
            return route.continue_()
        answer = route.fetch()
        return route.fulfill(response=answer, headers={**answer.headers, "etag": '"newer"'})

    wall.route("**/ruang-kendali", as_newer)
    wall.context.set_offline(True)
    expect_live(wall, is_live=False)
    wall.context.set_offline(False)
    wall.wait_for_function("() => window.isSamePage === undefined")
    expect_live(wall)
    wall.wait_for_load_state("networkidle")


def test_wall_fits_every_screen_and_hides_nothing_from_anybody(town: Town, wall: Page) -> None:
    town.report(town.sign_up())
    open_wall(wall, town)
    for width, height in SIZES:
        wall.set_viewport_size({"width": width, "height": height})
        wide, high = wall.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert wide == width
        assert width < FITTING or high == height
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        wall.emulate_media(color_scheme=scheme)
        for width, height in (SIZES[0], SIZES[3]):
            wall.set_viewport_size({"width": width, "height": height})
            assert_accessible(wall)
    town.server.kill()
    expect_live(wall, is_live=False)
    assert_accessible(wall)
