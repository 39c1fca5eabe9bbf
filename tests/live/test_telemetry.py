"""Traces: where the environment names a receiver, each request over HTTP is a span, without a word of its client."""

import asyncio
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from app import telemetry
from app.settings import SettingsError
from tests.city import SECRET, ServerProcess
from tests.wire import eventually

pytestmark = pytest.mark.anyio

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


class Receiver(ThreadingHTTPServer):
    """A receiver of OTLP over HTTP."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.spans: list[Span] = []
        self.bodies = b""

    def take(self, body: bytes) -> None:
        """Keep the spans of a request."""
        self.bodies += body
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.server.take(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def test_request_is_a_span_that_says_nothing_of_its_client(
    receiver: Receiver, sqlite_city_url: str, tmp_path: Path
) -> None:
    server = ServerProcess(
        {
            "DATABASE_URL": sqlite_city_url,
            "BROADCAST_URL": "memory://",
            "MEDIA_DIR": str(tmp_path / "media"),
            "SECRET_KEY": SECRET,
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{receiver.server_port}",
            "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
            "OTEL_BSP_SCHEDULE_DELAY": "50",
        }
    )
    await server.start()
    headers = {
        "traceparent": f"00-{TRACE}-{PARENT}-01",
        "user-agent": "penanda-agen",
        "authorization": "Bearer penanda",
    }
    async with httpx.AsyncClient(base_url=server.url, headers=headers) as http:
        query = {"query": '{ reports(filter: {text: "penanda"}) { totalCount } }'}
        answer = await http.post("/graphql", json=query)
        missing = await http.get("/account/data/penanda.token")
    try:
        await eventually(lambda: sum(span.trace_id.hex() == TRACE for span in receiver.spans) == 2)
    finally:
        await asyncio.to_thread(server.kill)
    spans = {span.name: span for span in receiver.spans if span.trace_id.hex() == TRACE}
    assert set(spans) == {"POST /graphql", "GET /account"}
    assert {span.parent_span_id.hex() for span in spans.values()} == {PARENT}
    said = {each.key: each.value.string_value or each.value.int_value for each in spans["POST /graphql"].attributes}
    assert said == {
        "http.request.method": "POST",
        "http.route": "/graphql",
        "http.response.status_code": 200,
        "tanggap.request_id": answer.headers["x-request-id"],
        "graphql.operation.name": "reports",
        "tanggap.way": "planned",
    }
    assert missing.status_code == 404
    assert b"penanda" not in receiver.bodies


def test_traces_without_their_packages_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    assert telemetry.traces() == []
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setitem(sys.modules, "app.spans", None)
    with pytest.raises(SettingsError, match=r"pip install '\.\[telemetry\]'"):
        telemetry.traces()
