"""A proof is a picture that is large enough, shows something, and is in no report. A likeness is shown to staff."""

import asyncio
import io
from pathlib import Path
from random import Random
from typing import Any

import pytest
from PIL import Image, ImageEnhance

from app.looking import record_looks
from media.storage import MediaFolder, names_of
from models.reports import Fingerprint, Photo
from rules.access import Role
from simulation.pictures import draw_street
from tests.city import City
from tests.wire import GAMBIR, Caller

pytestmark = pytest.mark.anyio

CIDENG = "31.71.01.1002"
FIELD = ["input", "proofPhotoIds"]
ADDRESSES = "url mediumUrl thumbnailUrl"
CONCERNS = "query($id: ID!) { node(id: $id) { ... on Report { photos { concern } proof { id concern } } } }"


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def scene(number: int, width: int = 2000, height: int = 1500) -> Image.Image:
    """Return a drawn street with the noise of a camera."""
    with Image.open(io.BytesIO(draw_street(Random(number), repaired=False))) as street:
        image = street.convert("RGB").resize((width, height))
    noise = Image.effect_noise((width, height), 12).convert("RGB")
    return Image.blend(image, noise, 0.1)


async def fix(officer: Caller, report: dict[str, Any], *photos: str) -> list[tuple[str, list[str]]]:
    """Try to close a report with these proofs; return the refusals."""
    payload = await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=list(photos))
    return [(error["code"], error["field"]) for error in payload["errors"]]


async def concerns(caller: Caller, report: dict[str, Any]) -> list[str | None]:
    """Return the concerns of the proofs of a report, as a caller sees them."""
    node = (await caller.ask(CONCERNS, id=report["id"]))["node"]
    assert all(photo["concern"] is None for photo in node["photos"])
    return [photo["concern"] for photo in node["proof"]]


