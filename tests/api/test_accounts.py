import asyncio
import base64
import binascii
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actions import passwords
from actions.refresh_tokens import RefreshTokens, digest
from models.accounts import Account, SignIn
from models.database import connection, fetch
from rules.access import Role
from tests.city import City
from tests.wire import ERRORS, EVENT, GAMBIR, PASSWORD, REPORT, Caller

pytestmark = pytest.mark.anyio

SESSION = "session { accessToken refreshToken expiresAt viewer { id pseudonym email } }"
SIGN_UP = f"""mutation($email: String!, $password: String!, $pseudonym: String) {{
  signUp(email: $email, password: $password, pseudonym: $pseudonym) {{ {SESSION} {ERRORS} }} }}"""
SIGN_IN = f"""mutation($email: String!, $password: String!) {{
  signIn(email: $email, password: $password) {{ {SESSION} {ERRORS} }} }}"""
REFRESH = f"mutation($token: String!) {{ refreshSession(refreshToken: $token) {{ {SESSION} {ERRORS} }} }}"
VIEWER = "{ viewer { id pseudonym email memberships { role unit { __typename } } } }"


def set_time(city: City, moment: datetime) -> None:
    city.transactions.now = lambda: moment


async def sign_up(city: City, email: str, password: str = PASSWORD, pseudonym: str | None = None) -> dict[str, Any]:
    answer = await city.anyone().ask(SIGN_UP, email=email, password=password, pseudonym=pseudonym)
    payload: dict[str, Any] = answer["signUp"]
    return payload


async def sign_in(city: City, email: str, password: str = PASSWORD) -> dict[str, Any]:
    payload: dict[str, Any] = (await city.anyone().ask(SIGN_IN, email=email, password=password))["signIn"]
    return payload


async def refresh(city: City, token: str) -> dict[str, Any]:
    payload: dict[str, Any] = (await city.anyone().ask(REFRESH, token=token))["refreshSession"]
    return payload


async def works(city: City, access_token: str) -> bool:
    return (await Caller(city.http, access_token).ask("{ viewer { id } }"))["viewer"] is not None


def refused(payload: dict[str, Any]) -> tuple[str, list[str] | None]:
    assert payload["session"] is None
    (error,) = payload["errors"]
    return error["code"], error["field"]


async def test_sign_up_creates_a_signed_in_citizen(city: City) -> None:
    payload = await sign_up(city, "warga@contoh.id", pseudonym="Si Doel")
    assert payload["errors"] == []
    session = payload["session"]
    viewer = (await Caller(city.http, session["accessToken"]).ask(VIEWER))["viewer"]
    assert viewer.pop("memberships") == [{"role": "CITIZEN", "unit": None}]
    assert viewer == session["viewer"]
    assert (viewer["pseudonym"], viewer["email"]) == ("Si Doel", "warga@contoh.id")
    minutes = (datetime.fromisoformat(session["expiresAt"]) - datetime.now(UTC)) / timedelta(minutes=1)
    assert 29 < minutes <= 30


async def test_viewer_is_null_without_a_valid_token(city: City) -> None:
    assert await city.anyone().ask(VIEWER) == {"viewer": None}
    for header in ("Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic eDp5", "x" * 5_000, "Bearer é"):
        response = await city.http.post("/graphql", json={"query": VIEWER}, headers={b"authorization": header.encode()})
        assert response.json() == {"data": {"viewer": None}}, header


async def test_viewer_sees_own_roles_and_their_units(city: City) -> None:
    officer = await city.official(GAMBIR)
    viewer = (await officer.ask(VIEWER))["viewer"]
    assert viewer["memberships"] == [
        {"role": "CITIZEN", "unit": None},
        {"role": "OFFICER", "unit": {"__typename": "Kelurahan"}},
    ]
    admin = await city.official(None, Role.ADMIN, name="admin")
    assert (await admin.ask(VIEWER))["viewer"]["memberships"][1] == {"role": "ADMIN", "unit": None}


