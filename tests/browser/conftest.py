import shutil
import signal
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.visits import Visit
from tests.city import ROOT, SECRET, ServerProcess, apart

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


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@pytest.fixture
def origin(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The origin of a web server with the example of a shared session and the module's PAGE, which uses it."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / EXAMPLE).write_text((ROOT / "examples" / EXAMPLE).read_text())
    (folder / "index.html").write_text(request.module.PAGE)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def city(origin: str, sqlite_city_url: str, tmp_path: Path) -> Iterator[ServerProcess]:
    """A city for the pages of that origin."""
    environment = {
        "DATABASE_URL": sqlite_city_url,
        "MEDIA_DIR": str(tmp_path / "media"),
        "SECRET_KEY": SECRET,
        "ALLOWED_ORIGINS": f"{origin}/",
        "LOG_LEVEL": "WARNING",
    }
    server = ServerProcess(environment)
    apart(server.start())
    yield server
    server.kill(signal.SIGTERM)
