"""The server: uvicorn with our settings and a graceful stop."""

import asyncio
import gc
import logging.config
import os
import signal
import socket
import sys
from contextlib import nullcontext
from functools import partial
from http import HTTPStatus
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from uvicorn._types import ASGI3Application, HTTPScope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.supervisors import multiprocess

from app.logs import FORMATS
from app.settings import WORKERS_FOLDER, Settings
from execution.measures import count_answer

MAX_MESSAGE = 64 * 1024
"""Bytes of a websocket message."""

DRAIN_SECONDS = 3.0
"""Seconds over which a stopping worker closes its websockets, so that clients do not all reconnect at once."""

GRACE_SECONDS = 8
"""Seconds after that for requests in progress."""

STOP_TIMEOUT = 14
"""Seconds after which a stopping worker is killed. A transaction that waits for the database is rolled back."""

TCP_USER_TIMEOUT = 10_000
"""Milliseconds after which the kernel drops a connection whose client acknowledges nothing."""

SEND_BUFFER = 128 * 1024
"""Bytes that the kernel buffers for a slow client. Its default grows to 2.9 MB each."""

HEALTHCHECK_TIMEOUT = 15
"""Seconds for a worker to start and, later, to answer its supervisor: enough on a busy machine."""

KEEP_ALIVE = 75
"""Seconds after which an idle connection is closed: more than proxies and clients keep theirs.

uvicorn's default of 5 is also that of httpx, and less than the 60 of nginx and of most load balancers. A client that
sends a request just as the server closes the connection sees an error, and cannot know whether it was received.
"""

REQUEST_SECONDS = 20.0
"""Seconds for a client to send a request without a long body, as in Apache's mod_reqtimeout."""

SLOWEST_BODY = 1_000
"""Bytes of a body that a client has to send in a second, on average, beyond that time."""

TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"

SWITCH_INTERVAL = 0.0005
"""Seconds for which the thread that prepares documents keeps the interpreter from the event loop. Each request needs it
several times: with the 0.005 of Python a flood of bad documents made the p99 of others 477 ms, with this 55 ms."""

GC_THRESHOLD = 20_000
"""Net allocations between two collections of the youngest generation."""


