"""The pages for developers in a real Chromium: no errors, no requests to other origins, a working explorer."""

import socket
import threading
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import pytest
import strawberry
import uvicorn
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from strawberry.asgi import GraphQL

from tests.browser.visits import Visit, execute, open_explorer, write_headers
from web.pages import page_routes

pytestmark = pytest.mark.xdist_group("browser")

PHONE_WIDTH = 390


@strawberry.type
class Query:
    @strawberry.field
    def authorization(self, info: strawberry.Info) -> str:
        return str(info.context["request"].headers.get("authorization", "nobody"))


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def credentials(self, info: strawberry.Info) -> AsyncIterator[str]:
        params = info.context["connection_params"]
        yield f"first of {params.get('authorization')}"
        yield f"second in {params['acceptLanguage']}"


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    api: GraphQL[None, None] = GraphQL(strawberry.Schema(Query, subscription=Subscription))
    app = Starlette(routes=[*page_routes(), Route("/graphql", api), WebSocketRoute("/graphql", api)])
    server = uvicorn.Server(uvicorn.Config(app, ws="websockets-sansio", log_level="warning"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=60)
    assert not thread.is_alive()


def test_page_of_the_api_loads_without_errors_from_its_own_origin_only(visit: Visit, origin: str) -> None:
    visit.page.goto(f"{origin}/api", wait_until="networkidle")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Kota yang menjawab warganya.")
    assert visit.errors == []
    assert visit.hosts() == {urlsplit(origin).netloc}


def test_language_switch_shows_the_page_of_the_api_in_english(visit: Visit, origin: str) -> None:
    visit.page.goto(f"{origin}/api")
    visit.page.get_by_role("link", name="English").click()
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("A city that answers its citizens.")


def test_copy_button_copies_the_operation(visit: Visit, origin: str) -> None:
    visit.page.goto(f"{origin}/api")
    sample = visit.page.locator(".sample").first
    sample.get_by_role("button").click()
    expect(sample.get_by_role("button")).to_have_text("Tersalin")
    assert visit.page.evaluate("navigator.clipboard.readText()") == sample.locator("code").last.text_content()


@pytest.mark.parametrize("path", ["/api", "/api?lang=en", "/api/explorer"])
def test_nothing_is_wider_than_a_phone(visit: Visit, origin: str, path: str) -> None:
    visit.page.set_viewport_size({"width": PHONE_WIDTH, "height": 844})
    visit.page.goto(origin + path, wait_until="networkidle")
    assert visit.page.evaluate("document.documentElement.scrollWidth") == PHONE_WIDTH
    for summary in visit.page.locator("aside summary").all():
        summary.click()
        assert visit.page.evaluate("document.documentElement.scrollWidth") == PHONE_WIDTH


def test_sample_opens_unchanged_in_the_explorer(visit: Visit, origin: str) -> None:
    visit.page.goto(f"{origin}/api")
    sample = visit.page.locator(".sample").nth(1)
    first_line = (sample.locator("pre code").text_content() or "").splitlines()[0]
    sample.get_by_role("link").click()
    editor = visit.page.locator(".graphiql-query-editor .CodeMirror-code")
    expect(editor).to_contain_text(first_line)
    title = visit.page.get_by_role("button", name="Wilayah dan kategori")
    title.click()
    expect(editor).to_contain_text("query Places")
    visit.page.keyboard.press("Control+A")
    visit.page.keyboard.insert_text("{ authorization }")
    title.click()  # again: what was written gives way
    expect(editor).to_contain_text("query Places")
    assert visit.errors == []


def test_explorer_runs_a_query_against_its_own_origin_without_errors(visit: Visit, origin: str) -> None:
    open_explorer(visit, origin, "query Who { authorization }")
    execute(visit.page)
    expect(visit.page.locator(".result-window")).to_contain_text('"authorization": "nobody"')
    assert visit.errors == []
    assert visit.hosts() == {urlsplit(origin).netloc}


def test_explorer_sends_the_typed_headers(visit: Visit, origin: str) -> None:
    open_explorer(visit, origin, "query Who { authorization }")
    write_headers(visit.page, '{"Authorization": "Bearer abc"}')
    execute(visit.page)
    expect(visit.page.locator(".result-window")).to_contain_text('"authorization": "Bearer abc"')


def test_explorer_sends_the_typed_token_in_connection_init(visit: Visit, origin: str) -> None:
    open_explorer(visit, origin, "subscription Live { credentials }")
    write_headers(visit.page, '{"Authorization": "Bearer abc", "Accept-Language": "en"}')
    frames: list[str] = []
    visit.page.on("websocket", lambda ws: ws.on("framereceived", lambda frame: frames.append(str(frame))))
    execute(visit.page)
    expect(visit.page.locator(".result-window")).to_contain_text('"credentials": "second in en"')
    assert [frame for frame in frames if "first of Bearer abc" in frame]
    assert visit.errors == []
    assert visit.hosts() == {urlsplit(origin).netloc}


def test_typed_token_does_not_outlive_the_tab(visit: Visit, origin: str) -> None:
    open_explorer(visit, origin, "query Who { authorization }")
    write_headers(visit.page, '{"Authorization": "Bearer abc"}')
    execute(visit.page)
    expect(visit.page.locator(".result-window")).to_contain_text("Bearer abc")
    assert visit.page.evaluate("JSON.stringify(localStorage)") == "{}"
    assert visit.page.evaluate("document.cookie") == ""
