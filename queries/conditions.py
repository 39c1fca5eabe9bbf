"""The conditions of a statement, with their values."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from models.reading import is_sqlite

FEW = 6
"""Rows up to which `Conditions.rows` writes a placeholder for each value."""


class Conditions:
    """Conditions that a row must all meet, and the values of their placeholders in order."""

    def __init__(self, *texts: str) -> None:
        self._texts = list(texts)
        self.values: list[Any] = []
        self._each: str | None = None
        self._apart: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " AND ".join(self._texts) or "1 = 1"

    def beside(self) -> "Conditions":
        """Return conditions for another part of the same statement: their placeholders continue."""
        others = Conditions()
        others.values = self.values
        return others

    def value(self, value: Any) -> str:
        """Add a value and return its placeholder."""
        self.values.append(value)
        return f"${len(self.values)}"

    def add(self, text: str, *values: Any) -> None:
        """Add a condition. Each `{}` in it becomes the placeholder of a value."""
        self._texts.append(text.format(*map(self.value, values)))

    def add_listed(self, column: str, values: Iterable[Any]) -> None:
        """Add the condition that a column is one of these values.

        One value and several are different statements: with `= ANY`, PostgreSQL cannot use the order of an index.
        """
        listed = sorted(values)
        if len(listed) == 1:
            self.add(f"{column} = {{}}", listed[0])
        elif is_sqlite():
            self._texts.append(f"{column} IN ({', '.join(map(self.value, listed))})")
        else:
            self.add(f"{column} = ANY({{}})", listed)

    def add_listed_in_any(self, columns: Sequence[str], values: Iterable[Any]) -> None:
        """Add the condition that one of the columns is one of these values."""
        listed = sorted(values)
        given = f"IN ({', '.join(map(self.value, listed))})" if is_sqlite() else f"= ANY({self.value(listed)})"
        self._texts.append(f"({' OR '.join(f'{column} {given}' for column in columns)})")

    def rows(self, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> str:
        """Return the source of a statement that has these rows. `columns`: their names, with PostgreSQL's types.

        Few and many are different statements: PostgreSQL knows how many VALUES there are, and keeps a plan for them.
        """
        if is_sqlite():
            listed = ", ".join(f"value ->> {index} AS {name}" for index, name in enumerate(columns))
            return f"(SELECT {listed} FROM json_each({self.value(orjson.dumps(rows).decode())}))"
        if len(rows) <= FEW:
            marks = (zip(map(self.value, row), columns.values(), strict=True) for row in rows)
            values = ", ".join(f"({', '.join(f'{mark}::{kind}' for mark, kind in row)})" for row in marks)
            return f"(SELECT * FROM (VALUES {values}) AS given({', '.join(columns)}))"
        arrays = zip(map(self.value, map(list, zip(*rows, strict=True))), columns.values(), strict=True)
        listed = ", ".join(f"{mark}::{kind}[]" for mark, kind in arrays)
        return f"(SELECT * FROM unnest({listed}) AS given({', '.join(columns)}))"

    def add_each(self, column: str, array_type: str, values: Iterable[Any]) -> None:
        """Add the condition that a column is one of many values, for `first_of` on PostgreSQL. At most once."""
        self._each = f"{self.value(sorted(values))}::{array_type}"
        self._texts.append(f"{column} = each")

    def add_apart(self, *texts: str) -> None:
        """Add the condition that one of these conditions is met, for `first_of`. No row may meet two. At most once."""
        self._apart = texts

    def first_of(self, table: str, ordered: str) -> tuple[str, str]:
        """Return the source and the rest of a statement for the first rows in an order with a limit.

        The rows of each value of `add_each`, and of each condition of `add_apart`, are read apart and then merged, so
        that each can use the order of an index.
        """
        if self._apart:
            parts = (f"(SELECT * FROM {table} WHERE {self} AND {text} {ordered}) AS part" for text in self._apart)
            return f"({' UNION ALL '.join(f'SELECT * FROM {part}' for part in parts)}) AS {table}", ordered
        rest = f"WHERE {self} {ordered}"
        if self._each is not None:
            return f"unnest({self._each}) AS each CROSS JOIN LATERAL (SELECT * FROM {table} {rest}) AS {table}", ordered
        return table, rest

    def all_of(self, table: str) -> str:
        """Return the source of a statement that reads all rows before it puts them in order."""
        return f"(SELECT * FROM {table} WHERE {self} OFFSET 0) AS {table}"  # PostgreSQL plans it by itself

    def add_beyond(self, columns: str, key: tuple[Any, ...], *, descending: bool) -> None:
        """Add the condition for the rows that follow a key in the order by these columns, all in the same direction."""
        marks = ", ".join("{}" for _ in key)
        self.add(f"({columns}) {'<' if descending else '>'} ({marks})", *key)
