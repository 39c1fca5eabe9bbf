"""News of own and supported reports, and where they are sent while the app is closed."""

import asyncio
import re
import secrets
from base64 import b64encode, urlsafe_b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from models.accounts import Account
from models.log import NEWS_READ, LogEvent, Topic
from models.notifications import PushSubscription
from queries.news import NEWS_KINDS
from schema.context import Offers
from subscriptions.shared import OperationRefused
from tests.city import ROOT, City
from tests.live.test_shared import Screen, screen
from tests.wire import ERRORS, GAMBIR, Caller, RequestFailedError, eventually

pytestmark = pytest.mark.anyio

SETTINGS = "{ push email vapidPublicKey }"
NEWS = """query($first: Int, $after: String) { viewer { unreadCount cursor news(first: $first, after: $after) {
  edges { cursor node { id cursor kind actor comment { body } } } pageInfo { hasNextPage endCursor } } } }"""
LIVE = "subscription { newsChanged { unreadCount latest { kind report { number } } } }"
CHANGES = {
    "markNewsRead": "upTo: String!",
    "enablePush": "input: PushSubscriptionInput!",
    "disablePush": "endpoint: URL!",
    "setEmailNotifications": "enabled: Boolean!",
}
BOTH = Offers(vapid_public_key="BPublic", email=True)
NEITHER = {"push": False, "email": False, "vapidPublicKey": None}


async def change(caller: Caller, mutation: str, **given: Any) -> dict[str, Any]:
    """Change the news or the notifications; return the payload."""
    (name, kind) = CHANGES[mutation].split(": ")
    document = f"mutation(${name}: {kind}) {{ {mutation}({name}: ${name}) {{ notifications {SETTINGS} {ERRORS} }} }}"
    payload: dict[str, Any] = (await caller.ask(document, **given))[mutation]
    return payload


async def shown(caller: Caller, **page: Any) -> dict[str, Any]:
    viewer: dict[str, Any] = (await caller.ask(NEWS, **page))["viewer"]
    return viewer


async def kinds(caller: Caller) -> list[str]:
    return [edge["node"]["kind"] for edge in (await shown(caller))["news"]["edges"]]


def faults(payload: dict[str, Any]) -> list[tuple[str, list[str] | None]]:
    assert payload["notifications"] is None
    return [(error["code"], error["field"]) for error in payload["errors"]]


def browser() -> dict[str, str]:
    """Return the subscription of a new browser."""
    point = (
        ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    )
    keys = [urlsafe_b64encode(raw).rstrip(b"=").decode() for raw in (point, secrets.token_bytes(16))]
    endpoint = f"https://push.example.com/{secrets.token_hex(8)}"
    return {"endpoint": endpoint, "p256dh": keys[0], "auth": keys[1]}


async def test_news_are_the_acts_of_others_newest_first(city: City) -> None:
    citizen, officer, other = await city.citizen(), await city.official(GAMBIR), await city.citizen("lain")
    report = await citizen.report()
    await officer.move(report["id"], "IN_PROGRESS")
    assert (await other.act("supportReport", report["id"]))["errors"] == []
    assert await kinds(other) == []  # what was before the support is not news to them
    await citizen.comment(report["id"], "Terima kasih")
    await officer.comment(report["id"], "Sama-sama")
    await officer.comment(report["id"], "Rahasia", internal=True)
    assert await kinds(citizen) == ["COMMENTED", "STATUS_CHANGED"]
    assert await kinds(other) == ["COMMENTED", "COMMENTED"]
    assert await kinds(officer) == []
    await other.act("withdrawSupport", report["id"])
    await officer.comment(report["id"], "Selesai besok")
    assert [(await shown(caller))["unreadCount"] for caller in (citizen, other)] == [3, 2]
    first = await shown(citizen, first=2)
    rest = await shown(citizen, first=2, after=first["news"]["pageInfo"]["endCursor"])
    assert [first["news"]["pageInfo"]["hasNextPage"], rest["news"]["pageInfo"]["hasNextPage"]] == [True, False]
    pages = [[edge["node"]["kind"] for edge in one["news"]["edges"]] for one in (first, rest)]
    assert pages == [["COMMENTED", "COMMENTED"], ["STATUS_CHANGED"]]
    with pytest.raises(RequestFailedError, match="BAD_INPUT"):
        await shown(citizen, after=report["cursor"])


