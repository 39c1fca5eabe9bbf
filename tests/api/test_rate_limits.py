"""Limits over the API. Those of sign-ins have laws of their own in `tests/unit/test_sign_ins.py`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.city import City, in_process
from tests.wire import ERRORS, MONAS, Caller, RequestFailedError

pytestmark = pytest.mark.anyio

SIGN_IN = f"mutation($e: String!, $p: String!) {{ signIn(email: $e, password: $p) {{ {ERRORS} }} }}"


@asynccontextmanager
async def limited(url: str, folder: Path, **settings: Any) -> AsyncIterator[City]:
    async with in_process(url, folder / "media", **settings) as city:
        yield city


async def sent(caller: Caller, document: str, **variables: Any) -> httpx.Response:
    given = {"query": document, "variables": variables}
    return await caller.http.post("/graphql", json=given, headers=caller.headers)


async def test_guesses_at_a_password_are_refused_and_explained(sqlite_city_url: str, tmp_path: Path) -> None:
    async with limited(sqlite_city_url, tmp_path, sign_in_attempts=2) as city:
        owner = await city.citizen()
        stranger = Caller(city.http, language="en")
        headers = {"user-agent": "curl/8"}
        answers = []
        for _ in range(5):
            given = {"query": SIGN_IN, "variables": {"e": owner.email, "p": "salah salah salah"}}
            answers.append(await city.http.post("/graphql", json=given, headers=stranger.headers | headers))
        codes = [answer.json()["data"]["signIn"]["errors"][0]["code"] for answer in answers]
        assert codes == ["UNAUTHENTICATED"] * 3 + ["RATE_LIMITED"] * 2
        refused = answers[-1]
        assert refused.json()["extensions"] == {"retryAfter": int(refused.headers["retry-after"])}
        message = refused.json()["data"]["signIn"]["errors"][0]["message"]
        assert message == "Too many attempts to sign in. Wait 1 second, then try again."


async def test_second_attempt_in_a_document_is_refused_before_the_first(sqlite_city_url: str, tmp_path: Path) -> None:
    selected = {
        "signIn": '(email: "a", password: "b")',
        "signUp": '(email: "a", password: "b")',
        "refreshSession": '(refreshToken: "a")',
        "changePassword": '(current: "a", new: "b")',
    }
    fields = {name: f"{name}{arguments} {{ {ERRORS} }}" for name, arguments in selected.items()}
    documents = [f"mutation {{ a: {field} b: {field} c: {field} }}" for field in fields.values()]
    hidden = f"mutation {{ ...F ... {{ b: {fields['signIn']} }} }} fragment F on Mutation {{ {fields['signIn']} }}"
    async with limited(sqlite_city_url, tmp_path) as city:
        for document in [*documents, hidden]:
            with pytest.raises(RequestFailedError, match=r"may have `[a-zA-Z]+` only once") as refused:
                await city.anyone().ask(document)
            assert refused.value.code == "BAD_INPUT"
            assert len(refused.value.errors) == 1
        both = await city.anyone().ask(
            f"mutation {{ {fields['signIn']} {fields['signIn']} {fields['refreshSession']} }}"
        )
        assert len(both) == 2, "the same field twice is one"


async def test_acts_of_an_account_are_counted_and_explained(sqlite_city_url: str, tmp_path: Path) -> None:
    rates = "submissions-per-account=2/hour, submissions-per-address=3/hour"
    async with limited(sqlite_city_url, tmp_path, rate_limits=rates) as city:
        one, other = await city.citizen(), await city.citizen("lain")
        document = f"mutation($i: SubmitReportInput!) {{ submitReport(input: $i) {{ report {{ id }} {ERRORS} }} }}"
        states = []
        for number in range(4):
            given = {"title": "Sampah", "description": f"Isi {number}", "category": "SAMPAH", "location": MONAS}
            answer = await sent(one if number < 3 else other, document, i=given)
            states.append((answer.json()["data"]["submitReport"], answer.headers))
        codes = [[error["code"] for error in payload["errors"]] for payload, _ in states]
        assert codes == [[], [], ["RATE_LIMITED"], []]
        first, refused = states[0][1], states[2][1]
        assert first["ratelimit-policy"] == (
            '"submissions-per-account";q=2;w=3600, "submissions-per-address";q=3;w=3600'
        )
        assert first["ratelimit"].startswith('"submissions-per-account";r=1;t=36')
        assert "retry-after" not in first
        assert refused["ratelimit"].startswith('"submissions-per-account";r=0;t=3')
        assert 3_000 < int(refused["retry-after"]) <= 3_600
        assert (await other.submit())["errors"][0]["message"].startswith("Ini terlalu sering dilakukan dari jaringan")


async def test_photos_of_an_account_are_counted_and_explained(sqlite_city_url: str, tmp_path: Path) -> None:
    async with limited(sqlite_city_url, tmp_path, rate_limits="uploads-per-account=1/hour") as city:
        citizen = await city.citizen()
        first, second = [
            await city.http.post("/media", headers=citizen.headers, files={"file": b"no photo"}) for _ in range(2)
        ]
        assert (first.status_code, second.status_code) == (415, 429)
        (error,) = second.json()["errors"]
        assert (error["code"], error["field"]) == ("RATE_LIMITED", None)
        assert 3_000 < int(second.headers["retry-after"]) <= 3_600
