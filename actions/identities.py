"""Staff who sign in at the city's identity provider (docs/adr/0038-staff-sign-in-at-the-identity-provider.md).

The provider's people are known by issuer and subject. An address says who somebody is only once: for an account that
was invited, and has no password.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from actions.accounts import Credentials, create_account, drawn_unless_free, set_provider_roles
from actions.letters import end_letters
from actions.log import LogTransaction, NewEvent
from actions.refresh_tokens import RefreshTokens
from actions.sessions import StartedSession, end_all, start
from models.accounts import AccessKind, Account, Membership
from models.identities import ProviderArrival, ProviderIdentity
from models.log import Topic
from rules.access import Person, Role, RoleGrant
from rules.emails import PROVIDER_DOMAIN
from rules.languages import Locale
from rules.messages import Message
from rules.oidc import CODE_LIFETIME, Arrival, challenge_of
from rules.refusals import ErrorCode, Refusal

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeemer:
    """The app that exchanges a code. `verifier`: its secret; `present`: who is signed in there, and wants to connect.

    `ends_after`: the time after which the session expires even if it is used. `locale`: of a new account.
    """

    verifier: str
    present: Person | None
    device: str | None
    locale: Locale
    ends_after: timedelta


async def keep_arrival(tx: LogTransaction, arrival: Arrival, state: str, challenge: str) -> str:
    """Keep who has come from the provider, and return the code that the app exchanges within CODE_LIFETIME.

    Raises Refusal INVALID for a state that was used before.
    """
    if await ProviderArrival.filter(state_digest=_digest(state)).using_db(tx.connection).exists():
        raise Refusal(ErrorCode.INVALID, Message.SIGN_IN_STALE, "state")
    code = secrets.token_urlsafe(SECRET_BYTES)
    await ProviderArrival.create(
        state_digest=_digest(state),
        code_digest=_digest(code),
        challenge=challenge,
        issuer=arrival.issuer,
        subject=arrival.subject,
        email=arrival.email,
        name=arrival.name,
        roles=[[grant.role, grant.unit] for grant in arrival.roles],
        created_at=tx.at,
        using_db=tx.connection,
    )
    return code


async def redeem(tx: LogTransaction, code: str, by: Redeemer, tokens: RefreshTokens) -> StartedSession:
    """Exchange a code for a session, with the roles of the claims. Link or create the account at the first time.

    Raises Refusal INVALID for a code or a verifier that is not valid, FORBIDDEN for who is blocked or has no role,
    CONFLICT for an address or an identity that belongs to another account.
    """
    arrival = await _take(tx, code, by.verifier)
    account = await _known(tx, arrival, by.present) or await _linked(tx, arrival, by)
    if account.blocked_at is not None:
        raise Refusal(ErrorCode.FORBIDDEN, Message.ACCOUNT_BLOCKED)
    await _follow(tx, account, arrival)
    await set_provider_roles(tx, account.id, arrival.roles)
    return await start(tx, account.id, tokens, by.device, tx.at + by.ends_after)


async def unlink(tx: LogTransaction, email: str) -> None:
    """Forget who signs in to an account, as the operator: the next one with its address, verified, gets it.

    Ends its sessions, and takes the roles that the provider gave. Raises Refusal NOT_FOUND for an account that nobody
    of the provider has.
    """
    found = Account.filter(email=email.strip().lower()).using_db(tx.connection)  # one of PROVIDER_DOMAIN too
    account = await found.select_for_update().first()
    gone = (
        0 if account is None else await ProviderIdentity.filter(account_id=account.id).using_db(tx.connection).delete()
    )
    if account is None or not gone:
        raise Refusal(ErrorCode.NOT_FOUND, Message.ACCOUNT_UNKNOWN, "email")
    await end_all(tx, account.id)
    await set_provider_roles(tx, account.id, ())
    await tx.append(_event(AccessKind.UNLINKED, account.id))


async def _take(tx: LogTransaction, code: str, verifier: str) -> Arrival:
    """Use a code, and forget what was kept for it. Raises Refusal INVALID."""
    codes = ProviderArrival.filter(
        code_digest=_digest(code), used_at__isnull=True, created_at__gt=tx.at - CODE_LIFETIME
    )
    row = await codes.using_db(tx.connection).select_for_update().first()
    if row is None:
        raise Refusal(ErrorCode.INVALID, Message.SIGN_IN_CODE, "code")
    if not hmac.compare_digest(challenge_of(verifier), row.challenge):
        raise Refusal(ErrorCode.INVALID, Message.SIGN_IN_CODE, "code_verifier")
    arrival = Arrival(row.issuer, row.subject, row.email, row.name, _grants(row.roles))
    await ProviderArrival.filter(id=row.id).using_db(tx.connection).update(used_at=tx.at, email=None, name=None)
    return arrival


async def _known(tx: LogTransaction, arrival: Arrival, present: Person | None) -> Account | None:
    """Lock the account of somebody who has come before. Raises Refusal CONFLICT if another one is signed in."""
    own = ProviderIdentity.filter(issuer=arrival.issuer, subject=arrival.subject).using_db(tx.connection)
    identity = await own.first()
    if identity is None:
        return None
    if present is not None and present.account_id != identity.account_id:
        raise Refusal(ErrorCode.CONFLICT, Message.IDENTITY_ELSEWHERE)
    return await Account.filter(id=identity.account_id).using_db(tx.connection).select_for_update().get()


async def _linked(tx: LogTransaction, arrival: Arrival, by: Redeemer) -> Account:
    """Find or create the account of somebody who comes for the first time, and let them sign in by the provider only.

    Raises Refusal CONFLICT, FORBIDDEN.
    """
    account = await _present(tx, by.present) or await _invited(tx, arrival)
    if not arrival.roles and (account is None or not await _has_role(tx, account)):
        raise Refusal(ErrorCode.FORBIDDEN, Message.NO_STAFF_ROLE)
    if account is None:
        account = await _create(tx, arrival, by.locale)
    if await _of_issuer(tx, account, arrival):
        raise Refusal(ErrorCode.CONFLICT, Message.IDENTITY_ELSEWHERE)
    if account.password_hash:  # else somebody whom the provider no longer lets in would still sign in with it
        account.password_hash = ""
        await account.save(using_db=tx.connection, update_fields=["password_hash"])
    await end_letters(tx, account)
    await ProviderIdentity.create(
        account_id=account.id,
        issuer=arrival.issuer,
        subject=arrival.subject,
        created_at=tx.at,
        using_db=tx.connection,
    )
    await end_all(tx, account.id)
    await tx.append(_event(AccessKind.LINKED, account.id))
    return account


async def _present(tx: LogTransaction, present: Person | None) -> Account | None:
    """Lock the account of who is signed in. Raises Refusal UNAUTHENTICATED."""
    if present is None:
        return None
    account = await Account.filter(id=present.account_id).using_db(tx.connection).select_for_update().get()
    if account.erasing_since is not None:  # deleted a moment ago
        raise Refusal(ErrorCode.UNAUTHENTICATED, Message.TOKEN_INVALID)
    return account


async def _invited(tx: LogTransaction, arrival: Arrival) -> Account | None:
    """Lock the account of the verified address, if it was invited and nobody signs in to it. None for a free address.

    Raises Refusal CONFLICT for any other account: to have an address is no proof of being its owner.
    """
    if arrival.email is None:
        return None
    account = await Account.filter(email=arrival.email).using_db(tx.connection).select_for_update().first()
    if account is not None and account.password_hash:
        raise Refusal(ErrorCode.CONFLICT, Message.EMAIL_HAS_ACCOUNT)
    return account


async def _of_issuer(tx: LogTransaction, account: Account, arrival: Arrival) -> bool:
    """Return whether somebody else at the provider has the account."""
    return await ProviderIdentity.filter(account_id=account.id, issuer=arrival.issuer).using_db(tx.connection).exists()


async def _has_role(tx: LogTransaction, account: Account) -> bool:
    return await Membership.filter(account_id=account.id).using_db(tx.connection).exists()


async def _create(tx: LogTransaction, arrival: Arrival, locale: Locale) -> Account:
    email = arrival.email or f"{secrets.token_hex(8)}@{PROVIDER_DOMAIN}"
    pseudonym = await drawn_unless_free(tx, None)
    account_id = await create_account(tx, Credentials(email, ""), pseudonym, locale=locale)
    return await Account.get(id=account_id, using_db=tx.connection)


async def _follow(tx: LogTransaction, account: Account, arrival: Arrival) -> None:
    """Take the address from the provider if it is free, and the name if there is none."""
    if account.staff_name is None:
        account.staff_name = arrival.name
    others = Account.filter(email=arrival.email).exclude(id=account.id).using_db(tx.connection)
    is_moved = arrival.email not in {None, account.email} and not await others.exists()
    if is_moved:
        account.email = arrival.email or ""
    account.email_confirmed = account.email_confirmed or account.email == arrival.email
    await account.save(using_db=tx.connection, update_fields=["staff_name", "email", "email_confirmed"])
    if is_moved:
        await tx.append(_event(AccessKind.EMAIL_CHANGED, account.id))


def _grants(stored: Sequence[Sequence[str | None]]) -> tuple[RoleGrant, ...]:
    return tuple(RoleGrant(Role(role or ""), unit) for role, unit in stored)


def _event(kind: AccessKind, account_id: int) -> NewEvent:
    return NewEvent(topic=Topic.ACCESS, kind=kind, account_id=account_id, data={})


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
