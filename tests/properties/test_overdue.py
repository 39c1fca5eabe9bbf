"""Every missed deadline is recorded once, with its own time, for any number of running or stopped clocks."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from actions import closings, desk
from actions.overdue import record_overdue
from actions.periods import close_periods
from actions.photos import record_upload
from actions.statuses import StatusChange, change_status
from actions.submissions import Submission, route, submit
from actions.transaction import Transactions
from models.accounts import Account
from models.database import database, fetch
from models.ledger import PointEntry
from models.log import EVENT_COLUMNS, PERIOD_CLOSED, EventRow, LogEvent, Topic
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from rules.access import Person, Role, RoleGrant
from rules.periods import midnight
from rules.refusals import Refusal
from rules.workflow import ReportStatus, Resolution
from tests.city import fewer_on_postgres
from tests.service_days import CATEGORY_HOURS, in_service, service_end

GAZETTEER = Gazetteer(bundled())
START = datetime(2026, 3, 10, 1, tzinfo=UTC)
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
KEYS = itertools.count()
TABLES = ("note", "photo", "point_entry", "tally", "log_event", "holding", "report", "report_day")
OVERDUE = ("RESPONSE_OVERDUE", "PROCESSING_OVERDUE")

REPORTS = st.integers(0, 1)
CATEGORIES = st.sampled_from(["PKL", "SAMPAH", "BANJIR", "LISTRIK"])
ACTS = st.one_of(
    st.tuples(st.just("start"), REPORTS),
    st.tuples(st.just("fix"), REPORTS),
    st.tuples(st.just("dismiss"), REPORTS),
    st.tuples(st.just("reopen"), REPORTS),
    st.tuples(st.just("assign"), REPORTS, st.sampled_from(["31.71.01.1001", "31.71.01.1002", "SDA", "PLN"])),
    st.tuples(st.just("recategorise"), REPORTS, CATEGORIES),
)
HOURS = st.sampled_from([0, 1, 2, 24, 48, 72]) | st.integers(0, 80)
"""Hours to the next moment; often exactly a target of the categories, because an end on time is not late."""

Act = tuple[Any, ...]
TWO = ("SAMPAH", "SAMPAH")
A, B = "31.71.01.1001", "31.71.01.1002"
TO_AND_FRO: list[tuple[int, list[Act]]] = [
    (24, [("assign", 0, B), ("assign", 1, B)]),
    (1, [("assign", 0, A), ("assign", 1, A)]),
    (1, [("fix", 0), ("fix", 1)]),
    (1, [("reopen", 0), ("reopen", 1)]),
    (1, [("assign", 0, B), ("assign", 1, B)]),
    (1, [("assign", 0, A)]),
]
"""A day of two with A, which gets one of them back in each of two openings."""
BACK_LATE: list[tuple[int, list[Act]]] = [(49, [("assign", 0, B), ("assign", 1, B)]), (10, [("assign", 0, A)])]
BACK_IN_TIME: list[tuple[int, list[Act]]] = [(24, [("assign", 0, B), ("assign", 1, B)]), (1, [("assign", 0, A)])]
JUST_IN_TIME: list[tuple[int, list[Act]]] = [(24, [("start", 0), ("start", 1)]), (24, [("fix", 0), ("fix", 1)])]
Entry = tuple[int, str, str, datetime]


@dataclass
class World:
    """Two reports of two citizens, a control room that does all the rest, and the time."""

    admin: Person
    reports: list[int]
    now: datetime = START

    def transactions(self) -> Transactions:
        """Return the transactions of another worker."""
        return Transactions(now=lambda: self.now)

    async def act(self, name: str, report: int, *rest: Any) -> None:
        transactions, admin, report_id = self.transactions(), self.admin, self.reports[report]
        if name == "reopen":
            await transactions.run(closings.reopen, admin, report_id, "Masih ada")
        elif name in {"assign", "recategorise"}:
            act = desk.assign if name == "assign" else desk.recategorise
            await transactions.run(act, GAZETTEER, admin, report_id, rest[0], desk.DeskOptions())
        else:
            await transactions.run(change_status, admin, report_id, await self._status_change(name))

    async def _status_change(self, name: str) -> StatusChange:
        if name == "start":
            return StatusChange(status=ReportStatus.IN_PROGRESS)
        if name == "dismiss":
            return StatusChange(status=ReportStatus.PROCESSED, resolution=Resolution.INVALID, note="Tidak ada")
        proof = f"foto-{next(KEYS)}"
        await self.transactions().run(record_upload, self.admin.account_id, proof, f"{next(KEYS):064d}", 320, 240)
        return StatusChange(status=ReportStatus.PROCESSED, resolution=Resolution.FIXED, proof_photo_ids=(proof,))

    async def try_to(self, act: Act) -> None:
        with suppress(Refusal):
            await self.act(*act)


async def begin(categories: tuple[str, str]) -> World:
    """Clear the database, open a day as a starting service does, and let two citizens report."""
    for table in TABLES:
        await fetch(f"DELETE FROM {table}")
    await fetch("UPDATE log_head SET position = 0, open_from = NULL")
    world = World(await somebody(RoleGrant(Role.ADMIN)), [])
    await close_periods(world.transactions())
    for category in categories:
        submission = Submission(
            title="Judul", description="Isi", category=category, latitude=-6.1754, longitude=106.8272
        )
        world.reports.append(
            await world.transactions().run(
                submit, await somebody(RoleGrant(Role.CITIZEN)), route(GAZETTEER, submission)
            )
        )
    return world


async def somebody(grant: RoleGrant) -> Person:
    name = f"orang-{next(KEYS)}"
    account = await Account.create(
        public_id=name, email=name, password_hash="", pseudonym=name, pseudonym_key=name, created_at=START
    )
    return Person(account.id, (grant,))


def passed(events: list[EventRow], until: datetime) -> list[Entry]:
    """Return the deadlines that a report has missed before `until`, computed independently of the actions.

    A reopening starts the time of every unit again. Only the control room acts, so the terms are those of the category.
    """
    found: dict[tuple[Any, ...], Entry] = {}
    held: Counter[tuple[int, str]] = Counter()
    opening, since = 0, events[0].at
    for event, end in zip(events, [*(later.at for later in events[1:]), until], strict=True):
        before, after, handler = event.before, event.after, event.after.handler
        hours = CATEGORY_HOURS[after.category]
        if before is not None and before.handler != handler:
            held[opening, before.handler] += in_service(since, event.at, hours) // SECOND
            since = event.at
        if event.kind == "REOPENED":
            opening, since = opening + 1, event.at
        if after.external or after.processed_at is not None:
            continue
        left = GAZETTEER.categories[after.category].terms.processing_target - held[opening, handler] * SECOND
        targets: list[tuple[str, tuple[Any, ...], datetime]] = [
            (OVERDUE[1], (OVERDUE[1], opening, handler), service_end(since, left, hours))
        ]
        if after.responded_at is None:
            targets.append((OVERDUE[0], (OVERDUE[0],), after.response_due_at))
        for rule, once, due in targets:
            at = max(due, event.at)
            if at < end and once not in found:
                assert event.report_id is not None
                found[once] = (event.report_id, handler, rule, at)
    return list(found.values())


async def check(world: World) -> None:
    rows = await LogEvent.filter(topic=Topic.REPORT).exclude(kind__in=OVERDUE).order_by("position")
    events = [EventRow(**{name: getattr(row, name) for name in EVENT_COLUMNS}) for row in rows]
    expected = [
        entry
        for report_id in world.reports
        for entry in passed([event for event in events if event.report_id == report_id], world.now)
    ]
    entries = await PointEntry.filter(rule__in=OVERDUE)
    assert Counter((entry.report_id, entry.unit, str(entry.rule), entry.at) for entry in entries) == Counter(expected)
    logged = await LogEvent.filter(topic=Topic.REPORT, kind__in=OVERDUE)
    assert Counter((event.report_id, event.actor, event.kind, event.at) for event in logged) == Counter(expected)
    open_from = START - DAY
    for event in await LogEvent.all().order_by("position"):
        if event.kind == PERIOD_CLOSED and event.data["period"] == "DAY":
            open_from = midnight(date.fromisoformat(event.data["last"]) + DAY)
        assert event.at >= open_from or event.topic is Topic.PERIOD


def in_a_city(database_url: str, play: Callable[[Callable[[Coroutine[Any, Any, None]], None]], None]) -> None:
    """Open a database and call `play`. The argument of `play` runs a coroutine to its end."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        runner.run(stack.enter_async_context(database(database_url)))
        try:
            play(runner.run)
        finally:
            runner.run(stack.aclose())


