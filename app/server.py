"""Running the service under uvicorn."""

import logging.config

import uvicorn
from uvicorn.supervisors import Multiprocess

from app.settings import Settings

MESSAGE_AT_MOST = 64 * 1024
"""Bytes of a websocket message."""

GRACE = 10
"""Seconds that a stopping worker gives to what is under way."""


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
        log_config=log_config(settings.log_level),
        server_header=False,
    )


def serve_forever(settings: Settings) -> None:
    """Serve until told to stop."""
    logging.config.dictConfig(log_config(settings.log_level))
    config = uvicorn_config(settings)
    server = uvicorn.Server(config)
    if settings.workers > 1:
        Multiprocess(config, sockets=[config.bind_socket()]).run()
    else:
        server.run()
