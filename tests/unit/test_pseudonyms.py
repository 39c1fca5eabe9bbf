import unicodedata

import pytest
import regex

from rules.pseudonyms import checked, skeleton
from rules.refusals import ErrorCode, Refusal

RIGHT = {
    "Devanagari": "सीता राम",
    "Thai with a vowel that NFKC takes apart": "น้ำ แก้ว",
    "Tamil": "தமிழ்",
    "Javanese": "ꦱꦶꦠꦶ ꦄꦩꦶꦤꦃ",
    "Balinese": "ᬲᬶᬢᬶ",
    "Arabic with vowel signs": "مُحَمَّد",
    "Sinhala with a joiner": "ශ්\u200dරී",
    "Persian with a non-joiner": "می\u200cخواهم",
    "Burmese": "ကျွန်ုပ်",
    "Khmer": "ស្រី",
    "Ethiopic": "ሰላም",
    "Han": "李小龙",
    "Latin and Javanese": "Siti ꦱꦶꦠꦶ",
}
FILLERS = "\u3164\u115f\u1160\uffa0\u2800\u034f\u00ad\u17b4\u17b5\u180b\u180e\u200b\u200c\u200d\u2060\ufe0f\ufeff"
FILLERS += "\U000e0061\U00013441\U00013442\U00016fe4\U0001d159\ufffc"

ALIKE = [
    ("Budi", "BUDI", "BUDl", "BUD1", "Вudi", "Bսdi", "\uff22udi", "Búdi", "Bu-di.", "B u d i", "𝐁𝐮𝐝𝐢", "Buⅾi"),
    ("admin", "ADMIN", "АDMIN", "adrnin", "ADMlN", "аdmin", "admın", "ɑdmin", "ADRNIN"),
    ("Siti 10", "SlTl IO", "s1t1 lo", "Sitі 1O", "ЅІТІ l0"),
    ("Eva", "Eνa", "Еvа", "EVA", "Évä"),
    ("محمد", "مُحَمَّد", "محـمد"),
    ("สี่แก้ว", "สี่เเก้ว"),
    ("Ma'ruf", "Ma\u02bcruf", "MA\u2019RUF", "Ma\u05d9ruf", "Maruf", "Ma-ruf", "ma\u02eeruf", "'Ma'ruf'"),
    ("'Bayu", "Bayu", "\u0181ayu"),
]

APOSTROPHES = "'`\u00b4\u02bb\u02bc\u02bd\u02be\u02bf\u2018\u2019\u201b\u2032\uff07\uff40"
"""Characters that keyboards, corrections and transliterations give for an apostrophe."""


@pytest.mark.parametrize("name", RIGHT.values(), ids=RIGHT)
def test_names_in_scripts_with_marks_are_kept_as_written(name: str) -> None:
    assert checked(name) == unicodedata.normalize("NFC", name)
    assert checked(unicodedata.normalize("NFD", name)) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("filler", FILLERS, ids=lambda char: f"U+{ord(char):04X}")
@pytest.mark.parametrize("form", ["{0}{0}{0}", "Si{0}Doel", "Si {0} Doel", "{0}Doel", "Doel{0}", "A{0}{0}{0}"])
def test_fillers_are_no_letters(form: str, filler: str) -> None:
    with pytest.raises(Refusal) as caught:
        checked(form.format(filler), "pseudonym")
    assert (caught.value.code, caught.value.field) == (ErrorCode.INVALID, ("pseudonym",))


@pytest.mark.parametrize(
    "name",
    ["...", " - - ", "\u0301abc", "ab\u0338c", "a\u20ddbc", "กั่่่่่", "\u064eabc\u0e31" * 14, "٠٠٠", "ـــ", "a\u200cb c"],
)
def test_name_without_letters_or_with_loose_marks_is_refused(name: str) -> None:
    with pytest.raises(Refusal):
        checked(name)


@pytest.mark.parametrize("typed", APOSTROPHES, ids=lambda char: f"U+{ord(char):04X}")
@pytest.mark.parametrize(
    "name",
    ["D{0}Artagnan", "Ma{0}ruf", "Nu{0}man", "Siti {0}Aisyah", "Abdul Baqi{0}", "Al-{0}Ala{0}i", "मा{0}रूफ", "{0}Ain 7"],
)
def test_apostrophe_of_any_keyboard_is_one_character(name: str, typed: str) -> None:
    assert checked(name.format(typed)) == name.format("\u2019")
    assert checked(checked(name.format(typed))) == name.format("\u2019")
    assert skeleton(checked(name.format(typed))) == skeleton(name.format(""))


@pytest.mark.parametrize("typed", APOSTROPHES, ids=lambda char: f"U+{ord(char):04X}")
@pytest.mark.parametrize("name", ["{0}{0}{0}", "Ma{0}{0}ruf", "Siti {0} Aisyah", "Siti{0}{0}", "a-{0}-b", "1{0}{0}2"])
def test_apostrophe_without_a_letter_or_beside_another_is_refused(name: str, typed: str) -> None:
    with pytest.raises(Refusal):
        checked(name.format(typed))


@pytest.mark.parametrize("names", ALIKE, ids=lambda names: names[0])
def test_names_that_look_alike_have_one_skeleton(names: tuple[str, ...]) -> None:
    assert {skeleton(checked(name)) for name in names} == {skeleton(names[0])}


def test_names_that_look_different_have_different_skeletons() -> None:
    names = [
        "Ani",
        "Budi",
        "Rudi",
        "Bodi",
        "Sita",
        "Siti",
        "सीता",
        "सिता",
        "सता",
        "กา",
        "ก้า",
        "かき",
        "がき",
        "Иван",
        "Ivan",
    ]
    names += [f"Warga-{number}" for number in range(2_000)]
    assert len({skeleton(name) for name in names}) == len(names)


IDEOGRAPHS = (
    range(0x3400, 0xA000),
    range(0xAC00, 0xD7A4),
    range(0x1_3000, 0x1_4680),
    range(0x1_7000, 0x1_8E00),
    range(0x2_0000, 0x4_0000),
)
"""Ideographs of all scripts and Hangul syllables: nine of ten letters. Of these, every 17th is tried."""


def test_every_letter_has_a_settled_skeleton_that_fits_the_column() -> None:
    letters = regex.compile(r"[\p{L}\p{N}]")
    skipped = {code for each in IDEOGRAPHS for code in each if code % 17}
    for char in filter(letters.match, (chr(code) for code in range(0x11_0000) if code not in skipped)):
        try:
            name = checked(char * 3)
        except Refusal:
            continue
        assert checked(name) == name
        alike = skeleton(name)
        assert alike
        assert " " not in alike
        assert len(alike) <= 7 * len(name)
        assert skeleton(alike) == alike
