"""Rules of validation beyond those of the specification.

A document may have some mutations only once: aliases are no way to guess faster. And a service may keep its schema to
itself.
"""

from collections.abc import Iterator

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValidationRule,
)

from resolvers.payloads import ONCE


class NoIntrospection(ValidationRule):
    """Refuses a document that asks for the schema. `__typename` stays: the caches of clients need it."""

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Report the field."""
        if node.name.value in {"__schema", "__type"}:
            self.report_error(GraphQLError("This service does not publish its schema: introspection is off.", node))


class OncePerDocument(ValidationRule):
    """Refuses an operation that selects a mutation marked as ONCE under several names."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
        """Report each of them."""
        root = self.context.schema.mutation_type
        if node.operation is not OperationType.MUTATION or root is None:
            return
        first: dict[str, str] = {}
        reported: set[str] = set()
        for field in self._fields(node.selection_set, set()):
            name = field.name.value
            declared = root.fields.get(name)
            if declared is None or not ONCE.items() <= declared.extensions["strawberry-definition"].metadata.items():
                continue
            key = field.alias.value if field.alias else name
            if first.setdefault(name, key) != key and name not in reported:
                reported.add(name)
                self.report_error(GraphQLError(f"A document may have `{name}` only once.", field))

    def _fields(self, selected: SelectionSetNode, seen: set[str]) -> Iterator[FieldNode]:
        """Yield the root fields, also those of fragments."""
        for node in selected.selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.context.get_fragment(node.name.value)
                if fragment is not None and node.name.value not in seen:
                    seen.add(node.name.value)
                    yield from self._fields(fragment.selection_set, seen)
            elif isinstance(node, InlineFragmentNode):
                yield from self._fields(node.selection_set, seen)