async def test_spellings_of_one_address_are_the_same_account(city: City) -> None:
    assert (await sign_up(city, "  Warga.Satu@Contoh.ID "))["session"]["viewer"]["email"] == "warga.satu@contoh.id"
    assert refused(await sign_up(city, "WARGA.SATU@contoh.id")) == ("CONFLICT", ["email"])
    assert (await sign_in(city, "warga.SATU@CONTOH.id "))["errors"] == []
    decomposed = "jose\u0301@contoh.id"
    assert (await sign_up(city, decomposed))["errors"] == []
    for spelling in (decomposed, "josé@contoh.id", "JOSÉ@contoh.id"):
        assert (await sign_in(city, spelling))["errors"] == []
    assert await Account.all().count() == 2


async def test_invalid_address_is_refused(city: City) -> None:
    for email in ("", "x", "x@", "@contoh.id", "a b@contoh.id", "a@b@contoh.id", "a\0@contoh.id", "x" * 300 + "@a.id"):
        assert refused(await sign_up(city, email)) == ("INVALID", ["email"]), email
        assert refused(await sign_in(city, email)) == ("UNAUTHENTICATED", None), email
    assert await Account.all().count() == 0


async def test_password_has_10_to_128_characters(city: City) -> None:
    many = "".join(chr(0x4E00 + number) for number in range(128))
    for password in ("", "kata sand", many + "x", "e\u0301" * 5 + "abcd"):
        assert refused(await sign_up(city, "warga@contoh.id", password)) == ("INVALID", ["password"])
    for number, password in enumerate(("buka pintu", many, "a\0b\0kata \0z")):
        assert (await sign_up(city, f"w{number}@contoh.id", password))["errors"] == []
        assert (await sign_in(city, f"w{number}@contoh.id", password))["errors"] == []
    assert refused(await sign_in(city, "w2@contoh.id", "aaaaaaaaaaaa")) == ("UNAUTHENTICATED", None)


SPELLINGS = ("Jos\u00e9 minum kopi", "Jose\u0301 minum kopi", "Jose\u0301\u00a0minum\u3000kopi")


async def test_password_is_the_same_from_every_keyboard(city: City) -> None:
    for number, password in enumerate(SPELLINGS):
        email = f"w{number}@contoh.id"
        assert (await sign_up(city, email, password))["errors"] == []
        for spelling in SPELLINGS:
            assert (await sign_in(city, email, spelling))["errors"] == []
        for other in ("Jose minum kopi", "JOS\u00c9 minum kopi", "Jos\u00e9  minum kopi"):
            assert refused(await sign_in(city, email, other)) == ("UNAUTHENTICATED", None)


async def test_hash_of_a_password_as_typed_is_renewed_at_sign_in(city: City) -> None:
    typed = SPELLINGS[1]
    await sign_up(city, "warga@contoh.id")
    await Account.all().update(password_hash=passwords._hasher.hash(typed.encode()))
    assert refused(await sign_in(city, "warga@contoh.id", SPELLINGS[0])) == ("UNAUTHENTICATED", None)
    payloads = await asyncio.gather(*(sign_in(city, "warga@contoh.id", typed) for _ in range(4)))
    assert all(payload["errors"] == [] for payload in payloads)
    renewed = (await Account.get()).password_hash
    for spelling in SPELLINGS:
        assert (await sign_in(city, "warga@contoh.id", spelling))["errors"] == []
    assert (await Account.get()).password_hash == renewed


async def test_guessable_password_is_refused_with_its_reason(city: City) -> None:
    payload = await city.anyone("en").ask(SIGN_UP, email="warga@contoh.id", password="password123", pseudonym=None)
    assert refused(payload["signUp"]) == ("INVALID", ["password"])
    assert "very common" in payload["signUp"]["errors"][0]["message"]
    assert await Account.all().count() == 0


async def test_pseudonym_is_plain_text_of_3_to_40_characters(city: City) -> None:
    wrong = ("", "ab", "x" * 41, "a@b", "<b>x</b>", "a\0bc", "a\nb\u0301", "😀😀😀", "x\u202ey", "ß" * 21, "\ufdfa" * 3)
    for pseudonym in wrong:
        assert refused(await sign_up(city, "warga@contoh.id", pseudonym=pseudonym)) == ("INVALID", ["pseudonym"])
    right = {
        "abc": "abc",
        "x" * 40: "x" * 40,
        "  Si   Doel-2.0 ": "Si Doel-2.0",
        "Jane \uff2a": "Jane J",
        "Siti 'Aisyah": "Siti \u2019Aisyah",
        "ß" * 20: "ß" * 20,
    }
    for number, (given, kept) in enumerate(right.items()):
        payload = await sign_up(city, f"w{number}@contoh.id", pseudonym=given)
        assert payload["session"]["viewer"]["pseudonym"] == kept


