"""Subscriptions over the network: their order, their language, and the errors that end them."""

import asyncio
import json
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from models.database import database, fetch
from models.log import LogEvent, Topic
from rules.cursors import decode, encode
from tests.city import Deployment, deployed
from tests.wire import DEADLINE, EVENT, GAMBIR, Caller, RequestFailedError, Stream, socket

pytestmark = pytest.mark.anyio

FOLLOW = f"subscription($id: ID!, $after: String) {{ reportChanged(id: $id, after: $after) {{ {EVENT} }} }}"
FEED = f"subscription($f: ReportFilter, $after: String) {{ reportFeed(filter: $f, after: $after) {{ {EVENT} }} }}"
VERSIONS = "subscription($after: String) { reportFeed(after: $after) { version } }"
TOP = """
subscription($kind: BoardKind!, $first: Int) {
  leaderboardChanged(kind: $kind, first: $first) {
    snapshot standings { rank points subject { __typename ... on Place { code } } } shifts { toRank }
  }
}
"""


async def citizen_of(server: Deployment, name: str = "warga") -> Caller:
    caller = Caller(server.clients[0])
    await caller.sign_up(f"{name}@contoh.id")
    return caller


async def refusal(stream: Stream) -> tuple[str, str]:
    """Return the code and the message of the error that ends an operation."""
    with pytest.raises(RequestFailedError) as failed:
        await stream.next()
    return failed.value.code, failed.value.errors[0]["message"]


async def test_invalid_cursor_is_refused_and_the_connection_stays_open(server: Deployment) -> None:
    citizen = await citizen_of(server)
    report = await citizen.report()
    epoch, position = decode(report["cursor"])
    page = (await citizen.ask("{ reports { edges { cursor } } }"))["reports"]["edges"][0]["cursor"]
    async with socket(server.servers[0].url) as phone:
        for wrong in ("", "x", page, encode("0" * 16, position), encode(epoch, position + 1), "💥" * 1000):
            code, _ = await refusal(await phone.subscribe(FOLLOW, id=report["id"], after=wrong))
            assert code == "CURSOR_INVALID", wrong
        following = await phone.subscribe(FOLLOW, id=report["id"], after=encode(epoch, 0))
        assert (await following.next())["kind"] == "SUBMITTED"


async def test_cursor_expires_after_ten_thousand_events_of_its_channel(sqlite_city_url: str, tmp_path: Path) -> None:
    async with deployed(sqlite_city_url, "memory://", tmp_path, 1) as first_start:
        citizen = await citizen_of(first_start)
        report, other = await citizen.report(), await citizen.report()
    async with database(sqlite_city_url):
        (known,) = await LogEvent.filter(topic=Topic.REPORT, report_id=int_id(other)).values()
        head = known["position"]
        columns = ", ".join(name for name in known if name not in {"position", "version"})
        await fetch(
            f"INSERT INTO log_event (position, version, {columns}) "  # the names of the model
            "WITH RECURSIVE extra(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM extra WHERE n < 10000) "
            f"SELECT position + n, 1 + n, {columns} FROM log_event, extra WHERE position = $1",
            head,
        )
        await fetch("UPDATE log_head SET position = $1", head + 10_000)
    async with (
        deployed(sqlite_city_url, "memory://", tmp_path, 1) as server,
        socket(server.servers[0].url) as wall,
    ):
        feed = await wall.subscribe(VERSIONS, after=other["cursor"])
        assert [event["version"] for event in await feed.take(500)] == list(range(2, 502))
        await feed.complete()
        epoch, first = decode(report["cursor"])
        code, _ = await refusal(await wall.subscribe(FEED, after=encode(epoch, first - 1)))
        assert code == "CURSOR_EXPIRED"
        # Few events concern this report, although many concern others.
        following = await wall.subscribe(FOLLOW, id=report["id"], after=encode(epoch, first - 1))
        assert (await following.next())["kind"] == "SUBMITTED"


def int_id(report: dict[str, str]) -> int:
    """Return the row id of a report. The first report of the day is 1."""
    return int(report["number"][-4:])


async def test_refused_subscription_ends_with_its_code(server: Deployment) -> None:
    async with socket(server.servers[0].url, language="en") as phone:
        code, text = await refusal(await phone.subscribe(FOLLOW, id="UmVwb3J0Ojk5"))
        assert (code, text) == ("NOT_FOUND", "There is no such report.")
        mine = await phone.subscribe("subscription { myReportsChanged { id } }")
        assert (await refusal(mine))[0] == "UNAUTHENTICATED"
        assert (await refusal(await phone.subscribe(FEED, f={"mine": True})))[0] == "UNAUTHENTICATED"
        assert (await refusal(await phone.subscribe(FEED, f={"kelurahan": ["Bandung"]})))[0] == "BAD_INPUT"
        assert (await refusal(await phone.subscribe(TOP, kind="CITY", first=301)))[0] == "BAD_INPUT"
        assert (await refusal(await phone.subscribe("subscription { nonsense }")))[0] == "BAD_INPUT"
        assert (await refusal(await phone.subscribe("subscription {")))[0] == "BAD_INPUT"
    async with socket(server.servers[0].url) as phone:
        _, text = await refusal(await phone.subscribe(FOLLOW, id="UmVwb3J0Ojk5"))
        assert text == "Laporan tidak ditemukan."


