"""Statistics are a plain count over the reports, after any acts, for any grouping, filter and period."""

import asyncio
import itertools
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from actions.rebuild import rebuild_counts
from actions.transaction import Transactions
from models.database import database, fetch
from models.reports import Report, ReportRow
from queries import reports, statistics
from queries.paging import Keyset
from queries.reports import ReportOrder
from queries.statistics import DAYS, Counted, Question, StatisticsDimension, wrong_counts
from rules.criteria import BoundingBox, ReportCriteria
from rules.periods import Period, jakarta_day, midnight, span
from rules.workflow import ReportStatus, Resolution
from tests.world import CATEGORIES, GAZETTEER, HANDLERS, World

ACTS, SUBMISSIONS, ROUNDS = 60, 6, 150
MICROSECOND = timedelta(microseconds=1)

VALUES: dict[StatisticsDimension, Callable[[ReportRow], str | None]] = {
    StatisticsDimension.STATUS: lambda row: row.status,
    StatisticsDimension.RESOLUTION: lambda row: row.resolution,
    StatisticsDimension.CATEGORY: lambda row: row.category,
    StatisticsDimension.KELURAHAN: lambda row: row.kelurahan,
    StatisticsDimension.KECAMATAN: lambda row: GAZETTEER.kelurahan[row.kelurahan].kecamatan_code,
    StatisticsDimension.CITY: lambda row: GAZETTEER.kelurahan[row.kelurahan].city_code,
    StatisticsDimension.HANDLER: lambda row: row.handler,
}


def plain(rows: list[ReportRow], question: Question, now: datetime) -> list[Counted]:
    """Count the reports one by one."""
    found: defaultdict[tuple[str | date | None, ...], list[int]] = defaultdict(lambda: [0] * 5)

    def add(row: ReportRow, index: int, moment: datetime | None, *, is_bounded: bool = True) -> None:
        if moment is None:
            return
        day = jakarta_day(moment)
        after = question.first is None or question.first <= day
        if is_bounded and not (after and (question.last is None or day <= question.last)):
            return
        group = (span(Period(each), day).first if each in DAYS else VALUES[each](row) for each in question.dimensions)
        found[tuple(group)][index] += 1

    for row in rows:
        if not question.criteria.matches(row.snapshot, row.changed_at if question.criteria.overdue is None else now):
            continue
        for index, moment in enumerate((row.submitted_at, row.responded_at, row.processed_at)):
            add(row, index, moment)
        if row.processed_at is None:
            add(row, 3, row.submitted_at, is_bounded=question.is_by_time)
            if row.snapshot.overdue(now):
                add(row, 4, row.submitted_at, is_bounded=question.is_by_time)
    if not question.dimensions:
        return [Counted((), *found[()])]
    ordered = sorted(found, key=lambda group: [str("" if value is None else value) for value in group])
    return [Counted(group, *found[group]) for group in ordered]


