"""The reference data in memory, with lookup by code, by name and by point."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, product
from operator import attrgetter
from types import MappingProxyType
from typing import Final, Protocol, TypeVar

import numpy as np
import shapely

from models.reference.records import (
    AgencyRecord,
    AliasRecord,
    AreaRecord,
    BoundaryRecord,
    CategoryRecord,
    DiscRecord,
    KelurahanRecord,
    ReferenceData,
    ReferenceDataError,
    bundled_boundaries,
)
from rules.geography import check_coordinates, metres_per_degree
from rules.routing import FirstHandler
from rules.texts import plain

REACH_M: Final = 300.0
"""A point further than this from every disc is outside the area."""

MARGIN_M: Final = 100.0
"""A kelurahan whose discs are at most this much further off than the nearest one's is an alternative.

Measured by taking away 30 % of the discs of up to 60 m, which hug the borders, and locating points in them:
the nearest kelurahan was right for 73 %, and the right one was offered for 93 % with a margin of 30 m, for
97 % with 50 m, for 98.7 % with 100 m (1.4 alternatives a point) and for 99.3 % with 150 m.
"""

MAX_ALTERNATIVES: Final = 3

_TITLES = ("KELURAHAN", "KEL")
"""Titles that people write before a name, in normal form. The longer one comes first, so "Kelapa" stays whole."""

ABBREVIATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "B": ("BARAT",),
    "BAR": ("BARAT",),
    "BRT": ("BARAT",),
    "BT": ("BATU", "BUKIT"),
    "D": ("DUA",),
    "DURIAN": ("DUREN",),
    "G": ("GUNUNG",),
    "GN": ("GUNUNG",),
    "JEMB": ("JEMBATAN",),
    "JT": ("JATI",),
    "K": ("KALI", "KAMPUNG", "KEBON"),
    "KB": ("KEBON",),
    "KBN": ("KEBON",),
    "KBY": ("KEBAYORAN",),
    "KEBUN": ("KEBON",),
    "KERAMAT": ("KRAMAT",),
    "KLAPA": ("KELAPA",),
    "KLP": ("KELAPA",),
    "KP": ("KAMPUNG",),
    "KPG": ("KAMPUNG",),
    "KR": ("KRAMAT", "KARANG"),
    "MA": ("MUARA",),
    "MG": ("MANGGA",),
    "P": ("PULAU", "PULO", "PONDOK"),
    "PD": ("PONDOK",),
    "PDK": ("PONDOK",),
    "PL": ("PULAU", "PULO"),
    "PS": ("PASAR",),
    "PSR": ("PASAR",),
    "PULAU": ("PULO",),
    "PULO": ("PULAU",),
    "R": ("RAWA", "ROA"),
    "RW": ("RAWA",),
    "S": ("SELATAN", "SUNGAI"),
    "SEI": ("SUNGAI",),
    "SEL": ("SELATAN",),
    "SLT": ("SELATAN",),
    "SUNGEI": ("SUNGAI",),
    "T": ("TIMUR", "TANJUNG"),
    "TG": ("TANJUNG", "TEGAL"),
    "TIM": ("TIMUR",),
    "TJ": ("TANJUNG",),
    "TMN": ("TAMAN",),
    "TMR": ("TIMUR",),
    "TN": ("TANAH",),
    "TNH": ("TANAH",),
    "U": ("UTARA",),
    "UT": ("UTARA",),
    "UTR": ("UTARA",),
}
"""Words of names as maps and tables write them, with the words that they may stand for."""

_SHORT = re.compile(r"[A-Z]{2,}\.")
"""A word that is cut off, such as "Cip." for Cipinang, Cipete and Cipayung."""

_CONTRACTED = re.compile(r"[A-Z](?:[^AEIOU.]{2,}\.?|[^AEIOU.]\.)")
"""A word without its later vowels, such as "Bdk." for Badak, and perhaps without some of its later consonants too."""

_WORD = re.compile(r"[A-Z]+\.?")

_OLD_SPELLINGS: Final = {"TJ": "C", "DJ": "J", "NJ": "NY", "SJ": "SY", "OE": "U", "J": "Y"}
_OLD_SPELLING = re.compile(r"(?!\bTJ\b)(?:TJ|DJ|NJ|SJ|OE|J)")
"""The spelling before 1972, and OE before 1947: Tjilandak, Kebajoran. TJ by itself is Tanjung."""

_SEPARATORS = re.compile(r"[\s.\-/]+")
_NOT_A_LETTER = re.compile("[^A-Z]+")


@dataclass(frozen=True, slots=True)
class KecamatanRecord:
    """A kecamatan, with the codes of its kelurahan in order."""

    code: str
    name: str
    city_code: str
    kelurahan: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CityRecord:
    """A city, or the regency of the islands, with the codes of its kecamatan and kelurahan in order."""

    code: str
    name: str
    kecamatan: tuple[str, ...]
    kelurahan: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Location:
    """The kelurahan of a point, by code, and whether that is certain.

    `alternatives`: codes of other kelurahan it may be in, the likeliest first. Empty when `exact`.
    """

    kelurahan: str
    exact: bool
    alternatives: tuple[str, ...]


class Gazetteer:
    """All reference data of the city. It is immutable: new reference data need a new gazetteer.

    Every mapping is by code. `kelurahan`, `kecamatan` and `cities` are in the order of their codes,
    `agencies` and `categories` in the order of the reference data. They include what has ended or not begun; only what
    `is_live` gets reports. `live` has such kelurahan: others are found by their codes alone. Raises
    ReferenceDataError when the data contradict each other: a record about a code that does not exist, or one name or
    code for two kelurahan.
    """

    def __init__(self, reference: ReferenceData) -> None:
        _check_references(reference)
        ordered = sorted(reference.kelurahan, key=attrgetter("code"))
        self.kelurahan: Final[Mapping[str, KelurahanRecord]] = _by_code(ordered)
        self.live: Final[Mapping[str, KelurahanRecord]] = _by_code(one for one in ordered if one.is_live)
        self.kecamatan: Final[Mapping[str, KecamatanRecord]] = _by_code(_kecamatan(ordered))
        self.cities: Final[Mapping[str, CityRecord]] = _by_code(_cities(ordered))
        self.agencies: Final[Mapping[str, AgencyRecord]] = _by_code(reference.agencies)
        self.categories: Final[Mapping[str, CategoryRecord]] = _by_code(reference.categories)
        # Stored ones come with the command `load-reference`, since they take seconds to draw for other data.
        self.boundaries: Final[Mapping[str, BoundaryRecord]] = _by_code(reference.boundaries or bundled_boundaries())
        self._codes = _index(_codes(ordered))
        self._spellings = _index(_spellings(reference, self.live))
        self._names = [(record.name.upper().split(), record.code) for record in self.live.values()]
        areas = [area for area in reference.areas if area.code in self.live]
        self._polygons = _Polygons(areas)
        by_disc = self.live.keys() - {area.code for area in areas}
        self._discs = _Discs(disc for disc in reference.discs if disc.code in by_disc)

    def find_kelurahan(self, name_or_code: str) -> KelurahanRecord | None:
        """Return the only kelurahan that a name or code may mean, or None."""
        found = self.candidates(name_or_code)
        return found[0] if len(found) == 1 else None

    def candidates(self, name_or_code: str) -> list[KelurahanRecord]:
        """Return the kelurahan that a name or code may mean, in the order of their codes.

        Accepts a Kemendagri code or a BPS code, with or without dots, hyphens or spaces, a name or an alias. Names
        compare without case, spaces and punctuation, and may begin with "Kelurahan" or "Kel." Any other name may be
        abbreviated word by word, or in an old spelling. The beginning of several names means all of them. Words that
        lack letters in the middle are read only when the name means nothing else.
        """
        code = self._codes.get(_digits(name_or_code))
        if code is None:
            code = next((self._spellings[form] for form in _forms(name_or_code) if form in self._spellings), None)
        if code is not None:
            return [self.kelurahan[code]]
        written = name_or_code.upper()
        texts = (written, _OLD_SPELLING.sub(lambda old: _OLD_SPELLINGS[old[0]], written))
        for may_mean, text in product((_may_mean, _may_lack_letters), texts):
            if _normal_form(text) in self._spellings:
                return [self.kelurahan[self._spellings[_normal_form(text)]]]
            named = self._shortened(_WORD.findall(text), may_mean)
            if named:
                return [self.kelurahan[code] for code in named]
        return []

    def _shortened(self, words: list[str], may_mean: Callable[[str, str], bool]) -> list[str]:
        """Return the codes of the kelurahan whose words are abbreviated so, or else of several that begin so."""
        whole, begun = self._begun(words, may_mean)
        if words and words[0].rstrip(".") in _TITLES:  # "Kel." may stand for Kelapa too
            untitled, begun = self._begun(words[1:], may_mean)
            whole = whole | untitled
        return sorted(whole or begun) if whole or len(begun) > 1 else []

    def _begun(self, words: list[str], may_mean: Callable[[str, str], bool]) -> tuple[set[str], set[str]]:
        """Return the codes of the kelurahan whose words are abbreviated so, and of all that begin so."""
        begun = {code for name, code in self._names if 0 < len(words) <= len(name) and all(map(may_mean, words, name))}
        return {code for code in begun if len(self.kelurahan[code].name.split()) == len(words)}, begun

    def described(self, codes: Iterable[str]) -> str:
        """Return the kelurahan with their codes, kecamatan and cities, for people to choose from."""
        chosen = (self.kelurahan[code] for code in codes)
        return "; ".join(f"{one.name} ({one.code}, {one.kecamatan}, {one.city})" for one in chosen)

    def search(self, text: str) -> list[KelurahanRecord]:
        """Return the kelurahan with a name or alias that contains `text`, for a search box.

        The best match comes first: the whole name, then its beginning, then any part; equal matches are ordered by
        code. A code finds its kelurahan. Text without letters finds nothing.
        """
        code = self._codes.get(_digits(text))
        if code is not None:
            return [self.kelurahan[code]]
        for form, full in zip(_forms(text), _forms(_written_out(text)), strict=False):
            ranks = self._ranks(full) | self._ranks(form)
            if ranks:
                return [self.kelurahan[code] for code in sorted(sorted(ranks), key=ranks.__getitem__)]
        return []

    def locate(self, latitude: float, longitude: float) -> Location | None:
        """Return the kelurahan of a point (degrees, WGS 84), or None outside the area.

        - In an official polygon: exact. On a border, or where polygons overlap, the lowest code.
        - Otherwise by the discs of the kelurahan that have no polygon. In a disc: exact. Else the one whose disc has
          the nearest edge, with up to 3 alternatives at most `MARGIN_M` further off. Further than `REACH_M` from
          every disc: None.

        So when every kelurahan has a polygon, a point just outside all of them is outside the area: the borders are
        known and nothing is guessed. Coordinates that `check_coordinates` refuses: None.
        """
        if check_coordinates(latitude, longitude) is not None:
            return None
        code = self._polygons.containing(latitude, longitude)
        if code is not None:
            return Location(code, exact=True, alternatives=())
        return self._discs.nearest(latitude, longitude)

    @staticmethod
    def plausible(location: Location, code: str) -> bool:
        """Return whether a citizen's own choice of kelurahan is accepted: the located one or an alternative."""
        return code == location.kelurahan or code in location.alternatives

    def _ranks(self, form: str) -> dict[str, int]:
        ranks: dict[str, int] = {}
        for spelling, code in self._spellings.items():
            if form in spelling:
                rank = 0 if spelling == form else 1 if spelling.startswith(form) else 2
                ranks[code] = min(rank, ranks.get(code, rank))
        return ranks


