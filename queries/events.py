"""Reads of the events of reports."""

from tortoise.expressions import Q

from models.database import log_head
from models.log import EVENT_COLUMNS, EventRow, LogEvent, Topic
from models.reports import Note
from queries.paging import Keyset, Page, page_of
from rules.cursors import encode


async def head_cursor() -> str:
    """Return the log cursor of the head. Read it before the rows that a client follows from there."""
    head = await log_head()
    return encode(head.epoch, head.position)


async def page(report_id: int, keyset: Keyset[int]) -> Page[EventRow]:
    """Read a page of the events of a report, oldest first. The keys are positions."""
    wanted = Q(topic=Topic.REPORT, report_id=report_id)
    if keyset.after is not None:
        wanted &= Q(position__gt=keyset.after)
    if keyset.before is not None:
        wanted &= Q(position__lt=keyset.before)
    rows = LogEvent.filter(wanted).order_by(*keyset.order_by("position")).limit(keyset.limit)
    return page_of([EventRow(**row) for row in await rows.values(*EVENT_COLUMNS)], keyset)


async def by_position(positions: list[int]) -> list[EventRow | None]:
    """Read the events of reports at these positions."""
    rows = await LogEvent.filter(position__in=positions, topic=Topic.REPORT).values(*EVENT_COLUMNS)
    found = {row["position"]: EventRow(**row) for row in rows}
    return [found.get(position) for position in positions]


async def notes(positions: list[int]) -> list[str | None]:
    """Read the free text of events by their positions."""
    bodies = dict(await Note.filter(position__in=positions).values_list("position", "body"))
    return [bodies.get(position) for position in positions]
