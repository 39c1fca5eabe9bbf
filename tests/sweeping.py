"""Documents that ask for every field of the schema, and what they are answered, with what opaque texts hold."""

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    is_leaf_type,
)

from rules import opaque

LAST = ("flaggedReports", "people")
"""Fields that most people may not read: no way to a type leads over them if there is another."""

_OPAQUE = re.compile(r"[A-Za-z0-9_-]{6,}")


@dataclass(frozen=True)
class Sweep:
    """The schema, and arguments by "Type.field": those of fields that need some, or find more with them."""

    schema: GraphQLSchema
    arguments: Mapping[str, str]

    @property
    def reached(self) -> set[str]:
        """The types that queries reach."""
        return {kind.name for kind in self._paths()}

    def documents(self) -> Iterator[str]:
        """Yield a query for each type that queries reach: all of its fields, those with fields to their leaves."""
        yield from (f"{{ {path % self.fields(kind, 1)} }}" for kind, path in self._paths().items())

    def node_document(self, kind: str, ids: Sequence[str]) -> str:
        """Write a query of all fields of some objects of a type."""
        fields = self.fields(self.schema.type_map[kind], 1)
        return f"{{ nodes(ids: {json.dumps(ids)}) {{ ... on {kind} {{ {fields} }} }} }}"

    def fields(self, kind: GraphQLNamedType, depth: int, prefix: str = "") -> str:
        """Write a selection of all fields of a type; those that have fields only above `depth`."""
        if isinstance(kind, GraphQLUnionType | GraphQLInterfaceType):
            possible = self.schema.get_possible_types(kind)
            parts = [f"... on {each.name} {{ {self.fields(each, depth, f'{each.name}_')} }}" for each in possible]
            return " ".join(["__typename", *parts])
        assert isinstance(kind, GraphQLObjectType)
        parts = ["__typename"]
        for name, declared in kind.fields.items():
            inner = get_named_type(declared.type)
            if not is_leaf_type(inner) and depth == 0:
                continue
            below = "" if is_leaf_type(inner) else f" {{ {self.fields(inner, depth - 1)} }}"
            alias = f"{prefix}{name}: " if prefix else ""
            parts.append(f"{alias}{self._with_arguments(kind, name, declared)}{below}")
        return " ".join(parts)

    def _with_arguments(self, kind: GraphQLObjectType, name: str, declared: GraphQLField) -> str:
        given = self.arguments.get(f"{kind.name}.{name}", "")
        for key, one in declared.args.items():
            is_required = isinstance(one.type, GraphQLNonNull) and one.default_value is Undefined
            assert not is_required or f"{key}: " in given, f"{kind.name}.{name} needs {key}"
        return f"{name}({given})" if given else name

    def _paths(self) -> dict[GraphQLNamedType, str]:
        """Return the shortest way from a query to each object type, with `%s` for its selection."""
        root = self.schema.query_type
        assert root is not None
        paths: dict[GraphQLNamedType, str] = {root: "%s"}
        queue: deque[GraphQLObjectType] = deque([root])
        while queue:
            kind = queue.popleft()
            for name, declared in sorted(kind.fields.items(), key=lambda each: each[0] in LAST):
                inner = get_named_type(declared.type)
                if is_leaf_type(inner) or (kind is root and name in {"node", "nodes"}):
                    continue
                head = self._with_arguments(kind, name, declared)
                is_open = isinstance(inner, GraphQLUnionType | GraphQLInterfaceType)
                for each in self.schema.get_possible_types(inner) if is_open else [inner]:
                    if each not in paths:
                        assert isinstance(each, GraphQLObjectType)
                        selection = f"... on {each.name} {{ %s }}" if is_open else "%s"
                        paths[each] = paths[kind] % f"{head} {{ {selection} }}"
                        queue.append(each)
        return paths


def with_opaque(text: str) -> str:
    """Return a text, followed by what its ids and cursors hold."""
    held = [opaque.decode(each) for each in set(_OPAQUE.findall(text))]
    return "\n".join([text, *(each.decode("utf-8", "replace") for each in held if each is not None)])
