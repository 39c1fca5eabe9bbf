"""Trusted documents: where a manifest is set, nothing else is executed.

A client names a document by its id in the manifest, or sends its text, byte by byte. The text is what is trusted, so
ids are no more than a short way to write it: `Manifest.require` is asked wherever a text becomes a plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    ValidationRule,
    parse,
    specified_rules,
    type_from_ast,
    validate,
    value_from_ast,
)
from graphql.execution.values import VariableValues
from strawberry import Schema

from execution.cost import MAX_DEPTH, MAX_FIELDS, TooWideError, cost_of
from execution.document import MAX_TOKENS, too_long
from rules.messages import Message
from schema.costs import Limits
from schema.errors import RequestCode, RequestError
from schema.places import ReferenceObjects

PREFIX = "sha256:"
"""The prefix of an id that is the SHA-256 of its text, in hexadecimal (GraphQL over HTTP, Appendix A)."""

UNKNOWN = "#"
"""The text of an id that is not in the manifest. No document has it: so it is refused where all others are."""

SAMPLES: Mapping[str, object] = {"Boolean": True, "Int": 1, "Float": 1.0, "Date": date(2000, 1, 1)}
"""Values of the scalars that are not texts."""


def hash_of(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def document_id(request: Mapping[str, Any]) -> str | None:
    """Return the id of the document that a request names: in `documentId`, or as Apollo's clients send a hash."""
    given = request.get("documentId")
    if given is None:
        extensions = request.get("extensions")
        persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
        given = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    return given if isinstance(given, str) else None


@dataclass(frozen=True, eq=False)
class Manifest:
    """The trusted documents. `by_id`: the text of each id that a manifest file gives."""

    by_id: Mapping[str, str]

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        """The text of each id. The SHA-256 of a text is its id too, with the prefix and as Apollo's clients send it."""
        hashes = {hash_of(text): text for text in self.by_id.values()}
        return {**hashes, **{f"{PREFIX}{each}": text for each, text in hashes.items()}, **self.by_id}

    @cached_property
    def _trusted(self) -> frozenset[str]:
        return frozenset(self.by_id.values())

    def text_of(self, request: Mapping[str, Any]) -> Any:
        """Return the text of a request: its `query`, or that of the document which it names instead."""
        query = request.get("query")
        if query:
            return query
        named = document_id(request)
        return query if named is None else self._texts.get(named, UNKNOWN)

    def require(self, text: str) -> None:
        """Raise RequestError DOCUMENT_NOT_TRUSTED unless a text is that of a document of the manifest."""
        if text not in self._trusted:
            raise RequestError(RequestCode.DOCUMENT_NOT_TRUSTED, Message.DOCUMENT_NOT_TRUSTED)


def faults_of(
    schema: Schema, text: str, rules: Sequence[type[ValidationRule]], limits: Limits, places: ReferenceObjects
) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with a document: the line, and what it is.

    `rules`: those beyond the specification. The cost is the least that the document can have: sizes of pages that are
    variables without a default are known only when it is executed, and checked then.
    """
    graphql_schema = schema._schema  # noqa: SLF001 # strawberry has no public way
    length = too_long(text)
    if length is not None:
        yield 1, length
        return
    try:
        document = parse(text, max_tokens=MAX_TOKENS)
        errors = validate(graphql_schema, document, [*specified_rules, *rules])
    except GraphQLSyntaxError as unreadable:
        errors = [unreadable]
    for error in errors:
        yield error.locations[0].line if error.locations else 1, error.message
    if errors:
        return
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if not operations:
        yield 1, "The document has no operation."
    for operation in operations:
        fault = _cost_fault(schema, document, operation, limits, places)
        if fault is not None:
            yield operation.loc.start_token.line if operation.loc else 1, fault


def _cost_fault(
    schema: Schema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    limits: Limits,
    places: ReferenceObjects,
) -> str | None:
    limit = limits.event_cost if operation.operation is OperationType.SUBSCRIPTION else limits.cost
    graphql_schema = schema._schema  # noqa: SLF001 # strawberry has no public way
    try:
        cost = cost_of(schema, document, operation, _least_variables(graphql_schema, operation), places).cost
    except TooWideError:
        return f"The operation selects more than {MAX_FIELDS} fields, or has more than {MAX_DEPTH} levels."
    return f"The operation costs {cost}; the limit is {limit}." if cost > limit else None


def _least_variables(schema: GraphQLSchema, operation: OperationDefinitionNode) -> VariableValues:
    """Return the variables with which an operation costs least: defaults, and a sample of each that is required."""
    values: dict[str, Any] = {}
    for definition in operation.variable_definitions or ():
        kind: Any = type_from_ast(schema, definition.type)
        name = definition.variable.name.value
        if definition.default_value is not None:
            values[name] = value_from_ast(definition.default_value, kind)
        elif isinstance(kind, GraphQLNonNull):
            values[name] = _sample(kind.of_type)
    return VariableValues({}, values)


def _sample(kind: GraphQLInputType) -> Any:
    """Return a value of a type that is not null, as resolvers get it; of a scalar of our own, any."""
    if isinstance(kind, GraphQLList):
        return []
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values.values())).value
    if isinstance(kind, GraphQLInputObjectType):
        required = {name: field.type for name, field in kind.fields.items() if isinstance(field.type, GraphQLNonNull)}
        return {name: _sample(each.of_type) for name, each in required.items()}
    return SAMPLES.get(str(kind), "")
