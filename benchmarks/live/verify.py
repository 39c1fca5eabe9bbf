"""Verify live delivery under faults: clients subscribe, people write, and chaos breaks servers and databases.

Then the record of each client is compared with the log. Each client must have received every change that concerns it,
once, in order, whatever failed, and every board must have converged to the true one.
Run: python -m benchmarks.live.verify [--clients N] [--seconds S] [--seed K] [--sockets N] [--reads N] [--drop-one]
`--sockets` and `--reads` add a crowd, that many reads a second, and an attacker (`benchmarks.live.pressure`).
`--drop-one` makes the servers lose one event on purpose; the verifier must find it.
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
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.live.authors import Author, Town
from benchmarks.live.chaos import Chaos, Fault
from benchmarks.live.client_factory import ClientFactory
from benchmarks.live.clients import Client, count_events
from benchmarks.live.people import CATEGORIES, KELURAHAN, create_residents
from benchmarks.live.pressure import Rows, pressure
from benchmarks.live.records import BoardRecord, EventRecord, Findings
from benchmarks.live.truth import Event, Row, ranking, read_log
from benchmarks.live.workers import Fleet, Worker
from models.reference.records import bundled
from tests.backends import PostgresServer, RedisServer
from tests.city import FREE_ENVIRONMENT, SECRET, prepare
from tests.wire import eventually

WORKERS = 3
FIRST_REPORTS = 12
QUIET_END = 2.0
"""Seconds of changes after the last fault."""
CATCH_UP, GIVE_UP = 60.0, 5.0
"""Seconds that clients have to catch up; the second value holds when an event was dropped on purpose."""
DROP_FROM = 60
"""Position from which the next event of a report is dropped: well after the first reports."""
EXAMPLES = 20
PROGRESS = 5.0
"""Seconds between two progress lines."""


@dataclass(frozen=True)
class Run:
    """The parameters of a run."""

    clients: int = 100
    seconds: float = 60.0
    seed: int = 1
    sockets: int = 0
    reads: int = 0
    drop_one: bool = False


@dataclass(frozen=True)
class Infrastructure:
    """The services that the city runs on: a prepared database, Redis, and a folder for photos and logs."""

    database_url: str
    postgres: PostgresServer
    redis: RedisServer
    folder: Path

    def fleet(self, module: str, environment: dict[str, str], workers: int) -> Fleet:
        """Return the servers, not started."""
        # An acknowledged commit must survive a kill. The setting of the database overrides the one of the server.
        name = urlsplit(self.database_url).path.removeprefix("/")
        self.postgres.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = on')
        settings = FREE_ENVIRONMENT | {
            "DATABASE_URL": self.database_url,
            "BROADCAST_URL": self.redis.url,
            "MEDIA_DIR": str(self.folder / "media"),
            "SECRET_KEY": SECRET,
            "LOG_LEVEL": "WARNING",
        }
        logs = [self.folder / f"worker-{number}.log" for number in range(workers)]
        return Fleet([Worker(module, settings | environment, log) for log in logs])


@dataclass(frozen=True)
class Outcome:
    """The result of a run. `ends` counts the ended connections by close code; 0 is the choice of the client.

    `undisturbed` and `disturbed` are sorted milliseconds from a change to its arrival; those that overlap a fault or
    its consequences are disturbed. Changes during the absence of a client are in neither.
    """

    clients: Counter[str]
    ends: Counter[int]
    changes: int
    unanswered: int
    deliveries: Counter[str]
    updates: int
    faults: Counter[str]
    findings: Findings
    undisturbed: list[float]
    disturbed: list[float]
    pressure: Rows

    @property
    def is_good(self) -> bool:
        """Whether each client received exactly the events it must."""
        return self.findings.total == 0

    def table(self) -> str:
        """Return the result as a table, with examples of the findings."""
        found = self.findings
        rows = {
            "clients": _by_transport(self.clients),
            "  connections ended": ", ".join(
                f"{count} by {code or 'themselves'}" for code, count in sorted(self.ends.items())
            ),
            "changes": f"{self.changes} ({self.unanswered} requests without an answer)",
            "deliveries": f"{_by_transport(self.deliveries)} events, {self.updates} updates of boards",
            "faults": self.faults.total(),
            **{f"  {kind}": count for kind, count in sorted(self.faults.items())},
            "lost": found.lost,
            "doubled": found.doubled,
            "disordered": found.disordered,
            "false": found.false,
            "latency, quiet": _percentiles(self.undisturbed),
            "latency, at faults": _percentiles(self.disturbed),
            **self.pressure,
        }
        return "\n".join([*(f"{name:<22} {value}" for name, value in rows.items()), *found.examples[:EXAMPLES]])


class Trial:
    """One run: `run` executes it, `outcome` returns its result."""

    def __init__(self, run: Run, infrastructure: Infrastructure, fleet: Fleet) -> None:
        self._run, self._infrastructure, self._fleet = run, infrastructure, fleet
        self._rng = random.Random(f"{run.seed} trial")
        self._clients: list[Client] = []
        self._witnesses: list[Client] = []
        """Those of the clients that follow everything."""
        self._town = Town(fleet, [fact for fact in bundled().kelurahan if fact.code in KELURAHAN], CATEGORIES)
        chaos_rng = random.Random(f"{run.seed} chaos")
        self._chaos = Chaos(fleet, infrastructure.postgres, infrastructure.redis, self._clients, chaos_rng)
        self._log: list[Event] = []
        self._pressure: Rows = {}

    async def run(self) -> None:
        """Run people, clients and chaos, then wait until the clients have caught up."""
        residents = await create_residents(self._infrastructure.database_url)
        await self._fleet.start()
        for resident in residents:
            await resident.sign_in(self._fleet.any_http(self._rng))
        authors = [
            Author(self._town, resident, random.Random(f"{self._run.seed} {resident.email}")) for resident in residents
        ]
        for author in authors[:FIRST_REPORTS]:
            await author.submit()
        factory = ClientFactory(self._fleet, residents, self._run.seed)
        expected = sum(factory.follows_everything(number) for number in range(self._run.clients))
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            following = [tasks.create_task(self._join(factory, number)) for number in range(self._run.clients)]
            progress = tasks.create_task(self._print_progress())
            await eventually(
                lambda: len(self._witnesses) == expected and all(witness.is_connected for witness in self._witnesses)
            )
            writing = [tasks.create_task(author.work(stop)) for author in authors]
            ports = [worker.port for worker in self._fleet.workers]
            before = self._fleet.memory()
            async with pressure(ports, self._run.sockets, self._run.reads, self._pressure):
                await self._cause_chaos()
            self._pressure["memory"] = f"{before} MB before, {self._fleet.memory()} MB after, of all servers"
            await asyncio.sleep(QUIET_END)
            stop.set()
            await asyncio.wait(writing)
            await self._catch_up()
            for task in [*following, progress]:
                task.cancel()

    async def _cause_chaos(self) -> None:
        kinds, rest = list(self._chaos.kinds), min(10.0, self._run.seconds / 30)  # a short run has time for all kinds
        if self._run.drop_one:
            kinds, rest = ["clients cut off"], 2.0  # a server that is down at the event does not drop it
            # Nor does a client that is away miss it: it replays. So the witnesses stay until the event has passed.
            await eventually(lambda: all(_has_passed(witness, DROP_FROM) for witness in self._witnesses))
        await self._chaos.run(kinds, rest, time.monotonic() + self._run.seconds)

    async def _join(self, factory: ClientFactory, number: int) -> None:
        """Run a client; most join when changes are under way."""
        if not factory.follows_everything(number):
            await asyncio.sleep(self._rng.uniform(0, min(10.0, self._run.seconds / 4)))
        client = await factory.client(number)
        self._clients.append(client)
        if factory.follows_everything(number):
            self._witnesses.append(client)
        await client.run()

    async def _catch_up(self) -> None:
        """Wait until each client has received all it must, or the time for it is over."""
        deadline = time.monotonic() + (GIVE_UP if self._run.drop_one else CATCH_UP)
        while True:
            self._log = await read_log(self._infrastructure.database_url)
            if self._findings().total == 0 or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.5)
        await asyncio.sleep(GIVE_UP / 5)  # a duplicate would arrive now

    async def _print_progress(self) -> None:
        """Print progress lines to standard error."""
        began = time.monotonic()
        while True:
            await asyncio.sleep(PROGRESS)
            connected = sum(client.is_connected for client in self._clients)
            print(
                f"{time.monotonic() - began:4.0f} s  {connected} of {len(self._clients)} clients connected  "
                f"{len(self._town.acknowledged)} changes  {count_events(self._clients)} deliveries  "
                f"{len(self._chaos.faults)} faults  {self._chaos.state}",
                file=sys.stderr,
                flush=True,
            )

    def _findings(self) -> Findings:
        """Compare all records with the log."""
        findings = Findings()
        now = datetime.now(UTC)
        boards: dict[tuple[str, str], list[Row]] = {}
        for client in self._clients:
            for end in client.unexpected_ends:
                findings.add(Findings(false=1, examples=[f"{client.transport}: {end}"]))
            for record in client.records:
                if isinstance(record, EventRecord):
                    found = record.compare(self._log)
                else:
                    board = (record.kind, record.period)
                    if board not in boards:
                        boards[board] = ranking(self._log, *board, _subjects(record.kind), now)
                    found = record.compare(boards[board])
                findings.add(replace(found, examples=[f"{client.transport}: {one}" for one in found.examples]))
        for position, report_id, version in self._town.acknowledged:
            event = self._log[position - 1] if position <= len(self._log) else None
            if event is None or (event.report_id, event.version) != (report_id, version):
                example = f"acknowledged, but not in the log: report {report_id} version {version} at {position}"
                findings.add(Findings(lost=1, examples=[example]))
        return findings

    def outcome(self) -> Outcome:
        """Return the result of the run."""
        records = [record for client in self._clients for record in client.records]
        undisturbed, disturbed = _latencies([r for r in records if isinstance(r, EventRecord)], self._chaos.faults)
        return Outcome(
            clients=Counter(client.transport for client in self._clients),
            ends=sum((client.ends for client in self._clients), Counter()),
            changes=sum(event.topic == "report" for event in self._log),
            unanswered=self._town.unanswered,
            deliveries=sum((Counter({one.transport: count_events([one])}) for one in self._clients), Counter()),
            updates=sum(record.updates for record in records if isinstance(record, BoardRecord)),
            faults=self._chaos.counts,
            findings=self._findings(),
            undisturbed=undisturbed,
            disturbed=disturbed,
            pressure=self._pressure,
        )


async def verify(run: Run, infrastructure: Infrastructure) -> Outcome:
    """Execute a run and return its result."""
    module, environment = (
        ("benchmarks.live.dropping", {"DROP_FROM": str(DROP_FROM)}) if run.drop_one else ("app.cli", {})
    )
    fleet = infrastructure.fleet(module, environment, WORKERS)
    try:
        trial = Trial(run, infrastructure, fleet)
        await trial.run()
        return trial.outcome()
    finally:
        await fleet.close()


def _subjects(kind: str) -> set[str]:
    """Return the codes of all subjects of a board kind."""
    column = {"KELURAHAN": "code", "KECAMATAN": "kecamatan_code", "CITY": "city_code"}[kind]
    return {getattr(fact, column) for fact in bundled().kelurahan}


def _has_passed(client: Client, position: int) -> bool:
    """Return whether a client received an event at or after a position of the log."""
    records = [record for record in client.records if isinstance(record, EventRecord)]
    return any(item.position >= position for record in records for item in record.items[-1:])


def _latencies(records: Sequence[EventRecord], faults: Sequence[Fault]) -> tuple[list[float], list[float]]:
    """Return the sorted milliseconds from change to arrival: those without a fault, and the others."""
    began = [fault.began for fault in faults]
    undisturbed: list[float] = []
    disturbed: list[float] = []
    for item in (item for record in records for item in record.items if item.live):
        last = bisect_left(began, item.arrived)  # faults do not overlap: only the last one can affect it
        is_disturbed = last > 0 and faults[last - 1].overlaps(item.at, item.arrived)
        (disturbed if is_disturbed else undisturbed).append(1000 * (item.arrived - item.at))
    return sorted(undisturbed), sorted(disturbed)


def _by_transport(counts: Counter[str]) -> str:
    parts = ", ".join(f"{count} by {transport}" for transport, count in sorted(counts.items()))
    return f"{counts.total()} ({parts})"


def _percentiles(sorted_values: Sequence[float]) -> str:
    if not sorted_values:
        return "none"
    p50, p99 = (sorted_values[int(share * (len(sorted_values) - 1))] for share in (0.5, 0.99))
    return f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, max {sorted_values[-1]:.0f} ms ({len(sorted_values)} deliveries)"


def main() -> int:
    """Verify with the options of the command line; return 0 if nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live.verify")
    parser.add_argument("--clients", type=int, default=Run.clients)
    parser.add_argument("--seconds", type=float, default=Run.seconds, help="below 1,700: sessions last 30 minutes")
    parser.add_argument("--seed", type=int, default=Run.seed)
    parser.add_argument("--sockets", type=int, default=Run.sockets, help="sockets of a crowd")
    parser.add_argument("--reads", type=int, default=Run.reads, help="reads a second")
    parser.add_argument("--drop-one", action="store_true", help="lose one event on purpose")
    run = Run(**vars(parser.parse_args()))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the servers are stopped on the way out
    folder = Path(tempfile.mkdtemp(prefix="tanggap-verify-"))
    with PostgresServer() as postgres, RedisServer() as redis:
        postgres.create_database("verify")
        infrastructure = Infrastructure(postgres.url("verify"), postgres, redis, folder)
        asyncio.run(prepare(infrastructure.database_url))
        outcome = asyncio.run(verify(run, infrastructure))
    print(outcome.table())
    if outcome.is_good:
        shutil.rmtree(folder)
    else:
        print(f"The logs of the servers are in {folder}.")
    return 0 if outcome.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
