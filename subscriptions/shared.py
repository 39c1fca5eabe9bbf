"""One execution for all subscribers of the same document.

Operations that send the same document with the same variables in the same language to the same address join one
`SharedSubscription`. It executes the document once per item, encodes the result once, and pushes the same text to all
its subscribers; each only adds its operation id, or the cursor. A document that selects a field marked `BY_VIEWER` is
shared only among the operations of one person, and so is one of a member of staff that may show internal notes
(`BY_STAFF`); everybody else shares it. The items come from a `Stream` (`subscriptions.streams`).
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import orjson
from graphql import ExecutionResult, GraphQLError, GraphQLSchema, create_source_event_stream
from graphql.execution.execute import execute_subscription_event
from starlette.types import Message
from tenacity import retry, retry_if_exception, wait_random_exponential

from execution.errors import marked
from execution.guard import guarded
from execution.measures import count_cost
from execution.pace import PacedExecutor
from models.database import is_unavailable
from rules.access import Person
from rules.languages import Locale
from schema.context import Context
from schema.errors import RequestCode, RequestError
from subscriptions.boards import LiveBoards
from subscriptions.documents import Plan
from subscriptions.tailer import LogTailer
from subscriptions.transport.outbox import Outbox

SENDS_PER_TURN = 250
"""Subscribers that get an item before other tasks get a turn of the event loop."""

MAX_HELD_ITEMS = 256
"""New items that are held for a subscriber while it is still being sent earlier ones."""

EVERYBODY = "everybody"
"""The viewpoint of a document whose result is the same for every viewer."""

Item = TypeVar("Item")

retry_while_unavailable = retry(
    retry=retry_if_exception(is_unavailable), wait=wait_random_exponential(multiplier=0.1, max=2)
)
"""Retry with backoff while the database is unavailable: a subscription outlives an outage."""


class Traffic(Protocol):
    """The limits of operations. `network`: that of the client."""

    def begin_operation(self, network: str) -> None:
        """Count an operation. Raises RequestError RATE_LIMITED."""

    def spend(self, network: str, cost: int) -> None:
        """Count the cost of an operation. Raises RequestError RATE_LIMITED."""

    def admitted(self) -> AbstractContextManager[None]:
        """Have a place in the queue before the database. Raises RequestError RATE_LIMITED when it is full."""


@dataclass(kw_only=True)
class LiveContext(Context):
    """A context with the log and the boards of this process. A socket fills `connection_params`."""

    tailer: LogTailer
    boards: LiveBoards
    traffic: Traffic
    is_charged: bool = field(default=False, init=False)
    connection_params: dict[str, Any] | None = None

    def charge(self, operation: str, cost: int) -> None:
        """Count the cost of the operation, once. Raises RequestError RATE_LIMITED."""
        if not self.is_charged:
            self.is_charged = True
            count_cost(operation, cost)
            self.traffic.spend(self.network, cost)


class LiveSchema(Protocol):
    """The interface of `app.schema.Schema` that subscriptions use."""

    _schema: GraphQLSchema

    async def plan(self, query: str, operation_name: str | None, context: Any) -> Plan:
        """Parse and validate an operation. Raises OperationRefused."""

    def text_of(self, request: Mapping[str, Any]) -> Any:
        """Return the text of a request: its `query`, or that of the trusted document which it names instead."""

    async def execute(self, query: str | None, **arguments: Any) -> Any:
        """Execute a query or mutation."""

    def translate_errors(self, errors: list[GraphQLError], locale: Locale) -> None:
        """Translate errors in place."""


class OperationRefused(Exception):  # an outcome for the client, not a failure of the server
    """An operation cannot begin or continue, for these errors."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(*errors)
        self.errors = errors


