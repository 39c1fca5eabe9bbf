"""Types that are made from rows. Each field states once which columns it needs, and what is made of them.

A plain `strawberry.field` takes the value of the column of its name. `column_field("category", make=category_of, …)`
makes something of one or more columns. `loaded_field` reads something for all rows of a list at once. A method that
reads the row states the columns as `@column_field("id", …)`. So the columns that a selection needs are known before it
is executed (`execution`).
"""

from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeAlias

import strawberry
from strawberry.types import get_object_definition
from tortoise.models import Model

from models.log import Topic
from queries.visibility import Viewpoint
from rules import opaque
from rules.cursors import encode
from schema.context import Context, Info, Key
from schema.freshness import Dependencies

Make: TypeAlias = Callable[..., Any]
"""Makes the value of a field of the context and the values of its columns."""

COLUMNS = "columns"
"""The key of `Columns` in the metadata of a field."""


@dataclass(frozen=True, slots=True)
class Load(Generic[Key]):
    """A read for all parents of a list at once.

    `key` makes the key of a parent of the context and the values of its columns. Without it the key is the value of
    the one column. A parent whose key is None gets `missing`. `make` makes the value of the field of the context and
    what `batch` returned for the key.

    `batch` takes the keys; then what `shared` makes of the context and the arguments of the field, the same for all
    parents; then the columns to read, if it returns rows (`rows`: for each key a row of a type that is made from rows,
    or a list of them) or pages of rows (`pages`).

    `depends` says on what the values of keys depend. Without it, an answer with the field is not kept.
    """

    batch: Callable[..., Awaitable[list[Any]]]
    make: Make
    key: Callable[..., Key | None] | None = None
    shared: Callable[..., Hashable] | None = None
    missing: Any = None
    rows: bool = False
    pages: bool = False
    depends: Callable[[Dependencies, list[Any]], None] | None = None

    async def one(self, info: Info, *values: Any, **arguments: Any) -> Any:
        """Return the value of the field for one parent. Parents that ask at the same time are read together."""
        context = info.context
        key = values[0] if self.key is None else self.key(context, *values)
        if key is None:
            return self.missing
        shared = () if self.shared is None else (self.shared(context, **arguments),)
        return self.make(context, await context.load(self.batch, key, *shared))


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that a field needs. Without anything else, its value is that of its one column.

    `of`: the value is an object of this type, whose fields have the names of the columns; null if the first is null.
    `id_of`: the value is the global id of the object of this type of which the column is the key. `topic`: the value
    changes with the events of a topic too, not only with those of the row.
    """

    names: tuple[str, ...]
    make: Make | None = None
    load: Load[Any] | None = None
    of: type[Any] | None = None
    id_of: str | None = None
    topic: Topic | None = None


def column_field(
    *names: str,
    description: str,
    make: Make | None = None,
    load: Load[Any] | None = None,
    of: type[Any] | None = None,
    id_of: str | None = None,
    topic: Topic | None = None,
    metadata: Mapping[str, object] | None = None,
) -> Any:
    """Declare a field of a type that is made from rows, or decorate a method that reads the row.

    A method whose value is that of `load.one` states the `load`.
    """
    columns = Columns(names, make, load, of, id_of, topic)
    return strawberry.field(description=description, metadata={COLUMNS: columns, **(metadata or {})})


def loaded_field(*names: str, description: str, load: Load[Any], metadata: Mapping[str, object] | None = None) -> Any:
    """Declare a field without arguments that is read in one statement for all parents of a list.

    `names` are columns of the row, or attributes of an object that is not made from a row.
    """

    async def resolve(self: Any, info: Info):  # type: ignore[no-untyped-def] # noqa: ANN202 # the class states the type
        source = self.row if isinstance(self, FromRow) else self
        return await load.one(info, *(getattr(source, name) for name in names))

    columns = Columns(names, load=load)
    return strawberry.field(resolver=resolve, description=description, metadata={COLUMNS: columns, **(metadata or {})})


EDGES = {"edges": True}
"""The metadata of the field `edges` of a page of rows: `self.page` has the rows, and `self.cursor_of` makes the page
cursor of a row. The fields of an edge are `node`, which is made from the row, and `cursor`."""


def log_cursor(context: Context, position: int) -> str:
    """Make the log cursor of a state that includes every event up to a position."""
    return encode(context.epoch, position)


def viewpoint(context: Context) -> Viewpoint:
    """Return who sees what is loaded: the `shared` of rows of which some may be about a hidden report."""
    return context.viewpoint


class FromRow:
    """A GraphQL type whose objects are rows. A field is made of the row when it is asked for."""

    context: Context
    row: Any
    table: ClassVar[type[Model]]
    """The table of the rows."""

    @classmethod
    def of(cls, context: Context, row: Any) -> Self:
        """Make the object of a row."""
        made = cls.__new__(cls)
        made.context, made.row = context, row
        return made

    @classmethod
    async def load(cls, context: Context, batch: Callable[..., Any], key: Key, *shared: Hashable) -> Self | None:
        """Load a row and make its object. Return None when there is no such row.

        `shared`: what `batch` takes beside the keys.
        """
        row = await context.load(batch, key, *shared)
        return None if row is None else cls.of(context, row)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Make the value of a declared field. Raises AttributeError for any other name."""
            columns = columns_of(type(self)).get(name)
            if columns is None:
                raise AttributeError(name)
            values = [getattr(self.row, column) for column in columns.names]
            if columns.of is not None:
                return None if values[0] is None else columns.of(**dict(zip(columns.names, values, strict=True)))
            if columns.id_of is not None:
                return opaque.encode(b"%s:%d" % (columns.id_of.encode(), values[0]))
            return values[0] if columns.make is None else columns.make(self.context, *values)


def columns_of(cls: type[Any]) -> Mapping[str, Columns]:
    """Return the columns of each field of a type, by the Python name. Raises KeyError for a method that states none."""
    if cls not in _columns:
        _columns[cls] = {
            field.python_name: field.metadata[COLUMNS]
            if field.base_resolver
            else field.metadata.get(COLUMNS, Columns((field.python_name,)))
            for field in get_object_definition(cls, strict=True).fields
        }
    return _columns[cls]


_columns: dict[type[Any], Mapping[str, Columns]] = {}
