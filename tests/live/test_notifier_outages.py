"""The notifier through real outages: it reconnects, logs each change once, and events arrive meanwhile."""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from subscriptions.notifier import OPEN_SECONDS, Notifier, NotifierState
from tests.backends import PostgresServer, RedisServer, open_descriptors
from tests.city import Deployment, deployed
from tests.tcp_proxy import TASK, TcpProxy
from tests.wire import DEADLINE, EVENT, Caller, socket

pytestmark = pytest.mark.anyio

HEARTBEAT = 0.2
SECOND_SESSION = OPEN_SECONDS + 1.0  # of an outage: long enough for a second session to fail
SOON = 30.0  # seconds for an event without a notification: one for the poll, the rest for a busy machine
FOLLOW = f"subscription($id: ID!, $after: String) {{ reportChanged(id: $id, after: $after) {{ {EVENT} }} }}"


@pytest.fixture(params=["redis", "postgres"])
def server_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def proxy(server_url: str) -> AsyncIterator[TcpProxy]:
    async with TcpProxy(server_url) as running:
        yield running


@pytest.fixture(autouse=True)
def _all_lines(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "tanggap.notifier")


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE):
        while not condition():  # the condition has no event
            await asyncio.sleep(0.005)


async def _are(state: NotifierState, *notifiers: Notifier) -> None:
    await _until(lambda: all(notifier.state is state for notifier in notifiers))


async def _reaches(sender: Notifier, other: Notifier) -> None:
    """Fail unless a notification of one notifier wakes the other."""
    await other.wait(0)  # consumes the wake-up of the connection
    begun = time.monotonic()
    sender.notify(1)
    await other.wait(DEADLINE)
    assert time.monotonic() - begun < DEADLINE


@asynccontextmanager
async def _connected_pair(url: str, caplog: pytest.LogCaptureFixture) -> AsyncIterator[tuple[Notifier, Notifier]]:
    """Run two notifiers that reach each other, and clear the log lines of connecting."""
    async with Notifier(url, heartbeat=HEARTBEAT) as one, Notifier(url, heartbeat=HEARTBEAT) as other:
        await _are(NotifierState.CONNECTED, one, other)
        await _reaches(one, other)
        caplog.clear()
        yield one, other


def _changes(lines: list[str]) -> list[str]:
    """Return the states in the log lines of the notifier, in order."""
    return [found[1] for line in lines if (found := re.search(r"\bnotifier (\w+) backend=", line))]


def _tasks() -> set["asyncio.Task[object]"]:
    return {task for task in asyncio.all_tasks() if task.get_name() != TASK}


async def _outage(url: str, away: Callable[[], None], back: Callable[[], None], seconds: float) -> None:
    """Check that two notifiers reach each other before and after an outage."""
    try:
        async with Notifier(url, heartbeat=HEARTBEAT) as one, Notifier(url, heartbeat=HEARTBEAT) as other:
            await _are(NotifierState.CONNECTED, one, other)
            away()
            await _are(NotifierState.DISCONNECTED, one, other)
            await asyncio.sleep(seconds)
            back()
            await _are(NotifierState.CONNECTED, one, other)
            await _reaches(one, other)
    except TimeoutError as error:
        error.add_note(f"The outage was {away} for {seconds} s.")
        raise


