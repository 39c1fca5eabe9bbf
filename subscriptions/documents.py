"""What a document says about how it can be executed: once for all who send it, or for each viewer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    EnumValueNode,
    FieldNode,
    GraphQLSchema,
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

from rules.scoring.ranking import BoardKind
from schema.context import BY_VIEWER

MINE = "mine"
"""The one part of a filter that means the viewer. Whatever has it counts as personal, a variable of that name too:
to share less is always right."""

STAFF_ONLY = BoardKind.OFFICER
"""The one kind of board that not everybody may see; whatever names it counts as personal likewise."""


@dataclass(frozen=True)
class Plan:
    """A valid document with one operation chosen.

    `after` is the variable that gives nothing but the cursor to start from, which may differ among those who share an
    execution; None when the cursor cannot be told apart from the rest. `needs_after`: that variable may not be left
    out. `by_viewer`: it selects what differs by viewer.
    """

    document: DocumentNode
    operation: OperationDefinitionNode
    after: str | None
    needs_after: bool
    by_viewer: bool

    @property
    def is_subscription(self) -> bool:
        """Whether it is followed, and not answered once."""
        return self.operation.operation is OperationType.SUBSCRIPTION

    def is_personal(self, variables: Mapping[str, Any]) -> bool:
        """Whether what it brings may differ by viewer: by the fields that it selects, or by what is asked for."""
        return self.by_viewer or _is_personal(variables)

    def split(self, variables: Mapping[str, Any]) -> tuple[Mapping[str, Any], str | None] | None:
        """Return the variables without the cursor, and the cursor; None when the cursor is of no form that could be."""
        if self.after is None:
            return variables, None
        cursor = variables.get(self.after)
        if not isinstance(cursor, str | None) or (cursor is None and self.needs_after):
            return None
        return {name: value for name, value in variables.items() if name != self.after}, cursor


def plan(schema: GraphQLSchema, document: DocumentNode, operation_name: str | None) -> Plan:
    """Find out how a valid document, in which the name chooses one operation, can be executed.

    Raises ValueError when it chooses none.
    """
    operation = get_operation_ast(document, operation_name)
    if operation is None:
        raise ValueError("the name chooses no operation")
    survey = _Survey(TypeInfo(schema))
    visit(document, TypeInfoVisitor(survey.types, survey))
    after = _after(operation, survey.uses)
    return Plan(document, operation, after, _is_required(operation, after), survey.by_viewer)


class _Survey(Visitor):
    """Counts how often each variable is used, and looks for fields that differ by viewer."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.uses: dict[str, int] = {}
        self.by_viewer = False

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.uses[node.name.value] = self.uses.get(node.name.value, 0) + 1

    def enter_object_field(self, node: ObjectFieldNode, *_: object) -> None:
        self.by_viewer = self.by_viewer or node.name.value == MINE

    def enter_enum_value(self, node: EnumValueNode, *_: object) -> None:
        self.by_viewer = self.by_viewer or node.value == STAFF_ONLY

    def enter_field(self, *_: object) -> None:
        field = self.types.get_field_def()
        definition = None if field is None else field.extensions.get("strawberry-definition")
        self.by_viewer = self.by_viewer or BY_VIEWER.items() <= getattr(definition, "metadata", {}).items()


def _is_personal(value: object) -> bool:
    if isinstance(value, Mapping):
        return MINE in value or any(map(_is_personal, value.values()))
    return value == STAFF_ONLY or (isinstance(value, list) and any(map(_is_personal, value)))


def _is_required(operation: OperationDefinitionNode, variable: str | None) -> bool:
    return any(
        definition.variable.name.value == variable and isinstance(definition.type, NonNullTypeNode)
        for definition in operation.variable_definitions or ()
    )


def _after(operation: OperationDefinitionNode, uses: Mapping[str, int]) -> str | None:
    """Name the variable of the root field's `after`, if that is all it is for: its definition and this one use."""
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
