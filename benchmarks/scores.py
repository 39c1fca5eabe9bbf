"""Status changes and boards with few stored reports and with many, on PostgreSQL.

Databases of all sizes are open at once, and each measurement runs on all of them before the next one begins, to keep
the ratios independent of the load of the machine. Times are medians, in milliseconds. The changes are whole actions and
the boards are whole reads of the resolvers, to keep a small cost of the database in proportion.
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
from dataclasses import dataclass, field, replace
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
from models.database import configuration, fetch, reader_of
from models.reading import reading_with
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from models.tallies import median_minutes
from queries.leaderboards import BoardKey, read_board, read_scorecards
from rules.access import Person, Role, RoleGrant
from rules.boards import BoardKind, Metric
from rules.periods import Period
from rules.workflow import ReportStatus, Resolution
from tests.backends import PostgresServer

SIZES = (10_000, 1_000_000, 5_000_000)
GOAL = 1.5
"""Highest accepted ratio of the time with the most reports to the time with the fewest."""

WARM_UP_ROUNDS = 8
"""Rounds before the measured ones: PostgreSQL plans a statement again five times."""

SUBMISSION = "submission"

DUE = 100
DUE_EVERY = 10
"""One round in ten lets DUE deadlines pass: it takes as long as everything else."""

TODAY, LAST_MONTH = date(2026, 11, 25), date(2026, 10, 15)
SUBMITTED_AT, ANSWERED_AT = NOON - timedelta(hours=5), NOON - timedelta(hours=2)
DUE_AT = NOON - timedelta(hours=6, minutes=1)
"""Submission of the reports that are due at NOON, in a category with six hours to answer, by day and night."""


@dataclass(slots=True)
class Side:
    """An open database: the version of PostgreSQL, an officer of each unit, the first and the last citizen id.

    `times`: the measurements in milliseconds, by name.
    """

    stored: Stored
    context: TortoiseContext
    version: str
    officers: dict[str, int]
    citizens: tuple[int, int]
    times: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    async def measure(self, name: str, act: Callable[[], Awaitable[object]]) -> None:
        """Run `act` once and record how long it took."""
        began = time.perf_counter()
        await act()
        self.times[name].append((time.perf_counter() - began) * 1000)


@dataclass(frozen=True, slots=True)
class ReportCase:
    """The report of a round, the same in all databases: submission, unit, and citizen as a fraction of all."""

    submission: Submission
    unit: str
    citizen: float

    def in_other_words(self) -> Submission:
        """Return the submission with words that nobody has sent, or it would be the same report again."""
        return replace(self.submission, description=f"Menumpuk sejak kemarin, {secrets.token_hex(4)}.")

    def reporter(self, side: Side) -> Person:
        """Return the citizen at the same fraction of all citizens as in the other databases."""
        first, last = side.citizens
        return Person(first + int(self.citizen * (last - first)))


class ReportCases:
    """An endless sequence of report cases, the same in each run."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._random = random.Random(2026)
        self.gazetteer = gazetteer
        self._places = sorted(gazetteer.kelurahan)

    def draw(self, category: str) -> ReportCase:
        """Return a random case of a category."""
        place = self.gazetteer.kelurahan[self._random.choice(self._places)]
        location = self.gazetteer.locate(place.latitude, place.longitude)
        if location is None:
            raise LookupError(place.code)
        submission = Submission(
            title="Sampah di pinggir jalan",
            description="Menumpuk sejak kemarin.",
            category=category,
            latitude=place.latitude,
            longitude=place.longitude,
        )
        return ReportCase(submission, location.kelurahan, self._random.random())


def running_at(at: datetime) -> Transactions:
    """Return a transactions whose clock shows `at`."""
    return Transactions(now=lambda: at)


@asynccontextmanager
async def open_side(stored: Stored) -> AsyncIterator[Side]:
    """Open a database in its own context; it is in use while that context is entered."""
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
        async with reading_with(context, reader_of(stored.url)):
            yield Side(stored, context, server["server_version"], units, (citizens["first"], citizens["last"]))
    finally:
        await context.close_connections()


