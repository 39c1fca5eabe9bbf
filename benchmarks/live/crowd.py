"""Many sockets with a subscription each: the cost of a socket, the cost of idling, and the rate of reconnecting.

Tanggap first, then a server that does nothing else (the limit), both run as in production. With one worker, its server
is on core 0 and everything else on core 1; measured are memory, processor time at rest, and all clients reconnecting at
once. With several, each worker is a `tanggap serve` at its own loopback address, over one PostgreSQL and one Redis, and
each has its own client process, on any core; measured are memory, and the time from the commit of a shift to the last
socket.
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
from benchmarks.live.shifts import ShiftingCity, shifting_city, update_in
from benchmarks.live.swarm import Swarm

SERVER_CORE, CLIENT_CORE = 0, 1
ROUNDS = 5
"""Updates that are measured."""

WARM_UP_SOCKETS = 100
"""Sockets that connect and leave first, to exclude the one-time costs of a server."""

SPARE_FILES = 200
"""File descriptors that a process needs besides its sockets."""

PAUSE = 2.0
"""Seconds before memory is read, and between two updates."""

JOIN_RATE = 100
"""Minimal rate of connecting, in sockets a second."""

DELIVERY_TIMEOUT = 120.0
"""Seconds that an update may take to reach all sockets."""

TIME_LIMIT = 3000.0
"""Time limit of the whole benchmark, in seconds."""

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
        """Connect `count` clients, evenly; return the seconds until all had their snapshots."""
        share = count // len(self.swarms)
        within = DELIVERY_TIMEOUT + count / JOIN_RATE
        times = await asyncio.gather(*(swarm.connect(share, within) for swarm in self.swarms))
        return max(ended for _, ended in times) - min(began for began, _ in times)

    async def drop(self) -> None:
        """Drop all clients."""
        await asyncio.gather(*(swarm.drop(DELIVERY_TIMEOUT) for swarm in self.swarms))

    async def reach(self, city: ShiftingCity, frame: str) -> tuple[float, str]:
        """Send an update to all sockets; return the seconds it took, and its frame."""
        await asyncio.sleep(PAUSE)
        if self.kind == "tanggap":
            began = await city.shift()
        else:
            began = min(await asyncio.gather(*(server.fire(frame) for server in self.servers)))
        taken = await asyncio.gather(*(swarm.take(DELIVERY_TIMEOUT) for swarm in self.swarms))
        _, update = taken[0]
        return max(arrivals[-1] for arrivals, _ in taken) - began, frame_of(update_in(update))

    def memory(self) -> int:
        """Return the memory of all servers in bytes."""
        return sum(server.memory() for server in self.servers)

    def cpu(self) -> float:
        """Return the processor time of all servers in seconds."""
        return sum(server.cpu() for server in self.servers)


async def measure(
    crowd: Crowd, city: ShiftingCity, sockets: int, rest: float, frame: str
) -> tuple[dict[str, float], str]:
    """Return the figures of one kind of server, by name, and the frame of an update."""
    figures: dict[str, float] = {}
    await crowd.connect(WARM_UP_SOCKETS * len(crowd.servers))
    _, frame = await crowd.reach(city, frame)
    await crowd.drop()
    await asyncio.sleep(PAUSE)
    empty, working = crowd.memory(), crowd.cpu()
    print_progress(f"{crowd.kind}: connecting")
    figures["connecting, a second"] = sockets / await crowd.connect(sockets)
    figures["connecting, a core's second"] = sockets / (crowd.cpu() - working)
    await asyncio.sleep(PAUSE)
    figures["memory of a socket, KB"] = (crowd.memory() - empty) / sockets / 1000
    print_progress(f"{crowd.kind}: {figures}")
    reached = []
    for _ in range(ROUNDS):
        took, frame = await crowd.reach(city, frame)
        reached.append(took)
    figures["a shift to all, s"] = median(reached)
    figures["the slowest of 5, s"] = max(reached)
    print_progress(f"{crowd.kind}: {figures}")
    if len(crowd.servers) == 1:
        figures |= await measure_alone(crowd, sockets, rest)
    return figures, frame


async def measure_alone(crowd: Crowd, sockets: int, rest: float) -> dict[str, float]:
    """Return the figures that are meaningful only for one worker on its own core."""
    print_progress(f"{crowd.kind}: at rest")
    working, began = crowd.cpu(), time.perf_counter()
    await asyncio.sleep(rest)
    share = (crowd.cpu() - working) / (time.perf_counter() - began)
    print_progress(f"{crowd.kind}: coming back")
    working, began = crowd.cpu(), time.perf_counter()
    await crowd.drop()
    await crowd.connect(sockets)
    seconds, working = time.perf_counter() - began, crowd.cpu() - working
    return {
        "at rest, % of a core": 100 * share,
        "coming back, a second": sockets / seconds,
        "coming back, a core's second": sockets / working,
    }


def print_progress(line: str) -> None:
    """Print a line to standard error."""
    print(line, file=sys.stderr)


def show(limit: dict[str, float], ours: dict[str, float]) -> None:
    """Print the figures side by side."""
    print(f"{'':<29}{'limit':>9}{'tanggap':>9}{'ratio':>7}   goal")
    for name, figure in ours.items():
        ratio = figure / limit[name]
        print(f"{name:<29}{limit[name]:9,.2f}{figure:9,.2f}{ratio:7.2f}   {GOALS.get(name, '')}".rstrip())


async def gather(stack: AsyncExitStack, kind: str, workers: int, environment: dict[str, str]) -> Crowd:
    """Start the servers of one kind and their client processes."""
    server_core, client_core = (SERVER_CORE, CLIENT_CORE) if workers == 1 else (None, None)
    servers = [
        await stack.enter_async_context(ServerProcess(kind, environment, server_core, f"127.0.0.{number + 1}"))
        for number in range(workers)
    ]
    swarms = [stack.enter_context(Swarm(server, number, client_core)) for number, server in enumerate(servers)]
    return Crowd(kind, servers, swarms)


async def compare(sockets: int, workers: int, rest: float) -> None:
    """Measure the limit and Tanggap, one after the other."""
    async with asyncio.timeout(TIME_LIMIT), shifting_city() as city:
        async with AsyncExitStack() as stack:
            crowd = await gather(stack, "tanggap", workers, city.environment)
            ours, frame = await measure(crowd, city, sockets, rest, "")
        async with AsyncExitStack() as stack:
            crowd = await gather(stack, "raw", workers, city.environment)
            limit, _ = await measure(crowd, city, sockets, rest, frame)
    print(f"{sockets} sockets with a subscription each, workers: {workers}; an update has {len(frame.encode())} bytes")
    show(limit, ours)


def main() -> None:
    """Run the benchmark with the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sockets", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--rest", type=float, default=42.0, help="two pings of each silent socket, by default")
    options = parser.parse_args()
    files, ports = open_many_files(), ports_of_an_address()
    share = options.sockets // options.workers
    if share + SPARE_FILES > min(files, ports):
        sys.exit(f"{share} sockets a worker: a process may have {files} files (ulimit -n), an address {ports} ports.")
    if options.workers == 1:
        os.sched_setaffinity(0, {CLIENT_CORE})
    asyncio.run(compare(options.sockets, options.workers, options.rest))


def ports_of_an_address() -> int:
    """Return the number of connections that one address can open."""
    first, last = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    return last - first + 1


if __name__ == "__main__":
    main()
