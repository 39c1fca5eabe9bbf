"""The two languages of the service, and texts that are available in both."""

from enum import StrEnum
from typing import NamedTuple


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
