"""Operations with the same document share one execution, except where the result differs by viewer."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, cast

import pytest
from graphql import GraphQLNonNull, GraphQLObjectType, GraphQLOutputType, GraphQLUnionType, get_named_type, is_leaf_type
from starlette.types import Message
from tortoise.models import Model

from actions.accounts import revoke_role
from actions.transaction import Transactions
from app.schema import Schema
from execution.plans import DocumentPlans
from models.database import fetch
from models.log import LogEvent, Topic
from models.reading import select
from models.reports import Note
from queries import statistics as statistics_queries
from rules.access import Role
from rules.cursors import decode, encode
from schema.context import BY_VIEWER
from schema.costs import Limits
from subscriptions import states, statistics
from subscriptions.shared import OperationRefused, SharedSubscription, Subscriber, SubscribeRequest
from subscriptions.transport.outbox import Outbox
from subscriptions.transport.protocol import SocketSubscriber
from tests.city import City
from tests.wire import DEADLINE, GAMBIR, Caller, eventually

pytestmark = pytest.mark.anyio

FOLLOW = "subscription($id: ID!, $after: String) { reportChanged(id: $id, after: $after) { cursor kind version } }"
FOLLOW_PHOTOS = "subscription($id: ID!) { reportChanged(id: $id) { report { photos { url } } } }"
MINE = "subscription($id: ID!) { reportChanged(id: $id) { version report { permissions { canChangeStatus } } } }"
BOARD = "subscription($first: Int) { leaderboardChanged(first: $first) { snapshot cursor standings { points } } }"


class Screen:
    """A subscriber without a network: the messages it was sent, and its shared subscription."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.subscriber: Subscriber
        self.shared: SharedSubscription
        self.is_forgotten = False

    def push(self, message: Message) -> None:
        self.messages.append(json.loads(message["text"]))

    async def drained(self) -> None:
        await asyncio.sleep(0)

    @property
    def payloads(self) -> list[Any]:
        return [message["payload"] for message in self.messages if message["type"] == "next"]

    async def until(self, count: int) -> list[Any]:
        """Wait for `count` items and return all."""
        await eventually(lambda: len(self.payloads) >= count)
        return self.payloads

    def leave(self) -> None:
        self.shared.leave(self.subscriber)


def schema_of(city: City) -> Schema:
    return cast(Schema, city.service._endpoint.schema)


async def screen(
    city: City, document: str, caller: Caller | None = None, *, base_url: str = "", **variables: Any
) -> Screen:
    """Subscribe with a document as a caller, or as a visitor. Returns once it has joined."""
    headers = (caller or city.anyone()).headers
    context = await city.services.context(headers.get("Authorization"), headers.get("Accept-Language"), base_url)
    joining = Screen()
    position = city.services.tailer.position

    def forget() -> None:
        joining.is_forgotten = True

    joining.subscriber = SocketSubscriber(f"op{id(joining)}", cast(Outbox, joining), position, forget)
    plan = await schema_of(city).plan(document, None, context)
    request = SubscribeRequest(plan, document, None, variables)
    joining.shared, cursor = city.service._endpoint.shared_subscriptions.enter(joining.subscriber, request, context)
    async with asyncio.timeout(DEADLINE):
        await joining.shared.join(joining.subscriber, cursor)
    return joining


