"""The memory of a worker while people upload photos and sign up at once, over HTTP, on SQLite.

Prints the memory before, the most meanwhile, and five seconds after, of two rounds: what stays after the second one is
lost. Busy answers (503) are counted.
Run: python -m benchmarks.uploads [--photos 8] [--sign-ups 20]
"""

import argparse
import asyncio
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path
from typing import Self

import httpx
from PIL import Image
from pillow_heif import register_heif_opener

from benchmarks.start import Server, started
from tests.city import prepare
from tests.wire import PASSWORD, Caller

SIGN_UP = "mutation($e: String!, $p: String!) { signUp(email: $e, password: $p) { errors { code } } }"
ROUNDS = 2
REST = 5.0
"""Seconds between a round and the measurement after it."""


def picture(kind: str, mode: str, width: int, height: int) -> bytes:
    """Return an image of gradients: under 10 MB, and not of one colour."""
    bands = [Image.linear_gradient("L").rotate(90 * turn).resize((width, height)) for turn in range(len(mode))]
    into = BytesIO()
    Image.merge(mode, bands).save(into, kind)
    return into.getvalue()


class Peak:
    """The most memory of a server, sampled every 10 ms while the block runs."""

    def __init__(self, server: Server) -> None:
        self.megabytes = 0
        self._server, self._over = server, threading.Event()
        self._thread = threading.Thread(target=self._sample)

    def _sample(self) -> None:
        while not self._over.wait(0.01):
            self.megabytes = max(self.megabytes, self._server.memory())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


async def at_once(server: Server, count: int, call: Callable[[httpx.AsyncClient, int], Awaitable[str]]) -> Counter[str]:
    """Make calls at once, each on a connection of its own, and count their outcomes."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=300) as http:
        return Counter(await asyncio.gather(*(call(http, number) for number in range(count))))


def measure(name: str, server: Server, count: int, call: Callable[[httpx.AsyncClient, int], Awaitable[str]]) -> None:
    """Print a line for each round of `count` calls at once."""
    for number in range(ROUNDS):
        before, began = server.memory(), time.perf_counter()
        with Peak(server) as peak:
            outcomes = asyncio.run(at_once(server, count, call))
        seconds = time.perf_counter() - began
        time.sleep(REST)
        line = f"{name if number == 0 else '':<44}{before:>8}{peak.megabytes:>8}{server.memory():>8}{seconds:>8.1f}"
        print(f"{line}  {dict(outcomes)}", flush=True)


def uploading(token: str, raw: bytes) -> Callable[[httpx.AsyncClient, int], Awaitable[str]]:
    """Return a call that uploads these bytes, followed by a few that differ."""

    async def upload(http: httpx.AsyncClient, number: int) -> str:
        content = raw + f"{number} {time.monotonic_ns()}".encode()
        answer = await http.post("/media", files={"file": content}, headers={"Authorization": f"Bearer {token}"})
        return str(answer.status_code)

    return upload


async def sign_up(http: httpx.AsyncClient, number: int) -> str:
    """Sign up somebody new."""
    email = f"warga.{number}.{time.monotonic_ns()}@contoh.id"
    answer = await http.post("/graphql", json={"query": SIGN_UP, "variables": {"e": email, "p": PASSWORD}})
    errors = answer.json()["data"]["signUp"]["errors"]
    return errors[0]["code"] if errors else "signed up"


async def token_of(server: Server) -> str:
    """Sign up and return the access token."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as http:
        caller = Caller(http)
        await caller.sign_up("warga@contoh.id")
        return caller.token or ""


def main() -> None:
    """Start a server on an empty city, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=8)
    parser.add_argument("--sign-ups", type=int, default=20)
    given = parser.parse_args()
    register_heif_opener()  # for its encoder
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite://{Path(folder) / 'tanggap.db'}"
        asyncio.run(prepare(url))
        with started(url, MEDIA_DIR=str(Path(folder) / "media")) as server:
            server.until_ready()
            token = asyncio.run(token_of(server))
            print(f"{'memory of a worker, RSS, MB':<44}{'before':>8}{'most':>8}{'after':>8}{'s':>8}")
            measure(f"{given.sign_ups} sign-ups at once", server, given.sign_ups, sign_up)
            for kind, mode, width, height in (
                ("JPEG", "RGB", 4032, 3024),
                ("JPEG", "RGB", 8160, 6120),
                ("PNG", "RGBA", 7071, 7071),
                ("WEBP", "RGBA", 7071, 7071),
                ("HEIF", "RGB", 7071, 7071),
                ("AVIF", "RGB", 7071, 7071),
            ):
                call = uploading(token, picture(kind, mode, width, height))
                name = f"{given.photos} {kind} {mode} of {width * height / 1e6:.0f} megapixels"
                measure(name, server, given.photos, call)


if __name__ == "__main__":
    main()
