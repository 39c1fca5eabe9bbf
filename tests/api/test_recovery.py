"""Passwords, addresses and sessions, changed by their owner: by e-mails that go out once, or by the operator."""

import asyncio
import logging
import re
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.retention import LINKS, delete_some
from models.accounts import AccessKind, Account
from models.database import fetch
from models.letters import AccountLetter
from models.log import LogEvent, Topic
from outbox import mail, sending
from rules import backoff
from rules.letters import MOST_WAITING
from tests.city import City, in_process
from tests.receivers import MailServer, mail_server
from tests.wire import ERRORS, PASSWORD, Caller, eventually

pytestmark = pytest.mark.anyio

OTHER = "kata sandi yang lain"
SESSION = "session { accessToken refreshToken }"


def mutation(name: str, *arguments: str, of: str = "") -> str:
    """Return a mutation with arguments of the type String."""
    declared = ", ".join(f"${each}: String!" for each in arguments)
    passed = ", ".join(f"{each}: ${each}" for each in arguments)
    return f"mutation({declared}) {{ {name}({passed}) {{ {of} {ERRORS} }} }}"


SIGN_UP = mutation("signUp", "email", "password", of=SESSION)
SIGN_IN = mutation("signIn", "email", "password", of=SESSION)
CHANGE = mutation("changePassword", "current", "new", of=SESSION)
ASK_RESET = mutation("requestPasswordReset", "email")
RESET = mutation("resetPassword", "token", "new")
CONFIRM = mutation("confirmEmail", "token")
ASK_CONFIRMATION = f"mutation {{ requestEmailConfirmation {{ {ERRORS} }} }}"
CHANGE_EMAIL = mutation("changeEmail", "password", "email")
SESSIONS = "{ viewer { emailConfirmed hasPassword email sessions { id createdAt lastUsedAt device current } } }"
REVOKE = f"mutation($id: ID!) {{ revokeSession(id: $id) {{ {ERRORS} }} }}"
EVERYWHERE = f"mutation {{ signOutEverywhere {{ {ERRORS} }} }}"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for milliseconds where the outbox waits for seconds."""
    monkeypatch.setattr(sending, "TICK", 0.02)
    monkeypatch.setattr(mail, "PATIENCE", 0.5)
    monkeypatch.setattr(backoff, "FIRST", timedelta(milliseconds=20))
    monkeypatch.setattr(backoff, "LONGEST", timedelta(milliseconds=100))


@asynccontextmanager
async def mailing(url: str, folder: Path) -> AsyncIterator[tuple[City, MailServer]]:
    """Run a city that sends e-mails, whose links lead to an app."""
    async with (
        mail_server() as mails,
        in_process(
            url,
            folder / "media",
            public_url="http://127.0.0.1:8000",
            smtp_url=mails.url,
            mail_from="Kota Tanggap <kabar@contoh.id>",
            account_url="https://lapor.contoh.id/akun?untuk={purpose}&token={token}",
        ) as city,
    ):
        yield city, mails


async def act(caller: Caller, document: str, **given: Any) -> list[tuple[str, list[str] | None]]:
    """Execute a mutation and return the codes and the fields of its errors."""
    (payload,) = (await caller.ask(document, **given)).values()
    return [(error["code"], error["field"]) for error in payload["errors"]]


async def session_at(city: City, password: str, email: str = "warga@contoh.id") -> Caller:
    answer = (await city.anyone().ask(SIGN_IN, email=email, password=password))["signIn"]
    assert answer["errors"] == []
    return Caller(city.http, answer["session"]["accessToken"], email=email)


async def is_signed_in(caller: Caller) -> bool:
    return (await caller.ask("{ viewer { id } }"))["viewer"] is not None


async def link_of(mails: MailServer, number: int, purpose: str) -> str:
    """Return the token of an e-mail, the first of which has number 1, once it has arrived."""
    await eventually(lambda: len(mails.accepted) >= number)
    link = re.search(
        rf"https://lapor\.contoh\.id/akun\?untuk={purpose}&token=(\S+)", mails.accepted[number - 1].get_content()
    )
    assert link is not None
    return link[1]


LINK_USED = [("INVALID", ["token"])]


async def test_new_password_ends_every_session_and_starts_one(city: City) -> None:
    first = await city.citizen()
    second = await session_at(city, PASSWORD)
    assert await act(second, CHANGE, current="bukan kata sandi", new="pendek") == [
        ("INVALID", ["current"]),
        ("INVALID", ["new"]),
    ]
    assert await is_signed_in(first)
    payload = (await second.ask(CHANGE, current=PASSWORD, new=OTHER))["changePassword"]
    assert payload["errors"] == []
    assert [await is_signed_in(each) for each in (first, second)] == [False, False]
    assert await is_signed_in(Caller(city.http, payload["session"]["accessToken"]))
    assert await act(city.anyone(), SIGN_IN, email=first.email, password=PASSWORD) == [("UNAUTHENTICATED", None)]
    await session_at(city, OTHER)
    events = await LogEvent.filter(topic=Topic.ACCESS).order_by("position")
    assert [event.kind for event in events] == [
        AccessKind.SESSION_ENDED,
        AccessKind.SESSION_ENDED,
        AccessKind.PASSWORD_CHANGED,
    ]


async def test_sessions_are_listed_with_their_devices_and_end_one_or_all(city: City) -> None:
    phone = await city.citizen()
    agent = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
    body = {"query": SIGN_IN, "variables": {"email": phone.email, "password": PASSWORD}}
    answer = (await city.http.post("/graphql", json=body, headers={"User-Agent": agent})).json()
    desk = Caller(city.http, answer["data"]["signIn"]["session"]["accessToken"])
    stranger = await city.citizen("lain")
    listed = (await desk.ask(SESSIONS))["viewer"]["sessions"]
    assert [(each["device"], each["current"]) for each in listed] == [
        ("Firefox 140, Android", True),
        (f"python-httpx {city.http.headers['user-agent'].partition('/')[2]}"[:23], False),
    ]
    assert all(each["createdAt"] == each["lastUsedAt"] for each in listed)
    assert await act(stranger, REVOKE, id=listed[1]["id"]) == [("NOT_FOUND", ["id"])]
    assert await act(desk, REVOKE, id=listed[1]["id"]) == []
    assert await act(desk, REVOKE, id=listed[1]["id"]) == [("NOT_FOUND", ["id"])]
    assert [await is_signed_in(each) for each in (phone, desk, stranger)] == [False, True, True]
    assert len((await desk.ask(SESSIONS))["viewer"]["sessions"]) == 1
    again = await session_at(city, PASSWORD)
    assert await act(again, EVERYWHERE) == []
    assert [await is_signed_in(each) for each in (again, desk, stranger)] == [False, False, True]


async def test_session_that_was_just_started_is_the_current_one(city: City) -> None:
    started = "{ session { viewer { sessions { current } } } errors { code } }"
    given = f'(email: "warga@contoh.id", password: "{PASSWORD}")'
    for name in ("signUp", "signIn"):
        payload = (await city.anyone().ask(f"mutation {{ {name}{given} {started} }}"))[name]
        assert [each["current"] for each in payload["session"]["viewer"]["sessions"]].count(True) == 1


async def test_reset_link_works_once_and_ends_sessions(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "tanggap")
    async with mailing(database_url, tmp_path) as (city, mails):
        citizen = await city.citizen()
        await Account.filter(email=citizen.email).update(email_confirmed=False, locale="EN")
        mails.replies = deque(["451 later", MailServer.HANG])
        for _ in range(2):
            assert await act(city.anyone(), ASK_RESET, email=citizen.email) == []
        tokens = [await link_of(mails, number, "reset") for number in (1, 2)]
        assert mails.accepted[0]["To"] == citizen.email
        assert mails.accepted[0]["Subject"] == "Choose a new password"
        assert await act(city.anyone(), RESET, token=tokens[0], new="pendek") == [("INVALID", ["new"])]
        assert await is_signed_in(citizen)
        attempts = [act(city.anyone(), RESET, token=tokens[0], new=OTHER) for _ in range(2)]
        assert sorted(await asyncio.gather(*attempts)) == [[], LINK_USED]
        assert await act(city.anyone(), RESET, token=tokens[1], new=PASSWORD) == LINK_USED  # of the same kind
        assert not await is_signed_in(citizen)
        owner = await session_at(city, OTHER)
        viewer = (await owner.ask(SESSIONS))["viewer"]
        assert (viewer["emailConfirmed"], viewer["hasPassword"]) == (True, True)
        assert "not delivered destination=mail key=letter-" in caplog.text
        assert not any(secret in caplog.text for secret in (str(citizen.email), *tokens, OTHER))
        assert await AccountLetter.all().count() == 0


async def test_reset_is_answered_alike_for_addresses_without_an_account(sqlite_city_url: str, tmp_path: Path) -> None:
    async with mailing(sqlite_city_url, tmp_path) as (city, mails):
        await city.citizen()
        for email in ("warga@contoh.id", "tiada@contoh.id"):
            for _ in range(MOST_WAITING + 2):
                assert await act(city.anyone(), ASK_RESET, email=email) == []
        await eventually(lambda: len(mails.accepted) == MOST_WAITING)
        rows = await fetch("SELECT email, COUNT(*) AS number FROM account_letter GROUP BY email ORDER BY email")
        assert [(row["email"], row["number"]) for row in rows] == [
            ("tiada@contoh.id", MOST_WAITING),
            ("warga@contoh.id", MOST_WAITING),
        ]
        async with asyncio.timeout(30):
            while await fetch("SELECT id FROM delivery"):
                await asyncio.sleep(0.02)
        assert {message["To"] for message in mails.accepted} == {"warga@contoh.id"}


async def test_expired_forged_and_foreign_tokens_open_nothing(sqlite_city_url: str, tmp_path: Path) -> None:
    async with mailing(sqlite_city_url, tmp_path) as (city, mails):
        citizen = await city.citizen()
        await act(city.anyone(), ASK_RESET, email=citizen.email)
        token = await link_of(mails, 1, "reset")
        flipped = token[:20] + ("B" if token[20] == "A" else "A") + token[21:]
        for wrong in ("", "x", token[:-1], flipped, token + "A", "é", "AAAA", "A" * 43):
            assert await act(city.anyone(), RESET, token=wrong, new=OTHER) == LINK_USED, wrong
        assert await act(city.anyone(), CONFIRM, token=token) == LINK_USED  # a link of another kind
        later = city.transactions.now() + timedelta(hours=1)
        city.transactions.now = lambda: later
        assert await act(city.anyone(), RESET, token=token, new=OTHER) == LINK_USED
        assert await city.transactions.run(delete_some, LINKS, {}) == 1
        assert await is_signed_in(await session_at(city, PASSWORD))


async def test_sign_up_says_nothing_of_an_address_and_the_email_does(database_url: str, tmp_path: Path) -> None:
    async with mailing(database_url, tmp_path) as (city, mails):
        await city.citizen()
        answers = [
            await city.anyone("en").ask(SIGN_UP, email=email, password=OTHER)
            for email in ("warga@contoh.id", "baru@contoh.id")
        ]
        assert answers[0] == answers[1] == {"signUp": {"session": None, "errors": []}}
        await eventually(lambda: len(mails.accepted) == 2)
        known, new = sorted(mails.accepted, key=lambda message: str(message["To"]), reverse=True)
        assert (known["To"], known["Subject"]) == ("warga@contoh.id", "Anda sudah memiliki akun")
        assert "http" not in known.get_content()
        assert (new["To"], new["Subject"]) == ("baru@contoh.id", "Confirm your e-mail address")
        assert await act(city.anyone(), SIGN_IN, email="baru@contoh.id", password=OTHER) == [("UNAUTHENTICATED", None)]
        token = await link_of(mails, mails.accepted.index(new) + 1, "confirm")
        attempts = [act(city.anyone(), CONFIRM, token=token) for _ in range(3)]
        assert sorted(await asyncio.gather(*attempts)) == [[], LINK_USED, LINK_USED]
        viewer = (await (await session_at(city, OTHER, "baru@contoh.id")).ask(SESSIONS))["viewer"]
        assert (viewer["email"], viewer["emailConfirmed"]) == ("baru@contoh.id", True)
        assert (await Account.get(email="baru@contoh.id")).locale == "EN"
        await session_at(city, PASSWORD)


async def test_address_changes_when_the_new_one_confirms_and_the_old_is_warned(
    sqlite_city_url: str, tmp_path: Path
) -> None:
    async with mailing(sqlite_city_url, tmp_path) as (city, mails):
        citizen, _ = await city.citizen(), await city.citizen("lain")
        for wrong, email, errors in (
            ("bukan", "x", [("INVALID", ["email"]), ("INVALID", ["password"])]),
            (PASSWORD, citizen.email, [("INVALID", ["email"])]),
        ):
            assert await act(citizen, CHANGE_EMAIL, password=wrong, email=email) == errors
        assert await act(citizen, CHANGE_EMAIL, password=PASSWORD, email="lain@contoh.id") == []
        await eventually(lambda: len(mails.accepted) == 2)
        assert {str(message["To"]) for message in mails.accepted} == {"lain@contoh.id", citizen.email}
        assert not any("token" in message.get_content() for message in mails.accepted)
        assert await act(citizen, CHANGE_EMAIL, password=PASSWORD, email="baru@contoh.id") == []
        await eventually(lambda: len(mails.accepted) == 4)
        (number,) = (index for index, each in enumerate(mails.accepted, 1) if each["To"] == "baru@contoh.id")
        token = await link_of(mails, number, "confirm")
        assert (await citizen.ask(SESSIONS))["viewer"]["email"] == citizen.email
        assert await act(city.anyone(), CONFIRM, token=token) == []
        assert (await citizen.ask(SESSIONS))["viewer"]["email"] == "baru@contoh.id"
        await session_at(city, PASSWORD, "baru@contoh.id")
        assert await act(citizen, CHANGE_EMAIL, password=PASSWORD, email="lagi@contoh.id") == []
        (waiting,) = [index for index, each in enumerate(mails.accepted, 1) if each["To"] == "lagi@contoh.id"] or [5]
        payload = (await citizen.ask(CHANGE, current=PASSWORD, new=OTHER))["changePassword"]
        assert payload["errors"] == []
        await eventually(lambda: len(mails.accepted) >= waiting)
        assert await AccountLetter.filter(kind="CHANGE").count() == 0  # a new password ends what a thief asked for


async def test_email_news_go_to_a_confirmed_address_only(sqlite_city_url: str, tmp_path: Path) -> None:
    enable = f"mutation {{ setEmailNotifications(enabled: true) {{ notifications {{ email }} {ERRORS} }} }}"
    async with mailing(sqlite_city_url, tmp_path) as (city, mails):
        citizen = await city.citizen()
        await Account.filter(email=citizen.email).update(email_confirmed=False)
        assert await act(citizen, enable) == [("FORBIDDEN", None)]
        assert await act(citizen, ASK_CONFIRMATION) == []
        token = await link_of(mails, 1, "confirm")
        assert await act(city.anyone(), CONFIRM, token=token) == []
        assert await act(citizen, ASK_CONFIRMATION) == []  # nothing to send
        assert (await citizen.ask(enable))["setEmailNotifications"]["notifications"] == {"email": True}
        await Account.filter(email=citizen.email).update(email_confirmed=False)
        state = (await citizen.ask("{ viewer { notifications { email } emailConfirmed } }"))["viewer"]
        assert state == {"notifications": {"email": False}, "emailConfirmed": False}
        assert await AccountLetter.all().count() == 0


async def test_without_email_the_log_names_a_link_and_nobody(city: City, caplog: pytest.LogCaptureFixture) -> None:
    citizen = await city.citizen()
    with caplog.at_level(logging.WARNING, "tanggap.accounts"):
        assert await act(city.anyone(), ASK_RESET, email=citizen.email) == []
        assert await act(citizen, ASK_CONFIRMATION) == []
        assert await act(citizen, CHANGE_EMAIL, password=PASSWORD, email="baru@contoh.id") == []
    numbers = await AccountLetter.all().order_by("id").values_list("id", flat=True)
    assert [record.getMessage() for record in caplog.records] == [
        f"no e-mail can be sent: pass on the link that `tanggap user link --number {number}` prints"
        for number in numbers
    ]
    assert await fetch("SELECT id FROM delivery") == []
