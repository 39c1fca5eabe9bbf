"""People, as the control room sees and changes them."""

import asyncio
from typing import Any

import pytest

from models.accounts import AccessKind, Account
from models.database import fetch
from models.letters import AccountLetter
from models.log import LogEvent, Topic
from queries.people import person_with_id
from rules.access import Role
from schema.nodes import global_id
from tests.city import City
from tests.wire import ERRORS, GAMBIR, PASSWORD, Caller, RequestFailedError

pytestmark = pytest.mark.anyio

PERSON = "person { id name email blocked memberships { role unit { ... on Kelurahan { code } } } }"
PEOPLE = """query($search: String, $role: Role, $unit: ID, $first: Int, $after: String, $last: Int, $before: String) {
  people(search: $search, role: $role, unit: $unit, first: $first, after: $after, last: $last, before: $before) {
    totalCount pageInfo { hasNextPage hasPreviousPage endCursor startCursor } edges { node { id name email } } } }"""
ROLE = f"""mutation($id: ID!, $role: Role!, $unit: ID) {{
  grantRole(personId: $id, role: $role, unit: $unit) {{ {PERSON} {ERRORS} }} }}"""
TAKE = ROLE.replace("grantRole", "takeRole")
BLOCK = (
    f"mutation($id: ID!, $reason: String!) {{ blockPerson(personId: $id, reason: $reason) {{ {PERSON} {ERRORS} }} }}"
)
UNBLOCK = f"mutation($id: ID!) {{ unblockPerson(personId: $id) {{ {PERSON} {ERRORS} }} }}"
INVITE = f"""mutation($email: String!, $name: String!, $role: Role!, $unit: ID) {{
  invitePerson(email: $email, name: $name, role: $role, unit: $unit) {{ {PERSON} {ERRORS} }} }}"""
NODE = "query($id: ID!) { node(id: $id) { id ... on Person { email } } }"
OFFICERS = (
    "{ leaderboard(kind: OFFICER) { standings(first: 10) { edges { node { subject { ... on Officer { name } } } } } } }"
)
SIGN_IN = f"mutation($e: String!, $p: String!) {{ signIn(email: $e, password: $p) {{ {ERRORS} }} }}"
UNIT = global_id("Kelurahan", GAMBIR)


async def payload(caller: Caller, document: str, **given: Any) -> dict[str, Any]:
    (found,) = (await caller.ask(document, **given)).values()
    return dict(found)


async def refused(caller: Caller, document: str, **given: Any) -> list[tuple[str, list[str] | None]]:
    answer = await payload(caller, document, **given)
    assert answer["person"] is None
    return [(error["code"], error["field"]) for error in answer["errors"]]


async def id_of(caller: Caller) -> str:
    return global_id("Person", (await Account.get(email=caller.email)).public_id)


async def control_room(city: City, name: str = "admin") -> Caller:
    return await city.official(None, Role.ADMIN, name=name)


async def signing_in(city: City, email: str | None, password: str = PASSWORD) -> list[str]:
    answer = await payload(city.anyone(), SIGN_IN, e=email, p=password)
    return [error["code"] for error in answer["errors"]]


async def test_people_and_acts_on_them_exist_for_an_admin_only(city: City) -> None:
    admin, officer, citizen = await control_room(city), await city.official(GAMBIR), await city.citizen()
    target = await id_of(citizen)
    assert (await admin.ask(NODE, id=target))["node"] == {"id": target, "email": citizen.email}
    for caller, code in ((officer, "FORBIDDEN"), (citizen, "FORBIDDEN"), (city.anyone(), "UNAUTHENTICATED")):
        for known in (target, global_id("Person", "x" * 22), global_id("Person", "")):
            assert (await caller.ask(NODE, id=known))["node"] is None
        with pytest.raises(RequestFailedError) as failed:
            await caller.ask(PEOPLE)
        assert failed.value.code == code
        for person in (target, global_id("Person", "x"), "x"):
            for document, given in (
                (ROLE, {"role": "ADMIN"}),
                (TAKE, {"role": "ADMIN"}),
                (BLOCK, {"reason": "Alasan"}),
                (UNBLOCK, {}),
            ):
                assert await refused(caller, document, id=person, **given) == [(code, None)]
        assert await refused(caller, INVITE, email="x", name="", role="ADMIN") == [(code, None)]
    assert await LogEvent.filter(topic=Topic.ACCESS).count() == 2  # the two roles of the beginning


