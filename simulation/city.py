"""The state of a simulation: people submit reports, and the acts on them go through `actions`."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Protocol

from actions.closings import rate, reopen
from actions.desk import DeskOptions, assign, recategorise, transfer
from actions.statuses import StatusChange, change_status
from actions.submissions import Submission, route, submit, withdraw
from actions.supports import support
from actions.transaction import Transactions
from actions.waivers import waive
from models.ledger import PointEntry
from models.reference.gazetteer import Gazetteer
from models.reference.records import ReferenceData
from queries.nearby import Near, nearest
from rules.access import Person
from rules.geography import Circle
from rules.refusals import Refusal
from rules.routing import first_handler
from rules.workflow import ReportStatus, Resolution
from simulation.lifecycles import Act, ActKind, LifecycleGenerator, Scenario, SimulatedReport
from simulation.people import NEWCOMERS, REMEMBERED, SETTLED, Citizen, CityStaff, register_citizen
from simulation.places import PointSampler, near
from simulation.skew import CATEGORIES, FLOOD, RARE, WeightedChoice
from simulation.words import COMMENTS, DESCRIPTIONS, FLOOD_DESCRIPTIONS, NOTES, REOPENING_REASON, WAIVER_REASON


class Camera(Protocol):
    """Takes photos that are in no report yet."""

    async def __call__(self, person: Person, *, proof: bool) -> str | None:
        """Take a photo as `person` and return its id. None is possible unless `proof` is set."""


AT_HOME = 0.7
"""The chance that a citizen reports a problem in their own kelurahan."""

ANONYMOUS = 0.04
"""The chance that a citizen who is not always anonymous reports anonymously."""

WITH_PHOTO = 0.8
"""The chance that a citizen attaches a photo, when the simulation has a camera."""

SCENARIOS = {Scenario.ORDINARY: 915, Scenario.WITHDRAWN: 20, Scenario.INVALID: 45, Scenario.OUT_OF_REMIT: 20}
"""Scenarios per thousand reports that are not duplicates."""

DUPLICATED, DUPLICATED_WITHIN = 0.10, timedelta(days=3)
"""The chance that a problem is that of an open report of its kelurahan and category, and that one's maximum age."""

LOOKS_FIRST, NEARBY = 0.7, 250.0
"""The chance that a citizen looks at the reports nearby, within metres, and supports one instead of reporting."""

SENT_AGAIN = 0.05
"""The chance that a phone sends a report again, as it does when the answer is lost."""

SUPPORTED = 0.25
"""The chance that a new report is followed by a supporter of an earlier one in its kelurahan."""

RECENT_PER_KELURAHAN = 24
"""Recent reports of a kelurahan that can be duplicated or supported."""


