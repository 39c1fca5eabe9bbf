"""Clients follow, people write, a gremlin breaks everything; then each client's record is compared with the log.

Each client must be told every change that concerns it, once, in order, whatever fails, and every board must come to
the truth.
Run: python -m benchmarks.live.verify [--clients N] [--seconds S] [--seed K] [--drop-one]
`--drop-one` has the servers lose one event on purpose, which the verifier must find.
"""

import argparse
import asyncio
import random
import shutil
import signal
import sys
import tempfile
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.live.client_factory import ClientFactory
from benchmarks.live.authors import Author, Town
from benchmarks.live.clients import Client, events_told
from benchmarks.live.chaos import Fault, Chaos
from benchmarks.live.people import CATEGORIES, KELURAHAN, settle
from benchmarks.live.records import BoardRecord, EventRecord, Findings
from benchmarks.live.truth import Event, Row, ranking, read_log
from benchmarks.live.workers import Fleet, Worker
from models.reference.records import bundled
from tests.backends import PostgresServer, RedisServer
from tests.city import SECRET, prepare

WORKERS = 3
FIRST_REPORTS = 12
QUIET_END = 2.0
"""Seconds of changes after the last fault."""
CATCH_UP, GIVE_UP = 60.0, 5.0
"""Seconds that clients have to be told the rest, and those after which what was dropped on purpose is given up."""
DROP_FROM = 60
"""The position from which on the next event of a report is dropped: well after the first reports."""
EXAMPLES = 20
PROGRESS = 5.0
"""Seconds between two lines that say how it goes."""


@dataclass(frozen=True)
class Run:
    """What is asked for."""

    clients: int = 100
    seconds: float = 60.0
    seed: int = 1
    drop_one: bool = False


@dataclass(frozen=True)
class Infrastructure:
    """What the city stands on: a prepared database, Redis, and a folder for photos and the servers' words."""

    database_url: str
    postgres: PostgresServer
    redis: RedisServer
    folder: Path

    def fleet(self, module: str, environment: dict[str, str]) -> Fleet:
        """Make the servers."""
        # A commit that was answered has to outlive a kill. The database's own setting goes before the server's.
        name = urlsplit(self.database_url).path.removeprefix("/")
        self.postgres.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = on')
        settings = {
            "DATABASE_URL": self.database_url,
            "BROADCAST_URL": self.redis.url,
            "MEDIA_DIR": str(self.folder / "media"),
            "SECRET_KEY": SECRET,
            "LOG_LEVEL": "WARNING",
        }
        logs = [self.folder / f"worker-{number}.log" for number in range(WORKERS)]
        return Fleet([Worker(module, settings | environment, log) for log in logs])


@dataclass(frozen=True)
class Outcome:
    """What came out. `ends` counts the sockets by the code with which they ended, 0 being the client's will.

    `quiet` and `stormy` are milliseconds from a change's moment to its arrival, sorted: the stormy are those that a
    fault or its consequences touch. What happened while a client was away is in neither of them.
    """

    clients: int
    ends: Counter[int]
    changes: int
    unanswered: int
    deliveries: int
    updates: int
    faults: Counter[str]
    findings: Findings
    quiet: list[float]
    stormy: list[float]

    @property
    def is_good(self) -> bool:
        """Whether each client was told just what happened."""
        return self.findings.total == 0

    def table(self) -> str:
        """Put it into words, with some of what was found."""
        found = self.findings
        rows = {
            "clients": self.clients,
            "  sockets ended": ", ".join(
                f"{count} by {code or 'themselves'}" for code, count in sorted(self.ends.items())
            ),
            "changes": f"{self.changes} ({self.unanswered} requests without an answer)",
            "deliveries": f"{self.deliveries} events, {self.updates} updates of boards",
            "faults": self.faults.total(),
            **{f"  {kind}": count for kind, count in sorted(self.faults.items())},
            "lost": found.lost,
            "doubled": found.doubled,
            "disordered": found.disordered,
            "false": found.false,
            "latency, quiet": _percentiles(self.quiet),
            "latency, at faults": _percentiles(self.stormy),
        }
        return "\n".join([*(f"{name:<22} {value}" for name, value in rows.items()), *found.examples[:EXAMPLES]])


