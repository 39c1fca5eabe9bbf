"""The plans of documents, and their execution."""

import logging
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

import orjson
from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.values import VariableValues, get_variable_values
from strawberry import Schema

from execution.cost import MAX_DEPTH, MAX_FIELDS, TooWideError, cost_of
from execution.document import variables_in
from execution.planner import Plan, Planner, Unplannable
from execution.preparing import prepare, prepared
from rules.messages import Message
from schema.context import Context
from schema.errors import RequestError
from schema.places import ReferenceObjects

logger = logging.getLogger("tanggap.execution")

MAX_CHOICES = 8
"""Plans of one document, for different values of the variables that decide about selections."""

MAX_COSTS = 64
"""Costs of one document that are kept, for different values of the variables on which they depend."""

SIZES = frozenset({"first", "last", "ids"})
"""Arguments on which the cost of a field depends."""

SIZED_BY_ALL = frozenset({"reportStatistics", "reportStatisticsChanged"})
"""Fields whose cost depends on all their arguments."""

NO_VARIABLES = VariableValues({}, {})


class DocumentPlans:
    """The plans of one operation of a valid document: one for each choice of the variables in directives."""

    def __init__(self, schema: Schema, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self._schema, self._document, self._operation = schema, document, operation
        self._deciding = _deciding_variables(document)
        self._sizing = (*self._deciding, *_sizing_variables(document))
        self._plans: dict[tuple[object, ...], Future[Plan | None]] = {}
        self._costs: dict[bytes, int] = {}
        self._places: ReferenceObjects | None = None
        self._is_worth_a_plan = document.loc is not None  # a wide document has no locations

    async def check_cost(self, given: Mapping[str, Any], context: Context) -> int:
        """Return the cost of the operation; of a subscription, that of one event. Raises RequestError TOO_EXPENSIVE.

        0 if it cannot be executed with these variables.
        """
        is_event = self._operation.operation is OperationType.SUBSCRIPTION
        limit = context.limits.event_cost if is_event else context.limits.cost
        try:
            cost = await self._cost(given, context.places)
        except TooWideError:
            raise RequestError.too_expensive(Message.TOO_WIDE, fields=MAX_FIELDS, levels=MAX_DEPTH) from None
        if cost > limit and not isinstance(self._variables(given), list):  # a cost is kept for other variables too
            raise RequestError.too_expensive(Message.TOO_EXPENSIVE, cost=cost, limit=limit)
        return cost

    async def _cost(self, given: Mapping[str, Any], places: ReferenceObjects) -> int:
        if places is not self._places or len(self._costs) == MAX_COSTS:
            self._places, self._costs = places, {}
        key = orjson.dumps({name: given[name] for name in self._sizing if name in given}) if self._sizing else b""
        cost = self._costs.get(key)
        if cost is None:
            variables = self._variables(given)
            if isinstance(variables, list):
                return 0
            work = prepare(cost_of, self._schema, self._document, self._operation, variables, places)
            estimate = await prepared(work)
            cost = estimate.cost
            if estimate.is_whole:  # with other variables no field would cost more
                self._costs[key] = cost
        return cost

    async def execute(self, context: Any, given: Mapping[str, Any], event: Any = None) -> dict[str, Any] | None:
        """Return the data of a query, or of a subscription for the value of its field.

        None if graphql-core has to execute the operation: for an error, without a plan, or at first if it is WIDE.
        """
        if not self._is_worth_a_plan:
            self._is_worth_a_plan = True
            return None
        variables = self._variables(given)
        if isinstance(variables, list):
            return None
        plan = await prepared(self._plan(variables))
        if plan is None:
            return None
        try:
            data: dict[str, Any] = await plan.run(context, variables, event)
        except Exception as error:  # noqa: BLE001 # graphql-core meets the same error, and describes it
            logger.debug("plan abandoned error=%r", error)
            context.forget()  # graphql-core begins from nothing
            return None
        return data

    def _variables(self, given: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        definitions = self._operation.variable_definitions
        if not definitions:
            return NO_VARIABLES
        schema = self._schema._schema  # noqa: SLF001 # strawberry has no public way
        return get_variable_values(schema, definitions, dict(given))

    def _plan(self, variables: VariableValues) -> "Future[Plan | None]":
        choice = tuple(variables.coerced.get(name) for name in self._deciding)
        plan = self._plans.get(choice)
        if plan is None:
            if len(self._plans) == MAX_CHOICES:
                self._plans.clear()
            plan = self._plans[choice] = prepare(self._compile, variables)
        return plan

    def _compile(self, variables: VariableValues) -> Plan | None:
        try:
            return Planner(self._schema, self._document, self._operation, variables).plan()
        except (Unplannable, GraphQLError):  # the latter for a directive whose variable is null
            return None
        except Exception:
            logger.exception("planning failed")
            return None


def _deciding_variables(document: DocumentNode) -> tuple[str, ...]:
    """Return the names of the variables in directives."""
    names: set[str] = set()

    class Finder(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: object) -> None:
            names.update(
                argument.value.name.value
                for argument in node.arguments or ()
                if isinstance(argument.value, VariableNode)
            )

    visit(document, Finder())
    return tuple(sorted(names))


def _sizing_variables(document: DocumentNode) -> tuple[str, ...]:
    """Return the names of the variables in arguments on which a cost depends."""
    names: set[str] = set()

    class Finder(Visitor):
        def enter_argument(self, node: ArgumentNode, *_: object) -> None:
            if node.name.value in SIZES:
                names.update(variables_in(node.value))

        def enter_field(self, node: FieldNode, *_: object) -> None:
            if node.name.value in SIZED_BY_ALL:
                names.update(*(variables_in(each.value) for each in node.arguments or ()))

    visit(document, Finder())
    return tuple(sorted(names))
