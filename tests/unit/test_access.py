from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reference.records import bundled
from rules.access import (
    NO_PERMISSIONS,
    RATED_WITHIN,
    SCOPES,
    Person,
    ReportForAccess,
    Role,
    RoleGrant,
    UnitKind,
    covers,
    official_actor,
    permissions,
    require_admin,
    require_blocker,
    require_control_room,
    require_desk,
    require_handler,
    require_open,
    require_rater,
    require_reopener,
    require_reporter,
    require_supervisor,
    require_supporter,
    require_taker,
    require_unanswered,
    require_waiver,
)
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.workflow import MOVES, Actor, ReportStatus, Resolution, find_move

REFERENCE = bundled()
PLACES = sorted(
    {code for record in REFERENCE.kelurahan for code in (record.code, record.kecamatan_code, record.city_code)}
)
AGENCIES = [record.code for record in REFERENCE.agencies]

GAMBIR, CIDENG, MENTENG, KOJA = "31.71.01.1001", "31.71.01.1002", "31.71.06.1001", "31.72.03.1001"
KECAMATAN, CITY = "31.71.01", "31.71"
KELURAHAN = (GAMBIR, CIDENG, MENTENG, KOJA)
HANDLERS = (*KELURAHAN, "SDA", "PLN")
UNITS = (None, *HANDLERS, KECAMATAN, CITY, "31.7", "")

ANSWERED = datetime(2026, 11, 23, 3, tzinfo=UTC)
ENDED = datetime(2026, 11, 24, 3, tzinfo=UTC)
LATER = ENDED + timedelta(days=1)
MUCH_LATER = ENDED + timedelta(days=61)
REPORTER, SOMEBODY = 1, 2

DOMAIN: dict[tuple[Role, str | None], set[str]] = {
    **{(Role.OFFICER, unit): {unit} for unit in HANDLERS},
    **{(Role.SUPERVISOR, unit): {unit} for unit in HANDLERS},
    (Role.SUPERVISOR, KECAMATAN): {GAMBIR, CIDENG},
    (Role.SUPERVISOR, CITY): {GAMBIR, CIDENG, MENTENG},
}
"""The handlers whose reports a role in a unit handles. All other pairs handle none; an ADMIN handles all."""


@dataclass(frozen=True)
class Case:
    """The report attributes that authorization depends on."""

    reporter_id: int = REPORTER
    handler: str = GAMBIR
    kelurahan: str = GAMBIR
    status: ReportStatus = ReportStatus.WAITING
    resolution: Resolution | None = None
    responded_at: datetime | None = None
    processed_at: datetime | None = None
    response_due_at: datetime = MUCH_LATER
    rating: int | None = None
    citizen_reopenings: int = 0
    supervisor_reopenings: int = 0
    hidden: bool = False
    erased: bool = False


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
    response_due_at=st.sampled_from([ENDED, LATER]),
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
    supervisor_reopenings=st.integers(0, 2),
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


def rate(person: Person, report: ReportForAccess) -> None:
    require_rater(person, report, LATER)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("unit", UNITS)
def test_role_in_a_unit_handles_its_reports_in_the_name_of_that_unit(role: Role, unit: str | None) -> None:
    person = Person(SOMEBODY, (RoleGrant(role, unit),))
    handled = DOMAIN.get((role, unit), set())
    otherwise = Role.ADMIN if role is Role.ADMIN else None
    for handler in HANDLERS:
        assert official_actor(person, handler) == (unit if handler in handled else otherwise), handler


@given(person=people, handler=st.sampled_from(HANDLERS))
def test_several_roles_handle_the_union_of_each_alone(person: Person, handler: str) -> None:
    alone = [official_actor(Person(person.account_id, (one,)), handler) for one in person.grants]
    named = sorted((name for name in alone if name is not None), key=lambda name: name == Role.ADMIN)
    assert official_actor(person, handler) == next(iter(named), None)


@given(person=people, handler=st.sampled_from(HANDLERS), kelurahan=st.sampled_from(KELURAHAN))
def test_handler_takes_precedence_over_the_kelurahan(person: Person, handler: str, kelurahan: str) -> None:
    names = [official_actor(person, handler), official_actor(person, kelurahan)]
    named = sorted((name for name in names if name is not None), key=lambda name: name == Role.ADMIN)
    assert official_actor(person, handler, kelurahan) == next(iter(named), None)


@pytest.mark.parametrize("role", Role)
def test_role_is_granted_for_the_kinds_of_unit_in_the_domain(role: Role) -> None:
    kelurahan_or_agency = {UnitKind.KELURAHAN, UnitKind.AGENCY}
    over_them = {UnitKind.KECAMATAN, UnitKind.CITY, UnitKind.AGENCY}
    assert SCOPES.get(role) == {Role.OFFICER: kelurahan_or_agency, Role.SUPERVISOR: over_them}.get(role)