async def test_notifications_resume_after_any_outage_without_leaks(
    redis_server: RedisServer, redis_url: str, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    redis_server.start()  # already running; skips if the server is not ours
    tasks, descriptors = _tasks(), open_descriptors()
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as outages:
        for seconds in (1, 5, 12):  # the pause between sessions is at its longest after 4
            stopped = stack.enter_context(RedisServer())
            outages.create_task(_outage(stopped.url, stopped.stop, stopped.start, seconds))
        frozen = stack.enter_context(RedisServer())
        outages.create_task(_outage(frozen.url, frozen.freeze, frozen.thaw, SECOND_SESSION))
        for url in (redis_url, postgres_url):
            proxy = await stack.enter_async_context(TcpProxy(url))
            outages.create_task(_outage(proxy.url, proxy.silence, proxy.heal, SECOND_SESSION))
    states = ["connecting", "connected", "disconnected", "connected", "disconnected"]  # the last one at its stop
    assert sorted(_changes(caplog.messages)) == sorted(12 * states)
    assert _tasks() == tasks
    await _until(lambda: open_descriptors() <= descriptors)


async def test_notifications_resume_after_postgres_restarted(
    postgres_server: PostgresServer, postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with _connected_pair(postgres_url, caplog) as notifiers:
        await asyncio.to_thread(postgres_server.restart)
        await _until(lambda: _changes(caplog.messages).count("connected") == len(notifiers))
        await _reaches(*notifiers)
        assert sorted(_changes(caplog.messages)) == ["connected", "connected", "disconnected", "disconnected"]


async def test_notifications_resume_after_a_silently_cut_connection(
    proxy: TcpProxy, caplog: pytest.LogCaptureFixture
) -> None:
    async with _connected_pair(proxy.url, caplog) as notifiers:
        proxy.cut()
        await _until(lambda: _changes(caplog.messages).count("connected") == len(notifiers))
        await _reaches(*notifiers)
        assert sorted(_changes(caplog.messages)) == ["connected", "connected", "disconnected", "disconnected"]


async def test_notifications_resume_after_redis_failover(
    redis_server: RedisServer, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    redis_server.start()  # already running; skips if the server is not ours
    with RedisServer() as empty:
        async with (
            TcpProxy(redis_url) as proxy,
            _connected_pair(proxy.url, caplog) as notifiers,
            Notifier(empty.url) as there,
        ):
            await _are(NotifierState.CONNECTED, there)
            caplog.clear()
            proxy.lead_to(empty.url)
            proxy.cut()
            await _until(lambda: _changes(caplog.messages).count("connected") == len(notifiers))
            for notifier in notifiers:
                await _reaches(notifier, there)
                await _reaches(there, notifier)
            assert sorted(_changes(caplog.messages)) == ["connected", "connected", "disconnected", "disconnected"]


@pytest.mark.parametrize("backend", ["memory", "redis", "postgres"])
async def test_listener_that_ends_without_error_is_restarted(
    backend: str, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    url = "memory://" if backend == "memory" else request.getfixturevalue(f"{backend}_url")
    async with Notifier(url, heartbeat=HEARTBEAT) as notifier:
        await _are(NotifierState.CONNECTED, notifier)
        caplog.clear()
        (listening,) = (task for task in asyncio.all_tasks() if "Broadcast._listener" in str(task.get_coro()))
        listening.cancel()
        await _until(lambda: _changes(caplog.messages) == ["disconnected", "connected"])


async def test_stop_in_a_silent_network_is_quick_and_leaves_nothing(
    proxy: TcpProxy,
) -> None:
    tasks, descriptors = _tasks(), open_descriptors()
    async with Notifier(proxy.url, heartbeat=HEARTBEAT) as notifier:
        await _are(NotifierState.CONNECTED, notifier)
        proxy.silence()
        notifier.notify(1)
        await asyncio.sleep(0)
        begun = time.monotonic()
        await notifier.stop()
        assert time.monotonic() - begun < 2
    assert _tasks() == tasks
    proxy.heal()
    await _until(lambda: open_descriptors() <= descriptors)


async def _ready(city: Deployment, *, broadcast: bool) -> None:
    """Wait until every server reports this state of the broadcast. All other parts must be ready."""
    async with asyncio.timeout(DEADLINE):
        for http in city.clients:
            while (parts := (await http.get("/readyz")).json())["broadcast"] is not broadcast:
                await asyncio.sleep(0.05)
            assert all(good for part, good in parts.items() if part != "broadcast")


async def test_changes_arrive_and_readyz_reports_it_while_disconnected(
    server_url: str, postgres_city_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with (
        TcpProxy(server_url) as proxy,
        deployed(postgres_city_url, proxy.url, tmp_path / "media", 2) as city,
    ):
        citizen = Caller(city.clients[0])
        await citizen.sign_up("warga@contoh.id")
        report = await citizen.report()
        async with socket(city.servers[1].url) as phone:
            following = await phone.subscribe(FOLLOW, id=report["id"], after=report["cursor"])
            await _ready(city, broadcast=True)
            proxy.silence()
            await _ready(city, broadcast=False)
            await citizen.act("updateReport", report["id"], title="Sampah di trotoar")
            assert (await following.next(within=SOON))["version"] == 2
            proxy.heal()
            await _ready(city, broadcast=True)
            await citizen.act("updateReport", report["id"], title="Sampah di jalan")
            assert (await following.next())["version"] == 3
    # One line from each server. The connection is logged at a lower level.
    assert _changes(capfd.readouterr().err.splitlines()) == ["disconnected", "disconnected"]
