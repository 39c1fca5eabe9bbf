"""The recipes: no late answer replaces newer state, caches know the schema, and types are strict."""

import json
import re
import subprocess
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLScalarType, GraphQLUnionType

from app.schema import make_schema
from tests.city import ROOT, Deployment
from tests.interop.apps import FOLDER, App, open_app, signed_in
from tests.interop.proxy import Proxy
from tests.wire import DEADLINE, GAMBIR, Caller

pytestmark = pytest.mark.xdist_group("interop")  # one process installs the clients

FIELDS = "id version status supportCount cursor"
REPORT = f"query($id: ID!) {{ node(id: $id) {{ id ... on Report {{ {FIELDS} }} }} }}"
LIST = f"query {{ reports(first: 5) {{ edges {{ node {{ {FIELDS} }} }} }} }}"
SUPPORT = f"mutation($id: ID!) {{ supportReport(id: $id) {{ report {{ {FIELDS} }} errors {{ code }} }} }}"
CHANGES = f"""
subscription($id: ID!, $after: String) {{
  reportChanged(id: $id, after: $after) {{ cursor version report {{ {FIELDS} }} }}
}}
"""
CLIENTS = ("apollo", "urql", "relay")
REMEMBERING = """
import { REMEMBERED, Versions } from "./versions.mjs";
const versions = new Versions();
const seen = (number, version) => versions.isLate({ report: { id: `r${number}`, version } });
for (let number = 0; number < REMEMBERED; number += 1) seen(number, 2);
const all = seen(0, 1) && seen(1, 1) && seen(REMEMBERED - 1, 1);
seen(0, 2);
seen(REMEMBERED, 2);
const late = [0, 2, REMEMBERED - 1, REMEMBERED, 1].filter((number) => seen(number, 1));
console.log(JSON.stringify({ last: REMEMBERED, all, late }));
"""

SCHEMA = make_schema()._schema


@pytest.fixture
async def neighbour(deployment: Deployment) -> dict[str, Any]:
    """The session of a citizen who may support the reports of others."""
    await Caller(deployment.clients[1]).sign_up("tetangga@contoh.id")
    return await signed_in(deployment, "tetangga@contoh.id")


@pytest.mark.anyio
@pytest.mark.parametrize("client", CLIENTS)
async def test_late_answer_replaces_no_newer_state(
    app: App, deployment: Deployment, citizen: Caller, neighbour: dict[str, Any], proxy: Proxy, client: str
) -> None:
    officer = await deployment.official(GAMBIR, server=1)
    report = await citizen.report()
    given = {"by": client, "variables": {"id": report["id"]}}
    await open_app(app, deployment, ports=[deployment.servers[1].port], http=proxy.port, tokens=neighbour)
    await app.do("watch", name="shown", query=REPORT, **given)
    loaded = (await app.next("shown"))["node"]
    following = {"id": report["id"], "after": loaded["cursor"]}
    await app.do("subscribe", name="news", by=client, query=CHANGES, variables=following)

    proxy.delay()
    await app.do("once", name="list", way="ask", by=client, query=LIST, variables={})
    await proxy.answered()
    await officer.move(report["id"], "IN_PROGRESS")
    assert (await app.next("news"))["version"] == 2
    assert state((await app.next("shown"))["node"]) == (2, "IN_PROGRESS", 0)
    proxy.speak()
    (edge,) = (await app.next("list"))["reports"]["edges"]
    assert state(edge["node"]) == (2, "IN_PROGRESS", 0)

    proxy.delay()
    await app.do("once", name="supported", way="mutate", query=SUPPORT, **given)
    await proxy.answered()
    assert (await app.next("news"))["version"] == 3
    await officer.move(report["id"], "PROCESSED", resolution="INVALID", note="Tidak ada")
    assert (await app.next("news"))["version"] == 4
    proxy.speak()
    assert (await app.next("supported"))["supportReport"]["errors"] == []
    await app.do("once", name="cached", way="cached", query=REPORT, **given)
    assert state((await app.next("cached"))["node"]) == (4, "PROCESSED", 1)


def test_only_the_reports_seen_last_are_guarded(node: str) -> None:
    command = [node, "--input-type=module", "--eval", REMEMBERING]
    done = subprocess.run(command, cwd=FOLDER, timeout=DEADLINE, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["all"]
    assert found["late"] == [0, 2, found["last"] - 1, found["last"]]  # not 1, which was seen longest ago


def state(report: dict[str, Any]) -> tuple[int, str, int]:
    """Return what an app shows of a report."""
    return report["version"], report["status"], report["supportCount"]


def literal(name: str) -> Any:
    """Return the value of a constant of `schema.mjs`."""
    text = (FOLDER / "schema.mjs").read_text(encoding="utf-8")
    found = re.search(rf"^export const {name} = (.*?);$", text, re.MULTILINE | re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_possible_types_of_the_recipes_are_those_of_the_schema() -> None:
    assert literal("possibleTypes") == {
        kind.name: sorted(each.name for each in SCHEMA.get_possible_types(kind))
        for kind in SCHEMA.type_map.values()
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType)
    }


def test_types_without_a_key_in_the_recipes_are_those_of_the_schema() -> None:
    roots = {SCHEMA.query_type, SCHEMA.mutation_type, SCHEMA.subscription_type}
    assert literal("keyless") == sorted(
        kind.name
        for kind in SCHEMA.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        and kind not in roots
        and not kind.name.startswith("__")
        and "id" not in kind.fields
    )


def test_types_of_the_recipes_compile_strictly_and_find_mistakes(node: str) -> None:
    for command in (["gql.tada", "generate-output", "-c", "types/tsconfig.json"], ["tsc", "-p", "types"]):
        script = FOLDER / "node_modules" / ".bin" / command[0]
        done = subprocess.run(
            [node, str(script), *command[1:]], cwd=FOLDER, timeout=DEADLINE, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_scalar_has_a_type_in_each_language() -> None:
    guide = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    scalars = {name for name, kind in SCHEMA.type_map.items() if isinstance(kind, GraphQLScalarType)}
    builtin = {"Boolean", "Float", "Int", "String"}
    assert set(re.findall(r"^\| `(\w+)` \|", guide, re.MULTILINE)) == scalars - builtin


def test_code_in_the_guides_of_clients_is_the_tested_code() -> None:
    guides = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("clients.md", "recipes.md"))
    blocks = re.findall(r"^```(?:js|ts)\n(.*?)^```", guides, re.MULTILINE | re.DOTALL)
    files = [*FOLDER.glob("*.mjs"), FOLDER / "types" / "reports.ts", ROOT / "examples" / "shared_session.mjs"]
    tested = "".join(file.read_text(encoding="utf-8") for file in files)
    assert blocks
    assert [block for block in blocks if block not in tested] == []


def test_lock_of_the_clients_names_no_registry() -> None:
    lock = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
