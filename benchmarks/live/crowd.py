"""Many sockets with a subscription each: what one costs, what they cost when nothing happens, and how they come back.

Tanggap first, then a server that does nothing else (the limit), both run as in production. With one worker, its server
is on core 0 and everything else on core 1: memory, processor time at rest, and all reconnecting together. With several,
each worker is a `tanggap serve` at a loopback address of its own, over one PostgreSQL and one Redis, each with a client
process of its own, on any core: memory, and the time from the commit of a shift until it has reached all.
Run: python -m benchmarks.live.crowd [--sockets N] [--workers N] [--rest SECONDS]
"""

import argparse
import asyncio
import os
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.live.hosting import ServerProcess, frame_of, open_many_files
from benchmarks.live.shifts import Shifting, shifting, update_in
from benchmarks.live.swarm import Swarm

SERVER_CORE, CLIENT_CORE = 0, 1
ROUNDS = 5
"""Updates that are sent to all."""

WARM = 100
"""Sockets that come and go first, so that what a server needs once is not counted."""

SPARE_FILES = 200
"""Descriptors that a process needs beside its sockets."""

CALM = 2.0
"""Seconds before memory is read, and between two updates."""

JOIN_RATE = 100
"""Sockets a second that connect at least."""

WITHIN = 120.0
"""Seconds that an update may take to reach all."""

IN_ALL = 3000.0
"""Seconds after which the benchmark has failed."""

GOALS = {
    "memory of a socket, KB": "at most 30",
    "a shift to all, s": "under 2.2, for 72,000 on 4 workers",
    "coming back, a core's second": "1,000",
}


@dataclass
class Crowd:
    """The servers of one kind, each with its swarm."""

    kind: str
    servers: list[ServerProcess]
    swarms: list[Swarm]

    async def connect(self, count: int) -> float:
        """Connect so many, evenly; return the seconds until each had its snapshot."""
        share = count // len(self.swarms)
        within = WITHIN + count / JOIN_RATE
        times = await asyncio.gather(*(swarm.connect(share, within) for swarm in self.swarms))
        return max(ended for _, ended in times) - min(began for began, _ in times)

    async def drop(self) -> None:
        """Let all go away."""
        await asyncio.gather(*(swarm.drop(WITHIN) for swarm in self.swarms))

    async def reach(self, city: Shifting, frame: str) -> tuple[float, str]:
        """Let an update reach all; return the seconds it took, and its frame."""
        await asyncio.sleep(CALM)
        if self.kind == "tanggap":
            began = await city.shift()
        else:
            began = min(await asyncio.gather(*(server.fire(frame) for server in self.servers)))
        taken = await asyncio.gather(*(swarm.take(WITHIN) for swarm in self.swarms))
        _, update = taken[0]
        return max(arrivals[-1] for arrivals, _ in taken) - began, frame_of(update_in(update))

    def memory(self) -> int:
        """Return the bytes of all servers."""
        return sum(server.memory() for server in self.servers)

    def cpu(self) -> float:
        """Return the processor seconds of all servers."""
        return sum(server.cpu() for server in self.servers)


async def measure(crowd: Crowd, city: Shifting, sockets: int, rest: float, frame: str) -> tuple[dict[str, float], str]:
    """Return the figures of one kind, by name, and the frame of an update."""
    figures: dict[str, float] = {}
    await crowd.connect(WARM * len(crowd.servers))
    _, frame = await crowd.reach(city, frame)
    await crowd.drop()
    await asyncio.sleep(CALM)
    empty, working = crowd.memory(), crowd.cpu()
    tell(f"{crowd.kind}: connecting")
    figures["connecting, a second"] = sockets / await crowd.connect(sockets)
    figures["connecting, a core's second"] = sockets / (crowd.cpu() - working)
    await asyncio.sleep(CALM)
    figures["memory of a socket, KB"] = (crowd.memory() - empty) / sockets / 1000
    tell(f"{crowd.kind}: {figures}")
    reached = []
    for _ in range(ROUNDS):
        took, frame = await crowd.reach(city, frame)
        reached.append(took)
    figures["a shift to all, s"] = median(reached)
    figures["the slowest of 5, s"] = max(reached)
    tell(f"{crowd.kind}: {figures}")
    if len(crowd.servers) == 1:
        figures |= await measure_alone(crowd, sockets, rest)
    return figures, frame


async def measure_alone(crowd: Crowd, sockets: int, rest: float) -> dict[str, float]:
    """Return what has a meaning for one worker on a core of its own."""
    tell(f"{crowd.kind}: at rest")
    working, began = crowd.cpu(), time.perf_counter()
    await asyncio.sleep(rest)
    share = (crowd.cpu() - working) / (time.perf_counter() - began)
    tell(f"{crowd.kind}: coming back")
    working, began = crowd.cpu(), time.perf_counter()
    await crowd.drop()
    await crowd.connect(sockets)
    seconds, working = time.perf_counter() - began, crowd.cpu() - working
    return {
        "at rest, % of a core": 100 * share,
        "coming back, a second": sockets / seconds,
        "coming back, a core's second": sockets / working,
    }


def tell(progress: str) -> None:
    """Say how far it is."""
    print(progress, file=sys.stderr)


def show(limit: dict[str, float], ours: dict[str, float]) -> None:
    """Print the figures beside each other."""
    print(f"{'':<29}{'limit':>9}{'tanggap':>9}{'ratio':>7}   goal")
    for name, figure in ours.items():
        ratio = figure / limit[name]
        print(f"{name:<29}{limit[name]:9,.2f}{figure:9,.2f}{ratio:7.2f}   {GOALS.get(name, '')}".rstrip())


async def gather(stack: AsyncExitStack, kind: str, workers: int, environment: dict[str, str]) -> Crowd:
    """Start the servers of a kind and their clients."""
    server_core, client_core = (SERVER_CORE, CLIENT_CORE) if workers == 1 else (None, None)
    servers = [
        await stack.enter_async_context(ServerProcess(kind, environment, server_core, f"127.0.0.{number + 1}"))
        for number in range(workers)
    ]
    swarms = [stack.enter_context(Swarm(server, number, client_core)) for number, server in enumerate(servers)]
    return Crowd(kind, servers, swarms)


async def compare(sockets: int, workers: int, rest: float) -> None:
    """Measure the limit and Tanggap, one after the other."""
    async with asyncio.timeout(IN_ALL), shifting() as city:
        async with AsyncExitStack() as stack:
            crowd = await gather(stack, "tanggap", workers, city.environment)
            ours, frame = await measure(crowd, city, sockets, rest, "")
        async with AsyncExitStack() as stack:
            crowd = await gather(stack, "raw", workers, city.environment)
            limit, _ = await measure(crowd, city, sockets, rest, frame)
    print(f"{sockets} sockets with a subscription each, workers: {workers}; an update has {len(frame.encode())} bytes")
    show(limit, ours)


def main() -> None:
    """Measure a crowd."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sockets", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--rest", type=float, default=42.0, help="two pings of each silent socket, by default")
    given = parser.parse_args()
    files, ports = open_many_files(), ports_of_an_address()
    share = given.sockets // given.workers
    if share + SPARE_FILES > min(files, ports):
        sys.exit(f"{share} sockets a worker: a process may have {files} files (ulimit -n), an address {ports} ports.")
    if given.workers == 1:
        os.sched_setaffinity(0, {CLIENT_CORE})
    asyncio.run(compare(given.sockets, given.workers, given.rest))


def ports_of_an_address() -> int:
    """Return how many connections one address may begin."""
    first, last = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    return last - first + 1


if __name__ == "__main__":
    main()
