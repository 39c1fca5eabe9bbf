import asyncio
from typing import Any

import pytest

from models.reports import Photo
from tests.city import City
from tests.wire import GAMBIR, MONAS, PICTURE, Caller, png

pytestmark = pytest.mark.anyio

CIDENG = "31.71.01.1002"
DETAILS = "id url mediumUrl thumbnailUrl width height"


def errors_of(payload: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["field"]) for error in payload["errors"]]


async def fix(officer: Caller, report: dict[str, Any], *photos: str) -> dict[str, Any]:
    return await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=list(photos))


async def test_upload_and_report_give_the_same_photo_and_it_is_served(city: City) -> None:
    citizen = await city.citizen()
    uploads = [(await citizen.upload()).json() for _ in range(2)]
    report = await citizen.report(photoIds=[upload["id"] for upload in reversed(uploads)])
    answer = await city.anyone().ask(
        f"query($id: ID!) {{ node(id: $id) {{ ... on Report {{ photos {{ {DETAILS} }} proof {{ id }} }} }} }}",
        id=report["id"],
    )
    assert answer["node"] == {"photos": list(reversed(uploads)), "proof": []}
    assert (uploads[0]["width"], uploads[0]["height"]) == PICTURE
    for address in ("url", "mediumUrl", "thumbnailUrl"):
        picture = await city.http.get(uploads[0][address])
        assert picture.status_code == 200
        assert picture.headers["content-type"] == "image/jpeg"


async def test_upload_requires_a_session(city: City) -> None:
    refused = await city.anyone().upload()
    assert refused.status_code == 401
    assert refused.json()["errors"][0]["code"] == "UNAUTHENTICATED"
    assert await Photo.all().count() == 0


async def test_photo_is_used_once_and_by_its_owner(city: City) -> None:
    citizen, thief = await city.citizen(), await city.citizen("pencuri")
    photo, spare = await citizen.photo(), await citizen.photo()
    stolen = await thief.submit(photoIds=[photo])
    assert errors_of(stolen) == [("INVALID", ["input", "photoIds"])]
    report = await citizen.report(photoIds=[photo])
    assert errors_of(await citizen.submit(photoIds=[photo])) == [("INVALID", ["input", "photoIds"])]
    assert errors_of(await citizen.submit(photoIds=[spare, photo])) == [("INVALID", ["input", "photoIds"])]
    assert errors_of(await citizen.submit(photoIds=[spare, spare])) == [("INVALID", ["input", "photoIds"])]
    again = await citizen.act("updateReport", report["id"], addPhotoIds=[photo])
    assert errors_of(again) == [("INVALID", ["input", "addPhotoIds"])]
    assert (await citizen.submit(photoIds=[spare]))["errors"] == []  # the refusals consumed nothing


async def test_unknown_and_foreign_photos_are_refused_alike(city: City) -> None:
    citizen, other = await city.citizen(), await city.citizen("lain")
    refusals = [
        (await citizen.submit(photoIds=[photo]))["errors"]
        for photo in (await other.photo(), "tidak-ada", "", "a\0b", "x" * 5_000, "../../etc/passwd", "é")
    ]
    assert refusals == [refusals[0]] * len(refusals)


async def test_report_has_at_most_five_photos(city: City) -> None:
    citizen = await city.citizen()
    photos = [await citizen.photo() for _ in range(6)]
    assert errors_of(await citizen.submit(photoIds=photos)) == [("INVALID", ["input", "photoIds"])]
    report = await citizen.report(photoIds=photos[:3])
    many = await citizen.act("updateReport", report["id"], addPhotoIds=photos[3:])
    assert errors_of(many) == [("INVALID", ["input", "addPhotoIds"])]
    full = await citizen.act("updateReport", report["id"], addPhotoIds=photos[3:5])
    assert [photo["id"] for photo in full["report"]["photos"]] == photos[:5]
    assert (await citizen.act("updateReport", report["id"], addPhotoIds=photos[5:]))["errors"] != []


async def test_concurrent_uses_of_one_photo_have_one_winner(city: City) -> None:
    citizen = await city.citizen()
    photo = await citizen.photo()
    payloads = await asyncio.gather(*(citizen.submit(title=f"{number}", photoIds=[photo]) for number in range(5)))
    assert sorted(len(payload["errors"]) for payload in payloads) == [0, 1, 1, 1, 1]


