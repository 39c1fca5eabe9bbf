"""People, as the control room changes them: invitations, roles, and who may not sign in."""

from dataclasses import dataclass

from actions.accounts import (
    Credentials,
    HeldRole,
    clean_staff_name,
    create_account,
    drawn_unless_free,
    grant_roles,
    require_unit,
    take_role,
)
from actions.letters import NewLetter, write_letter
from actions.log import LogTransaction, NewEvent
from actions.recovery import Post
from actions.sessions import end_all
from models.accounts import AccessKind, Account, Membership
from models.log import Topic
from models.reference.gazetteer import Gazetteer
from rules import access, texts
from rules.access import Person, Role
from rules.emails import NO_PEOPLE, normal_email
from rules.letters import LetterKind
from rules.messages import Message
from rules.refusals import ErrorCode, Faults, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Somebody to invite: their address, their name among staff, and a role in a unit, by code, or in none."""

    email: str
    name: str
    role: Role
    unit: str | None


@dataclass(frozen=True, slots=True)
class Invited:
    """The result of an invitation: the public id of the account, and the letter, if one was written."""

    public_id: str
    letter_id: int | None


def checked_invitation(gazetteer: Gazetteer, given: Invitation) -> Invitation:
    """Return an invitation as it is stored. Raises Refusal INVALID for each of its faults."""
    with Faults() as faults:
        email = faults.check(normal_email, given.email, "email")
        name = faults.check(clean_staff_name, given.name, "name")
        faults.check(require_unit, gazetteer, given.role, given.unit)
    return Invitation(email=email, name=name, role=given.role, unit=given.unit)


async def invite(tx: LogTransaction, person: Person, given: Invitation, post: Post) -> Invited:
    """Give somebody an account, a name among staff and a role, and write the letter by which they choose a password.

    Who has an account keeps it, with its password and pseudonym. Raises Refusal FORBIDDEN unless by an ADMIN,
    RATE_LIMITED when several invitations are on their way.
    """
    await _lock_control_room(tx, person)
    accounts = Account.filter(email=given.email).using_db(tx.connection)
    account = await accounts.select_for_update().first()
    if account is None:
        pseudonym = await drawn_unless_free(tx, None)
        await create_account(tx, Credentials(given.email, ""), pseudonym, locale=post.locale)
        account = await accounts.get()
    account.staff_name = given.name
    await account.save(using_db=tx.connection, update_fields=["staff_name"])
    letter = NewLetter(
        kind=LetterKind.INVITATION,
        email=given.email,
        locale=post.locale,
        is_mailed=post.is_mailed,
        account_id=account.id,
    )
    letter_id = await write_letter(tx, letter)
    if letter_id is None:
        raise Refusal(ErrorCode.RATE_LIMITED, Message.LETTERS_ENOUGH, "email")
    await grant_roles(tx, [HeldRole(account.id, given.role, given.unit)], person)
    await tx.append(_event(AccessKind.INVITED, account.id, person))
    return Invited(account.public_id, letter_id if account.password_hash == "" else None)


async def grant(
    tx: LogTransaction, gazetteer: Gazetteer, person: Person, public_id: str | None, role: Role, unit: str | None
) -> str:
    """Grant a role to a person, and return their public id. Who has it keeps it.

    Raises Refusal FORBIDDEN unless by an ADMIN, NOT_FOUND, INVALID when the role does not extend to the unit.
    """
    await _lock_control_room(tx, person)
    with Faults() as faults:
        faults.check(require_unit, gazetteer, role, unit)
        account = await faults.check_async(_account(tx, public_id))
    await grant_roles(tx, [HeldRole(account.id, role, unit)], person)
    return account.public_id


async def take(tx: LogTransaction, person: Person, public_id: str | None, role: Role, unit: str | None) -> str:
    """Take a role from a person, and return their public id; it takes effect on open sockets before any later event.

    Raises Refusal FORBIDDEN unless by an ADMIN, and for one's own ADMIN; NOT_FOUND for a role that they do not have.
    """
    await _lock_control_room(tx, person)
    account = await _account(tx, public_id)
    access.require_taker(person, account.id, role)
    await take_role(tx, Membership.filter(account_id=account.id), role, unit, person)
    return account.public_id


async def block(tx: LogTransaction, person: Person, public_id: str | None, reason: str) -> str:
    """Let a person neither sign in nor act any more, and return their public id. Repeated, it changes the reason.

    Raises Refusal FORBIDDEN unless by an ADMIN, and for oneself; NOT_FOUND, INVALID for the reason.
    """
    await _lock_control_room(tx, person)
    with Faults() as faults:
        words = faults.check(texts.clean, reason, texts.NOTE, "reason")
        account = await faults.check_async(_account(tx, public_id))
    access.require_blocker(person, account.id)
    account.blocked_at, account.block_reason = account.blocked_at or tx.at, words
    await account.save(using_db=tx.connection, update_fields=["blocked_at", "block_reason"])
    await end_all(tx, account.id)
    await tx.append(_event(AccessKind.BLOCKED, account.id, person))
    return account.public_id


async def unblock(tx: LogTransaction, person: Person, public_id: str | None) -> str:
    """Let a person sign in again, and return their public id. Raises Refusal FORBIDDEN unless by an ADMIN, NOT_FOUND.

    Their sessions stay ended.
    """
    await _lock_control_room(tx, person)
    account = await _account(tx, public_id)
    if account.blocked_at is not None:
        own = Account.filter(id=account.id).using_db(tx.connection)
        await own.update(blocked_at=None, block_reason=None)
        await tx.append(_event(AccessKind.UNBLOCKED, account.id, person))
    return account.public_id


async def _lock_control_room(tx: LogTransaction, person: Person) -> None:
    """Raise Refusal FORBIDDEN unless the person is an ADMIN, and keep all who are from changing until the commit.

    Two who take the role from each other at once do so one after the other: the second has it no more.
    """
    access.require_control_room(person)
    admins = Membership.filter(role=Role.ADMIN).using_db(tx.connection).select_for_update().order_by("id")
    is_admin = person.account_id in {each.account_id for each in await admins}
    own = Account.filter(id=person.account_id, blocked_at__isnull=True).using_db(tx.connection)
    if not is_admin or not await own.exists():
        raise Refusal(ErrorCode.FORBIDDEN, Message.ADMIN_ONLY)


async def _account(tx: LogTransaction, public_id: str | None) -> Account:
    """Lock the account of a person. Raises Refusal NOT_FOUND."""
    wanted = Account.filter(public_id=public_id or "").using_db(tx.connection)
    account = await wanted.select_for_update().first()
    if account is None or account.email.endswith(NO_PEOPLE):
        raise Refusal(ErrorCode.NOT_FOUND, Message.PERSON_UNKNOWN, "personId")
    return account


def _event(kind: AccessKind, account_id: int, by: Person) -> NewEvent:
    return NewEvent(topic=Topic.ACCESS, kind=kind, account_id=account_id, data={"by": by.account_id})
