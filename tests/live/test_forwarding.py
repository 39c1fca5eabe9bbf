"""A report reaches its agency once, although processes that send it are killed."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from actions.forwarding import Connection, connect
from actions.transaction import Transactions
from models.database import database, fetch
from models.outbox import Protocol
from tests.city import Deployment, deployed
from tests.outside import HANGS, Agency, serving
from tests.wire import DEADLINE, Caller, eventually, socket

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

FOLLOW = """subscription($id: ID!, $after: String) { reportChanged(id: $id, after: $after) {
  kind report { forwarding { state externalId } } } }"""


async def end_leases(database_url: str) -> None:
    """Let a minute pass for what a killed process was sending."""
    async with database(database_url):
        await fetch("UPDATE delivery SET next_try_at = created FROM (SELECT MIN(at) AS created FROM log_event) AS log")


async def connected(running: Deployment, agency: Agency) -> None:
    address = f"{agency.address}/v2"
    new = Connection(agency="PLN", protocol=Protocol.OPEN311, address=address, secret="", options={})
    async with database(running.database_url):
        await Transactions().run(connect, new)


async def state(caller: Caller, report: dict[str, Any]) -> dict[str, Any]:
    document = "query($n: String!) { report(number: $n) { forwarding { state externalId } } }"
    found: dict[str, Any] = (await caller.ask(document, n=report["number"]))["report"]["forwarding"]
    return found


async def test_each_report_arrives_once_although_its_sender_is_killed(
    postgres_city_url: str, redis_url: str, tmp_path: Path
) -> None:
    agency = Agency()
    async with serving(agency), deployed(postgres_city_url, redis_url, tmp_path / "media", 2) as running:
        await connected(running, agency)
        citizen = Caller(running.clients[0])
        await citizen.sign_up("warga@contoh.id")
        agency.moods = ["hangs"]  # it takes the report after its sender is dead, and nobody hears of it
        report = await citizen.report(category="LISTRIK")
        await eventually(lambda: agency.tried == 1)
        for server in running.servers:
            server.kill()
        async with asyncio.timeout(HANGS + DEADLINE):
            while len(agency.taken) < 1:
                await asyncio.sleep(0.05)
        await end_leases(postgres_city_url)
        await asyncio.gather(*(server.start() for server in running.servers))
        caller = Caller(running.clients[1], token=citizen.token)
        async with socket(running.servers[1].url) as follower:
            events = await follower.subscribe(FOLLOW, id=report["id"], after=report["cursor"])
            arrived = await events.next()
        assert arrived == {
            "kind": "FORWARDING_CHANGED",
            "report": {"forwarding": {"state": "ACKNOWLEDGED", "externalId": "PLN-1"}},
        }
        later = await caller.report(category="LISTRIK")
        async with asyncio.timeout(DEADLINE):
            while (await state(caller, later))["state"] != "ACKNOWLEDGED":
                await asyncio.sleep(0.05)
        assert [each["service_request_id"] for each in agency.taken] == ["PLN-1", "PLN-2"]
        assert agency.tried == 2
