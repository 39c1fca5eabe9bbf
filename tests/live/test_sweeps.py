"""Sweeps of several processes over one database and one folder: nothing is lost when one is killed."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest
from tortoise.transactions import in_transaction

from actions.photos import SWEPT_AT_ONCE, UNUSED_FOR, new_photo_id
from actions.sweeps import EVERY, HELD_FOR
from media.storage import MediaFolder
from models.database import database
from models.reports import Photo
from tests.city import ROOT, in_process
from tests.wire import DEADLINE, png

pytestmark = pytest.mark.anyio

UNUSED = SWEPT_AT_ONCE * 3
IN_THE_MIDDLE = SWEPT_AT_ONCE + SWEPT_AT_ONCE // 2
"""Photos whose files are gone when a sweep is killed: it has ended one transaction, and is within the second."""

GIVEN_UP = ("--ahead", str(int(HELD_FOR.total_seconds()) + 1))
LATER = ("--ahead", str(int((EVERY + HELD_FOR).total_seconds()) + 60))


async def waiting(url: str, folder: Path, *options: str) -> Process:
    """Start a process for one sweep, which begins when it gets a line."""
    command = [sys.executable, "-m", "tests.live.one_sweep", url, str(folder), *options]
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=PIPE)


async def outcome(process: Process) -> str:
    """Let a sweep begin, and return what it printed; it has to end without an error."""
    async with asyncio.timeout(DEADLINE):
        printed, errors = await process.communicate(b"\n")
    assert (process.returncode, errors.decode()) == (0, "")
    return printed.decode().strip()


def photos_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*.jpg")}


async def filled(url: str, folder: Path) -> tuple[set[str], set[str]]:
    """Fill a city with photos that are all two days old; return the files to be kept, and the photos of reports."""
    media = MediaFolder(folder)
    async with in_process(url, folder) as city:
        citizen = await city.citizen()
        used = {await citizen.photo() for _ in range(2)}
        for photo in used:
            await citizen.report(photoIds=[photo])
        kept = photos_in(folder)
        old = city.transactions.now() - UNUSED_FOR * 2
        original = await Photo.get(id=min(used))
        for number in range(UNUSED):
            await Photo.create(
                id=new_photo_id(),
                owner_id=original.owner_id,
                digest=f"{number:064}",
                width=original.width,
                height=original.height,
                uploaded_at=old,
            )
        await Photo.all().update(uploaded_at=old)
        for unused in await Photo.filter(report_id=None):
            media.link(unused.id, original.id)
    unfinished = new_photo_id()
    media.receive(unfinished, png())  # and the process dies before it is recorded
    for file in (folder / "incoming").iterdir():
        os.utime(file, (old.timestamp(), old.timestamp()))
    return kept, used


async def remaining() -> set[str]:
    """Return the photos that are recorded, once a killed process holds no locks any more."""
    async with asyncio.timeout(DEADLINE), in_transaction() as connection:
        return {photo.id for photo in await Photo.all().using_db(connection).select_for_update()}


@pytest.mark.parametrize("is_first_dead", [False, True], ids=["it hangs", "it is given up"])
async def test_sweep_ends_what_a_killed_one_left(
    postgres_city_url: str, tmp_path: Path, *, is_first_dead: bool
) -> None:
    folder = tmp_path / "media"
    kept, used = await filled(postgres_city_url, folder)
    killed = await waiting(postgres_city_url, folder, "--stop-after", str(IN_THE_MIDDLE))
    other = await waiting(postgres_city_url, folder, *(GIVEN_UP if is_first_dead else ()))
    assert killed.stdin is not None
    assert killed.stdout is not None
    killed.stdin.write(b"\n")
    async with asyncio.timeout(DEADLINE):
        assert await killed.stdout.readline() == b"middle\n"
    beside = await outcome(other)  # PostgreSQL gives up the first one's locks after 5 s
    killed.kill()
    await killed.communicate()
    async with database(postgres_city_url):
        left = await remaining()
        assert len(left) - len(used) == (SWEPT_AT_ONCE if is_first_dead else UNUSED - SWEPT_AT_ONCE)
        assert photos_in(folder) >= kept
        after = await outcome(await waiting(postgres_city_url, folder, *LATER))
        assert (beside, after) == ("swept" if is_first_dead else "not due", "swept")
        assert await remaining() == used
    assert photos_in(folder) == kept
    assert await outcome(await waiting(postgres_city_url, folder, *LATER)) == "not due"
