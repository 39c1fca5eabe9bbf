"""Who may do what: domain.md, "People", as functions of a person and a report."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.workflow import ReportStatus


class Role(StrEnum):
    """What an account is to the city. Every account is a CITIZEN; the others are given."""

    CITIZEN = "CITIZEN"
    OFFICER = "OFFICER"
    SUPERVISOR = "SUPERVISOR"
    ADMIN = "ADMIN"


class UnitKind(StrEnum):
    """What a unit's code names."""

    KELURAHAN = "KELURAHAN"
    KECAMATAN = "KECAMATAN"
    CITY = "CITY"
    AGENCY = "AGENCY"


SCOPES: dict[Role, frozenset[UnitKind]] = {
    Role.OFFICER: frozenset({UnitKind.KELURAHAN, UnitKind.AGENCY}),
    Role.SUPERVISOR: frozenset({UnitKind.KECAMATAN, UnitKind.CITY, UnitKind.AGENCY}),
}
"""The kinds of unit that a role extends to; the roles not named here extend to none."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A role in a unit (its code), or in none: CITIZEN and ADMIN."""

    role: Role
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in: the account's row id, which never leaves the server, and the roles given to it."""

    account_id: int
    memberships: tuple[Membership, ...] = ()


class Subject(Protocol):
    """What of a report decides who may do what."""

    @property
    def reporter_id(self) -> int:
        """Who submitted it."""

    @property
    def handler(self) -> str:
        """The code of the unit in charge."""

    @property
    def status(self) -> ReportStatus:
        """Where it stands."""

    @property
    def responded_at(self) -> datetime | None:
        """When the city first answered."""


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a viewer may do with a report now."""

    can_edit: bool
    can_withdraw: bool
    can_change_status: bool


def covers(unit: str, handler: str) -> bool:
    """Whether `handler` is `unit` or lies under it: codes of places are written under each other, with dots."""
    return handler == unit or handler.startswith(f"{unit}.")


def acting_unit(person: Person, handler: str) -> str | None:
    """Find the unit in whose name the person acts on what `handler` handles; None when they may not.

    An officer acts for the unit itself, a supervisor for every unit under theirs too.
    """
    for membership in person.memberships:
        match membership:
            case Membership(Role.OFFICER, str(unit)) if unit == handler:
                return unit
            case Membership(Role.SUPERVISOR, str(unit)) if covers(unit, handler):
                return unit
    return None


def require_handler(person: Person, report: Subject) -> str:
    """Return the unit in whose name the person acts officially on the report.

    Raises Refusal FORBIDDEN: another unit's report, or the person's own.
    """
    unit = acting_unit(person, report.handler)
    if unit is None:
        raise Refusal(ErrorCode.FORBIDDEN, Message.NOT_YOUR_UNIT)
    if person.account_id == report.reporter_id:
        raise Refusal(ErrorCode.FORBIDDEN, Message.OWN_REPORT)
    return unit


def require_reporter(person: Person, report: Subject) -> None:
    """Raise Refusal FORBIDDEN unless the report is the person's own."""
    if person.account_id != report.reporter_id:
        raise Refusal(ErrorCode.FORBIDDEN, Message.NOT_YOUR_REPORT)


def require_unanswered(report: Subject) -> None:
    """Raise Refusal TRANSITION_REFUSED once the city has answered: the report is no longer the reporter's to change."""
    if report.status is not ReportStatus.WAITING or report.responded_at is not None:
        raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.ANSWERED_ALREADY)


def require_supporter(person: Person, report: Subject) -> None:
    """Raise Refusal FORBIDDEN when the person would support their own report."""
    if person.account_id == report.reporter_id:
        raise Refusal(ErrorCode.FORBIDDEN, Message.OWN_REPORT)


def permissions(person: Person | None, report: Subject) -> Permissions:
    """Say beforehand what the viewer may do, from the same rules that decide when they do it."""
    if person is None:
        return Permissions(can_edit=False, can_withdraw=False, can_change_status=False)
    own = _allowed(require_reporter, person, report) and _allowed(lambda _, it: require_unanswered(it), person, report)
    is_open = report.status is not ReportStatus.PROCESSED
    return Permissions(
        can_edit=own,
        can_withdraw=own,
        can_change_status=is_open and _allowed(require_handler, person, report),
    )


def _allowed(rule: Callable[[Person, Subject], object], person: Person, report: Subject) -> bool:
    try:
        rule(person, report)
    except Refusal:
        return False
    return True
