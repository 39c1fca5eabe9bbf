"""Accounts: signing up, roles, and what people show of themselves."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from actions.letters import end_letters
from actions.log import LogTransaction, NewEvent
from actions.passwords import hash_password
from actions.sessions import end_all
from models.accounts import AccessKind, Account, Membership
from models.imports import ImportSource
from models.log import PROFILE_CHANGED, Topic
from models.reference.gazetteer import Gazetteer
from rules import pseudonyms, texts
from rules.access import ROLE_LABELS, SCOPES, Person, Role, RoleGrant, UnitKind
from rules.emails import APPLICATION_DOMAIN, IMPORTED_DOMAIN, SIMULATED_DOMAIN, normal_email
from rules.languages import Locale
from rules.messages import Message
from rules.passwords import require_strong
from rules.refusals import ErrorCode, Faults, Refusal

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A normalised e-mail address, the hash of a password, and the pseudonym that the person chose, if any."""

    email: str
    password_hash: str
    pseudonym: str | None = None


async def credentials(email: str, password: str, pseudonym: str | None = None) -> Credentials:
    """Normalise an address and a pseudonym and hash a password; outside any transaction, for hashing takes 50 ms.

    Raises Refusal INVALID for each of them, RATE_LIMITED when too many wait for their hash.
    """
    with Faults() as faults:
        address = faults.check(normal_email, email, "email")
        faults.check(require_strong, password, address or email, "password")
        name = None if pseudonym is None else faults.check(pseudonyms.checked, pseudonym, "pseudonym")
    return Credentials(address, await hash_password(password), name)


async def sign_up(tx: LogTransaction, new: Credentials, locale: Locale = Locale.ID) -> int:
    """Create an account and return its row id; without a pseudonym one is drawn. `locale`: of its e-mails.

    Raises Refusal CONFLICT for an e-mail or a pseudonym that is taken, or looks like one that is.
    """
    name = new.pseudonym or _drawn_pseudonym()
    with Faults() as faults:
        if await Account.filter(email=new.email).using_db(tx.connection).exists():
            faults.add(Refusal(ErrorCode.CONFLICT, Message.EMAIL_TAKEN, "email"))
        await require_free_pseudonym(tx, name, None, "pseudonym")
    return await create_account(tx, new, name, locale=locale)


async def create_account(tx: LogTransaction, new: Credentials, pseudonym: str, **others: object) -> int:
    """Create an account, with `others` of its columns, and return its row id. Its address and pseudonym are free."""
    account = _account(tx, new, pseudonym, **others)
    await account.save(using_db=tx.connection)
    account_id: int = account.id
    return account_id


async def add_application(tx: LogTransaction, pseudonym: str) -> int:
    """Create the account of an application, to which nobody can sign in, and return its row id.

    Raises Refusal CONFLICT when another account has the pseudonym, or one that looks the same.
    """
    await require_free_pseudonym(tx, pseudonym, None, "name")
    account = _account(tx, Credentials(f"{secrets.token_hex(8)}@{APPLICATION_DOMAIN}", ""), pseudonym)
    await account.save(using_db=tx.connection)
    account_id: int = account.id
    return account_id


async def update_profile(
    tx: LogTransaction, person: Person, *, pseudonym: str | None = None, on_citizen_board: bool | None = None
) -> None:
    """Change what a person shows of themselves; None leaves it as it is.

    Raises Refusal INVALID, also when there is nothing to change, or CONFLICT when another account has the pseudonym, or
    one that looks like it.
    """
    changes: dict[str, str | bool] = {}
    if pseudonym is not None:
        changes["pseudonym"] = name = pseudonyms.checked(pseudonym, "input", "pseudonym")
    if on_citizen_board is not None:
        changes["on_citizen_board"] = on_citizen_board
    if not changes:
        raise Refusal(ErrorCode.INVALID, Message.NOTHING_TO_CHANGE, "input")
    account = Account.filter(id=person.account_id).using_db(tx.connection)
    if pseudonym is not None and not await account.filter(pseudonym=name).exists():
        await require_free_pseudonym(tx, name, person.account_id, "input", "pseudonym")
        changes |= _keys(name)
    await account.update(**changes)
    changed = NewEvent(topic=Topic.ACCOUNT, kind=PROFILE_CHANGED, data={}, account_id=person.account_id)
    await tx.append(changed)


async def grant_role(
    tx: LogTransaction,
    gazetteer: Gazetteer,
    owner: Credentials,
    role: Role,
    unit: str | None,
    staff_name: str | None = None,
) -> int:
    """Grant a role to an account, as the operator, and return its row id.

    A missing account is created. An existing one gets the password, which ends all its sessions and links, and keeps
    its other roles; and the name among staff, if one is given. Raises Refusal INVALID when the role does not extend to
    the unit, or for the name.
    """
    name = None if staff_name is None else clean_staff_name(staff_name)
    require_unit(gazetteer, role, unit)
    account = await Account.get_or_none(email=owner.email, using_db=tx.connection)
    if account is None:
        account = _account(tx, owner, _drawn_pseudonym())
        await account.save(using_db=tx.connection)
    else:
        account.password_hash = owner.password_hash
        await account.save(using_db=tx.connection, update_fields=["password_hash"])
        await end_letters(tx, account)
        await end_all(tx, account.id)
    if name is not None:
        await Account.filter(id=account.id).using_db(tx.connection).update(staff_name=name)
    await grant_roles(tx, [HeldRole(account.id, role, unit)])
    account_id: int = account.id
    return account_id


