import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models.database import log_head
from models.reports import Report, ReportDay
from rules.cursors import decode
from rules.routing import FirstHandler
from tests.city import City
from tests.wire import ERRORS, GAMBIR, MONAS, REPORT, Caller

pytestmark = pytest.mark.anyio

MORNING = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
"""10:00 in Jakarta. People sign in before the time is set, because tokens expire by the real clock."""

BORDER = {"latitude": -6.225, "longitude": 106.852}
"""Between Tebet Timur and two others: not exact."""

NOT_IN_THE_CITY = {
    (91, 106.8): "INVALID",
    (-6.2, 181): "INVALID",
    (-6.2, -1e308): "INVALID",
    (106.8272, -6.1754): "INVALID",  # swapped
    (0, 0): "OUT_OF_AREA",
    (90, 180): "OUT_OF_AREA",
    (-6.9175, 107.6191): "OUT_OF_AREA",  # Bandung
    (-6.5950, 106.7890): "OUT_OF_AREA",  # Bogor
}

UNFIT = {
    "title": ["", " \t\n ", "\u200b", "\u3164\u2800", "x" * 151, "a\0b", "a\x1bb"],
    "description": ["", "\u2060", "x" * 5_001, "a\0b"],
    "address": ["x" * 301, "a\x7fb"],
    "idempotencyKey": ["", "x" * 101, "a\0b"],
    "category": ["", "TIDAK_ADA", "sampah", "a\0b"],
}

INVALID_EDITS: dict[tuple[str, ...], list[dict[str, Any]]] = {
    ("input",): [{}, {"title": None, "addPhotoIds": []}],
    ("input", "title"): [{"title": ""}, {"title": "x" * 151}],
    ("input", "description"): [{"description": "\0"}],
    ("input", "address"): [{"address": "x" * 301}],
    ("input", "addPhotoIds"): [{"addPhotoIds": ["tidak-ada"]}],
}

DETAILS = f"""{REPORT}
  address location {{ latitude longitude }} statusLabel english: statusLabel(locale: EN)
  responseDueAt processingDueAt viewerIsReporter
  handler {{ ... on Agency {{ name kind }} }}
  category {{ external weight hours responseTargetMinutes processingTargetMinutes agency {{ code }} }}
  timeline {{ edges {{ node {{ id cursor kind at reportId version fromStatus toStatus resolution note actor }} }} }}
"""


def set_time(city: City, moment: datetime) -> None:
    city.transactions.now = lambda: moment


async def details(caller: Caller, report_id: str) -> dict[str, Any]:
    found = (
        await caller.ask(f"query($id: ID!) {{ node(id: $id) {{ ... on Report {{ {DETAILS} }} }} }}", id=report_id)
    )["node"]
    assert isinstance(found, dict)
    return found


async def submit_raw(city: City, caller: Caller, title: str) -> tuple[int, dict[str, Any]]:
    """Submit with a title given as JSON text, which may be invalid."""
    document = f"mutation($i: SubmitReportInput!) {{ submitReport(input: $i) {{ report {{ id }} {ERRORS} }} }}"
    location = json.dumps(MONAS)
    options = f'{{"title": {title}, "description": "x", "category": "SAMPAH", "location": {location}}}'
    body = f'{{"query": "{document}", "variables": {{"i": {options}}}}}'
    response = await city.http.post(
        "/graphql", content=body.encode(), headers=caller.headers | {"content-type": "application/json"}
    )
    answer: dict[str, Any] = response.json()
    return response.status_code, answer


async def test_report_at_monas_is_handled_by_gambir(city: City) -> None:
    report = await (await city.citizen()).report()
    assert report["kelurahan"]["name"] == "Gambir"
    assert report["handler"] == {"__typename": "Kelurahan", "code": GAMBIR}
    assert report["status"] == "WAITING"


