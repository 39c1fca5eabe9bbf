"""Random frames in random order: the server answers only as the protocol allows, and keeps working."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.types import Message

from rules.boards import BoardKind
from rules.periods import Period
from subscriptions.transport.operations import MAX_VARIABLE_DEPTH
from tests.city import City, fewer_on_postgres, in_process
from tests.wire import DEADLINE, Caller, eventually

IDS = ("1", "2", "é")
ENDING = (
    "{ cities { code } }",
    "query A { __typename } query B { __typename }",
    'mutation { withdrawReport(id: "x") { errors { code } } }',
    "subscription { nonsense }",
    "subscription {",
    "",
    "{ " * 500,
)
LASTING = (
    "subscription { leaderboardChanged(first: 2) { snapshot standings { points } } }",
    "subscription { reportFeed { version viewerless: kind } }",
    "subscription($after: String) { reportFeed(after: $after) { version report { viewerIsReporter } } }",
    "subscription { myReportsChanged { kind } }",
    'subscription { reportChanged(id: "x") { kind } }',
)
CLOSE_CODES = {4400, 4401, 4403, 4409, 4429}

scalars = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=5)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
subscribes = st.fixed_dictionaries(
    {
        "type": st.just("subscribe"),
        "id": st.sampled_from(IDS),
        "payload": st.fixed_dictionaries(
            {"query": st.sampled_from(ENDING + LASTING)},
            optional={
                "variables": st.none() | st.fixed_dictionaries({"after": scalars}) | anything,
                "operationName": st.sampled_from([None, "A", "C"]),
                "extensions": st.none() | anything,
            },
        ),
    }
)
completes = st.fixed_dictionaries({"type": st.just("complete"), "id": st.sampled_from(IDS)})
signals = st.fixed_dictionaries({"type": st.sampled_from(["ping", "pong"])}, optional={"payload": anything})
inits = st.fixed_dictionaries({"type": st.just("connection_init")}, optional={"payload": anything})
wrong = anything | st.fixed_dictionaries({"type": anything}, optional={"id": anything, "payload": anything})
CHANGE = "a report is submitted"
PAUSE = "the client waits for an answer"
proper = st.one_of(subscribes, subscribes, subscribes, completes, signals, st.just(CHANGE), st.just(PAUSE))
improper = st.one_of(inits, wrong, st.text(), st.binary())
INIT = {"type": "connection_init"}
orderly = st.builds(
    lambda talk, end: [INIT, *talk, *end],
    st.lists(proper, min_size=5, max_size=30),
    st.lists(improper | st.just(PAUSE), max_size=1),
)
EVERY_ANSWER = [
    INIT,
    {"type": "ping"},
    {"type": "subscribe", "id": "1", "payload": {"query": ENDING[0]}},
    {"type": "subscribe", "id": "2", "payload": {"query": "subscription { nonsense }"}},
    PAUSE,
]
talks = st.one_of(orderly, orderly, st.lists(proper | improper | st.just(INIT), max_size=15))


class Judge:
    """The client side of a connection. It checks each message of the server against the protocol."""

    def __init__(self, city: City, citizen: Caller, talk: list[Any]) -> None:
        self._city, self._citizen, self._talk = city, citizen, iter(talk)
        self._reading: Any = None
        self._begun = self._acknowledged = False
        self._active: Counter[str] = Counter()
        self._lasting: Counter[str] = Counter()
        self.received: Counter[str] = Counter()
        self.faults: list[str] = []
        self.closed: int | None = None

    async def receive(self) -> Message:
        self._settle()
        if not self._begun:
            self._begun = True
            return {"type": "websocket.connect"}
        frame = next(self._talk, None) if self.closed is None else None
        while frame in (CHANGE, PAUSE):
            await (self._citizen.report() if frame == CHANGE else self._answered())
            frame = next(self._talk, None)
        await asyncio.sleep(0)
        if frame is None:
            return {"type": "websocket.disconnect", "code": 1000}
        self._reading = frame
        match frame:
            case {"type": "subscribe", "id": str(operation), "payload": {"query": str(document)}} if self._acknowledged:
                self._active[operation] += 1
                self._lasting[operation] = int(document in LASTING)
        if isinstance(frame, bytes):
            return {"type": "websocket.receive", "bytes": frame}
        return {"type": "websocket.receive", "text": frame if isinstance(frame, str) else json.dumps(frame)}

    async def _answered(self) -> None:
        """Wait until the server has answered every operation that ends by itself, or has closed the connection."""
        await eventually(lambda: self.closed is not None or not sum((self._active - self._lasting).values()))

    def _settle(self) -> None:
        """Apply the previous frame: the server has processed it once it asks for the next one."""
        match self._reading:
            case {"type": "complete", "id": str(operation)}:
                self._active[operation] = max(0, self._active[operation] - 1)
        self._reading = None

    async def send(self, message: Message) -> None:
        try:
            self._judge(message)
        except AssertionError as fault:
            self.faults.append(f"{message}: {fault}")

    def _judge(self, message: Message) -> None:
        assert self.closed is None, "sent after the close"
        if message["type"] == "websocket.accept":
            assert message["subprotocol"] == "graphql-transport-ws"
        elif message["type"] == "websocket.close":
            self.closed = message["code"]
            assert self.closed in CLOSE_CODES
            assert len(message["reason"].encode()) <= 123
        else:
            self._judge_text(json.loads(message["text"]))

    def _judge_text(self, message: dict[str, Any]) -> None:
        self.received[message["type"]] += 1
        match message:
            case {"type": "connection_ack"}:
                assert not self._acknowledged
                self._acknowledged = True
            case {"type": "pong" | "ping"}:
                assert set(message) == {"type"}
            case {"type": "next", "id": str(operation), "payload": dict(payload)}:
                assert self._active[operation] > 0
                assert set(payload) <= {"data", "errors"}
            case {"type": "error", "id": str(operation), "payload": [_, *_] as errors}:
                assert self._active[operation] > 0
                assert all("code" in error["extensions"] for error in errors)
                self._active[operation] -= 1
            case {"type": "complete", "id": str(operation)}:
                assert self._active[operation] > 0
                self._active[operation] -= 1
            case _:
                raise AssertionError


async def talk_to(city: City, citizen: Caller, talk: list[Any]) -> Counter[str]:
    """Send frames, check that nothing is left behind, and return the number of answers by type."""
    before = asyncio.all_tasks()
    judge = Judge(city, citizen, talk)
    scope = {
        "type": "websocket", "path": "/graphql", "headers": [], "query_string": b"",
        "subprotocols": ["graphql-transport-ws"],
    }  # fmt: skip
    async with asyncio.timeout(DEADLINE):
        await city.service._endpoint(scope, judge.receive, judge.send)
    assert judge.faults == []
    await eventually(lambda: not asyncio.all_tasks() - before)
    assert city.service._endpoint.shared_subscriptions._by_key == {}
    assert city.services.connections._pinged == {}
    return judge.received


def test_any_frames_get_valid_answers_and_leave_nothing_behind(database_url: str, tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        entering = in_process(database_url, tmp_path / "media")
        city = runner.run(entering.__aenter__())
        citizen = runner.run(city.citizen())
        runner.run(begin_board(city))  # its task lasts once begun: begin it before the tasks are counted
        # Between two examples the loop stands still. After 3 seconds the notifier would connect again, with new tasks.
        runner.run(city.services.notifier.stop())
        received: Counter[str] = Counter()

        @settings(max_examples=fewer_on_postgres(database_url, 300), suppress_health_check=list(HealthCheck))
        @given(talks)
        @example(EVERY_ANSWER)
        def any_talk(talk: list[Any]) -> None:
            received.update(runner.run(talk_to(city, citizen, talk)))

        try:
            any_talk()
        finally:
            runner.run(entering.__aexit__(None, None, None))
        assert received.keys() >= {"connection_ack", "pong", "next", "error", "complete"}


async def begin_board(city: City) -> None:
    board = city.services.boards.board(BoardKind.KELURAHAN, Period.MONTH)
    await eventually(lambda: board.snapshot() is not None)


@pytest.mark.anyio
@pytest.mark.parametrize("document", ["{ __typename }", "subscription { reportFeed { version } }"])
@pytest.mark.parametrize("levels", [MAX_VARIABLE_DEPTH, 250, 300, 900])
async def test_too_deeply_nested_variables_fail_only_their_operation(
    city: City, caplog: pytest.LogCaptureFixture, document: str, levels: int
) -> None:
    deep: Any = []
    for _ in range(levels - 1):
        deep = [deep]
    payload = {"query": document, "variables": {"x": deep}}
    received = await talk_to(city, city.anyone(), [INIT, {"id": "1", "type": "subscribe", "payload": payload}, PAUSE])
    assert (received["error"], caplog.records) == (1, [])
