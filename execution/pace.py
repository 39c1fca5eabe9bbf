"""Execution by graphql-core that gives way to other tasks.

graphql-core executes whatever does not wait in one go: a list of reports, with everything below, may take a quarter of
a second. Then nobody else is answered, and the deadline of an execution cannot be kept.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Generator
from functools import partial
from time import perf_counter
from typing import Any, Final

from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

SLICE: Final = 0.01
"""Seconds for which an execution goes on before others have their turn."""


class PacedExecutor(StrawberryGraphQLCoreExecutionContext):
    """An executor that puts off the objects and the root fields that it meets once its slice is used up.

    They are executed together, a slice at a time, so that what they read is still read together.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._since = perf_counter()
        self._later: deque[tuple[asyncio.Future[Any], Callable[[], Any]]] = deque()

    def execute_fields(self, *given: Any) -> Any:
        """Execute the fields of an object, or return an awaitable that does so later."""
        return self._now_or_later(partial(super().execute_fields, *given))

    def execute_field(self, parent: Any, source: Any, details: Any, path: Path, context: Any) -> Any:
        """Execute a field, or return an awaitable that does so later if it is a root field."""
        execute = super().execute_field
        if path.prev is not None:
            return execute(parent, source, details, path, context)
        return self._now_or_later(partial(execute, parent, source, details, path, context))

    def _now_or_later(self, execute: Callable[[], Any]) -> Any:
        return execute() if self._has_time else _Later(self, execute)

    @property
    def _has_time(self) -> bool:
        return perf_counter() - self._since < SLICE

    async def execute_later(self, execute: Callable[[], Any]) -> Any:
        """Execute when others have had their turn."""
        loop = asyncio.get_running_loop()
        executed: asyncio.Future[Any] = loop.create_future()
        if not self._later:
            loop.call_soon(self._go_on)
        self._later.append((executed, execute))
        result = await executed
        return await result if self.is_awaitable(result) else result

    def _go_on(self) -> None:
        self._since = perf_counter()
        while self._later:
            _set(*self._later.popleft())
            if self._later and not self._has_time:
                asyncio.get_running_loop().call_soon(self._go_on)
                break


class _Later:
    """An awaitable that begins when it is awaited. Nobody minds if that is never: after an error, say."""

    __slots__ = ("_execute", "_executor")

    def __init__(self, executor: PacedExecutor, execute: Callable[[], Any]) -> None:
        self._executor, self._execute = executor, execute

    def __await__(self) -> Generator[Any, None, Any]:
        return self._executor.execute_later(self._execute).__await__()


def _set(executed: asyncio.Future[Any], execute: Callable[[], Any]) -> None:
    if executed.done():  # it was cancelled, because something else failed
        return
    try:
        executed.set_result(execute())
    except Exception as error:  # noqa: BLE001 # for the one that awaits it
        executed.set_exception(error)
