"""Responsiveness, 0 to 100: how well a unit answers, whatever its size (domain.md, "Boards").

A ratio of few reports says little, so each is shrunk towards the ratio of all units of the kind: five lucky reports do
not top a board, and five unlucky ones do not end at its foot.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rules.scoring.counters import Counters

PRIOR = 10
"""Prior: each unit is credited with this many average reports."""

ENOUGH = 5
"""The number of decided answers, and of decided fixes, that a unit needs for a figure."""

ENOUGH_TO_WATCH = 10
"""The number of decided reports from which an on-time ratio under a third puts a unit on the watchlist."""

DIGITS = 2
"""Digits after the decimal point. Ranks go by the rounded figures that people see, so equal figures share a rank."""


class Ratio(NamedTuple):
    """A part of `n` reports, each counted once. A named tuple, like `Ratios`: a board makes a thousand of them."""

    numerator: float = 0
    n: int = 0

    def __add__(self, other: "Ratio") -> "Ratio":  # type: ignore[override] # they add up, and are never joined
        return Ratio(self.numerator + other.numerator, self.n + other.n)

    @property
    def value(self) -> float | None:
        """The ratio, 0 to 1. None without reports."""
        return self.numerator / self.n if self.n else None

    @property
    def complement(self) -> "Ratio":
        """The other part of the same reports."""
        return Ratio(self.n - self.numerator, self.n)

    def is_below_a_third(self) -> bool:
        """Return whether it is under a third. Without reports it is not."""
        return self.numerator * 3 < self.n


def satisfaction(stars: int, ratings: int) -> Ratio:
    """Return the ratio of `ratings` with `stars` together: one star is 0, five stars are 1."""
    return Ratio((stars - ratings) / 4, ratings)


EMPTY = Ratio()


class Ratios(NamedTuple):
    """The ratios of a unit's reports in a period. `responded` and `processed`: those on time."""

    responded: Ratio = EMPTY
    processed: Ratio = EMPTY
    satisfaction: Ratio = EMPTY
    overdue: Ratio = EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The weight of each ratio, in hundredths."""

    responded: int = 35
    processed: int = 35
    satisfaction: int = 20
    overdue: int = 10


UNIT_WEIGHTS = Weights()
OFFICER_WEIGHTS = Weights(overdue=0)
"""Officers have no open reports of their own."""


def ratios_of(counters: Counters) -> Ratios:
    """Return the ratios that a responsiveness is made of."""
    return Ratios(
        responded=Ratio(counters.responses_on_time, counters.responses_decided),
        processed=Ratio(counters.processings_on_time, counters.processings_decided),
        satisfaction=satisfaction(counters.stars, counters.ratings),
        overdue=Ratio(counters.overdue, counters.open),
    )


def pool(ratios: Iterable[Ratios]) -> Ratios:
    """Return the ratios of several units together."""
    return Ratios(*(Ratio(*map(sum, zip(*kind, strict=True))) for kind in zip(*ratios, strict=True)))


def scorer(pooled: Ratios, weights: Weights = UNIT_WEIGHTS) -> Callable[[Ratios], float | None]:
    """Return the function from the ratios of a unit to its responsiveness.

    It returns 0 to 100, rounded to DIGITS, or None when no unit of the kind has any report. `pooled`: the ratios of all
    units of the kind together, ranked or not. Each ratio is drawn towards theirs: the fewer its reports, the closer. A
    term without any data in `pooled` is left out, and the others are rescaled.
    """
    terms = (
        (weights.responded, pooled.responded),
        (weights.processed, pooled.processed),
        (weights.satisfaction, pooled.satisfaction),
        (weights.overdue, pooled.overdue.complement),
    )
    known = [(weight, PRIOR * mean) if (mean := total.value) is not None else (0, 0.0) for weight, total in terms]
    (w1, m1), (w2, m2), (w3, m3), (w4, m4) = known
    weight_sum = w1 + w2 + w3 + w4
    if not weight_sum:
        return lambda _: None

    def figure(own: Ratios) -> float | None:
        (x1, n1), (x2, n2), (x3, n3), (late, n4) = own
        total = (
            w1 * ((x1 + m1) / (n1 + PRIOR))
            + w2 * ((x2 + m2) / (n2 + PRIOR))
            + w3 * ((x3 + m3) / (n3 + PRIOR))
            + w4 * ((n4 - late + m4) / (n4 + PRIOR))
        )
        return round(100 * total / weight_sum, DIGITS)

    return figure


def responsiveness(own: Ratios, pooled: Ratios, weights: Weights = UNIT_WEIGHTS) -> float | None:
    """Return the responsiveness of one unit, as `scorer` does."""
    return scorer(pooled, weights)(own)


def figures(
    subjects: Iterable[str], ratios: Mapping[str, Ratios], weights: Weights = UNIT_WEIGHTS
) -> dict[str, float | None]:
    """Return the responsiveness of each subject; None with fewer than ENOUGH decided answers or decided fixes.

    `ratios` has all units of the kind. The mean is theirs too.
    """
    figure = scorer(pool(ratios.values()), weights)
    known = ((code, ratios.get(code)) for code in subjects)
    return {code: figure(own) if own is not None and has_enough(own) else None for code, own in known}


def has_enough(own: Ratios) -> bool:
    """Return whether enough answers and enough fixes are decided to judge a unit."""
    return own.responded.n >= ENOUGH and own.processed.n >= ENOUGH


def is_low(own: Ratios) -> bool:
    """Return whether one of the two on-time ratios is under a third, of ENOUGH_TO_WATCH decided reports or more."""
    return any(ratio.n >= ENOUGH_TO_WATCH and ratio.is_below_a_third() for ratio in (own.responded, own.processed))
