import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.pages import allowing, served
from tests.browser.visits import Visit
from tests.city import ROOT, ServerProcess

EXAMPLE = "shared_session.mjs"

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run on asyncio's own loop: uvloop opens descriptors, and refuses to write to what is closed."""
    return "asyncio"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed: the pages were not tried in a real browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    context = browser.new_context(locale="id-ID", permissions=["clipboard-read", "clipboard-write"])
    context.set_default_timeout(60_000)
    yield Visit(context.new_page())
    context.close()


@pytest.fixture
def origin(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The origin of a web server with the example of a shared session and the module's PAGE, which uses it."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / EXAMPLE).write_text((ROOT / "examples" / EXAMPLE).read_text())
    (folder / "index.html").write_text(request.module.PAGE)
    with served(folder) as origin:
        yield origin


@pytest.fixture
def city(origin: str, sqlite_city_url: str, tmp_path: Path) -> Iterator[ServerProcess]:
    """A city for the pages of that origin."""
    with allowing(origin, sqlite_city_url, tmp_path / "media", 1) as (server,):
        yield server
