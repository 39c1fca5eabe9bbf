"""The day of an argument `on`, which selects a period."""

from datetime import date, datetime

from rules.messages import Message
from rules.periods import jakarta_day
from schema.errors import RequestCode, RequestError

FIRST_DAY = date(2000, 1, 1)
"""The earliest day of any entry."""


def requested_day(now: datetime, on: date | None) -> date:
    """Return the requested day, or today in Jakarta for None. Raises RequestError BAD_INPUT."""
    today = jakarta_day(now)
    if on is None:
        return today
    if on > today:
        raise RequestError(RequestCode.BAD_INPUT, Message.DAY_AHEAD, "on", day=on)
    if on < FIRST_DAY:
        raise RequestError(RequestCode.BAD_INPUT, Message.DAY_BEFORE, "on", day=on, first=FIRST_DAY)
    return on
