"""The parts of a document that plans and costs both read: its fragments, and the variables in a value."""

from graphql import DocumentNode, FragmentDefinitionNode, ValueNode, VariableNode, Visitor, visit
from graphql.execution.collect_fields import FragmentDetails

LONGEST = 100_000
"""Characters of a document. Reading strings takes 1 us a character, and 4,000 tokens could be strings of 1 MB."""

MAX_TOKENS = 4_000
"""Tokens of a document."""

WIDE = 4_000
"""Characters over which a document is kept without locations, and compiled only when it comes again: that takes 15 us
of processor time for each character. Many such documents select much that is not there, and never come again."""


def too_long(text: str) -> str | None:
    """Return what is wrong with the length of a document. None for one that may be parsed."""
    if len(text) <= LONGEST:
        return None
    return f"The document has {len(text)} characters, of at most {LONGEST}. Send long texts as variables."


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
