"""The operations of a connection, whatever its transport: they are executed, shared, stopped and resumed here."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from time import perf_counter
from typing import Any, Protocol

import orjson
from graphql import GraphQLError
from strawberry.types.execution import PreExecutionError

from execution.errors import marked
from execution.guard import check_size, guarded
from execution.measures import seconds_of
from execution.request_id import continue_request, request_id
from queries.people import person_of
from subscriptions.documents import Plan
from subscriptions.shared import (
    LiveContext,
    LiveSchema,
    OperationRefused,
    SharedSubscription,
    SharedSubscriptions,
    Subscriber,
    SubscribeRequest,
    errors_of,
    is_not_found,
    retry_while_unavailable,
)
from subscriptions.transport.connections import Connections
from subscriptions.transport.messages import CloseCode
from subscriptions.transport.outbox import Outbox

MAX_VARIABLE_DEPTH = 20
"""Levels of nesting in the variables of an operation, themselves included. A filter has three. The limit exists because
variables are read and encoded recursively."""


class LiveOperation:
    """A running operation. A subscription has no task once it has joined its shared subscription.

    `received` is the cursor of the last item that its client got over a connection that was lost. `request_id`: that of
    the connection, and the number of the operation on it.
    """

    __slots__ = (
        "id",
        "is_counted",
        "is_personal",
        "operation_name",
        "query",
        "received",
        "request_id",
        "shared",
        "subscriber",
        "task",
        "variables",
    )

    def __init__(
        self,
        operation_id: str,
        query: str,
        variables: dict[str, Any] | None,
        operation_name: str | None,
        received: str | None = None,
    ) -> None:
        self.id, self.query, self.variables, self.operation_name = operation_id, query, variables or {}, operation_name
        self.received = received
        self.request_id = ""
        self.subscriber: Subscriber
        self.shared: SharedSubscription | None = None
        self.task: asyncio.Task[None] | None = None
        self.is_counted = False
        self.is_personal = True  # until its request is known; only a subscription can be

    def stop(self) -> None:
        """Cancel the operation, or leave its shared subscription."""
        if self.task is not None:
            self.task.cancel()
            self.task = None
        if self.shared is not None:
            self.shared.leave(self.subscriber)
            self.shared = None


class LiveView(Protocol):
    """The interface of `app.graphql.GraphQLEndpoint` that connections use."""

    shared_subscriptions: SharedSubscriptions

    @property
    def connections(self) -> Connections:
        """The connections of this process."""

    def encode_json(self, data: object) -> str:
        """Return data as JSON."""


class LiveConnection(ABC):
    """A connection with a person behind it: a socket with many operations, or an event stream with one."""

    view: LiveView
    schema: LiveSchema
    context: Any
    operations: dict[str, LiveOperation]
    _reauthenticating: asyncio.Task[None] | None = None
    _begun = 0

    @property
    @abstractmethod
    def outbox(self) -> Outbox:
        """The outgoing messages of the connection."""

    @abstractmethod
    async def close(self, code: int, reason: str) -> None:
        """Close the connection."""

    def begin(
        self, operation: LiveOperation, subscriber: Callable[[Outbox, int, Callable[[], None]], Subscriber]
    ) -> None:
        """Begin an operation in its own task, from the present on."""
        self._begun += 1
        operation.request_id = f"{request_id()}-{self._begun}"
        position: int = self.context.tailer.position
        operation.subscriber = subscriber(self.outbox, position, lambda: self.forget(operation))
        self.operations[operation.id] = operation
        self._begin(operation)

    def _begin(self, operation: LiveOperation) -> None:
        operation.task = asyncio.create_task(self._run(operation), name="operation")

    async def _run(self, operation: LiveOperation) -> None:
        """Execute a query or mutation, or join a shared subscription. A failure is sent to the client."""
        continue_request(operation.request_id)
        while self._reauthenticating is not None:
            await asyncio.wait([self._reauthenticating])
        try:
            check_variables(operation.variables)
            context: LiveContext = self.context.fresh()
            if not operation.is_counted:
                context.traffic.begin_operation(context.network)
            plan = await self.schema.plan(operation.query, operation.operation_name, context)
            cost = await plan.compiled.check_cost(operation.variables, context)
            if not operation.is_counted:  # it is not counted again when a subscription goes on with other roles
                context.charge(plan.name, cost)
            operation.is_counted = True
            request = SubscribeRequest(plan, operation.query, operation.operation_name, operation.variables)
            operation.is_personal = plan.is_subscription and plan.may_change_by_role(request.variables)
            if plan.is_subscription:
                await self._subscribe(operation, request, context)
            else:
                with context.traffic.admitted():
                    body = await self._execute(operation, plan, context)
                await operation.subscriber.send(0, body)
                operation.subscriber.complete()
        except Exception as error:  # noqa: BLE001 # every failure reaches the client
            self._fail(operation, error)
        operation.task = None

    async def _subscribe(self, operation: LiveOperation, request: SubscribeRequest, context: LiveContext) -> None:
        """Join a shared subscription. A hidden report exists for its reporter, if not for everybody."""
        try:
            await self._join(operation, request, context)
        except OperationRefused as refused:
            is_personal = context.person is None or request.plan.is_personal(request.variables, context.person)
            if is_personal or operation.shared is None or not is_not_found(refused):
                raise
            operation.shared.leave(operation.subscriber)
            await self._join(operation, request, context, is_personal=True)

    async def _join(
        self, operation: LiveOperation, request: SubscribeRequest, context: LiveContext, *, is_personal: bool = False
    ) -> None:
        operation.shared, cursor = self.view.shared_subscriptions.enter(
            operation.subscriber, request, context, is_personal=is_personal
        )
        await operation.shared.join(operation.subscriber, cursor, operation.received)

    async def _execute(self, operation: LiveOperation, plan: Plan, context: LiveContext) -> str:
        """Return the answer to a query or mutation."""
        data = await self._execute_by_plan(operation, plan, context) if plan.is_query else None
        payload = await self._execute_by_core(operation, context) if data is None else {"data": data}
        body = orjson.dumps(payload, option=orjson.OPT_UTC_Z)
        if plan.is_query:
            check_size(len(body), context.limits)
        return body.decode()

    @staticmethod
    async def _execute_by_plan(operation: LiveOperation, plan: Plan, context: LiveContext) -> dict[str, Any] | None:
        began = perf_counter()
        data = await guarded(plan.compiled.execute(context, operation.variables), context.limits.seconds)
        if data is not None:
            seconds_of(plan.name, "planned").add(perf_counter() - began)
        return data

    async def _execute_by_core(self, operation: LiveOperation, context: LiveContext) -> dict[str, Any]:
        result = await self.schema.execute(
            operation.query,
            variable_values=operation.variables,
            context_value=context,
            operation_name=operation.operation_name,
        )
        if isinstance(result, PreExecutionError):
            raise OperationRefused(result.errors or [])
        payload: dict[str, Any] = {"data": result.data}
        if result.errors:
            payload["errors"] = [marked(error.formatted) for error in result.errors]
        if result.extensions:
            payload["extensions"] = result.extensions
        return payload

    def _fail(self, operation: LiveOperation, error: Exception) -> None:
        errors = errors_of(error)
        self.schema.translate_errors(errors, self.context.locale)
        operation.subscriber.end(orjson.dumps([marked(one.formatted) for one in errors]))

    def forget(self, operation: LiveOperation) -> None:
        """Forget an operation that has ended by itself. Its id is free again at once."""
        if self.operations.get(operation.id) is operation:
            del self.operations[operation.id]
        if operation.shared is not None:
            operation.shared.leave(operation.subscriber)

    def stop(self, operation_id: str) -> None:
        """Stop an operation that its client has completed, or whose connection has ended."""
        operation = self.operations.pop(operation_id, None)
        if operation is not None:
            operation.stop()

    def stop_all(self) -> None:
        """Stop all operations, because the connection has ended."""
        if self._reauthenticating is not None:
            self._reauthenticating.cancel()
        for operation_id in list(self.operations):
            self.stop(operation_id)

    @property
    def session_id(self) -> str | None:
        """The session. None for a visitor."""
        session_id: str | None = self.context.session_id
        return session_id

    @property
    def account_id(self) -> int | None:
        """The account of the session. None for a visitor."""
        return None if self.context.person is None else int(self.context.person.account_id)

    @property
    def token_until(self) -> datetime | None:
        """The expiry of the access token. None for a visitor."""
        until: datetime | None = self.context.token_until
        return until

    def reauthenticate(self) -> None:
        """Load the person again, and send nothing personal until they are known.

        Personal subscriptions then resume where they stopped, with the person's new roles.
        """
        for operation in self.operations.values():
            if operation.is_personal:
                operation.stop()
        if self._reauthenticating is not None:
            self._reauthenticating.cancel()
        self._reauthenticating = asyncio.create_task(self._reauthenticate(), name="reauthenticate")

    async def _reauthenticate(self) -> None:
        person = await retry_while_unavailable(person_of)(self.context.session_id, self.context.fresh().now)
        self._reauthenticating = None
        if person is None:
            await self.end_session()
            return
        self.context.person = person
        for operation in self.operations.values():
            if operation.is_personal and operation.task is None:
                self._begin(operation)

    async def end_session(self) -> None:
        """Stop everything, and close the connection."""
        self.stop_all()
        await self.close(CloseCode.FORBIDDEN, "Session ended: sign in again.")


def check_variables(variables: object) -> None:
    """Raise OperationRefused if variables have more than MAX_VARIABLE_DEPTH levels of arrays and objects."""
    level = [variables]
    for _ in range(MAX_VARIABLE_DEPTH):
        inner = [part for one in level for part in (one.values() if isinstance(one, dict) else one)]  # type: ignore[attr-defined] # a list
        level = [part for part in inner if isinstance(part, dict | list)]
        if not level:
            return
    raise OperationRefused([GraphQLError(f"Variables may have at most {MAX_VARIABLE_DEPTH} levels.")])