class Subscriber(ABC):
    """One operation of one connection. `after` is the sequence number of the last item sent, or of where it began.

    The transports differ in the messages.
    """

    __slots__ = ("_forget", "_held", "_overflowed", "after", "begun", "outbox")

    def __init__(self, outbox: Outbox, after: int, forget: Callable[[], None]) -> None:
        self.outbox = outbox
        self.after = after
        self.begun = False
        self._forget = forget
        self._held: list[tuple[int, str]] | None = None
        self._overflowed = False

    @abstractmethod
    def item(self, sequence: int, text: str) -> Message:
        """Return the message with an item."""

    @abstractmethod
    def completion(self) -> Message:
        """Return the message that ends the operation."""

    @abstractmethod
    def failure(self, errors: bytes) -> Message:
        """Return the message that ends the operation with these encoded errors."""

    def begin(self, epoch: str | None) -> None:  # noqa: ARG002 # for transports that resume by themselves
        """Begin after `after`: in this epoch the position of the log, without one the number of an update."""
        self.begun = True

    @property
    def is_held(self) -> bool:
        """Whether it is still being sent earlier items, while new ones are held."""
        return self._held is not None

    def push(self, sequence: int, text: str) -> None:
        """Send an item, once and in order. While the subscriber is held, keep the item for later."""
        if sequence <= self.after:
            return
        if self._held is None:
            self.after = sequence
            self.outbox.push(self.item(sequence, text))
        elif len(self._held) < MAX_HELD_ITEMS:
            self._held.append((sequence, text))
        else:
            self._overflowed = True

    async def send(self, sequence: int, text: str) -> None:
        """Send an earlier item at the pace of the client."""
        self.after = sequence
        self.outbox.push(self.item(sequence, text))
        await self.outbox.drained()

    def hold(self) -> None:
        """Hold the items that are pushed from now on."""
        self._held, self._overflowed = [], False

    async def release(self) -> bool:
        """Send the held items and stop holding. Return False if some of them were dropped."""
        while self._held and not self._overflowed:
            sequence, text = self._held.pop(0)
            if sequence > self.after:
                await self.send(sequence, text)
        self._held = None
        return not self._overflowed

    def drop(self) -> None:
        """Stop holding and discard the held items."""
        self._held = None

    def complete(self) -> None:
        """End the operation."""
        self._forget()
        self.outbox.push(self.completion())

    def end(self, errors: bytes) -> None:
        """End the operation with these encoded errors."""
        self._forget()
        self.outbox.push(self.failure(errors))


class Stream(Protocol):
    """The items of a shared subscription, and the way a subscriber joins them.

    `is_of_log` is whether the sequence numbers are positions of the log.
    """

    is_of_log: bool

    async def begin(self) -> None:
        """Begin to push new items."""

    async def join(self, subscriber: Subscriber) -> None:
        """Send a subscriber the items it lacks and add it to the subscribers."""

    def end(self) -> None:
        """Stop pushing."""


@dataclass(frozen=True)
class SubscriptionSpec(AsyncIterable[Item]):
    """The return value of a field of `Subscription`.

    `stream` opens the stream of items, `make` returns the GraphQL object of an item, `after` is the cursor to start at.
    """

    stream: Callable[["SharedSubscription"], Stream]
    make: Callable[[Any, Any], Item]
    after: str | None = None

    def __aiter__(self) -> AsyncIterator[Item]:
        """Raise TypeError: a shared subscription reads the stream for all its subscribers."""
        raise TypeError("a subscription is joined, not iterated")


@dataclass(frozen=True)
class SubscribeRequest:
    """A subscription as its client requested it."""

    plan: Plan
    query: str
    operation_name: str | None
    variables: Mapping[str, Any]


