"""Pages of another origin, and the city that allows them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.city import SECRET, ServerProcess, apart


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Run a web server with the files of a folder; yield its origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def allowing(origin: str, database_url: str, media_dir: Path, processes: int) -> Iterator[list[ServerProcess]]:
    """Run server processes of one city, for the pages of that origin."""
    environment = {
        "DATABASE_URL": database_url,
        "MEDIA_DIR": str(media_dir),
        "SECRET_KEY": SECRET,
        "ALLOWED_ORIGINS": f"{origin}/",
        "LOG_LEVEL": "WARNING",
    }
    servers = [ServerProcess(environment) for _ in range(processes)]
    for server in servers:
        apart(server.start())
    yield servers
    for server in servers:
        server.kill()