def test_place_covers_exactly_itself_and_the_places_inside_it() -> None:
    inside = {
        (over, record.code)
        for record in REFERENCE.kelurahan
        for over in (record.code, record.kecamatan_code, record.city_code)
    }
    kelurahan = [record.code for record in REFERENCE.kelurahan]
    assert {(over, under) for over in PLACES for under in kelurahan if covers(over, under)} == inside


def test_agency_covers_only_itself_and_no_place_covers_an_agency() -> None:
    units = [*PLACES, *AGENCIES]
    for agency in AGENCIES:
        assert [unit for unit in units if covers(agency, unit)] == [agency]
        assert [unit for unit in units if covers(unit, agency)] == [agency]


def test_code_with_a_similar_prefix_is_not_covered() -> None:
    assert not covers("31.71.01", "31.71.011")
    assert not covers("31.7", "31.71.01.1001")
    assert not covers("SDA", "SDA2")
    assert not covers("", GAMBIR)


@given(person=people, report=reports, at=moments)
def test_official_acts_on_own_report_are_refused(person: Person, report: Case, at: datetime) -> None:
    own = replace(report, reporter_id=person.account_id)
    for rule in (require_handler, require_desk, require_admin):
        assert not allows(rule, person, own)
    granted = permissions(person, own, at)
    assert not granted.can_change_status
    assert not granted.can_assign
    if allows(require_reopener, person, own, at):
        assert require_reopener(person, own, at) == Role.CITIZEN


@given(person=people, report=reports)
def test_official_act_is_in_the_name_of_an_own_covering_unit_or_admin(person: Person, report: Case) -> None:
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
def test_person_who_may_change_the_status_may_also_assign(person: Person, report: Case) -> None:
    assert allows(require_desk, person, report) or not allows(require_handler, person, report)


