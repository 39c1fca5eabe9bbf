import base64
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.cursors import encode
from schema.nodes import global_id, parse_id, row_id
from schema.paging import page_cursor

URL_SAFE = string.ascii_letters + string.digits + "-_"
names = st.from_regex(r"[A-Z][A-Za-z]{0,20}", fullmatch=True)
keys = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
rows = st.integers(0, 10**18 - 1)


def wrapped(inside: bytes) -> str:
    return base64.urlsafe_b64encode(inside).decode().rstrip("=")


@given(name=names, key=keys)
def test_id_returns_the_type_and_the_key_that_were_written(name: str, key: str) -> None:
    assert parse_id(global_id(name, key)) == (name, key)


def test_id_with_a_nul_which_no_database_stores_is_none() -> None:
    assert parse_id(global_id("Report", "1\0")) is None


@given(name=names, row=rows)
def test_row_id_is_read_for_its_own_type_only(name: str, row: int) -> None:
    assert row_id(global_id(name, row), name) == row
    assert row_id(global_id(name, row), f"{name}X") is None


@given(name=names, key=keys)
def test_id_needs_no_escaping_in_a_url(name: str, key: str) -> None:
    assert set(global_id(name, key)) <= set(URL_SAFE)


@given(text=st.text() | st.text(URL_SAFE + "=") | st.binary().map(wrapped))
@example("")
@example("=")
@example("é")
@example("\ud800")
@example("\x00")
@example("A" * 1_000_001)
@example(wrapped(b"Report:\xff"))
@example(wrapped(b"Report"))
def test_text_is_an_id_in_its_one_form_or_not_at_all(text: str) -> None:
    parsed = parse_id(text)
    assert parsed is None or global_id(*parsed) == text
    assert row_id(text, "Report") is None or parsed is not None


@pytest.mark.parametrize("change", ["{}=", "{}==", " {}", "{}\n", "{}A"])
def test_id_has_one_form_only(change: str) -> None:
    written = global_id("Report", 12)
    assert parse_id(written) == ("Report", "12")
    assert row_id(change.format(written), "Report") is None


@pytest.mark.parametrize("key", ["", "-1", "+1", "01", "00", "1.0", " 1", "1\n", "१", "²", "1" * 19, "x", "1:2"])
def test_row_id_is_a_number_that_a_table_can_hold(key: str) -> None:
    assert row_id(global_id("Report", key), "Report") is None


def test_cursors_are_not_ids() -> None:
    assert row_id(page_cursor(12), "Report") is None
    assert row_id(encode("0" * 16, 12), "Report") is None
