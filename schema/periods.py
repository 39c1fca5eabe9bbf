"""Which day, and so which period, is asked for."""

from datetime import date, datetime

from rules.messages import Message
from rules.periods import jakarta_day
from schema.errors import RequestCode, RequestError

FIRST_DAY = date(2000, 1, 1)
"""Nothing that counts is older than this."""


def requested_day(now: datetime, on: date | None) -> date:
    """Return the day asked for, today in Jakarta when left out. Raises RequestError BAD_INPUT."""
    today = jakarta_day(now)
    if on is None:
        return today
    if on > today:
        raise RequestError(RequestCode.BAD_INPUT, Message.DAY_AHEAD, "on", day=on)
    if on < FIRST_DAY:
        raise RequestError(RequestCode.BAD_INPUT, Message.DAY_BEFORE, "on", day=on, first=FIRST_DAY)
    return on
