"""Everything that the service has of a person, for this person alone (UU 27/2022, articles 7 and 13)."""

from typing import Any, Final, NamedTuple

from models.accounts import Account, Membership, SignIn
from models.database import fetch
from models.identities import ProviderIdentity
from models.notifications import PushSubscription
from models.reports import Report

ACCOUNT: Final = (
    *("public_id", "email", "email_confirmed", "pseudonym", "staff_name", "created_at", "locale", "on_citizen_board"),
    *("email_news", "mailed_at", "blocked_at"),
)
REPORT: Final = (
    *("number", "title", "description", "address", "category", "latitude", "longitude", "kelurahan", "handler"),
    *("status", "resolution", "anonymous", "submitted_at", "responded_at", "processed_at", "rating", "support_count"),
    *("own_latitude", "own_longitude", "imported_from"),
)
BESIDE_REPORTS: Final = {
    "acts": """
        SELECT report.number, log_event.kind, log_event.at, note.body AS words
        FROM report JOIN log_event ON log_event.report_id = report.id
        LEFT JOIN note ON note.position = log_event.position
        WHERE report.reporter_id = $1 AND log_event.topic = 'report' AND log_event.account_id = $1
        ORDER BY log_event.position
    """,
    "unmasked": """
        SELECT report.number, original.title, original.description, original.address
        FROM report_original AS original JOIN report ON report.id = original.report_id
        WHERE report.reporter_id = $1 ORDER BY report.id
    """,
    "comments": """
        SELECT report.number, comment.at, comment.actor, COALESCE(original.body, comment.body) AS words
        FROM comment JOIN report ON report.id = comment.report_id
        LEFT JOIN comment_original AS original ON original.comment_id = comment.position
        WHERE comment.account_id = $1 AND NOT comment.internal ORDER BY comment.position
    """,
    "supports": """
        SELECT report.number, (until_position IS NULL) AS lasts
        FROM support JOIN report ON report.id = support.report_id
        WHERE support.account_id = $1 ORDER BY support.id
    """,
    "flags": """
        SELECT report.number, flag.at, flag.reason FROM flag JOIN report ON report.id = flag.report_id
        WHERE flag.account_id = $1 ORDER BY flag.id
    """,
    "points": """
        SELECT report.number, rule, points, at, day
        FROM point_entry JOIN report ON report.id = point_entry.report_id
        WHERE point_entry.account_id = $1 AND unit = 'CITIZEN' ORDER BY point_entry.position
    """,
    "photos": """
        SELECT photo.id AS file, uploaded_at, width, height, role, report.number
        FROM photo LEFT JOIN report ON report.id = photo.report_id
        WHERE owner_id = $1 ORDER BY uploaded_at, photo.id
    """,
}
"""Tables of what belongs to reports: acts on own reports, the rest on any. `number`: of the report.

Internal notes are the words of an office. They stay there.
"""


class MyData(NamedTuple):
    """The data of a person: tables by name, and the names of their pictures."""

    tables: dict[str, Any]
    photos: list[str]


async def read_my_data(account_id: int) -> MyData:
    """Read everything of a person but passwords, tokens, and keys of browsers, which would let others act for them."""
    devices = SignIn.filter(account_id=account_id).order_by("created_at")
    browsers = PushSubscription.filter(account_id=account_id).order_by("id")
    identities = ProviderIdentity.filter(account_id=account_id).order_by("id")
    beside = {name: await fetch(sql, account_id) for name, sql in BESIDE_REPORTS.items()}
    tables = {
        "account": await Account.get(id=account_id).values(*ACCOUNT),
        "roles": await Membership.filter(account_id=account_id).order_by("id").values("role", "unit"),
        "devices": await devices.values("device", "created_at", "refreshed_at", "expires_at", "ended_at"),
        "identities": await identities.values("issuer", "subject", "created_at"),
        "notifications": await browsers.values("endpoint", "locale", "created_at"),
        "reports": await Report.filter(reporter_id=account_id).order_by("id").values(*REPORT),
        **beside,
    }
    return MyData(tables, [photo["file"] for photo in beside["photos"]])
