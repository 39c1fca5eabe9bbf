"""Numbers of reports as people type them: JK, the day of submission, and a running number of at least four digits."""

import unicodedata

import regex

from rules.texts import plain

_NUMBER = regex.compile(r"[\W_]*(JK(?:[\W_]*[0-9]){10}[0-9]{0,12})[\W_]*")
_SEPARATORS = regex.compile(r"[\W_]+")


def parse_report_number(text: str) -> str | None:
    """Return the number that a text means, such as "JK2611230001" for "#jk-261123-0001". None if it means no number.

    Case, spaces and punctuation do not matter, but nothing may part the digits after the tenth: "JK2611230001 2" could
    mean two numbers.
    """
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", plain(text)).upper())
    return None if found is None else _SEPARATORS.sub("", found[1])
