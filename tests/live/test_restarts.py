"""Stopping and restarting: connections close gradually, running work is finished, and no client misses an event."""

import asyncio
import itertools
import json
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from tests.city import SECRET, City, ServerProcess, deployed
from tests.fake_connection import FakeConnection
from tests.nginx import proxied
from tests.wire import DEADLINE, Caller, png, socket

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("load")]

FOLLOW = "subscription($id: ID!, $after: String) { reportChanged(id: $id, after: $after) { cursor version } }"
END_WITHIN = 15.0
FOLLOWERS = 6
ROLLING_WITHIN = 60.0
"""Seconds to replace all workers one by one on a busy machine."""


@dataclass
class Follower:
    """A client subscribed to a report that reconnects to any server and resumes from its last cursor."""

    report_id: str
    cursor: str
    versions: list[int] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    async def follow(self, urls: list[str]) -> None:
        """Stay subscribed. Runs until cancelled."""
        for url in itertools.cycle(urls):
            with suppress(OSError, InvalidHandshake):  # no server there now
                try:
                    await self._listen(url)
                except ConnectionClosed as closed:
                    self.codes.append(1006 if closed.rcvd is None else closed.rcvd.code)
            await asyncio.sleep(0.05)

    async def _listen(self, url: str) -> None:
        address = url.replace("http://", "ws://") + "/graphql"
        async with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")]) as connection:
            await connection.send('{"type": "connection_init"}')
            assert json.loads(await connection.recv())["type"] == "connection_ack"
            payload = {"query": FOLLOW, "variables": {"id": self.report_id, "after": self.cursor}}
            await connection.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
            while True:
                message = json.loads(await connection.recv())
                if message["type"] == "ping":
                    await connection.send('{"type": "pong"}')
                    continue
                assert message["type"] == "next", message
                event = message["payload"]["data"]["reportChanged"]
                self.versions.append(event["version"])
                self.cursor = event["cursor"]


@dataclass
class Traffic:
    """A citizen who keeps editing a report at any server that answers, and the subscribers of this report."""

    citizen: Caller
    clients: list[httpx.AsyncClient]
    report: dict[str, Any]
    followers: list[Follower]
    failures: list[httpx.TransportError] = field(default_factory=list)
    written: int = 1

    async def write(self) -> None:
        """Keep editing. Runs until cancelled."""
        for number in itertools.count():
            for client in itertools.cycle(self.clients):
                try:
                    payload = await self.citizen.on(client).act("updateReport", self.report["id"], title=f"Ke-{number}")
                except httpx.TransportError as failure:
                    self.failures.append(failure)
                    continue
                assert payload["errors"] == []
                self.written = payload["report"]["version"]
                break
            await asyncio.sleep(0.05)

    async def goes_on(self) -> None:
        """Wait for one more edit and until all subscribers have it."""
        last = self.written
        await until(lambda: self.written > last)
        await self.settled()

    async def settled(self) -> None:
        """Wait until all subscribers have every edit made until now."""
        last = self.written
        await until(lambda: all(follower.versions and follower.versions[-1] >= last for follower in self.followers))


async def until(reached: Callable[[], bool], within: float = DEADLINE) -> None:
    """Wait for a condition that other processes fulfil."""
    async with asyncio.timeout(within):
        while not reached():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def traffic(urls: list[str]) -> AsyncIterator[Traffic]:
    """Run steady edits with subscribers at all servers. At the end each must have every version once and in order."""
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=DEADLINE)) for url in urls]
        citizen = Caller(clients[0])
        await citizen.sign_up("warga@contoh.id")
        report = await citizen.report()
        followers = [Follower(report["id"], report["cursor"]) for _ in range(FOLLOWERS)]
        busy = Traffic(citizen, clients, report, followers)
        async with asyncio.TaskGroup() as tasks:
            writing = tasks.create_task(busy.write())
            turns = [urls[turn % len(urls) :] + urls[: turn % len(urls)] for turn in range(FOLLOWERS)]
            following = [
                tasks.create_task(follower.follow(turn)) for follower, turn in zip(followers, turns, strict=True)
            ]
            await busy.goes_on()
            yield busy
            await busy.goes_on()
            writing.cancel()
            await asyncio.wait([writing])
            # An edit that was cut off may still have been written: ask the server for the version.
            asked = await citizen.ask("query($n: String!) { report(number: $n) { version } }", n=report["number"])
            busy.written = asked["report"]["version"]
            await busy.settled()
            for task in following:
                task.cancel()
    for follower in followers:
        assert follower.versions == list(range(2, busy.written + 1)), "lost, doubled or out of order"


