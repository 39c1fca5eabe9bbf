"""Comma-separated values (RFC 4180) that a spreadsheet opens as text and numbers, and never as a formula."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final

BYTE_ORDER_MARK: Final = "\ufeff".encode()
"""The start of a file. Without it Excel takes UTF-8 for the code page of the machine."""

_FORMULA: Final = re.compile("'*[=+\\-@\t\r]")
"""The start of a text that a spreadsheet may take for a formula (OWASP, "CSV Injection"), after any apostrophes."""


def csv_lines(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as lines: moments in UTC, an empty cell for None, and numbers as they are."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\r\n").writerows([cell(value) for value in row] for row in rows)
    return lines.getvalue().encode()


def cell(value: object) -> object:
    """Return the content of a cell. A text that could be a formula has an apostrophe before it.

    A text of apostrophes before such a start gets one more. So a reader that takes one away there has the text again.
    """
    match value:
        case str():
            return f"'{value}" if _FORMULA.match(value) else value
        case bool():
            return "true" if value else "false"
        case datetime():
            return moment(value)
        case date():
            return value.isoformat()
    return value


def moment(at: datetime) -> str:
    """Return a moment in UTC as the API writes it (RFC 3339)."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
