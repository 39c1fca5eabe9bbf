"""docs/frontends.md shows the code of the pages as it is."""

import re

import pytest

from tests.city import ROOT

BLOCK = re.compile(r"^\[`(?P<path>[^`]+)`\]\(\.\./(?P=path)\):\n\n```ts\n(?P<code>.*?)\n```$", re.MULTILINE | re.DOTALL)
GUIDE = (ROOT / "docs" / "frontends.md").read_text(encoding="utf-8")
SHOWN = [(match["path"], match["code"]) for match in BLOCK.finditer(GUIDE)]


@pytest.mark.parametrize(("path", "code"), SHOWN)
def test_guide_shows_the_code_of_the_pages(path: str, code: str) -> None:
    assert code in (ROOT / path).read_text(encoding="utf-8")


def test_each_block_of_code_names_its_file() -> None:
    assert len(SHOWN) == GUIDE.count("```ts\n")
