"""Webhooks to the city's own systems: each event that is wanted, once, in the order of its report."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import groupby

import pytest

from actions.hooks import NewHook, add_hook, remove_hook, replay
from models.database import fetch
from outbox import client, sending
from rules import backoff
from rules.access import Role
from rules.cursors import decode
from rules.refusals import Refusal
from tests.city import City
from tests.outside import Hook, serving
from tests.wire import DEADLINE, GAMBIR, eventually

pytestmark = pytest.mark.anyio

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for milliseconds where the outbox waits for seconds."""
    monkeypatch.setattr(sending, "TICK", 0.02)
    monkeypatch.setattr(client, "PATIENCE", 0.5)
    monkeypatch.setattr(backoff, "FIRST", timedelta(milliseconds=20))
    monkeypatch.setattr(backoff, "LONGEST", timedelta(milliseconds=100))


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    """A system of the city."""
    hook = Hook(secret=SECRET)
    async with serving(hook):
        yield hook


async def add(city: City, hook: Hook, *, units: tuple[str, ...] = (), kinds: tuple[str, ...] = ()) -> None:
    await city.transactions.run(add_hook, NewHook("papan", f"{hook.address}/hook", SECRET, units, kinds))


async def test_events_come_once_and_in_the_order_of_each_report(city: City, hook: Hook) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    await citizen.report()  # before there is a webhook
    await add(city, hook)
    hook.moods = ["down", "drops", "well", "refuses", "hangs", "well", "drops"]
    reports = [await citizen.report() for _ in range(3)]
    for report in reports:
        assert (await officer.act("changeReportStatus", report["id"], status="IN_PROGRESS"))["errors"] == []
        assert (await officer.comment(report["id"], "Sedang dicek"))["errors"] == []
    await eventually(lambda: len(hook.taken) >= 9)
    facts = [(each["data"]["report"]["number"], each["data"]["version"], each["type"]) for each in hook.taken]
    kinds = [(1, "report.submitted"), (2, "report.status_changed"), (3, "report.commented")]
    for number, own in groupby(sorted(facts, key=lambda fact: fact[0]), lambda fact: fact[0]):
        assert [(version, kind) for _, version, kind in own] == kinds, number
    assert "Sedang dicek" not in str(hook.taken)
    assert len({each["data"]["cursor"] for each in hook.taken}) == len(hook.taken) == 9
    await eventually(lambda: hook.moods == [])


async def test_webhook_gets_the_units_and_kinds_that_it_wants(city: City, hook: Hook) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    await add(city, hook, units=("31.71.01",), kinds=("STATUS_CHANGED",))
    elsewhere = await citizen.report(location={"latitude": -6.2615, "longitude": 106.8106})
    assert not elsewhere["kelurahan"]["code"].startswith("31.71.01.")
    report = await citizen.report()
    assert (await officer.act("changeReportStatus", report["id"], status="IN_PROGRESS"))["errors"] == []
    await eventually(lambda: len(hook.taken) == 1)
    (message,) = hook.taken
    assert message["data"]["report"]["status"] == "IN_PROGRESS"
    assert message["data"]["before"]["status"] == "WAITING"
    async with asyncio.timeout(DEADLINE):  # until the delivery is settled
        while await fetch("SELECT id FROM delivery"):
            await asyncio.sleep(0.01)


async def test_replay_sends_what_follows_a_cursor_under_the_same_ids(city: City, hook: Hook) -> None:
    citizen = await city.citizen()
    await add(city, hook)
    for _ in range(3):
        await citizen.report()
    await eventually(lambda: len(hook.taken) == 3)
    first, *others = sorted(hook.taken, key=lambda each: decode(each["data"]["cursor"]))
    hook.taken = []
    await city.transactions.run(replay, "papan", first["data"]["cursor"])
    await eventually(lambda: len(hook.taken) == 2)
    assert {each["key"] for each in hook.taken} == {each["key"] for each in others}
    with pytest.raises(Refusal, match="INVALID"):
        await city.transactions.run(replay, "papan", "kursor")
    with pytest.raises(Refusal, match="NOT_FOUND"):
        await city.transactions.run(replay, "lain", first["data"]["cursor"])


async def test_removed_webhook_gets_nothing_and_its_name_is_free(city: City, hook: Hook) -> None:
    citizen = await city.citizen()
    await add(city, hook)
    with pytest.raises(Refusal, match="CONFLICT"):
        await add(city, hook)
    hook.moods = ["down"] * 100
    await citizen.report()
    await eventually(lambda: hook.tried > 0)
    await city.transactions.run(remove_hook, "papan")
    assert await fetch("SELECT id FROM delivery") == []
    tried = hook.tried
    await citizen.report()
    await asyncio.sleep(0)
    await add(city, hook)
    hook.moods = []
    await citizen.report()
    await eventually(lambda: len(hook.taken) == 1)
    assert hook.tried <= tried + 2  # one may have been under way


async def test_hidden_report_sends_its_hiding_last_and_nothing_until_it_is_shown(city: City, hook: Hook) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    admin = await city.official(None, Role.ADMIN, "admin")
    report = await citizen.report()
    await add(city, hook)
    assert (await admin.act("hideReport", report["id"], reason="Menyebut nama"))["errors"] == []
    assert (await officer.act("changeReportStatus", report["id"], status="IN_PROGRESS"))["errors"] == []
    assert (await admin.act("showReport", report["id"]))["errors"] == []
    await eventually(lambda: len(hook.taken) == 2)
    assert [each["type"] for each in hook.taken] == ["report.hidden", "report.unhidden"]
    assert "Menyebut nama" not in str(hook.taken)
