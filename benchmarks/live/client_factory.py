"""The clients of a run, and what each of them follows."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress

from benchmarks.live.clients import Client
from benchmarks.live.interests import Interest, everything, feed, one_report, own_reports, random_filter
from benchmarks.live.people import CATEGORIES, KELURAHAN, Resident
from benchmarks.live.records import BoardRecord, EventRecord, Record
from benchmarks.live.workers import UNANSWERED, Fleet
from tests.wire import Caller

BOARDS = ("KELURAHAN", "KECAMATAN", "CITY")
PERIODS = ("DAY", "WEEK", "MONTH", "YEAR", "ALL_TIME")
PLACES = (300, 300, 10, 3)
"""How many places of a board a client asks for: mostly all."""

HEAD = "{ reports(first: 20) { cursor edges { node { id cursor } } } }"

SHARE_WITH_CURSOR = 0.75
"""How many records begin at a cursor; the others begin "from now on"."""

PAUSE = (0.1, 1.0)
"""Seconds before a client asks again for what it did not get: (least, most)."""


class ClientFactory:
    """Makes clients, and what they follow; `residents` are signed in."""

    def __init__(self, fleet: Fleet, residents: list[Resident], seed: int) -> None:
        self._fleet, self._seed = fleet, seed
        self._citizens = [resident for resident in residents if resident.unit is None]

    @staticmethod
    def follows_everything(number: int) -> bool:
        """Whether a client follows all reports: every fourth does, so that nothing goes unnoticed."""
        return number % 4 == 0

    async def client(self, number: int) -> Client:
        """Make one that follows one to four things; half of them are signed in."""
        rng = random.Random(f"{self._seed} client {number}")
        person = rng.choice([None, rng.choice(self._citizens)])

        async def something() -> Record:
            return await self._record(rng.choice(_kinds(person)), person, rng)

        kinds = [rng.choice(_kinds(person)) for _ in range(rng.randint(1, 4))]
        if self.follows_everything(number):
            kinds[0] = "everything"
        records = [await self._surely(kind, person, rng) for kind in kinds]
        return Client(self._fleet, None if person is None else person.token, records, something, rng)

    async def _surely(self, kind: str, person: Resident | None, rng: random.Random) -> Record:
        """Begin a record, whatever fails meanwhile."""
        while True:
            with suppress(*UNANSWERED):
                return await self._record(kind, person, rng)
            await asyncio.sleep(rng.uniform(*PAUSE))

    async def _record(self, kind: str, person: Resident | None, rng: random.Random) -> Record:
        """Begin a record at a cursor that a server gives or, now and then, at none."""
        if kind == "board":
            return BoardRecord(rng.choice(BOARDS), rng.choice(PERIODS), rng.choice(PLACES))
        page = (await Caller(self._fleet.any_http(rng)).ask(HEAD))["reports"]
        has_cursor = kind == "everything" or rng.random() < SHARE_WITH_CURSOR
        if kind == "report":
            report = rng.choice(page["edges"])["node"]
            return EventRecord(one_report(report["id"]), report["cursor"] if has_cursor else None)
        interests: dict[str, Callable[[], Interest]] = {
            "everything": everything,
            "feed": lambda: feed(random_filter(rng, KELURAHAN, CATEGORIES)),
        }
        if person is not None:
            interests["own reports"] = lambda: own_reports(person.account_id)
            interests["own feed"] = lambda: feed({"mine": True}, person.account_id)
        return EventRecord(interests[kind](), page["cursor"] if has_cursor else None)


def _kinds(person: Resident | None) -> list[str]:
    """Name what somebody may follow, the likelier things twice."""
    return ["report", "report", "feed", "feed", "board", "board", *(["own reports", "own feed"] if person else [])]
