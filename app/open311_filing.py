"""New requests of Open311 (GeoReport v2), as submissions of reports."""

import math
from typing import Final

from actions.submissions import RoutedSubmission, Submission, require_valid
from rules import texts
from rules.access import Person
from rules.messages import Message
from rules.open311 import title_of
from rules.refusals import ErrorCode, Faults, Refusal
from schema.context import Context
from schema.exports import CODE, Parameters
from schema.open311 import category_unknown, place

_ARGUMENTS: Final = {
    "title": ("description",),
    "description": ("description",),
    "category": ("service_code",),
    "location": ("lat", "long"),
    "address": ("address_string",),
}
"""The parameters of Open311 that an argument of `submitReport` comes from."""


async def routed_request(context: Context, person: Person, parameters: Parameters, faults: Faults) -> RoutedSubmission:
    """Return a new request as a valid submission of the same mutation as in GraphQL. Raises Refusal.

    What is wrong is named by the parameters of Open311, each once.
    """
    submission = _submission(parameters, context, faults)
    named = {name for refusal in faults for name in refusal.field}
    refused = Faults()
    routed = await refused.check_async(require_valid(context.places.gazetteer, person, submission))
    for each in refused:
        parts = _ARGUMENTS[each.field[-1]]
        if named.isdisjoint(parts):
            faults.add(Refusal(each.code, each.message, parts[0], **each.values))
    with faults:
        return routed


def _submission(parameters: Parameters, context: Context, faults: Faults) -> Submission:
    """Return a submission, with values that cannot be valid for those that are missing or wrong."""
    code = _required(parameters, "service_code", faults)
    if code is not None and code not in context.places.categories:
        faults.add(category_unknown(code))
    description = _required(parameters, "description", faults)
    if description is not None:
        description = faults.check(texts.clean, description, texts.DESCRIPTION, "description")
    latitude, longitude = place(parameters)
    if not parameters.has("lat") or not parameters.has("long"):
        faults.add(Refusal(ErrorCode.INVALID, Message.COORDINATES_MISSING, "lat"))
    return Submission(
        title=title_of(description or ""),
        description=description or "",
        category=code or "",
        latitude=math.nan if latitude is None else latitude,
        longitude=math.nan if longitude is None else longitude,
        address=parameters.read("address_string", CODE),
    )


def _required(parameters: Parameters, name: str, faults: Faults) -> str | None:
    value: str | None = parameters.read(name, CODE)
    if value is None:
        faults.add(Refusal(ErrorCode.INVALID, Message.PARAMETER_MISSING, name, name=name))
    return value
