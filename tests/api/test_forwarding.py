"""Reports at external agencies: each is sent once, whatever the agency's server does, and its state is seen live."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
from standardwebhooks import Webhook

from actions.forwarding import Connection, connect, disconnect
from models.database import fetch
from models.outbox import Protocol
from outbox import client, sending
from rules import backoff
from rules.access import Role
from tests.city import City
from tests.outside import Agency, Hook, Mood, serving
from tests.wire import DEADLINE, Caller

pytestmark = pytest.mark.anyio

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
FORWARDING = "forwarding { agency { code connected backlog } state externalId attempts lastError nextTryAt }"
REPORT = f"""query($number: String!) {{ report(number: $number) {{
  status resolution version {FORWARDING}
  timeline {{ edges {{ node {{ kind actor note }} }} }} }} }}"""
PLN = "PLN (Perusahaan Listrik Negara)"
NEVER_TRIED = {"externalId": None, "attempts": 0, "lastError": None, "nextTryAt": None}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for milliseconds where the outbox waits for seconds."""
    monkeypatch.setattr(sending, "TICK", 0.02)
    monkeypatch.setattr(sending, "POLL_EVERY", timedelta(milliseconds=50))
    monkeypatch.setattr(client, "PATIENCE", 0.5)
    monkeypatch.setattr(backoff, "FIRST", timedelta(milliseconds=20))
    monkeypatch.setattr(backoff, "LONGEST", timedelta(milliseconds=100))


@pytest.fixture
async def agency() -> AsyncIterator[Agency]:
    """The server of PLN."""
    agency = Agency()
    async with serving(agency):
        yield agency


async def connected(city: City, agency: Agency) -> None:
    """Connect PLN."""
    new = Connection(
        agency="PLN",
        protocol=Protocol.OPEN311,
        address=f"{agency.address}/v2",
        secret="kunci",
        options={"services": {"LISTRIK": "P1"}, "jurisdiction": "jakarta.go.id", "updates_secret": SECRET},
    )
    await city.transactions.run(connect, new)
    await until(lambda: city.services.places.agencies["PLN"].connected)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE):
        while not condition():
            await asyncio.sleep(0.01)


