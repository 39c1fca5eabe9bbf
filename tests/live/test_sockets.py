"""A socket lasts as long as the session and the token that opened it."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from tests.city import City
from tests.wire import DEADLINE

pytestmark = pytest.mark.anyio


@dataclass(eq=False)
class Probe:
    """A socket as the watch sees it."""

    session_id: str | None
    token_until: datetime | None
    closed: "asyncio.Queue[int]" = field(default_factory=asyncio.Queue)

    async def close(self, code: int, reason: str) -> None:
        assert len(reason.encode()) <= 123
        self.closed.put_nowait(code)


@dataclass(eq=False)
class StuckProbe(Probe):
    """One whose reader is stuck: closing it never ends."""

    async def close(self, code: int, reason: str) -> None:
        await super().close(code, reason)
        await asyncio.Event().wait()


async def test_a_socket_is_closed_with_4403_when_its_token_runs_out_and_a_stuck_one_delays_nobody(city: City) -> None:
    now = city.writer.now()
    stuck = StuckProbe("a", now - timedelta(seconds=1))
    over, lasting = Probe("b", now - timedelta(seconds=1)), Probe("c", now + timedelta(hours=1))
    sockets = city.service.parts.sockets
    for probe in (stuck, over, lasting):
        sockets.add(probe)
    async with asyncio.timeout(DEADLINE):
        assert await over.closed.get() == 4403
        assert await stuck.closed.get() == 4403
        city.writer.now = lambda: now + timedelta(hours=2)
        assert await lasting.closed.get() == 4403
