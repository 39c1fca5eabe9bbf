"""From the filter that a client writes to the criteria that the rules know, and on to the rows of the table."""

from datetime import datetime
from typing import Any, TypeVar

from strawberry import ID
from tortoise.expressions import Q

from rules.access import Person
from rules.criteria import BoundingBox, ReportCriteria
from rules.messages import Message
from schema.context import Context
from schema.errors import RequestCode, RequestError
from schema.nodes import parse_id
from schema.places import ReferenceObjects
from schema.reports import BoundingBoxInput, ReportFilter

T = TypeVar("T")


def criteria_of(asked: ReportFilter | None, context: Context) -> ReportCriteria:
    """Read a filter. Raises RequestError BAD_INPUT, or UNAUTHENTICATED for `mine` without a session."""
    if asked is None:
        return ReportCriteria()
    return ReportCriteria(
        status=None if asked.status is None else frozenset(asked.status),
        resolution=None if asked.resolution is None else frozenset(asked.resolution),
        category=_categories(asked.category, context.places),
        kelurahan=_kelurahan(asked, context.places),
        handler=_handlers(asked.handler, context.places),
        within=None if asked.within is None else _box(asked.within),
        submitted_from=asked.submitted_from,
        submitted_to=asked.submitted_to,
        overdue=asked.overdue,
        external=asked.external,
        reporter_id=_me(context.person) if asked.mine else None,
    )


def rows_of(criteria: ReportCriteria, now: datetime) -> Q:
    """Write the criteria as a condition on the table of reports: the same that `ReportCriteria.matches` decides."""
    conditions: dict[str, Any] = {
        "status__in": _listed(criteria.status),
        "resolution__in": _listed(criteria.resolution),
        "category__in": _listed(criteria.category),
        "kelurahan__in": _listed(criteria.kelurahan),
        "handler__in": _listed(criteria.handler),
        "submitted_at__gte": criteria.submitted_from,
        "submitted_at__lt": criteria.submitted_to,
        "external": criteria.external,
        "reporter_id": criteria.reporter_id,
    }
    box = criteria.within
    if box is not None:
        conditions |= {
            "latitude__gte": box.south,
            "latitude__lte": box.north,
            "longitude__gte": box.west,
            "longitude__lte": box.east,
        }
    wanted = Q(**{name: value for name, value in conditions.items() if value is not None})
    if criteria.overdue is None:
        return wanted
    return wanted & (_overdue(now) if criteria.overdue else _in_time(now))


def _overdue(now: datetime) -> Q:
    unanswered = Q(responded_at__isnull=True, response_due_at__lt=now)
    return Q(processed_at__isnull=True) & (Q(processing_due_at__lt=now) | unanswered)


def _in_time(now: datetime) -> Q:
    answered = Q(responded_at__isnull=False) | Q(response_due_at__gte=now)
    return Q(processed_at__isnull=False) | (Q(processing_due_at__gte=now) & answered)


def _listed(values: frozenset[str] | None) -> list[str] | None:
    return None if values is None else sorted(values)


def _kelurahan(asked: ReportFilter, places: ReferenceObjects) -> frozenset[str] | None:
    """Resolve the places of every level to kelurahan; each level that is given narrows the others."""
    gazetteer, parts = places.gazetteer, []
    if asked.kelurahan is not None:
        parts.append(
            {_known(gazetteer.find_kelurahan(given), given, "filter.kelurahan").code for given in asked.kelurahan}
        )
    if asked.kecamatan is not None:
        kecamatan = [_known(gazetteer.kecamatan.get(code), code, "filter.kecamatan") for code in asked.kecamatan]
        parts.append({code for one in kecamatan for code in one.kelurahan})
    if asked.city is not None:
        cities = [_known(gazetteer.cities.get(code), code, "filter.city") for code in asked.city]
        parts.append({code for one in cities for code in one.kelurahan})
    return frozenset(set.intersection(*parts)) if parts else None


def _known(found: T | None, given: str, argument: str) -> T:
    if found is None:
        raise RequestError(RequestCode.BAD_INPUT, Message.PLACE_UNKNOWN, argument, code=given)
    return found


def _categories(asked: list[str] | None, places: ReferenceObjects) -> frozenset[str] | None:
    for code in asked or ():
        if code not in places.categories:
            raise RequestError(RequestCode.BAD_INPUT, Message.CATEGORY_UNKNOWN, "filter.category", code=code)
    return None if asked is None else frozenset(asked)


def _handlers(asked: list[ID] | None, places: ReferenceObjects) -> frozenset[str] | None:
    return None if asked is None else frozenset(_handler(text, places) for text in asked)


def _handler(text: str, places: ReferenceObjects) -> str:
    match parse_id(text):
        case ("Kelurahan", code) if code in places.kelurahan:
            return code
        case ("Agency", code) if code in places.agencies:
            return code
    raise RequestError(RequestCode.BAD_INPUT, Message.HANDLER_UNKNOWN, "filter.handler")


def _box(asked: BoundingBoxInput) -> BoundingBox:
    if not (-90 <= asked.south <= asked.north <= 90 and -180 <= asked.west <= asked.east <= 180):
        raise RequestError(RequestCode.BAD_INPUT, Message.BOX_INVALID, "filter.within")
    return BoundingBox(asked.south, asked.west, asked.north, asked.east)


def _me(person: Person | None) -> int:
    if person is None:
        raise RequestError(RequestCode.UNAUTHENTICATED, Message.SIGN_IN, "filter.mine")
    return person.account_id
