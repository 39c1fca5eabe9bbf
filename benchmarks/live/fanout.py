"""One update of a board to many sockets, beside the same server at its limit and beside stock strawberry.

Three servers are run as in production (no deflate), all on core 0; clients and databases are on core 1. The limit sends
Tanggap's own frame, made once. In each round a change is made in the one and its frame is fired in the two others, so
that the ratios do not depend on what else the machine does. Times are from the commit (or the request to fire) to each
socket; what is printed is the median of the rounds.
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
from benchmarks.live.shifts import SHIFTS, Shifting, shifting, update_in
from benchmarks.live.swarm import Swarm

SERVER_CORE, CLIENT_CORE = 0, 1
NEAR = 1_000
"""Sockets for which the time to reach each counts."""

WITHIN = 60.0
"""Seconds that an update may take to reach all."""

JOIN_WITHIN = 200.0
"""Seconds that all may take to connect."""

PAUSE = 0.3
"""Seconds between two measurements: a board is updated at most every 0.25 s."""

STOCK_EVERY = 5
"""Rounds of which stock strawberry takes part in one: it needs seconds for what takes the others milliseconds."""

IN_ALL = 1200.0
"""Seconds after which the benchmark has failed."""

GOALS = {"raw": "the limit", "tanggap": "0.8 of it; p99 2 times its"}


@dataclass
class Side:
    """One of the three, and what was measured: seconds to reach the last and 99 of 100, and processor seconds."""

    server: ServerProcess
    swarm: Swarm
    last: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)

    def note(self, began: float, arrivals: "array[float]", busy: float) -> None:
        """Keep the figures of a round."""
        self.last.append(arrivals[-1] - began)
        self.p99.append(arrivals[len(arrivals) * 99 // 100 - 1] - began)
        self.busy.append(busy)

    def forget(self) -> None:
        """Begin anew."""
        for figures in (self.last, self.p99, self.busy):
            figures.clear()


async def measure(side: Side, city: Shifting, frame: str) -> str:
    """Let an update reach all sockets of a side; return its frame."""
    await asyncio.sleep(PAUSE)
    before = side.server.cpu()
    began = await (city.shift() if side.server.kind == "tanggap" else side.server.fire(frame))
    arrivals, update = await side.swarm.take(WITHIN)
    side.note(began, arrivals, side.server.cpu() - before)
    return frame_of(update_in(update))


async def stage(city: Shifting, sides: list[Side], sockets: int, rounds: int) -> None:
    """Measure with so many sockets and print a table."""
    for side in sides:
        began, ended = await side.swarm.connect(sockets, JOIN_WITHIN)
        print(f"{side.server.kind}: {sockets} sockets in {ended - began:.1f} s", file=sys.stderr)
    frame = ""
    for number in range(-2, rounds):  # the first two are for warming up
        if number == 0:
            for side in sides:
                side.forget()
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
        await side.swarm.drop(WITHIN)


async def compare(sockets: int, rounds: int) -> None:
    """Measure many sockets, then those whose delay counts."""
    async with asyncio.timeout(IN_ALL), AsyncExitStack() as stack:
        city = await stack.enter_async_context(shifting())
        sides = []
        for number, kind in enumerate(("tanggap", "raw", "stock")):
            server = await stack.enter_async_context(ServerProcess(kind, city.environment, SERVER_CORE))
            sides.append(Side(server, stack.enter_context(Swarm(server, number, CLIENT_CORE))))
        for count in (sockets, min(sockets, NEAR)):
            await stage(city, sides, count, rounds)


def main() -> None:
    """Compare the three."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sockets", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=30)
    given = parser.parse_args()
    os.sched_setaffinity(0, {CLIENT_CORE})
    asyncio.run(compare(given.sockets, given.rounds))


if __name__ == "__main__":
    main()
