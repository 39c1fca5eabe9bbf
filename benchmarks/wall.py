"""The wall under a crowd: its frames, memory and listeners while citizens report and offices answer.

A city over SQLite, served by one worker. People act over the API at a steady rate, and each act is one event. Chromium
shows `/ruang-kendali` without a graphics card. Prints a line at the start and for each minute: the milliseconds between
frames, the JavaScript heap after a collection of garbage, elements, listeners, and the events that were sent and that
the page has counted.
Run: python -m benchmarks.wall [--minutes 10] [--rate 20] [--width 3840]
"""

import argparse
import asyncio
import shutil
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Final

import httpx
from playwright.async_api import CDPSession, Page, async_playwright

from actions.accounts import credentials, grant_role
from actions.transaction import Transactions
from models.database import database
from models.reference.gazetteer import Gazetteer
from models.reference.records import KelurahanRecord, bundled
from rules.access import Role
from tests.browser.conftest import ARGUMENTS
from tests.city import SECRET, ServerProcess, prepare
from tests.wire import PASSWORD, Caller

CITIZENS: Final = 100
TO_CLOSE: Final = 0.4
TO_BEGIN: Final = 0.5
"""Shares of the acts that close a report, and of the others that begin one, if there is any. The rest are reports."""

RATIO: Final = 16 / 9
WARM_UP: Final = 10.0
"""Seconds of the crowd before the first line."""

PATIENCE: Final = 60.0
"""Seconds in which the page must have counted everything."""

RECORD: Final = """() => {
  window.frames = [];
  let last;
  const next = (at) => {
    if (last !== undefined) window.frames.push(at - last);
    last = at;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}"""
COUNTED: Final = "(sent) => document.querySelector('.wall').dataset.events === String(sent)"
TAKE: Final = "() => window.frames.splice(0)"


@dataclass
class Crowd:
    """People who act over the API. `sent`: acts that were answered, each of which is an event."""

    citizens: Sequence[Caller]
    office: Caller
    places: Sequence[KelurahanRecord]
    random: Random
    sent: int = 0
    waiting: deque[str] = field(default_factory=deque)
    begun: deque[str] = field(default_factory=deque)

    async def act(self, rate: float, end: asyncio.Event) -> None:
        """Act at this rate a second until the end, and wait for the answers. Acts that take long overlap."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        async with asyncio.TaskGroup() as group:
            while not end.is_set():
                group.create_task(self._act())
                due += 1 / rate
                with suppress(TimeoutError):
                    await asyncio.wait_for(end.wait(), max(0.001, due - loop.time()))

    async def _act(self) -> None:
        if self.begun and self.random.random() < TO_CLOSE:
            done = {"status": "PROCESSED", "resolution": "INVALID", "note": "Tidak ditemukan"}
            payload = await self.office.move(self.begun.popleft(), **done)
        elif self.waiting and self.random.random() < TO_BEGIN:
            report = self.waiting.popleft()
            payload = await self.office.move(report, status="IN_PROGRESS")
            self.begun.append(report)
        else:
            place, near = self.random.choice(self.places), 0.002
            location = {
                "latitude": place.latitude + self.random.uniform(-near, near),
                "longitude": place.longitude + self.random.uniform(-near, near),
            }
            payload = await self.random.choice(self.citizens).submit(location=location)
            if payload["report"] is not None:
                self.waiting.append(payload["report"]["id"])
        self.sent += payload["errors"] == []  # a place beside the city is refused


@dataclass
class Screen:
    """The page, and what it costs."""

    page: Page
    devtools: CDPSession

    async def frames(self) -> list[float]:
        """Return the milliseconds between the frames since the last call."""
        taken: list[float] = await self.page.evaluate(TAKE)
        return taken

    async def counted(self) -> int:
        """Return how many events the page has got."""
        return int(await self.page.locator(".wall").get_attribute("data-events") or 0)

    async def costs(self) -> tuple[float, int, int]:
        """Return the heap in MB, the elements and the listeners, after a collection of garbage."""
        await self.devtools.send("HeapProfiler.collectGarbage")
        metrics = (await self.devtools.send("Performance.getMetrics"))["metrics"]
        found = {metric["name"]: metric["value"] for metric in metrics}
        return found["JSHeapUsedSize"] / 1e6, int(found["Nodes"]), int(found["JSEventListeners"])


@asynccontextmanager
async def crowded(url: str, http: httpx.AsyncClient) -> AsyncIterator[Crowd]:
    """Appoint a supervisor of all cities, and sign the citizens up."""
    facts = bundled()
    email = "pengawas@contoh.id"
    async with database(url):
        for city in sorted({place.code[:5] for place in facts.kelurahan}):
            new = await credentials(email, PASSWORD)
            await Transactions().run(grant_role, Gazetteer(facts), new, Role.SUPERVISOR, city, "Pengawas")
    office = Caller(http)
    await office.sign_in(email)
    citizens = [Caller(http) for _ in range(CITIZENS)]
    for number, citizen in enumerate(citizens):
        await citizen.sign_up(f"warga.{number}@contoh.id")
    yield Crowd(citizens, office, facts.kelurahan, Random(1))


@asynccontextmanager
async def opened(server: ServerProcess, width: int) -> AsyncIterator[Screen]:
    """Open the wall, and wait until it is live."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        try:
            context = await browser.new_context(locale="id-ID", color_scheme="dark")
            page = await context.new_page()
            await page.set_viewport_size({"width": width, "height": round(width / RATIO)})
            await page.goto(f"{server.url}/ruang-kendali")
            await page.wait_for_selector('.wall[data-live="true"]')
            devtools = await context.new_cdp_session(page)
            await devtools.send("Performance.enable")
            await page.evaluate(RECORD)
            yield Screen(page, devtools)
        finally:
            await browser.close()


