"""From sums to ranks: who stands where on a board, and what has shifted (domain.md, "Boards")."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from rules.access import Role


class BoardKind(StrEnum):
    """Who stands on a board."""

    KELURAHAN = "KELURAHAN"
    KECAMATAN = "KECAMATAN"
    CITY = "CITY"
    AGENCY = "AGENCY"
    CITIZEN = "CITIZEN"


class Metric(StrEnum):
    """What a board ranks by."""

    POINTS = "POINTS"


@dataclass(frozen=True, slots=True)
class Sum:
    """What a unit has gathered in a period: points, and how many entries made them."""

    points: int = 0
    entries: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.points + other.points, self.entries + other.entries)


NOTHING = Sum()


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a board: `rank` is None for a unit without an entry in the period."""

    code: str
    rank: int | None
    points: int


@dataclass(frozen=True, slots=True)
class Shift:
    """How one row differs from what it was."""

    code: str
    from_rank: int | None
    to_rank: int | None
    points: int
    points_delta: int


_DEPTH: dict[BoardKind, int] = {BoardKind.KELURAHAN: 4, BoardKind.KECAMATAN: 3, BoardKind.CITY: 2}
"""A place's code begins with the codes of those it lies in: kelurahan 31.71.01.1001, kecamatan 31.71.01, city 31.71."""


def subject_of(kind: BoardKind, unit: str) -> str | None:
    """Return the code of who a unit counts for on a board: a place that it lies in, an agency itself, or None.

    A kelurahan counts for no agency, an agency for no place, no unit for a citizen, and citizens' own entries for none.
    """
    parts = unit.split(".")
    is_kelurahan = len(parts) == _DEPTH[BoardKind.KELURAHAN]
    if kind is BoardKind.AGENCY:
        return None if is_kelurahan or unit == Role.CITIZEN else unit
    return ".".join(parts[: _DEPTH[kind]]) if is_kelurahan and kind in _DEPTH else None


def gather(kind: BoardKind, sums: Mapping[str, Sum]) -> dict[str, Sum]:
    """Add the sums of units up to the subjects of a board; those that count for none of them are left out."""
    gathered: dict[str, Sum] = {}
    for unit, part in sums.items():
        subject = subject_of(kind, unit)
        if subject is not None:
            gathered[subject] = gathered.get(subject, NOTHING) + part
    return gathered


def rank(subjects: Iterable[str], sums: Mapping[str, Sum]) -> list[Place]:
    """Rank the subjects by points: best first, equals share a rank (1, 2, 2, 4).

    Subjects with no entry come last, by code, unranked. Equals stand by code, so that a board is always the same.
    """
    ordered = sorted(
        ((code, sums.get(code, NOTHING)) for code in subjects),
        key=lambda row: (row[1].entries == 0, -row[1].points, row[0]),
    )
    places: list[Place] = []
    for index, (code, gathered) in enumerate(ordered):
        if gathered.entries == 0:
            places.append(Place(code, None, 0))
        elif places and places[-1].points == gathered.points:
            places.append(Place(code, places[-1].rank, gathered.points))
        else:
            places.append(Place(code, index + 1, gathered.points))
    return places


def shifts(before: Iterable[Place], after: Iterable[Place]) -> list[Shift]:
    """Name every row whose rank or points changed, in the order of the new board."""
    old = {place.code: place for place in before}
    return [
        Shift(place.code, was.rank, place.rank, place.points, place.points - was.points)
        for place in after
        if (was := old.get(place.code, Place(place.code, None, 0))) != place
    ]
