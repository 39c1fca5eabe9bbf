from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reference.records import bundled
from rules.access import (
    NO_PERMISSIONS,
    SCOPES,
    RoleGrant,
    Person,
    ReportForAccess,
    Role,
    UnitKind,
    covers,
    official_actor,
    permissions,
    require_admin,
    require_desk,
    require_handler,
    require_open,
    require_rater,
    require_reopener,
    require_reporter,
    require_supporter,
    require_unanswered,
)
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.workflow import MOVES, Actor, ReportStatus, Resolution, find_move

REFERENCE = bundled()
PLACES = sorted({code for record in REFERENCE.kelurahan for code in (record.code, record.kecamatan_code, record.city_code)})
AGENCIES = [record.code for record in REFERENCE.agencies]

GAMBIR, CIDENG, MENTENG, KOJA = "31.71.01.1001", "31.71.01.1002", "31.71.06.1001", "31.72.03.1001"
KECAMATAN, CITY = "31.71.01", "31.71"
KELURAHAN = (GAMBIR, CIDENG, MENTENG, KOJA)
HANDLERS = (*KELURAHAN, "SDA", "PLN")
UNITS = (None, *HANDLERS, KECAMATAN, CITY, "31.7", "")

ANSWERED = datetime(2026, 11, 23, 3, tzinfo=UTC)
ENDED = datetime(2026, 11, 24, 3, tzinfo=UTC)
LATER = ENDED + timedelta(days=1)
MUCH_LATER = ENDED + timedelta(days=15)
REPORTER, SOMEBODY = 1, 2

DOMAIN: dict[tuple[Role, str | None], set[str]] = {
    **{(Role.OFFICER, unit): {unit} for unit in HANDLERS},
    **{(Role.SUPERVISOR, unit): {unit} for unit in HANDLERS},
    (Role.SUPERVISOR, KECAMATAN): {GAMBIR, CIDENG},
    (Role.SUPERVISOR, CITY): {GAMBIR, CIDENG, MENTENG},
}
"""Whose reports a role in a unit handles; every other pair handles none, but an ADMIN handles all."""


@dataclass(frozen=True)
class Case:
    """What of a report decides who may do what."""

    reporter_id: int = REPORTER
    handler: str = GAMBIR
    kelurahan: str = GAMBIR
    status: ReportStatus = ReportStatus.WAITING
    resolution: Resolution | None = None
    responded_at: datetime | None = None
    processed_at: datetime | None = None
    rating: int | None = None
    citizen_reopenings: int = 0


FIXED = Case(status=ReportStatus.PROCESSED, resolution=Resolution.FIXED, responded_at=ANSWERED, processed_at=ENDED)
ADMIN = RoleGrant(Role.ADMIN)

grants = st.builds(RoleGrant, st.sampled_from(Role), st.sampled_from(UNITS))
people = st.builds(Person, st.sampled_from([REPORTER, SOMEBODY]), st.lists(grants, max_size=3).map(tuple))
answers = st.sampled_from([None, ANSWERED])
open_reports = st.builds(
    Case,
    handler=st.sampled_from(HANDLERS),
    kelurahan=st.sampled_from(KELURAHAN),
    status=st.sampled_from([ReportStatus.WAITING, ReportStatus.IN_PROGRESS]),
    responded_at=answers,
)
ended_reports = st.builds(
    Case,
    handler=st.sampled_from(HANDLERS),
    kelurahan=st.sampled_from(KELURAHAN),
    status=st.just(ReportStatus.PROCESSED),
    resolution=st.sampled_from(Resolution),
    responded_at=answers,
    processed_at=st.just(ENDED),
    rating=st.sampled_from([None, 1, 5]),
    citizen_reopenings=st.integers(0, 2),
)
reports = open_reports | ended_reports
moments = st.sampled_from([LATER, MUCH_LATER])


def allows(rule: Callable[..., object], *given_to_it: object, **named: object) -> bool:
    try:
        rule(*given_to_it, **named)
    except Refusal:
        return False
    return True


def refusal(
    rule: Callable[[Person, ReportForAccess], object], person: Person, report: Case
) -> tuple[ErrorCode, Message]:
    with pytest.raises(Refusal) as caught:
        rule(person, report)
    return caught.value.code, caught.value.message


def reopen(person: Person, report: ReportForAccess) -> str:
    return require_reopener(person, report, LATER)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("unit", UNITS)