async def test_picture_saved_from_the_site_is_no_proof(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    uploaded = (await citizen.upload(encoded(scene(1), "JPEG", quality=92))).json()
    report = await citizen.report(photoIds=[uploaded["id"]])
    for address in ADDRESSES.split():
        served = (await city.http.get(uploaded[address])).content
        with Image.open(io.BytesIO(served)) as image:
            lossless = encoded(image)
        for copy in (served, lossless):
            assert await fix(officer, report, await officer.photo(copy)) == [("PROOF_REUSED", FIELD)]
    assert await fix(officer, report, await officer.photo(encoded(scene(2)))) == []


async def test_same_pixels_in_another_file_are_no_proof(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    image = scene(1, 640, 480)
    report = await citizen.report(photoIds=[await citizen.photo(encoded(image))])
    turned = Image.Exif()
    turned[0x0112] = 6
    copies = [
        encoded(image, compress_level=1),
        encoded(image, "WEBP", lossless=True),
        encoded(image.convert("RGBA")),
        encoded(image.transpose(Image.Transpose.ROTATE_90), exif=turned),
    ]
    for copy in copies:
        assert await fix(officer, report, await officer.photo(copy)) == [("PROOF_REUSED", FIELD)]


async def test_proof_of_another_report_is_found_in_another_file(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    colleague = await city.official(CIDENG, name="cideng")
    here = await citizen.report()
    there = await citizen.report(location={"latitude": -6.173, "longitude": 106.80832})
    image = scene(1, 640, 480)
    assert await fix(officer, here, await officer.photo(encoded(image))) == []
    copy = await colleague.photo(encoded(image, "WEBP", lossless=True))
    assert await fix(colleague, there, copy) == [("PROOF_REUSED", FIELD)]


async def test_same_picture_at_once_proves_one_report(city: City) -> None:
    citizen = await city.citizen()
    officers = [await city.official(GAMBIR, name="satu"), await city.official(GAMBIR, name="dua")]
    for number in range(4):
        reports = [await citizen.report() for _ in officers]
        image = scene(number, 400, 300)
        files = [encoded(image), encoded(image, "WEBP", lossless=True)]
        photos = [await officer.photo(file) for officer, file in zip(officers, files, strict=True)]
        results = await asyncio.gather(*map(fix, officers, reports, photos))
        assert sorted(results) == [[], [("PROOF_REUSED", FIELD)]]


async def test_citizen_may_show_an_old_picture_again(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    image = scene(1, 400, 300)
    fixed = await citizen.report()
    assert await fix(officer, fixed, await officer.photo(encoded(image))) == []
    for kind in ("PNG", "WEBP"):
        again = await citizen.submit(photoIds=[await citizen.photo(encoded(image, kind, lossless=True))])
        assert again["errors"] == []


async def test_small_proof_and_one_of_one_colour_are_refused_at_once(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    used = encoded(scene(9, 320, 240))
    report = await citizen.report(photoIds=[await citizen.photo(used)])
    sizes = [(319, 240), (320, 239), (240, 319), (4000, 239)]
    for size in sizes:
        assert await fix(officer, report, await officer.photo(encoded(scene(1, *size)))) == [("INVALID", FIELD)]
    small = await officer.photo(encoded(Image.new("RGB", (100, 100), "grey")))
    reused = await officer.photo(used)
    faults = [("INVALID", FIELD), ("INVALID", FIELD), ("PROOF_REUSED", FIELD)]
    assert await fix(officer, report, small, reused) == faults
    assert await fix(officer, report, await officer.photo(encoded(scene(2, 240, 320)))) == []
    grey = await citizen.photo(encoded(Image.new("RGB", (20, 10), "grey")))
    assert (await citizen.submit(photoIds=[grey]))["errors"] == []  # only proofs have to show something


async def test_same_picture_twice_in_one_closing_is_refused(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    image, report = scene(1, 400, 300), await citizen.report()
    twins = [await officer.photo(encoded(image, kind, lossless=True)) for kind in ("PNG", "WEBP")]
    assert await fix(officer, report, *twins) == [("INVALID", FIELD)]


async def test_likeness_is_shown_to_staff_and_refuses_nothing(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    image = scene(1, 800, 600)
    brighter = ImageEnhance.Brightness(image).enhance(1.1)
    reported = await citizen.report(photoIds=[await citizen.photo(encoded(image, "JPEG"))])
    other = await citizen.report()
    assert await fix(officer, reported, await officer.photo(encoded(brighter))) == []
    assert await fix(officer, other, await officer.photo(encoded(brighter.resize((640, 480))))) == []
    for caller in (officer, await city.official(None, Role.ADMIN, "admin")):
        assert await concerns(caller, reported) == ["LIKE_OWN_PICTURE"]
        assert await concerns(caller, other) == ["LIKE_OTHER_PROOF"]
    for caller in (city.anyone(), citizen):
        for report in (reported, other):
            assert await concerns(caller, report) == [None]


async def test_likeness_to_a_proof_of_another_unit_is_no_concern(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    colleague = await city.official(CIDENG, name="cideng")
    here = await citizen.report()
    there = await citizen.report(location={"latitude": -6.173, "longitude": 106.80832})
    image = scene(1, 800, 600)
    assert await fix(officer, here, await officer.photo(encoded(image))) == []
    assert await fix(colleague, there, await colleague.photo(encoded(image.resize((640, 480))))) == []
    assert await concerns(colleague, there) == [None]


async def forget_looks() -> None:
    """Leave the photos as they were before there were looks."""
    await Fingerprint.all().delete()
    await Photo.all().update(fingerprints=None, dhash=None, one_colour=None)


async def test_photo_of_before_is_recognised_once_its_files_were_read(city: City, tmp_path: Path) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    original = encoded(scene(1), "JPEG", quality=92)
    uploaded = (await citizen.upload(original)).json()
    report = await citizen.report(photoIds=[uploaded["id"]])
    unused = await officer.photo(encoded(scene(3, 640, 480)))
    await forget_looks()
    files, lines = [(await city.http.get(uploaded[address])).content for address in ADDRESSES.split()], list[str]()
    look = MediaFolder(tmp_path / "media").look
    await record_looks(city.transactions, look, lines.append)
    assert lines == ["photos fingerprinted=2 unreadable=0"]
    await record_looks(city.transactions, look, lines.append)
    assert len(lines) == 1
    for served in files:
        with Image.open(io.BytesIO(served)) as image:
            lossless = encoded(image)
        for copy in (served, lossless, original):
            assert await fix(officer, report, await officer.photo(copy)) == [("PROOF_REUSED", FIELD)]
    assert await fix(officer, report, unused) == []
    assert await Fingerprint.filter(value__in=(await Photo.get(id=unused)).fingerprints or []).exists()


async def test_unreadable_photo_of_before_keeps_no_other_waiting(city: City, tmp_path: Path) -> None:
    citizen = await city.citizen()
    ids = sorted([await citizen.photo(encoded(scene(number, 640, 480))) for number in range(3)])
    await forget_looks()
    folder = MediaFolder(tmp_path / "media")
    damaged = folder.path(ids[1])
    for each in names_of(ids[0]):
        folder.path(each).unlink(missing_ok=True)
    damaged.write_bytes(damaged.read_bytes()[:2_000])
    lines: list[str] = []
    await record_looks(city.transactions, folder.look, lines.append)
    assert lines == ["photos fingerprinted=1 unreadable=2"]
    assert [photo.fingerprints is None for photo in await Photo.all().order_by("id")] == [True, True, False]
