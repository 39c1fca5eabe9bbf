from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reference.facts import shipped
from rules.access import (
    SCOPES,
    Membership,
    Permissions,
    Person,
    Role,
    Subject,
    UnitKind,
    acting_unit,
    covers,
    permissions,
    require_handler,
    require_reporter,
    require_supporter,
    require_unanswered,
)
from rules.messages import Message
from rules.refusals import ErrorCode, Refusal
from rules.workflow import MOVES, Party, ReportStatus, Resolution, find_move

FACTS = shipped()
PLACES = sorted({code for fact in FACTS.kelurahan for code in (fact.code, fact.kecamatan_code, fact.city_code)})
AGENCIES = [fact.code for fact in FACTS.agencies]

GAMBIR, CIDENG, MENTENG, KOJA = "31.71.01.1001", "31.71.01.1002", "31.71.06.1001", "31.72.03.1001"
KECAMATAN, CITY = "31.71.01", "31.71"
HANDLERS = (GAMBIR, CIDENG, MENTENG, KOJA, "SDA", "PLN")
UNITS = (None, *HANDLERS, KECAMATAN, CITY, "31.7", "")

ANSWERED = datetime(2026, 11, 23, 3, tzinfo=UTC)
REPORTER, SOMEBODY = 1, 2

DOMAIN: dict[tuple[Role, str | None], set[str]] = {
    **{(Role.OFFICER, unit): {unit} for unit in HANDLERS},
    **{(Role.SUPERVISOR, unit): {unit} for unit in HANDLERS},
    (Role.SUPERVISOR, KECAMATAN): {GAMBIR, CIDENG},
    (Role.SUPERVISOR, CITY): {GAMBIR, CIDENG, MENTENG},
}
"""Whose reports a role in a unit handles; every other pair handles none."""


@dataclass(frozen=True)
class Case:
    """What of a report decides who may do what."""

    reporter_id: int = REPORTER
    handler: str = GAMBIR
    status: ReportStatus = ReportStatus.WAITING
    responded_at: datetime | None = None


memberships = st.builds(Membership, st.sampled_from(Role), st.sampled_from(UNITS))
people = st.builds(Person, st.sampled_from([REPORTER, SOMEBODY]), st.lists(memberships, max_size=3).map(tuple))
reports = st.builds(
    Case,
    handler=st.sampled_from(HANDLERS),
    status=st.sampled_from(ReportStatus),
    responded_at=st.sampled_from([None, ANSWERED]),
)


def allows(rule: Callable[..., object], *given_to_it: object, **named: object) -> bool:
    try:
        rule(*given_to_it, **named)
    except Refusal:
        return False
    return True


def refusal(rule: Callable[[Person, Subject], object], person: Person, report: Case) -> tuple[ErrorCode, Message]:
    with pytest.raises(Refusal) as caught:
        rule(person, report)
    return caught.value.code, caught.value.message


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("unit", UNITS)
def test_a_role_in_a_unit_handles_what_the_domain_says_and_in_the_name_of_that_unit(
    role: Role, unit: str | None
) -> None:
    person = Person(SOMEBODY, (Membership(role, unit),))
    handled = DOMAIN.get((role, unit), set())
    for handler in HANDLERS:
        assert acting_unit(person, handler) == (unit if handler in handled else None), handler


@given(person=people, handler=st.sampled_from(HANDLERS))
def test_several_roles_handle_what_each_of_them_handles_alone(person: Person, handler: str) -> None:
    alone = [acting_unit(Person(person.account_id, (one,)), handler) for one in person.memberships]
    assert acting_unit(person, handler) == next((unit for unit in alone if unit is not None), None)


@pytest.mark.parametrize("role", Role)
def test_a_role_extends_to_the_kinds_of_unit_that_the_domain_names(role: Role) -> None:
    kelurahan_or_agency = {UnitKind.KELURAHAN, UnitKind.AGENCY}
    over_them = {UnitKind.KECAMATAN, UnitKind.CITY, UnitKind.AGENCY}
    assert SCOPES.get(role) == {Role.OFFICER: kelurahan_or_agency, Role.SUPERVISOR: over_them}.get(role)


def test_a_place_covers_itself_and_the_places_that_lie_in_it_and_no_others() -> None:
    inside = {
        (over, fact.code) for fact in FACTS.kelurahan for over in (fact.code, fact.kecamatan_code, fact.city_code)
    }
    kelurahan = [fact.code for fact in FACTS.kelurahan]
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


@given(person=people, report=reports)
def test_nobody_acts_officially_on_a_report_of_their_own(person: Person, report: Case) -> None:
    own = Case(person.account_id, report.handler, report.status, report.responded_at)
    assert not allows(require_handler, person, own)
    assert not permissions(person, own).can_change_status


@given(person=people, report=reports)
def test_an_official_act_is_done_in_the_name_of_a_unit_of_the_persons_own_that_covers_the_handler(
    person: Person, report: Case
) -> None:
    if allows(require_handler, person, report):
        unit = require_handler(person, report)
        assert covers(unit, report.handler)
        assert unit in {membership.unit for membership in person.memberships}


def test_a_refusal_tells_another_units_report_from_ones_own() -> None:
    officer = (Membership(Role.OFFICER, GAMBIR),)
    forbidden = ErrorCode.FORBIDDEN
    assert refusal(require_handler, Person(SOMEBODY), Case()) == (forbidden, Message.NOT_YOUR_UNIT)
    assert refusal(require_handler, Person(REPORTER), Case()) == (forbidden, Message.NOT_YOUR_UNIT)
    assert refusal(require_handler, Person(REPORTER, officer), Case()) == (forbidden, Message.OWN_REPORT)
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


@given(person=people, report=reports)
def test_permissions_say_beforehand_what_the_rules_decide_when_it_is_done(person: Person, report: Case) -> None:
    told = permissions(person, report)
    own = allows(require_reporter, person, report) and allows(require_unanswered, report)
    assert (told.can_edit, told.can_withdraw) == (own, own)
    moves = any(report.status in move.sources and move.party is Party.HANDLER for move in MOVES)
    assert told.can_change_status == (allows(require_handler, person, report) and moves)


@given(report=reports)
def test_a_reporter_may_withdraw_exactly_what_the_workflow_lets_be_withdrawn(report: Case) -> None:
    answered = report.responded_at is not None
    withdrawal = (report.status, ReportStatus.PROCESSED, Resolution.WITHDRAWN)
    told = permissions(Person(REPORTER), report)
    assert told.can_withdraw == allows(find_move, *withdrawal, answered=answered)


@given(report=reports)
def test_somebody_not_signed_in_may_only_look(report: Case) -> None:
    assert permissions(None, report) == Permissions(can_edit=False, can_withdraw=False, can_change_status=False)
