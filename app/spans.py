"""Spans of OpenTelemetry. `app.telemetry` imports this module only where traces are wanted.

Spans have no address, path, query or header of a client: those may name people, and hold links that work once.
"""

import os

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from execution.measures import area_of
from execution.request_id import request_id
from execution.tracing import SPAN

PARENTS = frozenset({b"traceparent", b"tracestate"})
"""The headers in which a proxy or a client names its trace (W3C Trace Context)."""


class Traces:
    """A middleware that makes a span of each request over HTTP, within the trace that a proxy or client has begun."""

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        self._app, self._tracer = app, tracer
        self._propagator = TraceContextTextMapPropagator()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request within a span. Sockets, which last for hours, have none."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method, area = scope["method"], area_of(scope["path"])
        given = {name.decode(): value.decode("latin-1") for name, value in scope["headers"] if name in PARENTS}
        parent = self._propagator.extract(given)
        with self._tracer.start_as_current_span(f"{method} /{area}", parent, kind=SpanKind.SERVER) as span:
            span.set_attribute("http.request.method", method)
            span.set_attribute("http.route", f"/{area}")
            SPAN.set(span)

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    span.set_attribute("tanggap.request_id", request_id())
                await send(message)

            await self._app(scope, receive, noted)


def tracer() -> Tracer:
    """Return what makes spans, and sends them in batches from a thread. The environment says where, how and how often.

    What is left is sent when the process ends.
    """
    named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": "tanggap"}
    provider = TracerProvider(resource=Resource.create(named))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("tanggap")
