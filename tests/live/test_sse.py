"""Event streams keep the guarantees of sockets, with nothing but HTTP: once, in order, and across lost connections."""

import json
from typing import Any

import httpx
import pytest

from rules.cursors import encode
from tests.city import Deployment
from tests.wire import Caller, RequestFailedError, event_source, socket

pytestmark = pytest.mark.anyio

FEED = "subscription($after: String) { reportFeed(after: $after) { cursor kind version reportId } }"
NOW = "subscription { reportFeed { cursor version } }"
BOARD = "subscription { leaderboardChanged(kind: CITY) { snapshot cursor standings { points } } }"
EVENT_STREAM = {"accept": "text/event-stream"}


async def citizen_of(deployment: Deployment) -> Caller:
    citizen = Caller(deployment.clients[0])
    await citizen.sign_up("warga@contoh.id")
    return citizen


async def edit(citizen: Caller, report: dict[str, Any], *titles: str) -> None:
    for title in titles:
        assert (await citizen.act("updateReport", report["id"], title=title))["errors"] == []


async def payloads(http: httpx.AsyncClient, document: str, **options: Any) -> list[Any]:
    """Return the payloads of an operation that completes."""
    async with event_source(http, document, **options) as stream:
        assert stream.answer.status_code == 200
        seen = []
        while (event := await stream.event()) is not None and event.kind == "next":
            seen.append(json.loads(event.data))
        assert event is not None, "the stream has been lost"
        assert (event.kind, event.data) == ("complete", "")
        assert await stream.event() is None
        return seen


async def test_query_and_mutation_are_one_next_and_complete(server: Deployment) -> None:
    http = server.clients[0]
    for by_post in (False, True):
        cities = await payloads(http, "query($first: Int) { cities { code } reports(first: $first) { cursor } }",
                                variables={"first": 1}, by_post=by_post)  # fmt: skip
        assert len(cities) == 1
        assert len(cities[0]["data"]["cities"]) == 6
    sign_up = 'mutation { signUp(email: "warga@contoh.id", password: "kata sandi yang panjang") { errors { code } } }'
    assert await payloads(http, sign_up, by_post=True) == [{"data": {"signUp": {"errors": []}}}]


async def test_events_are_numbered_by_their_cursors_and_resume_after_them(deployment: Deployment) -> None:
    citizen = await citizen_of(deployment)
    report = await citizen.report()
    async with event_source(deployment.clients[-1], FEED, {"after": report["cursor"]}) as stream:
        await stream.begun()
        assert stream.received == report["cursor"]
        await edit(citizen, report, "Satu", "Dua")
        for version in (2, 3):
            event = await stream.next()
            assert (event["version"], stream.received) == (version, event["cursor"])
        received = stream.received
    await edit(citizen, report, "Tiga", "Empat")
    for http in deployment.clients:
        for document in (FEED, NOW, f'subscription {{ reportFeed(after: "{report["cursor"]}") {{ cursor version }} }}'):
            variables = {"after": report["cursor"]} if document == FEED else {}
            async with event_source(http, document, variables, received=received) as stream:
                assert [event["version"] for event in await stream.take(2)] == [4, 5]
    await edit(citizen, report, "Lima")


async def test_stream_lost_before_its_first_event_loses_nothing(server: Deployment) -> None:
    citizen = await citizen_of(server)
    report = await citizen.report()
    async with event_source(server.clients[0], NOW) as stream:
        await stream.begun()
    await edit(citizen, report, "Satu")
    async with event_source(server.clients[0], NOW, received=stream.received) as stream:
        assert (await stream.next())["version"] == 2


async def test_later_of_the_argument_and_the_received_id_holds(server: Deployment) -> None:
    citizen = await citizen_of(server)
    report = await citizen.report()
    await edit(citizen, report, "Satu", "Dua", "Tiga")
    async with event_source(server.clients[0], FEED, {"after": report["cursor"]}) as stream:
        cursors = [event["cursor"] for event in await stream.take(3)]
    for argument, received in ((0, 1), (1, 0), (1, 1)):
        variables = {"after": cursors[argument]}
        async with event_source(server.clients[0], FEED, variables, received=cursors[received]) as stream:
            assert (await stream.next())["version"] == 4


async def test_socket_and_stream_get_the_same_events(deployment: Deployment) -> None:
    citizen = await citizen_of(deployment)
    report = await citizen.report()
    async with (
        socket(deployment.servers[-1].url) as phone,
        event_source(deployment.clients[-1], FEED, {"after": report["cursor"]}) as stream,
    ):
        following = await phone.subscribe(FEED, after=report["cursor"])
        await edit(citizen, report, *map(str, range(20)))
        assert await stream.take(20) == await following.take(20)


async def test_board_begins_with_a_snapshot_at_each_connection(server: Deployment) -> None:
    for received in ("", encode("0123456789abcdef", 5), "nonsense"):
        async with event_source(server.clients[0], BOARD, received=received) as stream:
            assert (await stream.next())["snapshot"] is True
            assert stream.received == received


NONSENSE = ["x", "0", "-1", "null", "é", "a b", "log1:0123456789abcdef:5", "A" * 4000, encode("0123456789abcdef", 1)]


async def test_nonsense_as_received_id_is_an_invalid_cursor(server: Deployment) -> None:
    for nonsense in NONSENSE:
        headers = {"last-event-id": nonsense}
        sent: Any = {name: value.encode() for name, value in headers.items()}
        for document in (FEED, NOW):
            (payload,) = await payloads(server.clients[0], document, headers=sent)
            assert payload["errors"][0]["extensions"]["code"] == "CURSOR_INVALID", nonsense
    async with event_source(server.clients[0], NOW, headers={"last-event-id": ""}) as stream:
        await stream.begun()


