"""Personal details in texts: telephone numbers, vehicle plates and identity numbers (NIK), found and masked.

A text is compared as a reader sees it: styled digits are digits, what is invisible is left out, and O and l among
digits are 0 and 1. It is better to miss a number than to show an honest text as one that names somebody.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

import phonenumbers
import regex

from rules.texts import INVISIBLE

MASK: Final = "\u2022"
"""The character in place of each letter and digit of a personal detail."""


class PersonalDetailKind(StrEnum):
    """The kind of a personal detail."""

    TELEPHONE = "TELEPHONE"
    PLATE = "PLATE"
    IDENTITY_NUMBER = "IDENTITY_NUMBER"


@dataclass(frozen=True, slots=True)
class PersonalDetail:
    """A part of a text, from `start` up to `end` in code points. `masked`: what takes its place."""

    kind: PersonalDetailKind
    start: int
    end: int
    masked: str


class _Span(NamedTuple):
    start: int
    end: int
    kind: PersonalDetailKind


PLATE_CODES: Final = (
    *("BL", "BB", "BK", "BA", "BM", "BP", "BG", "BN", "BE", "BD", "BH"),  # Sumatra
    *("A", "B", "D", "E", "F", "T", "Z", "G", "H", "K", "R", "AA", "AB", "AD"),  # Banten to Central Java
    *("L", "M", "N", "P", "S", "W", "AE", "AG"),  # East Java
    *("DK", "DR", "EA", "DH", "EB", "ED"),  # Bali and Nusa Tenggara
    *("KB", "DA", "KH", "KT", "KU"),  # Kalimantan
    *("DB", "DL", "DM", "DN", "DT", "DD", "DC", "DP", "DW"),  # Sulawesi
    *("DE", "DG", "PA", "PB", "PS", "PT", "PY"),  # Maluku and Papua
)
"""The codes of regions on plates: annex of Peraturan Kepolisian 7/2021, and those of the provinces of Papua since."""

_PROVINCES = """
    11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36 51 52 53 61 62 63 64 65 71 72 73 74 75 76 81 82 91 92 93 94 95 96
"""
PROVINCES: Final = frozenset(_PROVINCES.split())
"""The codes of provinces: Permendagri 72/2019 with Kepmendagri 100.1.1-6117/2022. Regencies count from 01, and cities
from 71 (the highest regency is 37)."""

_HIGHEST_REGENCY, _CITIES = 37, range(71, 80)
_WOMEN = 40
"""Added to the day of birth of women in an identity number (PP 40/2019 on the administration of residents)."""

_SKIPPED = regex.compile(rf"[\p{{Mn}}\p{{Me}}\p{{Cf}}{INVISIBLE}]")
_ALIKE = regex.compile(r"(?<![^\W_])[OoIl0-9]*[0-9][OoIl0-9]*(?![^\W_])")
_DIGITS = str.maketrans("OoIl", "0011")

_IDENTITY = regex.compile(r"(?<!\d)(?:\d[ .-]?){15}\d(?!\d)")
_PLATE = regex.compile(
    rf"(?<![^\W_])(?P<code>{'|'.join(PLATE_CODES)})[ .-]{{0,3}}(?P<number>[1-9]\d{{0,3}})"
    rf"[ .-]{{0,3}}(?P<series>[A-Z]{{1,3}})(?![^\W_])",
    regex.IGNORECASE,
)
_VEHICLE = regex.compile(
    r"\b(?:plat|pelat|nopol|no\.? ?pol|polisi|mobil|motor|kendaraan|truk|angkot|taksi|sopir|pengemudi)\b",
    regex.IGNORECASE,
)
_ADDRESS = regex.compile(
    r"\b(?:blok|blk|jl|jln|jalan|gang|gg|rumah|no|nomor|unit|tower|gedung|lantai|lt|kav|kavling|apartemen|apt|kamar"
    r"|ruang|pintu|gate|halte|koridor|rute|seri|tipe|type|model|ukuran)[ .:,]*$",
    regex.IGNORECASE,
)
_BEFORE = 24
"""Characters before a plate in which a word says what it is."""

_WORDS = """
    DAN DI KE YG DG DGN DR UTK TDK ADA PER ATO SD JAM HR HRI BLN THN TH ORG KK RT RW RB RBU JT RP WIB AM PM
    MM CM M KM KG GR TON ML L CC W KW KWH KV KVA VA V A HP PK INC DPI PPM BOX UNT X
