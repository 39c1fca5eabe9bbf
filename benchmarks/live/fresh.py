"""Check that no answer is stale: writers and readers on several workers that are killed and restarted.

A writer notes each change once it is answered. A reader begins a query at a random worker, and must find every change
that was answered before it began: in the list of a kelurahan, in a count, in a report by its number, and in the points
of a board. Kept answers (`execution.answers`) serve most of the reads.
Run: python -m benchmarks.live.fresh [--seconds S] [--writers N] [--readers N] [--seed K] [--late-head]
`--late-head` makes the servers read the head of the log after they answer. The check ends when it has found it.
"""

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from actions.accounts import credentials, grant_role
from actions.transaction import Transactions
from benchmarks.live.verify import Infrastructure
from benchmarks.live.workers import UNANSWERED, Fleet
from models.database import database
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from rules.access import Role
from tests.backends import PostgresServer, RedisServer
from tests.city import prepare
from tests.wire import PASSWORD, Caller

WORKERS = 2
REST = 6.0
"""Seconds between two kills."""

PAUSE = 1.0
"""Seconds before a read, at most. Readers that keep this process busy would see answers long after they were sent."""

LIST = "query($k: [String!]) { reports(filter: { kelurahan: $k }, first: 100) { edges { node { number version } } } }"
COUNT = "query($k: [String!]) { reports(filter: { kelurahan: $k }) { totalCount } }"
ONE = "query($n: String!) { report(number: $n) { version status timeline(last: 1) { edges { node { version } } } } }"
BOARD = "{ leaderboard(period: ALL_TIME) { standings(first: 300) { edges { node { scorecard { received } } } } } }"
NEWEST = 40
"""Reports of a kelurahan that a list must show: fewer than its page has."""


@dataclass
class Facts:
    """The changes that were answered: the versions of reports, and the reports of each kelurahan, newest last."""

    versions: dict[str, int] = field(default_factory=dict)
    numbers: defaultdict[str, deque[str]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=NEWEST)))
    submitted: Counter[str] = field(default_factory=Counter)


class Check:
    """Writers and readers of one city."""

    def __init__(self, fleet: Fleet, rng: random.Random, until: float, *, late_head: bool) -> None:
        self.facts = Facts()
        self.reads: Counter[str] = Counter()
        self.stale: list[str] = []
        self.unanswered = 0
        self._fleet, self._rng, self._until, self._late_head = fleet, rng, until, late_head
        self._places = rng.sample(bundled().kelurahan, 6)

    @property
    def _is_over(self) -> bool:
        return time.monotonic() > self._until or (self._late_head and bool(self.stale))

    async def write(self, citizen: Caller, officer: Caller) -> None:
        """Submit reports and change their status, and note what is answered."""
        while not self._is_over:
            await asyncio.sleep(self._rng.random() * 0.4)
            place = self._rng.choice(self._places)
            with suppress(*UNANSWERED):
                citizen, officer = self._anywhere(citizen), self._anywhere(officer)
                report = await self._submit(citizen, place.latitude, place.longitude)
                if self._rng.randrange(10) < 7:
                    moved = (await officer.move(report["id"], "IN_PROGRESS"))["report"]
                    if moved is not None:
                        self.facts.versions[report["number"]] = moved["version"]
                await asyncio.gather(
                    *(self._expect_list(self._anyone(), report["kelurahan"]["code"]) for _ in range(4))
                )
                continue
            self.unanswered += 1

    async def _submit(self, citizen: Caller, latitude: float, longitude: float) -> dict[str, Any]:
        location = {"latitude": latitude, "longitude": longitude}
        report = await citizen.report(location=location, category="SAMPAH", title=f"Laporan {self._rng.random()}")
        self.facts.versions[report["number"]] = report["version"]
        self.facts.numbers[report["kelurahan"]["code"]].append(report["number"])
        self.facts.submitted[report["kelurahan"]["code"]] += 1
        return report

    async def read(self) -> None:
        """Read, and note each answer that misses a change that was answered before the read began."""
        kinds: list[Callable[[Caller], Any]] = [self._read_list, self._read_count, self._read_one, self._read_board]
        while not self._is_over:
            await asyncio.sleep(self._rng.random() * PAUSE)
            kind = self._rng.choices(kinds, (5, 3, 4, 1))[0]
            try:
                await kind(self._anyone())
            except UNANSWERED:
                self.unanswered += 1
                await asyncio.sleep(0.05)
            else:
                self.reads[kind.__name__.removeprefix("_read_")] += 1

    def _anyone(self) -> Caller:
        return Caller(self._fleet.any_http(self._rng))

    async def _read_list(self, caller: Caller) -> None:
        await self._expect_list(caller, self._rng.choice(self._places).code)

    async def _expect_list(self, caller: Caller, place: str) -> None:
        known = {number: self.facts.versions[number] for number in self.facts.numbers[place]}
        edges = (await caller.ask(LIST, k=[place]))["reports"]["edges"]
        shown = {edge["node"]["number"]: edge["node"]["version"] for edge in edges}
        self._expect("list", all(shown.get(number, 0) >= version for number, version in known.items()), known, shown)

    async def _read_count(self, caller: Caller) -> None:
        place = self._rng.choice(self._places).code
        known = self.facts.submitted[place]
        shown = (await caller.ask(COUNT, k=[place]))["reports"]["totalCount"]
        self._expect("count", shown >= known, known, shown)

    async def _read_one(self, caller: Caller) -> None:
        if not self.facts.versions:
            return
        number = self._rng.choice(list(self.facts.versions)[-30:])
        known = self.facts.versions[number]
        report = (await caller.ask(ONE, n=number))["report"]
        event = report["timeline"]["edges"][0]["node"]["version"]
        self._expect("report", min(report["version"], event) >= known, known, report)

    async def _read_board(self, caller: Caller) -> None:
        known = sum(self.facts.submitted.values())
        edges = (await caller.ask(BOARD))["leaderboard"]["standings"]["edges"]
        shown = sum(edge["node"]["scorecard"]["received"] for edge in edges)
        self._expect("board", shown >= known, known, shown)

    def _expect(self, what: str, right: bool, known: object, shown: object) -> None:
        if not right:
            self.stale.append(f"{what}: answered before {known!r:.300}, shown {shown!r:.300}")

    def _anywhere(self, caller: Caller) -> Caller:
        return caller.on(self._fleet.any_http(self._rng))

    async def kill(self) -> None:
        """Kill and restart one worker after the other; none that reads the head late, for it reads it at its start."""
        while not self._late_head and time.monotonic() < self._until - REST:
            await asyncio.sleep(REST)
            worker = self._rng.choice(self._fleet.workers)
            await worker.end(signal.SIGKILL)
            await worker.start()


