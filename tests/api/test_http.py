"""GraphQL over HTTP: conformance with the specification, and arbitrary other input."""

import http.client
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from graphql import build_client_schema, get_introspection_query, parse, validate
from strawberry.extensions.validation_cache import DEFAULT_MAXSIZE, _get_validate_cache

from models.reports import Report
from tests.city import City, Deployment, deployed
from tests.wire import REPORT

pytestmark = pytest.mark.anyio

JSON, GRAPHQL = "application/json", "application/graphql-response+json"
TYPENAME = b'{"query":"{ __typename }"}'

NO_REQUEST = (
    b"",
    b"nope",
    b"null",
    b"5",
    b'"x"',
    b"true",
    b"[]",
    b"[{}]",
    b"[" + TYPENAME + b"]",
    b"{}",
    b'{"query":null}',
    b'{"query":""}',
    b'{"query":5}',
    b'{"query":{}}',
    b'{"query":["{ __typename }"]}',
    b'{"query":"{ __typename }"',
    b'{"query":"{ __typename }","variables":5}',
    b'{"query":"{ __typename }","variables":"x"}',
    b'{"query":"{ __typename }","variables":[1]}',
    b'{"query":"{ __typename }","variables":{"a":NaN}}',
    b'{"query":"{ __typename }","operationName":5}',
    b'{"query":"{ __typename }","operationName":[]}',
    b'{"query":"{ __typename }","operationName":"Lain"}',
    b'{"query":"{ __typename }","extensions":5}',
    b'{"query":"fragment F on Query { __typename }"}',
    b'{"query":"\\ud800"}',
    b"\xff\xfe",
    b'{"query":"{ viewer { id } }\xff"}',
    TYPENAME.decode().encode("utf-16"),
    b"[" * 100_000,
    b'{"a":' * 5_000,
    b'{"query":"{ __typename }","variables":{"a":' + b"[" * 2_000 + b"]" * 2_000 + b"}}",
)
"""Bodies that are not GraphQL requests."""

NOT_EXECUTED = (
    "{",
    "}",
    "\0",
    "{ nothing }",
    "{ viewer }",
    "{ viewer { password } }",
    "query($n: String!) { report(number: $n) { id } }",
    "query($n: Int) { report(number: $n) { id } }",
    "query($f: Nothing) { reports(filter: $f) { totalCount } }",
    "{ reports(orderBy: DIAGONAL) { totalCount } }",
    "{ reports(first: 99999999999) { totalCount } }",
    "{ ...F } fragment F on Query { ...F }",
    '{ report(number: "x) { id } }',
    '{ report(number: "\\ud800") { id } }',
    "{" + "viewer {" * 3_000,
    "query A { __typename } query B { __typename }",
    "query A { __typename } mutation B { signOut { errors { code } } }",
    "{" + " ".join(f"a{number}: __typename" for number in range(5_000)) + "}",
    "{ __typename " + "@skip(if: false) " * 2_000 + "}",
    "{" + "viewer { id } " * 5_000 + "}",
    "{ reports(filter: {status: [" + "WAITING " * 5_000 + "]}) { totalCount } }",
)
"""Requests that cannot be executed: syntax, validation, limits."""


async def post(city: City, body: bytes, **headers: str) -> httpx.Response:
    given = {"content-type": JSON} | {name.replace("_", "-"): value for name, value in headers.items()}
    return await city.http.post("/graphql", content=body, headers=given)


def written(query: str, **more: Any) -> bytes:
    return json.dumps({"query": query, **more}).encode()


def assert_reveals_no_internals(text: str) -> None:
    """Assert that a text contains no traceback, Python class, path or SQL."""
    assert not re.search(
        r"Traceback|\bFile \"|\w+(Error|Exception)\b|<class|<object|object at 0x|NoneType|\.py\b|SELECT|INTERNAL", text
    ), text[:300]


