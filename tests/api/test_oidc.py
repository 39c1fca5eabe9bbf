"""Staff sign in at the identity provider of the city, over HTTP, against providers that run."""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.responses import JSONResponse, RedirectResponse, Response

from actions.accounts import Credentials, HeldRole, create_account, drawn_unless_free, grant_roles
from actions.deletion import delete_account
from actions.identities import unlink
from actions.log import LogTransaction
from actions.recovery import Post, request_reset, reset_password
from actions.retention import ARRIVALS, delete_some
from actions.sessions import Authenticated
from app.oidc import StaffSignIn
from app.oidc_provider import ASKED_AGAIN
from models.accounts import Account, Membership
from models.identities import ProviderArrival, ProviderIdentity
from models.log import LogEvent, Topic
from queries.letters import waiting_letter
from queries.my_data import read_my_data
from rules import opaque
from rules.access import Role
from rules.languages import Locale
from rules.oidc import challenge_of
from rules.refusals import Refusal
from rules.retention import DEFAULTS
from tests.api.conftest import open_no_day
from tests.city import City, in_process
from tests.providers import (
    APP,
    FIRST,
    VERIFIER,
    Forger,
    Key,
    code_in,
    forger,
    mock_provider,
    oidc_settings,
    redeemed,
    started,
)
from tests.wire import ERRORS, PASSWORD, eventually

pytestmark = pytest.mark.anyio

VIEWER = """{ viewer {
  email emailConfirmed hasPassword memberships { role unit { ... on Kelurahan { code } ... on Agency { code } } }
} }"""
SIGN_IN = f"mutation($e: String!, $p: String!) {{ signIn(email: $e, password: $p) {{ {ERRORS} }} }}"
REFRESH = "mutation($t: String!) { refreshSession(refreshToken: $t) { session { refreshToken } } }"
GAMBIR = "31.71.01.1001"
ENDPOINTS = ("/.well-known/openid-configuration", "/token", "/jwks", "/userinfo")
WRONG_TYPES = {"issuer": 5, "id_token": [], "keys": {"a": 1}, "sub": {}}


@pytest.fixture
async def provider() -> AsyncIterator[Forger]:
    async with forger() as running:
        yield running


@pytest.fixture
async def desk(sqlite_city_url: str, tmp_path: Path, provider: Forger) -> AsyncIterator[City]:
    """A service whose staff sign in at the provider."""
    async with in_process(sqlite_city_url, tmp_path / "media", **oidc_settings(provider.issuer)) as city:
        await open_no_day()
        yield city


async def arrived(city: City, provider: Forger) -> httpx.Response:
    return await city.http.get(await provider.visit(await started(city.http)))


async def signed_in(city: City, provider: Forger, token: str | None = None) -> dict[str, Any]:
    response = await redeemed(city.http, code_in(await arrived(city, provider)), token)
    assert response.status_code == 200, response.text
    session: dict[str, Any] = response.json()["session"]
    return session


async def refused(city: City, provider: Forger, token: str | None = None) -> list[tuple[int, str, list[str] | None]]:
    """Return the status of the exchange of a code that is refused, with each error."""
    response = await redeemed(city.http, code_in(await arrived(city, provider)), token)
    assert response.json()["session"] is None
    return [(response.status_code, error["code"], error["field"]) for error in response.json()["errors"]]


async def invited(tx: LogTransaction, email: str) -> None:
    """Create an account as an invitation does: with a role and without a password."""
    account_id = await create_account(tx, Credentials(email, ""), await drawn_unless_free(tx, None))
    await grant_roles(tx, [HeldRole(account_id, Role.OFFICER, GAMBIR)])


def staff_sign_in(city: City) -> StaffSignIn:
    assert city.service._staff_sign_in is not None
    return city.service._staff_sign_in


def forget(city: City) -> None:
    """Let a service ask the provider for everything again."""
    known = staff_sign_in(city).provider
    known._found, known._keys_until, known._asked_from = None, 0.0, 0.0


