"""Deletion of accounts: nothing tells who the person was, and the city keeps its reports and its log."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tortoise import Tortoise

from actions.comments import NewComment, comment
from actions.deletion import DELETED_PSEUDONYM, UNDER_WAY
from actions.news_channels import MAIL
from actions.outbox import NewDelivery, store
from actions.sweeps import EVERY
from app.sweeper import sweep_if_due
from models.accounts import Account, Membership
from models.database import fetch
from models.leaves import leaf
from models.letters import AccountLetter
from models.notifications import PushSubscription
from queries.score_audit import verify
from rules.access import Person, Role, RoleGrant
from rules.languages import Locale
from rules.letters import LetterKind
from rules.retention import DEFAULTS
from rules.texts import ERASED_COMMENT, ERASED_TITLE
from tests.backends import PostgresServer
from tests.city import City
from tests.published import published_events
from tests.wire import ERRORS, GAMBIR, PASSWORD, Caller, beside

pytestmark = pytest.mark.anyio

DELETE = f"mutation($password: String!) {{ deleteMyAccount(password: $password) {{ {ERRORS} }} }}"
PROFILE = f"mutation($i: UpdateProfileInput!) {{ updateProfile(input: $i) {{ {ERRORS} }} }}"
FLAG = f'mutation($id: ID!) {{ flagReport(id: $id, reason: "penanda-8842 salah") {{ {ERRORS} }} }}'
SHOWN = """query($number: String!) { report(number: $number) { title status supportCount reporter { pseudonym }
    photos { id } comments { edges { node { body } } } timeline { edges { node { comment { body } } } } } }"""
WORDS = "query($number: String!) { report(number: $number) { comments { edges { node { body } } } } }"
BOARD = "{ leaderboard(kind: CITIZEN, metric: POINTS, period: ALL_TIME) { standings { edges { node { rank } } } } }"
MASKED = """mutation($id: ID!) {
    commentOnReport(id: $id, body: "Hubungi 0812-3456-7890", maskPersonalDetails: true) { comment { body } } }"""
ORIGINALS = ("report_original", "comment_original")
PLANTED = "penanda-8842"
"""A part of the person's address, words, reasons, device and endpoint; the pseudonym may have no digits in a row."""


async def delete(caller: Caller, password: str = PASSWORD) -> list[str]:
    payload = (await caller.ask(DELETE, password=password))["deleteMyAccount"]
    return [error["code"] for error in payload["errors"]]


async def shown(caller: Caller, report: dict[str, Any]) -> Any:
    return (await caller.ask(SHOWN, number=report["number"]))["report"]


