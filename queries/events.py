"""Reads of the events of reports."""

from collections import defaultdict
from operator import attrgetter
from typing import Any

from models.log import EVENT_COLUMNS, EventRow, LogEvent, Topic, event_row
from models.reading import Selected, Values, read, select
from models.reports import Note
from queries.conditions import Conditions
from queries.paging import Keyset, Page, page_of, with_key
from rules.cursors import encode

REPORTS = f"topic = '{Topic.REPORT}'"
"""The condition for the events of reports."""


async def head_cursor() -> str:
    """Return the log cursor of the head. Read it before the rows that a client follows from there."""
    ((epoch, position),) = await read("SELECT epoch, position FROM log_head WHERE id = 1")
    return encode(epoch, position)


async def pages(report_ids: list[int], keyset: Keyset[int], columns: Selected = None) -> list[Page[Any]]:
    """Read a page of the events of each report, oldest first. The keys of a page are positions."""
    if columns is None:
        rows = await _first_of_each(set(report_ids), keyset, EVENT_COLUMNS)
        return [page_of([event_row(row) for row in rows[one]], keyset, attrgetter("position")) for one in report_ids]
    extended, position = with_key(columns, "position")
    rows = await _first_of_each(set(report_ids), keyset, extended)
    return [page_of(rows[report_id], keyset, position) for report_id in report_ids]


async def _first_of_each(
    reports: set[int], keyset: Keyset[int], columns: tuple[str, ...]
) -> defaultdict[int, list[Values]]:
    """Read up to `limit` events of each report, in the order of reading."""
    wanted = Conditions(REPORTS)
    wanted.add_listed("report_id", reports)
    if keyset.after is not None:
        wanted.add("position > {}", keyset.after)
    if keyset.before is not None:
        wanted.add("position < {}", keyset.before)
    direction = "DESC" if keyset.backward else "ASC"
    numbered = (
        f"(SELECT *, ROW_NUMBER() OVER (PARTITION BY report_id ORDER BY position {direction}) AS place "
        f"FROM log_event WHERE {wanted}) numbered"
    )
    rest = f"WHERE place <= {keyset.limit} ORDER BY place"
    found: defaultdict[int, list[Values]] = defaultdict(list)
    extended, report_id = with_key(columns, "report_id")
    for row in await select(LogEvent, extended, rest, *wanted.values, source=numbered):
        found[report_id(row)].append(row)
    return found


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
