import math
import random
import re
from dataclasses import replace
from functools import cache
from itertools import product

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from models.reference.gazetteer import ABBREVIATIONS, MARGIN_M, MAX_ALTERNATIVES, REACH_M, Gazetteer, Location
from models.reference.records import (
    AliasRecord,
    AreaRecord,
    DiscRecord,
    KelurahanRecord,
    ReferenceData,
    ReferenceDataError,
    bundled,
)
from rules.geography import metres_between, metres_per_degree
from rules.routing import FirstHandler

REFERENCE = bundled()
GAZETTEER = Gazetteer(REFERENCE)
CODES = tuple(GAZETTEER.kelurahan)
GAMBIR, CIDENG = "31.71.01.1001", "31.71.01.1002"
MONAS = (-6.1754, 106.8272)
BANDUNG = (-6.9175, 107.6191)

anywhere = st.tuples(st.floats(-6.4, -5.4), st.floats(106.3, 107.1))
in_the_city = st.tuples(st.floats(-6.37, -6.08), st.floats(106.68, 106.98))
spellings = st.sampled_from(
    [(record.name, record.code) for record in REFERENCE.kelurahan]
    + [(record.alias, record.code) for record in REFERENCE.aliases]
)


def away(centre: tuple[float, float], metres: float, bearing: float = 0.0) -> tuple[float, float]:
    """Return the point `metres` away from `centre`, `bearing` radians from north."""
    north, east = metres_per_degree(centre[0])
    return (
        centre[0] + metres * math.cos(bearing) / north,
        centre[1] + metres * math.sin(bearing) / east,
    )


def disc_at(code: str, gap: float, bearing: float, radius: float = 50.0) -> DiscRecord:
    """Return a disc whose edge is `gap` metres from Monas."""
    return DiscRecord(code, *away(MONAS, gap + radius, bearing), radius)


def outline(discs: list[DiscRecord]) -> bytes:
    """Return the polygon that discs cover, just inside their edges."""
    polygons = []
    for disc in discs:
        centre = (disc.latitude, disc.longitude)
        points = [away(centre, disc.radius_m * 0.9999, turn * math.tau / 96) for turn in range(96)]
        polygons.append(shapely.Polygon([(longitude, latitude) for latitude, longitude in points]))
    return shapely.to_wkb(shapely.union_all(polygons))


@cache
def outlines() -> tuple[AreaRecord, ...]:
    discs: dict[str, list[DiscRecord]] = {}
    for disc in REFERENCE.discs:
        discs.setdefault(disc.code, []).append(disc)
    return tuple(AreaRecord(code, outline(parts)) for code, parts in discs.items())


@cache
def drawn(step: int = 1) -> Gazetteer:
    """Return a gazetteer with the polygon of every `step`-th kelurahan."""
    return Gazetteer(replace(REFERENCE, areas=outlines()[::step]))


def box(code: str, west: float, south: float, east: float, north: float) -> AreaRecord:
    return AreaRecord(code, shapely.to_wkb(shapely.box(west, south, east, north)))


# ---- contents -------------------------------------------------------------------------------------


def test_bundled_data_has_267_kelurahan_44_kecamatan_6_cities_20_agencies() -> None:
    mappings = (GAZETTEER.kelurahan, GAZETTEER.kecamatan, GAZETTEER.cities, GAZETTEER.agencies, GAZETTEER.categories)
    assert [len(mapping) for mapping in mappings] == [267, 44, 6, 20, 30]


def test_places_are_ordered_by_code_whatever_the_order_of_the_records() -> None:
    turned = Gazetteer(replace(REFERENCE, kelurahan=REFERENCE.kelurahan[::-1], discs=REFERENCE.discs[::-1]))
    for gazetteer in (GAZETTEER, turned):
        for mapping in (gazetteer.kelurahan, gazetteer.kecamatan, gazetteer.cities):
            assert list(mapping) == sorted(mapping)
    assert turned.kecamatan == GAZETTEER.kecamatan
    assert turned.cities == GAZETTEER.cities


