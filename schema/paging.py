"""Connections: the arguments and the information of a page. Page cursors carry the keys of their row."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import orjson
import strawberry

from queries.paging import Keyset, Page, page_of
from rules import opaque
from rules.messages import Message
from schema.errors import RequestCode, RequestError

Row = TypeVar("Row")
Key = TypeVar("Key")

MOST = 100
"""The largest page of a list that is read from a table, in rows."""

MOST_PLACES = 300
"""The largest page of a list in memory, in rows: all kelurahan fit."""

LONG_PAGE = 50
"""The page of such a list without `first` and `last`, in rows; also that of a ledger."""

MOST_INTEGER, MOST_BIG_INTEGER = 2**31 - 1, 2**63 - 1
"""The largest values of the columns. A forged page cursor may carry larger ones."""

First = Annotated[int | None, strawberry.argument(description="Number of rows from the start of the list: 1 to 100.")]
Last = Annotated[
    int | None,
    strawberry.argument(description="Number of rows from the end of the list: 1 to 100. Not together with `first`."),
]
FirstEntries = Annotated[
    int | None,
    strawberry.argument(
        description="Number of rows from the start of the list: 1 to 100. 50 without `first` and `last`."
    ),
]
FirstPlaces = Annotated[
    int | None,
    strawberry.argument(
        description="Number of rows from the start of the list: 1 to 300. 50 without `first` and `last`."
    ),
]
LastPlaces = Annotated[
    int | None,
    strawberry.argument(description="Number of rows from the end of the list: 1 to 300. Not together with `first`."),
]
After = Annotated[str | None, strawberry.argument(description="Page cursor of a row: the page starts after this row.")]
Before = Annotated[str | None, strawberry.argument(description="Page cursor of a row: the page ends before this row.")]


@strawberry.type(
    description="The ends of a page. Its page cursors fetch the next and the previous page; they are not log cursors."
)
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether rows follow this page.")
    has_previous_page: bool = strawberry.field(description="Whether rows precede this page.")
    start_cursor: str | None = strawberry.field(description="Page cursor of the first row. Null on an empty page.")
    end_cursor: str | None = strawberry.field(description="Page cursor of the last row. Null on an empty page.")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The arguments of a connection. `after` and `before` are the keys of page cursors, not yet checked by a list."""

    size: int
    backward: bool
    after: list[Any] | None
    before: list[Any] | None

    def keyset(self, read: Callable[[list[Any]], Key | None]) -> Keyset[Key]:
        """Return the bounds of the page. `read` returns the key of a list, or None for keys of another list.

        Raises RequestError BAD_INPUT.
        """
        return Keyset(self.size, self.backward, self._key("after", read), self._key("before", read))

    def _key(self, name: str, read: Callable[[list[Any]], Key | None]) -> Key | None:
        keys = self.after if name == "after" else self.before
        if keys is None:
            return None
        key = read(keys)
        if key is None:
            raise RequestError(RequestCode.BAD_INPUT, Message.PAGE_CURSOR, name)
        return key


def page_request(
    first: int | None,
    after: str | None,
    last: int | None = None,
    before: str | None = None,
    *,
    default: int = 20,
    most: int = MOST,
) -> PageRequest:
    """Read the arguments of a connection. Raises RequestError BAD_INPUT."""
    if first is not None and last is not None:
        raise RequestError(RequestCode.BAD_INPUT, Message.FIRST_AND_LAST, "last")
    size = first if first is not None else last if last is not None else default
    if not 1 <= size <= most:
        name = "last" if last is not None else "first"
        raise RequestError(RequestCode.BAD_INPUT, Message.PAGE_SIZE, name, most=most)
    return PageRequest(
        size,
        last is not None,
        None if after is None else _keys(after, "after"),
        None if before is None else _keys(before, "before"),
    )


def page_cursor(*keys: object) -> str:
    """Write the page cursor of a row with these keys (JSON values)."""
    return opaque.encode(b"page1:" + orjson.dumps(keys))


def page_info(page: Page[Row], cursor: Callable[[Row], str]) -> PageInfo:
    """Describe a page. `cursor` returns the page cursor of a row."""
    return PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
        start_cursor=cursor(page.rows[0]) if page.rows else None,
        end_cursor=cursor(page.rows[-1]) if page.rows else None,
    )


def page_in_memory(items: Sequence[Row], key: Callable[[Row], str], request: PageRequest) -> Page[Row]:
    """Cut a page out of a list in memory. Its page cursors carry the key of the item only.

    Raises RequestError BAD_INPUT for the cursor of an item that is not in the list.
    """
    places = {} if request.after is request.before is None else {key(item): place for place, item in enumerate(items)}
    keyset = request.keyset(lambda keys: _place(places, keys))
    start = 0 if keyset.after is None else keyset.after + 1
    within = items[start : keyset.before]
    return page_of((within[::-1] if keyset.backward else within)[: keyset.limit], keyset, key)


def row_key(value: object) -> int | None:
    """Return a row id or a log position of a page cursor. Return None for anything that the column cannot hold."""
    return value if isinstance(value, int) and abs(value) <= MOST_BIG_INTEGER else None


def position_key(keys: list[Any]) -> int | None:
    """Return the position that a page cursor carries. Return None for the cursor of another list."""
    return row_key(keys[0]) if len(keys) == 1 else None


def moment_key(value: object) -> datetime | None:
    """Return a moment of a page cursor. Return None for anything else."""
    if isinstance(value, str):
        with suppress(ValueError, OverflowError):
            moment = datetime.fromisoformat(value)
            return None if moment.tzinfo is None else moment.astimezone(UTC)
    return None


def _place(places: Mapping[str, int], keys: list[Any]) -> int | None:
    """Return the place in a list in memory of the item whose page cursor carries these keys."""
    match keys:
        case [str(key)]:
            return places.get(key)
    return None


def _keys(cursor: str, name: str) -> list[Any]:
    try:
        keys = orjson.loads((opaque.decode(cursor) or b"").removeprefix(b"page1:"))
        written = page_cursor(*keys) if isinstance(keys, list) else None
    except (ValueError, TypeError):  # TypeError: nested too deep to be written again
        keys = written = None
    if not isinstance(keys, list) or written != cursor:
        raise RequestError(RequestCode.BAD_INPUT, Message.PAGE_CURSOR, name)
    return keys
