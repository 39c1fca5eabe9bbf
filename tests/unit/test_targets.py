from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.targets import is_overdue

RESPONSE_DUE = datetime(2026, 11, 23, 3, tzinfo=UTC)
PROCESSING_DUE = datetime(2026, 11, 24, 3, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
EARLIER = RESPONSE_DUE - timedelta(hours=1)

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 # bounds are naive


def overdue(now: datetime, *, responded_at: datetime | None = None, processed_at: datetime | None = None) -> bool:
    return is_overdue(
        now,
        responded_at=responded_at,
        processed_at=processed_at,
        response_due_at=RESPONSE_DUE,
        processing_due_at=PROCESSING_DUE,
    )


@pytest.mark.parametrize(("off", "passed"), [(-INSTANT, False), (timedelta(), False), (INSTANT, True)])
def test_an_unanswered_report_is_overdue_from_just_after_the_promised_answer(off: timedelta, *, passed: bool) -> None:
    assert overdue(RESPONSE_DUE + off) is passed


@pytest.mark.parametrize(("off", "passed"), [(-INSTANT, False), (timedelta(), False), (INSTANT, True)])
def test_an_answered_report_is_overdue_from_just_after_the_promised_end(off: timedelta, *, passed: bool) -> None:
    assert overdue(PROCESSING_DUE + off, responded_at=EARLIER) is passed


def test_a_late_answer_ends_being_overdue_until_the_next_promise_passes() -> None:
    late = RESPONSE_DUE + timedelta(hours=2)
    assert overdue(late)
    assert not overdue(late, responded_at=late)
    assert overdue(PROCESSING_DUE + INSTANT, responded_at=late)


def test_an_unanswered_report_past_its_processing_promise_is_overdue_even_when_the_answer_is_not_due_yet() -> None:
    assert is_overdue(
        PROCESSING_DUE + INSTANT,
        responded_at=None,
        processed_at=None,
        response_due_at=PROCESSING_DUE + timedelta(days=1),
        processing_due_at=PROCESSING_DUE,
    )


@given(now=moments, processed_at=moments, responded_at=st.none() | moments)
def test_a_report_that_has_ended_is_never_overdue(
    now: datetime, processed_at: datetime, responded_at: datetime | None
) -> None:
    assert not overdue(now, responded_at=responded_at, processed_at=processed_at)


@given(now=moments, wait=st.timedeltas(timedelta(), timedelta(days=400)), responded_at=st.none() | moments)
def test_time_alone_never_ends_being_overdue(now: datetime, wait: timedelta, responded_at: datetime | None) -> None:
    assert overdue(now + wait, responded_at=responded_at) or not overdue(now, responded_at=responded_at)