async def viewer(city: City, session: dict[str, Any]) -> dict[str, Any]:
    caller = city.anyone()
    caller.token = session["accessToken"]
    found: dict[str, Any] = (await caller.ask(VIEWER))["viewer"]
    return found


async def test_mock_provider_signs_staff_in(sqlite_city_url: str, tmp_path: Path) -> None:
    person = {"sub": "siti", "email": "siti@contoh.id", "email_verified": True, "groups": [f"/petugas/{GAMBIR}"]}
    async with (
        mock_provider(**person) as issuer,
        in_process(sqlite_city_url, tmp_path / "media", **oidc_settings(issuer)) as city,
        httpx.AsyncClient() as browser,
    ):
        address = await started(city.http)
        back = await browser.post(address, data={"sub": "siti"})
        response = await redeemed(city.http, code_in(await city.http.get(back.headers["location"])))
        assert await viewer(city, response.json()["session"]) == {
            "email": "siti@contoh.id",
            "emailConfirmed": True,
            "hasPassword": False,
            "memberships": [{"role": "CITIZEN", "unit": None}, {"role": "OFFICER", "unit": {"code": GAMBIR}}],
        }
        denied = await browser.post(await started(city.http), data={"action": "deny"})
        refused = await city.http.get(denied.headers["location"])
        assert refused.status_code in {400, 403}, denied.headers["location"]


async def roles(city: City, session: dict[str, Any]) -> list[tuple[str, str | None]]:
    found = (await viewer(city, session))["memberships"][1:]
    return sorted((each["role"], (each["unit"] or {}).get("code")) for each in found)


async def access_events() -> list[tuple[str, dict[str, Any]]]:
    events = await LogEvent.filter(topic=Topic.ACCESS).order_by("position")
    return [(event.kind, {name: value for name, value in event.data.items() if name != "session"}) for event in events]


async def test_roles_follow_the_claims_and_those_by_hand_stay(database_url: str, tmp_path: Path) -> None:
    async with forger() as provider, in_process(database_url, tmp_path, **oidc_settings(provider.issuer)) as city:
        await open_no_day()
        provider.person = {
            "sub": "siti", "name": " Siti ", "email": "Siti@contoh.id", "email_verified": True,
            "groups": ["ruang-kendali", f"/petugas/{GAMBIR}", "/petugas/31.99.99.9999", "/lain", 5],
        }  # fmt: skip
        first = await signed_in(city, provider)
        assert await roles(city, first) == [("ADMIN", None), ("OFFICER", GAMBIR)]
        (account,) = await Account.all()
        assert (account.email, account.email_confirmed, account.staff_name) == ("siti@contoh.id", True, "Siti")
        await city.transactions.run(grant_roles, [HeldRole(account.id, Role.OFFICER, "PLN")])
        provider.person |= {"groups": "dlh", "email": "rahayu@contoh.id", "name": "Lain"}
        second = await signed_in(city, provider)
        assert await roles(city, first) == await roles(city, second) == [("OFFICER", "PLN"), ("SUPERVISOR", "DLH")]
        odd = {"name": "\0", "email": "\0@contoh.id", "groups": ["/petugas/\0", "/petugas/"]}
        provider.person = {"sub": "siti", "email_verified": True} | odd
        assert await roles(city, await signed_in(city, provider)) == [("OFFICER", "PLN")]
        (account,) = await Account.all()
        assert (account.email, account.staff_name) == ("rahayu@contoh.id", "Siti")
        by_provider = {"provider": True}
        assert await access_events() == [
            ("LINKED", {}),
            ("ROLE_GIVEN", {"role": "ADMIN", "unit": None} | by_provider),
            ("ROLE_GIVEN", {"role": "OFFICER", "unit": GAMBIR} | by_provider),
            ("ROLE_GIVEN", {"role": "OFFICER", "unit": "PLN"}),
            ("EMAIL_CHANGED", {}),
            ("ROLE_TAKEN", {"role": "ADMIN", "unit": None} | by_provider),
            ("ROLE_TAKEN", {"role": "OFFICER", "unit": GAMBIR} | by_provider),
            ("ROLE_GIVEN", {"role": "SUPERVISOR", "unit": "DLH"} | by_provider),
            ("ROLE_TAKEN", {"role": "SUPERVISOR", "unit": "DLH"} | by_provider),
        ]