def test_a_role_in_a_unit_handles_what_the_domain_says_and_in_the_name_of_that_unit(
    role: Role, unit: str | None
) -> None:
    person = Person(SOMEBODY, (RoleGrant(role, unit),))
    handled = DOMAIN.get((role, unit), set())
    otherwise = Role.ADMIN if role is Role.ADMIN else None
    for handler in HANDLERS:
        assert official_actor(person, handler) == (unit if handler in handled else otherwise), handler


@given(person=people, handler=st.sampled_from(HANDLERS))
def test_several_roles_handle_what_each_of_them_handles_alone(person: Person, handler: str) -> None:
    alone = [official_actor(Person(person.account_id, (one,)), handler) for one in person.grants]
    named = sorted((name for name in alone if name is not None), key=lambda name: name == Role.ADMIN)
    assert official_actor(person, handler) == next(iter(named), None)


@given(person=people, handler=st.sampled_from(HANDLERS), kelurahan=st.sampled_from(KELURAHAN))
def test_who_acts_for_the_handler_and_for_the_kelurahan_acts_for_the_handler(
    person: Person, handler: str, kelurahan: str
) -> None:
    names = [official_actor(person, handler), official_actor(person, kelurahan)]
    named = sorted((name for name in names if name is not None), key=lambda name: name == Role.ADMIN)
    assert official_actor(person, handler, kelurahan) == next(iter(named), None)


@pytest.mark.parametrize("role", Role)
def test_a_role_extends_to_the_kinds_of_unit_that_the_domain_names(role: Role) -> None:
    kelurahan_or_agency = {UnitKind.KELURAHAN, UnitKind.AGENCY}
    over_them = {UnitKind.KECAMATAN, UnitKind.CITY, UnitKind.AGENCY}
    assert SCOPES.get(role) == {Role.OFFICER: kelurahan_or_agency, Role.SUPERVISOR: over_them}.get(role)


def test_a_place_covers_itself_and_the_places_that_lie_in_it_and_no_others() -> None:
    inside = {
        (over, record.code) for record in REFERENCE.kelurahan for over in (record.code, record.kecamatan_code, record.city_code)
    }
    kelurahan = [record.code for record in REFERENCE.kelurahan]
    assert {(over, under) for over in PLACES for under in kelurahan if covers(over, under)} == inside


def test_an_agency_covers_itself_alone_and_no_place_covers_an_agency() -> None:
    units = [*PLACES, *AGENCIES]
    for agency in AGENCIES:
        assert [unit for unit in units if covers(agency, unit)] == [agency]
        assert [unit for unit in units if covers(unit, agency)] == [agency]


def test_a_code_that_merely_begins_alike_is_not_covered() -> None:
    assert not covers("31.71.01", "31.71.011")
    assert not covers("31.7", "31.71.01.1001")
    assert not covers("SDA", "SDA2")
    assert not covers("", GAMBIR)


@given(person=people, report=reports, at=moments)
def test_nobody_acts_officially_on_a_report_of_their_own(person: Person, report: Case, at: datetime) -> None:
    own = replace(report, reporter_id=person.account_id)
    for rule in (require_handler, require_desk, require_admin):
        assert not allows(rule, person, own)
    granted = permissions(person, own, at)
    assert not granted.can_change_status
    assert not granted.can_assign
    if allows(require_reopener, person, own, at):
        assert require_reopener(person, own, at) == Role.CITIZEN


@given(person=people, report=reports)
def test_an_official_act_is_done_in_the_name_of_a_unit_of_the_persons_own_that_covers_it_or_of_the_control_room(
    person: Person, report: Case
) -> None:
    for rule, business in (
        (require_handler, {report.handler}),
        (require_desk, {report.handler, report.kelurahan}),
    ):
        if not allows(rule, person, report):
            continue
        name = rule(person, report)
        if name == Role.ADMIN:
            assert ADMIN.role in {grant.role for grant in person.grants}
        else:
            assert any(covers(name, unit) for unit in business)
            assert name in {grant.unit for grant in person.grants}


@given(person=people, report=reports)
def test_who_moves_a_report_on_may_also_assign_it(person: Person, report: Case) -> None:
    assert allows(require_desk, person, report) or not allows(require_handler, person, report)


@given(report=reports)
def test_an_admin_does_all_that_is_official_with_everybody_elses_reports_in_the_name_of_no_unit(report: Case) -> None:
    admin = Person(SOMEBODY, (ADMIN,))
    assert require_handler(admin, report) == require_desk(admin, report) == Role.ADMIN
    require_admin(admin, report)
    if allows(require_reopener, admin, report, LATER):
        assert require_reopener(admin, report, LATER) == Role.ADMIN


