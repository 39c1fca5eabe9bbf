"""The samples of the front page, run in a real browser against the real service."""

import pytest
from playwright.sync_api import expect

from tests.browser.visits import Visit, execute

pytestmark = pytest.mark.xdist_group("browser")


def test_every_sample_without_an_account_is_answered_without_errors(visit: Visit, service: str) -> None:
    visit.page.goto(service)
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
