import asyncio
from typing import Any

import pytest

from models.reports import Photo
from tests.city import City
from tests.wire import GAMBIR, Caller, png

pytestmark = pytest.mark.anyio

CIDENG = "31.71.01.1002"
DETAILS = "id url thumbnailUrl width height"


def told(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["field"]) for error in payload["errors"]]


async def fix(officer: Caller, report: dict[str, Any], *photos: str) -> dict[str, Any]:
    return await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=list(photos))


async def test_an_uploaded_photo_is_told_alike_by_the_upload_and_by_the_report_and_is_there(city: City) -> None:
    citizen = await city.citizen()
    uploads = [(await citizen.upload()).json() for _ in range(2)]
    report = await citizen.report(photoIds=[upload["id"] for upload in reversed(uploads)])
    answer = await city.anyone().ask(
        f"query($id: ID!) {{ node(id: $id) {{ ... on Report {{ photos {{ {DETAILS} }} proof {{ id }} }} }} }}",
        id=report["id"],
    )
    assert answer["node"] == {"photos": list(reversed(uploads)), "proof": []}
    assert (uploads[0]["width"], uploads[0]["height"]) == (16, 12)
    for address in ("url", "thumbnailUrl"):
        picture = await city.http.get(uploads[0][address])
        assert picture.status_code == 200
        assert picture.headers["content-type"] == "image/jpeg"


async def test_photos_need_a_session(city: City) -> None:
    refused = await city.anyone().upload()
    assert refused.status_code == 401
    assert refused.json()["errors"][0]["code"] == "UNAUTHENTICATED"
    assert await Photo.all().count() == 0


async def test_a_photo_is_used_by_its_owner_and_once(city: City) -> None:
    citizen, thief = await city.citizen(), await city.citizen("pencuri")
    photo, spare = await citizen.photo(), await citizen.photo()
    stolen = await thief.submit(photoIds=[photo])
    assert told(stolen) == [("INVALID", ["input", "photoIds"])]
    report = await citizen.report(photoIds=[photo])
    assert told(await citizen.submit(photoIds=[photo])) == [("INVALID", ["input", "photoIds"])]
    assert told(await citizen.submit(photoIds=[spare, photo])) == [("INVALID", ["input", "photoIds"])]
    assert told(await citizen.submit(photoIds=[spare, spare])) == [("INVALID", ["input", "photoIds"])]
    again = await citizen.act("updateReport", report["id"], addPhotoIds=[photo])
    assert told(again) == [("INVALID", ["input", "addPhotoIds"])]
    assert (await citizen.submit(photoIds=[spare]))["errors"] == []  # the refusals took nothing


async def test_an_unknown_photo_and_somebody_elses_are_refused_alike(city: City) -> None:
    citizen, other = await city.citizen(), await city.citizen("lain")
    refusals = [
        (await citizen.submit(photoIds=[photo]))["errors"]
        for photo in (await other.photo(), "tidak-ada", "", "a\0b", "x" * 5_000, "../../etc/passwd", "é")
    ]
    assert refusals == [refusals[0]] * len(refusals)


async def test_a_report_has_at_most_five_photos(city: City) -> None:
    citizen = await city.citizen()
    photos = [await citizen.photo() for _ in range(6)]
    assert told(await citizen.submit(photoIds=photos)) == [("INVALID", ["input", "photoIds"])]
    report = await citizen.report(photoIds=photos[:3])
    many = await citizen.act("updateReport", report["id"], addPhotoIds=photos[3:])
    assert told(many) == [("INVALID", ["input", "addPhotoIds"])]
    full = await citizen.act("updateReport", report["id"], addPhotoIds=photos[3:5])
    assert [photo["id"] for photo in full["report"]["photos"]] == photos[:5]
    assert (await citizen.act("updateReport", report["id"], addPhotoIds=photos[5:]))["errors"] != []


async def test_one_photo_in_two_reports_at_once_is_in_one(city: City) -> None:
    citizen = await city.citizen()
    photo = await citizen.photo()
    payloads = await asyncio.gather(*(citizen.submit(title=f"{number}", photoIds=[photo]) for number in range(5)))
    assert sorted(len(payload["errors"]) for payload in payloads) == [0, 1, 1, 1, 1]


async def test_a_proof_of_the_bytes_of_a_citizens_picture_is_refused(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    elsewhere = await citizen.report(photoIds=[await citizen.photo(png(1))], category="BANJIR")
    report = await citizen.report(photoIds=[await citizen.photo(png(2))])
    for number in (1, 2):  # of another report, and of the very same
        refused = await fix(officer, report, await officer.photo(), await officer.photo(png(number)))
        assert told(refused) == [("PROOF_REUSED", ["input", "proofPhotoIds"])]
    assert elsewhere["proof"] == []
    assert (await fix(officer, report, await officer.photo(png(3))))["errors"] == []


async def test_a_proof_of_the_bytes_of_another_proof_is_refused(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    colleague = await city.official(CIDENG, name="cideng")
    first, second = await citizen.report(), await citizen.report()
    elsewhere = await citizen.report(kelurahan=None, location={"latitude": -6.173, "longitude": 106.80832})
    assert (await fix(officer, first, await officer.photo(png(1))))["errors"] == []
    for caller, report in ((officer, second), (colleague, elsewhere)):
        refused = await fix(caller, report, await caller.photo(png(1)))
        assert told(refused) == [("PROOF_REUSED", ["input", "proofPhotoIds"])]


async def test_bytes_that_were_uploaded_and_never_used_prove_nothing_and_block_nothing(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    await citizen.photo(png(1))
    assert (await fix(officer, await citizen.report(), await officer.photo(png(1))))["errors"] == []


async def test_a_proof_has_one_to_five_different_pictures_of_the_officers_own(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    photos = [await officer.photo() for _ in range(6)]
    twins = [await officer.photo(png(99)) for _ in range(2)]
    for wrong in (photos, [photos[0], photos[0]], twins, [await citizen.photo()], ["tidak-ada"]):
        assert told(await fix(officer, report, *wrong)) == [("INVALID", ["input", "proofPhotoIds"])]
    fixed = await fix(officer, report, *photos[:5])
    assert [photo["id"] for photo in fixed["report"]["proof"]] == photos[:5]
    assert fixed["report"]["photos"] == []


async def test_of_two_proofs_with_the_same_bytes_at_once_one_wins(city: City) -> None:
    citizen = await city.citizen()
    officers = [await city.official(GAMBIR, name="satu"), await city.official(GAMBIR, name="dua")]
    for number in range(5):
        reports = [await citizen.report() for _ in officers]
        photos = [await officer.photo(png(number)) for officer in officers]
        payloads = await asyncio.gather(*map(fix, officers, reports, photos))
        codes = {tuple(code for code, _ in told(payload)) for payload in payloads}
        assert codes == {(), ("PROOF_REUSED",)}


async def test_a_refused_proof_stays_free_for_another_report(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    closed, report = await citizen.report(), await citizen.report()
    await officer.move(closed["id"], "PROCESSED", resolution="INVALID", note="x")
    photo = await officer.photo()
    assert (await fix(officer, closed, photo))["errors"][0]["code"] == "TRANSITION_REFUSED"
    assert (await fix(officer, report, photo))["errors"] == []
