"""Traces for OpenTelemetry, where the environment names a receiver (OTLP over HTTP) and the extra is installed."""

import os
from importlib import import_module

from starlette.middleware import Middleware

from app.settings import SettingsError

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def traces() -> list[Middleware]:
    """Return the middleware that makes spans; none unless the environment says where they go.

    Raises SettingsError if the packages of the extra `telemetry` are not installed. They are imported here only: they
    take memory and time.
    """
    if not any(os.environ.get(name) for name in ENDPOINTS):
        return []
    try:
        spans = import_module("app.spans")
    except ImportError:
        raise SettingsError(
            f"{' or '.join(ENDPOINTS)} is set, but OpenTelemetry is not installed: pip install '.[telemetry]'"
        ) from None
    return [Middleware(spans.Traces, spans.tracer())]