async def change(side: Side, gazetteer: Gazetteer, case: ReportCase) -> None:
    """Submit a report, start it, and close it as fixed with a proof."""
    officer = Person(side.officers[case.unit], (RoleGrant(Role.OFFICER, case.unit),))
    proof = secrets.token_hex(16)
    ids: list[int] = []

    async def send() -> None:
        ids.append(
            await running_at(SUBMITTED_AT).run(submit, case.reporter(side), route(gazetteer, case.in_other_words()))
        )

    await side.measure(SUBMISSION, send)
    start = StatusChange(status=ReportStatus.IN_PROGRESS)
    await side.measure(
        "change to IN_PROGRESS", lambda: running_at(ANSWERED_AT).run(change_status, officer, ids[0], start)
    )
    await running_at(ANSWERED_AT).run(record_upload, officer.account_id, proof, proof, 1600, 1200)
    close = StatusChange(status=ReportStatus.PROCESSED, resolution=Resolution.FIXED, proof_photo_ids=(proof,))
    await side.measure(
        "change to FIXED, with proof", lambda: running_at(NOON).run(change_status, officer, ids[0], close)
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """A read of a board: its rows, the scorecards with their medians, or both."""

    kind: BoardKind
    period: Period
    day: date = TODAY
    rows: Metric | None = None
    cards: bool = False

    async def read(self, subjects: Collection[str]) -> None:
        """Run the reads."""
        if self.rows is not None:
            await read_board(self.kind, self.period, self.day, subjects, self.rows)
        if self.cards:
            key = BoardKey(self.kind, self.period, self.day, subjects, Metric.RESPONSIVENESS)
            for card in (await read_scorecards([key]))[0].values():
                median_minutes(card.response_minutes)
                median_minutes(card.processing_minutes)


UNITS, MONTH = BoardKind.KELURAHAN, Period.MONTH
READINGS = {
    "board KELURAHAN, MONTH, POINTS": Reading(UNITS, MONTH, rows=Metric.POINTS),
    "board KELURAHAN, MONTH, RESPONSIVENESS": Reading(UNITS, MONTH, rows=Metric.RESPONSIVENESS),
    "  with its scorecards": Reading(UNITS, MONTH, rows=Metric.RESPONSIVENESS, cards=True),
    "  the scorecards alone": Reading(UNITS, MONTH, cards=True),
    "  of the month before": Reading(UNITS, MONTH, LAST_MONTH, Metric.RESPONSIVENESS),
    "board KELURAHAN, ALL_TIME, scorecards": Reading(UNITS, Period.ALL_TIME, rows=Metric.RESPONSIVENESS, cards=True),
    "board CITY, ALL_TIME, POINTS": Reading(BoardKind.CITY, Period.ALL_TIME, rows=Metric.POINTS),
    "board OFFICER, MONTH, POINTS": Reading(BoardKind.OFFICER, MONTH, rows=Metric.POINTS),
}


async def miss_deadlines(side: Side, cases: list[ReportCase], gazetteer: Gazetteer) -> None:
    """Let one deadline of each case pass unanswered."""
    for case in cases:
        await running_at(DUE_AT).run(submit, case.reporter(side), route(gazetteer, case.in_other_words()))

    async def record() -> None:
        recorded = await record_overdue(running_at(NOON))
        if recorded != len(cases):
            raise RuntimeError(f"{recorded} reports were due: {len(cases)} are expected")

    await side.measure(f"{DUE} targets that pass", record)


async def run_round(sides: list[Side], cases: ReportCases, number: int) -> None:
    """Run all measurements once on all sides."""
    case = cases.draw("SAMPAH")
    for side in sides:
        with side.context:
            await change(side, cases.gazetteer, case)
    for name, reading in READINGS.items():
        units = {BoardKind.CITY: cases.gazetteer.cities, UNITS: cases.gazetteer.kelurahan}.get(reading.kind, {})
        subjects = tuple(units)
        for side in sides:
            with side.context:
                await side.measure(name, partial(reading.read, subjects))
    for side in sides:
        with side.context:
            await side.measure("no target that passes", lambda: record_overdue(running_at(NOON)))
    if number % DUE_EVERY == 0:
        due = [cases.draw("POHON") for _ in range(DUE)]
        for side in sides:
            with side.context:
                await miss_deadlines(side, due, cases.gazetteer)


def show(sides: list[Side]) -> None:
    """Print the medians of all sides, and their ratios to those of the first."""
    first = sides[0]
    print(f"PostgreSQL {first.version}, medians of {len(first.times[SUBMISSION])} rounds")
    print(f"{'median, ms':<40}" + "".join(f"{side.stored.reports:>11,}  ratio" for side in sides))
    for name in first.times:
        medians = [median(side.times[name]) for side in sides]
        cells = "".join(f"{each:11.2f} {each / medians[0]:6.2f}" for each in medians)
        print(f"{name:<40}{cells}{f'   over {GOAL}' if medians[-1] > GOAL * medians[0] else ''}")


async def make(server: PostgresServer, sizes: list[int]) -> list[Stored]:
    """Fill a database of each size."""
    filled = []
    for size in sizes:
        server.create_database(f"stored_{size}")
        one = await store(server.url(f"stored_{size}"), size)
        print(f"{size:,} reports: {one.size / 1e9:.2f} GB, filled in {one.seconds:.0f} s", flush=True)
        filled.append(one)
    return filled


async def compare(filled: list[Stored], rounds: int) -> list[Side]:
    """Measure all databases in turn, and return them with their times."""
    cases = ReportCases(Gazetteer(bundled()))
    async with AsyncExitStack() as stack:
        sides = [await stack.enter_async_context(open_side(one)) for one in filled]
        for number in range(-WARM_UP_ROUNDS, rounds):
            if number == 0:
                for side in sides:
                    side.times.clear()
            await run_round(sides, cases, number)
        return sides


def main() -> None:
    """Compare the sizes with the first one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="stored reports, the fewest first")
    parser.add_argument("--rounds", type=int, default=100)
    options = parser.parse_args()
    with PostgresServer(on_disk=True) as server:
        filled = asyncio.run(make(server, [int(size) for size in options.sizes.split(",")]))
        show(asyncio.run(compare(filled, options.rounds)))


if __name__ == "__main__":
    main()
