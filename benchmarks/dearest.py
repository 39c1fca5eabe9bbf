"""Search for the dearest document that the limits allow, and print its processor time.

A random selection of one root field is repeated under aliases until its cost reaches MAX_COST. Each document is sent
as it is, and once more with a field that fails, so that its plan is abandoned and graphql-core executes it. It is new
to the service, which parses, validates and compiles it; `again` is the time of the second request. The service runs in
this process on PostgreSQL, and keeps no answers. The time is that of the process, without PostgreSQL's. `stretch` is
the longest processor time of the event loop's thread for which nothing else had a turn, and `gc` that of the longest
collection of garbage, in any thread: all others wait for it.
Run: python -m benchmarks.dearest [--reports N] [--documents N] [--seed N] [--shown N]
"""

import argparse
import asyncio
import gc
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple, Self

import httpx
import uvloop
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from app.server import collect_garbage_rarely
from benchmarks.stored import NOON, store
from execution.answers import Answers
from rules.boards import BoardKind, Metric
from rules.periods import Period
from tests.backends import PostgresServer
from tests.city import City, in_process

MOST_TOKENS = 3_900
FAILING = "failing: leaderboard(kind: OFFICER) { kind } "
"""A field that fails for a visitor: its plan is abandoned once it has read everything else."""

GOAL, MOST_STRETCH = 0.5, 0.05
"""Seconds of processor time of a document, and those for which it may keep all others waiting."""

PAGES = (1, 5, 20, 100, 100, 300, 300)
OFTEN = 0.5
"""The share of optional arguments that are given."""


class Measured(NamedTuple):
    """A document with its cost, the seconds of processor time that it takes, and the longest stretch of them."""

    seconds: float
    again: float
    stretch: float
    gc: float
    cost: int
    bytes: int
    status: str
    text: str


class Composer:
    """Composes selections of few fields, with large pages, from the values of a city."""

    def __init__(self, schema: GraphQLSchema, values: dict[str, list[str]], rng: Random) -> None:
        self._schema, self._values, self._rng = schema, values, rng

    def units(self) -> Iterator[str]:
        """Yield the same root field again and again: each with other arguments, if it has some."""
        root = self._schema.query_type
        if root is None:
            raise ValueError("the schema has no queries")
        name = self._rng.choice(list(root.fields))
        depth, seed = self._rng.randint(2, 9), self._rng.random()
        while True:
            shape = Random(seed)  # the same fields each time
            yield self._field(name, root.fields[name], depth, shape)

    def _field(self, name: str, declared: GraphQLField, depth: int, shape: Random) -> str:
        return f"{name}{self._arguments(declared)} {self._selection(get_named_type(declared.type), depth, shape)}"

    def _arguments(self, declared: GraphQLField) -> str:
        given = []
        for name, argument in declared.args.items():
            if name == "first":
                given.append(f"first: {self._rng.choice(PAGES)}")
            elif name in self._values and (is_required_argument(argument) or self._rng.random() < OFTEN):
                given.append(f"{name}: {self._rng.choice(self._values[name])}")
        return f"({', '.join(given)})" if given else ""

    def _selection(self, kind: GraphQLNamedType, depth: int, shape: Random) -> str:
        if is_leaf_type(kind):
            return ""
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
            one = shape.choice(self._schema.get_possible_types(kind))
            return f"{{ __typename ... on {one.name} {self._selection(one, depth, shape)} }}"
        if not isinstance(kind, GraphQLObjectType):
            raise TypeError(kind)
        leaves = [name for name, field in kind.fields.items() if is_leaf_type(get_named_type(field.type))]
        below = [name for name in kind.fields if name not in leaves]
        chosen = shape.sample(leaves, min(len(leaves), shape.randint(1, 3))) or ["__typename"]
        if depth > 0 and below:
            chosen += shape.sample(below, min(len(below), shape.randint(1, 2)))
        texts = (
            self._field(name, kind.fields[name], depth - 1, shape) if name in kind.fields else name for name in chosen
        )
        return f"{{ {' '.join(texts)} }}"


async def values_of(city: City) -> dict[str, list[str]]:
    """Return literals for arguments, by their names."""
    caller = city.anyone()
    found = await caller.ask(
        "{ reports(first: 100) { edges { node { id number } } } leaderboard { standings(first: 100) "
        "{ edges { node { id } } } } kelurahans(first: 300) { edges { node { code name } } } }"
    )
    reports = [edge["node"] for edge in found["reports"]["edges"]]
    standings = [f'"{edge["node"]["id"]}"' for edge in found["leaderboard"]["standings"]["edges"]]
    places = [edge["node"] for edge in found["kelurahans"]["edges"]]
    ids = [f'"{report["id"]}"' for report in reports]
    return {
        "ids": [f"[{', '.join(ids)}]", f"[{', '.join(standings)}]", f"[{', '.join((*ids[:50], *standings[:50]))}]"],
        "id": [*ids, *standings],
        "number": [f'"{report["number"]}"' for report in reports],
        "code": [f'"{place["code"]}"' for place in places],
        "search": ['"a"', '"ka"', '"jakarta"', '"' + "e" * 60 + '"'],
        "at": ["{latitude: -6.2, longitude: 106.8}", "{latitude: -6.13, longitude: 106.9}"],
        "kind": [kind.value for kind in BoardKind if kind is not BoardKind.OFFICER],
        "metric": [metric.value for metric in Metric],
        "period": [period.value for period in Period],
        "on": [f'"2026-{month:02}-{day:02}"' for month in range(1, 11) for day in (1, 11, 21)],
        "orderBy": ["NEWEST", "MOST_SUPPORTED", "DUE_SOONEST"],
    }


