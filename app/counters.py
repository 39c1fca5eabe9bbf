"""Counters that expire: shared by all workers over Redis, or in the memory of one."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from hashlib import blake2b
from math import ceil
from time import monotonic, time
from typing import Final, TypeVar

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter
from redis.asyncio import ConnectionPool

from rules.limits import QuotaState

logger = logging.getLogger("tanggap.limits")

T = TypeVar("T")

ANSWER_WITHIN: Final = 0.5
"""Seconds for Redis to answer. A sign-in must not wait for one that is away."""

AWAY: Final = 5.0
"""Seconds for which a Redis that failed is not asked again."""


class Counters:
    """Counters by name. While Redis fails, each worker counts in its own memory.

    Names of people and networks are stored as digests with the key of the service: who reads Redis learns neither.
    """

    def __init__(self, shared: Storage | None, key: str) -> None:
        self._shared, self._own = shared, MemoryStorage()
        self._key = blake2b(key.encode()).digest()
        self._away_until = 0.0

    def digest(self, *parts: str) -> str:
        """Return the name of a person or a network, alone or together, as it is stored."""
        return blake2b("\0".join(parts).encode(errors="surrogatepass"), key=self._key, digest_size=12).hexdigest()

    async def hit(self, policy: str, rate: RateLimitItem, whose: str) -> QuotaState:
        """Count an act against a policy, unless it is exceeded, and return its state."""

        async def count(storage: Storage) -> QuotaState:
            limiter = FixedWindowRateLimiter(storage)
            is_allowed = await limiter.hit(rate, policy, whose)
            stats = await limiter.get_window_stats(rate, policy, whose)
            left = max(1, ceil(stats.reset_time - time()))
            return QuotaState(policy, rate.amount, rate.get_expiry(), stats.remaining, left, not is_allowed)

        return await self._with(count)

    async def add(self, name: str, seconds: int) -> int:
        """Add 1 to a counter, which is 0 again `seconds` after its first, and return it."""
        return await self._with(lambda storage: storage.incr(name, seconds))

    async def value(self, name: str) -> int:
        """Return a counter."""
        return await self._with(lambda storage: storage.get(name))

    async def seconds_left(self, name: str) -> int:
        """Return the seconds after which a counter is 0, at least 1; 0 if it is."""

        async def left(storage: Storage) -> int:
            if not await storage.get(name):
                return 0
            return max(1, ceil(await storage.get_expiry(name) - time()))

        return await self._with(left)

    async def forget(self, *names: str) -> None:
        """Set counters to 0."""
        for name in names:
            await self._with(lambda storage, name=name: storage.clear(name))  # type: ignore[misc] # its default is a name

    async def _with(self, work: Callable[[Storage], Awaitable[T]]) -> T:
        if self._shared is not None and monotonic() >= self._away_until:
            try:
                return await work(self._shared)
            except Exception as error:  # noqa: BLE001 # whatever the driver raises, acts go on
                self._away_until = monotonic() + AWAY
                logger.warning("limits are counted by each worker for itself, Redis failed error=%r", error)
        return await work(self._own)


@asynccontextmanager
async def counters(broadcast_url: str, key: str) -> AsyncIterator[Counters]:
    """Open the counters: over Redis if notifications are carried by it."""
    if not broadcast_url.startswith(("redis://", "rediss://")):
        yield Counters(None, key)
        return
    pool = ConnectionPool.from_url(broadcast_url, socket_timeout=ANSWER_WITHIN, socket_connect_timeout=ANSWER_WITHIN)
    try:
        storage = RedisStorage(broadcast_url, implementation="redispy", key_prefix="tanggap", connection_pool=pool)  # type: ignore[arg-type] # the library passes it on
        yield Counters(storage, key)
    finally:
        await pool.aclose()
