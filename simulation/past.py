"""A history: the days until now, lived in the order of their moments, with the transactions's clock moved along."""

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from actions.overdue import record_overdue
from actions.periods import close_periods
from actions.photos import record_upload
from actions.transaction import Transactions
from media.upload import new_photo_id
from simulation.sqlite_speed import unsynchronised
from simulation.lifecycles import Act, SimulatedReport
from simulation.people import register_staff
from simulation.skew import at_work, day_of_reports
from simulation.city import SimulatedCity, stage
from models.database import log_head
from models.reference.gazetteer import Gazetteer
from models.reference.records import ReferenceData
from models.reports import Report
from rules.access import Person
from rules.periods import jakarta_day, midnight

DAY = timedelta(days=1)
LOOK = timedelta(minutes=10)
"""How often, in the time of the history, passed targets are looked for."""

TELL = 5.0
"""Seconds between two lines of progress."""


class NotFresh(Exception):  # noqa: N818 # it is told to the operator as it is
    """The log has a history already: closed days never change. The text is one line."""


@dataclass(slots=True, order=True)
class Moment:
    """What happens next: an act of a life, or else a new report (`case` is None)."""

    at: datetime
    number: int
    case: SimulatedReport | None = field(default=None, compare=False)
    act: Act | None = field(default=None, compare=False)
    rest: Iterator[Act] = field(default_factory=lambda: iter(()), compare=False)
    flooded: tuple[str, ...] = field(default=(), compare=False)


class PastSimulation:
    """The days before `until`, lived one moment after the other. `now` is the clock of its transactions.

    `mean` is how many reports come in on a day, taken over a year. `tell` gets a line now and then.
    """

    def __init__(
        self, until: datetime, days: int, mean: float, stop: asyncio.Event, tell: Callable[[str], object]
    ) -> None:
        self.now = midnight(jakarta_day(until) - days * DAY)
        self.transactions = Transactions(now=lambda: self.now)
        self._first, self._until, self._mean = self.now, until, mean
        self._stop, self._tell = stop, tell
        self._ahead: list[Moment] = []
        self._numbers = count()
        self._looked = self.now
        self._stage: SimulatedCity

    async def write(self, gazetteer: Gazetteer, facts: ReferenceData, *, seed: int) -> None:
        """Write the history into a fresh log; what is open at its end stays so. Raises NotFresh.

        Stopped, it ends where it is, and what is written stays.
        """
        if (await log_head()).open_from is not None or await Report.exists():
            raise NotFresh("the log has a history already: a past can only be written into a fresh database")
        began = time.monotonic()
        async with unsynchronised():
            due = await close_periods(self.transactions)
            staff = await register_staff(self.transactions, gazetteer, seed)
            self._stage = stage(self.transactions, gazetteer, facts, staff, seed=seed, photograph=self._photograph)
            progress = asyncio.create_task(self._progress(began))
            try:
                await self._live(due)
            finally:
                progress.cancel()
                await self.transactions.drain()
        events, took = (await log_head()).position, time.monotonic() - began
        self._tell(f"{events:,} events in {took:.0f} s, {events / took:.0f} a second: {self._stage.in_words()}")

    async def _live(self, due: datetime) -> None:
        while not self._stop.is_set():
            self._dawn()
            await self._day(min(due, self._until))
            if due > self._until:
                self.now = self._until
                await record_overdue(self.transactions)
                return
            due = await self._midnight(due)
        self._tell(f"stopped on {jakarta_day(self.now)}: what is written stays")

    async def _day(self, until: datetime) -> None:
        """Live until a moment of this day, or until it is stopped."""
        while self._ahead and self._ahead[0].at < until and not self._stop.is_set():
            moment = heappop(self._ahead)
            self.now = moment.at
            if self.now - self._looked >= LOOK:
                await record_overdue(self.transactions)
                self._looked = self.now
            await self._happen(moment)

    async def _midnight(self, due: datetime) -> datetime:
        """Close the day that ends at `due`; return when the next does."""
        self.now = self._looked = due
        closes = await close_periods(self.transactions)
        if closes != due + DAY:
            raise NotFresh("somebody else closes the days of this log: nobody may serve it while its past is written")
        return closes

    def _dawn(self) -> None:
        """Draw the reports of the day that begins now."""
        chance, places = self._stage.chance, self._stage.places
        day = day_of_reports(chance, jakarta_day(self.now), self._mean)
        for at in day.ordinary:
            heappush(self._ahead, Moment(at, next(self._numbers)))
        if day.storm is not None:
            wet = chance.sample(places.prone, min(len(places.prone), 2 + round(20 * day.storm.strength)))
            for at in day.flood:
                heappush(self._ahead, Moment(at, next(self._numbers), flooded=tuple(wet)))

    async def _happen(self, moment: Moment) -> None:
        life: tuple[SimulatedReport, Iterator[Act]] | None = None
        if moment.case is None or moment.act is None:
            life = await self._stage.report(moment.flooded)
        elif await self._stage.do(moment.case, moment.act):
            life = moment.case, moment.rest
        if life is None:
            return
        case, rest = life
        act = next(rest, None)
        if act is not None:
            at = self.now + act.after
            heappush(self._ahead, Moment(at_work(at) if act.in_office else at, next(self._numbers), case, act, rest))

    async def _photograph(self, person: Person, *, proof: bool) -> str | None:
        """Record a proof of which only the row exists: a hundred thousand files would help nobody."""
        if not proof:
            return None
        name = new_photo_id()
        await self.transactions.run(record_upload, person.account_id, name, secrets.token_hex(32), 800, 600)
        return name

    async def _progress(self, began: float) -> None:
        while True:
            position, at = (await log_head()).position, time.monotonic()
            await asyncio.sleep(TELL)
            now = time.monotonic()
            rate = ((await log_head()).position - position) / (now - at)
            share = max((self.now - self._first) / (self._until - self._first), 1e-6)
            left = (now - began) * (1 - share) / share / 60
            reports = self._stage.told["submitted"]
            self._tell(f"{jakarta_day(self.now)}: {reports:,} reports, {rate:.0f} events a second, {left:.0f} min left")
