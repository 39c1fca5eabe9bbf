"""Uploads that no report takes within a day: they go, and never while a report is taking them."""

import asyncio
import logging
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from actions.photos import UNUSED_FOR, new_photo_id, sweep_unused
from actions.transaction import Transactions
from app.sweeper import EVERY, run_sweeper, sweep_if_due
from media.storage import MediaFolder, names_of
from models.reports import Photo
from tests.city import City
from tests.wire import Caller, png

pytestmark = pytest.mark.anyio


def folder_of(city: City) -> MediaFolder:
    return MediaFolder(city.service.settings.media_dir)


def files_of(photo_id: str) -> tuple[str, str]:
    """Return the names of the files of a small photo."""
    names = names_of(photo_id)
    return names.thumbnail, names.full


def files(city: City) -> set[str]:
    return {path.name for path in city.service.settings.media_dir.rglob("*.jpg")}


def age(path: Path, by: timedelta) -> None:
    """Let a file have been written earlier."""
    moment = path.stat().st_mtime - by.total_seconds()
    os.utime(path, (moment, moment))


def later(city: City, by: timedelta) -> Transactions:
    """Return transactions whose clock is ahead."""
    return Transactions(now=lambda: city.transactions.now() + by)


async def is_refused(caller: Caller, photo: str) -> bool:
    """Submit a report with a photo; return whether it is refused because of it."""
    payload = await caller.submit(photoIds=[photo])
    if payload["errors"] == []:
        assert [shown["id"] for shown in payload["report"]["photos"]] == [photo]
        return False
    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", ["input", "photoIds"])]
    return True


async def test_unused_upload_is_swept_after_a_day(city: City, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "tanggap.sweeper")
    citizen = await city.citizen()
    unused, used = await citizen.photo(), await citizen.photo()
    report = await citizen.report(photoIds=[used])
    await sweep_if_due(later(city, UNUSED_FOR - timedelta(minutes=5)), folder_of(city))
    assert files(city) == {*files_of(unused), *files_of(used)}
    assert not caplog.records
    after_a_day = later(city, UNUSED_FOR + EVERY)
    assert await sweep_if_due(after_a_day, folder_of(city))
    assert files(city) == {*files_of(used)}
    assert [photo.id for photo in await Photo.all()] == [used]
    assert [record.getMessage() for record in caplog.records] == ["uploads swept unused=1 unfinished_files=0"]
    assert (await city.http.get(report["photos"][0]["url"])).status_code == 200


