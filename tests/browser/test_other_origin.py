"""A citizen's page on another origin than the city: a photo, a report, and its status, whatever happens meanwhile."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from app.auth import LIFETIME, Tokens
from tests.city import SECRET, Deployment, ServerProcess, apart
from tests.wire import DEADLINE, GAMBIR, PASSWORD

pytestmark = pytest.mark.xdist_group("browser")

EMAIL = "warga@contoh.id"
PAGE = """<!DOCTYPE html>
<title>Laporan saya</title>
<h1 id="status">-</h1>
<p id="session">-</p>
<script type="module">
import { SharedSession } from "./shared_session.mjs";
const api = new URLSearchParams(location.search).get("api");
const show = (id, text) => { document.getElementById(id).textContent = text; };
window.closings = [];
window.session = new SharedSession(api, () => show("session", session.tokens ? "signed in" : "signed out"));

window.enter = async (how, email, password) => {
  const { data } = await session.ask(`mutation($email: String!, $password: String!) {
    entered: ${how}(email: $email, password: $password) {
      session { accessToken refreshToken expiresIn } errors { code } } }`, { email, password });
  session.tokens = data.entered.session;
  return data.entered.errors.length;
};

window.upload = async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1600, height: 1200 });
  const context = canvas.getContext("2d");
  context.fillStyle = "teal";
  context.fillRect(0, 0, 800, 1200);
  const form = new FormData();
  form.append("file", await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg")), "foto.jpg");
  const headers = { authorization: await session.authorization() };
  return (await fetch(api.replace("/graphql", "/media"), { method: "POST", headers, body: form })).json();
};

window.submit = async (photo) => {
  const { data } = await session.ask(`mutation($input: SubmitReportInput!) {
    submitReport(input: $input) { report { id cursor photos { mediumUrl thumbnailUrl } } errors { code } } }`,
    { input: { title: "Sampah", description: "Di trotoar", category: "SAMPAH", photoIds: [photo],
               location: { latitude: -6.1754, longitude: 106.8272 } } });
  for (const { mediumUrl, thumbnailUrl } of data.submitReport.report.photos)
    for (const src of [mediumUrl, thumbnailUrl])
      document.body.append(Object.assign(document.createElement("img"), { src, crossOrigin: "anonymous" }));
  return data.submitReport.report;
};

window.follow = async ({ id, cursor }) => {
  const authorization = await session.authorization();
  if (!authorization) return;
  const socket = new WebSocket(api.replace("http", "ws"), "graphql-transport-ws");
  const send = (message) => socket.send(JSON.stringify(message));
  socket.onopen = () => send({ type: "connection_init", payload: { authorization } });
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "ping") send({ type: "pong" });
    if (message.type === "connection_ack")
      send({ id: "1", type: "subscribe", payload: { variables: { id, cursor }, query:
        "subscription($id: ID!, $cursor: String) { reportChanged(id: $id, after: $cursor) { cursor toStatus } }" } });
    if (message.type === "next") {
      cursor = message.payload.data.reportChanged.cursor;
      show("status", message.payload.data.reportChanged.toStatus);
    }
  };
  window.drop = () => socket.close();
  socket.onclose = ({ code }) => {
    window.closings.push(code);
    if (code === 4403) session.refused();
    setTimeout(() => follow({ id, cursor }), 100);
  };
};
</script>"""


@pytest.fixture
def page(browser: Browser, origin: str, city: ServerProcess) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 900, "height": 700})
    context.set_default_timeout(DEADLINE * 1_000)
    page = context.new_page()
    page.goto(f"{origin}/?api={city.url}/graphql")
    page.wait_for_function("window.follow !== undefined")
    yield page
    context.close()


def submit_with_photo(page: Page) -> tuple[dict[str, Any], dict[str, Any]]:
    """Sign up, sign in, upload a photo and submit a report with it, which the page follows; return both."""
    assert page.evaluate("(given) => enter('signUp', ...given)", [EMAIL, PASSWORD]) == 0
    page.evaluate("() => { session.tokens = null; }")
    assert page.evaluate("(given) => enter('signIn', ...given)", [EMAIL, PASSWORD]) == 0
    photo = page.evaluate("upload()")
    report = page.evaluate("(id) => submit(id)", photo["id"])
    page.evaluate("(report) => { follow(report); }", report)
    return photo, report


def wait_for_text(page: Page, where: str, text: str) -> None:
    page.wait_for_function("([id, text]) => document.getElementById(id).textContent === text", arg=[where, text])


def move(city: ServerProcess, url: str, report: dict[str, Any], status: str, **options: Any) -> None:
    """Change the status of a report as an officer."""

    async def act() -> None:
        async with httpx.AsyncClient(base_url=city.url, timeout=DEADLINE) as http:
            officer = await Deployment(url, [city], [http]).official(GAMBIR, 0, name=f"petugas.{status.lower()}")
            assert (await officer.move(report["id"], status, **options))["errors"] == []

    apart(act())


def test_citizen_sees_photo_and_status_across_a_restart(page: Page, city: ServerProcess, sqlite_city_url: str) -> None:
    photo, report = submit_with_photo(page)
    assert photo["mediumUrl"] == report["photos"][0]["mediumUrl"]
    assert photo["mediumUrl"].startswith(f"{city.url}/media/")
    page.wait_for_function("[...document.images].every((image) => image.complete && image.naturalWidth)")
    widths = page.evaluate("[...document.images].map((image) => image.naturalWidth)")
    assert (photo["width"], widths) == (1600, [1200, 400])
    move(city, sqlite_city_url, report, "IN_PROGRESS")
    wait_for_text(page, "status", "IN_PROGRESS")
    city.kill()
    page.wait_for_function("window.closings.includes(1006)")
    apart(city.start())
    move(city, sqlite_city_url, report, "PROCESSED", resolution="INVALID", note="Sudah bersih")
    wait_for_text(page, "status", "PROCESSED")


def test_expired_token_is_renewed_and_a_revoked_session_ends(
    page: Page, city: ServerProcess, sqlite_city_url: str
) -> None:
    _, report = submit_with_photo(page)
    old, _ = Tokens(SECRET).issue("anybody", datetime.now(UTC) - 2 * LIFETIME)
    page.evaluate(
        """(accessToken) => {
          const kept = JSON.parse(localStorage.getItem("tanggap.session"));
          localStorage.setItem("tanggap.session", JSON.stringify({ ...kept, accessToken }));
          drop();
        }""",
        old,
    )
    page.wait_for_function("window.closings.includes(4403)")
    move(city, sqlite_city_url, report, "IN_PROGRESS")
    wait_for_text(page, "status", "IN_PROGRESS")
    assert page.evaluate("session.tokens.accessToken") != old
    headers = {"Authorization": f"Bearer {page.evaluate('session.tokens.accessToken')}"}
    answer = httpx.post(
        f"{city.url}/graphql", json={"query": "mutation { signOut { errors { code } } }"}, headers=headers
    )
    assert answer.json() == {"data": {"signOut": {"errors": []}}}
    wait_for_text(page, "session", "signed out")
    assert page.evaluate("session.tokens") is None
