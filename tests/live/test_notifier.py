"""The doorbell on memory and on real servers, which are killed, frozen and restarted under it."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio
from broadcaster import Broadcast

from subscriptions.notifier import CLOSE_SECONDS, OPEN_SECONDS, Notifier, NotifierState, _address, _happens
from tests.backends import PostgresServer, RedisServer

pytestmark = pytest.mark.anyio

HEARTBEAT = 0.2
PATIENCE = 15.0  # seconds that any one thing may take on a busy machine


@pytest.fixture(params=["redis", "postgres"])
def server_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["memory", "redis", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    url: str = "memory://" if request.param == "memory" else request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def server(request: pytest.FixtureRequest, server_url: str) -> RedisServer | PostgresServer:
    name = "redis_server" if server_url.startswith("redis") else "postgres_server"
    found: RedisServer | PostgresServer = request.getfixturevalue(name)
    return found


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.005)


async def _hearing(*notifiers: Notifier) -> None:
    """Wait until the notifiers hear, and take the bell that tells so."""
    for notifier in notifiers:
        await _until(lambda notifier=notifier: notifier.state is NotifierState.CONNECTED)  # type: ignore[misc] # binds the loop's variable
        await notifier.wait(0)


async def _hears(notifier: Notifier) -> bool:
    begun = time.monotonic()
    await notifier.wait(PATIENCE)
    return time.monotonic() - begun < PATIENCE


@asynccontextmanager
async def _silent_server() -> AsyncIterator[int]:
    """Give the port of a server that accepts connections and never says a word."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            pass
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def _descriptors() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


def _changes(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage().split()[1] for record in caplog.records if record.name == "tanggap.notifier"]


