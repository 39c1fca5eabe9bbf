"""Authorization: the permissions of a person on a report (domain.md, "People")."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, ParamSpec, Protocol

from rules.languages import Text
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.workflow import Actor, ReportStatus, Resolution, check_reopening

P = ParamSpec("P")

RATED_WITHIN = timedelta(days=30)
"""The time after a closing in which its reporter may rate it."""


class Role(StrEnum):
    """The role of an account. Every account is a CITIZEN; the other roles are granted."""

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
    """The sort of unit that a code stands for."""

    KELURAHAN = "KELURAHAN"
    KECAMATAN = "KECAMATAN"
    CITY = "CITY"
    AGENCY = "AGENCY"


SCOPES: dict[Role, frozenset[UnitKind]] = {
    Role.OFFICER: frozenset({UnitKind.KELURAHAN, UnitKind.AGENCY}),
    Role.SUPERVISOR: frozenset({UnitKind.KECAMATAN, UnitKind.CITY, UnitKind.AGENCY}),
}
"""The kinds of unit that a role can be granted for. Other roles are granted for no unit."""


class RoleGrant(NamedTuple):
    """A role in a unit, by code. CITIZEN and ADMIN have no unit.

    A named tuple, because its hash is taken for each report of a list.
    """

    role: Role
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in person: the account's row id, which never leaves the server, and the roles granted to it."""

    account_id: int
    grants: tuple[RoleGrant, ...] = ()


class ReportForSight(Protocol):
    """The attributes of a hidden report on which it depends who sees it."""

    @property
    def reporter_id(self) -> int:
        """The account that submitted it."""

    @property
    def handler(self) -> str:
        """The code of the unit in charge."""

    @property
    def kelurahan(self) -> str:
        """The code of the kelurahan it is in."""


class ReportForAccess(ReportForSight, Protocol):
    """The report attributes that authorization depends on."""

    @property
    def status(self) -> ReportStatus:
        """The current status."""

    @property
    def resolution(self) -> Resolution | None:
        """The outcome. None while it is open."""

    @property
    def responded_at(self) -> datetime | None:
        """The time of the city's first answer."""

    @property
    def processed_at(self) -> datetime | None:
        """The time at which it was closed. None while it is open."""

    @property
    def response_due_at(self) -> datetime:
        """The deadline promised for the answer."""

    @property
    def rating(self) -> int | None:
        """The reporter's stars for the present closing."""

    @property
    def citizen_reopenings(self) -> int:
        """The number of times that its reporter has reopened it."""

    @property
    def supervisor_reopenings(self) -> int:
        """The number of times that supervisors have reopened it."""

    @property
    def hidden(self) -> bool:
        """Whether the control room has hidden it."""

    @property
    def erased(self) -> bool:
        """Whether its reporter has erased its words and photos."""


@dataclass(frozen=True, slots=True)
class Permissions:
    """The changes that a viewer may make to a report now.

    `can_speak`: they may comment even if they do not support it.
    """

    can_edit: bool
    can_withdraw: bool
    can_change_status: bool
    can_assign: bool
    can_move: bool
    can_rate: bool
    can_reopen: bool
    can_speak: bool
    can_note: bool
    can_support: bool
    can_moderate: bool
    can_erase: bool
    can_flag: bool


NO_PERMISSIONS = Permissions(
    can_edit=False,
    can_withdraw=False,
    can_change_status=False,
    can_assign=False,
    can_move=False,
    can_rate=False,
    can_reopen=False,
    can_speak=False,
    can_note=False,
    can_support=False,
    can_moderate=False,
    can_erase=False,
    can_flag=False,
)
"""The permissions of a visitor."""

ONLY_FLAG = replace(NO_PERMISSIONS, can_flag=True)
"""The permissions of a person whom a closed report does not concern."""

ONLY_SUPPORT = replace(ONLY_FLAG, can_support=True)
"""The permissions of a person whom an open report does not concern."""


def covers(unit: str, handler: str) -> bool:
    """Return whether `handler` is `unit` or is inside it: the code of a place begins with that of its parent."""
    return handler == unit or handler.startswith(f"{unit}.")


def official_actor(person: Person, *units: str) -> str | None:
    """Return the unit in whose name the person acts for one of `units`, or None without the authority to act.

    An officer acts for their own unit, a supervisor for their own unit and every unit inside it, both in the name of
    their own unit. The first of `units` takes precedence. An ADMIN acts on everything, in the name of that role.
    """
    return _acting(person.grants, units)