@dataclass(slots=True)
class SimulatedCity:
    """A city whose citizens and officers act. `rng` decides everything.

    The same seed gives the same history as long as the acts are performed one after another. `recent` holds reports by
    kelurahan, `reporters` those of recent reports, and `counts` the acts performed so far, by name.
    """

    transactions: Transactions
    gazetteer: Gazetteer
    points: PointSampler
    staff: CityStaff
    rng: Random
    photograph: Camera
    lifecycles: LifecycleGenerator
    categories: WeightedChoice
    flood: WeightedChoice
    citizens: int
    reporters: deque[Citizen]
    recent: defaultdict[str, deque[SimulatedReport]]
    counts: Counter[str]

    async def submit_report(self, flooded: tuple[str, ...] = ()) -> tuple[SimulatedReport, Iterator[Act]] | None:
        """Submit a report, caused by a storm when there are `flooded` kelurahan, and return it with its lifecycle.

        None when the drawn point is outside the area, for official boundaries may be narrower than the discs; or when
        the citizen supports a report nearby instead.
        """
        rng = self.rng
        reporter = await self._draw_reporter()
        category = self.gazetteer.categories[(self.flood if flooded else self.categories).draw(rng)]
        kelurahan = self._draw_kelurahan(reporter, flooded)
        original = self._draw_original(kelurahan, category.code)
        if original is None:
            latitude, longitude = self.points.point(rng, kelurahan)
            scenario = rng.choices(list(SCENARIOS), list(SCENARIOS.values()))[0]
        else:
            latitude, longitude = near(rng, original.latitude, original.longitude, 15.0)
            scenario = Scenario.DUPLICATE
            if rng.random() < LOOKS_FIRST and await self._support_nearest(reporter, category.code, latitude, longitude):
                return None
        located = self.points.locate(latitude, longitude)
        if located is None:
            return None
        report = SimulatedReport(
            report_id=0,
            reporter=reporter,
            category=category,
            kelurahan=located,
            handler=first_handler(category.handler, category.agency, located),
            latitude=latitude,
            longitude=longitude,
            submitted_at=self.transactions.now(),
            scenario=scenario,
            original=None if original is None else original.report_id,
        )
        await self._submit(report, rng.choice(FLOOD_DESCRIPTIONS if flooded else DESCRIPTIONS))
        if original is not None:
            self.counts["reported twice"] += 1
        await self._support(report.kelurahan)
        if scenario not in {Scenario.WITHDRAWN, Scenario.DUPLICATE}:
            self.recent[located].append(report)
        return report, self.lifecycles.lifecycle(report)

    async def perform(self, report: SimulatedReport, act: Act) -> bool:
        """Perform one act of a report's lifecycle. Return False when it was refused, which ends the lifecycle."""
        try:
            await self._perform(report, act)
        except Refusal as refusal:
            self.counts[f"refused {act.kind} {refusal.code}"] += 1
            return False
        self.counts[act.kind] += 1
        return True

    def summary(self) -> str:
        """Return the number of acts of each kind as text, the most frequent first."""
        return ", ".join(f"{number:,} {name.lower().replace('_', ' ')}" for name, number in self.counts.most_common())

    async def _submit(self, report: SimulatedReport, description: str) -> None:
        rng, reporter = self.rng, report.reporter
        photo = await self.photograph(reporter.person, proof=False) if rng.random() < WITH_PHOTO else None
        submission = Submission(
            title=f"{report.category.name_id} di {self.gazetteer.kelurahan[report.kelurahan].name}",
            description=description,
            category=report.category.code,
            latitude=report.latitude,
            longitude=report.longitude,
            photo_ids=() if photo is None else (photo,),
            anonymous=reporter.anonymous or rng.random() < ANONYMOUS,
        )
        report.report_id = await self.transactions.run(submit, reporter.person, route(self.gazetteer, submission))
        self.counts["submitted"] += 1
        if rng.random() < SENT_AGAIN:
            again = await self.transactions.run(submit, reporter.person, route(self.gazetteer, submission))
            self.counts["sent again" if again == report.report_id else "sent again, stored twice"] += 1

    async def _perform(self, report: SimulatedReport, act: Act) -> None:
        transactions, gazetteer, person, report_id = self.transactions, self.gazetteer, act.person, report.report_id
        options = DeskOptions(note=NOTES.get(act.kind))
        match act.kind:
            case ActKind.ASSIGN:
                await transactions.run(assign, gazetteer, person, report_id, act.to, options)
            case ActKind.TRANSFER:
                await transactions.run(transfer, gazetteer, person, report_id, act.to, options)
            case ActKind.RECATEGORISE:
                await transactions.run(recategorise, gazetteer, person, report_id, act.to, options)
            case ActKind.RATE:
                await transactions.run(rate, person, report_id, act.stars, COMMENTS.get(act.stars))
            case ActKind.REOPEN:
                await transactions.run(reopen, person, report_id, REOPENING_REASON)
                report.is_open = True
            case ActKind.WITHDRAW:
                await transactions.run(withdraw, person, report_id)
                report.is_open = False
            case ActKind.WAIVE:
                await self._waive(person, report_id)
            case _:
                await transactions.run(change_status, person, report_id, await self._status_change(report, act))
                report.is_open = act.kind is ActKind.START

    async def _status_change(self, report: SimulatedReport, act: Act) -> StatusChange:
        """Return the status change of an act, with a new photo as the proof of a FIXED report."""
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
        proof = await self.photograph(act.person, proof=True) if resolution is Resolution.FIXED else None
        return StatusChange(
            status=ReportStatus.PROCESSED,
            resolution=resolution,
            note=note,
            proof_photo_ids=() if proof is None else (proof,),
            duplicate_of=report.original if resolution is Resolution.DUPLICATE else None,
        )

    async def _waive(self, admin: Person, report_id: int) -> None:
        """Waive the first penalty of a report that was not reversed, if any."""
        entries = await PointEntry.filter(report_id=report_id).order_by("position")
        reversed_ones = {entry.reverses for entry in entries}
        penalties = [
            entry
            for entry in entries
            if entry.points < 0 and entry.reverses is None and entry.position not in reversed_ones
        ]
        if penalties:
            await self.transactions.run(waive, admin, penalties[0].position, WAIVER_REASON)

    async def _draw_reporter(self) -> Citizen:
        """Draw a reporter: a new citizen, or the reporter of a recent report."""
        rng, known = self.rng, len(self.reporters)
        if rng.random() >= max(NEWCOMERS, 1 - (1 - NEWCOMERS) * known / SETTLED):
            reporter = self.reporters[rng.randrange(known)]
        else:
            self.citizens += 1
            home = self.points.busy.draw(rng)
            reporter = await register_citizen(self.transactions, self.gazetteer, rng, self.citizens, home)
        self.reporters.append(reporter)
        return reporter

    def _draw_kelurahan(self, reporter: Citizen, flooded: tuple[str, ...]) -> str:
        if flooded:
            return reporter.home if reporter.home in flooded else self.rng.choice(flooded)
        return reporter.home if self.rng.random() < AT_HOME else self.points.busy.draw(self.rng)

    def _draw_original(self, kelurahan: str, category: str) -> SimulatedReport | None:
        """Draw an earlier report that a new one duplicates. Usually None."""
        since = self.transactions.now() - DUPLICATED_WITHIN
        for earlier in reversed(self.recent[kelurahan]):
            if earlier.category.code == category and earlier.is_open and earlier.submitted_at >= since:
                return earlier if self.rng.random() < DUPLICATED else None
        return None

    async def _support_nearest(self, citizen: Citizen, category: str, latitude: float, longitude: float) -> bool:
        """Let a citizen support the nearest open report of a category. Return False without one, or if it is theirs."""
        around = Near(Circle(latitude, longitude, NEARBY), category, is_open=True)
        for found in await nearest(around, 1):
            with suppress(Refusal):
                await self.transactions.run(support, citizen.person, found.row.id)
                self.counts["supported instead"] += 1
                return True
        return False

    async def _support(self, kelurahan: str) -> None:
        """Let a recent reporter support an earlier report of the kelurahan, by chance."""
        rng = self.rng
        candidates = [report for report in self.recent[kelurahan] if report.is_open] if rng.random() < SUPPORTED else []
        if candidates:
            report, citizen = rng.choice(candidates), rng.choice(self.reporters)
            with suppress(Refusal):  # their own report; or, in a live simulation, one that was closed this moment
                await self.transactions.run(support, citizen.person, report.report_id)
                self.counts["supported"] += 1


def build_city(
    transactions: Transactions,
    gazetteer: Gazetteer,
    facts: ReferenceData,
    staff: CityStaff,
    *,
    seed: int,
    photograph: Camera,
    citizens: int = 0,
) -> SimulatedCity:
    """Return a city whose staff is registered. `citizens` is the number registered by earlier simulations."""
    rng = Random(f"{seed} lives")
    codes = list(gazetteer.categories)
    categories = WeightedChoice(codes, [CATEGORIES.get(code, RARE) for code in codes])
    flood_codes = [code for code in codes if code in FLOOD]
    return SimulatedCity(
        transactions=transactions,
        gazetteer=gazetteer,
        points=PointSampler(gazetteer, facts, seed),
        staff=staff,
        rng=rng,
        photograph=photograph,
        lifecycles=LifecycleGenerator(gazetteer, staff, categories, rng),
        categories=categories,
        flood=WeightedChoice(flood_codes, [FLOOD[code] for code in flood_codes]),
        citizens=citizens,
        reporters=deque(maxlen=REMEMBERED),
        recent=defaultdict(lambda: deque(maxlen=RECENT_PER_KELURAHAN)),
        counts=Counter(),
    )
