"""Simulated people: offices with their officers and diligence, supervisors, the control room, citizens."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from random import Random

from actions.accounts import SimulatedRole, grant_simulated_roles, update_profile
from actions.transaction import Transactions
from models.reference.gazetteer import Gazetteer
from rules.access import Person, Role, RoleGrant
from rules.routing import AgencyKind
from simulation.skew import about

NEWCOMERS = 0.3
"""The chance that a reporter has never reported before. The others are drawn from past reports, one entry per report,
so frequent reporters report more: a few report hundreds of times, most once or twice (H. A. Simon, 1955)."""

SETTLED = 700
"""Reports until the share of newcomers has dropped to `NEWCOMERS`. It starts at 1: otherwise the first few citizens
would report for everybody forever."""

REMEMBERED = 20_000
"""Recent reports whose reporters may report again. Older reporters have stopped."""

ON_BOARD = 0.15
"""The share of citizens who appear on the leaderboard."""

SHY = 0.08
"""The share of citizens who always report anonymously."""


class Diligence(StrEnum):
    """The kinds of office."""

    PROMPT = "PROMPT"
    ORDINARY = "ORDINARY"
    SLOW = "SLOW"
    FAKING = "FAKING"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkStyle:
    """The working habits of one kind of office.

    `answers` and `fixes` are median fractions of the category's SLA targets. `ignores` is the chance that a report is
    never answered, `abandons` that it is never finished after an answer, `fakes` that it is closed without a repair.
    `stars` are the weights of ratings from 1 to 5.
    """

    answers: float
    fixes: float
    ignores: float
    abandons: float
    fakes: float
    stars: tuple[int, int, int, int, int]


WORK_STYLES = {
    Diligence.PROMPT: WorkStyle(
        answers=0.10, fixes=0.25, ignores=0.005, abandons=0.01, fakes=0.01, stars=(2, 3, 10, 35, 50)
    ),
    Diligence.ORDINARY: WorkStyle(
        answers=0.35, fixes=0.6, ignores=0.03, abandons=0.05, fakes=0.04, stars=(6, 9, 22, 38, 25)
    ),
    Diligence.SLOW: WorkStyle(
        answers=1.1, fixes=1.3, ignores=0.25, abandons=0.2, fakes=0.08, stars=(18, 22, 28, 22, 10)
    ),
    Diligence.FAKING: WorkStyle(
        answers=0.08, fixes=0.1, ignores=0.02, abandons=0.04, fakes=0.6, stars=(10, 12, 26, 32, 20)
    ),
}
DILIGENCE_WEIGHTS = {Diligence.PROMPT: 25, Diligence.ORDINARY: 50, Diligence.SLOW: 18, Diligence.FAKING: 7}
"""Offices of each kind, per hundred."""


@dataclass(frozen=True, slots=True)
class Office:
    """A unit with its officers. `pace` multiplies the times of its work style: above 1 is slower."""

    unit: str
    style: WorkStyle
    pace: float
    officers: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Citizen:
    """A reporter, mostly of problems in their own kelurahan `home`."""

    person: Person
    home: str
    anonymous: bool


@dataclass(slots=True)
class CityStaff:
    """The city's staff: offices by unit code, supervisors by kecamatan code, and one administrator."""

    offices: dict[str, Office]
    supervisors: dict[str, Person]
    admin: Person


def work_style_of(seed: int, unit: str) -> tuple[WorkStyle, float]:
    """Return the work style and pace of a unit. The same seed gives the same result in past and live simulations."""
    rng = Random(f"{seed} {unit}")
    kind = rng.choices(list(DILIGENCE_WEIGHTS), list(DILIGENCE_WEIGHTS.values()))[0]
    return WORK_STYLES[kind], about(rng, 1.0, 0.25)


async def register_staff(transactions: Transactions, gazetteer: Gazetteer, seed: int) -> CityStaff:
    """Create the accounts of the city's staff in one transaction, or find those of an earlier simulation."""
    agencies = [code for code, agency in gazetteer.agencies.items() if agency.kind is AgencyKind.CITY]
    sizes = {**dict.fromkeys(gazetteer.live, 2), **dict.fromkeys(agencies, 6)}
    officers = {
        unit: [SimulatedRole(f"petugas.{unit.lower()}.{number}", Role.OFFICER, unit) for number in range(1, size + 1)]
        for unit, size in sizes.items()
    }
    supervisors = {code: SimulatedRole(f"camat.{code}", Role.SUPERVISOR, code) for code in gazetteer.kecamatan}
    admin = SimulatedRole("ruang.kendali", Role.ADMIN)
    everybody = [*chain.from_iterable(officers.values()), *supervisors.values(), admin]
    ids = await transactions.run(grant_simulated_roles, gazetteer, everybody)
    return CityStaff(
        {
            unit: Office(unit, *work_style_of(seed, unit), tuple(_official(ids, each) for each in staff))
            for unit, staff in officers.items()
        },
        {code: _official(ids, supervisor) for code, supervisor in supervisors.items()},
        _official(ids, admin),
    )


async def register_citizen(
    transactions: Transactions, gazetteer: Gazetteer, rng: Random, number: int, home: str
) -> Citizen:
    """Create the account of a citizen. Some opt in to the leaderboard."""
    citizen = SimulatedRole(f"warga.{number}", Role.CITIZEN)
    ids = await transactions.run(grant_simulated_roles, gazetteer, [citizen])
    person = Person(ids[citizen.name], (RoleGrant(Role.CITIZEN),))
    if rng.random() < ON_BOARD:
        await transactions.run(update_profile, person, on_citizen_board=True)
    return Citizen(person, home, rng.random() < SHY)


def _official(ids: Mapping[str, int], official: SimulatedRole) -> Person:
    return Person(ids[official.name], (RoleGrant(Role.CITIZEN), RoleGrant(official.role, official.unit)))
