"""The commands for agencies and webhooks: those of the documents, and what is refused."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from tests.city import THIS_MACHINE

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def run(sqlite_city_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Run":
    """Run `tanggap` on a loaded database, in a folder with the key file of the documents."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pln.key").write_text("kunci\n")
    return Run(sqlite_city_url)


class Run:
    """The command in this process."""

    def __init__(self, url: str) -> None:
        self._environment = {"DATABASE_URL": url, "OUTGOING_NETWORKS": THIS_MACHINE}

    def __call__(self, *arguments: str, networks: str = THIS_MACHINE) -> Result:
        environment = self._environment | {"OUTGOING_NETWORKS": networks}
        return CliRunner().invoke(main, arguments, env=environment)


def commands(page: str) -> list[list[str]]:
    """Return the commands of a document, at addresses of this machine."""
    blocks = re.findall(r"```sh\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [shlex.split(re.sub(r"https://[a-z.]+\.example", "http://127.0.0.1:9", line)) for line in lines]


def test_commands_of_the_page_about_agencies_do_what_it_says(run: Run) -> None:
    for command, *arguments in commands("agencies.md"):
        assert (command, run(*arguments).exit_code) == ("tanggap", 0), arguments
    listed = run("agency", "list").stdout.splitlines()
    assert listed == [
        "PLN open311 http://127.0.0.1:9/open311/v2 waiting=0 failed=0",
        "TELKOM webhook http://127.0.0.1:9/laporan waiting=0 failed=0",
    ]
    assert run("agency", "disconnect", "PLN").stdout == "PLN is no longer connected: its reports wait\n"
    assert run("agency", "disconnect", "PLN").stderr == "Error: PLN is not connected\n"


def test_commands_of_the_page_about_webhooks_do_what_it_says(run: Run) -> None:
    for command, *arguments in commands("webhooks.md"):
        result = run(*arguments)
        if "CURSOR" in arguments:
            assert result.stderr == "Error: cursor: The cursor is not one of the present log.\n"
        else:
            assert (command, result.exit_code) == ("tanggap", 0), result.stderr
    assert run("webhook", "list").stdout == "dashboard webhook http://127.0.0.1:9/tanggap waiting=0 failed=0\n"
    assert run("webhook", "remove", "dashboard").exit_code == 0
    assert run("webhook", "remove", "dashboard").stderr == "Error: name: There is no webhook dashboard.\n"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["agency", "connect", "DLH", "--webhook", "http://127.0.0.1:9/"], "DLH: not an external agency"),
        (
            ["agency", "connect", "PLN", "--webhook", "ftp://127.0.0.1/"],
            "--webhook: ftp://127.0.0.1/: write",
        ),
        (["agency", "connect", "PLN", "--webhook", "http://[::1/"], "--webhook: http://[::1/: write an address"),
        (
            ["agency", "connect", "PLN", "--open311", "http://tidak-ada.invalid"],
            "--open311: the host tidak-ada",
        ),
        (["agency", "connect", "PLN", "--open311", "http://10.0.0.1/"], "--open311: 10.0.0.1 is not a public address"),
        (["agency", "connect", "PLN", "--open311", "http://127.0.0.1", "--service", "X=1"], "--service: X=1: write"),
        (["webhook", "add", "Papan Besar", "--url", "http://127.0.0.1:9/"], "name: The name of a webhook"),
        (["webhook", "add", "papan", "--url", "http://127.0.0.1:9/", "--unit", "99"], "--unit: there is no unit 99"),
    ],
)
def test_wrong_command_says_what_is_right_and_stores_nothing(run: Run, arguments: list[str], error: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"Error: {error}")
    assert run("agency", "list").stdout == run("webhook", "list").stdout == ""


def test_private_address_is_refused_unless_its_network_is_allowed(run: Run) -> None:
    command = ("webhook", "add", "papan", "--url", "http://127.0.0.1:9/")
    assert "OUTGOING_NETWORKS can allow its network" in run(*command, networks="").stderr
    assert run(*command, networks="satu").stderr.startswith("Error: OUTGOING_NETWORKS: ")
    assert run(*command).exit_code == 0
