"""People in browsers of their own, the service that they use, and what others do beside them over the API."""

import json
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, expect

from actions.accounts import credentials, grant_role
from actions.epoch import begin_epoch
from actions.transaction import Transactions
from models.database import database
from models.reference.gazetteer import Gazetteer
from queries.reference import read_reference_data
from rules.access import Role
from tests.city import SECRET, ServerProcess, apart
from tests.wire import DEADLINE, GAMBIR, PASSWORD, Caller, beside

OFFICER = "petugas@contoh.id"
"""An officer of Gambir, in each of these cities."""

SIGN_IN = "mutation($e: String!, $p: String!) { signIn(email: $e, password: $p) { session { %s } } }"
TOKENS = "accessToken refreshToken expiresIn"
WATCH_SHIFTS = """
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
"""


@dataclass
class City:
    """The service, and people who use it beside the browser."""

    server: ServerProcess
    browser: Browser
    database_url: str

    def do(self, act: Callable[[Caller], Awaitable[Any]], email: str | None = None) -> Any:
        """Let somebody act over the API: a person with an account, or a new citizen."""
        found: list[Any] = []

        async def run() -> None:
            async with httpx.AsyncClient(base_url=self.server.url, timeout=DEADLINE) as http:
                person = Caller(http)
                await (person.sign_in(email) if email else person.sign_up(f"warga{time.monotonic_ns()}@contoh.id"))
                found.append(await act(person))

        apart(run())
        return found[0]

    def report(self, title: str, email: str | None = None, place: int = 0) -> dict[str, Any]:
        """Submit a report in Gambir."""
        report: dict[str, Any] = self.do(lambda person: person.report(title=title, location=beside(place)), email)
        return report

    def reports(self) -> list[dict[str, Any]]:
        """Return the number and the status of each report."""
        query = "{ reports(first: 100) { edges { node { number status } } } }"
        answer = httpx.post(f"{self.server.url}/graphql", json={"query": query}).json()
        return [edge["node"] for edge in answer["data"]["reports"]["edges"]]

    def new_citizen(self, email: str) -> None:
        """Create an account."""

        async def run() -> None:
            async with httpx.AsyncClient(base_url=self.server.url) as http:
                await Caller(http).sign_up(email)

        apart(run())

    def visit(self, email: str | None = None, **options: Any) -> Page:
        """Open a browser of its own, in which somebody may be signed in."""
        context: BrowserContext = self.browser.new_context(
            locale="id-ID", base_url=self.server.url, viewport={"width": 390, "height": 844}, **options
        )
        context.set_default_timeout(DEADLINE * 1000)
        expect.set_options(timeout=DEADLINE * 1000)
        context.add_init_script(WATCH_SHIFTS)
        if email:
            context.add_init_script(f"localStorage.setItem('tanggap.session', {json.dumps(self._kept(email))})")
        return context.new_page()

    def restart(self) -> None:
        """Kill the server, and start it again."""
        self.server.kill()
        apart(self.server.start())

    def begin_epoch(self) -> None:
        """Begin the log again, as after a restored backup: no cursor means anything any more."""

        async def begin() -> None:
            async with database(self.database_url):
                await begin_epoch()

        apart(begin())

    def _kept(self, email: str) -> str:
        """Return the session of a person as the pages keep it."""
        body = {"query": SIGN_IN % TOKENS, "variables": {"e": email, "p": PASSWORD}}
        tokens = httpx.post(f"{self.server.url}/graphql", json=body).json()["data"]["signIn"]["session"]
        return json.dumps(tokens | {"until": (time.time() + tokens.pop("expiresIn")) * 1000})


@contextmanager
def peopled_city(browser: Browser, database_url: str, media: Path, **settings: str) -> Iterator[City]:
    """Run the service with an officer of Gambir and more settings. At the end all browsers of its people close.

    With a `PUBLIC_URL` it is there: a city that sends e-mails has to know its address.
    """

    async def employ() -> None:
        async with database(database_url):
            gazetteer = Gazetteer(await read_reference_data())
            new = await credentials(OFFICER, PASSWORD)
            await Transactions().run(grant_role, gazetteer, new, Role.OFFICER, GAMBIR)

    apart(employ())
    server = ServerProcess(
        {
            "DATABASE_URL": database_url,
            "MEDIA_DIR": str(media),
            "SECRET_KEY": SECRET,
            "LOG_LEVEL": "WARNING",
        }
        | settings
    )
    if "PUBLIC_URL" in settings:
        server.url = settings["PUBLIC_URL"]
        server.port = int(server.url.rpartition(":")[2])
    apart(server.start())
    try:
        yield City(server, browser, database_url)
    finally:  # a server that goes on would keep the tests from ending
        for context in browser.contexts:
            context.close()
        server.kill()
