"""Text input: trimmed, in one Unicode form, without control characters."""

import re
import unicodedata

from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

TITLE = (1, 150)
DESCRIPTION = (1, 5_000)
ADDRESS = (1, 300)
NOTE = (1, 2_000)
REQUEST_KEY = (1, 100)
"""Lengths in characters after trimming: (minimum, maximum)."""

_KEPT_CONTROLS = frozenset("\n\t")


def clean(text: str, limits: tuple[int, int], *field: str) -> str:
    """Return `text` trimmed and in Unicode form NFC.

    Raises Refusal INVALID for `field` when it is shorter or longer than `limits`, or contains control characters, NUL
    or lone surrogates.
    """
    low, high = limits
    tidy = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if any(unicodedata.category(char) in {"Cc", "Cs"} and char not in _KEPT_CONTROLS for char in tidy):
        raise Refusal(ErrorCode.INVALID, Message.TEXT_CHARACTERS, *field)
    if not low <= len(tidy) <= high:
        raise Refusal(ErrorCode.INVALID, Message.TEXT_LENGTH, *field, low=low, high=high, given=len(tidy))
    return tidy


def clean_line(text: str, limits: tuple[int, int], *field: str) -> str:
    """Clean a one-line text: every run of spaces and line breaks becomes a single space."""
    return clean(re.sub(r"[ \t\r\n]+", " ", text), limits, *field)


def clean_optional(text: str | None, limits: tuple[int, int], *field: str) -> str | None:
    """Clean an optional text. Text that is empty after trimming counts as omitted: None."""
    return None if text is None or not text.strip() else clean(text, limits, *field)