class _Polygons:
    """The official areas, in an index over their bounding boxes."""

    def __init__(self, areas: Iterable[AreaRecord]) -> None:
        ordered = sorted(areas, key=attrgetter("code"))
        self._codes = tuple(area.code for area in ordered)
        self._tree = shapely.STRtree([shapely.from_wkb(area.wkb) for area in ordered])

    def containing(self, latitude: float, longitude: float) -> str | None:
        """Return the lowest code among the polygons that contain or touch the point."""
        found = self._tree.query(shapely.Point(longitude, latitude), predicate="intersects")
        return self._codes[found.min()] if found.size else None


class _Discs:
    """The discs as columns, so that one vector operation gives the distances to all of them."""

    def __init__(self, discs: Iterable[DiscRecord]) -> None:
        ordered = sorted(discs, key=attrgetter("code"))
        self._codes = tuple(disc.code for disc in ordered)
        self._latitudes = np.array([disc.latitude for disc in ordered], dtype=np.float64)
        self._longitudes = np.array([disc.longitude for disc in ordered], dtype=np.float64)
        self._radii = np.array([disc.radius_m for disc in ordered], dtype=np.float64)

    def nearest(self, latitude: float, longitude: float) -> Location | None:
        """Locate a point by the disc with the nearest edge; the lower code wins among equally near ones.

        Distances are planar, at the point's own latitude. Within 2 km (the largest disc plus the reach) they differ
        from the geodesic by less than 2 cm.
        """
        if not self._codes:
            return None
        north, east = metres_per_degree(latitude)
        distances = np.hypot((self._latitudes - latitude) * north, (self._longitudes - longitude) * east)
        gaps = distances - self._radii
        best = int(gaps.argmin())
        if gaps[best] <= 0:
            return Location(self._codes[best], exact=True, alternatives=())
        if gaps[best] > REACH_M:
            return None
        near = np.flatnonzero(gaps <= gaps[best] + MARGIN_M)
        by_gap = near[gaps[near].argsort(kind="stable")]
        kelurahan, *others = dict.fromkeys(self._codes[index] for index in by_gap)
        return Location(kelurahan, exact=False, alternatives=tuple(others[:MAX_ALTERNATIVES]))


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


