"""A city that an older program wrote is migrated, and nothing in it is lost or doubted."""

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from models.database import database, fetch
from rules.cursors import encode
from tests.backends import PostgresServer
from tests.city import SECRET, in_process
from tests.serving import run_command

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

OLD = Path(__file__).parent / "old"

STORED = {
    "reports": "SELECT number, title, status, resolution, version, support_count FROM report ORDER BY submitted_at",
    "points": "SELECT COALESCE(SUM(points), 0) AS points, COUNT(*) AS entries FROM point_entry",
    "events": "SELECT position, kind, report_id FROM log_event ORDER BY position",
}
"""The data that the older program stored, in columns that both have."""

REPORTS = """
query($after: String) { reports(first: 50, after: $after, orderBy: OLDEST) {
  pageInfo { hasNextPage endCursor } edges { node { number title status resolution version supportCount } }
} }"""
NEW = """
query($word: String!, $around: BoundingBoxInput!) {
  reports(filter: {text: $word}, first: 100) { edges { node { number } } }
  reportClusters(within: $around, zoom: 10) { count }
  reportStatistics { rows { received } }
}"""
"""Reads that the older program did not have: words, cells of a map and counts. They are made by the migration."""

JAKARTA = {"south": -7.0, "west": 106.0, "north": -5.0, "east": 107.5}

MADE = datetime(2026, 11, 29, 14, 40, tzinfo=UTC)
"""A moment after the dumps were made. Later the service would first close the days since then."""


@pytest.fixture(params=["sqlite", "postgres"])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address a copy of the older city."""
    script = tmp_path / "old.sql"
    script.write_bytes(gzip.decompress((OLD / f"{request.param}.sql.gz").read_bytes()))
    if request.param == "sqlite":
        with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
            connection.executescript(script.read_text(encoding="utf-8"))
        yield f"sqlite://{tmp_path}/old.db"
        return
    url: str = request.getfixturevalue("postgres_url")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    server.restore(url.rpartition("/")[2], script)
    yield url


async def stored(url: str) -> dict[str, list[dict[str, Any]]]:
    async with database(url):
        return {name: await fetch(statement) for name, statement in STORED.items()}


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """Return a stored report as it is read. Since then the words of a withdrawn one are no longer shown."""
    hidden = {"title": "Ditarik pelapor / Withdrawn by the reporter"} if row["resolution"] == "WITHDRAWN" else {}
    return {"supportCount" if name == "support_count" else name: value for name, value in (row | hidden).items()}


async def test_city_of_an_older_program_is_whole_after_its_migration(old_url: str, tmp_path: Path) -> None:
    before = await stored(old_url)
    async with database(old_url):
        (head,) = await fetch("SELECT epoch, position FROM log_head")
    environment = {"DATABASE_URL": old_url, "SECRET_KEY": SECRET, "MEDIA_DIR": str(tmp_path / "media")}
    status, printed = await run_command(environment, "migrate")
    assert (status, printed.splitlines()[-1]) == (0, "the tables are up to date"), printed
    assert await stored(old_url) == before
    assert await run_command(environment, "scores", "verify") == (0, "")
    assert await run_command(environment, "log", "verify") == (0, "")
    async with in_process(old_url, tmp_path / "media", MADE) as city:
        visitor, read, page = city.anyone(), [], {"hasNextPage": True, "endCursor": None}
        while page["hasNextPage"]:
            answer = (await visitor.ask(REPORTS, after=page["endCursor"]))["reports"]
            read += [edge["node"] for edge in answer["edges"]]
            page = answer["pageInfo"]
        assert read == [shown(row) for row in before["reports"]]
        word = str(before["reports"][0]["title"]).split()[0]
        found = await visitor.ask(NEW, word=word, around=JAKARTA)
        numbers = {edge["node"]["number"] for edge in found["reports"]["edges"]}
        assert numbers >= {row["number"] for row in before["reports"] if word in shown(row)["title"]}
        assert sum(cluster["count"] for cluster in found["reportClusters"]) == len(read)
        assert found["reportStatistics"]["rows"] == [{"received": len(read)}]
        cursor = encode(head["epoch"], head["position"])
        assert await city.services.tailer.position_of(cursor) == head["position"]  # clients go on where they were
