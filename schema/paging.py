"""Connections: which page is asked for, and what is said about it. Page cursors carry the keys of their row."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import orjson
import strawberry

from rules.messages import Message
from schema.errors import RequestCode, RequestError

T = TypeVar("T")

MOST = 100
"""Rows on a page of what is read from tables."""

MOST_PLACES = 300
"""Rows on a page of what is held in memory: all kelurahan fit."""

First = Annotated[int | None, strawberry.argument(description="Number of rows from the start of the list: 1 to 100.")]
Last = Annotated[
    int | None,
    strawberry.argument(description="Number of rows from the end of the list: 1 to 100. Not together with `first`."),
]
FirstPlaces = Annotated[
    int | None, strawberry.argument(description="Number of rows from the start of the list: 1 to 300.")
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
class Paging:
    """A page asked for: `size` rows after `after` and before `before` (keys), counted from the end if `backward`."""

    size: int
    backward: bool
    after: list[Any] | None
    before: list[Any] | None


def paging(
    first: int | None,
    after: str | None,
    last: int | None = None,
    before: str | None = None,
    *,
    default: int = 20,
    most: int = MOST,
) -> Paging:
    """Read the arguments of a connection. Raises RequestError BAD_INPUT."""
    if first is not None and last is not None:
        raise RequestError(RequestCode.BAD_INPUT, Message.FIRST_AND_LAST, "last")
    size = first if first is not None else last if last is not None else default
    if not 1 <= size <= most:
        name = "last" if last is not None else "first"
        raise RequestError(RequestCode.BAD_INPUT, Message.PAGE_SIZE, name, most=most)
    return Paging(
        size,
        last is not None,
        None if after is None else _keys(after, "after"),
        None if before is None else _keys(before, "before"),
    )


def page_cursor(*keys: object) -> str:
    """Write the page cursor of a row with these keys (JSON values)."""
    return base64.urlsafe_b64encode(b"page1:" + orjson.dumps(keys)).decode().rstrip("=")


def _keys(cursor: str, name: str) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        decoded = base64.b64decode(padded, altchars=b"-_", validate=True)
        keys = orjson.loads(decoded.removeprefix(b"page1:"))
        written = page_cursor(*keys) if isinstance(keys, list) else None
    except (binascii.Error, ValueError, TypeError):  # TypeError: too deep to be written again
        keys = written = None
    if not isinstance(keys, list) or written != cursor:
        raise RequestError(RequestCode.BAD_INPUT, Message.PAGE_CURSOR, name)
    return keys


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The rows of a page in the order of the list, and whether there are more on either side."""

    rows: Sequence[T]
    has_next: bool
    has_previous: bool

    def info(self, cursor: Callable[[T], str]) -> PageInfo:
        """Say where the page lies; `cursor` gives a row's cursor."""
        return PageInfo(
            has_next_page=self.has_next,
            has_previous_page=self.has_previous,
            start_cursor=cursor(self.rows[0]) if self.rows else None,
            end_cursor=cursor(self.rows[-1]) if self.rows else None,
        )


def page_of(rows: Sequence[T], asked: Paging) -> Page[T]:
    """Make the page from what was read for it: up to `size` + 1 rows, in the order of reading."""
    more, kept = len(rows) > asked.size, rows[: asked.size]
    if asked.backward:
        return Page(kept[::-1], asked.before is not None, more)
    return Page(kept, more, asked.after is not None)


def page_in_memory(items: Sequence[T], key: Callable[[T], str], asked: Paging) -> Page[T]:
    """Cut a page out of a list held in memory; its cursors carry the key of their item alone."""
    start = 0
    if asked.after is not None:
        keys = [key(item) for item in items]
        if len(asked.after) != 1 or asked.after[0] not in keys:
            raise RequestError(RequestCode.BAD_INPUT, Message.PAGE_CURSOR, "after")
        start = keys.index(asked.after[0]) + 1
    end = start + asked.size
    return Page(items[start:end], end < len(items), start > 0)
