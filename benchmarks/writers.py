"""Changes a second, compared with bare transactions, on SQLite and on PostgreSQL.

The baseline takes a position from the one-row counter and inserts one event, with the driver alone. A change is a whole
`submit`: its checks, photos, number, report row, position and event. Both run in WRITERS tasks of one process.
Run: python -m benchmarks.writers [changes]
"""

import asyncio
import secrets
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from tortoise.transactions import in_transaction

from actions.accounts import credentials, sign_up
from actions.submissions import Submission, route, submit
from actions.transaction import Transactions
from models.database import database, fetch
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from rules.access import Person
from tests.backends import PostgresServer
from tests.city import prepare

WRITERS = 20
SAMPLE = Submission(title="Sampah", description="Menumpuk", category="SAMPAH", latitude=-6.1754, longitude=106.8272)


async def bare() -> None:
    """Take a position and append an event."""
    async with in_transaction() as using:
        rows = await fetch("UPDATE log_head SET position = position + 1 WHERE id = 1 RETURNING position", using=using)
        await fetch(
            "INSERT INTO log_event (position, topic, kind, at, data) "
            "VALUES ($1, 'period', 'BARE', CURRENT_TIMESTAMP, '{}')",
            rows[0]["position"],
            using=using,
        )


async def rate(change: Callable[[], Awaitable[object]], count: int) -> float:
    """Return the changes a second that WRITERS tasks make."""
    left = iter(range(count))

    async def work() -> None:
        for _ in left:
            await change()

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(WRITERS)))
    return count / (time.perf_counter() - began)


async def compare(name: str, url: str, count: int) -> None:
    """Print both rates and their ratio."""
    await prepare(url)
    async with database(url):
        transactions, gazetteer = Transactions(), Gazetteer(bundled())
        person = Person(
            await transactions.run(sign_up, await credentials("warga@contoh.id", secrets.token_urlsafe(12)), None)
        )
        await rate(bare, 50)
        baseline = await rate(bare, count)
        changes = await rate(lambda: transactions.run(submit, person, route(gazetteer, SAMPLE)), count)
        print(f"{name:<11} bare {baseline:7.0f}/s   submit {changes:7.0f}/s   ratio {changes / baseline:.2f}")


def main() -> None:
    """Compare on both databases."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    print(f"{count} changes by {WRITERS} tasks of one process")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(compare("SQLite", f"sqlite://{Path(folder) / 'tanggap.db'}", count))
    with PostgresServer() as server:
        server.create_database("bench")
        asyncio.run(compare("PostgreSQL", server.url("bench"), count))


if __name__ == "__main__":
    main()
