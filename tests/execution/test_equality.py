"""A plan and graphql-core give the same bytes, for random documents over the whole schema."""

import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest
from graphql import (
    ArgumentNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    ObjectFieldNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    visit,
)

from app.schema import make_schema
from execution.answers import Answers
from execution.planner import Plan
from execution.plans import DocumentPlans
from schema.errors import RequestError
from tests.execution.documents import Writer
from tests.execution.lively import VALUES, LivelyCity, lively_city
from tests.wire import Caller, without_request_ids

pytestmark = pytest.mark.anyio

ACTS = 150


@pytest.fixture
async def city(database_url: str, tmp_path: Path) -> AsyncIterator[LivelyCity]:
    async with lively_city(database_url, tmp_path / "media", ACTS) as running:
        yield running


NO_DATA = '200 application/json {"data":null\n'


class Comparison:
    """Sends requests with and without plans, and counts those that a plan answered.

    The answers without plans are remembered by seed.
    """

    def __init__(self, city: LivelyCity, viewers: list[Caller], patch: pytest.MonkeyPatch) -> None:
        self._city, self._viewers, self._patch = city, viewers, patch
        self._execute = DocumentPlans.execute
        self._slow: dict[int, list[str]] = {}
        self._failure: Exception | None = None
        self.outcomes: Counter[bool] = Counter()
        self.in_vain: list[tuple[Exception, Any]] = []
        """Plans that failed although the operation has no error, with their requests.

        A refused argument of a field that no object has does not count: plans read arguments before they read objects.
        """
        patch.setattr(Plan, "run", self._observed())

    async def differences(self, seed: int) -> list[tuple[str, str, Any]]:
        """Return the answers to a document that differ: by plan, without a plan, with the request."""
        city, rng = self._city, Random(seed)
        document = Writer(city.service.schema._schema, city.pools, rng).document()
        caller = rng.choice(self._viewers)
        bodies = list(document.bodies())
        self._patch.setattr(DocumentPlans, "execute", self._planned())
        city.services.answers = Answers(2**20)
        fast = [await self._answer(body, caller, by_get=seed % 8 == 0) for body in bodies]
        if seed not in self._slow:
            self._patch.setattr(DocumentPlans, "execute", _not_planned)
            city.services.answers = Answers(0)
            self._slow[seed] = [await answer(city.http, body, caller, by_get=seed % 8 == 0) for body in bodies]
        compared = zip(fast, self._slow[seed], bodies, strict=True)
        return [(one, two, body) for one, two, body in compared if not _is_same(one, two)]

    async def _answer(self, body: Any, caller: Caller, *, by_get: bool) -> str:
        self._failure = None
        given = await answer(self._city.http, body, caller, by_get=by_get)
        if not isinstance(self._failure, RequestError | GraphQLError | None) and not _has_errors(given):
            self.in_vain.append((self._failure, body))
        return given

    def _observed(self) -> Any:
        run = Plan.run

        async def observed(plan: Plan, *arguments: Any) -> Any:
            try:
                return await run(plan, *arguments)
            except Exception as failure:
                self._failure = failure
                raise

        return observed

    def _planned(self) -> Any:
        async def planned(plans: DocumentPlans, *arguments: Any) -> dict[str, Any] | None:
            data = await self._execute(plans, *arguments)
            self.outcomes[data is not None] += 1
            return data

        return planned


async def _not_planned(*_: object) -> None:
    return None


async def answer(http: httpx.AsyncClient, body: dict[str, Any], caller: Caller, *, by_get: bool) -> str:
    """Return the status, the media type and the body of an answer, without the references of errors."""
    if by_get:
        given = {name: value if name != "variables" else json.dumps(value) for name, value in body.items() if value}
        response = await http.get("/graphql", params=given, headers=caller.headers)
    else:
        response = await http.post("/graphql", json=body, headers=caller.headers)
    text = re.sub(r"(rujukan|reference) [0-9a-f]{8}", r"\1", without_request_ids(response.text))
    return f"{response.status_code} {response.headers['content-type']} {_in_order(text)}"


def _has_errors(answer: str) -> bool:
    """Return whether an answer, as `answer` returns it, has errors."""
    return "\n" in answer


