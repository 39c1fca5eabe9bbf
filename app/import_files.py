"""Files of `tanggap import`: the mapping of another system, its CSV file, and the rows that are not right."""

import codecs
import csv
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO
from zoneinfo import ZoneInfo

from actions.imports import AT_ONCE, OldReport, add_reports
from actions.submissions import RoutedSubmission, Submission, route
from actions.transaction import Transactions
from models.reference.gazetteer import Gazetteer
from rules.languages import Locale
from rules.refusals import Refusal
from rules.workflow import ReportStatus, Resolution

REQUIRED: Final = ("id", "title", "description", "category", "status", "latitude", "longitude", "submitted_at")
OPTIONAL: Final = ("responded_at", "processed_at", "address", "kelurahan")
PLACE: Final = ("latitude", "longitude")
STATES: Final = (ReportStatus.WAITING, ReportStatus.IN_PROGRESS, *Resolution)
"""The possible meanings of a status of another system. An outcome is that of a closed report."""

FAULTS: Final = "faults"
"""The column of the rejected rows that says what is not right. It is ignored when they are imported again."""

LONGEST_NAME, LONGEST_ID, LONGEST_CELL = 60, 100, 1_000_000
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)


class ImportFileError(ValueError):
    """A file that cannot be imported at all: the message has a line for each fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMapping:
    """The mapping of another system: its name, and the meaning of its columns, categories, statuses and moments."""

    source: str
    delimiter: str
    encoding: str
    moments: str
    time_zone: ZoneInfo
    columns: Mapping[str, str]
    categories: Mapping[str, str]
    statuses: Mapping[str, ReportStatus | Resolution]


class ImportedRow(NamedTuple):
    """A row of a file: its line, its cells, and the report, or else its faults."""

    line: int
    cells: list[str]
    report: OldReport | None
    faults: tuple[str, ...]


def read_mapping(path: Path, gazetteer: Gazetteer) -> "SourceMapping":
    """Read the mapping of another system. Raises ImportFileError with all its faults, and OSError."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ImportFileError(f"{path.name} is not TOML in UTF-8: {error}") from None
    faults = list(_faults_of_mapping(given, gazetteer))
    if faults:
        raise ImportFileError("\n".join(f"{path.name}: {fault}" for fault in faults))
    settings = {name: given.get(name, default) for name, (default, *_) in SETTINGS.items()}
    meaning = {str(state): state for state in STATES}
    return SourceMapping(
        source=given["source"],
        delimiter=settings["delimiter"],
        encoding=settings["encoding"],
        moments=settings["moments"],
        time_zone=ZoneInfo(settings["time_zone"]),
        columns=given["columns"],
        categories=given["categories"],
        statuses={name: meaning[state] for name, state in given["statuses"].items()},
    )


def _faults_of_mapping(given: Mapping[str, Any], gazetteer: Gazetteer) -> Iterator[str]:
    for name, (default, right, check) in SETTINGS.items():
        try:
            check(given.get(name, default))
        except (LookupError, ValueError, TypeError, OSError):
            yield f"{name} must be {right}"
    columns, categories, statuses = (
        table if isinstance(table := given.get(name), dict) else {} for name in ("columns", "categories", "statuses")
    )
    for name in sorted(set(REQUIRED) - columns.keys()):
        yield f"[columns] must name the column of {name}"
    for name in sorted(columns.keys() - {*REQUIRED, *OPTIONAL}):
        yield f"[columns] has {name}; it may have {', '.join((*REQUIRED, *OPTIONAL))}"
    if not categories or not statuses:
        yield "[categories] and [statuses] must name what those of the other system mean"
    for name, code in categories.items():
        if code not in gazetteer.categories:
            yield f"[categories] {name} is {code}, which is no category"
    for name, state in statuses.items():
        if state not in STATES:
            yield f"[statuses] {name} is {state}; it may be {', '.join(STATES)}"


def _length(low: int, high: int) -> Callable[[Any], object]:
    def check(value: Any) -> None:
        if not isinstance(value, str) or not low <= len(value) <= high:
            raise ValueError(value)

    return check


