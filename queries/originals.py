"""Reads of words from before personal details in them were masked: for their author and staff who may act, no others.

The rule is `rules.access.sees_original`.
"""

from typing import NamedTuple

from models.reading import read
from queries.conditions import Conditions
from queries.visibility import Sight
from rules import access
from rules.access import Person

_SIGHT = "report.reporter_id, report.handler, report.kelurahan"


class OriginalWords(NamedTuple):
    """The words of a report as its reporter wrote them."""

    title: str
    description: str
    address: str | None


async def of_reports(report_ids: list[int], person: Person | None) -> list[OriginalWords | None]:
    """Read the original words of each report. None if nothing is masked, or the person may not read them."""
    if person is None:
        return [None] * len(report_ids)
    wanted = Conditions()
    wanted.add_listed("report_id", set(report_ids))
    source = "report_original AS original JOIN report ON report.id = original.report_id"
    words = "original.title, original.description, original.address"
    rows = await read(f"SELECT report_id, {_SIGHT}, {words} FROM {source} WHERE {wanted}", *wanted.values)
    found = {
        report_id: OriginalWords(*words)
        for report_id, reporter_id, handler, kelurahan, *words in map(tuple, rows)
        if access.sees_original(person, Sight(reporter_id, handler, kelurahan), reporter_id)
    }
    return [found.get(report_id) for report_id in report_ids]


async def of_comments(positions: list[int], person: Person | None) -> list[str | None]:
    """Read the original words of the comments at these positions. None as for reports."""
    if person is None:
        return [None] * len(positions)
    wanted = Conditions()
    wanted.add_listed("original.comment_id", set(positions))
    source = (
        "comment_original AS original JOIN comment ON comment.position = original.comment_id "
        "JOIN report ON report.id = comment.report_id"
    )
    columns = f"original.comment_id, comment.account_id, original.body, {_SIGHT}"
    rows = await read(f"SELECT {columns} FROM {source} WHERE {wanted}", *wanted.values)
    found = {
        position: body
        for position, author_id, body, *sight in map(tuple, rows)
        if access.sees_original(person, Sight(*sight), author_id)
    }
    return [found.get(position) for position in positions]
