"""The parameters of Open311 (GeoReport v2), as criteria of reports."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from rules.criteria import ReportCriteria
from rules.geography import Circle
from rules.messages import Message
from rules.refusals import ErrorCode, Faults, Refusal
from rules.report_numbers import parse_report_number
from rules.workflow import OPEN, PROCESSED, ReportStatus
from schema.context import Context
from schema.exports import CODE, CODES, MOMENT, WHOLE, Form, Parameters, checked, choice
from schema.filters import circle_of
from schema.reports import GeoPointInput, NearInput

JURISDICTION: Final = "jakarta.go.id"
"""The one jurisdiction of the service."""

SPAN: Final = timedelta(days=90)
"""The longest span of submissions, and that of a list without any."""

MOST: Final = 1_000
"""Requests of an answer at most."""

FARTHEST: Final = 10_000
"""Requests before a page at most: they are read too."""

_EARLIEST, _LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
_INSTANT: Final = timedelta(microseconds=1)

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,9}(\.[0-9]{0,30})?")

_STATUSES: Final = {"open": OPEN, "closed": frozenset({PROCESSED})}
"""The statuses that each of the two statuses of Open311 stands for."""


class Asked(NamedTuple):
    """Requests that are asked for: by their numbers, else by criteria, and which part of the list."""

    numbers: list[str] | None
    criteria: ReportCriteria
    limit: int
    offset: int


def status_of(status: ReportStatus) -> str:
    """Return the status of Open311 that a status belongs to."""
    return next(name for name, statuses in _STATUSES.items() if status in statuses)


def declared(given: Iterable[tuple[str, str]], faults: Faults) -> Parameters:
    """Return the parameters of a request. Empty ones count as not given, and unknown ones are of no interest."""
    kept = [(name, value) for name, value in given if value.strip()]
    return Parameters(kept, {name for name, _ in kept}, faults)


def check_jurisdiction(parameters: Parameters, faults: Faults) -> None:
    """Add a fault for another jurisdiction than that of the service."""
    named = parameters.read("jurisdiction_id", CODE)
    if named is not None and named != JURISDICTION:
        refusal = Refusal(ErrorCode.NOT_FOUND, Message.JURISDICTION_UNKNOWN, "jurisdiction_id", known=JURISDICTION)
        faults.add(refusal)


def asked_requests(parameters: Parameters, context: Context, faults: Faults) -> Asked:
    """Return the requests that are asked for. Numbers override all that decides which requests they are."""
    size = parameters.read("page_size", WHOLE)
    page = parameters.read("page", WHOLE)
    limit, offset = _part(MOST if size is None else size, 1 if page is None else page, faults)
    numbers = parameters.read("service_request_id", CODES)
    if numbers is not None:
        known = filter(None, map(parse_report_number, numbers))
        return Asked(list(known), ReportCriteria(), limit, offset)
    statuses = parameters.read("status", choice(_STATUSES)._replace(is_list=True))
    start, end = _span(parameters, context.now, faults)
    criteria = ReportCriteria(
        status=None if statuses is None else frozenset[ReportStatus]().union(*map(_statuses_of, statuses)),
        category=_categories(parameters, context, faults),
        near=_circle(parameters, faults),
        submitted_from=start,
        submitted_to=end,
    )
    return Asked(None, criteria, limit, offset)


def _statuses_of(name: str | None) -> frozenset[ReportStatus]:
    return _STATUSES[name] if name is not None else frozenset()


def _part(size: int, page: int, faults: Faults) -> tuple[int, int]:
    """Return the limit and the offset of a page."""
    for name, value, most in (("page_size", size, MOST), ("page", page, FARTHEST)):
        if not 1 <= value <= most:
            right = f"1 - {most}"
            faults.add(
                Refusal(ErrorCode.INVALID, Message.PARAMETER_VALUE, name, name=name, value=str(value), right=right)
            )
    offset = (page - 1) * size
    if offset > FARTHEST:
        faults.add(Refusal(ErrorCode.INVALID, Message.PAGE_TOO_FAR, "page", most=FARTHEST))
    return size, offset


def _span(parameters: Parameters, now: datetime, faults: Faults) -> tuple[datetime, datetime | None]:
    """Return the span of submissions, without its end: the last days if none is given, and as many if one end is."""
    start, end = parameters.read("start_date", MOMENT), parameters.read("end_date", MOMENT)
    if start is None and end is None:
        return now - SPAN, None
    if start is None:
        start = max(end, _EARLIEST + SPAN) - SPAN
    if end is None:
        end = min(start, _LATEST - SPAN) + SPAN
    if end - start > SPAN:
        faults.add(Refusal(ErrorCode.INVALID, Message.SPAN_TOO_LONG, "end_date", days=SPAN.days))
    return start, min(end, _LATEST) + _INSTANT


def _categories(parameters: Parameters, context: Context, faults: Faults) -> frozenset[str] | None:
    codes: list[str] | None = parameters.read("service_code", CODES)
    if codes is None:
        return None
    for code in set(codes) - context.places.categories.keys():
        faults.add(category_unknown(code))
    return frozenset(codes)


def category_unknown(code: str) -> Refusal:
    """Return the refusal of a `service_code` that does not exist."""
    return Refusal(ErrorCode.NOT_FOUND, Message.CATEGORY_UNKNOWN, "service_code", code=f"{code:.60}")


def _circle(parameters: Parameters, faults: Faults) -> Circle | None:
    latitude, longitude = place(parameters)
    radius = parameters.read("radius", NUMBER)
    if latitude is None and longitude is None and radius is None:
        return None
    if latitude is None or longitude is None:
        faults.add(Refusal(ErrorCode.INVALID, Message.COORDINATES_MISSING, "lat"))
        return None
    at = GeoPointInput(latitude=latitude, longitude=longitude)
    metres = NearInput(at=at).radius_metres if radius is None else round(radius)
    return checked(faults, circle_of, at, metres, "lat", "radius")


def place(parameters: Parameters) -> tuple[float | None, float | None]:
    """Return the latitude and the longitude that are given."""
    return parameters.read("lat", NUMBER), parameters.read("long", NUMBER)


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text.strip()):
        raise ValueError(text)
    return float(text)


NUMBER: Final = Form(_number, "-6.1754")
