"""Records of the reference data: rows of the bundled tables, and boundaries that an operator loads."""

import csv
import json
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from rules.geography import CoordinateFault, check_coordinates
from rules.routing import AgencyKind, FirstHandler
from rules.service_time import DayOffKind, ServiceHours
from rules.sla import SlaTerms

CATEGORIES = "categories.csv"
DAYS_OFF = "days_off.csv"

ANNOUNCED = date(9999, 12, 31)
"""The first day of a unit or category that processes know already, but that nobody can use yet."""


class ReferenceDataError(ValueError):
    """An error in reference data. The message is one line with the location of the error and the correct form."""


@dataclass(frozen=True, slots=True)
class KelurahanRecord:
    """A kelurahan, with its kecamatan and its city.

    Codes are Kemendagri's ("31.71.01.1001"); `bps_code` is the statistical office's ("3173080003").
    `latitude` and `longitude` (degrees, WGS 84) are a point inside. `since`: its first day, None if it was there at
    first. `until`: the day on which it ended. `successors`: by space, the codes of those that have its area now; one
    that is among them itself goes on with a part of it.
    """

    code: str
    bps_code: str
    name: str
    kecamatan_code: str
    kecamatan: str
    city_code: str
    city: str
    latitude: float
    longitude: float
    area_km2: float
    since: date | None = None
    until: date | None = None
    successors: str = ""

    @property
    def heirs(self) -> tuple[str, ...]:
        """The codes of its successors, in their order."""
        return tuple(self.successors.split())

    @property
    def ends(self) -> bool:
        """Whether its successors take all of it."""
        return bool(self.successors) and self.code not in self.heirs

    @property
    def is_live(self) -> bool:
        """Whether it gets reports: it has begun and has not ended."""
        return self.since != ANNOUNCED and self.until is None


@dataclass(frozen=True, slots=True)
class AliasRecord:
    """A spelling of a kelurahan's name that citizens or other systems use."""

    alias: str
    code: str


@dataclass(frozen=True, slots=True)
class DiscRecord:
    """A disc inside the kelurahan `code`: all points within `radius_m` metres of (`latitude`, `longitude`)."""

    code: str
    latitude: float
    longitude: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class AgencyRecord:
    """A unit that is not a place."""

    code: str
    name: str
    kind: AgencyKind
    since: date | None = None

    @property
    def is_live(self) -> bool:
        """Whether it gets reports: it has begun."""
        return self.since != ANNOUNCED


@dataclass(frozen=True, slots=True)
class CategoryRecord:
    """A category of reports. `agency`: the first handler if that is an AGENCY, else the one a KELURAHAN may involve.

    Clients draw it by its `icon`, the name of a Material Symbol, in the `colour` of its `group`, and show a hint.
    """

    code: str
    name_id: str
    name_en: str
    handler: FirstHandler
    agency: str | None
    weight: int
    response_target_minutes: int
    processing_target_minutes: int
    hours: ServiceHours
    group_code: str
    icon: str
    colour: str
    hint_id: str
    hint_en: str
    since: date | None = None

    @property
    def is_live(self) -> bool:
        """Whether reports can be of it: it has begun."""
        return self.since != ANNOUNCED

    @property
    def terms(self) -> SlaTerms:
        """The targets of its reports, and their weight."""
        return SlaTerms(
            self.hours,
            timedelta(minutes=self.response_target_minutes),
            timedelta(minutes=self.processing_target_minutes),
            self.weight,
        )


@dataclass(frozen=True, slots=True)
class DayOffRecord:
    """A day off in Jakarta, on which the clocks of most categories stand still."""

    date: date
    name_id: str
    name_en: str
    kind: DayOffKind


@dataclass(frozen=True, slots=True)
class AreaRecord:
    """The official polygon of one kelurahan: well-known binary, two dimensions, WGS 84, longitude first."""

    code: str
    wkb: bytes


@dataclass(frozen=True, slots=True)
class BoundaryRecord:
    """The boundary of a kelurahan on a map: the coordinates of a GeoJSON MultiPolygon, as text.

    `exact`: from an official area. Otherwise it is drawn from the discs (`boundaries.draw_boundaries`).
    """

    code: str
    exact: bool
    coordinates: str


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """All reference data of the city."""

    kelurahan: tuple[KelurahanRecord, ...]
    aliases: tuple[AliasRecord, ...]
    discs: tuple[DiscRecord, ...]
    agencies: tuple[AgencyRecord, ...]
    categories: tuple[CategoryRecord, ...]
    areas: tuple[AreaRecord, ...] = ()
    days_off: tuple[DayOffRecord, ...] = ()
    boundaries: tuple[BoundaryRecord, ...] = ()


