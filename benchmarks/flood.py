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
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson

from benchmarks.start import started
from tests.city import prepare, stand_still

FLOODER: Final = "127.0.0.2"
OTHERS: Final = [f"127.0.1.{number}" for number in range(1, 21)]
LISTS: Final = [f"{{ reports(first: {number}) {{ edges {{ node {{ title }} }} }} }}" for number in range(1, 51)]
PIPELINED, CONNECTIONS = 20, 200
"""Requests that a connection of the flood sends at once, and its connections."""

A_SECOND: Final = 5
"""Requests a second of each other address."""


def request(query: str) -> bytes:
    """Return a request as it is sent."""
    body = orjson.dumps({"query": query})
    head = f"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def answered(reader: asyncio.StreamReader) -> int:
    """Read an answer, and return its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length[15:]))
    return int(head[9:12])


async def flood(port: int, seconds: float) -> Counter[int]:
    """Send as much as the server takes, from one address; return the answers by status."""
    statuses: Counter[int] = Counter()
    until = time.monotonic() + seconds

    async def one(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(FLOODER, 0))
        while time.monotonic() < until:
            writer.write(b"".join(request(LISTS[(number + each) % 50]) for each in range(PIPELINED)))
            for _ in range(PIPELINED):
                statuses[await answered(reader)] += 1
        writer.close()

    await asyncio.gather(*(one(number) for number in range(CONNECTIONS)))
    return statuses


def flooding(port: int, seconds: float, result: "multiprocessing.Queue[Counter[int]]") -> None:
    """Flood in a process of its own."""
    result.put(asyncio.run(flood(port, seconds)))


async def others(port: int, seconds: float) -> tuple[list[float], Counter[int]]:
    """Return the sorted milliseconds of the answers to the others, and their statuses."""
    times: list[float] = []
    statuses: Counter[int] = Counter()
    until = time.monotonic() + seconds

    async def one(number: int, address: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
        await asyncio.sleep(number / len(OTHERS) / A_SECOND)
        while time.monotonic() < until:
            began = time.perf_counter()
            writer.write(request(LISTS[number]))
            statuses[await answered(reader)] += 1
            times.append((time.perf_counter() - began) * 1_000)
            await asyncio.sleep(1 / A_SECOND)
        writer.close()

    await asyncio.gather(*(one(number, address) for number, address in enumerate(OTHERS)))
    return sorted(times), statuses


def say(name: str, measured: tuple[list[float], Counter[int]]) -> None:
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
            say("alone", asyncio.run(others(server.port, seconds)))
            result: multiprocessing.Queue[Counter[int]] = multiprocessing.Queue()
            process = multiprocessing.Process(target=flooding, args=(server.port, seconds + 2, result))
            process.start()
            time.sleep(1)
            say("during the flood", asyncio.run(others(server.port, seconds)))
            statuses = result.get()
            process.join()
            print(f"the flood: {statuses.total() / (seconds + 2):.0f} answers a second, {dict(statuses)}")


if __name__ == "__main__":
    main()
