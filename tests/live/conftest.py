from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.live.verify import Infrastructure
from tests.backends import PostgresServer, RedisServer
from tests.city import Deployment, deployed

BACKENDS = {
    "sqlite-memory": ("sqlite_city_url", None, 1),
    "postgres-redis": ("postgres_city_url", "redis_url", 2),
    "postgres-notify": ("postgres_city_url", "postgres_city_url", 2),
}
"""The fixture of the database, that of the broadcast (None: memory://), and the number of server processes."""


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run on asyncio's own loop: uvloop opens descriptors, and refuses to write to what is closed."""
    return "asyncio"


@pytest.fixture(params=BACKENDS)
def backends(request: pytest.FixtureRequest) -> tuple[str, str, int]:
    """The database URL, broadcast URL and number of processes of each combination in turn."""
    database, broadcast, processes = BACKENDS[request.param]
    database_url: str = request.getfixturevalue(database)
    broadcast_url: str = "memory://" if broadcast is None else request.getfixturevalue(broadcast)
    return database_url, broadcast_url, processes


@pytest.fixture
async def deployment(backends: tuple[str, str, int], tmp_path: Path) -> AsyncIterator[Deployment]:
    """Server processes on each combination of real backends in turn."""
    database_url, broadcast_url, processes = backends
    async with deployed(database_url, broadcast_url, tmp_path / "media", processes) as running:
        yield running


@pytest.fixture
async def server(sqlite_city_url: str, tmp_path: Path) -> AsyncIterator[Deployment]:
    """One server process on SQLite."""
    async with deployed(sqlite_city_url, "memory://", tmp_path / "media", 1) as running:
        yield running


@pytest.fixture
def grounds(
    postgres_city_url: str, postgres_server: PostgresServer, redis_server: RedisServer, tmp_path: Path
) -> Infrastructure:
    """The database of a city, and the servers for a run with faults. Servers given by TEST_… variables are not used."""
    postgres_server.start()
    redis_server.start()
    return Infrastructure(postgres_city_url, postgres_server, redis_server, tmp_path)