def bundled() -> ReferenceData:
    """Read the bundled tables. README.md in their folder explains why areas are not bundled."""
    return ReferenceData(
        kelurahan=tuple(_kelurahan(row) for row in _rows("kelurahan.csv")),
        aliases=tuple(AliasRecord(row["alias"], row["code"]) for row in _rows("kelurahan_aliases.csv")),
        discs=tuple(
            DiscRecord(row["code"], float(row["lat"]), float(row["lon"]), float(row["radius_m"]))
            for row in _rows("kelurahan_discs.csv")
        ),
        agencies=tuple(
            AgencyRecord(row["code"], row["name"], AgencyKind(row["kind"])) for row in _rows("agencies.csv")
        ),
        categories=categories_of(_rows(CATEGORIES), CATEGORIES),
        days_off=_days_off(_rows(DAYS_OFF), DAYS_OFF),
    )


@cache
def bundled_boundaries() -> tuple[BoundaryRecord, ...]:
    """Read the boundaries that were drawn from the bundled discs: drawing takes seconds."""
    rows = _rows("kelurahan_boundaries.csv")
    return tuple(BoundaryRecord(row["code"], exact=False, coordinates=row["coordinates"]) for row in rows)


def read_days_off(path: Path) -> tuple[DayOffRecord, ...]:
    """Read days off from a CSV file in UTF-8 with the columns of the bundled days_off.csv, in the order of the days.

    Raises ReferenceDataError with the line of an error, and OSError when the file cannot be read.
    """
    try:
        table = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReferenceDataError(f"{path.name} is not in UTF-8") from error
    return _days_off(csv.DictReader(table.splitlines()), path.name)


def read_areas(path: Path, known_codes: Collection[str]) -> tuple[AreaRecord, ...]:
    """Read official boundaries from a GeoJSON file (RFC 7946), in the order of their codes.

    The file is a FeatureCollection of polygons and multipolygons in WGS 84, longitude first. The property `code` of
    each is its kelurahan, one of `known_codes`. Heights and spikes are dropped. The file is in UTF-8, UTF-16 or UTF-32,
    with or without a byte order mark. Raises ReferenceDataError for anything else, with the number and the code of the
    feature, and OSError when the file cannot be read.
    """
    areas: dict[str, AreaRecord] = {}
    for number, feature in enumerate(_features(path), start=1):
        where = f"{path.name}, feature {number}"
        code = _code(feature, known_codes, where)
        if code in areas:
            raise ReferenceDataError(f"{where}: {code} is in the file already; join its parts in one MultiPolygon")
        polygon = _polygon(feature.get("geometry"), f"{where} ({code})")
        areas[code] = AreaRecord(code, shapely.to_wkb(polygon, output_dimension=2))
    return tuple(areas[code] for code in sorted(areas))


def _rows(name: str) -> Iterator[dict[str, str]]:
    table = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(table.splitlines())


def _kelurahan(row: dict[str, str]) -> KelurahanRecord:
    return KelurahanRecord(
        code=row["code"],
        bps_code=row["bps_code"],
        name=row["name"],
        kecamatan_code=row["kecamatan_code"],
        kecamatan=row["kecamatan"],
        city_code=row["city_code"],
        city=row["city"],
        latitude=float(row["lat"]),
        longitude=float(row["lon"]),
        area_km2=float(row["area_km2"]),
    )


def categories_of(rows: Iterable[dict[str, str]], name: str) -> tuple[CategoryRecord, ...]:
    """Return the categories of a table with the columns of the bundled categories.csv, in its order.

    Raises ReferenceDataError with the line and the column of a fault, also for a table of an earlier release, which
    lacks columns.
    """
    records: dict[str, CategoryRecord] = {}
    groups: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        record = CategoryRecord(**{column: _cell(row, column, f"{name}, line {number}") for column in CATEGORY_COLUMNS})
        where = f"{name}, line {number}, column"
        if record.code in records:
            raise ReferenceDataError(f"{where} code: {record.code} is in the file already")
        if groups.setdefault(record.group_code, record.colour) != record.colour:
            raise ReferenceDataError(
                f"{where} colour: all of group {record.group_code} have {groups[record.group_code]}"
            )
        if list(groups.values()).count(record.colour) > 1:
            raise ReferenceDataError(f"{where} colour: {record.colour} is the colour of another group")
        records[record.code] = record
    return tuple(records.values())


def _cell(row: dict[str, str], column: str, where: str) -> Any:
    """Return the value of a cell. Raises ReferenceDataError."""
    form, read = CATEGORY_COLUMNS[column]
    text = row.get(column)
    if text is None:
        raise ReferenceDataError(f"{where}: there is no column {column}; it holds {form}")
    try:
        return read(text)
    except ValueError as error:
        raise ReferenceDataError(f'{where}, column {column}: "{text}" is not {form}') from error


