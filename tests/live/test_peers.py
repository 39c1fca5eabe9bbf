"""The hand-written peer of the benchmark answers as the product does, and writes the same rows."""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from actions import sessions
from benchmarks.documents import DOCUMENTS, NEW, VIEWER, plain
from benchmarks.peers.handwritten import create_app
from benchmarks.stored import store
from benchmarks.table import LINES
from models.database import fetch
from rules.periods import Period, jakarta_day
from rules.scoring.counters import COUNTER_NAMES
from tests.backends import PostgresServer
from tests.city import SECRET, City, apart, in_process
from tests.wire import DEADLINE

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

READS = ("list", "full", "one", "board", "cards")

WRITTEN = (
    "SELECT to_jsonb(r) AS row, submitted_at AS at FROM report r ORDER BY id DESC LIMIT 2",
    "SELECT to_jsonb(e) AS row, at FROM log_event e WHERE kind = 'SUBMITTED' ORDER BY position DESC LIMIT 2",
)
"""The rows of the last two submissions."""

PASSED = "SELECT COUNT(*) AS passed FROM report WHERE next_due_at < CURRENT_TIMESTAMP"
"""The deadlines that have passed since the last stored change, and are not recorded yet."""

OWN = NEW | {"position", "report_id"}
"""Columns that differ between two submissions."""


REPORTS = 4_000
"""Enough that some kelurahan have the decided answers of a responsiveness in a month."""


async def fill(url: str) -> None:
    await store(url, REPORTS)


@pytest.fixture(scope="module")
def filled_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Address a database with reports."""
    name = f"peers_{secrets.token_hex(6)}"
    postgres_server.create_database(name)
    apart(fill(postgres_server.url(name)))
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture
async def filled(filled_url: str, tmp_path: Path) -> AsyncIterator[City]:
    """The product over these reports."""
    async with in_process(filled_url, tmp_path / "media") as city, asyncio.timeout(DEADLINE):
        while (await fetch(PASSED))[0]["passed"]:  # the product records them
            await asyncio.sleep(0.05)
        yield city


@pytest.fixture
async def peer(
    filled: City,  # noqa: ARG001 # fills the database
    filled_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[httpx.AsyncClient]:
    """The hand-written peer over the same database."""
    monkeypatch.setenv("DATABASE_URL", filled_url)
    monkeypatch.setenv("PUBLIC_URL", "http://tanggap")
    monkeypatch.setenv("SECRET_KEY", SECRET)
    app = create_app()
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://peer") as http,
    ):
        yield http


async def ask(city: City, name: str, variables: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
    body = {"query": DOCUMENTS[name], "variables": variables}
    return (await city.http.post("/graphql", json=body, headers=headers)).json()


async def tallies() -> Counter[tuple[str, ...]]:
    """Return all counters of units."""
    counted: Counter[tuple[str, ...]] = Counter()
    for row in await fetch("SELECT * FROM tally WHERE officer = 0"):
        key = (row["period"], str(row["first_day"]), row["unit"])
        counted.update({(*key, name): row[name] for name in COUNTER_NAMES})
    return counted


async def token(city: City) -> dict[str, str]:
    started = await city.transactions.run(sessions.start, 900, city.services.tokens.refreshing)
    issued, _ = city.services.tokens.issue(started.session_id, city.transactions.now())
    return {"Authorization": f"Bearer {issued}"}


async def test_handwritten_peer_reads_what_the_product_reads(filled: City, peer: httpx.AsyncClient) -> None:
    rows = await fetch("SELECT number, submitted_at FROM report ORDER BY submitted_at DESC LIMIT 40")
    last = jakarta_day(rows[0]["submitted_at"])
    for day in (last, last - timedelta(days=31)):
        variables = {"number": rows[-1]["number"], "day": day.isoformat()}
        for name in READS:
            answered = plain(await ask(filled, name, variables))
            assert answered
            if name == "cards":
                assert any(row["scorecard"]["responsiveness"] is not None for row in answered)
            assert (await peer.get(f"/{name}", params=variables)).json() == answered
    assert (await peer.get("/typename")).json() == await ask(filled, "typename", {})


async def test_handwritten_peer_submits_what_the_product_submits(filled: City, peer: httpx.AsyncClient) -> None:
    signed = await token(filled)
    for category in ("SAMPAH", "LAMPU_JALAN"):
        location = {"latitude": -6.1754, "longitude": 106.8272}
        given = {"title": "Menumpuk", "description": "Isi", "category": category, "location": location}
        counted = [await tallies()]
        answered = plain(await ask(filled, "submit", {"input": given}, signed), NEW)
        counted.append(await tallies())
        assert plain((await peer.post("/submit", json=given, headers=signed)).json(), NEW) == answered
        counted.append(await tallies())
        added, added_by_hand = (after - before for before, after in pairwise(counted))
        assert added == added_by_hand
        assert added.total() == len(Period) * len(("received", "open"))
        for sql in WRITTEN:
            one, other = (relative(orjson.loads(row["row"]), row["at"]) for row in await fetch(sql))
            assert one == other


async def test_document_of_a_viewer_is_the_list_with_more_fields(filled: City) -> None:
    signed = await ask(filled, "viewer", {}, await token(filled))
    assert plain(signed, VIEWER) == plain(await ask(filled, "list", {}))
    assert all(report.keys() >= VIEWER for report in plain(signed))


def test_lines_ask_for_every_document_under_names_of_their_own() -> None:
    assert {side.document for line in LINES for side in (line.ours, line.peer)} == DOCUMENTS.keys()
    assert len({line.name for line in LINES}) == len(LINES)


def relative(value: Any, at: datetime) -> Any:
    """Return a row without what differs between two submissions; moments as seconds since the submission."""
    if isinstance(value, dict):
        return {name: relative(part, at) for name, part in value.items() if name not in OWN}
    if isinstance(value, str) and value.startswith("20"):
        return (datetime.fromisoformat(value) - at).total_seconds()
    return value
