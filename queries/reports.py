"""Reads of reports, with what is kept beside them: photos and supports."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

from models.reading import Selected, Values, is_sqlite, read, select
from models.reports import SHOWN_COLUMNS, Report, Support, shown_report_row
from queries.boxes import CELL, FEW_CELLS, WALKED, add_box, add_circle, cells_of
from queries.conditions import Conditions
from queries.paging import Keyset, Page, first_of_each, page_of, with_key
from queries.search import add_text, by_relevance
from queries.visibility import CONTROL_ROOM, Viewpoint, is_seen
from rules.criteria import ReportCriteria
from rules.workflow import ReportStatus, Resolution


class ReportOrder(StrEnum):
    """An order of a list of reports."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    MOST_SUPPORTED = "MOST_SUPPORTED"
    DUE_SOONEST = "DUE_SOONEST"
    RECENTLY_CHANGED = "RECENTLY_CHANGED"
    RELEVANCE = "RELEVANCE"


ORDER_COLUMNS: dict[ReportOrder, tuple[str, bool]] = {
    ReportOrder.NEWEST: ("submitted_at", True),
    ReportOrder.OLDEST: ("submitted_at", False),
    ReportOrder.MOST_SUPPORTED: ("support_count", True),
    ReportOrder.DUE_SOONEST: ("handler_due_at", False),
    ReportOrder.RECENTLY_CHANGED: ("changed_at", True),
}
"""The column of each order, and whether it descends. The id breaks ties, in the same direction. RELEVANCE has none:
see `_relevant_page`."""

BY_TIME = (ReportOrder.NEWEST, ReportOrder.OLDEST)
BY_STATUS = (*BY_TIME, ReportOrder.DUE_SOONEST)
"""The orders that indexes have within one status."""

OPEN = frozenset({ReportStatus.WAITING, ReportStatus.IN_PROGRESS})

ReportKey: TypeAlias = tuple[datetime | float, int]
"""The key of a report in a list: its value in the column of the order, or its relevance, and its id."""


class ListKey(NamedTuple):
    """The part that the lists of several kelurahan have in common. `now` decides which reports are overdue."""

    criteria: ReportCriteria
    order: ReportOrder
    keyset: Keyset[ReportKey]
    now: datetime


PageKey: TypeAlias = tuple[str, ListKey]
"""A page of the reports of a kelurahan, by its code."""


async def page(
    criteria: ReportCriteria,
    order: ReportOrder,
    keyset: Keyset[ReportKey],
    now: datetime,
    columns: Selected = None,
) -> Page[Any]:
    """Read a page of the reports that match the criteria at `now`: one statement, or two if few match in a box.

    In the order of relevance: two statements.
    """
    if order is ReportOrder.RELEVANCE:
        return await _relevant_page(criteria, keyset, now, columns)
    column, ordered = _order(order, keyset)
    extended, _ = with_key(SHOWN_COLUMNS if columns is None else columns, column, "id")
    first = f"ORDER BY {ordered} LIMIT {keyset.limit}"
    rows: list[Values] = []
    is_sparse = _may_be_sparse(criteria, order)
    if is_sparse:
        anywhere = replace(criteria, within=None, near=None, submitted_from=None, submitted_to=None)
        walked = _bounded(anywhere, order, keyset, now, apart=order)
        kept = walked.beside()
        _add_place_and_span(kept, criteria)
        source = " ".join(walked.first_of("report", f"ORDER BY {ordered} LIMIT {WALKED}"))
        rest = f"WHERE {kept} {first}"
        rows = await select(Report, extended, rest, *kept.values, source=f"(SELECT report.* FROM {source}) AS report")
    if len(rows) < keyset.limit:
        all_first = is_sparse and not _cells(criteria)
        wanted = _bounded(criteria, order, keyset, now, apart=None if all_first else order)
        source, rest = (wanted.all_of("report"), first) if all_first else wanted.first_of("report", first)
        rows = await select(Report, extended, rest, *wanted.values, source=source)
    return _page(rows, keyset, column, columns)