def test_missed_deadline_is_recorded_once_by_any_number_of_clocks(database_url: str) -> None:
    async def live(categories: tuple[str, str], moments: list[tuple[int, list[Act]]]) -> None:
        world = await begin(categories)
        for hours, acts in [*moments, (200, [])]:
            world.now += hours * HOUR
            clocks = [
                record_overdue(world.transactions()),
                close_periods(world.transactions()),
                record_overdue(world.transactions()),
            ]
            async with asyncio.timeout(60):
                await asyncio.gather(*clocks, *map(world.try_to, acts), close_periods(world.transactions()))
        await close_periods(world.transactions())
        await check(world)

    def play(run: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        @settings(max_examples=fewer_on_postgres(database_url, 30), suppress_health_check=list(HealthCheck))
        @given(
            st.tuples(CATEGORIES, CATEGORIES),
            st.lists(st.tuples(HOURS, st.lists(ACTS, max_size=3)), max_size=6),
        )
        @example(TWO, TO_AND_FRO)
        @example(TWO, BACK_LATE)
        @example(TWO, BACK_IN_TIME)
        @example(TWO, JUST_IN_TIME)
        def any_lives(categories: tuple[str, str], moments: list[tuple[int, list[Act]]]) -> None:
            run(live(categories, moments))

        any_lives()

    in_a_city(database_url, play)


def test_stopped_clocks_catch_up_to_the_entries_of_running_clocks(database_url: str) -> None:
    async def live(categories: tuple[str, str], moments: list[tuple[int, bool, Act]], *, always: bool) -> Counter[Any]:
        world = await begin(categories)
        for hours, runs, act in [*moments, (200, True, ("start", 0))]:
            for _ in range(hours):
                world.now += HOUR
                if always or (runs and world.now.hour % 5 == 0):
                    await (close_periods if world.now.hour % 12 == 5 else record_overdue)(world.transactions())
            await world.try_to(act)
        await close_periods(world.transactions())
        await check(world)
        return Counter(
            (world.reports.index(one.report_id), one.unit, str(one.rule), one.points, one.at, one.day)
            for one in await PointEntry.all()
        )

    async def both(categories: tuple[str, str], moments: list[tuple[int, bool, Act]]) -> None:
        entries = await live(categories, moments, always=True)
        assert await live(categories, moments, always=False) == entries

    def play(run: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        @settings(max_examples=15, suppress_health_check=list(HealthCheck))
        @given(st.tuples(CATEGORIES, CATEGORIES), st.lists(st.tuples(HOURS, st.booleans(), ACTS), max_size=6))
        @example(TWO, [(50, False, ("assign", 0, B))])
        def any_lives(categories: tuple[str, str], moments: list[tuple[int, bool, Act]]) -> None:
            run(both(categories, moments))

        any_lives()

    in_a_city(database_url, play)
