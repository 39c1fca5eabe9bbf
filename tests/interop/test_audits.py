"""The public audits of GraphQL over HTTP: those of the package graphql-http, run against a served city."""

import json
import subprocess

import pytest

from tests.interop.apps import FOLDER
from tests.wire import DEADLINE

pytestmark = pytest.mark.xdist_group("interop")  # one process installs the clients

AUDITS = 61
"""The audits of the locked version of graphql-http. Each is a MUST, SHOULD or MAY of the specification."""


def test_every_audit_of_graphql_over_http_is_ok(node: str, service: str) -> None:
    command = [node, "audits.mjs", f"{service}/graphql"]
    audited = subprocess.run(command, cwd=FOLDER, timeout=DEADLINE, capture_output=True, text=True, check=True)
    found = json.loads(audited.stdout)
    failed = ["{status} {id} {name}: {reason}".format_map(audit) for audit in found if audit["status"] != "ok"]
    assert not failed, "\n".join(failed)
    assert len(found) == AUDITS
