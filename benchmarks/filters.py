"""Every filter and order of the list of reports, with few stored reports and with many, on PostgreSQL.

The reads are those of the product (`queries.reports`). All databases are open at once and take turns in each round.
Times are medians in milliseconds.
Run: python -m benchmarks.filters [--sizes N,N] [--rounds N] [--at URL,URL] [--plans]
"""

import argparse
import asyncio
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

from tortoise.context import TortoiseContext

from benchmarks.scores import make
from benchmarks.stored import NOON
from models.database import configuration, reader_of
from models.reading import Decoders, Reader, Values, reading_with
from models.reference.gazetteer import Gazetteer
from models.reference.records import bundled
from queries import reports
from queries.paging import Keyset
from queries.reports import ORDER_COLUMNS, ReportOrder
from rules.criteria import BoundingBox, ReportCriteria
from rules.workflow import ReportStatus, Resolution
from tests.backends import PostgresServer

GOAL = 0.7
"""Lowest accepted ratio of the speed with the most reports to the speed with the fewest."""

WARM_UP_ROUNDS = 7
"""Rounds before the measured ones: PostgreSQL plans a statement again five times."""

COLUMNS = ("id", "number", "title", "status", "submitted_at", "latitude", "longitude", "category", "kelurahan")

NEWEST, OLDEST, SUPPORTED, DUE, CHANGED = ORDER_COLUMNS
TIMES, ALL = (NEWEST, OLDEST), tuple(ORDER_COLUMNS)
WAITING, IN_PROGRESS, PROCESSED = (frozenset({status}) for status in ReportStatus)
OPEN = WAITING | IN_PROGRESS

GAZETTEER = Gazetteer(bundled())
GAMBIR = GAZETTEER.kelurahan["31.71.01.1001"]
KELURAHAN = frozenset({GAMBIR.code})
KECAMATAN = frozenset(GAZETTEER.kecamatan["31.71.01"].kelurahan)
CITY = frozenset(GAZETTEER.cities["31.71"].kelurahan)
AGENCY = frozenset({"SDA"})
SUBJECT = frozenset({"SAMPAH"})
DUPLICATE = frozenset({Resolution.DUPLICATE})
"""No stored report is one."""


def around(south: float, west: float, north: float, east: float) -> BoundingBox:
    """Return a box by its distances from the centre of Gambir, in degrees."""
    at = GAMBIR
    return BoundingBox(at.latitude + south, at.longitude + west, at.latitude + north, at.longitude + east)


NEAR = around(-0.01, -0.01, 0.015, 0.015)
WHOLE = BoundingBox(-6.4, 106.6, -6.0, 107.0)
DAY = ReportCriteria(submitted_from=NOON - timedelta(days=100), submitted_to=NOON - timedelta(days=99))

CASES: dict[str, tuple[ReportCriteria, Sequence[ReportOrder]]] = {
    "all": (ReportCriteria(), ALL),
    "status WAITING": (ReportCriteria(status=WAITING), ALL),
    "status IN_PROGRESS": (ReportCriteria(status=IN_PROGRESS), ALL),
    "status PROCESSED": (ReportCriteria(status=PROCESSED), ALL),
    "both open statuses": (ReportCriteria(status=OPEN), ALL),
    "resolution, most": (ReportCriteria(resolution=frozenset({Resolution.FIXED})), ALL),
    "resolution, none": (ReportCriteria(resolution=DUPLICATE), ALL),
    "category": (ReportCriteria(category=SUBJECT), ALL),
    "kelurahan": (ReportCriteria(kelurahan=KELURAHAN), ALL),
    "kecamatan": (ReportCriteria(kelurahan=KECAMATAN), ALL),
    "city": (ReportCriteria(kelurahan=CITY), ALL),
    "handler, a kelurahan": (ReportCriteria(handler=KELURAHAN), ALL),
    "handler, an agency": (ReportCriteria(handler=AGENCY), ALL),
    "a day of submissions": (DAY, ALL),
    "overdue": (ReportCriteria(overdue=True), ALL),
    "not overdue": (ReportCriteria(overdue=False), ALL),
    "external": (ReportCriteria(external=True), ALL),
    "not external": (ReportCriteria(external=False), ALL),
    "box of a street": (ReportCriteria(within=around(0, 0, 0.0002, 0.0002)), TIMES),
    "box with nothing": (ReportCriteria(within=around(-0.002, -0.002, -0.001, -0.001)), TIMES),
    "box of 400 km2 with nothing": (ReportCriteria(within=BoundingBox(-6.0, 106.7, -5.8, 106.9)), ALL),
    "box of a district": (ReportCriteria(within=NEAR), ALL),
    "box of the city": (ReportCriteria(within=WHOLE), ALL),
    "box of a district, open": (ReportCriteria(within=NEAR, status=OPEN), (NEWEST, DUE)),
    "box of a district, category": (ReportCriteria(within=NEAR, category=SUBJECT), TIMES),
    "box of the city, open": (ReportCriteria(within=WHOLE, status=OPEN), (NEWEST, DUE)),
    "handler, open": (ReportCriteria(handler=KELURAHAN, status=OPEN), ALL),
    "handler, overdue": (ReportCriteria(handler=KELURAHAN, overdue=True), ALL),
    "agency, open": (ReportCriteria(handler=AGENCY, status=OPEN), ALL),
    "agency, overdue": (ReportCriteria(handler=AGENCY, overdue=True), ALL),
    "kelurahan, open": (ReportCriteria(kelurahan=KELURAHAN, status=OPEN), ALL),
    "kecamatan, open": (ReportCriteria(kelurahan=KECAMATAN, status=OPEN), ALL),
    "city, open": (ReportCriteria(kelurahan=CITY, status=OPEN), ALL),
    "city, PROCESSED": (ReportCriteria(kelurahan=CITY, status=PROCESSED), ALL),
    "category, WAITING": (ReportCriteria(category=SUBJECT, status=WAITING), ALL),
    "category, open": (ReportCriteria(category=SUBJECT, status=OPEN), ALL),
    "category, resolution, none": (ReportCriteria(category=SUBJECT, resolution=DUPLICATE), (NEWEST,)),
}

