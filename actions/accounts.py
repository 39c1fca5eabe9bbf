"""People come in: signing up, and being given a role; and what they show of themselves."""

import secrets
import unicodedata

from email_validator import EmailNotValidError, validate_email

from actions.change import Change, Draft, Writer
from actions.passwords import hash_password
from models.accounts import AccessKind, Account, Membership
from models.log import Topic
from models.reference.gazetteer import Gazetteer
from rules import texts
from rules.access import SCOPES, Person, Role, UnitKind
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal

PSEUDONYM = (3, 40)
"""Lengths in characters: (least, most)."""

PLAYED = "contoh.invalid"
"""The domain of those who are only played."""

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


async def sign_up(writer: Writer, email: str, password: str, pseudonym: str | None) -> int:
    """Make an account and return its row id; without a pseudonym one is drawn.

    Raises Refusal INVALID, or CONFLICT when the e-mail or the pseudonym is somebody's.
    """
    address = normal_email(email, "email")
    name = _drawn_pseudonym() if pseudonym is None else _checked_pseudonym(pseudonym, "pseudonym")
    password_hash = await hash_password(password, "password")

    async def work(change: Change) -> int:
        if await Account.filter(email=address).using_db(change.using).exists():
            raise Refusal(ErrorCode.CONFLICT, Message.EMAIL_TAKEN, "email")
        await _require_free(change, name, None, "pseudonym")
        account_id: int = (await _create(change, address, password_hash, name)).id
        return account_id

    return await writer.change(work)


async def update_profile(
    writer: Writer, person: Person, *, pseudonym: str | None = None, on_citizen_board: bool | None = None
) -> None:
    """Change what a person shows of themselves; None leaves it as it is.

    Raises Refusal INVALID, also when there is nothing to change, or CONFLICT when the pseudonym is somebody else's.
    """
    changes: dict[str, str | bool] = {}
    if pseudonym is not None:
        name = _checked_pseudonym(pseudonym, "input", "pseudonym")
        changes |= {"pseudonym": name, "pseudonym_key": name.casefold()}
    if on_citizen_board is not None:
        changes["on_citizen_board"] = on_citizen_board
    if not changes:
        raise Refusal(ErrorCode.INVALID, Message.NOTHING_TO_CHANGE, "input")

    async def work(change: Change) -> None:
        if pseudonym is not None:
            await _require_free(change, name, person.account_id, "input", "pseudonym")
        await Account.filter(id=person.account_id).using_db(change.using).update(**changes)

    await writer.change(work)


async def enrol(
    writer: Writer, gazetteer: Gazetteer, *, email: str, password: str, role: Role, unit: str | None
) -> int:
    """Give a role to an account, as the operator, and return its row id.

    The account is made when there is none; one that exists gets the password, and keeps its other roles.
    Raises Refusal INVALID when the role does not extend to the unit.
    """
    address = normal_email(email, "email")
    _check_unit(gazetteer, role, unit)
    password_hash = await hash_password(password, "password")

    async def work(change: Change) -> int:
        account = await Account.get_or_none(email=address, using_db=change.using)
        if account is None:
            account = await _create(change, address, password_hash, _drawn_pseudonym())
        else:
            account.password_hash = password_hash
            await account.save(using_db=change.using, update_fields=["password_hash"])
        if role is not Role.CITIZEN:
            await _give(change, account.id, role, unit)
        account_id: int = account.id
        return account_id

    return await writer.change(work)


async def enrol_played(writer: Writer, gazetteer: Gazetteer, *, name: str, role: Role, unit: str | None) -> int:
    """Give a role to somebody who is only played by a simulation, and return their row id.

    The same `name` is the same account. Nobody can sign in to it, so it costs no password's hash: its address is under
    `.invalid` (RFC 2606), which `normal_email` takes for none. Raises Refusal INVALID when the role does not extend to
    the unit.
    """
    _check_unit(gazetteer, role, unit)
    address = f"{name}@{PLAYED}"

    async def work(change: Change) -> int:
        account = await Account.get_or_none(email=address, using_db=change.using).only("id")
        if account is None:
            account = await _create(change, address, "", _drawn_pseudonym())
        if role is not Role.CITIZEN:
            await _give(change, account.id, role, unit)
        account_id: int = account.id
        return account_id

    return await writer.change(work)


