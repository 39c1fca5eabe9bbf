"""Reading pages by key: no page costs more for lying further back."""

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

from tortoise.expressions import Q

from models.ledger import ENTRY_COLUMNS, EntryRow, PointEntry
from models.log import EVENT_COLUMNS, EventRow, LogEvent, Topic
from models.reports import REPORT_COLUMNS, Report, ReportRow
from resolvers.filters import rows_of
from rules.criteria import ReportCriteria
from rules.messages import Message
from rules.periods import Span
from schema.enums import ReportOrder
from schema.errors import RequestCode, RequestError
from schema.paging import Page, Paging, page_of

COLUMNS: dict[ReportOrder, tuple[str, bool]] = {
    ReportOrder.NEWEST: ("submitted_at", True),
    ReportOrder.OLDEST: ("submitted_at", False),
    ReportOrder.MOST_SUPPORTED: ("support_count", True),
    ReportOrder.DUE_SOONEST: ("handler_due_at", False),
}
"""By which column an order goes, and whether downwards; the id decides between equals, in the same direction."""

MOST_INTEGER, MOST_BIG_INTEGER = 2**31 - 1, 2**63 - 1
"""What the columns hold: a cursor that somebody made up may have more."""


async def report_page(criteria: ReportCriteria, order: ReportOrder, asked: Paging, now: datetime) -> Page[ReportRow]:
    """Read a page of the reports that the criteria means at `now`. Raises RequestError BAD_INPUT for its cursors."""
    column, falling = COLUMNS[order]
    wanted = rows_of(criteria, now)
    if asked.after is not None:
        wanted &= _beyond(column, _report_keys(asked.after, order, "after"), falling=falling)
    if asked.before is not None:
        wanted &= _beyond(column, _report_keys(asked.before, order, "before"), falling=not falling)
    sign = "-" if falling != asked.backward else ""
    rows = Report.filter(wanted).order_by(f"{sign}{column}", f"{sign}id").limit(asked.size + 1)
    return page_of([ReportRow(**row) for row in await rows.values(*REPORT_COLUMNS)], asked)


async def report_count(criteria: ReportCriteria, now: datetime) -> int:
    """Count the reports that the criteria means at `now`."""
    return await Report.filter(rows_of(criteria, now)).count()


async def event_page(report_id: int, asked: Paging) -> Page[EventRow]:
    """Read a page of a report's events, the first first. Raises RequestError BAD_INPUT for its cursors."""
    wanted = Q(topic=Topic.REPORT, report_id=report_id)
    if asked.after is not None:
        wanted &= Q(position__gt=_position(asked.after, "after"))
    if asked.before is not None:
        wanted &= Q(position__lt=_position(asked.before, "before"))
    sign = "-" if asked.backward else ""
    rows = LogEvent.filter(wanted).order_by(f"{sign}position").limit(asked.size + 1)
    return page_of([EventRow(**row) for row in await rows.values(*EVENT_COLUMNS)], asked)


async def entry_page(unit: str, days: Span, asked: Paging) -> Page[EntryRow]:
    """Read a page of a unit's entries that count on `days`: the latest day first, and on it the latest entry.

    Raises RequestError BAD_INPUT for its cursor.
    """
    wanted, last = Q(unit=unit), days.last
    if asked.after is not None:
        day, position = _entry_keys(asked.after, "after")
        wanted &= Q(day__lt=day) | Q(position__lt=position)
        last = day if last is None else min(last, day)  # one bound: the index is entered there
    if days.first is not None:
        wanted &= Q(day__gte=days.first)
    if last is not None:
        wanted &= Q(day__lte=last)
    rows = PointEntry.filter(wanted).order_by("-day", "-position").limit(asked.size + 1)
    return page_of([EntryRow(**row) for row in await rows.values(*ENTRY_COLUMNS)], asked)


def _beyond(column: str, keys: tuple[Any, int], *, falling: bool) -> Q:
    value, row_id = keys
    side = "lt" if falling else "gt"
    return Q(**{f"{column}__{side}": value}) | Q(**{column: value, f"id__{side}": row_id})


def _report_keys(keys: list[Any], order: ReportOrder, name: str) -> tuple[Any, int]:
    match keys:
        case [str(of), int(count), int(row_id)] if of == order is ReportOrder.MOST_SUPPORTED:
            if abs(count) <= MOST_INTEGER and abs(row_id) <= MOST_BIG_INTEGER:
                return count, row_id
        case [str(of), str(moment), int(row_id)] if of == order is not ReportOrder.MOST_SUPPORTED:
            with suppress(ValueError, OverflowError):
                at = datetime.fromisoformat(moment)
                if at.tzinfo is not None and abs(row_id) <= MOST_BIG_INTEGER:
                    return at.astimezone(UTC), row_id
    raise RequestError(RequestCode.BAD_INPUT, Message.PAGE_CURSOR, name)


def _entry_keys(keys: list[Any], name: str) -> tuple[date, int]:
    match keys:
        case [str(day), position]:
            with suppress(ValueError):
                return date.fromisoformat(day), _position([position], name)
    raise RequestError(RequestCode.BAD_INPUT, Message.PAGE_CURSOR, name)


def _position(keys: list[Any], name: str) -> int:
    match keys:
        case [int(position)] if abs(position) <= MOST_BIG_INTEGER:
            return position
    raise RequestError(RequestCode.BAD_INPUT, Message.PAGE_CURSOR, name)