async def test_officer_of_the_handler_fixes_a_report_with_proof(city: City) -> None:
    report = await (await city.citizen()).report()
    officer = await city.official(GAMBIR)
    taken = await officer.move(report["id"], "IN_PROGRESS")
    assert taken["errors"] == []
    assert taken["report"]["version"] == 2
    refused = await officer.move(report["id"], "PROCESSED", resolution="FIXED")
    assert refused["errors"][0]["code"] == "PROOF_REQUIRED"
    fixed = await officer.move(report["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=[await officer.photo()])
    assert fixed["errors"] == []
    assert fixed["report"]["status"] == "PROCESSED"
    assert len(fixed["report"]["proof"]) == 1
    board = await city.anyone().ask(
        "{ leaderboard { standings(first: 1) { edges { node "
        "{ rank points subject { ... on Kelurahan { code } } } } } } }"
    )
    assert board["leaderboard"]["standings"]["edges"][0]["node"] == {
        "rank": 1,
        "points": 32,
        "subject": {"code": GAMBIR},
    }


async def test_new_report_waits_with_the_deadlines_of_its_category(city: City) -> None:
    citizen = await city.citizen()
    set_time(city, MORNING)
    taken = await citizen.report(description="Di trotoar", address="Jalan Medan Merdeka")
    report = await details(citizen, taken["id"])
    assert report["number"] == "JK2603100001"
    assert (report["version"], report["status"], report["resolution"]) == (1, "WAITING", None)
    assert (report["statusLabel"], report["english"]) == ("menunggu", "waiting")
    assert (report["title"], report["description"], report["address"]) == (
        "Sampah menumpuk",
        "Di trotoar",
        "Jalan Medan Merdeka",
    )
    assert report["location"] == MONAS
    assert report["submittedAt"] == "2026-03-10T03:00:00Z"
    assert report["responseDueAt"] == "2026-03-11T03:00:00Z"  # one day
    assert report["processingDueAt"] == "2026-03-12T03:00:00Z"  # two days
    assert (report["respondedAt"], report["processedAt"], report["overdue"]) == (None, None, False)
    assert (report["supportCount"], report["viewerHasSupported"], report["viewerIsReporter"]) == (0, False, True)
    assert (report["photos"], report["proof"], report["duplicateOf"]) == ([], [], None)
    assert report["permissions"] == {"canEdit": True, "canWithdraw": True, "canChangeStatus": False}


async def test_first_event_is_the_submission_and_the_cursor_points_to_it(city: City) -> None:
    citizen = await city.citizen()
    set_time(city, MORNING)
    report = await details(citizen, (await citizen.report())["id"])
    (edge,) = report["timeline"]["edges"]
    assert edge["node"].pop("id")
    assert edge["node"] == {
        "cursor": report["cursor"],
        "kind": "SUBMITTED",
        "at": "2026-03-10T03:00:00Z",
        "reportId": report["id"],
        "version": 1,
        "fromStatus": None,
        "toStatus": "WAITING",
        "resolution": None,
        "note": None,
        "actor": "CITIZEN",
    }
    head = await log_head()
    assert decode(report["cursor"]) == (head.epoch, head.position)


async def test_serial_numbers_restart_at_midnight_in_jakarta(city: City) -> None:
    citizen = await city.citizen()
    midnight = datetime(2026, 3, 10, 17, 0, tzinfo=UTC)
    numbers = []
    for moment in (midnight - timedelta(hours=2), midnight - timedelta(microseconds=1), midnight):
        set_time(city, moment)
        numbers.append((await citizen.report())["number"])
    assert numbers == ["JK2603100001", "JK2603100002", "JK2603110001"]


async def test_serial_number_grows_a_digit_after_9999(city: City) -> None:
    citizen = await city.citizen()
    set_time(city, MORNING)
    await ReportDay.create(day=date(2026, 3, 10), given=9_998)
    numbers = [(await citizen.report())["number"] for _ in range(3)]
    assert numbers == ["JK2603109999", "JK26031010000", "JK26031010001"]
    for number in numbers:
        found = await city.anyone().ask("query($n: String!) { report(number: $n) { number } }", n=number)
        assert found["report"] == {"number": number}


async def test_report_is_found_by_its_number_as_people_type_it(city: City) -> None:
    number = (await (await city.citizen()).report())["number"]
    for typed in (number.lower(), f"#{number}", f" {number[:2]} {number[2:8]}-{number[8:]}.", f"\u200b{number}\n"):
        found = await city.anyone().ask("query($n: String!) { report(number: $n) { number } }", n=typed)
        assert found["report"] == {"number": number}


async def test_unknown_number_finds_nothing(city: City) -> None:
    citizen = await city.citizen()
    set_time(city, MORNING)
    assert (await citizen.report())["number"] == "JK2603100001"
    for number in ("", "JK", "jk26031000", "JK2603100001 2", "JK2603100002", "JK\0", "x" * 5_000, "JK" + "٣" * 10):
        found = await city.anyone().ask("query($n: String!) { report(number: $n) { id } }", n=number)
        assert found == {"report": None}, number


async def test_concurrent_reports_get_gapless_numbers(city: City) -> None:
    citizen = await city.citizen()
    set_time(city, MORNING)
    reports = await asyncio.gather(*(citizen.report() for _ in range(20)))
    assert sorted(report["number"] for report in reports) == [f"JK260310{running:04d}" for running in range(1, 21)]


async def test_reporter_is_known_by_pseudonym_only(city: City) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    mine = await citizen.ask("{ viewer { pseudonym } }")
    for caller in (citizen, await city.citizen("lain"), await city.official(GAMBIR), city.anyone()):
        assert (await details(caller, report["id"]))["reporter"] == mine["viewer"]


async def test_anonymous_report_hides_its_reporter_from_everybody(city: City) -> None:
    citizen = await city.citizen()
    pseudonym = (await citizen.ask("{ viewer { pseudonym } }"))["viewer"]["pseudonym"]
    report = await citizen.report(anonymous=True)
    officer = await city.official(GAMBIR)
    await officer.move(report["id"], "IN_PROGRESS")
    for caller in (citizen, await city.citizen("lain"), officer, city.anyone()):
        seen = await details(caller, report["id"])
        assert seen["reporter"] is None
        assert pseudonym not in str(seen)
        listed = await caller.ask(f"{{ reports {{ edges {{ node {{ {REPORT} }} }} }} }}")
        assert pseudonym not in str(listed)
        assert seen["viewerIsReporter"] is (caller is citizen)


async def test_first_handler_is_the_one_of_the_category(city: City) -> None:
    citizen = await city.citizen()
    for category in city.gazetteer.categories.values():
        report = await details(citizen, (await citizen.report(category=category.code))["id"])
        straight = category.handler is FirstHandler.AGENCY
        assert report["handler"]["code"] == (category.agency if straight else GAMBIR), category.code
        external = straight and city.gazetteer.agencies[category.agency or ""].kind == "EXTERNAL"
        assert report["category"]["external"] is external
        assert report["category"]["agency"] == (None if category.agency is None else {"code": category.agency})


async def test_power_cut_goes_to_pln_and_flood_to_the_water_agency(city: City) -> None:
    citizen = await city.citizen()
    cut = await details(citizen, (await citizen.report(category="LISTRIK"))["id"])
    assert cut["handler"] == {
        "__typename": "Agency",
        "code": "PLN",
        "name": "PLN (Perusahaan Listrik Negara)",
        "kind": "EXTERNAL",
    }
    assert cut["category"]["external"] is True
    flood = await details(citizen, (await citizen.report(category="BANJIR"))["id"])
    assert (flood["handler"]["code"], flood["handler"]["kind"]) == ("SDA", "CITY")
    assert flood["category"]["external"] is False


async def test_plausible_kelurahan_choice_is_accepted(city: City) -> None:
    citizen = await city.citizen()
    for choice in ("31.74.01.1002", "Tebet Barat", "kel. tebet barat", "3174011002"):
        report = await citizen.report(location=BORDER, kelurahan=choice)
        assert report["kelurahan"] == {"code": "31.74.01.1002", "name": "Tebet Barat"}
        assert report["handler"]["code"] == "31.74.01.1002"


async def test_border_point_without_a_choice_goes_to_the_likeliest_kelurahan(city: City) -> None:
    assert (await (await city.citizen()).report(location=BORDER))["kelurahan"]["name"] == "Tebet Timur"


async def test_implausible_choice_is_refused_with_the_likely_ones(city: City) -> None:
    citizen = await city.citizen()
    (error,) = (await citizen.submit(location=BORDER, kelurahan="Gambir"))["errors"]
    assert (error["code"], error["field"]) == ("INVALID", ["input", "kelurahan"])
    for name in ("Gambir", "Tebet Timur", "Tebet Barat"):
        assert name in error["message"]
    (unknown,) = (await citizen.submit(location=BORDER, kelurahan="Bandung"))["errors"]
    assert (unknown["code"], unknown["field"]) == ("INVALID", ["input", "kelurahan"])


async def test_unknown_name_does_not_matter_where_the_location_is_certain(city: City) -> None:
    citizen = await city.citizen()
    for name in ("Bandung", "", "Gbr.", "Cip.", "Kelapa"):
        assert (await citizen.report(kelurahan=name))["kelurahan"]["name"] == "Gambir"


async def test_location_decides_between_the_kelurahan_that_a_name_may_mean(city: City) -> None:
    citizen = await city.citizen()
    for name in ("Teb. Bar.", "Tebet B.", "Kel. Te. Brt."):
        assert (await citizen.report(location=BORDER, kelurahan=name))["kelurahan"]["name"] == "Tebet Barat"
    for name, candidates in {"Tebet": ("31.74.01.1001", "31.74.01.1002"), "Cip.": ("Cipulir", "Cipedak")}.items():
        (error,) = (await citizen.submit(location=BORDER, kelurahan=name))["errors"]
        assert (error["code"], error["field"]) == ("INVALID", ["input", "kelurahan"])
        assert [each for each in candidates if each not in error["message"]] == []


async def test_location_outside_the_city_is_refused(city: City) -> None:
    citizen = await city.citizen()
    for (latitude, longitude), code in NOT_IN_THE_CITY.items():
        payload = await citizen.submit(location={"latitude": latitude, "longitude": longitude})
        assert payload["report"] is None
        assert [(error["code"], error["field"]) for error in payload["errors"]] == [(code, ["input", "location"])]
    assert await Report.all().count() == 0


async def test_invalid_text_is_refused_with_the_path_of_its_field(city: City) -> None:
    citizen = await city.citizen()
    for field, texts in UNFIT.items():
        for text in texts:
            payload = await citizen.submit(**{field: text})
            assert payload["report"] is None
            errors = [(error["code"], error["field"]) for error in payload["errors"]]
            assert errors == [("INVALID", ["input", field])], repr(text)
    assert await Report.all().count() == 0


async def test_all_faults_of_a_submission_are_answered_at_once(city: City) -> None:
    citizen = await city.citizen()
    wrong = {"title": "\u200b", "description": "", "address": "x" * 301, "category": "X", "kelurahan": "Bandung"}
    payload = await citizen.submit(**wrong, idempotencyKey="", location={"latitude": 0, "longitude": 0})
    assert payload["report"] is None
    faults = {(error["code"], *error["field"]) for error in payload["errors"]}
    invalid = {("INVALID", "input", field) for field in (*wrong, "idempotencyKey")}
    assert faults == invalid | {("OUT_OF_AREA", "input", "location")}
    assert len(payload["errors"]) == 7
    report = await citizen.report()
    edited = await citizen.act("updateReport", report["id"], title="", description="\0", address="x" * 301)
    assert [error["field"][1] for error in edited["errors"]] == ["title", "description", "address"]
    assert (await details(citizen, report["id"]))["version"] == 1


async def test_faults_that_only_the_database_knows_are_answered_with_the_others(city: City) -> None:
    citizen = await city.citizen()
    photo = await citizen.photo()
    made = await citizen.report(photoIds=[photo], idempotencyKey="k")
    reused = {("DUPLICATE_REQUEST", "input", "idempotencyKey")}
    for photos in ([photo], ["tidak-ada.jpg"], [photo, photo], ["a\0b"], ["x"] * 6):
        for wrong, field in ({"title": ""}, "title"), ({"kelurahan": "Bandung", "location": BORDER}, "kelurahan"):
            payload = await citizen.submit(**wrong, photoIds=photos, idempotencyKey=" k ")
            faults = {(error["code"], *error["field"]) for error in payload["errors"]}
            unfit = set() if photos == [photo] else {("INVALID", "input", "photoIds")}
            assert faults == reused | unfit | {("INVALID", "input", field)}
        payload = await citizen.submit(title="lain", photoIds=photos, idempotencyKey="k")
        assert {(error["code"], *error["field"]) for error in payload["errors"]} == reused
        edited = await citizen.act("updateReport", made["id"], title="", addPhotoIds=photos)
        assert [error["field"][1] for error in edited["errors"]] == ["title", "addPhotoIds"]
    for key in ("", "\0", "x" * 101):
        payload = await citizen.submit(title="", photoIds=[photo], idempotencyKey=key)
        assert [error["field"][1] for error in payload["errors"]] == ["title", "idempotencyKey", "photoIds"]
    assert await Report.all().count() == 1


async def test_longest_texts_are_accepted_trimmed_and_normalised(city: City) -> None:
    citizen = await city.citizen()
    longest = {"title": "é" * 150, "description": "🌊" * 5_000, "address": "x" * 300, "idempotencyKey": "k" * 100}
    await citizen.report(**longest)
    report = await details(
        citizen, (await citizen.report(title="  cafe\u0301 ", description="a\r\n\tb", address=" "))["id"]
    )
    assert (report["title"], report["description"], report["address"]) == ("café", "a\n\tb", None)
    pasted = await citizen.report(title="pohon\u2028tumbang\u202e", description="satu\vdua\fdua", address="\u200b")
    report = await details(citizen, pasted["id"])
    assert (report["title"], report["description"], report["address"]) == ("pohon tumbang", "satu\ndua\ndua", None)


async def test_json_with_invalid_unicode_is_refused_and_nothing_is_stored(city: City) -> None:
    citizen = await city.citizen()
    for title in (r'"\ud800"', r'"\udc00 a"', r'"a\ud83d"', '"\x00"', '"\n"'):
        status, answer = await submit_raw(city, citizen, title)
        assert status == 400
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_INPUT"]
    assert await Report.all().count() == 0
    status, answer = await submit_raw(city, citizen, r'"\ud83d\ude00"')
    assert (status, answer["data"]["submitReport"]["errors"]) == (200, [])


async def test_submission_requires_a_session(city: City) -> None:
    for caller in (city.anyone(), Caller(city.http, token="forged")):
        payload = await caller.submit()
        assert payload["report"] is None
        assert [error["code"] for error in payload["errors"]] == ["UNAUTHENTICATED"]


async def test_repeated_key_returns_the_same_report(city: City) -> None:
    citizen = await city.citizen()
    options = {"idempotencyKey": "kunci", "photoIds": [await citizen.photo()]}
    first = await citizen.report(**options)
    assert await citizen.report(**options) == first
    assert (await log_head()).position == decode(first["cursor"])[1]


async def test_repeated_key_with_another_body_is_refused(city: City) -> None:
    citizen = await city.citizen()
    await citizen.report(idempotencyKey="kunci")
    others: list[dict[str, Any]] = [
        {"title": "Lain"},
        {"anonymous": True},
        {"category": "PKL"},
        {"address": "x"},
        {"location": BORDER},
    ]
    for other in others:
        payload = await citizen.submit(idempotencyKey="kunci", **other)
        assert payload["report"] is None
        assert [(error["code"], error["field"]) for error in payload["errors"]] == [
            ("DUPLICATE_REQUEST", ["input", "idempotencyKey"])
        ]


async def test_key_belongs_to_its_citizen(city: City) -> None:
    reports = [await (await city.citizen(name)).report(idempotencyKey="kunci") for name in ("satu", "dua")]
    assert reports[0]["id"] != reports[1]["id"]


async def test_concurrent_submissions_with_one_key_create_one_report(city: City) -> None:
    citizen = await city.citizen()
    before = (await log_head()).position
    reports = await asyncio.gather(*(citizen.report(idempotencyKey="kunci") for _ in range(10)))
    assert len({report["id"] for report in reports}) == 1
    assert await Report.all().count() == 1
    assert (await log_head()).position == before + 1


async def test_reporter_edits_until_the_first_answer(city: City) -> None:
    citizen = await city.citizen()
    report = await citizen.report(address="Jalan")
    photo = await citizen.photo()
    edited = await citizen.act("updateReport", report["id"], title=" Baru ", address="", addPhotoIds=[photo])
    assert edited["errors"] == []
    seen = await details(city.anyone(), report["id"])
    assert (seen["title"], seen["description"], seen["address"]) == ("Baru", report["description"], None)
    assert [each["id"] for each in seen["photos"]] == [photo]
    assert seen["version"] == 2
    assert seen["cursor"] != report["cursor"]
    event = seen["timeline"]["edges"][-1]["node"]
    assert (event["kind"], event["fromStatus"], event["toStatus"]) == ("EDITED", None, None)


async def test_invalid_edit_is_refused_with_its_field(city: City) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    for path, choices in INVALID_EDITS.items():
        for options in choices:
            payload = await citizen.act("updateReport", report["id"], **options)
            assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", list(path))]
    assert (await details(citizen, report["id"]))["version"] == 1


async def test_only_the_reporter_edits_and_withdraws(city: City) -> None:
    report = await (await city.citizen()).report()
    for caller in (await city.citizen("lain"), await city.official(GAMBIR)):
        for mutation, options in (("updateReport", {"title": "x"}), ("withdrawReport", {})):
            payload = await caller.act(mutation, report["id"], **options)
            assert [error["code"] for error in payload["errors"]] == ["FORBIDDEN"]
        permissions = (await details(caller, report["id"]))["permissions"]
        assert (permissions["canEdit"], permissions["canWithdraw"]) == (False, False)
    assert (await details(city.anyone(), report["id"]))["version"] == 1


async def test_answered_report_cannot_be_edited_or_withdrawn(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    for options in ({"status": "IN_PROGRESS"}, {"status": "PROCESSED", "resolution": "INVALID", "note": "x"}):
        report = await citizen.report()
        assert (await officer.act("changeReportStatus", report["id"], **options))["errors"] == []
        for mutation, change in (("updateReport", {"title": "x"}), ("withdrawReport", {})):
            payload = await citizen.act(mutation, report["id"], **change)
            assert [(error["code"], error["field"]) for error in payload["errors"]] == [("TRANSITION_REFUSED", None)]
        assert (await details(citizen, report["id"]))["version"] == 2


async def test_withdrawn_report_stays_processed(city: City) -> None:
    citizen = await city.citizen()
    report = await citizen.report()
    withdrawn = await citizen.act("withdrawReport", report["id"])
    assert withdrawn["errors"] == []
    seen = await details(city.anyone(), report["id"])
    assert (seen["status"], seen["resolution"], seen["version"]) == ("PROCESSED", "WITHDRAWN", 2)
    assert seen["respondedAt"] is None  # a withdrawal is not an answer
    assert seen["processedAt"] is not None
    event = seen["timeline"]["edges"][-1]["node"]
    assert (event["fromStatus"], event["toStatus"], event["resolution"], event["actor"]) == (
        "WAITING",
        "PROCESSED",
        "WITHDRAWN",
        "CITIZEN",
    )
    for mutation, change in (("updateReport", {"title": "x"}), ("withdrawReport", {})):
        assert (await citizen.act(mutation, report["id"], **change))["errors"][0]["code"] == "TRANSITION_REFUSED"


async def test_concurrent_withdrawal_and_answer_have_one_winner(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    for _ in range(5):
        report = await citizen.report()
        payloads = await asyncio.gather(
            citizen.act("withdrawReport", report["id"]), officer.move(report["id"], "IN_PROGRESS")
        )
        assert sorted(len(payload["errors"]) for payload in payloads) == [0, 1]
        assert (await details(citizen, report["id"]))["version"] == 2