async def test_two_first_sign_ins_at_once_make_one_account(database_url: str, tmp_path: Path) -> None:
    async with forger() as provider, in_process(database_url, tmp_path, **oidc_settings(provider.issuer)) as city:
        await open_no_day()
        provider.person = {"sub": "siti", "groups": ["ruang-kendali"]}
        codes = [code_in(await arrived(city, provider)) for _ in range(3)]
        answers = await asyncio.gather(*(redeemed(city.http, code) for code in [*codes, codes[0]]))
        assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 400]
        assert (
            await Account.all().count() == await ProviderIdentity.all().count() == await Membership.all().count() == 1
        )


async def test_address_links_the_invited_and_never_a_password(desk: City, provider: Forger) -> None:
    await desk.transactions.run(invited, "siti@contoh.id")
    citizen = await desk.citizen("budi")
    provider.person = {"sub": "1", "email": "siti@contoh.id", "email_verified": "true", "groups": ["dlh"]}
    unverified = await viewer(desk, await signed_in(desk, provider))
    assert (unverified["email"], unverified["emailConfirmed"]) == (None, False)
    provider.person = {"sub": "2", "email": "siti@contoh.id", "email_verified": True}
    assert (await viewer(desk, await signed_in(desk, provider)))["email"] == "siti@contoh.id"
    provider.person |= {"sub": "3", "groups": ["dlh"]}
    assert await refused(desk, provider) == [(409, "CONFLICT", None)]
    provider.person |= {"sub": "4", "email": citizen.email}
    assert await refused(desk, provider) == [(409, "CONFLICT", None)]
    assert await roles(desk, {"accessToken": citizen.token}) == []
    assert await ProviderIdentity.all().count() == 2


async def test_owner_of_a_password_connects_while_signed_in(desk: City, provider: Forger) -> None:
    citizen, other = await desk.citizen("budi"), await desk.citizen("tono")
    provider.person = {"sub": "1", "email": citizen.email, "email_verified": True, "groups": ["dlh"]}
    session = await signed_in(desk, provider, citizen.token)
    assert (await viewer(desk, session))["email"] == citizen.email
    await eventually(lambda: desk.services.refuses(f"Bearer {citizen.token}"))  # its sessions have ended
    for password in (PASSWORD, ""):
        answer = await desk.anyone().ask(SIGN_IN, e=citizen.email, p=password)
        assert answer["signIn"]["errors"][0]["code"] == "UNAUTHENTICATED"
    assert await refused(desk, provider, other.token) == [(409, "CONFLICT", None)]
    provider.person |= {"sub": "2"}
    assert await refused(desk, provider, session["accessToken"]) == [(409, "CONFLICT", None)]
    assert await refused(desk, provider, "invalid") == [(401, "UNAUTHENTICATED", None)]


