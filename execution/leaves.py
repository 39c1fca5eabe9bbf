"""Serialisation of scalars and enums, with the same results as graphql-core's, faster where the type is as usual."""

from collections.abc import Callable
from math import isfinite
from typing import Any, TypeAlias

from graphql import GraphQLEnumType, GraphQLScalarType

Serialise: TypeAlias = Callable[[Any], Any]

_LEAST_INT, _MOST_INT = -(2**31), 2**31 - 1


def serialiser(leaf: GraphQLScalarType | GraphQLEnumType) -> Serialise:
    """Return the function that serialises values that are not None. It raises whatever `leaf.serialize` raises."""
    if isinstance(leaf, GraphQLEnumType):
        return _names(leaf)
    serialise = leaf.serialize
    usual = _USUAL.get(leaf.name)
    if usual is None:
        return serialise
    return lambda value: value if usual(value) else serialise(value)


def _names(leaf: GraphQLEnumType) -> Serialise:
    """Return the names of the values of an enum. Columns hold them as text, which equals the member of a StrEnum."""

    class Names(dict[Any, str]):
        def __missing__(self, value: Any) -> Any:
            return leaf.serialize(value)

    names = Names({definition.value: name for name, definition in leaf.values.items()})
    return names.__getitem__


_USUAL: dict[str, Callable[[Any], bool]] = {
    "ID": lambda value: value.__class__ is str,
    "String": lambda value: value.__class__ is str,
    "Boolean": lambda value: value.__class__ is bool,
    "Int": lambda value: value.__class__ is int and _LEAST_INT <= value <= _MOST_INT,
    "Float": lambda value: value.__class__ is float and isfinite(value),
}
