"""Counts of what is served, for `/metrics`.

A label has few values, whatever clients send: a field of the schema, a code, a status. Each value is a time series for
as long as the process runs.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Metric, disable_created_metrics
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

disable_created_metrics()  # type: ignore[no-untyped-call] # a second series beside each, which nobody asks for

REGISTRY: Final = CollectorRegistry()

BOUNDS: Final = (0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds at which the buckets of durations end. The last one has no end."""


class Durations:
    """Durations in seconds, by bucket, and their sum. The library's histogram has a lock, and takes thrice the time."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts, self.total = [0] * (len(BOUNDS) + 1), 0.0

    def add(self, seconds: float) -> None:
        """Count a duration."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


class _Frequent(Collector):
    """Counts of each request, in plain numbers: all of it is in one thread."""

    def __init__(self) -> None:
        self.durations: dict[tuple[str, str], Durations] = {}
        self.answers: defaultdict[tuple[str, int], int] = defaultdict(int)

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics."""
        seconds = HistogramMetricFamily(
            "tanggap_operation_seconds",
            "Seconds of the execution of operations, without the wait for the body of a request. `way`: kept, planned, "
            "or ordinary (mutations, and what plans do not know).",
            labels=["operation", "way"],
        )
        for names, durations in self.durations.items():
            ends = [*(str(bound) for bound in BOUNDS), "+Inf"]
            sums = [sum(durations.counts[: end + 1]) for end in range(len(ends))]
            seconds.add_metric(names, list(zip(ends, sums, strict=True)), durations.total)
        yield seconds
        answers = CounterMetricFamily(
            "tanggap_answers", "Answers over HTTP, by the first part of their path.", labels=["area", "status"]
        )
        for (area, status), number in self.answers.items():
            answers.add_metric([area, str(status)], number)
        yield answers


_FREQUENT: Final = _Frequent()
REGISTRY.register(_FREQUENT)

_COST: Final = Counter(
    "tanggap_operation_cost", "Cost of operations, as limits reckon it.", ["operation"], registry=REGISTRY
)
_ERRORS: Final = Counter(
    "tanggap_errors", "Errors of requests and operations, by `extensions.code`.", ["code"], registry=REGISTRY
)
_REFUSALS: Final = Counter(
    "tanggap_refusals", "Refusals of mutations: errors in their payloads.", ["operation", "code"], registry=REGISTRY
)
AREAS: Final = frozenset(
    [
        "account",
        "agencies",
        "api",
        "auth",
        "built",
        "export",
        "graphql",
        "healthz",
        "kelurahan",
        "laporan",
        "log",
        "media",
        "meja",
        "metrics",
        "open311",
        "readyz",
        "ruang-kendali",
        "static",
        "unsubscribe",
    ]
)
"""First parts of paths that are counted by themselves. All others are `other`: clients may ask for any."""


@cache
def seconds_of(operation: str, way: str) -> Durations:
    """Return the durations of an operation and a way."""
    return _FREQUENT.durations.setdefault((operation, way), Durations())


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
    _FREQUENT.answers[area_of(path), status] += 1


def area_of(path: str) -> str:
    """Return the part of the service that a path belongs to: one of AREAS, or `other`."""
    area = path[1:].partition("/")[0]
    return area if area in AREAS else "other"