async def test_all_faults_of_a_sign_up_are_answered_at_once(city: City) -> None:
    payload = await sign_up(city, "x", "x", "x")
    assert [error["field"] for error in payload["errors"]] == [["email"], ["password"], ["pseudonym"]]
    await sign_up(city, "satu@contoh.id", pseudonym="Si Doel")
    payload = await sign_up(city, "satu@contoh.id", pseudonym="Si Doel")
    assert [(error["code"], error["field"]) for error in payload["errors"]] == [
        ("CONFLICT", ["email"]),
        ("CONFLICT", ["pseudonym"]),
    ]


async def test_pseudonyms_that_look_alike_are_refused(city: City) -> None:
    await sign_up(city, "satu@contoh.id", pseudonym="Straße")
    for twin in ("Straße", "straße", "STRASSE", " strasse ", "\uff33traße"):
        assert refused(await sign_up(city, "dua@contoh.id", pseudonym=twin)) == ("CONFLICT", ["pseudonym"])
    await sign_up(city, "tiga@contoh.id", pseudonym="Marni 10")
    for twin in ("Marni 1O", "MARNl lO", "\u041carni 10", "Marní-10", "M\u0430rni 10.", "rnarni 10"):
        assert refused(await sign_up(city, "dua@contoh.id", pseudonym=twin)) == ("CONFLICT", ["pseudonym"])
    await sign_up(city, "empat@contoh.id", pseudonym="Ma'ruf")
    for twin in ("Ma'ruf", "ma\u02bcruf", "MA\u2019RUF", "Ma`ruf", "Ma\u02bbruf", "Maruf"):
        assert refused(await sign_up(city, "dua@contoh.id", pseudonym=twin)) == ("CONFLICT", ["pseudonym"])
    assert refused(await sign_up(city, "SATU@contoh.id", pseudonym="lain")) == ("CONFLICT", ["email"])


async def test_generated_pseudonym_reveals_nothing(city: City) -> None:
    drawn = {(await sign_up(city, f"w{number}@contoh.id"))["session"]["viewer"]["pseudonym"] for number in range(5)}
    assert len(drawn) == 5
    assert all(name.startswith("Warga-") and len(name) == 14 for name in drawn)


async def test_concurrent_sign_ups_with_names_that_look_alike_have_one_winner(city: City) -> None:
    names = ("Budi", "BUDl", "Вudi", "Búdi", "Bu.di")
    payloads = await asyncio.gather(*(sign_up(city, f"w{n}@contoh.id", pseudonym=name) for n, name in enumerate(names)))
    assert sorted(error["code"] for payload in payloads for error in payload["errors"]) == ["CONFLICT"] * 4
    assert await Account.all().count() == 1


async def test_concurrent_sign_ups_with_one_address_create_one_account(city: City) -> None:
    payloads = await asyncio.gather(*(sign_up(city, "warga@contoh.id") for _ in range(5)))
    assert sorted(len(payload["errors"]) for payload in payloads) == [0, 1, 1, 1, 1]
    payloads = await asyncio.gather(*(sign_up(city, f"w{n}@contoh.id", pseudonym="Sama") for n in range(5)))
    assert sorted(len(payload["errors"]) for payload in payloads) == [0, 1, 1, 1, 1]
    assert await Account.all().count() == 2


async def test_wrong_password_and_unknown_address_are_indistinguishable(city: City) -> None:
    await sign_up(city, "warga@contoh.id")
    wrong = await sign_in(city, "warga@contoh.id", "kata sandi yang salah")
    unknown = await sign_in(city, "bukan@contoh.id")
    assert wrong == unknown
    assert refused(wrong) == ("UNAUTHENTICATED", None)
    for password in ("", "x" * 10_000):
        assert await sign_in(city, "warga@contoh.id", password) == wrong


