"""Closed periods stay closed: no entry is dated into a closed period, even with wrong clocks."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.ledger import NewEntry
from actions.periods import close_periods
from actions.submissions import Submission, route, submit
from actions.transaction import Transaction, Transactions
from models.accounts import Account
from models.database import database, fetch
from models.ledger import CITIZEN, PointEntry
from models.log import LogEvent, Topic, moment
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from models.tallies import Tally
from rules.access import Person, Role, RoleGrant
from rules.periods import ending_on, jakarta_day, midnight
from rules.scoring.points import Rule
from tests.city import fewer_on_postgres

GAZETTEER = Gazetteer(bundled())
BEGIN = datetime(2026, 2, 27, 16, tzinfo=UTC)
"""An hour before the last of a February, a Saturday, begins in Jakarta."""

DAY = timedelta(days=1)
UNITS = ("31.71.01.1001", "31.71.01.1002")

SKEWS = st.sampled_from([-90_000, -3_600, -1, 0, 1, 3_600])
"""Seconds by which the clock of a process is wrong."""

ACTS = st.one_of(
    st.tuples(st.just("close"), SKEWS, st.just(0)),
    st.tuples(st.just("earn"), SKEWS, st.integers(-9, 9)),
)
MOMENTS = st.lists(
    st.tuples(st.integers(0, 30), st.lists(ACTS, min_size=1, max_size=5)),
    min_size=1,
    max_size=6,
)
"""Hours that pass, and what then happens at once."""


async def earn(tx: Transaction, report_id: int, points: int) -> None:
    async with tx.edit(report_id) as report:
        for unit in UNITS[: 1 + points % 2]:
            report.add_entry(
                NewEntry(unit=unit, account_id=None, report_id=report_id, rule=Rule.RESPONDED, points=points)
            )


async def act(name: str, now: datetime, report_id: int, points: int) -> None:
    transactions = Transactions(now=lambda: now)
    await (close_periods(transactions) if name == "close" else transactions.run(earn, report_id, points))


async def live(report_id: int, moments: list[tuple[int, list[tuple[str, int, int]]]]) -> None:
    now = BEGIN
    for hours, acts in moments:
        now += timedelta(hours=hours)
        clocks = [now + timedelta(seconds=skew) for _, skew, _ in acts]
        await asyncio.gather(
            *(act(name, clock, report_id, points) for (name, _, points), clock in zip(acts, clocks, strict=True))
        )


async def check() -> None:
    entries = await PointEntry.exclude(unit=CITIZEN)
    closings = await LogEvent.filter(topic=Topic.PERIOD).order_by("position")
    for closing in closings:
        last = date.fromisoformat(closing.data["last"])
        assert [entry.position for entry in entries if entry.position > closing.position and entry.day <= last] == []
    sums = Counter[tuple[str, date]]()
    for entry in entries:
        sums[entry.unit, entry.day] += entry.points
        assert jakarta_day(entry.at) == entry.day
    tallies = await Tally.filter(period="DAY", entries__gt=0)
    assert {(one.unit, one.first_day): one.points for one in tallies} == dict(sums)
    days = [date.fromisoformat(one.data["last"]) for one in closings if one.data["period"] == "DAY"]
    assert days == [days[0] + number * DAY for number in range(len(days))]
    logged = [(one.data["period"], one.data["first"], one.data["last"], one.at) for one in closings]
    assert logged == [
        (period, str(ended.first), str(ended.last), midnight(day + DAY))
        for day in days
        for period, ended in ending_on(day)
    ]
    (head,) = await fetch("SELECT position, open_from FROM log_head")
    assert head["position"] == await LogEvent.all().count()
    if days:
        assert moment(head["open_from"]) == midnight(days[-1] + DAY)


async def begin() -> int:
    """Clear the database and return a report that earns points."""
    for table in ("point_entry", "tally", "log_event"):
        await fetch(f"DELETE FROM {table}")
    await fetch("UPDATE log_head SET position = 0, open_from = NULL")
    return int((await fetch("SELECT id FROM report"))[0]["id"])


async def submit_one() -> None:
    account = await Account.create(
        public_id="warga",
        email="warga",
        password_hash="",
        pseudonym="warga",
        pseudonym_key="warga",
        created_at=BEGIN,
    )
    submission = Submission(title="Judul", description="Isi", category="SAMPAH", latitude=-6.1754, longitude=106.8272)
    await Transactions().run(submit, Person(account.id, (RoleGrant(Role.CITIZEN, None),)), route(GAZETTEER, submission))


def test_closed_period_never_changes_even_with_wrong_clocks(database_url: str) -> None:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        runner.run(stack.enter_async_context(database(database_url)))
        try:
            runner.run(submit_one())

            @settings(max_examples=fewer_on_postgres(database_url, 60), suppress_health_check=list(HealthCheck))
            @given(MOMENTS)
            def any_nights(moments: list[tuple[int, list[tuple[str, int, int]]]]) -> None:
                async def example() -> None:
                    report_id = await begin()
                    await live(report_id, moments)
                    await check()

                runner.run(example())

            any_nights()
        finally:
            runner.run(stack.aclose())
