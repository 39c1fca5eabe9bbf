"""Sessions as their owner sees them."""

from datetime import datetime

import strawberry

from queries.people import SessionRow, sessions_of
from schema.nodes import global_id

field = strawberry.field


@strawberry.type(description="A session: a device that is signed in to the account.")
class SessionInfo:
    id: strawberry.ID = field(description="Opaque id, for `revokeSession`.")
    created_at: datetime = field(description="Time of the sign-in.")
    last_used_at: datetime = field(
        description="Last time that the session got new tokens: with the sign-in, and then at most once in half an "
        "hour, because a client asks for new ones when those expire."
    )
    device: str | None = field(
        description='Browser and system as the device named them at the sign-in: "Firefox 140, Android". Null when it '
        "named neither."
    )
    current: bool = field(description="Whether this is the session of the request, or the one that it started.")


async def read_sessions(account_id: int, current: str | None, now: datetime) -> list[SessionInfo]:
    """Read the sessions of an account that have neither ended nor expired. `current`: the id of the viewer's."""
    return [_session(row, current) for row in await sessions_of(account_id, now)]


def _session(row: SessionRow, current: str | None) -> SessionInfo:
    return SessionInfo(
        id=global_id("SessionInfo", row.id),
        created_at=row.created_at,
        last_used_at=row.refreshed_at,
        device=row.device,
        current=row.id == current,
    )
