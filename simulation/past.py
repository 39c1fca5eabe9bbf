"""Past simulation: the days until now, act by act in chronological order, with a clock of its own."""

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from actions.log import PeriodClosed
from actions.overdue import record_overdue
from actions.periods import close_periods
from actions.photos import new_photo_id, record_upload
from actions.transaction import Transactions
from models.database import log_head
from models.reference.gazetteer import Gazetteer
from models.reference.records import ReferenceData
from models.reports import Report
from rules.access import Person
from rules.periods import jakarta_day, midnight
from simulation.city import SimulatedCity, build_city
from simulation.lifecycles import Act, SimulatedReport
from simulation.people import register_staff
from simulation.skew import draw_report_times, next_office_time
from simulation.sqlite_speed import unsynchronised

DAY = timedelta(days=1)
OVERDUE_INTERVAL = timedelta(minutes=10)
"""Simulated time between two checks for missed deadlines."""

PROGRESS_INTERVAL = 5.0
"""Seconds between two lines of progress."""

CLOSED_BY_ANOTHER = "another process closes the days of this log: do not serve it while its past is being written"


class NotFresh(Exception):
    """The log already has a history, and closed days never change. The text is one line for the operator."""


async def require_fresh() -> None:
    """Raise NotFresh when the log has a history."""
    if (await log_head()).open_from is not None or await Report.exists():
        raise NotFresh("the log has a history already: a past can only be written into a fresh database")


@dataclass(slots=True, order=True)
class Moment:
    """A scheduled act on a report, or a new report when `report` is None. `number` breaks ties of `at`."""

    at: datetime
    number: int
    report: SimulatedReport | None = field(default=None, compare=False)
    act: Act | None = field(default=None, compare=False)
    later: Iterator[Act] = field(default_factory=lambda: iter(()), compare=False)
    flooded: tuple[str, ...] = field(default=(), compare=False)


class PastSimulation:
    """A simulation of the days before `until`. `now` is the clock of its transactions.

    `mean` is the number of reports a day, averaged over a year. `tell` receives a line of progress every few seconds.
    """

    def __init__(
        self, until: datetime, days: int, mean: float, stop: asyncio.Event, tell: Callable[[str], object]
    ) -> None:
        self.now = midnight(jakarta_day(until) - days * DAY)
        self.transactions = Transactions(now=lambda: self.now)
        self._first, self._until, self._mean = self.now, until, mean
        self._stop, self._tell = stop, tell
        self._schedule: list[Moment] = []
        self._numbers = count()
        self._looked = self.now
        self._city: SimulatedCity

    async def write(self, gazetteer: Gazetteer, facts: ReferenceData, *, seed: int) -> None:
        """Write the history into a fresh log. Reports that are open at its end stay open. Raises NotFresh.

        When stopped, it ends at the current moment and keeps everything written so far.
        """
        await require_fresh()
        began = time.monotonic()
        async with unsynchronised():
            due = await close_periods(self.transactions)
            staff = await register_staff(self.transactions, gazetteer, seed)
            self._city = build_city(self.transactions, gazetteer, facts, staff, seed=seed, photograph=self._photograph)
            progress = asyncio.create_task(self._report_progress(began))
            try:
                await self._run_days(due)
                await self._require_own_day()
            except PeriodClosed as closed:
                raise NotFresh(CLOSED_BY_ANOTHER) from closed
            finally:
                progress.cancel()
                await self.transactions.drain()
        events, took = (await log_head()).position, time.monotonic() - began
        self._tell(f"{events:,} events in {took:.0f} s, {events / took:.0f} a second: {self._city.summary()}")

    async def _run_days(self, due: datetime) -> None:
        while not self._stop.is_set():
            self._schedule_reports()
            await self._run_until(min(due, self._until))
            if due > self._until:
                self.now = self._until
                await record_overdue(self.transactions)
                return
            due = await self._midnight(due)
        self._tell(f"stopped on {jakarta_day(self.now)}: everything written so far is kept")

    async def _run_until(self, until: datetime) -> None:
        """Perform what is scheduled before a moment of this day, or until stopped."""
        while self._schedule and self._schedule[0].at < until and not self._stop.is_set():
            moment = heappop(self._schedule)
            self.now = moment.at
            if self.now - self._looked >= OVERDUE_INTERVAL:
                await record_overdue(self.transactions)
                self._looked = self.now
            await self._perform(moment)

    async def _midnight(self, due: datetime) -> datetime:
        """Close the day that ends at `due`; return when the next does."""
        await self._require_own_day()
        self.now = self._looked = due
        return await close_periods(self.transactions)

    async def _require_own_day(self) -> None:
        """Raise NotFresh when the open day is not the simulated one: its last changes may be dated into a later day."""
        if (await log_head()).open_from != midnight(jakarta_day(self.now)):
            raise NotFresh(CLOSED_BY_ANOTHER)

    def _schedule_reports(self) -> None:
        """Draw and schedule the new reports of the day that begins now."""
        rng, points = self._city.rng, self._city.points
        times = draw_report_times(rng, jakarta_day(self.now), self._mean)
        for at in times.ordinary:
            heappush(self._schedule, Moment(at, next(self._numbers)))
        if times.storm is not None:
            size = min(len(points.flood_prone), 2 + round(20 * times.storm.strength))
            flooded = tuple(rng.sample(points.flood_prone, size))
            for at in times.flood:
                heappush(self._schedule, Moment(at, next(self._numbers), flooded=flooded))

    async def _perform(self, moment: Moment) -> None:
        """Perform a scheduled moment, and schedule the next act of its report."""
        running: tuple[SimulatedReport, Iterator[Act]] | None = None
        if moment.report is None or moment.act is None:
            running = await self._city.submit_report(moment.flooded)
        elif await self._city.perform(moment.report, moment.act):
            running = moment.report, moment.later
        if running is None:
            return
        report, later = running
        act = next(later, None)
        if act is not None:
            at = self.now + act.after
            at = next_office_time(at) if act.in_office else at
            heappush(self._schedule, Moment(at, next(self._numbers), report, act, later))

    async def _photograph(self, person: Person, *, proof: bool) -> str | None:
        """Record a proof photo without a file: a hundred thousand files would be of no use."""
        if not proof:
            return None
        photo_id = new_photo_id()
        await self.transactions.run(record_upload, person.account_id, photo_id, secrets.token_hex(32), 800, 600)
        return photo_id

    async def _report_progress(self, began: float) -> None:
        while True:
            position, at = (await log_head()).position, time.monotonic()
            await asyncio.sleep(PROGRESS_INTERVAL)
            now = time.monotonic()
            rate = ((await log_head()).position - position) / (now - at)
            done = max((self.now - self._first) / (self._until - self._first), 1e-6)
            left = (now - began) * (1 - done) / done / 60
            reports = self._city.counts["submitted"]
            self._tell(f"{jakarta_day(self.now)}: {reports:,} reports, {rate:.0f} events a second, {left:.0f} min left")
