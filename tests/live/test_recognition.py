"""Who somebody is may change while they are connected: what they follow changes with them, and nothing is lost."""

import asyncio
from pathlib import Path

import pytest

from actions.accounts import take_role
from actions.change import Writer
from models.database import database
from rules.access import Role
from tests.city import Deployment, deployed, forget_statements
from tests.wire import DEADLINE, GAMBIR, Caller, Stream, socket

pytestmark = pytest.mark.anyio

FOLLOW = """
subscription($id: ID!) { reportChanged(id: $id) { version report { permissions { canChangeStatus } } } }
"""


async def dismiss(deployment: Deployment, officer: Caller) -> None:
    """Take the officer's role away, as the operator does: from a process without a bell."""
    forget_statements()
    async with database(deployment.database_url):
        await take_role(Writer(), email=officer.email or "", role=Role.OFFICER, unit=GAMBIR)


async def allowed(stream: Stream) -> tuple[int, bool]:
    event = await stream.next()
    return event["version"], event["report"]["permissions"]["canChangeStatus"]


async def test_a_role_taken_away_counts_from_the_next_event_on_and_none_is_lost(deployment: Deployment) -> None:
    officer, citizen = await deployment.official(GAMBIR, 0), Caller(deployment.clients[0])
    await citizen.sign_up("warga@contoh.id")
    report = await citizen.report()
    async with (
        socket(deployment.servers[-1].url, officer.token) as desk,
        socket(deployment.servers[-1].url, citizen.token) as phone,
    ):
        at_the_desk, on_the_phone = [await one.subscribe(FOLLOW, id=report["id"]) for one in (desk, phone)]
        public = await desk.subscribe("subscription($id: ID!) { reportChanged(id: $id) { version } }", id=report["id"])
        await asyncio.gather(desk.settled(), phone.settled())
        await citizen.act("updateReport", report["id"], title="Satu")
        assert await allowed(at_the_desk) == (2, True)
        await dismiss(deployment, officer)
        for version in range(3, 13):
            await citizen.act("updateReport", report["id"], title=f"Judul {version}")
        assert [await allowed(at_the_desk) for _ in range(10)] == [(version, False) for version in range(3, 13)]
        assert [await allowed(on_the_phone) for _ in range(11)] == [(version, False) for version in range(2, 13)]
        assert [(await public.next())["version"] for _ in range(11)] == list(range(2, 13))


async def test_a_session_that_ends_closes_its_sockets_on_every_process(
    postgres_city_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with deployed(postgres_city_url, redis_url, tmp_path / "media", 2) as deployment:
        citizen = Caller(deployment.clients[0])
        await citizen.sign_up("warga@contoh.id")
        async with socket(deployment.servers[1].url, citizen.token) as phone:
            await citizen.ask("mutation { signOut { errors { code } } }")
            async with asyncio.timeout(DEADLINE):
                await phone.connection.wait_closed()
            assert phone.connection.close_code == 4403
