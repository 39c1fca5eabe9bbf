"""Old state + events = new state: the log records everything that people do."""

import asyncio
import itertools
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions import closings, desk, waivers
from actions.erasing import erase
from actions.moderation import flag, hide, show
from actions.overdue import record_overdue
from actions.photos import record_upload
from actions.places import move
from actions.statuses import StatusChange, change_status
from actions.submissions import Edit, Submission, edit, route, submit, withdraw
from actions.supports import support, withdraw_support
from actions.transaction import Transactions
from models.accounts import Account
from models.database import database, fetch
from models.leaves import leaf
from models.ledger import CITIZEN, PointEntry
from models.log import EVENT_COLUMNS, EventRow, LogEvent, Topic
from models.reading import read
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from models.reports import REPORT_COLUMNS, Report, ReportRow, Support
from models.tallies import Tally
from queries.reports import condition
from rules.access import Person, Role, RoleGrant, units_acted_for
from rules.criteria import Acting, ReportCriteria
from rules.refusals import Refusal
from rules.workflow import ReportStatus, Resolution
from tests.city import fewer_on_postgres
from tests.published import published_events

GAZETTEER = Gazetteer(bundled())
MONAS, NEAR_MONAS, MENTENG = (-6.1754, 106.8272), (-6.1790, 106.8272), (-6.1954, 106.8342)
KEYS = itertools.count()

PEOPLE = st.integers(0, 2)
REPORTS = st.integers(0, 1)
TITLES = ("Judul", "Judul lain")
CATEGORIES = st.sampled_from(["SAMPAH", "BANJIR", "LISTRIK"])
ACTS = st.one_of(
    st.tuples(st.just("submit"), PEOPLE, CATEGORIES, st.sampled_from([MONAS, MENTENG]), st.sampled_from(TITLES)),
    st.tuples(st.just("edit"), PEOPLE, REPORTS),
    st.tuples(st.just("withdraw"), PEOPLE, REPORTS),
    st.tuples(st.sampled_from(["hide", "show", "erase", "flag"]), PEOPLE, REPORTS),
    st.tuples(st.just("support"), PEOPLE, REPORTS),
    st.tuples(st.just("withdraw_support"), PEOPLE, REPORTS),
    st.tuples(st.just("start"), PEOPLE, REPORTS),
    st.tuples(st.just("fix"), PEOPLE, REPORTS),
    st.tuples(st.just("close"), PEOPLE, REPORTS, st.sampled_from(["INVALID", "OUT_OF_REMIT"])),
    st.tuples(st.just("duplicate"), PEOPLE, REPORTS, REPORTS),
    st.tuples(st.just("assign"), PEOPLE, REPORTS, st.sampled_from(["31.71.01.1001", "31.71.06.1001", "SDA", "PLN"])),
    st.tuples(st.just("transfer"), PEOPLE, REPORTS, st.sampled_from(["31.71.01.1001", "31.71.06.1001"])),
    st.tuples(st.just("recategorise"), PEOPLE, REPORTS, CATEGORIES),
    st.tuples(st.just("move"), PEOPLE, REPORTS, st.sampled_from([MONAS, NEAR_MONAS, MENTENG])),
    st.tuples(st.just("rate"), PEOPLE, REPORTS, st.integers(1, 5)),
    st.tuples(st.just("reopen"), PEOPLE, REPORTS),
    st.tuples(st.just("waive"), PEOPLE, REPORTS, st.integers(0, 9)),
    st.tuples(st.just("waive_all"), PEOPLE, REPORTS, REPORTS),
    st.tuples(st.just("wait"), PEOPLE, st.integers(1, 200)),
)


BEGINNING: list[tuple[Any, ...]] = [
    ("submit", 1, "SAMPAH", MONAS, TITLES[0]),
    ("submit", 0, "BANJIR", MONAS, TITLES[0]),
    ("support", 2, 0),
    ("support", 0, 0),
    ("support", 2, 1),
]


@dataclass
class FoldedReport:
    """The state of one report according to the log."""

    version: int
    position: int
    snapshot: dict[str, Any]
    supporters: set[int] = field(default_factory=set)


