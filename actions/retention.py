"""Deletion of personal data that have served: a batch in each transaction, beside everything that writes."""

from datetime import timedelta
from typing import Final, NamedTuple

from actions.act_keys import KEPT_FOR
from actions.log import LogTransaction
from actions.photos import UNUSED_FOR
from rules.oidc import FLOW_LIFETIME
from rules.retention import Kept, Periods

BATCH: Final = 1_000
"""Rows of one transaction."""


class Expiring(NamedTuple):
    """Rows that have served.

    `where`: their condition, with $1 for the moment up to which they go. `kept`: the period of the settings between
    the time in the condition and that moment. `cleared`: columns that become null; otherwise the row goes.
    """

    name: str
    table: str
    where: str
    kept: Kept | None = None
    cleared: tuple[str, ...] = ()


UNUSED_UPLOADS: Final = Expiring("unused uploads", "photo", "report_id IS NULL AND uploaded_at <= $1")
"""Deleted by `actions.photos.sweep_unused`, with their files."""

IDEMPOTENCY_KEYS: Final = Expiring("idempotency keys", "act_key", "at < $1")
LINKS: Final = Expiring("expired links", "account_letter", "expires_at <= $1")
ARRIVALS: Final = Expiring("sign-ins at the provider", "provider_arrival", "created_at < $1")

ROWS: Final = (
    IDEMPOTENCY_KEYS,
    LINKS,
    ARRIVALS,
    Expiring("expired links to data", "account", "data_until <= $1", cleared=("data_digest", "data_until")),
    Expiring("ended sessions", "sign_in", "COALESCE(ended_at, expires_at) <= $1", Kept.ENDED_SESSIONS),
    Expiring(
        "failed deliveries",
        "delivery",
        "state = 'FAILED' AND destination NOT LIKE 'agency:%' AND updated_at <= $1",
        Kept.FAILED_DELIVERIES,
    ),
    Expiring("flags", "flag", "at <= $1", Kept.FLAGS),
)

_PROMISED: Final = {
    UNUSED_UPLOADS.name: UNUSED_FOR,
    IDEMPOTENCY_KEYS.name: KEPT_FOR,
    ARRIVALS.name: 2 * FLOW_LIFETIME,
}
"""The periods that clients rely on, so that no setting changes them."""


async def count(tx: LogTransaction, rows: Expiring, periods: Periods) -> int:
    """Return how many rows have served."""
    (found,) = await tx.fetch(
        f"SELECT COUNT(*) AS number FROM {rows.table} WHERE {rows.where}", tx.at - age_of(rows, periods)
    )
    return int(found["number"])


async def delete_some(tx: LogTransaction, rows: Expiring, periods: Periods) -> int:
    """Delete rows that have served, at most BATCH, and return how many; 0 at the end.

    Rows that another transaction has locked are left to a later call.
    """
    lock = "" if tx.connection.capabilities.dialect == "sqlite" else "FOR UPDATE SKIP LOCKED"
    change = f"DELETE FROM {rows.table}"
    if rows.cleared:
        change = f"UPDATE {rows.table} SET {', '.join(f'{column} = NULL' for column in rows.cleared)}"
    some = f"SELECT id FROM {rows.table} WHERE {rows.where} LIMIT {BATCH} {lock}"
    return len(await tx.fetch(f"{change} WHERE id IN ({some}) RETURNING id", tx.at - age_of(rows, periods)))


def age_of(rows: Expiring, periods: Periods) -> timedelta:
    """Return the time from that in the condition of rows until they go."""
    return _PROMISED.get(rows.name, timedelta(0)) if rows.kept is None else periods[rows.kept]
