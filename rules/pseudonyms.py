"""Pseudonyms: letters of any script, and no two that a reader takes for the same name."""

import unicodedata

import regex
from icu import SpoofChecker

from rules import texts
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

LENGTH = (3, 40)
"""Lengths in characters: (least, most)."""

_MARKS = 4
"""Most marks on one letter (UTS 39, section 5.4). Thai, Javanese, Balinese and Burmese need at most three."""

_LETTER = rf"[[\p{{L}}\p{{N}}]--[{texts.INVISIBLE}]]"
_ACCENT = r"\u0300-\u036F\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F"
"""Accents that have no letter: those of languages are one character with their letter (NFC)."""
_MARK = rf"[[\p{{Mn}}\p{{Mc}}]--[{texts.INVISIBLE}{_ACCENT}]]"
_JOINER = r"(?:(?<=\p{ccc=9})[\u200C\u200D]|(?<=\p{Arabic}\p{M}*)\u200C(?=\p{Arabic}))"
"""A joiner where it changes what is seen: after a virama, and between Arabic letters (UAX 31, section 2.3)."""

_APOSTROPHE = "\u2019"
_APOSTROPHES = dict.fromkeys(map(ord, "'`\u00b4\u02bb\u02bc\u02bd\u02be\u02bf\u2018\u201b\u2032"), _APOSTROPHE)
"""Apostrophes as keyboards, their corrections and transliterations give them. One is stored (Unicode, section 6.2)."""

_BESIDE_A_LETTER = (
    rf"(?:(?<=[\p{{L}}\p{{N}}\p{{M}}]){_APOSTROPHE}(?!{_APOSTROPHE})|(?<!{_APOSTROPHE}){_APOSTROPHE}(?={_LETTER}))"
)

_NAME = regex.compile(rf"(?:{_LETTER}{_MARK}{{0,{_MARKS}}}{_JOINER}?|{_BESIDE_A_LETTER}|[ .-])+", regex.V1)

_KEPT = regex.compile("([\u00b4\u0e33\u0eb3])")
"""The acute accent by itself, which NFKC makes a space and a mark, and Thai and Lao vowels: decomposed, they would come
after the tone mark and be drawn elsewhere."""

_NOT_COMPARED = regex.compile(rf"[[ .\-'{_APOSTROPHE}\u0640\p{{Inherited}}]--[\u3099\u309A]]", regex.V1)
"""Characters that do not tell two names apart: spaces, dots, hyphens, apostrophes, the stroke that lengthens an Arabic
word, accents and Arabic vowel signs. The voice marks of Japanese make other letters. Marks of other scripts are not
Inherited. ICU's skeletons have `'` for all apostrophes, and for letters that look like one, such as the Hebrew yod."""

_CHECKER = SpoofChecker()

_ROUNDS = 3
"""Rounds after which no letter changes any more: `M` is like `m`, and `m` like `rn`."""


def checked(pseudonym: str, *field: str) -> str:
    """Return a pseudonym as it is stored. Raises Refusal INVALID for `field`.

    It consists of letters of any script with their marks, digits, spaces, dots, hyphens, and single apostrophes beside
    a letter or digit, which become U+2019. Fullwidth and styled letters become ordinary ones. Scripts may be mixed:
    `skeleton` keeps such a name from looking like another.
    """
    low, high = LENGTH
    parts = (part if _KEPT.match(part) else unicodedata.normalize("NFKC", part) for part in _KEPT.split(pseudonym))
    name = unicodedata.normalize("NFC", " ".join("".join(parts).translate(_APOSTROPHES).split()))
    fits = len(name) >= low and len(name.casefold()) <= high  # case-folded, some letters are two
    if not fits or not _NAME.fullmatch(name) or not skeleton(name):
        raise Refusal(ErrorCode.INVALID, Message.PSEUDONYM_INVALID, *field, low=low, high=high)
    return name


def skeleton(name: str) -> str:
    """Return what names that look alike have in common (UTS 39, section 4), without regard to case and accents.

    Two names look alike if one of them in any case looks like the other in any case: `Budi`, `BUDI` and `BUDl` have one
    skeleton. It is not for display, has at most 7 characters for each one of the name, and contains no space. It is
    empty if nothing in the name tells it apart.
    """
    for _ in range(_ROUNDS):
        name = _shown(_shown(name).upper()).casefold()
    return name


def _shown(text: str) -> str:
    """Return ICU's skeleton without what is not compared."""
    look: str = _CHECKER.getSkeleton(0, _compared(text))
    return _compared(look)


def _compared(text: str) -> str:
    return _NOT_COMPARED.sub("", unicodedata.normalize("NFD", text))
