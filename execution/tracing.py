"""The span of the request that is being served, where requests are traced (`app.telemetry`)."""

from contextvars import ContextVar
from typing import Protocol


class Span(Protocol):
    """A span of OpenTelemetry, as far as it is needed here."""

    def set_attribute(self, key: str, value: str) -> None:
        """Say something about it."""


SPAN: ContextVar[Span | None] = ContextVar("span", default=None)


def describe(operation: str, way: str) -> None:
    """Name the operation of the span, and the way it is executed: the labels of the metrics."""
    span = SPAN.get()
    if span is not None:
        span.set_attribute("graphql.operation.name", operation)
        span.set_attribute("tanggap.way", way)
