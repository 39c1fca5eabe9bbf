"""Who may do what: domain.md, "People", as functions of a person and a report."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ParamSpec, Protocol

from rules.languages import Text
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.workflow import Actor, ReportStatus, Resolution, check_reopening

P = ParamSpec("P")


class Role(StrEnum):
    """What an account is to the city. Every account is a CITIZEN; the others are given."""

    CITIZEN = "CITIZEN"
    OFFICER = "OFFICER"
    SUPERVISOR = "SUPERVISOR"
    ADMIN = "ADMIN"


ROLE_LABELS: dict[Role, Text] = {
    Role.CITIZEN: Text("warga", "citizen"),
    Role.OFFICER: Text("petugas", "officer"),
    Role.SUPERVISOR: Text("pengawas", "supervisor"),
    Role.ADMIN: Text("admin ruang kendali", "control room administrator"),
}
"""The name of each role in messages."""


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
class RoleGrant:
    """A role in a unit (its code), or in none: CITIZEN and ADMIN."""

    role: Role
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in: the account's row id, which never leaves the server, and the roles given to it."""

    account_id: int
    grants: tuple[RoleGrant, ...] = ()


class ReportForAccess(Protocol):
    """What of a report decides who may do what."""

    @property
    def reporter_id(self) -> int:
        """Who submitted it."""

    @property
    def handler(self) -> str:
        """The code of the unit in charge."""

    @property
    def kelurahan(self) -> str:
        """The code of the kelurahan it is in."""

    @property
    def status(self) -> ReportStatus:
        """Where it stands."""

    @property
    def resolution(self) -> Resolution | None:
        """How it ended; None while it is open."""

    @property
    def responded_at(self) -> datetime | None:
        """When the city first answered."""

    @property
    def processed_at(self) -> datetime | None:
        """When it ended; None while it is open."""

    @property
    def rating(self) -> int | None:
        """The reporter's stars for its present closing."""

    @property
    def citizen_reopenings(self) -> int:
        """How often its reporter has reopened it."""


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a viewer may do with a report now."""

    can_edit: bool
    can_withdraw: bool
    can_change_status: bool
    can_assign: bool
    can_rate: bool
    can_reopen: bool


NO_PERMISSIONS = Permissions(
    can_edit=False,
    can_withdraw=False,
    can_change_status=False,
    can_assign=False,
    can_rate=False,
    can_reopen=False,
)
"""What somebody may do who is not signed in."""


def covers(unit: str, handler: str) -> bool:
    """Whether `handler` is `unit` or lies under it: codes of places are written under each other, with dots."""
    return handler == unit or handler.startswith(f"{unit}.")


def official_actor(person: Person, *units: str) -> str | None:
    """Find in whose name the person acts officially on the business of `units`; None when they may not.

    An officer acts for the unit itself, a supervisor for every unit under theirs too, each in the name of their own.
    The first of `units` goes first. An ADMIN acts on everything, in the name of no unit but of that role.
    """
    for unit in units:
        for grant in person.grants:
            match grant:
                case RoleGrant(Role.OFFICER, str(own)) if own == unit:
                    return own
                case RoleGrant(Role.SUPERVISOR, str(own)) if covers(own, unit):
                    return own
    return Role.ADMIN if is_admin(person) else None


def is_admin(person: Person) -> bool:
    """Whether the person is of the control room."""
    return any(grant.role is Role.ADMIN for grant in person.grants)


def is_staff(person: Person | None) -> bool:
    """Whether they act for the city."""
    return person is not None and any(grant.role is not Role.CITIZEN for grant in person.grants)


def require_handler(person: Person, report: ReportForAccess) -> str:
    """Return in whose name the person moves the report on: a unit, or ADMIN.

    Raises Refusal FORBIDDEN: another unit's report, or the person's own.
    """
    return _official(person, report, official_actor(person, report.handler), Message.NOT_YOUR_UNIT)


def require_desk(person: Person, report: ReportForAccess) -> str:
    """Return in whose name the person assigns, transfers or recategorises the report: a unit, or ADMIN.

    The handler's people may, and those of the kelurahan it is in, so that a report that lies with the wrong unit can
    be pulled back. Raises Refusal FORBIDDEN: neither is the person's, or the report is their own.
    """
    return _official(person, report, official_actor(person, report.handler, report.kelurahan), Message.NOT_YOUR_UNIT)


def require_open(report: ReportForAccess) -> None:
    """Raise Refusal TRANSITION_REFUSED once the report has ended."""
    if report.status is ReportStatus.PROCESSED:
        raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.ENDED_ALREADY)


def require_reopener(person: Person, report: ReportForAccess, at: datetime) -> str:
    """Return in whose name the person reopens the report at `at`: CITIZEN for its reporter, else a unit, or ADMIN.

    Reporters reopen their own as citizens, whatever else they are. A supervisor's unit covers the handler or the
    kelurahan. Raises Refusal FORBIDDEN: neither; TRANSITION_REFUSED: nothing to reopen, too late, or too often.
    """
    actor, name = Actor.REPORTER, str(Role.CITIZEN)
    if person.account_id != report.reporter_id:
        above = replace(person, grants=tuple(one for one in person.grants if one.role is not Role.OFFICER))
        supervising = official_actor(above, report.handler, report.kelurahan)
        actor, name = Actor.SUPERVISOR, _official(person, report, supervising, Message.REOPEN_NOT_YOURS)
    check_reopening(actor, report.resolution, report.processed_at, at=at, times=report.citizen_reopenings)
    return name


def require_rater(person: Person, report: ReportForAccess) -> None:
    """Raise Refusal unless the person may rate the report's closing now.

    FORBIDDEN: another's report. TRANSITION_REFUSED: not closed as FIXED, or rated already.
    """
    require_reporter(person, report)
    if report.resolution is not Resolution.FIXED:
        raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.RATE_NOT_FIXED)
    if report.rating is not None:
        raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.RATED_ALREADY)


def require_admin(person: Person, report: ReportForAccess) -> None:
    """Raise Refusal FORBIDDEN unless the person is an ADMIN, and the report another's."""
    _official(person, report, Role.ADMIN if is_admin(person) else None, Message.ADMIN_ONLY)