def clean_staff_name(name: str, *field: str) -> str:
    """Return a name among staff as it is stored. Raises Refusal INVALID for `field`."""
    return texts.clean_line(name, texts.STAFF_NAME, *field)


class HeldRole(NamedTuple):
    """A role of an account, in a unit or in none (ADMIN)."""

    account_id: int
    role: Role
    unit: str | None


@dataclass(frozen=True, slots=True)
class SimulatedRole:
    """A role for a simulated person. The same `name` is the same account."""

    name: str
    role: Role
    unit: str | None = None

    @property
    def email(self) -> str:
        """The address of the account. Nobody can sign up with it."""
        return f"{self.name}@{SIMULATED_DOMAIN}"


async def grant_simulated_roles(
    tx: LogTransaction, gazetteer: Gazetteer, wanted: Sequence[SimulatedRole]
) -> dict[str, int]:
    """Grant roles to simulated people and return their row ids by name. The number of statements is constant.

    Nobody can sign in to these accounts, so they cost no password hash. Raises Refusal INVALID when a role does not
    extend to its unit.
    """
    for each in wanted:
        require_unit(gazetteer, each.role, each.unit)
    emails = {each.email for each in wanted}
    known = await _ids_by_email(tx, emails)
    missing = [_account(tx, Credentials(email, ""), _drawn_pseudonym()) for email in sorted(emails - known.keys())]
    if missing:
        await Account.bulk_create(missing, using_db=tx.connection)
        known = await _ids_by_email(tx, emails)
    await grant_roles(tx, [HeldRole(known[each.email], each.role, each.unit) for each in wanted])
    return {each.name: known[each.email] for each in wanted}


async def _ids_by_email(tx: LogTransaction, emails: Collection[str]) -> dict[str, int]:
    rows = await Account.filter(email__in=list(emails)).using_db(tx.connection).values_list("email", "id")
    return dict(rows)


async def revoke_role(tx: LogTransaction, email: str, role: Role, unit: str | None) -> None:
    """Revoke a role, as the operator; it takes effect on open sockets before any later event.

    Raises Refusal NOT_FOUND when the account does not have the role.
    """
    address = normal_email(email, "email")
    await take_role(tx, Membership.filter(account__email=address), role, unit)


async def take_role(
    tx: LogTransaction, memberships: QuerySet[Membership], role: Role, unit: str | None, by: Person | None = None
) -> None:
    """Take a role that is among the memberships of an account; `by` somebody of the control room.

    Raises Refusal NOT_FOUND when it is not.
    """
    membership = await memberships.filter(role=role, unit=unit or "").using_db(tx.connection).first()
    if membership is None:
        raise Refusal(ErrorCode.NOT_FOUND, Message.ROLE_NOT_HELD, "role", role=ROLE_LABELS[role])
    await membership.delete(using_db=tx.connection)
    await _log_access(tx, AccessKind.ROLE_TAKEN, [HeldRole(membership.account_id, role, unit)], by)


async def account_of_source(tx: LogTransaction, name: str) -> int:
    """Return the account that stands for the reporters of another system. Nobody can sign in to it."""
    known = await ImportSource.get_or_none(name=name, using_db=tx.connection)
    if known is not None:
        stored: int = known.account_id
        return stored
    pseudonym = _drawn_pseudonym()
    account = _account(tx, Credentials(f"{pseudonym.lower()}@{IMPORTED_DOMAIN}", "", pseudonym), pseudonym)
    await account.save(using_db=tx.connection)
    await ImportSource.create(name=name, account_id=account.id, using_db=tx.connection)
    account_id: int = account.id
    return account_id


async def share_roles(tx: LogTransaction, unit: str, successors: Collection[str]) -> None:
    """Grant the roles of a unit in its successors too, as the operator."""
    rows = await Membership.filter(unit=unit).using_db(tx.connection)
    await grant_roles(tx, [HeldRole(row.account_id, row.role, code) for row in rows for code in successors])


