"""A client learns over HTTP that its token is no longer valid: from a header, with the body of ADR 5."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.auth import LIFETIME
from tests.api.test_accounts import SIGN_UP
from tests.city import City, in_process
from tests.wire import PASSWORD, Caller, eventually

pytestmark = pytest.mark.anyio

SIGNAL = 'Bearer error="invalid_token"'
DOCUMENTS = {
    "constant": "{ categories { code } }",
    "kept": "{ reports { totalCount } }",
    "personal": "{ viewer { pseudonym } }",
    "introspection": "{ __schema { queryType { name } } }",
    "invalid": "{ nothing }",
    "mutation": "mutation { updateProfile(input: {}) { errors { code } } }",
}


async def signals(city: City, authorization: str | None) -> set[str | None]:
    """Return the signals of all kinds of answers, each asked twice and by GET and HEAD, to an authorization."""
    headers = {} if authorization is None else {"authorization": authorization}
    found = set()
    for document in DOCUMENTS.values():
        request: dict[str, Any] = {"query": document}
        for _ in range(2):
            found.add((await city.http.post("/graphql", json=request, headers=headers)).headers.get("www-authenticate"))
            for method in ("GET", "HEAD"):
                answer = await city.http.request(method, "/graphql", params=request, headers=headers)
                found.add(answer.headers.get("www-authenticate"))
                refused = "www-authenticate" in answer.headers
                assert ("no-store" in answer.headers["cache-control"]) == refused
                assert not (refused and "etag" in answer.headers)
    return found


async def test_only_a_token_that_is_not_valid_is_signalled(city: City) -> None:
    citizen = await city.citizen()
    valid = f"Bearer {citizen.token}"
    for authorization in (None, "", valid, valid.replace("Bearer", "bearer"), "Basic eDp5"):
        assert await signals(city, authorization) == {None}, authorization
    old, _ = city.services.tokens.issue("anybody", datetime.now(UTC) - 2 * LIFETIME)
    for authorization in (f"Bearer {old}", f"Bearer {old}x", "Bearer", "Bearer x", str(citizen.token), "x" * 5_000):
        assert await signals(city, authorization) == {SIGNAL}, authorization


async def test_end_of_a_session_is_signalled(city: City) -> None:
    citizen, other = await city.citizen(), await city.citizen("lain")
    session_id = city.services.tokens.read(citizen.token or "")
    assert session_id is not None
    await citizen.ask("mutation { signOut { errors { code } } }")
    await eventually(lambda: session_id[0] in city.services.ended_sessions)
    assert await signals(city, f"Bearer {citizen.token}") == {SIGNAL}
    assert await signals(city, f"Bearer {other.token}") == {None}


async def test_end_of_a_session_is_known_after_a_restart(sqlite_city_url: str, tmp_path: Path) -> None:
    async with in_process(sqlite_city_url, tmp_path / "media") as city:
        citizen = await city.citizen()
        await citizen.ask("mutation { signOut { errors { code } } }")
    async with in_process(sqlite_city_url, tmp_path / "media") as city:
        await eventually(lambda: city.services.refuses(f"Bearer {citizen.token}"))
        assert await signals(city, f"Bearer {citizen.token}") == {SIGNAL}


async def test_answer_to_a_token_that_is_not_valid_is_never_304(city: City) -> None:
    query = {"query": DOCUMENTS["kept"]}
    etag = (await city.http.get("/graphql", params=query)).headers["etag"]
    for authorization, status in ((None, 304), ("Bearer x", 200)):
        headers = {"if-none-match": etag} | ({} if authorization is None else {"authorization": authorization})
        answer = await city.http.get("/graphql", params=query, headers=headers)
        assert answer.status_code == status


async def test_upload_with_a_token_that_is_not_valid_is_signalled(city: City) -> None:
    for token, expected in ((None, "Bearer"), ("x", SIGNAL)):
        answer = await Caller(city.http, token).upload()
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, expected)


async def test_session_says_for_how_many_seconds_its_token_is_valid(city: City) -> None:
    wanted = SIGN_UP.replace("expiresAt", "expiresAt expiresIn")
    for number, skew in enumerate((timedelta(), timedelta(minutes=40), timedelta(minutes=-40))):
        now = datetime.now(UTC) + skew
        city.transactions.now = lambda now=now: now  # type: ignore[misc]
        answer = await city.anyone().ask(wanted, email=f"w{number}@contoh.id", password=PASSWORD, pseudonym=None)
        session = answer["signUp"]["session"]
        assert 1_798 <= session["expiresIn"] <= 1_800
        assert datetime.fromisoformat(session["expiresAt"]) - now <= timedelta(seconds=1_800)
