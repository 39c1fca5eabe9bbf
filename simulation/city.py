"""Where a simulation happens: reports come in, and the acts of their lives are done through `actions`."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Protocol

from actions.closings import rate, reopen, waive
from actions.desk import DeskOptions, assign, recategorise, transfer
from actions.statuses import StatusChange, change_status
from actions.submissions import Submission, route, submit, withdraw
from actions.supports import support
from actions.transaction import Transactions
from simulation.lifecycles import Act, SimulatedReport, Scenario, LifecycleGenerator, ActKind
from simulation.people import NEWCOMERS, REMEMBERED, SETTLED, CityStaff, Citizen, register_citizen
from simulation.places import PointSampler, near
from simulation.skew import CATEGORIES, FLOOD, RARE, WeightedChoice
from simulation.words import COMMENTS, DESCRIPTIONS, EXCUSE, FLOODED, NOTES, REASON
from models.ledger import PointEntry
from models.reference.gazetteer import Gazetteer
from models.reference.records import ReferenceData
from rules.access import Person
from rules.refusals import Refusal
from rules.routing import first_handler
from rules.workflow import ReportStatus, Resolution


class Camera(Protocol):
    """Takes pictures that are in no report yet."""

    async def __call__(self, person: Person, *, proof: bool) -> str | None:
        """Take a picture for somebody and return the photo's id; for a proof always, for a citizen perhaps."""


AT_HOME = 0.7
"""The chance that somebody reports in their own kelurahan."""

ANONYMOUS = 0.04
"""The chance that somebody who does not always do so reports anonymously."""

PICTURED = 0.8
"""The chance that a citizen has a picture, where there are pictures."""

SCENARIOS = {Scenario.ORDINARY: 915, Scenario.WITHDRAWN: 20, Scenario.INVALID: 45, Scenario.OUT_OF_REMIT: 20}
"""What becomes of a thousand reports that are no duplicates."""

ANEW, ANEW_WITHIN = 0.15, timedelta(days=3)
"""The chance that a report doubles one of the same place and category that is open and not older than this."""

SUPPORTED = 0.25
"""The chance that, when a report comes in, somebody supports an earlier one of its kelurahan."""

NEIGHBOURS = 24
"""Reports of a kelurahan that people there know of."""


