"""The lifecycle of a report: a sequence of acts, each by one person some time after the previous act.

A lifecycle is a generator: the next act is drawn only after the previous one has been performed.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from models.reference.gazetteer import Gazetteer
from models.reference.records import CategoryRecord
from rules.access import Person
from rules.routing import first_handler
from simulation.people import Citizen, CityStaff, Office
from simulation.skew import WeightedChoice, about

HOUR = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=5)
"""The longest wait of a citizen before a rating, and again before a reopening. The rules allow 14 days."""

URGENT = timedelta(hours=2)
"""Categories with a response target of at most this are handled outside office hours too."""

WRONG_KELURAHAN, WRONG_CATEGORY = 0.02, 0.035
"""The chances that a report names the wrong kelurahan, and the wrong category."""

ASSIGNED_TO_AGENCY, RETURNED = 0.18, 0.3
"""The chances that a kelurahan assigns a report to the agency, and that the agency returns it."""

STARTED = 0.8
"""The chance that an office marks a report IN_PROGRESS before it closes it."""

ESCALATED = 0.2
"""The chance that the supervisor notices an ignored report, and starts or reassigns it."""

WAIVED = 0.03
"""The chance that the control room waives a point entry of an office that ignored or abandoned a report."""

RATED, RATED_FAKE = 0.58, 0.75
"""The chances that a citizen rates a real repair, and a fake one."""

ANGRY_STARS = (80, 20, 0, 0, 0)
"""The weights of ratings from 1 to 5 for a fake repair."""

REOPENED, REOPENED_FAKE, REOPENED_BY_SUPERVISOR = 0.02, 0.7, 0.2
"""The chances that a citizen reopens a real repair and a fake one, and that a supervisor reopens a fake one."""

REOPENED_INVALID = 0.15
"""The chance that a report was wrongly closed as invalid, and is reopened."""

EXTERNAL_CLOSED, EXTERNAL_RECLAIMED = 0.10, 0.04
"""The chances that the control room closes a report of an external agency, and that its kelurahan reclaims it."""


class Scenario(StrEnum):
    """The kind of a report, drawn when it is submitted."""

    ORDINARY = "ORDINARY"
    WITHDRAWN = "WITHDRAWN"
    DUPLICATE = "DUPLICATE"
    INVALID = "INVALID"
    OUT_OF_REMIT = "OUT_OF_REMIT"


class ActKind(StrEnum):
    """The kinds of act."""

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


CLOSING_ACTS = {
    Scenario.DUPLICATE: ActKind.CLOSE_AS_DUPLICATE,
    Scenario.INVALID: ActKind.CLOSE_AS_INVALID,
    Scenario.OUT_OF_REMIT: ActKind.CLOSE_AS_OUT_OF_REMIT,
}


@dataclass(frozen=True, slots=True)
class Act:
    """An act, `after` the previous one. `to` is the code of a unit, kelurahan or category.

    An act `in_office` waits for office hours.
    """

    after: timedelta
    kind: ActKind
    person: Person
    to: str = ""
    stars: int = 0
    in_office: bool = False


@dataclass(slots=True)
class SimulatedReport:
    """The simulation's state of a report. `original` is the row id of the report that it duplicates."""

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
    """Draws lifecycles among the people of a city."""

    def __init__(self, gazetteer: Gazetteer, staff: CityStaff, categories: WeightedChoice, rng: Random) -> None:
        self._atlas, self._staff, self._categories, self._rng = gazetteer, staff, categories, rng

    def lifecycle(self, report: SimulatedReport) -> Iterator[Act]:
        """Yield the acts on a report in order, until nothing more happens to it."""
        if report.scenario is Scenario.WITHDRAWN:
            yield Act(HOUR * about(self._rng, 0.4, 1.0), ActKind.WITHDRAW, report.reporter.person)
            return
        if self._is_external(report):
            yield from self._external(report)
        elif self._rng.random() < self._office(report).style.ignores:
            yield from self._ignore(report)
            if not report.is_answered:
                return
        else:
            yield from self._route(report)
        if self._is_external(report):
            return
        if report.scenario is Scenario.ORDINARY or report.is_started:
            yield from self._work(report)
        else:
            yield from self._dismiss(report)

    def _external(self, report: SimulatedReport) -> Iterator[Act]:
        """Leave a report with its external agency. The control room closes some, the kelurahan reclaims some."""
        drawn = self._rng.random()
        if drawn < EXTERNAL_CLOSED:
            wait = HOUR * about(self._rng, 40.0, 0.8)
            yield Act(wait, ActKind.CLOSE_AS_OUT_OF_REMIT, self._staff.admin, in_office=True)
        elif drawn < EXTERNAL_CLOSED + EXTERNAL_RECLAIMED:
            officer = self._rng.choice(self._staff.offices[report.kelurahan].officers)
            wait = HOUR * about(self._rng, 20.0, 0.8)
            yield Act(wait, ActKind.ASSIGN, officer, report.kelurahan, in_office=True)
            report.handler, report.is_answered = report.kelurahan, True

    def _ignore(self, report: SimulatedReport) -> Iterator[Act]:
        """Leave a report until its deadlines have passed. Sometimes its supervisor notices."""
        drawn = self._rng.random()
        if drawn < ESCALATED:
            wait = _response_target(report) * about(self._rng, 2.5, 0.5)
            supervisor = self._supervisor(report)
            report.is_answered = True
            if report.handler == report.kelurahan:
                report.is_started = True
                yield Act(wait, ActKind.START, supervisor, in_office=True)
            else:
                yield Act(wait, ActKind.ASSIGN, supervisor, report.kelurahan, in_office=True)
                report.handler = report.kelurahan
        elif drawn < ESCALATED + WAIVED:
            yield self._waiver(report)

    def _waiver(self, report: SimulatedReport) -> Act:
        wait = _processing_target(report) + HOUR * about(self._rng, 30.0, 0.6)
        return Act(wait, ActKind.WAIVE, self._staff.admin, in_office=True)

    def _route(self, report: SimulatedReport) -> Iterator[Act]:
        """Correct the kelurahan and category of a report, and assign it to the right unit."""
        rng = self._rng
        if report.scenario is not Scenario.ORDINARY:
            return
        if report.handler == report.kelurahan and rng.random() < WRONG_KELURAHAN:
            neighbours = [code for code in self._kecamatan(report.kelurahan) if code != report.kelurahan]
            if neighbours:
                neighbour = rng.choice(neighbours)
                yield self._official_act(report, ActKind.TRANSFER, neighbour)
                report.kelurahan = report.handler = neighbour
        assigned = ASSIGNED_TO_AGENCY
        if rng.random() < WRONG_CATEGORY:
            category = self._categories.draw(rng)
            if category != report.category.code:
                yield self._official_act(report, ActKind.RECATEGORISE, category)
                report.category = self._atlas.categories[category]
                first = self._first_handler(report)
                assigned = 0.0 if first == report.kelurahan else 0.8
                if first not in self._staff.offices:  # an external agency: recategorising routed the report to it
                    report.handler = first
                    return
        agency = report.category.agency
        if report.handler == report.kelurahan and agency in self._staff.offices and rng.random() < assigned:
            yield self._official_act(report, ActKind.ASSIGN, agency)
            report.handler = agency
            if rng.random() < RETURNED:
                yield self._official_act(report, ActKind.ASSIGN, report.kelurahan)
                report.handler = report.kelurahan

    def _dismiss(self, report: SimulatedReport) -> Iterator[Act]:
        """Close a report that needs no work. One wrongly closed as invalid may be reopened."""
        yield self._official_act(report, CLOSING_ACTS[report.scenario])
        if report.scenario is Scenario.INVALID and self._rng.random() < REOPENED_INVALID:
            yield self._reopening(report)
            yield from self._work(report)

    def _work(self, report: SimulatedReport) -> Iterator[Act]:
        """Start, repair or pretend to, and be rated. Repeat for each reopening."""
        rng = self._rng
        is_open = True
        while is_open:
            office = self._office(report)
            fakes = rng.random() < office.style.fakes
            if not report.is_started and rng.random() < STARTED:
                report.is_started = True
                yield self._official_act(report, ActKind.START)
            if rng.random() < office.style.abandons:
                if rng.random() < WAIVED:
                    yield self._waiver(report)
                return
            fraction = 0.1 if fakes else office.style.fixes * office.pace
            report.is_answered = True
            yield self._handler_act(report, ActKind.FIX, _processing_target(report) * about(rng, fraction, 0.7))
            is_open = yield from self._review(report, office, fakes=fakes)

    def _review(self, report: SimulatedReport, office: Office, *, fakes: bool) -> Generator[Act, None, bool]:
        """Let the citizen rate a closing and reopen the report. Return whether it was reopened."""
        rng = self._rng
        reopens = report.reopenings < 2 and rng.random() < (REOPENED_FAKE if fakes else REOPENED)
        if rng.random() < (RATED_FAKE if fakes else RATED):
            weights = ANGRY_STARS if fakes or reopens else office.style.stars
            stars = rng.choices(range(1, 6), weights)[0]
            yield Act(self._wait(9.0), ActKind.RATE, report.reporter.person, stars=stars)
        if reopens:
            yield self._reopening(report)
            return True
        if fakes and report.reopenings < 2 and rng.random() < REOPENED_BY_SUPERVISOR:
            report.is_started = True
            report.reopenings += 1
            yield Act(self._wait(30.0), ActKind.REOPEN, self._supervisor(report), in_office=True)
            return True
        return False

    def _reopening(self, report: SimulatedReport) -> Act:
        report.is_started = True
        report.reopenings += 1
        return Act(self._wait(6.0), ActKind.REOPEN, report.reporter.person)

    def _official_act(self, report: SimulatedReport, kind: ActKind, to: str = "") -> Act:
        """Return an act of the handler: an answer when it is the first act, otherwise a later step."""
        office = self._office(report)
        target = _processing_target(report) / 8 if report.is_answered else _response_target(report)
        report.is_answered = True
        after = target * about(self._rng, office.style.answers * office.pace, 0.9)
        return self._handler_act(report, kind, after, to)

    def _handler_act(self, report: SimulatedReport, kind: ActKind, after: timedelta, to: str = "") -> Act:
        officer = self._rng.choice(self._office(report).officers)
        return Act(after, kind, officer, to, in_office=_response_target(report) > URGENT)

    def _wait(self, hours: float) -> timedelta:
        return min(HOUR * about(self._rng, hours, 1.1), LONGEST_WAIT)

    def _office(self, report: SimulatedReport) -> Office:
        return self._staff.offices[report.handler]

    def _supervisor(self, report: SimulatedReport) -> Person:
        return self._staff.supervisors[self._atlas.kelurahan[report.kelurahan].kecamatan_code]

    def _is_external(self, report: SimulatedReport) -> bool:
        return report.handler not in self._staff.offices

    def _first_handler(self, report: SimulatedReport) -> str:
        return first_handler(report.category.handler, report.category.agency, report.kelurahan)

    def _kecamatan(self, kelurahan: str) -> tuple[str, ...]:
        return self._atlas.kecamatan[self._atlas.kelurahan[kelurahan].kecamatan_code].kelurahan


def _response_target(report: SimulatedReport) -> timedelta:
    return timedelta(minutes=report.category.response_target_minutes)


def _processing_target(report: SimulatedReport) -> timedelta:
    return timedelta(minutes=report.category.processing_target_minutes)