def concerned(key: ListKey, page: Page[Any]) -> ReportCriteria:
    """Return the criteria of the reports whose events may change a page, which are not all that match.

    In an order by time no report comes onto a page from beyond its end, because the time of a submission never changes.
    """
    criteria = key.criteria
    if page.end is None or key.order not in BY_TIME:
        return criteria
    moment: datetime = page.end[0]
    _, descending = ORDER_COLUMNS[key.order]
    if descending != key.keyset.backward:
        earliest = moment if criteria.submitted_from is None else max(moment, criteria.submitted_from)
        return replace(criteria, submitted_from=earliest)
    after = moment + timedelta(microseconds=1)
    return replace(criteria, submitted_to=after if criteria.submitted_to is None else min(after, criteria.submitted_to))


async def pages(keys: list[PageKey], columns: Selected = None) -> list[Page[Any]]:
    """Read a page of the reports of each kelurahan: one statement for all with the same criteria, order and bounds."""
    found: dict[PageKey, Page[Any]] = {}
    for shared in {shared for _, shared in keys}:
        if shared.order is ReportOrder.RELEVANCE:
            for place in {kelurahan for kelurahan, each in keys if each == shared}:
                narrowed = shared._replace(criteria=shared.criteria.in_kelurahan(place))
                found[place, shared] = await page(*narrowed, columns)
            continue
        places = {kelurahan for kelurahan, each in keys if each == shared}
        wanted = _bounded(*shared)
        column, ordered = _order(shared.order, shared.keyset)
        extended, _ = with_key(SHOWN_COLUMNS if columns is None else columns, column, "id")
        limit = shared.keyset.limit
        rows = await first_of_each(Report, "kelurahan", places, wanted, ordered, limit, extended)
        for place in places:
            found[place, shared] = _page(rows[place], shared.keyset, column, columns)
    return [found[key] for key in keys]


async def _relevant_page(
    criteria: ReportCriteria, keyset: Keyset[ReportKey], now: datetime, columns: Selected
) -> Page[Any]:
    """Read a page in the order of relevance. Raises ValueError without words."""
    words = criteria.text
    if words is None:
        raise ValueError("relevance is relevance for words")
    wanted = condition(criteria, now, ReportOrder.NEWEST)
    newest = wanted.first_of("report", f"ORDER BY {_order(ReportOrder.NEWEST, Keyset(1))[1]}")
    direction = "ASC" if keyset.backward else "DESC"
    rest = f"ORDER BY relevance {direction}, id {direction} LIMIT {keyset.limit}"

    def beyond(kept: Conditions) -> None:
        if keyset.after is not None:
            kept.add_beyond("relevance, id", keyset.after, descending=True)
        if keyset.before is not None:
            kept.add_beyond("relevance, id", keyset.before, descending=False)

    relevance = await by_relevance(wanted, newest, words, beyond, rest)
    id_of = attrgetter("id") if columns is None else with_key(columns, "id")[1]
    rows = [row for row in await by_id(list(relevance), CONTROL_ROOM, columns) if row is not None]
    return page_of(rows, keyset, lambda row: (relevance[id_of(row)], id_of(row)))


async def counts(keys: list[tuple[str, ReportCriteria, datetime]]) -> list[int]:
    """Count the reports of each kelurahan: one statement for all with the same criteria."""
    found: dict[tuple[str, ReportCriteria, datetime], int] = {}
    for criteria, now in {(criteria, now) for _, criteria, now in keys}:
        wanted = matching(criteria, now)
        wanted.add_listed("kelurahan", {place for place, *others in keys if others == [criteria, now]})
        parts = [f"SELECT kelurahan, COUNT(*) AS number FROM report WHERE {wanted} GROUP BY kelurahan"]
        if not criteria.shows_hidden:
            parts.append(f"SELECT kelurahan, -COUNT(*) FROM report WHERE hidden AND {wanted} GROUP BY kelurahan")
        sql = f"SELECT kelurahan, SUM(number) FROM ({' UNION ALL '.join(parts)}) AS part GROUP BY kelurahan"
        found |= {(place, criteria, now): int(number) for place, number in await read(sql, *wanted.values)}
    return [found.get(key, 0) for key in keys]


async def count(criteria: ReportCriteria, now: datetime) -> int:
    """Count the reports that match the criteria at `now`.

    Hidden ones are counted out: an index alone may have the others, and another one has the few that are hidden.
    """
    wanted = matching(criteria, now)
    sql = f"SELECT (SELECT COUNT(*) FROM report WHERE {wanted})"
    if not criteria.shows_hidden:
        sql += f" - (SELECT COUNT(*) FROM report WHERE hidden AND {wanted})"
    ((number,),) = await read(sql, *wanted.values)
    return int(number)


