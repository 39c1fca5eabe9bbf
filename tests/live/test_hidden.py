"""A report that is hidden at one server leaves the feeds and the kept answers of another, and no replay has it."""

import json

import pytest

from rules.access import Role
from tests.city import Deployment
from tests.wire import GAMBIR, Caller, RequestFailedError, socket

pytestmark = pytest.mark.anyio

SECRET = "rahasia-5520"
EVENT = "cursor kind matchesFilter note report { number title }"
FEED = f"subscription($after: String) {{ reportFeed(after: $after) {{ {EVENT} }} }}"
ONE = f"subscription($id: ID!, $after: String) {{ reportChanged(id: $id, after: $after) {{ {EVENT} }} }}"
LIST = "{ reports { totalCount edges { node { title } } } }"


async def test_hiding_reaches_feeds_and_kept_answers_of_another_server(deployment: Deployment) -> None:
    citizen = Caller(deployment.clients[0])
    await citizen.sign_up("warga@contoh.id")
    admin = await deployment.official(None, server=0, name="admin", role=Role.ADMIN)
    officer = await deployment.official(GAMBIR, server=-1)
    reader, url = Caller(deployment.clients[-1]), deployment.servers[-1].url
    report = await citizen.report(title=f"Judul {SECRET}")
    for _ in range(2):
        assert (await reader.ask(LIST))["reports"]["totalCount"] == 1
    async with socket(url) as wall:
        feed, one = await wall.subscribe(FEED), await wall.subscribe(ONE, id=report["id"])
        await wall.wait_until_read()
        hidden = await admin.act("hideReport", report["id"], reason=f"Alasan {SECRET}")
        assert hidden["errors"] == []
        assert await reader.ask(LIST) == {"reports": {"totalCount": 0, "edges": []}}
        for stream in (feed, one):
            last = await stream.next()
            assert (last["kind"], last["note"], last["report"]) == ("HIDDEN", None, None)
        assert last["matchesFilter"] is None
        with pytest.raises(RequestFailedError) as ended:
            await one.next()
        assert ended.value.code == "NOT_FOUND"
    assert (await officer.move(report["id"], "IN_PROGRESS", note=f"Kami {SECRET}"))["errors"] == []
    async with socket(url, citizen.token) as phone:
        own = await (await phone.subscribe(ONE, id=report["id"], after=report["cursor"])).take(2)
        assert [(each["kind"], each["note"]) for each in own] == [
            ("HIDDEN", f"Alasan {SECRET}"),
            ("STATUS_CHANGED", f"Kami {SECRET}"),
        ]
    shown = await citizen.report()
    async with socket(url) as wall:
        replayed = await (await wall.subscribe(FEED, after=report["cursor"])).take(2)
        assert SECRET not in json.dumps(replayed)
        assert [each["kind"] for each in replayed] == ["HIDDEN", "SUBMITTED"]
        assert replayed[1]["report"]["number"] == shown["number"]
