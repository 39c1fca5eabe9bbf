"""Keyset pagination: a page is bounded by the keys of rows, so that its cost does not grow with its distance."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeVar

import orjson
from tortoise.models import Model

from models.reading import Values, is_sqlite, select
from queries.conditions import Conditions

Row = TypeVar("Row")
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Keyset(Generic[Key]):
    """Up to `size` rows after the key `after` and before the key `before`, counted from the end if `backward`."""

    size: int
    backward: bool = False
    after: Key | None = None
    before: Key | None = None

    @property
    def limit(self) -> int:
        """The rows to read: one more than the page holds, which says whether more follow."""
        return self.size + 1


class Page(NamedTuple, Generic[Row]):
    """The rows of a page in the order of the list, and whether there are more on either side.

    `key` returns the key of a row, which its page cursor carries. `end` is the key of the first row beyond the page, in
    the direction of reading: rows beyond that one do not matter. None if the page is the last.
    """

    rows: Sequence[Row]
    has_next: bool
    has_previous: bool
    key: Callable[[Row], Any]
    end: Any = None


@cache
def with_key(columns: tuple[str, ...], *key: str) -> tuple[tuple[str, ...], Callable[[Sequence[Any]], Any]]:
    """Return the columns with those of the key, each once, and the function that takes the key from their values."""
    extended = tuple(dict.fromkeys((*columns, *key)))
    return extended, itemgetter(*map(extended.index, key))


def page_of(rows: Sequence[Row], keyset: Keyset[Key], key: Callable[[Row], Any]) -> Page[Row]:
    """Make the page of up to `limit` rows, given in the order of reading."""
    more, kept = len(rows) > keyset.size, rows[: keyset.size]
    end = key(rows[-1]) if more else None
    if keyset.backward:
        return Page(kept[::-1], keyset.before is not None, more, key, end)
    return Page(kept, more, keyset.after is not None, key, end)


async def first_by_position(
    table: type[Model],
    report_ids: Sequence[int],
    wanted: Conditions,
    keyset: Keyset[int],
    columns: tuple[str, ...],
) -> list[list[Values]]:
    """Read the rows of a page of each report, in the order of the log. The keys of a page are positions."""
    if keyset.after is not None:
        wanted.add("position > {}", keyset.after)
    if keyset.before is not None:
        wanted.add("position < {}", keyset.before)
    order = "position DESC" if keyset.backward else "position ASC"
    found = await first_of_each(table, "report_id", set(report_ids), wanted, order, keyset.limit, columns)
    return [found[report_id] for report_id in report_ids]


async def first_of_each(
    table: type[Model],
    column: str,
    owners: Collection[Any],
    wanted: Conditions,
    order: str,
    limit: int,
    columns: tuple[str, ...],
) -> defaultdict[Any, list[Values]]:
    """Read the first rows of each owner in one statement: at most `limit` rows whose `column` has the owner's value.

    `wanted` are conditions of all rows. `order` lists columns with their directions, as after ORDER BY. Each owner
    costs one search of an index that begins with `column` and continues with the order. Derived columns may name the
    table.
    """
    if len(owners) == 1:  # without a join, which costs PostgreSQL a fourth of the time
        (owner,) = owners
        wanted.add(f"{column} = {{}}", owner)
        rows = await select(table, columns, f"WHERE {wanted} ORDER BY {order} LIMIT {limit}", *wanted.values)
        return defaultdict(list, {owner: rows})
    meta = table._meta  # noqa: SLF001 # Tortoise has no public way
    name, key = meta.db_table, meta.db_pk_column
    if is_sqlite():
        owned = f"SELECT {key} FROM {name} own WHERE own.{column} = owner AND {wanted} ORDER BY {order} LIMIT {limit}"
        given = wanted.value(orjson.dumps(list(owners)).decode())
        source = f"(SELECT value AS owner FROM json_each({given})) CROSS JOIN {name} ON {key} IN ({owned})"
    else:
        owned = f"SELECT * FROM {name} WHERE {column} = owner AND {wanted} ORDER BY {order} LIMIT {limit}"
        kind = "bigint" if all(isinstance(owner, int) for owner in owners) else "text"
        given = wanted.value(list(owners))
        source = f"unnest({given}::{kind}[]) owner CROSS JOIN LATERAL ({owned}) {name}"
    found: defaultdict[Any, list[Values]] = defaultdict(list)
    extended, owner_of = with_key(columns, column)
    for row in await select(table, extended, f"ORDER BY {order}", *wanted.values, source=source):
        found[owner_of(row)].append(row)
    return found
