"""Reads of reports as the service requests of Open311 (GeoReport v2): public columns, by number and by offset."""

from datetime import datetime
from typing import NamedTuple

from models.log import ReportEventKind
from models.reading import read, select
from models.reports import PhotoValues, Report
from queries import reports
from queries.conditions import Conditions
from queries.paging import Keyset
from queries.reports import ReportOrder
from queries.visibility import EVERYBODY, Viewpoint
from rules.criteria import ReportCriteria

BATCH = 100
"""Rows read and written at a time: 10 ms of the process at most, so that others need not wait."""

_CHANGES = ", ".join(f"'{kind}'" for kind in (ReportEventKind.STATUS_CHANGED, ReportEventKind.REOPENED))


class ServiceRequest(NamedTuple):
    """The columns of a report that Open311 shows. There is nothing of its reporter among them."""

    id: int
    number: str
    status: str
    resolution: str | None
    category: str
    title: str
    description: str
    address: str | None
    kelurahan: str
    handler: str
    latitude: float
    longitude: float
    submitted_at: datetime
    processed_at: datetime | None
    processing_due_at: datetime
    changed_at: datetime | None
    citizen_photos: PhotoValues


async def matching(criteria: ReportCriteria, now: datetime, *, limit: int, offset: int) -> list[int]:
    """Read the row ids of a part of the reports that match at `now`, the newest first."""
    page = await reports.page(criteria, ReportOrder.NEWEST, Keyset(offset + limit), now, ("id",))
    return [row[0] for row in page.rows[offset:]]


async def numbered(numbers: list[str], *, limit: int, offset: int) -> list[int]:
    """Read the row ids of a part of the reports with these numbers, the newest first."""
    wanted = Conditions("NOT hidden")
    wanted.add_listed("number", set(numbers))
    rest = f"WHERE {wanted} ORDER BY submitted_at DESC, id DESC LIMIT {limit} OFFSET {offset}"
    return [row[0] for row in await select(Report, ("id",), rest, *wanted.values)]


async def requests(ids: list[int], viewpoint: Viewpoint = EVERYBODY) -> list[ServiceRequest]:
    """Read those of the reports with these row ids that the viewer sees, in this order."""
    found = await reports.by_id(ids, viewpoint, ServiceRequest._fields)
    return [ServiceRequest(*values[: len(ServiceRequest._fields)]) for values in found if values is not None]


async def last_notes(ids: list[int]) -> dict[int, str]:
    """Read, by the row id of their report, the public notes that came with the last change of its status."""
    wanted = Conditions(f"kind IN ({_CHANGES})")
    wanted.add_listed("report_id", set(ids))
    last = f"SELECT report_id, MAX(position) AS position FROM log_event WHERE {wanted} GROUP BY report_id"
    sql = f"SELECT last.report_id, body FROM ({last}) AS last JOIN note ON note.position = last.position"
    return {row[0]: row[1] for row in await read(sql, *wanted.values)}
