"""Keyset pagination: a page is bounded by the keys of rows, so that its cost does not grow with its distance."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeVar

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

    def order_by(self, *columns: str, descending: bool = False) -> list[str]:
        """Return Tortoise's terms for the order of reading; all columns have the same direction."""
        sign = "-" if descending != self.backward else ""
        return [f"{sign}{column}" for column in columns]


class Page(NamedTuple, Generic[Row]):
    """The rows of a page in the order of the list, and whether there are more on either side.

    `key` returns the key of a row, which its page cursor carries.
    """

    rows: Sequence[Row]
    has_next: bool
    has_previous: bool
    key: Callable[[Row], Any]


@cache
def with_key(columns: tuple[str, ...], *key: str) -> tuple[tuple[str, ...], Callable[[Sequence[Any]], Any]]:
    """Return the columns with those of the key, each once, and the function that takes the key from their values."""
    extended = tuple(dict.fromkeys((*columns, *key)))
    return extended, itemgetter(*map(extended.index, key))


def page_of(rows: Sequence[Row], keyset: Keyset[Key], key: Callable[[Row], Any]) -> Page[Row]:
    """Make the page of up to `limit` rows, given in the order of reading."""
    more, kept = len(rows) > keyset.size, rows[: keyset.size]
    if keyset.backward:
        return Page(kept[::-1], keyset.before is not None, more, key)
    return Page(kept, more, keyset.after is not None, key)
