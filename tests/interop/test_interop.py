"""The npm clients that apps use: they reconnect after failures by themselves, and miss no event."""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

import pytest

from app.auth import LIFETIME, Tokens
from tests.city import SECRET, Deployment
from tests.interop.apps import App, open_app, signed_in
from tests.interop.proxy import Proxy
from tests.wire import ERRORS, GAMBIR, Caller

pytestmark = [pytest.mark.anyio, pytest.mark.xdist_group("interop")]  # one process installs the clients

FOLLOW = "subscription($id: ID!, $after: String) { reportChanged(id: $id, after: $after) { cursor kind version } }"
FEED = "subscription($after: String) { reportFeed(after: $after) { cursor kind version reportId } }"
MINE = "subscription($after: String) { myReportsChanged(after: $after) { cursor kind version } }"
BOARD = """
subscription($first: Int) {
  leaderboardChanged(kind: KELURAHAN, first: $first) {
    snapshot
    standings { rank points subject { ... on Kelurahan { code } } }
  }
}
"""
REPORT = "query($id: ID!) { node(id: $id) { id ... on Report { version status cursor } } }"
CHANGES = """
subscription($id: ID!, $after: String) {
  reportChanged(id: $id, after: $after) { cursor kind version report { id version status cursor } }
}
"""
CROWD = 12
MENTENG = {"latitude": -6.1966, "longitude": 106.8320}
IMPATIENT = 1_000
"""Keep-alive interval of an app in milliseconds, short for tests that wait for it."""


def titles() -> Iterator[str]:
    """Yield titles for edits, each different from the one before."""
    return cycle(["Pertama", "Kedua", "Ketiga"])


async def edit(citizen: Caller, report: dict[str, Any], times: int) -> None:
    """Edit a report `times` times; each edit raises its version by one."""
    for _, title in zip(range(times), titles(), strict=False):
        assert (await citizen.act("updateReport", report["id"], title=title))["errors"] == []


async def follow(app: App, report: dict[str, Any], *, feed: bool = False) -> None:
    """Follow a report from its cursor on under the name `report`, and the feed under `feed`."""
    await app.do("follow", name="report", query=FOLLOW, variables={"id": report["id"], "after": report["cursor"]})
    if feed:
        await app.do("follow", name="feed", query=FEED, variables={"after": report["cursor"]})


def with_expired_token(session: dict[str, Any]) -> dict[str, Any]:
    """Return a session whose access token has expired. An app whose clock is wrong takes the token for valid."""
    old, _ = Tokens(SECRET).issue("anybody", datetime.now(UTC) - 2 * LIFETIME)
    return session | {"accessToken": old}


async def versions(app: App, name: str, count: int) -> list[int]:
    """Return the versions of the next `count` events."""
    return [event["version"] for event in await app.take(name, count)]


@pytest.mark.parametrize(("stopped_by", "code"), [(signal.SIGKILL, 1006), (signal.SIGTERM, 1012)])
async def test_app_resumes_at_another_server_and_sees_each_change_once(
    app: App, deployment: Deployment, citizen: Caller, stopped_by: signal.Signals, code: int
) -> None:
    report = await citizen.report()
    await edit(citizen, report, 1)
    await open_app(app, deployment, ports=[server.port for server in deployment.servers])
    await follow(app, report, feed=True)
    assert await versions(app, "report", 1) == [2]  # replayed
    await edit(citizen, report, 1)
    assert await versions(app, "report", 1) == [3]  # live
    assert await app.next("socket") == "connected"

    deployment.servers[0].kill(stopped_by)
    assert await app.next("socket") == code
    await edit(citizen, report, 2)
    other = await citizen.report(title="Lampu mati")
    assert (await app.until("socket", "connected"))[-1] == "connected"
    await edit(citizen, report, 1)
    assert await versions(app, "report", 3) == [4, 5, 6]
    assert [(event["reportId"], event["version"]) for event in await app.take("feed", 6)] == [
        *((report["id"], version) for version in (2, 3, 4, 5)),
        (other["id"], 1),
        (report["id"], 6),
    ]


