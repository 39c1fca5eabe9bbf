"""A whole Tanggap for a test: in this process on either database, or as server processes over real backends."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from actions.accounts import credentials, grant_role, sign_up
from actions.periods import open_first_day
from actions.reference import load
from actions.submissions import Submission, route, submit
from actions.transaction import Transactions
from app.asgi import Application
from app.services import Services
from app.settings import Settings
from models.accounts import Account
from models.database import database, migrate
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from queries.reference import read_reference_data
from rules.access import Person, Role, RoleGrant
from tests.backends import free_port
from tests.serving import start_server
from tests.wire import DEADLINE, PASSWORD, Caller

ROOT = Path(__file__).parent.parent
SECRET = "0123456789abcdef0123456789abcdef"

FREE: dict[str, Any] = {
    "rate_limits": "*=1000000000/second",
    **dict.fromkeys(["sign_in_attempts", "sockets_per_address", "database_queue"], 1_000_000),
}
"""Limits that no test reaches but those about limits: all people of a test are on this machine."""

FREE_ENVIRONMENT = {name.upper(): str(value) for name, value in FREE.items()}

THIS_MACHINE = "127.0.0.0/8"
"""The network in which the agencies and webhooks of the tests are."""


async def prepare(url: str) -> None:
    """Migrate a database and load the reference data."""
    await migrate(url)
    async with database(url):
        await Transactions().run(load, bundled())


async def stand_still(url: str, reports: int, now: datetime) -> None:
    """Fill a prepared database with reports of three days before `now`, and leave it until then.

    They are submitted in the first 20 hours, and miss both of their targets, of 24 and 48 hours.
    """
    began = now - timedelta(days=3)
    gazetteer = Gazetteer(bundled())
    words = Submission(title="Judul", description="Isi", category="SAMPAH", latitude=-6.1754, longitude=106.8272)
    async with database(url):
        account = await Account.create(
            public_id="w", email="w", password_hash="", pseudonym="w", pseudonym_key="w", created_at=began
        )
        person = Person(account.id, (RoleGrant(Role.CITIZEN, None),))
        await open_first_day(Transactions(now=lambda: began))
        for number in range(reports):
            at = began + timedelta(hours=number % 20)
            routed = route(gazetteer, replace(words, title=f"Judul {number}"))
            await Transactions(now=partial(_same, at)).run(submit, person, routed)


def _same(moment: datetime) -> datetime:
    return moment


@dataclass
class City:
    """A service in this process, and the ways to its people."""

    service: Application
    http: httpx.AsyncClient

    @property
    def services(self) -> Services:
        return self.service.services

    @property
    def transactions(self) -> Transactions:
        return self.services.transactions

    @property
    def gazetteer(self) -> Gazetteer:
        return self.services.places.gazetteer

    def anyone(self, language: str | None = None) -> Caller:
        """Somebody not signed in."""
        return Caller(self.http, language=language)

    async def citizen(self, name: str = "warga") -> Caller:
        """A new citizen, signed in. Where e-mails are sent, their address is confirmed, as a sign-up there demands."""
        email, caller = f"{name}@contoh.id", self.anyone()
        if not self.services.offers.email:
            await caller.sign_up(email)
            return caller
        await self.transactions.run(sign_up, await credentials(email, PASSWORD))
        await Account.filter(email=email).update(email_confirmed=True)
        await caller.sign_in(email)
        return caller

    async def official(self, unit: str | None, role: Role = Role.OFFICER, name: str = "petugas") -> Caller:
        """Somebody with a role, signed in."""
        email = f"{name}@contoh.id"
        new = await credentials(email, PASSWORD)
        await self.transactions.run(grant_role, self.gazetteer, new, role, unit, f"Staf {name}")
        caller = self.anyone()
        await caller.sign_in(email)
        return caller


@asynccontextmanager
async def in_process(
    database_url: str,
    media_dir: Path,
    now: datetime | None = None,
    allowed_origins: str = "",
    public_url: str = "",
    **others: Any,
) -> AsyncIterator[City]:
    """Run the service in this process, on a prepared database. With `now` it starts at that moment and stays there."""
    settings = Settings(
        database_url=database_url,
        secret_key=SECRET,
        media_dir=media_dir,
        allowed_origins=allowed_origins,
        public_url=public_url,
        outgoing_networks=THIS_MACHINE,
        **FREE | others,
    )
    service = Application(settings)
    app = service.build()
    async with AsyncExitStack() as stack:
        if now is not None:
            stopped = partial(Transactions, now=lambda: now)
            stack.enter_context(patch("app.asgi.Transactions", lambda notify, **_: stopped(notify=notify)))
        await stack.enter_async_context(app.router.lifespan_context(app))
        transport = httpx.ASGITransport(leaving_streams(app))
        http = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://tanggap"))
        yield City(service, http)


def leaving_streams(app: ASGIApp) -> ASGIApp:
    """Wrap an application for clients that leave an event stream once it has begun. httpx would wait for its end."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        is_stream, has_ended, may_leave = False, False, asyncio.Event()

        async def observe(message: Message) -> None:
            nonlocal is_stream, has_ended
            if message["type"] == "http.response.start":
                is_stream = any(value.startswith(b"text/event-stream") for _, value in message["headers"])
            else:
                has_ended = not message.get("more_body", False)
            await send(message)
            if has_ended or b"id: " in message.get("body", b"") or b"event: " in message.get("body", b""):
                may_leave.set()

        async def leave() -> Message:
            if not is_stream:
                return await receive()
            await may_leave.wait()
            return {"type": "http.disconnect"}

        await app(scope, leave, observe)
        if is_stream and not has_ended:
            await send({"type": "http.response.body", "body": b""})

    return serve