@pytest.mark.parametrize(
    ("role", "unit", "name"),
    [
        (Role.OFFICER, "SDA", "SDA"),
        (Role.SUPERVISOR, "SDA", "SDA"),
        (Role.OFFICER, GAMBIR, GAMBIR),
        (Role.SUPERVISOR, KECAMATAN, KECAMATAN),
        (Role.SUPERVISOR, CITY, CITY),
        (Role.ADMIN, None, "ADMIN"),
        (Role.OFFICER, CIDENG, None),
        (Role.SUPERVISOR, MENTENG, None),
        (Role.SUPERVISOR, "31.72", None),
        (Role.OFFICER, "PLN", None),
        (Role.OFFICER, KECAMATAN, None),
        (Role.CITIZEN, None, None),
    ],
)
def test_a_report_that_an_agency_handles_is_the_desks_of_the_agency_and_of_the_kelurahan_it_is_in(
    role: Role, unit: str | None, name: str | None
) -> None:
    person, report = Person(SOMEBODY, (RoleGrant(role, unit),)), Case(handler="SDA", kelurahan=GAMBIR)
    if name is None:
        assert refusal(require_desk, person, report) == (ErrorCode.FORBIDDEN, Message.NOT_YOUR_UNIT)
    else:
        assert require_desk(person, report) == name
    moves_it = name in {"SDA", "ADMIN"}
    assert allows(require_handler, person, report) == moves_it


@pytest.mark.parametrize(
    ("account", "role", "unit", "name"),
    [
        (REPORTER, Role.CITIZEN, None, "CITIZEN"),
        (REPORTER, Role.SUPERVISOR, "SDA", "CITIZEN"),
        (REPORTER, Role.ADMIN, None, "CITIZEN"),
        (SOMEBODY, Role.SUPERVISOR, "SDA", "SDA"),
        (SOMEBODY, Role.SUPERVISOR, KECAMATAN, KECAMATAN),
        (SOMEBODY, Role.SUPERVISOR, CITY, CITY),
        (SOMEBODY, Role.ADMIN, None, "ADMIN"),
        (SOMEBODY, Role.OFFICER, "SDA", None),
        (SOMEBODY, Role.OFFICER, GAMBIR, None),
        (SOMEBODY, Role.SUPERVISOR, "PLN", None),
        (SOMEBODY, Role.SUPERVISOR, "31.72", None),
        (SOMEBODY, Role.CITIZEN, None, None),
    ],
)
def test_a_report_is_reopened_by_its_reporter_as_a_citizen_and_by_supervisors_but_by_no_officer(
    account: int, role: Role, unit: str | None, name: str | None
) -> None:
    person, report = Person(account, (RoleGrant(role, unit),)), replace(FIXED, handler="SDA", kelurahan=GAMBIR)
    if name is None:
        assert refusal(reopen, person, report) == (ErrorCode.FORBIDDEN, Message.REOPEN_NOT_YOURS)
    else:
        assert reopen(person, report) == name


def test_an_officer_who_is_a_supervisor_elsewhere_reopens_nothing_as_the_officer() -> None:
    both = Person(SOMEBODY, (RoleGrant(Role.OFFICER, GAMBIR), RoleGrant(Role.SUPERVISOR, "31.72")))
    assert refusal(reopen, both, FIXED) == (ErrorCode.FORBIDDEN, Message.REOPEN_NOT_YOURS)


def test_the_limits_of_reopening_bind_the_reporter_and_not_a_supervisor() -> None:
    reporter, supervisor = Person(REPORTER), Person(SOMEBODY, (RoleGrant(Role.SUPERVISOR, CITY),))
    twice = replace(FIXED, citizen_reopenings=2)
    assert refusal(reopen, reporter, twice) == (ErrorCode.TRANSITION_REFUSED, Message.REOPEN_TOO_OFTEN)
    with pytest.raises(Refusal):
        require_reopener(reporter, FIXED, MUCH_LATER)
    assert require_reopener(supervisor, twice, MUCH_LATER) == CITY


