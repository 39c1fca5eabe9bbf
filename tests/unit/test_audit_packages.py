"""The audit of the packages in the locks, against a service that knows of one vulnerability."""

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.backends import free_port

pytestmark = pytest.mark.slow

FOUND = {"schema_version": "1.4.0", "id": "PYSEC-2026-1", "summary": "A bomb.", "affected": []}


class Osv(BaseHTTPRequestHandler):
    """Answers as OSV does: `idna` has a vulnerability, all others have none."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        body = json.dumps({"vulns": [FOUND]} if asked["package"]["name"] == "idna" else {}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Osv) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()
        thread.join()


def audit(service: str, lock: Path) -> tuple[int, str]:
    command = [sys.executable, "-m", "tools.audit_packages", "--service", service, str(lock)]
    audited = subprocess.run(command, capture_output=True, text=True, check=False)
    return audited.returncode, audited.stdout + audited.stderr


def test_finding_fails_and_a_service_that_is_away_is_a_note(service: str, tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"click==8.2.0 --hash=sha256:{'0' * 64}\n")
    status, found = audit(service, lock)
    assert status == 0
    assert "No known vulnerabilities found" in found
    status, note = audit(f"http://127.0.0.1:{free_port()}/v1/query", lock)
    assert status == 0
    assert note.startswith("NOT AUDITED: ")
    lock.write_text(f"idna==3.10 --hash=sha256:{'0' * 64}\n")
    status, found = audit(service, lock)
    assert status == 1
    assert "PYSEC-2026-1" in found
