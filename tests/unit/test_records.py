import csv
import json
from collections import Counter
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import shapely

from models.reference.records import (
    CategoryRecord,
    DayOffRecord,
    ReferenceData,
    ReferenceDataError,
    bundled,
    categories_of,
    read_areas,
    read_days_off,
)
from rules.routing import AgencyKind, FirstHandler, first_handler
from rules.service_time import DayOffKind, ServiceHours

GAMBIR = "31.71.01.1001"
CIDENG = "31.71.01.1002"
KNOWN = frozenset({GAMBIR, CIDENG})


@pytest.fixture(scope="module")
def facts() -> ReferenceData:
    return bundled()


def test_bundled_tables_are_complete(facts: ReferenceData) -> None:
    assert len(facts.kelurahan) == len({fact.code for fact in facts.kelurahan}) == 267
    assert len({fact.bps_code for fact in facts.kelurahan}) == 267
    assert len({fact.kecamatan_code for fact in facts.kelurahan}) == 44
    assert len({fact.city_code for fact in facts.kelurahan}) == 6
    assert len(facts.agencies) == len({fact.code for fact in facts.agencies}) == 20
    assert len(facts.categories) == len({fact.code for fact in facts.categories}) == 30
    assert len(facts.aliases) == 25
    assert len(facts.discs) == 4431
    assert facts.areas == ()
    assert Counter((fact.date.year, fact.kind) for fact in facts.days_off) == {
        (2025, DayOffKind.HOLIDAY): 17,
        (2025, DayOffKind.JOINT_LEAVE): 11,
        (2026, DayOffKind.HOLIDAY): 17,
        (2026, DayOffKind.JOINT_LEAVE): 8,
        (2027, DayOffKind.HOLIDAY): 18,
        (2027, DayOffKind.JOINT_LEAVE): 8,
    }


def test_all_codes_in_bundled_records_exist(facts: ReferenceData) -> None:
    kelurahan = {fact.code for fact in facts.kelurahan}
    assert {fact.code for fact in facts.discs} == kelurahan
    assert {fact.code for fact in facts.aliases} <= kelurahan
    assert {fact.agency for fact in facts.categories} - {None} == {fact.code for fact in facts.agencies}


def test_code_of_a_kelurahan_begins_with_those_of_kecamatan_and_city(facts: ReferenceData) -> None:
    for fact in facts.kelurahan:
        assert fact.code.startswith(f"{fact.kecamatan_code}.")
        assert fact.kecamatan_code.startswith(f"{fact.city_code}.")


def test_records_have_the_values_and_units_of_their_rows(facts: ReferenceData) -> None:
    gambir = next(fact for fact in facts.kelurahan if fact.code == GAMBIR)
    assert (gambir.bps_code, gambir.name, gambir.kecamatan) == ("3173080003", "Gambir", "Gambir")
    assert (gambir.latitude, gambir.longitude, gambir.area_km2) == (-6.17636, 106.82669, 2.51)
    assert facts.discs[0].radius_m == 145
    flood = next(fact for fact in facts.categories if fact.code == "BANJIR")
    assert flood == CategoryRecord(
        "BANJIR",
        "Banjir",
        "Flooding",
        FirstHandler.AGENCY,
        "SDA",
        3,
        120,
        1440,
        ServiceHours.ALWAYS,
        "AIR",
        "flood",
        "#1565c0",
        "Foto genangannya dan sebutkan kira-kira setinggi apa airnya.",
        "Photograph the water and say roughly how deep it is.",
    )
    pln = next(fact for fact in facts.agencies if fact.code == "PLN")
    assert (pln.name, pln.kind) == ("PLN (Perusahaan Listrik Negara)", AgencyKind.EXTERNAL)
    food = next(fact for fact in facts.agencies if fact.code == "KPKP")
    assert food.name == "Dinas Ketahanan Pangan, Kelautan dan Pertanian"


def test_category_weight_is_1_to_3_and_response_is_due_before_processing(facts: ReferenceData) -> None:
    for category in facts.categories:
        assert category.weight in (1, 2, 3)
        assert 0 < category.response_target_minutes < category.processing_target_minutes


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_each_group_has_a_colour_of_its_own_that_shows_on_white(facts: ReferenceData) -> None:
    colours = {category.group_code: category.colour for category in facts.categories}
    assert len(set(colours.values())) == len(colours) > 5
    assert all(1.05 / (luminance(colour) + 0.05) >= 3 for colour in colours.values())
    assert all(category.colour == colours[category.group_code] for category in facts.categories)