async def test_invalid_token_closes_the_connection_with_4403(server: Deployment) -> None:
    address = server.servers[0].url.replace("http://", "ws://") + "/graphql"
    async with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")]) as connection:
        payload = {"authorization": "Bearer bukan-token"}
        await connection.send(json.dumps({"type": "connection_init", "payload": payload}))
        with pytest.raises(ConnectionClosed) as closed:
            await connection.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4403


async def test_sign_out_closes_only_its_own_connections_with_4403(server: Deployment) -> None:
    leaving, staying = await citizen_of(server), await citizen_of(server, "tetangga")
    async with (
        socket(server.servers[0].url, leaving.token) as one,
        socket(server.servers[0].url, staying.token) as other,
    ):
        mine = await other.subscribe("subscription { myReportsChanged { kind } }")
        await one.wait_until_read()
        await other.wait_until_read()
        await leaving.ask("mutation { signOut { errors { code } } }")
        async with asyncio.timeout(DEADLINE):
            await one.connection.wait_closed()
        assert one.connection.close_code == 4403
        await staying.report()
        assert (await mine.next())["kind"] == "SUBMITTED"


async def test_feed_delivers_only_events_that_matched_before_or_after(server: Deployment) -> None:
    citizen, officer = await citizen_of(server), await server.official(GAMBIR, 0)
    async with socket(server.servers[0].url) as wall:
        waiting = await wall.subscribe(FEED, f={"status": ["WAITING"], "kelurahan": ["gambir"]})
        elsewhere = await wall.subscribe(FEED, f={"kelurahan": ["Menteng"]})
        await wall.wait_until_read()
        report = await citizen.report()
        await officer.move(report["id"], "IN_PROGRESS")  # matched before
        await officer.move(report["id"], "PROCESSED", resolution="INVALID", note="Tidak ada")  # matched neither
        await citizen.report(title="Lagi")
        seen = await waiting.take(3)
        assert [event["kind"] for event in seen] == ["SUBMITTED", "STATUS_CHANGED", "SUBMITTED"]
        replayed = await wall.subscribe(
            FEED, f={"status": ["WAITING"], "kelurahan": ["gambir"]}, after=encode(decode(report["cursor"])[0], 0)
        )
        assert [event["id"] for event in await replayed.take(3)] == [event["id"] for event in seen]
        assert elsewhere.waiting == 0


async def test_top_of_a_board_gets_only_its_own_rows_and_those_that_leave(
    server: Deployment,
) -> None:
    citizen = await citizen_of(server)
    gambir, menteng = await server.official(GAMBIR, 0), await server.official("31.71.06.1001", 0, "petugas-menteng")
    first = await citizen.report()
    second = await citizen.report(location={"latitude": -6.2009, "longitude": 106.83389})
    third = await citizen.report(location={"latitude": -6.2009, "longitude": 106.83389})
    assert second["kelurahan"]["name"] == "Menteng"
    async with socket(server.servers[0].url) as wall:
        top = await wall.subscribe(TOP, kind="KELURAHAN", first=1)
        kecamatan = await wall.subscribe(TOP, kind="KECAMATAN")
        assert len((await top.next())["standings"]) == 1
        assert len((await kecamatan.next())["standings"]) == 44
        await gambir.move(first["id"], "IN_PROGRESS")
        assert [row["subject"]["code"] for row in (await top.next())["standings"]] == [GAMBIR]
        assert [row["subject"]["code"] for row in (await kecamatan.next())["standings"]] == ["31.71.01"]
        await menteng.move(second["id"], "IN_PROGRESS")
        tied = (await kecamatan.next())["standings"]
        assert [(row["rank"], row["points"]) for row in tied] == [(1, 12)]
        await menteng.move(third["id"], "IN_PROGRESS")
        codes = {row["subject"]["code"]: row["rank"] for row in (await top.next())["standings"]}
        assert codes["31.71.06.1001"] == 1
        assert codes.get(GAMBIR, 2) == 2


async def test_leaving_subscriber_is_forgotten_and_others_continue(server: Deployment) -> None:
    citizen = await citizen_of(server)
    report = await citizen.report()
    async with socket(server.servers[0].url) as staying:
        following = await staying.subscribe(FOLLOW, id=report["id"])
        async with socket(server.servers[0].url) as leaving:
            await leaving.subscribe(FOLLOW, id=report["id"])
        await staying.wait_until_read()
        await citizen.act("updateReport", report["id"], title="Baru")
        assert (await following.next())["kind"] == "EDITED"