@dataclass(frozen=True)
class Run:
    """The parameters of a run."""

    seconds: float = 60.0
    writers: int = 8
    readers: int = 64
    seed: int = 1
    late_head: bool = False


async def check(run: Run, grounds: Infrastructure) -> Check:
    """Run the check on a prepared database."""
    fleet = grounds.fleet("benchmarks.live.hasty" if run.late_head else "app.cli", {}, WORKERS)
    rng = random.Random(run.seed)
    try:
        await fleet.start()
        async with database(grounds.database_url):
            grant = await credentials("balaikota@contoh.id", PASSWORD)
            await Transactions().run(grant_role, Gazetteer(bundled()), grant, Role.ADMIN, None)
        officer = Caller(fleet.any_http(rng))
        await officer.sign_in("balaikota@contoh.id")
        citizens = [Caller(fleet.any_http(rng)) for _ in range(run.writers)]
        for number, citizen in enumerate(citizens):
            await citizen.sign_up(f"warga-{number}@contoh.id")
        found = Check(fleet, rng, time.monotonic() + run.seconds, late_head=run.late_head)
        await asyncio.gather(
            *(found.write(citizen, officer) for citizen in citizens),
            *(found.read() for _ in range(run.readers)),
            found.kill(),
        )
    finally:
        await fleet.close()
    return found


async def _check_new_city(run: Run, folder: Path) -> Check:
    with PostgresServer() as postgres, RedisServer() as redis:
        postgres.create_database("fresh")
        await prepare(postgres.url("fresh"))
        return await check(run, Infrastructure(postgres.url("fresh"), postgres, redis, folder))


def main() -> None:
    """Run the check and print what was found. The exit code is 1 for stale answers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=Run.seconds)
    parser.add_argument("--writers", type=int, default=Run.writers)
    parser.add_argument("--readers", type=int, default=Run.readers)
    parser.add_argument("--seed", type=int, default=Run.seed)
    parser.add_argument("--late-head", action="store_true")
    run = Run(**vars(parser.parse_args()))
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(_check_new_city(run, Path(folder)))
    reads = ", ".join(f"{count} {kind}" for kind, count in outcome.reads.items())
    print(f"{len(outcome.facts.versions)} reports, reads: {reads}; {outcome.unanswered} requests without an answer")
    print(f"stale: {len(outcome.stale)}")
    for one in outcome.stale[:10]:
        print(" ", one)
    sys.exit(1 if outcome.stale else 0)


if __name__ == "__main__":
    main()