def units_acted_for(person: Person, units: Iterable[str]) -> frozenset[str] | None:
    """Return those of the units for which the person may act officially. None: for every unit, as an ADMIN."""
    if is_admin(person):
        return None
    return frozenset(unit for unit in units if _actor_for(person.grants, unit) is not None)


@lru_cache(maxsize=4096)  # a list asks for each of its reports
def _acting(grants: tuple[RoleGrant, ...], units: tuple[str, ...]) -> str | None:
    acting = (actor for unit in units if (actor := _actor_for(grants, unit)) is not None)
    return next(acting, Role.ADMIN if _has_role(grants, Role.ADMIN) else None)


def _actor_for(grants: tuple[RoleGrant, ...], unit: str) -> str | None:
    for grant in grants:
        match grant:
            case RoleGrant(Role.OFFICER, str(own)) if own == unit:
                return own
            case RoleGrant(Role.SUPERVISOR, str(own)) if covers(own, unit):
                return own
    return None


def is_admin(person: Person) -> bool:
    """Return whether the person belongs to the control room."""
    return _has_role(person.grants, Role.ADMIN)


def _has_role(grants: tuple[RoleGrant, ...], role: Role) -> bool:
    return any(grant.role is role for grant in grants)


def is_staff(person: Person | None) -> bool:
    """Return whether the person has any role besides CITIZEN."""
    return person is not None and any(grant.role is not Role.CITIZEN for grant in person.grants)


def sees_notes(person: Person | None, reporter_id: int) -> bool:
    """Return whether the person sees the internal notes on a report of this account: staff do, but never on their own.

    Notes may be about the reporter, and one who is staff may have asked to stay anonymous among colleagues.
    """
    return person is not None and is_staff(person) and person.account_id != reporter_id


def sees_report(person: Person | None, report: ReportForSight) -> bool:
    """Return whether the person sees a report that the control room has hidden.

    Its reporter does, and staff who may act on it: it is hidden from the public, and its clocks run.
    """
    return person is not None and _is_concerned(person, report)


def sees_original(person: Person | None, report: ReportForSight, author_id: int) -> bool:
    """Return whether the person reads words about a report as they were before personal details were masked.

    Their author does, and staff who may act on the report: whose plate it is decides what they can do. On a report of
    their own staff are citizens.
    """
    if person is None:
        return False
    if person.account_id == author_id:
        return True
    return person.account_id != report.reporter_id and _is_concerned(person, report)


def require_handler(person: Person, report: ReportForAccess) -> str:
    """Return the unit, or ADMIN, in whose name the person changes the status.

    Raises Refusal FORBIDDEN for another unit's report, or the person's own.
    """
    return _official(person, report, official_actor(person, report.handler), Message.NOT_YOUR_UNIT)


def require_desk(person: Person, report: ReportForAccess) -> str:
    """Return the unit, or ADMIN, in whose name the person assigns, transfers or recategorises the report.

    Staff of the handler may, and staff of the kelurahan it is in, so that they can take a report back from the wrong
    unit. Raises Refusal FORBIDDEN for other staff, and for the person's own report.
    """
    return _official(person, report, official_actor(person, report.handler, report.kelurahan), Message.NOT_YOUR_UNIT)


def require_note_writer(person: Person, report: ReportForAccess) -> str:
    """Return the unit, or ADMIN, in whose name the person writes an internal note: the people of `require_desk`.

    Raises Refusal FORBIDDEN for anyone else, and for the person's own report.
    """
    return _official(person, report, official_actor(person, report.handler, report.kelurahan), Message.NOTE_NOT_YOURS)


def require_commenter(person: Person, report: ReportForAccess, *, is_supporter: bool) -> str:
    """Return the unit, or ADMIN, in whose name the person comments; CITIZEN for the reporter and for supporters.

    Staff speak officially where they may act (`require_desk`), but as citizens on their own reports. Raises Refusal
    FORBIDDEN for anyone else.
    """
    if person.account_id == report.reporter_id:
        return Role.CITIZEN
    official = official_actor(person, report.handler, report.kelurahan)
    if official is None and not is_supporter:
        raise Refusal(ErrorCode.FORBIDDEN, Message.COMMENT_NOT_YOURS)
    return official or Role.CITIZEN


