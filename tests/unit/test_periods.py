from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.periods import CALENDAR, JAKARTA, Period, Span, ending_on, jakarta_day, midnight, previous, span

DAY = timedelta(days=1)

days = st.dates(date(1970, 1, 1), date(2199, 12, 31))
calendar_periods = st.sampled_from(CALENDAR)
moments = st.datetimes(
    datetime(1971, 1, 1),
    datetime(2199, 12, 30),
    timezones=st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours))),
)


def ends(of: Span) -> tuple[date, date]:
    assert of.first is not None
    assert of.last is not None
    return of.first, of.last


@given(period=calendar_periods, day=days)
def test_each_day_of_a_period_names_the_same_period(period: Period, day: date) -> None:
    found = span(period, day)
    first, last = ends(found)
    assert first <= day <= last
    assert span(period, first) == span(period, last) == found


@given(period=calendar_periods, day=days, other=days)
def test_two_periods_of_a_kind_are_equal_or_disjoint(period: Period, day: date, other: date) -> None:
    one, two = span(period, day), span(period, other)
    (first, last), (other_first, other_last) = ends(one), ends(two)
    assert one == two or last < other_first or other_last < first
    assert one.contains(other) == (one == two)


@given(period=calendar_periods, day=days)
def test_successive_periods_have_no_gap_in_days_or_in_time(period: Period, day: date) -> None:
    current = span(period, day)
    first, last = ends(current)
    following = span(period, last + DAY)
    assert following.first == last + DAY
    assert following.starts_at == current.ends_at
    assert previous(period, following) == current
    assert previous(period, current) == span(period, first - DAY)


@given(day=days)
def test_day_begins_at_jakarta_midnight_which_is_17_utc_the_day_before(day: date) -> None:
    found = span(Period.DAY, day)
    assert found == Span(day, day)
    assert found.starts_at == datetime.combine(day - DAY, time(17), UTC)
    assert found.ends_at == datetime.combine(day, time(17), UTC)


@given(day=days)
def test_week_is_seven_days_from_monday(day: date) -> None:
    first, last = ends(span(Period.WEEK, day))
    assert first.isoweekday() == 1
    assert last - first == 6 * DAY


@given(day=days)
def test_month_quarter_and_year_are_those_of_the_calendar(day: date) -> None:
    first, last = ends(span(Period.MONTH, day))
    assert (first.year, first.month, first.day) == (day.year, day.month, 1)
    assert (last + DAY).day == 1
    assert last.month == day.month
    quarter = [month for month in range(1, 13) if (month + 2) // 3 == (day.month + 2) // 3]
    assert ends(span(Period.QUARTER, day)) == (
        date(day.year, quarter[0], 1),
        ends(span(Period.MONTH, date(day.year, quarter[2], 1)))[1],
    )
    assert ends(span(Period.YEAR, day)) == (date(day.year, 1, 1), date(day.year, 12, 31))


@pytest.mark.parametrize(
    ("period", "day", "first", "last"),
    [
        (Period.WEEK, date(2026, 12, 31), date(2026, 12, 28), date(2027, 1, 3)),
        (Period.WEEK, date(2027, 1, 3), date(2026, 12, 28), date(2027, 1, 3)),
        (Period.MONTH, date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        (Period.MONTH, date(2027, 2, 1), date(2027, 2, 1), date(2027, 2, 28)),
        (Period.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        (Period.QUARTER, date(2028, 2, 29), date(2028, 1, 1), date(2028, 3, 31)),
        (Period.QUARTER, date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
        (Period.QUARTER, date(2027, 4, 1), date(2027, 4, 1), date(2027, 6, 30)),
        (Period.YEAR, date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31)),
        (Period.YEAR, date(2027, 1, 1), date(2027, 1, 1), date(2027, 12, 31)),
    ],
)
def test_periods_end_on_the_days_of_the_calendar(period: Period, day: date, first: date, last: date) -> None:
    assert span(period, day) == Span(first, last)


@given(day=days)
def test_all_time_contains_each_day_and_has_no_ends_or_predecessor(day: date) -> None:
    everything = span(Period.ALL_TIME, day)
    assert everything == Span(None, None)
    assert everything.contains(day)
    assert (everything.starts_at, everything.ends_at) == (None, None)
    assert previous(Period.ALL_TIME, everything) is None


@given(at=moments, period=calendar_periods)
def test_time_is_within_the_period_of_its_jakarta_day(at: datetime, period: Period) -> None:
    found = span(period, jakarta_day(at))
    assert found.starts_at is not None
    assert found.ends_at is not None
    assert found.starts_at <= at < found.ends_at


def test_day_changes_in_jakarta_at_17_utc() -> None:
    turn = datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert jakarta_day(turn - timedelta(microseconds=1)) == date(2026, 12, 31)
    assert jakarta_day(turn) == date(2027, 1, 1)
    assert turn.astimezone(JAKARTA).utcoffset() == timedelta(hours=7)
    new_year = span(Period.YEAR, date(2027, 6, 1))
    assert new_year.starts_at == turn
    assert new_year.starts_at.tzinfo is UTC


@given(day=days)
def test_periods_ending_on_a_day_end_at_the_next_midnight(day: date) -> None:
    turn = midnight(day + DAY)
    assert ending_on(day) == [(period, span(period, day)) for period in CALENDAR if span(period, day).ends_at == turn]
    assert ending_on(day)[0] == (Period.DAY, Span(day, day))
