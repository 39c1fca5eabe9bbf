"""Breaks everything that can break, one thing after the other, and mends it again."""

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
"""Seconds after a fault is mended in which its consequences are still dealt with: clients come back in them."""


@dataclass(frozen=True)
class Fault:
    """A fault, and when it was, by the clock."""

    kind: str
    began: float
    mended: float

    def touches(self, began: float, ended: float) -> bool:
        """Whether it, or its consequences, fall into a time."""
        return began < self.mended + SETTLING and self.began < ended


class Chaos:
    """Makes faults; what it breaks it mends before it makes the next one."""

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
        self._under_way = "quiet"

    @property
    def kinds(self) -> dict[str, Callable[[], Awaitable[None]]]:
        """The faults, by name."""
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

    async def rage(self, kinds: list[str], breath: float, until: float) -> None:
        """Make each of the kinds once, then any until the monotonic clock says `until`; rest about `breath` seconds."""
        to_do = self._rng.sample(kinds, len(kinds))
        while to_do or time.monotonic() < until:
            await self._pause(0.5 * breath, 1.5 * breath)
            kind = to_do.pop() if to_do else self._rng.choice(kinds)
            began = time.time()
            self._under_way = kind
            await self.kinds[kind]()
            self.faults.append(Fault(kind, began, time.time()))
            self._under_way = "quiet"

    @property
    def state(self) -> str:
        """What goes on at the moment, in words."""
        return self._under_way

    @property
    def counts(self) -> Counter[str]:
        """How many faults there were of each kind."""
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
        await self._pause(0.5, 6)  # longer than a transaction may stand still
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
            client.read_on()
