"""The enums of the rules, as GraphQL sees them, each value described."""

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import TypeVar

import strawberry

from models.log import ReportEventKind
from rules.access import Role
from rules.periods import Period
from rules.refusals import ErrorCode
from rules.routing import AgencyKind
from rules.scoring.ranking import BoardKind, Metric
from rules.workflow import ReportStatus, Resolution

E = TypeVar("E", bound=type[Enum])


class Locale(StrEnum):
    """A language of the service."""

    ID = "ID"
    EN = "EN"


class ReportOrder(StrEnum):
    """In which order reports are listed."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    MOST_SUPPORTED = "MOST_SUPPORTED"
    DUE_SOONEST = "DUE_SOONEST"


def _describe(enum: E, description: str, values: Mapping[str, str]) -> None:
    strawberry.enum(enum, description=description)
    for value in enum.__strawberry_definition__.values:  # type: ignore[attr-defined] # put there by strawberry.enum
        value.description = values[value.name]


_describe(Locale, "A language.", {"ID": "Indonesian.", "EN": "English."})
_describe(
    ReportOrder,
    "In which order reports are listed.",
    {
        "NEWEST": "The latest submission first.",
        "OLDEST": "The earliest submission first.",
        "MOST_SUPPORTED": "The one with the most supporters first.",
        "DUE_SOONEST": "The one first whose unit's time runs out first.",
    },
)
_describe(
    ReportStatus,
    "Where a report stands.",
    {
        "WAITING": "Menunggu: nobody has taken it up yet.",
        "IN_PROGRESS": "Sedang ditindaklanjuti: the unit in charge is at work.",
        "PROCESSED": "Sudah diproses: it has ended; `resolution` says how.",
    },
)
_describe(
    Resolution,
    "How a processed report ended.",
    {
        "FIXED": "The problem is gone; there is proof.",
        "DUPLICATE": "The same problem is in another report.",
        "OUT_OF_REMIT": "It is not the unit's business.",
        "INVALID": "It is not a report of a problem.",
        "WITHDRAWN": "The reporter took it back.",
    },
)
_describe(
    Role,
    "What an account may do.",
    {
        "CITIZEN": "Report, support and follow; everybody who signs up.",
        "OFFICER": "Handle the reports of a kelurahan or an agency.",
        "SUPERVISOR": "What the officers of a kecamatan, a city or an agency may.",
        "ADMIN": "The control room.",
    },
)
_describe(
    AgencyKind,
    "To whom an agency belongs.",
    {"CITY": "To the province: it earns points.", "EXTERNAL": "To others: reports are kept and passed on."},
)
_describe(
    BoardKind,
    "Who stands on a board.",
    {
        "KELURAHAN": "The 267 kelurahan.",
        "KECAMATAN": "The 44 kecamatan, with the sums of their kelurahan.",
        "CITY": "The 6 cities, with the sums of their kelurahan.",
        "AGENCY": "The agencies of the city, not those outside it.",
        "OFFICER": "Officers and supervisors, by what they did themselves; only for staff who are signed in.",
        "CITIZEN": "The citizens who wish it, by pseudonym: renewed when a day closes, and of the period of the last "
        "closed day when none is asked for.",
    },
)
_describe(
    Metric,
    "What a board ranks by.",
    {
        "POINTS": "The points gathered in the period.",
        "RESPONSIVENESS": "0 to 100, whatever the size: how many reports are answered and fixed in time, how satisfied "
        "reporters are, and how few lie overdue. Not for citizens.",
    },
)
_describe(
    Period,
    "A calendar period in Asia/Jakarta.",
    {
        "DAY": "From midnight to midnight.",
        "WEEK": "From Monday.",
        "MONTH": "From the first.",
        "YEAR": "From 1 January.",
        "ALL_TIME": "Since the beginning.",
    },
)
_describe(
    ReportEventKind,
    "What happened to a report.",
    {
        "SUBMITTED": "A citizen reported it.",
        "EDITED": "The reporter changed its words or added photos.",
        "STATUS_CHANGED": "It moved from one status to another.",
        "SUPPORTED": "Citizens joined it.",
        "REOPENED": "It was closed, and is open again.",
        "ASSIGNED": "It was given to another unit.",
        "TRANSFERRED": "It is in another kelurahan than was thought.",
        "RECATEGORISED": "It got another category.",
        "RATED": "Its reporter gave stars to its closing.",
        "RESPONSE_OVERDUE": "The time promised for an answer passed without one.",
        "PROCESSING_OVERDUE": "The time of the unit in charge ran out.",
        "SUPPORT_WITHDRAWN": "A citizen left it.",
    },
)
_describe(
    ErrorCode,
    "Why a change was refused.",
    {
        "UNAUTHENTICATED": "Sign in first, or again.",
        "FORBIDDEN": "You can see it, but not do this.",
        "NOT_FOUND": "It does not exist, or you cannot see it.",
        "INVALID": "A field is wrong; `field` says which.",
        "OUT_OF_AREA": "The place is outside the city.",
        "CONFLICT": "It changed meanwhile, or is taken already.",
        "TRANSITION_REFUSED": "The report's status does not allow it.",
        "PROOF_REQUIRED": "FIXED needs a proof photo.",
        "PROOF_REUSED": "The proof photo is in a report already.",
        "RATE_LIMITED": "Too often; try later.",
        "DUPLICATE_REQUEST": "The idempotency key belongs to another request.",
    },
)
