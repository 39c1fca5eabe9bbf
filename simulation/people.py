"""Who acts, and how diligently: the offices with their officers, the supervisors, the control room, the citizens."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from actions.accounts import grant_simulated_role, update_profile
from actions.transaction import Transactions
from simulation.skew import about
from models.reference.gazetteer import Gazetteer
from rules.access import Membership, Person, Role
from rules.routing import AgencyKind

NEWCOMERS = 0.3
"""The chance that a reporter has never reported before. The others are drawn from past reports, one name for each
report, so who reports much reports more: a few report hundreds of times, most once or twice (H. A. Simon, 1955)."""

SETTLED = 700
"""Reports after which it is so. Before, more are new: else the first few would report for ever for all."""

REMEMBERED = 20_000
"""Reports of the past whose reporters are drawn from: citizens come, and stop coming."""

ON_BOARD = 0.15
"""The share of citizens who wish to be ranked."""

SHY = 0.08
"""The share of citizens who always report anonymously."""


class Diligence(StrEnum):
    """What kind of office it is."""

    PROMPT = "PROMPT"
    ORDINARY = "ORDINARY"
    SLOW = "SLOW"
    FAKING = "FAKING"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkStyle:
    """How an office of one kind works.

    `answers` and `fixes` are median shares of the category's targets; `ignores` and `abandons` the chances that a report is
    never answered, and never finished once it is; `fakes` that it is closed without having been mended.
    """

    answers: float
    fixes: float
    ignores: float
    abandons: float
    fakes: float
    stars: tuple[int, int, int, int, int]


WORK_STYLES = {
    Diligence.PROMPT: WorkStyle(answers=0.10, fixes=0.25, ignores=0.005, abandons=0.01, fakes=0.01, stars=(2, 3, 10, 35, 50)),
    Diligence.ORDINARY: WorkStyle(answers=0.35, fixes=0.6, ignores=0.03, abandons=0.05, fakes=0.04, stars=(6, 9, 22, 38, 25)),
    Diligence.SLOW: WorkStyle(answers=1.1, fixes=1.3, ignores=0.25, abandons=0.2, fakes=0.08, stars=(18, 22, 28, 22, 10)),
    Diligence.FAKING: WorkStyle(answers=0.08, fixes=0.1, ignores=0.02, abandons=0.04, fakes=0.6, stars=(10, 12, 26, 32, 20)),
}
DILIGENCE_WEIGHTS = {Diligence.PROMPT: 25, Diligence.ORDINARY: 50, Diligence.SLOW: 18, Diligence.FAKING: 7}
"""How many offices of a hundred are of each kind."""


@dataclass(frozen=True, slots=True)
class Office:
    """A unit at work. `pace`: how much slower than its kind it is."""

    unit: str
    style: WorkStyle
    pace: float
    officers: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody who reports: mostly in their own kelurahan."""

    person: Person
    home: str
    anonymous: bool


def work_style_of(seed: int, unit: str) -> tuple[WorkStyle, float]:
    """Return the style and the pace of a unit: the same for the same seed, in the past and in the present."""
    chance = Random(f"{seed} {unit}")
    kind = chance.choices(list(DILIGENCE_WEIGHTS), list(DILIGENCE_WEIGHTS.values()))[0]
    return WORK_STYLES[kind], about(chance, 1.0, 0.25)


@dataclass(slots=True)
class CityStaff:
    """Everybody who acts for the city, by unit; `supervisors` by kecamatan."""

    offices: dict[str, Office]
    supervisors: dict[str, Person]
    admin: Person


async def register_staff(transactions: Transactions, gazetteer: Gazetteer, seed: int) -> CityStaff:
    """Make the accounts of the city's people, or find those of an earlier simulation."""
    agencies = [code for code, agency in gazetteer.agencies.items() if agency.kind is AgencyKind.CITY]
    sizes = {**dict.fromkeys(gazetteer.kelurahan, 2), **dict.fromkeys(agencies, 6)}
    offices: dict[str, Office] = {}
    for unit, size in sizes.items():
        names = [f"petugas.{unit.lower()}.{number}" for number in range(1, size + 1)]
        officers = [await _official(transactions, gazetteer, name, Role.OFFICER, unit) for name in names]
        offices[unit] = Office(unit, *work_style_of(seed, unit), tuple(officers))
    supervisors = {
        code: await _official(transactions, gazetteer, f"camat.{code}", Role.SUPERVISOR, code)
        for code in gazetteer.kecamatan
    }
    return CityStaff(offices, supervisors, await _official(transactions, gazetteer, "ruang.kendali", Role.ADMIN, None))


async def register_citizen(
    transactions: Transactions, gazetteer: Gazetteer, chance: Random, number: int, home: str
) -> Citizen:
    """Make the account of a citizen; some wish to be ranked."""
    account_id = await transactions.run(grant_simulated_role, gazetteer, f"warga.{number}", Role.CITIZEN, None)
    person = Person(account_id, (Membership(Role.CITIZEN),))
    if chance.random() < ON_BOARD:
        await transactions.run(update_profile, person, on_citizen_board=True)
    return Citizen(person, home, chance.random() < SHY)


async def _official(
    transactions: Transactions, gazetteer: Gazetteer, name: str, role: Role, unit: str | None
) -> Person:
    account_id = await transactions.run(grant_simulated_role, gazetteer, name, role, unit)
    return Person(account_id, (Membership(Role.CITIZEN), Membership(role, unit)))
