"""The early end of an execution: at its deadline, or when its client has gone."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias, TypeVar

from rules.messages import Message
from schema.costs import Limits
from schema.errors import RequestCode, RequestError

Result = TypeVar("Result")

Receive: TypeAlias = Callable[[], Awaitable[Mapping[str, Any]]]
"""ASGI's function that waits for the next message of a client."""

PATIENCE = 0.2
"""Seconds before an execution is watched: nearly all end before, and a watch takes a task."""


class Overrun(RequestError):
    """An execution that had to end, or whose answer is too large. The operation must not be executed again."""


class ClientGone(Exception):  # an outcome, not an error
    """Nobody waits for the answer any more."""


def check_size(size: int, limits: Limits) -> None:
    """Check the bytes of an answer. Raises Overrun TOO_EXPENSIVE."""
    if size > limits.answer_bytes:
        raise Overrun.too_expensive(Message.ANSWER_TOO_LARGE, bytes=size, limit=limits.answer_bytes)


async def guarded(work: Awaitable[Result], seconds: float, receive: Receive | None = None) -> Result:
    """Await `work` for up to `seconds`, and no longer than the client of the request waits, if it can be asked.

    What `work` reads from the database at that moment is cancelled. Raises Overrun TIMEOUT, ClientGone.
    """
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("there is no task to cancel")
    before = task.cancelling()
    ended: list[Exception] = []
    watches: list[asyncio.Task[None]] = []

    async def watch() -> None:
        try:
            async with asyncio.timeout(seconds - PATIENCE):
                await _client_gone(receive)
            ended.append(ClientGone())
        except TimeoutError:
            ended.append(Overrun(RequestCode.TIMEOUT, Message.TIMEOUT, seconds=f"{seconds:g}"))
        task.cancel()

    loop = asyncio.get_running_loop()
    timer = loop.call_later(min(PATIENCE, seconds), lambda: watches.append(loop.create_task(watch(), name="watch")))
    try:
        return await work
    except (asyncio.CancelledError, Exception):  # `work` may make something else of its cancellation
        if not ended or task.cancelling() > before + 1:  # cancelled by somebody else, too
            raise
        raise ended[0] from None
    finally:
        timer.cancel()
        for each in watches:
            each.cancel()
        if ended:  # a task group that comes later would take it for its own
            task.uncancel()


async def _client_gone(receive: Receive | None) -> None:
    """Return when the client has gone; never, if it cannot be asked."""
    if receive is None:
        await asyncio.get_running_loop().create_future()
        return
    while (await receive())["type"] != "http.disconnect":  # noqa: ASYNC110 # `receive` waits for the client
        await asyncio.sleep(PATIENCE)  # a server that gives the rest of a body again must not keep us busy
