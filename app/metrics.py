"""`/metrics`, in the form of Prometheus.

A scrape reaches one worker, which asks the others of this machine over sockets in a folder of theirs. So every worker
is in each answer, with what it has at that moment, and counting costs nothing more than in one process.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from hmac import compare_digest
from pathlib import Path
from typing import Final, NamedTuple

import orjson
from prometheus_client import CollectorRegistry, GCCollector, Metric, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.services import Services
from app.settings import WORKERS_FOLDER
from execution.measures import REGISTRY
from models.reading import reading_waits
from queries.lags import lags
from subscriptions.notifier import NotifierState
from subscriptions.shared import SharedSubscriptions

logger = logging.getLogger("tanggap.metrics")

ANSWER_WITHIN: Final = 2.0
"""Seconds for the database, and for each other worker. Without their answer the others are still shown."""

WORKER: Final = "worker"

PROCESS: Final = CollectorRegistry()
ProcessCollector(registry=PROCESS)
GCCollector(registry=PROCESS)


class Family(NamedTuple):
    """A metric with its samples, (name, labels, value), as workers send them to each other."""

    name: str
    documentation: str
    type: str
    samples: list[tuple[str, dict[str, str], float]]


class Metrics:
    """The metrics of a worker, and of all workers of this machine."""

    def __init__(self, token: str, services: Callable[[], Services], shared: SharedSubscriptions) -> None:
        self._token, self._services, self._shared = token, services, shared
        self._folder = os.environ.get(WORKERS_FOLDER)

    @asynccontextmanager
    async def shown_to_other_workers(self) -> AsyncIterator[None]:
        """Answer the other workers."""
        if self._folder is None:
            yield
            return
        async with await asyncio.start_unix_server(self._show, Path(self._folder, str(os.getpid()))):
            yield

    async def answer(self, request: Request) -> Response:
        """Answer a scrape. Without a token, or with another one, there is no such page."""
        given = request.headers.get("authorization", "").encode()
        if not self._token or not compare_digest(given, f"Bearer {self._token}".encode()):
            return PlainTextResponse("Not Found", 404)
        workers = await asyncio.gather(*(_ask(path) for path in self._others()))
        registry = CollectorRegistry()
        registry.register(_Collected([*self._own(), *(each for known in workers for each in known)]))
        registry.register(_Collected(await self._of_city()))
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), media_type=None, headers={"content-type": content_type})

    def _others(self) -> Iterable[Path]:
        if self._folder is None:
            return ()
        return [path for path in Path(self._folder).iterdir() if path.name != str(os.getpid())]

    async def _show(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(orjson.dumps([tuple(each) for each in self._own()]))
        writer.close()

    def _own(self) -> list[Family]:
        """Return the metrics of this worker, with its process id as a label."""
        collected = [*REGISTRY.collect(), *PROCESS.collect(), *_state(self._services(), self._shared)]
        return [_family(metric, {WORKER: str(os.getpid())}) for metric in collected]

    async def _of_city(self) -> list[Family]:
        """Return what is the same for all workers, and read from the database."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                found = await lags(self._services().transactions.now())
        except Exception as error:  # noqa: BLE001 # whatever the driver raises, the rest is shown
            logger.warning("metrics without the database error=%r", error)
            return [_family(GaugeMetricFamily("tanggap_database_up", "Whether the database answers.", 0), {})]
        waiting = GaugeMetricFamily("tanggap_outbox_waiting", "Deliveries that wait.", labels=["destination"])
        failures = GaugeMetricFamily("tanggap_outbox_failures", "Failed calls in a row.", labels=["destination"])
        for backlog in found.outbox:
            waiting.add_metric([backlog.destination], backlog.waiting)
            failures.add_metric([backlog.destination], backlog.failures)
        gauges = (
            GaugeMetricFamily("tanggap_database_up", "Whether the database answers.", 1),
            GaugeMetricFamily("tanggap_log_head", "The last position of the log.", found.head),
            GaugeMetricFamily("tanggap_clock_lag_seconds", "Age of the oldest due deadline or day.", found.clock),
        )
        return [_family(metric, {}) for metric in (*gauges, waiting, failures)]


