"""The texts and formats of Open311 (GeoReport v2)."""

from xml.etree.ElementTree import fromstring

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.open311_formats import Format
from rules import texts
from rules.open311 import DESCRIPTION, described, title_of


@given(st.text())
def test_any_value_makes_well_formed_xml_and_json(value: str) -> None:
    shown = value.encode("utf-8", "replace").decode()
    errors = [{"code": 400, "description": shown}]
    (error,) = fromstring(Format.XML.listed("errors", errors))  # noqa: S314 # our own answer
    kept = [char for char in shown if char.isprintable()]
    found = error.findtext("description") or ""
    assert [char for char in found if char in kept] == kept
    assert error.findtext("code") == "400"
    assert orjson.loads(Format.JSON.listed("errors", errors)) == errors


@given(st.text(min_size=1))
def test_description_of_a_request_comes_back_as_it_was_sent(text: str) -> None:
    try:
        description = texts.clean(text, texts.DESCRIPTION)
    except Exception:  # noqa: BLE001 # it is refused
        return
    title = title_of(description)
    assert len(title) <= texts.TITLE[1]
    assert described(texts.clean_line(title, (0, texts.TITLE[1])), description) == description


@pytest.mark.parametrize(
    ("title", "description", "shown"),
    [
        ("Lampu mati", "Di depan sekolah", "Lampu mati\n\nDi depan sekolah"),
        ("Lampu mati", "Lampu mati  di depan sekolah", "Lampu mati  di depan sekolah"),
        ("Lampu mati di", "Lampu\nmati di gang", "Lampu\nmati di gang"),
    ],
)
def test_title_is_shown_once(title: str, description: str, shown: str) -> None:
    assert described(title, description) == shown


def test_long_texts_end_at_a_word_with_an_ellipsis() -> None:
    assert title_of("kata " * 100) == "kata " * 28 + "kata\u2026"
    assert len(described("Judul", "kata " * 1_000)) <= DESCRIPTION
    assert described("Judul", "x" * 5_000).endswith("x\u2026")
