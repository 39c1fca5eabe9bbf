"""Reads and writes over HTTP beside their peers: one table, each line a ratio within one run.

Each server is one process on a core of its own; the load is on the other core, and PostgreSQL takes what is free. The
sides of a line take turns in each round, so what else the machine does meets both. The figures are medians of the
rounds, and the ratios medians of the ratios of the rounds; over 1 is faster than the peer. Before a line is measured,
both sides must give the same data.
Run: python -m benchmarks.table [--reports N] [--rounds N] [--seconds S] [--lines NAME,NAME]
"""

import argparse
import asyncio
import os
import platform
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from statistics import median
from typing import Any
from urllib.parse import urlencode

import orjson
import uvloop

from actions import sessions
from actions.accounts import credentials, sign_up
from actions.supports import support, withdraw_support
from actions.transaction import Transactions
from app.auth import Tokens
from benchmarks.documents import NEW, VIEWER, graphql, plain
from benchmarks.live.hosting import Program, ServerProcess
from benchmarks.load import NUMBER, Call, load
from benchmarks.peers import handwritten, programs
from benchmarks.stored import store
from models.database import database, fetch
from rules.access import Person
from rules.periods import jakarta_day
from tests.backends import PostgresServer
from tests.city import SECRET

CONNECTIONS = 16
CHANGES_A_SECOND = 20
WARM_UP = 2.0
"""Seconds of load on each side before the rounds. Node compiles a function once it has run some thousand times."""

ATTEMPTS = 3
"""Comparisons of two answers before they count as different: a deadline may pass between the two."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server: its kind in `benchmarks.live.hosting`, settings of its own, and its program if it is a foreign one."""

    kind: str
    settings: Mapping[str, str] = field(default_factory=dict)
    program: Callable[[], Program] | None = None


SERVERS = {
    "tanggap": Server("tanggap", {"ANSWERS_BYTES": "0"}),
    "cached": Server("tanggap"),
    "hand-written": Server("hand-written"),
    "mercurius": Server("mercurius", {"STATEMENT": handwritten.LIST}, programs.mercurius),
    "before": Server("before", program=programs.before),
}