@given(report=reports)
def test_admin_acts_officially_on_all_other_reports_without_a_unit(report: Case) -> None:
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
def test_agency_and_kelurahan_both_have_the_desk_of_an_agency_report(
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
def test_reporter_and_supervisors_reopen_a_report_but_officers_do_not(
    account: int, role: Role, unit: str | None, name: str | None
) -> None:
    person, report = Person(account, (RoleGrant(role, unit),)), replace(FIXED, handler="SDA", kelurahan=GAMBIR)
    if name is None:
        assert refusal(reopen, person, report) == (ErrorCode.FORBIDDEN, Message.REOPEN_NOT_YOURS)
    else:
        assert reopen(person, report) == name


def test_officer_role_does_not_extend_a_supervisors_right_to_reopen() -> None:
    both = Person(SOMEBODY, (RoleGrant(Role.OFFICER, GAMBIR), RoleGrant(Role.SUPERVISOR, "31.72")))
    assert refusal(reopen, both, FIXED) == (ErrorCode.FORBIDDEN, Message.REOPEN_NOT_YOURS)


def test_reporter_and_supervisors_have_limits_of_their_own() -> None:
    reporter, supervisor = Person(REPORTER), Person(SOMEBODY, (RoleGrant(Role.SUPERVISOR, CITY),))
    often = (ErrorCode.TRANSITION_REFUSED, Message.REOPEN_TOO_OFTEN)
    by_reporter, by_supervisors = replace(FIXED, citizen_reopenings=2), replace(FIXED, supervisor_reopenings=2)
    assert refusal(reopen, reporter, by_reporter) == refusal(reopen, supervisor, by_supervisors) == often
    assert reopen(reporter, by_supervisors) == Role.CITIZEN
    assert require_reopener(supervisor, by_reporter, ENDED + timedelta(days=60)) == CITY
    for person in (reporter, supervisor):
        with pytest.raises(Refusal):
            require_reopener(person, FIXED, MUCH_LATER)


def test_only_who_supervises_the_handler_may_dismiss_again() -> None:
    camat, admin = Person(SOMEBODY, (RoleGrant(Role.SUPERVISOR, KECAMATAN),)), Person(SOMEBODY, (ADMIN,))
    elsewhere, officer = Person(SOMEBODY, (RoleGrant(Role.SUPERVISOR, "31.72"),)), RoleGrant(Role.OFFICER, GAMBIR)
    require_supervisor(camat, Case())
    require_supervisor(admin, Case())
    for person in (elsewhere, Person(SOMEBODY, (officer,))):
        assert refusal(require_supervisor, person, Case()) == (ErrorCode.FORBIDDEN, Message.DISMISS_BY_SUPERVISOR)
    both = Person(SOMEBODY, (officer, RoleGrant(Role.SUPERVISOR, "31.72")))
    assert not allows(require_supervisor, both, Case())


def test_only_the_reporter_rates_a_fixed_report_and_only_once() -> None:
    refused = ErrorCode.TRANSITION_REFUSED
    reporter = Person(REPORTER, (ADMIN,))
    require_rater(reporter, FIXED, ENDED + RATED_WITHIN)
    with pytest.raises(Refusal):
        require_rater(reporter, FIXED, ENDED + RATED_WITHIN + timedelta(microseconds=1))
    assert refusal(rate, Person(SOMEBODY, (ADMIN,)), FIXED) == (ErrorCode.FORBIDDEN, Message.NOT_YOUR_REPORT)
    assert refusal(rate, reporter, replace(FIXED, rating=3)) == (refused, Message.RATED_ALREADY)
    assert refusal(rate, reporter, Case()) == (refused, Message.RATE_NOT_FIXED)
    for resolution in set(Resolution) - {Resolution.FIXED}:
        other = replace(FIXED, resolution=resolution)
        assert refusal(rate, reporter, other) == (refused, Message.RATE_NOT_FIXED)


@given(person=people, report=reports, units=st.lists(st.sampled_from(HANDLERS), max_size=3))
def test_only_admins_waive_and_not_for_themselves(person: Person, report: Case, units: list[str]) -> None:
    is_admin = any(grant.role is Role.ADMIN for grant in person.grants)
    allowed = is_admin and person.account_id != report.reporter_id
    assert allows(require_admin, person, report) == allowed
    own = {grant.unit for grant in person.grants} - {None}
    belongs = any(unit == one or unit.startswith(f"{one}.") for one in own for unit in units)
    assert allows(require_waiver, person, report, *units) == (allowed and not belongs)


@pytest.mark.parametrize("own", Role)
@pytest.mark.parametrize("taken", Role)
def test_only_admins_block_and_take_roles_but_not_from_themselves(own: Role, taken: Role) -> None:
    person = Person(REPORTER, (RoleGrant(Role.CITIZEN), RoleGrant(own)))
    is_admin = own is Role.ADMIN
    assert allows(require_blocker, person, SOMEBODY) == allows(require_taker, person, SOMEBODY, taken) == is_admin
    assert not allows(require_blocker, person, REPORTER)
    assert allows(require_taker, person, REPORTER, taken) == (is_admin and taken is not Role.ADMIN)
    assert allows(require_control_room, person) == is_admin


def test_closed_report_is_refused_before_any_other_check() -> None:
    assert allows(require_open, Case())
    with pytest.raises(Refusal) as caught:
        require_open(FIXED)
    assert (caught.value.code, caught.value.message) == (ErrorCode.TRANSITION_REFUSED, Message.ENDED_ALREADY)


def test_refusals_distinguish_other_units_from_own_reports() -> None:
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
def test_reporter_changes_a_report_and_others_support_it(person: Person, report: Case) -> None:
    assert allows(require_reporter, person, report) == (person.account_id == report.reporter_id)
    assert allows(require_supporter, person, report) != allows(require_reporter, person, report)


@given(report=reports)
def test_only_waiting_reports_without_an_answer_are_unanswered(report: Case) -> None:
    waits = report.status is ReportStatus.WAITING and report.responded_at is None
    assert allows(require_unanswered, report) == waits


@given(person=people, report=reports, at=moments)
def test_permissions_agree_with_the_rules_that_decide(person: Person, report: Case, at: datetime) -> None:
    granted = permissions(person, report, at)
    own = allows(require_reporter, person, report) and allows(require_unanswered, report)
    assert (granted.can_edit, granted.can_withdraw) == (own, own and at <= report.response_due_at)
    moves = any(report.status in move.sources and move.actor is Actor.HANDLER for move in MOVES)
    assert granted.can_change_status == (allows(require_handler, person, report) and moves)
    assert granted.can_assign == (allows(require_desk, person, report) and allows(require_open, report))
    assert granted.can_rate == allows(require_rater, person, report, at)
    assert granted.can_reopen == allows(require_reopener, person, report, at)


@given(report=reports, at=moments, has_duplicates=st.booleans())
def test_withdrawal_permission_matches_the_workflow(report: Case, at: datetime, *, has_duplicates: bool) -> None:
    answered = report.responded_at is not None
    withdrawal = (report.status, ReportStatus.PROCESSED, Resolution.WITHDRAWN)
    granted = permissions(Person(REPORTER), report, at, has_duplicates=has_duplicates)
    overdue = at > report.response_due_at
    allowed = allows(find_move, *withdrawal, answered=answered, has_duplicates=has_duplicates, answer_overdue=overdue)
    assert granted.can_withdraw == allowed
    assert granted.can_edit == permissions(Person(REPORTER), report, at).can_edit


@given(report=reports, at=moments)
def test_viewer_without_sign_in_has_no_permissions(report: Case, at: datetime) -> None:
    assert permissions(None, report, at) == NO_PERMISSIONS
    assert not any(getattr(NO_PERMISSIONS, name) for name in NO_PERMISSIONS.__dataclass_fields__)
