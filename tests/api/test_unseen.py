"""Asking for unseen things over every way in that takes an id: the answer is that to an id that does not exist.

Byte for byte, with the same headers: whether an answer may be kept by others would tell too.
"""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from models.log import LogEvent
from rules.access import Role
from schema.nodes import global_id
from tests.city import City
from tests.wire import GAMBIR, Caller

pytestmark = pytest.mark.anyio

UNKNOWN = 900_000
UNSEEING = ("visitor", "citizen", "supporter", "other unit")

REPORT = "query($number: String!) { report(number: $number) { id title } }"
NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query($id: ID!) { nodes(ids: [$id]) { __typename id } }"
MERGE = """mutation($id: ID!, $original: ID!) {
    changeReportStatus(id: $id, input: {status: PROCESSED, resolution: DUPLICATE, duplicateOf: $original}) {
        report { id } errors { code message field } } }"""
FOLLOW = "subscription($id: ID!) { reportChanged(id: $id) { kind } }"


@dataclass(frozen=True)
class Things:
    """Ids to ask for, those of things that exist or others. `photo`: the name of its file, without sizes."""

    report: str
    number: str
    events: tuple[str, ...]
    photo: str


@dataclass
class Town:
    """A city with a hidden report, which has a comment, an internal note, points and a photo, and with an open one."""

    city: City
    people: dict[str, Caller]
    hidden: Things
    unknown: Things
    open: str

    async def post(self, caller: Caller, document: str, **variables: Any) -> httpx.Response:
        asked = {"query": document, "variables": variables}
        return await self.city.http.post("/graphql", json=asked, headers=caller.headers)

    async def get(self, caller: Caller, path: str, **params: str) -> httpx.Response:
        return await self.city.http.get(path, params=params, headers=caller.headers)


async def town_of(city: City) -> Town:
    people = {"visitor": city.anyone(), "citizen": await city.citizen("lain")}
    people["supporter"], people["reporter"] = await city.citizen("pendukung"), await city.citizen("pelapor")
    people["officer"] = await city.official(GAMBIR)
    people["other unit"] = await city.official("31.74.01.1001", name="jauh")
    admin = people["admin"] = await city.official(None, Role.ADMIN, "admin")
    photo = await people["reporter"].photo()
    report = await people["reporter"].report(photoIds=[photo])
    assert (await people["supporter"].act("supportReport", report["id"]))["errors"] == []
    assert (await people["officer"].move(report["id"], "IN_PROGRESS", note="Catatan"))["errors"] == []
    assert (await people["supporter"].comment(report["id"], "Komentar"))["errors"] == []
    assert (await people["officer"].comment(report["id"], "Rahasia", internal=True))["errors"] == []
    assert (await admin.act("hideReport", report["id"], reason="Alasan"))["errors"] == []
    positions = [event.position for event in await LogEvent.filter(topic__in=["report", "note"]).order_by("position")]
    kinds = ("ReportEvent", "Comment")
    events = [global_id(kind, position) for kind in kinds for position in positions]
    unknown = [global_id(kind, UNKNOWN + position) for kind in kinds for position in positions]
    hidden = Things(report["id"], report["number"], tuple(events), photo.removesuffix(".jpg"))
    letters = photo.removesuffix(".jpg")[::-1]
    other = Things(global_id("Report", UNKNOWN), "JK2601019999", tuple(unknown), letters)
    return Town(city, people, hidden, other, (await people["reporter"].report())["id"])


async def by_number(town: Town, caller: Caller, things: Things) -> list[httpx.Response]:
    given = json.dumps({"number": things.number})
    return [
        await town.post(caller, REPORT, number=things.number),
        await town.get(caller, "/graphql", query=REPORT, variables=given),
        await town.get(caller, "/graphql", query=REPORT, variables=given),
    ]


async def by_id(town: Town, caller: Caller, things: Things) -> list[httpx.Response]:
    ids = (things.report, *things.events)
    answers = [await town.post(caller, document, id=each) for each in ids for document in (NODE, NODES)]
    given = [json.dumps({"id": each}) for each in ids]
    return answers + [
        await town.get(caller, "/graphql", query=document, variables=each)
        for each in given
        for document in (NODE, NODES)
    ]


