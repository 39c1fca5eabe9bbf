"""One execution for all: those who send the same document with the same variables get the same bytes.

A `SharedSubscription` executes its document once for each item, encodes the result once, and pushes it to its subscribers; each socket
only adds its operation's id. What differs by viewer is executed for that viewer: their shared_subscriptions have them in their key.
How the items come is the matter of a `Stream`: `subscriptions.channels` for events, `subscriptions.boards` for rankings.
"""

import asyncio
import logging
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeVar

import orjson
from graphql import ExecutionResult, Executor, GraphQLError, GraphQLSchema, create_source_event_stream
from graphql.execution.execute import execute_subscription_event
from tenacity import retry, retry_if_exception, wait_random_exponential

from models.database import is_unavailable
from rules.access import Person
from rules.languages import Locale
from schema.context import Context
from subscriptions.boards import LiveBoards
from subscriptions.documents import Plan
from subscriptions.tailer import LogTailer
from subscriptions.transport.outbox import Outbox

logger = logging.getLogger("tanggap.sharing")

SENDS_AT_ONCE = 250
"""Sockets that get an item before the event loop may do something else."""

MAX_HELD_ITEMS = 256
"""Items that may wait for a subscriber that is still being told of the past."""

EVERYBODY = "everybody"
"""Who a document is executed for that shows no one anything of their own."""

Item = TypeVar("Item")

retry_while_unavailable = retry(retry=retry_if_exception(is_unavailable), wait=wait_random_exponential(multiplier=0.1, max=2))
"""Tries again for as long as the database is away: a stream outlives it."""


class LiveContext(Context, Protocol):
    """A view of the city, and the news of this process."""

    @property
    def tailer(self) -> LogTailer:
        """The tail of the log."""

    @property
    def boards(self) -> LiveBoards:
        """The live boards."""

    def fresh(self, **changes: Any) -> Self:
        """Return the same view with nothing loaded yet, and these changes."""


class LiveSchema(Protocol):
    """The schema, as far as its errors are told."""

    _schema: GraphQLSchema

    def translate_errors(self, errors: list[GraphQLError], locale: Locale) -> None:
        """Tell errors in a language, in place."""


class OperationRefused(Exception):
    """An operation that does not begin, or cannot go on, for these errors."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(*errors)
        self.errors = errors


class Subscriber:
    """One operation of one socket. `after` is the order of the last item it was sent, or began after."""

    __slots__ = ("_forget", "_head", "_held", "_lost", "_next", "after", "begun", "outbox")

    def __init__(self, outbox: Outbox, operation_id: str, after: int, forget: Callable[[], None]) -> None:
        self.outbox = outbox
        self.after = after
        self.begun = False
        self._head = f'{{"id":{orjson.dumps(operation_id).decode()},"type":'
        self._next = f'{self._head}"next","payload":'
        self._forget = forget
        self._held: list[tuple[int, str]] | None = None
        self._lost = False

    @property
    def is_held(self) -> bool:
        """Whether it is still being told of the past."""
        return self._held is not None

    def push(self, order: int, text: str) -> None:
        """Send an item, once and in order; one that is held gets it later."""
        if order <= self.after:
            return
        if self._held is None:
            self.after = order
            self.outbox.push(f"{self._next}{text}}}")
        elif len(self._held) < MAX_HELD_ITEMS:
            self._held.append((order, text))
        else:
            self._lost = True

    async def send(self, order: int, text: str) -> None:
        """Send an item of the past, at the pace of the reader."""
        self.after = order
        self.outbox.push(f"{self._next}{text}}}")
        await self.outbox.drained()

    def hold(self) -> None:
        """Keep what is pushed from now on."""
        self._held, self._lost = [], False

    async def release(self) -> bool:
        """Send what was kept, and keep nothing any more; False when some of it was lost."""
        while self._held and not self._lost:
            order, text = self._held.pop(0)
            if order > self.after:
                await self.send(order, text)
        self._held = None
        return not self._lost

    def drop(self) -> None:
        """Keep nothing any more, and forget what was kept."""
        self._held = None

    def complete(self) -> None:
        """Tell that there is no more, and be forgotten."""
        self._forget()
        self.outbox.push(f'{self._head}"complete"}}')

    def end(self, errors: bytes) -> None:
        """Tell why there is no more, and be forgotten."""
        self._forget()
        self.outbox.push(f'{self._head}"error","payload":{errors.decode()}}}')


class Audience(Protocol):
    """Those who follow one thing with one document: `SharedSubscription`, as a stream knows it."""

    subscribers: set[Subscriber]

    async def text(self, item: Any) -> str:
        """Execute the document for an item."""

    async def push(self, order: int, item: Any) -> None:
        """Give an item to all subscribers."""

    def fail(self, error: Exception) -> None:
        """End, for all subscribers."""


async def catch_up_and_join(audience: Audience, subscriber: Subscriber, past: Awaitable[Sequence[tuple[int, str]]]) -> bool:
    """Let a subscriber in at once, and hold what is pushed while it is told of the past; False when that was too much."""
    joined = False
    subscriber.hold()
    audience.subscribers.add(subscriber)
    try:
        for order, text in await past:
            await subscriber.send(order, text)
        joined = await subscriber.release()
    finally:
        if not joined:
            audience.subscribers.discard(subscriber)
            subscriber.drop()
    return joined


class Stream(Protocol):
    """What comes, and how a subscriber joins it."""

    async def begin(self) -> None:
        """Begin to push what comes."""

    async def join(self, subscriber: Subscriber) -> None:
        """Tell a subscriber what it has to know first, and make it one of the audience's subscribers."""

    def end(self) -> None:
        """Stop."""


