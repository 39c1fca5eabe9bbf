"""The task of a guarded execution: it ends at the deadline, and keeps no cancellation."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from execution.guard import Overrun, guarded
from schema.errors import RequestCode

pytestmark = pytest.mark.anyio


class BrokenOffError(Exception):
    """An error that a library makes of a cancellation."""


async def broken_off() -> None:
    try:
        await asyncio.get_running_loop().create_future()
    except asyncio.CancelledError:
        raise BrokenOffError from None


async def survives() -> str:
    try:
        await asyncio.get_running_loop().create_future()
    except asyncio.CancelledError:
        return "late"
    return ""


async def waits() -> None:
    await asyncio.get_running_loop().create_future()


@pytest.mark.parametrize("work", [waits, broken_off])
async def test_deadline_is_the_error_whatever_the_work_makes_of_it(work: Callable[[], Awaitable[object]]) -> None:
    with pytest.raises(Overrun) as overrun:
        await guarded(work(), 0.01)
    assert overrun.value.code is RequestCode.TIMEOUT


@pytest.mark.parametrize("work", [waits, broken_off, survives])
async def test_no_cancellation_is_left_in_the_task(work: Callable[[], Awaitable[object]]) -> None:
    """A task group would take it for its own, and cancel everything after it."""
    task = asyncio.current_task()
    assert task is not None
    with suppress(Overrun, BrokenOffError):
        await guarded(work(), 0.01)
    assert task.cancelling() == 0


async def test_cancellation_by_somebody_else_is_not_taken_for_the_deadline() -> None:
    task = asyncio.create_task(guarded(waits(), 5))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
