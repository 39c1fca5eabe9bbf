"""Reads of the ledger of points. Entries of citizens are summed up for their owner only, and never listed."""

from datetime import date
from typing import Any, TypeAlias

from tortoise.expressions import Q

from models.database import fetch
from models.ledger import CITIZEN, ENTRY_COLUMNS, EntryRow, PointEntry
from queries.paging import Keyset, Page, page_of
from rules.periods import Span

EntryKey: TypeAlias = tuple[date, int]
"""The key of an entry in the ledger of a unit: the day on which it counts, and its position."""


async def page(unit: str, days: Span, keyset: Keyset[EntryKey]) -> Page[EntryRow]:
    """Read a page of the entries of a unit that count on `days`: the latest day first, then the latest entry.

    Only `size` and `after` of the keyset are used.
    """
    wanted, last = Q(unit=unit), days.last
    if keyset.after is not None:
        day, position = keyset.after
        wanted &= Q(day__lt=day) | Q(position__lt=position)
        last = day if last is None else min(last, day)  # one bound, at which the database enters the index
    if days.first is not None:
        wanted &= Q(day__gte=days.first)
    if last is not None:
        wanted &= Q(day__lte=last)
    rows = PointEntry.filter(wanted).order_by("-day", "-position").limit(keyset.limit)
    return page_of([EntryRow(**row) for row in await rows.values(*ENTRY_COLUMNS)], keyset)


async def by_position(positions: list[int]) -> list[EntryRow | None]:
    """Read entries of units by their positions."""
    found = {row.position: row for row in await _of_units(position__in=positions)}
    return [found.get(position) for position in positions]


async def reversals(positions: list[int]) -> list[EntryRow | None]:
    """Read the entries that reverse the entries at these positions."""
    found = {row.reverses: row for row in await _of_units(reverses__in=positions)}
    return [found.get(position) for position in positions]


async def of_reports(ids: list[int]) -> list[list[EntryRow]]:
    """Read the entries of units for each report, oldest first."""
    found: dict[int, list[EntryRow]] = {report_id: [] for report_id in ids}
    for row in await _of_units(report_id__in=ids):
        found[row.report_id].append(row)
    return [found[report_id] for report_id in ids]


async def points_of_citizen(account_id: int) -> int:
    """Add up the entries of a citizen."""
    rows = await fetch(
        "SELECT COALESCE(SUM(points), 0) AS points FROM point_entry WHERE unit = 'CITIZEN' AND account_id = $1",
        account_id,
    )
    return int(rows[0]["points"])


async def _of_units(**wanted: Any) -> list[EntryRow]:
    rows = PointEntry.filter(**wanted).exclude(unit=CITIZEN).order_by("position")
    return [EntryRow(**row) for row in await rows.values(*ENTRY_COLUMNS)]