class Trial:
    """One run: `play` plays it, `outcome` tells what came out."""

    def __init__(self, run: Run, grounds: Infrastructure, fleet: Fleet) -> None:
        self._run, self._grounds, self._fleet = run, grounds, fleet
        self._rng = random.Random(f"{run.seed} trial")
        self._clients: list[Client] = []
        self._town = Town(fleet, [fact for fact in bundled().kelurahan if fact.code in KELURAHAN], CATEGORIES)
        gremlins_own = random.Random(f"{run.seed} gremlin")
        self._gremlin = Chaos(fleet, grounds.postgres, grounds.redis, self._clients, gremlins_own)
        self._log: list[Event] = []

    async def play(self) -> None:
        """Let everybody loose, then let the clients come to rest."""
        residents = await settle(self._grounds.database_url)
        await self._fleet.start()
        for resident in residents:
            await resident.sign_in(self._fleet.any_http(self._rng))
        authors = [
            Author(self._town, resident, random.Random(f"{self._run.seed} {resident.email}")) for resident in residents
        ]
        for author in authors[:FIRST_REPORTS]:
            await author.submit()
        audience = ClientFactory(self._fleet, residents, self._run.seed)
        over = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            following = [tasks.create_task(self._join(audience, number)) for number in range(self._run.clients)]
            telling = tasks.create_task(self._tell())
            writing = [tasks.create_task(author.work(over)) for author in authors]
            await self._rage()
            await asyncio.sleep(QUIET_END)
            over.set()
            await asyncio.wait(writing)
            await self._come_to_rest()
            for task in [*following, telling]:
                task.cancel()

    async def _rage(self) -> None:
        kinds, breath = list(self._gremlin.kinds), min(10.0, self._run.seconds / 30)  # a short run meets them all, too
        if self._run.drop_one:
            kinds, breath = ["clients cut off"], 2.0  # a server that is down when the event passes does not drop it
        await self._gremlin.rage(kinds, breath, time.monotonic() + self._run.seconds)

    async def _join(self, audience: ClientFactory, number: int) -> None:
        """Be a client; most come when all is under way."""
        if not audience.follows_everything(number):
            await asyncio.sleep(self._rng.uniform(0, min(10.0, self._run.seconds / 4)))
        client = await audience.client(number)
        self._clients.append(client)
        await client.live()

    async def _come_to_rest(self) -> None:
        """Wait until each client has been told what it must be, or the time for that is over."""
        patience = time.monotonic() + (GIVE_UP if self._run.drop_one else CATCH_UP)
        while True:
            self._log = await read_log(self._grounds.database_url)
            if self._findings().total == 0 or time.monotonic() > patience:
                break
            await asyncio.sleep(0.5)
        await asyncio.sleep(GIVE_UP / 5)  # what would be told once more comes now

    async def _tell(self) -> None:
        """Say how it goes, to standard error."""
        began = time.monotonic()
        while True:
            await asyncio.sleep(PROGRESS)
            connected = sum(client.is_connected for client in self._clients)
            print(
                f"{time.monotonic() - began:4.0f} s  {connected} of {len(self._clients)} clients connected  "
                f"{len(self._town.promised)} changes  {events_told(self._clients)} deliveries  "
                f"{len(self._gremlin.faults)} faults  {self._gremlin.state}",
                file=sys.stderr,
                flush=True,
            )

    def _findings(self) -> Findings:
        """Compare everything with the log."""
        findings = Findings()
        now = datetime.now(UTC)
        boards: dict[tuple[str, str], list[Row]] = {}
        for client in self._clients:
            for ending in client.told_off:
                findings.add(Findings(false=1, examples=[ending]))
            for record in client.records:
                if isinstance(record, EventRecord):
                    findings.add(record.compare(self._log))
                    continue
                board = (record.kind, record.period)
                if board not in boards:
                    boards[board] = ranking(self._log, *board, _subjects(record.kind), now)
                findings.add(record.compare(boards[board]))
        for position, report_id, version in self._town.promised:
            event = self._log[position - 1] if position <= len(self._log) else None
            if event is None or (event.report_id, event.version) != (report_id, version):
                told = f"answered, but not in the log: report {report_id} version {version} at {position}"
                findings.add(Findings(lost=1, examples=[told]))
        return findings

    def outcome(self) -> Outcome:
        """Tell what came out."""
        records = [record for client in self._clients for record in client.records]
        quiet, stormy = _latencies([r for r in records if isinstance(r, EventRecord)], self._gremlin.faults)
        return Outcome(
            clients=len(self._clients),
            ends=sum((client.ends for client in self._clients), Counter()),
            changes=sum(event.topic == "report" for event in self._log),
            unanswered=self._town.unanswered,
            deliveries=events_told(self._clients),
            updates=sum(record.updates for record in records if isinstance(record, BoardRecord)),
            faults=self._gremlin.counts,
            findings=self._findings(),
            quiet=quiet,
            stormy=stormy,
        )


