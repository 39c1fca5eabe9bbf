"""A page of a real browser, and what a person does in it."""

from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Page, Request, expect


@dataclass
class Visit:
    """A page of the browser, and what went wrong or was asked for while it was open."""

    page: Page
    requests: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self.trouble(message.type == "error", message.text))
        self.page.on("pageerror", lambda error: self.trouble(True, str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda websocket: self.requests.append(websocket.url))
        self.page.on("requestfailed", self.trouble_of)
        self.page.on("response", lambda response: self.trouble(response.status >= 400, response.url))

    def trouble(self, happened: bool, text: str) -> None:
        if happened:
            self.troubles.append(text)

    def trouble_of(self, request: Request) -> None:
        self.troubles.append(f"failed: {request.url}")

    def hosts(self) -> set[str]:
        return {urlsplit(address).netloc for address in self.requests if not address.startswith("data:")}


def open_explorer(visit: Visit, origin: str, query: str) -> None:
    visit.page.goto(f"{origin}/explorer?{urlencode({'query': query})}")
    expect(visit.page.locator(".graphiql-query-editor .CodeMirror-code")).to_contain_text(query.split()[-2])


def write_headers(page: Page, text: str) -> None:
    page.get_by_role("button", name="Headers").click()
    page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror").click()
    page.keyboard.insert_text(text)


def execute(page: Page) -> None:
    page.get_by_role("button", name="Execute query").click()