async def _of_backends(url: str, what: str) -> list[int]:
    """Select `what` for each other connection to the database of `url`."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            f"SELECT {what} AS it FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    finally:
        await connection.close()
    return [row["it"] for row in rows]


@asynccontextmanager
async def _hanging_connections(server: PostgresServer, url: str) -> AsyncIterator[None]:
    server.start()  # it runs already; skips where it is not ours
    pids = await _of_backends(url, "pid")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


async def test_a_ring_in_one_process_wakes_the_readers_of_all(server_url: str) -> None:
    async with Notifier(server_url) as ringer, Notifier(server_url) as other, Notifier(server_url) as third:
        await _hearing(ringer, other, third)
        for position in range(1, 11):
            ringer.notify(position)
            assert await _hears(ringer)
            assert await _hears(other)
            assert await _hears(third)


async def test_a_ring_wakes_the_reader_of_its_own_process_without_any_server() -> None:
    notifier = Notifier("redis://127.0.0.1:1")
    notifier.notify(1)
    assert await _hears(notifier)


async def test_a_bell_between_two_waits_ends_the_second_at_once(server_url: str) -> None:
    async with Notifier(server_url) as ringer, Notifier(server_url) as other:
        await _hearing(ringer, other)
        ringer.notify(1)
        await _until(other._heard.is_set)
        assert await _hears(other)


async def test_a_cancelled_wait_keeps_the_bell() -> None:
    notifier = Notifier("memory://")
    waiting = asyncio.create_task(notifier.wait(PATIENCE))
    await asyncio.sleep(0)
    notifier.notify(1)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    assert await _hears(notifier)


async def test_what_happens_as_the_time_runs_out_has_happened() -> None:
    event = asyncio.Event()
    waiting = asyncio.create_task(_happens(event, 0))
    await asyncio.sleep(0)  # it waits
    await asyncio.sleep(0)  # its time has run out, but it does not know yet
    event.set()
    assert await waiting


async def test_heartbeats_and_strange_words_wake_nobody(server_url: str) -> None:
    async with (
        Notifier(server_url, heartbeat=HEARTBEAT) as one,
        Notifier(server_url, heartbeat=HEARTBEAT) as other,
        Broadcast(server_url) as stranger,
    ):
        await _hearing(one, other)
        await stranger.publish("tanggap", "hello")
        begun = time.monotonic()
        await other.wait(5 * HEARTBEAT)
        assert time.monotonic() - begun >= 5 * HEARTBEAT


async def test_of_a_burst_few_bells_are_sent_and_the_last_ring_is_among_them(server_url: str) -> None:
    async with (
        Broadcast(server_url) as listener,
        listener.subscribe("tanggap") as bells,
        Notifier(server_url) as notifier,
    ):
        await _hearing(notifier)
        for position in range(1, 1001):
            notifier.notify(position)
            if position % 100 == 0:
                await asyncio.sleep(0)
        heard: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while not heard or heard[-1] != "1000":
                heard.append((await bells.get()).message.partition(":")[2])
    assert len(heard) < 20


async def test_what_was_rung_before_a_session_is_its_first_bell(server_url: str) -> None:
    notifier = Notifier(server_url)
    notifier.notify(7)
    async with Broadcast(server_url) as listener, listener.subscribe("tanggap") as bells, notifier:
        async with asyncio.timeout(PATIENCE):
            first = await bells.get()
    assert first.message.partition(":")[2] == "7"


async def test_to_hear_for_the_first_time_wakes_the_reader(url: str) -> None:
    async with Notifier(url) as notifier:
        assert await _hears(notifier)
        assert notifier.state is NotifierState.CONNECTED


async def test_after_the_server_was_killed_and_started_bells_are_heard_again(
    server_url: str, server: RedisServer | PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with Notifier(server_url, heartbeat=HEARTBEAT) as ringer, Notifier(server_url, heartbeat=HEARTBEAT) as other:
        await _hearing(ringer, other)
        caplog.clear()
        server.kill()
        try:
            await _until(lambda: ringer.state is other.state is NotifierState.DISCONNECTED)
            ringer.notify(1)
        finally:
            server.start()
        assert await _hears(other)
        await _hearing(ringer, other)
        assert _changes(caplog) == ["disconnected", "disconnected", "connected", "connected"]
        ringer.notify(2)
        assert await _hears(other)


async def test_after_redis_cuts_the_hearing_connection_bells_are_heard_again_before_any_heartbeat(
    redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with Notifier(redis_url, heartbeat=60) as ringer, Notifier(redis_url, heartbeat=60) as other:
        await _hearing(ringer, other)
        caplog.clear()
        async with redis.asyncio.Redis.from_url(redis_url) as client:
            await client.client_kill_filter(_type="pubsub")
        await _until(lambda: _changes(caplog).count("disconnected") == 2)
        await _hearing(ringer, other)
        ringer.notify(1)
        assert await _hears(other)


async def test_after_redis_cuts_the_ringing_connection_not_even_one_bell_is_lost(redis_url: str) -> None:
    async with Notifier(redis_url) as ringer, Notifier(redis_url) as other:
        await _hearing(ringer, other)
        async with redis.asyncio.Redis.from_url(redis_url) as client:
            await client.client_kill_filter(_type="normal")
        ringer.notify(1)
        assert await _hears(other)


async def test_after_postgres_cuts_the_connections_bells_are_heard_again(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with (
        Notifier(postgres_url, heartbeat=HEARTBEAT) as ringer,
        Notifier(postgres_url, heartbeat=HEARTBEAT) as other,
    ):
        await _hearing(ringer, other)
        caplog.clear()
        await _of_backends(postgres_url, "pg_terminate_backend(pid)")
        await _until(lambda: _changes(caplog).count("disconnected") == 2)
        await _hearing(ringer, other)
        ringer.notify(1)
        assert await _hears(other)


async def test_while_redis_is_frozen_a_ring_waits_for_nothing_and_after_it_bells_are_heard(
    redis_url: str, redis_server: RedisServer
) -> None:
    async with Notifier(redis_url, heartbeat=HEARTBEAT) as ringer, Notifier(redis_url, heartbeat=HEARTBEAT) as other:
        await _hearing(ringer, other)
        redis_server.freeze()
        try:
            begun = time.perf_counter()
            for position in range(10_000):
                ringer.notify(position)
            assert time.perf_counter() - begun < 1
            await _until(lambda: ringer.state is other.state is NotifierState.DISCONNECTED)
        finally:
            redis_server.thaw()
        await _hearing(ringer, other)
        ringer.notify(10_000)
        assert await _hears(other)


async def test_a_postgres_connection_that_hangs_is_replaced(
    postgres_server: PostgresServer, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with Notifier(postgres_url, heartbeat=HEARTBEAT) as notifier:
        await _hearing(notifier)
        caplog.clear()
        async with _hanging_connections(postgres_server, postgres_url):
            await _until(lambda: _changes(caplog) == ["disconnected", "connected"])


async def test_stopping_takes_two_seconds_at_most_when_the_postgres_connection_hangs(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    before = asyncio.all_tasks()
    async with Notifier(postgres_url) as notifier:
        await _hearing(notifier)
        async with _hanging_connections(postgres_server, postgres_url):
            notifier.notify(1)
            await asyncio.sleep(0)
            begun = time.monotonic()
            await notifier.stop()
            assert time.monotonic() - begun < 2
    assert asyncio.all_tasks() == before


async def test_whatever_arrives_on_the_channel_the_bus_hears_on(redis_url: str) -> None:
    async with Notifier(redis_url, heartbeat=HEARTBEAT) as ringer, Notifier(redis_url, heartbeat=HEARTBEAT) as other:
        await _hearing(ringer, other)
        async with redis.asyncio.Redis.from_url(redis_url) as client:
            await client.publish("tanggap", b"\xff")  # no UTF-8: it ends broadcaster's listening
        await _until(lambda: other.state is NotifierState.DISCONNECTED)
        await _hearing(ringer, other)
        ringer.notify(1)
        assert await _hears(other)


async def test_stopping_leaves_no_task_and_takes_no_time_when_all_is_well(url: str) -> None:
    before = asyncio.all_tasks()
    async with Notifier(url) as notifier:
        await _hearing(notifier)
        begun = time.monotonic()
    assert time.monotonic() - begun < CLOSE_SECONDS
    assert asyncio.all_tasks() == before
    assert notifier.state is NotifierState.DISCONNECTED
    await notifier.stop()


async def test_stopping_at_any_moment_of_connecting_leaves_no_task_and_no_descriptor(server_url: str) -> None:
    before, count = asyncio.all_tasks(), _descriptors()
    for moment in range(60):
        async with asyncio.timeout(PATIENCE), Notifier(server_url):
            await asyncio.sleep(moment * 0.0002)
    await _until(lambda: (asyncio.all_tasks(), _descriptors()) == (before, count))


@pytest.mark.parametrize("scheme", ["redis", "postgres"])
async def test_a_server_that_is_silent_leaves_the_bus_deaf(scheme: str) -> None:
    async with _silent_server() as port, Notifier(f"{scheme}://someone@127.0.0.1:{port}/x") as notifier:
        await _until(lambda: notifier.state is NotifierState.DISCONNECTED)


@pytest.mark.parametrize("scheme", ["redis", "postgres"])
@pytest.mark.parametrize("moment", [0, 0.3, OPEN_SECONDS + CLOSE_SECONDS / 2])
async def test_stopping_takes_two_seconds_at_most_when_the_server_is_silent(scheme: str, moment: float) -> None:
    before = asyncio.all_tasks()
    async with _silent_server() as port, Notifier(f"{scheme}://someone@127.0.0.1:{port}/x") as notifier:
        await asyncio.sleep(moment)
        begun = time.monotonic()
        await notifier.stop()
        assert time.monotonic() - begun < 2
    await _until(lambda: asyncio.all_tasks() == before)  # the silent server's own end a moment later


async def test_stopping_takes_two_seconds_at_most_when_the_server_froze(
    redis_url: str, redis_server: RedisServer
) -> None:
    before = asyncio.all_tasks()
    async with Notifier(redis_url, heartbeat=HEARTBEAT) as notifier:
        await _hearing(notifier)
        redis_server.freeze()
        try:
            notifier.notify(1)
            await asyncio.sleep(0)
            begun = time.monotonic()
            await notifier.stop()
            assert time.monotonic() - begun < 2
        finally:
            redis_server.thaw()
    assert asyncio.all_tasks() == before


async def test_twenty_starts_and_stops_leak_no_descriptor(url: str) -> None:
    notifier = Notifier(url)
    counts = []
    for _ in range(20):
        async with notifier:
            await _hearing(notifier)
        await asyncio.sleep(0)  # a closed transport gives its descriptor back in the next turn of the loop
        counts.append(_descriptors())
    assert max(counts) == counts[0]


async def test_a_server_that_hangs_up_is_tried_less_and_less_often() -> None:
    tries = 0

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal tries
        tries += 1
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server, Notifier(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}") as notifier:
        await _until(lambda: notifier.state is NotifierState.DISCONNECTED)
        await notifier.wait(1.5)
    assert 3 <= tries <= 7


async def test_after_a_long_failure_a_short_one_is_mended_at_once(
    redis_url: str, redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with Notifier(redis_url) as notifier:
        await _hearing(notifier)
        redis_server.stop()
        try:
            await _until(lambda: notifier.state is NotifierState.DISCONNECTED)
            await notifier.wait(2)  # the pauses have grown
        finally:
            redis_server.start()
        await _hearing(notifier)
        caplog.clear()
        async with redis.asyncio.Redis.from_url(redis_url) as client:
            await client.client_kill_filter(_type="pubsub")
        await _until(lambda: _changes(caplog) == ["disconnected", "connected"])
    assert float(caplog.messages[1].partition("after=")[2].rstrip("s")) < 0.7


async def test_a_server_that_is_down_costs_no_descriptor_and_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with Notifier("redis://127.0.0.1:1") as one, Notifier("postgres://127.0.0.1:1/x") as other:
        await _until(lambda: one.state is other.state is NotifierState.DISCONNECTED)
        count = _descriptors()
        await one.wait(1.5)
        assert _descriptors() == count
    assert sorted(_changes(caplog)) == ["connecting", "connecting", "disconnected", "disconnected"]


async def test_a_refusal_to_subscribe_is_told_by_its_cause(postgres_url: str, caplog: pytest.LogCaptureFixture) -> None:
    async with Notifier(postgres_url, channel="") as notifier:
        await _until(lambda: notifier.state is NotifierState.DISCONNECTED)
    assert "notifier disconnected backend=postgres error=PostgresSyntaxError: zero-length" in caplog.text


async def test_a_log_line_tells_backend_and_error_but_never_the_password(
    redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    for secret, url in (
        ("hunter2", redis_url.replace("redis://", "redis://:hunter2@")),
        ("hun/ter2", "redis://:hun/ter2@127.0.0.1"),
        ("hun/ter2", "postgres://me:hun/ter2@127.0.0.1/x"),
    ):
        caplog.clear()
        async with Notifier(url) as notifier:
            await _until(lambda notifier=notifier: notifier.state is NotifierState.DISCONNECTED)  # type: ignore[misc] # as above
        assert f"notifier disconnected backend={url.partition(':')[0]} error=" in caplog.text
        assert not any(part in caplog.text for part in secret.split("/"))


@pytest.mark.parametrize("url", ["sqlite://tanggap.db", "kafka://hunter2@somewhere", "tanggap", ""])
def test_an_address_that_cannot_carry_bells_is_refused_with_those_that_can(url: str) -> None:
    with pytest.raises(ValueError, match="must be one of memory, redis, rediss, postgres, postgresql") as refusal:
        Notifier(url)
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://me@db/x?maxsize=5&sslmode=require", "postgres://me@db/x?sslmode=require"),
        ("postgresql://me@/x?host=/run/pg&schema=y", "postgresql://me@/x?host=%2Frun%2Fpg"),
        ("postgres://me@db/x?maxsize=5", "postgres://me@db/x"),
        ("redis://db/0?health_check_interval=5", "redis://db/0?health_check_interval=5"),
    ],
)
def test_items_of_the_table_pool_are_left_out_of_the_address(given: str, used: str) -> None:
    assert _address(given) == used


async def test_items_of_the_table_pool_do_no_harm(postgres_url: str) -> None:
    async with Notifier(f"{postgres_url}?maxsize=5&minsize=1") as notifier:
        await _hearing(notifier)
