"""Time for which personal data are kept after they have served (UU 27/2022, articles 16 and 43)."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias


class Kept(StrEnum):
    """Kinds of data that are kept for a while after they have served, by their names in the setting."""

    ENDED_SESSIONS = "ended-sessions"
    FAILED_DELIVERIES = "failed-deliveries"
    FLAGS = "flags"


Periods: TypeAlias = Mapping[Kept, timedelta]

DEFAULTS: Final[Periods] = MappingProxyType(
    {
        Kept.ENDED_SESSIONS: timedelta(days=30),  # a person who suspects somebody sees which devices were signed in
        Kept.FAILED_DELIVERIES: timedelta(days=30),  # an operator sees what failed, and why
        Kept.FLAGS: timedelta(days=365),  # the control room has decided by then
    }
)

MOST_DAYS: Final = 3650


def parse_retention(text: str) -> Periods:
    """Read `NAME=DAYS` by comma, on top of the defaults. Raises ValueError that names the fault and what is right."""
    periods = dict(DEFAULTS)
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, days = (each.strip() for each in part.partition("="))
        if name not in set(Kept):
            raise ValueError(f"{name!r} is unknown; the names are {', '.join(Kept)}")
        if not (days.isascii() and days.isdigit() and 1 <= int(days[:6]) <= MOST_DAYS):
            raise ValueError(f"{name} must be a number of days from 1 to {MOST_DAYS}")
        periods[Kept(name)] = timedelta(days=int(days))
    return periods
