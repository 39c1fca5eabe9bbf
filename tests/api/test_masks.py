"""Masked details: no way in has them for the public, and their author and those who may act still read them."""

import json
from typing import Any

import pytest
from tortoise import Tortoise

from models.database import fetch
from outbox.payloads import report_facts, report_to_send
from rules.access import Role
from rules.personal_details import mask
from schema.nodes import global_id, row_id
from tests.api import test_hidden
from tests.api.test_my_data import link_of, opened
from tests.city import City
from tests.wire import GAMBIR, Caller

pytestmark = pytest.mark.anyio

PLATE, PHONE = "B 4711 XQZ", "0812-3456-7890"
WORDS = {"title": f"Mobil {PLATE} parkir liar", "description": f"Telepon {PHONE}", "address": f"Depan {PLATE}"}
PUBLIC = {name: mask(text) for name, text in WORDS.items()}
ORIGINALS = {"report_original", "comment_original"}
SHOWN = """query($number: String!) { report(number: $number) { title description address
    original { title description address } comments { edges { node { body originalBody } } } } }"""
DETAILS = "query($text: String!) { personalDetails(text: $text) { kind text masked start end } }"


async def tables_with(secret: str) -> set[str]:
    """Return the tables in which any row has a text."""
    names = [model._meta.db_table for model in Tortoise.apps["models"].values()]
    return {name for name in [*names, "report_text"] if secret in str(await fetch(f"SELECT * FROM {name}"))}


async def shown(caller: Caller, report: dict[str, Any]) -> Any:
    return (await caller.ask(SHOWN, number=report["number"]))["report"]


def words_of(found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in WORDS}


def bodies(found: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(edge["node"]["body"], edge["node"]["originalBody"]) for edge in found["comments"]["edges"]]


async def town_of(city: City) -> test_hidden.Town:
    """Make a city with a report and a comment of its supporter, both masked."""
    people = {"visitor": city.anyone(), "citizen": await city.citizen("lain")}
    people["supporter"], people["reporter"] = await city.citizen("pendukung"), await city.citizen("pelapor")
    people["officer"] = await city.official(GAMBIR)
    people["other unit"] = await city.official("31.74.01.1001", name="jauh")
    people["admin"] = await city.official(None, Role.ADMIN, "admin")
    report = await people["reporter"].report(**WORDS, maskPersonalDetails=True)
    assert (await people["supporter"].act("supportReport", report["id"]))["errors"] == []
    spoken = await people["supporter"].comment(report["id"], f"Benar, {PLATE}", mask=True)
    assert spoken["comment"]["body"] == f"Benar, {mask(PLATE)}"
    duplicate = await people["citizen"].report()
    merged = {"status": "PROCESSED", "resolution": "DUPLICATE", "duplicateOf": report["id"]}
    assert (await people["officer"].act("changeReportStatus", duplicate["id"], **merged))["errors"] == []
    town = test_hidden.Town(city, people, report, duplicate, "")
    await town.settle()
    return town


async def test_masked_details_are_found_over_no_way_in(city: City) -> None:
    town = await town_of(city)
    secrets = (PLATE, PHONE, "4711")
    for name in ("visitor", "reporter", "admin"):
        for way in test_hidden.WAYS[: 4 if name == "visitor" else 5]:
            found = await way(town, town.people[name])
            assert not [secret for secret in secrets if secret in found], (name, way.__name__)
    search = '{ reports(filter: {text: "4711"}) { totalCount } }'
    assert (await town.people["admin"].ask(search))["reports"]["totalCount"] == 0
    row = await report_to_send(row_id(town.report["id"], "Report") or 0)
    assert row is not None
    assert PLATE not in str(report_facts(row, "", lambda *_: ("", "", "")))
    for secret in secrets[:2]:
        assert await tables_with(secret) == (ORIGINALS if secret == PLATE else {"report_original"})