async def test_access_token_works_for_30_minutes(city: City) -> None:
    await sign_up(city, "warga@contoh.id")
    set_time(city, datetime.now(UTC) - timedelta(minutes=29))
    late = (await sign_in(city, "warga@contoh.id"))["session"]["accessToken"]
    set_time(city, datetime.now(UTC) - timedelta(minutes=31))
    expired = (await sign_in(city, "warga@contoh.id"))["session"]["accessToken"]
    set_time(city, datetime.now(UTC))
    assert await works(city, late)
    assert not await works(city, expired)
    payload = await Caller(city.http, expired, language="en").submit()
    assert payload["errors"][0]["code"] == "UNAUTHENTICATED"
    assert "session has ended" in payload["errors"][0]["message"]


async def test_tampered_token_does_not_work(city: City) -> None:
    token: str = (await sign_up(city, "warga@contoh.id"))["session"]["accessToken"]
    head, claims, signature = token.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    for forged in (f"{head}.{claims}.", f"{none}.{claims}.", f"{head}.{claims}.{signature[::-1]}", f"{head}.{claims}"):
        assert not await works(city, forged)
    assert await works(city, token)


async def test_sign_out_invalidates_the_tokens_of_that_session_only(city: City) -> None:
    await sign_up(city, "warga@contoh.id")
    ended, other = [(await sign_in(city, "warga@contoh.id"))["session"] for _ in range(2)]
    caller = Caller(city.http, ended["accessToken"])
    sign_out = "mutation { signOut { errors { code } } }"
    assert (await caller.ask(sign_out))["signOut"]["errors"] == []
    assert not await works(city, ended["accessToken"])
    assert refused(await refresh(city, ended["refreshToken"])) == ("UNAUTHENTICATED", ["refreshToken"])
    assert (await caller.ask(sign_out))["signOut"]["errors"] == [{"code": "UNAUTHENTICATED"}]
    assert await works(city, other["accessToken"])  # another device stays signed in


async def test_refreshed_session_has_new_tokens_and_the_same_viewer(city: City) -> None:
    begun = (await sign_up(city, "warga@contoh.id"))["session"]
    renewed = (await refresh(city, begun["refreshToken"]))["session"]
    assert renewed["viewer"] == begun["viewer"]
    assert renewed["refreshToken"] != begun["refreshToken"]
    assert await works(city, renewed["accessToken"])
    assert (await refresh(city, renewed["refreshToken"]))["errors"] == []
    assert await SignIn.all().count() == 1


async def test_used_refresh_token_gives_one_successor_for_a_minute(city: City) -> None:
    begun = (await sign_up(city, "warga@contoh.id"))["session"]
    start = datetime.now(UTC) + timedelta(minutes=10)
    for seconds in (0, 1, 30, 60):  # responses were lost repeatedly: the minute starts at the first use
        set_time(city, start + timedelta(seconds=seconds))
        payloads = await asyncio.gather(*(refresh(city, begun["refreshToken"]) for _ in range(8)))
        successors = {payload["session"]["refreshToken"] for payload in payloads}
        assert len(successors) == 1
        (successor,) = successors
        again = (await refresh(city, successor))["session"]  # a tab with the successor stays with the others
        assert again["refreshToken"] == successor
    for payload in payloads:
        assert await works(city, payload["session"]["accessToken"])
    set_time(city, start + timedelta(minutes=31))
    assert (await refresh(city, successor))["errors"] == []
    assert await SignIn.all().count() == 1


async def test_refresh_token_used_after_the_minute_ends_the_session(city: City) -> None:
    moment = datetime.now(UTC)
    for generations in (1, 2, 5):
        set_time(city, moment)
        first = session = (await sign_up(city, f"w{generations}@contoh.id"))["session"]
        for number in range(1, generations + 1):
            set_time(city, moment + number * timedelta(seconds=61))
            session = (await refresh(city, session["refreshToken"]))["session"]
        other = (await sign_in(city, f"w{generations}@contoh.id"))["session"]
        set_time(city, moment + (generations + 1) * timedelta(seconds=61))
        assert refused(await refresh(city, first["refreshToken"])) == ("UNAUTHENTICATED", ["refreshToken"])
        assert not await works(city, session["accessToken"])
        assert refused(await refresh(city, session["refreshToken"])) == ("UNAUTHENTICATED", ["refreshToken"])
        assert await works(city, other["accessToken"])  # another device stays signed in


