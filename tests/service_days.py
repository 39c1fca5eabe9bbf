"""Service time added up day by day, for categories without a target under a day: a second opinion for the tests."""

from datetime import datetime, timedelta

from models.reference.records import bundled
from rules.periods import jakarta_day, midnight
from rules.service_time import ServiceHours

DAY = timedelta(days=1)
DAYS_OFF = {day.date for day in bundled().days_off}
CATEGORY_HOURS = {category.code: category.hours for category in bundled().categories}


def in_service(since: datetime, until: datetime, hours: ServiceHours) -> timedelta:
    """Return the time without days off, if the clock stands still on them."""
    total, begins = timedelta(), since
    while begins < until:
        ends = min(until, midnight(jakarta_day(begins) + DAY))
        if hours is ServiceHours.ALWAYS or jakarta_day(begins) not in DAYS_OFF:
            total += ends - begins
        begins = ends
    return total


def service_end(start: datetime, left: timedelta, hours: ServiceHours) -> datetime:
    """Return the last moment at which no more time than `left` has passed."""
    if hours is ServiceHours.ALWAYS or left < timedelta():
        return start + left
    begins = start
    while True:
        ends = midnight(jakarta_day(begins) + DAY)
        if jakarta_day(begins) not in DAYS_OFF:
            if left < ends - begins:
                return begins + left
            left -= ends - begins
        begins = ends
