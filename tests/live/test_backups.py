"""The commands of docs/operating.md for backups: a copy of a city in use is restored, and its clients reload."""

import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from models.database import sqlite_path
from rules.cursors import decode
from tests.backends import PostgresServer
from tests.city import ROOT, SECRET, Deployment, deployed
from tests.serving import run_command
from tests.wire import Caller, RequestFailedError, eventually, socket

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

REPORTS = "{ reports(first: 100, orderBy: OLDEST) { edges { node { number title status version photos { id } } } } }"
FEED = "subscription($after: String) { reportFeed(after: $after) { kind report { number } } }"
PHOTO = "{ reports(first: 1, orderBy: OLDEST) { edges { node { photos { url } } } } }"
SETUP = ("tanggap migrate", "tanggap load-reference")
"""The command of the service `setup` in compose.yaml."""


def commands() -> list[str]:
    """Return the lines of commands of the section about backups."""
    section = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8").partition("## Backups, and the epoch")[2]
    blocks = re.findall(r"```sh\n(.*?)```", section.partition("\n## ")[0], re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


async def shell(line: str, folder: Path, environment: dict[str, str] | None = None) -> None:
    """Run a line in a folder."""
    script = ["bash", "-euo", "pipefail", "-c", line]
    await asyncio.to_thread(subprocess.run, script, check=True, cwd=folder, env=environment)


async def tanggap(url: str, *arguments: str) -> str:
    """Run the command on a database, and return what it prints."""
    status, printed = await run_command({"DATABASE_URL": url, "SECRET_KEY": SECRET}, *arguments)
    assert status == 0, printed
    return printed


async def reports(caller: Caller) -> list[dict[str, Any]]:
    return [edge["node"] for edge in (await caller.ask(REPORTS))["reports"]["edges"]]


@asynccontextmanager
async def writing(citizen: Caller) -> AsyncIterator[list[str]]:
    """Submit reports one after another meanwhile. Yields the numbers of those that were answered."""
    answered: list[str] = []

    async def write() -> None:
        while True:
            answered.append((await citizen.report())["number"])

    task = asyncio.create_task(write())
    try:
        await eventually(lambda: len(answered) > 2)
        yield answered
        seen = len(answered)
        await eventually(lambda: len(answered) > seen + 2)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@dataclass(frozen=True)
class Lost:
    """A city at its end: its citizen, what they read, what was answered before the copy began, and the last cursor."""

    citizen: Caller
    read: list[dict[str, Any]]
    before: list[str]
    cursor: str
    photo: str


async def used_while(city: Deployment, copy: Callable[[], Awaitable[None]]) -> Lost:
    """Use a city, while a copy is made and after it."""
    citizen = Caller(city.clients[0])
    await citizen.sign_up("warga@contoh.id")
    photo = await citizen.photo()
    await citizen.report(photoIds=[photo])
    async with writing(citizen) as answered:
        before = [*answered]
        await copy()
    after = await citizen.report()
    return Lost(citizen, await reports(citizen), before, after["cursor"], photo)


async def assert_restored(url: str, city: Deployment, lost: Lost) -> None:
    """Assert that a city is what it was when the copy was made, that it goes on, and that clients reload."""
    citizen = lost.citizen.on(city.clients[0])
    read = await reports(citizen)  # by the token of before
    assert read == lost.read[: len(read)]
    assert {report["number"] for report in read} >= set(lost.before)
    assert len(read) < len(lost.read)
    assert read[0]["photos"] == [{"id": lost.photo}]
    oldest = (await citizen.ask(PHOTO))["reports"]["edges"][0]["node"]
    assert (await city.clients[0].get(oldest["photos"][0]["url"])).status_code == 200
    while decode(cursor := (await citizen.report())["cursor"])[1] <= decode(lost.cursor)[1]:
        pass  # now the log has the positions that clients have seen for other events
    async with socket(city.servers[0].url) as live:
        with pytest.raises(RequestFailedError) as refused:
            await (await live.subscribe(FEED, after=lost.cursor)).next()
        assert refused.value.code == "CURSOR_INVALID"
        feed = await live.subscribe(FEED, after=cursor)
        new = await citizen.report()
        assert await feed.next() == {"kind": "SUBMITTED", "report": {"number": new["number"]}}
    assert await tanggap(url, "scores", "verify") == await tanggap(url, "log", "verify") == ""


async def test_copy_of_a_used_sqlite_file_is_restored_elsewhere(sqlite_city_url: str, tmp_path: Path) -> None:
    (line,) = (each for each in commands() if "sqlite3" in each)
    (tmp_path / "var").mkdir()
    source = sqlite_path(sqlite_city_url).rename(tmp_path / "var" / "tanggap.db")
    url, media = f"sqlite://{tmp_path}/copy.db", tmp_path / "restored"
    async with deployed(f"sqlite://{source}", "memory://", tmp_path / "media", 1) as city:

        async def copy() -> None:
            await shell(line.replace(".venv/bin/python", sys.executable), tmp_path)
            shutil.copytree(tmp_path / "media", media)

        lost = await used_while(city, copy)
    await tanggap(url, "migrate")
    await tanggap(url, "new-epoch")
    async with deployed(url, "memory://", media, 1) as city:
        await assert_restored(url, city, lost)


async def test_dump_of_a_used_postgres_city_is_restored_as_the_page_says(
    postgres_city_url: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    lines = [line for line in commands() if line.startswith("docker compose")]
    name, environment = postgres_city_url.rpartition("/")[2], postgres_server.environment()
    media = tmp_path / "tanggap" / "media"

    async def run(line: str) -> None:
        """Run a line of the page without its container: on this database, in this folder."""
        inner = re.sub(r"^docker compose (exec -T \w+|run --rm (-T )?setup) ?", "", line)
        for command in SETUP if not inner else [inner] if inner.startswith("tanggap ") else []:
            await tanggap(postgres_city_url, *command.split()[1:])
        if inner.startswith("tar "):
            await shell(inner.replace("/var/lib/tanggap", str(media.parent)), tmp_path)
        elif inner.startswith(("pg_", "dropdb ", "createdb ")):
            here = re.sub(r"\btanggap\b(?!\.dump)", name, inner.replace("-U tanggap ", ""))
            await shell(here, tmp_path, environment)

    async with deployed(postgres_city_url, "memory://", media, 1) as city:

        async def copy() -> None:
            for line in lines[:2]:
                await run(line)

        lost = await used_while(city, copy)
    shutil.rmtree(media)
    stop, *restore, start = lines[2:]
    assert (stop, start) == ("docker compose stop proxy node1 node2", "docker compose up --detach --wait")
    for line in restore:
        await run(line)
    async with deployed(postgres_city_url, "memory://", media, 1) as city:
        await assert_restored(postgres_city_url, city, lost)
