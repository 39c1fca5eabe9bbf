"""One status change and one board, with few stored reports and with many, on PostgreSQL.

Databases of all sizes are open at once, and each measurement is made on one after the other before the next, so that
the ratios do not depend on what else the machine does. Times are medians, in milliseconds. The changes are whole
actions and the boards are what the resolvers ask for, so that a small cost of the database does not look large.
Run: python -m benchmarks.scores [--sizes N,N,N] [--rounds N]
"""

import argparse
import asyncio
import random
import secrets
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from statistics import median

from tortoise.context import TortoiseContext

from actions.overdue import record_overdue
from actions.photos import record_upload
from actions.statuses import StatusChange, change_status
from actions.submissions import Submission, route, submit
from actions.transaction import Transactions
from benchmarks.stored import NOON, Stored, store
from models.database import configuration, fetch
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from models.tallies import median_minutes
from queries.leaderboards import read_board, read_scorecards
from rules.access import Membership, Person, Role
from rules.periods import Period
from rules.scoring.ranking import BoardKind, Metric
from rules.workflow import ReportStatus, Resolution
from tests.backends import PostgresServer

SIZES = (10_000, 1_000_000, 5_000_000)
GOAL = 1.5
"""So many times what it takes with the fewest reports may anything take with the most."""

WARMING = 8
"""Rounds before those that count: PostgreSQL plans a statement anew five times."""

SUBMISSION = "submission"

DUE = 100
DUE_EVERY = 10
"""Rounds of which one lets DUE targets pass: it takes as long as all else."""

TODAY, LAST_MONTH = date(2026, 11, 25), date(2026, 10, 15)
SUBMITTED_AT, ANSWERED_AT = NOON - timedelta(hours=5), NOON - timedelta(hours=2)
DUE_AT = NOON - timedelta(hours=6, minutes=1)
"""When what is now due was submitted; a category with six hours to answer."""


@dataclass(slots=True)
class Side:
    """A database that is open: PostgreSQL's version, an officer of each unit, the first citizen and the last.

    `took`: what was measured, in milliseconds.
    """

    stored: Stored
    context: TortoiseContext
    version: str
    officers: dict[str, int]
    citizens: tuple[int, int]
    took: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    async def measure(self, name: str, act: Callable[[], Awaitable[object]]) -> None:
        """Do something once and note how long it took."""
        began = time.perf_counter()
        await act()
        self.took[name].append((time.perf_counter() - began) * 1000)


@dataclass(frozen=True, slots=True)
class Case:
    """What happens in a round, to a report of every database: where it is, what it says, and who has sent it."""

    wish: Submission
    unit: str
    citizen: float

    def reporter(self, side: Side) -> Person:
        """Choose the citizen: as far through all of them as in the other databases."""
        first, last = side.citizens
        return Person(first + int(self.citizen * (last - first)))


class Cases:
    """An endless supply of cases, the same for the same seed."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._random = random.Random(2026)
        self.gazetteer = gazetteer
        self._places = sorted(gazetteer.kelurahan)

    def draw(self, category: str) -> Case:
        """Draw a case of a category that a kelurahan handles."""
        place = self.gazetteer.kelurahan[self._random.choice(self._places)]
        location = self.gazetteer.locate(place.latitude, place.longitude)
        if location is None:
            raise LookupError(place.code)
        wish = Submission(
            title="Sampah di pinggir jalan",
            description="Menumpuk sejak kemarin.",
            category=category,
            latitude=place.latitude,
            longitude=place.longitude,
        )
        return Case(wish, location.kelurahan, self._random.random())


def clock(at: datetime) -> Transactions:
    """Make a transactions for whom it is that moment."""
    return Transactions(now=lambda: at)


@asynccontextmanager
async def opened(stored: Stored) -> AsyncIterator[Side]:
    """Open a database beside the others; it is the one in use while its context is entered."""
    context = TortoiseContext()
    try:
        with context:
            await context.init(config=configuration(stored.url))
            (server,) = await fetch("SHOW server_version")
            officers = await fetch("SELECT unit, MIN(account_id) AS account FROM membership GROUP BY unit")
            (citizens,) = await fetch(
                "SELECT MIN(id) AS first, MAX(id) AS last FROM account "
                "WHERE id NOT IN (SELECT account_id FROM membership)"
            )
        units = {row["unit"]: row["account"] for row in officers}
        yield Side(stored, context, server["server_version"], units, (citizens["first"], citizens["last"]))
    finally:
        await context.close_connections()


async def change(side: Side, gazetteer: Gazetteer, case: Case) -> None:
    """Let a report come in, be started, and be fixed with a proof."""
    officer = Person(side.officers[case.unit], (Membership(Role.OFFICER, case.unit),))
    proof = secrets.token_hex(16)
    ids: list[int] = []

    async def send() -> None:
        ids.append(await clock(SUBMITTED_AT).run(submit, case.reporter(side), route(gazetteer, case.wish)))

    await side.measure(SUBMISSION, send)
    start = StatusChange(status=ReportStatus.IN_PROGRESS)
    await side.measure("change to IN_PROGRESS", lambda: clock(ANSWERED_AT).run(change_status, officer, ids[0], start))
    await clock(ANSWERED_AT).run(record_upload, officer.account_id, proof, proof, 1600, 1200)
    close = StatusChange(status=ReportStatus.PROCESSED, resolution=Resolution.FIXED, proof_photo_ids=(proof,))
    await side.measure("change to FIXED, with proof", lambda: clock(NOON).run(change_status, officer, ids[0], close))


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read of a board: its rows, the scorecards behind them with their medians, or both."""

    kind: BoardKind
    period: Period
    day: date = TODAY
    rows: Metric | None = None
    cards: bool = False

    async def read(self, subjects: Collection[str]) -> None:
        """Read it."""
        if self.rows is not None:
            await read_board(self.kind, self.period, self.day, subjects, self.rows)
        if self.cards:
            for card in (await read_scorecards(self.kind, self.period, self.day, subjects)).values():
                median_minutes(card.answered)
                median_minutes(card.fixed)


