"""The notifier on memory and on real servers, which are killed, frozen and restarted meanwhile."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg
import pytest
import redis.asyncio
from broadcaster import Broadcast

from subscriptions.notifier import CLOSE_SECONDS, OPEN_SECONDS, Notifier, NotifierState, _broadcast_url, _is_set_within
from tests.backends import PostgresServer, RedisServer, open_descriptors

pytestmark = pytest.mark.anyio

HEARTBEAT = 0.2
PATIENCE = 60.0  # seconds that any one step may take on a busy machine


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


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # the condition has no event
            await asyncio.sleep(0.005)


async def _connected(*notifiers: Notifier) -> None:
    """Wait until the notifiers are connected, and consume the wake-up that this causes."""
    for notifier in notifiers:
        await _until(lambda notifier=notifier: notifier.state is NotifierState.CONNECTED)  # type: ignore[misc] # binds the loop variable
        await notifier.wait(0)


async def _is_woken(notifier: Notifier) -> bool:
    begun = time.monotonic()
    await notifier.wait(PATIENCE)
    return time.monotonic() - begun < PATIENCE


@asynccontextmanager
async def _silent_server() -> AsyncIterator[int]:
    """Run a server that accepts connections and never sends anything. Yield its port."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            pass
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def _changes(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage().split()[1] for record in caplog.records if record.name == "tanggap.notifier"]


