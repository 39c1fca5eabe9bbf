"""The moment at which a document is compiled."""

import secrets
import threading

import pytest
from graphql import DocumentNode
from graphql.language.parser import Parser

from execution.answers import Answers
from execution.document import LONGEST, WIDE
from execution.planner import Plan, Planner
from tests.city import City

pytestmark = pytest.mark.anyio


def new() -> str:
    """Return an alias that no document has had: the service keeps the plans of those that it knows."""
    return f"new{secrets.token_hex(4)}"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[Planner]:
    planners: list[Planner] = []
    plan = Planner.plan

    def noted(self: Planner) -> Plan:
        planners.append(self)
        return plan(self)

    monkeypatch.setattr(Planner, "plan", noted)
    return planners


async def test_wide_document_is_compiled_when_it_comes_again(city: City, compiled: list[Planner]) -> None:
    alias = new()
    wide = "{ " + " ".join(f"{alias}{number}: categories {{ code name }}" for number in range(WIDE // 30)) + " }"
    assert len(wide) > WIDE
    city.services.answers = Answers(0)
    answers, counts = [], []
    for _ in range(3):
        answers.append(await city.anyone().ask(wide))
        counts.append(len(compiled))
    assert counts == [0, 1, 1]
    assert answers[0] == answers[1] == answers[2]


async def test_other_documents_are_compiled_at_once(city: City, compiled: list[Planner]) -> None:
    await city.anyone().ask(f"{{ {new()}: categories {{ code name }} }}")
    assert len(compiled) == 1


async def test_document_that_is_too_long_is_not_read(city: City, compiled: list[Planner]) -> None:
    text = "x" * LONGEST
    response = await city.http.post("/graphql", json={"query": f'{{ report(number: "{text}") {{ id }} }}'})
    (error,) = response.json()["errors"]
    assert (error["extensions"]["code"], "variables" in error["message"]) == ("BAD_INPUT", True)
    assert compiled == []
    number = await city.anyone().ask("query($n: String!) { report(number: $n) { id } }", n=text)
    assert number == {"report": None}


async def test_kept_documents_are_bounded_by_their_characters(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.schema.MAX_CHARACTERS", 1_000)
    caller, kept = city.anyone(), city.service.schema._plans
    for number in range(8):
        await caller.ask(f"{{ cities {{ {' '.join(f'a{each}: code' for each in range(20))} b{number}: code }} }}")
        assert sum(len(query) for query, _ in kept) <= 1_000
        assert kept


async def test_document_used_last_is_kept_longest(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.schema.MAX_CHARACTERS", 200)
    city.services.answers = Answers(0)
    caller, kept = city.anyone(), city.service.schema._plans
    documents = [f"{{ {new()}: cities {{ code name kecamatan {{ code }} }} }}" for _ in range(4)]
    assert 3 * len(documents[0]) < 200 < 4 * len(documents[0])
    for document in (documents[0], documents[1], documents[2], documents[0], documents[3]):
        await caller.ask(document)
    assert [query for query, _ in kept] == [documents[2], documents[0], documents[3]]


async def test_mutation_that_comes_again_is_neither_parsed_nor_validated(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unexpected(*_: object) -> None:
        raise AssertionError

    caller = city.anyone()
    document = f"mutation {{ {new()}: signOut {{ __typename }} }}"
    answers = [await caller.http.post("/graphql", json={"query": document})]
    monkeypatch.setattr(Parser, "parse_document", unexpected)
    monkeypatch.setattr("strawberry.schema.schema.validate_document", unexpected)
    answers.append(await caller.http.post("/graphql", json={"query": document}))
    assert answers[0].json() == answers[1].json()
    other = await caller.http.post("/graphql", json={"query": f"mutation {{ {new()}: signOut {{ __typename }} }}"})
    assert other.json() != answers[0].json()


REFUSED = (
    "{ " + "__typename " * 4_000 + "}",
    "{ reports(first: }",
    "{ nothingOfThis }",
    "{ node(id: " + "[" * 500 + "]" * 500 + ") { id } }",
)


@pytest.mark.parametrize("document", REFUSED)
async def test_document_with_errors_is_read_once_and_beside_the_event_loop(
    city: City, monkeypatch: pytest.MonkeyPatch, document: str
) -> None:
    threads: list[str] = []
    parse = Parser.parse_document

    def recorded(parser: Parser) -> DocumentNode:
        threads.append(threading.current_thread().name.rstrip("0123456789"))
        return parse(parser)

    monkeypatch.setattr(Parser, "parse_document", recorded)
    response = await city.http.post("/graphql", json={"query": document})
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["BAD_INPUT"]
    assert threads == ["documents_"]
