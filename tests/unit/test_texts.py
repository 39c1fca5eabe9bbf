import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.texts import ADDRESS, DESCRIPTION, NOTE, REQUEST_KEY, TITLE, clean, clean_line, clean_optional

ANY_LENGTH = (0, 10_000)
kept = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n\t"))


def refusal(text: str, limits: tuple[int, int] = ANY_LENGTH) -> Refusal:
    with pytest.raises(Refusal) as caught:
        clean(text, limits, "input", "title")
    assert caught.value.code is ErrorCode.INVALID
    assert caught.value.field == ("input", "title")
    return caught.value


@given(text=kept)
def test_cleaning_only_trims_and_normalizes_to_nfc(text: str) -> None:
    assert clean(text, ANY_LENGTH) == unicodedata.normalize("NFC", text).strip()


@given(text=kept)
def test_cleaning_is_idempotent(text: str) -> None:
    tidy = clean(text, ANY_LENGTH)
    assert clean(tidy, ANY_LENGTH) == tidy


def test_letter_and_combining_accent_become_one_character() -> None:
    assert clean("Cafe\u0301", (4, 4)) == "Caf\u00e9"


def test_windows_line_ends_become_newlines() -> None:
    assert clean("satu\r\ndua\r\n", ANY_LENGTH) == "satu\ndua"


@given(before=kept, after=kept, char=st.characters(categories=["Cc", "Cs"], exclude_characters="\n\t"))
def test_control_characters_and_surrogates_are_refused_anywhere(before: str, after: str, char: str) -> None:
    assert refusal(f"x{before}{char}.{after}x").message is Message.TEXT_CHARACTERS


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\x7f", "\x85", "\ud800", "\r"])
def test_nul_control_character_or_lone_surrogate_is_refused(char: str) -> None:
    assert refusal(f"banjir{char}di sini").message is Message.TEXT_CHARACTERS


@pytest.mark.parametrize(
    "text", ["🚧 jalan rusak", "\U0001d41b\U0001d41aold", "a\u200db", "مرحبا", "baris satu\n\tbaris dua"]
)
def test_emoji_joiners_and_all_scripts_are_kept(text: str) -> None:
    assert clean(text, ANY_LENGTH) == text


@given(low=st.integers(1, 20), extra=st.integers(0, 20), given_length=st.integers(0, 50))
def test_length_is_limited_in_characters_after_trimming(low: int, extra: int, given_length: int) -> None:
    text, limits = f"  {'🚧' * given_length}\n", (low, low + extra)
    if low <= given_length <= low + extra:
        assert len(clean(text, limits)) == given_length
    else:
        refused = refusal(text, limits)
        assert refused.message is Message.TEXT_LENGTH
        assert refused.values == {"low": low, "high": low + extra, "given": given_length}


@pytest.mark.parametrize("limits", [TITLE, DESCRIPTION, ADDRESS, NOTE, REQUEST_KEY])
def test_required_text_must_not_be_empty(limits: tuple[int, int]) -> None:
    assert refusal(" \n\t ", limits).message is Message.TEXT_LENGTH


@pytest.mark.parametrize("left_out", [None, "", " ", "\n\t\u3000"])
def test_blank_optional_text_becomes_none(left_out: str | None) -> None:
    assert clean_optional(left_out, NOTE) is None


@given(text=kept.filter(str.strip))
def test_optional_text_is_cleaned_like_a_required_one(text: str) -> None:
    assert clean_optional(text, ANY_LENGTH) == clean(text, ANY_LENGTH)


def test_invalid_optional_text_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        clean_optional("x" * (NOTE[1] + 1), NOTE, "input", "note")
    assert caught.value.field == ("input", "note")


def test_line_has_single_spaces_and_no_breaks() -> None:
    assert clean_line(" Sampah \n\t di   jalan\r\n", TITLE, "title") == "Sampah di jalan"
