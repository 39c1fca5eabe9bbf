"""The two ends of a request: the address of this service as the client knows it, and the network of the client."""

import re
from functools import lru_cache

from starlette.types import Scope

from app.origins import LONGEST, normal_origin
from rules.limits import network_of

KNOWN_HOSTS, KNOWN_NETWORKS = 1024, 16_384
"""Hosts whose address is kept, and addresses of clients whose network is."""

_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)(:[0-9]{1,5})?")
"""`Host` (RFC 9110, 7.2), without what no host of a service has: percent-encoding and a zone of IPv6."""


def base_url(scope: Scope) -> str:
    """Return scheme, host and port of a request or of the handshake of a websocket: "https://lapor.example.id".

    Empty if it does not name exactly one valid host. Then only relative addresses are right. The scheme is that of the
    connection, or the one that a trusted proxy states in X-Forwarded-Proto: uvicorn sees to that.
    """
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1 or len(hosts[0]) > LONGEST:
        return ""
    return _base_url(scope.get("scheme", "http").replace("ws", "http"), hosts[0])


def network(scope: Scope) -> str:
    """Return the network of the client of a request or handshake, as its limits are counted.

    Behind a trusted proxy the client is the one in X-Forwarded-For: uvicorn sees to that.
    """
    client = scope.get("client")
    return "" if client is None else _network(client[0])


_network = lru_cache(KNOWN_NETWORKS)(network_of)


@lru_cache(KNOWN_HOSTS)
def _base_url(scheme: str, host: bytes) -> str:
    if not _HOST.fullmatch(host):
        return ""
    try:
        return normal_origin(f"{scheme}://{host.decode()}")
    except ValueError:
        return ""
