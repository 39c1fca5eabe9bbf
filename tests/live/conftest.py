from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.city import Deployment, deployed

GROUNDS = {
    "sqlite-memory": ("sqlite_city_url", None, 1),
    "postgres-redis": ("postgres_city_url", "redis_url", 2),
    "postgres-notify": ("postgres_city_url", "postgres_city_url", 2),
}
"""The database, the broadcast (None: memory://) and the number of server processes."""


@pytest.fixture(params=GROUNDS)
def grounds(request: pytest.FixtureRequest) -> tuple[str, str, int]:
    """The addresses of a database and a broadcast, and a number of processes, of each kind in turn."""
    database, broadcast, processes = GROUNDS[request.param]
    database_url: str = request.getfixturevalue(database)
    broadcast_url: str = "memory://" if broadcast is None else request.getfixturevalue(broadcast)
    return database_url, broadcast_url, processes


@pytest.fixture
async def deployment(grounds: tuple[str, str, int], tmp_path: Path) -> AsyncIterator[Deployment]:
    """Server processes over each kind of real backend in turn."""
    database_url, broadcast_url, processes = grounds
    async with deployed(database_url, broadcast_url, tmp_path / "media", processes) as running:
        yield running


@pytest.fixture
async def server(sqlite_city_url: str, tmp_path: Path) -> AsyncIterator[Deployment]:
    """One server process over SQLite."""
    async with deployed(sqlite_city_url, "memory://", tmp_path / "media", 1) as running:
        yield running
