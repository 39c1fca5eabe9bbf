"""The conditions of a statement, with their values."""

from collections.abc import Iterable
from typing import Any

from models.reading import is_sqlite


class Conditions:
    """Conditions that a row must all meet, and the values of their placeholders in order."""

    def __init__(self, *texts: str) -> None:
        self._texts = list(texts)
        self.values: list[Any] = []

    def __str__(self) -> str:
        return " AND ".join(self._texts) or "1 = 1"

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

    def add_beyond(self, columns: str, key: tuple[Any, ...], *, descending: bool) -> None:
        """Add the condition for the rows that follow a key in the order by these columns, all in the same direction."""
        marks = ", ".join("{}" for _ in key)
        self.add(f"({columns}) {'<' if descending else '>'} ({marks})", *key)
