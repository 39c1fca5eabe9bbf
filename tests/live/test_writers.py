"""Many concurrent writers in two processes: the log stays gapless and in order, and no client sees a deadlock."""

import asyncio
import random
from pathlib import Path

import pytest

from models.database import database, fetch
from queries import log
from tests.city import Deployment, deployed
from tests.wire import GAMBIR, Caller

pytestmark = pytest.mark.anyio

WRITERS = 50
CHANGES = 600
REFUSALS = {"FORBIDDEN", "TRANSITION_REFUSED"}
"""Refusals that random acts on other people's reports may get."""


class Crowd:
    """Citizens and officers who act on the same few reports."""

    def __init__(self, people: list[Caller]) -> None:
        self.people = people
        self.reports: list[str] = []
        self.done = 0

    async def work(self, caller: Caller, choose: random.Random) -> None:
        """Act at random until CHANGES acts are done; any answer but success or a refusal fails the test."""
        while self.done < CHANGES:
            if len(self.reports) < 5 or choose.random() < 0.1:
                self.reports.append((await caller.report())["id"])
            else:
                act = choose.choice(["supportReport", "withdrawSupport", "changeReportStatus", "changeReportStatus"])
                await self.act(caller, act, choose)
            self.done += 1

    async def act(self, caller: Caller, mutation: str, choose: random.Random) -> None:
        one, other = choose.sample(self.reports[-12:], 2)
        options = (
            {}
            if mutation != "changeReportStatus"
            else choose.choice(
                [{"status": "IN_PROGRESS"}, {"status": "PROCESSED", "resolution": "DUPLICATE", "duplicateOf": other}]
            )
        )
        payload = await caller.act(mutation, one, **options)
        assert {error["code"] for error in payload["errors"]} <= REFUSALS | {"INVALID"}, payload


async def tail(until_head: asyncio.Event) -> list[int]:
    """Read the log as it grows. Return the positions in the order in which they were read."""
    seen: list[int] = []
    while True:
        done = until_head.is_set()
        events = await log.read(seen[-1] if seen else 0)
        seen += [event.position for event in events]
        if done and not events:
            return seen
        await asyncio.sleep(0.01)  # reading without a pause would slow down the writers


async def people_of(deployment: Deployment) -> list[Caller]:
    officers = [await deployment.official(GAMBIR, number % 2, f"petugas{number}") for number in range(10)]
    citizens = [Caller(deployment.clients[number % 2]) for number in range(WRITERS - len(officers))]
    await asyncio.gather(*(citizen.sign_up(f"warga{number}@contoh.id") for number, citizen in enumerate(citizens)))
    return [*officers, *citizens]


@pytest.mark.timeout(180)
async def test_positions_are_gapless_and_tailed_in_order(
    postgres_city_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with deployed(postgres_city_url, redis_url, tmp_path / "media", 2) as deployment:
        people = await people_of(deployment)
        async with database(postgres_city_url):
            over = asyncio.Event()
            reading = asyncio.create_task(tail(over))
            crowd = Crowd(people)
            await asyncio.gather(*(crowd.work(one, random.Random(number)) for number, one in enumerate(people)))
            over.set()
            seen = await reading
            head = (await fetch("SELECT position FROM log_head"))[0]["position"]
            assert seen == list(range(1, head + 1))
            assert crowd.done >= CHANGES
