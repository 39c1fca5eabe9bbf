"""The pause before something is tried again."""

from datetime import timedelta
from typing import Final

FIRST: Final = timedelta(seconds=1)
LONGEST: Final = timedelta(hours=1)

ATTEMPTS: Final = 12
"""Tries of one delivery, while its receiver takes others, before people have to look at it: about three hours."""


def pause(failures: int, chance: float, asked: timedelta | None = None) -> timedelta:
    """Return the pause after a number of failures in a row.

    It doubles from a second to an hour. `chance`, from 0 to 1, spreads it over its second half, so that what failed
    together is not tried together. A receiver that `asked` for a longer one gets it, up to an hour.
    """
    longest: timedelta = min(FIRST * 2 ** min(max(failures, 1) - 1, 20), LONGEST)
    spread = longest / 2 + longest / 2 * chance
    return max(spread, min(asked or timedelta(), LONGEST))
