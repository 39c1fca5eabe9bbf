"""A city on PostgreSQL and Redis in which ten kelurahan get points whenever a benchmark asks."""

import json
import random
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from actions.accounts import credentials, sign_up
from actions.ledger import NewEntry
from actions.submissions import Submission, route, submit
from actions.transaction import Transaction, Transactions
from models.database import database
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from rules.access import Person
from rules.scoring.points import Rule
from subscriptions.notifier import Notifier
from tests.backends import PostgresServer, RedisServer
from tests.city import prepare

SHIFTS = 10
DOCUMENT = """subscription {
  leaderboardChanged(kind: KELURAHAN, period: MONTH, first: 10) {
    cursor snapshot
    standings { rank points subject { ... on Kelurahan { code name } } }
    shifts { fromRank toRank points pointsDelta subject { ... on Kelurahan { code name } } }
  }
}"""
SAMPLE = Submission(title="Sampah", description="Menumpuk", category="SAMPAH", latitude=-6.1754, longitude=106.8272)


@dataclass
class ShiftingCity:
    """The city. `environment` holds the settings of its servers."""

    environment: dict[str, str]
    notifier: Notifier
    report_id: int = 0
    _committed_at: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.transactions = Transactions(self._notify)
        self._units = sorted(kelurahan.code for kelurahan in bundled().kelurahan)[:SHIFTS]

    async def shift(self) -> float:
        """Give points to ten kelurahan in one transaction; return when it was committed, by `time.perf_counter`."""
        entries = [
            NewEntry(
                unit=unit,
                account_id=None,
                report_id=self.report_id,
                rule=Rule.PROCESSED,
                points=random.randint(1, 30),
            )
            for unit in self._units
        ]

        await self.transactions.run(add_entries, self.report_id, entries)
        return self._committed_at

    def _notify(self, position: int) -> None:
        self._committed_at = time.perf_counter()
        self.notifier.notify(position)


async def add_entries(tx: Transaction, report_id: int, entries: list[NewEntry]) -> None:
    """Add entries about one report to the ledger."""
    async with tx.edit(report_id) as report:
        for entry in entries:
            report.add_entry(entry)


def update_in(frame: bytes) -> dict[str, object]:
    """Return the payload of a frame. Raises ValueError unless it has ten shifts."""
    payload: dict[str, object] = json.loads(frame)["payload"]
    update = payload["data"]["leaderboardChanged"]  # type: ignore[index] # the shape of DOCUMENT
    if len(update["shifts"]) != SHIFTS or len(update["standings"]) != SHIFTS:
        raise ValueError(f"an update must have {SHIFTS} shifts: {frame.decode()}")
    return payload


@asynccontextmanager
async def shifting_city() -> AsyncIterator[ShiftingCity]:
    """Run the city on its own database and broker, and yield it."""
    with PostgresServer() as postgres, RedisServer() as redis:
        postgres.create_database("bench")
        url = postgres.url("bench")
        await prepare(url)
        async with database(url), Notifier(redis.url) as notifier:
            city = ShiftingCity({"DATABASE_URL": url, "BROADCAST_URL": redis.url}, notifier)
            email, password = "warga@contoh.id", secrets.token_urlsafe(12)
            person = Person(await city.transactions.run(sign_up, await credentials(email, password)))
            city.report_id = await city.transactions.run(submit, person, route(Gazetteer(bundled()), SAMPLE))
            await city.shift()
            yield city