async def test_author_and_staff_who_may_act_read_the_original_words(city: City) -> None:
    town = await town_of(city)
    assert (await town.people["admin"].act("hideReport", town.report["id"], reason="Alasan"))["errors"] == []
    assert (await town.people["admin"].act("showReport", town.report["id"]))["errors"] == []
    spoken = (f"Benar, {mask(PLATE)}", f"Benar, {PLATE}")
    for name in ("visitor", *town.people, "visitor"):  # also from kept answers, after those who read them have asked
        found = await shown(town.people[name], town.report)
        assert words_of(found) == PUBLIC, name
        assert found["original"] == (WORDS if name in {"reporter", "officer", "admin"} else None), name
        reads = name in {"supporter", "officer", "admin"}
        assert bodies(found) == [(spoken[0], spoken[1] if reads else None)], name
    moved = {"handler": global_id("Agency", "SDA")}
    assert (await town.people["officer"].act("assignReport", town.report["id"], **moved))["errors"] == []
    agency = await city.official("SDA", name="air")
    assert (await shown(agency, town.report))["original"] == WORDS
    assert (await shown(town.people["officer"], town.report))["original"] == WORDS  # of its kelurahan
    own = opened(await city.http.get(await link_of(town.people["reporter"])))
    assert PLATE.encode() in own["unmasked.json"]
    assert f"Benar, {PLATE}".encode() not in b"".join(own.values())
    spoken_by = opened(await city.http.get(await link_of(town.people["supporter"])))
    assert f"Benar, {PLATE}".encode() in spoken_by["comments.json"]


async def test_original_words_go_with_those_that_the_public_reads(city: City) -> None:
    reporter, other = await city.citizen(), await city.citizen("lain")
    withdrawn, erased = [
        await reporter.report(**WORDS, maskPersonalDetails=True, category=one) for one in ("SAMPAH", "PKL")
    ]
    for report in (withdrawn, erased):
        assert (await reporter.comment(report["id"], f"Lagi {PLATE}", mask=True))["errors"] == []
    assert (await other.act("supportReport", erased["id"]))["errors"] == []
    assert (await other.comment(erased["id"], f"Saya juga, {PHONE}", mask=True))["errors"] == []
    assert (await reporter.act("eraseReport", erased["id"]))["errors"] == []
    assert (await shown(reporter, erased))["original"] is None
    assert len(await fetch("SELECT * FROM report_original")) == 1
    assert len(await fetch("SELECT * FROM comment_original")) == 2
    assert (await reporter.act("withdrawReport", withdrawn["id"]))["errors"] == []
    assert (await shown(reporter, withdrawn))["original"] is None
    assert await tables_with(PLATE) == {"comment_original"}


async def test_reports_that_differ_only_under_their_masks_are_two(city: City) -> None:
    citizen = await city.citizen()
    first = await citizen.report(**WORDS, maskPersonalDetails=True)
    again = {name: text.replace("B 4711", " b 4711") for name, text in WORDS.items()}
    other = {name: text.replace("4711", "4712") for name, text in WORDS.items()}
    assert (await citizen.report(**WORDS, maskPersonalDetails=True))["number"] == first["number"]
    numbers = {(await citizen.report(**words, maskPersonalDetails=True))["number"] for words in (again, other)}
    assert len(numbers | {first["number"]}) == 3
    keyed = await citizen.report(**WORDS, maskPersonalDetails=True, category="PKL", idempotencyKey="satu")
    for words, masked, codes in (
        (WORDS, True, []),
        (other, True, ["DUPLICATE_REQUEST"]),
        (WORDS, False, ["DUPLICATE_REQUEST"]),
    ):
        payload = await citizen.submit(**words, maskPersonalDetails=masked, category="PKL", idempotencyKey="satu")
        assert [error["code"] for error in payload["errors"]] == codes
        assert payload["report"] is None or payload["report"]["number"] == keyed["number"]
    honest = {"title": "Sampah", "description": "Di trotoar sejak 23/11/2026"}
    numbers = {(await citizen.report(**honest, maskPersonalDetails=masked))["number"] for masked in (True, False)}
    assert len(numbers) == 1