PLACES = re.compile(r"(Seq Scan|using \w+|Index Scan on \w+)")


class Recorder(Reader):
    """A reader that keeps the statements it is given."""

    def __init__(self, inner: Reader) -> None:
        super().__init__(self._refuse, 0, is_sqlite=inner.is_sqlite)
        self._inner = inner
        self.statements: list[tuple[str, Values]] = []

    async def fetch(self, sql: str, values: Values, decoders: Decoders = ()) -> list[Values]:
        """Keep the statement and return its rows."""
        self.statements.append((sql, values))
        return await self._inner.fetch(sql, values, decoders)

    async def close(self) -> None:
        """Close all connections."""
        await self._inner.close()

    @staticmethod
    async def _refuse() -> Any:
        raise RuntimeError("the inner reader connects")


@dataclass(slots=True)
class Side:
    """An open database, with the milliseconds of each read."""

    context: TortoiseContext
    recorder: Recorder
    reporter: int = 0
    times: dict[str, list[float]] = field(default_factory=dict)

    async def read(self, criteria: ReportCriteria, order: ReportOrder | None) -> None:
        """Read the first page in an order, or count."""
        if order is None:
            await reports.count(criteria, NOON)
        else:
            await reports.page(criteria, order, Keyset(50), NOON, COLUMNS)

    async def plans(self, criteria: ReportCriteria, order: ReportOrder | None) -> list[str]:
        """Return the lines of the plans of a read."""
        self.recorder.statements.clear()
        await self.read(criteria, order)
        lines = []
        for sql, values in list(self.recorder.statements):
            rows = await self.recorder.fetch(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", values)
            lines += [sql, *(str(row[0]) for row in rows)]
        return lines


@asynccontextmanager
async def open_side(url: str) -> AsyncIterator[Side]:
    """Open a filled database."""
    context, recorder = TortoiseContext(), Recorder(reader_of(url, pool=1))
    try:
        with context:
            await context.init(config=configuration(url))
        async with reading_with(context, recorder):
            ((reporter,),) = await recorder.fetch(
                "SELECT reporter_id FROM report WHERE id = (SELECT max(id) / 2 FROM report)", ()
            )
            yield Side(context, recorder, reporter)
    finally:
        await context.close_connections()


async def measure(side: Side, name: str, criteria: ReportCriteria, order: ReportOrder | None) -> None:
    """Read once and record how long it took."""
    began = time.perf_counter()
    await side.read(criteria, order)
    side.times.setdefault(name, []).append((time.perf_counter() - began) * 1000)


async def compare(urls: Sequence[str], rounds: int, *, with_plans: bool) -> None:
    """Print the medians of all databases, the ratio of the last speed to the first, and the plan of the last."""
    async with AsyncExitStack() as stack:
        sides = [await stack.enter_async_context(open_side(url)) for url in urls]
        reads = [(name, criteria, order) for name, (criteria, orders) in CASES.items() for order in (*orders, None)]
        reads += [("mine", ReportCriteria(reporter_id=0), order) for order in (*ALL, None)]
        for label, criteria, order in reads:
            name = f"{label}, {order or 'totalCount'}"
            for number in range(-WARM_UP_ROUNDS, rounds):
                for side in sides:
                    if number == 0:
                        side.times.pop(name)
                    with side.context:
                        await measure(side, name, _of(side, criteria), order)
            with sides[-1].context:
                lines = await sides[-1].plans(_of(sides[-1], criteria), order)
            medians = [median(side.times[name]) for side in sides]
            ratio = medians[0] / medians[-1]
            cells = " | ".join(f"{each:.1f}" for each in medians)
            print(
                f"| {name} | {cells} | {ratio:.2f}{'' if ratio >= GOAL else ' *'} | {', '.join(_places(lines))} |",
                flush=True,
            )
            if with_plans:
                print("\n".join(lines))


def _of(side: Side, criteria: ReportCriteria) -> ReportCriteria:
    """Return the criteria, with a citizen of this database for those of `mine`."""
    return criteria if criteria.reporter_id is None else ReportCriteria(reporter_id=side.reporter)


def _places(lines: list[str]) -> list[str]:
    """Return the indexes that a plan reads, each once; "all rows" for the table itself."""
    found = [place for line in lines if "actual time" in line for place in PLACES.findall(line)]
    return list(dict.fromkeys("all rows" if place == "Seq Scan" else place.split()[-1] for place in found))


def main() -> None:
    """Compare the sizes, or the databases that exist."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", default="100000,5000000", help="stored reports, the fewest first")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--at", help="addresses of filled databases, the smallest first; instead of --sizes")
    parser.add_argument("--plans", action="store_true", help="print the plans in the largest database too")
    options = parser.parse_args()
    if options.at is not None:
        asyncio.run(compare(options.at.split(","), options.rounds, with_plans=options.plans))
        return
    with PostgresServer(on_disk=True) as server:
        filled = asyncio.run(make(server, [int(size) for size in options.sizes.split(",")]))
        asyncio.run(compare([one.url for one in filled], options.rounds, with_plans=options.plans))


if __name__ == "__main__":
    main()
