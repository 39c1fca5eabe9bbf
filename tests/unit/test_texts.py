import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.texts import ADDRESS, DESCRIPTION, NOTE, REQUEST_KEY, TITLE, clean, clean_line, clean_optional, plain

ANY_LENGTH = (0, 10_000)
BREAKS = ["\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"]
OVERRIDES = "\u202a\u202b\u202c\u202d\u202e"
BLANK = [
    "\u200b",  # zero width space
    "\u200d\u200c",  # joiners
    "\u00ad",  # soft hyphen
    "\u2060\u2063",  # word joiner, invisible separator
    "\ufeff",  # byte order mark
    "\u3164",  # Hangul filler
    "\u115f\u1160",  # fillers of a Hangul syllable
    "\uffa0",  # half-width Hangul filler
    "\u2800",  # Braille blank
    "\ufe0f\u034f",  # variation selector, grapheme joiner
    "\u061c\u200e\u200f",  # marks of a direction
    "\u2067\u2069",  # an isolate and its end
    "\u202e\u202c",  # an override and its end
    "\U000e0041\U000e007f",  # tags
    "\U0001d159",  # null notehead
    "\ufffc",  # what is left of a pasted picture
    "\u0301",  # an accent on nothing
]

ODD = "\n\t\u200b\u2066\u2067\u2068\u2069\u202e\u202d\ufeff\u3164\u0301\u2028\r\v\ufe0f\U0001f3f4\U000e0067\U000e007f"
kept = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]) | st.sampled_from(ODD))


def refusal(text: str, limits: tuple[int, int] = ANY_LENGTH) -> Refusal:
    with pytest.raises(Refusal) as caught:
        clean(text, limits, "input", "title")
    assert caught.value.code is ErrorCode.INVALID
    assert caught.value.field == ("input", "title")
    return caught.value


def signs(text: str) -> str:
    """Return the letters, digits, punctuation and symbols (also private ones) that a reader of a text sees."""
    return "".join(
        char
        for char in unicodedata.normalize("NFD", text)
        if (unicodedata.category(char)[0] in "LNPS" or unicodedata.category(char) == "Co")
        and not any(char in blank for blank in BLANK)
    )


def depth_is_zero(line: str) -> bool:
    depth = 0
    for char in line:
        depth += (char in "\u2066\u2067\u2068") - (char == "\u2069")
        if depth < 0:
            return False
    return depth == 0


@given(text=kept)
def test_cleaning_loses_no_visible_character(text: str) -> None:
    assert signs(clean(text, ANY_LENGTH)) == signs(text)
    assert signs(clean_line(text, ANY_LENGTH)) == signs(text)


@given(text=kept)
def test_cleaned_text_is_trimmed_nfc_and_stays_as_it_is(text: str) -> None:
    for function in (clean, clean_line):
        tidy = function(text, ANY_LENGTH)
        assert function(tidy, ANY_LENGTH) == tidy
        assert tidy == unicodedata.normalize("NFC", tidy).strip()


@given(text=kept)
def test_cleaned_text_has_no_override_and_only_balanced_isolates(text: str) -> None:
    for tidy in (clean(text, ANY_LENGTH), clean_line(text, ANY_LENGTH)):
        assert not set(tidy) & set(OVERRIDES + "\ufeff")
        assert all(depth_is_zero(line) for line in tidy.split("\n"))


@given(text=kept)
def test_newline_is_the_only_line_break_of_a_text(text: str) -> None:
    assert len(clean(text, ANY_LENGTH).splitlines()) <= clean(text, ANY_LENGTH).count("\n") + 1
    line = clean_line(text, ANY_LENGTH)
    assert len(line.splitlines()) <= 1
    assert line.split() == (line.split(" ") if line else [])


@given(text=kept)
def test_text_without_visible_characters_is_empty(text: str) -> None:
    if not signs(text):
        assert clean(text, ANY_LENGTH) == clean_line(text, ANY_LENGTH) == ""
        assert clean_optional(text, ANY_LENGTH) is None


def test_letter_and_combining_accent_become_one_character() -> None:
    assert clean("Cafe\u0301", (4, 4)) == "Caf\u00e9"