async def test_malformed_request_is_400_with_a_graphql_error(city: City) -> None:
    for body in NO_REQUEST:
        for accept in (JSON, GRAPHQL, "*/*"):
            response = await post(city, body, accept=accept)
            assert response.status_code == 400, body[:80]
            assert response.headers["content-type"] == (GRAPHQL if accept == GRAPHQL else JSON)
            answer = response.json()
            assert set(answer) == {"errors"}
            assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_INPUT"]
            assert_reveals_no_internals(response.text)


async def test_unexecutable_request_has_no_data_and_the_specified_status(city: City) -> None:
    for query in NOT_EXECUTED:
        for accept, status in ((GRAPHQL, 400), (JSON, 200), ("*/*", 200)):
            response = await post(city, written(query), accept=accept)
            answer = response.json()
            assert response.status_code == status, query[:80]
            assert response.headers["content-type"] == (GRAPHQL if accept == GRAPHQL else JSON)
            assert set(answer) == {"errors"}, query[:80]
            assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_INPUT"}
            assert_reveals_no_internals(response.text)


async def test_variable_of_the_wrong_type_is_named(city: City) -> None:
    query = "query($n: String!, $f: ReportFilter) { report(number: $n) { id } reports(filter: $f) { totalCount } }"
    wrong: list[dict[str, Any]] = [
        {},
        {"n": None},
        {"n": 5},
        {"n": ["x"]},
        {"n": "x", "f": 5},
        {"n": "x", "f": {"status": "BUKAN"}},
        {"n": "x", "f": {"overdue": "ya"}},
        {"n": "x", "f": {"tidakAda": True}},
        {"n": "x", "f": {"submittedFrom": {"a": 1}}},
        {"n": "x", "f": {"within": {"south": "a", "west": 1, "north": 2, "east": 3}}},
        {"n": "x", "f": {"within": {"south": 1}}},
    ]
    for variables in wrong:
        response = await post(city, written(query, variables=variables), accept=GRAPHQL)
        assert (response.status_code, set(response.json())) == (400, {"errors"}), variables
        assert re.search(r"\$[nf]\b", response.text)
        assert_reveals_no_internals(response.text)


async def test_executed_request_is_200_with_data_even_if_a_field_failed(city: City) -> None:
    query = "{ reports(first: 0) { totalCount } }"
    for accept in (GRAPHQL, JSON):
        whole = await post(city, TYPENAME, accept=accept)
        assert (whole.status_code, whole.json()) == (200, {"data": {"__typename": "Query"}})
        failed = await post(city, written(query), accept=accept)
        assert failed.status_code == 200
        assert failed.json()["data"] is None  # executed, but the null propagated to the root
        assert failed.json()["errors"][0]["path"] == ["reports"]
    both = await post(city, written('{ __typename leaderboard(on: "1999-01-01") { cursor } }'), accept=GRAPHQL)
    assert (both.status_code, both.json()["data"]) == (200, {"__typename": "Query", "leaderboard": None})


async def test_null_equals_omitted(city: City) -> None:
    body = b'{"query":"{ __typename }","variables":null,"operationName":null,"extensions":null,"unknown":1}'
    assert (await post(city, body)).json() == {"data": {"__typename": "Query"}}
    extended = b'{"query":"{ __typename }","extensions":{"persistedQuery":{"sha256Hash":"x","version":1}}}'
    assert (await post(city, extended)).json() == {"data": {"__typename": "Query"}}


async def test_named_operation_is_executed(city: City) -> None:
    query = "query A { a: __typename } query B { b: __typename } mutation C { signOut { errors { code } } }"
    for name, field in (("A", "a"), ("B", "b"), ("C", "signOut")):
        answer = (await post(city, written(query, operationName=name))).json()
        assert list(answer["data"]) == [field]


