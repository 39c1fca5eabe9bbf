from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reference.records import bundled
from rules.service_time import ALWAYS, Calendar, ServiceClock, ServiceHours
from rules.sla import (
    Deadline,
    HandlerClock,
    SlaTerms,
    Target,
    hand_over,
    is_overdue,
    next_deadline,
    opened,
    terms_after_recategorising,
)

RESPONSE_DUE = datetime(2026, 11, 23, 3, tzinfo=UTC)
PROCESSING_DUE = datetime(2026, 11, 24, 3, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
EARLIER = RESPONSE_DUE - timedelta(hours=1)

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


def overdue(now: datetime, *, responded_at: datetime | None = None, processed_at: datetime | None = None) -> bool:
    return is_overdue(
        now,
        responded_at=responded_at,
        processed_at=processed_at,
        response_due_at=RESPONSE_DUE,
        processing_due_at=PROCESSING_DUE,
    )


@pytest.mark.parametrize(("off", "passed"), [(-INSTANT, False), (timedelta(), False), (INSTANT, True)])
def test_unanswered_report_is_overdue_after_the_response_deadline(off: timedelta, *, passed: bool) -> None:
    assert overdue(RESPONSE_DUE + off) is passed


@pytest.mark.parametrize(("off", "passed"), [(-INSTANT, False), (timedelta(), False), (INSTANT, True)])
def test_answered_report_is_overdue_after_the_citizen_deadline(off: timedelta, *, passed: bool) -> None:
    assert overdue(PROCESSING_DUE + off, responded_at=EARLIER) is passed


def test_late_answer_ends_overdue_until_the_next_deadline() -> None:
    late = RESPONSE_DUE + timedelta(hours=2)
    assert overdue(late)
    assert not overdue(late, responded_at=late)
    assert overdue(PROCESSING_DUE + INSTANT, responded_at=late)


def test_missed_citizen_deadline_is_overdue_even_before_the_response_due() -> None:
    assert is_overdue(
        PROCESSING_DUE + INSTANT,
        responded_at=None,
        processed_at=None,
        response_due_at=PROCESSING_DUE + timedelta(days=1),
        processing_due_at=PROCESSING_DUE,
    )


@given(now=moments, processed_at=moments, responded_at=st.none() | moments)
def test_closed_report_is_never_overdue(now: datetime, processed_at: datetime, responded_at: datetime | None) -> None:
    assert not overdue(now, responded_at=responded_at, processed_at=processed_at)


@given(now=moments, wait=st.timedeltas(timedelta(), timedelta(days=400)), responded_at=st.none() | moments)
def test_time_alone_never_ends_overdue(now: datetime, wait: timedelta, responded_at: datetime | None) -> None:
    assert overdue(now + wait, responded_at=responded_at) or not overdue(now, responded_at=responded_at)


HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
SUBMITTED = RESPONSE_DUE - 2 * HOUR

spans = st.integers(0, 10 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))
fine_spans = st.timedeltas(timedelta(), timedelta(days=10))
calendars = st.builds(Calendar, st.lists(st.dates(date(2025, 12, 1), date(2028, 3, 31)), max_size=90))
clocks = st.just(ALWAYS) | st.builds(
    Calendar.clock, calendars, st.just(ServiceHours.DAY), st.sampled_from((6 * HOUR, DAY))
)


@given(target=spans, wait=fine_spans)
def test_without_hand_over_both_deadlines_are_equal(target: timedelta, wait: timedelta) -> None:
    clock = opened(SUBMITTED, target)
    assert clock.handler_due_at == clock.citizen_due_at == SUBMITTED + target
    assert clock.held(SUBMITTED + wait) == wait


@given(target=spans, before=spans, wait=fine_spans, service=clocks)
def test_handler_deadline_passes_when_the_unit_has_held_for_the_target(
    target: timedelta, before: timedelta, wait: timedelta, service: ServiceClock
) -> None:
    clock = HandlerClock(SUBMITTED, target, SUBMITTED + DAY, before, service)
    at = clock.held_from + wait
    assert (clock.held(at) > target) == (at > clock.handler_due_at)


