"""Execution by graphql-core that gives way to other tasks.

graphql-core executes whatever does not wait in one go: a list of reports, with everything below, may take a quarter of
a second. Then nobody else is answered, and the deadline of an execution cannot be kept.
"""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from time import perf_counter
from typing import Any, Final

from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

SLICE: Final = 0.01
"""Seconds for which an execution goes on before others have their turn."""


class _Later:
    """An awaitable that begins when it is awaited. Nobody minds if that is never: after an error, say."""

    __slots__ = ("_begin",)

    def __init__(self, begin: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        self._begin = begin

    def __await__(self) -> Generator[Any, None, Any]:
        return self._begin().__await__()


class PacedExecutor(StrawberryGraphQLCoreExecutionContext):
    """An executor that puts off the objects that it meets once its slice is used up."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._since, self._turn = perf_counter(), asyncio.Lock()

    def execute_fields(self, *given: Any) -> Any:
        """Execute the fields of an object, or return an awaitable that does so later."""
        if self._has_time:
            return super().execute_fields(*given)
        return _Later(lambda: self._execute_later(*given))

    @property
    def _has_time(self) -> bool:
        return perf_counter() - self._since < SLICE

    async def _execute_later(self, *given: Any) -> Any:
        async with self._turn:  # its queue wakes one in each iteration of the event loop
            if not self._has_time:
                await asyncio.sleep(0)
                self._since = perf_counter()
        executed = super().execute_fields(*given)
        return await executed if self.is_awaitable(executed) else executed