async def test_body_without_json_content_type_is_refused(city: City) -> None:
    """Another site can send text/plain and forms without a preflight request, so they are never executed."""
    forms = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
    for content_type in (
        *forms,
        "",
        "application/json-seq",
        "application/json; charset=utf-16",
        "text/application/json",
    ):
        response = await city.http.post("/graphql", content=TYPENAME, headers={"content-type": content_type})
        assert response.status_code == 415, content_type
        assert response.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"
        assert "data" not in response.json()
    for content_type in ("application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'):
        response = await city.http.post("/graphql", content=TYPENAME, headers={"content-type": content_type})
        assert response.json() == {"data": {"__typename": "Query"}}


async def test_query_is_accepted_by_get(city: City) -> None:
    parameters = {
        "query": "query A($n: String!) { report(number: $n) { id } } query B { __typename }",
        "variables": '{"n": "JK2603100001"}',
        "operationName": "A",
    }
    response = await city.http.get(f"/graphql?{urlencode(parameters)}", headers={"accept": GRAPHQL})
    assert (response.status_code, response.json()) == (200, {"data": {"report": None}})
    for name in ("variables", "extensions"):
        for wrong in ("x", "5", "[[", "[1]", "\ud83d", "[" * 3_000):
            fields = urlencode({"query": "{ __typename }", name: wrong}, errors="replace")
            response = await city.http.get(f"/graphql?{fields}")
            assert response.status_code == 400, wrong
            assert_reveals_no_internals(response.text)
    for raw in ("query=%ff", "query=", "", "query={", "variables={}"):
        response = await city.http.get(f"/graphql?{raw}", headers={"accept": GRAPHQL})
        assert response.status_code in {400, 404}
        assert "data" not in response.json()


async def test_answer_has_the_type_that_the_client_prefers(city: City) -> None:
    preferred = {
        "": JSON,
        "*/*": JSON,
        "application/*": JSON,
        f"{JSON}, {GRAPHQL}": GRAPHQL,
        f"{GRAPHQL}, {JSON};q=0.9": GRAPHQL,
        f"{GRAPHQL};q=0.5, {JSON}": JSON,
        f"{GRAPHQL};q=0, */*": JSON,
        f"{JSON};q=0.5, */*": GRAPHQL,
        "Application/GraphQL-Response+JSON; charset=utf-8": GRAPHQL,
        "text/html,*/*;q=0.8": JSON,
        "tidak, jelas": JSON,
    }
    for accept, expected in preferred.items():
        for query in ("{ __typename }", "{ cities { name } }", "{ nothing }"):
            response = await post(city, written(query), accept=accept)
            assert response.headers["content-type"] == expected, (accept, query)
            assert response.status_code == (400 if query == "{ nothing }" and expected == GRAPHQL else 200)


async def test_client_that_accepts_no_type_of_ours_gets_406(city: City) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    mutation = f'mutation {{ withdrawReport(id: "{report["id"]}") {{ errors {{ code }} }} }}'
    for accept in ("text/html", f"{JSON};q=0", "multipart/mixed;boundary=graphql;subscriptionSpec=1.0"):
        headers = citizen.headers | {"accept": accept}
        answers = [
            await city.http.post("/graphql", json={"query": query}, headers=headers)
            for query in (mutation, "{ cities { name } }")
        ]
        answers.append(await city.http.get("/graphql", params={"query": "{ cities { name } }"}, headers=headers))
        for answer in answers:
            assert (answer.status_code, set(answer.json())) == (406, {"errors"})
    assert (await Report.get()).status == "WAITING"


async def test_empty_or_unknown_parameters_of_an_address_are_as_if_absent(city: City) -> None:
    for more in ("&operationName=&variables=&extensions=", "&documentId=", "&tidakDikenal=1", "&variables={}"):
        response = await city.http.get(f"/graphql?query=%7B%20__typename%20%7D{more}")
        assert response.json() == {"data": {"__typename": "Query"}}, more


async def test_mutation_by_get_is_405_and_changes_nothing(city: City) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    query = f'mutation {{ withdrawReport(id: "{report["id"]}") {{ errors {{ code }} }} }}'
    for accept in (JSON, GRAPHQL):
        response = await city.http.get(
            f"/graphql?{urlencode({'query': query})}", headers=citizen.headers | {"accept": accept}
        )
        assert (response.status_code, response.headers["allow"]) == (405, "POST")
        assert "data" not in response.json()
    assert (await Report.get()).status == "WAITING"


async def test_subscription_is_refused_without_an_event_stream(city: City) -> None:
    query = "subscription { reportFeed { id } }"
    for accept in (JSON, GRAPHQL, "*/*"):
        by_post = await post(city, written(query), accept=accept)
        assert by_post.status_code == 400
        by_get = await city.http.get(f"/graphql?{urlencode({'query': query})}", headers={"accept": accept})
        assert by_get.status_code == 405
        for response in (by_post, by_get):
            assert response.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"
            assert_reveals_no_internals(response.text)


async def test_other_methods_are_405_and_other_paths_404(city: City) -> None:
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
        assert (await city.http.request(method, "/graphql", content=TYPENAME)).status_code == 405
    for path in ("/nothing", "/graphql/x", "/graphiql", "/admin", "/.env", "/media", "/%00", "/%ff", "/..%2f..%2fetc"):
        response = await city.http.get(path)
        assert response.status_code in {404, 405}, path
        assert_reveals_no_internals(response.text)


async def test_only_allowed_origins_may_read_responses(city: City) -> None:
    asked = {"origin": "https://lain.example", "access-control-request-method": "POST"}
    preflight = await city.http.options("/graphql", headers=asked)
    assert preflight.status_code == 400
    for origin in ("https://lain.example", "null", "http://tanggap"):
        response = await post(city, TYPENAME, origin=origin)
        assert not any(name.startswith("access-control") for name in response.headers)


async def test_arbitrary_header_bytes_are_answered(city: City) -> None:
    for name in ("authorization", "accept", "accept-language", "content-type", "origin", "cookie", "x-forwarded-for"):
        for value in (b"\xff\xfe", b"", b"x" * 5_000, "Bearer é".encode(), b"a;b=c,,;q=1e999,*/*;q=nan", b"q=inf"):
            headers = {b"content-type": JSON.encode()} | {name.encode(): value}
            response = await city.http.post("/graphql", content=TYPENAME, headers=headers)
            assert response.status_code in {200, 400, 415}, (name, value)
            assert_reveals_no_internals(response.text)


async def test_introspection_answers_every_field_of_every_type(city: City) -> None:
    inner = "name kind isOneOf specifiedByURL ofType { name kind isOneOf ofType { kind isOneOf } }"
    query = (
        f"{{ __schema {{ types {{ {inner} fields {{ name type {{ {inner} }} args {{ type {{ {inner} }} }} }} }} }} }}"
    )
    described = await city.anyone().ask(query)
    assert {each["isOneOf"] for each in described["__schema"]["types"]} == {None, False}


async def test_introspected_schema_validates_our_own_documents(city: City) -> None:
    schema = build_client_schema(await city.anyone().ask(get_introspection_query()))  # type: ignore[arg-type] # as sent
    document = parse(f"{{ reports {{ edges {{ node {{ {REPORT} }} }} }} }}")
    assert validate(schema, document) == []
    described = await city.anyone().ask(
        "{ __schema { types { name description fields { name description args { name description } } } } }"
    )
    for each in described["__schema"]["types"]:
        assert each["description"], each["name"]
        for field in each["fields"] or ():
            if not each["name"].startswith("__"):
                assert field["description"], f"{each['name']}.{field['name']}"
                assert all(argument["description"] for argument in field["args"])


async def test_many_aliases_and_levels_are_accepted(city: City) -> None:
    aliases = "{" + " ".join(f"a{number}: viewer {{ id }}" for number in range(60)) + "}"
    assert len(await city.anyone().ask(aliases)) == 60
    deep = "{ agencies {" + " standing { subject { ... on Agency {" * 5 + " id" + " } } }" * 5 + " } }"
    assert len((await city.anyone().ask(deep))["agencies"]) == 20


async def test_repeated_document_is_validated_once(city: City) -> None:
    validations: Any = _get_validate_cache(DEFAULT_MAXSIZE)
    before = validations.cache_info().misses
    for _ in range(3):
        await city.anyone().ask("{ cities { code } } # thrice")
    assert validations.cache_info().misses - before <= 1  # the cache is shared by the process and may hold it already


async def test_body_over_the_limit_is_413(city: City) -> None:
    for size in (1024 * 1024 + 1, 2_000_000):
        response = await post(city, b'{"query":"' + b"#" * size + b'"}')
        assert response.status_code == 413
        assert_reveals_no_internals(response.text)
    just = written("{ __typename }")
    padded = just + b" " * (1024 * 1024 - len(just))
    assert (await post(city, padded)).json() == {"data": {"__typename": "Query"}}


@pytest.fixture
async def deployment(sqlite_city_url: str, tmp_path: Path) -> AsyncIterator[Deployment]:
    async with deployed(sqlite_city_url, "memory://", tmp_path / "media", 1) as running:
        yield running


async def test_connection_survives_a_body_over_the_limit(deployment: Deployment) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", deployment.servers[0].port, timeout=60)
    connection.connect()
    socket = connection.sock
    for body, status in (
        (TYPENAME, 200),
        (b" " * 2_000_000, 413),
        (TYPENAME, 200),
        (b"[" * 100_000, 400),
        (TYPENAME, 200),
    ):
        connection.request("POST", "/graphql", body, {"Content-Type": JSON})
        response = connection.getresponse()
        text = response.read().decode()
        assert response.status == status
        assert connection.sock is socket
        assert_reveals_no_internals(text)
    connection.close()


@pytest.mark.parametrize("variables", [[], "", 0, False, "x"])
async def test_variables_that_are_no_object_are_refused(city: City, variables: object) -> None:
    body = {"query": "{ cities { name } }", "variables": variables}
    response = await city.http.post("/graphql", json=body, headers={"Accept": "application/graphql-response+json"})
    assert response.status_code == 400


async def test_body_is_never_taken_for_a_query_string(city: City) -> None:
    address = (await city.http.get("/graphql", params={"query": "{ cities { name } }"})).request.url
    headers = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}
    response = await city.http.post("/graphql", content=b"?" + address.query, headers=headers)
    assert response.status_code == 400


