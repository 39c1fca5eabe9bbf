"""Random requests over HTTP: none is answered with a 5xx, or leaves a traceback in the log."""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.schema import make_schema
from rules.access import Role
from tests.city import City, in_process
from tests.execution.documents import Writer
from tests.execution.lively import pools
from tests.wire import GAMBIR, MONAS, Caller

REPORTS, TALE_LENGTH = 3, 5
"""Reports that there are at the start, and requests of an example."""

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**400, 10**500)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["BANJIR", GAMBIR, "2026-11-01", "2026-11-01T00:00:00Z", "\x00", "\ud800", "ﷺ" * 50])
)
words = st.text(st.characters(codec="utf-8"), max_size=12)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
DOCUMENTS = (
    "{",
    "",
    "{...zz}",
    "{a:a a:b}",
    "{ " * 500,
    "subscription { reportFeed { kind } }",
    "{reports(first:" + "9" * 5_000 + "){totalCount}}",
)
TEXTS = (
    "\x00",
    "\ud800",
    "\u200b",
    "\u202e",
    "ﷺ" * 700,
    "e\u0301" * 9,
    "Genangan",
    "%s",
    "' OR 1=1 --",
    "\n",
    "a" * 20_000,
)
"""Values that texts and identifiers may have."""

PATHS = (
    "/graphql",
    "/media",
    "/media/a.jpg",
    "/healthz",
    "/",
    "/api",
    "/laporan/JK1",
    "/kelurahan/x",
    "/schema.graphql",
    "/%00",
    "//",
)
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "BREW")
HEADERS = {
    b"accept": (b"application/json", b"application/graphql-response+json", b"*/*;q=2", b"text/event-stream"),
    b"accept-language": (b"in-ID", b"en;q=x", b"id" * 500),
    b"access-control-request-headers": (b"x-a, \xff",),
    b"access-control-request-method": (b"POST", b"BREW"),
    b"authorization": (b"Bearer", b"Bearer a.b.c", b"Basic YTpi", b"\xff"),
    b"content-length": (b"-1", b"99999999999999999999", b"x"),
    b"content-type": (b"application/json", b"application/json; charset=utf-16", b"multipart/form-data", b"text/plain"),
    b"content-encoding": (b"gzip", b"br"),
    b"cookie": (b"a=b; =; \xff",),
    b"host": (b"", b"evil.example:99999", b"[::1", b"a@b"),
    b"if-none-match": (b"*", b'W/"a", "', b"\xff"),
    b"origin": (b"null", b"https://evil.example", b"https://[", b"\xff"),
    b"range": (b"bytes=0-0", b"bytes=9-1", b"bytes=a-b"),
    b"x-forwarded-for": (b"1.2.3.4, x",),
}
"""Header fields with some values that servers have stumbled over."""


@dataclass
class Request:
    """A request as it is sent. `caller`: who sends it, by number."""

    method: str
    path: str
    query: str
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes
    caller: int


