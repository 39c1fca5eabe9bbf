"""The GraphQL schema as it runs, and the one place that translates errors for clients."""

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
from app.errors import internal_error
from resolvers.mutation import Mutation
from resolvers.query import Query
from rules.languages import Locale
from rules.messages import Message
from schema.boards import Standing
from schema.errors import RequestCode, RequestError
from schema.scalars import SCALARS
from subscriptions.documents import Plan, plan
from subscriptions.log import CursorExpired, CursorInvalid
from subscriptions.sharing import Refused, cause_of
from subscriptions.subscription import Subscription

PLANS = 128
"""Plans that are kept, of documents that came by websocket."""


class Schema(strawberry.Schema):
    """The schema, which tells clients of errors by code and in their language, and logs only what is our fault."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._plans: dict[tuple[str, str | None], Plan] = {}

    async def execute(self, query: str | None, **named: Any) -> ExecutionResult:  # type: ignore[override] # as it is called
        """Execute a query or a mutation; strawberry would try subscriptions too, which go by websocket."""
        allowed = set(named.pop("allowed_operation_types", OperationType)) - {OperationType.SUBSCRIPTION}
        return await super().execute(query, allowed_operation_types=allowed, **named)

    async def plan(self, query: str, operation_name: str | None, context: AppContext) -> Plan:
        """Parse and validate an operation that came by websocket, by the same checks as over HTTP. Raises Refused."""
        known = self._plans.get((query, operation_name))
        if known is not None:
            return known
        execution = self._create_execution_context(query, OperationType, None, context, None, operation_name)
        extensions = self.get_extensions()
        for extension in extensions:
            extension.execution_context = execution
        runner = self.create_extensions_runner(execution, extensions)
        async with runner.operation():
            try:
                refused = await self._prepare_operation_async(execution, runner)
            except MissingQueryError as error:
                raise Refused([GraphQLError(str(error))]) from None
            except CannotGetOperationTypeError as error:
                raise Refused([GraphQLError(error.as_http_error_reason())]) from None
        if refused is not None or execution.graphql_document is None:
            raise Refused((refused.errors if refused else None) or [])
        if len(self._plans) == PLANS:
            self._plans.clear()
        found = plan(self._schema, execution.graphql_document, operation_name)
        self._plans[query, operation_name] = found
        return found

    def translate_errors(self, errors: list[GraphQLError], locale: Locale) -> None:
        """Give each error its `extensions.code` and its text in `locale`."""
        for error in errors:
            translate(error, locale)

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Give each error its `extensions.code`; what is our fault is logged under a reference and masked."""
        context = execution_context.context if execution_context is not None else None
        self.translate_errors(errors, getattr(context, "locale", Locale.ID))


DEPTH = 9
"""Levels of a document below its root: enough for a frontend's pages, too few for three lists in each other."""


LIMITS = (
    *QueryDepthLimiter(max_depth=DEPTH).validation_rules,
    *MaxAliasesLimiter(max_alias_count=60).validation_rules,
)
"""Rules for documents, made once: `ValidationCache` knows a document again by the rules that it was held to."""


class DocumentCache(ParserCache):
    """Keeps parsed documents. A syntax error is left to the parsing that follows, which tells of it properly."""

    def on_parse(self) -> Iterator[None]:
        """Take the document from the cache, or parse it into it."""
        with suppress(GraphQLSyntaxError):
            self.execution_context.graphql_document = self.cached_parse_document(
                self.execution_context.query, **self.execution_context.parse_options
            )
        yield


class OneOperation(SchemaExtension):
    """Refuses a document with several operations of which none is named; strawberry would execute the first."""

    def on_validate(self) -> Iterator[None]:
        """Count the operations; after `ValidationCache`, which has judged the document by then."""
        context = self.execution_context
        definitions = context.graphql_document.definitions if context.graphql_document else ()
        several = sum(isinstance(definition, OperationDefinitionNode) for definition in definitions) > 1
        if several and context._provided_operation_name is None and not context.pre_execution_errors:  # noqa: SLF001 # told nowhere else
            context.pre_execution_errors = [GraphQLError("Several operations: say which one by `operationName`.")]
        yield


def translate(error: GraphQLError, locale: Locale) -> None:
    """Tell an error in `locale`, in place. Telling it twice changes nothing."""
    cause = cause_of(error)
    extensions = error.extensions or {}
    if "code" in extensions:
        return
    if cause is None:
        code = RequestCode.BAD_INPUT  # a syntax error, an invalid document, a variable of the wrong form
    elif isinstance(cause, CursorExpired):
        code, error.message = RequestCode.CURSOR_EXPIRED, Message.LOG_CURSOR_EXPIRED.text(locale)
    elif isinstance(cause, CursorInvalid):
        code, error.message = RequestCode.CURSOR_INVALID, Message.LOG_CURSOR_INVALID.text(locale)
    elif isinstance(cause, RequestError):
        code, error.message = cause.code, cause.text(locale)
        if cause.argument is not None:
            extensions = {**extensions, "argument": cause.argument}
    else:
        code, error.message = RequestCode.INTERNAL, internal_error(cause, locale, error.path)
    error.extensions = {**extensions, "code": code.value}


@cache
def make_schema() -> Schema:
    """Build the schema, once for each process: every type of the contract's stages built so far."""
    return Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Standing],
        config=StrawberryConfig(scalar_map=SCALARS),
        extensions=[
            lambda: MaxTokensLimiter(max_token_count=4_000),
            lambda: AddValidationRules(list(LIMITS)),
            DocumentCache,
            ValidationCache,
            OneOperation,
        ],
    )
