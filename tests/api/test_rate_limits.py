"""Limits over the API. Those of sign-ins have laws of their own in `tests/unit/test_sign_ins.py`."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Message

from tests.city import City, in_process
from tests.wire import DEADLINE, ERRORS, MONAS, Caller, RequestFailedError

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


async def test_requests_of_a_network_are_bounded_by_number_and_by_cost(sqlite_city_url: str, tmp_path: Path) -> None:
    rates = "operations-per-address=8/hour, cost-per-address=300/hour"
    async with limited(sqlite_city_url, tmp_path, rate_limits=rates) as city:
        caller = Caller(city.http, language="en")
        answers = [await sent(caller, "{ __typename }") for _ in range(5)]
        assert {answer.status_code for answer in answers} == {200}
        assert "ratelimit" not in answers[0].headers, "there is much left"
        assert answers[-1].headers["ratelimit"].startswith('"operations-per-address";r=3;t=')
        dear = await sent(caller, "{ reports(first: 50) { edges { node { title } } } }")
        assert dear.status_code == 200
        too_dear = await sent(caller, "{ reports(first: 49) { edges { node { title } } } }")
        assert (too_dear.status_code, too_dear.json()["errors"][0]["extensions"]["code"]) == (429, "RATE_LIMITED")
        assert too_dear.headers["ratelimit-policy"] == '"cost-per-address";q=300;w=3600'
        kept = await sent(caller, "{ __typename }")
        assert kept.status_code == 200, "an answer that is kept costs nothing"
        refused = await sent(caller, "{ __typename }")
        (error,) = refused.json()["errors"]
        wait = int(refused.headers["retry-after"])
        assert refused.status_code == 429
        assert error["extensions"].items() >= {"code": "RATE_LIMITED", "retryAfter": wait}.items()
        assert error["message"] == f"Too many requests from your network. Try again in {-(-wait // 60)} minutes."
        assert refused.headers["ratelimit"].startswith('"operations-per-address";r=0;t=')
        given = {"json": {"query": "{ __typename }"}, "headers": {"accept": "text/event-stream"}}
        stream = await city.http.post("/graphql", **given)  # type: ignore[arg-type] # both are mappings
        assert (stream.status_code, stream.text[:7]) == (200, "retry: "), "an EventSource tries again"


class Socket:
    """A websocket in this process."""

    def __init__(self, city: City, address: str) -> None:
        transport = city.http._transport
        assert isinstance(transport, httpx.ASGITransport)
        self._received: asyncio.Queue[Message] = asyncio.Queue()
        self._sent: asyncio.Queue[Message] = asyncio.Queue()
        self._sent.put_nowait({"type": "websocket.connect"})
        scope = {
            "type": "websocket",
            "scheme": "ws",
            "path": "/graphql",
            "query_string": b"",
            "headers": [(b"host", b"tanggap")],
            "client": (address, 1),
            "subprotocols": ["graphql-transport-ws"],
        }
        served = transport.app(scope, self._sent.get, self._received.put)
        self.task = asyncio.ensure_future(served)

    async def send(self, **message: object) -> None:
        await self._sent.put({"type": "websocket.receive", "text": json.dumps(message)})

    async def message(self) -> Message:
        async with asyncio.timeout(DEADLINE):
            return await self._received.get()

    async def answer(self) -> Any:
        return json.loads((await self.message())["text"])

    async def close(self) -> None:
        await self._sent.put({"type": "websocket.disconnect", "code": 1000})
        await self.task


async def test_operations_and_handshakes_of_sockets_are_bounded(sqlite_city_url: str, tmp_path: Path) -> None:
    rates = "operations-per-address=2/hour"
    async with limited(sqlite_city_url, tmp_path, sockets_per_address=1, rate_limits=rates) as city:
        first, second, elsewhere = [Socket(city, address) for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2")]
        opened = [(await socket.message())["type"] for socket in (first, second, elsewhere)]
        assert opened == ["websocket.accept", "websocket.close", "websocket.accept"]
        await first.close()
        again = Socket(city, "192.0.2.1")
        assert (await again.message())["type"] == "websocket.accept", "the place is free"
        await again.send(type="connection_init")
        assert (await again.answer())["type"] == "connection_ack"
        for number in range(3):
            await again.send(type="subscribe", id=str(number), payload={"query": "{ __typename }"})
        answers = [await again.answer() for _ in range(5)]
        assert sorted(answer["type"] for answer in answers) == ["complete", "complete", "error", "next", "next"]
        ((error,),) = [answer["payload"] for answer in answers if answer["type"] == "error"]
        assert error["extensions"]["code"] == "RATE_LIMITED"
        assert 0 < error["extensions"]["retryAfter"] <= 1_800
        await again.close()
        await elsewhere.close()


async def test_full_queue_refuses_the_newest_and_never_work_in_progress(sqlite_city_url: str, tmp_path: Path) -> None:
    async with limited(sqlite_city_url, tmp_path, database_queue=16) as city:
        citizen, admission = await city.citizen(), city.services.admission
        lists = [f"{{ reports(first: {number}) {{ edges {{ node {{ title }} }} }} }}" for number in range(1, 21)]
        answers = await asyncio.gather(*(sent(city.anyone(), each) for each in lists))
        codes = [answer.status_code for answer in answers]
        assert set(codes) == {200, 429}, "an address has its share of the places"
        assert admission.use == (0, 16, 0)
        with ExitStack() as others:
            for number in range(16):
                others.enter_context(admission.place(str(number))).take()
            for caller in (citizen, city.anyone()):
                refused = await sent(caller, "mutation { signOut { errors { code } } }")
                assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
                extensions = refused.json()["errors"][0]["extensions"]
                assert extensions.items() >= {"code": "RATE_LIMITED", "retryAfter": 2}.items()
            kept = await sent(city.anyone(), lists[codes.index(200)])
            assert kept.status_code == 200, "it is kept, and needs no place"
            assert (await city.http.get("/readyz")).json()["queue"] == {"running": 16, "most": 16, "refused": 2}
        assert (await sent(citizen, "mutation { signOut { errors { code } } }")).status_code == 200, "nothing was done"


async def test_files_and_open311_are_limited_like_queries(sqlite_city_url: str, tmp_path: Path) -> None:
    rates = "operations-per-address=2/hour"
    async with limited(sqlite_city_url, tmp_path, rate_limits=rates) as city:
        paths = ["/export/reports.csv", "/open311/v2/services.json", "/open311/v2/services.json", "/healthz"]
        assert [(await city.http.get(path)).status_code for path in paths] == [200, 200, 429, 200]
