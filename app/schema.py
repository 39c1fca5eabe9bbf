"""The executable GraphQL schema: root types, validation limits and caches."""

from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLSyntaxError, OperationDefinitionNode
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import (
    AddValidationRules,
    MaxAliasesLimiter,
    MaxTokensLimiter,
    ParserCache,
    QueryDepthLimiter,
    SchemaExtension,
    ValidationCache,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.graphql import OperationType

from app.context import AppContext
from app.errors import translate
from resolvers.mutation import Mutation
from resolvers.query import Query
from rules.languages import Locale
from schema.boards import Standing
from schema.context import Info
from schema.scalars import SCALARS
from subscriptions.documents import Plan, plan
from subscriptions.shared import OperationRefused
from subscriptions.subscription import Subscription

MAX_PLANS = 128
"""Cached plans of operations sent over websockets."""


class Schema(strawberry.Schema):
    """The schema. Errors get a code and a text in the client's language, and only unexpected ones are logged."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._plans: dict[tuple[str, str | None], Plan] = {}

    async def execute(self, query: str | None, **named: Any) -> ExecutionResult:  # type: ignore[override] # strawberry calls it with these arguments
        """Execute a query or a mutation. Subscriptions, which strawberry would allow here, need a websocket."""
        allowed = set(named.pop("allowed_operation_types", OperationType)) - {OperationType.SUBSCRIPTION}
        return await super().execute(query, allowed_operation_types=allowed, **named)

    async def plan(self, query: str, operation_name: str | None, context: AppContext) -> Plan:
        """Parse and validate an operation of a websocket with the same checks as over HTTP. Raises OperationRefused."""
        cached = self._plans.get((query, operation_name))
        if cached is not None:
            return cached
        execution = self._create_execution_context(query, OperationType, None, context, None, operation_name)
        extensions = self.get_extensions()
        for extension in extensions:
            extension.execution_context = execution
        runner = self.create_extensions_runner(execution, extensions)
        async with runner.operation():
            try:
                refused = await self._prepare_operation_async(execution, runner)
            except MissingQueryError as error:
                raise OperationRefused([GraphQLError(str(error))]) from None
            except CannotGetOperationTypeError as error:
                raise OperationRefused([GraphQLError(error.as_http_error_reason())]) from None
        if refused is not None or execution.graphql_document is None:
            raise OperationRefused((refused.errors if refused else None) or [])
        if len(self._plans) == MAX_PLANS:
            self._plans.clear()
        new = plan(self, execution.graphql_document, operation_name)
        self._plans[query, operation_name] = new
        return new

    def translate_errors(self, errors: list[GraphQLError], locale: Locale) -> None:
        """Set `extensions.code` and the text in `locale` of each error."""
        for error in errors:
            translate(error, locale)

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Set `extensions.code` and the text of each error. Unexpected errors are logged and masked."""
        context = execution_context.context if execution_context is not None else None
        self.translate_errors(errors, getattr(context, "locale", Locale.ID))


MAX_DEPTH = 9
"""Levels of a document below its root: enough for a frontend's pages, too few for three nested lists."""


LIMITS = (
    *QueryDepthLimiter(max_depth=MAX_DEPTH).validation_rules,
    *MaxAliasesLimiter(max_alias_count=60).validation_rules,
)
"""Validation rules. Created once, because `ValidationCache` uses them as part of its key."""


class DocumentCache(ParserCache):
    """A cache of parsed documents. Syntax errors are left to the parsing that follows, which reports them properly."""

    def on_parse(self) -> Iterator[None]:
        """Take the document from the cache, or parse it and cache it."""
        with suppress(GraphQLSyntaxError):
            self.execution_context.graphql_document = self.cached_parse_document(
                self.execution_context.query, **self.execution_context.parse_options
            )
        yield


class RequireOperationName(SchemaExtension):
    """A check for documents with several operations and no `operationName`: strawberry would execute the first."""

    def on_validate(self) -> Iterator[None]:
        """Count the operations. Runs after `ValidationCache`, when the document is known to be valid."""
        context = self.execution_context
        definitions = context.graphql_document.definitions if context.graphql_document else ()
        several = sum(isinstance(definition, OperationDefinitionNode) for definition in definitions) > 1
        if several and context._provided_operation_name is None and not context.pre_execution_errors:  # noqa: SLF001 # no public attribute
            message = "The document has several operations: name one in `operationName`."
            context.pre_execution_errors = [GraphQLError(message)]
        yield


@cache
def make_schema() -> Schema:
    """Build the schema, once per process."""
    return Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Standing],
        config=StrawberryConfig(scalar_map=SCALARS, info_class=Info),
        extensions=[
            lambda: MaxTokensLimiter(max_token_count=4_000),
            lambda: AddValidationRules(list(LIMITS)),
            DocumentCache,
            ValidationCache,
            RequireOperationName,
        ],
    )