async def test_people_are_found_by_name_pseudonym_address_role_and_unit(city: City) -> None:
    admin, officer = await control_room(city), await city.official(GAMBIR)
    for name in ("warga_1", "warga-2", "wargaX1"):
        await city.citizen(name)
    await Account.filter(email=officer.email).update(staff_name="Siti 100% Rahayu")
    await Account.filter(email="warga-2@contoh.id").update(pseudonym="Si Doel", pseudonym_key="si doel")
    application = Account(
        public_id="a", email="x@aplikasi.invalid", password_hash="", pseudonym="A", pseudonym_key="a",
        created_at=city.transactions.now(),
    )  # fmt: skip
    await application.save()
    assert await person_with_id("a") is None
    assert await refused(admin, BLOCK, id=global_id("Person", "a"), reason="x") == [("NOT_FOUND", ["personId"])]

    async def found(**given: Any) -> list[str]:
        answer = (await admin.ask(PEOPLE, **given))["people"]
        assert answer["totalCount"] == len(answer["edges"])
        return [edge["node"]["email"].partition("@")[0] for edge in answer["edges"]]

    everybody = ["admin", "petugas", "warga-2", "wargaX1", "warga_1"]
    assert sorted(await found()) == sorted(each.lower() for each in everybody)
    assert await found(search="RAHAYU") == ["petugas"]
    assert await found(search="100%") == ["petugas"]
    assert await found(search="0% R") == ["petugas"]
    assert await found(search="si DOEL") == ["warga-2"]
    assert await found(search="a_1") == ["warga_1"]
    assert await found(search="contoh.id", role="OFFICER") == ["petugas"]
    assert await found(unit=UNIT) == ["petugas"]
    assert await found(unit=UNIT, role="ADMIN") == []
    assert len(await found(role="CITIZEN")) == 5
    pages, after = [], None
    while True:
        page = (await admin.ask(PEOPLE, first=2, after=after))["people"]
        pages.append([edge["node"]["email"] for edge in page["edges"]])
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert [len(each) for each in pages] == [2, 2, 1]
    back = (await admin.ask(PEOPLE, last=2, before=page["pageInfo"]["startCursor"]))["people"]["edges"]
    assert [edge["node"]["email"] for edge in back] == pages[1]
    assert [edge["node"]["name"] for edge in back if edge["node"]["email"] == officer.email] in (
        [],
        ["Siti 100% Rahayu"],
    )
    for wrong in ({"search": ""}, {"search": "\0"}, {"unit": "x"}, {"unit": global_id("Agency", "x")}, {"after": "x"}):
        with pytest.raises(RequestFailedError) as failed:
            await admin.ask(PEOPLE, **wrong)
        assert failed.value.code == "BAD_INPUT"


async def test_invited_officer_has_a_name_that_is_not_the_pseudonym(city: City) -> None:
    admin = await control_room(city)
    faults = await refused(admin, INVITE, email="x", name=" ", role="OFFICER", unit=None)
    assert faults == [("INVALID", ["email"]), ("INVALID", ["name"]), ("INVALID", ["unit"])]
    given = {"name": "Siti Rahayu", "role": "OFFICER", "unit": UNIT}
    answer = await payload(admin, INVITE, email="Siti@Contoh.ID", **given)
    assert answer["errors"] == []
    person = answer["person"]
    assert (person["name"], person["email"], person["blocked"]) == ("Siti Rahayu", "siti@contoh.id", False)
    assert person["memberships"][1:] == [{"role": "OFFICER", "unit": {"code": GAMBIR}}]
    for password in ("", PASSWORD):
        assert await signing_in(city, "siti@contoh.id", password) == ["UNAUTHENTICATED"]
    assert [letter.kind for letter in await AccountLetter.all()] == ["INVITATION"]
    colleague = await city.official(GAMBIR, name="rekan")
    again = await payload(admin, INVITE, email=colleague.email, **given | {"name": "Budi"})
    assert (again["errors"], again["person"]["name"]) == ([], "Budi")
    assert await signing_in(city, colleague.email) == []  # keeps the password
    nameless = await city.official(GAMBIR, name="lain")
    await Account.filter(email__in=[nameless.email, admin.email]).update(staff_name=None)
    rows = (await admin.ask(OFFICERS))["leaderboard"]["standings"]["edges"]
    shown = {row["node"]["subject"]["name"] for row in rows}
    assert shown > {"Siti Rahayu", "Budi"}
    (code,) = shown - {"Siti Rahayu", "Budi"}
    assert code.startswith("Petugas-")
    assert not shown & set(await Account.all().values_list("pseudonym", flat=True))
    events = await LogEvent.filter(topic=Topic.ACCESS).order_by("position")
    kinds = [event.kind for event in events if "by" in event.data]
    assert kinds == [AccessKind.ROLE_GIVEN, AccessKind.INVITED, AccessKind.INVITED]