async def measure(city: City, text: str, cost: int) -> Measured:
    """Execute a document twice, and return its figures."""
    stretches: list[float] = []
    with Collections() as collections:
        ticker = asyncio.create_task(_tick(stretches))
        first, response = await _timed(city, text)
        again, _ = await _timed(city, text)
        ticker.cancel()
    answer = response.json()
    errors = answer.get("errors") or [{}]
    status = str(errors[0].get("extensions", {}).get("code", "ok"))
    stretch = max(stretches, default=0.0)
    return Measured(first, again, stretch, collections.longest, cost, len(response.content), status, text)


class Collections:
    """The seconds of processor time of the longest collection of garbage, in any thread."""

    def __init__(self) -> None:
        self.longest = self._began = 0.0

    def __enter__(self) -> Self:
        gc.callbacks.append(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        gc.callbacks.remove(self._note)

    def _note(self, phase: str, _: object) -> None:
        if phase == "start":
            self._began = time.thread_time()
        else:
            self.longest = max(self.longest, time.thread_time() - self._began)


async def _timed(city: City, text: str) -> tuple[float, httpx.Response]:
    started = time.process_time()
    response = await city.http.post("/graphql", json={"query": text})
    return time.process_time() - started, response


async def _tick(stretches: list[float]) -> None:
    while True:
        began = time.thread_time()
        await asyncio.sleep(0)
        stretches.append(time.thread_time() - began)


async def largest(city: City, units: Iterator[str], failing: str) -> tuple[str, int] | None:
    """Return a document with as many units as the limits allow, and its cost; None if not even one is allowed."""
    context = await city.services.context(None, None, "")
    texts: list[str] = []
    wanted = 1
    best = None
    while wanted <= MOST_TOKENS:
        while len(texts) < wanted:
            texts.append(f"a{len(texts)}: {next(units)}")
        text = f"{{ {failing}{' '.join(texts[:wanted])} }}"
        try:
            plan = await city.service.schema.plan(text, None, context)
            cost = await plan.compiled.check_cost({}, context)
        except Exception:  # noqa: BLE001 # too many tokens, or too expensive
            return best
        best, wanted = (text, cost), max(wanted + 1, wanted * 5 // 4)
    return best


async def search(url: str, options: argparse.Namespace) -> None:
    """Search, and print the dearest documents."""
    await store(url, options.reports)
    rng, found = Random(options.seed), []
    with tempfile.TemporaryDirectory() as folder:
        async with in_process(url, Path(folder), NOON) as city:
            collect_garbage_rarely()
            city.services.answers = Answers(0)
            city.http = httpx.AsyncClient(transport=city.http._transport, base_url="http://tanggap", timeout=None)  # noqa: SLF001, S113
            composer = Composer(city.service.schema._schema, await values_of(city), rng)  # noqa: SLF001
            for number in range(options.documents):
                for failing in ("", FAILING):
                    document = await largest(city, composer.units(), failing)
                    if document is not None:
                        text, cost = document
                        found.append(await measure(city, f"{text} ", cost))  # another text, so that it is new
                if number % 50 == 49:
                    print(f"{number + 1} of {options.documents}, dearest {max(found).seconds:.2f} s", flush=True)
    found.sort(reverse=True)
    longest = sorted(found, key=lambda one: max(one.stretch, one.gc), reverse=True)
    print(f"{len(found)} documents, {options.reports:,} reports; goal: under {GOAL} s of processor time")
    show(found[: options.shown])
    print(f"the longest stretches; goal: under {MOST_STRETCH} s of processor time")
    show(longest[: options.shown])


def show(documents: list[Measured]) -> None:
    """Print the figures of documents."""
    for one in documents:
        times = f"{one.seconds:6.2f} s  again {one.again:.2f} s  stretch {one.stretch:.3f} s  gc {one.gc:.3f} s"
        print(f"{times}  cost {one.cost:6,}  {one.bytes:9,} bytes  {one.status:14} {one.text[:160]}")


def main() -> None:
    """Run the search with the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--reports", type=int, default=20_000, help="stored reports")
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shown", type=int, default=8)
    options = parser.parse_args()
    with PostgresServer(on_disk=True) as server, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        server.create_database("dearest")
        runner.run(search(server.url("dearest"), options))


if __name__ == "__main__":
    main()
