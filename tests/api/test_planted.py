"""Planted words of people, looked for in everything that leaves the service: only those who may read them find any.

The words are e-mail addresses, row ids of accounts, names among staff, reasons of flags and blocks, the device, and the
name and EXIF of a photo. They are looked for in every field of the schema, as everybody, in what ids and cursors hold,
in headers, errors, events, files, messages to other systems, and logs.
"""

import io
import itertools
import json
import logging
import re
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import GraphQLObjectType
from PIL import Image

from actions.hooks import NewHook, add_hook
from app.schema import make_schema
from models.accounts import Account
from models.database import fetch
from models.leaves import leaf
from outbox import sending
from rules.access import Role
from rules.cursors import encode
from schema.nodes import global_id
from tests.city import City, copy_sqlite, in_process
from tests.live.test_shared import screen
from tests.outside import Hook, serving
from tests.published import published_events
from tests.sweeping import Sweep, with_opaque
from tests.wire import GAMBIR, MONAS, PASSWORD, Caller, eventually, png

pytestmark = pytest.mark.anyio

SCHEMA = make_schema()._schema

DEVICE, FILE, EXIF = "Gawai-7319", "nama-asli-7319", "Penulis-7319"
FLAG, BLOCK, STAFF = "Bendera-7319", "Blokir-7319", "Staf "
FIRST_ACCOUNT = 73_197_000_000
"""Row ids of accounts begin here, so that they are found in a text."""

ADDRESS, ACCOUNT = re.compile(r"[\w.]+@contoh\.id"), re.compile(r"73197\d{6}")
NOWHERE = (DEVICE, FILE, EXIF, BLOCK, "$argon2", PASSWORD)
"""Words that nobody finds, not even their owner."""

CITIZENS = ("reporter", "other", "supporter", "stranger")
LOOKING = ("visitor", *CITIZENS, "officer", "other unit", "supervisor", "admin")
OFFICIALS = ("officer", "other unit", "supervisor", "admin")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
FILES = (
    *(f"/export/reports.{ending}" for ending in ("csv", "geojson", "ndjson")),
    "/export/points.csv",
    *(f"/export/standings.csv?kind={kind}" for kind in ("KELURAHAN", "OFFICER", "CITIZEN")),
    *(f"/open311/v2/requests.{ending}" for ending in ("json", "xml")),
    "/open311/v2/services.json",
    "/open311/v2/discovery.json",
    "/",
    "/schema.graphql",
    "/healthz",
    "/readyz",
)


@dataclass
class Town:
    """A city with people, two reports of one citizen, of which one is anonymous, and all that may happen to them."""

    city: City
    people: dict[str, Caller]
    named: dict[str, Any]
    anonymous: dict[str, Any]
    photos: list[str]

    @property
    def sweep(self) -> Sweep:
        """The documents of all fields."""
        here = f"{{latitude: {MONAS['latitude']}, longitude: {MONAS['longitude']}}}"
        needed = {
            "Query.report": f'number: "{self.anonymous["number"]}"',
            "Query.reportClusters": "within: {south: -6.2, west: 106.8, north: -6.1, east: 106.9}, zoom: 22",
            "Query.nearbyReports": f"at: {here}, open: false",
            "Query.personalDetails": 'text: "Hubungi 0812-3456-7890"',
            "Query.locate": f"at: {here}",
            "Query.kelurahan": 'code: "Gambir"',
            "Query.node": f'id: "{self.anonymous["id"]}"',
            "Query.nodes": f'ids: ["{self.named["id"]}"]',
        }
        return Sweep(SCHEMA, needed)

    async def documents(self) -> list[str]:
        """Return documents of all fields, of all objects, and of the boards that are no default."""
        sweep = self.sweep
        positions = [row["position"] for row in await fetch("SELECT position FROM log_event ORDER BY position")]
        ids = {kind: [global_id(kind, each) for each in positions] for kind in ("ReportEvent", "Comment", "PointEntry")}
        ids["Report"] = [self.named["id"], self.anonymous["id"]]
        ids["Person"] = [global_id("Person", row.public_id) for row in await Account.all().order_by("id")]
        row = sweep.fields(SCHEMA.type_map["Standing"], 1)
        boards = [f"leaderboard(kind: {kind}, period: ALL_TIME)" for kind in ("OFFICER", "CITIZEN")]
        return [
            *sweep.documents(),
            refused(self.anonymous["id"]),
            *(sweep.node_document(kind, some[:100]) for kind, some in ids.items()),
            *(f"{{ {board} {{ id standings {{ edges {{ cursor node {{ {row} }} }} }} }} }}" for board in boards),
        ]

    def subscriptions(self) -> dict[str, dict[str, str]]:
        """Return subscriptions, with their variables, that replay everything."""
        sweep, after = Sweep(SCHEMA, {}), encode(self.city.services.tailer.epoch, 0)
        event = sweep.fields(SCHEMA.type_map["ReportEvent"], 1)
        return {
            f"subscription($after: String) {{ reportFeed(after: $after) {{ {event} }} }}": {"after": after},
            f"subscription($id: ID!, $after: String) {{ reportChanged(id: $id, after: $after) {{ {event} }} }}": {
                "id": self.anonymous["id"],
                "after": after,
            },
        }