def questions(rng: random.Random, world: World) -> Iterator[Question]:
    def chosen(values: tuple[str, ...]) -> frozenset[str]:
        return frozenset(rng.sample(values, rng.randint(0, 2)))

    parts: list[Callable[[], dict[str, object]]] = [
        lambda: {"status": frozenset(rng.sample(list(ReportStatus), rng.randint(0, 2)))},
        lambda: {"resolution": frozenset(rng.sample(list(Resolution), rng.randint(1, 3)))},
        lambda: {"category": chosen(CATEGORIES)},
        lambda: {"kelurahan": chosen(HANDLERS[:2])},
        lambda: {"handler": chosen(HANDLERS)},
        lambda: {"external": rng.random() < 0.5},
        lambda: {"overdue": rng.random() < 0.5},
        lambda: {"within": BoundingBox(-6.19, 106.7, -6.1, 106.9)},
        lambda: {"submitted_from": world.now - timedelta(hours=rng.randrange(100))},
        lambda: {"reporter_id": rng.choice(world.citizens).account_id},
        lambda: {"reopened": rng.random() < 0.5},
    ]
    days = [*(jakarta_day(world.now) - timedelta(days=number) for number in range(14)), None, None]

    def one(dimensions: tuple[StatisticsDimension, ...]) -> Question:
        given: dict[str, object] = {}
        for part in rng.sample(parts, rng.choice((0, 0, 1, 1, 2))):
            given |= part()
        return Question(ReportCriteria(**given), dimensions, rng.choice(days), rng.choice(days))  # type: ignore[arg-type] # each has its type

    pairs = [pair for pair in itertools.permutations(StatisticsDimension, 2) if not DAYS.issuperset(pair)]
    singles = [(each,) for each in StatisticsDimension]
    everything = [Question(ReportCriteria(), dimensions) for dimensions in [(), *singles]]
    wanted: list[tuple[StatisticsDimension, ...]] = [(), *singles, *rng.sample(pairs, len(pairs))]
    return itertools.chain(everything, (one(wanted[number % len(wanted)]) for number in range(ROUNDS)))


async def put_beside_midnight(rng: random.Random) -> None:
    """Move some moments to the last and the first of a day."""
    for report in await Report.all().order_by("id").limit(12):
        at = midnight(jakarta_day(report.submitted_at)) - rng.choice((0, 1, 2)) * MICROSECOND
        await Report.filter(id=report.id).update(submitted_at=at)


async def check_list(rows: list[ReportRow], criteria: ReportCriteria, now: datetime) -> None:
    """Check that lists and counts have the reports that match, and of the hidden ones only the viewer's own."""
    matching = {row.id for row in rows if criteria.matches(row.snapshot, now)}
    for order in (ReportOrder.NEWEST, ReportOrder.DUE_SOONEST):
        page = await reports.page(criteria, order, Keyset(1_000), now, ("id",))
        assert {row[0] for row in page.rows} == matching
    places = sorted({row.kelurahan for row in rows})
    assert await reports.count(criteria, now) == len(matching)
    assert sum(await reports.counts([(place, criteria, now) for place in places])) == len(matching)


def test_statistics_are_a_plain_count_of_the_reports(database_url: str) -> None:
    async def run() -> None:
        async with database(database_url):
            world, rng = World(7), random.Random(7)
            await world.act_randomly(ACTS // 2)
            hidden = rng.sample(world.reports, 5)
            await Report.filter(id__in=hidden).update(hidden=True)
            await world.act_randomly(ACTS // 2)  # also on hidden ones
            await Report.filter(id=hidden[0]).update(hidden=False)
            for _ in range(SUBMISSIONS):
                await world.submit()
            assert await fetch(wrong_counts()) == []
            await put_beside_midnight(rng)
            assert await fetch(wrong_counts()) == []
            rows = [ReportRow.of(report) for report in await Report.all()]
            by_counts = 0
            for question in questions(rng, world):
                found = await statistics.statistics(question, world.now)
                assert found == plain(rows, question, world.now), question
                apart = await statistics.statistics(question, world.now, with_overdue=False)
                assert apart == [one._replace(overdue=0) for one in found], question
                await check_list(rows, question.criteria, world.now)
                by_counts += question.kind is not None and len(found) > 1
            assert by_counts > 30
            await fetch("UPDATE report_count SET received = received + 1 WHERE status = 'WAITING'")
            await fetch("DELETE FROM report_count WHERE status = 'IN_PROGRESS'")
            assert len(await fetch(wrong_counts())) == await rebuild_counts(Transactions()) > 0
            assert await fetch(wrong_counts()) == []
            await Report.filter(id=world.reports[-1]).delete()  # nothing refers to the newest one
            assert await fetch(wrong_counts()) == []
            assert await fetch("SELECT * FROM report_count WHERE received + responded + processed + due = 0") == []

    asyncio.run(run())