class ServerProcess:
    """One `tanggap serve` in a process of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = FREE_ENVIRONMENT | environment
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: ForkServerProcess | None = None

    @property
    def pid(self) -> int:
        """The process's id; AssertionError when it does not run."""
        assert self._process is not None
        assert self._process.pid is not None
        return self._process.pid

    async def start(self) -> None:
        """Start and wait until it is ready."""
        self._process = start_server(self._environment, self.port)
        async with asyncio.timeout(DEADLINE), httpx.AsyncClient(base_url=self.url) as http:
            while True:
                with suppress(httpx.TransportError):
                    if (await http.get("/readyz")).status_code == 200:
                        return
                assert self._process.is_alive(), "the server stopped while it started"
                await asyncio.sleep(0.05)

    def kill(self, with_signal: signal.Signals = signal.SIGKILL) -> None:
        """End it and wait for its end."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, with_signal)
            self._process.join(timeout=DEADLINE)
            assert not self._process.is_alive(), "the server did not end"
            self._process = None


@dataclass
class Deployment:
    """Server processes over one database and one broadcast."""

    database_url: str
    servers: list[ServerProcess]
    clients: list[httpx.AsyncClient]

    async def official(self, unit: str | None, server: int, name: str = "petugas", role: Role = Role.OFFICER) -> Caller:
        """Somebody with a role, signed in at one of the servers."""
        email = f"{name}@contoh.id"
        async with database(self.database_url):
            gazetteer = Gazetteer(await read_reference_data())
            await Transactions().run(grant_role, gazetteer, await credentials(email, PASSWORD), role, unit)
        caller = Caller(self.clients[server])
        await caller.sign_in(email)
        return caller


@asynccontextmanager
async def deployed(
    database_url: str, broadcast_url: str, media_dir: Path, processes: int, **others: str
) -> AsyncIterator[Deployment]:
    """Run server processes on a prepared database. `others`: further settings, in upper case."""
    environment = {
        "DATABASE_URL": database_url,
        "BROADCAST_URL": broadcast_url,
        "MEDIA_DIR": str(media_dir),
        "SECRET_KEY": SECRET,
        "LOG_LEVEL": "WARNING",
        "OUTGOING_NETWORKS": THIS_MACHINE,
        **others,
    }
    servers = [ServerProcess(environment) for _ in range(processes)]
    async with AsyncExitStack() as stack:
        for server in servers:
            stack.callback(server.kill, signal.SIGTERM)
        await asyncio.gather(*(server.start() for server in servers))
        clients = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=server.url, timeout=DEADLINE))
            for server in servers
        ]
        yield Deployment(database_url, servers, clients)


def apart(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end in a thread and a loop of its own: playwright keeps one running in this thread."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


def fewer_on_postgres(database_url: str, examples: int) -> int:
    """Return a number of examples: on PostgreSQL a third, but not below 20. It is slower, and differs in its locks."""
    return examples if database_url.startswith("sqlite") else min(examples, max(20, examples // 3))


def copy_sqlite(template: Path, target: Path) -> str:
    """Copy a prepared SQLite file; return the copy's address."""
    shutil.copyfile(template, target)
    return f"sqlite://{target}"