async def test_forged_refresh_token_ends_no_session(city: City) -> None:
    session = (await sign_up(city, "warga@contoh.id"))["session"]
    token = (await refresh(city, session["refreshToken"]))["session"]["refreshToken"]
    session_id, number, signature = token.split(".")
    assert city.services.tokens.refreshing.session_of(f"\ud800.0.{signature}") is None
    for forged in (
        f"{session_id}.0.{signature}",
        f"{session_id}.2.{signature}",
        f"{session_id}.01.{signature}",
        f"{session_id}.{number}.{signature[::-1]}",
        f"{session_id}.{number}.",
        f"{session_id}..{signature}",
        f"{session_id}.-1.x",
        f"{session_id}.{'9' * 5_000}.x",
        f"{session_id}.\u0661.x",
        session_id,
        session["accessToken"],
        f"{token}.x",
        "..",
    ):
        assert refused(await refresh(city, forged)) == ("UNAUTHENTICATED", ["refreshToken"]), forged
    assert (await refresh(city, token))["errors"] == []


async def test_refresh_token_survives_a_new_key_and_an_older_format(city: City) -> None:
    begun = (await sign_up(city, "warga@contoh.id"))["session"]
    city.services.tokens.refreshing = RefreshTokens("another key of more than 32 characters")
    renewed = (await refresh(city, begun["refreshToken"]))["session"]
    assert (await refresh(city, begun["refreshToken"]))["session"]["refreshToken"] == renewed["refreshToken"]
    older = "x" * 43
    await SignIn.all().update(refresh_digest=digest(older), previous_digest=None)
    payloads = await asyncio.gather(*(refresh(city, older) for _ in range(5)))
    assert len({payload["session"]["refreshToken"] for payload in payloads}) == 1
    set_time(city, datetime.now(UTC) + timedelta(seconds=61))
    assert refused(await refresh(city, older)) == ("UNAUTHENTICATED", ["refreshToken"])
    assert refused(await refresh(city, payloads[0]["session"]["refreshToken"]))[0] == "UNAUTHENTICATED"


async def test_session_ends_after_60_days_without_refresh(city: City) -> None:
    start = datetime.now(UTC)
    set_time(city, start)
    session = (await sign_up(city, "warga@contoh.id"))["session"]
    set_time(city, start + timedelta(days=59))
    renewed = (await refresh(city, session["refreshToken"]))["session"]
    set_time(city, start + timedelta(days=118))
    last = (await refresh(city, renewed["refreshToken"]))["session"]
    set_time(city, start + timedelta(days=178))
    assert not await works(city, last["accessToken"])
    for token in (last["refreshToken"], "", "x", "\0", "x" * 10_000):
        assert refused(await refresh(city, token)) == ("UNAUTHENTICATED", ["refreshToken"])


def strings(value: object) -> Iterator[str]:
    """Yield every string in a JSON value, and the decoded text of those in base64."""
    match value:
        case dict():
            for part in value.values():
                yield from strings(part)
        case list():
            for part in value:
                yield from strings(part)
        case str():
            yield value
            with suppress(binascii.Error):
                yield base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True).decode("latin-1")
        case _:
            yield str(value)


async def begin_account_ids_at(number: int) -> None:
    if connection().capabilities.dialect == "sqlite":
        await fetch("INSERT INTO sqlite_sequence (name, seq) VALUES ('account', $1)", number)
    else:
        await fetch("SELECT setval(pg_get_serial_sequence('account', 'id'), $1)", number)


