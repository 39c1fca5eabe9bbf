"""Consistency of compose.yaml, Dockerfile and deploy/nginx.conf with each other, the settings and the server."""

import re
import tomllib

from httpx._config import DEFAULT_LIMITS

from app.server import STOP_TIMEOUT, uvicorn_config
from app.settings import Settings, read_settings
from media.processing import MAX_BYTES
from subscriptions.transport.protocol import PING_AFTER
from tests.city import ROOT

COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
NGINX = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
SECRETS = {"POSTGRES_PASSWORD", "SECRET_KEY"}


def block(text: str, name: str) -> str:
    """Return the lines indented below the first `name:`."""
    found = re.search(rf"^( *){re.escape(name)}:.*\n((?:\1 +.*\n|\s*\n)+)", text, re.MULTILINE)
    assert found is not None, f"compose.yaml has no {name}"
    return found[2]


def names(text: str) -> set[str]:
    """Return the outermost keys of a block."""
    outermost = re.match(r" *", text)
    assert outermost is not None
    return set(re.findall(rf"^{outermost[0]}([\w.-]+):", text, re.MULTILINE))


def number(pattern: str) -> int:
    """Return the number after a pattern in nginx.conf."""
    found = re.search(rf"{pattern} (\d+)", NGINX)
    assert found is not None, f"nginx.conf has no {pattern}"
    return int(found[1])


def test_environment_of_a_node_consists_of_settings() -> None:
    given = names(block(block(COMPOSE, "x-node"), "environment"))
    assert given >= {"DATABASE_URL", "BROADCAST_URL", "SECRET_KEY"}
    assert given <= {name.upper() for name in Settings.model_fields}


def test_alerts_use_metrics_that_the_manual_explains() -> None:
    alerts = (ROOT / "deploy" / "alerts.yml").read_text(encoding="utf-8")
    used = set(re.findall(r"\btanggap_\w+", alerts))
    table = OPERATING[OPERATING.index("\n## Metrics\n") : OPERATING.index("\n## Request ids\n")]
    explained = set(re.findall(r"\btanggap_\w+", table))
    assert used
    assert {re.sub("_(bucket|count|sum)$", "", name) for name in used} <= explained


def test_secrets_have_no_default_and_a_missing_one_is_an_error() -> None:
    variables = dict(re.findall(r"\$\{([A-Z_]+)(:[?-])", COMPOSE))
    assert {name for name, kind in variables.items() if kind == ":?"} == SECRETS
    assert len(re.findall(r"\$", COMPOSE)) == len(re.findall(r"\$\{[A-Z_]+:[?-]", COMPOSE))


def test_every_setting_of_the_city_reaches_what_runs_tanggap() -> None:
    programs = re.findall(r"environment: [&*]settings", COMPOSE)
    assert len(programs) == len(re.findall(r"env_file: \.env\b", COMPOSE)) == 2


def test_manual_explains_every_variable_of_compose() -> None:
    explained = set(re.findall(r"^\| `([A-Z_]+)` of `\.env` \|", OPERATING, re.MULTILINE))
    assert explained == set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))


def test_proxy_has_the_address_of_every_node() -> None:
    nodes = re.findall(r"ipv4_address: (\S+)", COMPOSE)
    assert len(nodes) == len(set(nodes)) == COMPOSE.count("<<: *node") == 2
    port = Settings.model_fields["port"].default
    assert re.findall(r"^ +server (\S+)", NGINX, re.MULTILINE)[:2] == [f"{node}:{port}" for node in nodes]


def test_proxy_supports_websockets_and_waits_longer_than_the_pings() -> None:
    assert re.search(r"map \$http_upgrade \$connection_upgrade \{\s+default upgrade;\s+'' +'';\s+\}", NGINX)
    for line in (
        "proxy_http_version 1.1;",
        "proxy_set_header Host $http_host;",
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header Connection $connection_upgrade;",
    ):
        assert line in NGINX
    assert number("proxy_read_timeout") > 2 * PING_AFTER


def test_proxy_accepts_photos_and_closes_idle_connections_first() -> None:
    assert number("client_max_body_size") * 2**20 > MAX_BYTES
    keepalive = re.search(r"keepalive_timeout (\d+)s", NGINX)
    assert keepalive is not None
    assert int(keepalive[1]) < uvicorn_config(read_settings()).timeout_keep_alive


def test_server_keeps_idle_connections_longer_than_a_client() -> None:
    assert DEFAULT_LIMITS.keepalive_expiry is not None
    assert uvicorn_config(read_settings()).timeout_keep_alive > 2 * DEFAULT_LIMITS.keepalive_expiry


def test_container_has_time_to_stop_by_itself() -> None:
    grace = re.search(r"stop_grace_period: (\d+)s", block(COMPOSE, "x-node"))
    assert grace is not None
    assert int(grace[1]) > STOP_TIMEOUT


def test_services_volumes_and_files_of_compose_exist() -> None:
    services = names(block(COMPOSE, "services"))
    assert services == {"proxy", "node1", "node2", "setup", "postgres", "redis"}
    assert set(re.findall(r"@(\w+)/|redis://(\w+)", COMPOSE)) == {("postgres", ""), ("", "redis")}
    mounted = set(re.findall(r"^ +- (\w+):/", COMPOSE, re.MULTILINE))
    assert mounted == names(re.split(r"^volumes:\n", COMPOSE, flags=re.MULTILINE)[1])
    assert set(re.findall(r"^ +- \./(\S+):/", COMPOSE, re.MULTILINE)) == {"deploy/nginx.conf"}


def test_photos_are_on_the_volume_shared_by_all_nodes() -> None:
    folder = re.search(r"MEDIA_DIR=(\S+)", DOCKERFILE)
    assert folder is not None
    assert f"- media:{folder[1]}\n" in block(COMPOSE, "x-node")


def test_image_is_built_from_the_packages_and_the_files_of_their_build() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    texts = [project["project"]["readme"], *project["project"]["license-files"]]
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    taken = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert taken == {*packages, *texts, "pyproject.toml", "requirements.lock"}
    assert lines[1] == "*"
    left_out = project["tool"]["hatch"]["build"]["targets"]["wheel"]["exclude"]
    assert [line for line in lines[2:] if not line.startswith("!")] == [*left_out, "**/__pycache__"]
    assert lines.index("web/app") > lines.index("!web")
