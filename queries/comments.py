"""Reads of comments. Internal notes are left out, unless the viewer may see them."""

from operator import attrgetter
from typing import Any

from models.comments import COMMENT_COLUMNS, Comment, comment_row
from models.reading import Selected, select
from queries.conditions import Conditions
from queries.paging import Keyset, Page, first_by_position, page_of, with_key
from queries.reports import supported
from queries.visibility import Viewpoint, is_seen
from rules import access
from rules.access import Person

OWN = "report_id IN (SELECT id FROM report WHERE reporter_id = {})"
"""The condition for what belongs to a report of a person."""


def visible(person: Person | None) -> Conditions:
    """Return the condition for the comments that a person sees, equivalent to `rules.access.sees_notes`."""
    if person is None or not access.is_staff(person):
        return Conditions("NOT internal")
    wanted = Conditions()
    wanted.add(f"(NOT internal OR NOT {OWN})", person.account_id)
    return wanted


async def pages(
    report_ids: list[int], shared: tuple[Keyset[int], Person | None], columns: Selected = None
) -> list[Page[Any]]:
    """Read a page of the comments on each report that a person sees, oldest first. Their keys are positions."""
    keyset, person = shared
    read, position = with_key(COMMENT_COLUMNS if columns is None else columns, "position")
    rows = await first_by_position(Comment, report_ids, visible(person), keyset, read)
    if columns is None:
        return [page_of(list(map(comment_row, own)), keyset, attrgetter("position")) for own in rows]
    return [page_of(own, keyset, position) for own in rows]


async def by_position(positions: list[int], viewpoint: Viewpoint, columns: Selected = None) -> list[Any | None]:
    """Read the comments at these positions that the viewer sees."""
    wanted = visible(viewpoint.person)
    wanted.add_listed("position", set(positions))
    extended, key = with_key(COMMENT_COLUMNS if columns is None else columns, "position", "veil")
    found: dict[int, Any] = {}
    for row in await select(Comment, extended, f"WHERE {wanted}", *wanted.values):
        position, veil = key(row)
        if is_seen(veil, viewpoint):
            found[position] = comment_row(row) if columns is None else row
    return [found.get(one) for one in positions]


async def may_comment(keys: list[tuple[int, bool]], account_id: int | None) -> list[bool]:
    """Return for each report, by its row id, whether an account may comment on it.

    The second part of a key: the account may, even if it does not support the report. Only the others are read.
    """
    asked = [report_id for report_id, may_speak in keys if not may_speak]
    found = dict(zip(asked, await supported(asked, account_id), strict=True)) if asked else {}
    return [may_speak or found[report_id] for report_id, may_speak in keys]