def test_a_rating_is_the_reporters_of_a_closing_as_fixed_and_once() -> None:
    refused = ErrorCode.TRANSITION_REFUSED
    reporter = Person(REPORTER, (ADMIN,))
    require_rater(reporter, FIXED)
    assert refusal(require_rater, Person(SOMEBODY, (ADMIN,)), FIXED) == (ErrorCode.FORBIDDEN, Message.NOT_YOUR_REPORT)
    assert refusal(require_rater, reporter, replace(FIXED, rating=3)) == (refused, Message.RATED_ALREADY)
    assert refusal(require_rater, reporter, Case()) == (refused, Message.RATE_NOT_FIXED)
    for resolution in set(Resolution) - {Resolution.FIXED}:
        other = replace(FIXED, resolution=resolution)
        assert refusal(require_rater, reporter, other) == (refused, Message.RATE_NOT_FIXED)


@given(person=people, report=reports)
def test_only_the_control_room_waives_and_not_on_a_report_of_its_own(person: Person, report: Case) -> None:
    is_admin = any(grant.role is Role.ADMIN for grant in person.grants)
    assert allows(require_admin, person, report) == (is_admin and person.account_id != report.reporter_id)


def test_what_has_ended_is_told_to_be_reopened_before_anything_else() -> None:
    assert allows(require_open, Case())
    with pytest.raises(Refusal) as caught:
        require_open(FIXED)
    assert (caught.value.code, caught.value.message) == (ErrorCode.TRANSITION_REFUSED, Message.ENDED_ALREADY)


def test_a_refusal_tells_another_units_report_from_ones_own() -> None:
    officer = (RoleGrant(Role.OFFICER, GAMBIR),)
    forbidden = ErrorCode.FORBIDDEN
    assert refusal(require_handler, Person(SOMEBODY), Case()) == (forbidden, Message.NOT_YOUR_UNIT)
    assert refusal(require_handler, Person(REPORTER), Case()) == (forbidden, Message.NOT_YOUR_UNIT)
    assert refusal(require_handler, Person(REPORTER, officer), Case()) == (forbidden, Message.OWN_REPORT)
    assert refusal(require_admin, Person(SOMEBODY, officer), Case()) == (forbidden, Message.ADMIN_ONLY)
    assert refusal(require_admin, Person(REPORTER, (ADMIN,)), Case()) == (forbidden, Message.OWN_REPORT)
    assert refusal(require_supporter, Person(REPORTER), Case()) == (forbidden, Message.OWN_REPORT)
    assert refusal(require_reporter, Person(SOMEBODY, officer), Case()) == (forbidden, Message.NOT_YOUR_REPORT)


@given(person=people, report=reports)
def test_a_report_is_its_reporters_to_change_and_everybody_elses_to_support(person: Person, report: Case) -> None:
    assert allows(require_reporter, person, report) == (person.account_id == report.reporter_id)
    assert allows(require_supporter, person, report) != allows(require_reporter, person, report)


@given(report=reports)
def test_only_a_report_that_waits_and_was_not_answered_counts_as_unanswered(report: Case) -> None:
    waits = report.status is ReportStatus.WAITING and report.responded_at is None
    assert allows(require_unanswered, report) == waits


@given(person=people, report=reports, at=moments)
def test_permissions_say_beforehand_what_the_rules_decide_when_it_is_done(
    person: Person, report: Case, at: datetime
) -> None:
    granted = permissions(person, report, at)
    own = allows(require_reporter, person, report) and allows(require_unanswered, report)
    assert (granted.can_edit, granted.can_withdraw) == (own, own)
    moves = any(report.status in move.sources and move.actor is Actor.HANDLER for move in MOVES)
    assert granted.can_change_status == (allows(require_handler, person, report) and moves)
    assert granted.can_assign == (allows(require_desk, person, report) and allows(require_open, report))
    assert granted.can_rate == allows(require_rater, person, report)
    assert granted.can_reopen == allows(require_reopener, person, report, at)


@given(report=reports)
def test_a_reporter_may_withdraw_exactly_what_the_workflow_lets_be_withdrawn(report: Case) -> None:
    answered = report.responded_at is not None
    withdrawal = (report.status, ReportStatus.PROCESSED, Resolution.WITHDRAWN)
    granted = permissions(Person(REPORTER), report, LATER)
    assert granted.can_withdraw == allows(find_move, *withdrawal, answered=answered)


@given(report=reports, at=moments)
def test_somebody_not_signed_in_may_only_look(report: Case, at: datetime) -> None:
    assert permissions(None, report, at) == NO_PERMISSIONS
    assert not any(getattr(NO_PERMISSIONS, name) for name in NO_PERMISSIONS.__dataclass_fields__)
