"""Comma-separated values (RFC 4180) that a spreadsheet opens as text and numbers, and never as a formula."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

BYTE_ORDER_MARK: Final = "\ufeff".encode()
"""The start of a file. Without it Excel takes UTF-8 for the code page of the machine."""

_FORMULA: Final = re.compile("'*[=+\\-@\t\r]")
"""The start of a text that a spreadsheet may take for a formula (OWASP, "CSV Injection"), after any apostrophes."""

_STARTS: Final = frozenset("'=+-@\t\r")
"""Its first characters: nearly no text begins with one of them, and a set is faster than the pattern."""


def csv_lines(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as lines: moments in UTC, an empty cell for None, and numbers as they are."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\r\n").writerows(list(map(cell, row)) for row in rows)
    return lines.getvalue().encode()


def cell(value: object) -> object:
    """Return the content of a cell. A text that could be a formula has an apostrophe before it.

    A text of apostrophes before such a start gets one more. So a reader that takes one away there has the text again.
    """
    if isinstance(value, str):
        return f"'{value}" if value[:1] in _STARTS and _FORMULA.match(value) else value
    write = _WRITTEN.get(type(value))
    return value if write is None else write(value)


def moment(at: datetime) -> str:
    """Return a moment in UTC as the API writes it (RFC 3339)."""
    text = at.isoformat()
    if not text.endswith("+00:00"):
        text = at.astimezone(UTC).isoformat()
    return f"{text[:-6]}Z"


_WRITTEN: Final[Mapping[type, Callable[[Any], str]]] = {
    bool: lambda value: "true" if value else "false",
    datetime: moment,
    date: date.isoformat,
}
"""The texts of values that are neither texts nor numbers."""