def refused(report: str) -> str:
    """Return acts on a report that are refused to everybody: their messages may hold something too."""
    acts = (
        f'updateReport(id: "{report}", input: {{title: ""}})',
        f'changeReportStatus(id: "{report}", input: {{status: WAITING}})',
        f'reopenReport(id: "{report}", reason: "")',
        f'rateReport(id: "{report}", stars: 9)',
        f'transferReport(id: "{report}", kelurahan: "Atlantis")',
        f'assignReport(id: "{report}", handler: "x")',
        f'commentOnReport(id: "{report}", body: "")',
        f'removePhoto(id: "{report}", photoId: "x")',
        f'flagReport(id: "{report}", reason: "")',
        'updateProfile(input: {pseudonym: "Nama samaran blocked"})',
        'blockPerson(personId: "x", reason: "")',
        'signUp(email: "blocked@contoh.id", password: "pendek")',
    )
    parts = (f"a{number}: {act} {{ errors {{ code message field }} }}" for number, act in enumerate(acts))
    return f"mutation {{ {' '.join(parts)} }}"


def picture(number: int) -> bytes:
    """Return a photo of a phone, whose EXIF names its owner and the place."""
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x013B] = exif[0x9C9D] = EXIF
    exif.get_ifd(0x8825).update({1: "S", 2: (6.0, 10.0, 31.4)})
    Image.open(io.BytesIO(png(number, "reporter"))).convert("RGB").save(file, "JPEG", exif=exif)
    assert EXIF.encode() in file.getvalue()
    return file.getvalue()


async def accept(payload: dict[str, Any]) -> None:
    assert payload["errors"] == []


async def town_of(city: City, start: datetime, author: str = "reporter") -> Town:
    """Let people do what they can. `author`: who sends the anonymous report; all else is the same."""
    minutes = itertools.count()

    def next_minute() -> None:
        moment = start + timedelta(minutes=next(minutes))
        city.transactions.now = lambda: moment

    next_minute()

    city.http.headers["user-agent"] = f"Mozilla/5.0 ({DEVICE}; Android 14) Firefox/140.0"
    people = {"visitor": city.anyone()}
    for name in ("reporter", "other", "supporter", "stranger", "blocked"):
        people[name] = await city.citizen(name)
        profile = f'input: {{pseudonym: "Nama samaran {name}", onCitizenBoard: true}}'
        await people[name].ask(f"mutation {{ updateProfile({profile}) {{ errors {{ code }} }} }}")
    people["officer"] = await city.official(GAMBIR, name="officer")
    people["other unit"] = await city.official("31.74.01.1001", name="jauh")
    people["supervisor"] = await city.official("31.71.01", Role.SUPERVISOR, "camat")
    people["admin"] = await city.official(None, Role.ADMIN, "admin")
    next_minute()
    photos = []
    for number, name in enumerate(("reporter", author)):
        files = {"file": (f"{FILE}.jpg", picture(number), "image/jpeg")}
        photos.append((await city.http.post("/media", files=files, headers=people[name].headers)).json()["id"])
    named = await people["reporter"].report(title="Bernama", description="Isi", photoIds=photos[:1])
    await people["other"].report(title="Bernama juga", description="Isi lain")
    next_minute()
    anonymous = await people[author].report(title="Tanpa nama", description="Isi", photoIds=photos[1:], anonymous=True)
    await _live(people, author, named["id"], anonymous["id"], next_minute)
    return Town(city, people, named, anonymous, photos)