SETTINGS: Final[Mapping[str, tuple[str, str, Callable[[Any], object]]]] = {
    "source": ("", f"the name of the other system, of 1 to {LONGEST_NAME} characters", _length(1, LONGEST_NAME)),
    "delimiter": (",", 'one character, such as ";"', _length(1, 1)),
    "encoding": ("utf-8-sig", 'that of the file, such as "utf-8" or "cp1252"', codecs.lookup),
    "moments": ("ISO", 'a format such as "%d/%m/%Y %H:%M", or "ISO"', _length(2, 60)),
    "time_zone": ("Asia/Jakarta", 'a name such as "Asia/Jakarta"', ZoneInfo),
}
"""For each setting of a mapping its default, what is right, and a check."""


class ImportFile:
    """A CSV file of another system, read row by row: memory does not grow with it."""

    def __init__(self, path: Path, mapping: SourceMapping, gazetteer: Gazetteer, now: datetime) -> None:
        self._path, self.mapping, self._gazetteer, self._now = path, mapping, gazetteer, now
        self.header: list[str] = []
        self._places: dict[str, int] = {}

    @property
    def size(self) -> int:
        """The bytes of the file. Raises OSError."""
        return self._path.stat().st_size

    def rows(self, advance: Callable[[int], object]) -> Iterator[ImportedRow]:
        """Yield each row. `advance` gets the bytes read since it was called before.

        Raises ImportFileError for a file without the columns of the mapping, or that is not text, and OSError.
        """
        csv.field_size_limit(LONGEST_CELL)
        with self._path.open(encoding=self.mapping.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.mapping.delimiter, strict=True)
            read = 0
            try:
                self._take_header(next(reader, []))
                line = reader.line_num + 1
                for cells in reader:
                    yield self._row(line, cells)
                    line = reader.line_num + 1
                    read = self._advance(file, advance, read)
            except (csv.Error, UnicodeDecodeError) as error:
                raise ImportFileError(f"{self._path.name}, line {reader.line_num + 1}: {error}") from None

    @staticmethod
    def _advance(file: TextIO, advance: Callable[[int], object], read: int) -> int:
        now = file.buffer.tell()
        if now > read:
            advance(now - read)
        return now

    def _take_header(self, header: list[str]) -> None:
        missing = [name for name in self.mapping.columns.values() if name not in header]
        if missing:
            raise ImportFileError(f"{self._path.name}, line 1: there is no column {', '.join(missing)}")
        self.header = [name for name in header if name != FAULTS]
        self._places = {name: header.index(column) for name, column in self.mapping.columns.items()}

    def _row(self, line: int, cells: list[str]) -> ImportedRow:
        faults: list[str] = []
        values = {name: cells[place].strip() if place < len(cells) else "" for name, place in self._places.items()}
        report = self._report(values, lambda name, right: faults.append(self._fault(line, name, values, right)))
        return ImportedRow(line, cells[: len(self.header)], None if faults else report, tuple(faults))

    def _fault(self, line: int, name: str, values: Mapping[str, str], right: str) -> str:
        names = PLACE if name == "location" else (name,)
        column = ", ".join(self.mapping.columns[each] for each in names)
        text = ", ".join(values[each] for each in names)
        return f'line {line}, column {column}: "{text[:60]}": {right}'

    def _report(self, values: Mapping[str, str], fault: Callable[[str, str], object]) -> OldReport | None:
        mapping = self.mapping
        if not 0 < len(values["id"]) <= LONGEST_ID:
            fault("id", f"the id in the other system, of 1 to {LONGEST_ID} characters, is right")
        state = mapping.statuses.get(values["status"])
        if state is None:
            fault("status", f"one of {', '.join(mapping.statuses)} is right")
        submitted_at = self._moment("submitted_at", values, fault)
        later = {
            name: self._moment(name, values, fault) if values.get(name) else None
            for name in ("responded_at", "processed_at")
        }
        for name, at in later.items():
            if at is not None and submitted_at is not None and at < submitted_at:
                fault(name, "a moment after the submission is right")
        routed = self._routed(values, fault)
        if state is None or submitted_at is None or routed is None:
            return None
        is_closed, is_waiting = isinstance(state, Resolution), state is ReportStatus.WAITING
        processed_at = later["processed_at"] or submitted_at
        return OldReport(
            old_id=values["id"],
            routed=routed,
            status=ReportStatus.PROCESSED if isinstance(state, Resolution) else state,
            resolution=state if isinstance(state, Resolution) else None,
            submitted_at=submitted_at,
            responded_at=None if is_waiting else later["responded_at"] or (processed_at if is_closed else submitted_at),
            processed_at=processed_at if is_closed else None,
        )

    def _moment(self, name: str, values: Mapping[str, str], fault: Callable[[str, str], object]) -> datetime | None:
        form, text = self.mapping.moments, values[name]
        try:
            found = datetime.fromisoformat(text) if form == "ISO" else datetime.strptime(text, form)  # noqa: DTZ007 # below
            at = found if found.tzinfo is not None else found.replace(tzinfo=self.mapping.time_zone)
            if EARLIEST <= at <= self._now:
                return at.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        example = datetime(2024, 12, 31, 14, 5, tzinfo=UTC)
        shown = example.isoformat() if form == "ISO" else example.strftime(form)
        fault(name, f"a moment that has passed, such as {shown}, is right")
        return None

    def _routed(self, values: Mapping[str, str], fault: Callable[[str, str], object]) -> RoutedSubmission | None:
        category = self.mapping.categories.get(values["category"])
        if category is None:
            fault("category", f"one of {', '.join(self.mapping.categories)} is right")
        place = {}
        for name in PLACE:
            try:
                place[name] = float(values[name].replace(",", "."))
            except ValueError:
                fault(name, "degrees such as -6.1754 or 106.8272 are right")
        submission = Submission(
            title=values["title"],
            description=values["description"] or values["title"],
            category=category or next(iter(self.mapping.categories.values())),
            latitude=place.get("latitude", self._any.latitude),
            longitude=place.get("longitude", self._any.longitude),
            address=values.get("address") or None,
            kelurahan=values.get("kelurahan") or None,
            anonymous=True,
        )
        try:
            return route(self._gazetteer, submission)
        except Refusal as refusal:
            for each in (refusal, *refusal.also):
                name = each.field[-1]
                if len(place) == len(PLACE) or name not in ("location", "kelurahan"):
                    fault(name, each.text(Locale.EN))
        return None

    @property
    def _any(self) -> Any:
        """A place in the city, in the stead of one that is not right: the other faults of the row are found too."""
        return next(iter(self._gazetteer.live.values()))