"""
_NO_SERIES = frozenset(_WORDS.split())
"""Words and units after a number, which are the series of a plate only in capitals after four digits."""

_MODELS = frozenset({"T120SS"})
"""Vehicles that have the name of a plate."""

_LONG_NUMBER = 3
"""Digits from which on a plate needs no word that says so: fewer are numbers of houses, flats and buses."""

_PERSONAL_TYPES = frozenset(
    {
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }
)
"""Kinds of telephone numbers: not those of emergencies, and free and shared ones of companies."""

_TRIES = 500
"""Numbers that are none, after which the search for telephone numbers ends."""

_ROUNDS = 10
"""Searches at most: a number may show only when the one beside it is masked. 5,000 characters take 0.2 s at most."""


def find(text: str) -> list[PersonalDetail]:
    """Return the personal details in a text, in their order. They do not overlap."""
    folded, places = _fold(text)
    found: list[_Span] = []
    for _ in range(_ROUNDS):
        spans = list(_search(folded))
        found += spans
        for span in spans:
            folded = folded[: span.start] + _masked(folded[span.start : span.end]) + folded[span.end :]
    kept = set(places)
    details = []
    for span in sorted(found):
        start, end = places[span.start], places[span.end]
        masked = _masked("".join(text[at] for at in range(start, end) if at in kept))
        details.append(PersonalDetail(span.kind, start, end, masked))
    return details


def mask(text: str) -> str:
    """Return a text with its personal details masked. It is not longer, and has none any more."""
    parts, done = [], 0
    for detail in find(text):
        parts += [text[done : detail.start], detail.masked]
        done = detail.end
    return "".join([*parts, text[done:]])


def _fold(text: str) -> tuple[str, list[int]]:
    """Return the text as it is compared, and the place of each of its characters in the text, with that of the end."""
    chars, places = [], []
    for place, char in enumerate(text):
        if _SKIPPED.match(char):
            continue
        plain = unicodedata.normalize("NFKC", char)
        plain = plain if len(plain) == 1 else char
        digit = unicodedata.decimal(plain, None)
        chars.append(plain if digit is None else str(digit))
        places.append(place)
    return "".join(chars), [*places, len(text)]


def _masked(part: str) -> str:
    return "".join(MASK if char.isalnum() else char for char in part)


def _search(folded: str) -> Iterator[_Span]:
    """Yield what is found in a folded text; a span that overlaps an earlier one is left out."""
    read = _ALIKE.sub(lambda run: run[0].translate(_DIGITS), folded)
    taken: list[_Span] = []
    for span in (*_identity_numbers(read), *_telephones(read), *_plates(read)):
        if all(span.end <= other.start or other.end <= span.start for other in taken):
            taken.append(span)
            yield span


def _identity_numbers(text: str) -> Iterator[_Span]:
    for match in _IDENTITY.finditer(text):
        digits = "".join(filter(str.isdigit, match[0]))
        regency, day = int(digits[2:4]), int(digits[6:8])
        is_place = digits[:2] in PROVINCES and (1 <= regency <= _HIGHEST_REGENCY or regency in _CITIES)
        is_day = _is_day(day - _WOMEN if day > _WOMEN else day, int(digits[8:10]))
        if is_place and is_day and digits[4:6] != "00" and digits[12:] != "0000":
            yield _Span(*match.span(), PersonalDetailKind.IDENTITY_NUMBER)


def _is_day(day: int, month: int) -> bool:
    try:
        date(2000, month, day)  # a leap year: the century is not known
    except ValueError:
        return False
    return True


def _telephones(text: str) -> Iterator[_Span]:
    for match in phonenumbers.PhoneNumberMatcher(text, "ID", phonenumbers.Leniency.VALID, _TRIES):
        if phonenumbers.number_type(match.number) in _PERSONAL_TYPES:
            yield _Span(match.start, match.end, PersonalDetailKind.TELEPHONE)


def _plates(text: str) -> Iterator[_Span]:
    for match in _PLATE.finditer(text):
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        is_named = _VEHICLE.search(before) is not None
        if not is_named and (len(match["number"]) < _LONG_NUMBER or _ADDRESS.search(before)):
            continue
        if _is_series(match, text) and "".join(match.groups()).upper() not in _MODELS:
            yield _Span(*match.span(), PersonalDetailKind.PLATE)


def _is_series(match: "regex.Match[str]", text: str) -> bool:
    if match["series"].upper() not in _NO_SERIES:
        return True
    followed = text[match.end() :].lstrip(" .")[:1]
    return (match["code"] + match["series"]).isupper() and len(match["number"]) == 4 and not followed.isdigit()
