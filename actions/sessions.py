"""Sessions: signing in, and a refresh token that is exchanged for a new one at each use (rotation).

Only digests of refresh tokens are stored. The previous token, used later than a lost answer explains, has been stolen:
the session ends. The end of a session is an event of the log, which closes its sockets.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from actions import passwords
from actions.accounts import normal_email
from actions.log import LogTransaction, NewEvent
from models.accounts import AccessKind, Account, SignIn
from models.log import Topic
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

REFRESHABLE = timedelta(days=60)
LOST_ANSWER = timedelta(seconds=60)
"""The time for which the previous token is still accepted: its owner may never have received the answer."""


@dataclass(frozen=True, slots=True)
class StartedSession:
    """A session that was started or refreshed: its id, its account, and the only token that refreshes it next."""

    session_id: str
    account_id: int
    refresh_token: str


async def authenticate(email: str, password: str) -> int:
    """Check a password and return the row id of its account; outside any transaction, for hashing takes 50 ms.

    Raises Refusal UNAUTHENTICATED, the same for an unknown address and a wrong password.
    """
    account = await _account_of(email)
    # An unknown address takes as long as a wrong password, so that nobody learns who is registered.
    is_right = await passwords.verify_password(account.password_hash if account else None, password)
    if account is None or not is_right:
        raise Refusal(ErrorCode.UNAUTHENTICATED, Message.SIGN_IN_FAILED)
    account_id: int = account.id
    return account_id


async def start(tx: LogTransaction, account_id: int) -> StartedSession:
    """Start a session for an account whose owner has just been authenticated."""
    session_id, token = secrets.token_urlsafe(16), secrets.token_urlsafe(32)
    await SignIn.create(
        id=session_id,
        account_id=account_id,
        refresh_digest=_digest(token),
        created_at=tx.at,
        refreshed_at=tx.at,
        expires_at=tx.at + REFRESHABLE,
        using_db=tx.connection,
    )
    return StartedSession(session_id, account_id, token)


async def refresh(tx: LogTransaction, refresh_token: str) -> StartedSession | None:
    """Exchange a refresh token for a new one; return None for a token that is not valid.

    A stolen token ends the session, which has to be committed: so the caller refuses, and not this action.
    """
    digest, token = _digest(refresh_token), secrets.token_urlsafe(32)
    sessions = SignIn.filter(ended_at__isnull=True, expires_at__gt=tx.at).using_db(tx.connection)
    session = await sessions.filter(refresh_digest=digest).select_for_update().first()
    if session is None:
        session = await sessions.filter(previous_digest=digest).select_for_update().first()
        if session is None:
            return None
        if tx.at - session.refreshed_at > LOST_ANSWER:
            await _end(tx, session)
            return None
    else:
        session.previous_digest, session.refreshed_at = digest, tx.at
    session.refresh_digest, session.expires_at = _digest(token), tx.at + REFRESHABLE
    await session.save(using_db=tx.connection)
    return StartedSession(session.id, session.account_id, token)


async def sign_out(tx: LogTransaction, session_id: str) -> None:
    """End a session; one that has ended stays so."""
    session = await SignIn.filter(id=session_id, ended_at__isnull=True).using_db(tx.connection).first()
    if session is not None:
        await _end(tx, session)


async def _end(tx: LogTransaction, session: SignIn) -> None:
    session.ended_at = tx.at
    await session.save(using_db=tx.connection, update_fields=["ended_at"])
    ended = NewEvent(
        topic=Topic.ACCESS,
        kind=AccessKind.SESSION_ENDED,
        account_id=session.account_id,
        data={"session": session.id},
    )
    await tx.append(ended)


async def _account_of(email: str) -> Account | None:
    try:
        return await Account.get_or_none(email=normal_email(email))
    except Refusal:  # not an address: no account has it
        return None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
