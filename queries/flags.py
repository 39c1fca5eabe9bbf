"""Reads of flags, and of the reports that need the control room: those that are flagged or hidden."""

from collections import defaultdict
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from models.flags import Flag
from models.reading import Selected, read, select
from queries import reports
from queries.conditions import Conditions
from queries.paging import Keyset, Page, page_of, with_key
from queries.visibility import CONTROL_ROOM

_FLAGGED = """
    SELECT report_id, MAX(newest) AS newest FROM (
        SELECT report_id, id AS newest FROM flag UNION ALL SELECT id, 0 FROM report WHERE hidden
    ) AS one GROUP BY report_id
"""
"""The flagged and the hidden reports, each with its newest flag, 0 without one."""


class FlagRow(NamedTuple):
    """A flag as the control room reads it: without the account."""

    reason: str
    at: datetime


async def of_reports(report_ids: list[int]) -> list[list[FlagRow]]:
    """Read the flags of each report, the newest first."""
    wanted = Conditions()
    wanted.add_listed("report_id", set(report_ids))
    found: defaultdict[int, list[FlagRow]] = defaultdict(list)
    columns = ("report_id", *FlagRow._fields)
    for report_id, *values in await select(Flag, columns, f"WHERE {wanted} ORDER BY id DESC", *wanted.values):
        found[report_id].append(FlagRow(*values))
    return [found[report_id] for report_id in report_ids]


async def page(keyset: Keyset[tuple[int, int]], columns: Selected = None) -> Page[Any]:
    """Read a page of the reports that are flagged or hidden, the most lately flagged first: two statements."""
    wanted = Conditions()
    if keyset.after is not None:
        wanted.add_beyond("newest, report_id", keyset.after, descending=True)
    if keyset.before is not None:
        wanted.add_beyond("newest, report_id", keyset.before, descending=False)
    direction = "ASC" if keyset.backward else "DESC"
    ordered = f"ORDER BY newest {direction}, report_id {direction} LIMIT {keyset.limit}"
    keys = await read(f"SELECT report_id, newest FROM ({_FLAGGED}) AS flagged WHERE {wanted} {ordered}", *wanted.values)
    newest = {report_id: int(number) for report_id, number in keys}
    id_of = attrgetter("id") if columns is None else with_key(columns, "id")[1]
    rows = [row for row in await reports.by_id(list(newest), CONTROL_ROOM, columns) if row is not None]
    return page_of(rows, keyset, lambda row: (newest[id_of(row)], id_of(row)))