async def by_media(town: Town, caller: Caller, things: Things) -> list[httpx.Response]:
    return [await town.get(caller, f"/media/{things.photo}{size}.jpg") for size in (".thumb", ".medium", "")]


async def by_open311(town: Town, caller: Caller, things: Things) -> list[httpx.Response]:
    paths = [f"requests/{things.number}.{ending}" for ending in ("json", "xml")]
    listed = [await town.get(caller, "/open311/v2/requests.json", service_request_id=things.number)]
    return listed + [await town.get(caller, f"/open311/v2/{path}") for path in paths]


async def by_subscription(town: Town, caller: Caller, things: Things) -> list[httpx.Response]:
    """Follow a report over an event stream; a socket has the same operation."""
    given = json.dumps({"id": things.report})
    headers = {**caller.headers, "Accept": "text/event-stream"}
    params = {"query": FOLLOW, "variables": given}
    answer = await town.city.http.get("/graphql", params=params, headers=headers)
    return [answer]


async def by_original(town: Town, caller: Caller, things: Things) -> list[httpx.Response]:
    """Close another report as a duplicate of it."""
    return [await town.post(caller, MERGE, id=town.open, original=each) for each in (things.report, things.number)]


WAYS: list[Callable[[Town, Caller, Things], Awaitable[list[httpx.Response]]]] = [
    by_number,
    by_id,
    by_media,
    by_open311,
    by_subscription,
    by_original,
]


def everything(answer: httpx.Response, things: Things) -> tuple[int, str, dict[str, str]]:
    """Return all that an answer says, without the ids that were asked for."""
    text = answer.text.replace(things.number, "NUMBER").replace(things.report, "ID").replace(things.photo, "PHOTO")
    text = re.sub(r"(retry: |requestId\":\")[0-9a-f-]+", r"\1RANDOM", text)
    of_each = {"content-length", "x-request-id"}
    return answer.status_code, text, {name: text for name, text in answer.headers.items() if name not in of_each}


async def test_unseen_reads_like_what_does_not_exist_over_every_way(city: City) -> None:
    town = await town_of(city)
    for way in WAYS:
        for name in UNSEEING:
            caller = town.people[name]
            given, unknown = [
                [everything(answer, things) for answer in await way(town, caller, things)]
                for things in (town.hidden, town.unknown)
            ]
            assert given == unknown, (way.__name__, name)
        seen, unknown = [
            [everything(answer, things) for answer in await way(town, town.people["admin"], things)]
            for things in (town.hidden, town.unknown)
        ]
        assert (seen != unknown) is (way is not by_open311), way.__name__


async def test_act_sent_again_on_a_report_hidden_since_finds_none(city: City) -> None:
    supporter, reporter = await city.citizen("pendukung"), await city.citizen("pelapor")
    officer, admin = await city.official(GAMBIR), await city.official(None, Role.ADMIN, "admin")
    report = await reporter.report()
    assert (await supporter.act("supportReport", report["id"]))["errors"] == []
    assert (await supporter.comment(report["id"], "Betul", idempotencyKey="a"))["errors"] == []
    started = {"status": "IN_PROGRESS", "idempotencyKey": "b"}
    assert (await officer.act("changeReportStatus", report["id"], **started))["errors"] == []
    sda = global_id("Agency", "SDA")
    assert (await admin.act("transferReport", report["id"], kelurahan="Cideng"))["errors"] == []
    assert (await admin.act("assignReport", report["id"], handler=sda))["errors"] == []
    assert (await admin.act("hideReport", report["id"], reason="Alasan"))["errors"] == []
    unknown = global_id("Report", UNKNOWN)
    again = await supporter.comment(report["id"], "Betul", idempotencyKey="a")
    assert again == await supporter.comment(unknown, "Betul", idempotencyKey="c")
    again = await officer.act("changeReportStatus", report["id"], **started)
    assert again == await officer.act("changeReportStatus", unknown, status="IN_PROGRESS", idempotencyKey="d")
    (error,) = (await officer.move(report["id"], "IN_PROGRESS", note="Lain", idempotencyKey="b"))["errors"]
    assert error["code"] == "DUPLICATE_REQUEST"
    assert report["number"] not in error["message"]
