"""The parts of a document that plans and costs both read: its fragments, and the variables in a value."""

from graphql import DocumentNode, FragmentDefinitionNode, ValueNode, VariableNode, Visitor, visit
from graphql.execution.collect_fields import FragmentDetails

WIDE = 4_000
"""Characters over which a document is kept without locations, and compiled only when it comes again: that takes 15 us
of processor time for each character. Many such documents select much that is not there, and never come again."""


def fragments_of(document: DocumentNode) -> dict[str, FragmentDetails]:
    """Return the fragments of a document by name, as graphql-core collects fields with them."""
    return {
        node.name.value: FragmentDetails(node, None)
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


def variables_in(value: ValueNode) -> set[str]:
    """Return the names of the variables in a value."""
    names: set[str] = set()

    class Finder(Visitor):
        def enter_variable(self, node: VariableNode, *_: object) -> None:
            names.add(node.name.value)

    visit(value, Finder())
    return names
