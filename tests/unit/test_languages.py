from typing import cast

import pytest

from rules.languages import Locale, Text

TEXT = Text("menunggu", "waiting")


def test_text_is_given_in_the_requested_language() -> None:
    assert [TEXT.in_locale(locale) for locale in (Locale.ID, Locale.EN)] == ["menunggu", "waiting"]


@pytest.mark.parametrize("locale", ["", "FR", "en"])
def test_unknown_language_is_answered_in_indonesian(locale: str) -> None:
    assert TEXT.in_locale(cast("Locale", locale)) == "menunggu"


def test_locale_equals_its_code() -> None:
    assert (Locale.ID, Locale.EN) == ("ID", "EN")
