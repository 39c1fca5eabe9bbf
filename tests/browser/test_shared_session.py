"""A session shared by four tabs of a real browser, on another origin than the city."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from app.auth import LIFETIME, Tokens
from tests.city import SECRET, ServerProcess, apart
from tests.wire import PASSWORD

pytestmark = pytest.mark.xdist_group("browser")

TABS = 4
EMAIL = "warga@contoh.id"
SIGN_UP = """mutation($email: String!, $password: String!) {
  signUp(email: $email, password: $password) { session { accessToken refreshToken expiresIn } }
}"""
PAGE = """<script type="module">
import { SharedSession } from "./shared_session.mjs";
const api = new URLSearchParams(location.search).get("api");
window.changes = 0;
window.session = new SharedSession(api, () => { window.changes++; });

window.viewer = async () => {
  const { data } = await session.ask("{ viewer { email } }");
  return data.viewer && data.viewer.email;
};

window.greet = async () => {
  const authorization = await session.authorization();
  const socket = new WebSocket(api.replace("http", "ws"), "graphql-transport-ws");
  return new Promise((resolve) => {
    socket.onopen = () => socket.send(JSON.stringify({ type: "connection_init", payload: { authorization } }));
    socket.onmessage = ({ data }) => resolve(JSON.parse(data).type);
    socket.onclose = ({ code }) => resolve(code);
  });
};
</script>"""


class Tabs:
    """Four tabs of one browser, with the page of the example."""

    def __init__(self, browser: Browser, origin: str, city: ServerProcess) -> None:
        self.context = browser.new_context()
        self.context.set_default_timeout(60_000)
        self.renewals: list[str] = []
        self.pages = [self.context.new_page() for _ in range(TABS)]
        for page in self.pages:
            page.on("request", lambda request: self.count(request.post_data or ""))
            page.goto(f"{origin}/?api={city.url}/graphql")
            page.wait_for_function("window.session !== undefined")

    def count(self, body: str) -> None:
        self.renewals += re.findall(r"refreshSession\(", body)

    def take_renewals(self) -> int:
        """Return how often the tabs have renewed the tokens, and count from 0 again."""
        renewals, self.renewals = len(self.renewals), []
        return renewals

    def renewed_by_few(self) -> bool:
        """Return whether some tabs have renewed the tokens, but not all, and count from 0 again."""
        return 1 <= self.take_renewals() < TABS

    @property
    def first(self) -> Page:
        return self.pages[0]

    def at_once(self, expression: str) -> list[Any]:
        """Evaluate an expression in all tabs at the same time; a failure is its text."""
        for page in self.pages:
            page.evaluate(f"() => {{ window.result = ({expression}).catch(String); }}")
        return [page.evaluate("() => window.result") for page in self.pages]

    def sign_up(self) -> None:
        self.first.evaluate(
            """async ([query, variables]) => {
              const body = JSON.stringify({ query, variables });
              const headers = { "content-type": "application/json", "sentry-trace": "0-0" };
              const { data } = await (await fetch(session.api, { method: "POST", headers, body })).json();
              session.tokens = data.signUp.session;
            }""",
            [SIGN_UP, {"email": EMAIL, "password": PASSWORD}],
        )

    def change_stored(self, **values: object) -> None:
        self.first.evaluate(
            """(values) => {
              const kept = JSON.parse(localStorage.getItem("tanggap.session"));
              localStorage.setItem("tanggap.session", JSON.stringify({ ...kept, ...values }));
            }""",
            values,
        )

    def stored(self, name: str) -> Any:
        return self.first.evaluate("(name) => session.tokens[name]", name)


@pytest.fixture
def tabs(browser: Browser, origin: str, city: ServerProcess) -> Iterator[Tabs]:
    opened = Tabs(browser, origin, city)
    yield opened
    opened.context.close()


def test_tabs_share_a_session_and_its_renewals(tabs: Tabs) -> None:
    assert tabs.at_once("viewer()") == [None] * TABS
    tabs.sign_up()
    assert tabs.at_once("viewer()") == [EMAIL] * TABS
    assert tabs.at_once("greet()") == ["connection_ack"] * TABS
    assert tabs.renewals == []
    renewals = []
    for _ in range(3):  # the time of the token comes
        tabs.change_stored(until=0)
        assert tabs.at_once("viewer()") == [EMAIL] * TABS
        renewals.append(tabs.take_renewals())
    assert 1 <= min(renewals) < TABS  # on a busy machine all tabs may read the old time before one has renewed
    for page in tabs.pages:
        page.wait_for_function("window.changes >= 4")  # every tab hears of each change
    tabs.first.evaluate("() => { session.tokens = null; }")
    assert tabs.at_once("viewer()") == [None] * TABS


def test_tabs_with_a_wrong_clock_learn_that_their_token_has_expired(tabs: Tabs) -> None:
    tabs.sign_up()
    old, _ = Tokens(SECRET).issue("anybody", datetime.now(UTC) - 2 * LIFETIME)
    tabs.change_stored(accessToken=old)  # valid for half an hour yet, as the tabs believe
    assert tabs.at_once("viewer()") == [EMAIL] * TABS
    assert tabs.renewed_by_few()
    even_older, _ = Tokens(SECRET).issue("anybody", datetime.now(UTC) - 3 * LIFETIME)
    tabs.change_stored(accessToken=even_older)
    assert tabs.at_once("greet()") == [4403] * TABS
    tabs.at_once("(async () => session.refused())()")
    assert tabs.at_once("greet()") == ["connection_ack"] * TABS
    assert tabs.renewed_by_few()


def test_tabs_stay_signed_in_across_a_restart_of_the_city(tabs: Tabs, city: ServerProcess) -> None:
    tabs.sign_up()
    city.kill()
    tabs.change_stored(until=0)
    assert all("TypeError" in failed for failed in tabs.at_once("viewer()"))
    apart(city.start())
    assert tabs.at_once("viewer()") == [EMAIL] * TABS
    assert tabs.at_once("greet()") == ["connection_ack"] * TABS


def test_tabs_without_a_lock_get_the_same_successor(tabs: Tabs) -> None:
    tabs.sign_up()
    tabs.at_once("(async () => { navigator.locks.request = (name, work) => work(); })()")
    tabs.change_stored(until=0)
    assert tabs.at_once("viewer()") == [EMAIL] * TABS
    assert tabs.renewals  # on a busy machine a tab may begin when another has ended
    for page in tabs.pages:
        assert page.evaluate("() => session.tokens.refreshToken") == tabs.stored("refreshToken")
    tabs.change_stored(until=0)
    assert tabs.at_once("viewer()") == [EMAIL] * TABS
