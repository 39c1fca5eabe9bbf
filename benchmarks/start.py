"""Starts of `tanggap serve` on PostgreSQL, and the memory of a worker.

A start is timed from the beginning of its process to the first 200 of /readyz: on a database without reports, on a
filled one, and on one that stood still for three days, whose backlog is then worked off. The starts take turns. On a
busy machine the processor time says more than the time. Then one worker is loaded: with one query, and with as many
different ones as fill the limit of kept answers.
Run: python -m benchmarks.start [--reports 100000] [--late 400] [--rounds 5] [--seconds 30]
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import orjson

from benchmarks.load import Call, load
from benchmarks.stored import store
from tests.backends import PostgresServer, free_port
from tests.city import FREE_ENVIRONMENT, ROOT, SECRET, prepare, stand_still

CONNECTIONS = 16
TICKS = os.sysconf("SC_CLK_TCK")
QUERY = """{ reports(first: 50) { edges { node { id number title status submittedAt
  location { latitude longitude } category { code name weight } kelurahan { code name kecamatan { name city { name } } }
} } } }"""


@dataclass
class Server:
    """A server process, begun at `began`."""

    process: subprocess.Popen[bytes]
    http: httpx.Client
    port: int
    began: float

    def until_ready(self) -> tuple[float, float]:
        """Wait until it is ready. Return the seconds since its beginning, and those of a processor."""
        while True:
            try:
                if self.http.get("/readyz").status_code == 200:
                    return time.perf_counter() - self.began, self.cpu()
            except httpx.TransportError:
                if self.process.poll() is not None:
                    raise RuntimeError("The server ended while it started.") from None
            time.sleep(0.01)

    def cpu(self) -> float:
        """Return the processor time so far, in seconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self) -> int:
        """Return its memory in MB (RSS)."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1024

    def answers(self) -> dict[str, int]:
        """Return the use of the kept answers."""
        found: dict[str, int] = self.http.get("/readyz").json()["answers"]
        return found


@contextmanager
def started(url: str, **settings: str) -> Iterator[Server]:
    """Run `tanggap serve` on a database."""
    port, began = free_port(), time.perf_counter()
    given = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "LOG_LEVEL": "WARNING", "HOST": "127.0.0.1", "PORT": str(port)}
    command = [sys.executable, "-m", "app.cli", "serve"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **FREE_ENVIRONMENT, **given, **settings})
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
            yield Server(process, http, port, began)
    finally:
        process.terminate()
        process.wait()


async def left(url: str) -> int:
    """Return the number of reports whose missed deadlines are not recorded yet."""
    connection = await asyncpg.connect(urlsplit(url)._replace(scheme="postgresql").geturl())
    try:
        return int(await connection.fetchval("SELECT count(*) FROM report WHERE next_due_at < now()"))
    finally:
        await connection.close()


def measure_starts(server: PostgresServer, databases: dict[str, str], rounds: int) -> None:
    """Print the median start on each database, and the seconds that the backlog took."""
    seconds, cpu, backlog = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list), list[float]()
    for number in range(rounds):
        for name, database in databases.items():
            copy = f"{database}_{number}"
            server.create_database(copy, template=database)
            with started(server.url(copy)) as running:
                taken, used = running.until_ready()
                seconds[name].append(taken)
                cpu[name].append(used)
                if database == "late":
                    while asyncio.run(left(server.url(copy))):
                        time.sleep(0.05)
                    backlog.append(time.perf_counter() - running.began - taken)
            server.drop_database(copy)
    print(f"{'process start to ready':<40}{'s':>8}{'cpu s':>8}")
    for name in databases:
        print(f"{name:<40}{statistics.median(seconds[name]):>8.2f}{statistics.median(cpu[name]):>8.2f}")
    print(f"{'the backlog after that':<40}{statistics.median(backlog):>8.2f}")


def measure_memory(url: str, seconds: float) -> None:
    """Print the memory of a worker: at rest, under load without and with kept answers, and with as many as fit."""
    rows: list[tuple[str, int]] = []
    with started(url, ANSWERS_BYTES="0") as running:
        running.until_ready()
        rows.append(("at rest", running.memory()))
        call = Call.post("/graphql", orjson.dumps({"query": QUERY}))
        rate = asyncio.run(load(running.port, [call], CONNECTIONS, seconds)).rate
        rows.append((f"list, {rate:,.0f}/s, no answers kept", running.memory()))
    with started(url) as running:
        running.until_ready()
        rate = asyncio.run(load(running.port, [call], CONNECTIONS, seconds)).rate
        rows.append((f"list, {rate:,.0f}/s, kept", running.memory()))
        number, use = 0, running.answers()
        while use["bytes"] < 0.98 * use["limit"]:
            for _ in range(200):
                number += 1
                running.http.post("/graphql", json={"query": QUERY, "variables": {"n": number}}).raise_for_status()
            use = running.answers()
        rows.append((f"{use['kept']:,} answers of {use['bytes'] // 2**20} MB kept", running.memory()))
    print(f"\n{'memory of a worker, RSS':<40}{'MB':>8}")
    for name, megabytes in rows:
        print(f"{name:<40}{megabytes:>8}")


def main() -> None:
    """Make the databases, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--late", type=int, default=400, help="reports in the backlog, of two deadlines each")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=30, help="of each load")
    given = parser.parse_args()
    with PostgresServer() as server:
        for name in ("empty", "filled", "late"):
            server.create_database(name)
        asyncio.run(prepare(server.url("empty")))
        asyncio.run(store(server.url("filled"), given.reports))
        asyncio.run(prepare(server.url("late")))
        asyncio.run(stand_still(server.url("late"), given.late, datetime.now(UTC)))
        databases = {
            "no reports": "empty",
            f"{given.reports:,} reports": "filled",
            f"{2 * given.late:,} deadlines missed meanwhile": "late",
        }
        measure_starts(server, databases, given.rounds)
        measure_memory(server.url("filled"), given.seconds)


if __name__ == "__main__":
    main()
