"""Service time: clocks that stand still on days off, and for short targets at night."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reference.records import bundled
from rules.periods import JAKARTA, midnight
from rules.service_time import ALWAYS, Calendar, ServiceClock, ServiceHours
from simulation.skew import OFFICE_HOURS, draw_report_times

HOUR, DAY, NOTHING = timedelta(hours=1), timedelta(days=1), timedelta()
LEBARAN = [date(2026, 3, day) for day in (18, 19, 20, 21, 22, 23, 24)]
CALENDAR = Calendar([*LEBARAN, date(2026, 5, 1)])
SHORT = CALENDAR.clock(ServiceHours.DAY, 6 * HOUR)
LONG = CALENDAR.clock(ServiceHours.DAY, 24 * HOUR)

moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # bounds
durations = st.timedeltas(NOTHING, 400 * DAY)
calendars = st.builds(Calendar, st.lists(st.dates(date(2024, 1, 1), date(2028, 1, 1)), max_size=200))
clocks = st.builds(
    Calendar.clock, calendars, st.sampled_from(ServiceHours), st.sampled_from((6 * HOUR, 12 * HOUR, 24 * HOUR))
)


def jakarta(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=JAKARTA)


@pytest.mark.parametrize(
    ("clock", "start", "duration", "due"),
    [
        pytest.param(SHORT, jakarta(10, 9), 6 * HOUR, jakarta(10, 15), id="within the day"),
        pytest.param(SHORT, jakarta(10, 22), 6 * HOUR, jakarta(11, 13), id="from the night"),
        pytest.param(SHORT, jakarta(10, 3), 6 * HOUR, jakarta(10, 13), id="before the opening"),
        pytest.param(SHORT, jakarta(10, 16), 6 * HOUR, jakarta(11, 10), id="over the night"),
        pytest.param(SHORT, jakarta(17, 22), 6 * HOUR, jakarta(25, 13), id="over the holidays"),
        pytest.param(SHORT, jakarta(20, 11), 6 * HOUR, jakarta(25, 13), id="from a day off"),
        pytest.param(SHORT, jakarta(10, 7), 12 * HOUR, jakarta(11, 7), id="a whole day, until the clock runs again"),
        pytest.param(LONG, jakarta(10, 22), 24 * HOUR, jakarta(11, 22), id="nights count for long targets"),
        pytest.param(LONG, jakarta(17, 22), 24 * HOUR, jakarta(25, 22), id="long targets stand on days off"),
        pytest.param(LONG, jakarta(19, 5), 48 * HOUR, jakarta(27, 0), id="from a day off, whole days"),
        pytest.param(LONG, jakarta(14, 12), 24 * HOUR, jakarta(15, 12), id="Saturday and Sunday are working days"),
        pytest.param(ALWAYS, jakarta(19, 22), 6 * HOUR, jakarta(20, 4), id="always"),
    ],
)
def test_target_is_due_after_its_service_time(
    clock: ServiceClock, start: datetime, duration: timedelta, due: datetime
) -> None:
    assert clock.add(start, duration) == due


def test_hours_and_target_decide_when_a_clock_stands() -> None:
    over_the_holidays = jakarta(17, 12), jakarta(25, 12)
    assert CALENDAR.clock(ServiceHours.ALWAYS, 6 * HOUR).between(*over_the_holidays) == 8 * DAY
    assert CALENDAR.clock(ServiceHours.DAY, DAY).between(*over_the_holidays) == DAY
    assert CALENDAR.clock(ServiceHours.DAY, DAY - timedelta(minutes=1)).between(*over_the_holidays) == 12 * HOUR


@given(clocks, moments, durations)
def test_duration_added_is_the_duration_between(clock: ServiceClock, start: datetime, duration: timedelta) -> None:
    assert clock.between(start, clock.add(start, duration)) == duration


@given(clocks, moments, moments, durations)
def test_moment_is_in_time_exactly_until_it_is_due(
    clock: ServiceClock, start: datetime, at: datetime, duration: timedelta
) -> None:
    assert (clock.between(start, at) <= duration) == (at <= clock.add(start, duration))


@given(clocks, moments, moments, moments)
def test_times_between_moments_add_up(clock: ServiceClock, one: datetime, two: datetime, three: datetime) -> None:
    assert clock.between(one, two) + clock.between(two, three) == clock.between(one, three)
    assert clock.between(one, two) == -clock.between(two, one)


@given(clocks, moments, durations, durations)
def test_durations_added_add_up(clock: ServiceClock, start: datetime, one: timedelta, two: timedelta) -> None:
    assert clock.add(clock.add(start, one), two) == clock.add(start, one + two)


@given(clocks, moments, moments)
def test_service_time_never_exceeds_wall_time(clock: ServiceClock, one: datetime, two: datetime) -> None:
    first, last = sorted((one, two))
    assert NOTHING <= clock.between(first, last) <= last - first


@given(st.lists(st.dates(date(2025, 12, 1), date(2026, 2, 28)), max_size=40), moments, durations)
def test_clock_runs_as_the_hours_of_each_day_say(days_off: list[date], start: datetime, duration: timedelta) -> None:
    """Compare with a sum over the days, for spans of up to 400 days."""
    end = start + duration
    for target, opens, closes in ((6 * HOUR, 7 * HOUR, 19 * HOUR), (DAY, NOTHING, DAY)):
        total, day = NOTHING, start.astimezone(JAKARTA).date()
        while day <= end.astimezone(JAKARTA).date():
            begins = datetime(day.year, day.month, day.day, tzinfo=JAKARTA)
            if day not in days_off:
                total += max(min(begins + closes, end) - max(begins + opens, start), NOTHING)
            day += DAY
        assert Calendar(days_off).clock(ServiceHours.DAY, target).between(start, end) == total


def after_office_hours(at: datetime, left: timedelta) -> datetime:
    """Return the moment at which an office of the simulated city has been open for `left` since `at`."""
    while True:
        day = at.astimezone(JAKARTA).date()
        opens, closes = (midnight(day) + hour * HOUR for hour in OFFICE_HOURS[day.weekday()])
        begins = max(at, opens)
        if begins + left <= closes:
            return begins + left
        left -= max(closes - begins, NOTHING)
        at = midnight(day + DAY)


def test_office_that_answers_in_two_hours_of_work_keeps_a_target_of_six() -> None:
    """Its duty on weekends is short: 8 to 13. On the clock on the wall it would keep two in three."""
    rng, days_off = Random(1), {record.date for record in bundled().days_off}
    clock = Calendar(days_off).clock(ServiceHours.DAY, 6 * HOUR)
    by_wall, in_service = [], []
    for number in range(0, 365, 5):
        for at in draw_report_times(rng, date(2026, 1, 1) + number * DAY, 100).ordinary:
            answered_at = after_office_hours(at, rng.random() * 2 * HOUR)
            by_wall.append(answered_at - at <= 6 * HOUR)
            in_service.append(clock.between(at, answered_at) <= 6 * HOUR)
    assert 0.60 < mean(by_wall) < 0.68
    assert mean(in_service) > 0.96
