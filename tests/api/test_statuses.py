"""Every status change of the table in domain.md, and every change that is not in it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.database import log_head
from models.ledger import CITIZEN, PointEntry
from models.reports import Note, Photo, Report, Support
from models.tallies import Tally
from rules.access import Role
from schema.nodes import global_id
from tests.city import City
from tests.wire import GAMBIR, MONAS, Caller

pytestmark = pytest.mark.anyio

CIDENG = "31.71.01.1002"
GAMBIR_KECAMATAN, PUSAT = "31.71.01", "31.71"
SAWAH_BESAR, BARAT = "31.71.02", "31.73"

TARGETS: list[tuple[str, str | None]] = [
    ("WAITING", None),
    ("IN_PROGRESS", None),
    ("PROCESSED", "FIXED"),
    ("PROCESSED", "DUPLICATE"),
    ("PROCESSED", "INVALID"),
    ("PROCESSED", "OUT_OF_REMIT"),
    ("PROCESSED", "WITHDRAWN"),
]
CLOSINGS = {"FIXED", "DUPLICATE", "INVALID", "OUT_OF_REMIT"}
ALLOWED = {
    *(("WAITING", resolution) for resolution in (None, *CLOSINGS)),
    *(("IN_PROGRESS", resolution) for resolution in CLOSINGS),
}
"""Moves of an officer: the source statuses of IN_PROGRESS (None) and of each resolution."""

TIMELINE = """
query($id: ID!) { node(id: $id) { ... on Report { version status resolution respondedAt processedAt
  timeline { edges { node { kind version fromStatus toStatus resolution note actor } } } } } }
