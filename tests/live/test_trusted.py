"""Trusted documents: where a manifest is set, no way in executes anything else."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from execution.trusted import hash_of
from tests.city import Deployment, deployed
from tests.wire import MONAS, PASSWORD, EventSource, Socket, socket
from web.screens import DOCUMENTS

pytestmark = pytest.mark.anyio

CITIES = "{ cities { name } }"
FEED = "subscription Feed { reportFeed { version } }"
SIGN_UP = (
    "mutation SignUp($e: String!, $p: String!) { signUp(email: $e, password: $p) "
    "{ session { accessToken } errors { code } } }"
)
SIGN_IN = "mutation SignIn($e: String!, $p: String!) { signIn(email: $e, password: $p) { errors { code } } }"
SUBMIT = "mutation Submit($i: SubmitReportInput!) { submitReport(input: $i) { errors { code } } }"
PLACES = 'query Places { kelurahan(code: "31.71.01.1001") { name } }'

CODEGEN = {hash_of(CITIES): CITIES, "sha256:" + hash_of(SIGN_UP): SIGN_UP, "masuk": SIGN_IN, "lapor": SUBMIT}
APOLLO = {
    "format": "apollo-persisted-query-manifest",
    "version": 1,
    "operations": [{"id": "feed-1", "name": "Feed", "type": "subscription", "body": FEED}],
}
RELAY = {"3be4abb81fa595e25eb725b2c6a87508": PLACES}


def by_hash(named: str) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": named}}}


TRUSTED = (
    {"query": CITIES},
    {"documentId": hash_of(CITIES)},
    {"documentId": f"sha256:{hash_of(CITIES)}"},
    {"query": "", "documentId": f"sha256:{hash_of(CITIES)}"},
    by_hash(hash_of(CITIES)),
    {"query": CITIES, **by_hash("0" * 64)},
    {"documentId": "3be4abb81fa595e25eb725b2c6a87508"},
    {"documentId": f"sha256:{hash_of(PLACES)}"},
)
REFUSED = (
    {"query": f"{CITIES} "},
    {"query": "{ __typename }"},
    {"query": "{ __schema { queryType { name } } }"},
    {"query": "#"},
    {"query": "{ rusak"},
    {"query": "{ __typename }", "documentId": hash_of(CITIES)},
    {"documentId": "tidak-ada"},
    {"documentId": f"md5:{hash_of(CITIES)}"},
    {"documentId": CITIES},
    by_hash("0" * 64),
)

OWN: dict[str, str] = json.loads(DOCUMENTS.read_text(encoding="utf-8"))
"""The documents of the pages that the service brings."""

Way = Callable[[Mapping[str, Any]], Awaitable[Any]]


@pytest.fixture
async def server(sqlite_city_url: str, tmp_path: Path) -> AsyncIterator[Deployment]:
    """A server with the manifests of three apps, as their tools write them."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, manifest in (("web", CODEGEN), ("android", APOLLO), ("relay", RELAY)):
        (folder / f"{name}.json").write_text(json.dumps(manifest))
    media = tmp_path / "media"
    async with deployed(sqlite_city_url, "memory://", media, 1, TRUSTED_DOCUMENTS=str(folder)) as running:
        yield running


def params(request: Mapping[str, Any]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in request.items()}


