"""The columns of exports, with their stable names, and the pieces of the files that are made of them."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from typing import Final, TypeAlias

import orjson

from models.reading import Values
from models.tallies import median_minutes
from queries.exports import ExportedEntry, ExportedReport
from queries.leaderboards import ScorecardData
from rules.scoring.points import Rule, reason
from rules.spreadsheets import BYTE_ORDER_MARK, csv_lines
from rules.workflow import RESOLUTION_LABELS, ReportStatus, Resolution, label
from schema.boards import Standing
from schema.context import Context
from schema.nodes import global_id
from schema.people import Citizen, Officer
from schema.scorecards import Scorecard

Row: TypeAlias = Mapping[str, object]
"""A row: its values by the names of their columns, in the order of the columns."""

Pieces: TypeAlias = AsyncGenerator[bytes, None]
"""The pieces of a file. Close it when it is not wanted any more."""

REPORT_COLUMNS: Final = (
    "number",
    "status",
    "statusLabel",
    "resolution",
    "resolutionLabel",
    "category",
    "categoryName",
    "title",
    "description",
    "address",
    "kelurahanCode",
    "kelurahan",
    "kecamatan",
    "city",
    "handlerCode",
    "handler",
    "latitude",
    "longitude",
    "submittedAt",
    "respondedAt",
    "processedAt",
    "responseDueAt",
    "processingDueAt",
    "handlerDueAt",
    "supportCount",
    "rating",
    "external",
    "pseudonym",
)

ENTRY_COLUMNS: Final = (
    "id",
    "at",
    "day",
    "unitCode",
    "unit",
    "points",
    "rule",
    "reason",
    "ruleVersion",
    "reportNumber",
    "note",
    "reverses",
    "reversedBy",
)

STANDING_COLUMNS: Final = (
    "rank",
    "previousRank",
    "subjectId",
    "code",
    "name",
    "unitCode",
    "unit",
    "points",
    "responsiveness",
    "received",
    "responded",
    "processed",
    "overdue",
    "reopened",
    "dismissed",
    "duplicates",
    "handedOn",
    "withdrawn",
    "waivedPoints",
    "respondedOnTime",
    "processedOnTime",
    "satisfaction",
    "medianResponseMinutes",
    "medianProcessingMinutes",
)


def report_row(context: Context, values: Values) -> Row:
    """Return the row of a report with these values of ExportedReport."""
    report, places, locale = ExportedReport(*values), context.places, context.locale
    kelurahan, handler = places.kelurahan[report.kelurahan], places.handler(report.handler)
    outcome = None if report.resolution is None else RESOLUTION_LABELS[Resolution(report.resolution)].in_locale(locale)
    return {
        "number": report.number,
        "status": report.status,
        "statusLabel": label(ReportStatus(report.status), locale),
        "resolution": report.resolution,
        "resolutionLabel": outcome,
        "category": report.category,
        "categoryName": places.categories[report.category].names.in_locale(locale),
        "title": report.title,
        "description": report.description,
        "address": report.address,
        "kelurahanCode": kelurahan.code,
        "kelurahan": kelurahan.name,
        "kecamatan": kelurahan.kecamatan.name,
        "city": kelurahan.city.name,
        "handlerCode": handler.code,
        "handler": handler.name,
        "latitude": report.latitude,
        "longitude": report.longitude,
        "submittedAt": report.submitted_at,
        "respondedAt": report.responded_at,
        "processedAt": report.processed_at,
        "responseDueAt": report.response_due_at,
        "processingDueAt": report.processing_due_at,
        "handlerDueAt": report.handler_due_at,
        "supportCount": report.support_count,
        "rating": report.rating,
        "external": report.external,
        "pseudonym": report.pseudonym,
    }


def entry_row(context: Context, values: Values) -> Row:
    """Return the row of a point entry with these values of ExportedEntry. Its ids are those of the schema."""
    entry = ExportedEntry(*values)
    unit = context.places.handler(entry.unit)
    return {
        "id": _entry_id(entry.position),
        "at": entry.at,
        "day": entry.day,
        "unitCode": unit.code,
        "unit": unit.name,
        "points": entry.points,
        "rule": entry.rule,
        "reason": reason(Rule(entry.rule), context.locale),
        "ruleVersion": entry.rule_version,
        "reportNumber": entry.report_number,
        "note": entry.note,
        "reverses": _entry_id(entry.reverses),
        "reversedBy": _entry_id(entry.reversed_by),
    }


def standing_row(standing: Standing, card: ScorecardData | None) -> Row:
    """Return the row of a standing. The columns of a scorecard are empty for a citizen."""
    subject = standing.subject
    unit = subject.unit if isinstance(subject, Officer) else None
    is_person = isinstance(subject, Officer | Citizen)
    row: dict[str, object] = {
        "rank": standing.rank,
        "previousRank": standing.previous_rank,
        "subjectId": subject.id,
        "code": None if is_person else subject.code,
        "name": subject.pseudonym if isinstance(subject, Citizen) else subject.name,
        "unitCode": unit and unit.code,
        "unit": unit and unit.name,
        "points": standing.points,
    }
    return row | dict.fromkeys(STANDING_COLUMNS[len(row) :]) if card is None else row | _card(Scorecard.of(card))


def _card(shown: Scorecard) -> dict[str, object]:
    return {
        "responsiveness": shown.responsiveness,
        "received": shown.received,
        "responded": shown.responded,
        "processed": shown.processed,
        "overdue": shown.overdue,
        "reopened": shown.reopened,
        "dismissed": shown.dismissed,
        "duplicates": shown.duplicates,
        "handedOn": shown.handed_on,
        "withdrawn": shown.withdrawn,
        "waivedPoints": shown.waived_points,
        "respondedOnTime": shown.responded_on_time,
        "processedOnTime": shown.processed_on_time,
        "satisfaction": shown.satisfaction,
        "medianResponseMinutes": median_minutes(shown.card.response_minutes),
        "medianProcessingMinutes": median_minutes(shown.card.processing_minutes),
    }


def _entry_id(position: int | None) -> str | None:
    return None if position is None else global_id("PointEntry", position)


async def csv_pieces(columns: Sequence[str], batches: AsyncGenerator[Iterable[Row], None]) -> Pieces:
    """Yield the pieces of a file of comma-separated values: a header, then a line for each row."""
    head = BYTE_ORDER_MARK + csv_lines([columns])
    async with aclosing(batches):
        async for rows in batches:
            yield head + csv_lines(row.values() for row in rows)
            head = b""
    if head:
        yield head


async def ndjson_pieces(batches: AsyncGenerator[Iterable[Row], None]) -> Pieces:
    """Yield the pieces of a file with a JSON object on each line."""
    async with aclosing(batches):
        async for rows in batches:
            yield b"".join(orjson.dumps(row, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE) for row in rows)


async def geojson_pieces(batches: AsyncGenerator[Iterable[Row], None]) -> Pieces:
    """Yield the pieces of a FeatureCollection (RFC 7946): a point for each row, with its other values as properties."""
    before = b'{"type":"FeatureCollection","features":[\n'
    async with aclosing(batches):
        async for rows in batches:
            yield before + b",\n".join(orjson.dumps(_feature(row), option=orjson.OPT_UTC_Z) for row in rows)
            before = b",\n"
    yield b"\n]}\n" if before == b",\n" else before + b"]}\n"


def _feature(row: Row) -> Mapping[str, object]:
    properties = dict(row)
    longitude, latitude = properties.pop("longitude"), properties.pop("latitude")
    point = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "Feature", "id": row["number"], "geometry": point, "properties": properties}
