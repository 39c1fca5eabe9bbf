"""Random documents over the whole schema: valid and not, with good and bad values and variables."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

DEPTH = 5
"""Levels of fields below the root, at most."""

WRONG: tuple[Any, ...] = (True, 7, -1, 2.5, "", "apa saja", [], ["x"], {"x": 1}, None)
"""Values that are wrong for most types."""


@dataclass(frozen=True)
class Document:
    """A document with its variables."""

    query: str
    variables: dict[str, Any]


@dataclass
class _Text:
    """A part of a document, as text: an enum value or a variable is no JSON."""

    text: str


@dataclass
class Writer:
    """Writes one random document. `pools`: values that mean something, by the name of an argument or a scalar."""

    schema: GraphQLSchema
    pools: Mapping[str, Sequence[Any]]
    random: Random
    faults: float = 0.004
    _variables: dict[str, str] = field(default_factory=dict)
    _values: dict[str, Any] = field(default_factory=dict)
    _fragments: list[str] = field(default_factory=list)

    def document(self) -> Document:
        """Write a query."""
        root = self.schema.query_type
        assert root is not None
        return self._document("query", self._selection(root, DEPTH, most=3))

    def subscription(self, name: str, arguments: str) -> Document:
        """Write a subscription with a field and its arguments."""
        root = self.schema.subscription_type
        assert root is not None
        selection = self._selection(get_named_type(root.fields[name].type), DEPTH)
        return self._document("subscription", f"{{ {name}({arguments}) {selection} }}")

    def _document(self, kind: str, selection: str) -> Document:
        declared = ", ".join(f"${name}: {type_}" for name, type_ in self._variables.items())
        head = f"{kind}({declared})" if declared else kind
        return Document(" ".join([head, selection, *self._fragments]), self._values)

    def _chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def _selection(self, kind: GraphQLNamedType, depth: int, most: int = 4) -> str:
        parts = [self._part(kind, depth) for _ in range(self.random.randint(1, most))]
        return "{ " + " ".join(parts) + " }"

    def _part(self, kind: GraphQLNamedType, depth: int) -> str:
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType) and self._chance(0.7):
            kind = self.random.choice(self.schema.get_possible_types(kind))
            return f"... on {kind.name} {self._selection(kind, depth)}"
        if self._chance(0.06):
            return f"...{self._directive()} {self._selection(kind, depth)}"
        if self._chance(0.06):
            name = f"f{len(self._fragments)}"
            self._fragments.append("")  # reserves the name
            self._fragments[int(name[1:])] = f"fragment {name} on {kind.name} {self._selection(kind, depth)}"
            return f"...{name}{self._directive()}"
        if isinstance(kind, GraphQLUnionType) or self._chance(0.08):
            return "__typename"
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        names = [name for name, one in kind.fields.items() if depth > 1 or is_leaf_type(get_named_type(one.type))]
        if not names or self._chance(self.faults):
            return "__typename" if not names else "tidakAda"
        return self._field(*self.random.choice([(name, kind.fields[name]) for name in names]), depth)

    def _field(self, name: str, declared: GraphQLField, depth: int) -> str:
        alias = f"a{self.random.randint(0, 99)}: " if self._chance(0.5) else ""
        given = [
            f"{argument}: {self._argument(argument, one.type)}"
            for argument, one in declared.args.items()
            if (isinstance(one.type, GraphQLNonNull) and one.default is None) or self._chance(0.4)
        ]
        arguments = f"({', '.join(given)})" if given else ""
        inner = get_named_type(declared.type)
        below = "" if is_leaf_type(inner) else " " + self._selection(inner, depth - 1)
        return f"{alias}{name}{arguments}{self._directive()}{below}"

    def _directive(self) -> str:
        if not self._chance(0.06):
            return ""
        value = self._chance(0.6)
        text = self._variable("Boolean!", value) if self._chance(0.5) else str(value).lower()
        return f" @{self.random.choice(['include', 'skip'])}(if: {text})"

    def _argument(self, name: str, kind: GraphQLInputType) -> str:
        value = self._value(name, kind)
        if self._chance(0.3):
            return self._variable(str(kind), _plain(value))
        return _literal(value)

    def _variable(self, kind: str, value: Any) -> str:
        name = f"v{len(self._variables)}"
        self._variables[name] = kind
        if not self._chance(0.05):
            self._values[name] = value
        return f"${name}"

    def _value(self, name: str, kind: GraphQLInputType) -> Any:
        if isinstance(kind, GraphQLNonNull):
            return self._value(name, kind.of_type)
        if self._chance(self.faults):
            return self.random.choice(WRONG)
        return None if self._chance(0.1) else self._good_value(name, kind)

    def _good_value(self, name: str, kind: GraphQLInputType) -> Any:
        if isinstance(kind, GraphQLList):
            return [self._value(name, kind.of_type) for _ in range(self.random.randint(0, 3))]
        if isinstance(kind, GraphQLEnumType):
            return _Text(self.random.choice(list(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            chosen = {
                key: one
                for key, one in kind.fields.items()
                if isinstance(one.type, GraphQLNonNull) or self._chance(0.2)
            }
            return {key: self._value(key, one.type) for key, one in chosen.items()}
        pool = self.pools.get(name) or self.pools[str(kind)]
        return self.random.choice(pool)


def _plain(value: Any) -> Any:
    if isinstance(value, _Text):
        return value.text
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value


def _literal(value: Any) -> str:
    if isinstance(value, _Text):
        return value.text
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_literal(one)}' for key, one in value.items())}}}"
    return json.dumps(value)