def ways(http: httpx.AsyncClient, live: Socket) -> dict[str, Way]:
    """Return every way in. Each returns the answer, as a client would read it."""

    async def post(request: Mapping[str, Any], accept: str = "application/graphql-response+json") -> Any:
        answer = await http.post("/graphql", json=request, headers={"accept": accept})
        assert answer.status_code == (200 if "data" in answer.json() else 400)
        return answer.json()

    async def get(request: Mapping[str, Any]) -> Any:
        return (await http.get("/graphql", params=params(request))).json()

    async def stream(request: Mapping[str, Any], method: str) -> Any:
        sent: dict[str, Any] = {"json": request} if method == "POST" else {"params": params(request)}
        async with http.stream(method, "/graphql", **sent, headers={"accept": "text/event-stream"}) as answer:
            event = await EventSource(answer, "").event()
            assert event is not None
            return json.loads(event.data)

    async def over_socket(request: Mapping[str, Any]) -> Any:
        message = await (await live.request(dict(request))).message()
        return message["payload"] if message["type"] == "next" else {"errors": message["payload"]}

    return {
        "POST": post,
        "GET": get,
        "stream by POST": lambda request: stream(request, "POST"),
        "stream by GET": lambda request: stream(request, "GET"),
        "socket": over_socket,
    }


async def test_only_trusted_documents_are_executed_over_every_way_in(server: Deployment) -> None:
    http = server.clients[0]
    async with socket(server.servers[0].url) as live:
        for name, ask in ways(http, live).items():
            for request in TRUSTED:
                answer = await ask(request)
                assert ("errors" in answer, len(answer["data"])) == (False, 1), (name, request)
            for request in REFUSED:
                answer = await ask(request)
                (error,) = answer["errors"]
                assert error["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED", (name, request)
                assert "data" not in answer
                assert error["message"].startswith("Aplikasi Anda mengirim permintaan")


async def test_trusted_mutations_and_subscriptions_run_by_their_ids(server: Deployment) -> None:
    http, person = server.clients[0], {"e": "warga@contoh.id", "p": PASSWORD}
    signing_in = {"documentId": "masuk", "variables": person}
    assert (await http.get("/graphql", params=params(signing_in))).status_code == 405
    untrusted = await http.post("/graphql", json={"query": SIGN_UP.replace("SignUp", "Lain"), "variables": person})
    assert untrusted.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
    refused = (await http.post("/graphql", json=signing_in)).json()["data"]["signIn"]["errors"]
    assert [error["code"] for error in refused] == ["UNAUTHENTICATED"]  # the other mutation created no account
    signed_up = await http.post("/graphql", json={"documentId": f"sha256:{hash_of(SIGN_UP)}", "variables": person})
    token = signed_up.json()["data"]["signUp"]["session"]["accessToken"]
    feed, accept = {"documentId": "feed-1"}, {"accept": "text/event-stream"}
    async with (
        socket(server.servers[0].url) as live,
        http.stream("GET", "/graphql", params=feed, headers=accept) as answer,
    ):
        stream, operation = EventSource(answer, ""), await live.request(feed)
        await stream.begun()
        assert (await (await live.request({"documentId": hash_of(CITIES)})).message())["type"] == "next"
        report = {"title": "Sampah", "description": "Di trotoar", "category": "SAMPAH", "location": MONAS}
        submitted = {"documentId": "lapor", "variables": {"i": report}}
        answered = await http.post("/graphql", json=submitted, headers={"authorization": f"Bearer {token}"})
        assert answered.json() == {"data": {"submitReport": {"errors": []}}}
        assert (await stream.next())["version"] == (await operation.next())["version"] == 1


async def test_documents_of_the_own_pages_are_trusted_beside_those_of_apps(server: Deployment) -> None:
    assert OWN
    for name, text in OWN.items():
        for request in ({"documentId": name}, {"query": text}):
            answer = (await server.clients[0].post("/graphql", json=request)).json()
            codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
            assert "DOCUMENT_NOT_TRUSTED" not in codes, text


async def test_id_of_a_wrong_type_is_bad_input(server: Deployment) -> None:
    faults: tuple[dict[str, Any], ...] = (
        {"documentId": 5},
        {"documentId": ["x"]},
        {"query": 5, "documentId": "x"},
        {"extensions": {"persistedQuery": 5}},
        {"extensions": {"persistedQuery": {"sha256Hash": 5}}},
    )
    for fault in faults:
        answer = await server.clients[0].post("/graphql", json=fault)
        assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT", fault