async def test_public_data_reveals_no_account(city: City) -> None:
    await begin_account_ids_at(87_654_320)
    citizen, supporter = await city.citizen("rahasia.satu"), await city.citizen("rahasia.dua")
    officer = await city.official(GAMBIR, name="rahasia.tiga")
    for each in (citizen, supporter, officer):
        await change_profile(each, onCitizenBoard=True)
    report = await citizen.report(photoIds=[await citizen.photo()], idempotencyKey="rahasia.kunci")
    other = await citizen.report(anonymous=True)
    for supported in (report, other):
        await supporter.act("supportReport", supported["id"])
    await officer.move(report["id"], "IN_PROGRESS", note="x")
    await officer.move(other["id"], "PROCESSED", resolution="DUPLICATE", duplicateOf=report["id"])
    await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=[await officer.photo()])
    accounts = await Account.all()
    assert [account.id for account in accounts] == [87_654_321, 87_654_322, 87_654_323]
    secrets = ["rahasia", PASSWORD, *(str(account.id) for account in accounts)]
    secrets += [secret for account in accounts for secret in (account.public_id, account.password_hash)]
    everything = f"""{{ reports(first: 5) {{ cursor totalCount edges {{ cursor node {{ {REPORT} responseDueAt
      timeline {{ edges {{ cursor node {{ {EVENT} }} }} }} }} }} }}
      leaderboard {{ cursor standings(first: 300) {{ edges {{ cursor node {{ id points }} }} }} }}
      citizens: leaderboard(kind: CITIZEN, period: ALL_TIME) {{ cursor standings {{ edges {{ cursor node {{
        id points subject {{ ... on Citizen {{ id pseudonym }} }} }} }} }} }}
      viewer {{ cursor }} }}"""
    for caller in (city.anyone(), await city.citizen("orang.lain"), officer, supporter):
        result = await caller.ask(everything)
        assert len(result["reports"]["edges"]) == 2
        assert len(result["citizens"]["standings"]["edges"]) == 3
        for secret in secrets:
            assert not any(secret in text for text in strings(result)), secret


async def test_only_the_viewer_sees_their_address(city: City) -> None:
    citizen = await city.citizen()
    result = await citizen.ask("{ viewer { id email } }")
    assert result["viewer"]["email"] == "warga@contoh.id"
    for caller in (city.anyone(), await city.citizen("lain"), await city.official(GAMBIR)):
        answer = await caller.ask("query($id: ID!) { node(id: $id) { __typename } }", id=result["viewer"]["id"])
        assert answer == {"node": None}


UPDATE_PROFILE = f"""mutation($input: UpdateProfileInput!) {{
  updateProfile(input: $input) {{ viewer {{ pseudonym onCitizenBoard }} {ERRORS} }} }}"""
PROFILE = "{ viewer { pseudonym onCitizenBoard points } }"


async def change_profile(caller: Caller, **options: Any) -> dict[str, Any]:
    payload: dict[str, Any] = (await caller.ask(UPDATE_PROFILE, input=options))["updateProfile"]
    return payload


async def profile(caller: Caller) -> dict[str, Any]:
    viewer: dict[str, Any] = (await caller.ask(PROFILE))["viewer"]
    return viewer


async def test_omitted_profile_fields_stay_unchanged(city: City) -> None:
    citizen, other = await city.citizen(), await city.citizen("lain")
    before = await profile(other)
    drawn = (await profile(citizen))["pseudonym"]
    result = await change_profile(citizen, onCitizenBoard=True)
    assert result == {"viewer": {"pseudonym": drawn, "onCitizenBoard": True}, "errors": []}
    result = await change_profile(citizen, pseudonym="  Si  Doel ", onCitizenBoard=None)
    assert result == {"viewer": {"pseudonym": "Si Doel", "onCitizenBoard": True}, "errors": []}
    result = await change_profile(citizen, onCitizenBoard=False)
    assert result["viewer"] == {"pseudonym": "Si Doel", "onCitizenBoard": False}
    assert await profile(citizen) == {"pseudonym": "Si Doel", "onCitizenBoard": False, "points": 0}
    assert await profile(other) == before


async def test_new_pseudonym_appears_on_old_reports_and_frees_the_old_one(city: City) -> None:
    citizen, other = await city.citizen(), await city.citizen("lain")
    await change_profile(citizen, pseudonym="Si Doel")
    report = await citizen.report()
    await change_profile(citizen, pseudonym="Si Pitung")
    result = await other.ask("query($n: String!) { report(number: $n) { reporter { pseudonym } } }", n=report["number"])
    assert result["report"]["reporter"] == {"pseudonym": "Si Pitung"}
    assert (await change_profile(other, pseudonym="si doel"))["errors"] == []


