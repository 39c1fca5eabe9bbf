"""Costs: what the fields of a document may cost at most, declared beside each field (`execution.cost` adds them up).

A cost of 1 is one value in the answer: some 10 us of processor time without a compiled plan, 1 us with one. A list
costs its elements, as many as there may be at most. What is read costs once for each place in the document, since it is
read for all parents together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schema.places import ReferenceObjects

COST = "cost"
"""The key of `Cost` in the metadata of a field."""

STATEMENT = 50
"""The cost of a statement, for a field that reads and states no other."""

LOADED = 15
"""The cost of a value that is read, for each parent: without a plan each has a task that waits for the others."""

BOUNDARY = 70
"""The cost of the boundary of a kelurahan: on average 1,320 bytes, where another value has some 20."""

CHANGE = 100
"""The cost of each change of a mutation that changes many reports."""

BOARD = 500
"""The cost of a board, or of its scorecards: up to 5 ms."""

REPORTERS = 45
"""The cost of counting the reporters of one unit: its reports of a month are read."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one request. `cost` and `event_cost`: of an operation, and of one event of a subscription.

    `answer_bytes`: of the answer to a query, or of one event. `seconds`: of the execution of a query.
    """

    cost: int = 25_000
    event_cost: int = 10_000
    answer_bytes: int = 4 * 2**20
    seconds: float = 10.0


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a field.

    `size`: the number of elements of a list at most, or a function of the reference data that returns it. Without it a
    list is as long as the page that it is in. `page`: the size of a page without `first` and `last`, for a field that
    takes them. `value`: the cost of each value. `reads`: what is read, or a function of the arguments that returns it
    and the number of elements.
    """

    size: "int | Callable[[ReferenceObjects], int] | None" = None
    page: int | None = None
    value: int = 1
    reads: "int | Callable[[Mapping[str, Any]], tuple[int, int]] | None" = None


UNSTATED = Cost()
"""The cost of a field that states none."""


def cost(
    *,
    size: "int | Callable[[ReferenceObjects], int] | None" = None,
    page: int | None = None,
    value: int = 1,
    reads: "int | Callable[[Mapping[str, Any]], tuple[int, int]] | None" = None,
) -> dict[str, object]:
    """Return the metadata that states the cost of a field."""
    return {COST: Cost(size, page, value, reads)}