async def test_app_with_repeated_disconnects_sees_each_change_once(
    app: App, deployment: Deployment, citizen: Caller, proxy: Proxy
) -> None:
    report = await citizen.report()
    await open_app(app, deployment, ports=[proxy.port])
    await follow(app, report, feed=True)
    await app.until("socket", "connected")
    for last in (3, 5):
        await edit(citizen, report, 1)
        assert await versions(app, "report", 1) == [last - 1]
        proxy.cut()
        assert await app.next("socket") == 1006
        await edit(citizen, report, 1)
        assert await app.next("socket") == 1006  # a failed attempt; it tries again
        await proxy.restore()
        await app.until("socket", "connected")
        assert await versions(app, "report", 1) == [last]
    assert await versions(app, "feed", 4) == [2, 3, 4, 5]


async def test_app_leaves_a_silent_connection_and_ignores_its_late_messages(
    app: App, deployment: Deployment, citizen: Caller, proxy: Proxy
) -> None:
    report = await citizen.report()
    ports = [proxy.port, deployment.servers[1].port]
    await open_app(app, deployment, ports=ports, patience=IMPATIENT)
    await follow(app, report)
    await edit(citizen, report, 1)
    assert await versions(app, "report", 1) == [2]
    assert await app.next("socket") == "connected"
    proxy.silence()
    await edit(citizen, report, 1)
    assert await app.next("socket") == 4499
    await app.until("socket", "connected")
    assert await versions(app, "report", 1) == [3]
    proxy.speak()
    await edit(citizen, report, 1)
    assert await versions(app, "report", 1) == [4]


async def test_app_tries_another_server_if_the_first_accepts_but_never_answers(
    app: App, deployment: Deployment, citizen: Caller, proxy: Proxy
) -> None:
    report = await citizen.report()
    proxy.silence()
    ports = [proxy.port, deployment.servers[1].port]
    await open_app(app, deployment, ports=ports, patience=IMPATIENT)
    await follow(app, report)
    await edit(citizen, report, 1)
    assert await versions(app, "report", 1) == [2]
    assert (await app.until("socket", "connected"))[0] == 4499


async def test_clients_disconnected_together_reconnect_at_different_times(app: App, proxy: Proxy) -> None:
    url = f"ws://127.0.0.1:{proxy.port}/graphql"
    await app.do("crowd", name="crowd", url=url, count=CROWD, query=FEED, variables={})
    await app.take("crowd", CROWD)
    proxy.cut()
    await proxy.restore()
    came = sorted(await app.take("crowd", CROWD))
    assert came[-1] - came[0] > 500


async def test_board_after_a_reconnect_is_current_and_without_former_rows(
    app: App, deployment: Deployment, citizen: Caller, proxy: Proxy
) -> None:
    gambir = await deployment.official(GAMBIR, server=1)
    first, *others = [await citizen.report(), *[await citizen.report(location=MENTENG) for _ in range(2)]]
    assert others[0]["kelurahan"]["name"] == "Menteng"
    menteng = await deployment.official(others[0]["kelurahan"]["code"], server=1, name="menteng")
    await open_app(app, deployment, ports=[proxy.port])
    await app.do("board", name="top", query=BOARD, variables={"first": 1})
    assert (await app.next("top"))["snapshot"] is True
    await gambir.move(first["id"], "IN_PROGRESS")
    led = await app.next("top")
    assert (led["snapshot"], led["points"][GAMBIR]) == (False, 12)
    proxy.cut()
    for report in others:
        assert (await menteng.move(report["id"], "IN_PROGRESS"))["errors"] == []
    await proxy.restore()
    assert await app.next("top") == {"snapshot": True, "points": {others[0]["kelurahan"]["code"]: 24}}


async def test_invalid_cursor_ends_its_subscription_and_no_other(
    app: App, deployment: Deployment, citizen: Caller
) -> None:
    report = await citizen.report()
    await open_app(app, deployment, ports=[deployment.servers[0].port])
    await follow(app, report)
    await app.do("follow", name="astray", query=FEED, variables={"after": "bukan-cursor"})
    assert await app.error("astray") == "CURSOR_INVALID"
    await app.do("follow", name="astray", query=FEED, variables={"after": report["cursor"]})
    await edit(citizen, report, 1)
    assert await versions(app, "report", 1) == [2]
    assert await versions(app, "astray", 1) == [2]
    deployment.servers[0].kill()
    assert await app.take("socket", 2) == ["connected", 1006]  # the same socket all the time