async def test_who_signs_in_at_the_provider_gets_no_password_link(desk: City, provider: Forger) -> None:
    email = "siti@contoh.id"
    letter_id = await desk.transactions.run(request_reset, email, Post(is_mailed=False, locale=Locale.ID))
    assert letter_id is not None
    provider.person = {"sub": "1", "email": email, "email_verified": True, "groups": ["dlh"]}
    session = await signed_in(desk, provider)
    assert await waiting_letter(letter_id, desk.transactions.now()) is None
    later_id = await desk.transactions.run(request_reset, email, Post(is_mailed=False, locale=Locale.ID))
    assert later_id is not None
    with pytest.raises(Refusal):
        await desk.transactions.run(reset_password, later_id, "hash")
    await desk.transactions.run(unlink, email)
    await eventually(lambda: desk.services.refuses(f"Bearer {session['accessToken']}"))
    assert await Membership.all().count() == 0
    provider.person |= {"sub": "2"}
    await signed_in(desk, provider)
    (account,) = await Account.all()
    (identity,) = (await read_my_data(account.id)).tables["identities"]
    assert (identity["issuer"], identity["subject"]) == (provider.issuer, "2")
    await Membership.all().delete()
    await Account.all().update(password_hash="x")  # as `tanggap user add` does
    assert await desk.transactions.run(delete_account, Authenticated(account.id, "x", None, email))
    assert await ProviderIdentity.all().count() == 0


async def test_nobody_without_a_role_and_nobody_blocked_signs_in(desk: City, provider: Forger) -> None:
    assert await refused(desk, provider) == [(403, "FORBIDDEN", None)]
    assert await Account.all().count() == 0
    provider.person |= {"groups": ["dlh"]}
    await signed_in(desk, provider)
    code = code_in(await arrived(desk, provider))
    await Account.all().update(blocked_at=desk.transactions.now(), block_reason="x")
    provider.person |= {"groups": ["ruang-kendali"]}
    assert await refused(desk, provider) == [(403, "FORBIDDEN", None)]
    assert (await redeemed(desk.http, code)).status_code == 403
    assert [each.role for each in await Membership.all()] == [Role.SUPERVISOR]


async def test_session_ends_for_good_after_the_hours_of_the_setting(desk: City, provider: Forger) -> None:
    provider.person |= {"groups": ["dlh"]}
    session, caller, start = await signed_in(desk, provider), desk.anyone(), desk.transactions.now()
    for hours, is_valid in ((6, True), (11.9, True), (12.1, False)):
        desk.transactions.now = lambda hours=hours: start + timedelta(hours=hours)  # type: ignore[misc] # its default
        answer = (await caller.ask(REFRESH, t=session["refreshToken"]))["refreshSession"]
        assert (answer["session"] is not None) is is_valid
        session = answer["session"]


async def test_app_alone_exchanges_a_code_once_and_soon(desk: City, provider: Forger) -> None:
    provider.person |= {"groups": ["dlh"]}
    code = code_in(await arrived(desk, provider))
    wrong: list[tuple[Any, list[str]]] = [
        ({"code_verifier": "w" * 43}, ["code_verifier"]),
        ({"code": code[:-1]}, ["code"]),
        ({"code": 5, "code_verifier": None}, ["code", "code_verifier"]),
        ({"code": "", "code_verifier": "\0"}, ["code"]),
        ({"code": "x" * 5_000}, ["code", "code_verifier"]),
    ]
    for given, fields in wrong:
        response = await redeemed(desk.http, code, **given)
        assert response.status_code == 400
        assert response.json()["session"] is None
        assert [error["field"] for error in response.json()["errors"]] == [[each] for each in fields]
    for body in (b"", b"[]", b"null", b"{", b"\xff"):
        assert (await desk.http.post("/auth/oidc/session", content=body)).status_code == 400
    assert (await redeemed(desk.http, code)).status_code == 200
    assert (await redeemed(desk.http, code)).status_code == 400
    late, now = code_in(await arrived(desk, provider)), desk.transactions.now()
    desk.transactions.now = lambda: now + timedelta(seconds=61)
    assert (await redeemed(desk.http, late)).status_code == 400
    assert await desk.transactions.run(delete_some, ARRIVALS, DEFAULTS) == 0  # no state is used again
    desk.transactions.now = lambda: now + timedelta(minutes=21)
    assert await desk.transactions.run(delete_some, ARRIVALS, DEFAULTS) == 2