async def everything_stored(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """Return a dump of the database, as an operator makes it."""
    scheme, _, address = database_url.partition("://")
    if scheme == "sqlite":
        with closing(sqlite3.connect(address)) as connection:
            return "\n".join(connection.iterdump())
    server: PostgresServer = request.getfixturevalue("postgres_server")
    server.dump(address.rpartition("/")[2], tmp_path / "dump.sql")
    return (tmp_path / "dump.sql").read_text()


async def test_no_trace_of_a_deleted_person_is_left(
    city: City,
    database_url: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
) -> None:
    person, other = await city.citizen(PLANTED), await city.citizen("lain")
    officer = await city.official(GAMBIR)
    assert (await person.ask(PROFILE, i={"pseudonym": "Penanda Jaya", "onCitizenBoard": True}))["updateProfile"][
        "errors"
    ] == []
    photo, unused = await person.photo(), await person.photo()
    words = {"title": f"Judul {PLANTED}", "description": f"Isi {PLANTED}", "address": f"Jalan {PLANTED}"}
    report = await person.report(**words, photoIds=[photo])
    hidden = await person.report(**words, location=beside(3), anonymous=True, idempotencyKey=PLANTED)
    theirs = await other.report(title="Milik tetangga")
    assert (await person.act("supportReport", theirs["id"]))["errors"] == []
    for caller, about, said in ((person, report, PLANTED), (person, theirs, PLANTED), (other, report, "Benar")):
        await caller.act("supportReport", about["id"])
        assert (await caller.comment(about["id"], said))["errors"] == []
    assert (await person.ask(FLAG, id=theirs["id"]))["flagReport"]["errors"] == []
    done = {"status": "PROCESSED", "resolution": "FIXED", "proofPhotoIds": [await officer.photo()]}
    assert (await officer.act("changeReportStatus", report["id"], **done))["errors"] == []
    assert (await person.act("rateReport", report["id"], stars=2, comment=PLANTED))["errors"] == []
    account = await Account.get(email=f"{PLANTED}@contoh.id")
    before = [leaf(event) for event in await published_events()]
    secrets = [PLANTED, "Penanda Jaya", "penanda jaya", account.public_id, account.password_hash, photo, unused]
    stored = await everything_stored(request, database_url, tmp_path)
    assert [secret for secret in secrets if secret not in stored] == []
    assert PLANTED in str(await city.anyone().ask(WORDS, number=theirs["number"]))  # an answer that is kept

    assert await delete(person) == []

    for each in (report, hidden):
        found = await shown(other, each)
        assert (found["title"], found["photos"]) == (ERASED_TITLE, [])
    assert (await shown(other, report))["reporter"] == {"pseudonym": DELETED_PSEUDONYM}
    assert (await shown(other, report))["status"] == "PROCESSED"
    assert PLANTED not in str(await city.anyone().ask(WORDS, number=theirs["number"]))
    found = await shown(other, theirs)
    assert (found["title"], found["supportCount"]) == ("Milik tetangga", 1)
    assert [edge["node"]["body"] for edge in found["comments"]["edges"]] == [ERASED_COMMENT]
    assert [edge["node"]["body"] for edge in (await shown(other, report))["comments"]["edges"]] == ["Benar"]
    assert await sweep_if_due(city.transactions, city.service._photos, DEFAULTS)
    stored = await everything_stored(request, database_url, tmp_path)
    assert [secret for secret in secrets if secret in stored] == []
    files = [file for file in (tmp_path / "media").rglob("*") if file.is_file()]
    stems = [name.removesuffix(".jpg") for name in (photo, unused)]
    assert [file for file in files if any(stem in file.name for stem in stems)] == []
    assert [secret for secret in secrets if secret in caplog.text] == []
    after = [leaf(event) for event in await published_events()]
    assert after[: len(before)] == before
    differences: list[str] = []
    await verify(differences.append)
    assert differences == []
    assert (await city.anyone().ask(BOARD))["leaderboard"]["standings"]["edges"] == []


async def test_rows_that_refer_to_a_deleted_person_are_those_of_the_city(city: City) -> None:
    person, other = await city.citizen(), await city.citizen("lain")
    report, theirs = await person.report(), await other.report()
    await person.act("supportReport", theirs["id"])
    await person.comment(theirs["id"], "Benar", idempotencyKey="kunci")
    await person.ask(FLAG, id=theirs["id"])
    masking = "mutation($id: ID!) { maskPersonalDetails(id: $id) { __typename } }"
    own = await person.report(description="Hubungi 0812-3456-7890")
    await person.ask(masking, id=own["id"])
    await person.ask(MASKED, id=theirs["id"])
    assert [len(await fetch(f"SELECT 1 FROM {table}")) for table in ORIGINALS] == [1, 1]
    await person.photo()
    account = await Account.get(email="warga@contoh.id")
    later = account.created_at + UNDER_WAY
    browser: dict[str, Any] = {"endpoint": "https://push.example/1", "p256dh": "", "auth": "", "locale": Locale.ID}
    await PushSubscription.create(account_id=account.id, created_at=later, **browser)
    letter: dict[str, Any] = {"kind": LetterKind.RESET, "email": account.email, "locale": Locale.ID}
    await AccountLetter.create(created_at=later, expires_at=later, **letter)
    news = NewDelivery(key="news", position=1, account_id=account.id)
    await city.transactions.run(store, MAIL, news)
    assert await delete(person) == []
    assert await sweep_if_due(city.transactions, city.service._photos, DEFAULTS)
    referring = set()
    for model in Tortoise.apps["models"].values():
        for column in {"account_id", "owner_id", "reporter_id"} & model._meta.db_fields:
            table = model._meta.db_table
            if await fetch(f"SELECT 1 FROM {table} WHERE {column} = $1 LIMIT 1", account.id):
                referring.add(table)
    assert referring == {"comment", "log_event", "report", "support"}
    assert await AccountLetter.all().count() == 0
    assert [len(await fetch(f"SELECT 1 FROM {table}")) for table in ORIGINALS] == [0, 0]
    assert (await shown(other, report))["title"] == ERASED_TITLE


async def test_deletion_ends_sessions_and_frees_the_address(city: City) -> None:
    person, again = await city.citizen(), city.anyone()
    assert await delete(person, "bukan kata sandi") == ["INVALID"]
    assert await delete(person) == []
    assert await delete(person) == ["UNAUTHENTICATED"]
    with pytest.raises(AssertionError):
        await again.sign_in("warga@contoh.id")
    await again.sign_up("warga@contoh.id")
    await again.report()
    admin = await city.official(None, Role.ADMIN, "admin")
    people = (await admin.ask("{ people { edges { node { email } } } }"))["people"]["edges"]
    assert [edge["node"]["email"] for edge in people] == ["admin@contoh.id", "warga@contoh.id"]


async def test_account_of_staff_is_deleted_once_the_roles_are_taken(city: City) -> None:
    officer = await city.official(GAMBIR)
    assert await delete(officer) == ["CONFLICT"]
    await officer.report()
    await Membership.all().delete()
    assert await delete(officer) == []


async def test_two_deletions_at_once_delete_once(city: City) -> None:
    person = await city.citizen()
    await person.report()
    answers = await asyncio.gather(*(delete(person) for _ in range(4)), return_exceptions=True)
    assert [] in answers
    kinds = await fetch("SELECT kind FROM log_event WHERE kind IN ('ACCOUNT_DELETED', 'ERASED')")
    assert sorted(row["kind"] for row in kinds) == ["ACCOUNT_DELETED", "ERASED"]


async def test_sweep_erases_what_a_deletion_left_and_what_came_late(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actions.deletion.ERASED_AT_ONCE", 1)
    person, other = await city.citizen(), await city.citizen("lain")
    reports = [await person.report(location=beside(number)) for number in range(3)]
    theirs = await other.report(location=beside(4))
    await person.act("supportReport", theirs["id"])
    (row,) = await fetch("SELECT reporter_id FROM report WHERE number = $1", reports[0]["number"])
    assert await delete(person) == []
    assert [(await shown(other, each))["title"] == ERASED_TITLE for each in reports] == [True, False, False]
    late = Person(row["reporter_id"], (RoleGrant(Role.CITIZEN),))  # an act that began before the deletion
    (one,) = await fetch("SELECT id FROM report WHERE number = $1", theirs["number"])
    await city.transactions.run(comment, late, NewComment(report_id=one["id"], body="Terlambat"))
    assert "Terlambat" in str(await shown(other, theirs))
    store, now = city.service._photos, city.transactions.now
    assert await sweep_if_due(city.transactions, store, DEFAULTS)
    assert [(await shown(other, each))["title"] for each in reports] == [ERASED_TITLE] * 3
    assert "Terlambat" not in str(await shown(other, theirs))
    assert await Account.filter(erasing_since__isnull=False).count() == 1
    city.transactions.now = lambda: now() + EVERY + UNDER_WAY
    assert await sweep_if_due(city.transactions, store, DEFAULTS)
    assert await Account.filter(erasing_since__isnull=False).count() == 0
