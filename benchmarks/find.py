"""Reads that find reports, each beside the same by hand in SQL: searches, work lists, clusters, first and deep pages.

The reads are those of the product. The statement by hand is the plainest that gives the same rows, without what the
product keeps for it: no index of words, no cells. Databases of all sizes are open at once and take turns. Times are
medians in milliseconds.
Run: python -m benchmarks.find [--sizes N,N] [--rounds N] [--at URL,URL]
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from statistics import median
from typing import Any

from actions.submissions import Submission, route, submit
from actions.transaction import Transactions
from benchmarks.filters import (
    AGENCY,
    COLUMNS,
    GAMBIR,
    GAZETTEER,
    KELURAHAN,
    NEAR,
    OPEN,
    SUBJECT,
    WARM_UP_ROUNDS,
    WHOLE,
    Side,
    open_side,
)
from benchmarks.scores import make
from benchmarks.stored import NOON
from models.reading import read
from queries import clusters, reports, statistics
from queries.nearby import Near, nearest
from queries.paging import Keyset
from queries.reports import ReportOrder
from queries.statistics import Question, StatisticsDimension
from rules.access import Person
from rules.criteria import Acting, BoundingBox, ReportCriteria
from rules.geography import Circle
from rules.periods import jakarta_day
from tests.backends import PostgresServer

COMMON, RARE = ("sampah",), ("lubang", "gambir")
"""Words of a category, and a place with one. The titles of a filled city are a category and a kelurahan."""

AROUND, WIDE = (Circle(GAMBIR.latitude, GAMBIR.longitude, radius) for radius in (250.0, 5_000.0))

AFTER_MONTH = jakarta_day(NOON).replace(day=1)
MONTH = ((AFTER_MONTH - timedelta(days=1)).replace(day=1), AFTER_MONTH - timedelta(days=1))
"""The first and the last day of the calendar month before the benchmark's noon."""

LISTED = ", ".join(COLUMNS)
LIKE = "SELECT {0} FROM report WHERE (title || ' ' || description) ILIKE ALL (ARRAY[{1}]) ORDER BY {2} LIMIT 51"
NEWEST_FIRST = "submitted_at DESC, id DESC"


@dataclass(frozen=True)
class Case:
    """A read by the product, and the statement that gives the same by hand."""

    read: Callable[[], Awaitable[object]]
    by_hand: str


def listed(criteria: ReportCriteria, order: ReportOrder, after: Any = None) -> Callable[[], Awaitable[object]]:
    """Return the read of a page."""
    return lambda: reports.page(criteria, order, Keyset(50, after=after), NOON, COLUMNS)


def mapped(box: BoundingBox, zoom: int, **criteria: Any) -> Callable[[], Awaitable[object]]:
    """Return the read of the clusters of a box."""
    return lambda: clusters.clusters(box, zoom, ReportCriteria(**criteria), NOON, WHOLE)


def squares(box: BoundingBox, zoom: int, condition: str = "TRUE") -> str:
    """Return the statement for the clusters of a box."""
    factor = 2.0 ** (zoom - 6)
    return (
        f"SELECT floor((latitude + 90) * {factor}), floor((longitude + 180) * {factor}), status, count(*) FROM report "
        f"WHERE latitude BETWEEN {box.south} AND {box.north} AND longitude BETWEEN {box.west} AND {box.east} "
        f"AND {condition} GROUP BY 1, 2, 3"
    )


def searched(words: Sequence[str], order: str = NEWEST_FIRST) -> str:
    """Return the statement for reports that have the words anywhere."""
    return LIKE.format(LISTED, ", ".join(f"'%{word}%'" for word in words), order)


def nearby(circle: Circle) -> str:
    """Return the statement for the open reports nearest to the middle of a circle."""
    away = (
        f"((latitude - {circle.latitude}) * 110574) ^ 2 + "
        f"((longitude - {circle.longitude}) * 111320 * cos(radians({circle.latitude}))) ^ 2"
    )
    return (
        f"SELECT {LISTED}, {away} FROM report WHERE status <> 'PROCESSED' AND {away} <= {circle.radius} ^ 2 "
        f"ORDER BY {away}, id LIMIT 10"
    )


def counted(dimension: StatisticsDimension) -> Callable[[], Awaitable[object]]:
    """Return the read of the statistics of a month."""
    question = Question(ReportCriteria(), (dimension,), MONTH[0], MONTH[1])
    return lambda: statistics.statistics(question, NOON)