async def test_state_is_of_one_browser_one_time_and_ten_minutes(desk: City, provider: Forger) -> None:
    provider.person |= {"groups": ["dlh"]}
    back = await provider.visit(await started(desk.http))
    cookie = dict(desk.http.cookies)
    for cookies in ({}, dict.fromkeys(cookie, "x" * 43)):
        desk.http.cookies = httpx.Cookies(cookies)
        assert (await desk.http.get(back)).status_code == 400
    assert provider.asked["/token"] == 0
    desk.http.cookies = httpx.Cookies(cookie)
    state = parse_qs(urlsplit(back).query)["state"][0]
    for wrong in (state[:-2], state + "AA", "", "%00", "é"):
        assert (await desk.http.get("/auth/oidc/callback", params={"state": wrong, "code": "x"})).status_code == 400
    for wrong in (back.replace("iss=", "iss=x"), back.replace("iss=", "x=")):
        assert (await desk.http.get(wrong)).status_code == 502
    given = {"state": state, "error": "access_denied"}
    denied = await desk.http.get("/auth/oidc/callback", params=given)
    assert (denied.status_code, APP in denied.text) == (403, True)
    assert (await desk.http.get(back.replace("code=", "code=x"))).status_code == 403  # the provider refuses it
    codes = dict(provider.codes)
    code_in(await desk.http.get(back))
    assert (await desk.http.get(back)).status_code == 403
    provider.codes = codes  # a careless provider, that takes a code twice
    assert (await desk.http.get(back)).status_code == 400
    other = await provider.visit(await started(desk.http))
    now = desk.transactions.now()
    desk.transactions.now = lambda: now + timedelta(minutes=11)
    assert (await desk.http.get(other)).status_code == 400


async def test_sign_in_returns_to_addresses_of_the_setting_only(desk: City) -> None:
    challenge = challenge_of(VERIFIER)
    for given in (
        {"next": "https://jahat.example/"}, {"next": APP + "/"}, {"next": "/"}, {"next": "//x"}, {"next": ""},
        {"code_challenge": ""}, {"code_challenge": "x"}, {"code_challenge": challenge + "="},
        {"code_challenge_method": "plain"},
    ):  # fmt: skip
        response = await desk.http.get("/auth/oidc/start", params={"code_challenge": challenge} | given)
        assert (response.status_code, "location" in response.headers) == (400, False), given
    assert (await desk.http.get("/auth/oidc/start")).status_code == 400
    for page in ("tanggap://masuk", "http://tanggap/masuk"):  # the latter is that of the service itself
        assert await started(desk.http, next=page, code_challenge_method="S256")