class Rejected:
    """The file of the rows that are not right, with what is right: it can be corrected and imported again."""

    def __init__(self, path: Path, header: Callable[[], list[str]], mapping: SourceMapping) -> None:
        self.path, self._header, self.mapping = path, header, mapping
        self._file: TextIO | None = None
        self._rows: Any = None

    def add(self, row: ImportedRow) -> None:
        """Write a row. Raises OSError."""
        if self._file is None:
            self._file = self.path.open("w", encoding=self.mapping.encoding, newline="")
            self._rows = csv.writer(self._file, delimiter=self.mapping.delimiter)
            self._rows.writerow([*self._header(), FAULTS])
        cells = row.cells + [""] * (len(self._header()) - len(row.cells))
        self._rows.writerow([*cells, "; ".join(row.faults)])

    def close(self) -> None:
        """Finish the file. Without a rejected row there is none."""
        if self._file is None:
            self.path.unlink(missing_ok=True)
        else:
            self._file.close()


class Imported(NamedTuple):
    """The numbers of an import."""

    added: int = 0
    known: int = 0
    rejected: int = 0


async def import_file(
    transactions: Transactions, file: ImportFile, rejected: Path, advance: Callable[[int], object]
) -> Imported:
    """Import a file, AT_ONCE reports in a transaction. Whatever ends it, running it again imports the rest."""
    added = known = wrong = 0
    waiting: list[OldReport] = []
    bad = Rejected(rejected, lambda: file.header, file.mapping)

    async def flush() -> None:
        nonlocal added, known
        if waiting:
            stored = await transactions.run(add_reports, file.mapping.source, tuple(waiting))
            added, known = added + stored, known + len(waiting) - stored
            waiting.clear()

    try:
        for row in file.rows(advance):
            if row.report is None:
                wrong += 1
                bad.add(row)
                continue
            waiting.append(row.report)
            if len(waiting) == AT_ONCE:
                await flush()
        await flush()
    finally:
        bad.close()
    return Imported(added, known, wrong)