async def test_only_its_owner_may_respell_a_pseudonym(city: City) -> None:
    citizen, other = await city.citizen(), await city.citizen("lain")
    await change_profile(citizen, pseudonym="Straße")
    for spelling in ("Straße", "STRASSE", "straße", "Stra\u00dfé", "5traße".replace("5", "\u0405")):
        result = await change_profile(other, pseudonym=spelling, onCitizenBoard=True)
        assert [(error["code"], error["field"]) for error in result["errors"]] == [("CONFLICT", ["input", "pseudonym"])]
        assert (await change_profile(citizen, pseudonym=spelling))["viewer"]["pseudonym"] == spelling
    assert (await profile(other))["onCitizenBoard"] is False


async def test_accounts_that_look_alike_already_keep_their_names(city: City) -> None:
    first, second, third = [await city.citizen(name) for name in ("w1", "w2", "w3")]
    await change_profile(first, pseudonym="Budi")
    # As the migration leaves an older account.
    await Account.filter(email="w2@contoh.id").update(
        pseudonym="BUDl", pseudonym_key="budl", pseudonym_skeleton="budl 2"
    )
    result = await change_profile(second, pseudonym="BUDl", onCitizenBoard=True)
    assert result == {"viewer": {"pseudonym": "BUDl", "onCitizenBoard": True}, "errors": []}
    for taken in ("Budl", "BUDI"):
        assert [error["code"] for error in (await change_profile(second, pseudonym=taken))["errors"]] == ["CONFLICT"]
        assert [error["code"] for error in (await change_profile(third, pseudonym=taken))["errors"]] == ["CONFLICT"]
    assert (await change_profile(second, pseudonym="Rudi"))["errors"] == []


async def test_refused_profile_change_changes_nothing(city: City) -> None:
    citizen = await city.citizen()
    before = await profile(citizen)
    wrong: list[tuple[dict[str, Any], list[str]]] = [({}, ["input"]), ({"pseudonym": None}, ["input"])]
    bad = ("", "ab", "x" * 41, "a@b", "a\0bc", "😀😀😀", "ß" * 21)
    wrong += [({"pseudonym": pseudonym, "onCitizenBoard": True}, ["input", "pseudonym"]) for pseudonym in bad]
    for options, path in wrong:
        result = await change_profile(citizen, **options)
        assert result["viewer"] is None
        assert [(error["code"], error["field"]) for error in result["errors"]] == [("INVALID", path)], options
    result = await change_profile(city.anyone(), onCitizenBoard=True)
    assert (result["viewer"], result["errors"][0]["code"]) == (None, "UNAUTHENTICATED")
    assert await profile(citizen) == before


async def test_concurrent_claims_of_one_pseudonym_have_one_winner(city: City) -> None:
    citizens = [await city.citizen(f"w{number}") for number in range(5)]
    payloads = await asyncio.gather(*(change_profile(citizen, pseudonym="Sama") for citizen in citizens))
    assert sorted(error["code"] for payload in payloads for error in payload["errors"]) == ["CONFLICT"] * 4
    assert await Account.filter(pseudonym="Sama").count() == 1


async def test_viewer_points_are_the_sum_of_all_own_entries(city: City) -> None:
    citizen, other, officer = await city.citizen(), await city.citizen("lain"), await city.official(GAMBIR)
    first, second, hidden = await citizen.report(), await citizen.report(), await citizen.report(anonymous=True)
    foreign = await other.report()
    set_time(city, datetime.now(UTC) - timedelta(days=2))
    await officer.move(first["id"], "IN_PROGRESS")
    set_time(city, datetime.now(UTC))
    assert ((await profile(citizen))["points"], (await profile(other))["points"]) == (1, 0)
    for report in (first, hidden, foreign):
        await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=[await officer.photo()])
    assert ((await profile(citizen))["points"], (await profile(other))["points"]) == (4, 4)
    await officer.move(second["id"], "PROCESSED", resolution="INVALID", note="x")
    assert ((await profile(citizen))["points"], (await profile(officer))["points"]) == (2, 0)
