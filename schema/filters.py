"""The meaning of a filter: criteria, with all places resolved to kelurahan and all ids to codes."""

from typing import TYPE_CHECKING, TypeVar

from strawberry import ID

from models.reference.gazetteer import Gazetteer
from models.reference.records import KelurahanRecord
from rules.access import Person, units_acted_for
from rules.criteria import Acting, BoundingBox, ReportCriteria
from rules.geography import Circle, check_coordinates
from rules.messages import Message
from rules.search import LONGEST, search_words
from schema.context import Context
from schema.errors import RequestCode, RequestError
from schema.nodes import parse_id
from schema.places import ReferenceObjects

if TYPE_CHECKING:
    from schema.reports import BoundingBoxInput, GeoPointInput, ReportFilter

T = TypeVar("T")

MOST_METRES = 5_000
"""The largest radius of a circle, in metres."""


def criteria_of(given: "ReportFilter | None", context: Context) -> ReportCriteria:
    """Return the criteria of a filter.

    Raises RequestError BAD_INPUT, or UNAUTHENTICATED for `mine` without a session.
    """
    if given is None:
        return ReportCriteria()
    return ReportCriteria(
        status=None if given.status is None else frozenset(given.status),
        resolution=None if given.resolution is None else frozenset(given.resolution),
        category=_categories(given.category, context.places),
        kelurahan=_kelurahan(given, context.places),
        handler=_handlers(given.handler, context.places),
        within=None if given.within is None else box_of(given.within, "filter.within"),
        near=None
        if given.near is None
        else circle_of(given.near.at, given.near.radius_metres, "filter.near.at", "filter.near.radiusMetres"),
        submitted_from=given.submitted_from,
        submitted_to=given.submitted_to,
        overdue=given.overdue,
        external=given.external,
        reporter_id=_me(context.person) if given.mine else None,
        acting=_acting(context) if given.actionable else None,
        changed_from=given.changed_from,
        processed_from=given.processed_from,
        processed_to=given.processed_to,
        reopened=given.reopened,
        stars_at_most=given.stars_at_most,
        without_photo=given.without_photo,
        supporters_at_least=given.supporters_at_least,
        text=None if given.text is None else _words(given.text),
    )


def _kelurahan(given: "ReportFilter", places: ReferenceObjects) -> frozenset[str] | None:
    """Resolve the places of every level to kelurahan; each level that is given narrows the others."""
    gazetteer, parts = places.gazetteer, []
    if given.kelurahan is not None:
        argument = "filter.kelurahan"
        named = [_known(named_kelurahan(gazetteer, text, argument), text, argument) for text in given.kelurahan]
        parts.append({record.code for record in named})
    if given.kecamatan is not None:
        kecamatan = [_known(gazetteer.kecamatan.get(code), code, "filter.kecamatan") for code in given.kecamatan]
        parts.append({code for one in kecamatan for code in one.kelurahan})
    if given.city is not None:
        cities = [_known(gazetteer.cities.get(code), code, "filter.city") for code in given.city]
        parts.append({code for one in cities for code in one.kelurahan})
    return frozenset(set.intersection(*parts)) if parts else None


def named_kelurahan(gazetteer: Gazetteer, text: str, argument: str) -> KelurahanRecord | None:
    """Return the kelurahan with a name or code, or None. Raises RequestError when it may mean several."""
    named = gazetteer.candidates(text)
    if len(named) > 1:
        candidates = gazetteer.described(record.code for record in named)
        raise RequestError(
            RequestCode.BAD_INPUT, Message.KELURAHAN_AMBIGUOUS, argument, code=text, candidates=candidates
        )
    return named[0] if named else None


def _known(found: T | None, text: str, argument: str) -> T:
    if found is None:
        raise RequestError(RequestCode.BAD_INPUT, Message.PLACE_UNKNOWN, argument, code=text)
    return found


def _categories(codes: list[str] | None, places: ReferenceObjects) -> frozenset[str] | None:
    for code in codes or ():
        if code not in places.categories:
            raise RequestError(RequestCode.BAD_INPUT, Message.CATEGORY_UNKNOWN, "filter.category", code=code)
    return None if codes is None else frozenset(codes)


def _handlers(ids: list[ID] | None, places: ReferenceObjects) -> frozenset[str] | None:
    return None if ids is None else frozenset(_handler(text, places) for text in ids)


def _handler(text: str, places: ReferenceObjects) -> str:
    match parse_id(text):
        case ("Kelurahan", code) if code in places.kelurahan:
            return code
        case ("Agency", code) if code in places.agencies:
            return code
    raise RequestError(RequestCode.BAD_INPUT, Message.HANDLER_UNKNOWN, "filter.handler")


def box_of(box: "BoundingBoxInput", argument: str) -> BoundingBox:
    """Return a box. Raises RequestError BAD_INPUT for the argument if its borders are not in order."""
    if not (-90 <= box.south <= box.north <= 90 and -180 <= box.west <= box.east <= 180):
        raise RequestError(RequestCode.BAD_INPUT, Message.BOX_INVALID, argument)
    return BoundingBox(box.south, box.west, box.north, box.east)


def _words(text: str) -> tuple[str, ...]:
    if len(text) > LONGEST:
        raise RequestError(RequestCode.BAD_INPUT, Message.SEARCH_TOO_LONG, "filter.text", most=LONGEST)
    words = search_words(text)
    if not words:
        raise RequestError(RequestCode.BAD_INPUT, Message.SEARCH_WITHOUT_WORDS, "filter.text")
    return words


def _acting(context: Context) -> Acting:
    """Return the authority of the viewer. Without an official role it extends to no report."""
    person, gazetteer = context.person, context.places.gazetteer
    if person is None:
        return Acting(0, frozenset())
    return Acting(person.account_id, units_acted_for(person, (*gazetteer.kelurahan, *gazetteer.agencies)))


def circle_of(at: "GeoPointInput", radius_metres: int, at_argument: str, radius_argument: str) -> Circle:
    """Return the circle around a point. Raises RequestError BAD_INPUT for one of the two arguments."""
    fault = check_coordinates(at.latitude, at.longitude)
    if fault is not None:
        raise RequestError(RequestCode.BAD_INPUT, Message[f"COORDINATE_{fault}"], at_argument)
    if not 1 <= radius_metres <= MOST_METRES:
        raise RequestError(RequestCode.BAD_INPUT, Message.RADIUS, radius_argument, most=MOST_METRES)
    return Circle(at.latitude, at.longitude, float(radius_metres))


def _me(person: Person | None) -> int:
    if person is None:
        raise RequestError(RequestCode.UNAUTHENTICATED, Message.SIGN_IN, "filter.mine")
    return person.account_id
