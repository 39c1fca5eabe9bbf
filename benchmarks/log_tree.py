"""The cost of the published log: of its job for each submission, and of a tree over very many events.

Two services of one worker each, one of them without the job, have a PostgreSQL database of their own on one server.
Both are loaded in turn by 16 citizens, and left for some seconds, in which the job does what is left. What counts is
the processor time of the whole service for a submission: of the worker, and of all processes of PostgreSQL. A round
that was disturbed says nothing, so the medians of many rounds are compared.
Run: python -m benchmarks.log_tree [--rounds 20] [--seconds 5] [--leaves 1000000]
"""

import argparse
import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import httpx

from actions import sessions
from actions.accounts import credentials, sign_up
from actions.log_tree import EVERY, grow
from actions.transaction import Transactions
from app.auth import Tokens
from benchmarks.documents import graphql
from benchmarks.load import Call, load
from models.database import database, fetch
from models.log_tree import LogTree
from rules.checkpoints import LogSigner
from tests.backends import PostgresServer, free_port
from tests.city import FREE_ENVIRONMENT, ROOT, SECRET, prepare

CONNECTIONS = 16
SETTLING = 5.0
"""Seconds after the load in which the job ends its work; the other service has them too."""

SERVE = "import app.log_tree; app.log_tree.TICK = {tick}; from app.cli import main; main(['serve'])"
TICKS = {"with": 2.0, "without": 1e6}

REPORT_EVENT = """
    INSERT INTO log_event (position, topic, kind, at, report_id, version, actor, data)
    SELECT head.position + number, event.topic, event.kind, event.at, event.report_id + number, 2, event.actor,
        event.data FROM generate_series(1, $1) number, log_head head,
        (SELECT * FROM log_event WHERE topic = 'report' ORDER BY position LIMIT 1) event
"""
"""Copies of an event of the topic `report`."""


@dataclass
class Service:
    """A service with a database of its own. `costs`: processor seconds of a submission in each round."""

    port: int
    pid: int
    calls: list[Call]
    costs: list[float] = field(default_factory=list)


def cpu(pids: list[int]) -> float:
    """Return the processor time of processes so far, in seconds, with that of their children that have ended."""
    total = 0
    for pid in pids:
        try:
            total += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]))
        except FileNotFoundError:
            continue
    return total / os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """Return a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [pid, *map(int, children.split())]


def parent_of(pid: int) -> int:
    """Return the process that started another."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


async def postmaster_of(server: PostgresServer) -> int:
    """Return the process that starts the backends of a server."""
    async with database(server.url("postgres")):
        (row,) = await fetch("SELECT pg_backend_pid() AS pid")
        return parent_of(row["pid"])


@contextmanager
def served(url: str, kind: str, calls: list[Call], media: str) -> Iterator[Service]:
    """Run one worker over a database."""
    port = free_port()
    given = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "MEDIA_DIR": media, "HOST": "127.0.0.1", "PORT": str(port)}
    command = [sys.executable, "-c", SERVE.format(tick=TICKS[kind])]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **FREE_ENVIRONMENT, **given, "LOG_LEVEL": "WARNING"}
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
            while not is_ready(http):
                time.sleep(0.05)
        yield Service(port, process.pid, calls)
    finally:
        process.terminate()
        process.wait()


def is_ready(http: httpx.Client) -> bool:
    """Return whether a worker answers."""
    try:
        return http.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


async def signed_calls(url: str) -> list[Call]:
    """Prepare a database, sign citizens up, and return the submission of each, in kelurahan of their own."""
    await prepare(url)
    async with database(url):
        places = await fetch(f"SELECT latitude, longitude FROM kelurahan ORDER BY md5(code) LIMIT {CONNECTIONS}")
        transactions, calls = Transactions(), []
        for place in places:
            new = await credentials(f"{secrets.token_hex(8)}@contoh.id", secrets.token_urlsafe(12))
            person = await transactions.run(sign_up, new)
            session = await transactions.run(sessions.start, person, Tokens(SECRET).refreshing)
            token = Tokens(SECRET).issue(session.session_id, datetime.now(UTC))[0]
            words = {"title": "Sampah menumpuk", "description": "Sudah tiga hari tidak diangkut.", "category": "SAMPAH"}
            calls.append(graphql("submit", {"input": {**words, "location": dict(place)}}, token))
        return calls


async def compare(server: PostgresServer, postmaster: int, rounds: int, seconds: float) -> None:
    """Print what a submission costs with and without the job."""
    urls = {kind: server.url(kind) for kind in TICKS}
    for kind in urls:
        server.create_database(kind)
    calls = {kind: await signed_calls(url) for kind, url in urls.items()}
    with (
        tempfile.TemporaryDirectory() as media,
        served(urls["with"], "with", calls["with"], media) as with_job,
        served(urls["without"], "without", calls["without"], media) as without,
    ):
        for number in range(rounds + 1):
            for one in (with_job, without) if number % 2 else (without, with_job):
                before = cpu([one.pid, *family(postmaster)])
                answered = await load(one.port, one.calls, CONNECTIONS, seconds)
                await asyncio.sleep(SETTLING)
                used = cpu([one.pid, *family(postmaster)]) - before
                if number:  # the first round warms up
                    one.costs.append(used / answered.count)
    ratios = [ours / peer for ours, peer in zip(with_job.costs, without.costs, strict=True)]
    async with database(urls["with"]):
        size = (await LogTree.get(id=1)).size
    print(f"submission with the job     {median(with_job.costs) * 1e6:8.0f} us")
    print(f"submission without it       {median(without.costs) * 1e6:8.0f} us")
    print(f"ratio of each round, median {median(ratios):8.3f} ({rounds} rounds; the tree has {size} leaves)")


async def build(server: PostgresServer, postmaster: int, leaves: int) -> None:
    """Print what a tree over very many events takes."""
    server.create_database("many", template="with")
    signer = LogSigner("tanggap/log", bytes(32))
    async with database(server.url("many")):
        transactions = Transactions()
        await grow(transactions, signer)
        for _ in range(0, leaves, 100_000):
            await fetch(REPORT_EVENT, 100_000)
            await fetch("UPDATE log_head SET position = position + $1", 100_000)
        size = (await LogTree.get(id=1)).size
        await asyncio.sleep(EVERY.total_seconds())
        before, began = time.process_time() + cpu(family(postmaster)), time.perf_counter()
        await grow(transactions, signer)
        seconds = time.perf_counter() - began
        used = time.process_time() + cpu(family(postmaster)) - before
        added = (await LogTree.get(id=1)).size - size
        (row,) = await fetch(
            "SELECT pg_total_relation_size('log_tile') AS tiles, pg_total_relation_size('log_event') AS events, "
            "sum(length(hashes)) AS hashes FROM log_tile"
        )
    print(f"{added} leaves in {seconds:.0f} s, {used / added * 1e6:.0f} us of processor time each")
    print(f"hashes {row['hashes']:,} bytes; table log_tile {row['tiles']:,} bytes, log_event {row['events']:,} bytes")


async def main() -> None:
    """Read the command line and run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--leaves", type=int, default=1_000_000)
    given = parser.parse_args()
    with PostgresServer(on_disk=True) as server:
        postmaster = await postmaster_of(server)
        await compare(server, postmaster, given.rounds, given.seconds)
        await build(server, postmaster, given.leaves)


if __name__ == "__main__":
    asyncio.run(main())
