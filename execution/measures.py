"""Counts of what is served, for `/metrics`.

A label has few values, whatever clients send: a field of the schema, a code, a status. Each value is a time series for
as long as the process runs.
"""

from functools import cache
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call] # a second series beside each, which nobody asks for

REGISTRY: Final = CollectorRegistry()

_SECONDS: Final = Histogram(
    "tanggap_operation_seconds",
    "Seconds of the execution of operations, without the wait for the body of a request. `way`: kept, planned, or "
    "ordinary (mutations, and what plans do not know).",
    ["operation", "way"],
    buckets=(0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
_COST: Final = Counter(
    "tanggap_operation_cost", "Cost of operations, as limits reckon it.", ["operation"], registry=REGISTRY
)
_ERRORS: Final = Counter(
    "tanggap_errors", "Errors of requests and operations, by `extensions.code`.", ["code"], registry=REGISTRY
)
_REFUSALS: Final = Counter(
    "tanggap_refusals", "Refusals of mutations: errors in their payloads.", ["operation", "code"], registry=REGISTRY
)
_ANSWERS: Final = Counter(
    "tanggap_answers", "Answers over HTTP, by the first part of their path.", ["area", "status"], registry=REGISTRY
)

AREAS: Final = frozenset(
    [
        "account",
        "agencies",
        "export",
        "graphql",
        "healthz",
        "log",
        "media",
        "metrics",
        "open311",
        "readyz",
        "static",
        "unsubscribe",
    ]
)
"""First parts of paths that are counted by themselves. All others are `other`: clients may ask for any."""

seconds_of = cache(_SECONDS.labels)
"""Return the seconds of an operation and a way. A cache is seven times as fast as the library's look-up."""

_answers_of = cache(_ANSWERS.labels)


def count_cost(operation: str, cost: int) -> None:
    """Count the cost of an operation."""
    _COST.labels(operation).inc(cost)


def count_error(code: str) -> None:
    """Count an error."""
    _ERRORS.labels(code).inc()


def count_refusal(operation: str, code: str) -> None:
    """Count a refusal of a mutation."""
    _REFUSALS.labels(operation, code).inc()


def count_answer(path: str, status: int) -> None:
    """Count an answer over HTTP."""
    area = path[1:].partition("/")[0]
    _answers_of(area if area in AREAS else "other", status).inc()
