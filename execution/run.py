"""The functions and values that the code of a plan uses."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
from graphql.execution.values import VariableValues

from execution.pace import SLICE
from schema.columns import Load
from schema.context import Context

if TYPE_CHECKING:
    from execution.planner import Plan

RECORDS = (asyncpg.Record, tuple)
"""The classes of rows that were read by column."""

Complete: TypeAlias = Callable[[Sequence[Any], "Run"], list[Any]]
CompleteLater: TypeAlias = Callable[[Sequence[Any], "Run"], Awaitable[list[Any]]]


class Unexpected(Exception):  # an outcome, not an error
    """A value is not as the plan expects, most often a null: graphql-core has to execute the operation."""


class PlanInfo:
    """`schema.context.Info` of a field of a plan."""

    __slots__ = ("_selected", "columns", "context")

    def __init__(self, context: Context, columns: tuple[str, ...], selected: frozenset[str]) -> None:
        self.context, self.columns, self._selected = context, columns, selected

    def selects(self, name: str) -> bool:
        """Return whether a field of the value is selected, by its name or its path."""
        return name in self._selected


class Run:
    """One execution of a plan. `constants`: for each kind of constant, its encoded values by key."""

    __slots__ = ("_arguments", "_since", "constants", "context", "plan", "variables")

    def __init__(
        self, plan: "Plan", context: Context, variables: VariableValues, constants: list[dict[Any, Any]]
    ) -> None:
        self.plan, self.context, self.variables, self.constants = plan, context, variables, constants
        # Now: a null that is not allowed raises before any resolver is called, whose coroutine nobody would await.
        self._arguments = [make(variables) for make in plan.arguments]
        self._since = perf_counter()

    def arguments(self, number: int) -> dict[str, Any]:
        """Return the arguments of a field that depend on variables."""
        return self._arguments[number]

    def info(self, columns: int, selected: frozenset[str]) -> PlanInfo:
        """Return the information of a field."""
        return PlanInfo(self.context, self.plan.columns(columns), selected)

    async def give_way(self) -> None:
        """Let other tasks have their turn, if a slice has passed since they had it here."""
        if perf_counter() - self._since > SLICE:
            await asyncio.sleep(0)
            self._since = perf_counter()

    async def load(self, load: Load[Any], keys: list[Any], *more: Any) -> list[Any]:
        """Read the values of all keys at once. `more`: what the batch takes beside the keys.

        Rows stay as they were read; other values are made.
        """
        wanted = list(dict.fromkeys(key for key in keys if key is not None))
        if load.depends is None:
            self.context.depends.unknown = True
        elif wanted:
            load.depends(self.context.depends, wanted)
        if not wanted:
            return [load.missing] * len(keys)
        values = await load.batch(wanted, *more)
        if not load.rows:
            values = [load.make(self.context, value) for value in values]
        if len(wanted) == len(keys):
            return values
        found = dict(zip(wanted, values, strict=True))
        found[None] = load.missing
        return [found[key] for key in keys]


def null() -> Any:
    """Raise Unexpected for a null where there may be none."""
    raise Unexpected


def required(values: list[Any]) -> list[Any]:
    """Return values of which none is None. Raises Unexpected."""
    if None in [value if value is None else 0 for value in values]:
        raise Unexpected
    return values


def lists(values: list[Any]) -> list[Any]:
    """Return values that are lists. Raises Unexpected."""
    for value in values:
        if not isinstance(value, list | tuple):
            raise Unexpected
    return values


def spread(values: list[Any], complete: Complete, run: Run) -> list[Any]:
    """Complete the values that are not None."""
    completed = iter(complete([value for value in values if value is not None], run))
    return [None if value is None else next(completed) for value in values]


async def spread_later(values: list[Any], complete: CompleteLater, run: Run) -> list[Any]:
    """Complete the values that are not None."""
    some = [value for value in values if value is not None]
    completed = iter(await complete(some, run) if some else ())
    return [None if value is None else next(completed) for value in values]


def flat(groups: list[Any]) -> list[Any]:
    """Return the elements of all lists."""
    return [value for group in groups for value in group]


def is_by_column(rows: Sequence[Any]) -> bool:
    """Return whether rows were read by column. Other rows are objects."""
    return bool(rows) and isinstance(rows[0], RECORDS)


def grouped(values: Iterable[Any], groups: list[Any]) -> list[Any]:
    """Return values in lists as long as these."""
    each = iter(values)
    return [list(islice(each, len(group))) for group in groups]


async def gather(awaitables: list[Awaitable[Any]]) -> list[Any]:
    """Await all. An error ends the others, which would go on reading for nobody."""
    if len(awaitables) == 1:
        return [await awaitables[0]]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_run(one)) for one in awaitables]
    return [task.result() for task in tasks]


async def _run(awaitable: Awaitable[Any]) -> Any:
    return await awaitable