async def _live(
    people: dict[str, Caller], author: str, named: str, anonymous: str, next_minute: Callable[[], None]
) -> None:
    flag = f'mutation($id: ID!) {{ flagReport(id: $id, reason: "{FLAG}") {{ errors {{ code }} }} }}'
    for report in (named, anonymous):
        next_minute()
        await accept(await people["supporter"].act("supportReport", report))
        await accept(await people["supporter"].comment(report, "Betul"))
        await people["stranger"].ask(flag, id=report)
        await accept(await people["officer"].move(report, "IN_PROGRESS", note="Kami berangkat"))
        await accept(await people["officer"].comment(report, "Catatan", internal=True))
        next_minute()
        proof = [await people["officer"].photo()]
        await accept(await people["officer"].move(report, "PROCESSED", resolution="FIXED", proofPhotoIds=proof))
    next_minute()
    for name, report in (("reporter", named), (author, anonymous)):
        await accept(await people[name].comment(report, "Terima kasih"))
        await accept(await people[name].act("rateReport", report, stars=5, comment="Bagus"))
    next_minute()
    await accept(await people[author].act("reopenReport", anonymous, reason="Masih ada"))
    found = await people["admin"].ask('{ people(search: "blocked") { edges { node { id } } } }')
    block = f'mutation($id: ID!) {{ blockPerson(personId: $id, reason: "{BLOCK}") {{ errors {{ code }} }} }}'
    await people["admin"].ask(block, id=found["people"]["edges"][0]["node"]["id"])
    next_minute()


REQUEST_ID = re.compile(r'"requestId":"[0-9a-f-]+"')


def text_of(answer: httpx.Response) -> str:
    """Return the body of an answer and its headers."""
    shown = {name: text for name, text in answer.headers.items() if name not in {"etag", "ratelimit", "x-request-id"}}
    return f"{REQUEST_ID.sub('', answer.text)} {json.dumps(shown)}"


async def everything(town: Town, name: str) -> dict[str, str]:
    """Return all that somebody gets, by what was asked for."""
    caller, http, found = town.people[name], town.city.http, {}
    for document in await town.documents():
        answer = await http.post("/graphql", json={"query": document}, headers=caller.headers)
        assert "INTERNAL" not in answer.text
        assert "BAD_INPUT" not in answer.text, answer.text
        found[document] = text_of(answer)
    for path in FILES:
        found[path] = text_of(await http.get(path, headers=caller.headers))
    for document, variables in town.subscriptions().items():
        one = await screen(town.city, document, caller, **variables)
        await eventually(lambda: len(one.payloads) >= LEAST_EVENTS)  # noqa: B023 # awaited at once
        found[document] = json.dumps(one.payloads)
        one.leave()
    return found


OF_CHANGES = {
    "Mutation",
    "Subscription",
    "UserError",
    "Session",
    "BulkResult",
    "News",
    "LeaderboardUpdate",
    "RankShift",
}
"""Types, beside the payloads of mutations, that no query has: what they hold is of types that queries have."""

LEAST_EVENTS = 8
"""The public events of the anonymous report, of which all are replayed."""


@pytest.fixture
async def city(database_url: str, tmp_path: Path) -> AsyncIterator[City]:
    """The service, with accounts of large row ids, and without the limit of cost."""
    async with in_process(database_url, tmp_path / "media", max_cost=10**9, max_event_cost=10**9) as running:
        await fetch("UPDATE log_head SET open_from = NULL WHERE id = 1")
        first = Account(id=FIRST_ACCOUNT, public_id="x", email="x", password_hash="x", pseudonym="x")
        first.pseudonym_key, first.created_at = "x", datetime.now(UTC)
        await first.save()
        if not database_url.startswith("sqlite"):
            await fetch(f"SELECT setval(pg_get_serial_sequence('account', 'id'), {FIRST_ACCOUNT})")
        yield running


