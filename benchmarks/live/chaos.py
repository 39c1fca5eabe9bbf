"""Faults of everything that can fail, one after the other, each repaired before the next."""

import asyncio
import math
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from benchmarks.live.clients import Client
from benchmarks.live.workers import Fleet
from tests.backends import PostgresServer, RedisServer

SETTLING = 3.0
"""Seconds after the repair of a fault that still count as affected: clients reconnect in them."""


@dataclass(frozen=True)
class Fault:
    """A fault, with its begin and its repair in seconds of the Unix clock."""

    kind: str
    began: float
    repaired: float

    def overlaps(self, began: float, ended: float) -> bool:
        """Return whether the fault or its consequences overlap a time span."""
        return began < self.repaired + SETTLING and self.began < ended


class Chaos:
    """Causes faults one at a time, and repairs each before the next."""

    def __init__(
        self,
        fleet: Fleet,
        postgres: PostgresServer,
        redis: RedisServer,
        clients: list[Client],
        rng: random.Random,
    ) -> None:
        self.faults: list[Fault] = []
        self._fleet, self._postgres, self._redis, self._clients = fleet, postgres, redis, clients
        self._rng = rng
        self._state = "quiet"

    @property
    def kinds(self) -> dict[str, Callable[[], Awaitable[None]]]:
        """The functions that cause faults, by the name of the fault."""
        return {
            "worker killed": lambda: self._restart_worker(signal.SIGKILL),
            "worker stopped": lambda: self._restart_worker(signal.SIGTERM),
            "worker frozen": self._freeze_worker,
            "Redis killed": self._kill_redis,
            "Redis frozen": self._freeze_redis,
            "PostgreSQL killed": self._kill_postgres,
            "PostgreSQL restarted": self._restart_postgres,
            "clients cut off": self._cut_clients,
            "clients not reading": self._stall_clients,
        }

    async def run(self, kinds: list[str], rest: float, until: float) -> None:
        """Cause each of the kinds once, then random ones until the monotonic time `until`.

        Rest about `rest` seconds before each.
        """
        remaining = self._rng.sample(kinds, len(kinds))
        while remaining or time.monotonic() < until:
            await self._pause(0.5 * rest, 1.5 * rest)
            kind = remaining.pop() if remaining else self._rng.choice(kinds)
            began = time.time()
            self._state = kind
            await self.kinds[kind]()
            self.faults.append(Fault(kind, began, time.time()))
            self._state = "quiet"

    @property
    def state(self) -> str:
        """The name of the current fault, or "quiet"."""
        return self._state

    @property
    def counts(self) -> Counter[str]:
        """Number of faults so far, by kind."""
        return Counter(fault.kind for fault in self.faults)

    async def _pause(self, least: float, most: float) -> None:
        await asyncio.sleep(self._rng.uniform(least, most))

    async def _restart_worker(self, number: signal.Signals) -> None:
        worker = self._rng.choice(self._fleet.workers)
        await worker.end(number)
        await self._pause(0, 1)
        await worker.start()

    async def _freeze_worker(self) -> None:
        worker = self._rng.choice(self._fleet.workers)
        worker.freeze()
        await self._pause(0.5, 6)  # longer than the idle limit of a transaction
        worker.thaw()

    async def _kill_redis(self) -> None:
        try:
            await asyncio.to_thread(self._redis.kill)
            await self._pause(0.2, 3)
        finally:
            await asyncio.to_thread(self._redis.start)

    async def _freeze_redis(self) -> None:
        try:
            self._redis.freeze()
            await self._pause(0.5, 4)
        finally:
            self._redis.thaw()

    async def _kill_postgres(self) -> None:
        try:
            await asyncio.to_thread(self._postgres.kill)
            await self._pause(0, 2)
        finally:
            await asyncio.to_thread(self._postgres.start)

    async def _restart_postgres(self) -> None:
        await asyncio.to_thread(self._postgres.restart)

    def _some_clients(self) -> list[Client]:
        return self._rng.sample(self._clients, math.ceil(self._rng.uniform(0.2, 0.6) * len(self._clients)))

    async def _cut_clients(self) -> None:
        for client in self._some_clients():
            client.cut()

    async def _stall_clients(self) -> None:
        stalled = self._some_clients()
        for client in stalled:
            client.stop_reading()
        await self._pause(2, 10)
        for client in stalled:
            client.resume_reading()