def require_open(report: ReportForAccess) -> None:
    """Raise Refusal TRANSITION_REFUSED for a closed report."""
    if report.status is ReportStatus.PROCESSED:
        raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.ENDED_ALREADY)


def require_reopener(person: Person, report: ReportForAccess, at: datetime) -> str:
    """Return CITIZEN for the reporter, else the unit or ADMIN, in whose name the person reopens the report at `at`.

    Reporters reopen their own reports as citizens, even if they have other roles. A supervisor's unit must cover the
    handler or the kelurahan. Raises Refusal FORBIDDEN for anyone else, and TRANSITION_REFUSED when there is nothing to
    reopen, or it is too late or too often.
    """
    actor, name, times = Actor.REPORTER, str(Role.CITIZEN), report.citizen_reopenings
    if person.account_id != report.reporter_id:
        supervising = _supervising(person, report.handler, report.kelurahan)
        name = _official(person, report, supervising, Message.REOPEN_NOT_YOURS)
        actor, times = Actor.SUPERVISOR, report.supervisor_reopenings
    check_reopening(actor, report.resolution, report.processed_at, at=at, times=times)
    return name


def require_supervisor(person: Person, report: ReportForAccess) -> None:
    """Raise Refusal FORBIDDEN unless the person supervises the handler: to close again without a fix what came back."""
    _official(person, report, _supervising(person, report.handler), Message.DISMISS_BY_SUPERVISOR)


def _supervising(person: Person, *units: str) -> str | None:
    """Return the unit, or ADMIN, in whose name the person supervises one of `units`; None if they supervise none."""
    above = replace(person, grants=tuple(grant for grant in person.grants if grant.role is not Role.OFFICER))
    return official_actor(above, *units)


def require_rater(person: Person, report: ReportForAccess, at: datetime) -> None:
    """Raise Refusal unless the person may rate the report's closing at `at`.

    FORBIDDEN: another citizen's report. TRANSITION_REFUSED: not closed as FIXED, rated already, or too late.
    """
    require_reporter(person, report)
    if report.resolution is not Resolution.FIXED:
        raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.RATE_NOT_FIXED)
    if report.rating is not None:
        raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.RATED_ALREADY)
    if report.processed_at is not None and at > report.processed_at + RATED_WITHIN:
        raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.RATE_TOO_LATE, days=RATED_WITHIN.days)


def require_control_room(person: Person) -> None:
    """Raise Refusal FORBIDDEN unless the person is an ADMIN."""
    if not is_admin(person):
        raise Refusal(ErrorCode.FORBIDDEN, Message.ADMIN_ONLY)


def require_blocker(person: Person, account_id: int) -> None:
    """Raise Refusal FORBIDDEN unless the person may block an account: an ADMIN, but never their own."""
    require_control_room(person)
    if person.account_id == account_id:
        raise Refusal(ErrorCode.FORBIDDEN, Message.BLOCK_SELF)


def require_taker(person: Person, account_id: int, role: Role) -> None:
    """Raise Refusal FORBIDDEN unless the person may take a role from an account: an ADMIN, but never their own ADMIN.

    So somebody who has that role always remains.
    """
    require_control_room(person)
    if person.account_id == account_id and role is Role.ADMIN:
        raise Refusal(ErrorCode.FORBIDDEN, Message.ADMIN_SELF)


def require_admin(person: Person, report: ReportForAccess) -> None:
    """Raise Refusal FORBIDDEN unless the person is an ADMIN and the report is not their own."""
    _official(person, report, Role.ADMIN if is_admin(person) else None, Message.ADMIN_ONLY)


def require_waiver(person: Person, report: ReportForAccess, *units: str) -> None:
    """Raise Refusal FORBIDDEN unless the person may waive entries of units: an ADMIN who belongs to none of them."""
    require_admin(person, report)
    own = [grant.unit for grant in person.grants if grant.unit is not None]
    if any(covers(each, unit) for each in own for unit in units):
        raise Refusal(ErrorCode.FORBIDDEN, Message.WAIVE_OWN_UNIT)


def require_reporter(person: Person, report: ReportForAccess) -> None:
    """Raise Refusal FORBIDDEN unless the report is the person's own."""
    if person.account_id != report.reporter_id:
        raise Refusal(ErrorCode.FORBIDDEN, Message.NOT_YOUR_REPORT)


