"""Comma-separated values: every text comes back, and none begins as a formula does."""

import csv
import io
from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from rules.periods import JAKARTA
from rules.spreadsheets import csv_lines

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.text("'=+-@\t\r\n\",;a")


def read(lines: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(lines.decode(), newline=""), strict=True))


@given(st.lists(st.lists(texts, min_size=2, max_size=3), min_size=1))
def test_texts_come_back_without_one_apostrophe_before_formulas(rows: list[list[str]]) -> None:
    found = read(csv_lines(rows))
    assert not any(text[:1] in ("=", "+", "-", "@", "\t", "\r") for row in found for text in row)
    guarded = [[text.startswith("'") and text.lstrip("'")[:1] in [*"=+-@\t\r"] for text in row] for row in found]
    pairs = (
        [text[is_guarded:] for text, is_guarded in zip(*both, strict=True)] for both in zip(found, guarded, strict=True)
    )
    assert list(pairs) == rows


def test_numbers_moments_and_missing_values_are_written_plainly() -> None:
    moment = datetime(2026, 11, 29, 8, 30, tzinfo=JAKARTA)
    line = csv_lines([[-6.1754, -3, True, None, moment, date(2026, 11, 29), "-6"]])
    assert line == b"-6.1754,-3,true,,2026-11-29T01:30:00Z,2026-11-29,'-6\r\n"
