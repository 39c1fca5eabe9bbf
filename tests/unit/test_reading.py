"""Reading on connections of our own: whatever happens to a reader, the next one is served."""

import asyncio
import random

import pytest

from models.database import database
from models.reading import numbered_for_sqlite, read
from tests.wire import DEADLINE

pytestmark = pytest.mark.anyio


def test_only_placeholders_are_numbered_for_sqlite() -> None:
    sql = "SELECT json_extract(data, '$.before.status') FROM log_event WHERE position = $1 AND report_id = $12"
    written = "SELECT json_extract(data, '$.before.status') FROM log_event WHERE position = ?1 AND report_id = ?12"
    assert numbered_for_sqlite(sql) == written


@pytest.mark.parametrize("cancels", [1, 2])
async def test_reads_that_are_cancelled_take_no_connection_with_them(database_url: str, cancels: int) -> None:
    rng = random.Random(1)
    async with database(database_url):
        for _ in range(30):
            reads = [asyncio.create_task(read("SELECT COUNT(*) FROM category")) for _ in range(3)]
            for _ in range(cancels):
                await asyncio.sleep(rng.random() * 0.003)
                for one in reads:
                    one.cancel()
            await asyncio.gather(*reads, return_exceptions=True)
        async with asyncio.timeout(DEADLINE):
            assert len(await read("SELECT 1 AS one")) == 1