PLACES, MONTH = BoardKind.KELURAHAN, Period.MONTH
READINGS = {
    "board KELURAHAN, MONTH, POINTS": Reading(PLACES, MONTH, rows=Metric.POINTS),
    "board KELURAHAN, MONTH, RESPONSIVENESS": Reading(PLACES, MONTH, rows=Metric.RESPONSIVENESS),
    "  with its scorecards": Reading(PLACES, MONTH, rows=Metric.RESPONSIVENESS, cards=True),
    "  the scorecards alone": Reading(PLACES, MONTH, cards=True),
    "  of the month before": Reading(PLACES, MONTH, LAST_MONTH, Metric.RESPONSIVENESS),
    "board KELURAHAN, ALL_TIME, scorecards": Reading(PLACES, Period.ALL_TIME, rows=Metric.RESPONSIVENESS, cards=True),
    "board CITY, ALL_TIME, POINTS": Reading(BoardKind.CITY, Period.ALL_TIME, rows=Metric.POINTS),
    "board OFFICER, MONTH, POINTS": Reading(BoardKind.OFFICER, MONTH, rows=Metric.POINTS),
}


async def pass_targets(side: Side, cases: list[Case], gazetteer: Gazetteer) -> None:
    """Let one target of each case pass unanswered."""
    for case in cases:
        await clock(DUE_AT).run(submit, case.reporter(side), route(gazetteer, case.wish))

    async def record() -> None:
        recorded = await record_overdue(clock(NOON))
        if recorded != len(cases):
            raise RuntimeError(f"{recorded} reports were due, and not {len(cases)}")

    await side.measure(f"{DUE} targets that pass", record)


async def go_round(sides: list[Side], cases: Cases, number: int) -> None:
    """Make every measurement once on every side."""
    case = cases.draw("SAMPAH")
    for side in sides:
        with side.context:
            await change(side, cases.gazetteer, case)
    for name, reading in READINGS.items():
        subjects = {BoardKind.CITY: cases.gazetteer.cities, PLACES: cases.gazetteer.kelurahan}.get(reading.kind, {})
        for side in sides:
            with side.context:
                await side.measure(name, partial(reading.read, subjects))
    for side in sides:
        with side.context:
            await side.measure("no target that passes", lambda: record_overdue(clock(NOON)))
    if number % DUE_EVERY == 0:
        due = [cases.draw("PARKIR_LIAR") for _ in range(DUE)]
        for side in sides:
            with side.context:
                await pass_targets(side, due, cases.gazetteer)


def show(sides: list[Side]) -> None:
    """Print the medians of all sides, and what they are of the first side's."""
    first = sides[0]
    print(f"PostgreSQL {first.version}, medians of {len(first.took[SUBMISSION])} rounds")
    print(f"{'median, ms':<40}" + "".join(f"{side.stored.reports:>11,}  ratio" for side in sides))
    for name in first.took:
        medians = [median(side.took[name]) for side in sides]
        cells = "".join(f"{each:11.2f} {each / medians[0]:6.2f}" for each in medians)
        print(f"{name:<40}{cells}{f'   over {GOAL}' if medians[-1] > GOAL * medians[0] else ''}")


async def make(server: PostgresServer, sizes: list[int]) -> list[Stored]:
    """Make a database of each size."""
    made = []
    for size in sizes:
        server.create_database(f"stored_{size}")
        one = await store(server.url(f"stored_{size}"), size)
        print(f"{size:,} reports: {one.size / 1e9:.2f} GB, made in {one.seconds:.0f} s", flush=True)
        made.append(one)
    return made


async def compare(made: list[Stored], rounds: int) -> list[Side]:
    """Measure all databases in turn, and return what was measured."""
    cases = Cases(Gazetteer(bundled()))
    async with AsyncExitStack() as stack:
        sides = [await stack.enter_async_context(opened(one)) for one in made]
        for number in range(-WARMING, rounds):
            if number == 0:
                for side in sides:
                    side.took.clear()
            await go_round(sides, cases, number)
        return sides


def main() -> None:
    """Compare the sizes, the first one being what the others are held against."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="stored reports, the fewest first")
    parser.add_argument("--rounds", type=int, default=100)
    given = parser.parse_args()
    with PostgresServer(on_disk=True) as server:
        made = asyncio.run(make(server, [int(size) for size in given.sizes.split(",")]))
        show(asyncio.run(compare(made, given.rounds)))


if __name__ == "__main__":
    main()