async def test_edits_keep_the_masks_until_the_reporter_takes_them_off(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report(**WORDS)
    truck, truck_masked = {"title": f"Truk {PLATE}"}, {"title": f"Truk {mask(PLATE)}"}
    call, call_masked = {"description": f"Ke {PHONE}"}, {"description": f"Ke {mask(PHONE)}"}
    bare = {"title": "Truk", "description": PUBLIC["description"]}
    steps: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]] = [
        (truck, WORDS | truck, None),
        ({"maskPersonalDetails": True}, PUBLIC | truck_masked, WORDS | truck),
        (call, PUBLIC | truck_masked | call_masked, WORDS | truck | call),
        (PUBLIC | bare, PUBLIC | bare, WORDS | bare),  # an address that comes back as it is shown
        ({"maskPersonalDetails": False}, WORDS | bare, None),
        ({"maskPersonalDetails": True, "address": ""}, bare | {"address": None}, None),
    ]
    for number, (changes, public, original) in enumerate(steps):
        payload = await citizen.act("updateReport", report["id"], **changes)
        assert payload["errors"] == [], number
        for caller, reads in ((citizen, True), (officer, True), (city.anyone(), False)):
            found = await shown(caller, report)
            assert (words_of(found), found["original"]) == (public, original if reads else None), number
    assert payload["report"]["version"] == 1 + len(steps)
    same = await citizen.act("updateReport", report["id"], maskPersonalDetails=True)
    assert same["report"]["version"] == payload["report"]["version"]


async def test_words_are_masked_later_in_any_state_with_what_was_said(city: City) -> None:
    citizen, officer, visitor = await city.citizen(), await city.official(GAMBIR), city.anyone()
    report = await citizen.report(**WORDS)
    assert (await citizen.comment(report["id"], f"Lagi {PLATE}"))["errors"] == []
    assert (await officer.comment(report["id"], f"Kami hubungi {PHONE}"))["errors"] == []
    done = {"status": "PROCESSED", "resolution": "FIXED", "proofPhotoIds": [await officer.photo()]}
    assert (await officer.act("changeReportStatus", report["id"], **done))["errors"] == []
    assert (await citizen.act("rateReport", report["id"], stars=1, comment=f"Masih {PLATE}"))["errors"] == []
    events = """query($n: String!) { report(number: $n) {
        timeline { edges { node { id kind actorRole note comment { body } } } } } }"""
    kept = "query($id: ID!) { node(id: $id) { ... on ReportEvent { note comment { body } } } }"
    edges = (await visitor.ask(events, n=report["number"]))["report"]["timeline"]["edges"]
    changed = [edge["node"]["id"] for edge in edges if PLATE in json.dumps(edge)]
    before = [await visitor.ask(kept, id=one) for one in changed]
    assert (len(changed), json.dumps(before).count(PLATE)) == (2, 2)
    assert (await officer.act("maskPersonalDetails", report["id"]))["errors"][0]["code"] == "FORBIDDEN"
    for _ in range(2):
        masked = await citizen.act("maskPersonalDetails", report["id"])
        assert masked["errors"] == []
        assert masked["report"]["version"] == report["version"] + 5
    assert [await visitor.ask(kept, id=one) for one in changed] == json.loads(
        json.dumps(before, ensure_ascii=False).replace(PLATE, mask(PLATE))
    )
    timeline = (await visitor.ask(events, n=report["number"]))["report"]["timeline"]["edges"]
    assert PLATE not in json.dumps(timeline)
    assert (timeline[-1]["node"]["kind"], timeline[-1]["node"]["actorRole"]) == ("EDITED", "CITIZEN")
    found = await shown(officer, report)
    assert (words_of(found), found["original"]) == (PUBLIC, WORDS)
    assert bodies(found) == [(f"Lagi {mask(PLATE)}", f"Lagi {PLATE}"), (f"Kami hubungi {PHONE}", None)]
    assert await tables_with(PLATE) == ORIGINALS


async def test_details_are_shown_before_sending_and_nothing_is_kept(city: City) -> None:
    caller, text = city.anyone(), f"😀 Mobil {PLATE}, telepon {PHONE}"
    (plate, phone) = (await caller.ask(DETAILS, text=text))["personalDetails"]
    assert plate == {"kind": "PLATE", "text": PLATE, "masked": mask(PLATE), "start": 9, "end": 19}
    assert (phone["kind"], phone["text"]) == ("TELEPHONE", PHONE)
    for wrong in ("x" * 5_001, None, 3, ["x"]):
        answer = (await city.http.post("/graphql", json={"query": DETAILS, "variables": {"text": wrong}})).json()
        assert answer["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    assert (await caller.ask(DETAILS, text=""))["personalDetails"] == []
    assert len(city.services.answers) == 0
