import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import clock
from models.database import fetch
from tests.backends import PostgresServer
from tests.city import City, copy_sqlite, in_process
from tests.wire import Caller


@pytest.fixture(autouse=True)
def no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disable the clock: these tests set the time themselves, so no period may close on its own."""
    monkeypatch.setattr(clock, "TICK", 3_600.0)


@pytest.fixture
async def city(city: City) -> City:
    """The service in this process, with no day opened or closed yet, so that any time can be set."""
    await open_no_day()
    return city


async def open_no_day() -> None:
    await fetch("UPDATE log_head SET open_from = NULL WHERE id = 1")


@dataclass(frozen=True)
class Snapshot:
    """A populated database, to be copied: its file or name, its time, and the person that `populate` returned."""

    database: Path | str
    now: datetime
    person: Caller


@pytest.fixture(scope="module")
def snapshots() -> Iterator[tuple[dict[str, Snapshot], ExitStack]]:
    """The snapshots of a module, by the kind of database, and the stack that removes them."""
    with ExitStack() as stack:
        yield {}, stack


@pytest.fixture
async def populated(
    request: pytest.FixtureRequest,
    database_url: str,
    snapshots: tuple[dict[str, Snapshot], ExitStack],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[City, Caller]]:
    """The service on a copy of what the module's `populate` wrote, and the person that it returned.

    The database is populated once for a module and kind of database. Photos are not copied.
    """
    taken, stack = snapshots
    kind, _, address = database_url.partition("://")
    if kind not in taken:
        async with in_process(database_url, tmp_path / "media") as city:
            await open_no_day()
            person = await request.module.populate(city)
            now = city.transactions.now()
        if kind == "sqlite":
            file = tmp_path_factory.mktemp("snapshot") / "tanggap.db"
            copy_sqlite(Path(address), file)
            taken[kind] = Snapshot(file, now, person)
        else:
            name = f"snapshot_{secrets.token_hex(6)}"
            server: PostgresServer = request.getfixturevalue("postgres_server")
            server.create_database(name, template=address.rpartition("/")[2])
            stack.callback(server.drop_database, name)
            taken[kind] = Snapshot(name, now, person)
    snapshot = taken[kind]
    if isinstance(snapshot.database, Path):
        copy_sqlite(snapshot.database, Path(address))
    else:
        server = request.getfixturevalue("postgres_server")
        server.drop_database(address.rpartition("/")[2])
        server.create_database(address.rpartition("/")[2], template=snapshot.database)
    before_all_deadlines = datetime(2000, 1, 1, tzinfo=UTC)  # because the start records missed deadlines
    async with in_process(database_url, tmp_path / "media", before_all_deadlines) as city:
        await open_no_day()
        city.transactions.now = lambda: snapshot.now
        yield city, snapshot.person.on(city.http)