async def test_many_unused_uploads_are_swept_at_once(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.photos.SWEPT_AT_ONCE", 2)
    citizen = await city.citizen()
    for _ in range(5):
        await citizen.photo()
    assert await sweep_if_due(later(city, UNUSED_FOR), folder_of(city))
    assert (files(city), await Photo.all().count()) == (set(), 0)


async def test_report_gets_no_upload_of_a_day_ago_even_before_the_sweep(city: City) -> None:
    citizen = await city.citizen()
    old, used = await citizen.photo(), await citizen.photo()
    await citizen.report(photoIds=[used])
    now = city.transactions.now()
    city.transactions.now = lambda: now + UNUSED_FOR
    await citizen.sign_in(citizen.email or "")
    assert await is_refused(citizen, old)
    assert await is_refused(citizen, used)
    assert not await is_refused(citizen, await citizen.photo())


async def test_uploading_again_renews_the_day_and_the_files(city: City) -> None:
    citizen = await city.citizen()
    photo = await citizen.photo(png(1))
    for lost in files_of(photo):
        (city.service.settings.media_dir / photo[:2] / lost).unlink()
    await Photo.filter(id=photo).update(uploaded_at=city.transactions.now() - UNUSED_FOR)
    assert await citizen.photo(png(1)) == photo
    assert files(city) == {*files_of(photo)}
    assert await sweep_if_due(city.transactions, folder_of(city))
    assert not await is_refused(citizen, photo)


async def test_report_gets_its_photo_or_a_refusal_while_a_sweep_runs(city: City) -> None:
    citizen = await city.citizen()
    folder, ahead = folder_of(city), later(city, UNUSED_FOR)  # as if the clocks of two machines differed by a day

    async def delete_slowly(photo_ids: Sequence[str]) -> None:
        for photo_id in photo_ids:
            await asyncio.to_thread(folder.delete, photo_id)

    for turn in range(6):
        photos = [await citizen.photo() for _ in range(6)]
        work = [is_refused(citizen, photo) for photo in photos]
        work.insert(turn, ahead.run(sweep_unused, delete_slowly))  # type: ignore[arg-type] # returns a number
        await asyncio.gather(*work)
        kept = {photo.id for photo in await Photo.filter(report_id__not_isnull=True)}
        assert files(city) == {file for photo in await Photo.all() for file in files_of(photo.id)}
        for photo in photos:
            assert await is_refused(citizen, photo) == (photo in kept or not await Photo.exists(id=photo))


async def test_next_sweep_ends_one_that_was_killed(city: City) -> None:
    citizen = await city.citizen()
    photos = [await citizen.photo() for _ in range(3)]
    folder, ahead = folder_of(city), later(city, UNUSED_FOR)

    async def die(photo_ids: Sequence[str]) -> None:
        folder.delete(photo_ids[0])
        raise OSError("the power fails")

    with pytest.raises(OSError, match="power"):
        await ahead.run(sweep_unused, die)
    assert await Photo.all().count() == len(photos)
    assert await sweep_if_due(ahead, folder)
    assert (files(city), await Photo.all().count()) == (set(), 0)


async def test_files_of_a_killed_upload_are_swept_after_a_day(city: City) -> None:
    citizen = await city.citizen()
    folder, new, old = folder_of(city), new_photo_id(), new_photo_id()
    recorded = await citizen.photo()
    for name in (new, old):
        folder.receive(name, png())  # and the process dies before it is recorded
    for file in files_of(old):
        age(city.service.settings.media_dir / "incoming" / file, UNUSED_FOR)
    for file in files_of(recorded):
        age(city.service.settings.media_dir / recorded[:2] / file, UNUSED_FOR * 9)
    assert await sweep_if_due(city.transactions, folder)
    assert files(city) == {*files_of(new), *files_of(recorded)}


async def test_file_that_vanishes_does_not_postpone_the_others(city: City) -> None:
    folder, media_dir = folder_of(city), city.service.settings.media_dir
    for _ in range(4):
        folder.receive(new_photo_id(), png())
        (media_dir / "incoming" / new_photo_id()).symlink_to("vanished")  # listed, and missing when it is looked at
    assert folder.delete_incoming(city.transactions.now() + EVERY) == 8
    assert files(city) == {path.name for path in (media_dir / "incoming").iterdir() if path.is_symlink()}


async def test_first_sweep_that_fails_is_tried_again_at_once(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(MediaFolder, "delete_incoming", Mock(side_effect=OSError("no such device")))
        with pytest.raises(OSError, match="no such device"):
            await sweep_if_due(city.transactions, folder_of(city))
    assert await sweep_if_due(city.transactions, folder_of(city))
    assert not await sweep_if_due(city.transactions, folder_of(city))


async def test_one_process_sweeps_at_a_time_and_once_an_hour(city: City) -> None:
    folder, now = folder_of(city), city.transactions.now()
    other = MediaFolder(city.service.settings.media_dir)
    lock = other.begin_sweep(now - EVERY)
    assert lock is not None
    assert not await sweep_if_due(later(city, EVERY * 2), folder)
    lock.close()  # as the death of its process does
    assert await sweep_if_due(later(city, EVERY * 2), folder)
    assert not await sweep_if_due(later(city, EVERY * 2), other)
    assert await sweep_if_due(later(city, EVERY * 4), other)


async def test_sweep_that_cannot_work_says_so_once(
    city: City, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("app.sweeper.TICK", 0.0)
    failures = asyncio.Event()
    attempts = 0

    def fail(*_: object) -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 4:
            loop.call_soon_threadsafe(failures.set)
        raise OSError("no such device")

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(MediaFolder, "begin_sweep", fail)
    sweeper = asyncio.create_task(run_sweeper(city.transactions, folder_of(city)))
    async with asyncio.timeout(60):
        await failures.wait()
    sweeper.cancel()
    assert [record.getMessage() for record in caplog.records if record.name == "tanggap.sweeper"] == [
        "uploads not swept error=OSError('no such device')"
    ]