@dataclass(slots=True)
class SimulatedCity:
    """A city at play. `chance` decides everything: the same seed is the same history, done one act after another."""

    transactions: Transactions
    gazetteer: Gazetteer
    places: PointSampler
    staff: CityStaff
    chance: Random
    photograph: Camera
    lives: LifecycleGenerator
    categories: WeightedChoice
    flood: WeightedChoice
    citizens: int
    reporters: deque[Citizen]
    known: defaultdict[str, deque[SimulatedReport]]
    told: Counter[str]

    async def report(self, flooded: tuple[str, ...] = ()) -> tuple[SimulatedReport, Iterator[Act]] | None:
        """Let somebody report something, of the storm in one of the `flooded` kelurahan if any; return its life.

        None when the point is out of the area: official boundaries may know better than the discs.
        """
        chance = self.chance
        reporter = await self._reporter()
        category = self.gazetteer.categories[(self.flood if flooded else self.categories).draw(chance)]
        kelurahan = self._where(reporter, flooded)
        doubled = self._doubled(kelurahan, category.code)
        if doubled is None:
            latitude, longitude = self.places.point(chance, kelurahan)
            scenario = chance.choices(list(SCENARIOS), list(SCENARIOS.values()))[0]
        else:
            latitude, longitude = near(chance, doubled.latitude, doubled.longitude, 15.0)
            scenario = Scenario.DUPLICATE
        located = self.places.located(latitude, longitude)
        if located is None:
            return None
        case = SimulatedReport(
            report_id=0,
            reporter=reporter,
            category=category,
            kelurahan=located,
            handler=first_handler(category.handler, category.agency, located),
            latitude=latitude,
            longitude=longitude,
            submitted_at=self.transactions.now(),
            scenario=scenario,
            original=None if doubled is None else doubled.report_id,
        )
        await self._submit(case, chance.choice(FLOODED if flooded else DESCRIPTIONS))
        await self._support(case.kelurahan)
        if scenario not in {Scenario.WITHDRAWN, Scenario.DUPLICATE}:
            self.known[located].append(case)
        return case, self.lives.live(case)

    async def _submit(self, case: SimulatedReport, description: str) -> None:
        chance, reporter = self.chance, case.reporter
        picture = await self.photograph(reporter.person, proof=False) if chance.random() < PICTURED else None
        wish = Submission(
            title=f"{case.category.name_id} di {self.gazetteer.kelurahan[case.kelurahan].name}",
            description=description,
            category=case.category.code,
            latitude=case.latitude,
            longitude=case.longitude,
            photo_ids=() if picture is None else (picture,),
            anonymous=reporter.anonymous or chance.random() < ANONYMOUS,
        )
        case.report_id = await self.transactions.run(submit, reporter.person, route(self.gazetteer, wish))
        self.told["submitted"] += 1

    async def do(self, case: SimulatedReport, act: Act) -> bool:
        """Do one act of a report's life; False when it was refused, and then the life is over."""
        try:
            await self._do(case, act)
        except Refusal as refusal:
            self.told[f"refused {act.kind} {refusal.code}"] += 1
            return False
        self.told[act.kind] += 1
        return True

    def in_words(self) -> str:
        """Say how much of what has been done."""
        return ", ".join(f"{number:,} {what.lower().replace('_', ' ')}" for what, number in self.told.most_common())

    async def _do(self, case: SimulatedReport, act: Act) -> None:
        transactions, gazetteer, person, report = self.transactions, self.gazetteer, act.person, case.report_id
        wish = DeskOptions(note=NOTES.get(act.kind))
        match act.kind:
            case ActKind.ASSIGN:
                await transactions.run(assign, gazetteer, person, report, act.to, wish)
            case ActKind.TRANSFER:
                await transactions.run(transfer, gazetteer, person, report, act.to, wish)
            case ActKind.RECATEGORISE:
                await transactions.run(recategorise, gazetteer, person, report, act.to, wish)
            case ActKind.RATE:
                await transactions.run(rate, person, report, act.stars, COMMENTS.get(act.stars))
            case ActKind.REOPEN:
                await transactions.run(reopen, person, report, REASON)
                case.is_open = True
            case ActKind.WITHDRAW:
                await transactions.run(withdraw, person, report)
                case.is_open = False
            case ActKind.WAIVE:
                await self._excuse(person, report)
            case _:
                await transactions.run(change_status, person, report, await self._move(case, act))
                case.is_open = act.kind is ActKind.START

    async def _move(self, case: SimulatedReport, act: Act) -> StatusChange:
        """Say how an office moves a report on, with a new picture as the proof of a FIXED one."""
        note = NOTES.get(act.kind)
        match act.kind:
            case ActKind.START:
                return StatusChange(status=ReportStatus.IN_PROGRESS, note=note)
            case ActKind.FIX:
                resolution = Resolution.FIXED
            case ActKind.CLOSE_AS_DUPLICATE:
                resolution = Resolution.DUPLICATE
            case ActKind.CLOSE_AS_INVALID:
                resolution = Resolution.INVALID
            case _:
                resolution = Resolution.OUT_OF_REMIT
        picture = await self.photograph(act.person, proof=True) if resolution is Resolution.FIXED else None
        original = case.original if resolution is Resolution.DUPLICATE else None
        return StatusChange(
            status=ReportStatus.PROCESSED,
            resolution=resolution,
            note=note,
            proof_photo_ids=() if picture is None else (picture,),
            duplicate_of=original,
        )

    async def _excuse(self, admin: Person, report: int) -> None:
        """Take back the first blame of a report, if there is one that nothing has taken back."""
        entries = await PointEntry.filter(report_id=report).order_by("position")
        taken_back = {entry.reverses for entry in entries}
        blame = [one for one in entries if one.points < 0 and one.reverses is None and one.position not in taken_back]
        if blame:
            await self.transactions.run(waive, admin, blame[0].position, EXCUSE)

    async def _reporter(self) -> Citizen:
        """Draw who reports: somebody new, or the reporter of an earlier report."""
        chance, before = self.chance, len(self.reporters)
        if chance.random() >= max(NEWCOMERS, 1 - (1 - NEWCOMERS) * before / SETTLED):
            reporter = self.reporters[chance.randrange(before)]
        else:
            self.citizens += 1
            home = self.places.busy.draw(chance)
            reporter = await register_citizen(self.transactions, self.gazetteer, chance, self.citizens, home)
        self.reporters.append(reporter)
        return reporter

    def _where(self, reporter: Citizen, flooded: tuple[str, ...]) -> str:
        if flooded:
            return reporter.home if reporter.home in flooded else self.chance.choice(flooded)
        return reporter.home if self.chance.random() < AT_HOME else self.places.busy.draw(self.chance)

    def _doubled(self, kelurahan: str, category: str) -> SimulatedReport | None:
        """Draw an earlier report that a new one doubles; mostly none."""
        since = self.transactions.now() - ANEW_WITHIN
        for earlier in reversed(self.known[kelurahan]):
            if earlier.category.code == category and earlier.is_open and earlier.submitted_at >= since:
                return earlier if self.chance.random() < ANEW else None
        return None

    async def _support(self, kelurahan: str) -> None:
        """Let somebody support an earlier report of the kelurahan, perhaps."""
        chance = self.chance
        known = [case for case in self.known[kelurahan] if case.is_open] if chance.random() < SUPPORTED else []
        if known:
            case, citizen = chance.choice(known), chance.choice(self.reporters)
            with suppress(Refusal):  # their own; or, in the present, one that is closed at this moment
                await self.transactions.run(support, citizen.person, case.report_id)
                self.told["supported"] += 1


def stage(
    transactions: Transactions,
    gazetteer: Gazetteer,
    facts: ReferenceData,
    staff: CityStaff,
    *,
    seed: int,
    photograph: Camera,
    citizens: int = 0,
) -> SimulatedCity:
    """Set the stage of a city whose people have been enrolled; `citizens`: how many have been before."""
    chance = Random(f"{seed} lives")
    codes = list(gazetteer.categories)
    categories = WeightedChoice(codes, [CATEGORIES.get(code, RARE) for code in codes])
    wet = [code for code in codes if code in FLOOD]
    return SimulatedCity(
        transactions=transactions,
        gazetteer=gazetteer,
        places=PointSampler(gazetteer, facts, seed),
        staff=staff,
        chance=chance,
        photograph=photograph,
        lives=LifecycleGenerator(gazetteer, staff, categories, chance),
        categories=categories,
        flood=WeightedChoice(wet, [FLOOD[code] for code in wet]),
        citizens=citizens,
        reporters=deque(maxlen=REMEMBERED),
        known=defaultdict(lambda: deque(maxlen=NEIGHBOURS)),
        told=Counter(),
    )