async def test_news_are_read_up_to_a_cursor_and_never_unread_again(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    for number in range(3):
        await officer.comment(report["id"], f"{number}")
    newest, middle, oldest = [edge["node"]["cursor"] for edge in (await shown(citizen))["news"]["edges"]]
    for up_to, unread in ((oldest, 2), (newest, 0), (middle, 0), (newest, 0)):
        payload = await change(citizen, "markNewsRead", upTo=up_to)
        assert payload == {"notifications": NEITHER, "errors": []}
        assert (await shown(citizen))["unreadCount"] == unread
    assert await LogEvent.filter(topic=Topic.NEWS, kind=NEWS_READ).count() == 2
    await officer.comment(report["id"], "Baru")
    await asyncio.gather(*(change(citizen, "markNewsRead", upTo=up_to) for up_to in (oldest, middle)))
    assert (await shown(citizen))["unreadCount"] == 1
    ahead = (await shown(citizen))["cursor"]
    assert (await change(citizen, "markNewsRead", upTo=ahead))["errors"] == []
    assert (await shown(citizen))["unreadCount"] == 0
    page_cursor = (await shown(citizen))["news"]["edges"][0]["cursor"]
    for wrong in ("", "x", page_cursor, report["id"]):
        assert faults(await change(citizen, "markNewsRead", upTo=wrong)) == [("INVALID", ["upTo"])]
    await city.citizen("lain")  # an account costs no position
    assert faults(await change(city.anyone(), "markNewsRead", upTo=newest)) == [("UNAUTHENTICATED", None)]


def live(one: Screen) -> list[tuple[int, str | None]]:
    states = [payload["data"]["newsChanged"] for payload in one.payloads]
    return [(state["unreadCount"], state["latest"] and state["latest"]["kind"]) for state in states]


async def test_open_app_has_the_state_at_once_and_after_each_change(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subscriptions.states.INTERVAL", 0.0)
    citizen, officer, other = await city.citizen(), await city.official(GAMBIR), await city.citizen("lain")
    report = await citizen.report()
    phone, laptop, others = await screen(city, LIVE, citizen), await screen(city, LIVE, citizen), None
    for one in (phone, laptop):
        await one.until(1)
    await officer.comment(report["id"], "Rahasia", internal=True)
    await officer.move(report["id"], "IN_PROGRESS")
    await eventually(lambda: live(phone)[-1] == (1, "STATUS_CHANGED"))
    await change(citizen, "markNewsRead", upTo=(await shown(citizen))["cursor"])
    await eventually(lambda: live(laptop)[-1] == (0, "STATUS_CHANGED"))
    others = await screen(city, LIVE, other)
    await others.until(1)
    assert (await other.act("supportReport", report["id"]))["errors"] == []
    await citizen.comment(report["id"], "Masih begitu")
    await eventually(lambda: live(others)[-1] == (1, "COMMENTED"))
    await officer.comment(report["id"], "Besok")
    await eventually(lambda: live(phone)[-1] == (1, "COMMENTED"))
    assert live(phone) == live(laptop) == [(0, None), (1, "STATUS_CHANGED"), (0, "STATUS_CHANGED"), (1, "COMMENTED")]
    assert await screen(city, LIVE, citizen) is not None
    with pytest.raises(OperationRefused):
        await screen(city, LIVE)


async def test_browser_gets_news_of_the_account_that_enabled_it_last(city: City) -> None:
    citizen, other = await city.citizen(), await city.citizen("lain")
    one = browser()
    assert faults(await change(citizen, "enablePush", input=one)) == [("INVALID", ["input"])]
    city.services.offers = BOTH
    on, off = {"push": True, "email": False, "vapidPublicKey": "BPublic"}, NEITHER | {"vapidPublicKey": "BPublic"}
    citizen.language = "en"
    for _ in range(2):
        assert await change(citizen, "enablePush", input=one) == {"notifications": on, "errors": []}
    padded = b64encode(b"\xff" * 16).decode()
    assert (await change(other, "enablePush", input=one | {"auth": padded}))["notifications"] == on
    (stored,) = await PushSubscription.all()
    assert (stored.auth, stored.locale) == ("_" * 21 + "w", "ID")
    assert (await change(citizen, "disablePush", endpoint=one["endpoint"]))["notifications"] == off
    assert await PushSubscription.all().count() == 1
    for _ in range(2):
        assert (await change(other, "disablePush", endpoint=one["endpoint"]))["notifications"] == off
    assert await PushSubscription.all().count() == 0
    browsers = [browser() for _ in range(12)]
    for each in browsers:
        assert (await change(citizen, "enablePush", input=each))["errors"] == []
    kept = [stored.endpoint for stored in await PushSubscription.all().order_by("id")]
    assert kept == [each["endpoint"] for each in browsers[2:]]


async def test_every_part_of_a_subscription_is_checked_at_once(city: City) -> None:
    citizen = await city.citizen()
    parts = [["input", part] for part in ("endpoint", "p256dh", "auth")]
    wrong = {"endpoint": "http://push.example.com/1", "p256dh": "QUJD", "auth": "x"}
    refused = await change(citizen, "enablePush", input=wrong)
    assert faults(refused) == [("INVALID", part) for part in [*parts, ["input"]]]
    city.services.offers = BOTH
    assert faults(await change(citizen, "enablePush", input=wrong)) == [("INVALID", part) for part in parts]
    assert faults(await change(city.anyone(), "enablePush", input=wrong)) == [("UNAUTHENTICATED", None)]


async def test_email_is_chosen_only_where_the_service_sends_any(city: City) -> None:
    citizen = await city.citizen()
    assert faults(await change(citizen, "setEmailNotifications", enabled=True)) == [("INVALID", ["enabled"])]
    assert (await change(citizen, "setEmailNotifications", enabled=False))["notifications"] == NEITHER
    city.services.offers, citizen.language = Offers(email=True), "en"
    assert faults(await change(citizen, "setEmailNotifications", enabled=True)) == [("FORBIDDEN", None)]
    await Account.all().update(email_confirmed=True)
    assert (await change(citizen, "setEmailNotifications", enabled=True))["notifications"] == NEITHER | {"email": True}
    account = await Account.get(email=citizen.email)
    assert (account.email_news, account.locale) == (True, "EN")
    found = await citizen.ask(f"{{ viewer {{ notifications {SETTINGS} }} }}")
    assert found["viewer"]["notifications"]["email"] is True
    city.services.offers = Offers()
    assert (await citizen.ask("{ viewer { notifications { email } } }"))["viewer"]["notifications"] == {"email": False}
    assert (await change(citizen, "setEmailNotifications", enabled=False))["errors"] == []
    assert (await Account.get(email=citizen.email)).email_news is False


async def test_nobody_gets_the_news_of_another_from_the_kept_answers(city: City) -> None:
    citizen, officer, other = await city.citizen(), await city.official(GAMBIR), await city.citizen("lain")
    report = await citizen.report()
    await officer.comment(report["id"], "Halo")
    public = "{ reports(first: 1) { edges { node { reporter { pseudonym } } } } }"
    await city.anyone().ask(public)
    kept = city.services.answers.use.kept
    for _ in range(2):
        assert (await shown(citizen))["unreadCount"] == 1
        assert (await shown(other))["unreadCount"] == 0
    assert city.services.answers.use.kept == kept > 0
    await change(citizen, "markNewsRead", upTo=(await shown(citizen))["cursor"])
    hits = city.services.answers.use.hits
    await city.anyone().ask(public)
    assert city.services.answers.use.hits == hits + 1  # reading news changes nothing that others see


async def test_link_in_an_email_ends_them_without_signing_in(city: City) -> None:
    citizen, other = await city.citizen(), await city.citizen("lain")
    city.services.offers = BOTH
    await Account.all().update(email_confirmed=True)
    for caller in (citizen, other):
        assert (await change(caller, "setEmailNotifications", enabled=True))["errors"] == []

    async def chosen() -> list[bool]:
        return [account.email_news for account in await Account.all().order_by("id")]

    account = await Account.get(email=citizen.email)
    link = f"/unsubscribe/{city.service._unsubscribing.write(account.public_id)}"
    opened = await city.http.get(link)
    assert (opened.status_code, "Berhenti berlangganan" in opened.text) == (200, True)
    assert await chosen() == [True, True]  # a scanner of links ends nothing
    for language, word in (("id", "tidak lagi"), ("en", "no more news")):
        ended = await city.http.post(
            link, data={"List-Unsubscribe": "One-Click"}, headers={"Accept-Language": language}
        )
        assert (ended.status_code, word in ended.text) == (200, True)
        assert await chosen() == [False, True]
    for wrong in (
        link[:-1],
        f"{link}x",
        link.replace(link[15], "A" if link[15] != "A" else "B", 1),
        "/unsubscribe/%00",
    ):
        assert (await city.http.post(wrong)).status_code == 404
    assert await chosen() == [False, True]


async def test_document_has_the_kinds_of_news_and_operations_that_work(city: City) -> None:
    document = (ROOT / "docs" / "notifications.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \| yes \|", document, re.MULTILINE)
    assert {kind for row in rows for kind in re.findall(r"[A-Z_]+", row)} == set(NEWS_KINDS)
    city.services.offers = BOTH
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    await officer.comment((await citizen.report())["id"], "Halo")
    given = {"upTo": (await shown(citizen))["cursor"], "input": browser()}
    operations = re.findall(r"^ *```graphql\n(.*?)^ *```$", document, re.MULTILINE | re.DOTALL)
    assert len(operations) == 5
    for operation in operations:
        if operation.strip().startswith("subscription"):
            assert (await (await screen(city, operation, citizen)).until(1))[0].get("errors") is None
            continue
        used = {name: value for name, value in given.items() if f"${name}" in operation}
        for payload in (await citizen.ask(operation, **used)).values():
            assert payload.get("errors", []) == [], operation