def test_each_category_has_an_icon_and_hints_of_its_own(facts: ReferenceData) -> None:
    for column in ("icon", "hint_id", "hint_en"):
        assert len({getattr(category, column) for category in facts.categories}) == len(facts.categories)
        assert all(2 < len(getattr(category, column)) <= 110 for category in facts.categories)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("code", "sampah"),
        ("weight", "4"),
        ("response_target_minutes", "x"),
        ("hours", "NIGHT"),
        ("handler", ""),
        ("group_code", ""),
        ("icon", "Delete"),
        ("colour", "green"),
        ("hint_id", ""),
        ("hint_en", "x" * 201),
        ("colour", "#123456"),
        ("colour", None),
    ],
)
def test_faulty_cell_of_a_category_is_named_by_line_and_column(column: str, text: str | None) -> None:
    table = resources.files("models.reference").joinpath("categories.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    rows[4] = {name: each for name, each in {**rows[4], column: text}.items() if each is not None}
    with pytest.raises(ReferenceDataError, match=rf"^k\.csv, line 6\b.* column {column}\b"):
        categories_of(rows, "k.csv")


def test_each_category_has_a_first_handler(facts: ReferenceData) -> None:
    agencies = {fact.code for fact in facts.agencies}
    for category in facts.categories:
        first = first_handler(category.handler, category.agency, GAMBIR)
        assert first in (agencies if category.handler is FirstHandler.AGENCY else {GAMBIR})


def test_kelurahan_is_first_handler_even_if_the_category_names_an_agency() -> None:
    assert first_handler(FirstHandler.KELURAHAN, "DLH", GAMBIR) == GAMBIR
    assert first_handler(FirstHandler.KELURAHAN, None, GAMBIR) == GAMBIR
    assert first_handler(FirstHandler.AGENCY, "PLN", GAMBIR) == "PLN"


def test_agency_as_first_handler_must_be_named() -> None:
    with pytest.raises(ValueError, match="must name the agency"):
        first_handler(FirstHandler.AGENCY, None, GAMBIR)


def square(west: float = 106.82, south: float = -6.18, side: float = 0.01) -> list[list[float]]:
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code: object = GAMBIR, boundary: Any = None, kind: str = "Polygon") -> dict[str, Any]:
    coordinates = [square() if boundary is None else boundary]
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": kind, "coordinates": coordinates if kind == "Polygon" else [coordinates]},
    }


def written(folder: Path, *features: Any) -> Path:
    path = folder / "borders.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_polygons_are_read_in_the_order_of_their_codes(tmp_path: Path) -> None:
    path = written(tmp_path, feature(CIDENG, kind="MultiPolygon"), feature(GAMBIR))
    gambir, cideng = read_areas(path, KNOWN)
    assert (gambir.code, cideng.code) == (GAMBIR, CIDENG)
    expected = shapely.Polygon(square())
    assert shapely.from_wkb(gambir.wkb).equals(expected)
    assert shapely.from_wkb(cideng.wkb).equals(expected)


def test_heights_of_points_are_dropped(tmp_path: Path) -> None:
    (area,) = read_areas(written(tmp_path, feature(boundary=[[*point, 12.5] for point in square()])), KNOWN)
    assert not shapely.from_wkb(area.wkb).has_z


def test_boundary_that_crosses_itself_is_refused_with_its_name_and_place(tmp_path: Path) -> None:
    first, second, third, fourth, _ = square()
    bow_tie = [first, third, second, fourth, first]
    with pytest.raises(ReferenceDataError) as caught:
        read_areas(written(tmp_path, feature(CIDENG), feature(boundary=bow_tie)), KNOWN)
    message = str(caught.value)
    assert message.startswith(f"borders.geojson, feature 2 ({GAMBIR}): the Polygon has a Self-intersection at")
    place = [float(degrees) for degrees in message.rpartition("latitude ")[2].split()]
    assert place == pytest.approx([106.825, -6.175])


def test_parts_that_overlap_and_holes_outside_are_refused(tmp_path: Path) -> None:
    overlapping = feature(kind="MultiPolygon")
    overlapping["geometry"]["coordinates"] = [[square()], [square(106.825)]]
    hole = feature()
    hole["geometry"]["coordinates"] = [square(), square(107.0)]
    unclosed = feature(boundary=square()[:-1])
    for wrong in (overlapping, hole, unclosed):
        with pytest.raises(ReferenceDataError, match=rf"feature 1 \({GAMBIR}\)"):
            read_areas(written(tmp_path, wrong), KNOWN)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_file_is_read_in_each_encoding_of_unicode(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, feature())
    path.write_bytes(path.read_text().encode(encoding))
    assert [area.code for area in read_areas(path, KNOWN)] == [GAMBIR]


def test_file_in_another_encoding_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "borders.geojson"
    path.write_bytes('{"type": "é"}'.encode("latin-1"))
    with pytest.raises(ReferenceDataError, match=r"borders\.geojson is not in UTF-8 or UTF-16"):
        read_areas(path, KNOWN)