async def test_null_for_a_directive_is_refused_and_logs_nothing(city: City, caplog: pytest.LogCaptureFixture) -> None:
    body = {"query": "query($v: Boolean = true) { __typename @skip(if: $v) }", "variables": {"v": None}}
    response = await city.http.post("/graphql", json=body)
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    assert caplog.text == ""


HASH = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
FALL_BACK = [
    ("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED"),
    ("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND"),
]


async def test_hash_of_a_query_is_answered_so_that_clients_send_the_query(city: City) -> None:
    for accept in (JSON, "application/graphql-response+json", "*/*"):
        for query in ({}, {"query": ""}, {"query": None}):
            body = {**query, "operationName": "Q", "variables": {}, "extensions": HASH}
            answers = [await city.http.post("/graphql", json=body, headers={"accept": accept})]
            if not query:
                params = {"operationName": "Q", "variables": "{}", "extensions": json.dumps(HASH)}
                answers.append(await city.http.get("/graphql", params=params, headers={"accept": accept}))
            for answer in answers:
                assert answer.status_code == 200
                errors = [(error["message"], error["extensions"]["code"]) for error in answer.json()["errors"]]
                assert errors == FALL_BACK
                assert answer.headers["cache-control"] == "private, no-cache"


async def test_query_beside_its_hash_is_answered_as_without(city: City) -> None:
    query = "{ cities { name } }"
    expected = (await city.http.post("/graphql", json={"query": query})).json()
    for extensions in (HASH, {}, None):
        answer = await city.http.post("/graphql", json={"query": query, "extensions": extensions})
        assert answer.json() == expected
    by_get = await city.http.get("/graphql", params={"query": query, "extensions": json.dumps(HASH)})
    assert by_get.json() == expected


@pytest.mark.parametrize("extensions", [None, {}, [], "x", 1, {"persisted": 1}])
async def test_request_without_query_and_hash_is_400(city: City, extensions: object) -> None:
    for body in ({"extensions": extensions}, {"query": "", "extensions": extensions}):
        answer = await city.http.post("/graphql", json=body)
        assert answer.status_code in {200, 400}
        assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_INPUT"
