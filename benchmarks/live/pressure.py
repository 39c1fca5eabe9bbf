"""Pressure beside a run of `verify`: a crowd of sockets, readers, and an attacker, each in a process of its own."""

import asyncio
import json
import multiprocessing
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from multiprocessing.synchronize import Event
from typing import Any, Final

from benchmarks.live.swarm import INIT, PONG, masked
from models.reference.records import bundled
from tests import attacks
from tests.attacks import Said, Target

READERS: Final = 30
"""People who read at each server, each from an address of their own."""

READS: Final = (
    "{ reports(first: 20) { edges { node { number title status kelurahan { name } } } } }",
    "{ leaderboard(kind: KELURAHAN) { standings(first: 50) { edges { node { rank } } } } }",
    "{ reportStatistics(groupBy: [CATEGORY]) { rows { category { code } received open } } }",
    '{ reports(filter: {text: "judul"}, first: 10) { totalCount edges { node { number } } } }',
    "{ nearbyReports(at: {latitude: -6.1754, longitude: 106.8272}) { distanceMetres report { number } } }",
    "{ reportClusters(within: {south: -6.4, west: 106.6, north: -6.0, east: 107.0}, zoom: 11) { count } }",
)
ATTACKS: Final[dict[Callable[[Target, int], Awaitable[Said]], int]] = {
    attacks.guesses: 200,
    attacks.costly_documents: 40,
    attacks.forged: 200,
    attacks.paths: 200,
    attacks.readers_that_do_not_read: 50,
}
"""The attacks that take turns, and how much of each comes at once."""

HANDSHAKE: Final = (
    b"GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)
BACK_WITHIN: Final = 3.0
"""Seconds after which a socket that ended is opened again, at most."""

ROUND: Final = 5.0
"""Seconds after which readers look whether the run has ended."""

Rows = dict[str, str]
"""Lines of a table."""


@asynccontextmanager
async def pressure(ports: Sequence[int], sockets: int, reads: int, rows: Rows) -> AsyncIterator[None]:
    """Keep `sockets` open, read `reads` times a second and attack during the block; then add what they met to `rows`.

    Without sockets and reads there is no pressure.
    """
    if not (sockets or reads):
        yield
        return
    context = multiprocessing.get_context("spawn")
    stop, results = context.Event(), context.Queue()
    processes = [
        context.Process(target=_until, args=(work, list(ports), number, stop, results))
        for work, number in ((_crowd, sockets), (_read, reads), (_attack, 0))
    ]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        stop.set()
        for _ in processes:
            rows |= await asyncio.to_thread(results.get)
        for process in processes:
            await asyncio.to_thread(process.join)


def _until(
    work: Callable[[list[int], int, Event], Awaitable[Rows]], ports: list[int], number: int, stop: Event, results: Any
) -> None:
    async def run() -> Rows:
        return await work(ports, number, stop)

    results.put(asyncio.run(run()))


async def _crowd(ports: list[int], sockets: int, stop: Event) -> Rows:
    """Keep sockets open, each with the feed of a kelurahan."""
    codes = [one.code for one in bundled().kelurahan]
    counts: Counter[str] = Counter()
    follows = [_follow(ports, number, codes[number % len(codes)], counts) for number in range(sockets)]
    feeds = [asyncio.create_task(each) for each in follows]
    await asyncio.to_thread(stop.wait)
    for each in feeds:
        each.cancel()
    await asyncio.gather(*feeds, return_exceptions=True)
    return {"sockets": f"{sockets:,}: {counts['opened']:,} times opened, {counts['event']:,} events"}


async def _follow(ports: list[int], number: int, code: str, counts: Counter[str]) -> None:
    query = f'subscription {{ reportFeed(filter: {{kelurahan: "{code}"}}) {{ kind report {{ number status }} }} }}'
    subscribe = masked({"id": "1", "type": "subscribe", "payload": {"query": query}})
    await asyncio.sleep(number / 250)  # not all in one moment
    while True:
        try:
            async with attacks.connection(random.choice(ports), f"127.4.{number % 50}.1") as (reader, writer):
                writer.write(HANDSHAKE)
                await reader.readuntil(b"\r\n\r\n")
                writer.write(INIT)
                counts["opened"] += 1
                while True:
                    message = await _message(reader)
                    match message.get("type"):
                        case "connection_ack":
                            writer.write(subscribe)
                        case "ping":
                            writer.write(PONG)
                        case "next":
                            counts["event"] += 1
        except (OSError, asyncio.IncompleteReadError, ValueError):
            await asyncio.sleep(random.uniform(0, BACK_WITHIN))


async def _message(reader: asyncio.StreamReader) -> dict[str, Any]:
    """Read a message. Raises ValueError for a frame that is no text, as the one that closes a socket."""
    opcode, length = await reader.readexactly(2)
    if length >= 126:
        length = int.from_bytes(await reader.readexactly(2 if length == 126 else 8))
    message: dict[str, Any] = json.loads(await reader.readexactly(length)) if opcode == 0x81 else _no_text()
    return message


def _no_text() -> dict[str, Any]:
    raise ValueError("no text")


async def _read(ports: list[int], reads: int, stop: Event) -> Rows:
    """Read at all servers, `reads` times a second in all."""
    each = reads / len(ports) / READERS
    queries = [READS[number % len(READS)] for number in range(READERS)]
    times: list[float] = []
    said: Said = Said()
    while reads and not stop.is_set():
        for some, answers in await asyncio.gather(*(attacks.others(port, ROUND, queries, each) for port in ports)):
            times += some
            said += answers
    times.sort()
    if not times:
        return {}
    failed = said.total() - said["200"]
    p50, p99 = (times[int(share * (len(times) - 1))] for share in (0.5, 0.99))
    share = failed / said.total()
    return {"reads": f"{said.total():,}, p50 {p50:.0f} ms, p99 {p99:.0f} ms, {share:.2%} failed {dict(said)}"}


async def _attack(ports: list[int], _: int, stop: Event) -> Rows:
    """Attack one server after the other, in turn with each attack."""
    said: Said = Said()
    while not stop.is_set():
        for attack, count in ATTACKS.items():
            if not stop.is_set():
                said += await attack(Target(random.choice(ports), "warga@contoh.id", "x.y.z-zzzz"), count)
    return {"the attacker got": ", ".join(f"{answer} {number:,}" for answer, number in said.most_common())}