REFUSED = {
    "{": "BAD_INPUT",
    "{ nothing }": "BAD_INPUT",
    "subscription { nothing }": "BAD_INPUT",
    "subscription { a: reportFeed { id } b: reportFeed { id } }": "BAD_INPUT",
    "query A { cities { code } } subscription B { reportFeed { id } }": "BAD_INPUT",
    "subscription($after: String!) { reportFeed(after: $after) { id } }": "BAD_INPUT",
    "subscription { reportFeed(after: 5) { id } }": "BAD_INPUT",
    'subscription { reportFeed(after: "x") { id } }': "CURSOR_INVALID",
    "subscription { myReportsChanged { id } }": "UNAUTHENTICATED",
    "subscription { leaderboardChanged(first: 0) { cursor } }": "BAD_INPUT",
    "subscription { leaderboardChanged(kind: OFFICER) { cursor } }": "FORBIDDEN",
    'subscription { reportChanged(id: "x") { id } }': "NOT_FOUND",
    "{ " + " ".join(f"a{n}: reports(first: 100) {{ totalCount }}" for n in range(40)) + " }": "TOO_EXPENSIVE",
    "fragment A on Query { cities { code } }": "BAD_INPUT",
}


async def test_errors_of_an_operation_are_sent_over_its_stream(server: Deployment) -> None:
    for document, code in REFUSED.items():
        for by_post in (False, True):
            (payload,) = await payloads(server.clients[0], document, by_post=by_post)
            assert payload["errors"][0]["extensions"]["code"] == code, document
            assert payload.get("data") is None
    wrong: list[dict[str, Any]] = [{"after": 5}, {"after": ["x"]}, {"after": {}}]
    for variables in wrong:
        (payload,) = await payloads(server.clients[0], FEED, variables=variables)
        assert payload["errors"][0]["extensions"]["code"] == "BAD_INPUT", variables
    deep: Any = {}
    for _ in range(30):
        deep = {"x": deep}
    (payload,) = await payloads(server.clients[0], FEED, variables={"after": deep}, by_post=True)
    assert payload["errors"][0]["extensions"]["code"] == "BAD_INPUT"


async def test_requests_that_are_no_operation_get_a_status(server: Deployment) -> None:
    http = server.clients[0]
    for parameters in ({}, {"query": ""}, {"query": NOW, "variables": "5"}, {"query": NOW, "variables": "{"}):
        assert (await http.get("/graphql", params=parameters, headers=EVENT_STREAM)).status_code == 400, parameters
    for content in (
        b"",
        b"null",
        b"[]",
        b"5",
        b"\xff",
        b"[" * 5000,
        b'{"query":5}',
        b'[{"query":"{ cities { code } }"}]',
    ):
        headers = {**EVENT_STREAM, "content-type": "application/json"}
        assert (await http.post("/graphql", content=content, headers=headers)).status_code == 400, content
    assert (await http.post("/graphql", content=b"x" * 2_000_000, headers=EVENT_STREAM)).status_code == 413
    assert (await http.put("/graphql", headers=EVENT_STREAM)).status_code == 405
    head = await http.head("/graphql", params={"query": NOW}, headers=EVENT_STREAM)
    assert head.headers["content-type"].startswith("application/json")
    refused = await http.get(
        "/graphql", params={"query": "mutation { signOut { errors { code } } }"}, headers=EVENT_STREAM
    )
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


async def test_json_is_preferred_where_it_is_accepted(server: Deployment) -> None:
    http = server.clients[0]
    everything = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed"
    for accept, kind in (
        (everything, "application/graphql-response+json"),
        ("application/json, text/event-stream", "application/json"),
        ("text/event-stream, multipart/mixed", "text/event-stream"),
        ("TEXT/Event-Stream; q=0.9, */*;q=0.1", "text/event-stream"),
        ("*/*", "application/json"),
    ):
        answer = await http.get("/graphql", params={"query": "{ cities { code } }"}, headers={"accept": accept})
        assert answer.headers["content-type"].startswith(kind), accept


async def test_no_proxy_keeps_compresses_or_holds_back_a_stream(server: Deployment) -> None:
    async with event_source(server.clients[0], NOW, headers={"accept-encoding": "gzip, br"}) as stream:
        headers = stream.answer.headers
        assert headers["content-type"] == "text/event-stream; charset=utf-8"
        assert {"private", "no-cache", "no-transform"} == set(headers["cache-control"].split(", "))
        assert headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in headers
        assert "content-length" not in headers


async def test_invalid_token_is_refused_and_not_a_visitor(server: Deployment) -> None:
    for token in ("Bearer x", "Bearer", "nonsense"):
        for document in (NOW, "{ cities { code } }"):
            async with event_source(server.clients[0], document, headers={"authorization": token}) as stream:
                assert stream.answer.status_code == 401
                assert stream.answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
                await stream.answer.aread()
                assert stream.answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_lost_stream_has_no_complete_and_a_failed_one_has(server: Deployment) -> None:
    citizen = await citizen_of(server)
    async with event_source(server.clients[0], "subscription { myReportsChanged { version } }",
                            headers=citizen.headers) as stream:  # fmt: skip
        await stream.begun()
        await citizen.report()
        assert (await stream.next())["version"] == 1
        await citizen.ask("mutation { signOut { errors { code } } }")
        assert await stream.event() is None
    with pytest.raises(RequestFailedError):
        async with event_source(server.clients[0], "subscription { myReportsChanged { version } }") as stream:
            await stream.next()
