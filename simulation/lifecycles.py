"""The life of one report, as a plan of acts: who does what, and how long after the act before.

A life is a generator: what comes next is drawn when the act before has been done.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from simulation.people import CityStaff, Citizen, Office
from simulation.skew import WeightedChoice, about
from models.reference.gazetteer import Gazetteer
from models.reference.records import CategoryRecord
from rules.access import Person
from rules.routing import first_handler

HOUR = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=5)
"""What a citizen waits at most before they rate a closing, and again before they reopen it: they may for 14 days."""

URGENT = timedelta(hours=2)
"""A category that must be answered within so long is worked on at night too."""

MISPLACED, MISTAKEN = 0.02, 0.035
"""The chances that a report is in another kelurahan than it says, and of another category."""

CALLED, RETURNED = 0.18, 0.3
"""The chances that a kelurahan calls the agency, and that the agency gives the report back."""

STARTED = 0.8
"""The chance that an office says that it has begun before it says that it is done."""

PRESSED = 0.2
"""The chance that the supervisor sees a report that its office lets lie, and begins it or pulls it back."""

EXCUSED = 0.03
"""The chance that the control room takes back an entry of an office that let a report lie."""

RATED, RATED_FAKE = 0.58, 0.75
"""The chances that a citizen rates what was mended, and what was not."""

ANGRY = (80, 20, 0, 0, 0)
"""The stars for what was not mended: of a hundred, how many give one, two and so on."""

REOPENED, REOPENED_FAKE, REOPENED_ABOVE = 0.02, 0.7, 0.2
"""The chances that a citizen opens again what was mended, and what was not; and that a supervisor does the latter."""

REOPENED_INVALID = 0.15
"""The chance that a report closed as invalid was none, and is opened again."""

OUTSIDE_CLOSED, OUTSIDE_PULLED_BACK = 0.10, 0.04
"""Of reports outside the province: those that the control room closes, and those that are the city's after all."""


class Scenario(StrEnum):
    """What kind of report it is; drawn when it is submitted."""

    ORDINARY = "ORDINARY"
    WITHDRAWN = "WITHDRAWN"
    DUPLICATE = "DUPLICATE"
    INVALID = "INVALID"
    OUT_OF_REMIT = "OUT_OF_REMIT"


class ActKind(StrEnum):
    """What somebody does with a report."""

    START = "START"
    FIX = "FIX"
    CLOSE_AS_DUPLICATE = "CLOSE_AS_DUPLICATE"
    CLOSE_AS_INVALID = "CLOSE_AS_INVALID"
    CLOSE_AS_OUT_OF_REMIT = "CLOSE_AS_OUT_OF_REMIT"
    ASSIGN = "ASSIGN"
    TRANSFER = "TRANSFER"
    RECATEGORISE = "RECATEGORISE"
    RATE = "RATE"
    REOPEN = "REOPEN"
    WITHDRAW = "WITHDRAW"
    WAIVE = "WAIVE"


