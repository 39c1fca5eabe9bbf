"""Running the service under uvicorn, and stopping it without a loss."""

import gc
import logging.config
import signal
import socket

import uvicorn
from uvicorn.supervisors import multiprocess

from app.settings import Settings

MESSAGE_AT_MOST = 64 * 1024
"""Bytes of a websocket message."""

LEAVE = 3.0
"""Seconds over which a stopping worker closes its sockets, so that their clients do not all come back at once."""

GRACE = 8
"""Seconds after that which it gives to requests under way."""

END_WITHIN = 14
"""Seconds after which it is ended, whatever still hangs: a change that waits for the database is rolled back."""

STUCK_AFTER = 10_000
"""Milliseconds after which the kernel drops a connection whose client takes nothing any more."""

SEND_BUFFER = 128 * 1024
"""Bytes that the kernel holds for a client that reads slowly; left to itself it takes 2.9 MB for each."""

SLOW_START = 15
"""Seconds in which a worker must begin to serve and, later, answer its supervisor, on a machine that is busy."""


GARBAGE_AT = 20_000
"""Objects made and not freed at which Python looks for garbage."""


class Server(uvicorn.Server):
    """uvicorn's server, which on stopping lets its clients go little by little instead of all at once."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and from then on look for garbage less often and not among what is there for good.

        A crowd that connects makes objects that all stay: at the default of 700, looking through them took half of the
        time, and up to 0.7 s at once.
        """
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE_AT, 10, 10)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no new connections, say so to those that are there, close the websockets one by one, and end."""
        signal.alarm(END_WITHIN)
        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        # A proxy keeps connections and would send its next request into one that closes at that moment.
        self.server_state.default_headers = [*self.server_state.default_headers, (b"connection", b"close")]
        await self.lifespan.state["leave"](LEAVE)
        await super().shutdown(sockets)


class Worker(multiprocess.Process):
    """A process of several, with our server in it."""

    def start(self) -> None:
        """Start it, and keep one end of the pipe only: its death ends a wait for its answer at once, not in time."""
        super().start()
        self.child_conn.close()

    @property
    def server(self) -> Server:
        """The server, which is made in the process itself."""
        if not isinstance(self._server, Server):
            self._server = Server(self.config)
        return self._server


def log_config(level: str) -> dict[str, object]:
    """Log one line a fact, to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {"tanggap": {"level": level}},
    }


def uvicorn_config(settings: Settings) -> uvicorn.Config:
    """Return uvicorn's configuration: no compression of frames (it doubles a socket's memory), small messages."""
    return uvicorn.Config(
        "app.asgi:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        ws="websockets-sansio",
        ws_max_size=MESSAGE_AT_MOST,
        ws_per_message_deflate=False,
        ws_ping_interval=None,  # `subscriptions.sockets` pings; uvicorn closes with 1011, after which clients stay away
        timeout_graceful_shutdown=GRACE,
        timeout_worker_healthcheck=SLOW_START,
        log_config=log_config(settings.log_level),
        server_header=False,
    )


def listening_socket(config: uvicorn.Config) -> socket.socket:
    """Bind the address; every connection inherits what is set here. Exits when the address is taken."""
    listening = config.bind_socket()
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STUCK_AFTER)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    return listening


def serve_forever(settings: Settings) -> None:
    """Serve until told to stop."""
    logging.config.dictConfig(log_config(settings.log_level))
    config = uvicorn_config(settings)
    sockets = [listening_socket(config)]
    if settings.workers > 1:
        multiprocess.Process = Worker  # type: ignore[misc] # the supervisor takes no other class by argument
        multiprocess.Multiprocess(config, sockets).run()
    else:
        Server(config).run(sockets)