class SharedSubscription:
    """One document, executed for everybody who subscribed to it.

    An operation enters as soon as its request is known, and leaves when it ends; the last one to leave closes the
    shared subscription. `subscribers` are those that have joined, and get each item that is pushed.
    """

    def __init__(
        self, schema: LiveSchema, request: SubscribeRequest, context: LiveContext, forget: Callable[[], None]
    ) -> None:
        self.name = request.plan.name
        self.subscribers: set[Subscriber] = set()
        self._entered: set[Subscriber] = set()
        self._schema, self._context, self._forget = schema, context, forget
        self._compiled, self._variables = request.plan.compiled, request.variables
        self._has_own_cursor = request.plan.after is None  # else each subscriber brings its cursor, or none
        self._failure: Exception | None = None
        self._stream: Stream | None = None
        self._opening = asyncio.create_task(self._open(request), name="open-subscription")
        self._opening.add_done_callback(_retrieve_exception)

    def enter(self, subscriber: Subscriber) -> None:
        """Stay open for this subscriber until it leaves."""
        self._entered.add(subscriber)

    def leave(self, subscriber: Subscriber) -> None:
        """Remove a subscriber. The last one closes the subscription."""
        self.subscribers.discard(subscriber)
        self._entered.discard(subscriber)
        if not self._entered:
            self._close()

    async def join(self, subscriber: Subscriber, cursor: str | None, received: str | None = None) -> None:
        """Send a subscriber that has entered everything after its cursor, then each new item.

        `received` is the cursor of the last item that it got over a lost connection. The later one of the two holds.
        Raises OperationRefused, CursorInvalid and CursorExpired.
        """
        await asyncio.shield(self._opening)
        if self._stream is None:
            raise RuntimeError("an open subscription has a stream")
        if not subscriber.begun:
            asked = self._spec.after if self._has_own_cursor else cursor
            cursors = [asked, received if self._stream.is_of_log else None]
            positions = [await self._position_of(one) for one in cursors if one is not None]
            subscriber.after = max(positions, default=subscriber.after)
            subscriber.begin(self._context.epoch if self._stream.is_of_log else None)
        await self._stream.join(subscriber)
        if self._failure is not None:
            raise self._failure

    @retry_while_unavailable
    async def _position_of(self, cursor: str) -> int:
        return await self._context.tailer.position_of(cursor)

    async def catch_up_and_join(self, subscriber: Subscriber, backlog: Awaitable[Sequence[tuple[int, str]]]) -> bool:
        """Add a subscriber at once, and hold new items while it is sent the backlog.

        Return False, with the subscriber removed again, if more items came than can be held.
        """
        joined = False
        subscriber.hold()
        self.subscribers.add(subscriber)
        try:
            for sequence, text in await backlog:
                await subscriber.send(sequence, text)
            joined = await subscriber.release()
        finally:
            if not joined:
                self.subscribers.discard(subscriber)
                subscriber.drop()
        return joined

    async def push(self, sequence: int, item: Any) -> None:
        """Execute the document for an item and push the result to all subscribers."""
        text = await self.encode(item)
        for count, subscriber in enumerate(tuple(self.subscribers), 1):
            if subscriber in self.subscribers:  # it may have left, or be catching up again, since the copy was made
                subscriber.push(sequence, text)
            if count % SENDS_PER_TURN == 0:
                await asyncio.sleep(0)

    def fail(self, error: Exception) -> None:
        """End with an error for all subscribers. A subscriber that is still joining gets it from `join`."""
        self._failure = error
        self._forget()
        errors = errors_of(error)
        self._schema.translate_errors(errors, self._context.locale)
        payload = orjson.dumps([marked(one.formatted) for one in errors])
        for subscriber in [subscriber for subscriber in self.subscribers if not subscriber.is_held]:
            self.leave(subscriber)
            subscriber.end(payload)

    @retry_while_unavailable
    async def encode(self, item: Any) -> str:
        """Execute the document for an item and return the payload as JSON. Raises Overrun after its deadline."""
        await asyncio.sleep(0)  # execution may never wait, and a replay has hundreds of items: let other tasks run
        context = self._context.fresh()
        return await guarded(self._execute(context, item), context.limits.seconds)

    async def _execute(self, context: LiveContext, item: Any) -> str:
        value = self._spec.make(context, item)
        data = await self._compiled.execute(context, self._variables, value)
        if data is not None:
            return orjson.dumps({"data": data}, option=orjson.OPT_UTC_Z).decode()
        executor = self._executor.build_per_event_executor(value)
        executor.context_value = context
        result: Any = execute_subscription_event(executor)
        if executor.is_awaitable(result):
            result = await result
        payload: dict[str, Any] = {"data": result.data}
        if result.errors:
            outage = next((cause for cause in map(cause_of, result.errors) if is_unavailable(cause)), None)
            if outage is not None:
                raise outage
            self._schema.translate_errors(result.errors, context.locale)
            payload["errors"] = [marked(error.formatted) for error in result.errors]
        return orjson.dumps(payload).decode()

    async def _open(self, request: SubscribeRequest) -> None:
        executor = PacedExecutor.build(
            self._schema._schema,  # noqa: SLF001 # strawberry's name for the schema of graphql-core
            request.plan.document,
            context_value=self._context.fresh(),
            raw_variable_values=dict(request.variables),
            operation_name=request.operation_name,
        )
        if isinstance(executor, list):
            raise OperationRefused(executor)
        self._executor = executor
        self._spec = await self._resolve()
        self._stream = self._spec.stream(self)
        await self._stream.begin()

    @retry_while_unavailable
    async def _resolve(self) -> SubscriptionSpec[Any]:
        """Resolve the root field."""
        self._executor.context_value = self._context.fresh()
        found: Any = create_source_event_stream(self._executor)
        if self._executor.is_awaitable(found):
            found = await found
        if isinstance(found, ExecutionResult):
            errors = found.errors or []
            outage = next((cause for cause in map(cause_of, errors) if is_unavailable(cause)), None)
            raise outage or OperationRefused(errors)
        spec: SubscriptionSpec[Any] = found
        return spec

    def _close(self) -> None:
        self._forget()
        self._opening.cancel()
        if self._stream is not None:
            self._stream.end()


