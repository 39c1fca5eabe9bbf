"""The content of messages to systems outside: public facts only, read when they are sent."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

from models.log import EventRow
from models.reports import ShownReportRow
from queries import reports
from queries.visibility import EVERYBODY, Viewpoint
from rules import opaque

PhotoUrls: TypeAlias = Callable[[str, str], tuple[str, str, str]]
"""Returns the addresses of a photo in its sizes, the largest last, by its name and the base of addresses."""


async def report_to_send(report_id: int, viewpoint: Viewpoint = EVERYBODY) -> ShownReportRow | None:
    """Read a report, by default as everybody sees it: None if it is hidden."""
    (row,) = await reports.by_id([report_id], viewpoint)
    return row


def report_facts(row: ShownReportRow, base_url: str, photo_urls: PhotoUrls) -> dict[str, Any]:
    """Return the facts of a report that an agency needs. Its reporter is not among them, not even as a pseudonym."""
    return {
        "number": row.number,
        "category": row.category,
        "title": row.title,
        "description": row.description,
        "kelurahan": row.kelurahan,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "submittedAt": _moment(row.submitted_at),
        "photos": [photo_urls(photo[0], base_url)[-1] for photo in row.citizen_photos or ()],
    }


def event_facts(event: EventRow, number: str, cursor: str) -> dict[str, Any]:
    """Return the facts of an event: codes and times. Words are left to those who ask for them by the number."""
    after, before = event.after, event.before
    return {
        "cursor": cursor,
        "kind": event.kind,
        "at": _moment(event.at),
        "actor": event.actor,
        "version": event.version,
        "report": {
            "id": opaque.encode(b"Report:%d" % (event.report_id or 0)),
            "number": number,
            "category": after.category,
            "kelurahan": after.kelurahan,
            "handler": after.handler,
            "external": after.external,
            "latitude": after.latitude,
            "longitude": after.longitude,
            "status": after.status,
            "resolution": after.resolution,
            "submittedAt": _moment(after.submitted_at),
        },
        "before": None
        if before is None
        else {"status": before.status, "resolution": before.resolution, "handler": before.handler},
    }


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