@pytest.fixture
async def serving(
    request: pytest.FixtureRequest, postgres_city_url: str, redis_url: str, tmp_path: Path
) -> AsyncIterator[ServerProcess]:
    """One server with the number of workers that the test requests."""
    environment = {
        "DATABASE_URL": postgres_city_url,
        "BROADCAST_URL": redis_url,
        "MEDIA_DIR": str(tmp_path / "media"),
        "SECRET_KEY": SECRET,
        "WORKERS": str(request.param),
        "LOG_LEVEL": "WARNING",
    }
    server = ServerProcess(environment)
    try:
        await server.start()
        await until(lambda: request.param == 1 or len(workers(server)) == request.param)
        yield server
    finally:
        await asyncio.to_thread(server.kill, signal.SIGTERM)


TWO_WORKERS = pytest.mark.parametrize("serving", [2], indirect=True)
ONE_WORKER_OR_TWO = pytest.mark.parametrize("serving", [1, 2], indirect=True)


def workers(server: ServerProcess) -> set[int]:
    """Return the living workers of a server. The supervisor has another child, which is no worker."""
    parent = server.pid
    found = set()
    for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        with suppress(FileNotFoundError, ProcessLookupError):
            if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.add(int(pid))
    return found


async def refuses(server: ServerProcess) -> None:
    """Wait until a server accepts no connections."""
    async with asyncio.timeout(DEADLINE):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", server.port)
            except ConnectionRefusedError:
                return
            writer.close()
            await asyncio.sleep(0.02)


@ONE_WORKER_OR_TWO
async def test_sigterm_closes_connections_gradually_with_1012(
    serving: ServerProcess,
) -> None:
    async with AsyncExitStack() as stack:
        phones = [await stack.enter_async_context(socket(serving.url)) for _ in range(30)]
        closed: list[float] = []

        async def wait_closed(number: int) -> int | None:
            await phones[number].connection.wait_closed()
            closed.append(time.monotonic())
            return phones[number].connection.close_code

        begun = time.monotonic()
        codes = asyncio.gather(*map(wait_closed, range(30)))
        await asyncio.to_thread(serving.kill, signal.SIGTERM)
        assert time.monotonic() - begun < END_WITHIN
        assert set(await codes) == {1012}
        assert closed[-1] - closed[0] > 1.5
        assert all(sum(moment <= other < moment + 0.5 for other in closed) <= 15 for moment in closed)


async def test_connection_to_a_draining_process_is_closed_with_1012(city: City) -> None:
    before, late = FakeConnection(), FakeConnection()
    city.services.connections.add(before)
    await city.services.connections.drain(0)
    city.services.connections.add(late)
    async with asyncio.timeout(DEADLINE):
        assert await before.sent.get() == 1012
        assert await late.sent.get() == 1012


