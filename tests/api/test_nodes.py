import base64
from typing import Any

import pytest

from models.accounts import Account
from rules.access import Role
from tests.city import City
from tests.wire import GAMBIR, Caller, RequestFailedError

pytestmark = pytest.mark.anyio

NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


def written(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


async def ids_of_every_type(city: City) -> dict[str, str]:
    citizen = await city.citizen()
    report = await citizen.report()
    assert (await (await city.official(GAMBIR)).move(report["id"], "IN_PROGRESS"))["errors"] == []
    result = await citizen.ask(
        """query($id: ID!, $code: String!) {
        kelurahan(code: $code) { id kecamatan { id } city { id } standing { id } }
        leaderboard { id } agencies { id } categories { id }
        node(id: $id) { ... on Report { points { id } timeline { edges { node { id } } } } } }""",
        id=report["id"],
        code=GAMBIR,
    )
    kelurahan = result["kelurahan"]
    return {
        "Report": report["id"],
        "ReportEvent": result["node"]["timeline"]["edges"][0]["node"]["id"],
        "Comment": (await citizen.comment(report["id"], "Halo"))["comment"]["id"],
        "PointEntry": result["node"]["points"][0]["id"],
        "Kelurahan": kelurahan["id"],
        "Kecamatan": kelurahan["kecamatan"]["id"],
        "City": kelurahan["city"]["id"],
        "Standing": kelurahan["standing"]["id"],
        "Leaderboard": result["leaderboard"]["id"],
        "Agency": result["agencies"][0]["id"],
        "Category": result["categories"][0]["id"],
    }


async def test_node_of_every_type_is_found_by_its_id(city: City) -> None:
    ids = await ids_of_every_type(city)
    types = await city.anyone().ask('{ __type(name: "Node") { possibleTypes { name } } }')
    assert {*ids, "Person"} == {each["name"] for each in types["__type"]["possibleTypes"]}
    for type_name, node_id in ids.items():
        assert await city.anyone().ask(NODE, id=node_id) == {"node": {"__typename": type_name, "id": node_id}}
    admin = await city.official(None, Role.ADMIN, name="admin")  # the only one for whom people are
    for key in ((await Account.get(email=admin.email)).public_id, "x" * 22, "a\0", ""):
        found = (await admin.ask(NODE, id=written(f"Person:{key}")))["node"]
        assert found == ({"__typename": "Person", "id": written(f"Person:{key}")} if len(set(key)) > 2 else None)


async def test_nodes_keep_the_order_of_ids_with_null_for_unknown_ones(city: City) -> None:
    ids = list((await ids_of_every_type(city)).values())
    wanted = [*ids, "x", *reversed(ids), written("Report:999")]
    found = (await city.anyone().ask(NODES, ids=wanted))["nodes"]
    assert [None if node is None else node["id"] for node in found] == [*ids, None, *reversed(ids), None]
    assert await city.anyone().ask(NODES, ids=[]) == {"nodes": []}


async def test_at_most_100_nodes_are_fetched_at_once(city: City) -> None:
    report = (await ids_of_every_type(city))["Report"]
    assert len((await city.anyone().ask(NODES, ids=[report] * 100))["nodes"]) == 100
    with pytest.raises(RequestFailedError) as failure:
        await city.anyone().ask(NODES, ids=[report] * 101)
    assert failure.value.code == "BAD_INPUT"


@pytest.mark.parametrize("padding", ["", "="])
async def test_forged_id_finds_nothing(city: City, padding: str) -> None:
    await ids_of_every_type(city)
    texts = [
        "",
        ":",
        "Report",
        "Report:",
        "Report:0",
        "Report:-1",
        "Report:01",
        "Report:1 ",
        "Report:1.0",
        "Report:\u0661",
    ]
    texts += [
        "report:1",
        "Report:1:1",
        f"Report:{2**63}",
        f"Report:{10**18 - 1}",
        "Report:1\0",
        "Report:" + "1" * 5_000,
    ]
    texts += ["ReportEvent:0", "ReportEvent:1", "Photo:1", "Account:1", "Viewer:1", "Query:1", "__typename:1"]
    texts += ["Kelurahan:", "Kelurahan:31.71", "Kelurahan:Gambir", "City:31.71.01", "Agency:a\0b", "Category:sampah"]
    for text in texts:
        assert await city.anyone().ask(NODE, id=written(text) + padding) == {"node": None}, text
    for text in ("", "=", "x", "é", "\0", "a b", "!!!!", "x" * 10_000, "_____w"):
        assert await city.anyone().ask(NODE, id=text + padding) == {"node": None}, text


def boards_that_do_not_exist(kind: str, metric: str, period: str, first: str) -> list[tuple[str, ...]]:
    """Return names of boards that are one mistake away from a real one."""
    return [
        (kind, "SPEED", period, first),
        (kind.lower(), metric, period, first),
        ("CITIZEN", "RESPONSIVENESS", period, first),
        ("OFFICER", metric, period, first),  # only staff may see it
        (kind, metric, "DECADE", first),
        (kind, metric, "DAY", "-"),
        (kind, metric, "ALL_TIME", first),
        (kind, metric, period, "-"),
        (kind, metric, period, ""),
        (kind, metric, period, first[:-2] + "02"),
        (kind, metric, period, "9999-12-01"),
        (kind, metric, period, "0001-01-01"),
        (kind, metric, period, first.replace("-", "")),
        (kind, metric, period, f"{first}\n"),
        (kind, metric, period, "kemarin"),
        (kind, metric, period),
    ]


async def test_id_of_a_nonexistent_board_or_standing_finds_nothing(city: City) -> None:
    ids = await ids_of_every_type(city)
    real = base64.urlsafe_b64decode(ids["Standing"] + "==").decode()
    _, kind, metric, period, first, code = real.split(":")
    assert (kind, metric, period, code) == ("KELURAHAN", "POINTS", "MONTH", GAMBIR)
    assert written(f"Leaderboard:{kind}:{metric}:{period}:{first}") == ids["Leaderboard"]
    assert (await city.anyone().ask(NODE, id=written(real)))["node"] is not None
    boards = boards_that_do_not_exist(kind, metric, period, first)
    wrong = [("Leaderboard", *board) for board in (*boards, (), (kind, metric, period, first, code))]
    wrong += [("Standing", *board, code) for board in boards]
    wrong += [("Standing", other, metric, period, first, code) for other in ("KECAMATAN", "AGENCY")]
    wrong += [("Standing", kind, metric, period, first, *rest) for rest in (("31.71",), ("a\0b",), (code, code))]
    for parts in wrong:
        assert await city.anyone().ask(NODE, id=written(":".join(parts))) == {"node": None}, parts


async def test_event_by_id_reveals_no_more_than_the_timeline(city: City) -> None:
    citizen, officer = await city.citizen(), await city.official(GAMBIR)
    report = await citizen.report(anonymous=True)
    await officer.move(report["id"], "IN_PROGRESS", note="Kami berangkat")
    event = "__typename id kind at version fromStatus toStatus note actor reportId report { id reporter { pseudonym } }"

    async def ask(caller: Caller, document: str, **variables: Any) -> Any:
        return (await caller.ask(document, **variables))["node"]

    timeline = (
        f"query($id: ID!) {{ node(id: $id) {{ ... on Report {{ timeline {{ edges {{ node {{ {event} }} }} }} }} }} }}"
    )
    listed = [edge["node"] for edge in (await ask(citizen, timeline, id=report["id"]))["timeline"]["edges"]]
    assert [each["note"] for each in listed] == [None, "Kami berangkat"]
    for caller in (citizen, officer, city.anyone()):
        for each in listed:
            found = await ask(
                caller, f"query($id: ID!) {{ node(id: $id) {{ ... on ReportEvent {{ {event} }} }} }}", id=each["id"]
            )
            assert found == each
            assert found["report"] == {"id": report["id"], "reporter": None}


async def test_event_ids_find_events_of_reports_only(city: City) -> None:
    """Events of other topics (sessions, roles, points) have positions as well."""
    officer = await city.official(GAMBIR)
    report = await (await city.citizen()).report()
    await officer.move(report["id"], "IN_PROGRESS")
    await officer.ask("mutation { signOut { errors { code } } }")
    ids = [written(f"ReportEvent:{position}") for position in range(20)]
    found = [node for node in (await city.anyone().ask(NODES, ids=ids))["nodes"] if node is not None]
    assert len(found) == 2
