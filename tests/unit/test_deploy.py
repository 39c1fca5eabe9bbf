"""compose.yaml, Dockerfile and deploy/nginx.conf agree with each other, with the settings and with the server."""

import re
import tomllib

import uvicorn

from media.processing import MAX_BYTES
from app.server import END_WITHIN
from app.settings import Settings
from subscriptions.sockets import PING_AFTER
from tests.city import ROOT

COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
NGINX = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
SECRETS = {"POSTGRES_PASSWORD", "SECRET_KEY"}


def block(text: str, name: str) -> str:
    """The lines that are indented below the first `name:`."""
    found = re.search(rf"^( *){re.escape(name)}:.*\n((?:\1 +.*\n|\s*\n)+)", text, re.MULTILINE)
    assert found is not None, f"compose.yaml has no {name}"
    return found[2]


def names(text: str) -> set[str]:
    """The keys of a block, without what lies deeper."""
    outermost = re.match(r" *", text)
    assert outermost is not None
    return set(re.findall(rf"^{outermost[0]}([\w.-]+):", text, re.MULTILINE))


def number(pattern: str) -> int:
    """The number that follows in nginx.conf."""
    found = re.search(rf"{pattern} (\d+)", NGINX)
    assert found is not None, f"nginx.conf has no {pattern}"
    return int(found[1])


def test_what_compose_gives_to_a_node_are_settings() -> None:
    given = names(block(block(COMPOSE, "x-node"), "environment"))
    assert given >= {"DATABASE_URL", "BROADCAST_URL", "SECRET_KEY"}
    assert given <= {name.upper() for name in Settings.model_fields}


def test_secrets_have_no_default_and_a_missing_one_is_an_error() -> None:
    variables = dict(re.findall(r"\$\{([A-Z_]+)(:[?-])", COMPOSE))
    assert {name for name, kind in variables.items() if kind == ":?"} == SECRETS
    assert len(re.findall(r"\$", COMPOSE)) == len(re.findall(r"\$\{[A-Z_]+:[?-]", COMPOSE))


def test_the_manual_explains_every_variable_of_compose() -> None:
    explained = set(re.findall(r"^\| `([A-Z_]+)` of `\.env` \|", OPERATING, re.MULTILINE))
    assert explained == set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))


def test_the_proxy_knows_the_address_of_every_node() -> None:
    nodes = re.findall(r"ipv4_address: (\S+)", COMPOSE)
    assert len(nodes) == len(set(nodes)) == COMPOSE.count("<<: *node") == 2
    port = Settings.model_fields["port"].default
    assert re.findall(r"^ +server (\S+)", NGINX, re.MULTILINE)[:2] == [f"{node}:{port}" for node in nodes]


def test_the_proxy_passes_websockets_and_waits_longer_than_the_pings() -> None:
    assert re.search(r"map \$http_upgrade \$connection_upgrade \{\s+default upgrade;\s+'' +'';\s+\}", NGINX)
    for line in (
        "proxy_http_version 1.1;",
        "proxy_set_header Host $http_host;",
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header Connection $connection_upgrade;",
    ):
        assert line in NGINX
    assert number("proxy_read_timeout") > 2 * PING_AFTER


def test_the_proxy_lets_a_photo_in_and_gives_up_a_connection_before_the_server_does() -> None:
    assert number("client_max_body_size") * 2**20 > MAX_BYTES
    keepalive = re.search(r"keepalive_timeout (\d+)s", NGINX)
    assert keepalive is not None
    assert int(keepalive[1]) < uvicorn.Config("app.asgi:create_app", log_config=None).timeout_keep_alive


def test_a_container_is_given_the_time_to_end_by_itself() -> None:
    grace = re.search(r"stop_grace_period: (\d+)s", block(COMPOSE, "x-node"))
    assert grace is not None
    assert int(grace[1]) > END_WITHIN


def test_what_compose_names_is_there() -> None:
    services = names(block(COMPOSE, "services"))
    assert services == {"proxy", "node1", "node2", "setup", "postgres", "redis"}
    assert set(re.findall(r"@(\w+)/|redis://(\w+)", COMPOSE)) == {("postgres", ""), ("", "redis")}
    mounted = set(re.findall(r"^ +- (\w+):/", COMPOSE, re.MULTILINE))
    assert mounted == names(re.split(r"^volumes:\n", COMPOSE, flags=re.MULTILINE)[1])
    assert set(re.findall(r"^ +- \./(\S+):/", COMPOSE, re.MULTILINE)) == {"deploy/nginx.conf"}


def test_photos_are_on_the_volume_that_all_nodes_share() -> None:
    folder = re.search(r"MEDIA_DIR=(\S+)", DOCKERFILE)
    assert folder is not None
    assert f"- media:{folder[1]}\n" in block(COMPOSE, "x-node")


def test_the_image_is_built_from_the_packages_and_what_their_build_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    texts = [project["project"]["readme"], *project["project"]["license-files"]]
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    taken = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert taken == {*packages, *texts, "pyproject.toml", "requirements.lock"}
    assert lines[1] == "*"
