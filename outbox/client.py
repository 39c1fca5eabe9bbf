"""The HTTP client for everything outside: it calls public addresses only, with little patience and small answers."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Sequence
from functools import cache
from typing import Final, TypeAlias

import httpx

PATIENCE: Final = 15.0
"""Seconds of a call, from the look-up of its address to the end of its answer: well below the lease of a delivery."""

MOST_BYTES: Final = 2**20
"""Bytes of an answer. More is not read."""

LIMITS: Final = httpx.Limits(max_connections=64)

NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
"""Addresses of IPv6 that stand for those of IPv4 in their last four bytes (RFC 6052)."""

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

EVERYWHERE: Final[Sequence[Network]] = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))


def parse_networks(text: str) -> tuple[Network, ...]:
    """Return the networks of a comma-separated list. Raises ValueError, which names an invalid one."""
    return tuple(ipaddress.ip_network(each.strip()) for each in text.split(",") if each.strip())


class AddressRefused(Exception):  # named like the other refusals
    """An address leads to a network that may not be called: a private one, this machine, or a neighbour."""


class Refused(httpx.TransportError):
    """AddressRefused as an error of the transport, so that callers handle one kind."""


@cache
def tls_context() -> ssl.SSLContext:
    """Return the context of all calls, with the certificate authorities: reading them takes 20 ms."""
    return httpx.create_ssl_context(trust_env=False)


class PublicOnly(httpx.AsyncBaseTransport):
    """A transport that looks up the name of a host itself, checks what it finds, and connects to just that.

    So a name that leads elsewhere a moment later is no way around the check, and each redirect is checked too.
    `allowed`: networks that the operator allows besides public ones. `trusted`: an origin that may be in any network.
    """

    def __init__(self, allowed: Sequence[Network], trusted: str = "") -> None:
        self._allowed, self._trusted = tuple(allowed), trusted
        self._inner = httpx.AsyncHTTPTransport(tls_context(), trust_env=False, limits=LIMITS)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the address that its host has now. Raises Refused."""
        host = request.url.host
        allowed = EVERYWHERE if self._trusted and origin_of(request.url) == self._trusted else self._allowed
        try:
            address = await public_address(host, request.url.port or 0, allowed)
        except AddressRefused as error:
            raise Refused(str(error), request=request) from None
        except OSError as error:
            raise httpx.ConnectError(f"unknown host: {error.strerror}", request=request) from None
        request.url = request.url.copy_with(host=address)
        request.extensions = {**request.extensions, "sni_hostname": host}
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


async def public_address(host: str, port: int, allowed: Sequence[Network] = ()) -> str:
    """Return the first address of a host. Raises AddressRefused if any is not public, and OSError for no such host."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    for address in addresses:
        if not is_public(address, allowed):
            raise AddressRefused(f"{host} is not a public address; OUTGOING_NETWORKS can allow its network")
    return addresses[0]


def is_public(address: str, allowed: Sequence[Network] = ()) -> bool:
    """Return whether an IP address may be called: a public one, or one of the allowed networks."""
    ip = ipaddress.ip_address(address)
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if ip in NAT64:
        inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    if any(ip in network for network in allowed if network.version == ip.version):
        return True
    if inner is not None:
        return is_public(str(inner), allowed)
    return ip.is_global and not ip.is_multicast


def origin_of(url: httpx.URL) -> str:
    """Return the scheme, the host and the port of an address: "https://masuk.example.id"."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def outside_client(allowed: Sequence[Network], trusted: str = "") -> httpx.AsyncClient:
    """Return a client for calls to systems outside. It follows no redirect: what is sent goes where it was meant to.

    `trusted`: the origin of a system that the operator runs, in whatever network.
    """
    transport = PublicOnly(allowed, trusted)
    return httpx.AsyncClient(transport=transport, timeout=PATIENCE, headers={"User-Agent": "Tanggap"})


async def call(client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    """Send a request and read its answer, up to MOST_BYTES. Raises httpx.HTTPError, also when it takes too long."""
    try:
        async with asyncio.timeout(PATIENCE):
            response = await client.send(request, stream=True)
            try:
                content = b""
                async for piece in response.aiter_bytes():
                    content += piece
                    if len(content) > MOST_BYTES:
                        raise httpx.ReadError("the answer is too long", request=request)
            finally:
                await response.aclose()
    except TimeoutError:
        raise httpx.ReadTimeout("no answer in time", request=request) from None
    headers = [(name, value) for name, value in response.headers.items() if name != "content-encoding"]
    return httpx.Response(response.status_code, headers=headers, content=content, request=request)
