"""Reads of accounts and sessions."""

from dataclasses import dataclass
from datetime import datetime

from models.accounts import Account
from models.reading import read
from rules.access import Person, Role, RoleGrant


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow:
    """The part of an account that its owner may see."""

    public_id: str
    pseudonym: str
    email: str
    on_citizen_board: bool


PROFILE_COLUMNS: tuple[str, ...] = tuple(ProfileRow.__dataclass_fields__)


async def profile(account_id: int) -> ProfileRow:
    """Read the profile of an account."""
    return ProfileRow(**await Account.get(id=account_id).values(*PROFILE_COLUMNS))


async def person_of(session_id: str, now: datetime) -> Person | None:
    """Return the person of a session, with their roles. Return None for a session that has ended or expired."""
    rows = await read(
        "SELECT s.account_id, m.role, m.unit FROM sign_in s LEFT JOIN membership m ON m.account_id = s.account_id "
        "WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 ORDER BY m.id",
        session_id,
        now,
    )
    if not rows:
        return None
    granted = (RoleGrant(Role(role), unit or None) for _, role, unit in rows if role is not None)
    return Person(rows[0][0], (RoleGrant(Role.CITIZEN), *granted))


async def sessions_ended_since(moment: datetime) -> list[str]:
    """Return the ids of the sessions that have ended since a moment."""
    return [session_id for (session_id,) in await read("SELECT id FROM sign_in WHERE ended_at >= $1", moment)]