def wrong_tokens(provider: Forger) -> dict[str, tuple[dict[str, Any], Any]]:
    """Return tokens that do not hold, by name: the claims that they change, and how they are made."""
    now, stranger = int(time()), Key(FIRST.kid)
    public = FIRST.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def with_hmac(claims: dict[str, Any]) -> str:
        head, body = (opaque.encode(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": FIRST.kid}, claims))
        return f"{head}.{body}.{opaque.encode(hmac.digest(public, f'{head}.{body}'.encode(), 'sha256'))}"

    return {
        "none": ({}, lambda claims: jwt.encode(claims, "", "none", {"kid": FIRST.kid})),
        "HS256 with the public key": ({}, with_hmac),
        "key of somebody else": ({}, lambda claims: jwt.encode(claims, stranger.private, "RS256", {"kid": FIRST.kid})),
        "unknown key": ({}, lambda claims: provider.sign(claims, kid="lain")),
        "other algorithm than the key's": ({}, lambda claims: provider.sign(claims, "PS256")),
        "no token": ({}, lambda _: None),
        "no string": ({}, lambda _: 5),
        "garbage": ({}, lambda _: "a.b.c"),
        "cut": ({}, lambda claims: provider.sign(claims)[:-4]),
        "other issuer": ({"iss": "https://jahat.example"}, None),
        "other audience": ({"aud": "lain"}, None),
        "shared audience": ({"aud": ["tanggap", "lain"]}, None),
        "other party": ({"azp": "lain"}, None),
        "other nonce": ({"nonce": "x"}, None),
        "number as nonce": ({"nonce": 5}, None),
        "no nonce": ({"nonce": None}, None),
        "expired": ({"iat": now - 400, "exp": now - 61}, None),
        "of the future": ({"iat": now + 90}, None),
        "not yet": ({"nbf": now + 90}, None),
        "no expiry": ({"exp": None}, None),
        "no time": ({"iat": None}, None),
        "no subject": ({"sub": None}, None),
        "number as subject": ({"sub": 5}, None),
        "long subject": ({"sub": "x" * 256}, None),
        "NUL in the subject": ({"sub": "a\0"}, None),
        "time without an end": ({"exp": float("inf")}, None),
        "list as audience": ({"aud": {"tanggap": 1}}, None),
        "deep": ({}, lambda _: "e30." + opaque.encode(b"[" * 50_000) + ".AAAA"),
        "deep head": ({}, lambda _: opaque.encode(b"[" * 50_000) + ".e30.AAAA"),
        "subject of somebody else": ({"sub": "orang lain"}, None),
    }


async def test_token_that_does_not_hold_signs_nobody_in(
    desk: City, provider: Forger, caplog: pytest.LogCaptureFixture
) -> None:
    provider.person |= {"groups": ["ruang-kendali"]}
    for name, (changes, forge) in wrong_tokens(provider).items():
        provider.changes, provider.forge = changes, forge
        response = await arrived(desk, provider)
        assert (response.status_code, "location" in response.headers) == (502, False), name
        assert "text/html" in response.headers["content-type"]
    assert await ProviderArrival.all().count() == await Account.all().count() == 0
    assert "siti" not in caplog.text


async def test_key_that_is_broken_or_secret_signs_nobody_in(desk: City, provider: Forger) -> None:
    provider.person |= {"groups": ["ruang-kendali"]}
    changes: list[dict[str, Any]] = [
        {"n": 5, "e": {}}, {"n": "", "e": "AQAB"}, {"n": None}, {"kty": []}, {"kty": None}, {"kty": "oct", "k": "AAAA"},
        {"kty": "EC", "crv": []}, {"use": "enc"}, {"alg": "HS256"}, {"kid": 5},
    ]  # fmt: skip
    for change in changes:
        key = FIRST.public | change
        forget(desk)
        provider.answers = {"/jwks": lambda key=key: JSONResponse({"keys": [key]})}  # type: ignore[misc] # its default
        assert (await arrived(desk, provider)).status_code == 502, key
    forget(desk)
    shared = b"k" * 32  # a secret that is published is none
    published = {"kty": "oct", "kid": "terbuka", "k": opaque.encode(shared)}
    provider.answers = {"/jwks": lambda: JSONResponse({"keys": [FIRST.public, published]})}
    provider.forge = lambda claims: jwt.encode(claims, shared, "HS256", {"kid": "terbuka"})
    assert (await arrived(desk, provider)).status_code == 502


async def test_clocks_may_differ_by_the_setting(desk: City, provider: Forger) -> None:
    provider.person |= {"groups": ["dlh"]}
    now = int(time())
    for changes in ({"iat": now - 400, "exp": now - 50}, {"iat": now + 50, "nbf": now + 50}):
        provider.changes = changes
        code_in(await arrived(desk, provider))


async def test_keys_that_the_provider_rotates_are_asked_for_once(desk: City, provider: Forger) -> None:
    provider.person |= {"groups": ["dlh"]}
    keys = staff_sign_in(desk).provider
    moment = 0.0
    keys._clock = lambda: moment
    keys._keys_until = keys._asked_from = 0.0
    before = provider.asked["/jwks"]
    for _ in range(2):
        code_in(await arrived(desk, provider))
    assert provider.asked["/jwks"] == before + 1
    provider.keys = [FIRST, Key("dua")]
    assert (await arrived(desk, provider)).status_code == 502  # too soon to ask again
    moment = ASKED_AGAIN
    code_in(await arrived(desk, provider))
    provider.keys = provider.keys[1:]
    assert provider.asked["/jwks"] == before + 2
    provider.forge = lambda claims: provider.sign(claims, kid="tidak-ada")
    for _ in range(5):
        assert (await arrived(desk, provider)).status_code == 502
    assert provider.asked["/jwks"] == before + 2
    moment += ASKED_AGAIN
    for _ in range(5):
        assert (await arrived(desk, provider)).status_code == 502
    assert provider.asked["/jwks"] == before + 3
    provider.forge = lambda claims: jwt.encode(claims, FIRST.private, "RS256", {"kid": FIRST.kid})
    assert (await arrived(desk, provider)).status_code == 502  # the withdrawn key


async def test_trouble_of_the_provider_is_a_page_that_says_so(
    desk: City, provider: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.oidc_provider.PATIENCE", 0.3)
    answers: dict[str, tuple[Any, dict[str, int]]] = {
        "busy": (lambda: Response(status_code=503), dict.fromkeys(ENDPOINTS, 503)),
        "slow": (lambda: asyncio.sleep(2, Response()), dict.fromkeys(ENDPOINTS, 503)),
        "missing": (lambda: Response(status_code=404), dict.fromkeys(ENDPOINTS, 502) | {"/token": 403}),
        "elsewhere": (lambda: RedirectResponse("http://127.0.0.1:1/"), dict.fromkeys(ENDPOINTS, 502) | {"/token": 403}),
        "garbage": (lambda: Response("<html>"), dict.fromkeys(ENDPOINTS, 502)),
        "no object": (lambda: JSONResponse([1]), dict.fromkeys(ENDPOINTS, 502)),
        "empty": (lambda: JSONResponse({}), dict.fromkeys(ENDPOINTS, 502)),
        "wrong types": (lambda: JSONResponse(WRONG_TYPES), dict.fromkeys(ENDPOINTS, 502)),
        "endless": (lambda: Response(b" " * 2**21), dict.fromkeys(ENDPOINTS, 503)),
    }
    for name, (answer, statuses) in answers.items():
        for path, status in statuses.items():
            forget(desk)
            back = await provider.visit(await started(desk.http))
            forget(desk)
            provider.answers = {path: answer}
            response = await desk.http.get(back)
            provider.answers = {}
            assert response.status_code == status, (name, path)
            assert APP in response.text, "the page leads back to the app"
    forget(desk)
    provider.answers = {"/.well-known/openid-configuration": lambda: Response(status_code=500)}
    response = await desk.http.get("/auth/oidc/start", params={"code_challenge": challenge_of(VERIFIER)})
    assert response.status_code == 503


async def test_too_many_sign_ins_of_a_browser_wait(sqlite_city_url: str, tmp_path: Path, provider: Forger) -> None:
    settings = oidc_settings(provider.issuer, rate_limits="staff-sign-ins-per-account=1/hour")
    async with in_process(sqlite_city_url, tmp_path, **settings) as city:
        await arrived(city, provider)
        response = await arrived(city, provider)
        assert response.status_code == 429
        assert int(response.headers["retry-after"]) > 0
        assert provider.asked["/token"] == 1


async def test_service_starts_while_its_provider_is_away(
    sqlite_city_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with in_process(sqlite_city_url, tmp_path, **oidc_settings("http://127.0.0.1:9")) as city:
        await eventually(lambda: "staff cannot sign in, OIDC_ISSUER does not answer" in caplog.text)
        assert (await city.http.get("/healthz")).status_code == 200


async def test_without_a_provider_there_are_no_such_routes(sqlite_city_url: str, tmp_path: Path) -> None:
    async with in_process(sqlite_city_url, tmp_path) as city:
        for path in ("start", "callback"):
            assert (await city.http.get(f"/auth/oidc/{path}")).status_code == 404
        assert (await city.http.post("/auth/oidc/session", json={})).status_code == 404