class SharedSubscriptions:
    """The shared subscriptions of this process, by everything that two executions must have in common."""

    def __init__(self, schema: LiveSchema) -> None:
        self._schema = schema
        self._by_key: dict[Hashable, SharedSubscription] = {}

    def enter(
        self, subscriber: Subscriber, request: SubscribeRequest, context: LiveContext, *, is_personal: bool = False
    ) -> tuple[SharedSubscription, str | None]:
        """Enter the shared subscription of a request, opening it if needed. `is_personal`: that of the person only.

        Return it with the cursor to join it with. A subscriber that has entered must leave.
        """
        split = request.plan.split(request.variables)
        variables, cursor = split or (request.variables, None)
        text = orjson.dumps(variables, option=orjson.OPT_SORT_KEYS)  # as a key of a dict, 1 would equal True
        is_personal = is_personal or request.plan.is_personal(request.variables, context.person)
        person = context.person if is_personal else EVERYBODY
        key: Hashable = (request.query, request.operation_name, text, context.locale, context.base_url, person)
        if split is None:
            key = subscriber  # the cursor has a wrong type: its error concerns no other operation
        shared = self._by_key.get(key)
        if shared is None:
            seen_by = person if isinstance(person, Person) else None
            epoch = context.epoch  # fixed: an event of one epoch must not go out under a cursor of the next
            viewpoint = context.fresh(
                person=seen_by,
                session_id=None,
                token_refused=False,
                connection_params=None,
                current_epoch=lambda: epoch,
            )
            shared = SharedSubscription(self._schema, request, viewpoint, lambda: self._forget(key, shared))
            self._by_key[key] = shared
        shared.enter(subscriber)
        return shared, cursor

    @property
    def use(self) -> dict[str, tuple[int, int]]:
        """The number of shared subscriptions, and of their subscribers, by the name of the operation."""
        use: dict[str, tuple[int, int]] = {}
        for shared in self._by_key.values():
            number, subscribers = use.get(shared.name, (0, 0))
            use[shared.name] = number + 1, subscribers + len(shared.subscribers)
        return use

    def _forget(self, key: Hashable, shared: SharedSubscription | None) -> None:
        if self._by_key.get(key) is shared:
            self._by_key.pop(key, None)


def cause_of(error: GraphQLError) -> BaseException | None:
    """Return the exception that a resolver raised; None for an error of the document itself."""
    cause: BaseException | None = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def is_not_found(refused: OperationRefused) -> bool:
    """Return whether an operation is refused because its object does not exist."""
    causes = map(cause_of, refused.errors)
    return any(isinstance(cause, RequestError) and cause.code is RequestCode.NOT_FOUND for cause in causes)


def errors_of(error: Exception) -> list[GraphQLError]:
    """Return the GraphQL errors that describe an exception to the client."""
    return error.errors if isinstance(error, OperationRefused) else [GraphQLError(str(error), original_error=error)]


def _retrieve_exception(opening: "asyncio.Task[None]") -> None:
    """Mark a failure as seen: `join` raises it, but all subscribers may have left before."""
    if not opening.cancelled():
        opening.exception()