def require_eraser(person: Person, report: ReportForAccess) -> None:
    """Raise Refusal FORBIDDEN unless the report is the person's own, TRANSITION_REFUSED if it was erased before."""
    require_reporter(person, report)
    if report.erased:
        raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.ERASED_ALREADY)


def require_photo_remover(person: Person, report: ReportForAccess) -> str:
    """Return CITIZEN for the reporter, else ADMIN, in whose name the person removes a photo.

    Raises Refusal FORBIDDEN for anyone else, and TRANSITION_REFUSED for the reporter once the city has answered.
    """
    if person.account_id != report.reporter_id:
        require_admin(person, report)
        return Role.ADMIN
    require_unanswered(report)
    return Role.CITIZEN


def require_flagger(person: Person, report: ReportForAccess) -> None:
    """Raise Refusal FORBIDDEN for the person's own report, which they cannot flag."""
    if person.account_id == report.reporter_id:
        raise Refusal(ErrorCode.FORBIDDEN, Message.FLAG_OWN)


def require_unanswered(report: ReportForAccess) -> None:
    """Raise Refusal TRANSITION_REFUSED once the city has answered: then its reporter may no longer change it."""
    if report.status is not ReportStatus.WAITING or report.responded_at is not None:
        raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.ANSWERED_ALREADY)


def require_mover(person: Person, report: ReportForAccess, at: datetime, *, has_duplicates: bool) -> str:
    """Return CITIZEN for the reporter, else the unit or ADMIN, in whose name the person corrects the place at `at`.

    Raises Refusal FORBIDDEN for anyone but the reporter and staff of the handler, and TRANSITION_REFUSED: for staff
    once the report is closed, for the reporter once it is answered, its answer is overdue, or others are merged into
    it.
    """
    if person.account_id != report.reporter_id:
        actor = require_handler(person, report)
        require_open(report)
        return actor
    require_unanswered(report)
    if at > report.response_due_at:
        raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.PLACE_OVERDUE)
    if has_duplicates:
        raise Refusal(ErrorCode.TRANSITION_REFUSED, Message.PLACE_HAS_DUPLICATES)
    return Role.CITIZEN


def require_supporter(person: Person, report: ReportForAccess) -> None:
    """Raise Refusal FORBIDDEN for the person's own report, which they cannot support."""
    if person.account_id == report.reporter_id:
        raise Refusal(ErrorCode.FORBIDDEN, Message.OWN_REPORT)


def permissions(
    person: Person | None, report: ReportForAccess, at: datetime, *, has_duplicates: bool = False
) -> Permissions:
    """Return the viewer's permissions at `at`, from the same functions that decide when the viewer acts.

    `has_duplicates`: other reports are merged into it, so it cannot be withdrawn.
    """
    if person is None:
        return NO_PERMISSIONS
    is_open = _allowed(require_open, report)
    if not _is_concerned(person, report):
        return ONLY_SUPPORT if is_open else ONLY_FLAG
    own = _allowed(require_reporter, person, report) and _allowed(require_unanswered, report)
    return Permissions(
        can_edit=own,
        can_withdraw=own and not has_duplicates and at <= report.response_due_at,
        can_change_status=is_open and _allowed(require_handler, person, report),
        can_assign=is_open and _allowed(require_desk, person, report),
        can_move=_allowed(require_mover, person, report, at, has_duplicates=has_duplicates),
        can_rate=_allowed(require_rater, person, report, at),
        can_reopen=_allowed(require_reopener, person, report, at),
        can_speak=_allowed(require_commenter, person, report, is_supporter=False),
        can_note=_allowed(require_note_writer, person, report),
        can_support=is_open and _allowed(require_supporter, person, report),
        can_moderate=_allowed(require_admin, person, report),
        can_erase=_allowed(require_eraser, person, report),
        can_flag=_allowed(require_flagger, person, report),
    )


def _is_concerned(person: Person, report: ReportForSight) -> bool:
    """Return whether any change of the report is open to the person: most readers of a list may change nothing."""
    is_own = person.account_id == report.reporter_id
    return is_own or official_actor(person, report.handler, report.kelurahan) is not None


def _official(person: Person, report: ReportForAccess, name: str | None, otherwise: Message) -> str:
    """Return `name`. Raises Refusal FORBIDDEN with `otherwise` when it is None, and for the person's own report."""
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
