"""The GraphQL enums: those of the rules and of the queries, with a description of each value."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

import strawberry

from models.log import ReportEventKind
from queries.reports import ReportOrder
from queries.statistics import StatisticsDimension
from rules.access import Role
from rules.boards import BoardKind, Metric
from rules.forwarding import ForwardingState
from rules.languages import Locale
from rules.periods import Period
from rules.personal_details import PersonalDetailKind
from rules.pictures import ProofConcern
from rules.refusals import ErrorCode
from rules.routing import AgencyKind
from rules.scoring.bands import Band
from rules.service_time import ServiceHours
from rules.workflow import ReportStatus, Resolution

E = TypeVar("E", bound=type[Enum])


def _describe(enum: E, description: str, values: Mapping[str, str]) -> None:
    strawberry.enum(enum, description=description)
    for value in enum.__strawberry_definition__.values:  # type: ignore[attr-defined] # set by strawberry.enum
        value.description = values[value.name]


_describe(Locale, "A language of the service.", {"ID": "Indonesian.", "EN": "English."})
_describe(
    ReportOrder,
    "Order of a list of reports.",
    {
        "NEWEST": "Latest submission first.",
        "OLDEST": "Earliest submission first.",
        "MOST_SUPPORTED": "Most supporters first.",
        "DUE_SOONEST": "Earliest `handlerDueAt` first.",
        "RECENTLY_CHANGED": "Latest event first.",
        "RELEVANCE": "Best match of `text` first, which is required: words in the title count more than those in the "
        "description. Only the 1,000 newest matches are listed.",
    },
)
_describe(
    StatisticsDimension,
    "A property by which statistics are grouped: each row has its value in the field of the same name.",
    {
        "STATUS": "By the present status.",
        "RESOLUTION": "By the present outcome: null in the row of open reports.",
        "CATEGORY": "By category.",
        "KELURAHAN": "By the kelurahan of the location.",
        "KECAMATAN": "By the kecamatan of the location.",
        "CITY": "By the city of the location.",
        "HANDLER": "By the unit that is in charge now, or was last.",
        "DAY": "By day in Jakarta, in `day`.",
        "WEEK": "By week, with its Monday in `day`.",
        "MONTH": "By month, with its first day in `day`.",
    },
)
_describe(
    ServiceHours,
    "Hours in which the clocks of a category's targets run: its service time.",
    {
        "ALWAYS": "Day and night, every day.",
        "DAY": "Not on days off: national holidays and joint leave. Those of targets under 24 hours stand still from "
        "19:00 to 07:00 in Jakarta too.",
    },
)
_describe(
    ReportStatus,
    "Status of a report.",
    {
        "WAITING": "Menunggu: no unit has started work yet.",
        "IN_PROGRESS": "Sedang ditindaklanjuti: the unit in charge is working on it.",
        "PROCESSED": "Sudah diproses: the report is closed, with the outcome in `resolution`.",
    },
)
_describe(
    Resolution,
    "Outcome of a processed report.",
    {
        "FIXED": "The problem was fixed, with at least one proof photo.",
        "DUPLICATE": "Another report describes the same problem. See `duplicateOf`.",
        "OUT_OF_REMIT": "The problem is not within the city's remit.",
        "INVALID": "The report does not describe a problem.",
        "WITHDRAWN": "The reporter withdrew the report.",
    },
)
_describe(
    Role,
    "Role of an account.",
    {
        "CITIZEN": "Submits, supports and follows reports. Everybody who signs up.",
        "OFFICER": "Handles the reports of a kelurahan or an agency.",
        "SUPERVISOR": "Has the permissions of all officers of a kecamatan, a city or an agency.",
        "ADMIN": "The control room: every report, and waiving point entries.",
    },
)
_describe(
    AgencyKind,
    "Kind of an agency.",
    {
        "CITY": "An agency of the province. It earns points.",
        "EXTERNAL": "An agency outside the province. Its reports stay public and earn no points.",
    },
)
_describe(
    BoardKind,
    "Kind of subject that a board ranks.",
    {
        "KELURAHAN": "The 267 kelurahan.",
        "KECAMATAN": "The 44 kecamatan, each with the totals of its kelurahan.",
        "CITY": "The five cities and the regency, each with the totals of its kelurahan.",
        "AGENCY": "The agencies of the province, without external ones.",
        "OFFICER": "Officers and supervisors, by their own actions. Visible to signed-in staff only.",
        "CITIZEN": "Citizens who opted in, by pseudonym. Updated once a day, when the day closes; the default is "
        "the period of the last closed day.",
    },
)
_describe(
    Metric,
    "Metric of a board.",
    {
        "POINTS": "Points earned in the period: the work done. It grows with the number of reports, so it does not "
        "compare a small unit with a big one. Ranks subjects with a point entry in the period.",
        "RESPONSIVENESS": "Score from 0 to 100, independent of the number of reports: reports answered and fixed on "
        "time, satisfaction of the reporters, and few overdue reports. Ranks subjects with 5 decided answers and 5 "
        "decided fixes in the period, and nobody by `DAY` and `WEEK`, where ranks are chance: the scores are shown. An "
        "answer or a fix is decided when it is made, or when its deadline passes. Not available for citizens.",
    },
)
_describe(
    Band,
    "A subject compared with all subjects of its kind. The limits are those of a funnel plot: chance alone takes an "
    "average subject below them with a probability under 0.1 %, and above them with a probability under 0.1 % (exact "
    "binomial). They are wide for few reports and narrow for many.",
    {
        "ABOVE": "One rate is above the limits, and none is below them.",
        "AVERAGE": "Both rates are within the limits.",
        "BELOW": "One rate is below the limits, whatever the other one.",
    },
)
_describe(
    Period,
    "Kind of calendar period in Asia/Jakarta.",
    {
        "DAY": "A day, from midnight to midnight.",
        "WEEK": "A week, from Monday.",
        "MONTH": "A calendar month.",
        "QUARTER": "A calendar quarter: from January, April, July or October.",
        "YEAR": "A calendar year.",
        "ALL_TIME": "All time, since the first report.",
    },
)
_describe(
    ReportEventKind,
    "Kind of event of a report.",
    {
        "SUBMITTED": "A citizen submitted the report.",
        "EDITED": "The reporter changed the text, or photos were added or removed.",
        "STATUS_CHANGED": "The status changed.",
        "SUPPORTED": "One or more citizens started to support the report.",
        "REOPENED": "A closed report was reopened.",
        "ASSIGNED": "The report was assigned to another unit.",
        "TRANSFERRED": "The report was transferred to another kelurahan.",
        "RECATEGORISED": "The category changed.",
        "MOVED": "The location was corrected, and the kelurahan with it where another one begins.",
        "RATED": "The reporter rated how the report was fixed.",
        "RESPONSE_OVERDUE": "The response deadline passed without an answer.",
        "PROCESSING_OVERDUE": "The deadline of the unit in charge passed before the report was processed.",
        "COMMENTED": "Somebody commented: see `comment`. Nothing else changed.",
        "NOTED": "Staff wrote an internal note: see `comment`. Visible to staff only, and never on their own reports.",
        "SUPPORT_WITHDRAWN": "A citizen withdrew their support.",
        "HIDDEN": "The control room hid the report from the public, with a reason in `note` for the reporter and staff "
        "who may act. For everybody else the report is gone: `report` is null, and no event follows until `UNHIDDEN`.",
        "UNHIDDEN": "The control room showed the report again.",
        "ERASED": "The reporter erased the words, the address and the photos of the report.",
        "FORWARDING_CHANGED": "The report came further at its external agency, or an attempt failed: see "
        "`Report.forwarding`. `note` has the words of the agency, if it said any.",
    },
)
_describe(
    ForwardingState,
    "Progress of a report at an external agency.",
    {
        "UNCONNECTED": "The agency is not connected. The report waits, and is sent when the agency is connected.",
        "QUEUED": "The report is about to be sent, or will be tried again.",
        "SENT": "The agency has got the report.",
        "ACKNOWLEDGED": "The agency has given it a number of its own, or says that it works on it.",
        "FAILED": "The agency refuses the report. It is not tried again until somebody asks for it: `retryForwarding`.",
        "CLOSED": "The agency has ended its work.",
    },
)
_describe(
    ProofConcern,
    "Likeness of a proof photo to another picture, by a hash. A hint for people: it is no verdict.",
    {
        "LIKE_OWN_PICTURE": "It looks like a picture that the report had already.",
        "LIKE_OTHER_PROOF": "It looks like another proof photo of the same unit.",
    },
)
_describe(
    PersonalDetailKind,
    "Kind of a personal detail in a text.",
    {
        "TELEPHONE": "A telephone number of Indonesia or another country, mobile or not.",
        "PLATE": "The plate of a vehicle.",
        "IDENTITY_NUMBER": "The number of an Indonesian identity card (NIK) or family card.",
    },
)
_describe(
    ErrorCode,
    "Kind of refusal.",
    {
        "UNAUTHENTICATED": "Nobody is signed in, or the session has ended.",
        "FORBIDDEN": "The object is visible to the viewer, but the action is not allowed.",
        "NOT_FOUND": "The object does not exist, or the viewer may not see it.",
        "INVALID": "An argument is invalid. `field` is its path.",
        "OUT_OF_AREA": "The location is outside Jakarta.",
        "CONFLICT": "The object changed in the meantime, or the value is already taken.",
        "TRANSITION_REFUSED": "The status of the report does not allow the action.",
        "PROOF_REQUIRED": "Closing as `FIXED` requires a proof photo.",
        "PROOF_REUSED": "The proof photo is already in a report.",
        "RATE_LIMITED": "Too many requests. Try again after `extensions.retryAfter` seconds, if the answer has it.",
        "DUPLICATE_REQUEST": "The idempotency key was used for another submission or another act.",
        "TOO_FAR_APART": "The original report is of another category, more than 200 metres away, or closed and "
        "submitted more than 7 days before.",
        "UNAVAILABLE": "A part of the service does not answer. Nothing has changed; try again in a moment.",
    },
)
