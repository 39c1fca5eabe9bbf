"""Clusters of any area add up to its reports, also after these have moved and changed."""

import asyncio
import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime

from actions.rebuild import rebuild_cells
from actions.transaction import Transactions
from models.database import database, fetch
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from models.reports import Report
from queries import clusters, reports
from queries.clusters import wrong_cells
from queries.visibility import EVERYBODY
from rules.criteria import BoundingBox, ReportCriteria
from rules.workflow import ReportStatus
from tests.world import World

GAZETTEER = Gazetteer(bundled())
CITY = BoundingBox(-6.4, 106.6, -5.9, 107.1)
NOW = datetime(2030, 1, 1, tzinfo=UTC)
ACTS, SUBMISSIONS, ROUNDS = 30, 15, 60
WHOLE = [BoundingBox(-90, -180, 90, 180), CITY, BoundingBox(-6.2, 106.8, -6.2, 106.8)]


def areas(rng: random.Random, points: list[tuple[float, float]]) -> Iterator[BoundingBox]:
    """Yield the largest areas, then those whose borders are anywhere, also at a report or at the border of a cell."""
    yield from WHOLE
    while True:
        latitudes, longitudes = zip(*rng.sample(points, 2), strict=True)
        if rng.random() < 0.3:
            latitudes = tuple(round(each * 1024) / 1024 for each in latitudes)
        spread = rng.choice((0.0, 0.0, 0.0001, 0.003, 0.1))
        yield BoundingBox(
            min(latitudes) - spread * rng.random(),
            min(longitudes) - spread * rng.random(),
            max(latitudes) + spread * rng.random(),
            max(longitudes) + spread * rng.random(),
        )


FILTERS = [
    ReportCriteria(),
    ReportCriteria(status=frozenset({ReportStatus.WAITING})),
    ReportCriteria(status=frozenset({ReportStatus.IN_PROGRESS, ReportStatus.PROCESSED})),
    ReportCriteria(status=frozenset()),
    *[ReportCriteria(category=frozenset({"SAMPAH"}))] * 2,
    ReportCriteria(category=frozenset({"SAMPAH", "BANJIR"}), status=frozenset({ReportStatus.WAITING})),
    ReportCriteria(within=BoundingBox(-6.19, 106.7, -6.1, 106.9)),
    ReportCriteria(overdue=True),
]


async def check(box: BoundingBox, zoom: int, criteria: ReportCriteria) -> int:
    found = await clusters.clusters(box, zoom, criteria, NOW, CITY)
    inside = clusters.within(criteria, box)
    assert len(found) <= clusters.MOST
    assert sum(one.count for one in found) == await reports.count(inside, NOW), (box, zoom, criteria)
    for name in ("waiting", "in_progress", "processed"):
        status = frozenset({ReportStatus[name.upper()]})
        only = ReportCriteria(**{**{each: getattr(inside, each) for each in inside.__slots__}, "status": status})
        if criteria.status is None:
            assert sum(getattr(one, name) for one in found) == await reports.count(only, NOW)
    for one in found:
        assert one.count > 0
        assert one.square.contains(one.latitude, one.longitude)
        assert (one.report_id is None) == (one.count > 1)
        if one.report_id is not None:
            (row,) = await reports.by_id([one.report_id], EVERYBODY)
            assert row is not None
            assert one.square.contains(row.latitude, row.longitude)
            assert abs(row.latitude - one.latitude) + abs(row.longitude - one.longitude) < 2e-6
    return len(found)


async def scatter(rng: random.Random) -> list[tuple[float, float]]:
    """Move the reports: some to the same place, some to the border of a cell, the others anywhere."""
    ids = [row["id"] for row in await fetch("SELECT id FROM report ORDER BY id")]
    points = []
    for report_id in ids:
        latitude, longitude = -6.3 + 0.2 * rng.random(), 106.7 + 0.2 * rng.random()
        if rng.random() < 0.3:
            latitude, longitude = -6.203125, 106.796875
        await Report.filter(id=report_id).update(latitude=latitude, longitude=longitude)
        points.append((latitude, longitude))
    return points


def test_clusters_add_up_to_the_reports_of_any_area(database_url: str) -> None:
    async def run() -> None:
        async with database(database_url):
            world, rng = World(5), random.Random(5)
            await world.act_randomly(ACTS)
            for _ in range(SUBMISSIONS):
                await world.submit()
            assert await fetch(wrong_cells()) == []
            await Report.filter(id__in=rng.sample(world.reports, 3)).update(hidden=True)
            points = await scatter(rng)
            assert await fetch(wrong_cells()) == []
            sizes = [
                await check(box, rng.randrange(23), criteria)
                for box in itertools.islice(areas(rng, points), ROUNDS)
                for criteria in (FILTERS[0], rng.choice(FILTERS))
            ]
            assert max(sizes) > 10
            patched, clusters.MOST = clusters.MOST, 3
            for zoom in range(23):
                await check(CITY, zoom, FILTERS[0])
            clusters.MOST = patched
            await fetch("UPDATE map_cell SET reports = reports + 1, ids = ids - 4 WHERE status = 'WAITING'")
            assert len(await fetch(wrong_cells())) == await rebuild_cells(Transactions()) > 0
            assert await fetch(wrong_cells()) == []

    asyncio.run(run())