def grouped(column: str) -> str:
    """Return the statement for the statistics of a month: each number of its own moment, open and overdue now."""
    first, last = (f"(DATE '{day}'::timestamp AT TIME ZONE 'Asia/Jakarta')" for day in (MONTH[0], AFTER_MONTH))
    numbers = [
        f"count(*) FILTER (WHERE {moment} >= {first} AND {moment} < {last})"
        for moment in ("submitted_at", "responded_at", "processed_at")
    ]
    return (
        f"SELECT {column}, {', '.join(numbers)}, count(*) FILTER (WHERE status <> 'PROCESSED'), count(*) FILTER "
        f"(WHERE status <> 'PROCESSED' AND least(processing_due_at, CASE WHEN responded_at IS NULL "
        f"THEN response_due_at END) < '{NOON.isoformat()}') FROM report GROUP BY 1"
    )


async def cases() -> dict[str, Case]:
    """Return the reads by name. Deep pages begin in the middle of the reports."""
    ((moment, middle),) = await read("SELECT submitted_at, id FROM report WHERE id = (SELECT max(id) / 2 FROM report)")
    deep = f"WHERE (submitted_at, id) < ('{moment.isoformat()}', {middle})"
    desk = Acting(0, KELURAHAN)
    mine = f"(handler = '{GAMBIR.code}' OR kelurahan = '{GAMBIR.code}') AND status <> 'PROCESSED'"
    street = BoundingBox(GAMBIR.latitude, GAMBIR.longitude, GAMBIR.latitude + 0.01, GAMBIR.longitude + 0.01)
    return {
        "search, a word of many": Case(listed(ReportCriteria(text=COMMON), ReportOrder.NEWEST), searched(COMMON)),
        "search, two words": Case(listed(ReportCriteria(text=RARE), ReportOrder.NEWEST), searched(RARE)),
        "search, no such word": Case(
            listed(ReportCriteria(text=("tidakada",)), ReportOrder.NEWEST), searched(["tidakada"])
        ),
        "search, the beginning of a word": Case(
            listed(ReportCriteria(text=("gamb",)), ReportOrder.NEWEST), searched(["gamb"])
        ),
        "by relevance, a word of many": Case(
            listed(ReportCriteria(text=COMMON), ReportOrder.RELEVANCE), searched(COMMON, "title, id DESC")
        ),
        "by relevance, two words": Case(
            listed(ReportCriteria(text=RARE), ReportOrder.RELEVANCE), searched(RARE, "title, id DESC")
        ),
        "by relevance, in a kelurahan": Case(
            listed(ReportCriteria(text=COMMON, kelurahan=KELURAHAN), ReportOrder.RELEVANCE),
            searched(COMMON, "title, id DESC").replace("WHERE", f"WHERE kelurahan = '{GAMBIR.code}' AND"),
        ),
        "work list of a kelurahan, due soonest": Case(
            listed(ReportCriteria(acting=desk), ReportOrder.DUE_SOONEST),
            f"SELECT {LISTED} FROM report WHERE {mine} ORDER BY handler_due_at, id LIMIT 51",
        ),
        "work list of an agency, due soonest": Case(
            listed(ReportCriteria(acting=Acting(0, AGENCY)), ReportOrder.DUE_SOONEST),
            f"SELECT {LISTED} FROM report WHERE handler = 'SDA' AND status <> 'PROCESSED' "
            "ORDER BY handler_due_at, id LIMIT 51",
        ),
        "changed lately, a kelurahan": Case(
            listed(ReportCriteria(kelurahan=KELURAHAN), ReportOrder.RECENTLY_CHANGED),
            f"SELECT {LISTED} FROM report WHERE kelurahan = '{GAMBIR.code}' ORDER BY changed_at DESC, id DESC LIMIT 51",
        ),
        "rated badly": Case(
            listed(ReportCriteria(stars_at_most=1), ReportOrder.NEWEST),
            f"SELECT {LISTED} FROM report WHERE rating <= 1 ORDER BY {NEWEST_FIRST} LIMIT 51",
        ),
        "first page": Case(
            listed(ReportCriteria(), ReportOrder.NEWEST),
            f"SELECT {LISTED} FROM report ORDER BY {NEWEST_FIRST} LIMIT 51",
        ),
        "deep page": Case(
            listed(ReportCriteria(), ReportOrder.NEWEST, (moment, middle)),
            f"SELECT {LISTED} FROM report {deep} ORDER BY {NEWEST_FIRST} LIMIT 51",
        ),
        "search, a word of many, deep page": Case(
            listed(ReportCriteria(text=COMMON), ReportOrder.NEWEST, (moment, middle)),
            searched(COMMON).replace("WHERE", f"{deep} AND"),
        ),
        "nearby, open, 250 m": Case(partial(nearest, Near(AROUND, None, True), 10), nearby(AROUND)),
        "nearby, open, 5,000 m": Case(partial(nearest, Near(WIDE, None, True), 10), nearby(WIDE)),
        "statistics of a month by category": Case(counted(StatisticsDimension.CATEGORY), grouped("category")),
        "statistics of a month by kelurahan": Case(counted(StatisticsDimension.KELURAHAN), grouped("kelurahan")),
        "statistics of a month by day": Case(
            counted(StatisticsDimension.DAY), grouped("(submitted_at AT TIME ZONE 'Asia/Jakarta')::date")
        ),
        "clusters, the whole city, zoom 9": Case(mapped(WHOLE, 9), squares(WHOLE, 9)),
        "clusters, the whole city, zoom 12": Case(mapped(WHOLE, 12), squares(WHOLE, 12)),
        "clusters, the whole city, open": Case(
            mapped(WHOLE, 11, status=OPEN), squares(WHOLE, 11, "status <> 'PROCESSED'")
        ),
        "clusters, the whole city, a category": Case(
            mapped(WHOLE, 11, category=SUBJECT), squares(WHOLE, 11, "category = 'SAMPAH'")
        ),
        "clusters, a district, zoom 14": Case(mapped(NEAR, 14), squares(NEAR, 14)),
        "clusters, a street, zoom 18": Case(mapped(street, 18), squares(street, 18)),
    }


