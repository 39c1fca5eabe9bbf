"""Sessions over several processes: all callers of one refresh token stay signed in; a stolen one ends the session."""

import asyncio

import pytest

from actions.accounts import credentials, grant_role
from actions.sessions import authenticate, sign_in
from actions.transaction import Transactions
from models.accounts import SignIn
from models.database import database, fetch
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from rules.access import Role
from tests.api.test_accounts import REFRESH, SIGN_IN
from tests.api.test_recovery import CHANGE
from tests.city import City, Deployment
from tests.wire import DEADLINE, PASSWORD, Caller, Socket, socket

pytestmark = pytest.mark.anyio

SIGN_UP = """mutation($password: String!) {
  signUp(email: "warga@contoh.id", password: $password) { session { accessToken refreshToken } }
}"""

SEEN = "{ viewer { id } }"


async def refresh(deployment: Deployment, token: str, server: int) -> dict[str, str] | None:
    answer = await Caller(deployment.clients[server]).ask(REFRESH, token=token)
    session: dict[str, str] | None = answer["refreshSession"]["session"]
    return session


async def end_the_grace(deployment: Deployment) -> None:
    """Date the last refresh of all sessions an hour back."""
    column = "strftime('%Y-%m-%d %H:%M:%S+00:00', refreshed_at, '-1 hour')"
    if deployment.database_url.startswith("postgres"):
        column = "refreshed_at - INTERVAL '1 hour'"
    async with database(deployment.database_url):
        await fetch(f"UPDATE sign_in SET refreshed_at = {column}")


async def closed_with(phone: Socket) -> int | None:
    async with asyncio.timeout(DEADLINE):
        await phone.connection.wait_closed()
    return phone.connection.close_code


async def test_all_processes_give_one_successor_also_after_a_restart(deployment: Deployment) -> None:
    servers = range(len(deployment.servers))
    begun = (await Caller(deployment.clients[0]).ask(SIGN_UP, password=PASSWORD))["signUp"]["session"]
    for _ in range(3):  # each time with the successor of the last
        used = begun["refreshToken"]
        sessions = await asyncio.gather(*(refresh(deployment, used, n % len(servers)) for n in range(40)))
        deployment.servers[0].kill()
        await deployment.servers[0].start()
        sessions += [await refresh(deployment, used, n) for n in servers]
        assert len({session and session["refreshToken"] for session in sessions}) == 1
        (begun, *_) = [session for session in sessions if session is not None]
        assert begun["refreshToken"] != used
        await end_the_grace(deployment)


async def test_new_password_closes_every_socket_of_the_person(deployment: Deployment) -> None:
    citizen, other = Caller(deployment.clients[0]), Caller(deployment.clients[0])
    await citizen.sign_up("warga@contoh.id")
    await other.sign_up("lain@contoh.id")
    tablet = Caller(deployment.clients[-1])
    await tablet.sign_in("warga@contoh.id")
    async with (
        socket(deployment.servers[0].url, citizen.token) as one,
        socket(deployment.servers[-1].url, tablet.token) as two,
        socket(deployment.servers[0].url, other.token) as theirs,
    ):
        async with database(deployment.database_url):  # as the command line does: without a notification
            gazetteer, owner = Gazetteer(bundled()), await credentials("warga@contoh.id", "kata sandi baru")
            await Transactions().run(grant_role, gazetteer, owner, Role.CITIZEN, None)
        assert [await closed_with(phone) for phone in (one, two)] == [4403, 4403]
        assert (await citizen.ask(SEEN))["viewer"] is None
        for caller in (citizen, tablet):
            answer = await caller.ask(SIGN_IN, email="warga@contoh.id", password="kata sandi baru")
            caller.token = answer["signIn"]["session"]["accessToken"]
        async with (
            socket(deployment.servers[0].url, citizen.token) as near,
            socket(deployment.servers[-1].url, tablet.token) as far,
        ):
            changed = (await citizen.ask(CHANGE, current="kata sandi baru", new=PASSWORD))["changePassword"]
            async with asyncio.timeout(5):  # of this process and, by a notification, of any other
                assert [await closed_with(phone) for phone in (near, far)] == [4403, 4403]
        assert (await tablet.ask(SEEN))["viewer"] is None
        assert (await Caller(deployment.clients[-1], changed["session"]["accessToken"]).ask(SEEN))["viewer"] is not None
        await theirs.wait_until_read()


async def test_sign_in_during_a_change_of_the_password_is_refused(city: City) -> None:
    await city.citizen()
    owner = await authenticate("warga@contoh.id", PASSWORD)
    new = await credentials("warga@contoh.id", "kata sandi baru")
    await city.transactions.run(grant_role, city.gazetteer, new, Role.CITIZEN, None)
    assert await city.transactions.run(sign_in, owner, city.services.tokens.refreshing) is None
    assert await SignIn.filter(ended_at=None).count() == 0


async def test_stolen_refresh_token_closes_every_socket_of_the_session(deployment: Deployment) -> None:
    begun = (await Caller(deployment.clients[0]).ask(SIGN_UP, password=PASSWORD))["signUp"]["session"]
    renewed = await refresh(deployment, begun["refreshToken"], 0)
    assert renewed is not None
    await end_the_grace(deployment)
    async with (
        socket(deployment.servers[0].url, begun["accessToken"]) as one,
        socket(deployment.servers[-1].url, renewed["accessToken"]) as other,
    ):
        assert await refresh(deployment, begun["refreshToken"], -1) is None
        assert [await closed_with(phone) for phone in (one, other)] == [4403, 4403]
