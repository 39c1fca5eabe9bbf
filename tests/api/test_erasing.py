"""Erasing: words and photos that are taken back are nowhere, and the rest of the report stays."""

import json
from typing import Any

import pytest

from app.sweeper import sweep_if_due
from models.database import fetch
from models.leaves import leaf
from rules.access import Role
from rules.retention import DEFAULTS
from rules.texts import ERASED_TITLE, WITHDRAWN_TITLE
from tests.city import City
from tests.published import published_events
from tests.wire import ERRORS, GAMBIR, Caller

pytestmark = pytest.mark.anyio


SECRET = "rahasia-4471"
WORDS = {"title": f"Judul {SECRET}", "description": f"Isi {SECRET}", "address": f"Jalan {SECRET}"}
SHOWN = """query($number: String!) { report(number: $number) { version status title description address photos { id }
    commentCount comments { edges { node { body } } } timeline { edges { node { kind note comment { body } } } } } }"""
REMOVE = (
    f"mutation($id: ID!, $photo: ID!) {{ removePhoto(id: $id, photoId: $photo) {{ report {{ version }} {ERRORS} }} }}"
)


async def shown(caller: Caller, report: dict[str, Any]) -> Any:
    return (await caller.ask(SHOWN, number=report["number"]))["report"]


async def sizes(city: City, photo: str) -> set[int]:
    stem = photo.removesuffix(".jpg")
    names = [f"{stem}{size}.jpg" for size in (".thumb", ".medium", "")]
    return {(await city.http.get(f"/media/{name}")).status_code for name in names}


async def remove(caller: Caller, report: dict[str, Any], photo: str) -> list[str]:
    payload = (await caller.ask(REMOVE, id=report["id"], photo=photo))["removePhoto"]
    return [error["code"] for error in payload["errors"]]


async def search(city: City) -> int:
    found = await city.anyone().ask(f'{{ reports(filter: {{text: "{SECRET}"}}) {{ totalCount }} }}')
    return int(found["reports"]["totalCount"])


async def stored(table: str) -> str:
    return str(await fetch(f"SELECT * FROM {table}"))


async def test_erased_words_and_photos_are_nowhere_and_the_report_stays(city: City) -> None:
    reporter, other, officer = await city.citizen(), await city.citizen("lain"), await city.official(GAMBIR)
    photo = await reporter.photo()
    report = await reporter.report(**WORDS, photoIds=[photo])
    assert (await other.act("supportReport", report["id"]))["errors"] == []
    assert (await officer.move(report["id"], "IN_PROGRESS", note="Kami cek"))["errors"] == []
    for caller, words in ((reporter, SECRET), (other, "Benar")):
        assert (await caller.comment(report["id"], words))["errors"] == []
    before = await published_events()
    leaves = [leaf(event) for event in before]
    assert (SECRET in json.dumps(await shown(other, report)), await search(city)) == (True, 1)
    assert (await other.act("eraseReport", report["id"]))["errors"][0]["code"] == "FORBIDDEN"
    assert (await reporter.act("eraseReport", report["id"]))["errors"] == []
    assert (await reporter.act("eraseReport", report["id"]))["errors"][0]["code"] == "TRANSITION_REFUSED"
    for caller in (reporter, other):
        found = await shown(caller, report)
        assert SECRET not in json.dumps(found)
        assert (found["title"], found["description"], found["address"], found["photos"]) == (ERASED_TITLE, "", None, [])
        assert (found["status"], found["commentCount"]) == ("IN_PROGRESS", 1)
        assert [edge["node"]["kind"] for edge in found["timeline"]["edges"]][-1] == "ERASED"
        assert "Kami cek" in json.dumps(found)
    assert (await sizes(city, photo), await search(city)) == ({404}, 0)
    assert SECRET not in "".join([await stored(table) for table in ("report", "comment", "note", "log_event")])
    assert [leaf(event) for event in await published_events()][: len(leaves)] == leaves
    store = city.service._photos
    assert await sweep_if_due(city.transactions, store, DEFAULTS)
    assert (await store.find(photo), await fetch("SELECT * FROM photo")) == (None, [])
    assert (await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=[await officer.photo()]))[
        "errors"
    ] == []


async def test_reporter_who_waits_and_the_control_room_remove_photos(city: City) -> None:
    reporter, other, officer = await city.citizen(), await city.citizen("lain"), await city.official(GAMBIR)
    admin = await city.official(None, Role.ADMIN, "admin")
    photos = [await reporter.photo() for _ in range(3)]
    report = await reporter.report(photoIds=photos)
    for caller in (other, officer):
        assert await remove(caller, report, photos[0]) == ["FORBIDDEN"]
    assert await remove(reporter, report, await reporter.photo()) == ["NOT_FOUND"]
    assert await remove(reporter, report, photos[0]) == []
    added = await reporter.photo()
    assert (await reporter.act("updateReport", report["id"], addPhotoIds=[added]))["errors"] == []
    assert [each["id"] for each in (await shown(other, report))["photos"]] == [photos[1], photos[2], added]
    proof = await officer.photo()
    done = {"status": "PROCESSED", "resolution": "FIXED", "proofPhotoIds": [proof]}
    assert (await officer.act("changeReportStatus", report["id"], **done))["errors"] == []
    assert await remove(reporter, report, photos[1]) == ["TRANSITION_REFUSED"]
    for photo in (photos[1], proof):
        assert await remove(admin, report, photo) == []
        assert await sizes(city, photo) == {404}
    assert [each["id"] for each in (await shown(other, report))["photos"]] == [photos[2], added]
    assert await sizes(city, photos[2]) == {200}


async def test_withdrawn_report_shows_neither_words_nor_photos(city: City) -> None:
    reporter = await city.citizen()
    photo = await reporter.photo()
    report = await reporter.report(**WORDS, photoIds=[photo])
    assert await search(city) == 1
    assert (await reporter.act("withdrawReport", report["id"]))["errors"] == []
    for caller in (city.anyone(), reporter):
        found = await shown(caller, report)
        assert (found["title"], found["description"], found["address"], found["photos"]) == (
            WITHDRAWN_TITLE,
            "",
            None,
            [],
        )
    for path in ("/export/reports.csv", "/open311/v2/requests.json"):
        text = (await city.http.get(path)).text
        assert (report["number"] in text, SECRET in text) == (True, False)
    assert (await sizes(city, photo), await search(city)) == ({404}, 0)
