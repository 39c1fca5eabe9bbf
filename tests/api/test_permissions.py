"""Every cell of docs/permissions.md, tried over HTTP: each act, as everybody, on a report in each state."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from graphql import GraphQLObjectType

from app.schema import make_schema
from models.accounts import Account
from models.database import fetch
from models.reports import Report
from rules.access import Role
from schema.nodes import global_id
from tests.city import City
from tests.permission_table import mutation_of, read_permissions
from tests.wire import GAMBIR, MONAS, PASSWORD, Caller

pytestmark = pytest.mark.anyio

TABLE = read_permissions()
SCHEMA = make_schema()._schema

TODAY = timedelta(minutes=1)
BESIDE = {**MONAS, "latitude": MONAS["latitude"] + 0.0005}
UNKNOWN = 900_000_000
"""The row id of no report."""

OWN_STAFF = "reporter who is staff"
"""Somebody with the roles of `officer` and `admin` whose report it is."""

FLAGS = {
    "canEdit": ["`updateReport`"],
    "canWithdraw": ["`withdrawReport`"],
    "canMove": ["`moveReport`"],
    "canChangeStatus": ["`changeReportStatus` to FIXED"],
    "canAssign": ["`assignReport`", "`transferReport`", "`recategoriseReport`"],
    "canRate": ["`rateReport`"],
    "canReopen": ["`reopenReport`"],
    "canComment": ["`commentOnReport`"],
    "canNote": ["`commentOnReport` as a note"],
    "canSupport": ["`supportReport`"],
    "canFlag": ["`flagReport`"],
    "canErase": ["`eraseReport`"],
    "canModerate": ["`hideReport`", "`showReport`"],
}
"""The acts of which each permission says whether one is allowed now."""

REPEATED = ("`supportReport`", "supporter")
"""An act that changes nothing when this person does it."""

SILENT = {
    "`maskPersonalDetails`",
    "`flagReport`",
    "`dismissFlags`",
    "`withdrawSupport`",
    "`commentOnReport` as a note",
    "`waiveReports`",
}
"""Acts after which a report has the same version."""


def status(status: str, resolution: str | None = None, more: str = "") -> str:
    outcome = "" if resolution is None else f", resolution: {resolution}"
    return f"input: {{status: {status}{outcome}{more}}}"


PROCESSED = "PROCESSED"
ARGUMENTS = {
    "`updateReport`": 'input: {title: "Judul baru"}',
    "`withdrawReport`": "",
    "`moveReport`": f"location: {{latitude: {BESIDE['latitude']}, longitude: {BESIDE['longitude']}}}",
    "`changeReportStatus` to IN_PROGRESS": status("IN_PROGRESS"),
    "`changeReportStatuses` to IN_PROGRESS": status("IN_PROGRESS"),
    "`changeReportStatus` to FIXED": status(PROCESSED, "FIXED", ", proofPhotoIds: $proof"),
    "`changeReportStatus` to DUPLICATE": status(PROCESSED, "DUPLICATE", ", duplicateOf: $same"),
    "`changeReportStatus` to INVALID": status(PROCESSED, "INVALID", ', note: "Tidak ada"'),
    "`changeReportStatus` to OUT_OF_REMIT": status(PROCESSED, "OUT_OF_REMIT", ', note: "Bukan kami"'),
    "`changeReportStatus` to INVALID, again": status(PROCESSED, "INVALID", ', note: "Tidak ada"'),
    "`assignReport`": f'handler: "{global_id("Agency", "DLH")}"',
    "`transferReport`": 'kelurahan: "Cideng"',
    "`recategoriseReport`": 'category: "SAMPAH"',
    "`reopenReport`": 'reason: "Belum selesai"',
    "`rateReport`": "stars: 4",
    "`commentOnReport`": 'body: "Halo"',
    "`commentOnReport` as a note": 'body: "Halo", internal: true',
    "`supportReport`": "",
    "`withdrawSupport`": "",
    "`flagReport`": 'reason: "Iklan"',
    "`dismissFlags`": "",
    "`hideReport`": 'reason: "Menyebut nama"',
    "`showReport`": "",
    "`eraseReport`": "",
    "`maskPersonalDetails`": "",
    "`makeReportAnonymous`": "",
    "`removePhoto`": "photoId: $photo",
    "`retryForwarding`": "",
    "`waiveReports`": 'reason: "Iklan"',
}
"""The arguments of each act but the ids: right ones, so that only a permission can be the reason for a refusal."""

MANY = {"`changeReportStatuses` to IN_PROGRESS", "`waiveReports`"}
"""Acts that take a list of reports."""


def acts_in(state: str) -> list[str]:
    """Return the acts that are tried in a state: dismissing again is an act of its own."""
    dismissals = {f"`changeReportStatus` to {outcome}" for outcome in ("DUPLICATE", "INVALID", "OUT_OF_REMIT")}
    left_out = dismissals if state == "returned" else {"`changeReportStatus` to INVALID, again"}
    return [act for act in ARGUMENTS if act not in left_out]


def document(acts: Sequence[str]) -> str:
    """Write a mutation that does each act, each on a report of its own."""
    parts = []
    for number, act in enumerate(acts):
        asked = f"ids: [$r{number}]" if act in MANY else f"id: $r{number}"
        errors = "errors { code message field }"
        more = f"results {{ {errors} }}" if "Statuses" in act else ""
        parts.append(f"a{number}: {mutation_of(act)}({asked}, {ARGUMENTS[act]}) {{ {errors} {more} }}")
    types = {f"$r{number}": "ID!" for number in range(len(acts))} | {"$proof": "[ID!]", "$same": "ID", "$photo": "ID!"}
    body = " ".join(parts)
    declared = " ".join(f"{name}: {kind}" for name, kind in types.items() if name in body)
    return f"mutation({declared}) {{ {body} }}"


DOCUMENTS = {"returned": document(acts_in("returned")), "": document(acts_in(""))}
PERMISSIONS = f"query($id: ID!) {{ node(id: $id) {{ ... on Report {{ permissions {{ {' '.join(FLAGS)} }} }} }} }}"

COPY = """
    INSERT INTO report (id, number, reporter_id, request_key, {columns})
    SELECT numbers.id, 'SALINAN' || numbers.id, {reporter}, NULL, {columns} FROM report
    CROSS JOIN (SELECT id FROM ({numbers}) AS numbers) AS numbers WHERE report.id = $1
