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
    make = _MAKERS.get(leaf.name)
    return leaf.serialize if make is None else make(leaf.serialize)


def _names(leaf: GraphQLEnumType) -> Serialise:
    """Return the names of the values of an enum. Columns hold them as text, which equals the member of a StrEnum."""

    class Names(dict[Any, str]):
        def __missing__(self, value: Any) -> Any:
            return leaf.serialize(value)

    names = Names({definition.value: name for name, definition in leaf.values.items()})
    return names.__getitem__


def _text(serialise: Serialise) -> Serialise:
    return lambda value: value if value.__class__ is str else serialise(value)


def _boolean(serialise: Serialise) -> Serialise:
    return lambda value: value if value.__class__ is bool else serialise(value)


def _integer(serialise: Serialise) -> Serialise:
    return lambda value: value if value.__class__ is int and _LEAST_INT <= value <= _MOST_INT else serialise(value)


def _number(serialise: Serialise) -> Serialise:
    return lambda value: value if value.__class__ is float and isfinite(value) else serialise(value)


_MAKERS: dict[str, Callable[[Serialise], Serialise]] = {
    "ID": _text,
    "String": _text,
    "Boolean": _boolean,
    "Int": _integer,
    "Float": _number,
}
