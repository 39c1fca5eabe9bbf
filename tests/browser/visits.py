"""Visits of pages in a real browser."""

from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Page, Request, expect


@dataclass
class Visit:
    """A page of the browser, with its requests and errors."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self.add_error_if(message.type == "error", message.text))
        self.page.on("pageerror", lambda error: self.add_error_if(True, str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda websocket: self.requests.append(websocket.url))
        self.page.on("requestfailed", self.add_failed)
        self.page.on("response", lambda response: self.add_error_if(response.status >= 400, response.url))

    def add_error_if(self, happened: bool, text: str) -> None:
        if happened:
            self.errors.append(text)

    def add_failed(self, request: Request) -> None:
        self.errors.append(f"failed: {request.url}")

    def hosts(self) -> set[str]:
        return {urlsplit(address).netloc for address in self.requests if not address.startswith("data:")}


def open_explorer(visit: Visit, origin: str, query: str) -> None:
    visit.page.goto(f"{origin}/api/explorer?{urlencode({'query': query})}")
    expect(visit.page.locator(".graphiql-query-editor .CodeMirror-code")).to_contain_text(query.split()[-2])


def write_headers(page: Page, text: str) -> None:
    page.get_by_role("button", name="Headers").click()
    page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror").click()
    page.keyboard.insert_text(text)


def execute(page: Page) -> None:
    page.get_by_role("button", name="Execute query").click()
