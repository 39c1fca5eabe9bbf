"""Reads of the events of reports."""

from operator import attrgetter
from typing import Any

from models.log import EVENT_COLUMNS, EventRow, LogEvent, Topic, event_row
from models.reading import Selected, select
from models.reports import Note
from queries.conditions import Conditions
from queries.paging import Keyset, Page, first_of_each, page_of, with_key

REPORTS = f"topic = '{Topic.REPORT}'"
"""The condition for the events of reports."""


async def pages(report_ids: list[int], keyset: Keyset[int], columns: Selected = None) -> list[Page[Any]]:
    """Read a page of the events of each report, oldest first. The keys of a page are positions."""
    wanted, order = Conditions(REPORTS), "position DESC" if keyset.backward else "position ASC"
    if keyset.after is not None:
        wanted.add("position > {}", keyset.after)
    if keyset.before is not None:
        wanted.add("position < {}", keyset.before)
    extended, position = with_key(EVENT_COLUMNS if columns is None else columns, "position")
    rows = await first_of_each(LogEvent, "report_id", set(report_ids), wanted, order, keyset.limit, extended)
    if columns is None:
        return [page_of([event_row(row) for row in rows[one]], keyset, attrgetter("position")) for one in report_ids]
    return [page_of(rows[one], keyset, position) for one in report_ids]


async def by_position(positions: list[int]) -> list[EventRow | None]:
    """Read the events of reports at these positions."""
    wanted = Conditions(REPORTS)
    wanted.add_listed("position", set(positions))
    rows = await select(LogEvent, EVENT_COLUMNS, f"WHERE {wanted}", *wanted.values)
    found = {row.position: row for row in map(event_row, rows)}
    return [found.get(position) for position in positions]


async def notes(positions: list[int]) -> list[str | None]:
    """Read the free text of events by their positions."""
    wanted = Conditions()
    wanted.add_listed("position", set(positions))
    rows = await select(Note, ("position", "body"), f"WHERE {wanted}", *wanted.values)
    bodies: dict[int, str] = dict(map(tuple, rows))
    return [bodies.get(position) for position in positions]
