"""The page with a live feed, in a real browser on another origin: it needs no library to miss nothing."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import allowing, served
from tests.browser.visits import Visit
from tests.city import ROOT, ServerProcess, apart
from tests.wire import Caller, event_source

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def origin() -> Iterator[str]:
    """The origin of a web server with the examples."""
    with served(ROOT / "examples") as origin:
        yield origin


@pytest.fixture
def servers(origin: str, sqlite_city_url: str, tmp_path: Path) -> Iterator[list[ServerProcess]]:
    """Two server processes of one city, for the pages of that origin."""
    with allowing(origin, sqlite_city_url, tmp_path / "media", 2) as servers:
        yield servers


def submit(server: ServerProcess, *titles: str) -> None:
    """Submit reports as a new citizen."""

    async def submit_all() -> None:
        async with httpx.AsyncClient(base_url=server.url) as http:
            citizen = Caller(http)
            await citizen.sign_up(f"{titles[0]}@contoh.id")
            for title in titles:
                await citizen.report(title=title)

    apart(submit_all())


def wait_until_begun(page: Page, server: ServerProcess) -> None:
    """Wait until the page knows where its feed begins: the next client of the feed learns it later."""
    page.wait_for_function("feed.readyState === EventSource.OPEN")
    query = page.evaluate("query")

    async def follow_too() -> None:
        async with (
            httpx.AsyncClient(base_url=server.url, headers={"accept-language": "id-ID"}) as http,
            event_source(http, query) as stream,
        ):
            await stream.begun()

    apart(follow_too())


def shown(page: Page, *titles: str) -> None:
    """Expect lines with these titles, the newest first."""
    expect(page.locator("li")).to_contain_text(list(titles), timeout=60_000)


def test_feed_shows_each_report_once_across_restarts_of_its_server(
    visit: Visit, origin: str, servers: list[ServerProcess]
) -> None:
    own, other = servers
    visit.page.goto(f"{origin}/feed.html?api={own.url}/graphql")
    wait_until_begun(visit.page, own)
    submit(own, "Pertama")
    shown(visit.page, "Pertama")
    own.kill()
    submit(other, "Kedua", "Ketiga")
    visit.page.wait_for_function("feed.readyState === EventSource.CONNECTING")
    apart(own.start())
    shown(visit.page, "Ketiga", "Kedua", "Pertama")
    own.kill()
    apart(own.start())
    submit(other, "Keempat")
    shown(visit.page, "Keempat", "Ketiga", "Kedua", "Pertama")


def test_feed_lost_before_its_first_report_misses_none(visit: Visit, origin: str, servers: list[ServerProcess]) -> None:
    own, other = servers
    visit.page.goto(f"{origin}/feed.html?api={own.url}/graphql")
    wait_until_begun(visit.page, own)
    own.kill()
    submit(other, "Pertama")
    apart(own.start())
    shown(visit.page, "Pertama")


def test_feed_with_an_error_shows_it_and_does_not_begin_again(
    visit: Visit, origin: str, servers: list[ServerProcess]
) -> None:
    visit.page.route("**/graphql?*", lambda route: route.continue_(url=f"{servers[0].url}/graphql?query=%7B"))
    visit.page.goto(f"{origin}/feed.html?api={servers[0].url}/graphql")
    shown(visit.page, "Syntax Error")
    visit.page.wait_for_function("feed.readyState === EventSource.CLOSED")
