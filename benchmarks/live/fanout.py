"""One update of a board to many sockets, compared with the limit of the same server and with stock strawberry.

Three servers run as in production (no deflate), all on core 0; clients and databases are on core 1. The limit sends the
frame of Tanggap, encoded once. Each round makes a change in Tanggap and fires its frame in the two others, to keep the
ratios independent of the load of the machine. Times are from the commit (or the request to fire) to each socket; the
medians of the rounds are printed.
Run: python -m benchmarks.live.fanout [--sockets N] [--rounds N]
"""

import argparse
import asyncio
import os
import sys
from array import array
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from statistics import median

from benchmarks.live.hosting import ServerProcess, frame_of
from benchmarks.live.shifts import SHIFTS, ShiftingCity, shifting_city, update_in
from benchmarks.live.swarm import Swarm

SERVER_CORE, CLIENT_CORE = 0, 1
LATENCY_SOCKETS = 1_000
"""Sockets of the second run, in which the delay of each socket counts."""

DELIVERY_TIMEOUT = 60.0
"""Seconds that an update may take to reach all sockets."""

CONNECT_TIMEOUT = 200.0
"""Seconds that all clients may take to connect."""

PAUSE = 0.3
"""Seconds between two measurements: a board is updated at most every 0.25 s."""

STOCK_EVERY = 5
"""Stock strawberry takes part in every fifth round: it needs seconds where the others need milliseconds."""

TIME_LIMIT = 1200.0
"""Time limit of the whole benchmark, in seconds."""

GOALS = {"raw": "the limit", "tanggap": "0.8 of it; p99 2 times its"}


@dataclass
class Side:
    """One of the three servers, and its figures: seconds to the last socket and to 99 %, processor seconds."""

    server: ServerProcess
    swarm: Swarm
    last: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)

    def note(self, began: float, arrivals: "array[float]", busy: float) -> None:
        """Record the figures of a round."""
        self.last.append(arrivals[-1] - began)
        self.p99.append(arrivals[len(arrivals) * 99 // 100 - 1] - began)
        self.busy.append(busy)

    def clear(self) -> None:
        """Drop the figures recorded so far."""
        for figures in (self.last, self.p99, self.busy):
            figures.clear()


async def measure(side: Side, city: ShiftingCity, frame: str) -> str:
    """Send an update to all sockets of a side, record its figures, and return its frame."""
    await asyncio.sleep(PAUSE)
    before = side.server.cpu()
    began = await (city.shift() if side.server.kind == "tanggap" else side.server.fire(frame))
    arrivals, update = await side.swarm.take(DELIVERY_TIMEOUT)
    side.note(began, arrivals, side.server.cpu() - before)
    return frame_of(update_in(update))


async def run_rounds(city: ShiftingCity, sides: list[Side], sockets: int, rounds: int) -> None:
    """Measure with a number of sockets and print a table."""
    for side in sides:
        began, ended = await side.swarm.connect(sockets, CONNECT_TIMEOUT)
        print(f"{side.server.kind}: {sockets} sockets in {ended - began:.1f} s", file=sys.stderr)
    frame = ""
    for number in range(-2, rounds):  # the first two are a warm-up
        if number == 0:
            for side in sides:
                side.clear()
        for side in sides:
            if side.server.kind != "stock" or number % STOCK_EVERY == 0:
                frame = await measure(side, city, frame)
        print(f"round {number + 1} of {rounds}", end="\r", file=sys.stderr)
    print(f"\n{sockets} sockets, {rounds} rounds, {SHIFTS} shifts in {len(frame.encode())} bytes")
    print("           in a row/s  ratio   busy/s  ratio   p99 ms  ratio   goals")
    limit = next(side for side in sides if side.server.kind == "raw")
    for side in sides:
        row, busy, p99 = (median(figures) for figures in (side.last, side.busy, side.p99))
        print(
            f"{side.server.kind:<10} {sockets / row:11,.0f} {median(limit.last) / row:6.2f} {sockets / busy:8,.0f} "
            f"{median(limit.busy) / busy:6.2f} {p99 * 1000:8.1f} {p99 / median(limit.p99):6.2f}   "
            f"{GOALS.get(side.server.kind, '')}"
        )
    for side in sides:
        await side.swarm.drop(DELIVERY_TIMEOUT)


async def compare(sockets: int, rounds: int) -> None:
    """Measure many sockets, then the number whose delay counts."""
    async with asyncio.timeout(TIME_LIMIT), AsyncExitStack() as stack:
        city = await stack.enter_async_context(shifting_city())
        sides = []
        for number, kind in enumerate(("tanggap", "raw", "stock")):
            server = await stack.enter_async_context(ServerProcess(kind, city.environment, SERVER_CORE))
            sides.append(Side(server, stack.enter_context(Swarm(server, number, CLIENT_CORE))))
        for count in (sockets, min(sockets, LATENCY_SOCKETS)):
            await run_rounds(city, sides, count, rounds)


def main() -> None:
    """Run the benchmark with the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sockets", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    os.sched_setaffinity(0, {CLIENT_CORE})
    asyncio.run(compare(options.sockets, options.rounds))


if __name__ == "__main__":
    main()
