"""The cost of an operation, before it is executed: the values that it may answer at most, and what it reads.

Each field states its own cost (`schema.costs`). The selection is walked as graphql-core would execute it, with
fragments merged, so that a field that two fragments select counts once.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLUnionType,
    OperationDefinitionNode,
    get_named_type,
)
from graphql.execution.collect_fields import FieldDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues, get_argument_values
from strawberry import Schema

from execution.document import fragments_of
from schema.columns import COLUMNS
from schema.costs import COST, LOADED, STATEMENT, UNSTATED, Cost
from schema.paging import MOST_PLACES
from schema.places import ReferenceObjects

MAX_DEPTH = 20
"""Levels of a selection with its fragments merged."""

MAX_FIELDS = 1_000
"""Fields of a selection with its fragments merged: a few fragments that use each other may have millions."""

INTROSPECTION = 8_000
"""The cost of `__schema` or `__type`: up to 100 ms."""


class TooWideError(Exception):
    """The operation selects more than MAX_FIELDS fields, or has more than MAX_DEPTH levels."""


class Estimate(NamedTuple):
    """The cost of an operation. `is_whole`: no field fails because of its arguments, and would cost more otherwise."""

    cost: int
    is_whole: bool


def cost_of(
    schema: Schema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: VariableValues,
    places: ReferenceObjects,
) -> Estimate:
    """Return the cost of an operation of a valid document; of a subscription, that of one event.

    Raises TooWideError.
    """
    walk = _Walk(schema, document, operation, variables, places)
    return Estimate(walk.total(), is_whole=walk.is_whole)


class _Walk:
    def __init__(
        self,
        schema: Schema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: VariableValues,
        places: ReferenceObjects,
    ) -> None:
        self._types = schema._schema  # noqa: SLF001 # strawberry has no public way
        self._operation, self._variables, self._places = operation, variables, places
        self._fragments = fragments_of(document)
        self._reads = 0
        self._fields = 0
        self.is_whole = True

    def total(self) -> int:
        """Return the cost."""
        root = self._types.get_root_type(self._operation.operation)
        if root is None:
            return 0
        try:
            selected = collect_fields(self._types, self._fragments, self._variables, root, self._operation)
        except GraphQLError:  # a directive whose variable is null: nothing is executed
            return 0
        values = self._values(root, selected.grouped_field_set, 1, 1)
        return values + self._reads

    def _values(
        self, kind: GraphQLObjectType, selected: Mapping[str, list[FieldDetails]], page: int, depth: int
    ) -> int:
        """Return the cost of the values of one object."""
        self._fields += len(selected)
        if self._fields > MAX_FIELDS or depth > MAX_DEPTH:
            raise TooWideError
        return sum(self._value(kind, details, page, depth) for details in selected.values())

    def _value(self, kind: GraphQLObjectType, details: list[FieldDetails], page: int, depth: int) -> int:
        """Return the cost of a field of one object. `page`: the size of the page in which the object is."""
        name = details[0].node.name.value
        declared = kind.fields.get(name)
        if declared is None:
            return 1 if name == "__typename" else INTROSPECTION
        stated: Cost = declared.extensions["strawberry-definition"].metadata.get(COST, UNSTATED)
        try:
            given = get_argument_values(declared, details[0].node, self._variables)
        except GraphQLError:  # the field is not executed
            self.is_whole = False
            return 1
        if stated.page is not None:
            page = _page(given, stated.page)
        reads, size = self._reads_and_size(declared, stated, given, page)
        self._reads += reads
        value = stated.value + (LOADED if _is_read(declared.extensions["strawberry-definition"]) else 0)
        return size * (value + self._below(declared, details, page, depth))

    def _reads_and_size(
        self, declared: GraphQLField, stated: Cost, given: Mapping[str, Any], page: int
    ) -> tuple[int, int]:
        """Return what a field reads, and the number of its values."""
        if callable(stated.reads):
            return stated.reads(given)
        reads = stated.reads
        if reads is None:
            reads = STATEMENT if _is_read(declared.extensions["strawberry-definition"]) else 0
        if not _is_list(declared.type):
            return reads, 1
        if stated.size is None:
            return reads, page
        return reads, stated.size(self._places) if callable(stated.size) else stated.size

    def _below(self, declared: GraphQLField, details: Sequence[FieldDetails], page: int, depth: int) -> int:
        """Return the cost of the selection below one element of a field: that of its dearest type."""
        named = get_named_type(declared.type)
        kinds: Sequence[GraphQLObjectType] = ()
        if isinstance(named, GraphQLObjectType):
            kinds = (named,)
        elif isinstance(named, GraphQLInterfaceType | GraphQLUnionType):
            kinds = self._types.get_possible_types(named)
        costs = [0]
        for kind in kinds:
            try:
                selected = collect_subfields(
                    self._types, self._fragments, self._variables, self._operation, kind, list(details)
                )
            except GraphQLError:  # as above
                continue
            costs.append(self._values(kind, selected.grouped_field_set, page, depth + 1))
        return max(costs)


def _page(given: Mapping[str, Any], size: int) -> int:
    """Return the size of a page by its arguments. A size that is not allowed is refused when it is executed."""
    asked = next((given[name] for name in ("first", "last") if given.get(name) is not None), size)
    return max(1, min(asked, MOST_PLACES))


def _is_read(definition: Any) -> bool:
    """Return whether a field reads: once for all parents."""
    stated = definition.metadata.get(COLUMNS)
    if stated is not None and stated.load is not None:
        return True
    return definition.base_resolver is not None and definition.base_resolver.is_async


def _is_list(kind: GraphQLOutputType) -> bool:
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)