def fold(events: list[EventRow]) -> dict[int, FoldedReport]:
    """Build the state of every report from its events alone."""
    folded: dict[int, FoldedReport] = {}
    for event in events:
        assert event.report_id is not None
        assert event.version is not None
        known = folded.get(event.report_id)
        assert event.version == (known.version if known else 0) + 1
        before = None if event.before is None else event.before.as_data()
        assert before == (known.snapshot if known else None)
        supporters = known.supporters if known else set()
        if event.kind == "SUPPORTED":
            supporters |= set(event.accounts)
        else:
            supporters -= set(event.accounts)
        folded[event.report_id] = FoldedReport(event.version, event.position, event.after.as_data(), supporters)
    return folded


@dataclass
class World:
    """Three citizens who are officers too, and what they have reported."""

    transactions: Transactions
    people: list[Person]
    hours: int = 0
    reports: list[int] = field(default_factory=list)

    async def photo(self, person: Person) -> str:
        name = f"foto-{next(KEYS)}"
        await self.transactions.run(record_upload, person.account_id, name, f"{next(KEYS):064d}", 320, 240)
        return name

    async def act(self, name: str, who: int, *rest: Any) -> None:
        person, transactions = self.people[who], self.transactions
        if name == "submit":
            category, (latitude, longitude), title = rest
            options = Submission(
                title=title, description="Isi", category=category, latitude=latitude, longitude=longitude
            )
            self.reports.append(await transactions.run(submit, person, route(GAZETTEER, options)))
            return
        if name == "wait":
            self.hours += rest[0]
            await record_overdue(transactions)
            return
        report_id = self.reports[rest[0] % len(self.reports)] if self.reports else 0
        if name in {"assign", "transfer", "recategorise", "move"}:
            await self.hand_on(name, person, report_id, rest[1])
        elif name == "rate":
            await transactions.run(closings.rate, person, report_id, rest[1], None)
        elif name == "reopen":
            await transactions.run(closings.reopen, person, report_id, "Belum selesai")
        elif name == "waive":
            positions = [entry.position for entry in await PointEntry.filter(report_id=report_id).order_by("position")]
            admin = Person(person.account_id, (RoleGrant(Role.ADMIN),))
            await transactions.run(
                waivers.waive, admin, positions[rest[1] % len(positions)] if positions else 0, "Banjir"
            )
        elif name == "waive_all":
            listed = dict(enumerate(self.reports[number % len(self.reports)] for number in rest))
            admin = Person(person.account_id, (RoleGrant(Role.ADMIN),))
            await transactions.run(waivers.waive_reports, admin, listed, "Spam")
        elif name in {"withdraw", "support", "withdraw_support"}:
            act = {"withdraw": withdraw, "support": support, "withdraw_support": withdraw_support}[name]
            await transactions.run(act, person, report_id)
        elif name in {"hide", "show", "erase", "flag", "edit"}:
            await self.change_words(name, person, report_id)
        else:
            await transactions.run(change_status, person, report_id, await self.options(name, person, rest))

    async def change_words(self, name: str, person: Person, report_id: int) -> None:
        admin, run = Person(person.account_id, (RoleGrant(Role.ADMIN),)), self.transactions.run
        match name:
            case "hide":
                await run(hide, admin, report_id, "Banjir")
            case "show":
                await run(show, admin, report_id)
            case "erase":
                await run(erase, person, report_id)
            case "edit":
                await run(edit, person, report_id, Edit(title=f"Judul {next(KEYS)}"))
            case _:
                await run(flag, person, report_id, "Banjir")

    async def hand_on(self, name: str, person: Person, report_id: int, to: Any) -> None:
        if name == "move":
            latitude, longitude = to
            await self.transactions.run(move, GAZETTEER, person, report_id, latitude, longitude, None)
            return
        act = {"assign": desk.assign, "transfer": desk.transfer, "recategorise": desk.recategorise}[name]
        await self.transactions.run(act, GAZETTEER, person, report_id, to, desk.DeskOptions(note="Karena"))

    async def options(self, name: str, person: Person, rest: tuple[Any, ...]) -> StatusChange:
        if name == "start":
            return StatusChange(status=ReportStatus.IN_PROGRESS)
        if name == "fix":
            proof = (await self.photo(person),)
            return StatusChange(status=ReportStatus.PROCESSED, resolution=Resolution.FIXED, proof_photo_ids=proof)
        if name == "close":
            return StatusChange(status=ReportStatus.PROCESSED, resolution=Resolution(rest[1]), note="Karena")
        original = self.reports[rest[1] % len(self.reports)] if self.reports else 0
        return StatusChange(status=ReportStatus.PROCESSED, resolution=Resolution.DUPLICATE, duplicate_of=original)


