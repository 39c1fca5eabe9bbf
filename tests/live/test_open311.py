"""The commands of docs/open311.md, in a shell against a server."""

import re
import shlex
import subprocess
from xml.etree.ElementTree import fromstring

from click.testing import CliRunner

from app.cli import main
from tests.city import ROOT
from tests.wire import DEADLINE


def test_commands_of_the_document_work_in_their_order(service: str, sqlite_city_url: str) -> None:
    document = (ROOT / "docs" / "open311.md").read_text(encoding="utf-8")
    script = "".join(re.findall(r"^```sh\n(.*?)^```", document, re.MULTILINE | re.DOTALL))

    def said(command: re.Match[str]) -> str:
        """Run a command of the operator in this process: a new one would take seconds to start."""
        ran = CliRunner().invoke(main, shlex.split(command[2]), env={"DATABASE_URL": sqlite_city_url})
        assert ran.exit_code == 0, ran.output
        return shlex.quote(ran.stdout.strip()) if command[1] else f"echo {shlex.quote(ran.stdout)}"

    script = re.sub(r"(\$\()?\.venv/bin/tanggap ([^)\n]*)(?(1)\))", said, script)
    script = script.replace("http://127.0.0.1:8000", service).replace("curl -f", "curl -sf -w '\\n'")
    shell = ["sh", "-e", "-c", script]
    shown = subprocess.run(shell, capture_output=True, text=True, timeout=DEADLINE, check=True).stdout
    for part in ("1  Aplikasi Lapor  created", "key 1 is revoked", '"service_code":"BANJIR"'):
        assert part in shown
    (number,) = re.findall(r'^\[{"service_request_id":"(JK\d+)"', shown, re.MULTILINE)
    (request,) = fromstring(shown.rpartition("?>")[2])  # noqa: S314 # our own answer
    assert request.findtext("service_request_id") == number
    assert request.findtext("description") == "Lubang besar di lajur kiri, sudah dua minggu"
