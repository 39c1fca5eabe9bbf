"""The records of Open311 (GeoReport v2): services, requests, and where they are found."""

from datetime import UTC, datetime
from typing import Final

from app.open311_formats import Format, Record
from queries.open311 import ServiceRequest
from rules.languages import Locale
from rules.messages import Message
from rules.open311 import described, status_notes
from rules.periods import JAKARTA
from rules.workflow import ReportStatus, Resolution
from schema.context import Context
from schema.open311 import status_of
from schema.places import Category

ROOT: Final = "/open311/v2"

SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"

CHANGED: Final = "2026-11-29T00:00:00Z"
"""The last change of the interface."""


def discovery_record(context: Context) -> Record:
    """Return where the interface is, in which formats, and who gives keys (Service Discovery)."""
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{context.base_url}{ROOT}",
        "changeset": CHANGED,
        "type": "production",
        "formats": [each.media_type.partition(";")[0] for each in (Format.XML, Format.JSON)],
    }
    return {
        "changeset": CHANGED,
        "contact": f"{context.base_url}/",
        "key_service": Message.KEYS_BY_OPERATOR.text(context.locale),
        "endpoints": [endpoint],
    }


def service_record(category: Category, locale: Locale) -> Record:
    """Return a category as a service. Its name in the other language is a keyword."""
    other = Locale.ID if locale is Locale.EN else Locale.EN
    return {
        "service_code": category.code,
        "service_name": category.names.in_locale(locale),
        "description": category.hints.in_locale(locale),
        "metadata": False,
        "type": "realtime",
        "keywords": category.names.in_locale(other),
        "group": category.group,
    }


def definition_record(category: Category) -> Record:
    """Return the definition of a service, which asks for nothing beside what all requests have."""
    return {"service_code": category.code, "attributes": []}


def request_record(context: Context, request: ServiceRequest, note: str | None) -> Record:
    """Return a report as a request. `note`: what was said when its status changed last."""
    places, status = context.places, ReportStatus(request.status)
    resolution = None if request.resolution is None else Resolution(request.resolution)
    photos = [context.picture_urls(photo[0], context.base_url)[2] for photo in request.citizen_photos or ()]
    return {
        "service_request_id": request.number,
        "status": status_of(status),
        "status_notes": status_notes(status, resolution, note, context.locale),
        "service_name": places.categories[request.category].names.in_locale(context.locale),
        "service_code": request.category,
        "description": described(request.title, request.description),
        "agency_responsible": places.handler(request.handler).name,
        "service_notice": None,
        "requested_datetime": _w3(request.submitted_at),
        "updated_datetime": _w3(request.processed_at or request.changed_at or request.submitted_at),
        "expected_datetime": _w3(request.processing_due_at),
        "address": _address(context, request),
        "address_id": None,
        "zipcode": None,
        "lat": request.latitude,
        "long": request.longitude,
        "media_url": photos[0] if photos else None,
    }


def filed_record(context: Context, request: ServiceRequest) -> Record:
    """Return the answer to a new request."""
    due = f"{request.processing_due_at.astimezone(JAKARTA):%d-%m-%Y %H:%M} WIB"
    unit = context.places.handler(request.handler).name
    return {
        "service_request_id": request.number,
        "service_notice": Message.REQUEST_FILED.text(context.locale, unit=unit, due=due),
        "account_id": None,
    }


def _address(context: Context, request: ServiceRequest) -> str:
    """Return the address from the most specific part to the most general one."""
    kelurahan = context.places.kelurahan[request.kelurahan]
    parts = (request.address, kelurahan.name, kelurahan.kecamatan.name, kelurahan.city.name)
    return ", ".join(part for part in parts if part)


def _w3(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