NAMES = r"orang-\d|Judul|Isi|Karena|Belum selesai|Banjir|foto-\d"
"""The names and texts that people give in these lives."""

ACCOUNTS = itertools.count(7_770_000_000)
"""Ids of accounts that no other number contains."""


async def check_published() -> None:
    """The entries of the published log have no account, no name and no text of the rows that they come from."""
    for event in await published_events():
        entry = leaf(event).decode()
        assert not re.search(f"777000|{NAMES}", entry), entry


ROWS = ("note", "flag", "support", "photo", "point_entry", "tally", "log_event", "holding")
TABLES = (*ROWS, "report", "report_day", "sent_words")


async def snapshot() -> dict[str, Any]:
    """Return everything that an act may change. Uploads in no report are left out."""
    rows = {table: await fetch(f"SELECT * FROM {table} ORDER BY 1") for table in (*TABLES, "log_head")}
    return rows | {"photo": [row for row in rows["photo"] if row["report_id"] is not None]}


async def live(world: World, acts: list[tuple[Any, ...]]) -> None:
    """Run the acts. A refused act must leave no trace."""
    for act in acts:
        before = await snapshot()
        try:
            await world.act(*act)
        except Refusal:
            assert await snapshot() == before


FILTERED = datetime(2100, 1, 1, tzinfo=UTC)
CRITERIA = [
    *(ReportCriteria(reopened=given) for given in (True, False)),
    *(ReportCriteria(without_photo=given) for given in (True, False)),
    *(ReportCriteria(stars_at_most=stars) for stars in (1, 3, 5)),
    *(ReportCriteria(supporters_at_least=count) for count in (0, 1, 2)),
    *(ReportCriteria(overdue=given) for given in (True, False)),
    ReportCriteria(status=frozenset({ReportStatus.PROCESSED}), external=False),
]