async def test_roles_are_given_and_taken_but_not_ones_own_admin(city: City) -> None:
    admin, other, citizen = await control_room(city), await control_room(city, "kedua"), await city.citizen()
    target = await id_of(citizen)
    for wrong in (
        {"role": "OFFICER", "unit": None},
        {"role": "ADMIN", "unit": UNIT},
        {"role": "SUPERVISOR", "unit": UNIT},
    ):
        assert await refused(admin, ROLE, id=target, **wrong) == [("INVALID", ["unit"])]
    assert await refused(admin, ROLE, id="x", role="OFFICER", unit="x") == [("INVALID", ["unit"])]
    assert await refused(admin, ROLE, id="x", role="OFFICER", unit=UNIT) == [("NOT_FOUND", ["personId"])]
    for _ in range(2):
        given = await payload(admin, ROLE, id=target, role="OFFICER", unit=UNIT)
        assert [each["role"] for each in given["person"]["memberships"]] == ["CITIZEN", "OFFICER"]
    assert (await payload(admin, TAKE, id=target, role="OFFICER", unit=UNIT))["person"]["memberships"][1:] == []
    assert await refused(admin, TAKE, id=target, role="OFFICER", unit=UNIT) == [("NOT_FOUND", ["role"])]
    assert await refused(admin, TAKE, id=target, role="CITIZEN") == [("NOT_FOUND", ["role"])]
    assert await refused(admin, TAKE, id=await id_of(admin), role="ADMIN") == [("FORBIDDEN", None)]
    own, theirs = await id_of(admin), await id_of(other)
    answers = await asyncio.gather(
        payload(admin, TAKE, id=theirs, role="ADMIN"), payload(other, BLOCK, id=own, reason="Kudeta")
    )
    assert sorted(error["code"] for answer in answers for error in answer["errors"]) == ["FORBIDDEN"]
    rows = await fetch(
        "SELECT a.id FROM membership m JOIN account a ON a.id = m.account_id "
        "WHERE m.role = 'ADMIN' AND a.blocked_at IS NULL"
    )
    assert len(rows) == 1


async def test_blocked_person_cannot_sign_in_or_act_until_unblocked(city: City) -> None:
    admin, citizen = await control_room(city), await city.citizen()
    target, reason = await id_of(citizen), "Laporan palsu dari Budi"
    assert await refused(admin, BLOCK, id=await id_of(admin), reason=reason) == [("FORBIDDEN", None)]
    assert await refused(admin, BLOCK, id="x", reason=" ") == [("INVALID", ["reason"]), ("NOT_FOUND", ["personId"])]
    assert (await payload(admin, BLOCK, id=target, reason=reason))["person"]["blocked"]
    assert (await citizen.submit())["errors"][0]["code"] == "UNAUTHENTICATED"
    assert await signing_in(city, citizen.email) == ["FORBIDDEN"]
    assert await signing_in(city, citizen.email, "bukan kata sandi") == ["UNAUTHENTICATED"]
    (row,) = await fetch("SELECT block_reason FROM account WHERE email = $1", citizen.email)
    assert row["block_reason"] == reason
    logged = [str(event.data) for event in await LogEvent.all()]
    assert not any("Budi" in data or "contoh" in data for data in logged)
    assert not (await payload(admin, UNBLOCK, id=target))["person"]["blocked"]
    assert await signing_in(city, citizen.email) == []
    assert not await city_knows(citizen)
    kinds = [event.kind for event in await LogEvent.filter(topic=Topic.ACCESS).order_by("position")][1:]
    assert kinds == [AccessKind.SESSION_ENDED, AccessKind.BLOCKED, AccessKind.UNBLOCKED]


async def city_knows(caller: Caller) -> bool:
    """Return whether the session of a caller still works."""
    return (await caller.ask("{ viewer { id } }"))["viewer"] is not None