_Record = TypeVar("_Record", bound=_Coded)


def _by_code(records: Iterable[_Record]) -> Mapping[str, _Record]:
    return MappingProxyType({record.code: record for record in records})


def _kecamatan(ordered: list[KelurahanRecord]) -> Iterator[KecamatanRecord]:
    for code, group in groupby(ordered, key=attrgetter("kecamatan_code")):
        first, *rest = group
        members = (first.code, *(record.code for record in rest))
        yield KecamatanRecord(code, first.kecamatan, first.city_code, members)


def _cities(ordered: list[KelurahanRecord]) -> Iterator[CityRecord]:
    for code, group in groupby(ordered, key=attrgetter("city_code")):
        members = list(group)
        kecamatan = tuple(dict.fromkeys(record.kecamatan_code for record in members))
        yield CityRecord(code, members[0].city, kecamatan, tuple(record.code for record in members))


def _codes(kelurahan: Iterable[KelurahanRecord]) -> Iterator[tuple[str, str]]:
    """Yield the digits of both codes of each kelurahan, with its code.

    Kemendagri and BPS number the cities differently, but their ten digits cannot be confused: the seventh digit is 1
    for Kemendagri (a kelurahan's own number starts at 1001) and 0 for BPS (the third digit of a kecamatan's three).
    `_index` refuses reference data for which that does not hold.
    """
    for record in kelurahan:
        yield _digits(record.code), record.code
        yield record.bps_code, record.code


