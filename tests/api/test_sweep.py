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
from actions.sweeps import EVERY, HELD_FOR, begin_sweep
from actions.transaction import Transactions
from app.sweeper import run_sweeper, sweep_if_due
from media.storage import PhotoStore, names_of
from models.reports import Photo
from rules.retention import DEFAULTS
from tests.city import City
from tests.photo_files import Files
from tests.wire import Caller, png

pytestmark = pytest.mark.anyio


@pytest.fixture
def city(stored_city: City) -> City:
    return stored_city


def place_of(city: City) -> Files:
    settings = city.service.settings
    return Files(settings.media_dir, settings.media_url)


def store_of(city: City) -> PhotoStore:
    """Return a store of its own, as another process has one."""
    return place_of(city).store()


def files_of(photo_id: str) -> tuple[str, str]:
    """Return the names of the files of a small photo."""
    names = names_of(photo_id)
    return names.thumbnail, names.full


def files(city: City) -> set[str]:
    return {name for name in place_of(city).names() if name.endswith(".jpg")}


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
    await sweep_if_due(later(city, UNUSED_FOR - timedelta(minutes=5)), store_of(city), DEFAULTS)
    assert files(city) == {*files_of(unused), *files_of(used)}
    assert not caplog.records
    after_a_day = later(city, UNUSED_FOR + EVERY)
    assert await sweep_if_due(after_a_day, store_of(city), DEFAULTS)
    assert files(city) == {*files_of(used)}
    assert [photo.id for photo in await Photo.all()] == [used]
    assert [record.getMessage() for record in caplog.records] == ["swept unused_uploads=1"]
    assert (await city.http.get(report["photos"][0]["url"])).status_code == 200


async def test_many_unused_uploads_are_swept_at_once(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.photos.SWEPT_AT_ONCE", 2)
    citizen = await city.citizen()
    for _ in range(5):
        await citizen.photo()
    assert await sweep_if_due(later(city, UNUSED_FOR), store_of(city), DEFAULTS)
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
        place_of(city).path(lost).unlink()
    await Photo.filter(id=photo).update(uploaded_at=city.transactions.now() - UNUSED_FOR)
    assert await citizen.photo(png(1)) == photo
    assert files(city) == {*files_of(photo)}
    assert await sweep_if_due(city.transactions, store_of(city), DEFAULTS)
    assert not await is_refused(citizen, photo)


async def test_report_gets_its_photo_or_a_refusal_while_a_sweep_runs(city: City) -> None:
    citizen = await city.citizen()
    store, ahead = store_of(city), later(city, UNUSED_FOR)  # as if the clocks of two machines differed by a day

    async def delete_slowly(photo_ids: Sequence[str]) -> None:
        for photo_id in photo_ids:
            await asyncio.to_thread(store.delete, photo_id)

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
    store, ahead = store_of(city), later(city, UNUSED_FOR)

    async def die(photo_ids: Sequence[str]) -> None:
        store.delete(photo_ids[0])
        raise OSError("the power fails")

    with pytest.raises(OSError, match="power"):
        await ahead.run(sweep_unused, die)
    assert await Photo.all().count() == len(photos)
    assert await sweep_if_due(ahead, store, DEFAULTS)
    assert (files(city), await Photo.all().count()) == (set(), 0)


async def test_files_of_a_killed_upload_are_swept_after_a_day(city: City) -> None:
    citizen = await city.citizen()
    store, new, old = store_of(city), new_photo_id(), new_photo_id()
    recorded = await citizen.photo()
    for name in (new, old):
        store.receive(name, png())  # and the process dies before it is recorded
    for file in files_of(old):
        age(place_of(city).incoming(file), UNUSED_FOR)
    for file in files_of(recorded):
        age(place_of(city).path(file), UNUSED_FOR * 9)
    assert await sweep_if_due(city.transactions, store, DEFAULTS)
    assert files(city) == {*files_of(new), *files_of(recorded)}


async def test_first_sweep_that_fails_is_tried_again_at_once(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(PhotoStore, "delete_incoming", Mock(side_effect=OSError("no such device")))
        with pytest.raises(OSError, match="no such device"):
            await sweep_if_due(city.transactions, store_of(city), DEFAULTS)
    assert await sweep_if_due(city.transactions, store_of(city), DEFAULTS)
    assert not await sweep_if_due(city.transactions, store_of(city), DEFAULTS)


async def test_one_process_sweeps_at_a_time_and_once_an_hour(city: City) -> None:
    store, later_on = store_of(city), later(city, EVERY * 2)
    assert await later_on.run(begin_sweep)  # and the process dies
    assert not await sweep_if_due(later_on, store, DEFAULTS)
    assert await sweep_if_due(later(city, EVERY * 2 + HELD_FOR), store, DEFAULTS)
    assert not await sweep_if_due(later(city, EVERY * 3), store, DEFAULTS)
    at_once = await asyncio.gather(*(sweep_if_due(later(city, EVERY * 4), store, DEFAULTS) for _ in range(3)))
    assert sorted(at_once) == [False, False, True]


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
    monkeypatch.setattr(Transactions, "run", fail)
    sweeper = asyncio.create_task(run_sweeper(city.transactions, store_of(city), DEFAULTS))
    async with asyncio.timeout(60):
        await failures.wait()
    sweeper.cancel()
    assert [record.getMessage() for record in caplog.records if record.name == "tanggap.sweeper"] == [
        "not swept error=OSError('no such device')"
    ]