async def test_app_with_an_expired_token_connects_with_a_new_one(
    app: App, deployment: Deployment, citizen: Caller
) -> None:
    report = await citizen.report()
    tokens = with_expired_token(await signed_in(deployment, "warga@contoh.id"))
    await open_app(app, deployment, ports=[deployment.servers[0].port], tokens=tokens)
    await app.do("follow", name="mine", query=MINE, variables={"after": report["cursor"]})
    assert await app.take("socket", 2) == [4403, "connected"]
    await edit(citizen, report, 1)
    assert await versions(app, "mine", 1) == [2]


async def test_signed_out_app_reconnects_as_visitor_and_then_as_the_next_user(
    app: App, deployment: Deployment, citizen: Caller
) -> None:
    report = await citizen.report()
    tokens = await signed_in(deployment, "warga@contoh.id")
    await open_app(app, deployment, ports=[deployment.servers[0].port], tokens=tokens)
    await follow(app, report)
    await app.do("follow", name="mine", query=MINE, variables={"after": report["cursor"]})
    await edit(citizen, report, 1)
    assert await versions(app, "report", 1) == await versions(app, "mine", 1) == [2]

    elsewhere = Caller(deployment.clients[1], tokens["accessToken"])
    assert (await elsewhere.ask(f"mutation {{ signOut {{ {ERRORS} }} }}"))["signOut"]["errors"] == []
    assert await app.take("socket", 2) == ["connected", 4403]
    await edit(citizen, report, 1)
    assert await app.error("mine") == "UNAUTHENTICATED"
    assert await versions(app, "report", 1) == [3]

    await app.do("signedIn", tokens=await signed_in(deployment, "warga@contoh.id"))
    await app.do("follow", name="mine", query=MINE, variables={"after": report["cursor"]})
    await edit(citizen, report, 1)
    assert await versions(app, "mine", 3) == [2, 3, 4]
    assert await versions(app, "report", 1) == [4]


async def test_apollo_client_updates_its_cache_also_after_a_reconnect(
    app: App, deployment: Deployment, citizen: Caller, proxy: Proxy
) -> None:
    officer = await deployment.official(GAMBIR, server=1)
    report = await citizen.report()
    await open_app(app, deployment, ports=[proxy.port])
    await app.do("watch", name="shown", query=REPORT, variables={"id": report["id"]})
    loaded = (await app.next("shown"))["node"]
    assert (loaded["version"], loaded["status"]) == (1, "WAITING")
    await app.do("subscribe", name="news", query=CHANGES, variables={"id": report["id"], "after": loaded["cursor"]})
    await officer.move(report["id"], "IN_PROGRESS")
    assert await versions(app, "news", 1) == [2]
    assert (await app.next("shown"))["node"]["status"] == "IN_PROGRESS"
    proxy.cut()
    assert await app.take("socket", 2) == ["connected", 1006]
    await officer.move(report["id"], "PROCESSED", resolution="INVALID", note="Tidak ada")
    await proxy.restore()
    assert await versions(app, "news", 1) == [3]
    assert (await app.next("shown"))["node"]["status"] == "PROCESSED"


async def test_apollo_client_sends_the_token_of_the_user(app: App, deployment: Deployment, citizen: Caller) -> None:
    tokens = await signed_in(deployment, "warga@contoh.id")
    expired = tokens | {"expiresIn": 0}
    await open_app(app, deployment, ports=[deployment.servers[0].port], tokens=expired)
    await app.do("watch", name="who", query="{ viewer { id email } }", variables={})
    assert (await app.next("who"))["viewer"]["email"] == citizen.email


async def test_apollo_client_falls_back_from_hashes_to_queries(app: App, deployment: Deployment) -> None:
    await app.do("hashes", name="asked", api=f"{deployment.servers[0].url}/graphql", query="{ cities { name } }")
    answer = await app.next("asked")
    assert len(answer["data"]["cities"]) == 6
    assert answer["documents"] == [False, True, True]  # the hash, the query, and from then on queries only