"""


@dataclass
class Town:
    """A city with a report in each state, of which any number of copies can be made.

    `accounts`: the row ids of people. `templates`: those of the reports. `same`: those of which others are duplicates,
    by the category.
    """

    city: City
    people: dict[str, Caller]
    accounts: dict[str, int]
    templates: dict[str, int]
    same: dict[str, int]
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1_000_000))

    def name_of(self, name: str, state: str) -> str:
        """Return who has a relation to the reports in a state: those of another agency have other officers."""
        return f"{name} {state}" if f"{name} {state}" in self.people else name

    async def copies(self, state: str, count: int, reporter: int) -> list[int]:
        """Copy a report, with what it depends on; return the row ids."""
        ids = [next(self.numbers) for _ in range(count)]
        await copy(self.templates[state], ids, reporter)
        own = f"FROM report WHERE id BETWEEN {ids[0]} AND {ids[-1]}"
        supporter = self.accounts["supporter"]
        await fetch(f"INSERT INTO support (report_id, account_id, from_position) SELECT id, {supporter}, 1 {own}")
        if state == "original":
            merged = [next(self.numbers) for _ in range(count)]
            await copy(self.templates["duplicate"], merged, reporter)
            others = f"id BETWEEN {merged[0]} AND {merged[-1]}"
            await fetch(f"UPDATE report SET duplicate_of_id = id - {count} WHERE {others}")
        if state == "external":
            await fetch(
                "INSERT INTO delivery (destination, key, position, report_id, state, attempts, in_doubt, updated_at) "
                f"SELECT 'agency:PLN', number, 1, id, 'FAILED', 3, FALSE, submitted_at {own}"
            )
        return ids

    async def photo(self, owner: int, report_id: int | None) -> str:
        """Record a photo of its own picture, in a report or unused."""
        number = next(self.numbers)
        await fetch(
            "INSERT INTO photo (id, owner_id, digest, width, height, uploaded_at, report_id, role, place) "
            "VALUES ($1, $2, $3, 320, 240, $4, $5, $6, $7)",
            f"foto{number}.jpg",
            owner,
            f"{number:064d}",
            self.city.transactions.now(),
            report_id,
            None if report_id is None else "CITIZEN",
            None if report_id is None else 0,
        )
        return f"foto{number}.jpg"


async def copy(template: int, ids: Sequence[int], reporter: int) -> None:
    own = {"id", "number", "reporter_id", "request_key"}
    columns = ", ".join(name for name in Report._meta.fields_db_projection.values() if name not in own)
    numbers = " UNION ALL ".join(f"SELECT {each} AS id" for each in ids)
    await fetch(COPY.format(columns=columns, numbers=numbers, reporter=reporter), template)


async def town_of(city: City) -> Town:
    """Let people do what leads to each state, each at its own time."""
    people = {"visitor": city.anyone(), "admin": await city.official(None, Role.ADMIN, "admin")}
    for name in ("stranger", "supporter", "reporter", "other"):
        people[name] = await city.citizen(name)
    for name, unit, role in (
        ("officer", "SDA", Role.OFFICER),
        ("officer external", "PLN", Role.OFFICER),
        ("officer here", GAMBIR, Role.OFFICER),
        ("officer elsewhere", "31.74.01.1001", Role.OFFICER),
        ("supervisor", "SDA", Role.SUPERVISOR),
        ("supervisor external", "PLN", Role.SUPERVISOR),
        ("supervisor here", "31.71.01", Role.SUPERVISOR),
        ("supervisor elsewhere", "31.74", Role.SUPERVISOR),
        (OWN_STAFF, "SDA", Role.OFFICER),
        (OWN_STAFF, None, Role.ADMIN),
    ):
        people[name] = await city.official(unit, role, name.replace(" ", "."))
    accounts = {
        name: (await Account.get(email=caller.email)).id for name, caller in people.items() if caller.email is not None
    }
    now = datetime.now(UTC)
    town = Town(city, people, accounts, {}, {})
    past = Past(town, now)
    await past.open_reports()
    await past.closed_reports()
    city.transactions.now = lambda: now
    return town


@dataclass
class Past:
    """The time in which the reports got into their states."""

    town: Town
    now: datetime

    def at(self, days: int = 0) -> None:
        """Go to a day before now."""
        self.town.city.transactions.now = lambda: self.now - timedelta(days=days) - TODAY

    async def new(self, state: str, category: str = "BANJIR") -> str:
        """Submit the report that will be in a state; return its id."""
        report = await self.town.people["reporter"].report(category=category)
        (row,) = await fetch("SELECT id FROM report WHERE number = $1", report["number"])
        self.town.templates[state] = row["id"]
        return str(report["id"])

    async def act(self, name: str, mutation: str, report: str, **given: Any) -> None:
        """Let somebody act on a report."""
        payload = await self.town.people[name].act(mutation, report, **given)
        assert payload["errors"] == [], (mutation, payload["errors"])

    async def close(self, report: str, resolution: str = "FIXED", **given: Any) -> None:
        """Let the control room close a report."""
        if resolution == "FIXED":
            given["proofPhotoIds"] = [await self.town.photo(self.town.accounts["admin"], None)]
        await self.act("admin", "changeReportStatus", report, status=PROCESSED, resolution=resolution, **given)

    async def open_reports(self) -> None:
        """Bring about each state of open reports, and the originals of duplicates."""
        self.at(10)
        await self.new("late")
        self.at()
        for category in ("BANJIR", "LISTRIK"):
            await self.new("", category)
            self.town.same[category] = self.town.templates.pop("")
        for state in ("waiting", "original"):
            await self.new(state)
        await self.new("external", "LISTRIK")
        await self.act("reporter", "eraseReport", await self.new("erased"))
        await self.act("admin", "hideReport", await self.new("hidden"), reason="Menyebut nama")
        answered = await self.new("answered")
        for unit in ("DLH", "SDA"):
            await self.act("admin", "assignReport", answered, handler=global_id("Agency", unit))
        await self.act("admin", "changeReportStatus", await self.new("in progress"), status="IN_PROGRESS")
        returned = await self.new("returned")
        await self.close(returned, "INVALID", note="Tidak ada")
        await self.act("reporter", "reopenReport", returned, reason="Masih ada")

    async def closed_reports(self) -> None:
        """Bring about each state of closed reports."""
        for state, days in (("ancient", 61), ("old", 31), ("settled", 15), ("fixed", 0)):
            self.at(days)
            await self.close(await self.new(state))
        rated = await self.new("rated")
        await self.close(rated)
        await self.act("reporter", "rateReport", rated, stars=5)
        await self.close(await self.new("duplicate"), "DUPLICATE", duplicateOf=report_id(self.town.same["BANJIR"]))
        await self.close(await self.new("invalid"), "INVALID", note="Tidak ada")
        await self.close(await self.new("out of remit"), "OUT_OF_REMIT", note="Bukan kami")
        await self.act("reporter", "withdrawReport", await self.new("withdrawn"))
        often = await self.new("fixed twice")
        for name in ("reporter", "reporter", "supervisor", "supervisor"):
            await self.close(often)
            await self.act(name, "reopenReport", often, reason="Masih ada")
        await self.close(often)


def report_id(row: int) -> str:
    return str(global_id("Report", row))


def errors_of(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the refusals of an act, also of one on many reports."""
    return [*payload["errors"], *(error for each in payload.get("results") or () for error in each["errors"])]


