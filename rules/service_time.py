"""Service time: the hours and days on which clocks run (domain.md, "Service time").

Clocks of a category with the hours DAY stand still on days off, from midnight to midnight in Jakarta. Those of targets
under 24 hours also stand still from 19:00 to 07:00. Days off are those of the calendar: Saturdays and Sundays are none.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from rules.periods import midnight

DAY = timedelta(days=1)
OPENS, LASTS = timedelta(hours=7), timedelta(hours=12)
"""Clocks of short targets run from 07:00 for 12 hours."""

EPOCH = date(2000, 1, 1)
ORIGIN = midnight(EPOCH)
"""Days are counted from here. Jakarta has had no change of its clocks since 1964."""


class ServiceHours(StrEnum):
    """The hours in which the clocks of a category run."""

    ALWAYS = "ALWAYS"
    DAY = "DAY"


class DayOffKind(StrEnum):
    """The kind of a day off: a national holiday, or joint leave (cuti bersama)."""

    HOLIDAY = "HOLIDAY"
    JOINT_LEAVE = "JOINT_LEAVE"


class Calendar:
    """The days off. Every question takes logarithmic time, however long the span."""

    def __init__(self, days_off: Iterable[date] = ()) -> None:
        self._off = sorted({(day - EPOCH).days for day in days_off})
        self._worked_before = [day - place for place, day in enumerate(self._off)]

    def clock(self, hours: ServiceHours, target: timedelta) -> "ServiceClock":
        """Return the clock that runs for a target of a category with these hours."""
        if hours is ServiceHours.ALWAYS:
            return ALWAYS
        return ServiceClock(self) if target >= DAY else ServiceClock(self, OPENS, LASTS)

    def working_days_before(self, day: int) -> int:
        """Return the number of working days before a day; days are counted from EPOCH."""
        return day - bisect_left(self._off, day)

    def is_off(self, day: int) -> bool:
        """Return whether a day is off."""
        place = bisect_left(self._off, day)
        return place < len(self._off) and self._off[place] == day

    def working_day(self, number: int) -> int:
        """Return the working day that has `number` working days before it: the inverse of `working_days_before`."""
        return number + bisect_right(self._worked_before, number)


@dataclass(frozen=True, slots=True)
class ServiceClock:
    """A clock that runs on working days, for `lasts` from `opens` on. Moments have an offset; results are in UTC."""

    calendar: Calendar
    opens: timedelta = timedelta()
    lasts: timedelta = DAY

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the service time from one moment to another; negative when `end` is first."""
        return self._reading(end) - self._reading(start)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """Return the last moment at which no more than `duration` has passed since `start`.

        When the clock stands still then, that is the moment at which it runs again: whatever happens until then, no
        more time has passed. So `between(start, at) <= duration` exactly when `at <= add(start, duration)`.
        """
        days, rest = divmod(self._reading(start) + duration, self.lasts)
        return ORIGIN + self.calendar.working_day(days) * DAY + self.opens + rest

    def _reading(self, at: datetime) -> timedelta:
        """Return the service time since ORIGIN."""
        day, since_midnight = divmod(at - ORIGIN, DAY)
        worked = self.calendar.working_days_before(day) * self.lasts
        if self.calendar.is_off(day):
            return worked
        return worked + min(max(since_midnight - self.opens, timedelta()), self.lasts)


ALWAYS = ServiceClock(Calendar())
"""The clock that never stands still."""
