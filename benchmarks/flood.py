"""A flood from one address, and what the others feel meanwhile: their p99 before and during it.

Run: python -m benchmarks.flood [--seconds 15]. Both come from this machine, from addresses of the loopback network; the
flood from a process of its own. The limits are the defaults, over SQLite with one worker.
"""

import argparse
import asyncio
import multiprocessing
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.start import started
from tests.attacks import Said, answered, connection, others, request
from tests.city import prepare, stand_still

FLOODER: Final = "127.0.0.2"
OTHERS: Final = 20
"""Other people, each with an address."""

LISTS: Final = [f"{{ reports(first: {number}) {{ edges {{ node {{ title }} }} }} }}" for number in range(1, 51)]
PIPELINED, CONNECTIONS = 20, 200
"""Requests that a connection of the flood sends at once, and its connections."""

A_SECOND: Final = 5
"""Requests a second of each of them."""


async def flood(port: int, seconds: float) -> Said:
    """Send as much as the server takes, from one address; return the answers by status."""
    said: Said = Said()
    until = time.monotonic() + seconds

    async def one(number: int) -> None:
        async with connection(port, FLOODER) as (reader, writer):
            while time.monotonic() < until:
                writer.write(b"".join(request(LISTS[(number + each) % 50]) for each in range(PIPELINED)))
                for _ in range(PIPELINED):
                    status, _ = await answered(reader)
                    said[str(status)] += 1

    await asyncio.gather(*(one(number) for number in range(CONNECTIONS)))
    return said


def flooding(port: int, seconds: float, result: "multiprocessing.Queue[Said]") -> None:
    """Flood in a process of its own."""
    result.put(asyncio.run(flood(port, seconds)))


def say(name: str, measured: tuple[list[float], Said]) -> None:
    """Print the times of the others."""
    times, statuses = measured
    p50, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
    print(f"{name}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, {dict(statuses)}, load {os.getloadavg()[0]:.1f}")


def main() -> None:
    """Measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=15)
    seconds = options.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite://{Path(folder) / 'flood.db'}"
        asyncio.run(prepare(url))
        asyncio.run(stand_still(url, 200, datetime.now(UTC)))
        limits = {"RATE_LIMITS": "", "DATABASE_QUEUE": "200", "ANSWERS_BYTES": "0", "MEDIA_DIR": folder}
        with started(url, **limits) as server:
            server.until_ready()
            say("alone", asyncio.run(others(server.port, seconds, LISTS[:OTHERS], A_SECOND)))
            result: multiprocessing.Queue[Said] = multiprocessing.Queue()
            process = multiprocessing.Process(target=flooding, args=(server.port, seconds + 2, result))
            process.start()
            time.sleep(1)
            say("during the flood", asyncio.run(others(server.port, seconds, LISTS[:OTHERS], A_SECOND)))
            statuses = result.get()
            process.join()
            print(f"the flood: {statuses.total() / (seconds + 2):.0f} answers a second, {dict(statuses)}")


if __name__ == "__main__":
    main()