async def by_number(number: str, viewpoint: Viewpoint, columns: Selected = None) -> tuple[Any, int] | None:
    """Read the report that has a number, if the viewer sees it. Return its row and its id."""
    wanted = Conditions()
    wanted.add("number = {}", number)
    for report_id, row in (await _seen(wanted, viewpoint, columns)).items():
        return row, report_id
    return None


async def by_id(ids: list[int], viewpoint: Viewpoint, columns: Selected = None) -> list[Any | None]:
    """Read those of the reports with these row ids that the viewer sees."""
    wanted = Conditions()
    wanted.add_listed("id", set(ids))
    found = await _seen(wanted, viewpoint, columns)
    return [found.get(one) for one in ids]


async def _seen(wanted: Conditions, viewpoint: Viewpoint, columns: Selected) -> dict[int, Any]:
    """Read the reports that the viewer sees, by their ids."""
    read_too, key = with_key(SHOWN_COLUMNS if columns is None else columns, "id", "veil")
    rows = await select(Report, read_too, f"WHERE {wanted}", *wanted.values)
    found = {report_id: row for row in rows for report_id, veil in (key(row),) if is_seen(veil, viewpoint)}
    if columns is not None:
        return found
    return {report_id: shown_report_row(row[: len(SHOWN_COLUMNS)]) for report_id, row in found.items()}


async def supported(report_ids: list[int], account_id: int | None) -> list[bool]:
    """Read, for each report, whether an account supports it now. A visitor supports none."""
    if account_id is None:
        return [False] * len(report_ids)
    wanted = Conditions("until_position IS NULL")
    wanted.add("account_id = {}", account_id)
    wanted.add_listed("report_id", set(report_ids))
    found = {row[0] for row in await select(Support, ("report_id",), f"WHERE {wanted}", *wanted.values)}
    return [report_id in found for report_id in report_ids]


def condition(criteria: ReportCriteria, now: datetime, order: ReportOrder | None = None) -> Conditions:
    """Write the criteria as conditions on the table, equivalent to `ReportCriteria.matches`.

    With an order they are for `Conditions.first_of`.
    """
    wanted = matching(criteria, now, order)
    if not criteria.shows_hidden:
        wanted.add("NOT hidden")
    return wanted


def matching(criteria: ReportCriteria, now: datetime, order: ReportOrder | None = None) -> Conditions:
    """Write the criteria as `condition` does, with hidden reports: for those who count these out."""
    wanted = Conditions()
    cells = _cells(criteria)
    if cells and order is not None:
        wanted.add_each(CELL, "int[]", cells)
    elif cells:
        wanted.add_listed(CELL, cells)
    for column in ("resolution", "category", "kelurahan", "handler"):
        values = getattr(criteria, column)
        if values is not None:
            wanted.add_listed(column, values)
    _add_place_and_span(wanted, criteria)
    if criteria.external is not None:
        wanted.add("external = {}", criteria.external)
    if criteria.reporter_id is not None:
        wanted.add("reporter_id = {}", criteria.reporter_id)
    if criteria.overdue is not None:
        wanted.add(LATE if criteria.overdue else IN_TIME, now, now)
    if criteria.text is not None:
        add_text(wanted, criteria.text)
        wanted.add(f"(resolution IS NULL OR resolution <> '{Resolution.WITHDRAWN}')")  # which show no words
    if criteria.flagged:
        wanted.add("id IN (SELECT report_id FROM flag UNION SELECT id FROM report WHERE hidden)")
    _add_acting(wanted, criteria)
    _add_progress(wanted, criteria)
    _add_statuses(wanted, criteria, None if cells else order)
    return wanted


def _order(order: ReportOrder, keyset: Keyset[ReportKey]) -> tuple[str, str]:
    """Return the column of an order, and the order of reading in SQL."""
    column, descending = ORDER_COLUMNS[order]
    direction = "DESC" if descending != keyset.backward else "ASC"
    return column, f"{column} {direction}, id {direction}"