@dataclass(frozen=True)
class SubscriptionSpec(AsyncIterable[Item]):
    """What a field of `Subscription` returns: what is followed from which cursor, and how an item becomes an object."""

    stream: Callable[[Audience], Stream]
    make: Callable[[Any, Any], Item]
    after: str | None = None

    def __aiter__(self) -> AsyncIterator[Item]:
        """Refuse: a shared follows it, for all who do."""
        raise TypeError("a stream is joined, not iterated")


@dataclass(frozen=True)
class SubscribeRequest:
    """A subscription as its client asked for it."""

    plan: Plan
    query: str
    operation_name: str | None
    variables: Mapping[str, Any]


class SharedSubscription:
    """One document, followed on behalf of all who sent it."""

    def __init__(self, schema: LiveSchema, asked: SubscribeRequest, context: LiveContext, forget: Callable[[], None]) -> None:
        self.subscribers: set[Subscriber] = set()
        self._users: set[Subscriber] = set()
        self._schema, self._context, self._forget = schema, context, forget
        self._tells_cursors = asked.plan.after is None  # else each subscriber brings its own, or none
        self._failure: Exception | None = None
        self._flow: Stream | None = None
        self._opening = asyncio.create_task(self._open(asked), name="open-shared")
        self._opening.add_done_callback(_outcome)

    def enter(self, subscriber: Subscriber) -> None:
        """Count on a subscriber: the shared lasts as long as it has some."""
        self._users.add(subscriber)

    def leave(self, subscriber: Subscriber) -> None:
        """Do without a subscriber; the last one ends the shared."""
        self.subscribers.discard(subscriber)
        self._users.discard(subscriber)
        if not self._users:
            self._close()

    async def join(self, subscriber: Subscriber, cursor: str | None) -> None:
        """Bring a subscriber, who has entered, up to what comes. Raises OperationRefused, CursorInvalid and CursorExpired."""
        await asyncio.shield(self._opening)
        if self._flow is None:
            raise RuntimeError("a shared that is open has a stream")
        cursor = self._follow.after if self._tells_cursors else cursor
        if cursor is not None and not subscriber.begun:
            subscriber.after = await retry_while_unavailable(self._context.tailer.position_of)(cursor)
        subscriber.begun = True
        await self._flow.join(subscriber)
        if self._failure is not None:
            raise self._failure

    async def push(self, order: int, item: Any) -> None:
        """Execute the document for an item and give it to all subscribers."""
        text = await self.text(item)
        for count, subscriber in enumerate(tuple(self.subscribers), 1):
            if subscriber in self.subscribers:  # still: it may have left since, or have to begin again
                subscriber.push(order, text)
            if count % SENDS_AT_ONCE == 0:
                await asyncio.sleep(0)

    def fail(self, error: Exception) -> None:
        """End, telling all subscribers why; those still joining hear it when they are done."""
        self._failure = error
        self._forget()
        errors = errors_of(error)
        self._schema.translate_errors(errors, self._context.locale)
        told = orjson.dumps([one.formatted for one in errors])
        for subscriber in [subscriber for subscriber in self.subscribers if not subscriber.is_held]:
            self.leave(subscriber)
            subscriber.end(told)

    async def _open(self, asked: SubscribeRequest) -> None:
        executor = Executor.build(
            self._schema._schema,  # noqa: SLF001 # strawberry's name for the schema of graphql-core
            asked.plan.document,
            context_value=self._context.fresh(),
            raw_variable_values=dict(asked.variables),
            operation_name=asked.operation_name,
        )
        if isinstance(executor, list):
            raise OperationRefused(executor)
        self._executor = executor
        self._follow = await self._ask()
        self._flow = self._follow.stream(self)
        await self._flow.begin()

    @retry_while_unavailable
    async def _ask(self) -> SubscriptionSpec[Any]:
        self._executor.context_value = self._context.fresh()
        found: Any = create_source_event_stream(self._executor)
        if self._executor.is_awaitable(found):
            found = await found
        if isinstance(found, ExecutionResult):
            errors = found.errors or []
            raise next((cause for cause in map(cause_of, errors) if is_unavailable(cause)), None) or OperationRefused(errors)
        follow: SubscriptionSpec[Any] = found
        return follow

    @retry_while_unavailable
    async def text(self, item: Any) -> str:
        """Execute the document for an item, and return the payload as JSON; others have had a turn before each."""
        await asyncio.sleep(0)  # executing need not wait for anything, and a past has hundreds of items
        context = self._context.fresh()
        executor = self._executor.build_per_event_executor(self._follow.make(context, item))
        executor.context_value = context
        result: Any = execute_subscription_event(executor)
        if executor.is_awaitable(result):
            result = await result
        payload: dict[str, Any] = {"data": result.data}
        if result.errors:
            away = next((cause for cause in map(cause_of, result.errors) if is_unavailable(cause)), None)
            if away is not None:
                raise away
            self._schema.translate_errors(result.errors, context.locale)
            payload["errors"] = [error.formatted for error in result.errors]
        return orjson.dumps(payload).decode()

    def _close(self) -> None:
        self._forget()
        self._opening.cancel()
        if self._flow is not None:
            self._flow.end()


