"""Types that are made from rows. Each field states once which columns it needs, and what is made of them.

A plain `strawberry.field` takes the value of the column of its name. `column_field("category", make=category_of, …)`
makes something of one or more columns. A method that reads the row states the columns as `@column_field("id", …)`. So
the columns that a selection needs are known before it is executed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Self, TypeAlias

import strawberry
from strawberry.types import get_object_definition

from rules.cursors import encode
from schema.context import Batch, Context, Key

Make: TypeAlias = Callable[..., Any]
"""Makes the value of a field of the context and the values of its columns."""

COLUMNS = "columns"
"""The key of `Columns` in the metadata of a field."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that a field needs. Without `make`, the value of the field is that of its one column."""

    names: tuple[str, ...]
    make: Make | None = None


def column_field(
    *names: str,
    description: str,
    make: Make | None = None,
    metadata: Mapping[str, object] | None = None,
) -> Any:
    """Declare a field of a type that is made from rows, or decorate a method that reads the row."""
    return strawberry.field(description=description, metadata={COLUMNS: Columns(names, make), **(metadata or {})})


def log_cursor(context: Context, position: int) -> str:
    """Make the log cursor of a state that includes every event up to a position."""
    return encode(context.epoch, position)


class FromRow:
    """A GraphQL type whose objects are made from rows. It keeps its row for the fields that are methods."""

    @classmethod
    def of(cls, context: Context, row: Any) -> Self:
        """Make the object of a row."""
        made: Self = _builder(cls)(context, row)  # type: ignore[arg-type] # a class is hashable
        return made

    @classmethod
    async def load(cls, context: Context, batch: Batch[Key, Any], key: Key) -> Self | None:
        """Load a row and make its object. Return None when there is no such row."""
        row = await context.load(batch, key)
        return None if row is None else cls.of(context, row)


def columns_of(cls: type) -> Mapping[str, Columns]:
    """Return the columns of each field of a type, by the Python name. Raises KeyError for a method that states none."""
    return {
        field.python_name: field.metadata[COLUMNS]
        if field.base_resolver
        else field.metadata.get(COLUMNS, Columns((field.python_name,)))
        for field in get_object_definition(cls, strict=True).fields
    }


@cache
def _builder(cls: type) -> Callable[[Context, Any], Any]:
    """Compile the function that makes an object of a row, as `dataclasses` compiles `__init__`: it is called often."""
    declared = columns_of(cls)
    arguments = ["row=row"]
    names: dict[str, Any] = {"cls": cls}
    for field in get_object_definition(cls, strict=True).fields:
        name, columns = field.python_name, declared[field.python_name]
        values = ", ".join(f"row.{column}" for column in columns.names)
        if columns.make is not None:
            names[f"make_{name}"] = columns.make
            arguments.append(f"{name}=make_{name}(context, {values})")
        elif field.base_resolver is None:
            arguments.append(f"{name}={values}")
    exec(f"def build(context, row): return cls({', '.join(arguments)})", names)  # noqa: S102 # names of our own fields
    build: Callable[[Context, Any], Any] = names["build"]
    return build
