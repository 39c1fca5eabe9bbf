"""Calendar periods in Jakarta: days, weeks from Monday, months, quarters and years (domain.md, "Boards")."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

JAKARTA = ZoneInfo("Asia/Jakarta")


class Period(StrEnum):
    """A calendar period, or all time."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    YEAR = "YEAR"
    ALL_TIME = "ALL_TIME"


CALENDAR = (Period.DAY, Period.WEEK, Period.MONTH, Period.QUARTER, Period.YEAR)
"""The periods that end, shortest first."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a period, from `first` to `last` inclusive. Both are None for all time."""

    first: date | None
    last: date | None

    @property
    def starts_at(self) -> datetime | None:
        """The first moment of the period, in UTC."""
        return None if self.first is None else midnight(self.first)

    @property
    def ends_at(self) -> datetime | None:
        """The first moment after the period, in UTC."""
        return None if self.last is None else midnight(self.last + timedelta(days=1))

    def contains(self, day: date) -> bool:
        """Return whether `day` is in the period."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def jakarta_day(at: datetime) -> date:
    """Return the Jakarta day of `at`, a time with an offset."""
    return at.astimezone(JAKARTA).date()


def midnight(day: date) -> datetime:
    """Return the start of `day` in Jakarta, in UTC."""
    return datetime.combine(day, time(), JAKARTA).astimezone(UTC)


def span(period: Period, day: date) -> Span:
    """Return the period that contains `day`."""
    match period:
        case Period.DAY:
            return Span(day, day)
        case Period.WEEK:
            monday = day - timedelta(days=day.weekday())
            return Span(monday, monday + timedelta(days=6))
        case Period.MONTH:
            first = day.replace(day=1)
            return Span(first, _first_of_next_month(first) - timedelta(days=1))
        case Period.QUARTER:
            first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
            return Span(first, _first_of_next_month(first.replace(month=first.month + 2)) - timedelta(days=1))
        case Period.YEAR:
            return Span(date(day.year, 1, 1), date(day.year, 12, 31))
        case Period.ALL_TIME:
            return Span(None, None)


def previous(period: Period, current: Span) -> Span | None:
    """Return the period before `current`; None for all time."""
    return None if current.first is None else span(period, current.first - timedelta(days=1))


def ending_on(day: date) -> list[tuple[Period, Span]]:
    """Return the periods whose last day is `day`, shortest first. The day itself is always one of them."""
    return [(period, found) for period in CALENDAR if (found := span(period, day)).last == day]


def _first_of_next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