class SharedSubscriptions:
    """The shared_subscriptions of this process, by what makes two executions the same."""

    def __init__(self, schema: LiveSchema) -> None:
        self._schema = schema
        self._by_key: dict[Hashable, SharedSubscription] = {}

    def enter(self, subscriber: Subscriber, asked: SubscribeRequest, context: LiveContext) -> tuple[SharedSubscription, str | None]:
        """Return the shared to join, entered, and the cursor to join it with. Whoever has entered must leave."""
        split = asked.plan.split(asked.variables)
        variables, cursor = split or (asked.variables, None)
        text = orjson.dumps(variables, option=orjson.OPT_SORT_KEYS)  # as a key of a dict, 1 would be True
        person = context.person if asked.plan.is_personal(asked.variables) else EVERYBODY
        key: Hashable = (asked.query, asked.operation_name, text, context.locale, person)
        if split is None:
            key = subscriber  # a cursor of a wrong form: its own error, and nobody else's
        shared = self._by_key.get(key)
        if shared is None:
            seen_by = person if isinstance(person, Person) else None
            epoch = context.epoch  # for good: an event of one epoch must not go out under a cursor of the next
            viewpoint = context.fresh(
                person=seen_by,
                session_id=None,
                token_refused=False,
                connection_params=None,
                current_epoch=lambda: epoch,
            )
            shared = SharedSubscription(self._schema, asked, viewpoint, lambda: self._forget(key, shared))
            self._by_key[key] = shared
        shared.enter(subscriber)
        return shared, cursor

    def _forget(self, key: Hashable, shared: SharedSubscription | None) -> None:
        if self._by_key.get(key) is shared:
            self._by_key.pop(key, None)


def cause_of(error: GraphQLError) -> BaseException | None:
    """Return what a resolver raised; None for an error of the document's own."""
    cause: BaseException | None = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def errors_of(error: Exception) -> list[GraphQLError]:
    """Return an exception as the errors that it is told by."""
    return error.errors if isinstance(error, OperationRefused) else [GraphQLError(str(error), original_error=error)]


def _outcome(opening: "asyncio.Task[None]") -> None:
    if not opening.cancelled():
        opening.exception()  # whoever joins is told; nobody may be left to