"""


async def snapshot(city: City, report_id: str) -> dict[str, Any]:
    """Return everything that a change could modify: the report and the content of every table."""
    tables = {table.__name__: await table.all().values() for table in (Report, PointEntry, Tally, Support, Photo, Note)}
    result = await city.anyone().ask(TIMELINE, id=report_id)
    return {"result": result, "head": (await log_head()).position, **tables}


async def last_event(city: City, report_id: str) -> dict[str, Any]:
    result = await city.anyone().ask(TIMELINE, id=report_id)
    event = result["node"]["timeline"]["edges"][-1]["node"]
    assert isinstance(event, dict)
    return event


def code(payload: dict[str, Any]) -> str | None:
    """Return the code of the refusal, or None on success."""
    errors = payload["errors"]
    assert (payload["report"] is None) == bool(errors)
    return errors[0]["code"] if errors else None


async def options_for(citizen: Caller, officer: Caller, status: str, resolution: str | None) -> dict[str, Any]:
    """Return complete options for a status change, so that only the change itself can be refused."""
    options: dict[str, Any] = {"status": status, "resolution": resolution}
    match resolution:
        case "FIXED":
            options["proofPhotoIds"] = [await officer.photo()]
        case "DUPLICATE":
            options["duplicateOf"] = (await citizen.report())["id"]
        case "INVALID" | "OUT_OF_REMIT":
            options["note"] = "Bukan urusan kami"
    return options


async def report_in(citizen: Caller, officer: Caller, state: str) -> dict[str, Any]:
    """Return a new report in a status, or closed with a resolution."""
    report = await citizen.report()
    if state == "WITHDRAWN":
        assert code(await citizen.act("withdrawReport", report["id"])) is None
    elif state != "WAITING":
        goal = (state, None) if state == "IN_PROGRESS" else ("PROCESSED", state)
        options = await options_for(citizen, officer, *goal)
        assert code(await officer.act("changeReportStatus", report["id"], **options)) is None
    return report


@pytest.mark.parametrize("state", ["WAITING", "IN_PROGRESS", *sorted(CLOSINGS), "WITHDRAWN"])
async def test_officer_makes_exactly_the_moves_of_the_table(city: City, state: str) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    for status, resolution in TARGETS:
        report = await report_in(citizen, officer, state)
        options = await options_for(citizen, officer, status, resolution)
        before = await snapshot(city, report["id"])
        payload = await officer.act("changeReportStatus", report["id"], **options)
        if status != "WAITING" and (state, resolution) in ALLOWED:
            assert code(payload) is None, (state, status, resolution)
            assert (payload["report"]["status"], payload["report"]["resolution"]) == (status, resolution)
            event = await last_event(city, report["id"])
            assert (event["fromStatus"], event["toStatus"], event["resolution"]) == (state, status, resolution)
            assert event["version"] == payload["report"]["version"] == before["result"]["node"]["version"] + 1
            assert event["actor"] == "Gambir"
        else:
            withdrawing = (state, resolution) == ("WAITING", "WITHDRAWN")
            assert code(payload) == ("FORBIDDEN" if withdrawing else "TRANSITION_REFUSED"), (state, status, resolution)
            assert await snapshot(city, report["id"]) == before


async def test_first_official_act_answers_and_the_closing_processes(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    await officer.move(report["id"], "IN_PROGRESS", note=" Kami berangkat ")
    begun = (await city.anyone().ask(TIMELINE, id=report["id"]))["node"]
    assert begun["respondedAt"] is not None
    assert begun["processedAt"] is None
    assert begun["timeline"]["edges"][-1]["node"]["note"] == "Kami berangkat"
    await officer.move(report["id"], "PROCESSED", resolution="INVALID", note="x")
    ended = (await city.anyone().ask(TIMELINE, id=report["id"]))["node"]
    assert ended["respondedAt"] == begun["respondedAt"]
    assert ended["processedAt"] > begun["respondedAt"]


async def test_only_staff_of_the_handler_change_the_status(city: City) -> None:
    citizen = await city.citizen()
    report, flood = await citizen.report(), await citizen.report(category="BANJIR")
    gambir = await city.official(GAMBIR)
    strangers = [
        citizen,
        await city.citizen("lain"),
        await city.official(CIDENG, name="cideng"),
        await city.official("DLH", name="dlh"),
        await city.official("DLH", Role.SUPERVISOR, name="dlh2"),
        await city.official(SAWAH_BESAR, Role.SUPERVISOR, name="camat"),
        await city.official(BARAT, Role.SUPERVISOR, name="walikota"),
    ]
    before = await snapshot(city, report["id"]), await snapshot(city, flood["id"])
    for caller in strangers:
        for each in (report, flood):
            assert code(await caller.move(each["id"], "IN_PROGRESS")) == "FORBIDDEN"
    assert (
        code(await gambir.move(flood["id"], "IN_PROGRESS")) == "FORBIDDEN"
    )  # handled by an agency, though located in Gambir
    assert code(await city.anyone().move(report["id"], "IN_PROGRESS")) == "UNAUTHENTICATED"
    assert (await snapshot(city, report["id"]), await snapshot(city, flood["id"])) == before


@pytest.mark.parametrize(
    ("unit", "role", "actor"),
    [
        (GAMBIR, Role.OFFICER, "Gambir"),
        (GAMBIR_KECAMATAN, Role.SUPERVISOR, "Gambir"),
        (PUSAT, Role.SUPERVISOR, "Kota Administrasi Jakarta Pusat"),
    ],
)
async def test_officers_and_supervisors_of_the_unit_change_the_status(
    city: City, unit: str, role: Role, actor: str
) -> None:
    report = await (await city.citizen()).report()
    official = await city.official(unit, role)
    seen = await official.ask(
        "query($id: ID!) { node(id: $id) { ... on Report { permissions { canChangeStatus } } } }", id=report["id"]
    )
    assert seen["node"]["permissions"]["canChangeStatus"] is True
    moved = await official.move(report["id"], "IN_PROGRESS")
    assert code(moved) is None
    assert (await last_event(city, report["id"]))["actor"] == actor
    entry = await PointEntry.exclude(unit=CITIZEN).get()
    assert entry.unit == GAMBIR  # the unit in charge earns the points, not the acting unit


async def test_agency_staff_change_the_status_of_its_reports(city: City) -> None:
    citizen = await city.citizen()
    for category, agency, role in (("BANJIR", "SDA", Role.OFFICER), ("LISTRIK", "PLN", Role.SUPERVISOR)):
        report = await citizen.report(category=category)
        official = await city.official(agency, role, name=agency.lower())
        assert code(await official.move(report["id"], "IN_PROGRESS")) is None


async def test_nobody_acts_officially_on_their_own_report(city: City) -> None:
    officer = await city.official(GAMBIR)
    report = await officer.report(anonymous=True)
    assert report["permissions"]["canChangeStatus"] is False
    before = await snapshot(city, report["id"])
    for status, resolution in TARGETS[1:]:
        options = await options_for(officer, officer, status, resolution)
        before = await snapshot(city, report["id"])
        payload = await officer.act("changeReportStatus", report["id"], **options)
        assert code(payload) == "FORBIDDEN"
        assert await snapshot(city, report["id"]) == before


async def test_permissions_predict_which_changes_succeed(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    stranger = await city.official(CIDENG, name="cideng")
    for state in ("WAITING", "IN_PROGRESS", "FIXED"):
        report = await report_in(citizen, officer, state)
        for caller in (citizen, officer, stranger, city.anyone()):
            seen = await caller.ask(
                "query($id: ID!) { node(id: $id) { ... on Report { permissions { canChangeStatus } } } }",
                id=report["id"],
            )
            promised = seen["node"]["permissions"]["canChangeStatus"]
            assert promised is (caller is officer and state != "FIXED")


async def test_unknown_id_or_id_of_another_type_is_not_found(city: City) -> None:
    officer = await city.official(GAMBIR)
    report = await (await city.citizen()).report()
    ids = await officer.ask('{ viewer { id } kelurahan(code: "Gambir") { id } categories { id } }')
    others = [ids["viewer"]["id"], ids["kelurahan"]["id"], ids["categories"][0]["id"]]
    for unknown in (*others, "", "x", "UmVwb3J0Ojk5OQ", "UmVwb3J0Oi0x", "\0", report["number"], "x" * 5_000):
        for mutation in ("changeReportStatus", "updateReport", "withdrawReport", "supportReport", "withdrawSupport"):
            options = {"changeReportStatus": {"status": "IN_PROGRESS"}, "updateReport": {"title": "x"}}.get(
                mutation, {}
            )
            payload = await officer.act(mutation, unknown, **options)
            assert code(payload) == "NOT_FOUND", (mutation, unknown)
    before = await snapshot(city, report["id"])
    for unknown in (*others, "", "UmVwb3J0Ojk5OQ"):
        payload = await officer.move(report["id"], "PROCESSED", resolution="DUPLICATE", duplicateOf=unknown)
        assert code(payload) == "NOT_FOUND"
        assert payload["errors"][0]["field"] == ["input", "duplicateOf"]
    assert await snapshot(city, report["id"]) == before


MAY_WITHDRAW = "query($n: String!) { report(number: $n) { permissions { canWithdraw canEdit } } }"


async def test_report_into_which_others_are_merged_cannot_be_withdrawn(city: City) -> None:
    citizen, other, officer = await city.citizen(), await city.citizen("lain"), await city.official(GAMBIR)
    original, twin = await citizen.report(), await other.report()

    async def may_withdraw() -> bool:
        shown = (await citizen.ask(MAY_WITHDRAW, n=original["number"]))["report"]["permissions"]
        assert shown["canEdit"] is True
        return bool(shown["canWithdraw"])

    assert await may_withdraw()
    merged = await officer.move(twin["id"], "PROCESSED", resolution="DUPLICATE", duplicateOf=original["id"])
    assert code(merged) is None
    assert not await may_withdraw()
    assert code(await citizen.act("withdrawReport", original["id"])) == "TRANSITION_REFUSED"
    assert code(await other.act("reopenReport", twin["id"], reason="Bukan yang sama")) is None
    assert await may_withdraw()
    assert code(await citizen.act("withdrawReport", original["id"])) is None


async def test_of_a_merger_and_a_withdrawal_at_once_one_is_refused(city: City) -> None:
    citizen, other, officer = await city.citizen(), await city.citizen("lain"), await city.official(GAMBIR)
    outcomes = set()
    for turn in range(12):
        original, twin = await citizen.report(), await other.report()
        acts = [
            officer.move(twin["id"], "PROCESSED", resolution="DUPLICATE", duplicateOf=original["id"]),
            citizen.act("withdrawReport", original["id"]),
        ]
        answers = await asyncio.gather(*(acts if turn % 2 else acts[::-1]))
        merged, withdrawn = map(code, answers if turn % 2 else answers[::-1])
        outcomes.add((merged, withdrawn))
        assert (merged is None) != (withdrawn is None)
        stored = await Report.get(number=original["number"])
        assert (stored.resolution == "WITHDRAWN") == (withdrawn is None)
        assert await Report.filter(duplicate_of_id=stored.id).exists() == (merged is None)
    assert outcomes <= {(None, "TRANSITION_REFUSED"), ("INVALID", None)}


async def test_all_faults_of_a_change_are_answered_at_once(city: City) -> None:
    citizen, other, officer = await city.citizen(), await city.citizen("lain"), await city.official(GAMBIR)
    report = await citizen.report()
    payload = await officer.move(
        report["id"], "PROCESSED", resolution="FIXED", note="x" * 2_001, proofPhotoIds=["tidak-ada.jpg"], ifVersion=9
    )
    faults = [(error["code"], error["field"][1]) for error in payload["errors"]]
    assert faults == [("INVALID", "note"), ("CONFLICT", "ifVersion"), ("INVALID", "proofPhotoIds")]
    payload = await officer.move(report["id"], "PROCESSED", resolution="INVALID", duplicateOf=report["id"], ifVersion=9)
    assert [error["field"][1] for error in payload["errors"]] == ["duplicateOf", "duplicateOf", "ifVersion"]
    unfit: dict[str, dict[str, Any]] = {
        "assignReport": {"handler": global_id("Agency", "X")},
        "transferReport": {"kelurahan": "Bandung"},
        "recategoriseReport": {"category": "X"},
    }
    for act, options in unfit.items():
        payload = await officer.act(act, report["id"], **options, note="\0", ifVersion=9)
        assert [error["field"][0] for error in payload["errors"]] == ["note", "ifVersion", *options], act
        hidden = await other.act(act, report["id"], **options, note="\0", ifVersion=9)
        assert [error["code"] for error in hidden["errors"]] == ["INVALID", "FORBIDDEN"]
    assert (await Report.get(number=report["number"])).version == 1


async def test_change_with_an_old_version_is_a_conflict(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    await citizen.act("updateReport", report["id"], title="Lain")
    before = await snapshot(city, report["id"])
    for version in (1, 3, 0, -1, 2**31 - 1):
        payload = await officer.move(report["id"], "IN_PROGRESS", ifVersion=version)
        assert (code(payload), payload["errors"][0]["field"]) == ("CONFLICT", ["input", "ifVersion"])
    assert await snapshot(city, report["id"]) == before
    assert code(await officer.move(report["id"], "IN_PROGRESS", ifVersion=2)) is None


@pytest.mark.parametrize("named", [False, True], ids=["unversioned", "versioned"])
async def test_concurrent_identical_changes_have_one_winner(city: City, named: bool) -> None:
    citizen = await city.citizen()
    officers = [await city.official(GAMBIR, name="satu"), await city.official(GAMBIR, name="dua")]
    version = {"ifVersion": 1} if named else {}
    late = "CONFLICT" if named else "TRANSITION_REFUSED"
    for resolution in (None, "FIXED", "INVALID"):
        report = await citizen.report()
        status = "IN_PROGRESS" if resolution is None else "PROCESSED"
        choices = [await options_for(citizen, officer, status, resolution) for officer in officers]
        entries = await PointEntry.exclude(unit=CITIZEN).count()
        payloads = await asyncio.gather(
            *(
                officer.act("changeReportStatus", report["id"], **options, **version)
                for officer, options in zip(officers, choices, strict=True)
            )
        )
        assert {code(payload) for payload in payloads} == {None, late}
        assert (await last_event(city, report["id"]))["version"] == 2
        made = await PointEntry.exclude(unit=CITIZEN).count() - entries
        assert made == {None: 1, "FIXED": 2, "INVALID": 2}[resolution]


async def test_concurrent_different_closings_close_once(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    choices = [await options_for(citizen, officer, "PROCESSED", resolution) for resolution in sorted(CLOSINGS)]
    acts = [officer.act("changeReportStatus", report["id"], **options) for options in (*choices, *choices)]
    payloads = await asyncio.gather(*acts, officer.move(report["id"], "IN_PROGRESS"))
    done = [payload["report"] for payload in payloads if code(payload) is None]
    assert [version for version in (each["version"] for each in done) if version < 2] == []
    ended = [each for each in done if each["status"] == "PROCESSED"]
    assert len(ended) == 1
    seen = (await city.anyone().ask(TIMELINE, id=report["id"]))["node"]
    assert seen["version"] == 1 + len(done)
    assert [edge["node"]["version"] for edge in seen["timeline"]["edges"]] == list(range(1, 2 + len(done)))


async def test_each_move_requires_its_inputs_and_accepts_no_others(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report, other = await citizen.report(), (await citizen.report())["id"]
    photo = await officer.photo()
    refusals: list[tuple[dict[str, Any], str, str]] = [
        ({"status": "PROCESSED"}, "INVALID", "resolution"),
        ({"status": "IN_PROGRESS", "resolution": "FIXED"}, "INVALID", "resolution"),
        ({"status": "PROCESSED", "resolution": "FIXED"}, "PROOF_REQUIRED", "proofPhotoIds"),
        ({"status": "PROCESSED", "resolution": "FIXED", "proofPhotoIds": []}, "PROOF_REQUIRED", "proofPhotoIds"),
        ({"status": "IN_PROGRESS", "proofPhotoIds": [photo]}, "INVALID", "proofPhotoIds"),
        (
            {"status": "PROCESSED", "resolution": "INVALID", "note": "x", "proofPhotoIds": [photo]},
            "INVALID",
            "proofPhotoIds",
        ),
        ({"status": "PROCESSED", "resolution": "INVALID"}, "INVALID", "note"),
        ({"status": "PROCESSED", "resolution": "INVALID", "note": " \n"}, "INVALID", "note"),
        ({"status": "PROCESSED", "resolution": "INVALID", "note": "\u200b\u3164"}, "INVALID", "note"),
        ({"status": "PROCESSED", "resolution": "OUT_OF_REMIT"}, "INVALID", "note"),
        ({"status": "PROCESSED", "resolution": "INVALID", "note": "x" * 2_001}, "INVALID", "note"),
        ({"status": "IN_PROGRESS", "note": "a\0b"}, "INVALID", "note"),
        ({"status": "PROCESSED", "resolution": "DUPLICATE"}, "INVALID", "duplicateOf"),
        ({"status": "IN_PROGRESS", "duplicateOf": other}, "INVALID", "duplicateOf"),
        (
            {"status": "PROCESSED", "resolution": "INVALID", "note": "x", "duplicateOf": other},
            "INVALID",
            "duplicateOf",
        ),
    ]
    before = await snapshot(city, report["id"])
    for options, refusal, field in refusals:
        payload = await officer.act("changeReportStatus", report["id"], **options)
        assert (code(payload), payload["errors"][0]["field"]) == (refusal, ["input", field]), options
    assert await snapshot(city, report["id"]) == before
    assert code(await officer.move(report["id"], "PROCESSED", resolution="INVALID", note="x" * 2_000)) is None


async def test_original_is_another_report_that_is_open_or_fixed(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report()
    for state in ("DUPLICATE", "WITHDRAWN", "INVALID", "OUT_OF_REMIT"):
        original = await report_in(citizen, officer, state)
        before = await snapshot(city, report["id"])
        payload = await officer.move(report["id"], "PROCESSED", resolution="DUPLICATE", duplicateOf=original["id"])
        assert (code(payload), payload["errors"][0]["field"]) == ("INVALID", ["input", "duplicateOf"])
        assert await snapshot(city, report["id"]) == before
    payload = await officer.move(report["id"], "PROCESSED", resolution="DUPLICATE", duplicateOf=report["id"])
    assert (code(payload), payload["errors"][0]["field"]) == ("INVALID", ["input", "duplicateOf"])
    for state in ("WAITING", "IN_PROGRESS", "FIXED"):
        original = await report_in(citizen, officer, state)
        repeated = await citizen.report()
        payload = await officer.move(repeated["id"], "PROCESSED", resolution="DUPLICATE", duplicateOf=original["id"])
        assert code(payload) is None
        assert payload["report"]["duplicateOf"] == {"number": original["number"]}


async def test_original_is_of_the_same_category_near_and_recent(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    week, place = timedelta(days=7), MONAS
    near = {**place, "latitude": place["latitude"] + 190 / 110_600}
    far = {**place, "latitude": place["latitude"] + 210 / 110_600}
    now = datetime.now(UTC)
    city.transactions.now = lambda: now - week
    fixed, open_one = [await citizen.report(location=place) for _ in range(2)]
    proof = [await officer.photo()]
    await officer.move(fixed["id"], "PROCESSED", resolution="FIXED", proofPhotoIds=proof)
    city.transactions.now = lambda: now

    async def merge(original: dict[str, Any], **submission: Any) -> list[str]:
        report = await citizen.report(**{"location": place, **submission})
        payload = await officer.move(report["id"], "PROCESSED", resolution="DUPLICATE", duplicateOf=original["id"])
        assert all(error["field"] == ["input", "duplicateOf"] for error in payload["errors"])
        return [error["code"] for error in payload["errors"]]

    for original in (fixed, open_one):
        assert await merge(original, location=near) == []
        assert await merge(original, location=far) == ["TOO_FAR_APART"]
        assert await merge(original, category="SALURAN") == ["TOO_FAR_APART"]
    assert await merge(fixed, location=far, category="SALURAN") == ["TOO_FAR_APART"] * 2
    city.transactions.now = lambda: now + timedelta(seconds=1)
    assert await merge(fixed) == ["TOO_FAR_APART"]
    assert await merge(open_one) == []


async def test_all_contradictions_of_a_status_change_are_answered_at_once(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report, other = await citizen.report(), await citizen.report()
    wrong = {"resolution": "FIXED", "duplicateOf": other["id"], "note": "\0"}
    payload = await officer.act("changeReportStatus", report["id"], status="IN_PROGRESS", **wrong)
    assert [error["field"] for error in payload["errors"]] == [
        ["input", name] for name in ("resolution", "duplicateOf", "note")
    ]


async def test_original_is_named_by_its_number_as_well(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report, original = await citizen.report(), await citizen.report()
    closing = {"status": "PROCESSED", "resolution": "DUPLICATE"}
    unknown = await officer.act("changeReportStatus", report["id"], **closing, duplicateOf="JK9912310001")
    assert (code(unknown), unknown["errors"][0]["field"]) == ("NOT_FOUND", ["input", "duplicateOf"])
    typed = f"# {original['number'].lower()}"
    payload = await officer.act("changeReportStatus", report["id"], **closing, duplicateOf=typed)
    assert payload["report"]["duplicateOf"] == {"number": original["number"]}


async def test_two_reports_are_never_duplicates_of_each_other(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    for _ in range(5):
        one, two = await citizen.report(), await citizen.report()
        payloads = await asyncio.gather(
            officer.move(one["id"], "PROCESSED", resolution="DUPLICATE", duplicateOf=two["id"]),
            officer.move(two["id"], "PROCESSED", resolution="DUPLICATE", duplicateOf=one["id"]),
        )
        assert {code(payload) for payload in payloads} == {None, "INVALID"}
