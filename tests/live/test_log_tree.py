"""The job that publishes the log: killed in the middle, and in several workers at once."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from datetime import UTC, datetime

import pytest

from actions.log_tree import BATCH
from actions.transaction import Transactions
from models.database import database, fetch
from models.leaves import leaf
from models.log import LogEvent, Topic
from models.log_tree import LogTile, LogTree
from queries import log_audit
from rules.checkpoints import Checkpoint, LogSigner
from rules.merkle import WIDTH, GrowingTree, leaf_hash
from tests.city import ROOT, Deployment
from tests.published import publish, published_events
from tests.wire import DEADLINE, GAMBIR

pytestmark = pytest.mark.anyio

SIGNER = LogSigner("tanggap/log", bytes(32))


async def add_events(count: int) -> None:
    """Append events after the one of the reference data."""
    at = datetime(2026, 3, 10, tzinfo=UTC)
    for position in range(2, count + 2):
        await LogEvent.create(position=position, topic=Topic.LEDGER, kind="RECOUNTED", at=at, data={})
    await fetch("UPDATE log_head SET position = $1", count + 1)


async def signed_tree() -> Checkpoint:
    """Return the last checkpoint, having asserted that it is that of the events and of the tiles."""
    signed = Checkpoint.from_note((await LogTree.get(id=1)).checkpoint or "")
    tree, differences = GrowingTree(0, {}), list[str]()
    for event in (await published_events())[: signed.size]:
        tree.append(leaf_hash(leaf(event)))
    await log_audit.verify(differences.append, signed)
    assert (tree.root(), differences) == (signed.root, [])
    return signed


async def test_worker_killed_in_a_batch_leaves_a_tree_that_goes_on(database_url: str) -> None:
    async with database(database_url):
        await add_events(BATCH + 300)
    command = [sys.executable, "-m", "tests.live.one_growth", database_url]
    worker = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE)
    assert worker.stdout is not None
    async with asyncio.timeout(DEADLINE):
        assert await worker.stdout.readline() == b"middle\n"
    worker.kill()
    await worker.communicate()
    async with database(database_url):
        assert (await signed_tree()).size == (await LogTree.get(id=1)).size == BATCH
        assert await LogTile.filter(level=0).count() == BATCH // WIDTH
        async with asyncio.timeout(DEADLINE):
            await publish(Transactions(), SIGNER)
        assert (await signed_tree()).size == BATCH + 300


async def test_workers_publish_what_all_of_them_log(deployment: Deployment) -> None:
    last = len(deployment.clients) - 1
    officer = await deployment.official(GAMBIR, 0)
    citizen = await deployment.official(GAMBIR, last, "warga")
    for _ in range(3):
        report = await citizen.report()
        await officer.move(report["id"], "IN_PROGRESS")
    async with database(deployment.database_url):
        entries = len(await published_events())
    notes: set[str] = set()
    async with asyncio.timeout(DEADLINE):
        while len(notes) != 1 or f"\n{entries}\n" not in next(iter(notes)):
            await asyncio.sleep(0.1)
            notes = {(await client.get("/log/checkpoint")).text for client in deployment.clients}
    async with database(deployment.database_url):
        assert (await signed_tree()).size == entries > 3