def planted(text: str, name: str, email: str | None) -> Iterator[str]:
    """Yield the planted words in a text that somebody got, and may not read."""
    held = with_opaque(text)
    yield from (word for word in NOWHERE if word in held)
    yield from ACCOUNT.findall(held)
    if name != "admin":
        yield from set(ADDRESS.findall(held)) - {email}
        yield from (word for word in (FLAG,) if word in held)
    if name not in OFFICIALS and STAFF in held:
        yield STAFF


async def test_planted_words_are_found_by_nobody_but_who_may_read_them(
    city: City, database_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking = LOOKING if database_url.startswith("sqlite") else ("visitor", "reporter", "officer", "admin")
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "tanggap")
    monkeypatch.setattr(sending, "TICK", 0.02)
    hook, seen = Hook(secret=SECRET), {}
    async with serving(hook):
        await city.transactions.run(add_hook, NewHook("papan", f"{hook.address}/hook", SECRET, (), ()))
        town = await town_of(city, datetime.now(UTC))
        faults = []
        for name in looking:
            found = await everything(town, name)
            seen[name] = "".join(found.values())
            for asked, text in found.items():
                faults += [(name, word, asked) for word in planted(text, name, town.people[name].email)]
        for photo in town.photos:
            for size in (".thumb", ".medium", ""):
                served = await city.http.get(f"/media/{photo.removesuffix('.jpg')}{size}.jpg")
                assert served.status_code == 200
                faults += [("photo", word, size) for word in planted(served.content.decode("latin-1"), "", None)]
        await eventually(lambda: len(hook.taken) >= 2 * LEAST_EVENTS)
        faults += [("webhook", word, "") for word in planted(json.dumps(hook.taken), "", None)]
    own = {name for name, kind in SCHEMA.type_map.items() if isinstance(kind, GraphQLObjectType) and name[0] != "_"}
    assert {name for name in own - town.sweep.reached if not name.endswith("Payload")} == OF_CHANGES
    leaves = [leaf(event).decode() for event in await published_events()]
    faults += [("log", word, "") for word in planted("".join(leaves), "", None)]
    faults += [("logs", word, "") for word in planted(caplog.text, "", None)]
    assert faults == []
    assert all(word in seen["admin"] for word in (FLAG, STAFF, *(f"{name}@contoh.id" for name in CITIZENS)))
    assert all(f"{name}@contoh.id" in seen[name] for name in CITIZENS if name in seen)
    assert STAFF in seen["officer"]


async def test_nobody_can_tell_which_citizen_sent_an_anonymous_report(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compare two cities that differ in who sent it, and in nothing else: all others get the same answers."""
    worlds: list[dict[str, dict[str, str]]] = []
    start = datetime.now(UTC)
    for author in ("reporter", "other"):
        drawn = itertools.count(1)
        monkeypatch.setattr(secrets, "token_urlsafe", lambda _, drawn=drawn: f"{next(drawn):022}")
        monkeypatch.setattr(secrets, "choice", lambda some, drawn=drawn: some[next(drawn) % len(some)])
        url = copy_sqlite(sqlite_template, tmp_path / f"{author}.db")
        async with in_process(url, tmp_path / author, max_cost=10**9, max_event_cost=10**9) as city:
            await fetch("UPDATE log_head SET open_from = NULL WHERE id = 1")
            town = await town_of(city, start, author)
            found = {name: await everything(town, name) for name in LOOKING}
            found["everybody"] = {"log": "".join([leaf(event).decode() for event in await published_events()])}
            worlds.append(found)
    for name in {*LOOKING, "everybody"} - {"reporter", "other"}:
        first, second = (world[name] for world in worlds)
        for asked, text in first.items():
            assert text == second[asked], (name, asked)
    for name in ("reporter", "other"):
        assert worlds[0][name] != worlds[1][name]