async def submission(side: Side, number: int, name: str) -> None:
    """Submit a report."""
    options = Submission(
        title=f"Sampah di jalan nomor {number}",
        description="Menumpuk sejak kemarin, dekat pasar, dan belum ada yang mengangkut.",
        category="SAMPAH",
        latitude=GAMBIR.latitude,
        longitude=GAMBIR.longitude,
    )
    routed = route(GAZETTEER, options)
    began = time.perf_counter()
    await Transactions(now=lambda: NOON).run(submit, Person(side.reporter + number), routed)
    side.times.setdefault(name, []).append((time.perf_counter() - began) * 1000)


async def compare_submissions(side: Side, rounds: int) -> None:
    """Print how long a submission takes with the triggers of words and cells, and without: they take turns."""
    for number in range(rounds * 2):
        enabled = number % 2 == 0
        await side.recorder.fetch(f"ALTER TABLE report {'ENABLE' if enabled else 'DISABLE'} TRIGGER USER", ())
        await submission(side, number, "with" if enabled else "without")
    await side.recorder.fetch("ALTER TABLE report ENABLE TRIGGER USER", ())
    with_, without = (median(side.times[name][WARM_UP_ROUNDS:]) for name in ("with", "without"))
    print(f"| submission with triggers, without, ratio | {with_:.2f} | {without:.2f} | {with_ / without:.2f} |")


async def compare(urls: Sequence[str], rounds: int) -> None:
    """Print the medians of all databases: of the product, and by hand."""
    async with AsyncExitStack() as stack:
        sides = [await stack.enter_async_context(open_side(url)) for url in urls]
        of_sides = []
        for side in sides:
            with side.context:
                of_sides.append(await cases())
        for name in of_sides[0]:
            for number in range(-WARM_UP_ROUNDS, rounds):
                for side, found in zip(sides, of_sides, strict=True):
                    with side.context:
                        if number == 0:
                            side.times.pop(name)
                        await timed(side, name, found[name].read)
                        if 0 <= number < 3:  # by hand some take seconds
                            await timed(side, f"{name}, by hand", partial(read, found[name].by_hand))
            medians = [(median(side.times[name]), median(side.times[f"{name}, by hand"])) for side in sides]
            cells = " | ".join(f"{ours:.1f} | {by_hand:.1f}" for ours, by_hand in medians)
            print(f"| {name} | {cells} |", flush=True)
        for side in sides:
            with side.context:
                await compare_submissions(side, 200)


async def timed(side: Side, name: str, act: Callable[[], Awaitable[object]]) -> None:
    """Read once and record how long it took: at most as long as the service waits for a statement."""
    began = time.perf_counter()
    with suppress(TimeoutError):
        await act()
    side.times.setdefault(name, []).append((time.perf_counter() - began) * 1000)


def main() -> None:
    """Compare the sizes, or the databases that exist."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", default="100000,5000000", help="stored reports, the fewest first")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--at", help="addresses of filled databases, the smallest first; instead of --sizes")
    options = parser.parse_args()
    if options.at is not None:
        asyncio.run(compare(options.at.split(","), options.rounds))
        return
    with PostgresServer(on_disk=True) as server:
        filled = asyncio.run(make(server, [int(size) for size in options.sizes.split(",")]))
        asyncio.run(compare([one.url for one in filled], options.rounds))


if __name__ == "__main__":
    main()
