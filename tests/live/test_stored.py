"""The databases of the scores benchmark equal those written by the actions, and the benchmark runs on them."""

import pytest

from benchmarks.scores import READINGS, compare, show
from benchmarks.stored import store
from models.database import database, fetch
from queries.score_audit import verify

pytestmark = pytest.mark.anyio

INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexdef"
CONSTRAINTS = (
    "SELECT conrelid::regclass::text AS of, conname, pg_get_constraintdef(oid) AS definition "
    "FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
)


async def shape(url: str) -> list[dict[str, object]]:
    async with database(url):
        return [*await fetch(INDEXES), *await fetch(CONSTRAINTS)]


async def differences(url: str) -> list[object]:
    found: list[object] = []
    async with database(url):
        await verify(found.append)
    return found


async def test_stored_database_reconciles_before_and_after_the_benchmark(
    postgres_url: str, postgres_city_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = await store(postgres_url, 400)
    assert await shape(postgres_url) == await shape(postgres_city_url)
    async with database(postgres_url):
        (found,) = await fetch("SELECT COUNT(*) AS reports, COUNT(rating) AS rated FROM report")
    assert found["reports"] == 400
    assert found["rated"] > 60
    assert await differences(postgres_url) == []
    sides = await compare([stored, stored], rounds=1)
    show(sides)
    printed = capsys.readouterr().out
    assert all(name in printed for name in (*READINGS, "submission", "no target that passes"))
    assert await differences(postgres_url) == []
