"""Bands: which units differ from the others of their kind by more than chance explains (domain.md, "Boards").

267 places in a row say more than a month of reports can. The limits of a funnel plot say who stands out: they are wide
for a unit with few reports and narrow for one with many.
"""

from enum import StrEnum
from math import exp, lgamma, log

from rules.scoring.responsiveness import ENOUGH, Ratio, Ratios, has_enough

TAIL = 0.001
"""The probability of each tail outside the limits, which contain 99.8 % of what chance does to an average unit."""


class Band(StrEnum):
    """A unit compared with the limits around the pooled on-time ratios of all units of its kind."""

    ABOVE = "ABOVE"
    AVERAGE = "AVERAGE"
    BELOW = "BELOW"


def band(own: Ratios, pooled: Ratios) -> Band | None:
    """Return the band of a unit: one ratio below the limits is BELOW, else one above them is ABOVE, else AVERAGE.

    None with fewer than five decided reports in either on-time ratio. `pooled`: the ratios of all units of the kind
    together, this one included.
    """
    if not has_enough(own):
        return None
    both = ((own.responded, pooled.responded), (own.processed, pooled.processed))
    if any(is_below(ratio, of_all) for ratio, of_all in both):
        return Band.BELOW
    return Band.ABOVE if any(is_below(ratio.complement, of_all.complement) for ratio, of_all in both) else Band.AVERAGE


def is_reopened_often(own: Ratio, pooled: Ratio) -> bool:
    """Return whether the fixes of a unit that were not reopened are below the limits, of ENOUGH fixes or more.

    Few citizens have their fixes reopened without a reason, so this finds false closings long before they move a ratio
    of all decided reports. `pooled`: the fixes of all units of the kind.
    """
    return own.n >= ENOUGH and is_below(own, pooled)


def is_below(own: Ratio, pooled: Ratio) -> bool:
    """Return whether P(X <= x) < TAIL for a binomial X of n = `own.n` reports and p = the value of `pooled`.

    x is the numerator of `own`. For the tail above the limits pass both complements. Exact up to rounding: the
    terms are added from x downwards, and each is smaller than the one before it by a growing factor, so the rest is
    bounded by a geometric series and a few terms decide.
    """
    x, n = int(own.numerator), own.n
    p, q = pooled.numerator / pooled.n, (pooled.n - pooled.numerator) / pooled.n
    if x >= n * p:  # at least the median: half of the distribution is not above it. Always so if p is 0
        return False
    if not q:
        return True
    odds = q / p
    term = exp(lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1) + x * log(p) + (n - x) * log(q))
    total = term
    while total < TAIL:
        factor = x / (n - x + 1) * odds
        if total + term * factor / (1 - factor) < TAIL:
            return True
        term *= factor
        total += term
        x -= 1
    return False
