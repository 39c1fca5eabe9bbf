"""Signing in and staying so: sessions with a refresh token that is exchanged for a new one each time.

Only digests of refresh tokens are kept. The last one before the current, used later than a lost answer
explains, has been stolen: the session ends. A session's end is an event of the log, which closes its sockets.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from actions import passwords
from actions.accounts import normal_email
from actions.change import Change, Draft, Writer
from models.accounts import AccessKind, Account, SignIn
from models.database import fetch
from models.log import Topic
from rules.access import Membership, Person, Role
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

REFRESHABLE = timedelta(days=60)
LOST_ANSWER = timedelta(seconds=60)
"""How long the token before the last is still taken: its owner may never have got the answer."""


@dataclass(frozen=True, slots=True)
class Started:
    """A session begun or renewed: its id, and the one token that will renew it."""

    session_id: str
    account_id: int
    refresh_token: str


async def sign_in(writer: Writer, email: str, password: str) -> Started:
    """Check the password and start a session. Raises Refusal UNAUTHENTICATED, the same for whatever was wrong."""
    account = await _account_of(email)
    # An unknown address costs the same time as a wrong password, so that nobody learns who is registered.
    fits = await passwords.fits(account.password_hash if account else None, password)
    if account is None or not fits:
        raise Refusal(ErrorCode.UNAUTHENTICATED, Message.SIGN_IN_FAILED)
    return await start(writer, account.id)


async def start(writer: Writer, account_id: int) -> Started:
    """Start a session for an account whose owner has just shown who they are."""
    session_id, token = secrets.token_urlsafe(16), secrets.token_urlsafe(32)

    async def work(change: Change) -> None:
        await SignIn.create(
            id=session_id,
            account_id=account_id,
            refresh_digest=_digest(token),
            created_at=change.at,
            refreshed_at=change.at,
            expires_at=change.at + REFRESHABLE,
            using_db=change.using,
        )

    await writer.change(work)
    return Started(session_id, account_id, token)


async def refresh(writer: Writer, refresh_token: str) -> Started:
    """Exchange a refresh token for a new one. Raises Refusal UNAUTHENTICATED; a stolen one ends the session."""
    digest, token = _digest(refresh_token), secrets.token_urlsafe(32)

    async def work(change: Change) -> Started | None:
        sessions = SignIn.filter(ended_at__isnull=True, expires_at__gt=change.at).using_db(change.using)
        session = await sessions.filter(refresh_digest=digest).select_for_update().first()
        if session is None:
            session = await sessions.filter(previous_digest=digest).select_for_update().first()
            if session is None:
                return None
            if change.at - session.refreshed_at > LOST_ANSWER:
                await _end(change, session)
                return None
        else:
            session.previous_digest, session.refreshed_at = digest, change.at
        session.refresh_digest, session.expires_at = _digest(token), change.at + REFRESHABLE
        await session.save(using_db=change.using)
        return Started(session.id, session.account_id, token)

    renewed = await writer.change(work)
    if renewed is None:
        raise Refusal(ErrorCode.UNAUTHENTICATED, Message.TOKEN_INVALID, "refreshToken")
    return renewed


async def sign_out(writer: Writer, session_id: str) -> None:
    """End a session; one that has ended stays so."""

    async def work(change: Change) -> None:
        session = await SignIn.filter(id=session_id, ended_at__isnull=True).using_db(change.using).first()
        if session is not None:
            await _end(change, session)

    await writer.change(work)


async def person_of(session_id: str, now: datetime) -> Person | None:
    """Return who holds a session and which roles they have; None when it has ended or run out."""
    rows = await fetch(
        "SELECT s.account_id, s.expires_at, m.role, m.unit FROM sign_in s "
        "LEFT JOIN membership m ON m.account_id = s.account_id "
        "WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 ORDER BY m.id",
        session_id,
        now,
    )
    if not rows:
        return None
    given = (Membership(Role(row["role"]), row["unit"] or None) for row in rows if row["role"] is not None)
    return Person(rows[0]["account_id"], (Membership(Role.CITIZEN), *given))


async def _end(change: Change, session: SignIn) -> None:
    session.ended_at = change.at
    await session.save(using_db=change.using, update_fields=["ended_at"])
    first = await change.take_positions(1)
    ended = Draft(
        topic=Topic.ACCESS,
        kind=AccessKind.SESSION_ENDED,
        account_id=session.account_id,
        data={"session": session.id},
    )
    await change.append(first, [ended])


async def _account_of(email: str) -> Account | None:
    try:
        return await Account.get_or_none(email=normal_email(email))
    except Refusal:  # no address at all: nobody's
        return None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