async def attempt(town: Town, name: str, state: str, ids: Sequence[int]) -> httpx.Response:
    """Do every act as somebody, each on a report of its own, in one request."""
    owner = town.accounts["reporter" if name == "visitor" else name]
    pictured = ids[acts_in(state).index("`removePhoto`")]
    variables: dict[str, Any] = {f"r{number}": report_id(row) for number, row in enumerate(ids)} | {
        "proof": [await town.photo(owner, None)],
        "photo": await town.photo(owner, pictured if pictured < UNKNOWN else None),
        "same": report_id(town.same["LISTRIK" if state == "external" else "BANJIR"]),
    }
    asked = {"query": DOCUMENTS.get(state, DOCUMENTS[""]), "variables": variables}
    return await town.city.http.post("/graphql", json=asked, headers=town.people[name].headers)


async def walk(town: Town, person: str, state: str) -> list[str]:
    """Try all acts as somebody on reports in a state. Return what is not as in the table."""
    acts, name = acts_in(state), town.name_of(person, state)
    ids = await town.copies(state, len(acts), town.accounts[OWN_STAFF if person == OWN_STAFF else "reporter"])
    relation = "reporter" if person == OWN_STAFF else person
    expected = {act: TABLE.answer(act, relation, state) for act in acts}
    shown = (await town.people[name].ask(PERMISSIONS, id=report_id(ids[0])))["node"]
    before = await versions(ids)
    answer = await attempt(town, name, state, ids)
    after = await versions(ids)
    changed = {act for act, row in zip(acts, ids, strict=True) if before[row] != after[row]}
    payloads = dict(zip(acts, answer.json()["data"].values(), strict=True))
    faults = [*of_acts(expected, payloads, changed, relation)]
    if state == "hidden" and not TABLE.sees_hidden(relation):
        unknown = await attempt(town, name, state, range(UNKNOWN, UNKNOWN + len(acts)))
        if shown is not None or everything(unknown) != everything(answer):
            faults.append(f"shown: {shown}, {answer.text} with {answer.headers}, not {unknown.text} {unknown.headers}")
    else:
        faults += of_flags(expected, shown["permissions"], relation, state)
    return [f"{person}, {state}: {fault}" for fault in faults]


