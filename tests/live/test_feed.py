"""Load, then subscribe: no event in between is lost, doubled or out of order."""

import asyncio
import random
from dataclasses import dataclass, field

import pytest

from models.log import EventRow, LogEvent, Topic
from rules.criteria import ReportCriteria
from rules.cursors import decode
from schema.nodes import global_id
from subscriptions.channels import FeedChannel
from subscriptions.streams import EventStream
from tests.city import City
from tests.subscribers import FakeShared, subscriber
from tests.wire import DEADLINE, Caller

pytestmark = pytest.mark.anyio

CHANGES = 60
SUBSCRIBERS = 12
LAST = "LAINNYA"
"""The category that only the last report has."""

LIST = "{ reports(first: 100) { cursor edges { node { id version } } } }"


@dataclass
class Screen:
    """A dashboard that loaded the list, as versions by report id, and then subscribed to the feed."""

    loaded: dict[str, int]
    position: int
    seen: list[EventRow] = field(default_factory=list)

    def state(self) -> dict[str, int]:
        """Return the highest version of each report that was loaded or received."""
        shown = dict(self.loaded)
        for event in self.seen:
            report = global_id("Report", event.report_id)
            shown[report] = max(shown.get(report, 0), event.version or 0)
        return shown


async def write(people: list[Caller], choose: random.Random) -> None:
    """Submit, edit and support reports as several people, each at a random pace."""
    reports: list[tuple[Caller, str]] = []

    async def one(caller: Caller) -> None:
        for _ in range(CHANGES // len(people)):
            await asyncio.sleep(choose.random() * 0.01)
            if not reports or choose.random() < 0.4:
                report = await caller.report(title="Baru")
                reports.append((caller, report["id"]))
                continue
            owner, report_id = choose.choice(reports)
            if owner is caller:
                await caller.act("updateReport", report_id, title=f"Judul {choose.random()}")
            else:
                await caller.act(choose.choice(["supportReport", "withdrawSupport"]), report_id)

    await asyncio.gather(*map(one, people))


async def watch(city: City, choose: random.Random, loaded: asyncio.Semaphore) -> Screen:
    """Load the list at a random moment, release `loaded`, pause, then follow the feed to the last report."""
    await asyncio.sleep(choose.random() * 0.5)
    listed = (await city.anyone().ask(LIST))["reports"]
    loaded.release()
    _, position = decode(listed["cursor"])
    screen = Screen({edge["node"]["id"]: edge["node"]["version"] for edge in listed["edges"]}, position)
    await asyncio.sleep(choose.random() * 0.2)
    shared = FakeShared(lambda: asyncio.sleep(0))
    stream = EventStream(shared, city.services.tailer, FeedChannel(ReportCriteria()))
    await stream.begin()
    one, received = subscriber(position, lambda: asyncio.sleep(0))
    async with asyncio.timeout(DEADLINE):
        await stream.join(one)
        while not received or shared.events[received[-1]].after.category != LAST:  # bounded by the deadline
            await asyncio.sleep(0.01)
    stream.end()
    screen.seen = [shared.events[position] for position in received]
    return screen


@pytest.mark.parametrize("seed", range(3))
async def test_list_and_feed_after_its_cursor_add_up_to_the_final_state(city: City, seed: int) -> None:
    choose = random.Random(seed)
    people = [await city.citizen(f"warga{number}") for number in range(4)]
    loaded = asyncio.Semaphore(0)
    watching = [asyncio.create_task(watch(city, choose, loaded)) for _ in range(SUBSCRIBERS)]
    await write(people, choose)
    async with asyncio.timeout(DEADLINE):
        for _ in watching:
            await loaded.acquire()  # a screen that loads the last report would wait for it for ever
    await people[0].report(category=LAST)
    screens = await asyncio.gather(*watching)
    answer = (await city.anyone().ask(LIST))["reports"]
    final = {edge["node"]["id"]: edge["node"]["version"] for edge in answer["edges"]}
    events = LogEvent.filter(topic=Topic.REPORT).order_by("position")
    log = [int(row["position"]) for row in await events.values("position")]
    for screen in screens:
        assert [event.position for event in screen.seen] == [one for one in log if one > screen.position]
        assert screen.state() == final
