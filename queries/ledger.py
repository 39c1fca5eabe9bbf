"""Reads of the ledger of points. Entries of citizens are summed up for their owner only, and never listed."""

from collections import defaultdict
from datetime import date
from operator import attrgetter
from typing import Any, TypeAlias

from models.ledger import CITIZEN, ENTRY_COLUMNS, PointEntry, entry_row
from models.reading import Selected, read, select
from queries.conditions import Conditions
from queries.paging import Keyset, Page, first_of_each, page_of, with_key
from rules.periods import Span

EntryKey: TypeAlias = tuple[date, int]
"""The key of an entry in the ledger of a unit: the day on which it counts, and its position."""

PageKey: TypeAlias = tuple[str, Span, Keyset[EntryKey]]
"""A page of the ledger of a unit: the unit, the days and the bounds."""


async def pages(keys: list[PageKey], columns: Selected = None) -> list[Page[Any]]:
    """Read a page of the entries of each unit that count on its days: the latest day first, then the latest entry.

    One statement for all units with the same days and bounds.
    """
    extended, key = with_key(ENTRY_COLUMNS if columns is None else columns, "day", "position")
    found: dict[PageKey, Page[Any]] = {}
    for days, keyset in {(days, keyset) for _, days, keyset in keys}:
        units = {unit for unit, *others in keys if others == [days, keyset]}
        wanted = Conditions()
        if keyset.after is not None:
            wanted.add_beyond("day, position", keyset.after, descending=True)
        if keyset.before is not None:
            wanted.add_beyond("day, position", keyset.before, descending=False)
        if days.first is not None:
            wanted.add("day >= {}", days.first)
        if days.last is not None:
            wanted.add("day <= {}", days.last)
        order = "day ASC, position ASC" if keyset.backward else "day DESC, position DESC"
        rows = await first_of_each(PointEntry, "unit", units, wanted, order, keyset.limit, extended)
        for unit in units:
            own: list[Any] = rows[unit]
            if columns is None:
                found[unit, days, keyset] = page_of(list(map(entry_row, own)), keyset, attrgetter("day", "position"))
            else:
                found[unit, days, keyset] = page_of(own, keyset, key)
    return [found[key] for key in keys]


async def by_position(positions: list[int], columns: Selected = None) -> list[Any | None]:
    """Read entries of units by their positions."""
    return await _by("position", positions, columns)


async def reversals(positions: list[int], columns: Selected = None) -> list[Any | None]:
    """Read the entries that reverse the entries at these positions."""
    return await _by("reverses", positions, columns)


async def of_reports(ids: list[int], columns: Selected = None) -> list[list[Any]]:
    """Read the entries of units for each report, oldest first."""
    found = await _of_units("report_id", ids, columns)
    return [found[report_id] for report_id in ids]


async def points_of_citizen(account_id: int) -> int:
    """Add up the entries of a citizen."""
    ((points,),) = await read(
        "SELECT COALESCE(SUM(points), 0) FROM point_entry WHERE unit = 'CITIZEN' AND account_id = $1", account_id
    )
    return int(points)


async def _by(column: str, values: list[int], columns: Selected) -> list[Any | None]:
    found = await _of_units(column, values, columns)
    return [found[value][-1] if found[value] else None for value in values]


async def _of_units(column: str, values: list[int], columns: Selected) -> defaultdict[int, list[Any]]:
    """Read the entries of units by the value of a column, in the order of the log."""
    wanted = Conditions(f"unit <> '{CITIZEN}'")
    wanted.add_listed(column, set(values))
    rest = f"WHERE {wanted} ORDER BY position"
    extended, key = with_key(columns or ENTRY_COLUMNS, column)
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in await select(PointEntry, extended, rest, *wanted.values):
        found[key(row)].append(entry_row(row) if columns is None else row)
    return found
