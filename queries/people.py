"""Reads of accounts and sessions, and of people as the control room sees them."""

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.accounts import Account, Membership, SignIn
from models.reading import read, select
from queries.conditions import Conditions
from queries.paging import Keyset, Page, page_of
from rules.access import Person, Role, RoleGrant
from rules.emails import NO_PEOPLE


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow:
    """The part of an account that its owner may see."""

    public_id: str
    pseudonym: str
    email: str
    on_citizen_board: bool
    email_confirmed: bool


PROFILE_COLUMNS: tuple[str, ...] = tuple(ProfileRow.__dataclass_fields__)


async def profile(account_id: int) -> ProfileRow:
    """Read the profile of an account."""
    return ProfileRow(**await Account.get(id=account_id).values(*PROFILE_COLUMNS))


async def has_password(account_id: int) -> bool:
    """Return whether an account has a password: staff who sign in at the identity provider have none."""
    return bool((await read("SELECT password_hash <> '' FROM account WHERE id = $1", account_id))[0][0])


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session that has not ended. `refreshed_at`: when it last got new tokens."""

    id: str
    created_at: datetime
    refreshed_at: datetime
    device: str | None


MOST_SESSIONS: Final = 100
"""Sessions of an account that are listed, those used last."""


async def sessions_of(account_id: int, now: datetime) -> list[SessionRow]:
    """Read the sessions of an account that have neither ended nor expired, the one used last first."""
    columns: tuple[str, ...] = tuple(SessionRow.__dataclass_fields__)
    rows = await select(
        SignIn,
        columns,
        "WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY refreshed_at DESC, id "
        f"LIMIT {MOST_SESSIONS}",
        account_id,
        now,
    )
    return [SessionRow(**dict(zip(columns, row, strict=True))) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person as the control room sees them. `name`: among staff, else the pseudonym."""

    public_id: str
    name: str
    email: str
    blocked: bool
    grants: tuple[RoleGrant, ...]


_LIKE, _ESCAPE = re.compile("[%_!]"), "ESCAPE '!'"
"""The characters that LIKE would take for others, and the mark before them."""

_PERSON: Final = ("id", "public_id", "staff_name", "pseudonym", "email", "blocked_at")


def people_filter(search: str | None, role: Role | None, unit: str | None) -> Conditions:
    """Return the condition for people. `search`: a part of a name, a pseudonym or an address, in any case.

    `role` and `unit`, by code: those who have that role, in that unit, or any role in it.
    """
    wanted = Conditions(*(f"email NOT LIKE '%{domain}'" for domain in NO_PEOPLE))
    if search is not None:
        part = _LIKE.sub(r"!\g<0>", search.casefold())
        mark = wanted.value(f"%{part}%")
        columns = ("email", "pseudonym_key", "LOWER(staff_name)")
        wanted.add(f"({' OR '.join(f'{column} LIKE {mark} {_ESCAPE}' for column in columns)})")
    held = wanted.beside()
    if role is not None and role is not Role.CITIZEN:  # every account is one
        held.add("role = {}", role)
    if unit is not None:
        held.add("unit = {}", unit)
    if role not in {None, Role.CITIZEN} or unit is not None:
        wanted.add(f"id IN (SELECT account_id FROM membership WHERE {held})")
    return wanted


async def people(wanted: Conditions, keyset: Keyset[str]) -> Page[PersonRow]:
    """Read a page of people, by address. Its keys are addresses."""
    bounded = Conditions(str(wanted))
    bounded.values = [*wanted.values]
    if keyset.after is not None:
        bounded.add("email > {}", keyset.after)
    if keyset.before is not None:
        bounded.add("email < {}", keyset.before)
    order = "DESC" if keyset.backward else "ASC"
    found = await _people(f"WHERE {bounded} ORDER BY email {order} LIMIT {keyset.limit}", bounded)
    return page_of(found, keyset, lambda row: row.email)


async def count_people(wanted: Conditions) -> int:
    """Count the people of a filter."""
    ((number,),) = await read(f"SELECT COUNT(*) FROM account WHERE {wanted}", *wanted.values)
    return int(number)


async def person_with_id(public_id: str) -> PersonRow | None:
    """Read the person with a public id. None for an account that is no person."""
    wanted = people_filter(None, None, None)
    wanted.add("public_id = {}", public_id)
    found = await _people(f"WHERE {wanted}", wanted)
    return found[0] if found else None


async def _people(rest: str, wanted: Conditions) -> list[PersonRow]:
    rows = await select(Account, _PERSON, rest, *wanted.values)
    grants = await _grants({row[0] for row in rows})
    return [
        PersonRow(
            public_id=public_id,
            name=staff_name or pseudonym,
            email=email,
            blocked=blocked_at is not None,
            grants=(RoleGrant(Role.CITIZEN), *grants[account_id]),
        )
        for account_id, public_id, staff_name, pseudonym, email, blocked_at in rows
    ]


async def _grants(account_ids: Collection[int]) -> defaultdict[int, list[RoleGrant]]:
    found: defaultdict[int, list[RoleGrant]] = defaultdict(list)
    if account_ids:
        wanted = Conditions()
        wanted.add_listed("account_id", account_ids)
        columns = ("account_id", "role", "unit")
        for account_id, role, unit in await select(Membership, columns, f"WHERE {wanted} ORDER BY id", *wanted.values):
            found[account_id].append(RoleGrant(Role(role), unit or None))
    return found
