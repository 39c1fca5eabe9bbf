"""A city in which everything happens that the schema can show, and the people who look at it."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from actions import sessions
from actions.accounts import Credentials, grant_role, update_profile
from actions.comments import NewComment, comment
from actions.desk import DeskOptions, assign
from actions.erasing import erase
from actions.moderation import hide, show
from actions.overdue import record_overdue
from actions.photos import record_upload
from actions.statuses import StatusChange, change_status
from actions.submissions import Submission, route, submit
from actions.supports import support, withdraw_support
from models.accounts import Account
from models.reference.gazetteer import Gazetteer
from rules.access import Person, Role
from rules.refusals import Refusal
from rules.workflow import ReportStatus, Resolution
from schema.nodes import global_id
from schema.places import ReferenceObjects, reference_objects
from tests.city import City, in_process
from tests.wire import GAMBIR, Caller
from tests.world import GAZETTEER, HANDLERS, KEYS, LOCATIONS, START, World, person

VALUES: dict[str, list[Any]] = {
    "String": ["Gambir", "31.71.01.1001", "31.71", "SAMPAH", "gambr", "", "é😀\u0000'\"\\", "x" * 300],
    "Int": [1, 2, 3, 5, 20] * 15 + [0, -1, 100, 101, 300, 301, 2**31 - 1, 2**31],
    "Float": [-6.17, 106.82, 0, -6.3, 107, -6.0, 106.9] * 4 + [90, 180.5, 1e308, -0.0],
    "Boolean": [True, False],
    "DateTime": ["2026-03-10T00:00:00Z", "2026-03-12T08:00:00+07:00"] * 12
    + ["2026-03-11T03:04:05.123456789Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "kemarin"],
    "Date": ["2026-03-10", "2026-03-11", "2026-03-12"] * 12 + ["2000-01-01", "1999-12-31", "2999-01-01", "2026-02-30"],
    "URL": ["https://push.contoh.id/1", "https://push.contoh.id/2", "http://127.0.0.1/", ""],
    "last": [None] * 4 + [1, 2, 20],
    "mine": [None, False] * 3 + [True],
    "category": ["SAMPAH", "BANJIR", "LISTRIK"] * 12 + ["sampah"],
    "kelurahan": ["Gambir", "31.71.01.1001", "Cikini", "31.71.01.1002"] * 10 + ["Atlantis"],
    "city": ["31.71", "31.74"] * 15 + ["99"],
    "kecamatan": ["31.71.01", "31.71.02"] * 15 + ["99.99.99"],
    "code": ["Gambir", "31.71.01.1001", "cideng"] * 3 + ["Atlantis"],
    "text": ["judul", "isi", "Judul 1", "jud"] * 6 + ["", "é😀\u0000", "x" * 300],
    "zoom": [0, 9, 12, 16, 22] * 6 + [-1, 23],
    "starsAtMost": [1, 3, 5],
    "supportersAtLeast": [0, 1, 3],
    "radiusMetres": [250, 1_000, 5_000] * 8 + [1, 0, 5_001],
    "latitude": [-6.1754, -6.2] * 5 + [-6.9, 91],
    "longitude": [106.8272, 106.8] * 5 + [107.5, 181],
    "south": [-6.3, -6.2],
    "north": [-6.1, -6.0] * 5 + [-6.25],
    "west": [106.7, 106.8],
    "east": [106.9, 107.0],
}
FOUND = """{
  reports(first: 30) { edges { cursor node {
    id number timeline { edges { cursor node { id comment { id } } } } points { id } category { id }
    handler { ... on Kelurahan { id } ... on Agency { id } } } } }
  leaderboard { id standings(first: 3) { edges { cursor node { id subject { ... on Kelurahan { id } } } } } }
  kelurahans(first: 3) { edges { cursor } }
  kelurahan(code: "Gambir") { id city { id } kecamatan { id } points(first: 5) { edges { cursor } } }
}"""
NOWHERE = [
    global_id("Report", 10**9),
    global_id("PointEntry", 1),
    global_id("Standing", "KELURAHAN:x"),
    global_id("Leaderboard", "CITY"),
    "x",
    "\u0000",
]


class LivelyWorld(World):
    """A world in which people also support reports, talk, hide their names, find duplicates and change profiles.

    The control room hides reports and shows them again, and citizens erase theirs.
    """

    async def submit(self) -> None:
        """Submit reports as usual, or one without a name, with a photo and an address."""
        if self.rng.random() < 0.7:
            await super().submit()
            return
        citizen, (latitude, longitude) = self.rng.choice(self.citizens), self.rng.choice(LOCATIONS)
        options = Submission(
            title=f"Judul 😀 {next(KEYS)}",
            description='"Isi"',
            category="SAMPAH",
            latitude=latitude,
            longitude=longitude,
            address="Jalan",
            anonymous=True,
            photo_ids=(await self._photo(citizen),),
        )
        self.reports.append(await self.transactions.run(submit, citizen, route(GAZETTEER, options)))

    async def act(self, report: int) -> None:
        """Act as usual, or as described above."""
        if self.rng.random() < 0.5:
            await super().act(report)
            return
        run, citizen, other = self.transactions.run, self.rng.choice(self.citizens), self.rng.choice(self.reports)
        duplicate = StatusChange(
            status=ReportStatus.PROCESSED, resolution=Resolution.DUPLICATE, duplicate_of=other, note="Sama"
        )
        acts: list[Callable[[], Awaitable[object]]] = [
            lambda: run(support, citizen, report),
            lambda: run(support, citizen, other),
            lambda: run(withdraw_support, citizen, report),
            lambda: run(comment, citizen, NewComment(report_id=report, body="Masih 😀")),
            lambda: run(comment, self.admin, NewComment(report_id=report, body="Besok", internal=True)),
            lambda: run(comment, self.rng.choice(self.officials), NewComment(report_id=other, body="Sedang dicek")),
            lambda: run(change_status, self.admin, report, duplicate),
            lambda: run(assign, GAZETTEER, self.admin, report, self.rng.choice(HANDLERS), DeskOptions(note="Catatan")),
            lambda: run(update_profile, citizen, pseudonym=f"Nama {next(KEYS)}"),
            lambda: run(update_profile, citizen, on_citizen_board=self.rng.random() < 0.5),
            lambda: record_overdue(self.transactions),
            lambda: self._hide_or_show(report),
            lambda: run(erase, citizen, other),
        ]
        await self.rng.choice(acts)()

    async def _hide_or_show(self, report: int) -> None:
        with suppress(Refusal):
            await self.transactions.run(show, self.admin, report)
            return
        await self.transactions.run(hide, self.admin, report, "Menyebut nama")

    async def _photo(self, owner: Person) -> str:
        photo = f"foto-{next(KEYS)}"
        await self.transactions.run(record_upload, owner.account_id, photo, f"{next(KEYS):064d}", 320, 240)
        return photo


@dataclass
class LivelyCity(City):
    """A running city with its world. `pools`: values for the arguments of documents."""

    world: LivelyWorld
    pools: dict[str, list[Any]]

    async def viewers(self) -> list[Caller]:
        """Return one caller of each kind: without a session, with a bad one, and with each role."""
        world = self.world
        supervisor = await person()
        granted = [
            (world.officials[0], Role.OFFICER, HANDLERS[0]),
            (world.officials[2], Role.OFFICER, HANDLERS[2]),
            (supervisor, Role.SUPERVISOR, "31.71.01"),
            (world.admin, Role.ADMIN, None),
        ]
        for one, role, unit in granted:
            email = (await Account.get(id=one.account_id)).email
            await self.transactions.run(grant_role, self.gazetteer, Credentials(email, ""), role, unit)
        people = [*world.citizens, *(one for one, _, _ in granted)]
        return [self.anyone(), Caller(self.http, token="x"), *[await self.session(one) for one in people]]

    async def session(self, one: Person) -> Caller:
        """Return a person who is signed in."""
        started = await self.transactions.run(sessions.start, one.account_id, self.services.tokens.refreshing)
        tomorrow = datetime.now(UTC) + timedelta(days=1)  # PyJWT knows no other clock, and long runs take hours
        token, _ = self.services.tokens.issue(started.session_id, tomorrow)
        return Caller(self.http, token)


@asynccontextmanager
async def lively_city(database_url: str, media_dir: Path, acts: int, seed: int = 7) -> AsyncIterator[LivelyCity]:
    """Run a city in which there were random acts. Its clock is that of its world."""
    async with in_process(database_url, media_dir, START) as city:
        world = LivelyWorld(seed, notify=city.services.notifier.notify)
        city.transactions.now = lambda: world.now
        await world.act_randomly(acts)
        city.services.places = places_with_holes(city.gazetteer)
        yield LivelyCity(city.service, city.http, world, await pools(city.anyone()))


def places_with_holes(gazetteer: Gazetteer) -> ReferenceObjects:
    """Return the places, two of them without a centre: a null where there may be none."""
    places = reference_objects(gazetteer)
    for code in (next(iter(places.kelurahan)), GAMBIR):
        places.kelurahan[code].centre = None  # type: ignore[assignment] # on purpose
    return places


async def pools(caller: Caller) -> dict[str, list[Any]]:
    """Return values for arguments: VALUES, and the ids, numbers and page cursors of what is stored."""
    found = await caller.ask(FOUND)
    text = json.dumps(found)
    ids, cursors = (re.findall(rf'"{name}": "([^"]+)"', text) for name in ("id", "cursor"))
    numbers = [edge["node"]["number"] for edge in found["reports"]["edges"]]
    return VALUES | {
        "ID": [*ids, *NOWHERE],
        "handler": [*(edge["node"]["handler"]["id"] for edge in found["reports"]["edges"]), "x"],
        "after": [None] * len(cursors) + [*cursors, "x"],
        "before": [None] * len(cursors) + [*cursors, "x"],
        "number": [*numbers, "JK1", "JK2603100000"],
    }