def matching(pattern: str) -> Callable[[str], str]:
    """Return a reader of texts that match a pattern as a whole. It raises ValueError for others."""

    def read(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise ValueError(text)
        return text

    return read


def _from(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not low <= (number := int(text)) <= high:
            raise ValueError(text)
        return number

    return read


_CODE = ("a code such as JALAN_RUSAK", matching("[A-Z][A-Z0-9_]{0,31}"))
_NAME = ("a name of 1 to 120 characters", matching(".{1,120}"))
_HINT = ("a sentence of 1 to 200 characters", matching(".{1,200}"))
_MINUTES = ("a number of minutes, from 1 on", _from(1, 10_000_000))

CATEGORY_COLUMNS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "code": _CODE,
    "name_id": _NAME,
    "name_en": _NAME,
    "handler": ("KELURAHAN or AGENCY", FirstHandler),
    "agency": ("the code of an agency, or empty", lambda text: text or None),
    "weight": ("1, 2 or 3", _from(1, 3)),
    "response_target_minutes": _MINUTES,
    "processing_target_minutes": _MINUTES,
    "hours": ("ALWAYS or DAY", ServiceHours),
    "group_code": _CODE,
    "icon": ("the name of a Material Symbol, such as water_drop", matching("[a-z0-9_]{1,64}")),
    "colour": ("a colour such as #1565c0", matching("#[0-9a-f]{6}")),
    "hint_id": _HINT,
    "hint_en": _HINT,
}
"""For each column of a category, its form in words and its reader, which raises ValueError."""


def _days_off(rows: Iterable[dict[str, str]], name: str) -> tuple[DayOffRecord, ...]:
    days: dict[date, DayOffRecord] = {}
    for number, row in enumerate(rows, start=2):
        try:
            day = DayOffRecord(date.fromisoformat(row["date"]), row["name_id"], row["name_en"], DayOffKind(row["kind"]))
        except (KeyError, TypeError, ValueError) as error:
            form = "date,name_id,name_en,kind, such as 2026-08-17,Hari Kemerdekaan,Independence Day,HOLIDAY"
            raise ReferenceDataError(f"{name}, line {number}: not in the form {form} or JOINT_LEAVE") from error
        if day.date in days:
            raise ReferenceDataError(f"{name}, line {number}: {day.date} is in the file already")
        days[day.date] = day
    if not days:
        raise ReferenceDataError(f"{name} has no days off")
    return tuple(days[each] for each in sorted(days))


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        content = path.read_bytes()
        document = orjson.loads(content.decode(json.detect_encoding(content)))
    except UnicodeDecodeError as error:
        raise ReferenceDataError(f"{path.name} is not in UTF-8 or UTF-16: save it as UTF-8") from error
    except orjson.JSONDecodeError as error:
        raise ReferenceDataError(f"{path.name} is not JSON: {error}") from error
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise ReferenceDataError(f'{path.name} is not GeoJSON with "type": "FeatureCollection" at the top')
    features = document.get("features")
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise ReferenceDataError(f'{path.name} is a FeatureCollection without a list of "features"')
    return features


def _code(feature: dict[str, Any], known_codes: Collection[str], where: str) -> str:
    properties = feature.get("properties")
    code = properties.get("code") if isinstance(properties, dict) else None
    if not isinstance(code, str):
        raise ReferenceDataError(f'{where} has no property "code" with a Kemendagri code such as "31.71.01.1001"')
    if code not in known_codes:
        raise ReferenceDataError(f'{where}: "{code}" is not a known kelurahan; codes look like "31.71.01.1001"')
    return code


def _polygon(geometry: object, where: str) -> BaseGeometry:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise ReferenceDataError(f"{where}: the geometry is {kind or 'missing'}; it must be a Polygon or MultiPolygon")
    try:
        polygon = shapely.from_geojson(orjson.dumps(geometry).decode())
    except shapely.GEOSException as error:
        raise ReferenceDataError(f"{where}: the coordinates are no {kind}: {' '.join(str(error).split())}") from error
    valid = shapely.make_valid(polygon, method="structure", keep_collapsed=False)
    if valid.is_empty:
        raise ReferenceDataError(f"{where}: the {kind} encloses nothing")
    _check_degrees(valid, where)
    if not math.isclose(valid.area, polygon.area, rel_tol=1e-9):  # more than a spike: which part is meant?
        fault, _, place = shapely.is_valid_reason(polygon).rstrip("]").partition("[")
        raise ReferenceDataError(f"{where}: the {kind} has a {fault} at longitude and latitude {place}")
    return valid


def _check_degrees(polygon: BaseGeometry, where: str) -> None:
    west, south, east, north = polygon.bounds
    faults = {check_coordinates(south, west), check_coordinates(north, east)}
    if CoordinateFault.SWAPPED in faults:
        raise ReferenceDataError(
            f"{where}: the coordinates are swapped; GeoJSON has the longitude first: [106.8272, -6.1754]"
        )
    if faults != {None}:
        raise ReferenceDataError(
            f"{where}: the coordinates are not degrees; export as WGS 84 (EPSG:4326), not as a projection"
        )
