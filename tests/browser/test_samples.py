"""The samples and the sign-in of the explorer, in a real browser against the real service."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.visits import Visit, execute, open_explorer
from tests.city import apart
from tests.wire import PASSWORD, Caller

pytestmark = pytest.mark.xdist_group("browser")


def test_every_sample_without_an_account_is_answered_without_errors(visit: Visit, service: str) -> None:
    visit.page.goto(f"{service}/api")
    addresses = [link.get_attribute("href") or "" for link in visit.page.locator(".sample a").all()]
    tried = 0
    for address in addresses:
        visit.page.goto(f"{service}{address}", wait_until="networkidle")  # navigating away sooner would abort requests
        editor = visit.page.locator(".graphiql-query-editor .CodeMirror-code")
        expect(editor).to_contain_text("{")
        if "mutation" in editor.inner_text():
            continue  # it needs an account
        execute(visit.page)
        answer = visit.page.locator(".result-window .CodeMirror-code")
        expect(answer).to_contain_text('"data"')
        assert '"errors"' not in answer.inner_text()
        tried += 1
    assert tried >= 3
    assert visit.errors == []


def sign_up(service: str, email: str) -> None:
    async def sign_up_there() -> None:
        async with httpx.AsyncClient(base_url=service) as http:
            await Caller(http).sign_up(email)

    apart(sign_up_there())


def test_sign_in_beside_the_editor_lasts_until_sign_out_or_the_next_load(visit: Visit, service: str) -> None:
    sign_up(service, "warga@contoh.id")
    open_explorer(visit, service, "query Me { viewer { email } }")
    page, answer = visit.page, visit.page.locator(".result-window .CodeMirror-code")
    page.get_by_label("E-mail").fill("warga@contoh.id")
    page.get_by_label("Kata sandi").fill("bukan kata sandinya")
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("alert").filter(has_text="salah")).to_be_visible()
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#signed-in")).to_contain_text("warga@contoh.id")
    execute(page)
    expect(answer).to_contain_text('"email": "warga@contoh.id"')
    page.locator(".graphiql-tab-add").click()
    page.get_by_role("button", name="Wilayah dan kategori").click()
    page.locator(".graphiql-query-editor .CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("query Again { viewer { email pseudonym } }")
    expect(page.locator(".graphiql-tabs")).to_contain_text("Again")  # a moment later GraphiQL knows its name
    execute(page)
    expect(answer).to_contain_text('"pseudonym"')
    assert page.evaluate("JSON.stringify(localStorage)") == "{}"
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_label("E-mail")).to_be_focused()
    execute(page)
    expect(answer).to_contain_text("null")
    page.reload()
    expect(page.get_by_label("Kata sandi")).to_be_visible()
    assert page.locator("#signed-in").is_hidden()
    assert visit.errors == []