@pytest.mark.parametrize("line_break", BREAKS)
def test_line_break_of_any_system_is_a_newline_or_in_a_line_a_space(line_break: str) -> None:
    assert clean(f"satu{line_break}dua{line_break}", ANY_LENGTH) == "satu\ndua"
    assert clean_line(f"satu{line_break}dua{line_break}", ANY_LENGTH) == "satu dua"


@given(before=kept, after=kept, char=st.characters(categories=["Cc", "Cs"], exclude_characters="\n\t\r\v\f\x85"))
def test_control_characters_and_surrogates_are_refused_anywhere(before: str, after: str, char: str) -> None:
    assert refusal(f"x{before}{char}.{after}x").message is Message.TEXT_CHARACTERS


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\x1f", "\x7f", "\x80", "\ud800", "\ufffe", "\U0010ffff", "\ufdd0"])
def test_what_is_no_character_of_a_text_is_refused(char: str) -> None:
    assert refusal(f"banjir{char}di sini").message is Message.TEXT_CHARACTERS
    with pytest.raises(Refusal):
        clean_optional(char, NOTE)


@pytest.mark.parametrize(
    "text",
    [
        "🚧 jalan rusak",
        "\U0001d41b\U0001d41aold",
        "a\u200db",
        "مرحبا",
        "baris satu\n\tbaris dua",
        "👩\u200d🚒 datang",
        "kabel ⚡\ufe0f putus ❤\ufe0f",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # the flag of Scotland
        "می\u200cخواهم",
        "ꦱꦸꦒꦼꦁ",
        "No. \u2066123\u2069",
        "\u200fשלום\u200f",
        "#\ufe0f\u20e3",
    ],
)
def test_emoji_joiners_marks_and_all_scripts_are_kept(text: str) -> None:
    assert clean(text, ANY_LENGTH) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\u200bSampah\u200b di jalan\u2060", "Sampah\u200b di jalan"),
        ("ban\u202ejir", "banjir"),
        ("\u2067terbuka", "terbuka"),
        ("tutup\u2069", "tutup"),
        ("\u2067satu\ndua\u2069", "satu\ndua"),
        ("\u2066a\u2067b\u2069", "a\u2067b\u2069"),
        ("\ufeffdari berkas", "dari berkas"),
        ("a\U000e0061\U000e0062b", "ab"),
    ],
)
def test_characters_that_deceive_leave_a_text(text: str, cleaned: str) -> None:
    assert clean(text, ANY_LENGTH) == cleaned


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
@pytest.mark.parametrize("blank", [" \n\t ", *BLANK, "\u200b \u3164\u00a0\u2800"])
def test_required_text_must_be_visible(limits: tuple[int, int], blank: str) -> None:
    assert refusal(blank, limits).message is Message.TEXT_LENGTH


@pytest.mark.parametrize("left_out", [None, "", " ", "\n\t\u3000", *BLANK])
def test_blank_optional_text_becomes_none(left_out: str | None) -> None:
    assert clean_optional(left_out, NOTE) is None


@given(text=kept.filter(signs))
def test_optional_text_is_cleaned_like_a_required_one(text: str) -> None:
    assert clean_optional(text, ANY_LENGTH) == clean(text, ANY_LENGTH)


def test_invalid_optional_text_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        clean_optional("x" * (NOTE[1] + 1), NOTE, "input", "note")
    assert caught.value.field == ("input", "note")


def test_line_has_single_spaces_and_no_breaks() -> None:
    assert clean_line(" Sampah \n\t di\u00a0  jalan\u2028\r\n", TITLE, "title") == "Sampah di jalan"


@given(code=st.text("JK0123456789abc.@-", min_size=1), hidden=st.lists(st.sampled_from(BLANK[:-1])))
def test_plain_text_is_what_is_visible_of_a_code(code: str, hidden: list[str]) -> None:
    middle = len(code) // 2
    pasted = "".join([*hidden, " ", code[:middle], *hidden, code[middle:], *hidden])
    assert plain(pasted) == code