async def test_proof_with_the_bytes_of_a_citizen_photo_is_refused(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    elsewhere = await citizen.report(photoIds=[await citizen.photo(png(1))], category="BANJIR")
    report = await citizen.report(photoIds=[await citizen.photo(png(2))])
    for number in (1, 2):  # of another report, and of the same report
        refused = await fix(officer, report, await officer.photo(), await officer.photo(png(number)))
        assert errors_of(refused) == [("PROOF_REUSED", ["input", "proofPhotoIds"])]
    assert elsewhere["proof"] == []
    assert (await fix(officer, report, await officer.photo(png(3))))["errors"] == []


async def test_proof_with_the_bytes_of_another_proof_is_refused(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    colleague = await city.official(CIDENG, name="cideng")
    first, second = await citizen.report(), await citizen.report()
    elsewhere = await citizen.report(kelurahan=None, location={"latitude": -6.173, "longitude": 106.80832})
    assert (await fix(officer, first, await officer.photo(png(1))))["errors"] == []
    for caller, report in ((officer, second), (colleague, elsewhere)):
        refused = await fix(caller, report, await caller.photo(png(1)))
        assert errors_of(refused) == [("PROOF_REUSED", ["input", "proofPhotoIds"])]


async def test_unused_uploads_do_not_block_a_proof(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    await citizen.photo(png(1))
    assert (await fix(officer, await citizen.report(), await officer.photo(png(1))))["errors"] == []


async def test_proof_has_one_to_five_different_photos_of_the_officer(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    photos = [await officer.photo() for _ in range(6)]
    twins = [await officer.photo(png(99)) for _ in range(2)]
    for wrong in (photos, [photos[0], photos[0]], twins, [await citizen.photo()], ["tidak-ada"]):
        assert errors_of(await fix(officer, report, *wrong)) == [("INVALID", ["input", "proofPhotoIds"])]
    fixed = await fix(officer, report, *photos[:5])
    assert [photo["id"] for photo in fixed["report"]["proof"]] == photos[:5]
    assert fixed["report"]["photos"] == []


async def test_concurrent_proofs_with_the_same_bytes_have_one_winner(city: City) -> None:
    citizen = await city.citizen()
    officers = [await city.official(GAMBIR, name="satu"), await city.official(GAMBIR, name="dua")]
    for number in range(5):
        reports = [await citizen.report() for _ in officers]
        photos = [await officer.photo(png(number)) for officer in officers]
        payloads = await asyncio.gather(*map(fix, officers, reports, photos))
        codes = {tuple(code for code, _ in errors_of(payload)) for payload in payloads}
        assert codes == {(), ("PROOF_REUSED",)}


async def test_refused_proof_stays_available_for_another_report(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    closed, report = await citizen.report(), await citizen.report()
    await officer.move(closed["id"], "PROCESSED", resolution="INVALID", note="x")
    photo = await officer.photo()
    assert (await fix(officer, closed, photo))["errors"][0]["code"] == "TRANSITION_REFUSED"
    assert (await fix(officer, report, photo))["errors"] == []


async def test_same_bytes_of_one_person_are_one_photo_until_a_report_has_it(city: City) -> None:
    citizen, other = await city.citizen(), await city.citizen("lain")
    answers = await asyncio.gather(*(citizen.upload(png(1)) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {201}
    first = answers[0].json()
    assert [answer.json() for answer in answers] == [first] * 4
    assert (await other.upload(png(1))).json()["id"] != first["id"]
    assert await Photo.all().count() == 2
    folder = city.service.settings.media_dir
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 2 * len(await Photo.all())
    assert (await city.http.get(first["url"])).status_code == 200
    await citizen.report(photoIds=[first["id"]])
    again = await citizen.photo(png(1))
    assert again != first["id"]
    await citizen.report(photoIds=[again])


async def test_report_sent_again_with_photos_uploaded_again_is_the_same(city: City) -> None:
    citizen = await city.citizen()
    report = await citizen.report(photoIds=[await citizen.photo(png(1))], idempotencyKey="k")
    again = await citizen.submit(photoIds=[await citizen.photo(png(1))], idempotencyKey="k")
    assert again["errors"] == []
    assert again["report"]["id"] == report["id"]
    for photos in ([await citizen.photo(png(2))], [], ["tidak-ada"], [await citizen.photo(png(1)), "x"] * 9):
        refused = await citizen.submit(photoIds=photos, idempotencyKey="k")
        assert errors_of(refused) == [("DUPLICATE_REQUEST", ["input", "idempotencyKey"])]
        assert report["number"] in refused["errors"][0]["message"]


async def test_duplicate_request_names_the_report(city: City) -> None:
    citizen = await city.citizen()
    report = await citizen.report(idempotencyKey="k")
    document = "mutation($i: SubmitReportInput!) { submitReport(input: $i) { errors { code reportNumber } } }"
    given = {"title": "Lain", "description": "x", "category": "SAMPAH", "location": MONAS, "idempotencyKey": "k"}
    answer = await citizen.ask(document, i=given)
    assert answer["submitReport"]["errors"] == [{"code": "DUPLICATE_REQUEST", "reportNumber": report["number"]}]
    invalid = await citizen.ask(document, i=given | {"idempotencyKey": "m", "category": "?"})
    assert invalid["submitReport"]["errors"] == [{"code": "INVALID", "reportNumber": None}]
