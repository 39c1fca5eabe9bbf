"""Submissions that are sent again, and near-duplicates by others: what becomes of them.

    python -m benchmarks.repeats [DATABASE_URL] [--reports 2000] [--look 0.7]

Of the reports of a new city, 5 % are sent again, one, two or three times, some of these at the same moment and some
from a few metres away. 10 % more are the problem of an earlier report, of the same category within 100 metres, by
another citizen. A share of those citizens (`--look`) looks at `nearbyReports` first, and supports the nearest one. The
database must be empty; without one it is an SQLite file that is deleted.
"""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from actions.reference import load
from actions.submissions import Submission, route, submit
from actions.supports import support
from actions.transaction import Transactions
from models.accounts import Account
from models.database import database, fetch, migrate
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from queries.nearby import Near, nearest
from rules.access import Person
from rules.geography import Circle
from simulation.places import PointSampler, near

SENT_AGAIN, NEAR_DUPLICATES = 0.05, 0.10
CITIZENS = 300
CATEGORIES = ("SAMPAH", "PKL", "BANJIR", "LAINNYA")


@dataclass(slots=True)
class Trial:
    """A city in which citizens report. `counts`: what became of what they sent."""

    gazetteer: Gazetteer
    people: list[Person]
    rng: Random
    look: float
    transactions: Transactions = field(default_factory=Transactions)
    counts: Counter[str] = field(default_factory=Counter)

    async def report(self, number: int, latitude: float, longitude: float, category: str) -> None:
        """Submit a report, perhaps again, and let another citizen meet the same problem."""
        person, other = self.rng.sample(self.people, 2)
        words = Submission(
            title=f"Laporan {number}",
            description="Sejak kemarin.",
            category=category,
            latitude=latitude,
            longitude=longitude,
        )
        first = [await self._submit(person, words)]
        self.counts["reports of their own"] += 1
        if self.rng.random() < SENT_AGAIN:
            again = [self._submit(person, self._shaken(words)) for _ in range(self.rng.randint(1, 3))]
            self._compare("sent again", first[0], await asyncio.gather(*again))
        if self.rng.random() < NEAR_DUPLICATES:
            await self._meet(other, words)

    async def _meet(self, person: Person, words: Submission) -> None:
        latitude, longitude = near(self.rng, words.latitude, words.longitude, 100.0)
        if self.rng.random() < self.look:
            found = await nearest(Near(Circle(latitude, longitude, 250.0), words.category, is_open=True), 1)
            if found and found[0].row.reporter_id != person.account_id:
                await self.transactions.run(support, person, found[0].row.id)
                self.counts["near-duplicates: support"] += 1
                return
        await self._submit(
            person,
            Submission(
                title="Sama", description=words.title, category=words.category, latitude=latitude, longitude=longitude
            ),
        )
        self.counts["near-duplicates: a second report"] += 1

    def _shaken(self, words: Submission) -> Submission:
        latitude, longitude = near(self.rng, words.latitude, words.longitude, 20.0)
        values = {name: getattr(words, name) for name in ("title", "description", "category")}
        return Submission(**values, latitude=latitude, longitude=longitude)

    def _compare(self, what: str, first: int, others: list[int]) -> None:
        for one in others:
            self.counts[f"{what}: {'the same report' if one == first else 'a second report'}"] += 1

    async def _submit(self, person: Person, words: Submission) -> int:
        return await self.transactions.run(submit, person, route(self.gazetteer, words))


async def run(url: str, reports: int, look: float) -> None:
    """Let a new city live, and print what became of what was sent."""
    await migrate(url)
    gazetteer, rng = Gazetteer(bundled()), Random(1)
    async with database(url):
        await Transactions().run(load, bundled())
        people = [Person(await _citizen(number)) for number in range(CITIZENS)]
        trial = Trial(gazetteer, people, rng, look)
        points = PointSampler(gazetteer, bundled(), 1)
        began = time.perf_counter()
        for number in range(reports):
            latitude, longitude = points.point(rng, rng.choice(list(gazetteer.kelurahan)))
            await trial.report(number, latitude, longitude, rng.choice(CATEGORIES))
        seconds = time.perf_counter() - began
        (stored,) = await fetch("SELECT COUNT(*) AS number FROM report")
    for name, number in sorted(trial.counts.items()):
        print(f"{name:<36}{number:>8,}")
    print(f"{'stored reports':<36}{stored['number']:>8,}  ({seconds:.1f} s)")


async def _citizen(number: int) -> int:
    name = f"warga-{number}"
    account = await Account.create(
        public_id=name,
        email=name,
        pseudonym=name,
        pseudonym_key=name,
        password_hash="",
        created_at=datetime.now(UTC),
    )
    return int(account.id)


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", nargs="?")
    parser.add_argument("--reports", type=int, default=2_000)
    parser.add_argument("--look", type=float, default=0.7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite://{Path(folder) / 'tanggap.db'}"
        asyncio.run(run(url, given.reports, given.look))


if __name__ == "__main__":
    main()