async def test_rolling_restart_under_steady_writes_loses_nothing(
    postgres_city_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with deployed(postgres_city_url, redis_url, tmp_path / "media", 2) as running:
        async with traffic([server.url for server in running.servers]) as busy:
            for server in running.servers:
                await restart(server, busy)
        assert all(set(follower.codes) == {1012} for follower in busy.followers)


@pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx")
async def test_rolling_restart_behind_the_proxy_fails_no_request(
    postgres_city_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with deployed(postgres_city_url, redis_url, tmp_path / "media", 2) as running:
        async with proxied(running.servers, tmp_path) as url, traffic([url]) as busy:
            for server in running.servers:
                await restart(server, busy)
                await until(lambda server=server: is_connected(server))  # type: ignore[misc] # binds the loop variable
        assert busy.failures == []
        assert all(set(follower.codes) == {1012} for follower in busy.followers)


async def restart(server: ServerProcess, busy: Traffic) -> None:
    """Restart a server with SIGTERM while the others serve the traffic."""
    await asyncio.to_thread(server.kill, signal.SIGTERM)
    await busy.goes_on()
    await server.start()


def is_connected(server: ServerProcess) -> bool:
    """Return whether a server has a connection."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(local.endswith(f":{server.port:04X}") and state == "01" for _, local, _, state, *_ in rows)


@TWO_WORKERS
async def test_sighup_replaces_workers_one_by_one_without_loss(
    serving: ServerProcess,
) -> None:
    async with traffic([serving.url]) as busy:
        before, fewest = workers(serving), 2
        os.kill(serving.pid, signal.SIGHUP)

        def replaced() -> bool:
            nonlocal fewest
            now = workers(serving)
            fewest = min(fewest, len(now))
            return len(now) == 2 and not now & before

        await until(replaced, ROLLING_WITHIN)
        assert fewest == 2
        assert busy.failures == []
        assert all(set(follower.codes) == {1012} for follower in busy.followers)


@TWO_WORKERS
async def test_killed_worker_is_replaced_without_loss(serving: ServerProcess) -> None:
    async with traffic([serving.url]) as busy:
        for victim in workers(serving):
            os.kill(victim, signal.SIGKILL)
            await until(lambda victim=victim: len(workers(serving) - {victim}) == 2)  # type: ignore[misc] # binds the loop variable
            await busy.goes_on()
        assert {code for follower in busy.followers for code in follower.codes} == {1006}


async def test_running_change_and_upload_are_finished_at_sigterm(
    postgres_city_url: str, redis_url: str, tmp_path: Path
) -> None:
    database = await asyncpg.connect(postgres_city_url)
    async with deployed(postgres_city_url, redis_url, tmp_path / "media", 1) as running, AsyncExitStack() as stack:
        citizen = Caller(running.clients[0])
        await citizen.sign_up("warga@contoh.id")
        report = await citizen.report()
        for _ in range(2):
            await stack.enter_async_context(socket(running.servers[0].url))
        form = citizen.http.build_request("POST", "/media", files={"file": ("foto.png", png(), "image/png")})
        body, rest = form.read(), asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield body[:100]
            await rest.wait()
            yield body[100:]

        async with database.transaction():
            await database.execute("SELECT 1 FROM log_head FOR UPDATE")
            changing = asyncio.create_task(citizen.act("updateReport", report["id"], title="Sempat"))
            uploading = asyncio.create_task(
                citizen.http.post("/media", content=slowly(), headers={**form.headers, **citizen.headers})
            )
            await waits_for_lock(database)
            stopping = asyncio.create_task(asyncio.to_thread(running.servers[0].kill, signal.SIGTERM))
            await refuses(running.servers[0])
        rest.set()
        assert (await changing)["report"]["title"] == "Sempat"
        assert (await uploading).status_code == 201
        await stopping
    await database.close()


async def test_process_with_a_hanging_change_still_ends_in_time(
    postgres_city_url: str, redis_url: str, tmp_path: Path
) -> None:
    database = await asyncpg.connect(postgres_city_url)
    async with deployed(postgres_city_url, redis_url, tmp_path / "media", 1) as running:
        citizen = Caller(running.clients[0])
        await citizen.sign_up("warga@contoh.id")
        report = await citizen.report()
        async with database.transaction():
            await database.execute("SELECT 1 FROM log_head FOR UPDATE")
            changing = asyncio.create_task(citizen.act("updateReport", report["id"], title="Tidak sempat"))
            await waits_for_lock(database)
            begun = time.monotonic()
            await asyncio.to_thread(running.servers[0].kill, signal.SIGTERM)
            assert time.monotonic() - begun < END_WITHIN + 2  # allows for a busy machine
        with pytest.raises((httpx.TransportError, ValueError)):
            await changing
    await database.close()


async def waits_for_lock(database: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Wait until another transaction waits for our lock."""
    async with asyncio.timeout(DEADLINE):
        while not await database.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):  # another process decides
            await asyncio.sleep(0.02)