def require_reporter(person: Person, report: ReportForAccess) -> None:
    """Raise Refusal FORBIDDEN unless the report is the person's own."""
    if person.account_id != report.reporter_id:
        raise Refusal(ErrorCode.FORBIDDEN, Message.NOT_YOUR_REPORT)


def require_unanswered(report: ReportForAccess) -> None:
    """Raise Refusal TRANSITION_REFUSED once the city has answered: the report is no longer the reporter's to change."""
    if report.status is not ReportStatus.WAITING or report.responded_at is not None:
        raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.ANSWERED_ALREADY)


def require_supporter(person: Person, report: ReportForAccess) -> None:
    """Raise Refusal FORBIDDEN when the person would support their own report."""
    if person.account_id == report.reporter_id:
        raise Refusal(ErrorCode.FORBIDDEN, Message.OWN_REPORT)


def permissions(person: Person | None, report: ReportForAccess, at: datetime) -> Permissions:
    """Say beforehand what the viewer may do at `at`, from the same rules that decide when they do it."""
    if person is None:
        return NO_PERMISSIONS
    own = _allowed(require_reporter, person, report) and _allowed(require_unanswered, report)
    is_open = _allowed(require_open, report)
    return Permissions(
        can_edit=own,
        can_withdraw=own,
        can_change_status=is_open and _allowed(require_handler, person, report),
        can_assign=is_open and _allowed(require_desk, person, report),
        can_rate=_allowed(require_rater, person, report),
        can_reopen=_allowed(require_reopener, person, report, at),
    )


def _official(person: Person, report: ReportForAccess, name: str | None, otherwise: Message) -> str:
    """Return `name`, in which the person acts; refuse them with `otherwise` without one, and on their own report."""
    if name is None:
        raise Refusal(ErrorCode.FORBIDDEN, otherwise)
    if person.account_id == report.reporter_id:
        raise Refusal(ErrorCode.FORBIDDEN, Message.OWN_REPORT)
    return name


def _allowed(rule: Callable[P, object], *asked: P.args, **named: P.kwargs) -> bool:
    try:
        rule(*asked, **named)
    except Refusal:
        return False
    return True
