"""Attacks on a running server, each as a function: it sends `count` of something and returns what the server said.

`tests/live/test_attacks.py` runs few of each, `python -m benchmarks.attacks` thousands. All of them write bytes, since
no client library sends what an attacker sends. They come from addresses of the loopback network.
"""

import asyncio
import io
import struct
import time
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import jwt
import orjson

from tests.wire import DEADLINE, PASSWORD

CONNECTIONS: Final = 200
"""Connections at once of an attack that waits for its answers."""

Said = Counter[str]
"""The answers of the server, and how often it gave each."""

_ADDRESSES: Final = [f"127.0.3.{number}" for number in range(1, 51)]


@dataclass(frozen=True)
class Target:
    """A server, and an account of it: the address of its e-mails, and an access token of the attacker's own."""

    port: int
    email: str
    token: str


def request(
    query: str, *, path: str = "/graphql", method: str = "POST", token: str | None = None, **variables: Any
) -> bytes:
    """Return a request as it is sent."""
    body = orjson.dumps({"query": query, "variables": variables}) if method == "POST" else b""
    return _head(method, path, len(body), "application/json", token) + body


def _head(method: str, path: str, length: int, content_type: str, token: str | None) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: x", f"content-type: {content_type}", f"content-length: {length}"]
    if token is not None:
        lines.append(f"authorization: Bearer {token}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


async def answered(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Read an answer; return its status and its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return int(head[9:12]), await reader.readexactly(int(length[15:]))


@asynccontextmanager
async def connection(port: int, address: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect from an address of this machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    try:
        yield reader, writer
    finally:
        writer.close()


async def others(port: int, seconds: float, queries: Iterable[str], a_second: float) -> tuple[list[float], Said]:
    """Return the sorted milliseconds of the answers to people who ask meanwhile, each from their own address."""
    times: list[float] = []
    said: Said = Counter()
    asked = list(queries)
    until = time.monotonic() + seconds

    async def one(number: int, query: str) -> None:
        await asyncio.sleep(number / len(asked) / a_second)
        while time.monotonic() < until:
            try:
                async with connection(port, f"127.0.1.{number + 1}") as (reader, writer):
                    while time.monotonic() < until:
                        began = time.perf_counter()
                        writer.write(request(query))
                        status, _ = await answered(reader)
                        said[str(status)] += 1
                        times.append((time.perf_counter() - began) * 1_000)
                        await asyncio.sleep(1 / a_second)
            except (asyncio.IncompleteReadError, OSError):
                said["closed"] += 1
                await asyncio.sleep(1 / a_second)

    await asyncio.gather(*(one(number, query) for number, query in enumerate(asked)))
    return sorted(times), said


async def guesses(target: Target, count: int) -> Said:
    """Guess passwords of an account, from many addresses."""
    answer = "{ session { accessToken } errors { code } }"
    query = f"mutation($e: String!, $p: String!) {{ signIn(email: $e, password: $p) {answer} }}"

    def sent(number: int) -> bytes:
        return request(query, e=target.email, p=f"{PASSWORD} {number}")

    return await _asked(target.port, count, sent, _code, at_once=20)


async def guesses_by_aliases(target: Target, count: int) -> Said:
    """Guess a hundred passwords in each document."""
    one = f'signIn(email: "{target.email}", password: "kata sandi") {{ session {{ accessToken }} errors {{ code }} }}'
    document = "mutation {" + " ".join(f"a{number}: {one}" for number in range(100)) + "}"
    return await _asked(target.port, count, lambda _: request(document), _code)


async def costly_documents(target: Target, count: int) -> Said:
    """Ask for too much in every known way: aliases, depth, cycles of fragments, long lists, many directives."""
    deep = "{ reports { edges { node { kelurahan { city { name } } } } } }"
    documents = [
        "{" + " ".join(f"a{number}: __typename" for number in range(20_000)) + "}",
        "{" + " ".join(f"a{number}: {deep[1:-1]}" for number in range(1_000)) + "}",
        "query { ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
        "{ node(id: " + "[" * 50_000 + "]" * 50_000 + ") { id } }",
        "{ __typename " + "@skip(if: false) " * 20_000 + "}",
        "{ reports(first: 999999) { edges { node { timeline(first: 999999) { edges { node { id } } } } } } }",
        "{ a" * 20_000 + "}" * 20_000,
        '"""' + "x" * 500_000 + '""" { __typename }',
    ]
    return await _asked(target.port, count, lambda number: request(documents[number % len(documents)]), _code)


async def forged(target: Target, count: int) -> Said:
    """Send tokens and cursors of one's own making: other keys, no signature, bytes that are none."""
    soon = int(time.time()) + 600
    tokens = [
        jwt.encode({"sid": "x" * 22, "exp": soon}, "0" * 32, algorithm="HS256"),
        jwt.encode({"sid": "x" * 22, "exp": soon}, "", algorithm="none"),
        f"{target.token[:-4]}AAAA",
        "A" * 8_000,
        ".".join(["e30"] * 3),
    ]
    cursors = ["", "A", "\U0001f600", "-1", "A" * 5_000, "eyJhIjoxfQ==", "' OR 1=1 --", "\x00"]
    by_token, by_cursor = "{ viewer { email } }", "query($c: String) { reports(after: $c) { totalCount } }"

    def sent(number: int) -> bytes:
        if number % 2:
            return request(by_cursor, c=cursors[number % len(cursors)])
        return request(by_token, token=tokens[number % len(tokens)])

    return await _asked(target.port, count, sent, _code)


async def paths(target: Target, count: int) -> Said:
    """Ask for files outside the served folders, and for addresses that are none."""
    ups = ("../", "..%2f", "%2e%2e/", "....//", "..\\")
    tricks = [*(f"{up * 6}etc/passwd" for up in ups), "%00", "a" * 6_000]
    folders = ["/media/", "/log/tile/", "/export/", "/account/data/", "/static/", "/open311/v2/requests/", "//"]
    asked = [f"{folder}{trick}" for folder in folders for trick in tricks] + [f"/media/{quote('é.jpg')}", "/%ff", "*"]

    def sent(number: int) -> bytes:
        return request("", method="GET", path=asked[number % len(asked)])

    return await _asked(target.port, count, sent, lambda status, _: str(status))


async def bombs(target: Target, count: int) -> Said:
    """Upload pictures that are small and become large, files that are none, and bodies that are too large."""
    files = [
        _large_picture(60_000),
        b"\xff\xd8\xff" + b"\x00" * 100,
        b"GIF89a" + b"\xff" * 1_000,
        b"<svg onload=x>" * 50,
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 11_000_000,
    ]

    def sent(number: int) -> bytes:
        body = b"--x\r\ncontent-disposition: form-data; name=file; filename=a.png\r\ncontent-type: image/png\r\n\r\n"
        body += files[number % len(files)] + b"\r\n--x--\r\n"
        return _head("POST", "/media", len(body), "multipart/form-data; boundary=x", target.token) + body

    return await _asked(target.port, count, sent, lambda status, _: str(status), at_once=20)


async def silent_sockets(target: Target, count: int) -> Said:
    """Open sockets that never say hello (`connection_init`), and wait until the server closes them."""

    async def one(number: int) -> str:
        async with connection(target.port, _address(number)) as (reader, writer):
            writer.write(
                b"GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
                b"sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-version: 13\r\n"
                b"sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
            )
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 101"):
                return head[9:12].decode()
            frame = await reader.read()
            return f"closed {int.from_bytes(frame[2:4], 'big')}" if frame[:1] == b"\x88" else "open"

    return await _all(count, one)


async def silent_connections(target: Target, count: int) -> Said:
    """Send half of a head and nothing more, and wait until the server closes the connection."""
    return await _half(target, count, b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-")


async def slow_bodies(target: Target, count: int) -> Said:
    """Send a head and half of its body, and wait until the server answers or closes the connection."""
    return await _half(target, count, request("{ __typename }")[:-8])


async def _half(target: Target, count: int, half: bytes) -> Said:
    async def one(number: int) -> str:
        async with connection(target.port, _address(number)) as (reader, writer):
            writer.write(half)
            answer = await reader.read()
            return answer[9:12].decode() or "closed"

    return await _all(count, one)


async def readers_that_do_not_read(target: Target, count: int) -> Said:
    """Ask for large answers and never read them, for five seconds."""
    query = "{ kelurahans(first: 300) { edges { node { code name boundary } } } }"

    async def one(number: int) -> str:
        async with connection(target.port, _address(number)) as (_, writer):
            writer.write(request(query) * 20)
            await asyncio.sleep(5)
        return "never read"

    return await _all(count, one)


async def _asked(
    port: int,
    count: int,
    sent: Callable[[int], bytes],
    said: Callable[[int, bytes], str],
    at_once: int = CONNECTIONS,
) -> Said:
    """Send requests over some connections, one after the other on each."""
    numbers = iter(range(count))
    found: Said = Counter()

    async def one(which: int) -> None:
        for number in numbers:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                async with connection(port, _address(which)) as (reader, writer):
                    writer.write(sent(number))
                    found[said(*await answered(reader))] += 1
                    continue
            found["closed"] += 1

    await asyncio.gather(*(one(which) for which in range(min(at_once, count))))
    return found


async def _all(count: int, one: Callable[[int], Awaitable[str]]) -> Said:
    """Run all at once. One that the server ends is counted as closed, one that it never ends as open."""

    async def each(number: int) -> str:
        try:
            async with asyncio.timeout(DEADLINE):
                return await one(number)
        except TimeoutError:
            return "open"
        except (asyncio.IncompleteReadError, OSError):
            return "closed"

    return Counter(await asyncio.gather(*(each(number) for number in range(count))))


def _code(status: int, body: bytes) -> str:
    """Return the status and the first code of the errors of an answer."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return str(status)
    errors = answer.get("errors") or []
    payload = next(iter((answer.get("data") or {}).values()), None)
    if isinstance(payload, dict):
        errors = errors or payload.get("errors") or []
    first = errors[0] if errors else {}
    return f"{status} {first.get('code') or first.get('extensions', {}).get('code') or 'answered'}"


def _address(number: int) -> str:
    return _ADDRESSES[number % len(_ADDRESSES)]


def _large_picture(side: int) -> bytes:
    """Return a picture (PNG) of one colour with `side` pixels each way, of which each row takes a few bytes."""
    packed = zlib.compressobj(9)
    file = io.BytesIO(b"")
    file.write(b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)))
    row = b"\x00" * (1 + side // 8)
    data = b"".join([*(packed.compress(row) for _ in range(side)), packed.flush()])
    file.write(_chunk(b"IDAT", data) + _chunk(b"IEND", b""))
    return file.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