def _bounded(
    criteria: ReportCriteria,
    order: ReportOrder,
    keyset: Keyset[ReportKey],
    now: datetime,
    apart: ReportOrder | None = None,
) -> Conditions:
    """Return the conditions of the rows of a page. `apart`: as the order of `condition`."""
    column, descending = ORDER_COLUMNS[order]
    wanted, by = condition(criteria, now, apart), f"{column}, id"
    if keyset.after is not None:
        wanted.add_beyond(by, keyset.after, descending=descending)
    if keyset.before is not None:
        wanted.add_beyond(by, keyset.before, descending=not descending)
    return wanted


def _page(rows: list[Values], keyset: Keyset[ReportKey], column: str, columns: Selected) -> Page[Any]:
    if columns is None:
        return page_of(list(map(shown_report_row, rows)), keyset, attrgetter(column, "id"))
    return page_of(rows, keyset, with_key(columns, column, "id")[1])


def _add_place_and_span(wanted: Conditions, criteria: ReportCriteria) -> None:
    if criteria.within is not None:
        add_box(wanted, criteria.within)
    if criteria.near is not None:
        add_circle(wanted, criteria.near)
    if criteria.submitted_from is not None:
        wanted.add("submitted_at >= {}", criteria.submitted_from)
    if criteria.submitted_to is not None:
        wanted.add("submitted_at < {}", criteria.submitted_to)


def _add_progress(wanted: Conditions, criteria: ReportCriteria) -> None:
    """Add the conditions on what has become of a report."""
    for text, value in (
        ("changed_at >= {}", criteria.changed_from),
        ("processed_at >= {}", criteria.processed_from),
        ("processed_at < {}", criteria.processed_to),
        ("support_count >= {}", criteria.supporters_at_least),
    ):
        if value is not None:
            wanted.add(text, value)
    if criteria.stars_at_most is not None:  # in the text: the index has those up to 2
        wanted.add(f"rating <= {int(criteria.stars_at_most)}")
    if criteria.reopened is not None:
        wanted.add("opening > 0" if criteria.reopened else "opening = 0")
    if criteria.without_photo is not None:
        wanted.add("photo_count = 0" if criteria.without_photo else "photo_count > 0")


def _add_acting(wanted: Conditions, criteria: ReportCriteria) -> None:
    """Add the condition that the viewer may act on the report. `_add_statuses` adds that it is open."""
    acting = criteria.acting
    if acting is None:
        return
    wanted.add("reporter_id <> {}", acting.account_id)
    if acting.units is None:
        return
    if any(unit[0].isdigit() for unit in acting.units):
        wanted.add_listed_in_any(("handler", "kelurahan"), acting.units)
    else:  # no kelurahan: for both columns PostgreSQL would walk along the deadlines of all open reports
        wanted.add_listed("handler", acting.units)


def _add_statuses(wanted: Conditions, criteria: ReportCriteria, order: ReportOrder | None) -> None:
    """Add the condition on the status, which is in the text: the planner knows how many reports have which.

    Indexes have their order within one status. So with an order the statuses are read apart, if an index has both.
    """
    statuses = criteria.status
    if criteria.overdue or criteria.acting is not None:
        statuses = OPEN if statuses is None else OPEN & statuses
    elif statuses is None and criteria.handler is not None and order in BY_TIME:
        statuses = frozenset(ReportStatus)
    if statuses is None:
        return
    texts = [f"'{status}'" for status in sorted(statuses)]
    if len(texts) > 1 and order in BY_STATUS:
        wanted.add_apart(*(f"status = {text}" for text in texts))
    else:
        wanted.add(f"status IN ({', '.join(texts)})" if texts else "1 = 0")


def _cells(criteria: ReportCriteria) -> list[int]:
    return [] if criteria.box is None or is_sqlite() else cells_of(criteria.box)


def _may_be_sparse(criteria: ReportCriteria, order: ReportOrder) -> bool:
    """Return whether to walk along the order first, up to WALKED reports: the planner cannot know whether that is far.

    A box of few cells needs no walk: each cell is read in the order of the index.
    """
    if is_sqlite():
        return False
    if criteria.box is not None:
        return order not in BY_TIME or not 0 < len(_cells(criteria)) <= FEW_CELLS
    return order not in BY_TIME and (criteria.submitted_from is not None or criteria.submitted_to is not None)


LATE = "(processing_due_at < {} OR responded_at IS NULL AND response_due_at < {})"
"""Whether an open report is overdue."""

IN_TIME = (
    "(processed_at IS NOT NULL OR processing_due_at >= {} AND (responded_at IS NOT NULL OR response_due_at >= {}))"
)
