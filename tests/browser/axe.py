"""Checks of a page for what keeps people with disabilities out, as far as a program finds it."""

from functools import cache

import pytest
from playwright.sync_api import Page

from tests.city import ROOT

AXE = ROOT / "web" / "app" / "node_modules" / "axe-core" / "axe.min.js"


@cache
def _source() -> str:
    if not AXE.is_file():
        pytest.skip("web/app/node_modules is missing: `npm ci --ignore-scripts --prefix web/app`")
    return AXE.read_text()


def assert_accessible(page: Page) -> None:
    """Find nothing serious on a page as it is now."""
    page.evaluate(_source())  # the content security policy forbids a script element
    violations = page.evaluate("axe.run().then(({ violations }) => violations)")
    found = [
        (violation["id"], [node["html"] for node in violation["nodes"]])
        for violation in violations
        if violation["impact"] in {"serious", "critical"}
    ]
    assert found == [], page.url