async def take_role(writer: Writer, *, email: str, role: Role, unit: str | None) -> None:
    """Take a role away from an account, as the operator; their sockets are told before anything later.

    Raises Refusal NOT_FOUND when the account does not have it.
    """
    address = normal_email(email, "email")

    async def work(change: Change) -> None:
        held = Membership.filter(account__email=address, role=role, unit=unit or "").using_db(change.using)
        membership = await held.first()
        if membership is None:
            raise Refusal(ErrorCode.NOT_FOUND, Message.ROLE_NOT_HELD, "role", role=role, unit=unit or "-")
        await membership.delete(using_db=change.using)
        await _tell(change, AccessKind.ROLE_TAKEN, membership.account_id, role, unit)

    await writer.change(work)


async def _give(change: Change, account_id: int, role: Role, unit: str | None) -> None:
    _, is_new = await Membership.get_or_create(account_id=account_id, role=role, unit=unit or "", using_db=change.using)
    if is_new:
        await _tell(change, AccessKind.ROLE_GIVEN, account_id, role, unit)


async def _tell(change: Change, kind: AccessKind, account_id: int, role: Role, unit: str | None) -> None:
    first = await change.take_positions(1)
    told = Draft(topic=Topic.ACCESS, kind=kind, account_id=account_id, data={"role": role, "unit": unit})
    await change.append(first, [told])


async def _create(change: Change, email: str, password_hash: str, pseudonym: str) -> Account:
    return await Account.create(
        public_id=secrets.token_urlsafe(16),
        email=email,
        password_hash=password_hash,
        pseudonym=pseudonym,
        pseudonym_key=pseudonym.casefold(),
        created_at=change.at,
        using_db=change.using,
    )


def normal_email(email: str, *field: str) -> str:
    """Return the address in lower case and normal form. Raises Refusal INVALID when it is none."""
    try:
        return validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise Refusal(ErrorCode.INVALID, Message.EMAIL_INVALID, *field) from None


def _drawn_pseudonym() -> str:
    return "Warga-" + "".join(secrets.choice(_ALPHABET) for _ in range(8))


async def _require_free(change: Change, pseudonym: str, account_id: int | None, *field: str) -> None:
    """Raise Refusal CONFLICT when a pseudonym is that of another account, or looks like it."""
    owner = await Account.get_or_none(pseudonym_key=pseudonym.casefold(), using_db=change.using).only("id")
    if owner is not None and owner.id != account_id:
        raise Refusal(ErrorCode.CONFLICT, Message.PSEUDONYM_TAKEN, *field)


def _checked_pseudonym(pseudonym: str, *field: str) -> str:
    low, high = PSEUDONYM
    name = " ".join(unicodedata.normalize("NFKC", pseudonym).split())
    plain = all(char.isalnum() or char in " .-" for char in name)
    if not plain or len(name) < low or len(name.casefold()) > high:  # case-folded, some letters are two
        raise Refusal(ErrorCode.INVALID, Message.PSEUDONYM_INVALID, *field, low=low, high=high)
    return texts.clean(name, PSEUDONYM, *field)


def _check_unit(gazetteer: Gazetteer, role: Role, unit: str | None) -> None:
    scopes = SCOPES.get(role)
    if scopes is None:
        if unit is not None:
            raise Refusal(ErrorCode.INVALID, Message.UNIT_UNFIT, "unit", role=role, unit=unit)
        return
    if unit is None:
        raise Refusal(ErrorCode.INVALID, Message.UNIT_MISSING, "unit", role=role)
    kind = _unit_kind(gazetteer, unit)
    if kind is None:
        raise Refusal(ErrorCode.INVALID, Message.UNIT_UNKNOWN, "unit", unit=unit)
    if kind not in scopes:
        raise Refusal(ErrorCode.INVALID, Message.UNIT_UNFIT, "unit", role=role, unit=unit)


def _unit_kind(gazetteer: Gazetteer, unit: str) -> UnitKind | None:
    kinds = (
        (UnitKind.KELURAHAN, gazetteer.kelurahan),
        (UnitKind.KECAMATAN, gazetteer.kecamatan),
        (UnitKind.CITY, gazetteer.cities),
        (UnitKind.AGENCY, gazetteer.agencies),
    )
    return next((kind for kind, units in kinds if unit in units), None)
