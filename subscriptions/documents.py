"""Analysis of documents: whether one execution can serve all who send a document, or each viewer needs their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    NonNullTypeNode,
    ObjectFieldNode,
    OperationDefinitionNode,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    VariableNode,
    Visitor,
    get_operation_ast,
    visit,
)
from strawberry import Schema

from execution.plans import DocumentPlans
from rules.access import Person, is_staff
from rules.boards import BOARDS
from schema.context import BY_STAFF, BY_VIEWER

PERSONAL = frozenset({"actionable", "mine"})
"""The fields of a filter that depend on the viewer. Every document or variable with such a name counts as personal:
sharing less is always correct."""

STAFF_ONLY = frozenset(kind for kind, board in BOARDS.items() if board.staff_only)
"""The kinds of boards that only staff may see. A document or a variable that names one counts as personal too."""


SEVERAL = "several"
"""The name of an operation with several fields of the root."""


@dataclass(frozen=True)
class Plan:
    """A valid document with one of its operations.

    `name` is that of the operation if the document is trusted. Otherwise it is the field of the root that it selects,
    or SEVERAL: clients may give any names.
    `after` is the variable that is used only as the cursor to start from: it may differ among the operations that share
    an execution. It is None if the cursor cannot be separated from the rest. `needs_after` is whether that variable is
    required. `by_viewer` is whether the document selects a field that differs by viewer, `by_staff` whether it selects
    one in which staff may see internal notes. `compiled` executes a query.
    """

    document: DocumentNode
    operation: OperationDefinitionNode
    name: str
    after: str | None
    needs_after: bool
    by_viewer: bool
    by_staff: bool
    compiled: DocumentPlans

    @property
    def is_query(self) -> bool:
        """Whether the operation is a query."""
        return self.operation.operation is OperationType.QUERY

    @property
    def is_subscription(self) -> bool:
        """Whether the operation is a subscription."""
        return self.operation.operation is OperationType.SUBSCRIPTION

    def is_personal(self, variables: Mapping[str, Any], viewer: Person | None) -> bool:
        """Return whether the result is for the viewer only, because of the selected fields, the variables or a role."""
        return self.by_viewer or (self.by_staff and is_staff(viewer)) or _is_personal(variables)

    def may_change_by_role(self, variables: Mapping[str, Any]) -> bool:
        """Return whether the result may be another one for the same viewer with other roles."""
        return self.by_staff or self.by_viewer or _is_personal(variables)

    def split(self, variables: Mapping[str, Any]) -> tuple[Mapping[str, Any], str | None] | None:
        """Return the variables without the cursor, and the cursor. None if the cursor has a wrong type."""
        if self.after is None:
            return variables, None
        cursor = variables.get(self.after)
        if not isinstance(cursor, str | None) or (cursor is None and self.needs_after):
            return None
        return {name: value for name, value in variables.items() if name != self.after}, cursor


def plan(schema: Schema, document: DocumentNode, operation_name: str | None, *, is_trusted: bool = False) -> Plan:
    """Return how an operation of a valid document can be executed. `is_trusted`: strangers did not write it.

    Raises ValueError if `operation_name` selects no operation.
    """
    operation = get_operation_ast(document, operation_name)
    if operation is None:
        raise ValueError("operation_name selects no operation")
    survey = _Survey(TypeInfo(schema._schema))  # noqa: SLF001 # strawberry has no public way
    visit(document, TypeInfoVisitor(survey.types, survey))
    after = _after(operation, survey.uses)
    needs_after = _is_required(operation, after)
    compiled = DocumentPlans(schema, document, operation)
    name = operation.name.value if is_trusted and operation.name is not None else _name(document, operation)
    return Plan(document, operation, name, after, needs_after, survey.by_viewer, survey.by_staff, compiled)


def _name(document: DocumentNode, operation: OperationDefinitionNode) -> str:
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    names, waiting = set[str](), [*operation.selection_set.selections]
    while waiting:
        selection = waiting.pop()
        if isinstance(selection, FieldNode):
            names.add(selection.name.value)
        elif isinstance(selection, InlineFragmentNode):
            waiting += selection.selection_set.selections
        elif isinstance(selection, FragmentSpreadNode):  # a fragment is taken once: a document may spread it often
            found = fragments.pop(selection.name.value, None)
            waiting += () if found is None else found.selection_set.selections
    return names.pop() if len(names) == 1 else SEVERAL


class _Survey(Visitor):
    """Counts the uses of each variable and looks for fields that differ by viewer."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.uses: dict[str, int] = {}
        self.by_viewer = self.by_staff = False

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.uses[node.name.value] = self.uses.get(node.name.value, 0) + 1

    def enter_object_field(self, node: ObjectFieldNode, *_: object) -> None:
        self.by_viewer = self.by_viewer or node.name.value in PERSONAL

    def enter_enum_value(self, node: EnumValueNode, *_: object) -> None:
        self.by_viewer = self.by_viewer or node.value in STAFF_ONLY

    def enter_field(self, *_: object) -> None:
        field = self.types.get_field_def()
        definition = None if field is None else field.extensions.get("strawberry-definition")
        metadata = getattr(definition, "metadata", {}).items()
        self.by_viewer = self.by_viewer or BY_VIEWER.items() <= metadata
        self.by_staff = self.by_staff or BY_STAFF.items() <= metadata


def _is_personal(value: object) -> bool:
    if isinstance(value, Mapping):
        return not PERSONAL.isdisjoint(value) or any(map(_is_personal, value.values()))
    if isinstance(value, list):
        return any(map(_is_personal, value))
    return isinstance(value, str) and value in STAFF_ONLY


def _is_required(operation: OperationDefinitionNode, variable: str | None) -> bool:
    return any(
        definition.variable.name.value == variable and isinstance(definition.type, NonNullTypeNode)
        for definition in operation.variable_definitions or ()
    )


def _after(operation: OperationDefinitionNode, uses: Mapping[str, int]) -> str | None:
    """Return the variable of the root field's `after` argument, if it has no other use and no default value."""
    selections = operation.selection_set.selections
    if len(selections) != 1 or not isinstance(selections[0], FieldNode) or selections[0].directives:
        return None
    names = [
        argument.value.name.value
        for argument in selections[0].arguments or ()
        if argument.name.value == "after" and isinstance(argument.value, VariableNode)
    ]
    plain = {
        definition.variable.name.value
        for definition in operation.variable_definitions or ()
        if definition.default_value is None
    }
    return names[0] if names and uses[names[0]] == 2 and names[0] in plain else None
