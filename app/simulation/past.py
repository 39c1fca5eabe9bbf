"""A history: the days until now, lived in the order of their moments, with the writer's clock moved along."""

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from actions.change import Writer
from actions.overdue import record_overdue
from actions.periods import close_periods
from actions.photos import record_upload
from app.media import new_name
from app.simulation.lives import Act, Case
from app.simulation.people import enrol_cast
from app.simulation.skew import at_work, day_of_reports
from app.simulation.stage import Stage, stage
from models.database import log_head
from models.reference.atlas import Atlas
from models.reference.facts import Facts
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
    case: Case | None = field(default=None, compare=False)
    act: Act | None = field(default=None, compare=False)
    rest: Iterator[Act] = field(default=iter(()), compare=False)
    flooded: tuple[str, ...] = field(default=(), compare=False)


class History:
    """The days from `first` until `end`. `now` is the clock of its writer."""

    def __init__(self, first: date, end: datetime, mean: float) -> None:
        self.now = midnight(first)
        self.writer = Writer(now=lambda: self.now)
        self.day, self._end, self._mean = first, end, mean
        self.stage: Stage
        self._ahead: list[Moment] = []
        self._numbers = count()
        self._looked = self.now

    async def open(self, atlas: Atlas, facts: Facts, seed: int) -> None:
        """Open the first day and enrol everybody. Raises NotFresh."""
        if (await log_head()).open_from is not None or await Report.exists():
            raise NotFresh("the log has a history already: a past can only be written into a fresh database")
        self._due = await close_periods(self.writer)
        cast = await enrol_cast(self.writer, atlas, seed)
        self.stage = stage(self.writer, atlas, facts, cast, seed=seed, photograph=self._photograph)

    async def live(self, stop: asyncio.Event) -> None:
        """Live until the end, or until `stop` is set."""
        self._dawn()
        while not stop.is_set():
            at = self._ahead[0].at if self._ahead else self._due
            if min(at, self._due) >= self._end:
                break
            if at >= self._due:
                await self._midnight()
                continue
            moment = heappop(self._ahead)
            self.now = max(self.now, at)
            if self.now - self._looked >= LOOK:
                await record_overdue(self.writer)
                self._looked = self.now
            await self._happen(moment)
        else:
            return
        self.now = self._end
        await record_overdue(self.writer)

    async def _midnight(self) -> None:
        self.now = self._looked = self._due
        self._due = await close_periods(self.writer)
        self.day = jakarta_day(self.now)
        if self._due != self.now + DAY:
            raise NotFresh("somebody else closes the days of this log: nobody may serve it while a past is written")
        self._dawn()

    def _dawn(self) -> None:
        """Draw the reports of a new day."""
        chance, places = self.stage.chance, self.stage.places
        day = day_of_reports(chance, self.day, self._mean)
        for at in day.ordinary:
            heappush(self._ahead, Moment(at, next(self._numbers)))
        if day.storm is not None:
            wet = chance.sample(places.prone, min(len(places.prone), 2 + round(20 * day.storm.strength)))
            for at in day.flood:
                heappush(self._ahead, Moment(at, next(self._numbers), flooded=tuple(wet)))

    async def _happen(self, moment: Moment) -> None:
        if moment.case is None or moment.act is None:
            case, rest = await self.stage.report(moment.flooded)
        elif await self.stage.do(moment.case, moment.act):
            case, rest = moment.case, moment.rest
        else:
            return
        act = next(rest, None)
        if act is not None:
            at = at_work(self.now + act.after) if act.in_office else self.now + act.after
            if at < self._end:
                heappush(self._ahead, Moment(at, next(self._numbers), case, act, rest))

    async def _photograph(self, person: Person) -> str:
        """Record a picture of which only the row exists: a hundred thousand files would help nobody."""
        name = new_name()
        await record_upload(self.writer, person.account_id, name, secrets.token_hex(32), 800, 600)
        return name


async def write_past(
    atlas: Atlas,
    facts: Facts,
    *,
    days: int,
    mean: float,
    seed: int,
    stop: asyncio.Event,
    tell: Callable[[str], object],
) -> None:
    """Write a history of so many days until now, of about `mean` reports a day, into a fresh log. Raises NotFresh."""
    end = datetime.now(UTC)
    history = History(jakarta_day(end) - timedelta(days=days), end, mean)
    await history.open(atlas, facts, seed)
    progress = asyncio.create_task(_progress(history, end, tell))
    began = time.monotonic()
    try:
        await history.live(stop)
    finally:
        progress.cancel()
        await history.writer.drain()
    if not stop.is_set():
        await close_periods(Writer())
    took = time.monotonic() - began
    told = history.stage.told
    changes = (await log_head()).position
    tell(
        f"{told['submitted']:,} reports, {changes:,} events in {took:.0f} s: {changes / max(took, 0.001):.0f} a second"
    )
    tell(", ".join(f"{number:,} {what}" for what, number in told.most_common()))


async def _progress(history: History, end: datetime, tell: Callable[[str], object]) -> None:
    began, first = time.monotonic(), history.now
    while True:
        before, at = (await log_head()).position, time.monotonic()
        await asyncio.sleep(TELL)
        position, now = (await log_head()).position, time.monotonic()
        done = (history.now - first) / (end - first)
        left = (now - began) * (1 - done) / done / 60 if done > 0 else 0.0
        tell(
            f"{history.day}: {history.stage.told['submitted']:,} reports, {(position - before) / (now - at):.0f} events "
            f"a second, {left:.0f} minutes left"
        )
