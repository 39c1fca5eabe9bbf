"""The executable GraphQL schema: root types, validation limits and caches."""

import re
from asyncio import wrap_future
from collections import OrderedDict
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from functools import cache
from time import perf_counter
from typing import Any, Final, cast

import strawberry
from graphql import GraphQLError, OperationDefinitionNode, ValidationRule
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import (
    AddValidationRules,
    MaxTokensLimiter,
    SchemaExtension,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from app.context import AppContext
from app.errors import translate
from app.turning_away import TurnedAway
from app.validation import NoIntrospection, OncePerDocument
from execution.document import MAX_TOKENS, WIDE, too_long
from execution.guard import guarded
from execution.measures import seconds_of
from execution.pace import PacedExecutor
from execution.preparing import prepare
from execution.tracing import describe
from execution.trusted import Manifest
from resolvers.mutation import Mutation
from resolvers.query import Query
from rules.languages import Locale
from schema.boards import Standing
from schema.context import Info
from schema.errors import RequestError
from schema.scalars import SCALARS
from subscriptions.documents import Plan, plan
from subscriptions.shared import OperationRefused
from subscriptions.subscription import Subscription

MAX_PLANS = 128
"""Plans of operations that are kept."""

MAX_CHARACTERS = 60_000
"""Characters of all documents whose plans are kept: each is a hundred times as large in memory, and every full garbage
collection goes through it while nobody else is served."""

MAX_REFUSED = 8
"""Refusals that are kept for who asks for the same document next: the door asks first, and then who reports them."""

SUGGESTION: Final = re.compile(r" Did you mean .*", re.DOTALL)
"""The end of a message of graphql-core that names parts of the schema."""


class UnreadableDocument(OperationRefused):
    """A document with errors of syntax or validation, or one that is too long or too deep to have them found."""


class Schema(strawberry.Schema):
    """The schema. Errors get a code and a text in the client's language, and only unexpected ones are logged."""

    def __init__(self, *args: Any, trusted: Manifest | None, is_public: bool, **named: Any) -> None:
        """Build the schema.

        With `trusted`, only its documents are executed. Unless it `is_public`, it answers no introspection, and its
        errors suggest no names.
        """
        super().__init__(*args, **named)
        self.trusted, self._is_public = trusted, is_public
        self._plans: OrderedDict[tuple[str, str | None], Plan] = OrderedDict()
        self._refusals: OrderedDict[tuple[str, str | None], UnreadableDocument] = OrderedDict()

    def _extend_introspection(self) -> None:
        """Leave `isOneOf` to graphql-core. That of strawberry fails for lists and types that are not null."""

    async def execute(self, query: str | None, **named: Any) -> ExecutionResult:  # type: ignore[override] # strawberry calls it with these arguments
        """Execute a query or a mutation. Subscriptions, which strawberry would allow here, are live operations."""
        allowed = set(named.pop("allowed_operation_types", OperationType)) - {OperationType.SUBSCRIPTION}
        context: AppContext = named["context_value"]
        try:
            plan, cost = await self._check_cost(
                query, named.get("operation_name"), named.get("variable_values"), context
            )
        except TurnedAway as refusal:
            context.turned_away = refusal
            return self._refused(refusal, context)
        except (UnreadableDocument, RequestError) as refusal:
            return self._refused(refusal, context)
        context.has_written = plan is not None and not plan.is_query
        execution = super().execute(query, allowed_operation_types=allowed, **named)
        if plan is not None and plan.is_query:
            execution = guarded(execution, context.limits.seconds, context.receive)
        began = perf_counter()
        result: ExecutionResult = await execution
        if plan is not None:
            seconds_of(plan.name, "ordinary").add(perf_counter() - began)
            describe(plan.name, "ordinary")
        if context.retry_after:
            result.extensions = {**(result.extensions or {}), "retryAfter": context.retry_after}
        if (named.get("operation_extensions") or {}).get("cost") is True:
            limit = context.limits.cost
            result.extensions = {**(result.extensions or {}), "cost": {"cost": cost, "limit": limit}}
        return result

    async def _check_cost(
        self, query: str | None, operation_name: str | None, variables: dict[str, Any] | None, context: AppContext
    ) -> tuple[Plan | None, int]:
        """Return the plan and the cost; None and 0 for what is not executed.

        Raises RequestError TOO_EXPENSIVE and DOCUMENT_NOT_TRUSTED, TurnedAway, UnreadableDocument.
        """
        if not query:
            return None, 0
        try:
            plan = await self.plan(query, operation_name, context)
        except UnreadableDocument:
            raise
        except OperationRefused:  # strawberry reports what is wrong
            return None, 0
        cost = await plan.compiled.check_cost(variables or {}, context)
        context.charge(plan.name, cost)
        return plan, cost

    def _refused(self, refusal: Exception, context: AppContext) -> PreExecutionError:
        errors = refusal.errors if isinstance(refusal, OperationRefused) else [GraphQLError("", original_error=refusal)]
        self.translate_errors(errors, context.locale)
        return PreExecutionError(data=None, errors=errors)

    async def plan(self, query: str, operation_name: str | None, context: AppContext) -> Plan:
        """Parse and validate an operation. Every text comes here before anything is executed.

        Raises RequestError DOCUMENT_NOT_TRUSTED, OperationRefused, Overrun if too many new documents wait for it.
        """
        if self.trusted is not None:
            self.trusted.require(query)
        cached = self.known(query, operation_name)
        if cached is not None:
            return cached
        fault = too_long(query)
        if fault is not None:
            raise UnreadableDocument([GraphQLError(fault)])
        refusal = self._refusals.pop((query, operation_name), None)
        if refusal is not None:
            raise refusal
        work = prepare(lambda: _without_waiting(self._prepare(query, operation_name, context)))
        try:
            new = await guarded(wrap_future(work), context.limits.seconds)
        except UnreadableDocument as found:
            self._refusals[query, operation_name] = found
            if len(self._refusals) > MAX_REFUSED:
                self._refusals.popitem(last=False)
            raise
        return self.known(query, operation_name) or self._keep(query, operation_name, new)

    def text_of(self, request: Mapping[str, Any]) -> Any:
        """Return the text of a request: its `query`, or that of the trusted document which it names instead."""
        return request.get("query") if self.trusted is None else self.trusted.text_of(request)

    def known(self, query: str | None, operation_name: str | None) -> Plan | None:
        """Return the plan of an operation that is kept."""
        key = query or "", operation_name
        if key in self._plans:
            self._plans.move_to_end(key)
        return self._plans.get(key)

    def _keep(self, query: str, operation_name: str | None, new: Plan) -> Plan:
        """Keep a plan in the place of those that were not used for longest."""
        self._plans[query, operation_name] = new
        characters = sum(len(text) for text, _ in self._plans)
        while len(self._plans) > MAX_PLANS or (characters > MAX_CHARACTERS and len(self._plans) > 1):
            (oldest, _), _ = self._plans.popitem(last=False)
            characters -= len(oldest)
        return new

    async def _prepare(self, query: str, operation_name: str | None, context: AppContext) -> Plan:
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
            except RecursionError:
                raise UnreadableDocument([GraphQLError("The document is nested too deeply.")]) from None
        if refused is not None or execution.graphql_document is None:
            raise UnreadableDocument((refused.errors if refused else None) or [])
        return plan(self, execution.graphql_document, operation_name, is_trusted=self.trusted is not None)

    def translate_errors(self, errors: list[GraphQLError], locale: Locale) -> None:
        """Set `extensions.code` and the text in `locale` of each error."""
        for error in errors:
            if not self._is_public:
                error.message = SUGGESTION.sub("", error.message)
            translate(error, locale)

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Set `extensions.code` and the text of each error. Unexpected errors are logged and masked."""
        context = execution_context.context if execution_context is not None else None
        self.translate_errors(errors, getattr(context, "locale", Locale.ID))


class PrepareOnce(SchemaExtension):
    """A parser and validator for documents without a plan: the document of a plan is parsed, and valid.

    A wide document has no locations, which are most of its objects: every full garbage collection goes through them.
    """

    def on_parse(self) -> Iterator[None]:
        """Take the document from its plan, or leave it to the parsing that follows."""
        context, plan = self.execution_context, _plan_of(self.execution_context)
        if plan is not None:
            context.graphql_document = plan.document
        else:
            context.parse_options["no_location"] = len(context.query or "") > WIDE  # type: ignore[typeddict-unknown-key] # passed on to graphql-core
        yield

    def on_validate(self) -> Iterator[None]:
        """Take the document of a plan for valid."""
        if _plan_of(self.execution_context) is not None:
            self.execution_context.pre_execution_errors = []
        yield


def _plan_of(execution: ExecutionContext) -> Plan | None:
    schema = cast(Schema, execution.schema)
    return schema.known(execution.query, execution._provided_operation_name)  # noqa: SLF001 # no public attribute


class RequireOperationName(SchemaExtension):
    """A check for documents with several operations and no `operationName`: strawberry would execute the first."""

    def on_validate(self) -> Iterator[None]:
        """Count the operations. Runs after the validation, when the document is known to be valid."""
        context = self.execution_context
        definitions = context.graphql_document.definitions if context.graphql_document else ()
        several = sum(isinstance(definition, OperationDefinitionNode) for definition in definitions) > 1
        if several and context._provided_operation_name is None and not context.pre_execution_errors:  # noqa: SLF001 # no public attribute
            message = "The document has several operations: name one in `operationName`."
            context.pre_execution_errors = [GraphQLError(message)]
        yield


def rules_of(*, is_public: bool) -> Sequence[type[ValidationRule]]:
    """Return the rules of validation beyond those of the specification."""
    return (OncePerDocument,) if is_public else (OncePerDocument, NoIntrospection)


def _without_waiting(steps: Coroutine[Any, Any, Plan]) -> Plan:
    """Run a coroutine that waits for nothing: strawberry's preparation is one, since extensions might wait."""
    try:
        steps.send(None)
    except StopIteration as end:
        made: Plan = end.value
        return made
    raise RuntimeError("an extension of the schema waits")


@cache
def make_schema(trusted: Manifest | None = None, *, is_public: bool = True) -> Schema:
    """Build the schema, once per process. `trusted` and `is_public`: as in `Schema`."""
    return Schema(
        trusted=trusted,
        is_public=is_public,
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Standing],
        execution_context_class=PacedExecutor,
        config=StrawberryConfig(scalar_map=SCALARS, info_class=Info),
        extensions=[
            lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
            lambda: AddValidationRules(list(rules_of(is_public=is_public))),
            PrepareOnce,
            RequireOperationName,
        ],
    )
