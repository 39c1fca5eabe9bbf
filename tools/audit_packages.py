"""Look for known vulnerabilities of the packages in the locks, at OSV (https://osv.dev), with pip-audit.

Run: python -m tools.audit_packages [--service URL] [LOCK...]; without arguments both locks. Exit status 1 on findings,
and when pip-audit fails. Where the service cannot be reached, it says so, and the exit status is 0: a machine without
the Internet can run all checks too.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
LOCKS = (ROOT / "requirements.lock", ROOT / "requirements-dev.lock")
OSV = "https://api.osv.dev/v1/query"

PROBE_SECONDS, SECONDS = 3.0, 20.0
"""The time for the first answer, and for all packages of a lock."""


def main() -> None:
    """Audit the locks."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    options.add_argument("locks", nargs="*", type=Path, default=LOCKS, metavar="LOCK")
    options.add_argument("--service", default=OSV, metavar="URL")
    given = options.parse_args()
    probe = {"package": {"name": "pip", "ecosystem": "PyPI"}, "version": "26.0"}
    try:
        httpx.post(given.service, json=probe, timeout=PROBE_SECONDS).raise_for_status()
        found = [
            subprocess.run(command(given.service, lock), timeout=SECONDS, check=False).returncode  # noqa: S603 # ours
            for lock in given.locks
        ]
    except (httpx.HTTPError, subprocess.TimeoutExpired) as error:
        print(f"NOT AUDITED: {given.service} does not answer in time: {error}")
        return
    sys.exit(max(found))


def command(service: str, lock: Path) -> list[str]:
    """Return the command of pip-audit. A lock is complete, so nothing is resolved and nothing installed."""
    osv = ["--vulnerability-service", "osv", "--osv-url", service, "--progress-spinner", "off"]
    return [sys.executable, "-m", "pip_audit", "--requirement", str(lock), *osv, "--disable-pip", "--require-hashes"]


if __name__ == "__main__":
    main()
