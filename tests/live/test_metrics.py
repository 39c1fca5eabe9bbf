"""A scrape shows all workers, whichever answers, and each operation of a socket has an id of its own."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.city import SECRET, Deployment, ServerProcess
from tests.wire import DEADLINE, socket

pytestmark = pytest.mark.anyio

TOKEN = "abcdefghijklmnopqrstuvwxyz012345"


@pytest.fixture
async def pair(postgres_city_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[ServerProcess]:
    """One server with two workers."""
    running = ServerProcess(
        {
            "DATABASE_URL": postgres_city_url,
            "BROADCAST_URL": redis_url,
            "MEDIA_DIR": str(tmp_path / "media"),
            "SECRET_KEY": SECRET,
            "WORKERS": "2",
            "METRICS_TOKEN": TOKEN,
            "LOG_LEVEL": "WARNING",
        }
    )
    try:
        await running.start()
        yield running
    finally:
        await asyncio.to_thread(running.kill, signal.SIGTERM)


async def scraped(server: ServerProcess, name: str) -> dict[str, float]:
    """Return a metric by worker, over a connection of its own: the kernel chooses the worker that answers."""
    async with httpx.AsyncClient(base_url=server.url, timeout=DEADLINE) as http:
        answer = await http.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    assert len(families) == answer.text.count("# TYPE "), "the samples of a metric are together"
    return {sample.labels["worker"]: sample.value for sample in families[name].samples}


async def until_scraped(server: ServerProcess, is_wanted: Callable[[set[str]], bool]) -> set[str]:
    """Scrape until the workers are those that are wanted, and return them."""
    async with asyncio.timeout(DEADLINE):
        while True:
            workers = set(await scraped(server, "tanggap_log_position"))
            if is_wanted(workers):
                return workers


async def test_each_scrape_shows_all_workers_and_none_that_was_killed(pair: ServerProcess) -> None:
    workers = await until_scraped(pair, lambda found: len(found) == 2)
    for name in ("process_resident_memory_bytes", "tanggap_log_read_age_seconds"):
        assert set(await scraped(pair, name)) <= workers
    killed = workers.pop()
    os.kill(int(killed), signal.SIGKILL)
    assert workers <= await until_scraped(pair, lambda found: killed not in found)


async def test_operations_of_a_socket_have_its_id_and_their_number(server: Deployment) -> None:
    ids = []
    for _ in range(2):
        async with socket(server.servers[0].url) as client:
            for _ in range(2):
                message = await (await client.subscribe("{ nothing }")).message()
                ids.append(message["payload"][0]["extensions"]["requestId"])
    connections = [one.partition("-")[0] for one in ids]
    assert [one.partition("-")[2] for one in ids] == ["1", "2", "1", "2"]
    assert connections[0] == connections[1] != connections[2] == connections[3]
