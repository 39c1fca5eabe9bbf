"""The kinds of boards: one definition each (domain.md, "Boards")."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

from rules.access import Role
from rules.periods import Span
from rules.routing import AgencyKind
from rules.scoring.responsiveness import OFFICER_WEIGHTS, UNIT_WEIGHTS, Weights


class BoardKind(StrEnum):
    """A kind of board."""

    KELURAHAN = "KELURAHAN"
    KECAMATAN = "KECAMATAN"
    CITY = "CITY"
    AGENCY = "AGENCY"
    OFFICER = "OFFICER"
    CITIZEN = "CITIZEN"


class Metric(StrEnum):
    """The figure that a board ranks by."""

    POINTS = "POINTS"
    RESPONSIVENESS = "RESPONSIVENESS"


class SubjectType(StrEnum):
    """The sort of subject that a board ranks, and so the source of its counters.

    UNIT: the tallies of units. OFFICER: the tallies of officers. CITIZEN: the point entries of citizens.
    """

    UNIT = "UNIT"
    OFFICER = "OFFICER"
    CITIZEN = "CITIZEN"


class Unit(Protocol):
    """A unit that a board ranks, as long as it exists."""

    @property
    def since(self) -> date | None:
        """Its first day. None if it was there at first."""

    @property
    def until(self) -> date | None:
        """The day on which it ended. None while it exists."""


def subjects_of(subjects: Collection[str], days: Span) -> Collection[str]:
    """Return those subjects that stand on the board of a period: the units, by code, that exist at its end.

    So a unit that begins or ends changes no board of a period that was over by then. Without units all stand there.
    """
    if not isinstance(subjects, Mapping):
        return subjects
    units: Mapping[str, Unit] = subjects
    return [
        code
        for code, unit in units.items()
        if (unit.since is None or days.last is None or unit.since <= days.last)
        and (unit.until is None or (days.last is not None and days.last < unit.until))
    ]


class Units(Protocol):
    """The reference data that boards of units rank, by code."""

    @property
    def kelurahan(self) -> Mapping[str, Any]:
        """All kelurahan."""

    @property
    def kecamatan(self) -> Mapping[str, Any]:
        """All kecamatan."""

    @property
    def cities(self) -> Mapping[str, Any]:
        """All cities."""

    @property
    def agencies(self) -> Mapping[str, Any]:
        """All agencies, each with its `kind`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardDefinition:
    """The properties of a kind of board.

    `units_of` returns the units that stand on the board; none for people, who are not in the reference data.
    `subject_of_unit` returns the code of the subject that a leaf unit counts for, or None. `staff_only`: whether only
    staff may see it. `is_live`: whether it can be followed. `weights`: those of its responsiveness.
    """

    subject_type: SubjectType
    units_of: Callable[[Units], Mapping[str, Any]] = lambda _: {}
    subject_of_unit: Callable[[str], str | None] = lambda _: None
    metrics: frozenset[Metric] = frozenset(Metric)
    weights: Weights = UNIT_WEIGHTS
    staff_only: bool = False
    is_live: bool = True

    @property
    def has_tallies(self) -> bool:
        """Whether the board adds up tallies, so that its subjects have scorecards."""
        return self.subject_type is not SubjectType.CITIZEN


KELURAHAN_DEPTH = 4
"""The parts of a kelurahan's code: 31.71.01.1001 is in kecamatan 31.71.01 and in city 31.71."""


def _prefix(depth: int) -> Callable[[str], str | None]:
    """Return a function from a kelurahan to the place with the first `depth` parts of its code."""

    @lru_cache(maxsize=1_024)  # a board asks for hundreds of units, and they are always the same
    def subject_of_unit(unit: str) -> str | None:
        parts = unit.split(".")
        return ".".join(parts[:depth]) if len(parts) == KELURAHAN_DEPTH else None

    return subject_of_unit


@lru_cache(maxsize=1_024)
def _agency(unit: str) -> str | None:
    """Return an agency itself. A kelurahan counts for no agency, and citizens' own entries count for no unit."""
    return None if len(unit.split(".")) == KELURAHAN_DEPTH or unit == Role.CITIZEN else unit


BOARDS: Mapping[BoardKind, BoardDefinition] = {
    BoardKind.KELURAHAN: BoardDefinition(
        subject_type=SubjectType.UNIT,
        units_of=lambda units: units.kelurahan,
        subject_of_unit=_prefix(KELURAHAN_DEPTH),
    ),
    BoardKind.KECAMATAN: BoardDefinition(
        subject_type=SubjectType.UNIT, units_of=lambda units: units.kecamatan, subject_of_unit=_prefix(3)
    ),
    BoardKind.CITY: BoardDefinition(
        subject_type=SubjectType.UNIT, units_of=lambda units: units.cities, subject_of_unit=_prefix(2)
    ),
    BoardKind.AGENCY: BoardDefinition(
        subject_type=SubjectType.UNIT,
        units_of=lambda units: {
            code: agency for code, agency in units.agencies.items() if agency.kind is AgencyKind.CITY
        },
        subject_of_unit=_agency,
    ),
    BoardKind.OFFICER: BoardDefinition(subject_type=SubjectType.OFFICER, weights=OFFICER_WEIGHTS, staff_only=True),
    BoardKind.CITIZEN: BoardDefinition(
        subject_type=SubjectType.CITIZEN, metrics=frozenset({Metric.POINTS}), is_live=False
    ),
}
