"""Plans: an operation compiled to Python functions that work breadth first.

A function completes the values of one selection for all their parents at once: it takes a list of values and returns
the list of their JSON values. So a field that has to be read is read once for a whole list. Anything that a plan does
not know how to do is `Unplannable`.
"""

from binascii import b2a_base64
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import FieldDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues, get_argument_values
from strawberry import Schema
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField
from tortoise.models import Model

from execution import run as runtime
from execution.document import fragments_of, variables_in
from execution.leaves import serialiser
from execution.parts import Calls, Completion, Part, Parts
from execution.run import Run
from models.reading import enum_of, holds_codes, may_be_null
from rules.languages import Locale
from schema.columns import COLUMNS, EDGES, Columns, FromRow, Load, columns_of
from schema.context import BATCHED, BY_LOCALE, DEPENDS
from schema.places import REFERENCE_TYPES, ReferenceObjects

UNCHECKED = {"ID", "String", "Boolean", "Int", "Float", "DateTime"}
"""Scalars that a column holds as JSON has them, or orjson writes as we do: their values need no serialisation. A column
of 32 bits holds no larger integer, and coordinates are checked to be finite before they are stored."""


class Unplannable(Exception):  # an outcome, not an error
    """The operation has something that plans do not know."""


class ColumnSet:
    """The columns that the rows read by one field need, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._indexes: dict[str, int] = {}

    def index(self, name: str) -> int:
        """Return the index of a column, which is added if it is new."""
        return self._indexes.setdefault(name, len(self._indexes))

    @property
    def names(self) -> tuple[str, ...]:
        """The columns."""
        return tuple(self._indexes)


class Plan:
    """A compiled query, or the compiled selection of a subscription."""

    def __init__(self, planner: "Planner", function: str) -> None:
        self._complete = planner.namespace[function]
        self._columns = [columns.names for columns in planner.column_sets]
        self.arguments = planner.arguments
        self._is_known = planner.is_known
        self._kinds = planner.constants
        self._places: ReferenceObjects | None = None
        self._constants: dict[Locale, list[dict[Any, Any]]] = {}

    def columns(self, number: int) -> tuple[str, ...]:
        """Return the columns of a set."""
        return self._columns[number]

    async def run(self, context: Any, variables: VariableValues, event: Any) -> Any:
        """Execute the operation; return its data. Raises Unexpected, or what a resolver raises."""
        if context.places is not self._places:  # constants are made of reference data
            self._places = context.places
            self._constants = {}
        constants = self._constants.get(context.locale)
        if constants is None:
            constants = self._constants[context.locale] = [{} for _ in self._kinds]
        context.depends.unknown = not self._is_known
        run = Run(self, context, variables, constants)
        (data,) = await self._complete((event,), run)
        return data


class Planner:
    """Compiles one operation, for one choice of the variables in `@include` and `@skip`. Raises Unplannable."""

    def __init__(
        self, schema: Schema, document: DocumentNode, operation: OperationDefinitionNode, variables: VariableValues
    ) -> None:
        self._schema, self._types = schema, schema._schema  # noqa: SLF001 # strawberry has no public way
        self._operation, self._variables = operation, variables
        self._fragments = fragments_of(document)
        self._source: list[str] = []
        self.namespace: dict[str, Any] = {
            **{name: getattr(runtime, name) for name in _RUNTIME},
            "b2a_base64": b2a_base64,
        }
        self.column_sets: list[ColumnSet] = []
        self.arguments: list[Callable[[VariableValues], dict[str, Any]]] = []
        self.constants: list[str] = []
        self.is_known = True

    def plan(self) -> Plan:
        """Compile the operation."""
        kind = self._operation.operation
        root = self._types.get_root_type(kind)
        if root is None or kind is OperationType.MUTATION:
            raise Unplannable
        selected = collect_fields(self._types, self._fragments, self._variables, root, self._operation)
        if kind is OperationType.SUBSCRIPTION:
            function, is_async = self._event(root, selected.grouped_field_set)
        else:
            parts = self._parts(root, selected.grouped_field_set, self._column_set())
            function, is_async = self._function("object", parts.lines("value", gives_way=True), is_async=True), True
        if not is_async:
            function = self._function("root", [f"return {function}(values, run)"], is_async=True)
        for function_source in self._source:  # one by one, since nothing else runs while one is compiled
            exec(function_source, self.namespace)  # noqa: S102 # code made of names of our own fields
        return Plan(self, function)

    def _event(self, root: GraphQLObjectType, selected: Mapping[str, list[FieldDetails]]) -> tuple[str, bool]:
        """Return the function that completes the value of the one field of a subscription, and whether it is async."""
        parts = Parts()
        for key, details in selected.items():
            declared, _ = _declared(root, details[0].node.name.value)
            inner = self._nullable(declared.type, details, self._column_set())
            parts.add(key, self._completed(inner, "values"))
        return self._function("event", parts.lines("value"), is_async=parts.is_async), parts.is_async

    # Names and functions.

    def _name(self, prefix: str, value: Any) -> str:
        """Return a new name for a value in the code."""
        name = f"{prefix}_{len(self.namespace)}"
        self.namespace[name] = value
        return name

    def _function(self, prefix: str, lines: Sequence[str], *, is_async: bool = False) -> str:
        name = self._name(prefix, None)
        kind = "async def" if is_async else "def"
        self._source.append(f"{kind} {name}(values, run):\n" + "\n".join(f"    {line}" for line in lines))
        return name

    def _column_set(self) -> int:
        self.column_sets.append(ColumnSet())
        return len(self.column_sets) - 1

    def _selected(self, kind: GraphQLObjectType, fields: Sequence[FieldDetails]) -> Mapping[str, list[FieldDetails]]:
        """Return the fields of a type that are selected below these fields, by their key in the response."""
        return collect_subfields(
            self._types, self._fragments, self._variables, self._operation, kind, list(fields)
        ).grouped_field_set

    def _below(self, declared: GraphQLField, fields: Sequence[FieldDetails], above: str = "") -> Iterable[str]:
        """Yield the names of the fields that are selected below these fields, with the names above: "edges.node.id".

        Nothing below a value that may be of several types.
        """
        kind = get_named_type(declared.type)
        if not isinstance(kind, GraphQLObjectType):
            return
        for details in self._selected(kind, fields).values():
            name = details[0].node.name.value
            yield above + name
            if name in kind.fields:
                yield from self._below(kind.fields[name], details, f"{above}{name}.")

    # Types.

    def _complete(self, kind: GraphQLOutputType, fields: Sequence[FieldDetails], columns: int) -> Completion:
        """Return how values of a nullable type are completed."""
        if isinstance(kind, GraphQLList):
            return self._list(kind, fields, columns)
        if is_leaf_type(kind):
            name = self._name("leaf", serialiser(kind))
            return Completion(inline=lambda value: f"{name}({value})", is_pure=True)
        if isinstance(kind, GraphQLObjectType):
            return self._composite(kind, fields, columns)
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            return self._abstract(kind, fields, columns)
        raise Unplannable

    def _nullable(self, kind: GraphQLOutputType, fields: Sequence[FieldDetails], columns: int) -> Completion:
        """Return how values of a type are completed of which some may be None."""
        if isinstance(kind, GraphQLNonNull):
            inner = self._complete(kind.of_type, fields, columns)
            if inner.inline is not None:
                return inner
            call = f"{_await(inner)}{inner.function}(required(values), run)"
        else:
            inner = self._complete(kind, fields, columns)
            if inner.inline is not None:
                inline = inner.inline
                return Completion(lambda value: f"(None if {value} is None else {inline(value)})", is_pure=True)
            spread = "await spread_later" if inner.is_async else "spread"
            call = f"{spread}(values, {inner.function}, run)"
        function = self._function("nullable", [f"return {call}"], is_async=inner.is_async)
        return Completion(None, function, inner.is_async, inner.is_pure, inner.is_constant)

    def _list(self, kind: GraphQLList[Any], fields: Sequence[FieldDetails], columns: int) -> Completion:
        inner = self._nullable(kind.of_type, fields, columns)
        if inner.inline is not None:
            each = inner.inline("value")
            lines = [f"return [[{each} for value in group] for group in lists(values)]"]
        else:
            lines = [
                "lists(values)",
                f"return grouped({_await(inner)}{inner.function}(flat(values), run), values)",
            ]
        function = self._function("list", lines, is_async=inner.is_async)
        return Completion(None, function, inner.is_async, inner.is_pure)

    def _composite(self, kind: GraphQLObjectType, fields: Sequence[FieldDetails], columns: int) -> Completion:
        function, is_async, is_pure = self._object(kind, self._selected(kind, fields), columns)
        is_constant = is_pure and _class_of(kind) in REFERENCE_TYPES
        if is_constant:
            function = self._constant(function)
        return Completion(None, function, is_async, is_pure, is_constant)

    def _constant(self, function: str) -> str:
        """Return the function that encodes each object of the reference data once."""
        number = len(self.constants)
        self.constants.append(function)
        self.namespace["encoded"] = _encoded
        return self._function(
            "constant",
            [
                f"known = run.constants[{number}]",
                "try:",
                "    return [known[value.id] for value in values]",
                "except KeyError:",
                "    missing = {value.id: value for value in values if value.id not in known}",
                f"    known.update(zip(missing, encoded({function}(list(missing.values()), run))))",
                "    return [known[value.id] for value in values]",
            ],
        )

    def _abstract(
        self, kind: GraphQLInterfaceType | GraphQLUnionType, fields: Sequence[FieldDetails], columns: int
    ) -> Completion:
        each = {_class_of(one): self._composite(one, fields, columns) for one in self._types.get_possible_types(kind)}
        by_class = self._name("types", {})
        pairs = ", ".join(f"{self._name('cls', cls)}: {one.function}" for cls, one in each.items())
        self._source.append(f"{by_class}.update({{{pairs}}})")
        is_async = any(one.is_async for one in each.values())
        later = self._name("later", {cls for cls, one in each.items() if one.is_async})
        call = f"{by_class}[cls](members, run)"
        lines = [
            "found = [None] * len(values)",
            "for cls in {value.__class__ for value in values}:",
            "    places = [index for index, value in enumerate(values) if value.__class__ is cls]",
            "    members = [values[index] for index in places]",
            f"    completed = await {call} if cls in {later} else {call}" if is_async else f"    completed = {call}",
            "    for index, one in zip(places, completed):",
            "        found[index] = one",
            "return found",
        ]
        function = self._function("abstract", lines, is_async=is_async)
        members = each.values()
        is_constant = all(one.is_constant for one in members)
        return Completion(None, function, is_async, all(one.is_pure for one in members), is_constant)

    # Objects.

    def _object(
        self, kind: GraphQLObjectType, selected: Mapping[str, list[FieldDetails]], columns: int
    ) -> tuple[str, bool, bool]:
        """Return the function that completes objects of a type, whether it is async, and whether it is pure."""
        if issubclass(_class_of(kind), FromRow):
            return (*self._rows(kind, selected, columns), False)
        parts = self._parts(kind, selected, columns)
        function = self._function("object", parts.lines("value"), is_async=parts.is_async)
        return function, parts.is_async, parts.is_pure

    def _parts(self, kind: GraphQLObjectType, selected: Mapping[str, list[FieldDetails]], columns: int) -> Parts:
        parts = Parts()
        for key, details in selected.items():
            parts.add(key, self._field(kind, details, columns))
        return parts

    def _field(self, kind: GraphQLObjectType, details: list[FieldDetails], columns: int) -> Part:
        """Return how a field of an object is completed."""
        name = details[0].node.name.value
        if name == "__typename":
            return Part(inline=repr(kind.name), is_pure=True)
        declared, definition = _declared(kind, name)
        stated = definition.metadata.get(COLUMNS)
        if stated is not None and stated.load is not None:
            return self._loaded(declared, definition, details, [f"value.{each}" for each in stated.names], "value")
        if EDGES.items() <= definition.metadata.items():
            return self._edges(declared, details, columns)
        if definition.base_resolver is not None:
            return self._resolved(declared, definition, details, columns, "value")
        inner = self._nullable(declared.type, details, columns)
        source = f"value.{definition.python_name}"
        if inner.inline is not None:
            return Part(inline=inner.inline(source), is_pure=True)
        return self._completed(inner, f"[{source} for value in values]", is_pure=inner.is_pure)

    def _resolved(
        self,
        declared: GraphQLField,
        definition: StrawberryField,
        details: list[FieldDetails],
        columns: int,
        parent: str,
    ) -> Part:
        """Return how a field is completed whose resolver is called for each parent."""
        resolver = definition.base_resolver
        if resolver is None:
            raise Unplannable
        if resolver.is_async:
            columns = self._column_set()  # a resolver that reads: rows below it have the columns that it was given
            self.is_known = self.is_known and DEPENDS.items() <= definition.metadata.items()
        passed, is_pure = [], not resolver.is_async
        if resolver.self_parameter is not None:
            passed.append(parent)
        if resolver.info_parameter is not None:
            is_pure = is_pure and BY_LOCALE.items() <= definition.metadata.items()
            selected = frozenset(self._below(declared, details))
            info = f"run.info({columns}, {self._name('selected', selected)})"
            passed.append(f"{resolver.info_parameter.name}={info}")
        if definition.arguments:
            text, is_constant = self._arguments_of(declared, definition, details[0].node)
            passed.append(text)
            is_pure = is_pure and is_constant
        item = "row" if parent != "value" else "value"
        call = f"{self._name('resolve', resolver.wrapped_func)}({', '.join(passed)})"
        found = f"[{call} for {item} in values]"
        inner = self._nullable(declared.type, details, columns)
        if not resolver.is_async:
            return self._completed(inner, found, is_pure=is_pure and inner.is_pure)
        variable = self._name("found", None)
        part = self._completed(inner, variable)
        batch = definition.name if BATCHED.items() <= definition.metadata.items() else variable
        return Part(None, part.lines, part.variable, is_async=True, calls=Calls(variable, found, batch))

    def _completed(self, inner: Completion, found: str, *, is_pure: bool = False) -> Part:
        """Return the part that completes a list of values, given by its expression."""
        variable = self._name("each", None)
        if inner.inline is not None:
            lines = [f"{variable} = [{inner.inline('one')} for one in {found}]"]
        else:
            lines = [f"{variable} = {_await(inner)}{inner.function}({found}, run)"]
        return Part(None, lines, variable, inner.is_async, is_pure)

    def _arguments_of(self, declared: GraphQLField, definition: StrawberryField, node: FieldNode) -> tuple[str, bool]:
        """Return the arguments of a call as text, and whether they are the same in every run."""
        schema = self._schema

        def convert(variables: VariableValues) -> dict[str, Any]:
            given = get_argument_values(declared, node, variables)
            return convert_arguments(
                given, definition.arguments, schema.schema_converter.scalar_registry, schema.config
            )

        if not _has_variable(node):
            return f"**{self._name('arguments', convert(self._variables))}", True
        self.arguments.append(convert)
        return f"**run.arguments({len(self.arguments) - 1})", False

    def _edges(self, declared: GraphQLField, details: list[FieldDetails], columns: int) -> Part:
        """Return how the edges of pages of rows are completed: without making an object for each."""
        edge = get_named_type(declared.type)
        if not isinstance(edge, GraphQLObjectType):
            raise Unplannable
        pages, rows = self._name("pages", None), self._name("rows", None)
        lines = [f"{pages} = [value.page.rows for value in values]", f"{rows} = flat({pages})"]
        pairs, sources, is_async = [], [], False
        for key, fields in self._selected(edge, details).items():
            name = fields[0].node.name.value
            if name == "__typename":
                pairs.append(f"{key!r}: {edge.name!r}")
                continue
            part = self._name("part", None)
            if name == "cursor":
                lines.append(f"{part} = [value.cursor_of(row) for value in values for row in value.page.rows]")
            else:
                node = get_named_type(edge.fields[name].type)
                function, later = self._rows_of(node, fields, columns)
                lines.append(f"{part} = {'await ' if later else ''}{function}({rows}, run)")
                is_async = is_async or later
            pairs.append(f"{key!r}: {part}_")
            sources.append(part)
        made = f"{{{', '.join(pairs)}}}"
        names = ", ".join(f"{source}_" for source in sources)
        loop = f"for {names}, in zip({', '.join(sources)})" if sources else f"for _ in {rows}"
        variable = self._name("each", None)
        lines.append(f"{variable} = grouped([{made} {loop}], {pages})")
        return Part(None, lines, variable, is_async)

    # Rows.

    def _rows_of(self, kind: Any, fields: list[FieldDetails], columns: int) -> tuple[str, bool]:
        """Return the function that completes rows of a type, whole or by column, and whether it is async."""
        if not isinstance(kind, GraphQLObjectType):
            raise Unplannable
        selected = self._selected(kind, fields)
        by_column, is_async = self._row_function(kind, selected, columns, by_column=True)
        whole, _ = self._row_function(kind, selected, columns, by_column=False)
        line = f"return {'await ' if is_async else ''}({by_column} if is_by_column(values) else {whole})(values, run)"
        return self._function("rows", [line], is_async=is_async), is_async

    def _rows(
        self, kind: GraphQLObjectType, selected: Mapping[str, list[FieldDetails]], columns: int
    ) -> tuple[str, bool]:
        """Return the function that completes objects made from rows, and whether it is async."""
        by_column, is_async = self._row_function(kind, selected, columns, by_column=True)
        whole, _ = self._row_function(kind, selected, columns, by_column=False)
        wait = "await " if is_async else ""
        function = self._function(
            "rows",
            [
                "rows = [value.row for value in values]",
                f"if is_by_column(rows): return {wait}{by_column}(rows, run)",
                f"return {wait}{whole}(rows, run)",
            ],
            is_async=is_async,
        )
        return function, is_async

    def _row_function(
        self, kind: GraphQLObjectType, selected: Mapping[str, list[FieldDetails]], columns: int, *, by_column: bool
    ) -> tuple[str, bool]:
        parts = Parts()
        for key, details in selected.items():
            parts.add(key, self._row_field(kind, details, columns, by_column=by_column))
        lines = ["context = run.context", *parts.lines("row")]
        return self._function("record" if by_column else "row", lines, is_async=parts.is_async), parts.is_async

    def _row_field(self, kind: GraphQLObjectType, details: list[FieldDetails], number: int, *, by_column: bool) -> Part:
        """Return how a field of a row is completed."""
        name = details[0].node.name.value
        if name == "__typename":
            return Part(inline=repr(kind.name))
        declared, definition = _declared(kind, name)
        cls = _class_of(kind)
        columns = columns_of(cls)[definition.python_name]
        indexes = self.column_sets[number]
        plain = [f"row[{indexes.index(each)}]" if by_column else f"row.{each}" for each in columns.names]
        values = [
            self._member(enum, text) if by_column and (enum := enum_of(cls.table, each)) is not None else text
            for each, text in zip(columns.names, plain, strict=True)
        ]
        if columns.load is not None:
            return self._loaded(declared, definition, details, values, "row")
        if definition.base_resolver is not None:
            of = self._name("of", cls.of)
            row = f"{self._name('Row', namedtuple('Row', columns.names))}({', '.join(values)})" if by_column else "row"  # noqa: PYI024
            return self._resolved(declared, definition, details, number, f"{of}(context, {row})")
        if columns.make is not None:
            by_code = by_column and len(values) == 1 and holds_codes(cls.table, columns.names[0])
            return self._made(declared, columns, details, number, values, by_code=by_code)
        return self._stored(declared, columns, details, plain, cls.table if by_column else None)

    def _member(self, enum: type[StrEnum], text: str) -> str:
        members = {member.value: member for member in enum} | {None: None}
        return f"{self._name('enum', members)}[{text}]"

    def _plain(self, kind: GraphQLOutputType, text: str, *, by_column: bool, is_sure: bool) -> str:
        """Return the expression of a field that is one column. `is_sure`: it is never null."""
        inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if not is_leaf_type(inner):
            raise Unplannable
        if by_column and inner.name in UNCHECKED:
            return text if is_sure or kind is inner else f"({text} if {text} is not None else null())"
        inline = self._nullable(kind, (), 0).inline
        if inline is None:
            raise Unplannable
        return inline(text)

    def _stored(
        self,
        declared: GraphQLField,
        columns: Columns,
        details: list[FieldDetails],
        plain: list[str],
        table: type[Model] | None,
    ) -> Part:
        """Return the expression of a field that holds what is stored: in a table, or as attributes of a whole row."""
        if columns.id_of is not None:
            # `rules.opaque.encode`; letters, digits and a colon become none of the two characters that it replaces
            return Part(inline=f"b2a_base64(b'{columns.id_of}:%d' % {plain[0]}).rstrip(b'=\\n').decode()")
        if columns.of is not None:
            return self._embedded(declared, columns, details, plain, table)
        (text,), (name,) = plain, columns.names
        is_sure = table is not None and not may_be_null(table, name)
        return Part(inline=self._plain(declared.type, text, by_column=table is not None, is_sure=is_sure))

    def _embedded(
        self,
        declared: GraphQLField,
        columns: Columns,
        details: list[FieldDetails],
        plain: list[str],
        table: type[Model] | None,
    ) -> Part:
        """Return the expression of an object whose fields are columns of a table, or attributes of a whole row."""
        kind = get_named_type(declared.type)
        if not isinstance(kind, GraphQLObjectType):
            raise Unplannable
        texts = dict(zip(columns.names, plain, strict=True))
        is_optional, pairs = not isinstance(declared.type, GraphQLNonNull), []
        for key, fields in self._selected(kind, details).items():
            name = fields[0].node.name.value
            if name == "__typename":
                pairs.append(f"{key!r}: {kind.name!r}")
                continue
            inner, definition = _declared(kind, name)
            column = definition.python_name
            is_checked = is_optional and column == columns.names[0]
            is_sure = table is not None and (is_checked or not may_be_null(table, column))
            value = self._plain(inner.type, texts[column], by_column=table is not None, is_sure=is_sure)
            pairs.append(f"{key!r}: {value}")
        text = f"{{{', '.join(pairs)}}}"
        if is_optional:
            text = f"(None if {plain[0]} is None else {text})"
        lines = [] if columns.topic is None else [f"context.depends.on_topic({self._name('topic', columns.topic)})"]
        return Part(text, lines)

    def _made(
        self,
        declared: GraphQLField,
        columns: Columns,
        details: list[FieldDetails],
        number: int,
        values: list[str],
        *,
        by_code: bool,
    ) -> Part:
        """Return how a field is completed that is made of columns. `by_code`: of one, in which few values repeat."""
        make = self._name("make", columns.make)
        inner = self._nullable(declared.type, details, number)
        if inner.is_constant and len(values) == 1:
            return self._constant_by_column(make, inner, values[0])
        if inner.inline is not None and by_code:
            return self._made_once(make, inner.inline, values[0])
        call = f"{make}({', '.join(['context', *values])})"
        if inner.inline is not None and isinstance(declared.type, GraphQLNonNull):
            return Part(inline=inner.inline(call))
        return self._completed(inner, f"[{call} for row in values]")

    def _made_once(self, make: str, inline: Callable[[str], str], value: str) -> Part:
        """Return the expression of a field that is made once for each value of its column."""
        made = self._name("made", None)
        lines = [
            f"{made} = {{}}",
            f"for code in {{{value} for row in values}}:",
            f"    one = {make}(context, code)",
            f"    {made}[code] = {inline('one')}",
        ]
        return Part(f"{made}[{value}]", lines)

    def _constant_by_column(self, make: str, inner: Completion, value: str) -> Part:
        """Return the expression of an object of the reference data, encoded once for each value of its column."""
        known = self._name("known", None)
        lines = [
            f"{known} = run.constants[{len(self.constants)}]",
            f"for code in {{{value} for row in values}} - {known}.keys():",
            f"    ({known}[code],) = {inner.function}([{make}(context, code)], run)",
        ]
        self.constants.append(inner.function)
        return Part(f"{known}[{value}]", lines)

    def _loaded(
        self,
        declared: GraphQLField,
        definition: StrawberryField,
        details: list[FieldDetails],
        values: list[str],
        item: str,
    ) -> Part:
        """Return how a field is completed that is read for all parents at once."""
        load: Load[Any] = definition.metadata[COLUMNS].load
        key = values[0] if load.key is None else f"{self._name('key', load.key)}({', '.join(['context', *values])})"
        passed = [self._name("load", load), f"[{key} for {item} in values]"]
        if load.shared is not None:
            given = self._arguments_of(declared, definition, details[0].node)[0] if definition.arguments else ""
            passed.append(f"{self._name('shared', load.shared)}(context, {given})")
        number = self._column_set()
        if load.rows or load.pages:
            passed.append(f"run.plan.columns({number})")
        found = f"await run.load({', '.join(passed)})"
        if not load.rows:
            part = self._completed(self._nullable(declared.type, details, number), found)
            return Part(None, ["context = run.context", *part.lines], part.variable, is_async=True)
        kind, is_list = _row_type(declared.type)
        function, is_async = self._row_function(kind, self._selected(kind, details), number, by_column=True)
        variable, wait = self._name("each", None), "await " if is_async else ""
        lines = ["context = run.context", f"{variable} = {found}"]
        if is_list:
            lines.append(f"{variable} = grouped({wait}{function}(flat({variable}), run), {variable})")
        else:
            lines.append(f"{variable} = {'await spread_later' if is_async else 'spread'}({variable}, {function}, run)")
        return Part(None, lines, variable, is_async=True)


_RUNTIME = ("null", "required", "lists", "spread", "spread_later", "flat", "grouped", "gather", "is_by_column")


def _has_variable(node: FieldNode) -> bool:
    """Return whether an argument of a field depends on a variable."""
    return any(variables_in(argument.value) for argument in node.arguments or ())


def _await(completion: Completion) -> str:
    return "await " if completion.is_async else ""


def _encoded(values: list[Any]) -> list[orjson.Fragment]:
    return [orjson.Fragment(orjson.dumps(value)) for value in values]


def _class_of(kind: GraphQLObjectType) -> type[Any]:
    """Return the Python class of a type."""
    origin: type[Any] = kind.extensions["strawberry-definition"].origin
    return origin


def _declared(kind: GraphQLObjectType, name: str) -> tuple[GraphQLField, StrawberryField]:
    declared = kind.fields.get(name)
    if declared is None:
        raise Unplannable  # introspection
    return declared, declared.extensions["strawberry-definition"]


def _row_type(kind: GraphQLOutputType) -> tuple[GraphQLObjectType, bool]:
    """Return the type of rows in `Type` or `[Type!]!`, and whether it is a list."""
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    is_list = isinstance(inner, GraphQLList)
    if isinstance(inner, GraphQLList):
        inner = inner.of_type.of_type if isinstance(inner.of_type, GraphQLNonNull) else inner.of_type
    if not isinstance(inner, GraphQLObjectType):
        raise Unplannable
    return inner, is_list
