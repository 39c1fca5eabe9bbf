from datetime import UTC, datetime, timedelta, timezone

import pytest

from rules.devices import MOST, device_of
from rules.languages import Locale
from rules.letter_texts import WITH_LINK, WITHOUT_LINK, Letter
from rules.letters import CONFIRMING, LIFETIMES, PURPOSES, SETTING_PASSWORD, LetterFacts, LetterKind, LetterTokens
from rules.letters import letter_id_of as id_of

AT = datetime(2026, 11, 29, 3, 0, 0, 5, tzinfo=UTC)
LETTER = LetterFacts(17, LetterKind.RESET, "warga@contoh.id", AT)
TOKENS = LetterTokens("k" * 32)


def test_token_fits_its_own_letter_and_no_other() -> None:
    token = TOKENS.write(LETTER)
    assert id_of(token) == 17
    assert TOKENS.fits(token, LETTER)
    assert TOKENS.fits(token, LETTER._replace(created_at=AT.astimezone(timezone(timedelta(hours=7)))))
    others = (
        LETTER._replace(id=18),
        LETTER._replace(kind=LetterKind.CONFIRMATION),
        LETTER._replace(email="lain@contoh.id"),
        LETTER._replace(created_at=AT + timedelta(microseconds=1)),  # the same id again, in a restored database
    )
    assert not any(TOKENS.fits(token, other) for other in others)
    assert not LetterTokens("l" * 32).fits(token, LETTER)


@pytest.mark.parametrize("token", ["", "x", "AAAA", "é", "\ud800", "_" * 43, "A" * 42, "A" * 44])
def test_text_that_is_no_token_has_no_letter(token: str) -> None:
    assert id_of(token) is None
    assert not TOKENS.fits(token, LETTER)


def test_each_link_confirms_or_sets_a_password() -> None:
    assert set(PURPOSES) == set(WITH_LINK) == CONFIRMING | SETTING_PASSWORD
    assert not CONFIRMING & SETTING_PASSWORD
    assert set(LIFETIMES) == set(LetterKind) == set(WITH_LINK) | set(WITHOUT_LINK)


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("kind", LetterKind)
def test_letter_has_its_link_and_its_time_and_says_who_may_ignore_it(kind: LetterKind, locale: Locale) -> None:
    link = "https://lapor.contoh.id/akun/token" if kind in WITH_LINK else None
    letter = Letter(
        sender="Kota <kota@contoh.id>",
        recipient="warga@contoh.id",
        locale=locale,
        kind=kind,
        link=link,
        message_id="<a@b>",
        at=AT,
    )
    message = letter.message()
    text = message.get_content()
    assert (message["To"], message["Auto-Submitted"]) == ("warga@contoh.id", "auto-generated")
    assert "{" not in text + message["Subject"]
    if link is not None:
        assert link in text.split()
        times = {LetterKind.RESET: ("1 jam", "an hour"), LetterKind.INVITATION: ("7 hari", "7 days")}
        assert times.get(kind, ("2 hari", "2 days"))[locale is Locale.EN] in text


@pytest.mark.parametrize(
    ("header", "device"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
            "Chrome 140, Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile Safari/537.36 EdgA/140.0", "Edge 140, Android"),
        (
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5) AppleWebKit/605.1 Version/18.5 Mobile/15E148 Safari/604.1"),
            "Safari 18, iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox 140, Linux"),
        ("Tanggap/2.1 (iPhone; iOS 18)", "Tanggap 2.1, iPhone"),
        ("okhttp/4.12.0", "okhttp 4.12.0"),
        ("Mozilla/5.0", None),
        ("<script>alert(1)</script>", None),
        ("", None),
        (None, None),
    ],
)
def test_device_is_the_browser_and_the_system_in_words(header: str | None, device: str | None) -> None:
    assert device_of(header) == device


def test_device_is_short_and_of_plain_characters_whatever_the_header() -> None:
    for header in ("A" * 10_000 + "/1", "Version/" * 5_000, "a-" * 20 + "/" + "1" * 9_000, "é\0\n/1" * 100):
        found = device_of(header)
        assert found is None or (len(found) <= MOST and found.isprintable())
