"""Texts of Open311 (GeoReport v2): a request has a description, and no title."""

from typing import Final

from rules import texts
from rules.languages import Locale
from rules.workflow import RESOLUTION_LABELS, ReportStatus, Resolution, label

DESCRIPTION: Final = 4_000
"""Characters of a description at most, by the specification."""

_MORE: Final = "\u2026"


def title_of(description: str) -> str:
    """Return the title of a report with a description: its first line, which ends at a word if it is too long."""
    lines = filter(texts.plain, description.split("\n"))
    return shortened(next(lines, ""), texts.TITLE[1])


def described(title: str, description: str) -> str:
    """Return a report in one text: its title and its description, or only that if it begins with the title."""
    words = " ".join(description.split())
    whole = description if words.startswith(title.removesuffix(_MORE)) else f"{title}\n\n{description}"
    return shortened(whole, DESCRIPTION)


def shortened(text: str, most: int) -> str:
    """Return a text of at most `most` characters. A longer one ends at a word, with an ellipsis."""
    if len(text) <= most:
        return text
    cut = text[: most - len(_MORE)]
    return (cut.rpartition(" ")[0] or cut).rstrip() + _MORE


def status_notes(status: ReportStatus, resolution: Resolution | None, note: str | None, locale: Locale) -> str:
    """Return the status of a report in words, and what was said when it changed."""
    name = label(status, locale)
    if resolution is not None:
        name = f"{name} ({RESOLUTION_LABELS[resolution].in_locale(locale)})"
    return name if note is None else f"{name}: {note}"