def _is_same(one: str, two: str) -> bool:
    """Return whether two answers are equal. Those without data need one error in common.

    An error that leaves no data ends the execution, so the others are those that happened to fail before. A document
    may be refused for its cost the second time: with variables that let a field fail its cost is not known at first.
    """
    if one.startswith(NO_DATA) and '"code":"TOO_EXPENSIVE"' in two:
        return True
    if one == two or not one.startswith(NO_DATA) or not two.startswith(NO_DATA):
        return one == two
    return bool(set(one.splitlines()[1:]) & set(two.splitlines()[1:]))


def _in_order(text: str) -> str:
    """Return an answer with its errors sorted, one in a line, without the indexes of their paths.

    Of several fields that fail at the same time, graphql-core reports first whichever happened to fail first.
    """
    data, separator, _ = text.rpartition(',"errors":[{"message":')
    if not separator:
        return text
    errors = json.loads(text)["errors"]
    for error in errors:
        error["path"] = [key for key in error.get("path", ()) if isinstance(key, str)]
    return "\n".join([data, *sorted(map(json.dumps, errors))])


async def test_plan_answers_every_document_as_graphql_core_does(
    city: LivelyCity, documents: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    viewers = await city.viewers()
    viewers += [Caller(city.http, each.token, "en") for each in viewers]
    comparison = Comparison(city, viewers, monkeypatch)
    for seed in range(documents):
        assert await comparison.differences(seed) == [], seed
        assert comparison.in_vain == [], seed
    assert comparison.outcomes[True] > comparison.outcomes.total() / 3  # many documents have errors
    assert "planning failed" not in caplog.text


def reached(schema: GraphQLSchema, document: DocumentNode) -> Iterator[str]:
    """Yield the coordinates of the fields, arguments, input fields and enum values that a document has."""
    types = TypeInfo(schema)
    found: list[str] = []

    class Survey(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            found.append(f"{types.get_parent_type()}.{node.name.value}")

        def enter_argument(self, node: ArgumentNode, *_: object) -> None:
            parent, field = types.get_parent_type(), types.get_field_def()
            if types.get_directive() is None and field is not None and parent is not None:
                name = next((name for name, one in getattr(parent, "fields", {}).items() if one is field), "")
                found.append(f"{parent}.{name}({node.name.value})")

        def enter_object_field(self, node: ObjectFieldNode, *_: object) -> None:
            found.append(f"{get_named_type(types.get_parent_input_type())}.{node.name.value}")

        def enter_enum_value(self, node: EnumValueNode, *_: object) -> None:
            found.append(f"{get_named_type(types.get_input_type())}.{node.value}")

    visit(document, TypeInfoVisitor(types, Survey()))
    yield from found


def of_queries(schema: GraphQLSchema) -> Iterator[str]:
    """Yield the coordinates of all that a query can reach."""
    assert schema.query_type is not None
    waiting: list[GraphQLNamedType] = [schema.query_type]
    known = set(waiting)
    for kind in waiting:
        following: list[GraphQLNamedType] = []
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
            following += schema.get_possible_types(kind)
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in kind.fields.items():
                yield f"{kind}.{name}"
                yield from (f"{kind}.{name}({argument})" for argument in field.args)
                following += [get_named_type(field.type), *(get_named_type(one.type) for one in field.args.values())]
        if isinstance(kind, GraphQLInputObjectType):
            yield from (f"{kind}.{name}" for name in kind.fields)
            following += [get_named_type(one.type) for one in kind.fields.values()]
        new = [one for one in following if one not in known]
        waiting += dict.fromkeys(new)
        known.update(new)


def test_documents_reach_everything_that_queries_can() -> None:
    schema = make_schema()._schema
    missing = set(of_queries(schema))
    assert {"Report.timeline(after)", "ReportFilter.within", "BoundingBoxInput.south", "Officer.name"} <= missing
    for seed in range(3000):
        document = Writer(schema, VALUES | {"ID": ["x"], "number": ["x"]}, Random(seed)).document()
        missing -= set(reached(schema, parse(document.query)))
        if not missing:
            return
    assert missing == set()