def as_json(value: object) -> bytes:
    """Encode JSON, also what JSON does not allow: lone surrogates, NaN and Infinity."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def requests(pools: Mapping[str, Sequence[Any]]) -> st.SearchStrategy[list[Request]]:
    """Return a strategy for a few requests in a row. `pools`: values for the arguments of documents."""
    schema = make_schema()._schema

    def written(seed: int) -> dict[str, Any]:
        rng = Random(seed)
        writer = Writer(schema, pools, rng, faults=rng.choice((0.001, 0.05)))
        return rng.choice(list((writer.mutation() if seed % 2 else writer.document()).bodies()))

    bodies = st.one_of(
        st.integers(0, 10**6).map(written),
        st.integers(0, 10**6).map(written),
        st.fixed_dictionaries(
            {"query": st.sampled_from(DOCUMENTS) | anything},
            optional={"variables": anything, "operationName": anything, "extensions": anything},
        ),
        anything,
    )
    encoded = bodies.map(as_json)
    damaged = st.builds(lambda body, at, by: body[:at] + by + body[at:], encoded, st.integers(0, 300), st.binary())
    form = st.builds(
        lambda name, content: (
            b'--x\r\ncontent-disposition: form-data; name="'
            + name
            + b'"; filename="a"\r\n\r\n'
            + content
            + b"\r\n--x--"
        ),
        st.sampled_from([b"file", b"", b"\xff"]),
        st.binary() | st.binary().map(lambda more: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + more),
    )
    header = st.sampled_from(sorted(HEADERS)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(HEADERS[name]) | st.binary(max_size=20))
    )
    usual = st.builds(
        Request,
        method=st.just("POST"),
        path=st.just("/graphql"),
        query=st.just(""),
        headers=st.lists(header, max_size=1).map(lambda more: [(b"content-type", b"application/json"), *more]),
        body=st.one_of(encoded, encoded, damaged),
        caller=st.integers(0, 3),
    )
    by_url = st.builds(
        Request,
        method=st.just("GET"),
        path=st.just("/graphql"),
        query=bodies.map(
            lambda body: (
                urlencode(body, errors="replace") if isinstance(body, dict) else quote(str(body)[:50], errors="replace")
            )
        ),
        headers=st.lists(header, max_size=2),
        body=st.just(b""),
        caller=st.integers(0, 3),
    )
    upload = st.builds(
        Request,
        method=st.just("POST"),
        path=st.just("/media"),
        query=st.just(""),
        headers=st.just([(b"content-type", b"multipart/form-data; boundary=x")]),
        body=form,
        caller=st.integers(0, 3),
    )
    odd = st.builds(
        Request,
        method=st.sampled_from(METHODS),
        path=st.sampled_from(PATHS) | words.map(lambda text: f"/{quote(text)}"),
        query=words.map(quote),
        headers=st.lists(header, max_size=4),
        body=encoded | damaged | form | st.binary(),
        caller=st.integers(0, 3),
    )
    return st.lists(st.one_of(usual, usual, usual, by_url, upload, odd), min_size=TALE_LENGTH, max_size=TALE_LENGTH)


async def people(city: City) -> list[Caller]:
    """Return a visitor, a citizen with reports, an officer, and somebody of the control room."""
    citizen = await city.citizen()
    for number in range(REPORTS):
        await citizen.submit(title=f"Genangan {number}", location=MONAS)
    return [
        city.anyone(),
        citizen,
        await city.official(GAMBIR, Role.OFFICER, "petugas"),
        await city.official(None, Role.ADMIN, "admin"),
    ]


async def send(city: City, callers: Sequence[Caller], request: Request) -> str:
    """Send a request, check its answer, and return the kind of the answer."""
    own = callers[request.caller].headers.items()
    headers = [*request.headers, *((name.encode(), value.encode()) for name, value in own)]
    url = f"http://tanggap{request.path}?{request.query}"
    response = await city.http.request(request.method, url, headers=headers, content=request.body)
    assert response.status_code < 500, response.text
    assert "Traceback" not in response.text
    if request.path != "/graphql" or not response.headers.get("content-type", "").startswith("application/"):
        return str(response.status_code)
    if response.status_code == 304 or request.method == "HEAD":
        return str(response.status_code)
    answer = response.json()
    assert {"data", "errors"} & answer.keys(), answer
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assert "INTERNAL" not in codes, answer
    return min(codes, default="data" if "data" in answer else "?")


def test_no_request_gets_a_5xx_or_leaves_a_traceback(
    database_url: str, requests_to_send: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outcomes: Counter[str] = Counter()
    with asyncio.Runner() as runner:
        entering = in_process(database_url, tmp_path / "media")
        city = runner.run(entering.__aenter__())
        callers = runner.run(people(city))
        values = runner.run(pools(callers[1]))
        values |= {kind: [*values[kind], *TEXTS] for kind in ("String", "ID")}
        runner.run(city.services.notifier.stop())  # between examples the loop stands still

        @settings(
            max_examples=requests_to_send // TALE_LENGTH,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(requests(values))
        def any_requests(tale: list[Request]) -> None:
            caplog.clear()
            for request in tale:
                outcomes[runner.run(send(city, callers, request))] += 1
            assert [record for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR] == []

        try:
            any_requests()
        finally:
            runner.run(entering.__aexit__(None, None, None))
    assert outcomes["data"] or outcomes.total() < 600, outcomes  # few have no fault: 12 of 600, 3 of 200
    assert len(outcomes) > 5, outcomes
