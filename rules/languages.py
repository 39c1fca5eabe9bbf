"""The two languages of the service, texts that are available in both, and the choice between them."""

from enum import StrEnum
from functools import lru_cache
from typing import Final, Literal, NamedTuple, get_args

Language = Literal["id", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

FORMER: Final = {"in": "id"}
"""Codes of languages before 1989 (ISO 639), with the present ones: Android still sends "in" for Indonesian."""


class Locale(StrEnum):
    """A language of the service."""

    ID = "ID"
    EN = "EN"


class Text(NamedTuple):
    """A text in both languages: `id` is Indonesian, `en` is English."""

    id: str
    en: str

    def in_locale(self, locale: Locale) -> str:
        """Return the text in `locale`. Indonesian is the default for an unknown language."""
        return self.en if locale == Locale.EN else self.id


def preferred_language(requested: str | None, accept_language: str) -> Language:
    """Return the requested language, else the best match of an Accept-Language header, else Indonesian.

    An unknown language or an unreadable header is skipped without an error.
    """
    for language in LANGUAGES:
        if requested == language:
            return language
    weights = _weights(accept_language)
    return max(LANGUAGES, key=lambda language: weights.get(language, 0.0))  # on a tie the first: Indonesian


@lru_cache(maxsize=256)
def preferred_locale(accept_language: str) -> Locale:
    """Return the locale to answer in, from an Accept-Language header."""
    return Locale(preferred_language(None, accept_language).upper())


def _weights(accept_language: str) -> dict[str, float]:
    """Return the highest q of each primary tag (RFC 9110, 12.5.4): {"en": 0.8} for "en-GB;q=0.8"."""
    weights: dict[str, float] = {}
    for item in accept_language.split(","):
        tag, _, parameter = item.partition(";")
        primary = tag.strip().replace("_", "-").partition("-")[0].lower()
        primary = FORMER.get(primary, primary)
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        weights[primary] = max(weight, weights.get(primary, 0.0))
    return weights
