"""Random documents over the whole schema: valid and not, with good and bad values and variables.

hypothesis-graphql writes no variables, no directives and no named fragments, so it never reaches what plans depend on.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLNullableInputType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    specified_scalar_types,
)

DEPTHS = (3, 4, 5, 5, 7)
"""Levels of fields below the root, at most."""

FIELDS = 25
"""Fields of a document that have fields themselves, about: many more would take seconds."""

ALIASES = 40
"""Aliases that are written. The service allows 60, and counts those of a fragment wherever it is used."""

WRONG: tuple[Any, ...] = (True, 7, -1, 2.5, "", "apa saja", [], ["x"], {"x": 1}, None)
"""Values that are wrong for most types."""

Values: TypeAlias = dict[str, Any]
"""The values of variables."""


@dataclass(frozen=True)
class Document:
    """A document, and the operation of it that is asked for. `others`: more values for its variables."""

    query: str
    variables: Values
    operation_name: str | None = None
    others: Sequence[Values] = ()

    def bodies(self) -> Iterator[dict[str, Any]]:
        """Return the requests with all values."""
        for variables in (self.variables, *self.others):
            yield {"query": self.query, "variables": variables, "operationName": self.operation_name}


@dataclass(frozen=True)
class _Text:
    """A part of a document, as text: an enum value or a variable is no JSON."""

    text: str


@dataclass(frozen=True)
class _Variable:
    """A variable. `name`: of the argument that it is for."""

    name: str
    kind: GraphQLInputType
    declaration: str
    is_required: bool


@dataclass
class Writer:
    """Writes one random document.

    `pools`: values that mean something, by the name of an argument or a scalar. `faults`: the share of parts that are
    wrong. `omits`: whether a field is left out.
    """

    schema: GraphQLSchema
    pools: Mapping[str, Sequence[Any]]
    random: Random
    faults: float = 0.001
    omits: Callable[[GraphQLField], bool] = lambda _: False
    _variables: dict[str, _Variable] = field(default_factory=dict)
    _fragments: dict[str, str] = field(default_factory=dict)
    _written: int = 0
    _aliases: int = 0
    _finished: dict[str, tuple[GraphQLNamedType, int]] = field(default_factory=dict)

    def document(self) -> Document:
        """Write a query, seldom with another in the same document."""
        names = self.random.choice([["A"]] * 3 + [["A", "B"]] * 2) if self._chance(0.25) else [""]
        parts = [self._query(name) for name in names]
        asked = [*names, *names, *names, None, "", "C"] if names != [""] else [None] * 40 + ["", "C"]
        return self._document(parts, self.random.choice(asked))

    def subscription(self, name: str, arguments: str) -> Document:
        """Write a subscription with a field and its arguments."""
        root = self.schema.subscription_type
        assert root is not None
        selection = self._selection(get_named_type(root.fields[name].type), 5)
        return self._document([self._operation("subscription", f"{{ {name}({arguments}) {selection} }}", set())], None)

    def mutation(self) -> Document:
        """Write a mutation with one to three fields."""
        root = self.schema.mutation_type
        assert root is not None
        chosen = self.random.choices(list(root.fields.items()), k=self.random.choice((1, 1, 3)))
        parts = [self._field(name, declared, 3) for name, declared in chosen]
        return self._document([self._operation("mutation", f"{{ {' '.join(parts)} }}", set())], None)

    def _query(self, name: str) -> str:
        root, before = self.schema.query_type, set(self._variables)
        assert root is not None
        self._finished.clear()  # the variables in a fragment are those of the operation for which it was written
        return self._operation(f"query {name}", self._selection(root, self.random.choice(DEPTHS), most=3), before)

    def _operation(self, head: str, selection: str, before: set[str]) -> str:
        declared = [one.declaration for name, one in self._variables.items() if name not in before]
        return f"{head}({', '.join(declared)}) {selection}" if declared else f"{head} {selection}"

    def _document(self, operations: list[str], operation_name: str | None) -> Document:
        others = [self._values() for _ in range(2 if self._variables else 0)]
        return Document(" ".join([*operations, *self._fragments.values()]), self._values(), operation_name, others)

    def _chance(self, probability: float) -> bool:
        return self.random.random() < probability

    # Selections.

    def _selection(self, kind: GraphQLNamedType, depth: int, most: int = 4) -> str:
        parts = [self._part(kind, depth) for _ in range(self.random.randint(1, most))]
        return "{ " + " ".join(parts) + " }"

    def _part(self, kind: GraphQLNamedType, depth: int) -> str:
        if self._chance(0.7 if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType) else 0.05):
            narrower = self.random.choice(self._overlapping(kind))
            return f"... on {narrower.name}{self._directive()} {self._selection(narrower, depth)}"
        if self._chance(0.05):
            return f"...{self._directive()} {self._selection(kind, depth)}"
        if self._chance(0.08):
            return f"...{self._fragment(self._overlapping(kind), depth)}{self._directive()}"
        if isinstance(kind, GraphQLUnionType) or self._chance(0.06):
            return self._aliased("__typename") + self._directive()
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        return self._any_field(kind, depth)

    def _any_field(self, kind: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> str:
        if kind is self.schema.query_type and self._chance(0.01):
            name, declared = self.random.choice([("__schema", SchemaMetaFieldDef), ("__type", TypeMetaFieldDef)])
            return self._field(name, declared, depth)
        may_nest = depth > 1 and self._written < FIELDS
        fields = {
            name: one
            for name, one in kind.fields.items()
            if not self.omits(one) and (may_nest or is_leaf_type(get_named_type(one.type)))
        }
        if not fields or self._chance(self.faults):
            return "__typename" if not fields else "tidakAda"
        return self._field(*self.random.choice(list(fields.items())), depth)

    def _overlapping(self, kind: GraphQLNamedType) -> list[GraphQLNamedType]:
        """Return the types on which a fragment may be inside a type: three times the objects, for they have fields."""
        possible = self._possible(kind)
        kinds: list[GraphQLNamedType] = [
            one
            for one in self.schema.type_map.values()
            if is_composite_type(one) and not possible.isdisjoint(self._possible(one))
        ]
        return kinds + 2 * [one for one in kinds if isinstance(one, GraphQLObjectType)]

    def _possible(self, kind: GraphQLNamedType) -> set[str]:
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
            return {one.name for one in self.schema.get_possible_types(kind)}
        return {kind.name}

    def _fragment(self, kinds: list[GraphQLNamedType], depth: int) -> str:
        """Return the name of a fragment on one of these types: a new one, or one that is there already."""
        known = [name for name, (kind, own) in self._finished.items() if kind in kinds and own <= depth]
        if known and self._chance(0.4):
            return self.random.choice(known)
        name, kind = f"f{len(self._fragments)}", self.random.choice(kinds)
        self._fragments[name] = ""  # reserves the name
        self._fragments[name] = f"fragment {name} on {kind.name} {self._selection(kind, depth)}"
        self._finished[name] = kind, depth
        return name

    def _aliased(self, name: str, chance: float = 0.4) -> str:
        if self._aliases == ALIASES or not self._chance(chance):
            return name
        self._aliases += 1
        return f"a{self._aliases}: {name}"

    def _field(self, name: str, declared: GraphQLField, depth: int) -> str:
        """Write a field, sometimes twice: under one name, so that its selections merge, or with other arguments."""
        given = self._arguments(declared)
        head = self._aliased(name, 0.9 if given else 0.3) + given
        written = [head + self._directive() + self._below(declared, depth)]
        if self._chance(0.08):
            written.append(head + self._directive() + self._below(declared, depth))
        if declared.args and self._chance(0.15):
            other = self._aliased(name, 1) + self._arguments(declared)
            written.append(other + self._below(declared, depth))
        return " ".join(written)

    def _below(self, declared: GraphQLField, depth: int) -> str:
        inner = get_named_type(declared.type)
        if is_leaf_type(inner):
            return ""
        self._written += 1
        return " " + self._selection(inner, depth - 1)

    def _directive(self) -> str:
        if not self._chance(0.06):
            return ""
        boolean = GraphQLNonNull(_BOOLEAN)
        value = self._variable("if", boolean) if self._chance(0.6) else self.random.choice(["true", "false"])
        return f" @{self.random.choice(['include', 'skip'])}(if: {value})"

    # Values.

    def _arguments(self, declared: GraphQLField) -> str:
        given = [
            f"{name}: {_literal(self._value(name, one.type, is_literal=True, has_default=one.default is not None))}"
            for name, one in declared.args.items()
            if self._chance(1 - self.faults if one.default is None and isinstance(one.type, GraphQLNonNull) else 0.4)
        ]
        return f"({', '.join(given)})" if given else ""

    def _variable(self, name: str, kind: GraphQLInputType, *, has_default: bool = False) -> str:
        """Return a variable for a place: one that is there already, or a new one of a type that fits."""
        known = [own for own, one in self._variables.items() if str(one.kind) == str(kind)]
        if known and self._chance(0.2):
            return f"${self.random.choice(known)}"
        own, nullable = f"v{len(self._variables)}", kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        default, declared = "", kind
        if self._chance(0.3):
            declared, default = nullable, f" = {_literal(self._good_value(name, nullable, is_literal=False))}"
        elif has_default or not isinstance(kind, GraphQLNonNull):
            declared = self.random.choice([nullable, nullable, GraphQLNonNull(nullable)])
        is_required = isinstance(declared, GraphQLNonNull)
        self._variables[own] = _Variable(name, declared, f"${own}: {declared}{default}", is_required)
        return f"${own}"

    def _values(self) -> Values:
        """Draw values of the variables; some are missing."""
        return {
            own: _plain(self._value(one.name, one.kind, is_literal=False))
            for own, one in self._variables.items()
            if not self._chance(0.01 if one.is_required else 0.15)
        }

    def _value(self, name: str, kind: GraphQLInputType, *, is_literal: bool, has_default: bool = False) -> Any:
        if is_literal and self._chance(0.22):
            return _Text(self._variable(name, kind, has_default=has_default))
        if self._chance(self.faults):
            return self.random.choice(WRONG)
        if isinstance(kind, GraphQLNonNull):
            return self._good_value(name, kind.of_type, is_literal=is_literal)
        return None if self._chance(0.08) else self._good_value(name, kind, is_literal=is_literal)

    def _good_value(self, name: str, kind: GraphQLNullableInputType, *, is_literal: bool) -> Any:
        if isinstance(kind, GraphQLList):
            if self._chance(0.1):  # one value stands for a list of it
                inner = kind.of_type.of_type if isinstance(kind.of_type, GraphQLNonNull) else kind.of_type
                return self._good_value(name, inner, is_literal=is_literal)
            count = self.random.choice((0, 1, 1, 2, 3))
            return [self._value(name, kind.of_type, is_literal=is_literal) for _ in range(count)]
        if isinstance(kind, GraphQLEnumType):
            return _Text(self.random.choice(list(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            optional = min(0.2, 3 / len(kind.fields))  # few: most reports do not meet all of many conditions
            return {
                key: self._value(key, one.type, is_literal=is_literal, has_default=one.default is not None)
                for key, one in kind.fields.items()
                if self._chance(1 - self.faults if isinstance(one.type, GraphQLNonNull) else optional)
            }
        assert isinstance(kind, GraphQLScalarType)
        return self.random.choice(self.pools.get(name) or self.pools[kind.name])


(_BOOLEAN,) = (kind for kind in specified_scalar_types.values() if kind.name == "Boolean")


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