async def grant_roles(
    tx: LogTransaction, wanted: Sequence[HeldRole], by: Person | None = None, *, from_provider: bool = False
) -> None:
    """Grant roles that their accounts do not have yet; every account is a CITIZEN already.

    `by`: somebody of the control room. None for an operator and, with `from_provider`, for the identity provider.
    """
    official = [each for each in dict.fromkeys(wanted) if each.role is not Role.CITIZEN]
    if not official:
        return
    accounts = {each.account_id for each in official}
    rows = await Membership.filter(account_id__in=list(accounts)).using_db(tx.connection)
    held = {HeldRole(row.account_id, row.role, row.unit or None) for row in rows}
    new = [each for each in official if each not in held]
    if not new:
        return
    await Membership.bulk_create(
        [
            Membership(account_id=each.account_id, role=each.role, unit=each.unit or "", from_provider=from_provider)
            for each in new
        ],
        using_db=tx.connection,
    )
    await _log_access(tx, AccessKind.ROLE_GIVEN, new, by, from_provider=from_provider)


async def set_provider_roles(tx: LogTransaction, account_id: int, wanted: Collection[RoleGrant]) -> None:
    """Let an account have, of the roles that the identity provider gives, just these. Other roles stay as they are."""
    given = Membership.filter(account_id=account_id, from_provider=True).using_db(tx.connection)
    held = [HeldRole(account_id, row.role, row.unit or None) for row in await given.order_by("id")]
    gone = [each for each in held if RoleGrant(each.role, each.unit) not in wanted]
    for each in gone:
        await given.filter(role=each.role, unit=each.unit or "").delete()
    if gone:
        await _log_access(tx, AccessKind.ROLE_TAKEN, gone, None, from_provider=True)
    await grant_roles(tx, [HeldRole(account_id, *grant) for grant in wanted], from_provider=True)


async def _log_access(
    tx: LogTransaction,
    kind: AccessKind,
    changes: Sequence[HeldRole],
    by: Person | None,
    *,
    from_provider: bool = False,
) -> None:
    acting = ({} if by is None else {"by": by.account_id}) | ({"provider": True} if from_provider else {})
    events = [
        NewEvent(
            topic=Topic.ACCESS,
            kind=kind,
            account_id=each.account_id,
            data={"role": each.role, "unit": each.unit} | acting,
        )
        for each in changes
    ]
    await tx.append(*events)


def _account(tx: LogTransaction, owner: Credentials, pseudonym: str, **others: object) -> Account:
    """Return a new account, not saved yet."""
    return Account(
        public_id=secrets.token_urlsafe(16),
        email=owner.email,
        password_hash=owner.password_hash,
        pseudonym=pseudonym,
        **_keys(pseudonym),
        created_at=tx.at,
        **others,
    )


async def drawn_unless_free(tx: LogTransaction, pseudonym: str | None) -> str:
    """Return a pseudonym, or one that is drawn if there is none or it has been taken meanwhile."""
    if pseudonym is not None and await _is_free(tx, pseudonym, None):
        return pseudonym
    return _drawn_pseudonym()


def _drawn_pseudonym() -> str:
    return "Warga-" + "".join(secrets.choice(_ALPHABET) for _ in range(8))


def _keys(pseudonym: str) -> dict[str, str]:
    """Return the columns that keep two accounts from having pseudonyms that look the same."""
    return {"pseudonym_key": pseudonym.casefold(), "pseudonym_skeleton": pseudonyms.skeleton(pseudonym)}


async def require_free_pseudonym(tx: LogTransaction, pseudonym: str, account_id: int | None, *field: str) -> None:
    """Raise Refusal CONFLICT when another account has the pseudonym, or one that looks the same."""
    if not await _is_free(tx, pseudonym, account_id):
        raise Refusal(ErrorCode.CONFLICT, Message.PSEUDONYM_TAKEN, *field)


async def _is_free(tx: LogTransaction, pseudonym: str, account_id: int | None) -> bool:
    alike = Q(join_type=Q.OR, **_keys(pseudonym))
    return not await Account.filter(alike, ~Q(id=account_id or 0)).using_db(tx.connection).exists()


def require_unit(gazetteer: Gazetteer, role: Role, unit: str | None) -> None:
    """Raise Refusal INVALID unless a role can be granted for a unit, or for none."""
    scopes = SCOPES.get(role)
    if scopes is None:
        if unit is not None:
            raise Refusal(ErrorCode.INVALID, Message.UNIT_UNFIT, "unit", role=ROLE_LABELS[role], unit=unit)
        return
    if unit is None:
        raise Refusal(ErrorCode.INVALID, Message.UNIT_MISSING, "unit", role=ROLE_LABELS[role])
    kind = _unit_kind(gazetteer, unit)
    if kind is None:
        raise Refusal(ErrorCode.INVALID, Message.UNIT_UNKNOWN, "unit", unit=unit)
    if kind not in scopes:
        raise Refusal(ErrorCode.INVALID, Message.UNIT_UNFIT, "unit", role=ROLE_LABELS[role], unit=unit)


def _unit_kind(gazetteer: Gazetteer, unit: str) -> UnitKind | None:
    kinds = (
        (UnitKind.KELURAHAN, gazetteer.live),
        (UnitKind.KECAMATAN, gazetteer.kecamatan),
        (UnitKind.CITY, gazetteer.cities),
        (UnitKind.AGENCY, gazetteer.agencies),
    )
    return next((kind for kind, units in kinds if unit in units), None)