def of_acts(
    expected: dict[str, str | None], payloads: dict[str, dict[str, Any]], changed: set[str], person: str
) -> Iterator[str]:
    """Yield what is wrong with the answers to acts, and with what has changed."""
    for act, payload in payloads.items():
        errors = errors_of(payload)
        code = errors[0]["code"] if errors else None
        if code != expected[act]:
            yield f"{act} is answered with {errors or 'no refusal'}, not {expected[act]}"
        if errors and act in changed:
            yield f"{act} was refused, and has changed the report"
        if not errors and act not in changed and act not in SILENT and (act, person) != REPEATED:
            yield f"{act} has changed nothing"


def of_flags(expected: dict[str, str | None], flags: dict[str, bool], person: str, state: str) -> Iterator[str]:
    """Yield each permission that does not say whether one of its acts is done."""
    allowed = {act for act, code in expected.items() if code is None}
    if person == "supporter" and TABLE.answer("`supportReport`", "stranger", state) is not None:
        allowed.discard("`supportReport`")  # somebody who supports a closed report may only repeat it
    for flag, acts in FLAGS.items():
        if flags[flag] is not bool(allowed.intersection(acts)):
            yield f"{flag} is {flags[flag]}"


def everything(answer: httpx.Response) -> tuple[bytes, dict[str, str]]:
    """Return all that an answer says, but its id, and how often the person may act from now on."""
    return answer.content, {**answer.headers, "ratelimit": "", "x-request-id": ""}


async def versions(ids: Sequence[int]) -> dict[int, tuple[object, ...]]:
    """Return what an act on a report changes in its row."""
    listed = ", ".join(map(str, ids))
    rows = await fetch(f"SELECT id, version, position, changed_at FROM report WHERE id IN ({listed})")
    return {row["id"]: tuple(dict(row).values()) for row in rows}


async def test_every_act_on_a_report_is_answered_as_the_table_says(city: City, database_url: str) -> None:
    town = await town_of(city)
    assert set(town.templates) == set(TABLE.states)
    cells = [(name, state) for state in TABLE.states for name in (*TABLE.people, OWN_STAFF)]
    if not database_url.startswith("sqlite"):
        cells = cells[::13]  # each person and each state once: the rules are the same, only the locks differ
    faults = [fault for name, state in cells for fault in await walk(town, name, state)]
    assert faults == [], "\n".join(faults)