@dataclass(frozen=True, slots=True)
class Side:
    """A server and what is asked of it: a document, by somebody who is signed in or by anybody."""

    server: str
    document: str
    is_signed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table. `goal`: the least ratio. `own`: fields in which the sides may differ.

    `has_changes`: whether CHANGES_A_SECOND reports that nobody asks for change meanwhile.
    """

    name: str
    work: str
    against: str
    goal: float
    ours: Side
    peer: Side
    has_changes: bool = False
    own: frozenset[str] = frozenset()


def _read(document: str, work: str, goal: float) -> Line:
    return Line(document, work, "hand-written", goal, Side("tanggap", document), Side("hand-written", document))


def _again(document: str, work: str) -> Line:
    ours, peer = Side("cached", document), Side("hand-written", document)
    return Line(f"{document}-again", work, "hand-written", 5, ours, peer, has_changes=True)


def _typename(name: str, work: str, server: str) -> Line:
    return Line(name, work, "bare Starlette", 0.8, Side(server, "typename"), Side("hand-written", "typename"))


LIST = "50 reports with places"
FULL = "20 reports, photos, timeline"
ONE = "a report with its timeline"
BOARD = "board, 50 rows"
CARDS = "board, 267 scorecards"

LINES = (
    _read("list", LIST, 1.2),
    Line("mercurius", LIST, "mercurius, JIT", 1.6, Side("tanggap", "list"), Side("mercurius", "list")),
    Line("before", LIST, "before plans", 25, Side("tanggap", "list"), Side("before", "list")),
    _read("full", FULL, 1.0),
    _read("one", ONE, 1.1),
    _read("board", BOARD, 0.8),
    _read("cards", CARDS, 0.5),
    _typename("typename", "{ __typename }", "cached"),
    _typename("executed", "{ __typename }, executed", "tanggap"),
    Line(
        "viewer",
        "50 reports, signed in",
        "anonymous",
        0.6,
        Side("tanggap", "viewer", is_signed=True),
        Side("tanggap", "viewer"),
        own=VIEWER,
    ),
    _again("list", LIST),
    _again("full", FULL),
    _again("one", ONE),
    _again("board", BOARD),
    _again("cards", CARDS),
    Line(
        "submit",
        "submitReport",
        "hand-written",
        0.6,
        Side("tanggap", "submit", is_signed=True),
        Side("hand-written", "submit", is_signed=True),
        own=NEW,
    ),
)
"""The lines in the order in which they run. The last one adds reports, so the lists before it stay the same."""


@dataclass(slots=True)
class Figures:
    """The figures of a side by round: requests a second, and processor seconds of the server for a request."""

    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Bench:
    """The database, the people who are signed in, and the servers that run.

    `numbers`: those of the changes, which go on from line to line.
    """

    environment: Mapping[str, str]
    stack: AsyncExitStack
    seconds: float
    core: int
    variables: dict[str, str]
    people: list[int]
    session_ids: list[str]
    places: list[dict[str, float]]
    servers: dict[str, ServerProcess] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    async def server(self, name: str) -> ServerProcess:
        """Return a running server. Raises UnavailableError."""
        if name not in self.servers:
            server = SERVERS[name]
            program = None if server.program is None else server.program()
            settings = {**self.environment, **server.settings}
            started = ServerProcess(server.kind, settings, self.core, program=program)
            try:
                self.servers[name] = await self.stack.enter_async_context(started)
            except (RuntimeError, TimeoutError) as error:
                raise programs.UnavailableError(str(error) or "it did not start") from error
            await _recorded()
        return self.servers[name]

    def calls(self, side: Side) -> list[Call]:
        """Return the request of each connection. Tokens are issued each time: they are valid for half an hour."""
        if not side.is_signed:
            return [self._call(side, self.variables, None)]
        tokens = [Tokens(SECRET).issue(session_id, datetime.now(UTC))[0] for session_id in self.session_ids]
        if side.document != "submit":
            return [self._call(side, self.variables, token) for token in tokens]
        return [
            self._call(side, {"input": _submission(place)}, token)
            for place, token in zip(self.places, tokens, strict=True)
        ]

    @staticmethod
    def _call(side: Side, variables: dict[str, Any], token: str | None) -> Call:
        if side.server != "hand-written":
            return graphql(side.document, variables, token)
        if "input" in variables:
            return Call.post(f"/{side.document}", orjson.dumps(variables["input"]), token)
        return Call.get(f"/{side.document}?{urlencode(variables)}")

    async def check(self, line: Line) -> None:
        """Raise AssertionError if the two sides give different data; UnavailableError."""
        for _ in range(ATTEMPTS):
            ours, peer = [await self._ask(side, line.own) for side in (line.ours, line.peer)]
            if ours and ours == peer:
                return
        raise AssertionError(f"{line.name}: the answers differ:\n{str(ours)[:2_000]}\n{str(peer)[:2_000]}")

    async def _ask(self, side: Side, omitted: frozenset[str]) -> Any:
        server = await self.server(side.server)
        answered = await load(server.port, self.calls(side), connections=1, seconds=0)
        return plain(orjson.loads(answered.body), omitted)

    async def measure(self, side: Side, figures: Figures, seconds: float) -> None:
        """Load a server, and record its figures."""
        server = self.servers[side.server]
        before = server.cpu()
        answered = await load(server.port, self.calls(side), CONNECTIONS, seconds)
        figures.rates.append(answered.rate)
        figures.costs.append((server.cpu() - before) / answered.count)

    async def run(self, line: Line, rounds: int) -> tuple[Figures, Figures]:
        """Measure both sides of a line in turn. Raises UnavailableError."""
        await self.check(line)
        figures = Figures(), Figures()
        sides = list(zip((line.ours, line.peer), figures, strict=True))
        async with self.changes(line):
            for side, _ in sides:
                await self.measure(side, Figures(), WARM_UP)
            for number in range(rounds):
                for side, own in sides if number % 2 else reversed(sides):
                    await self.measure(side, own, self.seconds)
        return figures

    @asynccontextmanager
    async def changes(self, line: Line) -> AsyncIterator[None]:
        """Change reports meanwhile, if the line has changes."""
        if not line.has_changes:
            yield
            return
        task = asyncio.create_task(self._change(), name="changes")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _change(self) -> None:
        """Support the oldest open reports, and withdraw the support, as another worker would."""
        transactions, person = Transactions(), Person(self.people[0])
        reports = await fetch("SELECT id FROM report WHERE processed_at IS NULL ORDER BY submitted_at LIMIT 100")
        loop = asyncio.get_running_loop()
        due = loop.time()
        for number in self.numbers:
            act = withdraw_support if number // len(reports) % 2 else support
            await transactions.run(act, person, reports[number % len(reports)]["id"])
            due += 1 / CHANGES_A_SECOND
            await asyncio.sleep(due - loop.time())


async def _recorded() -> None:
    """Wait until a server of ours has recorded the deadlines that passed before its start."""
    passed = "SELECT id FROM report WHERE next_due_at < CURRENT_TIMESTAMP LIMIT 1"
    while await fetch(passed):  # noqa: ASYNC110 # no event of this process
        await asyncio.sleep(0.2)


def _submission(location: dict[str, float]) -> dict[str, Any]:
    return {
        "title": "Sampah menumpuk di depan pasar",
        "description": f"Sudah tiga hari tidak diangkut, {NUMBER.decode()}.",  # else it is the same report again
        "category": "SAMPAH",
        "location": location,
        "address": "Jalan Contoh Raya nomor 7",
    }


@asynccontextmanager
async def opened(url: str, seconds: float) -> AsyncIterator[Bench]:
    """Sign people in, choose what is asked for, and keep the servers until the end."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        await stack.enter_async_context(database(url))
        transactions, people = Transactions(), []
        for _ in range(CONNECTIONS):
            new = await credentials(f"{secrets.token_hex(8)}@contoh.id", secrets.token_urlsafe(12))
            people.append(await transactions.run(sign_up, new))
        tokens = Tokens(SECRET).refreshing
        signed = [await transactions.run(sessions.start, person, tokens) for person in people]
        (newest,) = await fetch("SELECT submitted_at FROM report ORDER BY submitted_at DESC LIMIT 1")
        (chosen,) = await fetch(
            "SELECT number FROM report ORDER BY id OFFSET (SELECT COUNT(*) / 2 FROM report) LIMIT 1"
        )
        places = await fetch(f"SELECT latitude, longitude FROM kelurahan ORDER BY md5(code) LIMIT {CONNECTIONS}")
        yield Bench(
            {"DATABASE_URL": url, "BROADCAST_URL": "memory://", "MEDIA_DIR": folder, "PUBLIC_URL": "http://photos"},
            stack,
            seconds,
            cores[0],
            {"number": chosen["number"], "day": jakarta_day(newest["submitted_at"]).isoformat()},
            people,
            [one.session_id for one in signed],
            [dict(place) for place in places],
        )


