"""Attacks, and what the others feel meanwhile: what the server said, their p50 and p99 alone and during each attack.

Run: python -m benchmarks.attacks [--scale 1.0] [NAME ...]. One worker over SQLite, with the limits that are the default
and no kept answers. Each attack comes from a process of its own, from 50 addresses; the others are 20 people who ask
five times a second. `memory`: of the server after the attack, in MB.
"""

import argparse
import asyncio
import multiprocessing
import os
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx

from benchmarks.flood import A_SECOND, LISTS, OTHERS
from benchmarks.start import Server, started
from tests import attacks
from tests.attacks import Said, Target
from tests.city import prepare, stand_still
from tests.wire import Caller

COUNTS: Final = {
    "guesses": 10_000,
    "guesses_by_aliases": 1_000,
    "costly_documents": 1_000,
    "forged": 10_000,
    "paths": 10_000,
    "bombs": 200,
    "silent_sockets": 10_000,
    "silent_connections": 3_000,
    "slow_bodies": 3_000,
    "readers_that_do_not_read": 500,
}
SECONDS: Final = 5.0
"""Seconds of the measurement of the others alone."""


def attacking(name: str, target: Target, count: int, said: "multiprocessing.Queue[Said]") -> None:
    """Attack in a process of its own."""
    said.put(asyncio.run(getattr(attacks, name)(target, count)))


async def people(server: Server) -> Target:
    """Create the account that is attacked and that of the attacker."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as http:
        citizen, attacker = Caller(http), Caller(http)
        await citizen.sign_up("warga@contoh.id")
        await attacker.sign_up("penyerang@contoh.id")
    return Target(server.port, "warga@contoh.id", attacker.token or "")


async def felt(port: int, process: multiprocessing.Process | None) -> str:
    """Return the p50 and the p99 of the others, alone or until an attack ends, and how many were not answered well."""
    times: list[float] = []
    said: Said = Said()
    while True:
        some, answers = await attacks.others(port, SECONDS, LISTS[:OTHERS], A_SECOND)
        times += some
        said += answers
        if process is None or not process.is_alive():
            break
    times.sort()
    failed = said.total() - said["200"]
    return f"{times[len(times) // 2]:.0f} / {times[len(times) * 99 // 100]:.0f} ms" + (
        f", {failed} failed" * (failed > 0)
    )


def measure(server: Server, target: Target, name: str, count: int) -> None:
    """Print the line of an attack."""
    alone = asyncio.run(felt(server.port, None))
    said: multiprocessing.Queue[Said] = multiprocessing.Queue()
    process = multiprocessing.Process(target=attacking, args=(name, target, count, said))
    began = time.monotonic()
    process.start()
    during = asyncio.run(felt(server.port, process))
    process.join()
    answers = ", ".join(f"{answer} {number:,}" for answer, number in said.get().most_common())
    seconds, load = time.monotonic() - began, os.getloadavg()[0]
    print(
        f"| {name} | {count:,} in {seconds:.0f} s | {answers} | {alone} | {during} | {server.memory()} | {load:.1f} |",
        flush=True,
    )


def main() -> None:
    """Measure each attack in turn on one server."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("names", nargs="*", help="attacks; all without any")
    options.add_argument("--scale", type=float, default=1.0, help="factor of the numbers of attempts")
    given = options.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # for the sockets of both sides
    print("| attack | attempts | the server said | others alone p50 / p99 | during it | memory | load |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite://{Path(folder) / 'attacks.db'}"
        asyncio.run(prepare(url))
        asyncio.run(stand_still(url, 200, datetime.now(UTC)))
        limits = {"RATE_LIMITS": "", "SIGN_IN_ATTEMPTS": "5", "SOCKETS_PER_ADDRESS": "100", "DATABASE_QUEUE": "200"}
        with started(url, ANSWERS_BYTES="0", MEDIA_DIR=folder, **limits) as server:
            server.until_ready()
            target = asyncio.run(people(server))
            for name in given.names or COUNTS:
                measure(server, target, name, max(1, round(COUNTS[name] * given.scale)))


if __name__ == "__main__":
    main()
