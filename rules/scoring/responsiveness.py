"""Responsiveness, 0 to 100: how well a unit answers, whatever its size (domain.md, "Boards").

A share of few reports says little, so each is shrunk towards the share of all units of its kind: five lucky reports do
not top a board, and five unlucky ones do not end at its foot.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

PRIOR = 10
"""So many reports of the average unit are added to those of each."""

ENOUGH = 5
"""So many reports whose answer was decided does a unit need for a rank."""

LOW = 50
"""Below it a ranked unit is on the watchlist."""

DIGITS = 2
"""Digits after the point. Ranks go by what people see, so equal figures share a rank."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """So much of `n` reports, each counted once."""

    numerator: float = 0
    n: int = 0

    def __add__(self, other: "Ratio") -> "Ratio":
        return Ratio(self.numerator + other.numerator, self.n + other.n)

    @property
    def value(self) -> float | None:
        """From 0 to 1; None without reports."""
        return self.numerator / self.n if self.n else None

    @property
    def rest(self) -> "Ratio":
        """The others of the same reports."""
        return Ratio(self.n - self.numerator, self.n)

    def shrunk(self, mean: float) -> float:
        """Draw it towards `mean`, the fewer its reports, the closer."""
        return (self.numerator + PRIOR * mean) / (self.n + PRIOR)

    def below_a_third(self) -> bool:
        """Whether it is under a third; without reports it is not."""
        return self.numerator * 3 < self.n


def satisfaction(stars: int, ratings: int) -> Ratio:
    """Return the share that `ratings` with so many stars together make: one star is 0, five are 1."""
    return Ratio((stars - ratings) / 4, ratings)


NONE = Ratio()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratios:
    """What a unit's reports of a period come to. `responded` and `processed` are those on time."""

    responded: Ratio = NONE
    processed: Ratio = NONE
    satisfaction: Ratio = NONE
    overdue: Ratio = NONE

    def __add__(self, other: "Ratios") -> "Ratios":
        return Ratios(
            responded=self.responded + other.responded,
            processed=self.processed + other.processed,
            satisfaction=self.satisfaction + other.satisfaction,
            overdue=self.overdue + other.overdue,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each share counts, in hundredths."""

    responded: int = 35
    processed: int = 35
    satisfaction: int = 20
    overdue: int = 10


UNIT_WEIGHTS = Weights()
OFFICER_WEIGHTS = Weights(overdue=0)
"""An officer has no reports of their own that could lie open."""


@dataclass(frozen=True, slots=True)
class Position:
    """A row of a board by responsiveness: rank and figure are None for too few reports."""

    code: str
    rank: int | None
    responsiveness: float | None
    shares: Ratios


def responsiveness(shares: Ratios, pooled: Ratios, weights: Weights = UNIT_WEIGHTS) -> float | None:
    """Return 0 to 100, rounded to DIGITS; None when no unit of the kind has any report.

    `pooled`: the sum over all units of the kind, ranked or not. A term of which nobody has data is left out, and the
    rest rescaled.
    """
    terms = (
        (weights.responded, shares.responded, pooled.responded),
        (weights.processed, shares.processed, pooled.processed),
        (weights.satisfaction, shares.satisfaction, pooled.satisfaction),
        (weights.overdue, shares.overdue.rest, pooled.overdue.rest),
    )
    known = [(weight, share.shrunk(mean)) for weight, share, of_all in terms if (mean := of_all.value) is not None]
    total = sum(weight for weight, _ in known)
    return round(100 * sum(weight * shrunk for weight, shrunk in known) / total, DIGITS) if total else None


def pool(shares: Iterable[Ratios]) -> Ratios:
    """Add up what the units of a kind have."""
    return sum(shares, Ratios())


def rank(subjects: Iterable[str], shares: Mapping[str, Ratios], weights: Weights = UNIT_WEIGHTS) -> list[Position]:
    """Rank the subjects by responsiveness: best first, equals share a rank (1, 2, 2, 4) and stand by code.

    Those with fewer than ENOUGH decided answers come last, by code, unranked; `shares` has all units of the kind, and
    the mean is theirs too.
    """
    pooled = pool(shares.values())
    places = [_place(code, shares.get(code, Ratios()), pooled, weights) for code in subjects]
    places.sort(key=lambda place: (place.responsiveness is None, -(place.responsiveness or 0), place.code))
    ranked: list[Position] = []
    for number, place in enumerate(places, 1):
        if place.responsiveness is None:
            ranked.append(place)
        elif ranked and ranked[-1].responsiveness == place.responsiveness:
            ranked.append(replace(place, rank=ranked[-1].rank))
        else:
            ranked.append(replace(place, rank=number))
    return ranked


def _place(code: str, own: Ratios, pooled: Ratios, weights: Weights) -> Position:
    figure = responsiveness(own, pooled, weights) if own.responded.n >= ENOUGH else None
    return Position(code, None, figure, own)


def watchlist(board: Iterable[Position]) -> list[Position]:
    """Choose the ranked units under LOW, or with an on-time share under a third; the worst first."""
    watched = [
        place
        for place in board
        if place.responsiveness is not None
        and (
            place.responsiveness < LOW
            or place.shares.responded.below_a_third()
            or place.shares.processed.below_a_third()
        )
    ]
    return sorted(watched, key=lambda place: (-(place.rank or 0), place.code))
