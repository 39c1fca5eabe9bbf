"""News reach those whose app is closed, each once: a mail server and a push service that fail, hang and drop."""

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from actions import news_channels
from actions.accounts import credentials, sign_up
from actions.transaction import Transactions
from models.accounts import Account
from models.database import database, fetch
from models.notifications import PushSubscription
from outbox import client, mail, sending
from rules import backoff
from tests.city import SECRET, City, ServerProcess, in_process
from tests.receivers import Browser, MailServer, browser, mail_server
from tests.wire import DEADLINE, GAMBIR, PASSWORD, Caller, eventually

pytestmark = pytest.mark.anyio

PUBLIC = "http://127.0.0.1:8000"
ENABLE = "mutation { setEmailNotifications(enabled: true) { errors { code } } }"
READ_ALL = "mutation($upTo: String!) { markNewsRead(upTo: $upTo) { errors { code } } }"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for milliseconds where the outbox waits for seconds."""
    monkeypatch.setattr(sending, "TICK", 0.02)
    monkeypatch.setattr(client, "PATIENCE", 0.5)
    monkeypatch.setattr(mail, "PATIENCE", 0.5)
    monkeypatch.setattr(backoff, "FIRST", timedelta(milliseconds=20))
    monkeypatch.setattr(backoff, "LONGEST", timedelta(milliseconds=100))
    monkeypatch.setattr(news_channels, "GATHERING", timedelta())
    monkeypatch.setattr(news_channels, "BETWEEN", timedelta(milliseconds=50))


@asynccontextmanager
async def city_with(database_url: str, folder: Path, mails: MailServer) -> AsyncIterator[City]:
    """Run a city that sends notifications and e-mails."""
    async with in_process(
        database_url,
        folder / "media",
        public_url=PUBLIC,
        smtp_url=mails.url,
        mail_from="Kota Tanggap <kabar@contoh.id>",
        vapid_subject="mailto:kota@contoh.id",
        report_url="https://lapor.contoh.id/{number}",
    ) as city:
        yield city


async def subscribe(caller: Caller, receiver: Browser, language: str = "ID") -> None:
    """Store a browser of a person. `enablePush` takes public addresses of https only."""
    account = await Account.get(email=caller.email)
    target = receiver.target
    await PushSubscription.create(
        account_id=account.id,
        endpoint=target.endpoint,
        p256dh=target.p256dh,
        auth=target.auth,
        locale=language,
        created_at=account.created_at,
    )


async def read_all(caller: Caller) -> None:
    cursor = (await caller.ask("{ viewer { cursor } }"))["viewer"]["cursor"]
    assert (await caller.ask(READ_ALL, upTo=cursor))["markNewsRead"]["errors"] == []


async def settled() -> None:
    """Wait until nothing is to be sent, and the channels have read the log."""
    async with asyncio.timeout(30):
        while True:
            waiting = await fetch("SELECT id FROM delivery WHERE state = 'WAITING'")
            behind = await fetch(
                "SELECT name FROM destination WHERE position < (SELECT MAX(position) FROM log_event WHERE topic = "
                "'report' AND kind IN ('STATUS_CHANGED', 'COMMENTED'))"
            )
            if not waiting and not behind:
                return
            await asyncio.sleep(0.02)


def texts(message: Any) -> str:
    (text, _) = [part.get_content() for part in message.iter_parts()]
    return str(text)


async def test_each_news_reaches_the_browser_once_whatever_its_service_does(database_url: str, tmp_path: Path) -> None:
    async with mail_server() as mails, browser() as phone, city_with(database_url, tmp_path, mails) as city:
        citizen, officer = await city.citizen(), await city.official(GAMBIR)
        await subscribe(citizen, phone, "EN")
        phone.answers = deque([503, Browser.HANG, 429, Browser.DROP])
        report = await citizen.report()
        await officer.comment(report["id"], "Kami <datang> besok")
        await citizen.comment(report["id"], "Terima kasih")
        await officer.comment(report["id"], "Rahasia", internal=True)
        await eventually(lambda: len(phone.shown) >= 2)
        await settled()
        (shown, again) = phone.shown  # the connection was lost after the first one
        assert shown == again
        assert (phone.headers[0]["topic"], phone.requests) == (phone.headers[1]["topic"], 5)
        assert shown == {
            "title": report["title"],
            "body": "Gambir writes: Kami <datang> besok",
            "lang": "en",
            "report": report["number"],
            "url": f"https://lapor.contoh.id/{report['number']}",
        }
        phone.answers = deque([410])
        await officer.move(report["id"], "IN_PROGRESS")
        await eventually(lambda: phone.requests == 6)
        await settled()
        assert await PushSubscription.all().count() == 0
        assert len(phone.shown) == 2
        assert mails.accepted == []


async def test_push_is_not_sent_for_what_was_read_or_replaced(database_url: str, tmp_path: Path) -> None:
    async with mail_server() as mails, browser() as phone, city_with(database_url, tmp_path, mails) as city:
        citizen, officer = await city.citizen(), await city.official(GAMBIR)
        await subscribe(citizen, phone)
        report = await citizen.report()
        phone.answers = deque([503] * 4)
        for number in range(2):
            await officer.comment(report["id"], f"Kabar {number}")
        await eventually(lambda: len(phone.shown) == 1)
        await settled()
        assert [each["body"] for each in phone.shown] == ["Gambir menulis: Kabar 1"]
        phone.answers = deque([503] * 30)
        await officer.comment(report["id"], "Kabar 2")
        await eventually(lambda: len(phone.answers) < 30)
        await read_all(citizen)
        await settled()
        assert len(phone.shown) == 1


async def test_digest_is_sent_once_whatever_the_mail_server_does(database_url: str, tmp_path: Path) -> None:
    async with mail_server() as mails, city_with(database_url, tmp_path, mails) as city:
        citizen, officer, other = await city.citizen(), await city.official(GAMBIR), await city.citizen("lain")
        citizen.language = "en"
        assert (await citizen.ask(ENABLE))["setEmailNotifications"]["errors"] == []
        mails.replies = deque(["451 later", MailServer.HANG, MailServer.DROP])
        report = await citizen.report(title="Lampu <mati>")
        assert (await other.act("supportReport", report["id"]))["errors"] == []
        await officer.move(report["id"], "IN_PROGRESS", note="Petugas berangkat")
        await eventually(lambda: len(mails.accepted) >= 2)
        await settled()
        first, second = mails.accepted  # the connection was lost after the first one
        assert first["Message-ID"] == second["Message-ID"]
        assert texts(first) == texts(second)
        assert first["To"] == citizen.email
        assert first["Subject"] == f"News of report {report['number']}: Lampu <mati>"
        assert "Gambir has begun to act on this report. Petugas berangkat" in texts(first)
        await officer.comment(report["id"], "Sudah dicek")
        await eventually(lambda: len(mails.accepted) == 3)
        await settled()
        assert "Sudah dicek" in texts(mails.accepted[2])
        assert "begun" not in texts(mails.accepted[2])
        assert mails.accepted[2]["Message-ID"] != first["Message-ID"]
        link = re.search(f"{PUBLIC}(/unsubscribe/\\S+)", texts(first))
        assert link is not None
        assert first["List-Unsubscribe"] == f"<{PUBLIC}{link[1]}>"
        assert (await city.http.post(link[1], data={"List-Unsubscribe": "One-Click"})).status_code == 200
        await officer.comment(report["id"], "Sampai jumpa")
        await settled()
        assert len(mails.accepted) == 3


async def test_news_of_an_hour_are_one_digest_and_read_ones_none(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with mail_server() as mails, city_with(database_url, tmp_path, mails) as city:
        citizen, officer = await city.citizen(), await city.official(GAMBIR)
        assert (await citizen.ask(ENABLE))["setEmailNotifications"]["errors"] == []
        report = await citizen.report()
        await officer.comment(report["id"], "Kabar 1")
        await eventually(lambda: len(mails.accepted) == 1)
        await settled()
        monkeypatch.setattr(news_channels, "BETWEEN", timedelta(hours=1))
        for number in (2, 3):
            await officer.comment(report["id"], f"Kabar {number}")
        (row,) = await due(1)
        sent_at = (await Account.get(email=citizen.email)).mailed_at
        assert sent_at is not None
        assert str(row["next_try_at"])[:19] == str(sent_at + timedelta(hours=1))[:19]
        await fetch("UPDATE delivery SET next_try_at = NULL")  # an hour later
        await eventually(lambda: len(mails.accepted) == 2)
        await settled()
        assert [f"Kabar {number}" in texts(mails.accepted[1]) for number in (1, 2, 3)] == [False, True, True]
        await officer.comment(report["id"], "Kabar 4")
        await due(1)
        await read_all(citizen)
        await fetch("UPDATE delivery SET next_try_at = NULL")
        await settled()
        assert len(mails.accepted) == 2
        monkeypatch.setattr(news_channels, "BETWEEN", timedelta())
        mails.replies = deque(["550 no such mailbox"])
        await officer.comment(report["id"], "Kabar 5")
        await eventually(lambda: mails.refused == 1)
        await settled()
        (dead,) = await fetch("SELECT state, last_error FROM delivery")
        assert dict(dead) == {"state": "FAILED", "last_error": "SMTPDataError 550"}
        await officer.comment(report["id"], "Kabar 6")
        await eventually(lambda: len(mails.accepted) == 3)
        assert "Kabar 5" not in texts(mails.accepted[2])


async def test_news_that_come_while_digests_go_out_are_in_one_of_them(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news_channels, "BETWEEN", timedelta())
    async with mail_server() as mails, city_with(database_url, tmp_path, mails) as city:
        citizen, officer = await city.citizen(), await city.official(GAMBIR)
        assert (await citizen.ask(ENABLE))["setEmailNotifications"]["errors"] == []
        reports = [await citizen.report() for _ in range(4)]
        for round_ in range(6):
            words = [f"Kabar-{round_}-{number}." for number in range(4)]
            await asyncio.gather(*(officer.comment(one["id"], word) for one, word in zip(reports, words, strict=True)))
        await settled()
        sent = [word for message in mails.accepted for word in re.findall(r"Kabar-\d-\d\.", texts(message))]
        assert sorted(sent) == [f"Kabar-{round_}-{number}." for round_ in range(6) for number in range(4)]
        assert len(mails.accepted) > 1


async def due(count: int) -> list[dict[str, Any]]:
    """Wait until a number of deliveries wait for their time."""
    async with asyncio.timeout(30):
        while len(rows := await fetch("SELECT * FROM delivery WHERE state = 'WAITING'")) != count:
            await asyncio.sleep(0.02)
    return rows


async def test_killed_process_is_replaced_by_another_and_each_goes_out_once(
    sqlite_city_url: str, tmp_path: Path
) -> None:
    async with mail_server() as mails, browser() as phone, AsyncExitStack() as stack:
        environment = {
            "DATABASE_URL": sqlite_city_url,
            "BROADCAST_URL": "memory://",
            "MEDIA_DIR": str(tmp_path / "media"),
            "SECRET_KEY": SECRET,
            "PUBLIC_URL": PUBLIC,
            "SMTP_URL": mails.url,
            "MAIL_FROM": "kabar@contoh.id",
            "VAPID_SUBJECT": "mailto:kota@contoh.id",
            "OUTGOING_NETWORKS": "127.0.0.0/8",
            "LOG_LEVEL": "WARNING",
        }
        await stack.enter_async_context(database(sqlite_city_url))
        first, second = ServerProcess(environment), ServerProcess(environment)
        stack.callback(second.kill)
        stack.callback(first.kill)
        await first.start()
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=first.url, timeout=DEADLINE))
        citizen, other = Caller(http), Caller(http)
        for caller, email in ((citizen, "warga@contoh.id"), (other, "lain@contoh.id")):
            await Transactions().run(sign_up, await credentials(email, PASSWORD))
            await Account.filter(email=email).update(email_confirmed=True)
            await caller.sign_in(email)
        await subscribe(citizen, phone)
        assert (await citizen.ask(ENABLE))["setEmailNotifications"]["errors"] == []
        report = await citizen.report()
        assert (await other.act("supportReport", report["id"]))["errors"] == []
        phone.answers, mails.replies = deque([Browser.HANG]), deque([MailServer.HANG])
        assert (await other.comment(report["id"], "Masih begitu"))["errors"] == []
        await due(2)
        await fetch("UPDATE delivery SET next_try_at = NULL WHERE destination = 'mail'")  # ten minutes later
        await eventually(lambda: not phone.answers and not mails.replies)
        first.kill()
        await second.start()
        await fetch("UPDATE delivery SET next_try_at = NULL")  # a minute later, when the leases have ended
        await eventually(lambda: bool(phone.shown and mails.accepted))
        await settled()
        assert [each["body"] for each in phone.shown] == ["Seorang warga menulis: Masih begitu"]
        assert ["Masih begitu" in texts(message) for message in mails.accepted] == [True]