HEAD = (
    f"{'line':<12}{'work':<30}{'against':<16}{'requests/s':>10}{'peer':>8}{'ratio':>7}{'CPU, us':>9}{'peer':>8}"
    f"{'ratio':>7}{'goal':>6}"
)


def row(line: Line, ours: Figures, peer: Figures) -> str:
    """Return a line of the table."""
    rate = median(one / other for one, other in zip(ours.rates, peer.rates, strict=True))
    cost = median(other / one for one, other in zip(ours.costs, peer.costs, strict=True))
    missed = "" if rate >= line.goal else " by CPU" if cost >= line.goal else " missed"
    return (
        f"{line.name:<12}{line.work:<30}{line.against:<16}"
        f"{median(ours.rates):10,.0f}{median(peer.rates):8,.0f}{rate:7.2f}"
        f"{median(ours.costs) * 1e6:9,.0f}{median(peer.costs) * 1e6:8,.0f}{cost:7.2f}{line.goal:6}{missed}"
    )


async def compare(url: str, options: argparse.Namespace, lines: list[Line]) -> None:
    """Fill a database, and print the table."""
    stored = await store(url, options.reports)
    print(f"{options.reports:,} reports in {stored.seconds:.0f} s", file=sys.stderr)
    async with opened(url, options.seconds) as bench:
        (version,) = await fetch("SELECT current_setting('server_version') AS version")
        print(
            f"{options.reports:,} reports, PostgreSQL {version['version']}, Python {platform.python_version()}, "
            f"{CONNECTIONS} connections, {options.rounds} rounds of {options.seconds:g} s\n{HEAD}",
            flush=True,
        )
        for line in lines:
            try:
                print(row(line, *await bench.run(line, options.rounds)), flush=True)
            except programs.UnavailableError as missing:
                print(f"{line.name:<12}{line.work:<30}{line.against:<16} not measured: {missing}", flush=True)


def main() -> None:
    """Run the benchmark with the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--reports", type=int, default=100_000, help="stored reports")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=1.0, help="length of a measurement")
    parser.add_argument(
        "--lines", default=",".join(line.name for line in LINES), help="names of lines, comma-separated"
    )
    options = parser.parse_args()
    names = options.lines.split(",")
    unknown = set(names) - {line.name for line in LINES}
    if unknown:
        parser.error(f"no line is named {', '.join(sorted(unknown))}")
    with PostgresServer(on_disk=True) as server, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        server.create_database("bench")
        server.execute("ALTER DATABASE bench SET synchronous_commit = on")
        runner.run(compare(server.url("bench"), options, [line for line in LINES if line.name in names]))


if __name__ == "__main__":
    main()
