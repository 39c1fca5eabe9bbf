"""Statistics of reports: numbers of groups of reports, and what they cost."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Self

import strawberry

from queries import statistics
from queries.statistics import DAYS, MOST, PLACES, Counted, Question, StatisticsDimension
from rules.cursors import encode
from rules.messages import Message
from rules.workflow import ReportStatus, Resolution
from schema.context import Context, Info
from schema.costs import cost
from schema.errors import RequestCode, RequestError
from schema.filters import criteria_of
from schema.paging import MOST_PLACES
from schema.places import Category, City, Handler, Kecamatan, Kelurahan, ReferenceObjects
from schema.reports import COUNT, ReportFilter

field, argument = strawberry.field, strawberry.argument

MOST_DIMENSIONS = 2

NUMBERS = {
    StatisticsDimension.STATUS: len(ReportStatus),
    StatisticsDimension.RESOLUTION: len(Resolution) + 1,
    StatisticsDimension.CATEGORY: 30,
    StatisticsDimension.KELURAHAN: MOST_PLACES,
    StatisticsDimension.KECAMATAN: 50,
    StatisticsDimension.CITY: 6,
    StatisticsDimension.HANDLER: MOST_PLACES,
}
"""Rows of each dimension without a filter, about."""

LENGTHS = {StatisticsDimension.DAY: 1, StatisticsDimension.WEEK: 7, StatisticsDimension.MONTH: 30}
"""Days of a row of each dimension of time, about."""

AGENCIES = 20
"""Handlers of all places, about."""

UNBOUNDED = 366
"""Days that count for a period without a first or a last day."""

Reports = Annotated[
    ReportFilter | None,
    argument(
        description="Conditions on the reports as they are now. Fastest with `status`, `resolution` and one of "
        "`category`, places and `handler` only, grouped by the same one."
    ),
]
GroupBy = Annotated[
    list[StatisticsDimension],
    argument(
        description="At most two different dimensions, of which one is `DAY`, `WEEK` or `MONTH` at most. Without any "
        "there is one row of totals."
    ),
]
FirstDay = Annotated[date | None, argument(name="from", description="First day of the period. No limit when null.")]
LastDay = Annotated[date | None, argument(name="to", description="Last day of the period. No limit when null.")]

OPEN_BY_TIME = (
    "now, whatever the period. In groups by `DAY`, `WEEK` and `MONTH` those that were submitted in them, within the "
    "period."
)


@strawberry.type(description="The numbers of a group of reports. The fields of other dimensions are null.")
class StatisticsRow:
    status: ReportStatus | None = field(description="The present status. Null unless grouped by `STATUS`.")
    resolution: Resolution | None = field(
        description="The present outcome. Null for open reports, and unless grouped by `RESOLUTION`."
    )
    category: Category | None = field(description="The category. Null unless grouped by `CATEGORY`.")
    kelurahan: Kelurahan | None = field(description="The kelurahan. Null unless grouped by `KELURAHAN`.")
    kecamatan: Kecamatan | None = field(description="The kecamatan. Null unless grouped by `KECAMATAN`.")
    city: City | None = field(description="The city. Null unless grouped by `CITY`.")
    handler: Handler | None = field(description="The unit in charge. Null unless grouped by `HANDLER`.")
    day: date | None = field(
        description="The day, the Monday of the week, or the first day of the month, in Jakarta. Null unless grouped "
        "by one of them. The first and the last of a period may be cut off by it."
    )
    received: int = field(description="Reports submitted in the period.")
    responded: int = field(
        description="Reports answered in the period: those with their `respondedAt` in it. A report counts with the "
        "moment that it has now."
    )
    processed: int = field(
        description="Reports processed in the period: those with their `processedAt` in it. A report counts with the "
        "moment that it has now: a reopened one does not count until it is processed again."
    )
    open: int = field(description=f"Reports that are open {OPEN_BY_TIME}")
    overdue: int = field(description=f"Open reports that are overdue {OPEN_BY_TIME}")

    @classmethod
    def of(cls, places: ReferenceObjects, question: Question, counted: Counted) -> Self:
        """Make the object of a group."""
        values = dict(zip(question.dimensions, counted.group, strict=True))
        status, resolution = values.get(StatisticsDimension.STATUS), values.get(StatisticsDimension.RESOLUTION)
        handler = values.get(StatisticsDimension.HANDLER)
        return cls(
            status=None if status is None else ReportStatus(str(status)),
            resolution=None if resolution is None else Resolution(str(resolution)),
            category=_named(places.categories, values.get(StatisticsDimension.CATEGORY)),
            kelurahan=_named(places.kelurahan, values.get(StatisticsDimension.KELURAHAN)),
            kecamatan=_named(places.kecamatan, values.get(StatisticsDimension.KECAMATAN)),
            city=_named(places.cities, values.get(StatisticsDimension.CITY)),
            handler=None if handler is None else places.handler(str(handler)),
            day=next((value for each, value in values.items() if each in DAYS and isinstance(value, date)), None),
            received=counted.received,
            responded=counted.responded,
            processed=counted.processed,
            open=counted.open,
            overdue=counted.overdue,
        )


@strawberry.type(description="Statistics of reports, by the values that reports have now.")
class ReportStatistics:
    head: strawberry.Private[tuple[str, int] | None]
    rows: list[StatisticsRow] = field(
        description="The groups that have any report in one of the numbers, ordered by the values of the dimensions. "
        "Without dimensions one row, also if nothing is in it.",
        metadata=cost(size=1),  # the number of rows follows from the arguments of the field above
    )

    @field(
        description="Log cursor, read before the rows: `reportFeed(after: cursor)` continues from here without a gap."
    )
    def cursor(self, info: Info) -> str:
        if self.head is None:
            raise RuntimeError("the head was not read, because the cursor was not selected")
        info.context.depends.on_anything()
        return encode(*self.head)

    @classmethod
    def of(
        cls, places: ReferenceObjects, question: Question, rows: list[Counted], head: tuple[str, int] | None
    ) -> Self:
        """Make the object of the groups. `head`: of the log, read before them."""
        return cls(head=head, rows=[StatisticsRow.of(places, question, row) for row in rows])


async def read_statistics(info: Info, question: Question) -> ReportStatistics:
    """Count for a request. Raises RequestError BAD_INPUT."""
    context = info.context
    head = await context.log_head() if info.selects("cursor") else None
    with_overdue = info.selects("rows.overdue")
    rows = await count(question, context.now, with_overdue=with_overdue)
    context.depends.on_criteria(question.criteria)
    if with_overdue:
        due = await statistics.next_overdue(question, context.now)
        if due is not None:
            context.depends.on_time(due)
    return ReportStatistics.of(context.places, question, rows, head)


async def count(question: Question, now: datetime, *, with_overdue: bool = True) -> list[Counted]:
    """Count the groups. Raises RequestError BAD_INPUT if there are too many."""
    rows = await statistics.statistics(question, now, with_overdue=with_overdue)
    if len(rows) > MOST:
        raise RequestError(RequestCode.BAD_INPUT, Message.STATISTICS_TOO_LONG, "groupBy", most=MOST)
    return rows


def question_of(
    given: ReportFilter | None,
    dimensions: list[StatisticsDimension],
    first: date | None,
    last: date | None,
    context: Context,
) -> Question:
    """Return the question of these arguments. Raises RequestError BAD_INPUT, UNAUTHENTICATED."""
    if len(dimensions) > MOST_DIMENSIONS or len(set(dimensions)) < len(dimensions):
        raise RequestError(RequestCode.BAD_INPUT, Message.STATISTICS_DIMENSIONS, "groupBy")
    if len(DAYS.intersection(dimensions)) > 1:
        raise RequestError(RequestCode.BAD_INPUT, Message.STATISTICS_TIMES, "groupBy")
    if first is not None and last is not None and first > last:
        raise RequestError(RequestCode.BAD_INPUT, Message.STATISTICS_SPAN, "from", first=first, last=last)
    return Question(criteria_of(given, context), tuple(dimensions), first, last)


def cost_of_statistics(given: Mapping[str, Any]) -> tuple[int, int]:
    """Return the cost of reading statistics, and the number of their rows at most, by the arguments."""
    first, last = given.get("from"), given.get("to")
    days = UNBOUNDED if first is None or last is None else max(1, (last - first).days + 1)
    narrowed = given.get("filter") or {}
    sizes = {}
    for each in given["groupBy"][:MOST_DIMENSIONS]:
        if each in LENGTHS:
            sizes[each] = days // LENGTHS[each] + 2
        else:
            listed = narrowed.get(each.value.lower())
            sizes[each] = NUMBERS[each] if listed is None else max(1, min(len(listed), NUMBERS[each]))
    if sizes.keys() <= PLACES or sizes.keys() <= DAYS:  # a place is in one of each larger kind
        return COUNT, max(sizes.values(), default=1)
    if StatisticsDimension.HANDLER in sizes and not PLACES.isdisjoint(sizes):  # kelurahan handle their own reports
        return COUNT, sum(sizes.values()) + math.prod(sizes.values()) * AGENCIES // MOST_PLACES
    return COUNT, min(math.prod(sizes.values()), MOST)


def _named(named: Mapping[str, Any], code: object) -> Any:
    return None if code is None else named[str(code)]