async def seen(caller: Caller, number: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Ask for a report until it is as wanted, and return it."""
    found: dict[str, Any] = {}
    try:
        async with asyncio.timeout(DEADLINE):
            while not found or not wanted(found):
                await asyncio.sleep(0.02)
                found = (await caller.ask(REPORT, number=number))["report"]
    except TimeoutError:
        raise AssertionError(found) from None
    return found


def state(*states: str) -> Callable[[dict[str, Any]], bool]:
    return lambda report: report["forwarding"]["state"] in states


async def outage(caller: Caller) -> str:
    """Submit a report of a power cut; return its number."""
    return str((await caller.report(category="LISTRIK", title="Listrik padam"))["number"])


async def test_unconnected_agency_gets_what_waited_once_connected(city: City, agency: Agency) -> None:
    citizen = await city.citizen()
    numbers = [await outage(citizen) for _ in range(6)]
    waiting = (await citizen.ask(REPORT, number=numbers[0]))["report"]["forwarding"]
    place = {"code": "PLN", "connected": False, "backlog": 6}
    assert waiting == {"agency": place, "state": "UNCONNECTED", **NEVER_TRIED}
    await connected(city, agency)
    found = [await seen(citizen, number, state("ACKNOWLEDGED")) for number in numbers]
    assert sorted(each["forwarding"]["externalId"] for each in found) == [f"PLN-{n}" for n in range(1, 7)]
    assert [each["description"].rpartition("[Tanggap ")[2].rstrip("]") for each in agency.taken[:4]] != []
    backlog = (await seen(citizen, numbers[0], state("ACKNOWLEDGED")))["forwarding"]["agency"]
    assert backlog == {"code": "PLN", "connected": True, "backlog": 0}
    kinds = [edge["node"]["kind"] for edge in found[0]["timeline"]["edges"]]
    assert kinds == ["SUBMITTED", "FORWARDING_CHANGED"]


async def test_agency_gets_the_public_facts_and_no_word_of_the_reporter(city: City, agency: Agency) -> None:
    citizen = await city.citizen("rahasia")
    await connected(city, agency)
    number = await outage(citizen)
    await seen(citizen, number, state("ACKNOWLEDGED"))
    (taken,) = agency.taken
    name = (await citizen.ask("{ viewer { pseudonym } }"))["viewer"]["pseudonym"]
    assert (taken["service_code"], taken["api_key"], taken["jurisdiction_id"]) == ("P1", "kunci", "jakarta.go.id")
    assert taken["description"].endswith(f"[Tanggap {number}]")
    assert name not in str(taken)
    assert "rahasia" not in str(taken)


@pytest.mark.parametrize(
    "moods",
    [
        ["down", "down"],
        ["busy"],
        ["hangs"],
        ["drops"],
        ["drops", "down"],
        ["down", "drops", "hangs"],
        ["refuses", "refuses"],
        ["token"],
    ],
    ids=" ".join,
)
async def test_each_report_arrives_once_whatever_the_server_does(city: City, agency: Agency, moods: list[Mood]) -> None:
    citizen = await city.citizen()
    await connected(city, agency)
    agency.moods = moods.copy()
    numbers = [await outage(citizen) for _ in range(3)]
    found = [await seen(citizen, number, state("ACKNOWLEDGED")) for number in numbers]
    assert [sum(f"[Tanggap {number}]" in each["description"] for each in agency.taken) for number in numbers] == [1] * 3
    assert len({each["forwarding"]["externalId"] for each in found}) == 3
    assert all(each["forwarding"]["lastError"] is None for each in found)


async def test_each_failure_is_an_event_and_a_dead_letter_is_retried(
    city: City, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backoff, "ATTEMPTS", 3)
    citizen, admin = await city.citizen(), await city.official(None, Role.ADMIN, "admin")
    await connected(city, agency)
    agency.moods = ["refuses"] * 3
    number = await outage(citizen)
    failed = await seen(citizen, number, state("FAILED"))
    assert failed["forwarding"] | {"agency": None} == {
        "agency": None,
        "state": "FAILED",
        "externalId": None,
        "attempts": 3,
        "lastError": "HTTP 400",
        "nextTryAt": None,
    }
    assert [edge["node"]["kind"] for edge in failed["timeline"]["edges"]] == ["SUBMITTED", *["FORWARDING_CHANGED"] * 3]
    retry = "mutation($id: ID!) { retryForwarding(id: $id) { report { forwarding { state } } errors { code } } }"
    report_id = (await citizen.ask("query($n: String!) { report(number: $n) { id } }", n=number))["report"]["id"]
    refused = (await citizen.ask(retry, id=report_id))["retryForwarding"]
    assert refused == {"report": None, "errors": [{"code": "FORBIDDEN"}]}
    again = (await admin.ask(retry, id=report_id))["retryForwarding"]
    assert again == {"report": {"forwarding": {"state": "QUEUED"}}, "errors": []}
    await seen(citizen, number, state("ACKNOWLEDGED"))
    nothing = (await admin.ask(retry, id=report_id))["retryForwarding"]
    assert nothing == {"report": None, "errors": [{"code": "TRANSITION_REFUSED"}]}
    assert len(agency.taken) == 1


async def test_closed_at_the_agency_is_closed_here_with_its_words(city: City, agency: Agency) -> None:
    citizen = await city.citizen()
    await connected(city, agency)
    number = await outage(citizen)
    external = (await seen(citizen, number, state("ACKNOWLEDGED")))["forwarding"]["externalId"]
    agency.close(external, "Gardu sudah diperbaiki")
    closed = await seen(citizen, number, lambda report: report["status"] == "PROCESSED")
    assert closed["forwarding"]["state"] == "CLOSED"
    assert (closed["status"], closed["resolution"]) == ("PROCESSED", "OUT_OF_REMIT")
    last = closed["timeline"]["edges"][-1]["node"]
    assert last == {"kind": "STATUS_CHANGED", "actor": PLN, "note": "Gardu sudah diperbaiki"}


async def update(city: City, secret: str = SECRET, code: str = "PLN", **message: Any) -> httpx.Response:
    """Send a message of an agency, signed with a secret."""
    now, body = datetime.now(UTC), orjson.dumps(message)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", now, body.decode()),
    }
    return await city.http.post(f"/agencies/{code}/updates", content=body, headers=headers)


async def test_signed_answers_change_the_report_once_and_only_forward(city: City, agency: Agency) -> None:
    citizen = await city.citizen()
    await connected(city, agency)
    number = await outage(citizen)
    await seen(citizen, number, state("ACKNOWLEDGED"))
    steps = [
        ({"status": "IN_PROGRESS", "note": "Regu berangkat"}, True),
        ({"status": "IN_PROGRESS", "note": "Regu berangkat"}, False),
        ({"status": "ACKNOWLEDGED"}, False),
        ({"status": "IN_PROGRESS", "note": "Gardu dibuka"}, True),
        ({"status": "CLOSED", "externalId": "G-1"}, True),
        ({"status": "CLOSED", "externalId": "G-1"}, False),
    ]
    for message, changed in steps:
        answer = await update(city, number=number, **message)
        assert (answer.status_code, answer.json()) == (200, {"number": number, "changed": changed}), message
    closed = await seen(citizen, number, state("CLOSED"))
    assert closed["forwarding"]["externalId"] == "G-1"
    assert [tuple(edge["node"].values()) for edge in closed["timeline"]["edges"]][2:] == [
        ("STATUS_CHANGED", PLN, "Regu berangkat"),
        ("FORWARDING_CHANGED", PLN, "Gardu dibuka"),
        ("FORWARDING_CHANGED", PLN, None),
        ("STATUS_CHANGED", PLN, f"{PLN} menyatakan penanganan laporan ini selesai."),
    ]


async def test_bad_answers_are_refused_with_all_their_faults(city: City, agency: Agency) -> None:
    citizen = await city.citizen()
    await connected(city, agency)
    number, other = await outage(citizen), (await citizen.report())["number"]
    await seen(citizen, number, state("ACKNOWLEDGED"))
    unsigned = await city.http.post("/agencies/PLN/updates", content=b"{}")
    forged = await update(city, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", number=number, status="CLOSED")
    stranger = await update(city, code="TELKOM", number=number, status="CLOSED")
    assert [unsigned.status_code, forged.status_code, stranger.status_code] == [401, 401, 401]
    faulty = await update(city, number=7, status="DONE", note="x" * 3_000)
    assert faulty.status_code == 400
    assert [each["field"] for each in faulty.json()["errors"]] == [["number"], ["status"], ["number"], ["note"]]
    assert (await update(city, number=other, status="CLOSED")).status_code == 404
    assert (await update(city, number="JK0", status="CLOSED")).status_code == 404
    assert (await update(city, number=number, status="CLOSED", note="x" * 70_000)).status_code == 400
    assert (await citizen.ask(REPORT, number=number))["report"]["status"] == "WAITING"


async def test_reopened_report_is_sent_again_and_a_withdrawn_one_is_not(city: City, agency: Agency) -> None:
    citizen = await city.citizen()
    withdrawn = await citizen.report(category="LISTRIK")
    assert (await citizen.act("withdrawReport", withdrawn["id"]))["errors"] == []
    assert (await citizen.ask(REPORT, number=withdrawn["number"]))["report"]["forwarding"] is None
    await connected(city, agency)
    number = await outage(citizen)
    await seen(citizen, number, state("ACKNOWLEDGED"))
    await update(city, number=number, status="CLOSED")
    report_id = (await citizen.ask("query($n: String!) { report(number: $n) { id } }", n=number))["report"]["id"]
    assert (await citizen.act("reopenReport", report_id, reason="Padam lagi"))["errors"] == []
    again = await seen(citizen, number, state("ACKNOWLEDGED"))
    assert again["forwarding"]["externalId"] == "PLN-2"
    assert len(agency.taken) == 2


async def test_dead_agency_delays_no_other(city: City, agency: Agency) -> None:
    citizen, telkom = await city.citizen(), Hook()
    telkom.secret = SECRET
    async with serving(telkom):
        await connected(city, agency)
        hook = f"{telkom.address}/hook"
        new = Connection(
            agency="TELKOM", protocol=Protocol.WEBHOOK, address=hook, secret=SECRET, options={"updates_secret": SECRET}
        )
        await city.transactions.run(connect, new)
        agency.moods = ["hangs"] * 50
        await outage(citizen)
        await until(lambda: agency.tried > 0)
        line = (await citizen.report(category="TELEKOMUNIKASI"))["number"]
        sent = await seen(citizen, line, state("SENT"))
    assert (sent["forwarding"]["agency"]["code"], sent["forwarding"]["attempts"]) == ("TELKOM", 1)
    (message,) = telkom.taken
    assert (message["type"], message["data"]["number"]) == ("report.forwarded", line)


async def test_disconnected_agency_gets_nothing_until_it_is_connected(city: City, agency: Agency) -> None:
    citizen = await city.citizen()
    await connected(city, agency)
    first = await outage(citizen)
    await seen(citizen, first, state("ACKNOWLEDGED"))
    await city.transactions.run(disconnect, "PLN")
    second = await outage(citizen)
    assert (await seen(citizen, second, state("UNCONNECTED")))["forwarding"]["attempts"] == 0
    await connected(city, agency)
    await seen(citizen, second, state("ACKNOWLEDGED"))
    assert len(agency.taken) == 2


async def test_old_event_sends_no_report_again_that_the_agency_has_closed(city: City, agency: Agency) -> None:
    citizen = await city.citizen()
    await connected(city, agency)
    number = await outage(citizen)
    await seen(citizen, number, state("ACKNOWLEDGED"))
    await update(city, number=number, status="IN_PROGRESS")
    (event,) = await fetch("SELECT position FROM log_event WHERE kind = 'STATUS_CHANGED'")
    await update(city, number=number, status="CLOSED")
    (before,) = await fetch("SELECT count(*) AS number FROM delivery")
    await fetch("UPDATE destination SET position = $1", event["position"] - 1)  # as one that lags behind
    later = await outage(citizen)
    await seen(citizen, later, state("ACKNOWLEDGED"))
    (after,) = await fetch("SELECT count(*) AS number FROM delivery")
    assert after["number"] == before["number"] + 1
    assert len(agency.taken) == 2