def _spellings(reference: ReferenceData, live: Mapping[str, KelurahanRecord]) -> Iterator[tuple[str, str]]:
    for record in live.values():
        yield _normal_form(record.name), record.code
    for alias in reference.aliases:
        if alias.code in live:
            yield _normal_form(alias.alias), alias.code


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return a mapping from spellings to codes. Raises ReferenceDataError when a spelling means two kelurahan."""
    index: dict[str, str] = {}
    for written, code in pairs:
        other = index.setdefault(written, code)
        if other != code:
            raise ReferenceDataError(f'"{written}" means both {other} and {code}; it must mean one kelurahan')
    return index


def _digits(code: str) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", plain(code)))


def _written_out(name: str) -> str:
    return " ".join(ABBREVIATIONS.get(word, (word,))[0] for word in _NOT_A_LETTER.split(name.upper()))


def _may_mean(word: str, full: str) -> bool:
    """Return whether a word as written may stand for a word of a name in its place."""
    bare = word.rstrip(".")
    return (
        bare == full
        or full in ABBREVIATIONS.get(bare, ())
        or (_SHORT.match(word) is not None and full.startswith(bare))
    )


def _may_lack_letters(word: str, full: str) -> bool:
    """Return whether a word may stand for a word of a name, perhaps by the first letter and some later consonants."""
    later = iter(full[1:])
    return _may_mean(word, full) or (
        _CONTRACTED.fullmatch(word) is not None
        and word[0] == full[0]
        and all(letter in later for letter in word[1:].rstrip("."))
    )


def _normal_form(text: str) -> str:
    return _NOT_A_LETTER.sub("", text.upper())


def _forms(text: str) -> Iterator[str]:
    """Yield the normal form without either title; never an empty one."""
    form = _normal_form(text)
    for title in _TITLES:
        rest = form.removeprefix(title)
        if rest:
            yield rest


def _check_references(reference: ReferenceData) -> None:
    kelurahan = {record.code for record in reference.kelurahan}
    agencies = {record.code for record in reference.agencies}
    located: tuple[AliasRecord | DiscRecord | AreaRecord, ...] = (
        *reference.aliases,
        *reference.discs,
        *reference.areas,
    )
    for record in located:
        if record.code not in kelurahan:
            raise ReferenceDataError(
                f"{type(record).__name__} for {record.code}, which is not a kelurahan of the reference data"
            )
    for category in reference.categories:
        if category.agency is None and category.handler is FirstHandler.AGENCY:
            raise ReferenceDataError(f"category {category.code} goes to an AGENCY first, but names no agency")
        if category.agency is not None and category.agency not in agencies:
            raise ReferenceDataError(
                f"category {category.code} names {category.agency}, which is not an agency of the reference data"
            )