def test_spike_of_a_boundary_is_removed(tmp_path: Path) -> None:
    first, second, *rest = square()
    spike = [first, second, [second[0] + 0.01, second[1]], second, *rest]
    (area,) = read_areas(written(tmp_path, feature(boundary=spike)), KNOWN)
    assert shapely.from_wkb(area.wkb).equals(shapely.Polygon(square()))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("code;wkt\n", "is not JSON"),
        ("", "is not JSON"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "is not JSON"),
        ("[]", 'not GeoJSON with "type": "FeatureCollection"'),
        ('{"type": "Feature"}', 'not GeoJSON with "type": "FeatureCollection"'),
        ('{"type": "FeatureCollection"}', 'without a list of "features"'),
        ('{"type": "FeatureCollection", "features": {}}', 'without a list of "features"'),
        ('{"type": "FeatureCollection", "features": [1]}', 'without a list of "features"'),
    ],
)
def test_file_without_a_feature_collection_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "borders.geojson"
    path.write_text(text)
    assert complaint in refusal(path)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"type": "Feature", "properties": None, "geometry": None}, 'has no property "code"'),
        ({"type": "Feature", "geometry": None}, 'has no property "code"'),
        (feature() | {"properties": ["code"]}, 'has no property "code"'),
        (feature(code=None), 'has no property "code"'),
        (feature(code=3171011001), 'has no property "code"'),
        (feature(code="32.73.01.1001"), '"32.73.01.1001" is not a known kelurahan'),
        (feature(code="3171011001"), '"3171011001" is not a known kelurahan'),
        (feature(kind="Polygon") | {"geometry": None}, "the geometry is missing"),
        (feature() | {"geometry": {"type": "Point", "coordinates": [106.8, -6.2]}}, "the geometry is Point"),
        (feature() | {"geometry": {"type": "Polygon"}}, "the coordinates are no Polygon"),
        (feature(boundary="x"), "the coordinates are no Polygon"),
        (feature(boundary=[]), "encloses nothing"),
        (feature(boundary=square()[:-1]), "the coordinates are no Polygon"),
        (feature(boundary=square()[:1]), "the coordinates are no Polygon"),
        (feature(boundary=[[None, None]] * 4), "the coordinates are no Polygon"),
        (feature(boundary=[*square()[:3:2], *square()[:3:2], square()[0]]), "encloses nothing"),
        (feature(boundary=[point[::-1] for point in square()]), "the coordinates are swapped"),
        (feature(boundary=square(702_000, 9_317_000, 900)), "the coordinates are not degrees"),
        (feature(boundary=square(11_891_000, -688_000, 900)), "the coordinates are not degrees"),
        (feature(CIDENG), f"{CIDENG} is in the file already"),
    ],
)
def test_invalid_feature_is_refused_with_file_number_and_fault(
    tmp_path: Path, wrong: dict[str, Any], complaint: str
) -> None:
    message = refusal(written(tmp_path, feature(CIDENG), wrong))
    assert message.startswith("borders.geojson, feature 2")
    assert complaint in message


def test_missing_file_raises_file_not_found_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_areas(tmp_path / "nowhere.geojson", KNOWN)


def refusal(path: Path) -> str:
    with pytest.raises(ReferenceDataError) as caught:
        read_areas(path, KNOWN)
    message = str(caught.value)
    assert "\n" not in message
    return message


HEADER = "date,name_id,name_en,kind\n"


def test_days_off_are_read_in_the_order_of_days(tmp_path: Path) -> None:
    path = tmp_path / "libur.csv"
    path.write_bytes(f"\ufeff{HEADER}2026-12-25,Natal,Christmas,HOLIDAY\r\n2026-12-24,Cuti,Leave,JOINT_LEAVE".encode())
    assert read_days_off(path) == (
        DayOffRecord(date(2026, 12, 24), "Cuti", "Leave", DayOffKind.JOINT_LEAVE),
        DayOffRecord(date(2026, 12, 25), "Natal", "Christmas", DayOffKind.HOLIDAY),
    )


@pytest.mark.parametrize(
    ("table", "error"),
    [
        ("date,name_id\n2026-12-25,Natal\n", "libur.csv, line 2: not in the form date,name_id,name_en,kind"),
        (f"{HEADER}25-12-2026,Natal,Christmas,HOLIDAY\n", "line 2: not in the form"),
        (f"{HEADER}2026-12-25,Natal,Christmas,CUTI\n", "HOLIDAY or JOINT_LEAVE"),
        (f"{HEADER}2026-12-25,Natal\n", "line 2: not in the form"),
        (f"{HEADER}" + "2026-12-25,Natal,Christmas,HOLIDAY\n" * 2, "line 3: 2026-12-25 is in the file already"),
        ("", "libur.csv has no days off"),
    ],
)
def test_faulty_days_off_are_refused_with_their_line(tmp_path: Path, table: str, error: str) -> None:
    path = tmp_path / "libur.csv"
    path.write_text(table)
    with pytest.raises(ReferenceDataError, match=error):
        read_days_off(path)
