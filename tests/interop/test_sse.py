"""The npm client of event streams: it resumes by itself after failures, and misses no event."""

import signal
from typing import Any

import pytest

from tests.city import Deployment
from tests.interop.apps import App, signed_in
from tests.interop.proxy import Proxy
from tests.interop.test_interop import BOARD, FEED, MINE, edit, follow, versions, with_expired_token
from tests.wire import Caller

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("interop")]  # one process installs the clients


async def open_streams(app: App, deployment: Deployment, *, ports: list[int], **given: Any) -> None:
    """Prepare the app: event streams at the ports in turn, HTTP at the server that keeps running."""
    urls = [f"http://127.0.0.1:{port}/graphql" for port in ports]
    await app.do("openStreams", urls=urls, api=f"{deployment.servers[1].url}/graphql", **given)


@pytest.mark.parametrize("stopped_by", [signal.SIGKILL, signal.SIGTERM])
async def test_streams_resume_at_another_server_and_see_each_change_once(
    app: App, deployment: Deployment, citizen: Caller, stopped_by: signal.Signals
) -> None:
    report = await citizen.report()
    await edit(citizen, report, 1)
    await open_streams(app, deployment, ports=[server.port for server in deployment.servers])
    await follow(app, report, feed=True)
    assert await versions(app, "report", 1) == [2]  # replayed
    assert await versions(app, "feed", 1) == [2]
    await edit(citizen, report, 1)
    assert await versions(app, "report", 1) == [3]  # live
    deployment.servers[0].kill(stopped_by)
    await edit(citizen, report, 2)
    assert await versions(app, "report", 2) == [4, 5]
    assert await versions(app, "feed", 3) == [3, 4, 5]


async def test_streams_with_repeated_disconnects_see_each_change_once(
    app: App, deployment: Deployment, citizen: Caller, proxy: Proxy
) -> None:
    report = await citizen.report()
    await open_streams(app, deployment, ports=[proxy.port])
    await follow(app, report)
    for last in (3, 5):
        await edit(citizen, report, 1)
        assert await versions(app, "report", 1) == [last - 1]
        proxy.cut()
        await edit(citizen, report, 1)
        await proxy.restore()
        assert await versions(app, "report", 1) == [last]


async def test_board_and_query_are_answered_over_streams(app: App, deployment: Deployment) -> None:
    await open_streams(app, deployment, ports=[deployment.servers[0].port])
    await app.do("ask", name="cities", query="{ cities { code } }")
    assert len((await app.next("cities"))["data"]["cities"]) == 6
    assert await app.next("cities") == "complete"
    await app.do("board", name="top", query=BOARD, variables={"first": 1})
    assert (await app.next("top"))["snapshot"] is True


async def test_refused_operation_ends_with_its_errors(app: App, deployment: Deployment) -> None:
    await open_streams(app, deployment, ports=[deployment.servers[0].port])
    await app.do("follow", name="astray", query=FEED, variables={"after": "bukan-cursor"})
    assert await app.error("astray") == "CURSOR_INVALID"
    await app.do("follow", name="wrong", query="subscription { nothing }", variables={})
    assert await app.error("wrong") == "BAD_INPUT"
    await app.do("follow", name="mine", query=MINE, variables={})
    assert await app.error("mine") == "UNAUTHENTICATED"


async def test_stream_with_an_expired_token_begins_with_a_new_one(
    app: App, deployment: Deployment, citizen: Caller
) -> None:
    report = await citizen.report()
    tokens = await signed_in(deployment, "warga@contoh.id")
    await open_streams(app, deployment, ports=[deployment.servers[0].port], tokens=with_expired_token(tokens))
    await app.do("follow", name="mine", query=MINE, variables={"after": report["cursor"]})
    assert await app.next("session") == "refused"
    await edit(citizen, report, 1)
    assert await versions(app, "mine", 1) == [2]
    await Caller(deployment.clients[1], tokens["accessToken"]).ask("mutation { signOut { errors { code } } }")
    assert await app.error("mine") == "UNAUTHENTICATED"