@given(target=spans, waits=st.lists(fine_spans, min_size=1, max_size=8))
def test_hand_overs_never_move_the_citizen_deadline(target: timedelta, waits: list[timedelta]) -> None:
    clock, at = opened(SUBMITTED, target), SUBMITTED
    for wait in waits:
        at += wait
        _, clock = hand_over(clock, at)
    assert clock.citizen_due_at == SUBMITTED + target


@given(target=spans, turns=st.lists(st.tuples(st.sampled_from("ABC"), fine_spans), min_size=1, max_size=12))
def test_each_unit_is_charged_its_total_hold_minus_under_a_second(
    target: timedelta, turns: list[tuple[str, timedelta]]
) -> None:
    """The expected holds are added up separately, turn by turn."""
    unit, clock, at = "A", opened(SUBMITTED, target), SUBMITTED
    holdings: dict[str, timedelta] = {}
    exact = dict.fromkeys("ABC", timedelta())
    for successor, wait in turns:
        at += wait
        exact[unit] += wait
        if successor != unit:
            holdings[unit], clock = hand_over(clock, at, holdings.get(successor, timedelta()))
            unit = successor
    assert all(held % SECOND == timedelta() for held in holdings.values())
    for name, held in {**holdings, unit: clock.held(at)}.items():
        assert exact[name] - len(turns) * SECOND < held <= exact[name]


def test_report_handed_back_continues_the_first_units_time() -> None:
    clock = opened(SUBMITTED, DAY)
    by_first, clock = hand_over(clock, SUBMITTED + 5 * HOUR)
    assert by_first == 5 * HOUR
    assert clock.handler_due_at == SUBMITTED + 5 * HOUR + DAY
    by_second, clock = hand_over(clock, SUBMITTED + 15 * HOUR, by_first)
    assert by_second == 10 * HOUR
    assert clock.held(SUBMITTED + 15 * HOUR) == by_first
    assert clock.handler_due_at == SUBMITTED + 15 * HOUR + (DAY - by_first)
    assert clock.citizen_due_at == SUBMITTED + DAY


def test_fractions_of_a_second_are_not_charged() -> None:
    held, _ = hand_over(opened(SUBMITTED, DAY), SUBMITTED + HOUR + SECOND - INSTANT)
    assert held == HOUR


def test_slow_clock_never_reduces_the_time_held() -> None:
    clock = HandlerClock(SUBMITTED, DAY, SUBMITTED + HOUR, 2 * HOUR)
    assert clock.held(SUBMITTED) == 2 * HOUR


terms = st.builds(SlaTerms, st.sampled_from(ServiceHours), spans, spans, st.integers(1, 3))
categories = st.sampled_from([category.terms for category in bundled().categories])


@given(old=terms, new=terms)
def test_recategorising_by_the_unit_gives_no_time_and_keeps_the_weight(old: SlaTerms, new: SlaTerms) -> None:
    after = terms_after_recategorising(old, new, own=True)
    assert after.response_target in {old.response_target, new.response_target}
    assert after.response_target <= old.response_target
    assert after.processing_target in {old.processing_target, new.processing_target}
    assert after.processing_target <= old.processing_target
    assert after.weight == old.weight


@given(old=terms | categories, new=terms | categories, calendar=calendars, start=moments)
def test_recategorising_by_the_unit_never_lengthens_a_promise(
    old: SlaTerms, new: SlaTerms, calendar: Calendar, start: datetime
) -> None:
    after = terms_after_recategorising(old, new, own=True)
    assert after.response_due_at(calendar, start) <= old.response_due_at(calendar, start)
    assert after.processing_due_at(calendar, start) <= old.processing_due_at(calendar, start)


@given(old=terms, new=terms)
def test_recategorising_by_the_control_room_sets_the_new_terms(old: SlaTerms, new: SlaTerms) -> None:
    assert terms_after_recategorising(old, new, own=False) == new