OTHERS = {
    "signUp": 'email: "baru@contoh.id", password: "kata sandi yang panjang"',
    "signIn": f'email: "stranger@contoh.id", password: "{PASSWORD}"',
    "refreshSession": 'refreshToken: "x"',
    "requestPasswordReset": 'email: "siapa@contoh.id"',
    "resetPassword": 'token: "x", new: "kata sandi yang panjang"',
    "confirmEmail": 'token: "x"',
    "signOut": "",
    "signOutEverywhere": "",
    "revokeSession": 'id: "x"',
    "changePassword": 'current: "salah", new: "kata sandi yang panjang"',
    "changeEmail": 'password: "salah", email: "lain@contoh.id"',
    "requestEmailConfirmation": "",
    "exportMyData": "",
    "deleteMyAccount": 'password: "salah"',
    "updateProfile": "input: {onCitizenBoard: true}",
    "markNewsRead": 'upTo: "x"',
    "enablePush": 'input: {endpoint: "https://push.contoh.id/1", p256dh: "x", auth: "x"}',
    "disablePush": 'endpoint: "https://push.contoh.id/1"',
    "setEmailNotifications": "enabled: false",
    "submitReport": 'input: {title: "", description: "", category: "", location: {latitude: 0, longitude: 0}}',
    "invitePerson": 'email: "x", name: "", role: OFFICER',
    "grantRole": 'personId: "x", role: OFFICER',
    "takeRole": 'personId: "x", role: OFFICER',
    "blockPerson": 'personId: "x", reason: ""',
    "unblockPerson": 'personId: "x"',
    "waiveEntry": f'id: "{global_id("PointEntry", UNKNOWN)}", reason: "Iklan"',
}
"""Arguments of the acts that are on no report. Most are wrong: who may act is refused for another reason."""

ENDING = {"signOut", "signOutEverywhere"}
"""Acts that end the session of the one who acts."""

STAFF = ("officer", "supervisor", "admin")


async def test_every_other_act_is_answered_as_the_table_says(city: City) -> None:
    people = {"visitor": city.anyone(), "stranger": await city.citizen("stranger")}
    people["officer"] = await city.official(GAMBIR, name="officer")
    people["supervisor"] = await city.official("31.71", Role.SUPERVISOR, "supervisor")
    people["admin"] = await city.official(None, Role.ADMIN, "admin")
    reporter = await city.citizen("reporter")
    report = await reporter.report()
    assert (await people["officer"].move(report["id"], "IN_PROGRESS"))["errors"] == []
    entries = [row["position"] for row in await fetch("SELECT position FROM point_entry ORDER BY position")]
    assert len(entries) == 2  # that of the unit, and that of the citizen, which nobody sees
    for name, by in sorted(TABLE.others.items(), key=lambda one: one[0] in ENDING):
        assert set(by) >= set(STAFF) if "officer" in by else by == {"admin"}
        for person, caller in people.items():
            if name in ENDING and caller.email is not None:
                await caller.sign_in(caller.email)
            given = [OTHERS[name]] if name != "waiveEntry" else [OTHERS[name], *map(waiving, entries)]
            answers = []
            for arguments in given:
                document = f"mutation {{ {name}{f'({arguments})' if arguments else ''} {{ errors {{ code field }} }} }}"
                answers.append((await caller.ask(document))[name]["errors"])
            expected = None if person in by else "UNAUTHENTICATED" if person == "visitor" else "FORBIDDEN"
            if expected is not None:
                assert answers == [[{"code": expected, "field": None}]] * len(given), (name, person)
            else:
                codes = {error["code"] for errors in answers for error in errors if not error["field"]}
                assert not codes & {"UNAUTHENTICATED", "FORBIDDEN"}, (name, person)


def waiving(position: int) -> str:
    return f'id: "{global_id("PointEntry", position)}", reason: "Iklan"'


def test_every_mutation_is_in_the_table() -> None:
    assert SCHEMA.mutation_type is not None
    known = {mutation_of(row.act) for row in TABLE.acts} | set(TABLE.others)
    assert set(SCHEMA.mutation_type.fields) == known
    assert ({row.act for row in TABLE.acts}, set(TABLE.others)) == (set(ARGUMENTS), set(OTHERS))
    permissions = SCHEMA.type_map["ReportPermissions"]
    assert isinstance(permissions, GraphQLObjectType)
    assert set(permissions.fields) == set(FLAGS)
