"""Reads of the events of reports."""

from operator import attrgetter
from typing import Any

from models.log import EVENT_COLUMNS, EventRow, LogEvent, Topic, event_row
from models.reading import Selected, select
from models.reports import Note
from queries.comments import OWN
from queries.conditions import Conditions
from queries.paging import Keyset, Page, first_by_position, page_of, with_key
from queries.visibility import Viewpoint, is_seen
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
    read, position = with_key(EVENT_COLUMNS if columns is None else columns, "position")
    rows = await first_by_position(LogEvent, report_ids, visible(person), keyset, read)
    if columns is None:
        return [page_of(list(map(event_row, own)), keyset, attrgetter("position")) for own in rows]
    return [page_of(own, keyset, position) for own in rows]


async def by_position(positions: list[int], viewpoint: Viewpoint) -> list[EventRow | None]:
    """Read the events of reports at these positions that the viewer sees."""
    wanted = visible(viewpoint.person)
    wanted.add_listed("position", set(positions))
    rows = await select(LogEvent, (*EVENT_COLUMNS, "veil"), f"WHERE {wanted}", *wanted.values)
    found = {row[0]: event_row(row) for row in rows if is_seen(row[-1], viewpoint)}
    return [found.get(position) for position in positions]


async def notes(positions: list[int], viewpoint: Viewpoint) -> list[str | None]:
    """Read the free text of events by their positions, as far as the viewer sees it."""
    wanted = Conditions()
    wanted.add_listed("position", set(positions))
    rows = await select(Note, ("position", "body", "veil"), f"WHERE {wanted}", *wanted.values)
    bodies = {position: body for position, body, veil in rows if is_seen(veil, viewpoint)}
    return [bodies.get(position) for position in positions]
