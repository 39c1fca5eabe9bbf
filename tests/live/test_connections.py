"""A connection lasts until its session ends, its token expires or its client is gone."""

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta

import pytest

from subscriptions.transport import connections
from tests.city import City
from tests.fake_connection import FakeConnection
from tests.wire import DEADLINE

pytestmark = pytest.mark.anyio


@dataclass(eq=False)
class StuckConnection(FakeConnection):
    """A connection whose client is stuck: closing it never ends."""

    async def close(self, code: int, reason: str) -> None:
        await super().close(code, reason)
        await asyncio.Event().wait()


async def test_expired_token_closes_with_4403_and_stuck_client_delays_no_other(city: City) -> None:
    now = city.transactions.now()
    stuck = StuckConnection("a", now - timedelta(seconds=1))
    over, lasting = FakeConnection("b", now - timedelta(seconds=1)), FakeConnection("c", now + timedelta(hours=1))
    for connection in (stuck, over, lasting):
        city.services.connections.add(connection)
    async with asyncio.timeout(DEADLINE):
        assert await stuck.sent.get() == 4403
        assert await over.sent.get() == 4403
        city.transactions.now = lambda: now + timedelta(hours=2)
        assert await lasting.sent.get() == 4403


async def test_silent_client_is_pinged_then_closed_with_1013(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SWEEP_SECONDS", 0.02)
    monkeypatch.setattr(connections, "PONG_TIMEOUT", 0.2)
    gone, there = FakeConnection(ping_after=0.1), FakeConnection(ping_after=0.1)
    for connection in (gone, there):
        city.services.connections.add(connection)
    async with asyncio.timeout(DEADLINE):
        received: list[int | str] = []
        while not received or received[-1] == "ping":
            received.append(await gone.sent.get())
            there.last_message_at = time.monotonic()
        assert received[0] == "ping"
        assert received[-1] == 1013
    assert 1013 not in [there.sent.get_nowait() for _ in range(there.sent.qsize())]
