"""Changed tables of an operator: CSV files, named and built as the bundled ones. All their faults are found at once."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from models.reference.records import (
    CATEGORY_COLUMNS,
    AgencyRecord,
    AliasRecord,
    CategoryRecord,
    DiscRecord,
    KelurahanRecord,
    ReferenceData,
    ReferenceDataError,
    matching,
)
from rules.routing import AgencyKind, FirstHandler

Column = tuple[str, Callable[[str], Any]]


def _number(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        if not low <= (number := float(text)) <= high:
            raise ValueError(text)
        return number

    return read


_CODE_OF_PLACE: Column = ("a Kemendagri code such as 31.73.01.1005", matching(r"\d\d\.\d\d\.\d\d\.\d{4}"))
_CODE_OF_AGENCY: Column = ("a code such as BINA_MARGA", matching("[A-Z][A-Z0-9_]{0,31}"))
_NAME: Column = ("a name of 1 to 80 characters", matching(".{1,80}"))
_LATITUDE: Column = ("a latitude in degrees, such as -6.1422", _number(-90, 90))
_LONGITUDE: Column = ("a longitude in degrees, such as 106.7541", _number(-180, 180))


class Table(NamedTuple):
    """A table: its file, the record of a row, and for each column its form in words, its reader and its field."""

    file: str
    record: Callable[..., Any]
    columns: Mapping[str, Column]
    fields: Mapping[str, str] = {"lat": "latitude", "lon": "longitude"}
    optional: frozenset[str] = frozenset()


TABLES: Mapping[str, Table] = {
    "kelurahan": Table(
        "kelurahan.csv",
        KelurahanRecord,
        {
            "code": _CODE_OF_PLACE,
            "bps_code": ("ten digits", matching(r"\d{10}")),
            "name": _NAME,
            "kecamatan_code": ("a code such as 31.73.01", matching(r"\d\d\.\d\d\.\d\d")),
            "kecamatan": _NAME,
            "city_code": ("a code such as 31.73", matching(r"\d\d\.\d\d")),
            "city": _NAME,
            "lat": _LATITUDE,
            "lon": _LONGITUDE,
            "area_km2": ("a number of square kilometres, such as 5.13", _number(0.001, 1_000)),
            "successors": (
                "up to 20 codes of kelurahan with spaces between them, or empty",
                matching(r"(\d\d\.\d\d\.\d\d\.\d{4}( \d\d\.\d\d\.\d\d\.\d{4}){0,19})?"),
            ),
        },
        optional=frozenset({"successors"}),
    ),
    "aliases": Table("kelurahan_aliases.csv", AliasRecord, {"alias": _NAME, "code": _CODE_OF_PLACE}),
    "discs": Table(
        "kelurahan_discs.csv",
        DiscRecord,
        {
            "code": _CODE_OF_PLACE,
            "lat": _LATITUDE,
            "lon": _LONGITUDE,
            "radius_m": ("a radius in metres, such as 120.5", _number(0.1, 20_000)),
        },
    ),
    "agencies": Table(
        "agencies.csv",
        AgencyRecord,
        {
            "code": _CODE_OF_AGENCY,
            "name": ("a name of 1 to 120 characters", matching(".{1,120}")),
            "kind": ("CITY or EXTERNAL", AgencyKind),
        },
    ),
    "categories": Table("categories.csv", CategoryRecord, CATEGORY_COLUMNS),
}
"""The tables by the name of their field in `ReferenceData`."""


class Row(NamedTuple):
    """A row of a file without faults of its own."""

    where: str
    record: Any


def read_tables(folder: Path, stored: ReferenceData) -> dict[str, tuple[Any, ...]]:
    """Read the tables that are in a folder, by their field in `ReferenceData`. The others are those of `stored`.

    Raises ReferenceDataError with a line for each fault: its file, line and column and what is right. OSError when a
    file cannot be read.
    """
    faults: list[str] = []
    rows = {
        name: list(_rows(folder / table.file, table, faults))
        for name, table in TABLES.items()
        if (folder / table.file).exists()
    }
    if not rows:
        faults.append(f"{folder} has none of the tables {', '.join(table.file for table in TABLES.values())}")
    records: dict[str, tuple[Any, ...]] = {name: tuple(row.record for row in own) for name, own in rows.items()}
    if not faults:
        faults += _contradictions(rows, {name: records.get(name, getattr(stored, name)) for name in TABLES}, stored)
    if faults:
        raise ReferenceDataError("\n".join(faults))
    return records


def _rows(path: Path, table: Table, faults: list[str]) -> Iterator[Row]:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        faults.append(f"{table.file} is not in UTF-8")
        return
    reader = csv.DictReader(content.splitlines())
    missing = [
        column for column in table.columns if column not in (reader.fieldnames or ()) and column not in table.optional
    ]
    faults += [
        f"{table.file}, line 1: there is no column {each}; it holds {table.columns[each][0]}" for each in missing
    ]
    for number, row in enumerate(reader if not missing else (), start=2):
        where = f"{table.file}, line {number}"
        values: dict[str, Any] = {}
        for column, (form, read) in table.columns.items():
            text = row.get(column) or ""
            try:
                values[table.fields.get(column, column)] = read(text)
            except ValueError:
                faults.append(f'{where}, column {column}: "{text}" is not {form}')
        if len(values) == len(table.columns):
            yield Row(where, table.record(**values))


def _contradictions(rows: Mapping[str, list[Row]], given: Mapping[str, Any], stored: ReferenceData) -> Iterator[str]:
    """Yield what rows contradict: each other, rows of other tables, and what is loaded already."""
    for name, own in rows.items():
        seen: Counter[str] = Counter()
        for where, record in own if name != "discs" else ():
            key = record.alias if name == "aliases" else record.code
            seen[key] += 1
            if seen[key] > 1:
                yield f"{where}, column {'alias' if name == 'aliases' else 'code'}: {key} is in the file already"
        if name in ("agencies", "categories"):
            for record in getattr(stored, name):
                if record.code not in seen:
                    yield f"{TABLES[name].file}: {record.code} is missing. Reports name it: keep its row"
    yield from _of_places(rows, given, stored)
    yield from _of_categories(rows, given)


def _of_places(rows: Mapping[str, list[Row]], given: Mapping[str, Any], stored: ReferenceData) -> Iterator[str]:
    kelurahan = {record.code: record for record in given["kelurahan"]}
    ended = {record.code for record in stored.kelurahan if record.until is not None}
    for code in sorted({record.code for record in stored.kelurahan} - ended - kelurahan.keys()):
        yield f"kelurahan.csv: {code} is missing. Keep its row; if it ends, name its successors there"
    live = {code for code, record in kelurahan.items() if code not in ended and not record.ends}
    for where, record in rows.get("kelurahan", ()):
        for column, code in (("kecamatan_code", record.kecamatan_code), ("city_code", record.city_code)):
            if not record.code.startswith(f"{code}."):
                yield f"{where}, column {column}: {record.code} does not begin with {code}"
        for code in record.heirs if record.code not in ended else ():
            if code not in live:
                yield f"{where}, column successors: {code} is no kelurahan that goes on"
    yield from _of_live([row for row in rows.get("kelurahan", ()) if row.record.code in live], given, stored)
    for where, record in (*rows.get("aliases", ()), *rows.get("discs", ())):
        if record.code not in kelurahan.keys() | ended:
            yield f"{where}, column code: {record.code} is no kelurahan"


def _of_live(rows: list[Row], given: Mapping[str, Any], stored: ReferenceData) -> Iterator[str]:
    located = {disc.code for disc in given["discs"]} | {area.code for area in stored.areas}
    names: dict[str, str] = {}
    for where, record in rows:
        if record.code not in located:
            yield f"{where}, column code: {record.code} has no disc in kelurahan_discs.csv, and no official area"
        if names.setdefault(record.name.upper(), record.code) != record.code:
            yield f"{where}, column name: {record.name} is the name of {names[record.name.upper()]} too"


def _of_categories(rows: Mapping[str, list[Row]], given: Mapping[str, Any]) -> Iterator[str]:
    agencies = {record.code for record in given["agencies"]}
    colours: dict[str, str] = {}
    for where, record in rows.get("categories", ()):
        if record.agency is None and record.handler is FirstHandler.AGENCY:
            yield f"{where}, column agency: reports go to an agency first, so it must be named"
        if record.agency is not None and record.agency not in agencies:
            yield f"{where}, column agency: {record.agency} is no agency"
        if colours.setdefault(record.group_code, record.colour) != record.colour:
            yield f"{where}, column colour: all of group {record.group_code} have {colours[record.group_code]}"
        elif list(colours.values()).count(record.colour) > 1:
            yield f"{where}, column colour: {record.colour} is the colour of another group"