class PipelinedHttp(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which reports the end of a connection to the request that is being answered.

    uvicorn reports it to the last one only. A client that sent two requests at once and left would otherwise leave an
    event stream behind for good.

    A connection over which no whole request arrives in time is closed: uvicorn has a timeout only between requests. A
    request that arrives at once, as nearly all do, needs no timer.
    """

    _answered: RequestResponseCycle | None = None
    _whole: HTTPScope | None = None  # the last request of which everything has arrived
    _since = 0.0
    _received = 0
    _timer: asyncio.TimerHandle | None = None

    def __init__(self, *args: Any, request_seconds: float = REQUEST_SECONDS, **named: Any) -> None:
        super().__init__(*args, **named)
        self._request_seconds = request_seconds

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # uvicorn's signature
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take data, and wait for the rest of a request that has begun to arrive."""
        super().data_received(data)
        if self.scope is not self._whole:
            self._received += len(data)
            if self._timer is None:
                self._wait()
        elif self._timer is not None:
            self._timer.cancel()
            self._timer, self._received = None, 0

    def on_message_complete(self) -> None:
        """End a request: all of it has arrived."""
        self._whole = self.scope
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to the protocol of websockets."""
        self._whole = self.scope
        super().handle_websocket_upgrade()

    def _wait(self) -> None:
        self._since = self.loop.time()
        self._timer = self.loop.call_later(self._request_seconds, self._check_time)

    def _check_time(self) -> None:
        """Close the connection, unless its client is fast enough, or has to wait for us."""
        if self.transport.is_closing():
            return
        cycle: RequestResponseCycle | None = self.cycle
        if self.flow.read_paused or (cycle is not None and cycle.waiting_for_100_continue):
            self._wait()
            return
        left = self._since + self._request_seconds + self._received / SLOWEST_BODY - self.loop.time()
        if left > 0:
            self._timer = self.loop.call_later(left, self._check_time)
            return
        if cycle is None or cycle.scope is not self.scope:  # half of a head
            is_unanswered = self._received > 0 and (cycle is None or cycle.response_complete)
        else:
            is_unanswered = not cycle.response_started and not self.pipeline
        if is_unanswered:
            self.transport.write(TIMED_OUT)
            count_answer("", HTTPStatus.REQUEST_TIMEOUT)
        self.transport.close()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def connection_lost(self, exc: Exception | None) -> None:
        """End the request that is being answered, and the connection."""
        if self._timer is not None:
            self._timer.cancel()
        if self._answered is not None and not self._answered.response_complete:
            self._answered.disconnected = True
            self._answered.message_event.set()
        super().connection_lost(exc)


class DrainingServer(uvicorn.Server):
    """uvicorn's server, with a stop that closes websockets gradually instead of all at once."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start serving, and from then on collect garbage rarely and let no thread hold up the event loop.

        Connecting clients create objects that all stay. At the default threshold of 700, collections took half of the
        time, and up to 0.7 s each.
        """
        await super().startup(sockets)
        collect_garbage_rarely()
        sys.setswitchinterval(SWITCH_INTERVAL)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no new connections, ask clients to close theirs, close the websockets one by one, and stop."""
        signal.alarm(STOP_TIMEOUT)
        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        # A proxy reuses connections, and would send its next request into one that is just being closed.
        self.server_state.default_headers = [*self.server_state.default_headers, (b"connection", b"close")]
        await self.lifespan.state["drain"](DRAIN_SECONDS)
        await super().shutdown(sockets)


def collect_garbage_rarely() -> None:
    """Exclude the present objects from garbage collection, and collect less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD, 10, 10)


class Worker(multiprocess.Process):
    """A worker process that runs our server."""

    def start(self) -> None:
        """Start the process and close its end of the pipe, so that its death ends a wait for its answer at once."""
        super().start()
        self.child_conn.close()

    @property
    def server(self) -> DrainingServer:
        """The server, created inside the worker process."""
        if not isinstance(self._server, DrainingServer):
            self._server = DrainingServer(self.config)
        return self._server


def log_config(level: str, form: str) -> dict[str, object]:
    """Return the logging configuration: one line per fact, to standard error. `form`: one of `app.logs.FORMATS`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": FORMATS[form]}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {"tanggap": {"level": level}},
    }


def uvicorn_config(settings: Settings) -> uvicorn.Config:
    """Return uvicorn's configuration: small messages, and no compression, which doubles a websocket's memory."""
    return uvicorn.Config(
        "app.asgi:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        http=partial(PipelinedHttp, request_seconds=settings.request_seconds),  # type: ignore[arg-type] # it makes one
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE,
        ws_per_message_deflate=False,
        ws_ping_interval=None,  # `transport.connections` pings: clients do not reconnect after uvicorn's 1011
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_worker_healthcheck=HEALTHCHECK_TIMEOUT,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        log_config=log_config(settings.log_level, settings.log_format),
        server_header=False,
    )


def listening_socket(config: uvicorn.Config) -> socket.socket:
    """Return a socket bound to the address. Connections inherit its options. Exits when the address is in use."""
    listening = config.bind_socket()
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TCP_USER_TIMEOUT)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    return listening


def serve_forever(settings: Settings) -> None:
    """Serve until a signal stops the process."""
    logging.config.dictConfig(log_config(settings.log_level, settings.log_format))
    config = uvicorn_config(settings)
    sockets = [listening_socket(config)]
    if settings.workers > 1:
        multiprocess.Process = Worker  # type: ignore[misc] # the supervisor has no parameter for the class
        with TemporaryDirectory(prefix="tanggap-") if settings.metrics_token else nullcontext() as folder:
            if folder is not None:
                os.environ[WORKERS_FOLDER] = folder
            multiprocess.Multiprocess(config, sockets).run()
    else:
        DrainingServer(config).run(sockets)