HEAD: Final = (
    f"{'minute':>6}{'frames':>8}{'p50, ms':>9}{'p95':>7}{'p99':>7}{'max':>7}{'heap, MB':>10}{'elements':>10}"
    f"{'listeners':>11}{'sent':>8}{'counted':>9}"
)


async def row(minute: int, screen: Screen, crowd: Crowd) -> str:
    """Return a line of the table about the time since the last one."""
    frames = await screen.frames()
    heap, elements, listeners = await screen.costs()
    sent, counted = crowd.sent, await screen.counted()
    await screen.frames()  # those of the collection of garbage are not the page's
    cuts = quantiles(frames, n=100)
    return (
        f"{minute:>6}{len(frames):>8}{cuts[49]:>9.1f}{cuts[94]:>7.1f}{cuts[98]:>7.1f}{max(frames):>7.0f}{heap:>10.2f}"
        f"{elements:>10}{listeners:>11}{sent:>8}{counted:>9}"
    )


async def measure(url: str, media: str, minutes: int, rate: float, width: int) -> None:
    """Print the table. Raises playwright's TimeoutError when the page has not counted every event in the end."""
    await prepare(url)
    server = ServerProcess({"DATABASE_URL": url, "MEDIA_DIR": media, "SECRET_KEY": SECRET, "LOG_LEVEL": "WARNING"})
    try:
        await server.start()
        async with (
            httpx.AsyncClient(base_url=server.url, timeout=PATIENCE) as http,
            crowded(url, http) as crowd,
            opened(server, width) as screen,
        ):
            end = asyncio.Event()
            async with asyncio.TaskGroup() as group:
                group.create_task(crowd.act(rate, end))
                await asyncio.sleep(WARM_UP)
                print(HEAD, flush=True)
                for minute in range(minutes + 1):
                    print(await row(minute, screen, crowd), flush=True)
                    if minute < minutes:
                        await asyncio.sleep(60)
                end.set()
            await screen.page.wait_for_function(COUNTED, arg=crowd.sent, timeout=PATIENCE * 1000)
            print(f"in the end {crowd.sent} events were sent and counted")
    finally:
        server.kill()


def main() -> None:
    """Run the benchmark with the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--rate", type=float, default=20, help="events a second")
    parser.add_argument("--width", type=int, default=3840, help="pixels of the screen, which is 16 to 9")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite://{Path(folder, 'city.db')}"
        asyncio.run(measure(url, folder, options.minutes, options.rate, options.width))


if __name__ == "__main__":
    main()