async def verify(run: Run, grounds: Infrastructure) -> Outcome:
    """Play a run to its end."""
    module, environment = (
        ("benchmarks.live.dropping", {"DROP_FROM": str(DROP_FROM)}) if run.drop_one else ("app.cli", {})
    )
    fleet = grounds.fleet(module, environment)
    try:
        trial = Trial(run, grounds, fleet)
        await trial.play()
        return trial.outcome()
    finally:
        await fleet.close()


def _subjects(kind: str) -> set[str]:
    """Return the codes of all who stand on a board."""
    of = {"KELURAHAN": "code", "KECAMATAN": "kecamatan_code", "CITY": "city_code"}[kind]
    return {getattr(fact, of) for fact in bundled().kelurahan}


def _latencies(records: Sequence[EventRecord], faults: Sequence[Fault]) -> tuple[list[float], list[float]]:
    """Return the milliseconds from change to arrival: those that no fault touches, and the others; each sorted."""
    began = [fault.began for fault in faults]
    quiet: list[float] = []
    stormy: list[float] = []
    for item in (item for record in records for item in record.items if item.live):
        last = bisect_left(began, item.arrived)  # faults come one after the other: only the last one can touch it
        touched = last > 0 and faults[last - 1].touches(item.at, item.arrived)
        (stormy if touched else quiet).append(1000 * (item.arrived - item.at))
    return sorted(quiet), sorted(stormy)


def _percentiles(sorted_values: Sequence[float]) -> str:
    if not sorted_values:
        return "none"
    p50, p99 = (sorted_values[int(share * (len(sorted_values) - 1))] for share in (0.5, 0.99))
    return f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, max {sorted_values[-1]:.0f} ms ({len(sorted_values)} deliveries)"


def main() -> int:
    """Run as the command line says; return 0 when every client was told just what happened."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live.verify")
    parser.add_argument("--clients", type=int, default=Run.clients)
    parser.add_argument("--seconds", type=float, default=Run.seconds, help="below 1,700: sessions last 30 minutes")
    parser.add_argument("--seed", type=int, default=Run.seed)
    parser.add_argument("--drop-one", action="store_true", help="lose one event on purpose")
    run = Run(**vars(parser.parse_args()))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that what was started is stopped
    folder = Path(tempfile.mkdtemp(prefix="tanggap-verify-"))
    with PostgresServer() as postgres, RedisServer() as redis:
        postgres.create_database("verify")
        grounds = Infrastructure(postgres.url("verify"), postgres, redis, folder)
        asyncio.run(prepare(grounds.database_url))
        outcome = asyncio.run(verify(run, grounds))
    print(outcome.table())
    if outcome.is_good:
        shutil.rmtree(folder)
    else:
        print(f"What the servers said is in {folder}.")
    return 0 if outcome.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