async def check_filters(events: list[EventRow], people: list[Person]) -> None:
    """A filter lists the reports whose last event says that they match it."""
    last = {event.report_id: event for event in events}
    moments = sorted({event.at for event in events})
    middle = moments[len(moments) // 2]
    spans = (
        ReportCriteria(changed_from=middle),
        ReportCriteria(processed_from=middle),
        ReportCriteria(processed_to=middle),
    )
    units = [*GAZETTEER.kelurahan, *GAZETTEER.agencies]
    acting = [Acting(one.account_id, units_acted_for(one, units)) for one in people]
    acting.append(Acting(people[0].account_id, None))
    for criteria in (
        *CRITERIA,
        *spans,
        *(ReportCriteria(acting=one) for one in acting),
        ReportCriteria(acting=acting[-1], status=frozenset({ReportStatus.WAITING}), supporters_at_least=1),
    ):
        now = FILTERED if criteria.overdue is not None else None
        matching = {key for key, event in last.items() if criteria.matches(event.after, now or event.at)}
        wanted = condition(criteria, FILTERED)
        found = {row[0] for row in await read(f"SELECT id FROM report WHERE {wanted}", *wanted.values)}
        assert found == matching, criteria


async def check(people: list[Person]) -> None:
    rows = await LogEvent.filter(topic=Topic.REPORT).order_by("position").values(*EVENT_COLUMNS)
    events = [EventRow(**row) for row in rows]
    folded = fold(events)
    await check_filters(events, people)
    for row in await Report.all().values(*REPORT_COLUMNS):
        report = ReportRow(**row)
        assert report.changed_at == [event.at for event in events if event.report_id == report.id][-1]
        supporters = {one.account_id for one in await Support.filter(report_id=report.id, until_position=None)}
        assert folded[report.id] == FoldedReport(report.version, report.position, report.snapshot.as_data(), supporters)
        assert report.support_count == len(supporters)
    positions = [row["position"] for row in await fetch("SELECT position FROM log_event ORDER BY position")]
    assert positions == list(range(1, len(positions) + 1))
    assert (await fetch("SELECT position FROM log_head"))[0]["position"] == len(positions)


async def check_points() -> None:
    """Tallies are the fold of the ledger, and the ledger is the fold of the log."""
    entries = await PointEntry.all()
    sums, counts = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for entry in entries:
        if entry.unit == CITIZEN:
            continue
        sums[entry.unit, str(entry.day)] += entry.points
        counts[entry.unit, str(entry.day)] += 1
    days = await Tally.filter(period="DAY", officer=0, entries__gt=0)
    tallies = {(tally.unit, str(tally.first_day)): (tally.points, tally.entries) for tally in days}
    assert tallies == {key: (sums[key], counts[key]) for key in counts}
    events = await LogEvent.filter(topic=Topic.LEDGER).values("position", "data", "report_id")
    assert {
        (event["position"], event["report_id"], event["data"]["unit"], event["data"]["day"], event["data"]["points"])
        for event in events
    } == {(entry.position, entry.report_id, entry.unit, str(entry.day), entry.points) for entry in entries}
    taken_back = {entry.reverses for entry in entries}
    for report in await Report.all():
        own = [entry for entry in entries if entry.report_id == report.id]
        if report.resolution in {"DUPLICATE", "INVALID", "OUT_OF_REMIT", "WITHDRAWN"}:
            assert not [one for one in own if one.points > 0 and not one.reverses and one.position not in taken_back]
        overdue = Counter((entry.unit, entry.rule) for entry in own if entry.rule.endswith("_OVERDUE"))
        for (_, rule), count in overdue.items():
            assert count <= (report.opening_no + 1 if rule == "PROCESSING_OVERDUE" else 1)
        assert all(entry.unit != "PLN" for entry in own)
    reversals = {entry.position: entry for entry in entries if entry.reverses is not None}
    by_position = {entry.position: entry for entry in entries}
    for entry in reversals.values():
        assert entry.reverses is not None
        assert entry.points == -by_position[entry.reverses].points
        assert entry.unit == by_position[entry.reverses].unit


def test_folding_the_log_gives_every_state_point_and_public_entry(database_url: str) -> None:
    with asyncio.Runner() as runner:
        opened = database(database_url)
        runner.run(opened.__aenter__())
        try:

            @settings(
                max_examples=fewer_on_postgres(database_url, 120),
                suppress_health_check=list(HealthCheck),
            )
            @given(st.lists(ACTS, max_size=12))
            def any_life(acts: list[tuple[Any, ...]]) -> None:
                async def example() -> None:
                    world = await begin()
                    await live(world, [*BEGINNING, *acts])
                    await check(world.people)
                    await check_points()
                    await check_published()

                runner.run(example())

            any_life()
        finally:
            runner.run(opened.__aexit__(None, None, None))


async def begin() -> World:
    """Clear the database and create three people: two officers and a supervisor, each a citizen too."""
    await fetch("UPDATE report SET duplicate_of_id = NULL")
    for table in TABLES:
        await fetch(f"DELETE FROM {table}")
    await fetch("UPDATE log_head SET position = 0")
    roles = ((Role.OFFICER, "31.71.01.1001"), (Role.OFFICER, "SDA"), (Role.SUPERVISOR, "31.71"))
    began = datetime.now(UTC)
    world = World(Transactions(), [await person(role, unit) for role, unit in roles])
    world.transactions.now = lambda: began + timedelta(hours=world.hours)
    return world


async def person(role: Role, unit: str) -> Person:
    name = f"orang-{next(KEYS)}"
    account = await Account.create(
        id=next(ACCOUNTS),
        public_id=name,
        email=name,
        password_hash="",
        pseudonym=name,
        pseudonym_key=name,
        created_at=datetime.now(UTC),
    )
    return Person(account.id, (RoleGrant(role, unit),))
