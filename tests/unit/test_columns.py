import inspect
import re
from datetime import UTC, date, datetime, timedelta
from types import FunctionType, SimpleNamespace
from typing import Any, cast

import pytest
from strawberry.types import get_object_definition

from models.ledger import EntryRow
from models.log import EventRow, ReportEventKind, Topic
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from models.reports import ShownReportRow
from rules.access import ReportForAccess
from rules.cursors import encode
from rules.scoring.points import Rule
from rules.service_time import ServiceHours
from rules.workflow import ReportStatus, Resolution
from schema.columns import Columns, FromRow, columns_of
from schema.context import Context
from schema.nodes import global_id
from schema.places import GeoPoint, reference_objects
from schema.points import PointEntry
from schema.reports import AccessColumns, Report, ReportEvent

EPOCH = "0123456789abcdef"
PLACES = reference_objects(Gazetteer(bundled()))
CONTEXT = cast(Context, SimpleNamespace(places=PLACES, epoch=EPOCH))
NOW = datetime(2026, 11, 23, tzinfo=UTC)
GAMBIR, CIDENG = "31.71.01.1001", "31.71.01.1002"
ROWS: dict[type[FromRow], Any] = {Report: ShownReportRow, ReportEvent: EventRow, PointEntry: EntryRow}

REPORT = ShownReportRow(
    pseudonym=None,
    citizen_photos=None,
    has_duplicates=False,
    comment_count=0,
    proof_photos=None,
    id=12,
    number="JK2611230001",
    version=3,
    position=40,
    title="Lampu mati",
    description="Sejak kemarin",
    address=None,
    category="SAMPAH",
    weight=1,
    latitude=-6.17,
    longitude=106.82,
    kelurahan=GAMBIR,
    handler="DLH",
    external=False,
    status=ReportStatus.PROCESSED,
    resolution=Resolution.FIXED,
    duplicate_of_id=None,
    reporter_id=7,
    anonymous=False,
    submitted_at=NOW,
    responded_at=NOW + timedelta(hours=1),
    processed_at=NOW + timedelta(hours=2),
    hours=ServiceHours.ALWAYS,
    response_target_minutes=180,
    processing_target_minutes=240,
    response_due_at=NOW + timedelta(hours=3),
    processing_due_at=NOW + timedelta(hours=4),
    opening_no=0,
    reopened_at=None,
    citizen_reopenings=0,
    supervisor_reopenings=0,
    dismissal_reopened=False,
    held_from=None,
    previously_held_seconds=0,
    not_held_seconds=0,
    handler_due_at=NOW + timedelta(hours=5),
    next_due_at=None,
    response_overdue=False,
    processing_overdue=False,
    rating=4,
    hidden=False,
    erased=False,
    photo_count=0,
    changed_at=NOW + timedelta(hours=2),
    support_count=9,
    scores=True,
    own_latitude=None,
    own_longitude=None,
    imported_from=None,
    own_units=None,
    request_digest=None,
)


def event(kind: ReportEventKind, before: dict[str, Any] | None, **facts: Any) -> EventRow:
    return EventRow(
        position=41,
        topic=Topic.REPORT,
        kind=kind,
        at=NOW,
        report_id=12,
        version=3,
        account_id=7,
        actor="DLH",
        data={"before": before, "after": REPORT.snapshot.as_data(), **facts},
    )


def changes(made: ReportEvent) -> dict[str, Any]:
    names = [f"{side}_{part}" for part in ("status", "handler", "kelurahan", "category") for side in ("from", "to")]
    values = {name: getattr(made, name) for name in (*names, "resolution", "stars")}
    return {name: getattr(value, "code", value) for name, value in values.items() if value is not None}


@pytest.mark.parametrize("made", ROWS)
def test_every_field_declares_columns_that_its_row_has(made: type[FromRow]) -> None:
    columns = columns_of(made)
    assert columns
    assert [name for name, each in columns.items() if not each.names] == []
    assert {column for each in columns.values() for column in each.names} <= {
        *ROWS[made].__dataclass_fields__,
        *dir(ROWS[made]),
    }