@given(clock=st.builds(HandlerClock, st.just(SUBMITTED), spans, moments, spans), target=spans)
def test_changed_target_moves_both_deadlines_equally(clock: HandlerClock, target: timedelta) -> None:
    other = replace(clock, processing_target=target)
    assert (
        other.handler_due_at - clock.handler_due_at
        == other.citizen_due_at - clock.citizen_due_at
        == target - clock.processing_target
    )


@dataclass(frozen=True)
class Case:
    """The report attributes that the next deadline depends on."""

    external: bool = False
    responded_at: datetime | None = None
    processed_at: datetime | None = None
    response_due_at: datetime = RESPONSE_DUE
    handler_due_at: datetime = PROCESSING_DUE
    response_overdue: bool = False
    processing_overdue: bool = False


cases = st.builds(
    Case,
    st.booleans(),
    st.none() | moments,
    st.none() | moments,
    moments,
    moments,
    st.booleans(),
    st.booleans(),
)


@pytest.mark.parametrize(
    ("case", "due"),
    [
        (Case(), Deadline(Target.RESPONSE, RESPONSE_DUE)),
        (Case(responded_at=EARLIER), Deadline(Target.PROCESSING, PROCESSING_DUE)),
        (Case(response_overdue=True), Deadline(Target.PROCESSING, PROCESSING_DUE)),
        (Case(handler_due_at=EARLIER), Deadline(Target.PROCESSING, EARLIER)),
        (Case(handler_due_at=EARLIER, processing_overdue=True), Deadline(Target.RESPONSE, RESPONSE_DUE)),
        (Case(handler_due_at=RESPONSE_DUE), Deadline(Target.RESPONSE, RESPONSE_DUE)),
        (Case(responded_at=EARLIER, processing_overdue=True), None),
        (Case(response_overdue=True, processing_overdue=True), None),
        (Case(external=True), None),
        (Case(responded_at=EARLIER, processed_at=EARLIER), None),
    ],
)
def test_next_deadline_is_the_earliest_unmet_and_unrecorded(case: Case, due: Deadline | None) -> None:
    assert next_deadline(case, SUBMITTED) == due


def test_deadline_moved_into_the_past_falls_due_at_the_change() -> None:
    assert next_deadline(Case(), PROCESSING_DUE) == Deadline(Target.RESPONSE, PROCESSING_DUE)
    assert next_deadline(Case(response_overdue=True), PROCESSING_DUE) == Deadline(Target.PROCESSING, PROCESSING_DUE)
    assert next_deadline(Case(), RESPONSE_DUE) == Deadline(Target.RESPONSE, RESPONSE_DUE)


@given(case=cases, since=moments)
def test_next_deadline_is_recordable_and_never_before_the_change(case: Case, since: datetime) -> None:
    due = next_deadline(case, since)
    if due is None:
        return
    assert due.at >= since
    assert not case.external
    assert case.processed_at is None
    if due.target is Target.RESPONSE:
        assert case.responded_at is None
        assert not case.response_overdue
    else:
        assert not case.processing_overdue


@given(case=cases, since=moments)
def test_recording_deadlines_in_turn_is_chronological_and_terminates(case: Case, since: datetime) -> None:
    """Like the clock: a missed deadline is recorded with its own time, from which the next is determined."""
    seen = []
    while (due := next_deadline(case, since)) is not None:
        seen.append(due.target)
        since = due.at
        case = replace(
            case,
            response_overdue=case.response_overdue or due.target is Target.RESPONSE,
            processing_overdue=case.processing_overdue or due.target is Target.PROCESSING,
        )
    assert len(seen) == len(set(seen))


@given(case=cases, since=moments)
def test_next_deadline_from_its_own_moment_is_the_same(case: Case, since: datetime) -> None:
    due = next_deadline(case, since)
    if due is not None:
        assert next_deadline(case, due.at) == due