def test_each_kelurahan_belongs_to_exactly_its_kecamatan_and_city() -> None:
    members = [code for kecamatan in GAZETTEER.kecamatan.values() for code in kecamatan.kelurahan]
    assert members == list(CODES)
    assert [code for city in GAZETTEER.cities.values() for code in city.kelurahan] == list(CODES)
    assert [code for city in GAZETTEER.cities.values() for code in city.kecamatan] == list(GAZETTEER.kecamatan)
    for record in GAZETTEER.kelurahan.values():
        kecamatan, city = GAZETTEER.kecamatan[record.kecamatan_code], GAZETTEER.cities[record.city_code]
        assert (kecamatan.name, kecamatan.city_code) == (record.kecamatan, record.city_code)
        assert record.code in kecamatan.kelurahan
        assert (city.name, kecamatan.code in city.kecamatan) == (record.city, True)


def test_gazetteer_is_immutable() -> None:
    for mapping in (
        GAZETTEER.kelurahan,
        GAZETTEER.kecamatan,
        GAZETTEER.cities,
        GAZETTEER.agencies,
        GAZETTEER.categories,
    ):
        with pytest.raises(TypeError):
            mapping["X"] = None  # type: ignore[index]  # it must fail at run time too


@pytest.mark.parametrize(
    ("reference", "complaint"),
    [
        (replace(REFERENCE, aliases=(AliasRecord("Monas", "31.71.01.9999"),)), "AliasRecord for 31.71.01.9999"),
        (replace(REFERENCE, discs=(DiscRecord("X", *MONAS, 5.0),)), "DiscRecord for X"),
        (replace(REFERENCE, areas=(box("X", 106, -7, 107, -6),)), "AreaRecord for X"),
        (replace(REFERENCE, agencies=REFERENCE.agencies[1:]), "names BINA_MARGA, which is not an agency"),
        (
            replace(REFERENCE, categories=(replace(REFERENCE.categories[0], agency=None),)),
            "category BANJIR goes to an AGENCY first, but names no agency",
        ),
        (
            replace(REFERENCE, aliases=(AliasRecord("gam-bir", CIDENG),)),
            f'"GAMBIR" means both {GAMBIR} and {CIDENG}',
        ),
        (
            replace(
                REFERENCE,
                kelurahan=(REFERENCE.kelurahan[0], replace(REFERENCE.kelurahan[1], bps_code="3101011001")),
                aliases=(),
                discs=(),
            ),
            '"3101011001" means both 31.01.01.1001 and 31.01.01.1002',
        ),
    ],
)
def test_contradictory_records_are_refused(reference: ReferenceData, complaint: str) -> None:
    with pytest.raises(ReferenceDataError, match=complaint):
        Gazetteer(reference)


def test_category_handled_by_the_kelurahan_needs_no_agency() -> None:
    assert GAZETTEER.categories["LAINNYA"].handler is FirstHandler.KELURAHAN
    assert GAZETTEER.categories["LAINNYA"].agency is None


# ---- names and codes ------------------------------------------------------------------------------


