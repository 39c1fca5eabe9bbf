import logging

import pytest
from limits import parse

from app.counters import Counters, counters

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_workers_count_together_over_redis_and_store_no_names(redis_url: str) -> None:
    rate = parse("3/hour")
    async with counters(redis_url, "secret") as one, counters(redis_url, "secret") as other:
        whose = one.digest("warga@contoh.id")
        states = [await each.hit("p", rate, whose) for each in (one, other, one, other)]
        assert [(state.remaining, state.is_exceeded) for state in states] == [
            (2, False),
            (1, False),
            (0, False),
            (0, True),
        ]
        assert all(3_590 < state.reset <= 3_600 for state in states)
        assert [await one.add(f"wait:{whose}", 60), await other.add(f"wait:{whose}", 60)] == [1, 2]
        assert (await other.value(f"wait:{whose}"), await one.seconds_left(f"wait:{whose}")) in {(2, 60), (2, 59)}
        await other.forget(f"wait:{whose}")
        assert (await one.value(f"wait:{whose}"), await one.seconds_left(f"wait:{whose}")) == (0, 0)
        assert other.digest("warga@contoh.id") == whose != Counters(None, "another").digest("warga@contoh.id")
        assert "warga" not in str(await one._shared.bridge.get_connection().keys("*"))  # type: ignore[union-attr]


async def test_acts_go_on_while_redis_is_away(caplog: pytest.LogCaptureFixture) -> None:
    async with counters("redis://127.0.0.1:1", "secret") as alone:
        with caplog.at_level(logging.WARNING, "tanggap.limits"):
            assert [await alone.add("name", 60) for _ in range(3)] == [1, 2, 3]
    assert len(caplog.records) == 1
