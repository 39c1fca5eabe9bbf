"""The clients of a run, and the subscriptions of each."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress

from benchmarks.live.clients import Client, SocketClient, StreamClient
from benchmarks.live.interests import Interest, everything, feed, one_report, own_reports, random_filter
from benchmarks.live.people import CATEGORIES, KELURAHAN, Resident
from benchmarks.live.records import BoardRecord, EventRecord, Record
from benchmarks.live.workers import UNANSWERED, Fleet
from tests.wire import Caller

BOARDS = ("KELURAHAN", "KECAMATAN", "CITY")
PERIODS = ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "ALL_TIME")
ROWS = (300, 300, 10, 3)
"""Rows of a board that a client asks for: mostly all."""

HEAD = "{ reports(first: 20) { cursor edges { node { id cursor } } } }"

SHARE_WITH_CURSOR = 0.75
"""Share of the records that begin at a cursor; the others begin "from now on"."""

PAUSE = (0.1, 1.0)
"""Seconds before a failed request is sent again: (least, most)."""


class ClientFactory:
    """Makes clients and their subscriptions; `residents` are signed in."""

    def __init__(self, fleet: Fleet, residents: list[Resident], seed: int) -> None:
        self._fleet, self._seed = fleet, seed
        self._citizens = [resident for resident in residents if resident.unit is None]

    @staticmethod
    def follows_everything(number: int) -> bool:
        """Return whether a client follows all reports: every fourth does, as a witness of each event."""
        return number % 4 == 0

    async def client(self, number: int) -> Client:
        """Make a client with one to four subscriptions. Half of them are signed in; a third have event streams."""
        rng = random.Random(f"{self._seed} client {number}")
        person = rng.choice([None, rng.choice(self._citizens)])

        async def new_record() -> Record:
            return await self._record(rng.choice(_subscription_kinds(person)), person, rng)

        kinds = [rng.choice(_subscription_kinds(person)) for _ in range(rng.randint(1, 4))]
        if self.follows_everything(number):
            kinds[0] = "everything"
        records = [await self._record_with_retry(kind, person, rng) for kind in kinds]
        kind = StreamClient if number % 3 == 1 else SocketClient
        return kind(self._fleet, None if person is None else person.token, records, new_record, rng)

    async def _record_with_retry(self, kind: str, person: Resident | None, rng: random.Random) -> Record:
        """Begin a record; try again while the servers fail."""
        while True:
            with suppress(*UNANSWERED):
                return await self._record(kind, person, rng)
            await asyncio.sleep(rng.uniform(*PAUSE))

    async def _record(self, kind: str, person: Resident | None, rng: random.Random) -> Record:
        """Begin a record at a cursor that a server gives or, now and then, without a cursor."""
        if kind == "board":
            return BoardRecord(rng.choice(BOARDS), rng.choice(PERIODS), rng.choice(ROWS))
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


def _subscription_kinds(person: Resident | None) -> list[str]:
    """Return the kinds of subscriptions open to a person, the likelier ones twice."""
    return ["report", "report", "feed", "feed", "board", "board", *(["own reports", "own feed"] if person else [])]