@st.composite
def scribbles(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a known spelling as people type it, with the code of its kelurahan."""
    spelling, code = draw(spellings)
    title = draw(st.sampled_from(["", "", "Kelurahan ", "kelurahan", "Kel. ", "KEL", "kel."]))
    junk = st.text(" .,-_/()'\"0123456789\t\N{NO-BREAK SPACE}", max_size=2)
    letters = [draw(st.sampled_from([letter.upper(), letter.lower()])) for letter in title + spelling]
    return "".join(draw(junk) + letter for letter in letters) + draw(junk), code


@given(scribbles())
def test_each_name_and_alias_is_found_in_any_spelling(scribble: tuple[str, str]) -> None:
    text, code = scribble
    found = GAZETTEER.find_kelurahan(text)
    assert found is not None
    assert found.code == code
    assert GAZETTEER.search(text)[0].code == code


def shortened(word: str) -> list[str]:
    """Return a word of a name, whole and in each known abbreviation, and cut off."""
    known = [f"{each.title()}{dot}" for each, full in ABBREVIATIONS.items() if word in full for dot in ("", ".")]
    return [word, *known, *(f"{word[:length]}." for length in range(2, len(word)))]


@pytest.mark.parametrize("code", CODES)
def test_abbreviated_name_means_its_kelurahan_among_others(code: str) -> None:
    for words in product(*map(shortened, GAZETTEER.kelurahan[code].name.upper().split())):
        for text in (" ".join(words), f"Kel. {'  '.join(words)}"):
            named = [record.code for record in GAZETTEER.candidates(text)]
            # "Jati." is Jati, and "Jelam. Bar." is Jelambar.
            assert code in named or any(bare("".join(words)) == bare(record.name) for record in REFERENCE.kelurahan)
            assert named == sorted(named)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tj. Duren Sel.", ["Tanjung Duren Selatan"]),
        ("Kb. Jeruk", ["Kebon Jeruk"]),
        ("Kebonjeruk", ["Kebon Jeruk"]),
        ("Kebun Sirih", ["Kebon Sirih"]),
        ("Cip. Melayu", ["Cipinang Melayu"]),
        ("Pal Merah", ["Palmerah"]),
        ("Pulau Gadung", ["Pulo Gadung"]),
        ("Bt. Ampar", ["Batu Ampar"]),
        ("Bt. Duri", ["Bukit Duri"]),
        ("Rw. Bdk. Sel.", ["Rawa Badak Selatan"]),
        ("Rw Bdk Utr", ["Rawa Badak Utara"]),
        ("Kel. Rw. Bdk.", ["Rawa Badak Utara", "Rawa Badak Selatan"]),
        ("Ckng. Tmr.", ["Cengkareng Timur", "Cakung Timur"]),
        ("Cngkrng Brt", ["Cengkareng Barat"]),
        ("Krt.", ["Kartini", "Kramat", "Krukut", "Karet", "Kramatjati"]),
        ("Glr.", ["Gelora", "Galur"]),
        ("Mngg. D. Sltn.", ["Mangga Dua Selatan"]),
        ("Bd", []),
        ("Kel. " * 3_000, []),
        ("Tjilandak Timoer", ["Cilandak Timur"]),
        ("Kebajoran Lama Oetara", ["Kebayoran Lama Utara"]),
        ("Tj. Duren", ["Tanjung Duren Utara", "Tanjung Duren Selatan"]),
        ("Kel. Cip.", ["Cipulir", "Cipedak", "Cipinang", "Cipayung"]),
        ("Kali", []),
        ("S", []),
    ],
)
def test_names_as_maps_and_tables_write_them(text: str, expected: list[str]) -> None:
    assert names(GAZETTEER.candidates(text)) == expected
    assert GAZETTEER.find_kelurahan(text) is (GAZETTEER.candidates(text)[0] if len(expected) == 1 else None)


def test_names_without_later_vowels_are_read_or_offered() -> None:
    read = {"": 0, ".": 0}
    for record, dot in product(REFERENCE.kelurahan, read):
        words = record.name.upper().split()
        text = " ".join(f"{word[0]}{re.sub('[AEIOU]', '', word[1:])}{dot}" for word in words)
        found = GAZETTEER.candidates(text)
        assert record in found or not dot, text
        read[dot] += found == [record]
    assert read == {".": 250, "": 202}  # 5 and 5 by the table and cut-off words alone


def test_candidates_are_described_with_code_kecamatan_and_city() -> None:
    assert GAZETTEER.described([GAMBIR]) == f"Gambir ({GAMBIR}, Gambir, Kota Administrasi Jakarta Pusat)"


@pytest.mark.parametrize("code", CODES)
def test_kelurahan_is_found_by_each_form_of_its_code(code: str) -> None:
    record = GAZETTEER.kelurahan[code]
    spelled = (code.replace(".", ""), code.replace(".", " "), code.replace(".", "-"), f" {code}\n", f"\u200b{code}")
    for written in (code, *spelled, record.bps_code):
        assert GAZETTEER.find_kelurahan(written) is record
        assert GAZETTEER.search(written) == [record]


def test_codes_of_kemendagri_and_bps_never_coincide() -> None:
    kemendagri = {code.replace(".", "") for code in CODES}
    bps = {record.bps_code for record in GAZETTEER.kelurahan.values()}
    assert {digits[6] for digits in kemendagri} == {"1"}
    assert {digits[6] for digits in bps} == {"0"}
    assert {len(digits) for digits in kemendagri | bps} == {10}


def test_3171_is_jakarta_pusat_for_kemendagri_and_jakarta_selatan_for_bps() -> None:
    pusat = GAZETTEER.find_kelurahan("3171011001")
    selatan = GAZETTEER.find_kelurahan(next(f.bps_code for f in REFERENCE.kelurahan if f.bps_code.startswith("3171")))
    assert pusat is not None
    assert selatan is not None
    assert (pusat.city_code, selatan.city_code) == ("31.71", "31.74")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "123",
        "Bandung",
        "Kelurahan",
        "Kel.",
        "Jakarta Pusat",
        "31.71",
        "31.71.01",
        "31.71.01.9999",
        "Gambi",
    ],
)
def test_text_that_names_no_kelurahan_is_not_found(text: str) -> None:
    assert GAZETTEER.find_kelurahan(text) is None


def test_kelapa_dua_is_not_read_as_title_kel_and_apa_dua() -> None:
    for text in ("Kelapa Dua", "Kel. Kelapa Dua", "KELURAHAN KELAPA DUA"):
        found = GAZETTEER.find_kelurahan(text)
        assert found is not None
        assert found.name == "Kelapa Dua"


def test_search_ranks_whole_names_then_prefixes_then_parts_then_by_code() -> None:
    assert names(GAZETTEER.search("kelapa dua")) == ["Kelapa Dua", "Kelapa Dua Wetan"]
    assert names(GAZETTEER.search("kelapa")) == [
        "Kelapa Gading Timur",
        "Kelapa Gading Barat",
        "Kelapa Dua",
        "Kelapa Dua Wetan",
        "Pulau Kelapa",
        "Kebon Kelapa",
        "Pondok Kelapa",
    ]


def test_search_ranks_by_the_best_spelling_whatever_the_record_order() -> None:
    aliases = (AliasRecord("Old Gambir", GAMBIR), AliasRecord("Gambir Barat", CIDENG))
    gazetteer = Gazetteer(replace(REFERENCE, aliases=aliases, kelurahan=REFERENCE.kelurahan[::-1]))
    assert names(gazetteer.search("gambir")) == ["Gambir", "Cideng"]
    assert names(gazetteer.search("kelapa")) == names(GAZETTEER.search("kelapa"))


def test_search_finds_aliases_and_ignores_titles() -> None:
    assert names(GAZETTEER.search("malaw")) == ["Melawai"]
    assert names(GAZETTEER.search("kel. gamb")) == names(GAZETTEER.search("Kelurahan Gamb")) == ["Gambir"]


@pytest.mark.parametrize("text", ["", "  ", "...", "12", "xyzzy", "kelurahan"])
def test_search_without_letters_of_a_name_finds_nothing(text: str) -> None:
    assert GAZETTEER.search(text) == []


@given(st.data())
def test_search_finds_exactly_names_and_aliases_containing_the_fragment(
    data: st.DataObject,
) -> None:
    spelling = bare(data.draw(spellings)[0])
    start = data.draw(st.integers(0, len(spelling) - 1))
    fragment = spelling[start : data.draw(st.integers(start + 1, len(spelling)))]
    known = [(bare(f.name), f.code) for f in REFERENCE.kelurahan] + [(bare(f.alias), f.code) for f in REFERENCE.aliases]
    found = [record.code for record in GAZETTEER.search(fragment.lower())]
    assert len(found) == len(set(found))
    wanted = {fragment, *ABBREVIATIONS.get(fragment, ())[:1]}  # "Pulo" is another word for "Pulau"
    assert set(found) == {code for name, code in known if any(each in name for each in wanted)}


def names(reference: list[KelurahanRecord]) -> list[str]:
    return [record.name for record in reference]


def bare(name: str) -> str:
    return "".join(letter for letter in name.upper() if "A" <= letter <= "Z")


# ---- points, by discs -----------------------------------------------------------------------------


def test_monas_is_in_gambir_and_bandung_is_outside_the_area() -> None:
    for gazetteer in (GAZETTEER, drawn(), drawn(2)):
        assert gazetteer.locate(*MONAS) == Location(GAMBIR, exact=True, alternatives=())
        assert gazetteer.locate(*BANDUNG) is None


@pytest.mark.parametrize("step", [None, 2, 1])
def test_centre_of_each_disc_is_located_exactly_in_its_kelurahan(step: int | None) -> None:
    gazetteer = GAZETTEER if step is None else drawn(step)
    for disc in REFERENCE.discs:
        assert gazetteer.locate(disc.latitude, disc.longitude) == Location(disc.code, exact=True, alternatives=())


def test_inner_point_of_a_kelurahan_is_located_in_it_with_two_exceptions() -> None:
    """Two inner points are in no disc, and one of them is 4 m nearer to a disc of a neighbour."""
    located = {
        code: GAZETTEER.locate(record.latitude, record.longitude) for code, record in GAZETTEER.kelurahan.items()
    }
    exact = {code for code in CODES if located[code] == Location(code, exact=True, alternatives=())}
    assert set(CODES) - exact == {"31.72.04.1004", "31.74.04.1005"}
    assert located["31.72.04.1004"] == Location("31.72.04.1004", exact=False, alternatives=())
    assert located["31.74.04.1005"] == Location("31.75.04.1005", False, ("31.74.04.1005",))


inside = st.builds(
    lambda disc, depth, bearing: (
        disc.code,
        away((disc.latitude, disc.longitude), disc.radius_m * depth, bearing),
    ),
    st.sampled_from(REFERENCE.discs),
    st.floats(0, 0.99),
    st.floats(0, math.tau),
)


@given(inside)
def test_point_inside_a_disc_is_located_exactly(found: tuple[str, tuple[float, float]]) -> None:
    code, point = found
    assert GAZETTEER.locate(*point) == Location(code, exact=True, alternatives=())


@given(anywhere | in_the_city)
def test_location_equals_the_one_from_measuring_each_disc(point: tuple[float, float]) -> None:
    gaps: dict[str, float] = {}
    for disc in REFERENCE.discs:
        gap = metres_between(*point, disc.latitude, disc.longitude) - disc.radius_m
        gaps[disc.code] = min(gap, gaps.get(disc.code, gap))
    code, *others = sorted(gaps, key=gaps.__getitem__)
    near = [other for other in others if gaps[other] <= gaps[code] + MARGIN_M]
    location = GAZETTEER.locate(*point)
    if gaps[code] > REACH_M:
        assert location is None
    elif gaps[code] <= 0:
        assert location == Location(code, exact=True, alternatives=())
    else:
        assert location == Location(code, exact=False, alternatives=tuple(near[:MAX_ALTERNATIVES]))


@given(st.floats() | st.floats(-200, 200), st.floats() | st.floats(-200, 200))
def test_locate_accepts_any_two_numbers(latitude: float, longitude: float) -> None:
    for gazetteer in (GAZETTEER, drawn()):
        location = gazetteer.locate(latitude, longitude)
        assert location is None or location.kelurahan in CODES


@pytest.mark.parametrize("point", [MONAS[::-1], (math.nan, 106.8), (-6.2, math.inf), (-96.2, 106.8)])
def test_invalid_coordinates_have_no_location(point: tuple[float, float]) -> None:
    assert GAZETTEER.locate(*point) is None


def test_alternatives_are_the_three_nearest_kelurahan_within_the_margin() -> None:
    gaps = [10.0, 10.0 + MARGIN_M + 1, 40.0, 10.0 + MARGIN_M - 1, 20.0, 30.0]
    discs = tuple(disc_at(code, gap, turn) for turn, (code, gap) in enumerate(zip(CODES[:6], gaps, strict=True)))
    again = (disc_at(CODES[0], 15.0, 3.3, 500.0), disc_at(CODES[4], 25.0, 2.2, 500.0))
    gazetteer = Gazetteer(replace(REFERENCE, discs=discs + again))
    assert gazetteer.locate(*MONAS) == Location(CODES[0], False, (CODES[4], CODES[5], CODES[2]))
    without_two = Gazetteer(replace(REFERENCE, discs=(*discs[:3], discs[3])))
    assert without_two.locate(*MONAS) == Location(CODES[0], False, (CODES[2], CODES[3]))


def test_lower_code_comes_first_of_two_equally_near_kelurahan() -> None:
    low, high = disc_at(CODES[3], 10.0, 1.0), disc_at(CODES[7], 10.0, 1.0)
    for discs in ((low, high), (high, low)):
        assert Gazetteer(replace(REFERENCE, discs=discs)).locate(*MONAS) == Location(CODES[3], False, (CODES[7],))


def test_point_over_300_m_from_all_discs_is_outside_the_area() -> None:
    near = Gazetteer(replace(REFERENCE, discs=(disc_at(GAMBIR, 299.5, 1.0),)))
    far = Gazetteer(replace(REFERENCE, discs=(disc_at(GAMBIR, 300.5, 1.0),)))
    assert near.locate(*MONAS) == Location(GAMBIR, exact=False, alternatives=())
    assert far.locate(*MONAS) is None


def test_all_points_are_outside_the_area_without_discs_and_polygons() -> None:
    assert Gazetteer(replace(REFERENCE, discs=())).locate(*MONAS) is None


def test_near_a_border_98_of_100_points_are_offered_their_kelurahan() -> None:
    """Hide small discs, which are close to borders, and locate points in them: `MARGIN_M` was measured this way."""
    dice = random.Random(2025)
    small = [disc for disc in REFERENCE.discs if disc.radius_m <= 60]
    first = offered = total = 0
    for _ in range(5):
        hidden = {disc: None for disc in small if dice.random() < 0.3}
        gazetteer = Gazetteer(replace(REFERENCE, discs=tuple(disc for disc in REFERENCE.discs if disc not in hidden)))
        for disc in [*hidden] * 6:
            centre, metres = (disc.latitude, disc.longitude), disc.radius_m * math.sqrt(dice.random())
            location = gazetteer.locate(*away(centre, metres, dice.random() * math.tau))
            if location is not None and not location.exact:
                total += 1
                first += location.kelurahan == disc.code
                offered += gazetteer.plausible(location, disc.code)
    assert total > 1000
    assert first > 0.70 * total
    assert offered > 0.98 * total


def test_choice_is_plausible_if_it_is_the_location_or_an_alternative() -> None:
    location = Location(CODES[0], exact=False, alternatives=(CODES[1], CODES[2]))
    assert [GAZETTEER.plausible(location, code) for code in CODES[:4]] == [True, True, True, False]


# ---- points, by official polygons -----------------------------------------------------------------


@given(inside)
def test_polygons_and_discs_agree_inside_discs(found: tuple[str, tuple[float, float]]) -> None:
    code, point = found
    for gazetteer in (drawn(), drawn(2)):
        assert gazetteer.locate(*point) == Location(code, exact=True, alternatives=())


@given(in_the_city)
def test_location_is_exact_or_missing_with_all_polygons_loaded(point: tuple[float, float]) -> None:
    location = drawn().locate(*point)
    assert location is None or location == GAZETTEER.locate(*point)
    assert location is None or location.exact


def test_point_just_outside_all_polygons_is_outside_the_area() -> None:
    guess = next(
        point
        for turn in range(100_000)
        if (location := GAZETTEER.locate(*(point := away(MONAS, turn * 2.0, turn)))) and not location.exact
    )
    assert drawn().locate(*guess) is None


def test_point_on_a_border_belongs_to_the_lower_code() -> None:
    west, east = box(CIDENG, 106.82, -6.18, 106.83, -6.17), box(GAMBIR, 106.83, -6.18, 106.84, -6.17)
    for areas in ((west, east), (east, west)):
        gazetteer = Gazetteer(replace(REFERENCE, areas=areas))
        assert gazetteer.locate(-6.175, 106.83) == Location(GAMBIR, exact=True, alternatives=())
        assert gazetteer.locate(-6.175, 106.829) == Location(CIDENG, exact=True, alternatives=())


def test_polygon_takes_precedence_over_disc() -> None:
    gazetteer = Gazetteer(replace(REFERENCE, areas=(box(CIDENG, 106.82, -6.18, 106.83, -6.17),)))
    assert gazetteer.locate(*MONAS) == Location(CIDENG, exact=True, alternatives=())


def test_discs_of_a_kelurahan_with_a_polygon_are_ignored() -> None:
    far_off = box(GAMBIR, 106.0, -6.1, 106.1, -6.0)
    gazetteer = Gazetteer(
        replace(REFERENCE, areas=(far_off,), discs=(disc_at(GAMBIR, -20, 1.0), disc_at(CIDENG, 80, 2.0)))
    )
    assert gazetteer.locate(*MONAS) == Location(CIDENG, exact=False, alternatives=())