@pytest.mark.parametrize("made", ROWS)
def test_method_reads_only_the_columns_that_it_declares(made: type[FromRow]) -> None:
    columns = columns_of(made)
    for field in get_object_definition(made, strict=True).fields:
        if field.base_resolver is not None:
            source = inspect.getsource(cast(FunctionType, field.base_resolver.wrapped_func))
            assert set(re.findall(r"self\.row\.(\w+)", source)) <= set(columns[field.python_name].names)


def test_permissions_declare_the_columns_that_access_depends_on() -> None:
    parts = [vars(part).items() for part in ReportForAccess.__mro__]
    attributes = {name for part in parts for name, value in part if isinstance(value, property)}
    assert set(AccessColumns._fields) == attributes


def test_report_has_the_values_of_its_row() -> None:
    made = Report.of(CONTEXT, REPORT)
    assert made.row is REPORT
    assert (made.id, made.cursor) == (global_id("Report", 12), encode(EPOCH, 40))
    assert made.category is PLACES.categories["SAMPAH"]
    assert made.kelurahan is PLACES.kelurahan[GAMBIR]
    assert made.handler is PLACES.agencies["DLH"]
    assert made.location == GeoPoint(latitude=-6.17, longitude=106.82)
    plain = {name for name, each in columns_of(Report).items() if each == Columns((name,))}
    assert {"number", "title", "status", "resolution", "rating", "handler_due_at"} <= plain
    assert {name: getattr(made, name) for name in plain} == {name: getattr(REPORT, name) for name in plain}


def test_event_has_the_values_of_its_row() -> None:
    row = event(ReportEventKind.RATED, {}, stars=4)
    made = ReportEvent.of(CONTEXT, row)
    assert made.row is row
    assert (made.id, made.report_id) == (global_id("ReportEvent", 41), global_id("Report", 12))
    assert (made.kind, made.at, made.version) == (ReportEventKind.RATED, NOW, 3)
    assert (made.cursor, made.actor) == (encode(EPOCH, 41), PLACES.agencies["DLH"].name)


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        (None, {"to_status": ReportStatus.PROCESSED, "resolution": Resolution.FIXED}),
        ({}, {}),
        (
            {"status": "IN_PROGRESS", "resolution": None, "processed_at": None},
            {
                "from_status": ReportStatus.IN_PROGRESS,
                "to_status": ReportStatus.PROCESSED,
                "resolution": Resolution.FIXED,
            },
        ),
        ({"handler": CIDENG}, {"from_handler": CIDENG, "to_handler": "DLH"}),
        ({"kelurahan": CIDENG}, {"from_kelurahan": CIDENG, "to_kelurahan": GAMBIR}),
        ({"category": "BANJIR"}, {"from_category": "BANJIR", "to_category": "SAMPAH"}),
    ],
)
def test_event_shows_the_old_and_the_new_value_of_each_change(
    before: dict[str, Any] | None, shown: dict[str, Any]
) -> None:
    assert changes(ReportEvent.of(CONTEXT, event(ReportEventKind.STATUS_CHANGED, before))) == shown


def test_entry_has_the_values_of_its_row() -> None:
    row = EntryRow(
        position=50,
        unit=GAMBIR,
        report_id=12,
        rule=Rule.RESPONDED,
        rule_version=1,
        points=3,
        at=NOW,
        day=date(2026, 11, 23),
        reverses=None,
    )
    made = PointEntry.of(CONTEXT, row)
    assert made.row is row
    assert (made.id, made.unit) == (global_id("PointEntry", 50), PLACES.kelurahan[GAMBIR])
    assert (made.at, made.points, made.rule, made.rule_version) == (NOW, 3, "RESPONDED", 1)
