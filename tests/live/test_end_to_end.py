"""The main job over the network: a citizen reports, an officer at another server acts, and all subscribers see it."""

import asyncio

import pytest

from tests.city import Deployment
from tests.wire import EVENT, GAMBIR, Caller, socket

pytestmark = pytest.mark.anyio

FOLLOW = f"subscription($id: ID!, $after: String) {{ reportChanged(id: $id, after: $after) {{ {EVENT} }} }}"
MINE = f"subscription($after: String) {{ myReportsChanged(after: $after) {{ {EVENT} }} }}"
BOARD = """
subscription {
  leaderboardChanged(kind: KELURAHAN) {
    cursor snapshot startsAt endsAt
    standings { id rank previousRank points subject { ... on Kelurahan { code name } } }
    shifts { fromRank toRank points pointsDelta subject { ... on Kelurahan { code } } }
  }
}
"""


async def test_subscriber_gets_changes_in_order_and_resumes_without_loss(deployment: Deployment) -> None:
    citizen = Caller(deployment.clients[0])
    await citizen.sign_up("warga@contoh.id")
    officer = await deployment.official(GAMBIR, server=-1)
    report = await citizen.report()
    assert report["handler"]["code"] == GAMBIR

    async with socket(deployment.servers[0].url, citizen.token) as phone:
        following = await phone.subscribe(FOLLOW, id=report["id"], after=report["cursor"])
        assert (await officer.move(report["id"], "IN_PROGRESS", note="Kami berangkat"))["errors"] == []
        begun = await following.next()
        assert (begun["kind"], begun["fromStatus"], begun["toStatus"]) == ("STATUS_CHANGED", "WAITING", "IN_PROGRESS")
        assert (begun["version"], begun["note"], begun["actor"]) == (2, "Kami berangkat", "Gambir")
        assert begun["report"]["version"] >= 2
        assert begun["reportId"] == report["id"]

    # Two changes while no client is connected.
    other = Caller(deployment.clients[-1])
    await other.sign_up("tetangga@contoh.id")
    assert (await other.act("supportReport", report["id"]))["errors"] == []
    proof = await officer.photo()
    fixed = await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=[proof])
    assert fixed["errors"] == []

    async with socket(deployment.servers[0].url, citizen.token) as phone:
        following = await phone.subscribe(FOLLOW, id=report["id"], after=begun["cursor"])
        missed = await following.take(2)
        assert [event["kind"] for event in missed] == ["SUPPORTED", "STATUS_CHANGED"]
        assert [event["version"] for event in missed] == [3, 4]
        assert missed[-1]["cursor"] == fixed["report"]["cursor"]
        assert missed[-1]["resolution"] == "FIXED"
        # The missed events came once: the next event to arrive is the next one to happen.
        assert (await other.act("withdrawSupport", report["id"]))["errors"] == []
        assert (await following.next())["kind"] == "SUPPORT_WITHDRAWN"


async def test_dashboard_gets_a_snapshot_of_all_kelurahan_and_then_the_shift(deployment: Deployment) -> None:
    citizen = Caller(deployment.clients[0])
    await citizen.sign_up("warga@contoh.id")
    officer = await deployment.official(GAMBIR, server=-1)
    report = await citizen.report()
    async with socket(deployment.servers[0].url) as wall:
        board = await wall.subscribe(BOARD)
        snapshot = await board.next()
        assert snapshot["snapshot"] is True
        assert len(snapshot["standings"]) == 267
        assert snapshot["shifts"] == []
        assert all(row["rank"] is None for row in snapshot["standings"])
        await officer.move(report["id"], "IN_PROGRESS")
        update = await board.next()
        assert update["snapshot"] is False
        assert [(row["rank"], row["points"], row["subject"]["name"]) for row in update["standings"]] == [
            (1, 12, "Gambir")
        ]
        assert [(shift["fromRank"], shift["toRank"], shift["pointsDelta"]) for shift in update["shifts"]] == [
            (None, 1, 12)
        ]


async def test_citizen_gets_events_of_own_and_supported_reports(deployment: Deployment) -> None:
    citizen, other = Caller(deployment.clients[0]), Caller(deployment.clients[-1])
    await asyncio.gather(citizen.sign_up("warga@contoh.id"), other.sign_up("tetangga@contoh.id"))
    cursor = (await citizen.ask("{ viewer { cursor } }"))["viewer"]["cursor"]
    theirs, unrelated = await other.report(title="Lampu"), await other.report(title="Lubang")

    async def live() -> list[tuple[str, str]]:
        async with socket(deployment.servers[0].url, citizen.token) as phone:
            mine = await phone.subscribe(MINE, after=cursor)
            await citizen.act("supportReport", theirs["id"])
            first = await mine.next()
            await other.act("updateReport", unrelated["id"], title="Lubang besar")
            await other.act("updateReport", theirs["id"], title="Lampu mati")
            own = await citizen.report(title="Sampah")
            await citizen.act("withdrawSupport", theirs["id"])
            await other.act("updateReport", theirs["id"], title="Lampu mati lagi")
            await citizen.act("withdrawReport", own["id"])
            rest = await mine.take(4)
            return [(event["kind"], event["reportId"]) for event in [first, *rest]]

    async def replayed() -> list[tuple[str, str]]:
        async with socket(deployment.servers[-1].url, citizen.token) as phone:
            mine = await phone.subscribe(MINE, after=cursor)
            return [(event["kind"], event["reportId"]) for event in await mine.take(5)]

    seen = await live()
    assert [kind for kind, _ in seen] == ["SUPPORTED", "EDITED", "SUBMITTED", "SUPPORT_WITHDRAWN", "STATUS_CHANGED"]
    assert {report for _, report in seen[:2]} == {theirs["id"]}
    assert await replayed() == seen
