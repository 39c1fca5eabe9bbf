"""Reads of the events of reports."""

from operator import attrgetter
from typing import Any

from models.log import EVENT_COLUMNS, EventRow, LogEvent, Topic, event_row
from models.reading import Selected, select
from models.reports import Note
from queries.comments import OWN
from queries.conditions import Conditions
from queries.paging import Keyset, Page, add_bounds, first_of_each, page_of, with_key
from rules import access
from rules.access import Person

REPORTS = f"topic = '{Topic.REPORT}'"
"""The condition for the events of reports."""


def visible(person: Person | None) -> Conditions:
    """Return the condition for the events of reports that a person sees, equivalent to `rules.access.sees_notes`."""
    if person is None or not access.is_staff(person):
        return Conditions(REPORTS)
    wanted = Conditions()
    wanted.add(f"({REPORTS} OR topic = '{Topic.NOTE}' AND NOT {OWN})", person.account_id)
    return wanted


async def pages(
    report_ids: list[int], shared: tuple[Keyset[int], Person | None], columns: Selected = None
) -> list[Page[Any]]:
    """Read a page of the events of each report that a person sees, oldest first. Their keys are positions."""
    keyset, person = shared
    wanted, order = visible(person), "position DESC" if keyset.backward else "position ASC"
    add_bounds(wanted, keyset)
    extended, position = with_key(EVENT_COLUMNS if columns is None else columns, "position")
    rows = await first_of_each(LogEvent, "report_id", set(report_ids), wanted, order, keyset.limit, extended)
    if columns is None:
        return [page_of([event_row(row) for row in rows[one]], keyset, attrgetter("position")) for one in report_ids]
    return [page_of(rows[one], keyset, position) for one in report_ids]


async def by_position(positions: list[int], person: Person | None) -> list[EventRow | None]:
    """Read the events of reports at these positions that a person sees."""
    wanted = visible(person)
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