class _Collected(Collector):
    """Metrics that were collected before, with the samples of a name together."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._metrics: dict[str, Metric] = {}
        for name, documentation, kind, samples in families:
            metric = self._metrics.setdefault(name, Metric(name, documentation, kind))
            for sample, labels, value in samples:
                metric.add_sample(sample, labels, value)

    def collect(self) -> Iterable[Metric]:
        """Return the metrics."""
        return self._metrics.values()


async def _ask(path: Path) -> list[Family]:
    """Return the metrics of another worker. None for one that has ended or hangs."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                return [Family(*each) for each in orjson.loads(await reader.read())]
            finally:
                writer.close()
    except ConnectionRefusedError:
        _forget(path)
    except (OSError, TimeoutError, orjson.JSONDecodeError) as error:
        logger.warning("metrics without a worker pid=%s error=%r", path.name, error)
    return []


def _forget(path: Path) -> None:
    """Remove the socket of a worker that has ended."""
    path.unlink(missing_ok=True)


def _family(metric: Metric, labels: dict[str, str]) -> Family:
    samples = [(sample.name, {**labels, **sample.labels}, sample.value) for sample in metric.samples]
    return Family(metric.name, metric.documentation, metric.type, samples)


def _state(services: Services, shared: SharedSubscriptions) -> Iterator[Metric]:
    """Yield what a worker has or is at this moment."""
    tailer, queue, answers = services.tailer, services.admission.use, services.answers.use
    yield _gauge("log_position", "Position up to which the worker has read the log.", tailer.position)
    yield _gauge("log_read_age_seconds", "Time since the worker has read the log to its end.", tailer.age)
    connected = services.notifier.state is NotifierState.CONNECTED
    yield _gauge("notifier_connected", "Whether notifications arrive.", connected)
    yield _gauge("connections", "Websockets and event streams.", len(services.connections))
    yield _gauge("queue_running", "Operations that use the database or wait for it.", queue.running)
    yield _gauge("queue_places", "Places for them (DATABASE_QUEUE).", queue.most)
    yield _counter("queue_refused", "Operations that found no place.", queue.refused)
    yield _gauge("kept_answers", "Answers that are kept.", answers.kept)
    yield _gauge("kept_answers_bytes", "Bytes that they take, about.", answers.bytes)
    yield _gauge("kept_answers_limit_bytes", "Bytes that they may take (ANSWERS_BYTES).", answers.limit)
    yield _counter("kept_answers_hits", "Requests that got a kept answer.", answers.hits)
    yield _counter("kept_answers_misses", "Answers that were made and are the same for everybody.", answers.misses)
    yield _gauge("transactions_running", "Changes that run, or wait for a connection.", services.transactions.running)
    waits = SummaryMetricFamily("tanggap_pool_wait_seconds", "Waits for a database connection.", labels=["pool"])
    for pool, waited in (("transactions", services.transactions.waits), ("reading", reading_waits())):
        waits.add_metric([pool], waited.number, waited.seconds)
    yield waits
    yield from _subscriptions(shared)


def _subscriptions(shared: SharedSubscriptions) -> Iterator[Metric]:
    subscriptions = GaugeMetricFamily(
        "tanggap_subscriptions", "Shared subscriptions: each is executed once for all.", labels=["operation"]
    )
    subscribers = GaugeMetricFamily("tanggap_subscribers", "Operations that have joined them.", labels=["operation"])
    for operation, (number, joined) in shared.use.items():
        subscriptions.add_metric([operation], number)
        subscribers.add_metric([operation], joined)
    yield subscriptions
    yield subscribers


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(f"tanggap_{name}", documentation, value)


def _counter(name: str, documentation: str, value: float) -> Metric:
    return CounterMetricFamily(f"tanggap_{name}", documentation, value)