async def _backends(url: str, expression: str) -> list[int]:
    """Select an expression for each other connection to the database of `url`."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            f"SELECT {expression} AS it FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    finally:
        await connection.close()
    return [row["it"] for row in rows]


@asynccontextmanager
async def _hanging_connections(server: PostgresServer, url: str) -> AsyncIterator[None]:
    server.start()  # already running; skips if the server is not ours
    pids = await _backends(url, "pid")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


async def test_notification_wakes_the_tailers_of_all_processes(server_url: str) -> None:
    async with Notifier(server_url) as sender, Notifier(server_url) as other, Notifier(server_url) as third:
        await _connected(sender, other, third)
        for position in range(1, 11):
            sender.notify(position)
            assert await _is_woken(sender)
            assert await _is_woken(other)
            assert await _is_woken(third)


async def test_notification_wakes_its_own_process_without_a_server() -> None:
    notifier = Notifier("redis://127.0.0.1:1")
    notifier.notify(1)
    assert await _is_woken(notifier)


async def test_notification_between_two_waits_ends_the_second_at_once(server_url: str) -> None:
    async with Notifier(server_url) as sender, Notifier(server_url) as other:
        await _connected(sender, other)
        sender.notify(1)
        await _until(other._notified.is_set)
        assert await _is_woken(other)


async def test_cancelled_wait_keeps_the_notification() -> None:
    notifier = Notifier("memory://")
    waiting = asyncio.create_task(notifier.wait(PATIENCE))
    await asyncio.sleep(0)
    notifier.notify(1)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    assert await _is_woken(notifier)


async def test_event_set_at_the_timeout_counts_as_set() -> None:
    event = asyncio.Event()
    waiting = asyncio.create_task(_is_set_within(event, 0))
    await asyncio.sleep(0)  # it waits now
    await asyncio.sleep(0)  # its timeout has passed, but it has not run since
    event.set()
    assert await waiting


async def test_heartbeats_and_foreign_messages_wake_no_tailer(server_url: str) -> None:
    async with (
        Notifier(server_url, heartbeat=HEARTBEAT) as one,
        Notifier(server_url, heartbeat=HEARTBEAT) as other,
        Broadcast(server_url) as foreign,
    ):
        await _connected(one, other)
        await foreign.publish("tanggap", "hello")
        begun = time.monotonic()
        await other.wait(5 * HEARTBEAT)
        assert time.monotonic() - begun >= 5 * HEARTBEAT


async def test_burst_is_merged_and_its_last_position_is_sent(server_url: str) -> None:
    async with (
        Broadcast(server_url) as listener,
        listener.subscribe("tanggap") as messages,
        Notifier(server_url) as notifier,
    ):
        await _connected(notifier)
        for position in range(1, 1001):
            notifier.notify(position)
            if position % 100 == 0:
                await asyncio.sleep(0)
        received: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while not received or received[-1] != "1000":
                received.append((await messages.get()).message.partition(":")[2])
    assert len(received) < 20


async def test_position_notified_before_a_session_is_sent_first(server_url: str) -> None:
    notifier = Notifier(server_url)
    notifier.notify(7)
    async with Broadcast(server_url) as listener, listener.subscribe("tanggap") as messages, notifier:
        async with asyncio.timeout(PATIENCE):
            first = await messages.get()
    assert first.message.partition(":")[2] == "7"


async def test_first_connection_wakes_the_tailer(url: str) -> None:
    async with Notifier(url) as notifier:
        assert await _is_woken(notifier)
        assert notifier.state is NotifierState.CONNECTED


async def test_notifications_resume_after_the_server_was_killed(
    server_url: str, server: RedisServer | PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with Notifier(server_url, heartbeat=HEARTBEAT) as sender, Notifier(server_url, heartbeat=HEARTBEAT) as other:
        await _connected(sender, other)
        caplog.clear()
        server.kill()
        try:
            await _until(lambda: sender.state is other.state is NotifierState.DISCONNECTED)
            sender.notify(1)
        finally:
            server.start()
        assert await _is_woken(other)
        await _connected(sender, other)
        assert _changes(caplog) == ["disconnected", "disconnected", "connected", "connected"]
        sender.notify(2)
        assert await _is_woken(other)


async def test_cut_redis_subscription_is_replaced_before_any_heartbeat(
    redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with Notifier(redis_url, heartbeat=60) as sender, Notifier(redis_url, heartbeat=60) as other:
        await _connected(sender, other)
        caplog.clear()
        async with redis.asyncio.Redis.from_url(redis_url) as client:
            await client.client_kill_filter(_type="pubsub")
        await _until(lambda: _changes(caplog).count("disconnected") == 2)
        await _connected(sender, other)
        sender.notify(1)
        assert await _is_woken(other)


async def test_cut_redis_publisher_loses_no_notification(redis_url: str) -> None:
    async with Notifier(redis_url) as sender, Notifier(redis_url) as other:
        await _connected(sender, other)
        async with redis.asyncio.Redis.from_url(redis_url) as client:
            await client.client_kill_filter(_type="normal")
        sender.notify(1)
        assert await _is_woken(other)


async def test_notifications_resume_after_postgres_cut_the_connections(
    postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with (
        Notifier(postgres_url, heartbeat=HEARTBEAT) as sender,
        Notifier(postgres_url, heartbeat=HEARTBEAT) as other,
    ):
        await _connected(sender, other)
        caplog.clear()
        await _backends(postgres_url, "pg_terminate_backend(pid)")
        await _until(lambda: _changes(caplog).count("disconnected") == 2)
        await _connected(sender, other)
        sender.notify(1)
        assert await _is_woken(other)


async def test_notify_never_waits_for_a_frozen_redis_and_resumes_after(
    redis_url: str, redis_server: RedisServer
) -> None:
    async with Notifier(redis_url, heartbeat=HEARTBEAT) as sender, Notifier(redis_url, heartbeat=HEARTBEAT) as other:
        await _connected(sender, other)
        redis_server.freeze()
        try:
            begun = time.perf_counter()
            for position in range(10_000):
                sender.notify(position)
            assert time.perf_counter() - begun < 1
            await _until(lambda: sender.state is other.state is NotifierState.DISCONNECTED)
        finally:
            redis_server.thaw()
        await _connected(sender, other)
        sender.notify(10_000)
        assert await _is_woken(other)


async def test_hanging_postgres_connection_is_replaced(
    postgres_server: PostgresServer, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with Notifier(postgres_url, heartbeat=HEARTBEAT) as notifier:
        await _connected(notifier)
        caplog.clear()
        async with _hanging_connections(postgres_server, postgres_url):
            await _until(lambda: _changes(caplog) == ["disconnected", "connected"])


async def test_stop_takes_under_two_seconds_with_hanging_postgres(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    before = asyncio.all_tasks()
    async with Notifier(postgres_url) as notifier:
        await _connected(notifier)
        async with _hanging_connections(postgres_server, postgres_url):
            notifier.notify(1)
            await asyncio.sleep(0)
            begun = time.monotonic()
            await notifier.stop()
            assert time.monotonic() - begun < 2
    assert asyncio.all_tasks() == before


async def test_invalid_message_on_the_channel_is_survived(redis_url: str) -> None:
    async with Notifier(redis_url, heartbeat=HEARTBEAT) as sender, Notifier(redis_url, heartbeat=HEARTBEAT) as other:
        await _connected(sender, other)
        async with redis.asyncio.Redis.from_url(redis_url) as client:
            await client.publish("tanggap", b"\xff")  # invalid UTF-8 ends broadcaster's listener
        await _until(lambda: other.state is NotifierState.DISCONNECTED)
        await _connected(sender, other)
        sender.notify(1)
        assert await _is_woken(other)


async def test_stop_is_quick_and_leaves_no_task(url: str) -> None:
    before = asyncio.all_tasks()
    async with Notifier(url) as notifier:
        await _connected(notifier)
        begun = time.monotonic()
    assert time.monotonic() - begun < CLOSE_SECONDS
    assert asyncio.all_tasks() == before
    assert notifier.state is NotifierState.DISCONNECTED
    await notifier.stop()


async def test_stop_while_connecting_leaves_no_task_and_no_descriptor(server_url: str) -> None:
    tasks, descriptors = asyncio.all_tasks(), open_descriptors()
    for moment in range(60):
        async with asyncio.timeout(PATIENCE), Notifier(server_url):
            await asyncio.sleep(moment * 0.0002)
    await _until(lambda: asyncio.all_tasks() == tasks)
    await _until(lambda: open_descriptors() <= descriptors)


@pytest.mark.parametrize("scheme", ["redis", "postgres"])
async def test_silent_server_leaves_the_notifier_disconnected(scheme: str) -> None:
    async with _silent_server() as port, Notifier(f"{scheme}://someone@127.0.0.1:{port}/x") as notifier:
        await _until(lambda: notifier.state is NotifierState.DISCONNECTED)


@pytest.mark.parametrize("scheme", ["redis", "postgres"])
@pytest.mark.parametrize("moment", [0, 0.3, OPEN_SECONDS + CLOSE_SECONDS / 2])
async def test_stop_takes_under_two_seconds_with_silent_server(scheme: str, moment: float) -> None:
    before = asyncio.all_tasks()
    async with _silent_server() as port, Notifier(f"{scheme}://someone@127.0.0.1:{port}/x") as notifier:
        await asyncio.sleep(moment)
        begun = time.monotonic()
        await notifier.stop()
        assert time.monotonic() - begun < 2
    await _until(lambda: asyncio.all_tasks() == before)  # the tasks of the silent server end a moment later


async def test_stop_takes_under_two_seconds_with_frozen_server(redis_url: str, redis_server: RedisServer) -> None:
    before = asyncio.all_tasks()
    async with Notifier(redis_url, heartbeat=HEARTBEAT) as notifier:
        await _connected(notifier)
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


async def test_repeated_starts_and_stops_leak_no_descriptor(url: str) -> None:
    notifier = Notifier(url)
    opened = []
    for _ in range(20):
        async with notifier:
            await _connected(notifier)
        await asyncio.sleep(0)  # a closed transport frees its descriptor in the next turn of the event loop
        opened.append(open_descriptors())
    assert all(later <= opened[0] for later in opened)


async def test_retries_back_off_when_the_server_hangs_up() -> None:
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


async def test_backoff_is_reset_after_a_successful_session(
    redis_url: str, redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with Notifier(redis_url) as notifier:
        await _connected(notifier)
        redis_server.stop()
        try:
            await _until(lambda: notifier.state is NotifierState.DISCONNECTED)
            await notifier.wait(2)  # long enough for the backoff to grow
        finally:
            redis_server.start()
        await _connected(notifier)
        caplog.clear()
        async with redis.asyncio.Redis.from_url(redis_url) as client:
            await client.client_kill_filter(_type="pubsub")
        await _until(lambda: _changes(caplog) == ["disconnected", "connected"])
    assert float(caplog.messages[1].partition("after=")[2].rstrip("s")) < 0.7


async def test_unreachable_server_costs_no_descriptor_and_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with Notifier("redis://127.0.0.1:1") as one, Notifier("postgres://127.0.0.1:1/x") as other:
        await _until(lambda: one.state is other.state is NotifierState.DISCONNECTED)
        descriptors = open_descriptors()
        await one.wait(1.5)
        assert open_descriptors() <= descriptors
    assert sorted(_changes(caplog)) == ["connecting", "connecting", "disconnected", "disconnected"]


async def test_failed_subscribe_is_logged_with_its_cause(postgres_url: str, caplog: pytest.LogCaptureFixture) -> None:
    async with Notifier(postgres_url, channel="") as notifier:
        await _until(lambda: notifier.state is NotifierState.DISCONNECTED)
    assert "notifier disconnected backend=postgres error=PostgresSyntaxError: zero-length" in caplog.text


async def test_log_line_has_backend_and_error_but_no_password(redis_url: str, caplog: pytest.LogCaptureFixture) -> None:
    for secret, url in (
        ("hunter2", redis_url.replace("redis://", "redis://:hunter2@")),
        ("hun/ter2", "redis://:hun/ter2@127.0.0.1"),
        ("hun/ter2", "postgres://me:hun/ter2@127.0.0.1/x"),
    ):
        caplog.clear()
        async with Notifier(url) as notifier:
            await _until(lambda notifier=notifier: notifier.state is NotifierState.DISCONNECTED)  # type: ignore[misc] # binds the loop variable
        assert f"notifier disconnected backend={url.partition(':')[0]} error=" in caplog.text
        assert not any(part in caplog.text for part in secret.split("/"))


@pytest.mark.parametrize("url", ["sqlite://tanggap.db", "kafka://hunter2@somewhere", "tanggap", ""])
def test_unsupported_broadcast_url_is_refused_with_supported_ones(url: str) -> None:
    with pytest.raises(
        ValueError, match="one of memory://, redis://, rediss://, postgres://, postgresql://"
    ) as refusal:
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
def test_pool_parameters_are_removed_from_the_broadcast_url(given: str, used: str) -> None:
    assert _broadcast_url(given) == used


async def test_pool_parameters_do_not_break_the_connection(postgres_url: str) -> None:
    async with Notifier(f"{postgres_url}?maxsize=5&minsize=1") as notifier:
        await _connected(notifier)
