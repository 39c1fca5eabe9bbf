"""The texts that people type: visible, trimmed, in one Unicode form, without characters that deceive.

Every text of a person goes through here before it is stored. A text counts by what a reader sees: one that consists of
invisible characters is empty.
"""

import unicodedata

import regex

from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

TITLE = (1, 150)
DESCRIPTION = (1, 5_000)
ADDRESS = (1, 300)
NOTE = (1, 2_000)
REASON = (3, 500)
REQUEST_KEY = (1, 100)
STAFF_NAME = (1, 80)
"""Lengths in characters after cleaning: (minimum, maximum)."""

ERASED_TITLE = "Dihapus pelapor / Erased by the reporter"
WITHDRAWN_TITLE = "Ditarik pelapor / Withdrawn by the reporter"
"""Titles of reports without words, the same in both languages: files and other systems have them too."""

ERASED_COMMENT = "Dihapus penulis / Deleted by the author"
"""The body of a comment whose author has deleted their account."""

_SPACES = regex.compile(r"\s+")
_BREAKS = regex.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
"""Line breaks of other systems. A vertical tab is what Word and Excel put for a line break within a paragraph."""

_REFUSED = regex.compile(r"[\p{Cc}--\s]|\p{Cs}|\p{Noncharacter_Code_Point}", regex.V1)

_DECEIVING = regex.compile(
    r"(\U0001F3F4[\U000E0030-\U000E007A]+\U000E007F)"  # kept: a flag such as that of Scotland
    r"|[\u202A-\u202E\u206A-\u206F\uFEFF\uFFF9-\uFFFB\U000E0000-\U000E007F]"
)
"""Characters that reorder or hide text: embeddings and overrides of the direction, deprecated formats, byte order
marks, annotations, and tags outside a flag. Joiners, variation selectors and the marks of a direction stay."""

_OPENING, _CLOSING = "\u2066\u2067\u2068", "\u2069"
_ISOLATES = regex.compile(f"[{_OPENING}{_CLOSING}]")
"""Characters that give a part of a line its own direction."""

INVISIBLE = r"\p{Default_Ignorable_Code_Point}\u2800\uFFFC\U00013441\U00013442\U00016FE4\U0001D159"
"""Characters that Unicode tells programs not to show, and letters and symbols that are blank."""

_VISIBLE = regex.compile(rf"[[\p{{L}}\p{{N}}\p{{P}}\p{{S}}\p{{Co}}\p{{Cn}}]--[{INVISIBLE}]]", regex.V1)
_NOT_PLAIN = regex.compile(rf"[{INVISIBLE}]")

_IDLE = "\u00ad\u180e\u200b\u2060\u2061\u2062\u2063\u2064\u2800\u3164\uffa0"
_ENDS = "\t\n \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_ENDS += _IDLE
"""Spaces, and invisible characters that have no effect at the end of a text."""


def clean(text: str, limits: tuple[int, int], *field: str) -> str:
    """Return `text` as it is stored. Every line break is a newline.

    Raises Refusal INVALID for `field` when it is shorter or longer than `limits`, or contains control characters, NUL
    or lone surrogates.
    """
    return _measured(_tidy(text, _BREAKS, "\n", *field), limits, *field)


def clean_line(text: str, limits: tuple[int, int], *field: str) -> str:
    """Clean a one-line text: every run of spaces and line breaks becomes a single space."""
    return _measured(_tidy(text, _SPACES, " ", *field), limits, *field)


def clean_optional(text: str | None, limits: tuple[int, int], *field: str) -> str | None:
    """Clean an optional text. Text in which nothing is visible counts as omitted: None."""
    tidy = "" if text is None else _tidy(text, _BREAKS, "\n", *field)
    return _measured(tidy, limits, *field) if tidy else None


def plain(text: str) -> str:
    """Return what is visible of a code, a number or an address, to look it up: people paste invisible characters."""
    return _NOT_PLAIN.sub("", text).strip()


def _tidy(text: str, breaks: "regex.Pattern[str]", space: str, *field: str) -> str:
    """Return the text without what deceives, empty if nothing is visible. Raises Refusal INVALID."""
    used = "".join(set(text))  # each character once: most texts need only be looked at, and that is cheap
    if _REFUSED.search(used):
        raise Refusal(ErrorCode.INVALID, Message.TEXT_CHARACTERS, *field)
    if _DECEIVING.search(used):
        text = _DECEIVING.sub(r"\1", text)
    if breaks.search(used):
        text = breaks.sub(space, text)
    if _ISOLATES.search(used):
        text = "\n".join(map(_balanced, text.split("\n")))
    tidy = unicodedata.normalize("NFC", text).strip(_ENDS)
    return tidy if _VISIBLE.search(tidy) else ""


def _measured(tidy: str, limits: tuple[int, int], *field: str) -> str:
    low, high = limits
    if not low <= len(tidy) <= high:
        raise Refusal(ErrorCode.INVALID, Message.TEXT_LENGTH, *field, low=low, high=high, given=len(tidy))
    return tidy


def _balanced(line: str) -> str:
    """Return a line without the isolates that have no end, and without the ends that have no isolate."""
    opened: list[int] = []
    loose: set[int] = set()
    for at, char in enumerate(line):
        if char in _OPENING:
            opened.append(at)
        elif char == _CLOSING and opened:
            opened.pop()
        elif char == _CLOSING:
            loose.add(at)
    loose.update(opened)
    return "".join(char for at, char in enumerate(line) if at not in loose) if loose else line