CLOSING = {
    Scenario.DUPLICATE: ActKind.CLOSE_AS_DUPLICATE,
    Scenario.INVALID: ActKind.CLOSE_AS_INVALID,
    Scenario.OUT_OF_REMIT: ActKind.CLOSE_AS_OUT_OF_REMIT,
}


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `to`: the unit, kelurahan or category that it names; `in_office`: it waits for office hours."""

    after: timedelta
    kind: ActKind
    person: Person
    to: str = ""
    stars: int = 0
    in_office: bool = False


@dataclass(slots=True)
class SimulatedReport:
    """A report as the simulation knows it. `original`: the row id of the one that it doubles."""

    report_id: int
    reporter: Citizen
    category: CategoryRecord
    kelurahan: str
    handler: str
    latitude: float
    longitude: float
    submitted_at: datetime
    scenario: Scenario
    original: int | None = None
    is_open: bool = True
    is_answered: bool = False
    is_started: bool = False
    reopenings: int = 0


class LifecycleGenerator:
    """Draws lives, among the people of one city."""

    def __init__(self, gazetteer: Gazetteer, staff: CityStaff, categories: WeightedChoice, chance: Random) -> None:
        self._atlas, self._cast, self._categories, self._chance = gazetteer, staff, categories, chance

    def live(self, case: SimulatedReport) -> Iterator[Act]:
        """Yield what is done with a report, in order; it ends when nobody does anything more."""
        if case.scenario is Scenario.WITHDRAWN:
            yield Act(HOUR * about(self._chance, 0.4, 1.0), ActKind.WITHDRAW, case.reporter.person)
            return
        if self._is_outside(case):
            yield from self._outside(case)
        elif self._chance.random() < self._office(case).style.ignores:
            yield from self._lie(case)
            if not case.is_answered:
                return
        else:
            yield from self._route(case)
        if self._is_outside(case):
            return
        if case.scenario is Scenario.ORDINARY or case.is_started:
            yield from self._work(case)
        else:
            yield from self._dismiss(case)

    def _outside(self, case: SimulatedReport) -> Iterator[Act]:
        """Let a report wait outside the province; some are closed by the control room, some pulled back."""
        drawn = self._chance.random()
        if drawn < OUTSIDE_CLOSED:
            wait = HOUR * about(self._chance, 40.0, 0.8)
            yield Act(wait, ActKind.CLOSE_AS_OUT_OF_REMIT, self._cast.admin, in_office=True)
        elif drawn < OUTSIDE_CLOSED + OUTSIDE_PULLED_BACK:
            officer = self._chance.choice(self._cast.offices[case.kelurahan].officers)
            yield Act(HOUR * about(self._chance, 20.0, 0.8), ActKind.ASSIGN, officer, case.kelurahan, in_office=True)
            case.handler, case.is_answered = case.kelurahan, True

    def _lie(self, case: SimulatedReport) -> Iterator[Act]:
        """Let a report lie until its targets have passed; now and then somebody above sees it."""
        drawn = self._chance.random()
        if drawn < PRESSED:
            wait = _response(case) * about(self._chance, 2.5, 0.5)
            above = self._cast.supervisors[self._atlas.kelurahan[case.kelurahan].kecamatan_code]
            case.is_answered = True
            if case.handler == case.kelurahan:
                case.is_started = True
                yield Act(wait, ActKind.START, above, in_office=True)
            else:
                yield Act(wait, ActKind.ASSIGN, above, case.kelurahan, in_office=True)
                case.handler = case.kelurahan
        elif drawn < PRESSED + EXCUSED:
            yield self._excuse(case)

    def _excuse(self, case: SimulatedReport) -> Act:
        wait = _processing(case) + HOUR * about(self._chance, 30.0, 0.6)
        return Act(wait, ActKind.WAIVE, self._cast.admin, in_office=True)

    def _route(self, case: SimulatedReport) -> Iterator[Act]:
        """Take a report to whom it belongs."""
        chance = self._chance
        if case.scenario is not Scenario.ORDINARY:
            return
        if case.handler == case.kelurahan and chance.random() < MISPLACED:
            others = [one for one in self._kecamatan(case.kelurahan) if one != case.kelurahan]
            if others:
                neighbour = chance.choice(others)
                yield self._official(case, ActKind.TRANSFER, neighbour)
                case.kelurahan = case.handler = neighbour
        calls = CALLED
        if chance.random() < MISTAKEN:
            category = self._categories.draw(chance)
            if category != case.category.code:
                yield self._official(case, ActKind.RECATEGORISE, category)
                case.category = self._atlas.categories[category]
                first = self._first(case)
                calls = 0.0 if first == case.kelurahan else 0.8
                if first not in self._cast.offices:  # outside the province: it goes there by itself
                    case.handler = first
                    return
        agency = case.category.agency
        if case.handler == case.kelurahan and agency in self._cast.offices and chance.random() < calls:
            yield self._official(case, ActKind.ASSIGN, agency)
            case.handler = agency
            if chance.random() < RETURNED:
                yield self._official(case, ActKind.ASSIGN, case.kelurahan)
                case.handler = case.kelurahan

    def _dismiss(self, case: SimulatedReport) -> Iterator[Act]:
        """Close a report that needs no work; a real one that is called invalid may be opened again."""
        yield self._official(case, CLOSING[case.scenario])
        if case.scenario is Scenario.INVALID and self._chance.random() < REOPENED_INVALID:
            yield self._reopening(case)
            yield from self._work(case)

    def _work(self, case: SimulatedReport) -> Iterator[Act]:
        """Begin, mend or pretend to, and be judged; once more for each time that it is opened again."""
        chance = self._chance
        again = True
        while again:
            office = self._office(case)
            fakes = chance.random() < office.style.fakes
            if not case.is_started and chance.random() < STARTED:
                case.is_started = True
                yield self._official(case, ActKind.START)
            if chance.random() < office.style.abandons:
                if chance.random() < EXCUSED:
                    yield self._excuse(case)
                return
            share = 0.1 if fakes else office.style.fixes * office.pace
            case.is_answered = True
            yield self._act(case, ActKind.FIX, _processing(case) * about(chance, share, 0.7))
            again = yield from self._judge(case, office, fakes=fakes)

    def _judge(self, case: SimulatedReport, office: Office, *, fakes: bool) -> Generator[Act, None, bool]:
        """Let the citizen rate a closing, and open the report again; return whether it was."""
        chance = self._chance
        reopens = case.reopenings < 2 and chance.random() < (REOPENED_FAKE if fakes else REOPENED)
        if chance.random() < (RATED_FAKE if fakes else RATED):
            weights = ANGRY if fakes or reopens else office.style.stars
            stars = chance.choices(range(1, 6), weights)[0]
            yield Act(self._waited(9.0), ActKind.RATE, case.reporter.person, stars=stars)
        if reopens:
            yield self._reopening(case)
            return True
        if fakes and case.reopenings < 2 and chance.random() < REOPENED_ABOVE:
            case.is_started = True
            case.reopenings += 1
            above = self._cast.supervisors[self._atlas.kelurahan[case.kelurahan].kecamatan_code]
            yield Act(self._waited(30.0), ActKind.REOPEN, above, in_office=True)
            return True
        return False

    def _reopening(self, case: SimulatedReport) -> Act:
        case.is_started = True
        case.reopenings += 1
        return Act(self._waited(6.0), ActKind.REOPEN, case.reporter.person)

    def _official(self, case: SimulatedReport, kind: ActKind, to: str = "") -> Act:
        """Act for the handler: as an answer when it is the first act, or else some time after the one before."""
        office = self._office(case)
        target = _processing(case) / 8 if case.is_answered else _response(case)
        case.is_answered = True
        return self._act(case, kind, target * about(self._chance, office.style.answers * office.pace, 0.9), to)

    def _act(self, case: SimulatedReport, kind: ActKind, after: timedelta, to: str = "") -> Act:
        officer = self._chance.choice(self._office(case).officers)
        return Act(after, kind, officer, to, in_office=_response(case) > URGENT)

    def _waited(self, hours: float) -> timedelta:
        return min(HOUR * about(self._chance, hours, 1.1), LONGEST_WAIT)

    def _office(self, case: SimulatedReport) -> Office:
        return self._cast.offices[case.handler]

    def _is_outside(self, case: SimulatedReport) -> bool:
        return case.handler not in self._cast.offices

    def _first(self, case: SimulatedReport) -> str:
        return first_handler(case.category.handler, case.category.agency, case.kelurahan)

    def _kecamatan(self, kelurahan: str) -> tuple[str, ...]:
        return self._atlas.kecamatan[self._atlas.kelurahan[kelurahan].kecamatan_code].kelurahan


def _response(case: SimulatedReport) -> timedelta:
    return timedelta(minutes=case.category.response_target_minutes)


def _processing(case: SimulatedReport) -> timedelta:
    return timedelta(minutes=case.category.processing_target_minutes)
