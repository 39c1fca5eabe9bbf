"""The law of equality finds planners that are broken as planners have been, or could be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLError, GraphQLNonNull
from graphql.execution.values import VariableValues

from execution import plans
from execution.planner import ColumnSet, Planner
from execution.plans import DocumentPlans
from execution.run import Run
from tests.execution.lively import lively_city
from tests.execution.test_equality import ACTS, Comparison

pytestmark = pytest.mark.anyio

WITHIN = 300
"""Documents within which each fault must be found."""

Patch = pytest.MonkeyPatch


def columns_are_off_by_one(patch: Patch) -> None:
    index = ColumnSet.index
    patch.setattr(ColumnSet, "index", lambda self, name: max(0, index(self, name) - 1))


def variables_are_checked_once(patch: Patch) -> None:
    check = DocumentPlans._variables

    def unchecked(self: DocumentPlans, given: dict[str, Any]) -> VariableValues | list[GraphQLError]:
        found = check(self, given)
        return VariableValues({}, dict(given)) if self._plans and isinstance(found, list) else found

    patch.setattr(DocumentPlans, "_variables", unchecked)


def null_is_let_through(patch: Patch) -> None:
    nullable = Planner._nullable

    def lenient(self: Planner, kind: Any, *rest: Any) -> Any:
        return nullable(self, kind.of_type if isinstance(kind, GraphQLNonNull) else kind, *rest)

    patch.setattr(Planner, "_nullable", lenient)


def directives_are_decided_once(patch: Patch) -> None:
    patch.setattr(plans, "_deciding_variables", lambda _: ())


def aliases_share_their_arguments(patch: Patch) -> None:
    arguments_of = Planner._arguments_of
    first: dict[tuple[int, int], tuple[Planner, Any]] = {}

    def shared(self: Planner, declared: Any, definition: Any, node: Any) -> tuple[str, bool]:
        _, node = first.setdefault((id(self), id(declared)), (self, node))
        return arguments_of(self, declared, definition, node)

    patch.setattr(Planner, "_arguments_of", shared)


def constants_share_their_keys(patch: Patch) -> None:
    class SharingRun(Run):
        def __init__(self, plan: Any, context: Any, variables: Any, constants: list[dict[Any, Any]]) -> None:
            super().__init__(plan, context, variables, constants[:1] * len(constants))

    patch.setattr("execution.planner.Run", SharingRun)


def loads_are_in_a_wrong_order(patch: Patch) -> None:
    load = Run.load

    async def reversed_load(self: Run, load_: Any, keys: list[Any], *more: Any) -> list[Any]:
        return await load(self, load_, keys[::-1], *more)

    patch.setattr(Run, "load", reversed_load)


FAULTS: dict[Callable[[Patch], None], int] = {
    columns_are_off_by_one: 115,
    variables_are_checked_once: 0,
    null_is_let_through: 245,
    directives_are_decided_once: 0,
    aliases_share_their_arguments: 0,
    constants_share_their_keys: 10,
    loads_are_in_a_wrong_order: 0,
}
"""The faults, and the first document to try: one shortly before the first that once found the fault, to save time."""


async def test_broken_planners_are_found(sqlite_city_url: str, tmp_path: Path) -> None:
    found = set()
    async with lively_city(sqlite_city_url, tmp_path / "media", ACTS) as city:
        with Patch.context() as outer:
            comparison = Comparison(city, await city.viewers(), outer)
            for fault, first in FAULTS.items():
                with Patch.context() as patch:
                    fault(patch)
                    city.service.schema._plans.clear()
                    for seed in range(first, first + WITHIN):
                        if await comparison.differences(seed):
                            found.add(fault)
                            break
    city.service.schema._plans.clear()
    assert found == FAULTS.keys()
