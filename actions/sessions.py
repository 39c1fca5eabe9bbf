"""Sessions: signing in, and a refresh token that is exchanged for a new one at each use (rotation).

Only digests of refresh tokens are stored. A used token gives the same successor to everybody for a minute, because tabs
share it and answers get lost. Used later, it has been stolen: the session ends. The end of a session is an event of the
log, which closes its sockets.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from actions import passwords
from actions.log import LogTransaction, NewEvent
from actions.refresh_tokens import RefreshTokens, digest
from models.accounts import AccessKind, Account, SignIn
from models.log import Topic
from rules.emails import normal_email
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

REFRESHABLE = timedelta(days=60)
GRACE = timedelta(seconds=60)
"""The time after its first use for which a token still gives its successor."""


@dataclass(frozen=True, slots=True)
class StartedSession:
    """A session that was started or refreshed: its id, its account, and the only token that refreshes it next."""

    session_id: str
    account_id: int
    refresh_token: str


@dataclass(frozen=True, slots=True)
class Authenticated:
    """The owner of an account. `renewed`: the hash to store instead of `known`, which is in an outdated form."""

    account_id: int
    known: str
    renewed: str | None
    email: str


async def authenticate(email: str, password: str) -> Authenticated:
    """Check a password and return its owner; outside any transaction, for hashing takes 50 ms.

    Raises Refusal UNAUTHENTICATED, the same for an unknown address and a wrong password; RATE_LIMITED when too many
    wait for their check.
    """
    account = await _account_of(email)
    # An unknown address takes as long as a wrong password, so that nobody learns who is registered.
    verdict = await passwords.verify_password(account.password_hash if account else None, password)
    if account is None or verdict is passwords.Verdict.WRONG:
        raise Refusal(ErrorCode.UNAUTHENTICATED, Message.SIGN_IN_FAILED)
    renewed = await passwords.hash_password(password) if verdict is passwords.Verdict.OUTDATED else None
    return Authenticated(account.id, account.password_hash, renewed, account.email)


async def owner_for_update(tx: LogTransaction, owner: Authenticated) -> Account | None:
    """Lock the account of somebody who has just been authenticated, and return it.

    Return None when the hash was changed meanwhile: authenticate again. Raises Refusal FORBIDDEN for who is blocked,
    which only somebody with the right password learns.
    """
    accounts = Account.filter(id=owner.account_id, password_hash=owner.known).using_db(tx.connection)
    account = await accounts.select_for_update().first()
    if account is not None and account.blocked_at is not None:
        raise Refusal(ErrorCode.FORBIDDEN, Message.ACCOUNT_BLOCKED)
    return account


async def sign_in(
    tx: LogTransaction, owner: Authenticated, tokens: RefreshTokens, device: str | None = None
) -> StartedSession | None:
    """Start a session for somebody who has just been authenticated, and renew an outdated hash.

    Return None when the hash was changed meanwhile: authenticate again. Raises Refusal FORBIDDEN for who is blocked.
    """
    account = await owner_for_update(tx, owner)
    if account is None:
        return None
    if owner.renewed is not None:
        account.password_hash = owner.renewed
        await account.save(using_db=tx.connection, update_fields=["password_hash"])
    return await start(tx, owner.account_id, tokens, device)


async def start(
    tx: LogTransaction,
    account_id: int,
    tokens: RefreshTokens,
    device: str | None = None,
    ends_at: datetime | None = None,
) -> StartedSession:
    """Start a session for an account whose owner has just been authenticated.

    `ends_at`: the time at which it expires even if it is used.
    """
    session_id = secrets.token_urlsafe(16)
    token = tokens.first(session_id)
    await SignIn.create(
        id=session_id,
        account_id=account_id,
        refresh_digest=digest(token),
        created_at=tx.at,
        refreshed_at=tx.at,
        expires_at=_expiry(tx, ends_at),
        ends_at=ends_at,
        device=device,
        using_db=tx.connection,
    )
    return StartedSession(session_id, account_id, token)


async def refresh(tx: LogTransaction, refresh_token: str, tokens: RefreshTokens) -> StartedSession | None:
    """Exchange a refresh token for its successor; return None for a token that is not valid.

    A token that was exchanged for another less than a minute ago is not exchanged itself: so every caller of that
    minute, with either token, gets the same one. A stolen token ends the session, which has to be committed: so the
    caller refuses, and not this action.
    """
    session = await _session_of(tx, refresh_token, tokens)
    if session is None:
        return None
    given, is_in_grace = digest(refresh_token), tx.at - session.refreshed_at <= GRACE
    if given == session.refresh_digest and session.previous_digest is not None and is_in_grace:
        return StartedSession(session.id, session.account_id, refresh_token)
    if given == session.refresh_digest:
        session.previous_digest, session.refreshed_at = given, tx.at
        session.expires_at = _expiry(tx, session.ends_at)
    elif given != session.previous_digest or not is_in_grace:
        await _end(tx, SignIn.filter(id=session.id))
        return None
    token = tokens.successor(session.id, refresh_token)
    session.refresh_digest = digest(token)
    await session.save(using_db=tx.connection)
    return StartedSession(session.id, session.account_id, token)


def _expiry(tx: LogTransaction, ends_at: datetime | None) -> datetime:
    """Return the expiry of a session that is used now."""
    latest = tx.at + REFRESHABLE
    return latest if ends_at is None else min(latest, ends_at)


async def _session_of(tx: LogTransaction, token: str, tokens: RefreshTokens) -> SignIn | None:
    """Return the locked session that a token is, or was, a refresh token of."""
    given = digest(token)
    is_known = Q(refresh_digest=given) | Q(previous_digest=given)
    session_id = tokens.session_of(token)
    if session_id is not None:
        is_known |= Q(id=session_id)
    sessions = SignIn.filter(is_known, ended_at__isnull=True, expires_at__gt=tx.at).using_db(tx.connection)
    return await sessions.select_for_update().first()


async def sign_out(tx: LogTransaction, session_id: str) -> None:
    """End a session; one that has ended stays so."""
    await _end(tx, SignIn.filter(id=session_id))


async def revoke(tx: LogTransaction, account_id: int, session_id: str) -> None:
    """End a session of an account. Raises Refusal NOT_FOUND for one that is not its own, or has ended."""
    own = SignIn.filter(id=session_id, account_id=account_id, expires_at__gt=tx.at, ended_at__isnull=True)
    if not await own.using_db(tx.connection).exists():
        raise Refusal(ErrorCode.NOT_FOUND, Message.SESSION_UNKNOWN, "id")
    await _end(tx, SignIn.filter(id=session_id))


async def end_all(tx: LogTransaction, account_id: int) -> None:
    """End every session of an account."""
    await _end(tx, SignIn.filter(account_id=account_id, expires_at__gt=tx.at))


async def _end(tx: LogTransaction, which: QuerySet[SignIn]) -> None:
    sessions = await which.filter(ended_at__isnull=True).using_db(tx.connection).select_for_update().order_by("id")
    if not sessions:
        return
    ids = [session.id for session in sessions]
    await SignIn.filter(id__in=ids).using_db(tx.connection).update(ended_at=tx.at)
    events = [
        NewEvent(
            topic=Topic.ACCESS,
            kind=AccessKind.SESSION_ENDED,
            account_id=session.account_id,
            data={"session": session.id},
        )
        for session in sessions
    ]
    await tx.append(*events)


async def _account_of(email: str) -> Account | None:
    try:
        return await Account.get_or_none(email=normal_email(email))
    except Refusal:  # not an address: no account has it
        return None