@pytest.fixture
def executions(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """A list with one element per execution of a document."""
    counted: list[None] = []
    execute = DocumentPlans.execute

    async def count(*arguments: Any) -> Any:
        counted.append(None)
        return await execute(*arguments)

    monkeypatch.setattr(DocumentPlans, "execute", count)
    return counted


async def caught_up(city: City, position: int) -> None:
    await eventually(lambda: city.services.tailer.position >= position)


async def test_same_subscription_is_executed_once_for_all_subscribers(city: City, executions: list[None]) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    first = decode(report["cursor"])[1]
    await caught_up(city, first)
    screens = [await screen(city, FOLLOW, id=report["id"]) for _ in range(20)]
    screens += [await screen(city, FOLLOW, citizen, after=report["cursor"], id=report["id"]) for _ in range(20)]
    await citizen.act("updateReport", report["id"], title="Baru")
    seen = [(await one.until(1))[0] for one in screens]
    assert len(executions) == 1
    assert all(payload == seen[0] for payload in seen)
    assert len({one.messages[0]["id"] for one in screens}) == 40
    late = [await screen(city, FOLLOW, after=report["cursor"], id=report["id"]) for _ in range(5)]
    assert [await one.until(1) for one in late] == [[seen[0]]] * 5
    assert len(executions) == 2  # a replay too is executed once while nothing happens


@pytest.mark.parametrize("kind", ["String", "String!"])
async def test_subscribers_of_one_execution_begin_at_their_own_cursors(city: City, kind: str) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    edited = (await citizen.act("updateReport", report["id"], title="Satu"))["report"]
    await caught_up(city, decode(edited["cursor"])[1])
    document = f"subscription($after: {kind}) {{ reportFeed(after: $after) {{ version }} }}"
    begin = encode(decode(report["cursor"])[0], 0)
    screens = [await screen(city, document, after=cursor) for cursor in (begin, report["cursor"], edited["cursor"])]
    if kind == "String":
        screens += [await screen(city, document, after=None), await screen(city, document)]
    assert len({one.shared for one in screens}) == 1
    await citizen.act("updateReport", report["id"], title="Dua")
    for one, versions in zip(screens, ([1, 2, 3], [2, 3], [3], [3], [3]), strict=False):
        payloads = await one.until(len(versions))
        assert [payload["data"]["reportFeed"]["version"] for payload in payloads] == versions


async def test_missing_required_cursor_fails_only_its_operation(city: City) -> None:
    document = "subscription($after: String!) { reportFeed(after: $after) { version } }"
    cursor = (await (await city.citizen()).report())["cursor"]
    outcomes = await asyncio.gather(
        screen(city, document), screen(city, document, after=cursor), screen(city, document), return_exceptions=True
    )
    assert [isinstance(outcome, OperationRefused) for outcome in outcomes] == [True, False, True]


async def test_other_language_document_or_variable_is_another_execution(city: City, executions: list[None]) -> None:
    citizen = await city.citizen()
    report, other = await citizen.report(), await citizen.report()
    arguments = {"document": FOLLOW, "id": report["id"]}
    await caught_up(city, decode(other["cursor"])[1])
    screens = [
        await screen(city, **arguments),
        await screen(city, caller=city.anyone("en"), **arguments),
        await screen(city, FOLLOW + " ", id=report["id"]),
        await screen(city, FOLLOW, id=other["id"]),
    ]
    assert len({one.shared for one in screens}) == 4
    await citizen.act("updateReport", report["id"], title="Baru")
    for one in screens[:3]:
        await one.until(1)
    assert len(executions) == 3
    assert screens[3].messages == []


async def test_snapshot_is_executed_once_while_the_board_is_unchanged(city: City, executions: list[None]) -> None:
    first = await screen(city, BOARD, first=10)
    (snapshot,) = await first.until(1)
    before = len(executions)
    screens = await asyncio.gather(*(screen(city, BOARD, first=10) for _ in range(30)))
    assert [await one.until(1) for one in screens] == [[snapshot]] * 30
    assert len(executions) - before <= 1
    other = await screen(city, BOARD, first=11)
    assert len((await other.until(1))[0]["data"]["leaderboardChanged"]["standings"]) == 11


async def test_subscription_is_executed_once_for_each_host(city: City, executions: list[None]) -> None:
    citizen = await city.citizen()
    report = await citizen.report(photoIds=[await citizen.photo()])
    await caught_up(city, decode(report["cursor"])[1])
    hosts = ["http://a.example", "http://b.example", ""] * 10
    screens = [await screen(city, FOLLOW_PHOTOS, base_url=host, id=report["id"]) for host in hosts]
    await citizen.act("updateReport", report["id"], title="Baru")
    for host, one in zip(hosts, screens, strict=True):
        (photo,) = (await one.until(1))[0]["data"]["reportChanged"]["report"]["photos"]
        assert photo["url"].partition("/media/")[0] == host
    assert len(executions) == 3


async def test_by_viewer_fields_are_executed_for_each_viewer(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    screens = [await screen(city, MINE, caller, id=report["id"]) for caller in (None, citizen, officer, officer)]
    await citizen.act("updateReport", report["id"], title="Baru")
    allowed = [
        (await one.until(1))[0]["data"]["reportChanged"]["report"]["permissions"]["canChangeStatus"] for one in screens
    ]
    assert allowed == [False, False, True, True]
    assert [len({one.shared for one in screens[:count]}) for count in (1, 2, 3, 4)] == [1, 2, 3, 3]


async def test_feed_says_whether_a_report_still_matches(city: City) -> None:
    document = """subscription($f: ReportFilter) { reportFeed(filter: $f) { kind matchesFilter report {
      timeline { edges { node { matchesFilter } } } } } }"""
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    filters = ({"status": ["WAITING"]}, {"actionable": True}, {"supportersAtLeast": 1})
    waiting, own, supported = [await screen(city, document, officer, f=given) for given in filters]
    (nobody,) = [await screen(city, document, citizen, f={"actionable": True})]
    neighbour = await city.citizen("tetangga")
    assert (await neighbour.act("supportReport", report["id"]))["errors"] == []
    start = await officer.act("changeReportStatus", report["id"], status="IN_PROGRESS")
    invalid = await officer.act("changeReportStatus", report["id"], status="PROCESSED", resolution="INVALID", note="x")
    assert start["errors"] == invalid["errors"] == []
    for one, expected in ((waiting, [True, False]), (own, [True, True, False]), (supported, [True, True, True])):
        events = [payload["data"]["reportFeed"] for payload in await one.until(len(expected))]
        assert [event["matchesFilter"] for event in events] == expected
        timelines = [event["report"]["timeline"]["edges"] for event in events]
        assert {edge["node"]["matchesFilter"] for edges in timelines for edge in edges} == {None}
    assert nobody.payloads == []


def everything_public(kind: GraphQLOutputType, depth: int = 0) -> str:
    """Return a selection of every field that is not marked BY_VIEWER, with its subfields."""
    named = get_named_type(kind)
    if is_leaf_type(named):
        return ""
    if isinstance(named, GraphQLUnionType) or not isinstance(named, GraphQLObjectType):
        return "{ __typename }"
    parts = ["__typename"]
    for name, field in named.fields.items():
        definition = field.extensions["strawberry-definition"]
        needs = any(isinstance(one.type, GraphQLNonNull) for one in field.args.values())
        if BY_VIEWER.items() <= definition.metadata.items() or needs or (depth > 2 and not is_leaf_type(field.type)):
            continue
        below = everything_public(field.type, depth + 1)
        if below or is_leaf_type(get_named_type(field.type)):
            parts.append(f"{name} {below}")
    return "{ " + " ".join(parts) + " }"


@pytest.mark.parametrize(
    ("type_name", "document"),
    [
        ("ReportEvent", "subscription($id: ID!) {{ reportChanged(id: $id) {0} }}"),
        ("ReportEvent", "subscription {{ reportFeed {0} }}"),
        ("LeaderboardUpdate", "subscription {{ leaderboardChanged(first: 3) {0} }}"),
    ],
)
async def test_field_without_by_viewer_is_the_same_for_everybody(
    city: City, type_name: str, document: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subscriptions.documents.Plan.is_personal", lambda *_: True)
    citizen, officer, admin = (
        await city.citizen(),
        await city.official(GAMBIR),
        await city.official(None, Role.ADMIN, "admin"),
    )
    report = await citizen.report()
    selection = everything_public(schema_of(city)._schema.type_map[type_name])  # type: ignore[arg-type] # an object type
    given = {"id": report["id"]} if "$id" in document else {}
    callers = (None, citizen, officer, admin)
    screens = [await screen(city, document.format(selection), caller, **given) for caller in callers]
    assert len({one.shared for one in screens}) == len(callers)
    await officer.move(report["id"], "IN_PROGRESS")
    answers = [(await one.until(1))[0] for one in screens]
    assert "errors" not in answers[0]
    assert all(answer == answers[0] for answer in answers)


async def test_last_subscriber_to_leave_leaves_nothing_behind(city: City) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    tailer = city.services.tailer
    keys, tasks = set(tailer.listeners), asyncio.all_tasks()
    screens = [await screen(city, FOLLOW, id=report["id"]) for _ in range(3)]
    screens.append(await screen(city, "subscription { myReportsChanged { kind } }", citizen))
    await citizen.act("updateReport", report["id"], title="Baru")
    for one in screens:
        await one.until(1)
        one.leave()
    assert set(tailer.listeners) == keys
    assert city.service._endpoint.shared_subscriptions._by_key == {}
    await eventually(lambda: not asyncio.all_tasks() - tasks)


async def test_event_that_fails_in_an_outage_is_delivered_after_it(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    one = await screen(city, "subscription($id: ID!) { reportChanged(id: $id) { kind note } }", id=report["id"])
    failures = iter(range(3))

    async def away(table: type[Model], *arguments: Any) -> Any:
        if table is Note and next(failures, None) is not None:
            raise ConnectionRefusedError
        return await select(table, *arguments)

    monkeypatch.setattr("queries.events.select", away)
    await citizen.act("updateReport", report["id"], title="Baru")
    assert await one.until(1) == [{"data": {"reportChanged": {"kind": "EDITED", "note": None}}}]
    assert next(failures, None) is None


async def test_failed_stream_ends_for_all_and_can_be_subscribed_again(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    screens = [await screen(city, FOLLOW, id=report["id"]) for _ in range(3)]
    with monkeypatch.context() as broken:

        def fail(*_: object) -> None:
            raise ZeroDivisionError

        broken.setattr(DocumentPlans, "execute", fail)
        await citizen.act("updateReport", report["id"], title="Baru")
        await eventually(lambda: all(one.messages for one in screens))
    for one in screens:
        (message,) = one.messages
        assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "INTERNAL")
        assert one.is_forgotten
    again = await screen(city, FOLLOW, id=report["id"], after=report["cursor"])
    assert [payload["data"]["reportChanged"]["kind"] for payload in await again.until(1)] == ["EDITED"]


async def test_event_that_takes_too_long_ends_the_subscription(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    city.services.limits = Limits(seconds=0.3)
    one = await screen(city, FOLLOW, id=report["id"])

    async def wait(*_: object) -> None:
        await asyncio.sleep(DEADLINE)

    with monkeypatch.context() as endless:
        endless.setattr(DocumentPlans, "execute", wait)
        await citizen.act("updateReport", report["id"], title="Baru")
        await eventually(lambda: bool(one.messages))
    (message,) = one.messages
    assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "TIMEOUT")
    again = await screen(city, FOLLOW, id=report["id"], after=report["cursor"])
    assert [payload["data"]["reportChanged"]["kind"] for payload in await again.until(1)] == ["EDITED"]


async def test_other_tasks_run_during_a_long_replay(city: City, executions: list[None]) -> None:
    report = await (await city.citizen()).report()
    events = 300
    known = await LogEvent.filter(topic=Topic.REPORT).first().values()
    head = decode(report["cursor"])[1] + events
    rows = [
        LogEvent(**{**known, "position": head - earlier, "version": 1 + events - earlier}) for earlier in range(events)
    ]
    await LogEvent.bulk_create(rows)
    await fetch("UPDATE log_head SET position = $1", head)
    await caught_up(city, head)
    at_once: list[int] = []

    async def look() -> None:
        while True:
            before = len(executions)
            await asyncio.sleep(0)
            at_once.append(len(executions) - before)

    looking = asyncio.create_task(look())
    one = await screen(city, FOLLOW, id=report["id"], after=report["cursor"])
    await one.until(events)
    looking.cancel()
    assert max(at_once) == 1


async def test_revoked_role_refuses_the_next_act(city: City) -> None:
    officer = await city.official(GAMBIR)
    await city.transactions.run(revoke_role, email=officer.email or "", role=Role.OFFICER, unit=GAMBIR)
    citizen = await city.citizen()
    report = await citizen.report()
    refused = await officer.move(report["id"], "IN_PROGRESS")
    assert [error["code"] for error in refused["errors"]] == ["FORBIDDEN"]


STATISTICS = """subscription($by: [StatisticsDimension!]!) {
  reportStatisticsChanged(groupBy: $by) { cursor rows { status received responded open overdue } } }"""


def rows_of(one: Screen) -> list[tuple[Any, ...]]:
    """Return the values of the last rows that a screen got."""
    return [tuple(row.values()) for row in one.payloads[-1]["data"]["reportStatisticsChanged"]["rows"]]


async def test_statistics_are_read_once_for_all_after_each_burst_of_events(
    city: City, executions: list[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    reads: list[float] = []
    read = statistics_queries.statistics

    async def counted(*arguments: Any, **named: Any) -> Any:
        reads.append(asyncio.get_running_loop().time())
        return await read(*arguments, **named)

    monkeypatch.setattr(statistics_queries, "statistics", counted)
    executions.clear()
    screens = [await screen(city, STATISTICS, by=["STATUS"]) for _ in range(10)]
    for one in screens:
        await one.until(1)
        assert rows_of(one) == []
    assert len(executions) == len(reads) == 1
    executions.clear()
    reports = [await citizen.report() for _ in range(3)]
    assert (await officer.move(reports[0]["id"], "IN_PROGRESS"))["errors"] == []
    truth = [("IN_PROGRESS", 1, 1, 1, 0), ("WAITING", 2, 0, 2, 0)]
    await eventually(lambda: all(rows_of(one) == truth for one in screens))
    assert len({one.shared for one in screens}) == 1
    assert all(one.payloads == screens[0].payloads for one in screens)
    assert all(later - earlier > 0.9 * states.INTERVAL for earlier, later in pairwise(reads))
    pushed = len(screens[0].payloads)
    late = await screen(city, STATISTICS, by=["STATUS"])
    assert (await late.until(1))[0] == screens[0].payloads[-1]
    assert await screen(city, STATISTICS, by=[]) is not None
    assert (await officer.act("supportReport", reports[1]["id"]))["errors"] == []  # it changes no number
    assert len(screens[0].payloads) == pushed
    position = decode(screens[0].payloads[-1]["data"]["reportStatisticsChanged"]["cursor"])[1]
    assert position <= city.services.tailer.position


async def test_deadline_that_passes_changes_live_statistics_without_an_event(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "LONGEST", DEADLINE * 2)
    monkeypatch.setattr(states, "INTERVAL", 0.0)
    await (await city.citizen()).report()
    (row,) = await fetch("SELECT response_due_at FROM report")
    due = datetime.fromisoformat(str(row["response_due_at"]))
    ahead = due - timedelta(seconds=0.7) - datetime.now(UTC)
    monkeypatch.setattr(city.services, "transactions", Transactions(now=lambda: datetime.now(UTC) + ahead))
    one = await screen(city, STATISTICS, by=[])
    await one.until(1)
    assert rows_of(one) == [(None, 1, 0, 1, 0)]
    await one.until(2)
    assert rows_of(one) == [(None, 1, 0, 1, 1)]
